/*
 * Ratables: the last answers of a session. Only who holds the session can rate its answers, and
 * only the last of them; so nobody can rate for others, or answers that were never given. One
 * thread.
 */
#ifndef DAYI_SESSIONS_RATABLES_H
#define DAYI_SESSIONS_RATABLES_H

#include <stddef.h>

#include "engine/dialogue/reply.h"
#include "office/journal/rating.h"

enum { RATABLE_MOST = 32 };

/* The oldest one makes room. */
struct ratables {
	struct ratable {
		char receipt[RECEIPT_SIZE];
		enum rating_value value;
	} items[RATABLE_MOST];
	size_t next;
};

/* An answer was given. */
void ratables_add(struct ratables *ratables, const char *receipt);

/* NULL where it is none of the last answers. */
struct ratable *ratables_find(struct ratables *ratables, const char *receipt);

#endif
