/*
 * What the files of handle_onebot*.c share.
 */
#ifndef DAYI_SERVE_HANDLE_ONEBOT_PARTS_H
#define DAYI_SERVE_HANDLE_ONEBOT_PARTS_H

#include "channels/onebot_bots.h"
#include "host/config/config.h"
#include "host/serve/handle_onebot.h"
#include "run/jobs.h"
#include "service/groups/group.h"

/* One WebSocket, whoever opened it; the owner of its link. */
struct onebot_wire {
	struct onebot *onebot;
	struct lws *wsi;
	struct onebot_link *link;
	char header[ONEBOT_ID_SIZE]; /* X-Self-ID, or "" */
	struct buf message;          /* the pieces of one so far */
	size_t message_len;          /* counted where it is too long to be kept, too */
	bool ended;
};

/* A WebSocket that we open. */
struct onebot_client {
	struct config_socket socket;
	char address[64]; /* of it: an IP address, looked up where it has a name */
	unsigned turn;    /* which of a name's addresses is tried */
	bool heard;       /* a frame came over the latest connection */
	struct job lookup;
	char problem[96];         /* why a look-up failed */
	struct onebot_wire *wire; /* NULL: not connected */
	struct lws *wsi;          /* also while it connects */
	struct timer *again;
	int64_t wait_ms; /* before the next attempt */
};

struct onebot {
	struct server *server;
	struct group_door *door;
	struct onebot_bots *bots;
	struct buf token, secret; /* empty: none */
	struct buf text;          /* of a message */
	struct buf frame, out;    /* to be written; with headroom */
	struct timer *tick;
	struct onebot_client client;
	uint64_t quick; /* the latest HTTP POST that waits for its answer */
	size_t posts;   /* answers under way to an HTTP API */
	bool draining, stopped;
};

static inline int64_t onebot_now_ms(const struct onebot *onebot)
{
	return server_now_us(onebot->server) / 1000;
}

/* NULL without memory, or where there are too many bots. */
struct onebot_wire *onebot_wire_open(struct onebot *onebot, struct lws *wsi, enum onebot_role role,
                                     struct span self);
void onebot_wire_close(struct onebot_wire *wire);

/* A piece of a message came. */
void onebot_wire_receive(struct onebot_wire *wire, const char *in, size_t len);

/* Writes one frame, if there is one; -1: the connection is to end. */
int onebot_wire_write(struct onebot_wire *wire);

/* Connects, where that is configured; not where the authorities that vouch for certificates cannot
 * be read, which is logged. */
void onebot_client_start(struct onebot *onebot);
void onebot_client_stop(struct onebot *onebot);

/* Sends an answer by the HTTP API; the text's parts one after the other. */
MUST_CHECK enum status onebot_api_send(struct onebot *onebot, const struct onebot_answer *answer);

/* Tells the groups what came of an answer. */
void onebot_tell_sent(void *context, uint64_t id, size_t parts, enum onebot_outcome outcome);

#endif
