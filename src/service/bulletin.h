/*
 * Bulletin: which channels are switched off, and the emergency notice that the office shows in all
 * of them. Both lie in the store that all replicas share; each replica looks there twice a second,
 * and at once when the store hints at a change. Without the store what was known last stays.
 *
 * Loop thread, but for what is said to be for jobs.
 */
#ifndef DAYI_SERVICE_BULLETIN_H
#define DAYI_SERVICE_BULLETIN_H

#include "office/groups/group_rows.h"
#include "service/service.h"

enum { BULLETIN_CHANNELS = 7 };

/* "web", "http", "onebot" …; whatever has another name is a program's, and "http" here. Static. */
const char *bulletin_channel(size_t index);

/* The index for bulletin_channel(); BULLETIN_CHANNELS where no channel has that name. */
size_t bulletin_channel_named(const char *name);

/* A store that cannot be opened is logged, and tried again: until then all is on. STATUS_NO_MEMORY.
 */
MUST_CHECK enum status bulletin_open(struct service *service);

/*
 * Writes the limits of JOB_BULLETIN and JOB_HINTS into `limits`. Call it after every other module
 * has written its own.
 */
void bulletin_job_limits(const struct service_settings *settings,
                         struct job_limits limits[JOB_CLASSES]);

/* Stops polling the store and wakes the job that waits for a hint. Call it before jobs_stop(). */
void bulletin_stop(struct service *service);

/* Frees everything. Call it after jobs_stop() and one more loop_run(). */
void bulletin_close(struct service *service);

/*
 * Whether nobody is answered by this channel of the service. Group chats are silent by themselves:
 * see group_is_on().
 */
bool bulletin_is_off(const struct service *service, const struct channel *channel);

/* The notice to show now, or NULL. Borrowed until the next loop_run(). */
const struct office_notice *bulletin_notice(const struct service *service);

/* Has `changed` called in the loop when a switch may have changed. There is one listener: a second
 * call replaces the first. */
void bulletin_on_switch(struct service *service, void (*changed)(void *context), void *context);

/* Reads the store again at once: this process has just written to it. Loop thread. */
void bulletin_look(struct service *service);

/* --- for the console --- */

struct channel_state {
	bool configured, off;
	char by[GROUP_AUTHOR_SIZE]; /* who switched it off, */
	int64_t since_ms;           /* and when */
	int64_t today, last_ms;     /* turns since midnight; the last one of a week, or 0 */
};

struct bulletin_view {
	struct channel_state channels[BULLETIN_CHANNELS];
	struct office_notice notice; /* also one that has not begun yet or is over */
	int64_t now_ms;              /* of the store's clock */
	bool counted;                /* the journal could be read */
};

/* What a person asks for; a NULL channel switches nothing, a NULL notice leaves it. */
struct bulletin_change {
	const char *channel;
	bool on;
	const struct office_notice *notice; /* text "": taken down */
	const char *by;
};

/* In a job of JOB_BULLETIN: the change, if any, and how it all stands then. */
MUST_CHECK enum status bulletin_run(struct service *service, const struct bulletin_change *change,
                                    struct bulletin_view *out);

#endif
