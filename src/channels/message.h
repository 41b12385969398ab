/*
 * Message: one JSON object at the door, for every channel.
 */
#ifndef DAYI_CHANNELS_MESSAGE_H
#define DAYI_CHANNELS_MESSAGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "service/refusal.h"

enum {
	MESSAGE_BYTES = 16 * 1024,
	MESSAGE_DEPTH = 16,
	MESSAGE_ID_BYTES = 64, /* of the name that a sender gives a message */
};

/* On REFUSAL_NONE *out is an object; it is for cJSON_Delete() in every case, and may be NULL. */
MUST_CHECK enum refusal message_parse(struct span text, cJSON **out);

/* False when the member is there and no string. An absent one and null leave NULL in *out. */
MUST_CHECK bool message_string(const cJSON *object, const char *name, const char **out);

/*
 * The member "id": false when it is no string of 1 to MESSAGE_ID_BYTES bytes. An absent one and
 * null leave NULL in *out.
 */
MUST_CHECK bool message_id(const cJSON *object, const char **out);

/* What a channel adds to a reply object; NULL: no such member. */
struct message_envelope {
	const char *type, *to, *session;
};

/*
 * Appends the reply object, which has members, with those of the envelope before them.
 * STATUS_NO_MEMORY, and what buf_status() says.
 */
MUST_CHECK enum status message_write_reply(const struct message_envelope *envelope,
                                           struct span object, struct buf *out);

#endif
