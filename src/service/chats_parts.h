/*
 * What the files of chats share: chats.c knows which conversations are with people of the office
 * and writes down what is said in them, chats_wait.c holds who waits for something to happen.
 * Loop thread, but for what jobs run.
 */
#ifndef DAYI_SERVICE_CHATS_PARTS_H
#define DAYI_SERVICE_CHATS_PARTS_H

#include "office/handover/hours.h"
#include "service/chats.h"

enum {
	CHATS_LANES = 1, /* what one conversation's sides write is in their order */
	CHATS_MOST = 1000,
	CHATS_ARENA_BYTES = 8 << 20,
};

struct chat {
	char conversation[DIGEST_HEX_SIZE];
	enum handover_state state;
	char holder[HANDOVER_NAME_SIZE];
	int64_t n, since_ms;
	int64_t typed_us, answering_us; /* when either side was last typing; 0: not yet */
	size_t pending; /* errands under way: what is typed meanwhile is written behind them */
	bool noted;     /* since the reading under way began */
};

struct poll;
struct follow;
struct chats_ear;

struct chats {
	struct handover *lanes[CHATS_LANES];
	struct hours hours;
	struct chat items[CHATS_MOST];
	size_t count;
	struct job tick;
	struct arena *arena; /* of the tick's */
	const struct handover_case *read;
	size_t read_count;
	enum status status;
	struct accounts *accounts; /* the tick's */
	bool staff;                /* what the tick found: an account may hold chats */
	bool staffed; /* the same as the loop knows it; where none may, nobody is told to wait */
	bool seen;    /* what the tick found: an operator is on duty */
	bool on_duty; /* the same as the loop knows it */
	bool failed;
	bool hurry; /* something happened elsewhere since the reading began */
	unsigned ticks;
	struct chats_ear *ear; /* NULL: no other process has a part in it */
	struct poll *polls;    /* that wait for a change */
	size_t poll_count;     /* those under way as well */
	struct follow *follows;
	size_t reading; /* follows that a job has */
	struct chats_watch *watches;
	uint64_t changes;
};

/* The chat of that conversation; NULL where this process knows of no case in it. */
struct chat *chats_find(struct chats *chats, const char *conversation);

/* The place in the queue, from 1, by what this process read last; 0 where it does not wait. */
size_t chats_place(struct chats *chats, const char *conversation);

/* Reads the cases again: now, or after the read that is under way. */
void chats_look(struct service *service);

/* Listens for what happens in other processes. STATUS_OK as well where there is no other. */
MUST_CHECK enum status chats_ear_open(struct service *service, const char *url);
/* Tells the other processes, where there are any, that a side of the conversation is typing. */
void chats_ear_tell(struct service *service, const char *conversation, bool asker);
void chats_ear_stop(struct service *service);
void chats_ear_close(struct service *service);

/* Whether the line says that it follows, and how its conversation stands was not read yet. */
bool wait_is_unread(const struct service *service, struct return_address from);

/* Something happened in the conversation: starts the reads of everybody who waits for it. */
void wait_wake(struct service *service, const char *conversation);

/* Another process says that a side of the conversation is typing: tells the other side. */
void wait_typing(struct service *service, const char *conversation, bool asker);

/* The queue changed: tells everybody who waits in it their new place. */
void wait_move(struct service *service);

/* Call it each second: answers requests whose time is over, and repeats failed reads. */
void wait_tick(struct service *service);

/* Answers the waiting pages of the operator who holds a chat; `holder` NULL: those of all. */
void wait_alert(struct service *service, const char *holder);

/* The service ends: answers all requests and pages that wait. */
void wait_end(struct service *service);

/* Frees what is left. Call it after the jobs have ended. */
void wait_close(struct service *service);

#endif
