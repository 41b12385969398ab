/*
 * Handle vendors, parts: what its files share. Private to serve/.
 */
#ifndef DAYI_SERVE_HANDLE_VENDORS_PARTS_H
#define DAYI_SERVE_HANDLE_VENDORS_PARTS_H

#include "channels/bot.h"
#include "channels/feishu.h"
#include "channels/wecom.h"
#include "host/serve/handle_vendors.h"
#include "service/groups/group.h"

enum vendor_name { WECOM_BOT, WECOM_APP, DINGTALK, FEISHU, VENDOR_COUNT };

enum vendor_secret {
	SECRET_BOT_TOKEN,
	SECRET_BOT_KEY,
	SECRET_APP_TOKEN,
	SECRET_APP_KEY,
	SECRET_DINGTALK,
	SECRET_FEISHU,
	SECRET_FEISHU_KEY,
	SECRET_FEISHU_TOKEN,
	SECRET_COUNT,
};

enum {
	STREAM_ID_BYTES = 16,
	STREAM_ID_SIZE = 2 * STREAM_ID_BYTES + 1,
	TARGET_SIZE = 513,
	UUID_SIZE = STREAM_ID_SIZE,
	SAID_KEPT = 256,
};

/* Needed to answer a message, beside the texts that the groups keep. Kept as bytes. */
struct vendor_address {
	uint64_t wait; /* number of the request that waits; 0: none */
	int64_t target_until_ms;
	char stream[STREAM_ID_SIZE]; /* of WeCom's bot */
	char target[TARGET_SIZE];    /* DingTalk's webhook, the message of Feishu; "": none */
	bool mentionable;            /* the person's id can be @-ed */
};

_Static_assert(sizeof(struct vendor_address) <= GROUP_ADDRESS_MOST, "an address is kept whole");

struct vendor {
	struct vendors *vendors;
	enum vendor_name name;
	const char *path; /* "": off */
	struct group_kind kind;
	struct group_door *door;
};

/* An answer that WeCom asks for later. */
struct stream {
	struct stream *next;
	char id[STREAM_ID_SIZE];
	int64_t made_ms;
	bool ready;
	struct buf content;
};

struct feishu_send;

struct vendors {
	struct server *server;
	struct vendor all[VENDOR_COUNT];
	struct buf secrets[SECRET_COUNT];
	struct wecom_keys bot_keys, app_keys;
	struct feishu_keys feishu_keys;
	uint64_t waits;
	struct stream *streams;
	size_t stream_count;
	size_t taken; /* messages whose answer goes out later, and is not here yet */
	size_t sends; /* under way outside */
	bool stopped;

	/* of Feishu */
	struct buf token;
	int64_t token_until_ms;
	bool token_asked;
	struct feishu_send *token_waiters;
	char said[SAID_KEPT][FEISHU_MESSAGE_SIZE]; /* ids of the latest replies, a ring */
	size_t said_at;
};

int64_t vendors_now_ms(const struct vendors *vendors); /* monotonic */
int64_t vendors_wall_ms(const struct vendors *vendors);

/* Random, as hex; false where there is no randomness. */
MUST_CHECK bool vendors_name(const struct vendors *vendors, char id[STREAM_ID_SIZE]);

/* What came of an answer. */
void vendors_tell_sent(struct vendor *vendor, uint64_t id, size_t parts,
                       enum group_outcome outcome);

/* The parts one after another, with empty lines between. */
void vendors_join_parts(const struct group_answer *answer, struct buf *out);

/* Sends an answer by the API, a part after the other; tells what came of it once. */
void feishu_send(struct vendor *vendor, const struct group_answer *answer,
                 const struct vendor_address *address);

/* Whether it is one of the latest replies. */
bool feishu_has_said(const struct vendors *vendors, const char *message);

/* Sends it to the conversation's webhook. */
void dingtalk_send(struct vendor *vendor, const struct group_answer *answer,
                   const struct vendor_address *address);

/* Those that wait for a token are let go. */
void feishu_send_stop(struct vendors *vendors);

#endif
