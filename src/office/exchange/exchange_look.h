/*
 * Exchange, look: what an import would make of an input and of the entries that are there, without
 * a folder: for who shows it first, and writes it elsewhere.
 *
 * One thread.
 */
#ifndef DAYI_EXCHANGE_EXCHANGE_LOOK_H
#define DAYI_EXCHANGE_EXCHANGE_LOOK_H

#include <cjson/cJSON.h>

#include "office/exchange/exchange.h"

/* An entry that is there, as its file has it. Borrowed. */
struct exchange_live {
	const char *collection;
	const cJSON *object;
};

enum exchange_change {
	EXCHANGE_SAME,
	EXCHANGE_NEW,
	EXCHANGE_CHANGED,
	EXCHANGE_MISSING, /* of the document that is imported again: it stays */
};

/* What becomes of one entry. Borrowed for the call. */
struct exchange_seen {
	enum exchange_change change;
	const char *id, *collection;
	unsigned line;       /* of the input; 0 where it is not known */
	const cJSON *object; /* as its file would have it */
	const cJSON *live;   /* as it is; NULL of a new one */
	const char *same_as; /* id of another entry with the same question, or NULL */
	bool same_in_input;  /* that one stands in the input, too */
};

struct exchange_look {
	struct span input;
	const char *file; /* its name, for faults */
	enum exchange_format format;
	const struct exchange_live *live;
	size_t live_count;
	struct span lexicon; /* text of lexicon.json, for its word classes; ptr NULL: none */
	struct buf *outline; /* or NULL */
	/* For every entry of the input, in its order, then for those that are missing. */
	enum status (*see)(void *context, const struct exchange_seen *seen);
	void *context;
};

/*
 * *format is what the input was read as. STATUS_INVALID with faults of the input, or of the entries
 * that are there; then nothing was seen. STATUS_NO_MEMORY, STATUS_LIMIT, and what `see` gives.
 */
MUST_CHECK enum status exchange_look(const struct exchange_look *look, struct faults *faults,
                                     enum exchange_format *format, struct exchange_counts *counts);

#endif
