/*
 * Answer: one turn on behalf of a channel: taken, counted, journalled and written as JSON.
 */
#ifndef DAYI_SERVER_ANSWER_H
#define DAYI_SERVER_ANSWER_H

#include "base/span.h"
#include "server/state.h"
#include "service/refusal.h"

struct ask;

/*
 * Takes a turn and leaves its reply object in server->reply. The refusal says whether it is one of
 * the service (REFUSAL_INTERNAL, REFUSAL_TOO_LONG, ...): server->reply holds it all the same.
 * Where relations of the asker's record have to be looked up first, they are left in *missing,
 * which was 0, and nothing is done; with `missing` NULL the turn is taken with what is there.
 * STATUS_NO_MEMORY when not even a reply could be written.
 */
MUST_CHECK enum status answer_take(struct server *server, const struct ask *ask,
                                   const struct reply_extras *extras, enum refusal *refusal,
                                   unsigned *missing);

/* Leaves the reply object of a refusal in server->reply, and counts it. */
MUST_CHECK enum status answer_refuse(struct server *server, enum refusal refusal,
                                     const struct reply_extras *extras);

#endif
