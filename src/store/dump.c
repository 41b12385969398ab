#include "store/dump.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/language.h"

enum {
	ENVIRONMENT_MOST = 40,
	ARGUMENTS_MOST = 16,
	TAIL_BYTES = 4096,
	VERSIONS_BYTES = 64 << 10, /* of the table of versions, a few lines */
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
		keep_last_line(tail, problem);
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

/* "name<tab>version" between COPY … FROM stdin; and \., as pg_restore prints a table. */
static void read_versions(char *text, store_dump_visit visit, void *context)
{
	bool within = false;
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *tab = strchr(line, '\t');

		if (strncmp(line, "COPY ", strlen("COPY ")) == 0) {
			within = true;
		} else if (strcmp(line, "\\.") == 0) {
			within = false;
		} else if (within && tab) {
			*tab = '\0';
			visit(context, line, (int)strtol(tab + 1, NULL, 10));
		}
	}
}

static enum status read_printed(int printed, store_dump_visit visit, void *context)
{
	char text[VERSIONS_BYTES];
	const ssize_t got = pread(printed, text, sizeof(text) - 1, 0);

	if (got < 0)
		return STATUS_IO;
	text[got] = '\0';
	read_versions(text, visit, context);
	return STATUS_OK;
}

enum status store_dump_versions(const char *file, store_dump_visit visit, void *context,
                                char problem[STORE_PROBLEM_SIZE])
{
	const char *const arguments[] = { "pg_restore", "--data-only", "--table=dayi_schema",
		                          "--file=-",   file,          NULL };
	const int printed = memfd_create("dayi-versions", MFD_CLOEXEC);
	enum status status;

	if (printed < 0)
		return STATUS_IO;
	status = run("", arguments, printed, problem);
	if (status == STATUS_OK)
		status = read_printed(printed, visit, context);
	close(printed);
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
