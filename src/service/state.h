/*
 * State: what the files of service/ share. All of it belongs to the loop's thread.
 */
#ifndef DAYI_SERVICE_STATE_H
#define DAYI_SERVICE_STATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/place.h"
#include "engine/dialogue/snapshot.h"
#include "office/identity/lockout.h"
#include "office/sessions/session_store.h"
#include "service/follower.h"
#include "service/reload.h"
#include "service/service.h"

enum { TEXTS_NOTED = 1024 /* entries whose words are known to be kept */ };

enum { PRIVATE_LINE_MOST = 1024 /* bytes of a line with a private link */ };

/* Who gives links that lead from where others read along to a chat that nobody else reads. */
struct private_links {
	/*
	 * Appends a line feed and a line with a link that can be used once; what is asked there is
	 * `question`, masked in the service's arena. Nothing where no links are given. NULL: there
	 * is nobody.
	 */
	void (*write)(void *context, struct span question, struct buf *out);
	void *context;
};

enum { ORIGIN_BYTES = 16, TURN_BYTES_MOST = 32 * 1024 * 1024 };

/* What an address leads to. A free one has no channel. */
struct line {
	const struct channel *channel;
	void *context;
	uint32_t generation;
	uint32_t next_free;
	struct session *session;  /* of a lasting channel, or NULL */
	struct recalling *recall; /* recall.c: what its messages wait for, or NULL */
	size_t waiting;           /* messages that are not answered yet */
	bool follows;             /* its page wants the events of a hand-over, */
	int64_t follow_after;     /* those behind this one */
	struct follow *follow;    /* chats_wait.c: that gets them, or NULL */
	unsigned char origin[ORIGIN_BYTES];
	size_t origin_len;
};

struct service {
	struct service_settings settings;
	struct service_tools tools;

	struct normaliser *normaliser;
	struct snapshot *snapshot; /* the model in use */
	struct scratch *scratch;   /* the loop's own, of that snapshot */
	int64_t loaded_at_ms;
	uint64_t loading; /* goes up when the snapshot is exchanged */
	struct reloader *reloader;
	struct follower *follower;         /* NULL: the knowledge does not come from the store */
	char version[PLACE_SIZE];          /* the folder of the version that it began with */
	struct journal *journal;           /* NULL: none is kept */
	uint64_t texts_noted[TEXTS_NOTED]; /* entry_words.c: hashes of entry and version */
	struct popular *popular;           /* entries, by how often they were the answer */
	struct records *records;
	struct sessions *sessions;
	struct bulletin *bulletin;        /* NULL: no channel can be switched off */
	struct notify *notify;            /* NULL: nobody is told of hand-overs */
	struct keys *keys;                /* NULL: there are none */
	struct console *console;          /* NULL: there is none */
	struct authoring *authoring;      /* NULL: there is none */
	struct retention *retention;      /* NULL: the journal keeps everything */
	struct persons *persons;          /* records that operators have open */
	struct chats *chats;              /* NULL: nobody waits for an operator */
	struct lockout *lockout;          /* of identifications */
	char person_key[DIGEST_HEX_SIZE]; /* secret of the hashes that it counts by */
	struct session_store *store;      /* NULL: sessions end with the process */

	struct line *lines; /* by the id of their address */
	size_t line_count;  /* with the free ones */
	uint32_t free_line; /* the first, or line_count */

	struct private_links private_links; /* set by the groups */

	struct look_up *look_ups;  /* asks.c: in the order in which they began */
	size_t asks_waiting;       /* for them */
	struct recalling *recalls; /* recall.c: sessions that are being read */

	struct arena *arena; /* of the turn being taken */
	struct buf object;   /* the reply object of it */
	size_t kept_turns;   /* begun, with arenas of their own */

	bool draining, stopped;
};

/* A snapshot that is good is used from now on; the one before is retired. */
void service_take_reloaded(void *context, const struct reloaded *reloaded);

/* NULL where it is closed. Borrowed until the next service_open(). */
struct line *service_line(const struct service *service, struct return_address address);

/* Sends, where the address is not closed. */
void service_send(const struct service *service, struct return_address to,
                  const struct outgoing *outgoing);

/* Counts the refusal of anything but an ask, and sends it. */
void service_send_refusal(struct service *service, struct return_address to, const char *id,
                          enum refusal refusal);

/* A message of this address is not answered yet; or it is now, or its line is gone. */
void service_begin_waiting(struct service *service, struct return_address address);
void service_end_waiting(struct service *service, struct return_address address);

/* The session of a lasting line, a new one where it has none; NULL where none can be had. */
struct session *service_session(struct service *service, struct line *line);

/* The line's session becomes that person's; where it was somebody else's, another one does. */
MUST_CHECK bool service_bind(struct service *service, struct line *line,
                             const struct identity *identity);

/* The same for what a channel handed over earlier, and had to wait: it is not refused any more. */
void service_take_now(struct service *service, const struct message *message);
void service_hello_now(struct service *service, struct return_address from, const char *resume,
                       const char *token);
void service_identify_now(struct service *service, struct return_address from,
                          const struct identify_claim *claim);
void service_rate_now(struct service *service, struct return_address from, const char *conversation,
                      const struct rating *rating, const char *id);

/* Those of the knowledge in use. */
static inline struct relations *service_relations(const struct service *service)
{
	return diagnoser_relations(service->snapshot->diagnoser);
}

static inline struct span line_origin(const struct line *line)
{
	return (struct span){ (const char *)line->origin, line->origin_len };
}

static inline int64_t service_now_us(const struct service *service)
{
	return clock_monotonic_us(&service->tools.clock);
}

static inline int64_t service_wall_ms(const struct service *service)
{
	return clock_wall_ms(&service->tools.clock);
}

#endif
