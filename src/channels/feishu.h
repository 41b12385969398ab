/*
 * Feishu (飞书): events come as requests, encrypted and signed; an answer goes out by its API, so
 * it needs outgoing connections. docs/feishu.md.
 */
#ifndef DAYI_CHANNELS_FEISHU_H
#define DAYI_CHANNELS_FEISHU_H

#include "base/mac.h"
#include "channels/bot.h"

/* The texts are borrowed. */
struct feishu_keys {
	struct span encrypt_key; /* of the application's Encrypt Key; not empty */
	struct span token;       /* its Verification Token; not empty */
	const char *app;         /* its id ("cli_…") */
	const char *bot;         /* the bot's open_id: what an at names */
};

/* The headers X-Lark-Request-Timestamp, -Nonce and X-Lark-Signature; empty: not there. */
struct feishu_signed {
	struct span timestamp, nonce, signature;
};

MUST_CHECK enum status feishu_sign(struct span encrypt_key, const struct feishu_signed *with,
                                   struct span body, char hex[MAC_HEX_SIZE]);

/* Appends what is within {"encrypt":"…"}. STATUS_INVALID, and nothing is appended. */
MUST_CHECK enum status feishu_decrypt(struct span encrypt_key, struct span encrypted,
                                      struct buf *out);

/*
 * An event must be encrypted, signed, not stale, and bear the token. A challenge, which the
 * platform may leave unsigned, must bear the token. bot_message_deinit() in either case.
 */
MUST_CHECK enum refusal feishu_read(const struct feishu_keys *keys,
                                    const struct feishu_signed *with, int64_t now_s,
                                    struct span body, struct bot_message *out);

/* Appends the response to a challenge. */
MUST_CHECK enum status feishu_write_challenge(const struct bot_message *message, struct buf *out);

/* Appends the body that asks for a token of the tenant. */
MUST_CHECK enum status feishu_write_token_request(const char *app, struct span secret,
                                                  struct buf *out);

/* The answer to it. False where it holds none; the token is appended. */
MUST_CHECK bool feishu_read_token(struct span body, struct buf *token, int64_t *lasts_s);

/*
 * Appends the body of a reply. `mention` is an open_id, or NULL; `uuid`, 50 characters at most, is
 * what the platform knows a repeated request by. The text goes out as a text: an "<at>" in it is
 * none.
 */
MUST_CHECK enum status feishu_write_reply(const char *mention, struct span text, const char *uuid,
                                          struct buf *out);

enum feishu_result {
	FEISHU_TAKEN,
	FEISHU_TOKEN,   /* the token does not count any more */
	FEISHU_REFUSED, /* not taken, for another reason */
	FEISHU_UNCLEAR, /* no answer of the API */
};

enum { FEISHU_MESSAGE_SIZE = 129 };

/* What the API's answer to a reply says; `message` is the id of what was said, or "". */
enum feishu_result feishu_read_result(struct span body, char message[FEISHU_MESSAGE_SIZE]);

#endif
