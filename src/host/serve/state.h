/*
 * State: what the files of the server share: sockets, and what goes over them. All of it belongs to
 * the loop thread.
 */
#ifndef DAYI_SERVE_STATE_H
#define DAYI_SERVE_STATE_H

#include <stdbool.h>

#include <libwebsockets.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "host/config/config.h"
#include "host/net/door.h"
#include "host/net/event_loop.h"
#include "host/net/files.h"
#include "host/net/limits.h"
#include "host/net/listener.h"
#include "host/net/loop_lws.h"
#include "host/net/origin.h"
#include "host/net/origin_hint.h"
#include "host/net/outbox.h"
#include "run/fetch.h"
#include "service/service.h"

enum {
	MESSAGE_ID_SIZE = 65,         /* of the id of a message, with its end */
	CHUNK_BYTES = 32 * 1024,      /* of a file, in one write */
	OUT_BYTES = 16 * 1024 * 1024, /* of a response that is no file */
	EXTRA_CONNECTIONS = 64,       /* above the limit, so that a refusal can be told */
};

struct caller;
struct connection;
struct groups;
struct onebot;
struct onebot_wire;
struct vendors;

struct server {
	const struct config *config;
	struct log *log;
	struct clock clock;
	random_function random;

	struct event_loop events;
	struct lws_vhost *vhost;
	struct listener listener;
	struct loop_lws loop;
	struct jobs *jobs;

	struct fetcher *fetcher; /* NULL: nothing asks other servers */
	struct service *service;
	struct groups *groups;   /* what all group chats share; NULL: there is no such channel */
	struct onebot *onebot;   /* NULL: off */
	struct vendors *vendors; /* WeCom, DingTalk, Feishu; NULL: off */
	struct files *files;

	struct ip_range *trusted;
	size_t trusted_count;
	struct origin_policy origins;
	struct origin_refusals origin_refusals;
	struct bucket_rate connection_rate;
	struct address_table *addresses;
	struct metrics metrics;

	struct caller *callers; /* programs that asked with a key */

	struct connection *connections;
	size_t connection_count, chat_count;
	size_t connections_most, connections_extra; /* as configured, or as descriptors allow */

	size_t uploads;     /* files that are on their way here */
	struct buf scratch; /* of what is being written; nobody's from one call to the next */
	unsigned char chunk[LWS_PRE + CHUNK_BYTES];

	int terminations;
	bool draining;
	int64_t drain_until_us;
	bool stopped; /* the loop is to end */
};

/* A request under way: what its response waits for, and the response. */
struct exchange {
	bool active; /* a request was read, its response is not written yet */
	bool ready;  /* the response may be written */
	/* Makes the response of the body, once it is here; NULL where no body is taken. */
	void (*finish)(struct connection *connection);
	bool close;
	struct buf body;
	bool uploads; /* it is a file, one of server->uploads */
	size_t body_length;
	int64_t body_until_us; /* when the body must be here */
	struct buf out;        /* LWS_PRE bytes, the head, and the content unless it is a file's */
	int64_t moved_us;      /* when something of the response was written last */
	bool head_written;
	struct span file; /* a page's content, borrowed from server->files; ptr NULL: none */
	size_t file_at;
	struct identity identity; /* of the token that came with an ask; no ID number: none came */
	struct ip client;         /* who sent the ask, or the group that they are counted with */
	struct caller *caller;    /* whose key came, or NULL */
	char id[MESSAGE_ID_SIZE]; /* Idempotency-Key; "": none */
	struct span cors_origin;  /* into origin_text */
	char origin_text[256];
};

struct connection {
	struct server *server;
	struct lws *wsi;
	struct connection *prev, *next;
	struct ip peer;
	struct address *address; /* whose connections count this one; NULL for a trusted proxy */
	enum refusal refused;    /* one too many: it is only told so */
	struct door door;

	struct exchange http;

	const char *browser;        /* static; NULL: not known */
	struct return_address from; /* in the service; all zero: it has none yet */

	struct onebot_wire *onebot; /* it is one; else NULL */
	uint64_t onebot_quick;      /* the event that came by it and waits for its answer; or 0 */
	int64_t onebot_until_us;    /* how long it waits */

	uint64_t vendor_wait;        /* number of the platform's request that waits here; or 0 */
	struct page_look *page_look; /* handle_answer_page.c: its page is looked for; or NULL */

	bool chat;
	struct outbox outbox;
	struct buf message; /* the pieces of one so far */
	size_t message_len; /* counted for a binary one, too, which is not kept */
	struct bucket bucket;
	unsigned faults;
	enum lws_close_status close_code; /* to close with once the outbox is empty; 0: it stays */
	bool closing;   /* the library is sending a close frame, or waits for the other one */
	bool receiving; /* receive() is at work, further up the stack */
	bool ended;     /* it is to be closed */
};

static inline struct server *server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

/* Ends the loop when a drain has nothing more to wait for. Takes a struct server. */
void server_look_at_drain(void *context);

static inline int64_t server_now_us(const struct server *server)
{
	return clock_monotonic_us(&server->clock);
}

#endif
