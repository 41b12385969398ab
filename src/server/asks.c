#include "server/asks.h"

#include <stdlib.h>
#include <string.h>

#include "server/answer.h"
#include "service/records.h"

enum { WAITING_MOST = 8 /* asks of one session */ };

struct waiting {
	struct ask ask;
	char *id, *text; /* of the ask: its own copies */
	struct waiting *next;
};

/* A look-up for a session, and the session's asks meanwhile. It outlives their connections. */
struct look_up {
	struct server *server;
	struct session *session;
	unsigned relations;
	struct waiting *first, **end;
	size_t count;
	struct look_up *next; /* begun later */
};

static struct reply_extras extras_of(const struct ask *ask)
{
	return (struct reply_extras){
		.type = ask->chat ? "reply" : NULL,
		.to = ask->id,
		.session = ask->chat ? NULL : ask->session->id,
	};
}

/* --- one turn --- */

static int refuse(struct server *server, const struct ask *ask, enum refusal refusal)
{
	const struct reply_extras extras = extras_of(ask);

	if (answer_refuse(server, refusal, &extras) != STATUS_OK)
		return -1;
	return ask->deliver(ask->connection, ask, refusal);
}

static int repeat(struct server *server, const struct ask *ask, struct span reply)
{
	server->metrics.repeated++;
	buf_clear(&server->reply);
	buf_append(&server->reply, reply.ptr, reply.len);
	return ask->deliver(ask->connection, ask, REFUSAL_NONE);
}

/*
 * Relations that have to be looked up first are left in *missing, and nothing is done then. With
 * `missing` NULL the turn is taken without them.
 */
static int take_turn(struct server *server, const struct ask *ask, unsigned *missing)
{
	const struct reply_extras extras = extras_of(ask);
	const struct span kept =
	        ask->id ? session_reply(ask->session, ask->id) : (struct span){ 0 };
	enum refusal refusal;

	if (missing)
		*missing = 0;
	if (kept.ptr)
		return repeat(server, ask, kept);
	if (answer_take(server, ask, &extras, &refusal, missing) != STATUS_OK)
		return -1;
	if (missing && *missing)
		return 0;
	if (ask->id && refusal == REFUSAL_NONE)
		session_keep_reply(server->sessions, ask->session, ask->id,
		                   buf_span(&server->reply));
	return ask->deliver(ask->connection, ask, refusal);
}

/* --- what waits --- */

static void release(struct waiting *waiting)
{
	if (!waiting)
		return;
	free(waiting->id);
	free(waiting->text);
	free(waiting);
}

static struct waiting *copy(const struct ask *ask)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));

	if (!waiting)
		return NULL;
	waiting->id = ask->id ? strdup(ask->id) : NULL;
	waiting->text = strdup(ask->text);
	if ((ask->id && !waiting->id) || !waiting->text) {
		release(waiting);
		return NULL;
	}
	waiting->ask = *ask;
	waiting->ask.id = waiting->id;
	waiting->ask.text = waiting->text;
	return waiting;
}

static void append(struct look_up *look_up, struct waiting *waiting)
{
	*look_up->end = waiting;
	look_up->end = &waiting->next;
	look_up->count++;
	waiting->ask.connection->asks_waiting++;
	waiting->ask.connection->server->asks_waiting++;
}

static void remove_at(struct look_up *look_up, struct waiting **at)
{
	struct waiting *waiting = *at;

	*at = waiting->next;
	if (!*at)
		look_up->end = at;
	look_up->count--;
	waiting->ask.connection->asks_waiting--;
	waiting->ask.connection->server->asks_waiting--;
	release(waiting);
}

static int wait_behind(struct server *server, struct look_up *look_up, const struct ask *ask)
{
	struct waiting *waiting;

	if (look_up->count >= WAITING_MOST)
		return refuse(server, ask, REFUSAL_QUEUE_FULL);
	waiting = copy(ask);
	if (!waiting)
		return refuse(server, ask, REFUSAL_INTERNAL);
	append(look_up, waiting);
	return 0;
}

/* --- look-ups --- */

static void take_record(void *context, const struct record_result *result);

/* All that was looked up before is read with it: what is read at once holds together. */
static bool request(struct server *server, struct look_up *look_up, unsigned missing)
{
	const struct session *session = look_up->session;
	const struct record_request record = {
		.id_number = session->identity.id_number,
		.among = server_relations(server),
		.relations = missing | session->looked_up,
		.who = "applicant",
		.why = "chat",
		.done = take_record,
		.context = look_up,
	};

	look_up->relations = record.relations;
	return records_ask(server->records, &record) == STATUS_OK;
}

static void link_look_up(struct server *server, struct look_up *look_up)
{
	struct look_up **end = &server->look_ups;

	while (*end)
		end = &(*end)->next;
	*end = look_up;
	look_up->session->look_up = look_up;
	look_up->session->connections++;
}

static void destroy(struct look_up *look_up)
{
	while (look_up->first)
		remove_at(look_up, &look_up->first);
	free(look_up);
}

static void end_look_up(struct server *server, struct look_up *look_up)
{
	struct look_up **at = &server->look_ups;

	while (*at != look_up)
		at = &(*at)->next;
	*at = look_up->next;
	look_up->session->look_up = NULL;
	look_up->session->connections--;
	destroy(look_up);
}

/* False where nothing can be looked up now. */
static bool begin_look_up(struct server *server, const struct ask *ask, unsigned missing)
{
	struct look_up *look_up = calloc(1, sizeof(*look_up));
	struct waiting *waiting = copy(ask);

	if (look_up) {
		look_up->server = server;
		look_up->session = ask->session;
		look_up->end = &look_up->first;
	}
	if (!look_up || !waiting || !request(server, look_up, missing)) {
		release(waiting);
		free(look_up);
		return false;
	}
	append(look_up, waiting);
	link_look_up(server, look_up);
	return true;
}

/* What can not be looked up counts as looked up in vain, for as long as a failing source rests. */
static void do_without(struct server *server, struct session *session, unsigned missing)
{
	session_lack_record(session, server_relations(server), missing,
	                    server_now_us(server) +
	                            server->config->record.retry_ms * INT64_C(1000));
}

int asks_take(struct server *server, const struct ask *ask)
{
	unsigned missing;
	int result;

	if (ask->session->look_up)
		return wait_behind(server, ask->session->look_up, ask);
	session_refresh(ask->session, server_relations(server), clock_wall_ms(&server->clock),
	                server_now_us(server));
	result = take_turn(server, ask, &missing);
	if (!missing || begin_look_up(server, ask, missing))
		return result;
	do_without(server, ask->session, missing);
	return take_turn(server, ask, NULL);
}

/* --- results --- */

/* Its connection has gone on to another session: the reply is not for who is there now. */
static bool is_left_behind(const struct ask *ask)
{
	return ask->chat && ask->connection->session != ask->session;
}

/* The first that waits. False where a new look-up was begun for it. */
static bool take_first(struct server *server, struct look_up *look_up)
{
	const struct ask *ask = &look_up->first->ask;
	struct lws *wsi = ask->connection->wsi;
	unsigned missing = 0;
	int result = is_left_behind(ask) ? refuse(server, ask, REFUSAL_QUEUE_FULL)
	                                 : take_turn(server, ask, &missing);

	if (missing && request(server, look_up, missing))
		return false;
	if (missing) {
		do_without(server, look_up->session, missing);
		result = take_turn(server, ask, NULL);
	}
	/* Such a connection must end, though not from within here. */
	if (result != 0)
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
	remove_at(look_up, &look_up->first);
	return true;
}

static bool may_pass(enum record_outcome outcome)
{
	switch (outcome) {
	case RECORD_UNREACHABLE:
	case RECORD_FAILED:
	case RECORD_TIMED_OUT:
	case RECORD_RESTING:
	case RECORD_FORBIDDEN:
	case RECORD_STOPPED:
		return true;
	default:
		return false;
	}
}

static bool failed_for_now(const struct record_report *report)
{
	for (size_t i = 0; i < RELATIONS_MOST; i++)
		if (may_pass(report->relations[i]))
			return true;
	return false;
}

/*
 * What failed is tried again soon; what was read for knowledge that is no longer in use, at once:
 * its relations may mean something else now.
 */
static void keep_record(struct server *server, const struct look_up *look_up,
                        const struct record_result *result)
{
	const struct config *config = server->config;
	struct session *session = look_up->session;
	int64_t keep_ms = config->record_keep_s * 1000;

	if (!relations_same(facts_relations(result->facts), server_relations(server))) {
		facts_destroy(result->facts);
		session_keep_record(session, NULL, 0, 0);
		return;
	}
	if (failed_for_now(&result->report) && keep_ms > config->record.retry_ms)
		keep_ms = config->record.retry_ms;
	session_keep_record(session, result->facts, look_up->relations,
	                    server_now_us(server) + keep_ms * 1000);
	session_check_token(session, clock_wall_ms(&server->clock));
}

static void take_record(void *context, const struct record_result *result)
{
	struct look_up *look_up = context;
	struct server *server = look_up->server;
	bool going = true;

	/* The loop has ended: there is nobody to be answered any more. */
	if (server->stopped) {
		facts_destroy(result->facts);
		end_look_up(server, look_up);
		return;
	}
	keep_record(server, look_up, result);
	while (going && look_up->first)
		going = take_first(server, look_up);
	if (going)
		end_look_up(server, look_up);
	server_say_byes(server);
}

void asks_forget(struct server *server, const struct connection *connection)
{
	for (struct look_up *look_up = server->look_ups; look_up && connection->asks_waiting > 0;
	     look_up = look_up->next) {
		struct waiting **at = &look_up->first;

		while (*at) {
			if ((*at)->ask.connection == connection)
				remove_at(look_up, at);
			else
				at = &(*at)->next;
		}
	}
}
