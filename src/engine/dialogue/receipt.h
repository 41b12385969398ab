/*
 * Receipts that are typed: somebody was given the number of an answer (凭证号) and writes it into
 * the chat. It is recognised in any width and case, with a dash, a blank or nothing in its middle.
 *
 * A chat tells of such a number only what that very conversation was told. Numbers are short, read
 * out on the telephone and seen on screens: whoever knows one must not be shown what somebody else
 * asked. The office looks a number up with `dayi receipt`.
 */
#ifndef DAYI_DIALOGUE_RECEIPT_H
#define DAYI_DIALOGUE_RECEIPT_H

#include <stdbool.h>

#include "engine/dialogue/reply.h"
#include "engine/text/normalise.h"

enum { RECEIPTS_KEPT = 8, RECEIPT_ENTRY_SIZE = 129 };

/* The last answers of a conversation; the oldest one makes room. */
struct receipts {
	struct receipt_of {
		char receipt[RECEIPT_SIZE];
		char entry[RECEIPT_ENTRY_SIZE]; /* what was answered first; "" for no answer */
	} items[RECEIPTS_KEPT];
	size_t next;
};

void receipts_add(struct receipts *receipts, const char *receipt, const char *entry);

/* NULL where the conversation was not given it. */
const struct receipt_of *receipts_find(const struct receipts *receipts, const char *receipt);

/*
 * Whether the message is a receipt and next to nothing else; `receipt` is then as it was given
 * ("A7KQ-2M9X"). O is read as 0, I and L as 1, where it is plain that a receipt is meant.
 */
bool receipt_read(const struct text *message, char receipt[RECEIPT_SIZE]);

/* One that was typed at the prompt: digits and letters as above, at most one dash. */
bool receipt_parse(const char *typed, char receipt[RECEIPT_SIZE]);

#endif
