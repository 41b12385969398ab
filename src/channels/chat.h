/*
 * Chat: the frames of the subprotocol dayi.chat.v1 (docs/asyncapi.yaml), without the socket; those
 * of a hand-over are in chats_json.h.
 *
 *   in   {"type":"hello","resume"?:…,"token"?:…,"after"?:…}   {"type":"ask","id"?:…,"text":…}
 *        {"type":"identify","id"?:…,"id_number":…,"name":…,"certificate_number":…}
 *        {"type":"rate","id"?:…,"receipt":…,"value":"up"|"down","reason"?:…}
 *        {"type":"call_back","id"?:…,"number":…,"text"?:…}
 *   out  {"type":"call_back_kept","to"?:…}  {"type":"event",…}  {"type":"state",…}
 *        {"type":"rated","to"?:…,"receipt":…}
 *        {"type":"identified","to"?:…,"signed_in":…,"text":…,…}
 *        {"type":"welcome",…}  {"type":"reply","to":…,…}  {"type":"error",…}  {"type":"bye",…}
 */
#ifndef DAYI_CHANNELS_CHAT_H
#define DAYI_CHANNELS_CHAT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "channels/rating.h"
#include "service/refusal.h"
#include "service/service.h"

#define CHAT_SUBPROTOCOL "dayi.chat.v1"

enum chat_type { CHAT_HELLO, CHAT_ASK, CHAT_IDENTIFY, CHAT_RATE, CHAT_CALL_BACK, CHAT_TYPING };

/* Borrows from `json`. */
struct chat_frame {
	enum chat_type type;
	const char *id;     /* of any but a hello, NULL without; at most MESSAGE_ID_BYTES */
	const char *text;   /* of an ask */
	const char *resume; /* of a hello, or NULL */
	const char *token;  /* of a hello, or NULL */
	int64_t after;      /* of a hello: the last event that is known; -1: it does not say */
	const char *id_number, *name, *certificate_number; /* of an identify */
	struct rating rating;
	struct call_back_claim call_back; /* without its id */
	cJSON *json;
};

/*
 * Reads one message. A refusal leaves *out with the id where one could be read, so that the sender
 * can be told which message it was. chat_frame_release() in either case.
 */
MUST_CHECK enum refusal chat_frame_read(struct span message, struct chat_frame *out);
void chat_frame_release(struct chat_frame *frame);

struct office_notice;

struct chat_welcome {
	const char *session;
	bool resumed;
	const char *knowledge; /* version */
	bool signed_in;
	const char *sign_in;                /* why a token did not count, for the person; or NULL */
	const struct office_notice *notice; /* or NULL */
};

struct chat_identified {
	const char *to;      /* NULL without */
	const char *session; /* the one that the person is signed in to now, or NULL */
	bool signed_in;
	const char *text;
};

/*
 * Each appends one frame. The reply object is what the service gives, without members of ours; `to`
 * is the id of the ask, or NULL.
 */
MUST_CHECK enum status chat_write_reply(const char *to, struct span object, struct buf *out);
MUST_CHECK enum status chat_write_identified(const struct chat_identified *identified,
                                             struct buf *out);
MUST_CHECK enum status chat_write_welcome(const struct chat_welcome *welcome, struct buf *out);
/* Who answers is typing. */
MUST_CHECK enum status chat_write_typing(struct buf *out);
/* The notice that is to be seen from now on; NULL: none. */
MUST_CHECK enum status chat_write_notice(const struct office_notice *notice, struct buf *out);
MUST_CHECK enum status chat_write_rated(const char *receipt, const char *to, struct buf *out);
MUST_CHECK enum status chat_write_call_back_kept(const char *to, struct buf *out);
MUST_CHECK enum status chat_write_error(enum refusal refusal, const char *to, struct buf *out);
/* `reconnect_after_ms`: how long a client that has nothing to ask is to stay away. */
MUST_CHECK enum status chat_write_bye(enum refusal reason, int64_t reconnect_after_ms,
                                      struct buf *out);

#endif
