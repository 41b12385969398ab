/*
 * Message: what every channel reads and writes alike of JSON.
 */
#ifndef DAYI_CHANNELS_MESSAGE_H
#define DAYI_CHANNELS_MESSAGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "service/refusal.h"

enum {
	MESSAGE_BYTES = 16 * 1024,
	MESSAGE_DEPTH = 16,
	MESSAGE_ID_BYTES = 64, /* of the id that a sender gives a message */
};

/* On REFUSAL_NONE *out is an object; it is for cJSON_Delete() in every case, and may be NULL. */
MUST_CHECK enum refusal message_parse(struct span text, cJSON **out);
/* The same for a body that may have `most` bytes. */
MUST_CHECK enum refusal message_parse_most(struct span text, size_t most, cJSON **out);

/*
 * Returns false if the member is present and not a string. An absent member and null give NULL
 * in *out.
 */
MUST_CHECK bool message_string(const cJSON *object, const char *name, const char **out);

/*
 * Reads the member "id". Returns false if it is not a string of 1 to MESSAGE_ID_BYTES bytes. An
 * absent member and null give NULL in *out.
 */
MUST_CHECK bool message_id(const cJSON *object, const char **out);

/* Adds a member: RFC 3339, in UTC, to the second; 0 is no time, and null. */
void message_add_time(cJSON *object, const char *name, int64_t at_ms);

/*
 * Reads a moment as message_add_time() writes it, with or without parts of a second, in UTC, into
 * milliseconds since 1970. False if it is something else; absent and null give 0.
 */
MUST_CHECK bool message_read_time(const cJSON *object, const char *name, int64_t *ms);

/* Adds a member: the text, or null where that is NULL or "". */
void message_add_text(cJSON *object, const char *name, const char *text);

/* Appends the value on one line, and deletes it. STATUS_NO_MEMORY, also where `value` is NULL. */
MUST_CHECK enum status message_write(cJSON *value, struct buf *out);

struct office_notice;

/* Adds the member "notice": what everybody sees of it, its text and until when; or null. */
void message_add_notice(cJSON *object, const struct office_notice *notice);

/* What a channel adds to a reply object; NULL: no such member. */
struct message_envelope {
	const char *type, *to, *session;
	const struct office_notice *notice;
};

/*
 * Appends the reply object, which has members, with those of the envelope before them.
 * STATUS_NO_MEMORY, and what buf_status() says.
 */
MUST_CHECK enum status message_write_reply(const struct message_envelope *envelope,
                                           struct span object, struct buf *out);

#endif
