/*
 * Source select: reading a PostgreSQL that belongs to somebody else. It can do nothing but read:
 * every transaction is READ ONLY. No wait is longer than its deadline, and the server is told the
 * deadline, too, so that it cancels a query that nobody waits for any more.
 *
 * A source is one connection, for one thread at a time. It is made when source_open() is called,
 * and gone after SOURCE_LATE and SOURCE_LOST: then call source_close(), and open it again for the
 * next read. Deadlines are moments of the clock's monotonic_us().
 */
#ifndef DAYI_STORE_SOURCE_SELECT_H
#define DAYI_STORE_SOURCE_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"

struct source;

enum source_outcome {
	SOURCE_DONE,
	SOURCE_REFUSED, /* the server refused; the connection lives, a transaction is spoiled */
	SOURCE_LATE,    /* the deadline is over */
	SOURCE_LOST,    /* the connection is gone, or there is none */
};

/* Why it was refused, or is gone. Texts are "" where nothing is known, or nothing may be told. */
struct source_fault {
	char code[6];      /* SQLSTATE */
	char message[256]; /* of the statement or the connection, never of data */
};

/* As store_url_problem(), of a connection string or URL; NULL: it can be read. */
const char *source_problem(const char *conninfo);

/* Copies the string; connects to nothing yet. NULL: out of memory. */
struct source *source_create(const char *conninfo, struct clock clock);
/* Takes NULL. */
void source_destroy(struct source *source);

bool source_is_open(const struct source *source);
enum source_outcome source_open(struct source *source, int64_t deadline_us,
                                struct source_fault *fault);
/* With what was prepared. Does not wait for the server. */
void source_close(struct source *source);

/*
 * Prepares a SELECT of so many parameters, $1 and on, under a number of the caller's. Outside of a
 * transaction, which a statement that does not compile would spoil.
 */
enum source_outcome source_prepare(struct source *source, size_t number, const char *sql,
                                   size_t parameters, int64_t deadline_us,
                                   struct source_fault *fault);

/* Everything read from here to source_end() shows the database at one moment. */
enum source_outcome source_begin(struct source *source, int64_t deadline_us);

/* `good`: nothing was refused since. */
enum source_outcome source_end(struct source *source, bool good, int64_t deadline_us);

/* The rows of one SELECT, all of them. */
struct source_rows;
size_t source_columns(const struct source_rows *rows);
const char *source_column(const struct source_rows *rows, size_t column);
size_t source_count(const struct source_rows *rows);
/* As text; ptr is NULL for NULL. */
struct span source_value(const struct source_rows *rows, size_t row, size_t column);

/*
 * Runs what was prepared, and shows its rows, which are borrowed for the call. A message of the
 * server is never told here, for it may quote data; its code is.
 */
enum source_outcome source_select(struct source *source, size_t number, const char *const *values,
                                  size_t count, int64_t deadline_us,
                                  void (*take)(void *context, const struct source_rows *rows),
                                  void *context, struct source_fault *fault);

#endif
