/*
 * Recall: messages of a conversation that memory does not hold wait until its session was read from
 * the store; then they come again, in their order.
 *
 * Each returns true where the message waits, or was refused because too many do; false where it can
 * be taken at once.
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

#endif
