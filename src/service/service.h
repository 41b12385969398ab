/*
 * Service: what happens to one message, whatever door it came through. A turn of its conversation,
 * the look-up of a record where its answer hangs on one, the journal; and the other things that
 * people do in a conversation: sign in, rate, ask again after a reconnect.
 *
 * It knows no socket. A channel opens an address for each of its lines, hands messages over, and
 * gets every outcome by its send(). All of it is for the loop's thread.
 */
#ifndef DAYI_SERVICE_SERVICE_H
#define DAYI_SERVICE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/settings.h"
#include "office/journal/journal.h"
#include "office/journal/rating.h"
#include "office/sessions/sessions.h"
#include "run/jobs.h"
#include "service/console_settings.h"
#include "service/keys.h"
#include "service/lookup.h"
#include "service/message.h"
#include "service/metrics.h"
#include "service/notify.h"
#include "service/popular.h"
#include "service/records.h"

struct fetcher;
struct service;

/* Texts are borrowed. */
struct service_settings {
	const char *shared; /* PostgreSQL that several machines keep things in, or NULL */
	struct {
		const char *folder;
		struct match_settings match;
		enum fault_level golden_level; /* as in reload.h */
		int64_t watch_s;               /* 0: only when asked */
		bool from_store;               /* instead of `folder` */
		const char *versions;          /* folder in which those of the store are unpacked */
		int64_t keep_versions_days;    /* 0: for ever */
	} knowledge;
	struct journal_settings journal; /* `file` "": none is kept */
	struct records_settings records;
	int64_t record_keep_s; /* how long a record that was read is used */
	struct sessions_limits sessions;
	struct {
		const char *file; /* "": sessions end with the process */
		const char *key_file;
		int64_t busy_ms;
	} store;
	struct {
		bool allowed; /* whoever cannot sign in at the portal may identify themselves */
		int64_t failures, lock_s;
		size_t keys; /* addresses and persons whose failures are remembered */
	} self;
	struct console_settings console;
	struct {
		const char *store; /* in which switches and the notice are; NULL: none are read */
		int64_t busy_ms;
		unsigned configured; /* bits by the place in bulletin_channel() */
	} bulletin;
	struct keys_settings keys;
	struct notify_settings notify;
};

/* What it works with; all of it must outlive it. */
struct service_tools {
	struct loop *loop;
	struct jobs *jobs;
	struct fetcher *fetcher; /* NULL: nothing is called */
	struct metrics *metrics;
	struct log *log;
	struct clock clock;
	random_function random;
};

/* What the jobs must allow. */
void service_job_limits(const struct service_settings *settings,
                        struct job_limits limits[JOB_CLASSES]);

/*
 * Loads the knowledge, opens the journal and the records. STATUS_INVALID when the knowledge is not
 * fit to serve, STATUS_IO when one of the others cannot be opened, STATUS_NO_MEMORY; logged.
 */
MUST_CHECK enum status service_create(struct service **out, const struct service_settings *settings,
                                      const struct service_tools *tools);

/*
 * Loads the knowledge again in a job, or looks for a newer version in the store; until then, and
 * where it is refused, what is in use stays.
 */
void service_reload(struct service *service);

/* Whether the knowledge in use is the one that is to be served: see follower_ready(). */
bool service_ready(const struct service *service);

/* From now on whatever comes is refused; what waits is answered. */
void service_drain(struct service *service);

/*
 * Before jobs_stop(): look-ups end soon, the journal writes what waits. Nobody is answered any more
 * but about ratings. Takes NULL.
 */
void service_stop(struct service *service);

/* After jobs_stop() and a loop_run(). Takes NULL. */
void service_destroy(struct service *service);

/* --- addresses --- */

/*
 * An address for a line of this channel. `origin` is who is at its other end, such as an IP
 * address: a failed identification is counted by it, and conversations are shared out by it. 16
 * bytes of it at most, copied; empty: nobody can identify themselves there. STATUS_NO_MEMORY.
 */
MUST_CHECK enum status service_open(struct service *service, const struct channel *channel,
                                    void *line, struct span origin, struct return_address *out);

/*
 * The line is gone: its conversation stays for a while, what waits for its asks does not. A closed
 * one, or none, is fine.
 */
void service_close(struct service *service, struct return_address address);

/* How many of its messages are not answered yet. 0 for a closed address. */
size_t service_waiting(const struct service *service, struct return_address address);

/* --- what a channel hands over; each outcome comes by its send(), now or later --- */

void service_take(struct service *service, const struct message *message);

/* Sends the reply to an ask that the channel refuses by itself, for its rate for one. */
void service_refuse(struct service *service, struct return_address from, const char *id,
                    enum refusal refusal);

/*
 * Gives a lasting address its conversation: that named `resume` where it is still kept, else its
 * own or a new one. A token that counts binds it to whom it names; somebody else's gets another
 * conversation. Either may be NULL.
 */
void service_hello(struct service *service, struct return_address from, const char *resume,
                   const char *token);

struct identify_claim {
	const char *id; /* the message's, or NULL */
	const char *id_number, *name, *certificate_number;
};

/* Of a lasting address: who they say that they are, with three things that belong together. */
void service_identify(struct service *service, struct return_address from,
                      const struct identify_claim *claim);

/* `conversation` names it where the channel is not lasting. A later one takes its place. */
void service_rate(struct service *service, struct return_address from, const char *conversation,
                  const struct rating *rating, const char *id);

/*
 * What happened behind event `after` of the conversation since somebody of the office was asked to
 * answer it: OUTGOING_EVENTS, at once where there is something, else within EVENTS_WAIT_S. One that
 * nobody was asked for is in state HANDOVER_BOT and has no events. `place`: also once its place in
 * the queue is another one; -1: no matter.
 */
enum { EVENTS_WAIT_S = 20 };
void service_events(struct service *service, struct return_address from, const char *conversation,
                    int64_t after, int64_t place);

/*
 * Of a lasting address, before its hello: from then on OUTGOING_STATE and OUTGOING_EVENT come, the
 * events behind `after`. Not many at once: service_written() asks for more.
 */
void service_follow(struct service *service, struct return_address from, int64_t after);

/* Of a lasting address: its person is typing; told to an operator who answers, if there is one. */
void service_typing(struct service *service, struct return_address from);

/* All that was sent to the address has left. */
void service_written(struct service *service, struct return_address from);

enum { CALL_BACK_TEXT_BYTES = 2000, CALL_BACK_TEXT_POINTS = 500 };

/* A question to be answered on the telephone. Borrowed. */
struct call_back_claim {
	const char *id;           /* the message's, or NULL */
	const char *conversation; /* where the channel is not lasting */
	const char *number;
	const char *text; /* or NULL */
};

/* OUTGOING_CALL_BACK; REFUSAL_NOT_ASKED where nobody was asked for in the conversation. */
void service_call_back(struct service *service, struct return_address from,
                       const struct call_back_claim *claim);

/* Who a token names; counted and logged. REFUSAL_NONE or REFUSAL_TOKEN. */
MUST_CHECK enum refusal service_verify(struct service *service, struct span token,
                                       struct identity *out);

/* --- what it says of itself --- */

/* In use now. Borrowed until the next loop_run(). */
const struct knowledge *service_knowledge(const struct service *service);

/* As turn_suggest(); the candidates live until the next call of anything here. */
MUST_CHECK enum status service_suggest(struct service *service, struct span typed,
                                       struct match_candidate *out, size_t most, size_t *count);

/* As lookup_run() and lookup_show(); what they give lives likewise. For operators alone. */
MUST_CHECK enum status service_look_up(struct service *service, struct span typed,
                                       struct lookup_answer *out);
MUST_CHECK enum status service_show(struct service *service, const char *entry,
                                    struct lookup_entry *out);

/* As popular_questions(). */
size_t service_popular(const struct service *service, const char *out[POPULAR_MOST]);

/* Sets all but what counts connections. */
void service_gauges(const struct service *service, struct metrics_gauges *gauges);

#endif
