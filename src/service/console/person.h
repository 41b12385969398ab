/*
 * Person: the whole of one applicant before an operator: the verdicts of every entry that has
 * rules, the facts that decided them, and what is still to be asked of the caller.
 *
 * One person is open in a session of the console at a time. The record, and what the caller says,
 * are in this process's memory only: they are gone when another person is opened, the session is
 * signed out or has been idle, or the process ends.
 *
 * Nothing here asks who may: console.c has done that. All of it is for the loop's thread.
 */
#ifndef DAYI_SERVICE_PERSON_H
#define DAYI_SERVICE_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "engine/diagnose/diagnosis.h"
#include "engine/dialogue/told.h"
#include "office/records/pool.h"
#include "service/refusal.h"

struct service;
struct persons;

enum {
	PERSON_REASON_SIZE = 401, /* bytes of a reason, with terminator */
	PERSON_VALUE_SIZE = 193,  /* of what a person is looked for by */
	PERSON_FIELD_SIZE = 96,   /* "certificate/0/number" */
	PERSON_ENTRIES_MOST = 64, /* entries that are judged at a time */
	PERSON_REASON_LEAST = 2,  /* characters */
	PERSON_REASON_MOST = 100,
};

enum person_by {
	PERSON_BY_ID_NUMBER,
	PERSON_BY_CERTIFICATE,
	PERSON_BY_COMPANY, /* name and company */
	PERSON_BY_FOUND,   /* one of those that the last search found: its number from 1 */
	PERSON_BY_COUNT,
};

/* The name of a way to search in asks and in the audit, such as "id_number". Static. */
const char *person_by_name(enum person_by by);

/* Borrowed for the call. */
struct person_ask {
	const char *session; /* of the console */
	enum person_by by;
	const char *value, *company;
	const char *who, *why; /* for the audit */
	const char *reason;    /* to be shown with the record */
};

struct person_entry {
	struct diagnosis diagnosis;
	const char *const *because; /* of each case: for an operator, identifiers masked; or "" */
};

/* A question of entries that are still open, and of how many. */
struct person_question {
	const struct question *question;
	const struct entry *entry; /* the first of them */
	size_t entries;
};

/* What is shown. Borrowed from the person, the knowledge in use and the arena. */
struct person_view {
	const struct record_found
	        *found; /* several people, to choose one of; the rest is empty then */
	const char *id_number;
	const char *reason;
	int64_t read_at_ms;
	char today[DAY_SIZE]; /* that it was judged for */
	bool known;           /* the record has a row at all */
	const struct facts *record;
	const struct record_report *report;
	const struct told *told;
	const struct knowledge *knowledge;
	const struct person_entry *entries;
	size_t entry_count;
	bool more; /* entries with rules than were judged: too many, or they took too long */
	const struct person_question *questions;
	size_t question_count;
	struct arena *arena; /* for person_shown() */
};

/* STATUS_NO_MEMORY. */
MUST_CHECK enum status persons_create(struct persons **out);
/* Takes NULL. */
void persons_destroy(struct persons *persons);

/* Drops the person that was open in a session, which has ended. */
void person_forget(struct persons *persons, const char *session);
/* Drops the persons of sessions that were idle for `idle_us` or longer. */
void persons_sweep(struct persons *persons, int64_t now_us, int64_t idle_us);

/* REFUSAL_NONE: the person is open now, or several were found: person_look() shows it. */
typedef void (*person_done)(void *context, enum refusal refusal);

/*
 * Reads the record, or finds whose it is first; both are audited before. `done` is called later,
 * once, where REFUSAL_NONE is returned.
 */
MUST_CHECK enum refusal person_open(struct service *service, const struct person_ask *ask,
                                    person_done done, void *context);

/* Judges every entry. The arena is reset. REFUSAL_NO_PERSON where none is open. */
MUST_CHECK enum refusal person_look(struct service *service, const char *session,
                                    struct arena *arena, struct person_view *out);

/* What the caller says: an option of a question, "" to skip it, NULL to take it back. */
MUST_CHECK enum refusal person_say(struct service *service, const char *session, const char *fact,
                                   const char *value);

/*
 * The value of a field, and whose record it is, which must be audited before it is shown. The field
 * is RELATION/ROW/COLUMN, or id_number; of somebody among several found found/NUMBER. Borrowed
 * until the next call.
 */
MUST_CHECK enum refusal person_field(struct service *service, const char *session,
                                     const char *field, const char **id_number, const char **value);

/*
 * A value as it is shown unasked: masked where the column is private, or where it has an identifier
 * of a person in it. From the arena; "" without memory. `column` may be NULL.
 */
const char *person_shown(const struct column *column, const char *value, struct arena *arena,
                         bool *masked);

#endif
