#include "postgres.h"

#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "base/buf.h"
#include "base/file.h"

enum { START_TRIES = 600, NAP_MS = 50 };

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

/* --- PostgreSQL --- */

/* Debian keeps the programs of each version in a folder that is not in the PATH. */
/* PgBouncer has its place in sbin, which is in root's PATH only. */
static const char pooler_program[] = "/usr/sbin/pgbouncer";

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

bool postgres_is_there(void)
{
	char path[PATH_SIZE];

	find_program("initdb", path);
	return path[0] == '/';
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

bool pooler_is_there(void)
{
	return access(pooler_program, X_OK) == 0;
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

static void await_server(const struct postgres *postgres, const char *conninfo)
{
	for (int i = 0; i < START_TRIES; i++) {
		PGconn *conn = PQconnectdb(conninfo);
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
	await_server(postgres, postgres->conninfo);
}

void postgres_stop(struct postgres *postgres)
{
	if (postgres->pid > 0) {
		kill(postgres->pid, SIGQUIT);
		waitpid(postgres->pid, NULL, 0);
	}
	postgres->pid = 0;
}

pid_t pooler_start(const struct postgres *postgres, char conninfo[PATH_SIZE])
{
	char config[PATH_SIZE], program[sizeof(pooler_program)], text[PATH_SIZE * 4];
	char *arguments[] = { program, config, NULL };
	pid_t pid;

	memcpy(program, pooler_program, sizeof(program));
	scratch_path(&postgres->scratch, "pooler.ini", config);
	snprintf(text, sizeof(text),
	         "[databases]\npostgres = host=%s user=dayi\n[pgbouncer]\npool_mode = transaction\n"
	         "listen_port = 6432\nunix_socket_dir = %s\nauth_type = any\n"
	         "ignore_startup_parameters = options\n",
	         postgres->scratch.folder, postgres->scratch.folder);
	assert_int_equal(file_write(config, span_of(text)), STATUS_OK);
	assert_int_equal(chmod(config, 0644), 0);
	pid = run_program(postgres, arguments);
	snprintf(conninfo, PATH_SIZE, "host=%s port=6432 dbname=postgres user=dayi",
	         postgres->scratch.folder);
	await_server(postgres, conninfo);
	return pid;
}

void pooler_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
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
