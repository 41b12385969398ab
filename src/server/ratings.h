/*
 * Ratings: what people think of the answers that they got. Only who holds the session can rate its
 * answers, and only the last of them; so nobody can rate for others, or answers that were never
 * given. One thread.
 */
#ifndef DAYI_SERVER_RATINGS_H
#define DAYI_SERVER_RATINGS_H

#include <stddef.h>

#include "channels/rating.h"
#include "channels/refusal.h"
#include "engine/dialogue/reply.h"

enum { RATABLE_MOST = 32, RATING_REASON_MOST = 200 /* characters that are kept */ };

/* The last answers of a session; the oldest one makes room. */
struct ratables {
	struct ratable {
		char receipt[RECEIPT_SIZE];
		enum rating_value value;
	} items[RATABLE_MOST];
	size_t next;
};

struct connection;
struct server;
struct session;

/* An answer was given. */
void ratables_add(struct ratables *ratables, const char *receipt);

/* NULL where it is none of the last answers. */
struct ratable *ratables_find(struct ratables *ratables, const char *receipt);

/*
 * Gets what came of a rating, at once or after its commit. REFUSAL_NONE: it is on the disk (or,
 * without a journal, counted). Not 0: the connection must end.
 */
typedef int (*rating_deliver)(struct connection *connection, const char *receipt, const char *id,
                              enum refusal refusal);

/*
 * Takes the place of an earlier rating of the same answer. `id` is the frame's, or NULL.
 * REFUSAL_RECEIPT where the answer is none of the session's last, or `session` is NULL;
 * REFUSAL_NOT_KEPT where the journal can not be written now; REFUSAL_INTERNAL. Not 0: the
 * connection must end.
 */
MUST_CHECK int ratings_take(struct connection *connection, struct session *session,
                            const struct rating *rating, const char *id, rating_deliver deliver);

/* The connection ends; its ratings are kept and counted all the same. */
void ratings_forget(struct server *server, const struct connection *connection);

#endif
