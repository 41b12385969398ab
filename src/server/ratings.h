/*
 * Ratings: what people think of the answers that they got; see office/sessions/ratables.h. One
 * thread.
 */
#ifndef DAYI_SERVER_RATINGS_H
#define DAYI_SERVER_RATINGS_H

#include "office/journal/rating.h"
#include "service/refusal.h"

enum { RATING_REASON_MOST = 200 /* characters that are kept */ };

struct connection;
struct server;
struct session;

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
