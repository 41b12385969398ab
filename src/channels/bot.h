/*
 * Bot: one message of an enterprise chat (WeCom, DingTalk, Feishu) once it was read, whatever the
 * platform wrote it like.
 */
#ifndef DAYI_CHANNELS_BOT_H
#define DAYI_CHANNELS_BOT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "service/refusal.h"

enum {
	BOT_BODY_BYTES = 64 * 1024, /* of a request, and of what it hides */
	BOT_JSON_DEPTH = 16,
	BOT_WINDOW_S = 3600, /* by which the clocks may differ; a request signed before is stale */
};

enum bot_kind {
	/* Genuine, but nothing that is answered: another event, the bot's own message. */
	BOT_IGNORE,
	BOT_MESSAGE,
	BOT_CHALLENGE, /* the platform checks the address: `text` is to be sent back */
	BOT_ENTER,     /* somebody opened the single chat: may be welcomed */
	BOT_POLL,      /* WeCom asks for what came of the stream `id` */
};

struct bot_message {
	enum bot_kind kind;
	/* Borrowed from `json`. */
	const char *self; /* the bot's id; "" where the platform gives none */
	const char *chat; /* id of the group; NULL: a single chat */
	const char *person;
	const char *id;
	const char *quoted;  /* id of the message that it is a reply to; NULL: none, or not told */
	const char *mention; /* whom to @, by the id that this takes; NULL: cannot be done */
	const char *webhook; /* address of the conversation, of DingTalk; NULL: none */
	int64_t webhook_until_ms;
	bool spoken_to;
	struct buf text; /* without the bot's at; a picture or a file has none */
	cJSON *json;
};

void bot_message_init(struct bot_message *message);
void bot_message_deinit(struct bot_message *message);

/*
 * Parses an object behind the limits above; half a character counts as U+FFFD
 * (json_append_mended()). On success *out is for cJSON_Delete().
 */
MUST_CHECK bool bot_parse(struct span text, cJSON **out);

/* The member's string; NULL where it is absent or of another type. Takes NULL. */
const char *bot_string(const cJSON *object, const char *name);

/* Whether the message says who wrote what: what was not said is made an empty text. */
bool bot_message_is_whole(const struct bot_message *message);

/* Decimal digits, 15 at most. */
MUST_CHECK bool bot_read_number(struct span text, int64_t *out);

/* Whether a request that was signed then is not stale. */
bool bot_is_fresh(int64_t signed_s, int64_t now_s);

/* Of well-formed UTF-8: without blanks and control characters at either end, the wide and the
 * invisible ones of chat programs included. */
struct span bot_trim(struct span text);

#endif
