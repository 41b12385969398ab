/*
 * Group keep: what group chats keep in the store (office/groups/), from the loop: every call
 * returns at once, what it asks for is done in a job, many in one transaction, in their order.
 *
 * A store that is away costs what only it knows: a message that another process answered may be
 * answered again, and links are dead. What is to be written is tried again for a while.
 *
 * For the loop's thread.
 */
#ifndef DAYI_SERVICE_GROUP_KEEP_H
#define DAYI_SERVICE_GROUP_KEEP_H

#include "base/clock.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "office/groups/group_rows.h"
#include "run/jobs.h"

struct group_keep;

struct group_keep_settings {
	const char *store;
	int64_t busy_ms;
	const char *holder; /* this process, where others share the store; "": it is alone */
	void (*looked)(void *context); /* the switches were read; or NULL */
	void *context;
};

struct group_keep_tools {
	struct loop *loop;
	struct jobs *jobs;
	struct log *log;
	struct clock clock;
};

/* Reads the switches as well, in this thread. STATUS_IO, logged, STATUS_NO_MEMORY. */
MUST_CHECK enum status group_keep_open(struct group_keep **out,
                                       const struct group_keep_settings *settings,
                                       const struct group_keep_tools *tools);

/* Before jobs_stop(): what waits is written. Takes NULL. */
void group_keep_stop(struct group_keep *keep);

/* Call after jobs_stop() and a loop_run(). Forgets what is still asked for. Takes NULL. */
void group_keep_close(struct group_keep *keep);

/*
 * What came of a request: of a claim, text.len 0 and `first_ms` as in group_row_claim(); of the
 * others the text that was found. STATUS_NOT_FOUND, STATUS_BUSY, STATUS_IO. The text is borrowed.
 */
struct group_kept {
	enum status status;
	int64_t first_ms, now_ms;
	struct span text; /* of a claim and of group_keep_fetch(): parked answers, group_rows.h */
	enum group_turn_got turn; /* of a claim; unless GROUP_TURN_TAKEN nothing was claimed */
	bool more;                /* of group_keep_fetch(): there may be more */
	int64_t others_ms;        /* likewise: as far as group_row_way_others() */
};

typedef void (*group_keep_done)(void *context, const struct group_kept *kept);

enum group_claiming {
	GROUP_CLAIM_FIRST,
	GROUP_CLAIM_AGAIN,  /* it came back without the turn */
	GROUP_CLAIM_FORCED, /* although another process has the turn */
};

/*
 * `done` is called later, once; not at all unless STATUS_OK (STATUS_NO_MEMORY, STATUS_BUSY).
 *
 * A claim with a `turn` (that of the message's group; "": none) is made only by the process that
 * has it, and takes it where nobody does.
 */
MUST_CHECK enum status group_keep_claim(struct group_keep *keep, const char *key, const char *turn,
                                        enum group_claiming how, group_keep_done done,
                                        void *context);

/*
 * Notes how far this process has come with what a bot tells it: `written_ms` as in struct
 * group_way, of what was asked of the keep before this. Tells how far the others have.
 */
MUST_CHECK enum status group_keep_note_heard(struct group_keep *keep, const char *bot,
                                             int64_t written_ms, group_keep_done done,
                                             void *context);
/* Likewise, and takes out what is parked for the bot. */
MUST_CHECK enum status group_keep_fetch(struct group_keep *keep, const char *bot,
                                        int64_t written_ms, group_keep_done done, void *context);
MUST_CHECK enum status group_keep_find_answer(struct group_keep *keep, const char *receipt,
                                              group_keep_done done, void *context);
MUST_CHECK enum status group_keep_look_link(struct group_keep *keep, const char *token_hash,
                                            group_keep_done done, void *context);
MUST_CHECK enum status group_keep_take_link(struct group_keep *keep, const char *token_hash,
                                            group_keep_done done, void *context);

/* Takes an order for a bot; `any`: also one for whichever bot. */
MUST_CHECK enum status group_keep_take_order(struct group_keep *keep, const char *channel,
                                             const char *bot, bool any, group_keep_done done,
                                             void *context);
/* Whether there are some, as of a few seconds ago. */
bool group_keep_has_orders(const struct group_keep *keep);

/* Written behind. */
/* What came of an order. */
void group_keep_note_order(struct group_keep *keep, int64_t id, enum group_order_state state);
/* Gives a turn back; "": all of them. */
void group_keep_end_turn(struct group_keep *keep, const char *turn);
/* A claim that came back without the turn is not made again. */
void group_keep_end_wait(struct group_keep *keep, const char *key);
/* Not tried again, so that it cannot be parked twice. False: it is not parked. */
MUST_CHECK bool group_keep_park(struct group_keep *keep, const struct group_parked *parked);
void group_keep_answer(struct group_keep *keep, const char *receipt, const char *entries);
void group_keep_link(struct group_keep *keep, const char *token_hash, const char *question,
                     int64_t valid_ms);

/* Reads the switches now, not only with the next tick. */
void group_keep_look(struct group_keep *keep);
/* As of a few seconds ago. */
bool group_keep_is_off(const struct group_keep *keep, const char *channel);

/* Attempts that failed, ever. */
uint64_t group_keep_failures(const struct group_keep *keep);

#endif
