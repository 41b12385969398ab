/*
 * OneBot bots: which links lead to which bot, and what is sent over them. A bot is an account at
 * the platform, known by its id; a link is one connection to the program that holds it. Pure: links
 * are told of by their owner, times are given, and bytes are asked for when they can be written.
 *
 * An answer waits for its bot's link, so it outlives the one over which its question came, unless
 * somebody else may have a link to that bot, and gets it back. Once an
 * action was written it is never written again, whatever becomes of it.
 */
#ifndef DAYI_CHANNELS_ONEBOT_BOTS_H
#define DAYI_CHANNELS_ONEBOT_BOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "channels/onebot.h"

struct onebot_bots;
struct onebot_link;

/* What goes over a link: X-Client-Role. */
enum onebot_role { ONEBOT_UNIVERSAL, ONEBOT_API, ONEBOT_EVENTS };

/* Of a header's value; without one, ONEBOT_UNIVERSAL. False for another word. */
bool onebot_role_read(struct span text, enum onebot_role *out);

/* None of them may call a function of this header. */
struct onebot_hooks {
	/* onebot_link_next() has something. `owner` as given to onebot_link_open(). */
	void (*write)(void *owner);
	/* The link is dead, for that reason (static): its owner is to end it soon. Once a link. */
	void (*end)(void *owner, const char *reason);
	/* Whether more has come over the link than was read of it: a response may be among it, so
	 * no deadline of the link passes meanwhile. */
	bool (*behind)(void *owner);
	/* What came of an answer, once for each: `parts` of it were done, and the next one, if any,
	 * ended so. */
	void (*sent)(void *context, uint64_t id, size_t parts, enum onebot_outcome outcome);
	/* A link leads to the bot: when it is there (`fresh`), and with each tick. NULL: nobody
	 * wants to know. */
	void (*reached)(void *context, const char *self, bool fresh);
	void *context;
};

struct onebot_limits {
	int64_t action_ms; /* after that an action's outcome is unknown */
	int64_t probe_ms;  /* a link that did not respond for that long is asked whether it does */
	int64_t keep_ms;   /* an answer that could not be written for that long is dropped */
	size_t answers;    /* of one bot, waiting or under way */
	size_t bots;
	/* Answers of a bot that no link leads to for that long are given back (ONEBOT_UNREACHED, or
	 * STATUS_NOT_FOUND from onebot_bots_send()) instead of kept; 0: never. */
	int64_t give_back_ms;
};

MUST_CHECK enum status onebot_bots_create(struct onebot_bots **out,
                                          const struct onebot_limits *limits,
                                          const struct onebot_hooks *hooks);
/* The links first. What waits is forgotten without a word. Takes NULL. */
void onebot_bots_destroy(struct onebot_bots *bots);

/*
 * A connection is there. `self` is the id that it names, or "": then an event or a response tells.
 * STATUS_NO_MEMORY; STATUS_LIMIT for one bot too many.
 */
MUST_CHECK enum status onebot_link_open(struct onebot_bots *bots, enum onebot_role role,
                                        struct span self, void *owner, int64_t now_ms,
                                        struct onebot_link **out);

/* It is gone. What was written to it and not responded to is unknown. Takes NULL. */
void onebot_link_close(struct onebot_link *link, int64_t now_ms);

/* The id of its bot; "" while that is not known. */
const char *onebot_link_self(const struct onebot_link *link);

/* A frame came over it. Responses are dealt with; of messages nothing is done here. */
void onebot_link_take(struct onebot_link *link, const struct onebot_frame *frame, int64_t now_ms);

/* Writes the next frame that is to go over it; false where there is none. */
MUST_CHECK bool onebot_link_next(struct onebot_link *link, int64_t now_ms, struct buf *out);

struct onebot_answer {
	uint64_t id;
	const char *self;      /* the bot's */
	struct onebot_send to; /* without the text; quotes and calls in the first part only */
	const struct span *parts;
	size_t part_count; /* 1 at least */
};

/* Takes an answer; copied. STATUS_NOT_FOUND: no such bot, or no link to it for `give_back_ms` and
 * nothing that waits to be given back. STATUS_LIMIT, STATUS_NO_MEMORY. */
MUST_CHECK enum status onebot_bots_send(struct onebot_bots *bots,
                                        const struct onebot_answer *answer, int64_t now_ms);

/* Whether the bot sent that message, as far as it remembers. */
bool onebot_bots_sent(const struct onebot_bots *bots, const char *self,
                      const struct onebot_id *message);
/* Remembers one that was sent by another way. */
void onebot_bots_remember(struct onebot_bots *bots, const char *self,
                          const struct onebot_id *message);

/*
 * Off, nothing more is sent: what is not under way ends (ONEBOT_UNREACHED), and the rest does with
 * the part that is. To be told before each onebot_link_next(), or as soon as it changes.
 */
void onebot_bots_hush(struct onebot_bots *bots, bool off);

/* About once a second: deadlines, probes, dead links. */
void onebot_bots_tick(struct onebot_bots *bots, int64_t now_ms);

/* Answers that wait or are under way, of all bots. */
size_t onebot_bots_waiting(const struct onebot_bots *bots);
size_t onebot_bots_links(const struct onebot_bots *bots);

#endif
