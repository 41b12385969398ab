/*
 * Source: where the facts about an applicant are read from: a SQLite file or a PostgreSQL server.
 *
 * A source is one connection, which is made when it is first read from, and made again after a
 * loss. One thread at a time; pool.h keeps several.
 *
 * Nothing of a record ever reaches the log: it names relations, columns and the database's error
 * codes; the database's own words only where a statement does not compile or no connection is made.
 */
#ifndef DAYI_RECORDS_SOURCE_H
#define DAYI_RECORDS_SOURCE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/facts/facts.h"
#include "office/records/mapping.h"

enum { RECORD_ID_SIZE = 19, RECORD_NAME_SIZE = 97, RECORD_COMPANY_SIZE = 193 };

/* Texts are borrowed for as long as a source or pool made from them lives. */
struct record_settings {
	const char *kind;     /* "none", "sqlite" or "postgresql" */
	const char *file;     /* of SQLite */
	const char *conninfo; /* of PostgreSQL: "host=… dbname=…" or a postgresql:// address */
	const char *mapping;  /* file (mapping.h); NULL or "": the tables of dayi records import */
	int64_t deadline_ms;  /* of one look-up, waiting included */
	int64_t threads;      /* of a pool: how many look-ups may run at a time */
	int64_t queue;        /* of a pool: how many may be under way, results not taken included */
	int64_t retry_ms;     /* of a pool: how long a source that failed is left alone */
};

/* What became of one relation. Unless RECORD_READ it stays unknown. */
enum record_outcome {
	RECORD_NOT_ASKED,
	RECORD_READ,
	RECORD_NOT_MAPPED,   /* it has no SELECT */
	RECORD_WRONG_SCHEMA, /* its SELECT does not compile, or gives a column that we do not know;
	                      * or the mapping does not fit the relations any more */
	RECORD_UNREACHABLE,  /* no connection, or it was lost */
	RECORD_FAILED,       /* the SELECT failed while it ran */
	RECORD_TOO_LARGE,    /* more rows than a relation may have */
	RECORD_TIMED_OUT,
	RECORD_RESTING,   /* a pool leaves the source alone for a while after a failure */
	RECORD_FORBIDDEN, /* a pool's before_read refused */
	RECORD_STOPPED,   /* the pool was stopped before */
	RECORD_OUTCOME_COUNT
};

/* For metrics and the log: "read", "timed_out". Static. */
const char *record_outcome_text(enum record_outcome outcome);

struct record_report {
	enum record_outcome relations[RELATIONS_MOST];
	unsigned unusable; /* values of another form, or no word, of their column: unknown */
};

enum { RELATIONS_TEXT_SIZE = RELATIONS_MOST * (RELATION_NAME_MOST + 1) };

/* The names of those of the mask, parted by blanks, as the audit has them. Returns text. */
const char *record_relations_text(const struct relations *among, unsigned relations,
                                  char text[RELATIONS_TEXT_SIZE]);

/* Sets the outcome of every relation of the mask, and of the others RECORD_NOT_ASKED. */
void record_report_all(struct record_report *report, unsigned relations,
                       enum record_outcome outcome);

/* Somebody who is found. Texts that are too long are cut; "" where there is none. */
struct record_found_one {
	char id_number[RECORD_ID_SIZE];
	char name[RECORD_NAME_SIZE], company[RECORD_COMPANY_SIZE];
};

struct record_found {
	enum record_outcome outcome; /* RECORD_READ, or why nobody can be found */
	struct record_found_one people[RECORD_FOUND_MOST]; /* each once */
	size_t count;
	bool more; /* than fit */
};

struct record_source;

/*
 * Reads the mapping of the relations, which are kept; connects to nothing yet. STATUS_INVALID, with
 * faults, for an unknown kind, a connection string that cannot be read, and faults of the mapping.
 * Owned by the caller.
 */
MUST_CHECK enum status record_source_create(struct record_source **out,
                                            const struct record_settings *settings,
                                            struct relations *relations, struct log *log,
                                            struct clock clock, struct faults *faults);
void record_source_destroy(struct record_source *source);

/*
 * Reads the relations of the mask (RELATION_BIT) about one ID number in one read-only transaction:
 * what is read holds together. What cannot be read by the deadline (of the monotonic clock) is
 * absent from `facts`, never half there. The report tells of each relation. They are those of the
 * facts: where the knowledge has got others since, the mapping is read anew.
 */
void record_source_read(struct record_source *source, const char *id_number, unsigned relations,
                        int64_t deadline_us, struct facts *facts, struct record_report *report);

/* Likewise: whom the values, as many as record_find_values() says, belong to. */
void record_source_find(struct record_source *source, enum record_find find,
                        const char *const *values, int64_t deadline_us, struct record_found *out);

#endif
