/*
 * Group rows: what an office keeps of its group chats: which messages were taken already, which
 * answers were given in them, links to the private chat that were not used yet; of all channels
 * which ones are switched off, and the emergency notice that is shown in them; where several
 * processes share the store, also whose turn it is in a group, and answers that one of them could
 * not send. Nobody's words are kept but the question behind a link, masked, until it is used or has
 * expired; persons and groups only as keyed hashes, or sealed.
 *
 * Every function runs within a transaction of a store that was opened with `groups_schema`; what
 * writes needs TX_WRITE. Times are milliseconds since 1970 of the database's clock (tx_now()).
 */
#ifndef DAYI_GROUPS_GROUP_ROWS_H
#define DAYI_GROUPS_GROUP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "store/store.h"

enum {
	GROUP_NAME_SIZE = 33,     /* of a channel, with terminator */
	GROUP_CHANNELS_MOST = 32, /* that can be switched off */
	GROUP_PARKED_S = 120, /* an answer that cannot be sent for longer is not wanted any more */
	GROUP_AUTHOR_SIZE = 73, /* of who switched, with terminator */
	NOTICE_CHARS_MOST = 200,
	NOTICE_SIZE = NOTICE_CHARS_MOST * 4 + 1,
};

/* Of a switch or a notice that changed: see tx_hint(). */
#define BULLETIN_HINT "dayi_bulletin"

extern const struct store_schema groups_schema;

/*
 * Notes that this process answers the message. *first_ms is when it was noted before, by whomever;
 * 0: never, so it is this one's to answer.
 */
MUST_CHECK enum status group_row_claim(struct tx *tx, const char *key, int64_t now_ms,
                                       int64_t *first_ms);

/* When the message was noted, without noting it; 0: never. */
MUST_CHECK enum status group_row_claimed(struct tx *tx, const char *key, int64_t *first_ms);

/*
 * A turn: one process at a time answers in a group, so that the answers keep their order. `name` is
 * the group's, `holder` the process's, `key` that of the message for which it is taken.
 */
struct group_turn_ask {
	const char *name, *holder, *key;
	int64_t now_ms, until_ms;
	bool force; /* take it in any case */
	bool noted; /* the message waits already */
};

/* Unless taken, the message is noted for its place among those that wait. */
enum group_turn_got {
	GROUP_TURN_TAKEN,  /* it is this process's until then */
	GROUP_TURN_HELD,   /* another process has it */
	GROUP_TURN_BEHIND, /* nobody has it: another process's message goes first */
	GROUP_TURN_OURS,   /* this process has it: another process's message goes first */
};

MUST_CHECK enum status group_row_turn_take(struct tx *tx, const struct group_turn_ask *ask,
                                           enum group_turn_got *got);

/* Gives it back; "" gives back all that the process holds. */
MUST_CHECK enum status group_row_turn_end(struct tx *tx, const char *name, const char *holder);

/* Holds all that the process has for longer, turns and places; a turn that has lapsed is anybody's.
 */
MUST_CHECK enum status group_row_turns_hold(struct tx *tx, const char *holder, int64_t now_ms,
                                            int64_t until_ms);

/* The message waits no more, although its turn never came. */
MUST_CHECK enum status group_row_wait_end(struct tx *tx, const char *key, const char *holder);

/*
 * A bot tells its messages to one process after another, or to several. `written_ms`: what it told
 * this one before then is claimed, or has its place among those that wait. The note counts until
 * `until_ms`, so that one that has ended is not waited for.
 */
struct group_way {
	const char *bot, *holder;
	int64_t written_ms, until_ms;
};
MUST_CHECK enum status group_row_way_note(struct tx *tx, const struct group_way *way);

/* The time before which all that any other process was told is written; INT64_MAX: there is none.
 */
MUST_CHECK enum status group_row_way_others(struct tx *tx, const char *bot, const char *holder,
                                            int64_t now_ms, int64_t *written_ms);

/*
 * Parks an answer that this process has no way to send, for one that has. `turn` is its group's,
 * `bot` names who is to send it, `since_ms` is when it was parked first, and `place` its place in
 * the order then; 0: behind all. The answer is sealed.
 */
struct group_parked {
	struct span turn, bot, answer;
	int64_t since_ms, place;
};
MUST_CHECK enum status group_row_park(struct tx *tx, const struct group_parked *parked);

/*
 * Takes parked answers out, those of one turn that this process has, or of one bot (with their
 * turns, which it takes until `until_ms`, but for those of turns that another process has), `most`
 * of them in the order in which they were parked, and appends each by group_parked_visit(). What
 * was parked before `from_ms` is removed and not appended. `count` is how many it took out.
 */
MUST_CHECK enum status group_row_unpark_turn(struct tx *tx, const char *turn, int64_t from_ms,
                                             size_t most, struct buf *out, size_t *count);
MUST_CHECK enum status group_row_unpark_bot(struct tx *tx, const char *bot, const char *holder,
                                            int64_t now_ms, int64_t until_ms, int64_t from_ms,
                                            size_t most, struct buf *out, size_t *count);

/* One of those that were appended: its turn, bot and answer are borrowed. */
struct codec;
void group_parked_visit(struct codec *codec, struct group_parked *parked);

/* Of an errand, and of one answer. */
enum { GROUP_PARKED_MOST = 64, GROUP_PARKED_BYTES = 32768 };

/*
 * An order: what an operator has said in a group or to a person, by `dayi channel send`. The server
 * that has a way to the bot takes it, and notes what came of it; whoever gave it removes it.
 */
enum group_order_state {
	GROUP_ORDER_WAITS,
	GROUP_ORDER_TAKEN,
	GROUP_ORDER_SENT,
	GROUP_ORDER_FAILED,
	GROUP_ORDER_UNKNOWN,
	GROUP_ORDER_OFF, /* the channel is switched off */
	GROUP_ORDER_STATES,
};
struct group_order {
	int64_t id;
	struct span channel, bot, chat, person, text; /* bot "": whichever; chat or person "" */
};
/* So long an order waits for a server, and so long is it kept for whoever waits for its outcome. */
enum { GROUP_ORDER_S = 30, GROUP_ORDER_KEPT_S = 600, GROUP_ORDER_BYTES = 8192 };

/* Sets the id. */
MUST_CHECK enum status group_row_order(struct tx *tx, struct group_order *order, int64_t now_ms);
/* STATUS_NOT_FOUND: there is none. */
MUST_CHECK enum status group_row_order_look(struct tx *tx, int64_t id,
                                            enum group_order_state *state);
MUST_CHECK enum status group_row_order_note(struct tx *tx, int64_t id,
                                            enum group_order_state state);
/* Removes it; with `waiting` only where nobody took it: then *removed is true. */
MUST_CHECK enum status group_row_order_remove(struct tx *tx, int64_t id, bool waiting,
                                              bool *removed);
/* How many wait. */
MUST_CHECK enum status group_row_orders_wait(struct tx *tx, int64_t now_ms, int64_t *count);
/* Takes the oldest for that bot (`any`: also one for whichever), appending it by
 * group_order_visit(). STATUS_NOT_FOUND: there is none. */
MUST_CHECK enum status group_row_order_take(struct tx *tx, const char *channel, const char *bot,
                                            bool any, int64_t now_ms, struct buf *out);
void group_order_visit(struct codec *codec, struct group_order *order);

/* Of an answer: ids of its entries, parted by blanks. A second row of a receipt changes nothing. */
MUST_CHECK enum status group_row_answer_write(struct tx *tx, const char *receipt,
                                              const char *entries, int64_t now_ms);

/* Appends the entries of an answer given since then. STATUS_NOT_FOUND. */
MUST_CHECK enum status group_row_answer_find(struct tx *tx, const char *receipt, int64_t since_ms,
                                             struct buf *entries);

/* A link, by the hash of its token. */
MUST_CHECK enum status group_row_link_write(struct tx *tx, const char *token_hash,
                                            const char *question, int64_t until_ms);

/* Whether it can be used. STATUS_NOT_FOUND. */
MUST_CHECK enum status group_row_link_look(struct tx *tx, const char *token_hash, int64_t now_ms);

/* Uses it up, appending its question. STATUS_NOT_FOUND: there is none, or it has expired. */
MUST_CHECK enum status group_row_link_take(struct tx *tx, const char *token_hash, int64_t now_ms,
                                           struct buf *question);

/* Switches a channel off or on; `by` says who, for the log. */
MUST_CHECK enum status group_row_switch(struct tx *tx, const char *channel, bool on, const char *by,
                                        int64_t now_ms);

struct group_switches {
	struct {
		char channel[GROUP_NAME_SIZE];
		char by[GROUP_AUTHOR_SIZE];
		int64_t at_ms;
	} off[GROUP_CHANNELS_MOST]; /* the channels that are switched off */
	size_t count;
};

MUST_CHECK enum status group_row_switches(struct tx *tx, struct group_switches *out);

/* The notice that the office shows to everybody for a while. There is at most one. */
struct office_notice {
	char text[NOTICE_SIZE];    /* "": there is none */
	int64_t from_ms, until_ms; /* until_ms 0: until it is taken back */
	char by[GROUP_AUTHOR_SIZE];
	int64_t at_ms;
};

/* Takes the place of another one; an empty text takes it back. at_ms is `now_ms`. */
MUST_CHECK enum status notice_row_write(struct tx *tx, const struct office_notice *notice,
                                        int64_t now_ms);

MUST_CHECK enum status notice_row_read(struct tx *tx, struct office_notice *out);

/* Removes messages and answers from before these times, and links, turns and
 * parked answers that have expired. */
MUST_CHECK enum status group_rows_expire(struct tx *tx, int64_t messages_before_ms,
                                         int64_t answers_before_ms, int64_t now_ms);

#endif
