/*
 * Chats as JSON: cases of office/handover/ and their events, for both sides (docs/openapi.yaml).
 */
#ifndef DAYI_CHANNELS_CHATS_JSON_H
#define DAYI_CHANNELS_CHATS_JSON_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "service/console/console.h"
#include "service/refusal.h"
#include "service/service.h"

struct chats_state;

/* Appends the object of GET /api/v1/events: what the applicant may know. */
MUST_CHECK enum status chats_write_events(const struct handover_events *events,
                                          const struct chats_state *state, struct buf *out);

/* Each appends a frame of the subprotocol of the chat. */
MUST_CHECK enum status chats_write_event(const struct handover_event *event, struct buf *out);
MUST_CHECK enum status chats_write_state(const struct chats_state *state, struct buf *out);

/* Reads the members of a call-back but its id: REFUSAL_BAD_MEMBER. Borrows from the object. */
MUST_CHECK enum refusal chats_read_call_back(const cJSON *object, struct call_back_claim *out);

/* Appends the object that an operator's ask is answered with: nothing where it has no content. */
MUST_CHECK enum status chats_write_desk(const struct console_answer *answer, struct buf *out);

/* Reads the members of a body of that kind; false where one is missing or none that could be. */
MUST_CHECK bool chats_read(const cJSON *object, struct console_ask *ask);

/* Whether it could be the name of a chat. */
MUST_CHECK bool chats_is_chat(struct span text);

/* "CHAT.N,CHAT.N": at most CONSOLE_CURSORS_MOST; false where it is not that. */
MUST_CHECK bool chats_read_cursors(struct span text,
                                   struct console_cursor out[CONSOLE_CURSORS_MOST], size_t *count);

/* A number of at most 15 digits; false where it is none. */
MUST_CHECK bool chats_read_number(struct span text, int64_t *out);

#endif
