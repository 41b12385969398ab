/*
 * Group parts: what the files of group*.c share. All of it belongs to the loop's thread.
 *
 * A question is what a person wants to know: one message of theirs, or several that came at once.
 * It is gathered, claimed in the store, asked, and answered; it lives until it is known what came
 * of sending its answer.
 *
 * Where several processes share the store, a question is claimed by the one that has its group's
 * turn. A process has it from the first of its questions of that group to the end of the last, so
 * what the group reads comes from one process at a time.
 */
#ifndef DAYI_SERVICE_GROUP_PARTS_H
#define DAYI_SERVICE_GROUP_PARTS_H

#include "base/digest.h"
#include "base/hash.h"
#include "service/groups/group.h"
#include "service/groups/group_keep.h"
#include "service/groups/group_limit.h"
#include "service/groups/group_rules.h"
#include "service/message.h"

enum {
	GROUP_PIECES_MOST = 8,
	GROUP_TEXT_MOST = 16 * 1024, /* bytes of a message */
	GROUP_LINK_MINUTES = 15,
};

/* Why nothing was said, for the metrics. */
enum group_reason {
	GROUP_NOT_SPOKEN_TO,
	GROUP_REPEATED,
	GROUP_JOINED, /* a later message answers it as well */
	GROUP_NOT_ALLOWED,
	GROUP_QUIET,
	GROUP_OFF,
	GROUP_OVER_LIMIT,
	GROUP_UNSURE, /* nobody asked, and it is not sure enough */
	GROUP_UNFIT,  /* a message with an id or text that cannot be */
	GROUP_EXPIRED,
	GROUP_BUSY,
	GROUP_REASONS,
};

struct group_counts {
	uint64_t taken, silent[GROUP_REASONS];
	uint64_t answered, noticed, waited, again;
	uint64_t outcomes[GROUP_UNKNOWN + 1];
};

struct group_door {
	struct groups *groups;
	const struct group_kind *kind;
	void *context;
	struct channel channel; /* as the service sees it */
	struct group_counts counts;
	int64_t busy_until_us; /* so long "channel_busy" is not logged again */
	bool off;
	bool in_send; /* inside the channel's send() */
	struct group_door *next;
};

/* One message of a question. */
struct piece {
	char key[DIGEST_HEX_SIZE]; /* "": the platform gave no id */
	char *text;
	size_t len;
	bool spoken_to;
	bool claimed; /* by whomever: it is known */
	bool claimed_elsewhere;
};

enum group_state {
	QUESTION_GATHERING,
	QUESTION_CLAIMING,
	QUESTION_WAITING, /* another process has its group's turn */
	QUESTION_READY,   /* claimed: others are asked before it */
	QUESTION_ASKING,
	QUESTION_SENT, /* its answer was handed to the channel */
	QUESTION_OVER, /* something of the store or of the service comes, and is not wanted */
};

struct group_ask {
	struct groups *groups;
	struct group_door *door; /* NULL: it was closed */
	enum group_state state;
	struct group_ask *next, **at; /* among all */
	struct hash_link by_conversation, by_chat, by_id;
	uint64_t order;               /* in which the questions came */
	struct question_queue *queue; /* that it is in; NULL: none */
	struct group_ask *next_queued;
	uint64_t id; /* of what was sent; 0: it is not waited for */
	char conversation[SESSION_ID_SIZE];
	char self[GROUP_ID_MOST + 1], chat[GROUP_ID_MOST + 1], person[GROUP_ID_MOST + 1];
	bool single; /* no chat */
	/* The message that is answered. */
	char message[GROUP_ID_MOST + 1];
	char address[GROUP_ADDRESS_MOST];
	size_t address_len;
	int64_t expires_ms;
	bool spoken_to, unasked, late, told; /* `told`: its last word went out, or is not wanted */
	struct piece pieces[GROUP_PIECES_MOST];
	size_t piece_count, claims; /* `claims`: that are not back */
	int64_t first_us, came_us;
	struct timer *timer, *deadline;
	struct buf text; /* of all pieces */
	struct return_address line;
	struct buf object; /* what the service replied */
	bool replied;
	/* What was sent, until its outcome is known. */
	struct buf sent;
	struct {
		size_t at, len;
	} parts[GROUP_PARTS_MOST];
	size_t part_count, first_part;
	bool cut, again; /* the parts are not the whole text; this is the second attempt */
	bool begun;      /* parts before these were sent by another process */
	/* Of several processes. */
	char turn[DIGEST_HEX_SIZE]; /* "": it takes none */
	bool has_turn;              /* may have: to be given back behind it */
	enum group_turn_got got;    /* TAKEN, unless a claim came back without it */
	unsigned tries;
	int64_t way_ms;           /* when its way was new; 0: not known yet. See struct way */
	int64_t waits_us;         /* since when; 0: it did not wait yet */
	int64_t free_us;          /* since when nobody has the turn it waits for; 0: somebody has */
	int64_t order_id;         /* of what an operator has said (group_rows.h); 0: it is none */
	int64_t parked_ms, place; /* since when, the store's clock, and where; 0: it was not */
	char link[512];           /* to the whole answer, or "" */
};

struct recent;
struct way;

/* Questions in the order in which they came into it. */
struct question_queue {
	struct group_ask *first, **end;
};

struct groups {
	struct groups_settings settings;
	struct groups_tools tools;
	struct group_rules *rules;
	struct group_keep *keep;
	struct group_limits *limits;
	struct group_door *doors;
	struct group_ask *questions, **end;
	size_t question_count;
	struct hash_table by_conversation, by_chat,
	        by_id;                 /* of questions; the last of those sent */
	struct question_queue ready;   /* claimed, and not asked of the service yet */
	struct question_queue replied; /* whose reply is not taken yet */
	uint64_t next_order;
	struct recent *recent;
	char secret[DIGEST_HEX_SIZE];
	char holder[DIGEST_HEX_SIZE]; /* this process, where the store is shared; "": it is not */
	struct seal *seal;            /* of parked answers; NULL: not shared */
	struct way *ways;
	uint64_t next_id;
	struct loop_call ready_call, replied_call; /* there is something in the queue */
	bool checked;                              /* whether the channels of the rules are there */
	bool stopped;
};

/* --- group_ask.c --- */

/* Its messages are all there: goes on with it. */
void question_close_gathering(struct group_ask *question);

/* Claims what is not claimed yet. */
void question_claim(struct group_ask *question, enum group_claiming how);

/* Goes on with the first that is ready, and with the next one after the sockets had their turn. */
void questions_take_ready(void *context);

/* What the service replied: of all that have a reply. */
void questions_take_replies(void *context);

/* It keeps the answers to later questions of its group back no longer. */
void question_let_next_go(struct group_ask *question);

/* The channel's send() of the service. */
void question_take_outgoing(void *line, const struct outgoing *outgoing);

/* Its deadline. */
void question_is_late(void *context);

/* --- group_send.c --- */

/* To a message that no question was made of. */
void group_silence(struct group_door *door, const struct group_message *message,
                   enum group_reason reason);

/* Nothing is said to it; it ends, unless something still comes for it. */
void question_end(struct group_ask *question, enum group_reason reason);

/* The message that it was to answer is answered with a later one. */
void question_silence_target(struct group_ask *question, enum group_reason reason);

struct group_reply;

/*
 * Says it, and waits for the outcome. `reply` NULL: a notice. `tail`: a line behind it that is not
 * cut, or "".
 */
void question_say(struct group_ask *question, const char *text, const struct group_reply *reply,
                  const char *tail);

/* That it is being looked up. */
void question_say_wait(struct group_ask *question);

/* Without what stands behind an answer. False: it cannot be. */
MUST_CHECK bool question_make_parts(struct group_ask *question, const char *text);

/* Hands its parts to the channel. */
void question_hand_over(struct group_ask *question, const struct group_reply *reply);

/* --- group_turn.c --- */

/* Names its group's turn, where it takes one. False without memory. */
MUST_CHECK bool question_name_turn(struct group_ask *question);

/* It waits because the way to its bot is new here. */
bool question_settles(struct group_ask *question);

/* Another process has the turn. */
void question_wait(struct group_ask *question);

/* Its claims came back: those that waited behind it go on. */
void question_wake_others(const struct group_ask *question);

/* It ends: gives the turn back behind the last one of its group. */
void question_end_turn(struct group_ask *question);

/* It may still be on its way, so the turn is kept for a moment. False: it has none. */
MUST_CHECK bool question_linger(struct group_ask *question);

/* Puts what is left of its answer into the store. False: it cannot be. */
MUST_CHECK bool question_park(struct group_ask *question, size_t parts_sent);

/* Answers that were taken out of the store. */
void group_send_parked(struct group_door *door, struct span parked);

/* Whether older answers of its bot are on their way out of the store. */
bool question_is_behind_parked(const struct group_ask *question);

/* How many accounts of the channel can be sent to over a connection; whether any could before. */
size_t group_connected(const struct group_door *door);
bool group_has_connected(const struct group_door *door);

/* Orders wait in the store. */
void groups_take_orders(struct groups *groups);

/* What came of it, where it was an order. */
void question_note_order(struct group_ask *question, enum group_order_state state);

/* The door closes; all end. */
void group_forget_ways(struct group_door *door);
void groups_forget_ways(struct groups *groups);

/* --- group_link.c --- */

/*
 * A line with a link that can be used once; "" where none can be given. What is asked there:
 * `chosen`, which was picked from a list, or else what was typed.
 */
enum { GROUP_TAIL_SIZE = 700 };
void question_write_link(const struct group_ask *question, const char *chosen,
                         char tail[GROUP_TAIL_SIZE]);

/* For what comes to the service by other ways, see struct private_links. */
void groups_write_private_line(void *context, struct span question, struct buf *out);

/* The base of links, without a slash at its end; "": none are made. */
struct span groups_base(const struct groups *groups);

/* --- group.c --- */

/* A keyed hash of these fields, NULL as "". False without memory. */
MUST_CHECK bool group_derive(const struct group_door *door, const char *purpose,
                             const char *const *fields, size_t count, char out[DIGEST_HEX_SIZE]);

const char *groups_text(const struct groups *groups, const char *key);

/* --- group_question.c --- */

/* The hashes that a question has in by_id and by_conversation. */
uint64_t groups_hash_id(const struct groups *groups, uint64_t id);
uint64_t groups_hash_conversation(const struct groups *groups, const char *conversation);

/* One of no message yet, not among the others; NULL without memory. */
struct group_ask *question_create(struct group_door *door);
void question_link(struct group_ask *question);

/* The next one of the same group and bot, from a link of by_chat on. */
struct group_ask *question_in_chat(const struct group_ask *question, struct hash_link *at);
struct hash_link *question_chat(const struct group_ask *question);

/* It is in no queue before. */
void question_enqueue(struct group_ask *question, struct question_queue *queue);

/* It need not be in one. */
void question_dequeue(struct group_ask *question);

/* Its answer comes by another way: whoever sends the message again has it already. */
void question_note_late(const struct group_ask *question);

/* Ends it for good, with all that was begun for it. */
void question_free(struct group_ask *question);

/* It is all there, and its answer is not. */
static inline bool question_is_under_way(const struct group_ask *question)
{
	return question->state > QUESTION_GATHERING && question->state < QUESTION_SENT;
}

static inline int64_t groups_now_us(const struct groups *groups)
{
	return clock_monotonic_us(&groups->tools.clock);
}

static inline int64_t groups_wall_ms(const struct groups *groups)
{
	return clock_wall_ms(&groups->tools.clock);
}

#endif
