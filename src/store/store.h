/*
 * Store: what must last, behind one interface, so that rows are written and read without knowing
 * which database keeps them. The folder that owns a table holds its schema and its statements.
 *
 * A store is one connection. One thread at a time; everything here may wait for the disk or for
 * another program, so it belongs into jobs. The database is a SQLite file, or PostgreSQL where
 * several machines share what they keep.
 *
 * Statements are text that both understand: parameters are $1, $2 …, each where its type can be
 * told (a column beside it, or CAST($1 AS BIGINT)), a sub-query in FROM has a name, and nothing
 * hangs on how texts are sorted or on keys that the database makes up. What must be in order counts
 * in a row of its own, within a TX_WRITE.
 *
 * This process never opens a SQLite file, its -wal or its -shm by itself: closing any descriptor of
 * a file drops all locks that the process has on it (POSIX), SQLite's among them. Another program
 * then takes the file for unused, removes the -wal and with it all that was written since.
 */
#ifndef DAYI_STORE_STORE_H
#define DAYI_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/seal.h"
#include "base/span.h"
#include "base/status.h"

struct store;
struct tx;

enum { STORE_PROBLEM_SIZE = 256, STORE_COLUMNS_MOST = 24 };

/*
 * Once, before the process opens any database and before it has threads: a connection to SQLite
 * takes memory for pages as it reads them, not for twenty beforehand, 87 KiB each. Without it
 * everything works as well.
 */
void store_take_pages_singly(void);

struct store_settings {
	/*
	 * sqlite:FILE or just FILE; postgres://… or postgresql://…, or libpq's "host=… dbname=…".
	 * What begins with a lower-case word and "=" is the latter.
	 */
	const char *url;
	int64_t busy_ms; /* how long one that another program holds is waited for, per attempt */
	bool read_only;  /* nothing is made or brought up to date; the store may be in use */
};

/* Whether it names a PostgreSQL: several processes may share it, and it may be away at times. */
bool store_is_shared(const char *url);

/*
 * Of another store that is kept beside this one: the file of that name in its folder, or the same
 * PostgreSQL. False: too long for `size`.
 */
MUST_CHECK bool store_beside(const char *url, const char *name, char *out, size_t size);

/* As in settings; NULL: it can be read. Quotes nothing of it, for it may hold a password. */
const char *store_url_problem(const char *url);

/* The name of the file, of a URL that is not shared; within `url`. */
const char *store_file(const char *url);

/* What may be logged of it: the file's name, or server and database without user and password. */
enum { STORE_NAME_SIZE = 256 };
const char *store_name(const char *url, char name[STORE_NAME_SIZE]);

/*
 * The tables of one owner. Migrations only go forward.
 *
 * Steps are written for SQLite, with STRICT tables. PostgreSQL takes them with INTEGER, REAL and
 * BLOB as BIGINT, DOUBLE PRECISION and BYTEA, without STRICT and WITHOUT ROWID; a step that needs
 * more than that stands in `postgres` as well.
 */
struct store_schema {
	const char *table;           /* that a store of any version above 0 has; [a-z_] */
	const char *const *steps;    /* each brings the schema from the version that is its index to
	                                the next one; a new store takes them all */
	int version;                 /* how many steps there are */
	const char *const *postgres; /* as many, NULL where the step serves both; or NULL */
};

/*
 * Opens the store, making a file (mode 0600, its folder 0700) when it is missing, and brings its
 * schema up to date, all of it or nothing. In PostgreSQL the tables lie where the connection's
 * search_path begins. STATUS_INVALID when a later version or another program wrote it, STATUS_BUSY,
 * STATUS_IO, STATUS_NO_MEMORY; `problem` then says what hindered. Read-only, a later or earlier
 * version is taken as it is (store_version()), and one that is missing is STATUS_NOT_FOUND. Owned
 * by the caller.
 *
 * A PostgreSQL that goes away later does not close the store: store_begin() connects again.
 */
MUST_CHECK enum status store_open(struct store **out, const struct store_settings *settings,
                                  const struct store_schema *schema,
                                  char problem[STORE_PROBLEM_SIZE]);

/*
 * As store_open(), for a store some of whose values are sealed: `seal` is that of the secret in
 * `key_file`, which is made when it is missing. Of processes that make it at the same time one
 * does, and all of them read it. Both owned by the caller; unless STATUS_OK both are NULL.
 */
MUST_CHECK enum status store_open_sealed(struct store **out, struct seal **seal,
                                         const struct store_settings *settings,
                                         const struct store_schema *schema, const char *key_file,
                                         char problem[STORE_PROBLEM_SIZE]);

/* No transaction may be open. Takes NULL. */
void store_close(struct store *store);

/* The version of its schema: how many of the steps it has taken. */
int store_version(const struct store *store);

/* What the database said last, for the log. Borrowed until the next call. */
const char *store_problem(const struct store *store);

/*
 * Whether the names still lead to what was opened. False: somebody renamed, removed or exchanged
 * the file, and what is written now is not where its name leads. Always true of PostgreSQL, which
 * leaves no other place to write to. Any thread.
 */
bool store_in_place(const struct store *store);

/*
 * Before one is closed that is not in its place any more: writes what is still beside the file into
 * it, wherever that is now, and sees to it that the close leaves alone what others have put under
 * its names. STATUS_BUSY when another program reads it: it must not be closed then, for its -wal
 * would be taken for that of what has taken its place. Otherwise close it, whatever this returns;
 * unless STATUS_OK, something that was written is lost. PostgreSQL has nothing to settle:
 * STATUS_OK.
 */
enum status store_settle(struct store *store);

/* --- cells: what stands for a parameter, or in a column of a row --- */

enum cell_kind { CELL_NULL, CELL_INTEGER, CELL_REAL, CELL_TEXT, CELL_BYTES };

struct cell {
	enum cell_kind kind;
	union {
		int64_t integer;
		double real;
		struct span text; /* of CELL_BYTES, too */
	};
};

static inline struct cell cell_null(void)
{
	return (struct cell){ .kind = CELL_NULL };
}

static inline struct cell cell_integer(int64_t integer)
{
	return (struct cell){ .kind = CELL_INTEGER, .integer = integer };
}

static inline struct cell cell_real(double real)
{
	return (struct cell){ .kind = CELL_REAL, .real = real };
}

static inline struct cell cell_span(struct span text)
{
	return (struct cell){ .kind = CELL_TEXT, .text = text };
}

static inline struct cell cell_bytes(struct span bytes)
{
	return (struct cell){ .kind = CELL_BYTES, .text = bytes };
}

/* NULL gives CELL_NULL. */
static inline struct cell cell_text(const char *text)
{
	return text ? cell_span(span_of(text)) : cell_null();
}

/* What a column holds, read as what it should be: 0 and "" where it holds something else. */
int64_t cell_as_integer(const struct cell *value);
double cell_as_real(const struct cell *value);
struct span cell_as_span(const struct cell *value);
/* Ends with a zero byte; NULL for CELL_NULL. For values of a row only. */
const char *cell_as_text(const struct cell *value);

/* --- transactions --- */

enum tx_kind {
	TX_READ,  /* sees the store as of one moment */
	TX_WRITE, /* and nobody else has a TX_WRITE of this schema meanwhile */
	TX_ROWS,  /* writes beside others, where PostgreSQL is: for rows that are only added, or
	             changed on a condition that stands in the statement itself. A row that another
	             one changes is waited for. Over a file it is a TX_WRITE. */
};

/*
 * One at a time. STATUS_BUSY when another program holds the store. A connection that was lost is
 * made again; where that fails STATUS_IO, at once for a while: a server that is away costs the
 * time to connect only now and then.
 */
MUST_CHECK enum status store_begin(struct store *store, enum tx_kind kind, struct tx **out);

/*
 * Ends it either way; unless STATUS_OK nothing of it was written. But where a connection is lost
 * during the commit, STATUS_IO, nobody knows: look, before writing it once more.
 */
MUST_CHECK enum status tx_commit(struct tx *tx);
void tx_rollback(struct tx *tx);

/* Commits when `status` is STATUS_OK, else rolls back; returns what came of it. */
MUST_CHECK enum status tx_end(struct tx *tx, enum status status);

/*
 * Runs one statement without rows. `values` stand for $1, $2 … *changed is set to how many rows it
 * wrote, unless NULL. STATUS_INVALID when the tables do not take a value, or have no such column;
 * STATUS_BUSY, STATUS_IO, STATUS_NO_MEMORY. After a failure the transaction can only be rolled
 * back. `sql` must live as long as the store: its compiled form is kept under its address.
 */
MUST_CHECK enum status tx_run(struct tx *tx, const char *sql, const struct cell *values,
                              size_t count, size_t *changed);

/*
 * Sees one row, whose columns are borrowed for the call. Anything but STATUS_OK ends the query,
 * which returns it. It may run no statement of the same address.
 */
typedef enum status (*row_visitor)(void *context, const struct cell *columns);

/*
 * As tx_run(), with rows. *seen is set to how many there were, unless NULL. All of them may be held
 * in memory at once: read a large table in pieces.
 */
MUST_CHECK enum status tx_query(struct tx *tx, const char *sql, const struct cell *values,
                                size_t count, row_visitor visit, void *context, size_t *seen);

/*
 * Takes a lease, or renews one's own: *got tells whether this store holds it for `ttl_ms` more, by
 * the database's clock. Nobody else gets it meanwhile. Of a TX_WRITE.
 */
MUST_CHECK enum status tx_lease(struct tx *tx, const char *name, int64_t ttl_ms, bool *got);

/* The database's clock: milliseconds since 1970. For all that several processes must agree on. */
MUST_CHECK enum status tx_now(struct tx *tx, int64_t *ms);

/* --- hints --- */

/*
 * Once the transaction is committed, those who listen for `name` ([a-z_]) hear that it may be worth
 * a look. Only a hint: it may get lost, so they look now and then by themselves, too. A SQLite file
 * has none.
 */
MUST_CHECK enum status tx_hint(struct tx *tx, const char *name);

enum { HINT_ABOUT_SIZE = 80 };

/* Likewise, with a word about it for hints_take(): ASCII, shorter than HINT_ABOUT_SIZE. */
MUST_CHECK enum status tx_hint_about(struct tx *tx, const char *name, const char *about);

struct hints;

/*
 * Listens for a hint, on a connection of its own. First it is tried out whether listening works
 * there: STATUS_INVALID when it does not, as behind a pooler that hands a session from one client
 * to the next, STATUS_IO, STATUS_NO_MEMORY; `problem` says what to do. Owned by the caller.
 */
MUST_CHECK enum status store_listen(struct hints **out, const char *url, const char *name,
                                    char problem[STORE_PROBLEM_SIZE]);

/*
 * Waits for the hint, `most_ms` at most; true when it came, or may have been missed. One thread at
 * a time, but for hints_wake().
 */
bool hints_wait(struct hints *hints, int64_t most_ms);

/*
 * After hints_wait(), in its thread: the word about the next hint that came, in their order; ""
 * where it has none, or some may have been missed. False: no more. Who needs no words need not ask.
 */
bool hints_take(struct hints *hints, char about[HINT_ABOUT_SIZE]);

/* Ends a wait, or else the next one, at once. Any thread. */
void hints_wake(struct hints *hints);

/* Takes NULL. */
void hints_close(struct hints *hints);

#endif
