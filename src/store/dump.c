/*
 * How it works: pg_dump and pg_restore run as programs of the machine, with the connection in their
 * environment; the last line that they print to standard error is what a failure is told with. What
 * a dump holds is read from what pg_restore prints of one table, a line for each row, in COPY's
 * text form. Only who is connected to a database is asked of the server itself.
 */
#include "store/dump.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/language.h"
#include "store/link.h"

enum {
	ENVIRONMENT_MOST = 40,
	ARGUMENTS_MOST = 16,
	TAIL_BYTES = 4096,
	READY_MS = 10000, /* to ask the server who is connected */
	READY_TRIES = 20, /* a server's connections end a little later than itself */
	READY_PAUSE_MS = 100,
};

/* The environment of the program: how to connect, and where programs are. */
struct environment {
	char *texts[ENVIRONMENT_MOST + 1];
	size_t count;
};

static bool add(struct environment *environment, const char *name, const char *value)
{
	char *text = NULL;

	if (environment->count == ENVIRONMENT_MOST || asprintf(&text, "%s=%s", name, value) < 0)
		return false;
	environment->texts[environment->count++] = text;
	return true;
}

static void environment_deinit(struct environment *environment)
{
	for (size_t i = 0; i < environment->count; i++) {
		explicit_bzero(environment->texts[i], strlen(environment->texts[i]));
		free(environment->texts[i]);
	}
}

/* libpq names a variable for each part of a connection's text. */
static enum status environment_init(struct environment *environment, const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	const char *path = getenv("PATH"), *home = getenv("HOME");
	bool sound = add(environment, "PATH", path ? path : "/usr/bin:/bin") &&
	             add(environment, "LC_ALL", "C.UTF-8") &&
	             (!home || add(environment, "HOME", home));

	for (const PQconninfoOption *at = options; sound && at && at->keyword; at++)
		if (at->val && at->envvar)
			sound = add(environment, at->envvar, at->val);
	PQconninfoFree(options);
	if (!options)
		return STATUS_INVALID;
	return sound ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The last line that is not empty. */
static void keep_last_line(const char *tail, char problem[STORE_PROBLEM_SIZE])
{
	const char *start = tail, *end = tail + strlen(tail);

	while (end > tail && end[-1] == '\n')
		end--;
	for (const char *at = tail; at < end; at++)
		if (*at == '\n')
			start = at + 1;
	snprintf(problem, STORE_PROBLEM_SIZE, "%.*s", (int)(end - start), start);
}

/* A remedy where it is too old for the server or the file. */
static void explain(const char *program, const char *tail, char problem[STORE_PROBLEM_SIZE])
{
	static const char *const old[] = { "server version mismatch", "unsupported version" };
	char said[STORE_PROBLEM_SIZE];

	keep_last_line(tail, problem);
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		if (strstr(tail, old[i])) {
			memcpy(said, problem, sizeof(said));
			snprintf(problem, STORE_PROBLEM_SIZE,
			         _("this machine's %s is too old: install a postgresql-client as "
			           "new as the server (%s)"),
			         program, said);
			return;
		}
}

/* Reads all, keeps the end. */
static void read_tail(int from, char tail[TAIL_BYTES])
{
	size_t len = 0;
	ssize_t got;

	do {
		if (len == TAIL_BYTES - 1) {
			memmove(tail, tail + TAIL_BYTES / 2, len - TAIL_BYTES / 2);
			len -= TAIL_BYTES / 2;
		}
		got = read(from, tail + len, TAIL_BYTES - 1 - len);
		if (got > 0)
			len += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	tail[len] = '\0';
}

static enum status wait_for(pid_t child)
{
	int state = 0;

	while (waitpid(child, &state, 0) < 0)
		if (errno != EINTR)
			return STATUS_IO;
	return WIFEXITED(state) && WEXITSTATUS(state) == 0 ? STATUS_OK : STATUS_IO;
}

/* What it prints goes to `printed`, or nowhere where that is negative. */
static enum status start(const char *const *arguments, struct environment *environment, int printed,
                         int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	char *given[ARGUMENTS_MOST]; /* posix_spawnp() leaves them alone, whatever its type says */
	size_t count = 0;
	int result = posix_spawn_file_actions_init(&actions);

	if (result != 0)
		return STATUS_NO_MEMORY;
	while (arguments[count])
		count++;
	assert(count < ARGUMENTS_MOST);
	memcpy(given, arguments, (count + 1) * sizeof(*given));
	result = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (result == 0 && printed >= 0)
		result = posix_spawn_file_actions_adddup2(&actions, printed, STDOUT_FILENO);
	else if (result == 0)
		result = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
		                                          O_WRONLY, 0);
	if (result == 0)
		result = posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
	if (result == 0)
		result = posix_spawnp(child, given[0], &actions, NULL, given, environment->texts);
	posix_spawn_file_actions_destroy(&actions);
	if (result == ENOENT)
		return STATUS_NOT_FOUND;
	return result == 0 ? STATUS_OK : STATUS_IO;
}

static enum status run(const char *url, const char *const *arguments, int printed,
                       char problem[STORE_PROBLEM_SIZE])
{
	struct environment environment = { 0 };
	char tail[TAIL_BYTES] = "";
	int ends[2] = { -1, -1 };
	pid_t child;
	enum status status = environment_init(&environment, url);

	problem[0] = '\0';
	if (status == STATUS_OK && pipe2(ends, O_CLOEXEC) != 0)
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = start(arguments, &environment, printed, ends[1], &child);
	if (ends[1] >= 0)
		close(ends[1]);
	if (status == STATUS_OK) {
		read_tail(ends[0], tail);
		status = wait_for(child);
		explain(arguments[0], tail, problem);
	} else if (status == STATUS_NOT_FOUND) {
		snprintf(problem, STORE_PROBLEM_SIZE,
		         _("this machine has no %s: install postgresql-client"), arguments[0]);
	}
	if (ends[0] >= 0)
		close(ends[0]);
	environment_deinit(&environment);
	return status;
}

enum status store_dump(const char *url, const char *file, char problem[STORE_PROBLEM_SIZE])
{
	const char *const arguments[] = {
		"pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", file, NULL
	};

	return run(url, arguments, -1, problem);
}

/* --- rows as pg_restore prints them: COPY … FROM stdin; and lines up to \. --- */

/* Of a letter behind a backslash. */
static char unescape(char letter)
{
	static const char letters[] = "bfnrtv", bytes[] = "\b\f\n\r\t\v";
	const char *at = letter ? strchr(letters, letter) : NULL;

	return at ? bytes[at - letters] : letter;
}

/* In place. */
static struct span read_field(char *text, size_t len)
{
	size_t to = 0;

	if (len == 2 && memcmp(text, "\\N", 2) == 0)
		return (struct span){ NULL, 0 };
	for (size_t from = 0; from < len; from++) {
		if (text[from] == '\\' && from + 1 < len)
			text[to++] = unescape(text[++from]);
		else
			text[to++] = text[from];
	}
	return (struct span){ text, to };
}

static enum status read_row(char *line, store_dump_row visit, void *context)
{
	struct span fields[STORE_DUMP_FIELDS];
	size_t count = 0;

	for (char *at = line;; at++) {
		const size_t len = strcspn(at, "\t");
		const bool last = at[len] == '\0';

		if (count == STORE_DUMP_FIELDS)
			return STATUS_INVALID;
		fields[count++] = read_field(at, len);
		if (last)
			return visit(context, fields, count);
		at += len;
	}
}

static enum status read_printed(FILE *printed, store_dump_row visit, void *context, size_t *tables)
{
	enum status status = STATUS_OK;
	bool within = false;
	char *line = NULL;
	size_t room = 0;
	ssize_t got;

	while (status == STATUS_OK && (got = getline(&line, &room, printed)) > 0) {
		line[got - 1] = line[got - 1] == '\n' ? '\0' : line[got - 1];
		if (within && strcmp(line, "\\.") == 0) {
			within = false;
		} else if (within) {
			status = read_row(line, visit, context);
		} else if (strncmp(line, "COPY ", strlen("COPY ")) == 0) {
			within = true;
			++*tables;
		}
	}
	free(line);
	return status == STATUS_OK && ferror(printed) ? STATUS_IO : status;
}

enum status store_dump_table(const char *file, const char *table, store_dump_row visit,
                             void *context, size_t *tables, char problem[STORE_PROBLEM_SIZE])
{
	const char *const arguments[] = { "pg_restore", "--data-only", "--table", table,
		                          "--file=-",   file,          NULL };
	FILE *printed = tmpfile();
	enum status status;

	*tables = 0;
	problem[0] = '\0';
	if (!printed)
		return STATUS_IO;
	status = run("", arguments, fileno(printed), problem);
	if (status == STATUS_OK) {
		rewind(printed);
		status = read_printed(printed, visit, context, tables);
	}
	(void)fclose(printed);
	return status;
}

struct versions {
	store_dump_visit visit;
	void *context;
};

/* name, version */
static enum status visit_version(void *context, const struct span *fields, size_t count)
{
	const struct versions *versions = context;
	char name[64], version[16];

	if (count < 2 || fields[0].len >= sizeof(name) || fields[1].len >= sizeof(version) ||
	    !fields[0].ptr || !fields[1].ptr)
		return STATUS_INVALID;
	snprintf(name, sizeof(name), "%.*s", (int)fields[0].len, fields[0].ptr);
	snprintf(version, sizeof(version), "%.*s", (int)fields[1].len, fields[1].ptr);
	versions->visit(versions->context, name, (int)strtol(version, NULL, 10));
	return STATUS_OK;
}

enum status store_dump_versions(const char *file, store_dump_visit visit, void *context,
                                char problem[STORE_PROBLEM_SIZE])
{
	struct versions versions = { visit, context };
	size_t tables;

	return store_dump_table(file, "dayi_schema", visit_version, &versions, &tables, problem);
}

/* --- putting back --- */

/* Who sets a name for its connections in the URL has it in this one, too. */
static const char others_sql[] =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND"
        " (application_name LIKE 'dayi%' OR"
        " application_name = current_setting('application_name'))";

static enum status count_others(struct link *link, int64_t deadline_us,
                                char problem[STORE_PROBLEM_SIZE])
{
	PGresult *result = NULL;
	const enum link_reply reply =
	        link_receive(link, PQsendQuery(link->conn, others_sql), deadline_us, &result);
	enum status status = STATUS_OK;

	if (reply != LINK_GOOD || PQntuples(result) != 1) {
		link_words(link, problem, STORE_PROBLEM_SIZE);
		status = STATUS_IO;
	} else if (strcmp(PQgetvalue(result, 0, 0), "0") != 0) {
		status = STATUS_BUSY;
	}
	PQclear(result);
	return status;
}

enum status store_undump_ready(const char *url, char problem[STORE_PROBLEM_SIZE])
{
	struct link link = { .clock = clock_system() };
	const int64_t deadline_us = clock_monotonic_us(&link.clock) + READY_MS * INT64_C(1000);
	const struct timespec pause = { .tv_nsec = READY_PAUSE_MS * 1000000L };
	enum status status = STATUS_IO;

	problem[0] = '\0';
	if (link_open(&link, url, NULL, deadline_us) == LINK_GOOD)
		status = count_others(&link, deadline_us, problem);
	else
		link_words(&link, problem, STORE_PROBLEM_SIZE);
	for (int i = 0; status == STATUS_BUSY && i < READY_TRIES; i++) {
		(void)nanosleep(&pause, NULL);
		status = count_others(&link, deadline_us, problem);
	}
	link_close(&link);
	return status;
}

enum status store_undump(const char *url, const char *file, char problem[STORE_PROBLEM_SIZE])
{
	/* pg_restore takes no database from the environment: with an empty --dbname it does. */
	const char *const arguments[] = { "pg_restore",           "--dbname=",  "--clean",
		                          "--if-exists",          "--no-owner", "--no-privileges",
		                          "--single-transaction", file,         NULL };

	return run(url, arguments, -1, problem);
}
