/*
 * State: what the files of the server share. All of it belongs to the loop thread, but for the two
 * counters that the signals' thread sets.
 */
#ifndef DAYI_SERVER_STATE_H
#define DAYI_SERVER_STATE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <libwebsockets.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "channels/refusal.h"
#include "engine/dialogue/snapshot.h"
#include "office/journal/journal.h"
#include "server/config.h"
#include "server/door.h"
#include "server/event_loop.h"
#include "server/files.h"
#include "server/limits.h"
#include "server/listener.h"
#include "server/metrics.h"
#include "server/origin.h"
#include "server/outbox.h"
#include "server/sessions.h"
#include "server/worker.h"

enum {
	CHUNK_BYTES = 32 * 1024, /* of a file, in one write */
	OUT_BYTES = 1024 * 1024, /* of a response that is no file */
	EXTRA_CONNECTIONS = 64,  /* above the limit, so that a refusal can be told */
};

struct connection;

struct server {
	const struct config *config;
	struct log *log;
	struct clock clock;

	struct event_loop loop;
	struct lws_vhost *vhost;
	struct listener listener;
	lws_sorted_usec_list_t housekeeping;

	struct normaliser *normaliser;
	struct snapshot *snapshot;
	int64_t loaded_at_ms;
	struct worker *worker;
	struct journal *journal;
	struct popular *popular; /* entries, by how often they were the answer */
	struct records *records;
	struct look_up *look_ups;               /* asks.c: in the order in which they began */
	size_t asks_waiting;                    /* for them */
	struct identification *identifications; /* identify.c: those that wait for a record */
	struct lockout *lockout;                /* of identifications */
	unsigned char person_key[32];           /* random: of the hashes that it counts by */
	struct rating_wait *rating_waits;       /* ratings.c: those whose commit is under way */
	uint64_t next_ticket;                   /* of look-ups and ratings */
	struct conversation *before; /* a conversation as it was before the turn at hand */
	struct files *files;

	struct ip_range *trusted;
	size_t trusted_count;
	struct origin_policy origins;
	struct bucket_rate connection_rate;
	struct address_table *addresses;
	struct sessions *sessions;
	struct metrics metrics;

	struct connection *connections;
	size_t connection_count, chat_count;
	size_t connections_most, connections_extra; /* as configured, or as descriptors allow */

	struct arena *arena; /* of the turn being taken */
	struct buf reply;    /* the JSON of it, used again and again */
	unsigned char chunk[LWS_PRE + CHUNK_BYTES];

	atomic_int terminations; /* set in the signals' thread */
	bool draining;
	int64_t drain_until_us;
	bool stopped; /* the loop is to end */
};

/* What a response waits for, and what it is. */
struct exchange {
	bool active; /* a request was read, its response is not written yet */
	bool ready;  /* the response may be written */
	/* Makes the response of the body, once it is here; NULL where no body is taken. */
	void (*finish)(struct connection *connection);
	bool close;
	struct buf body;
	size_t body_length;
	int64_t body_until_us; /* when the body must be here */
	struct buf out;        /* LWS_PRE bytes, the head, and the content unless it is a file's */
	bool head_written;
	const struct page_file *file; /* or NULL */
	size_t file_at;
	struct identity identity; /* of the token that came with an ask; no ID number: none came */
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

	const char *browser; /* static; NULL: not known */

	bool chat;
	struct outbox outbox;
	struct buf message; /* the pieces of one so far */
	size_t message_len; /* counted for a binary one, too, which is not kept */
	struct bucket bucket;
	unsigned faults;
	struct session *session;
	size_t asks_waiting;              /* asks.c: of this connection, for a record */
	size_t ratings_waiting;           /* ratings.c: of this connection, for their commit */
	enum lws_close_status close_code; /* to close with once the outbox is empty; 0: it stays */
	bool closing; /* the library is sending a close frame, or waits for the other one */
};

static inline struct server *server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

/* In the loop thread, after somebody called lws_cancel_service(). */
void server_wake(struct server *server);

/* Those of the knowledge in use. */
static inline struct relations *server_relations(const struct server *server)
{
	return diagnoser_relations(server->snapshot->diagnoser);
}

static inline int64_t server_now_us(const struct server *server)
{
	return clock_monotonic_us(&server->clock);
}

#endif
