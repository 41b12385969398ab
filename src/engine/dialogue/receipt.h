/*
 * Typed receipts: recognises the number of an answer (凭证号) that a person types into the chat, in
 * any width and case, with a dash, a blank or nothing in the middle.
 *
 * A chat shows only answers of the same conversation. Numbers are short, read out on the
 * telephone and visible on screens: knowing one must not reveal what somebody else asked. The
 * office looks a number up with `dayi receipt`.
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

/* The answer with that number; NULL if this conversation was not given it. Borrowed. */
const struct receipt_of *receipts_find(const struct receipts *receipts, const char *receipt);

/*
 * Whether the message is a receipt and almost nothing else. Sets `receipt` to its canonical form
 * ("A7KQ-2M9X"). O is read as 0, I and L as 1, if a receipt is clearly meant.
 */
bool receipt_read(const struct text *message, char receipt[RECEIPT_SIZE]);

/* Reads a receipt typed on the command line: digits and letters as above, at most one dash. */
bool receipt_parse(const char *typed, char receipt[RECEIPT_SIZE]);

#endif
