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

/*
 * Masks what the operator says, for the store. In the loop, before the job. REFUSAL_TOO_LONG where
 * the masked text does not fit.
 */
MUST_CHECK enum refusal desk_mask(struct desk *desk, struct service *service);

/* In a job of JOB_CHATS, for the operator of that account. REFUSAL_NONE with STATUS_OK. */
MUST_CHECK enum status desk_run(struct desk *desk, struct handover *handover,
                                const struct journal_settings *journal,
                                const struct handover_operator *who, enum refusal *refusal);

/* The id of the chat that the ask is about, for the audit; "" where it is about none. Borrowed. */
const char *desk_chat(const struct desk *desk);

/* In the loop, after the job: hands the new state of the case to chats_note(). */
void desk_note(const struct desk *desk, struct service *service);

/* CONSOLE_EVENTS found nothing that the page does not know: it may wait and be run once more. */
bool desk_is_idle(const struct desk *desk);

/* The result of the job, for struct console_answer. Borrowed. */
const struct desk_view *desk_view(const struct desk *desk);

#endif
