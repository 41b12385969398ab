/*
 * Desk: what an operator does with chats (office/handover/): one ask of theirs, from the console's
 * loop through a job of JOB_CHATS to its answer. service/console/console.c says who may.
 */
#ifndef DAYI_SERVICE_DESK_H
#define DAYI_SERVICE_DESK_H

#include "office/handover/handover.h"
#include "office/journal/journal.h"
#include "service/console/console.h"
#include "service/refusal.h"

struct desk;

/* Copies what `ask` says of a chat. REFUSAL_BAD_MEMBER, REFUSAL_INTERNAL. Owned by the caller. */
MUST_CHECK enum refusal desk_create(struct desk **out, const struct console_ask *ask);
/* Overwrites what was typed. Takes NULL. */
void desk_destroy(struct desk *desk);

/* In the loop, before the job: what is said is masked for the store. */
MUST_CHECK enum refusal desk_mask(struct desk *desk, struct service *service);

/* In a job of JOB_CHATS, for the operator of that account. REFUSAL_NONE with STATUS_OK. */
MUST_CHECK enum status desk_run(struct desk *desk, struct handover *handover,
                                const struct journal_settings *journal,
                                const struct handover_operator *who, enum refusal *refusal);

/* The chat that it was about, for the audit; "" where that is none. */
const char *desk_chat(const struct desk *desk);

/* In the loop, after it: who waits for the case's events gets them. */
void desk_note(const struct desk *desk, struct service *service);

/* CONSOLE_EVENTS found nothing that the page does not know: it may wait and be run once more. */
bool desk_is_idle(const struct desk *desk);

/* What came of it, for struct console_answer. Borrowed. */
const struct desk_view *desk_view(const struct desk *desk);

#endif
