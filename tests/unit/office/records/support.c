#include "support.h"

#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/file.h"
#include "office/records/import.h"

enum { SQL_MOST = 1 << 16, START_TRIES = 600, NAP_MS = 50 };

/* --- scratch --- */

void scratch_make(struct scratch_folder *scratch)
{
	snprintf(scratch->folder, sizeof(scratch->folder), "/tmp/dayi-record-XXXXXX");
	assert_non_null(mkdtemp(scratch->folder));
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

void scratch_remove(struct scratch_folder *scratch)
{
	assert_int_equal(nftw(scratch->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

const char *scratch_path(const struct scratch_folder *scratch, const char *name,
                         char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s", scratch->folder, name);
	return path;
}

void scratch_write(const struct scratch_folder *scratch, const char *name, const char *text)
{
	char path[PATH_SIZE];

	assert_int_equal(file_write(scratch_path(scratch, name, path), span_of(text)), STATUS_OK);
}

const char *scratch_mapping(const struct scratch_folder *scratch, char path[PATH_SIZE],
                            const char *first, const char *first_select, const char *second,
                            const char *second_select)
{
	struct buf json;

	buf_init(&json, SQL_MOST);
	buf_append_format(&json, "{\"relations\": {\"%s\": \"%s\"", first, first_select);
	if (second)
		buf_append_format(&json, ", \"%s\": \"%s\"", second, second_select);
	buf_append_text(&json, "}}");
	scratch_write(scratch, "mapping.json", buf_text(&json));
	buf_deinit(&json);
	return scratch_path(scratch, "mapping.json", path);
}

void import_samples(const char *file)
{
	struct record_import_counts counts;
	struct relations *relations = shipped_relations();
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(record_import(relations, SAMPLES, file, faults, &counts), STATUS_OK);
	faults_destroy(faults);
	relations_release(relations);
	assert_int_equal(counts.relations, SHIPPED_RELATIONS);
}

/* --- log --- */

void captured_log_open(struct captured_log *captured)
{
	captured->stream = open_memstream(&captured->text, &captured->size);
	assert_non_null(captured->stream);
	assert_int_equal(log_create(&captured->log, captured->stream, LOG_DEBUG, clock_system()),
	                 STATUS_OK);
}

void captured_log_close(struct captured_log *captured)
{
	log_destroy(captured->log);
	fclose(captured->stream);
	free(captured->text);
}

bool captured_log_holds(struct captured_log *captured, const char *text)
{
	fflush(captured->stream);
	return strstr(captured->text, text) != NULL;
}

/* --- PostgreSQL --- */

/* Debian keeps the programs of each version in a folder that is not in the PATH. */
static void find_program(const char *name, char path[PATH_SIZE])
{
	glob_t found;
	char pattern[PATH_SIZE];

	snprintf(pattern, sizeof(pattern), "/usr/lib/postgresql/*/bin/%s", name);
	snprintf(path, PATH_SIZE, "%s", name);
	if (glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0)
		snprintf(path, PATH_SIZE, "%s", found.gl_pathv[found.gl_pathc - 1]);
	globfree(&found);
}

/* PostgreSQL refuses to run as root. */
static const struct passwd *other_user(void)
{
	const struct passwd *user = getuid() == 0 ? getpwnam("postgres") : NULL;

	return getuid() == 0 && !user ? getpwnam("nobody") : user;
}

static pid_t run_program(const struct postgres *postgres, char *arguments[])
{
	const struct passwd *user = other_user();
	char program[PATH_SIZE], log[PATH_SIZE];

	find_program(arguments[0], program);
	scratch_path(&postgres->scratch, "log", log);
	const pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	if (user &&
	    (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
		_exit(126);
	/* It must not outlive a test that crashed. */
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	if (chdir(postgres->scratch.folder) != 0 || !freopen(log, "a", stdout) ||
	    dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		_exit(126);
	/* It looks for its fellows beside itself, and is not in the PATH. */
	arguments[0] = program;
	execvp(program, arguments);
	_exit(127);
}

static void print_log(const struct postgres *postgres)
{
	char path[PATH_SIZE];
	struct buf text;

	buf_init(&text, 1 << 20);
	if (file_read(scratch_path(&postgres->scratch, "log", path), &text) == STATUS_OK)
		print_error("%s\n", buf_text(&text));
	buf_deinit(&text);
}

void postgres_make(struct postgres *postgres)
{
	char data[PATH_SIZE], initdb[] = "initdb", no_sync[] = "--no-sync", trust[] = "-Atrust",
	                      owner[] = "-Udayi", encoding[] = "-EUTF8", locale[] = "--locale=C",
	                      where[] = "-D";
	char *arguments[] = { initdb, no_sync, trust, owner, encoding, locale, where, data, NULL };
	const struct passwd *user = other_user();
	int status = -1;

	scratch_make(&postgres->scratch);
	scratch_path(&postgres->scratch, "data", data);
	postgres->pid = 0;
	snprintf(postgres->conninfo, sizeof(postgres->conninfo),
	         "host=%s dbname=postgres user=dayi", postgres->scratch.folder);
	if (user)
		assert_int_equal(chown(postgres->scratch.folder, user->pw_uid, user->pw_gid), 0);
	waitpid(run_program(postgres, arguments), &status, 0);
	if (status != 0)
		print_log(postgres);
	assert_int_equal(status, 0);
}

static void nap(void)
{
	const struct timespec time = { 0, NAP_MS * 1000000L };

	nanosleep(&time, NULL);
}

static void await_server(const struct postgres *postgres)
{
	for (int i = 0; i < START_TRIES; i++) {
		PGconn *conn = PQconnectdb(postgres->conninfo);
		const bool up = PQstatus(conn) == CONNECTION_OK;

		PQfinish(conn);
		if (up)
			return;
		nap();
	}
	print_log(postgres);
	fail_msg("PostgreSQL did not start");
}

void postgres_start(struct postgres *postgres)
{
	char data[PATH_SIZE], server[] = "postgres", where[] = "-D", sockets[] = "-k",
	                      fast[] = "-F", set[] = "-c", nowhere[] = "listen_addresses=";
	char *arguments[] = { server, where, data,    sockets, postgres->scratch.folder,
		              fast,   set,   nowhere, NULL };

	scratch_path(&postgres->scratch, "data", data);
	postgres->pid = run_program(postgres, arguments);
	await_server(postgres);
}

void postgres_stop(struct postgres *postgres)
{
	if (postgres->pid > 0) {
		kill(postgres->pid, SIGQUIT);
		waitpid(postgres->pid, NULL, 0);
	}
	postgres->pid = 0;
}

void postgres_remove(struct postgres *postgres)
{
	postgres_stop(postgres);
	scratch_remove(&postgres->scratch);
}

const char *postgres_ask(const struct postgres *postgres, const char *sql, char *value, size_t size)
{
	PGconn *conn = PQconnectdb(postgres->conninfo);
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	snprintf(value, size, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(conn);
	return value;
}

void postgres_run(const struct postgres *postgres, const char *sql)
{
	char value[8];

	postgres_ask(postgres, sql, value, sizeof(value));
}

static void append_table(const struct relation_shape *shape, struct buf *sql)
{
	static const char *const types[] = {
		[COLUMN_TEXT] = "text", [COLUMN_DATE] = "date", [COLUMN_FLAG] = "boolean"
	};

	buf_append_format(sql, "CREATE TABLE %s (" RELATION_KEY " text", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(sql, ", %s %s", shape->columns[i].name,
		                  types[shape->columns[i].type]);
	buf_append_text(sql, ")");
}

/* PostgreSQL reads the CSV itself: so a fault of our own reader shows. */
static void copy_table(PGconn *conn, const char *name)
{
	char sql[PATH_SIZE], file[PATH_SIZE];
	struct buf text;

	buf_init(&text, 1 << 20);
	snprintf(file, sizeof(file), SAMPLES "/%s.csv", name);
	snprintf(sql, sizeof(sql), "COPY %s FROM STDIN (FORMAT csv, HEADER)", name);
	assert_int_equal(file_read(file, &text), STATUS_OK);
	PQclear(PQexec(conn, sql));
	assert_int_equal(PQputCopyData(conn, buf_text(&text), (int)text.len), 1);
	assert_int_equal(PQputCopyEnd(conn, NULL), 1);
	PGresult *result = PQgetResult(conn);
	assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
	PQclear(result);
	assert_null(PQgetResult(conn));
	buf_deinit(&text);
}

void postgres_load_samples(const struct postgres *postgres)
{
	PGconn *conn = PQconnectdb(postgres->conninfo);
	struct relations *relations = shipped_relations();
	struct buf sql;

	buf_init(&sql, SQL_MOST);
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++) {
		const struct relation_shape *shape = relation_shape(relations, r);

		buf_clear(&sql);
		append_table(shape, &sql);
		PGresult *result = PQexec(conn, buf_text(&sql));
		assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
		PQclear(result);
		copy_table(conn, shape->name);
	}
	buf_deinit(&sql);
	relations_release(relations);
	PQfinish(conn);
}
