/*
 * Answer: one turn: taken, counted, journalled and written as a reply object.
 */
#ifndef DAYI_SERVICE_ANSWER_H
#define DAYI_SERVICE_ANSWER_H

#include "service/state.h"

struct ask;

/*
 * Takes a turn and gives its reply object, which lives until the next call. The refusal says
 * whether it is one of the service (REFUSAL_INTERNAL, REFUSAL_TOO_LONG, ...), which the object says
 * then. Where relations of the asker's record have to be looked up first, they are left in
 * *missing, which was 0, and nothing is done; with `missing` NULL the turn is taken with what is
 * there.
 */
MUST_CHECK struct span answer_take(struct service *service, const struct ask *ask,
                                   enum refusal *refusal, unsigned *missing);

/* The reply object of a refusal, which is counted. Likewise. */
MUST_CHECK struct span answer_refuse(struct service *service, enum refusal refusal);

#endif
