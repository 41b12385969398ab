/*
 * Backend: what source.c and the two databases share. Private to records/.
 */
#ifndef DAYI_RECORDS_BACKEND_H
#define DAYI_RECORDS_BACKEND_H

#include "office/records/mapping.h"
#include "office/records/source.h"

struct reading;
struct finding;

struct backend {
	/* The fault of the settings, without quoting them; NULL if there is none. */
	const char *(*problem)(const struct record_settings *settings);
	void *(*open)(struct record_source *source); /* NULL: out of memory */
	void (*close)(void *state);
	void (*disconnect)(void *state); /* the mapping has changed: forget the statements */
	/* Reads what `reading` wants, each relation through the functions below. */
	void (*read)(void *state, struct reading *reading);
	/* Finds people through finding_add(). The reading has no facts, only a deadline. */
	enum record_outcome (*find)(void *state, struct reading *reading,
	                            const struct finding *finding);
};

struct record_source {
	struct record_settings settings;
	const struct backend *backend; /* NULL: kind "none" */
	void *state;
	struct relations *relations;    /* of the mapping */
	struct record_mapping *mapping; /* NULL: it does not fit them */
	struct log *log;
	struct clock clock;
	enum record_outcome last[RELATIONS_MOST]; /* only what changes is logged */
	unsigned unusable[RELATIONS_MOST];        /* a bit a column: logged once */
	bool unreachable;
};

extern const struct backend backend_sqlite, backend_postgres;

/* One call of record_source_read(). */
struct reading {
	struct record_source *source;
	const char *id_number;
	unsigned relations;
	int64_t deadline_us;
	struct facts *facts;
	struct record_report *report;
};

/* One call of record_source_find(). */
struct finding {
	enum record_find find;
	const char *sql;
	const char *const *values;
	size_t count;
	struct record_found *out;
};

enum { FINDING_COLUMNS = 3 }; /* that count: ID number, name, company */

/* Adds a row; ptr NULL for what is unknown. Somebody without an ID number is left out. */
void finding_add(const struct finding *finding, const struct span values[FINDING_COLUMNS]);

/* Logs why nobody can be found: a code, and the database's words of the statement or NULL. */
void finding_log(const struct reading *reading, const struct finding *finding, const char *code,
                 const char *message);

/* The columns of a result, as columns of the relation. */
struct result_columns {
	size_t columns[RELATION_COLUMNS_MOST];
	size_t count;
};

/* Until the deadline, rounded up; 0 when it is over. */
int64_t reading_left_ms(const struct reading *reading);

/* Whether the relation is wanted, has a SELECT, and has no outcome yet. */
bool reading_wants(const struct reading *reading, size_t relation);

/*
 * Ends a relation that was not read: it is forgotten. `code` is the database's error code;
 * `message` its words or NULL, which must be of the statement, not of the data.
 */
void reading_fail(struct reading *reading, size_t relation, enum record_outcome outcome,
                  const char *code, const char *message);

/* The same for every relation that has no outcome yet; logs that the source cannot be reached. */
void reading_lose(struct reading *reading, enum record_outcome outcome, const char *code,
                  const char *message);

/* Matches the names; false when the relation has no such column, or one twice: it has failed then.
 */
bool reading_match(struct reading *reading, size_t relation, const char *const *names, size_t count,
                   struct result_columns *out);

/*
 * Adds a row of `columns->count` values, NULL for unknown ones; false when that is impossible: the
 * relation has failed then. Booleans may be t and f.
 */
bool reading_add_row(struct reading *reading, size_t relation, const struct result_columns *columns,
                     const struct span *values);

/* The relation has been read to its end. */
void reading_done(struct reading *reading, size_t relation);

#endif
