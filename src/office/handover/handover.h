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
 * Asked for outside working hours it does not begin to wait. Whoever has asked for a person can
 * leave a number to be called back (handover_leave): it is sealed, and deleted when the call-back
 * is closed, or with the case.
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
	HANDOVER_DUTY_MS = 30000,   /* how long an operator is on duty after a heartbeat */
	HANDOVER_TEXT_MOST = 16384, /* bytes of one text */
	HANDOVER_NAME_SIZE = 128,   /* of an operator, account or display name */
	HANDOVER_REF_MOST = 64,
	HANDOVER_OUTCOME_SIZE = 32,
	HANDOVER_EVENTS_MOST = 200, /* that one read gives */
	HANDOVER_CALLS_MOST = 200,
	HANDOVER_NUMBER_SIZE = 32, /* of a telephone number, as it was typed */
};

/*
 * Committed changes are told by it to other processes: see store_listen(). Of who is typing it has
 * a word: the side, and the conversation behind it. Nothing is kept of that.
 */
#define HANDOVER_HINT           "handover"
#define HANDOVER_ASKER_TYPES    'a'
#define HANDOVER_OPERATOR_TYPES 'o'

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
	HANDOVER_OFF_HOURS,    /* asked for outside working hours, which are the text */
	HANDOVER_CALL_LEFT,    /* a call-back was left, with the text */
	HANDOVER_CALLED_BACK,  /* `who` closed it; the text is the outcome */
};

/* "asked"; static. */
const char *handover_kind_name(enum handover_kind kind);

/* Whether somebody is to be called back. */
enum handover_call { HANDOVER_CALL_NONE, HANDOVER_CALL_OPEN, HANDOVER_CALL_CLOSED };

/* "open"; static. */
const char *handover_call_name(enum handover_call call);

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
	enum handover_call call;
	size_t place; /* in the queue, from 1; 0: it does not wait. Of handover_queue() and
	                 handover_events() */
};

/* The operator who answers; `id` is the account's, `name` is shown. Borrowed. */
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
 * text. `hours` are NULL, or the working hours where it is outside of them. */
MUST_CHECK enum status handover_ask(struct handover *handover, const char *conversation,
                                    const struct handover_said *said, const char *hours,
                                    struct handover_case *out);

/* STATUS_NOT_FOUND where there is no case that waits or is with somebody. */
MUST_CHECK enum status handover_write(struct handover *handover, const char *conversation,
                                      const struct handover_said *said, struct handover_case *out);

/* Whether it could be a telephone number: see docs/asyncapi.yaml. */
bool handover_is_number(struct span number);

/* A number to be called back, in the place of an earlier one; its text may be empty.
 * STATUS_NOT_FOUND where nobody has asked for a person. */
MUST_CHECK enum status handover_leave(struct handover *handover, const char *conversation,
                                      struct span number, struct span masked,
                                      struct handover_case *out);

/* --- operators --- */

/* The case that waits for them, or else the one that waits longest; `conversation` NULL, or that
 * one, if they may have it. STATUS_NOT_FOUND: none. They are on duty from now on. */
MUST_CHECK enum status handover_take(struct handover *handover, const struct handover_operator *who,
                                     const char *conversation, struct handover_case *out);

/* STATUS_CLOSED where `who` does not hold it in this epoch; also of the next two. */
MUST_CHECK enum status handover_say(struct handover *handover, const struct handover_operator *who,
                                    const char *conversation, int64_t epoch,
                                    const struct handover_said *said, struct handover_case *out);

/* `kind`: HANDOVER_TO_BOT, HANDOVER_TO_QUEUE, or HANDOVER_TO_COLLEAGUE with their name;
 * STATUS_NOT_FOUND where they are not on duty. What returns to the queue keeps its place by when it
 * began to wait. */
MUST_CHECK enum status handover_give(struct handover *handover, const struct handover_operator *who,
                                     const char *conversation, int64_t epoch,
                                     enum handover_kind kind, const char *colleague,
                                     struct handover_case *out);

MUST_CHECK enum status handover_end(struct handover *handover, const struct handover_operator *who,
                                    const char *conversation, int64_t epoch, const char *outcome,
                                    struct handover_case *out);

/*
 * To other processes, of a conversation: that side is typing. Nothing is written. Failures are
 * ignored: the next one follows within seconds.
 */
void handover_tell_typing(struct handover *handover, const char *conversation, bool asker);

/* Renews the lease of all that they hold; one that is over stays over. They are on duty. */
MUST_CHECK enum status handover_beat(struct handover *handover,
                                     const struct handover_operator *who);

/* The number that was left, into `number`. STATUS_NOT_FOUND: there is none any more;
 * STATUS_INVALID: it was sealed with another key. */
MUST_CHECK enum status handover_number(struct handover *handover, const char *conversation,
                                       char number[HANDOVER_NUMBER_SIZE]);

/* The call-back is done, and its number deleted. STATUS_NOT_FOUND: there is none. */
MUST_CHECK enum status handover_called(struct handover *handover,
                                       const struct handover_operator *who,
                                       const char *conversation, const char *outcome,
                                       struct handover_case *out);

/* Returns what silent operators held to the queue, and what waited in vain to the robot. */
MUST_CHECK enum status handover_lapse(struct handover *handover, size_t *count);

/* --- reading; what is given lives in the arena --- */

struct handover_event {
	int64_t n;
	enum handover_kind kind;
	const char *who; /* name of the operator, or "" */
	const char *ref; /* where the reader sent it and gave it one, else NULL */
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
 * What follows `after`, `most` at most, which is not above HANDOVER_EVENTS_MOST. For its holder
 * (`operator_id`) texts are as they were typed, for the applicant (NULL) those of operators, until
 * a later read of the other side has `after` at or behind them; then they are masked for good.
 * STATUS_NOT_FOUND: there is no such case.
 */
MUST_CHECK enum status handover_events(struct handover *handover, const char *conversation,
                                       int64_t after, size_t most, const char *operator_id,
                                       struct arena *arena, struct handover_events *out);

/* The cases that wait, by their place; the cases that one operator holds. From the arena. */
MUST_CHECK enum status handover_queue(struct handover *handover, struct arena *arena,
                                      const struct handover_case **out, size_t *count);
MUST_CHECK enum status handover_held(struct handover *handover, const char *operator_id,
                                     struct arena *arena, const struct handover_case **out,
                                     size_t *count);

struct handover_colleague {
	const char *name;
	size_t held;
};

/* The operators on duty beside `operator_id`, by name. */
MUST_CHECK enum status handover_colleagues(struct handover *handover, const char *operator_id,
                                           struct arena *arena,
                                           const struct handover_colleague **out, size_t *count);

struct handover_call_back {
	const char *conversation, *text; /* masked */
	int64_t since_ms;
};

/* The open ones, the oldest first, HANDOVER_CALLS_MOST at most. */
MUST_CHECK enum status handover_calls(struct handover *handover, struct arena *arena,
                                      const struct handover_call_back **out, size_t *count);

/* The open cases, and those that changed within the last minute. */
MUST_CHECK enum status handover_recent(struct handover *handover, struct arena *arena,
                                       const struct handover_case **out, size_t *count);

/* Deletes the cases in which nothing has happened for so long, with their events. */
MUST_CHECK enum status handover_expire(struct handover *handover, int64_t keep_ms, size_t *count);

#endif
