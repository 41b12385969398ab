/*
 * Answer: one turn: begun, finished, counted, journalled and written as a reply object.
 */
#ifndef DAYI_SERVICE_ANSWER_H
#define DAYI_SERVICE_ANSWER_H

#include "service/state.h"

struct ask;
struct reply;

/*
 * A turn that was begun. It lives in the service's arena, until the next one is begun there, unless
 * it was kept. All zero: none.
 */
struct begun {
	struct turn *turn;
	enum status failed;  /* why it could not even be begun; STATUS_OK with a turn */
	struct arena *arena; /* its own, once it is kept */
	uint64_t loading;    /* of the knowledge that it was begun with */
	bool signed_in;
};

/*
 * Begins the ask's turn; none may be kept in *begun. Returns the relations of the asker's record
 * that have to be looked up before it is finished.
 */
unsigned answer_begin(struct service *service, const struct ask *ask, struct begun *begun);

/* Keeps it while its record is looked up. False where too many are kept: begin it anew then. */
bool answer_keep(struct service *service, struct begun *begun);

/* Whether it can still be finished: the knowledge and the asker are as they were. */
bool answer_holds(const struct service *service, const struct ask *ask, const struct begun *begun);

/*
 * Finishes the turn with the record that the session has, and gives its reply object, which lives
 * until the next call, and is kept under the ask's id. The refusal says whether it is one of the
 * service (REFUSAL_INTERNAL, REFUSAL_TOO_LONG, ...), which the object says then; that is not kept.
 * The turn must still hold; it is dropped.
 */
MUST_CHECK struct span answer_finish(struct service *service, const struct ask *ask,
                                     struct begun *begun, enum refusal *refusal);

/* Discards a turn that was begun; the conversation stays as it was. Does nothing where no turn was
 * begun. */
void answer_drop(struct service *service, struct begun *begun);

/* The reply object of a reply that no turn was taken for. It lives until the next call. */
MUST_CHECK struct span answer_write(struct service *service, const struct reply *reply);

/* The reply object of a refusal, which counts in the metrics. It lives until the next call. */
MUST_CHECK struct span answer_refuse(struct service *service, enum refusal refusal);

/*
 * The reply object of a question that nobody asks, in no conversation; it leaves no trace. It lives
 * until the next turn. STATUS_NO_MEMORY and what turn_take() returns.
 */
MUST_CHECK enum status answer_try(struct service *service, struct span question,
                                  struct span *object);

#endif
