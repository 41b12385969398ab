/*
 * Chats: conversations that people at the office answer (office/handover/), as messages pass
 * through the service. Who asks for a person begins to wait and goes on with the robot meanwhile;
 * what is typed then is written down for the operator as well. Once an operator holds the
 * conversation, what its applicant types goes to them alone.
 *
 * What is so is in the store; this knows it as of a second ago at most, or since it changed here.
 * Where that was too old, the store decides: a message goes to the operator and to the robot, or,
 * where the case is over, to the robot after all. None is lost.
 *
 * For the loop's thread, but for chats_handover().
 */
#ifndef DAYI_SERVICE_CHATS_H
#define DAYI_SERVICE_CHATS_H

#include "engine/dialogue/reply.h"
#include "office/handover/handover.h"
#include "service/state.h"

struct ask;

/* How it stands with a hand-over, for its applicant. Borrowed. */
struct chats_state {
	const struct handover_case *of;
	size_t place; /* in the queue, from 1; 0: it does not wait */
	bool open;    /* it is working time */
	bool on_duty; /* an operator is there */
	const char *hours;
};

void chats_job_limits(const struct console_settings *settings,
                      struct job_limits limits[JOB_CLASSES]);

/* For a console that is open. A store that cannot be opened is logged: nobody waits then.
 * STATUS_NO_MEMORY. */
MUST_CHECK enum status chats_open(struct service *service);

/* Answers every request that waits for an event. Call it before jobs_stop(). */
void chats_stop(struct service *service);

/* After jobs_stop() and a loop_run(). */
void chats_close(struct service *service);

/* Whether the ask is an operator's to answer. Its reply only says that it was passed on. */
MUST_CHECK bool chats_take(struct service *service, const struct ask *ask);

/* The robot answered. Where that was about a person who is to answer, or the case waits, the ask is
 * written down; the reply then says what becomes of it. */
void chats_answered(struct service *service, const struct ask *ask, struct reply *reply);

/* As service_send(), of a reply; where something of its conversation is being written, behind that:
 * what has a reply is on the disk. */
void chats_send(struct service *service, struct return_address to, const struct outgoing *outgoing);

/* The line said hello, and has its conversation: see service_follow(). `resumed`: the one that its
 * events were counted in. */
void chats_follow(struct service *service, struct return_address from, bool resumed);

/* Forgets the line, which is about to close. */
void chats_leave(struct line *line);

/* The lane's own handle of the store, to be used in its job only; NULL where the store could not be
 * opened. */
struct handover *chats_handover(const struct service *service, unsigned lane);

/* Takes over the state of a case that a finished job has written or read, and answers the requests
 * that wait for its events. Loop thread. */
void chats_note(struct service *service, const struct handover_case *row);

/* An operator's page that waits for something to happen. Its memory is the owner's. */
struct chats_watch {
	const char *operator_id; /* borrowed until `again` */
	int64_t end_us;
	void (*again)(void *context); /* once: a chat that they hold or the queue has changed, the
	                                 time is over, or the service ends */
	void *context;
	struct chats_watch *next; /* chats.c's own */
};

void chats_watch(struct service *service, struct chats_watch *watch);

/*
 * Who is typing is told to the other side, also at another process, at most every two seconds, and
 * kept nowhere. This one: an operator in a chat. False: it is not with them.
 */
MUST_CHECK bool chats_answering(struct service *service, const char *operator_id,
                                const char *conversation);

/* Whether the applicant has been typing since then, or for the last few seconds where that is 0. */
bool chats_is_typing(const struct service *service, const char *conversation, int64_t since_us);

/* The number of the last change of the queue, or of who holds what, that is known here: what was
 * read before it may be out of date. */
uint64_t chats_changes(const struct service *service);

#endif
