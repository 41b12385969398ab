/*
 * Hand-over (转人工): conversations that a person at the office answers, and what is said in them.
 *
 * A case is BOT, WAITING, WITH an operator, or CLOSED:
 *
 *   BOT, CLOSED  --handover_ask-->  WAITING  --handover_take-->  WITH
 *   WITH  --handover_give-->  BOT or WAITING,  --handover_end-->  CLOSED
 *   WITH  --handover_lapse, after 10 s without handover_beat-->  WAITING
 *   WAITING  --handover_lapse, an hour after the last event-->  BOT
 *
 * All of it is in the store, so that a case outlives every process. Each event of a case has the
 * next number of the case's own counter, from 1 without a gap: whoever knows the last one reads
 * what follows. What is sent again under the same `ref` is written once.
 *
 * An operator holds a case by a lease, judged by the database's clock, and by an epoch, which goes
 * up whenever the case changes hands. Every write of an operator names both; one that comes too
 * late is STATUS_CLOSED and nothing is written.
 *
 * Texts are stored masked. As it was typed a text is kept sealed (base/seal.h) only until the
 * holder has read beyond it, or the case is nobody's any more.
 *
 * A handle is one connection: one thread at a time. Functions wait for the database; each is one
 * transaction. They return STATUS_BUSY, STATUS_IO, STATUS_NO_MEMORY, STATUS_INTERNAL beside what is
 * said there; unless STATUS_OK nothing was written.
 */
#ifndef DAYI_HANDOVER_HANDOVER_H
#define DAYI_HANDOVER_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/span.h"
#include "base/status.h"
#include "store/store.h"

enum {
	HANDOVER_LEASE_MS = 10000,
	HANDOVER_WAIT_MS = 3600000, /* without anything typed, after which nobody waits any more */
	HANDOVER_WANTED_MS = 60000, /* how long a case waits for one colleague only */
	HANDOVER_TEXT_MOST = 16384, /* bytes of one text */
	HANDOVER_NAME_SIZE = 128,   /* of an operator, account or display name */
	HANDOVER_REF_MOST = 64,
	HANDOVER_OUTCOME_SIZE = 32,
	HANDOVER_EVENTS_MOST = 200, /* that one read gives */
};

enum handover_state { HANDOVER_BOT, HANDOVER_WAITING, HANDOVER_WITH, HANDOVER_CLOSED };

/* "waiting"; static. */
const char *handover_state_name(enum handover_state state);

enum handover_kind {
	HANDOVER_ASKED,   /* typed by the applicant */
	HANDOVER_SAID,    /* typed by the operator `who` */
	HANDOVER_QUEUED,  /* it waits */
	HANDOVER_TAKEN,   /* by `who` */
	HANDOVER_DROPPED, /* `who` fell silent; it waits again */
	HANDOVER_TO_BOT,  /* `who` handed it back */
	HANDOVER_TO_QUEUE,
	HANDOVER_TO_COLLEAGUE, /* whose name is the text */
	HANDOVER_ENDED,        /* by `who`; the text is the outcome */
	HANDOVER_GIVEN_UP,     /* nobody took it for too long */
};

/* "asked"; static. */
const char *handover_kind_name(enum handover_kind kind);

struct handover;

/* Texts are borrowed. */
struct handover_settings {
	struct store_settings store;
	const char *key_file; /* secret of what is sealed; made where it is missing */
};

/* Errors as store_open(), with `problem`. Owned by the caller. */
MUST_CHECK enum status handover_open(struct handover **out,
                                     const struct handover_settings *settings,
                                     char problem[STORE_PROBLEM_SIZE]);
/* Takes NULL. */
void handover_close(struct handover *handover);

struct handover_case {
	char conversation[DIGEST_HEX_SIZE];
	enum handover_state state;
	int64_t n;     /* of its last event */
	int64_t epoch; /* goes up when it changes hands */
	char holder[HANDOVER_NAME_SIZE], holder_name[HANDOVER_NAME_SIZE]; /* "" but WITH one */
	int64_t lease_ms;                                                 /* end; since 1970 */
	char wanted[HANDOVER_NAME_SIZE]; /* colleague whom it waits for, or "" */
	int64_t wanted_ms;               /* until then */
	int64_t since_ms;                /* it began to wait */
	int64_t changed_ms;
	char outcome[HANDOVER_OUTCOME_SIZE];
	size_t place; /* in the queue, from 1; 0: it does not wait. Of handover_queue() and
	                 handover_events() */
};

/* Who answers; `id` is the account's, `name` is shown. Borrowed. */
struct handover_operator {
	const char *id, *name;
};

/* Something typed. Borrowed. */
struct handover_said {
	const char *ref; /* the sender's own name for it, or NULL: it may be written twice */
	struct span text, masked;
};

/* --- the applicant; `conversation` is the hash of its name --- */

/* Asks for a person, with what was typed. A case that waits or is with somebody only gets the
 * text. */
MUST_CHECK enum status handover_ask(struct handover *handover, const char *conversation,
                                    const struct handover_said *said, struct handover_case *out);

/* STATUS_NOT_FOUND where there is no case that waits or is with somebody. */
MUST_CHECK enum status handover_write(struct handover *handover, const char *conversation,
                                      const struct handover_said *said, struct handover_case *out);

/* --- operators --- */

/* The case that waits for them, or else the one that waits longest. STATUS_NOT_FOUND: none. */
MUST_CHECK enum status handover_take(struct handover *handover, const struct handover_operator *who,
                                     struct handover_case *out);

/* STATUS_CLOSED where `who` does not hold it in this epoch; also of the next two. */
MUST_CHECK enum status handover_say(struct handover *handover, const struct handover_operator *who,
                                    const char *conversation, int64_t epoch,
                                    const struct handover_said *said, struct handover_case *out);

/* `kind`: HANDOVER_TO_BOT, HANDOVER_TO_QUEUE, or HANDOVER_TO_COLLEAGUE with their name. What
 * returns to the queue keeps its place by when it began to wait. */
MUST_CHECK enum status handover_give(struct handover *handover, const struct handover_operator *who,
                                     const char *conversation, int64_t epoch,
                                     enum handover_kind kind, const char *colleague,
                                     struct handover_case *out);

MUST_CHECK enum status handover_end(struct handover *handover, const struct handover_operator *who,
                                    const char *conversation, int64_t epoch, const char *outcome,
                                    struct handover_case *out);

/* Renews the lease of all that they hold; one that is over stays over. */
MUST_CHECK enum status handover_beat(struct handover *handover, const char *operator_id);

/* Returns what silent operators held to the queue, and what waited in vain to the robot. */
MUST_CHECK enum status handover_lapse(struct handover *handover, size_t *count);

/* --- reading; what is given lives in the arena --- */

struct handover_event {
	int64_t n;
	enum handover_kind kind;
	const char *who; /* name of the operator, or "" */
	struct span text;
	bool masked; /* something of it is not shown */
	int64_t at_ms;
};

struct handover_events {
	struct handover_case of;
	const struct handover_event *items;
	size_t count;
};

/*
 * What follows `after`, HANDOVER_EVENTS_MOST at most. For its holder (`operator_id`, else NULL)
 * texts are as they were typed, until a later read has `after` at or behind them; then they are
 * masked for good. STATUS_NOT_FOUND: there is no such case.
 */
MUST_CHECK enum status handover_events(struct handover *handover, const char *conversation,
                                       int64_t after, const char *operator_id, struct arena *arena,
                                       struct handover_events *out);

/* What waits, by its place; what is held by one. */
MUST_CHECK enum status handover_queue(struct handover *handover, struct arena *arena,
                                      const struct handover_case **out, size_t *count);
MUST_CHECK enum status handover_held(struct handover *handover, const char *operator_id,
                                     struct arena *arena, const struct handover_case **out,
                                     size_t *count);

/* The open cases, and those that changed within the last minute. */
MUST_CHECK enum status handover_recent(struct handover *handover, struct arena *arena,
                                       const struct handover_case **out, size_t *count);

/* Deletes the cases in which nothing has happened for so long, with their events. */
MUST_CHECK enum status handover_expire(struct handover *handover, int64_t keep_ms, size_t *count);

#endif
