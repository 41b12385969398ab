/*
 * Recall: messages of a conversation that memory does not hold wait until its session was read from
 * the store; then they come again, in their order.
 *
 * With a shared store the session may have gone on elsewhere: what names it is taken once it was
 * read. A reply is held until its turn is committed; where another process was faster, the session
 * is read, and the message taken again. While the store is away, what memory has is gone on with.
 *
 * Each recall_*() returns true where the message waits, or was refused because too many do; false
 * where it can be taken at once.
 */
#ifndef DAYI_SERVICE_RECALL_H
#define DAYI_SERVICE_RECALL_H

#include "service/state.h"

MUST_CHECK bool recall_hello(struct service *service, struct return_address from,
                             const char *resume, const char *token);
MUST_CHECK bool recall_ask(struct service *service, const struct message *message);
MUST_CHECK bool recall_identification(struct service *service, struct return_address from,
                                      const struct identify_claim *claim);
MUST_CHECK bool recall_rating(struct service *service, struct return_address from,
                              const char *conversation, const struct rating *rating,
                              const char *id);

/*
 * Whether the reply is held until its session is committed; the outgoing is copied then. False
 * where it can be sent at once.
 */
MUST_CHECK bool recall_hold(struct service *service, struct session *session,
                            struct return_address to, const struct outgoing *outgoing);

/* No more replies of the session come for now: what is held is committed. */
void recall_settle(struct session *session);

#endif
