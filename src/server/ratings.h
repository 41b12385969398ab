/*
 * Ratings: what people think of the answers that they got. Only who holds the session can rate its
 * answers, and only the last of them; so nobody can rate for others, or answers that were never
 * given. One thread.
 */
#ifndef DAYI_SERVER_RATINGS_H
#define DAYI_SERVER_RATINGS_H

#include <stddef.h>

#include "channel/rating.h"
#include "channel/refusal.h"
#include "dialogue/reply.h"

enum { RATABLE_MOST = 32, RATING_REASON_MOST = 200 /* characters that are kept */ };

/* The last answers of a session; the oldest one makes room. */
struct ratables {
	struct ratable {
		char receipt[RECEIPT_SIZE];
		enum rating_value value;
	} items[RATABLE_MOST];
	size_t next;
};

struct server;
struct session;

/* An answer was given. */
void ratables_add(struct ratables *ratables, const char *receipt);

/* NULL where it is none of the last answers. */
struct ratable *ratables_find(struct ratables *ratables, const char *receipt);

/*
 * Takes the place of an earlier rating of the same answer. REFUSAL_RECEIPT where the answer is none
 * of the session's last, or `session` is NULL; REFUSAL_INTERNAL where it could not be kept.
 */
MUST_CHECK enum refusal ratings_take(struct server *server, struct session *session,
                                     const struct rating *rating);

#endif
