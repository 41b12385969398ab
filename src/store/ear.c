/*
 * Listening to PostgreSQL, on a connection of its own. ear_open() tries out whether it works: what
 * is set for a session must be there in its next transaction, and a hint that a second connection
 * gives must come. A pooler that lends one server session to several clients fails either.
 *
 * A connection that was lost is made again after a pause, and counts as a hint, for one may have
 * been missed. So do the words about hints for which there was no room.
 */
#include <assert.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "store/backend.h"
#include "store/link.h"

enum { CONNECT_MS = 3000, TRIAL_MS = 3000, PAUSE_MS = 500, MARK_SIZE = 32, ABOUTS_MOST = 32 };

struct ear {
	struct link link;
	int64_t retry_at_us;
	char listen[64]; /* the statement */
	const char *name;
	char abouts[ABOUTS_MOST][HINT_ABOUT_SIZE]; /* words about what came */
	size_t taken, count;                       /* of them */
	char conninfo[];
};

static int64_t in_ms(const struct ear *ear, int64_t ms)
{
	return clock_monotonic_us(&ear->link.clock) + ms * 1000;
}

static enum link_reply join(struct ear *ear)
{
	return link_open(&ear->link, ear->conninfo, ear->listen, in_ms(ear, CONNECT_MS));
}

/* Foreign: anybody who may use the database can give a hint. */
static void keep_about(struct ear *ear, const char *about)
{
	const bool fits = ear->count < ABOUTS_MOST && strlen(about) < HINT_ABOUT_SIZE;

	if (ear->count < ABOUTS_MOST)
		ear->count++;
	snprintf(ear->abouts[ear->count - 1], HINT_ABOUT_SIZE, "%s", fits ? about : "");
}

bool ear_take(struct ear *ear, char about[HINT_ABOUT_SIZE])
{
	if (ear->taken == ear->count) {
		ear->taken = ear->count = 0;
		return false;
	}
	memcpy(about, ear->abouts[ear->taken++], HINT_ABOUT_SIZE);
	return true;
}

/* What has come so far. */
static bool take_hints(struct ear *ear)
{
	bool heard = false;
	PGnotify *note;

	while ((note = PQnotifies(ear->link.conn)) != NULL) {
		if (strcmp(note->relname, ear->name) == 0) {
			keep_about(ear, note->extra ? note->extra : "");
			heard = true;
		}
		PQfreemem(note);
	}
	return heard;
}

static enum link_reply wait_for_hint(struct ear *ear, int wake, int64_t deadline_us)
{
	for (;;) {
		enum link_reply reply;

		if (take_hints(ear))
			return LINK_GOOD;
		reply = link_wait(&ear->link, POLLIN, wake, deadline_us);
		if (reply != LINK_GOOD)
			return reply;
		if (!PQconsumeInput(ear->link.conn))
			return LINK_LOST;
	}
}

/* The first value that the statement gives is the expected one. */
static bool gives(struct link *link, const char *sql, const char *expected, int64_t deadline_us)
{
	PGresult *result = NULL;
	const enum link_reply reply =
	        link_receive(link, PQsendQuery(link->conn, sql), deadline_us, &result);
	const bool same = reply == LINK_GOOD && PQntuples(result) == 1 &&
	                  strcmp(PQgetvalue(result, 0, 0), expected) == 0;

	PQclear(result);
	return same;
}

/*
 * While this session rests, another one works, so that a pooler has reason to lend it: then the
 * session is another one, or has another's settings.
 */
static bool session_lasts(struct ear *ear, struct link *other, int64_t deadline_us)
{
	char own[MARK_SIZE], sql[128];

	snprintf(own, sizeof(own), "dayi-%d", PQbackendPID(ear->link.conn));
	snprintf(sql, sizeof(sql), "SET application_name TO '%s'", own);
	if (link_command(&ear->link, sql, deadline_us) != LINK_GOOD ||
	    link_command(other, "SET application_name TO 'dayi-other'", deadline_us) != LINK_GOOD)
		return false;
	snprintf(sql, sizeof(sql), "SELECT pg_backend_pid()::text");
	/* A pooler gives each client a number of its own. */
	if (!gives(&ear->link, sql, own + strlen("dayi-"), deadline_us))
		return false;
	return gives(&ear->link, "SELECT current_setting('application_name')", own, deadline_us);
}

static bool hint_comes(struct ear *ear, struct link *other, int64_t deadline_us)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "NOTIFY %s", ear->name);
	return link_command(other, sql, deadline_us) == LINK_GOOD &&
	       wait_for_hint(ear, -1, deadline_us) == LINK_GOOD;
}

static enum status say_unreachable(const struct link *link, enum link_reply reply,
                                   char problem[STORE_PROBLEM_SIZE])
{
	char words[STORE_PROBLEM_SIZE / 2];

	link_words(link, words, sizeof(words));
	snprintf(problem, STORE_PROBLEM_SIZE, _("PostgreSQL cannot be reached: %s"),
	         reply == LINK_LATE ? _("no answer in time") : words);
	return STATUS_IO;
}

static bool is_cut(const struct link *link)
{
	return !link->conn || PQstatus(link->conn) == CONNECTION_BAD;
}

/* The trial failed: a connection broke in it, or LISTEN is lost with the session. */
static enum status say_unsuited(const struct ear *ear, const struct link *other,
                                char problem[STORE_PROBLEM_SIZE])
{
	if (is_cut(&ear->link) || is_cut(other))
		return say_unreachable(is_cut(&ear->link) ? &ear->link : other, LINK_LOST, problem);
	snprintf(problem, STORE_PROBLEM_SIZE, "%s",
	         _("LISTEN does not last on this connection: a pooler such as PgBouncer "
	           "stands in between. Name the PostgreSQL server itself"));
	return STATUS_INVALID;
}

static enum status try_out(struct ear *ear, char problem[STORE_PROBLEM_SIZE])
{
	struct link other = { .clock = ear->link.clock };
	enum link_reply reply = join(ear);
	enum status status = STATUS_OK;

	if (reply != LINK_GOOD)
		return say_unreachable(&ear->link, reply, problem);
	reply = link_open(&other, ear->conninfo, NULL, in_ms(ear, CONNECT_MS));
	if (reply != LINK_GOOD) {
		status = say_unreachable(&other, reply, problem);
	} else if (!session_lasts(ear, &other, in_ms(ear, TRIAL_MS)) ||
	           !hint_comes(ear, &other, in_ms(ear, TRIAL_MS))) {
		status = say_unsuited(ear, &other, problem);
	}
	link_close(&other);
	return status;
}

enum status ear_open(struct ear **out, const char *conninfo, const char *name,
                     char problem[STORE_PROBLEM_SIZE])
{
	const char *wrong = postgres_conninfo_problem(conninfo);
	const size_t size = strlen(conninfo) + 1;
	struct ear *ear;
	enum status status;

	snprintf(problem, STORE_PROBLEM_SIZE, "%s", wrong ? _(wrong) : "");
	if (wrong)
		return STATUS_INVALID;
	ear = calloc(1, sizeof(*ear) + size);
	if (!ear)
		return STATUS_NO_MEMORY;
	memcpy(ear->conninfo, conninfo, size);
	ear->name = name;
	ear->link.clock = clock_system();
	snprintf(ear->listen, sizeof(ear->listen), "LISTEN %s", name);
	status = try_out(ear, problem);
	ear->count = 0;
	if (status == STATUS_OK)
		*out = ear;
	else
		ear_close(ear);
	return status;
}

void ear_close(struct ear *ear)
{
	if (!ear)
		return;
	link_close(&ear->link);
	free(ear);
}

/* Until the time to connect again; false when it comes after the deadline, or `wake` first. */
static bool rest(const struct ear *ear, int wake, int64_t deadline_us)
{
	const bool long_enough = ear->retry_at_us <= deadline_us;
	const int64_t until_us = long_enough ? ear->retry_at_us : deadline_us;
	struct pollfd descriptor = { wake, POLLIN, 0 };
	const int64_t left_ms = link_left_ms(&ear->link, until_us);

	return (left_ms == 0 || poll(&descriptor, 1, (int)left_ms) == 0) && long_enough;
}

bool ear_wait(struct ear *ear, int wake, int64_t most_ms)
{
	const int64_t deadline_us = in_ms(ear, most_ms);
	enum link_reply reply;

	if (!ear->link.conn) {
		if (!rest(ear, wake, deadline_us))
			return false;
		reply = join(ear);
		if (reply == LINK_GOOD) {
			keep_about(ear, "");
			return true;
		}
	} else {
		reply = wait_for_hint(ear, wake, deadline_us);
		if (reply == LINK_GOOD)
			return true;
		if (reply != LINK_LOST)
			return false;
	}
	link_close(&ear->link);
	ear->retry_at_us = in_ms(ear, PAUSE_MS);
	return false;
}
