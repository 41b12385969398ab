/*
 * Group rows: what an office keeps of its group chats: which messages were taken already, which
 * answers were given in them, links to the private chat that were not used yet; and of all channels
 * which ones are switched off, and the emergency notice that is shown in them. Nobody's words are
 * kept but the question behind a link, masked, until it is used or has expired; persons and groups
 * only as keyed hashes.
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
	GROUP_AUTHOR_SIZE = 73,   /* of who switched, with terminator */
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

/* What the office tells everybody for a while, whatever they ask. There is one at most. */
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

/* Removes messages and answers from before these times, and links that have expired. */
MUST_CHECK enum status group_rows_expire(struct tx *tx, int64_t messages_before_ms,
                                         int64_t answers_before_ms, int64_t now_ms);

#endif
