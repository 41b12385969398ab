/*
 * Link: a connection to PostgreSQL on which no wait is longer than its deadline. Private to store/,
 * and the way in which all of it speaks to libpq. One thread at a time.
 *
 * Deadlines are moments of the link's monotonic clock, in microseconds. After LINK_LATE and
 * LINK_LOST the connection can only be closed.
 */
#ifndef DAYI_STORE_LINK_H
#define DAYI_STORE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "base/clock.h"

struct link {
	PGconn *conn; /* NULL: closed */
	struct clock clock;
};

/* What became of one exchange with the server. */
enum link_reply {
	LINK_GOOD,
	LINK_ERROR, /* the server refused; the connection lives */
	LINK_LATE,  /* the deadline is over */
	LINK_LOST,  /* the connection is gone */
};

/*
 * Connects, and sets what all users want: UTF-8, ISO dates, no notices on standard error. `setup`
 * holds more commands, or is NULL. After anything but LINK_GOOD link_words() tells why; close it.
 */
enum link_reply link_open(struct link *link, const char *conninfo, const char *setup,
                          int64_t deadline_us);

/* Does not wait for the server, whose statement_timeout ends a query that still runs. */
void link_close(struct link *link);

/* Milliseconds until the deadline, rounded up; 0 when it is over. */
int64_t link_left_ms(const struct link *link, int64_t deadline_us);

/* Waits for the socket, or, unless it is -1, for `other` to be readable: LINK_ERROR then. */
enum link_reply link_wait(struct link *link, short events, int other, int64_t deadline_us);

/*
 * Waits for the answer to what was sent (`sent`: what the PQsend function returned). *out is the
 * first result that is bad, or else the last one; the caller's, NULL where there is none.
 */
enum link_reply link_receive(struct link *link, int sent, int64_t deadline_us, PGresult **out);

/* Statements without parameters, one or several. */
enum link_reply link_command(struct link *link, const char *sql, int64_t deadline_us);

/* "" where there is none. */
const char *link_sqlstate(const PGresult *result);

/* The first line of what libpq says of the connection: names host and user, no password. */
void link_words(const struct link *link, char *out, size_t size);

#endif
