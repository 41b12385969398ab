/*
 * OneBot: frames of OneBot v11 (github.com/botuniverse/onebot-11), through which a program that
 * holds a QQ account passes messages on: events that come, actions that go, and their responses.
 * The same JSON goes over WebSocket and HTTP. Pure: no socket, no clock.
 *
 * Implementations deviate from the specification; what is read here is what they send: ids as
 * numbers or strings, messages as strings with codes, arrays, one segment or null, members missing.
 */
#ifndef DAYI_CHANNELS_ONEBOT_H
#define DAYI_CHANNELS_ONEBOT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/settings.h"
#include "base/span.h"
#include "base/status.h"

enum {
	ONEBOT_FRAME_BYTES = 256 * 1024, /* a longer one is none that is read */
	ONEBOT_TEXT_BYTES = 16 * 1024,   /* of a message; what is behind is cut off */
	ONEBOT_ID_SIZE = 129,            /* of 128 bytes: GROUP_ID_MOST */
	ONEBOT_ECHO_SIZE = 48,
};

/*
 * An id of a group, a person or a message. It is sent back in the JSON type in which it came, for
 * implementations know it in that one only. Text "": none.
 */
struct onebot_id {
	char text[ONEBOT_ID_SIZE];
	bool number; /* a JSON number: an integer, less than 2^53 away from 0 */
};

/* Of a string or number of JSON. False, and none, where it is neither or does not fit. */
bool onebot_id_read(const cJSON *value, struct onebot_id *out);

enum onebot_kind {
	ONEBOT_IGNORED,   /* events that are nothing to us, and frames that are nothing at all */
	ONEBOT_RESPONSE,  /* to an action */
	ONEBOT_LIFECYCLE, /* the link is there; may never come */
	ONEBOT_HEARTBEAT,
	ONEBOT_GROUP,   /* a message in a group */
	ONEBOT_PRIVATE, /* to the bot alone */
};

/* Borrows from `json`. */
struct onebot_frame {
	enum onebot_kind kind;
	struct onebot_id self; /* of every event */
	cJSON *json;

	/* ONEBOT_GROUP, ONEBOT_PRIVATE */
	struct onebot_id message; /* may be none */
	struct onebot_id user;
	struct onebot_id group; /* of a private one: the group that it was begun from, or none */
	bool anonymous;         /* the person cannot be called by @ */

	int64_t interval_ms; /* ONEBOT_HEARTBEAT: to the next one; 0: it does not say */
	bool offline;        /* ONEBOT_HEARTBEAT: the account is not signed in at the platform */

	const char *echo; /* ONEBOT_RESPONSE; NULL: none that is ours */
};

/*
 * Reads a frame, or the body of an HTTP POST; half a character counts as U+FFFD
 * (json_append_mended()). STATUS_INVALID where it is no JSON object, STATUS_LIMIT,
 * STATUS_NO_MEMORY. onebot_frame_release() in either case.
 */
MUST_CHECK enum status onebot_frame_read(struct span text, struct onebot_frame *out);
void onebot_frame_release(struct onebot_frame *frame);

/* The names of the bot in `at`: any of them. Borrowed. */
struct onebot_names {
	const char *header;                 /* X-Self-ID of the connection, "" */
	const struct setting_list *aliases; /* NULL: none */
};

/* Whether a message comes from the bot itself, and must not be answered. */
bool onebot_is_own(const struct onebot_frame *frame, const struct onebot_names *names);

/* What a message says. */
struct onebot_said {
	bool to_us;              /* it calls the bot by @; @ of everybody does not count */
	bool wordless;           /* it holds what is no text, such as a picture */
	struct onebot_id quoted; /* the message that it answers to, or none */
};

/*
 * Appends the text of a message, without codes and the blanks around it. Calls of other people are
 * left out: names are theirs. Text beyond ONEBOT_TEXT_BYTES is cut off.
 */
MUST_CHECK enum status onebot_message_read(const struct onebot_frame *frame,
                                           const struct onebot_names *names, struct buf *out,
                                           struct onebot_said *said);

/* What became of an action. */
enum onebot_outcome {
	ONEBOT_DONE,
	ONEBOT_FAILED,
	ONEBOT_UNKNOWN,   /* it may have been done, and must not be asked for again */
	ONEBOT_UNREACHED, /* it was not asked for: no link leads to the bot */
};

/* Of a response; `message` is the id of what was sent, or none. */
enum onebot_outcome onebot_response_outcome(const struct onebot_frame *frame, int *retcode,
                                            struct onebot_id *message);

/* Of the response of an HTTP API: its status, and its body. */
enum onebot_outcome onebot_http_outcome(int http_status, struct span body, int *retcode,
                                        struct onebot_id *message);

/* A text for a group or a person. */
struct onebot_send {
	struct onebot_id group; /* none: to the person alone */
	struct onebot_id user;
	struct onebot_id through; /* without a group: the one of a temporary session, or none */
	struct onebot_id quoted;  /* the message that it answers; none: it quotes none */
	bool at;                  /* the person is called by @ */
	struct span text;
};

/* Appends the action, with its echo. STATUS_NO_MEMORY, STATUS_LIMIT. */
MUST_CHECK enum status onebot_write_send(const struct onebot_send *send, const char *echo,
                                         struct buf *out);

/* The same for the HTTP API: its path, such as "/send_group_msg", and the body. */
const char *onebot_send_path(const struct onebot_send *send);
MUST_CHECK enum status onebot_write_parameters(const struct onebot_send *send, struct buf *out);

/* The same as an answer to an HTTP POST: a quick operation. */
MUST_CHECK enum status onebot_write_quick(const struct onebot_send *send, struct buf *out);

/* An action without parameters, such as get_status. */
MUST_CHECK enum status onebot_write_query(const char *action, const char *echo, struct buf *out);

/* Whether X-Signature is that of the body: `sha1=` and HMAC-SHA-1 in hex. In constant time. */
bool onebot_signed(struct span secret, struct span body, struct span signature);

#endif
