#include "server/asks.h"

#include <stdlib.h>
#include <string.h>

#include "server/answer.h"
#include "server/records.h"

enum { WAITING_MOST = 8 /* asks of one session */ };

struct waiting {
	struct ask ask;
	char *id, *text;    /* of the ask: its own copies */
	uint64_t ticket;    /* of the look-up it waits for; 0: it waits behind another */
	unsigned relations; /* that are being looked up */
	struct waiting *next;
};

static struct reply_extras extras_of(const struct ask *ask)
{
	return (struct reply_extras){
		.type = ask->chat ? "reply" : NULL,
		.to = ask->id,
		.session = ask->chat ? NULL : ask->session->id,
	};
}

static void release(struct waiting *waiting)
{
	waiting->ask.session->connections--;
	free(waiting->id);
	free(waiting->text);
	free(waiting);
}

/* At the end of the list, so that the order stays. */
static struct waiting *keep(struct server *server, const struct ask *ask)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));
	struct waiting **end = &server->waiting;

	if (!waiting)
		return NULL;
	waiting->ask = *ask;
	waiting->id = ask->id ? strdup(ask->id) : NULL;
	waiting->text = strdup(ask->text);
	waiting->ask.id = waiting->id;
	waiting->ask.text = waiting->text;
	waiting->ask.session->connections++;
	if ((ask->id && !waiting->id) || !waiting->text) {
		release(waiting);
		return NULL;
	}
	while (*end)
		end = &(*end)->next;
	*end = waiting;
	return waiting;
}

static size_t count_of_session(const struct server *server, const struct session *session)
{
	size_t count = 0;

	for (const struct waiting *at = server->waiting; at; at = at->next)
		count += at->ask.session == session;
	return count;
}

static int refuse(struct server *server, const struct ask *ask, enum refusal refusal)
{
	const struct reply_extras extras = extras_of(ask);

	if (answer_refuse(server, refusal, &extras) != STATUS_OK)
		return -1;
	return ask->deliver(ask->connection, ask, refusal);
}

/*
 * Starts the look-up. What can not be asked for counts as looked up in vain, so that the turn is
 * taken without it.
 */
static bool look_up(struct server *server, struct waiting *waiting, unsigned missing)
{
	struct session *session = waiting->ask.session;
	const struct record_request request = {
		.ticket = ++server->next_ticket,
		.id_number = session->identity.id_number,
		.relations = missing | session->looked_up,
		.who = "applicant",
		.why = "chat",
	};

	if (records_ask(server->records, &request) != STATUS_OK) {
		session->looked_up = request.relations;
		return false;
	}
	waiting->ticket = request.ticket;
	waiting->relations = request.relations;
	return true;
}

/* One turn; `missing` are the relations that have to be looked up first: nothing was done then. */
static int take_turn(struct server *server, const struct ask *ask, unsigned *missing)
{
	const struct reply_extras extras = extras_of(ask);
	const struct span kept =
	        ask->id ? session_reply(ask->session, ask->id) : (struct span){ 0 };
	enum refusal refusal;

	*missing = 0;
	if (kept.ptr) {
		server->metrics.repeated++;
		buf_clear(&server->reply);
		buf_append(&server->reply, kept.ptr, kept.len);
		return ask->deliver(ask->connection, ask, REFUSAL_NONE);
	}
	session_refresh(ask->session, clock_wall_ms(&server->clock), server_now_us(server));
	if (answer_take(server, ask, &extras, &refusal, missing) != STATUS_OK)
		return -1;
	if (*missing)
		return 0;
	if (ask->id && refusal == REFUSAL_NONE)
		session_keep_reply(server->sessions, ask->session, ask->id,
		                   buf_span(&server->reply));
	return ask->deliver(ask->connection, ask, refusal);
}

int asks_take(struct server *server, const struct ask *ask)
{
	const size_t before = count_of_session(server, ask->session);
	struct waiting *waiting;
	unsigned missing = 0;
	int result = 0;

	if (before == 0)
		result = take_turn(server, ask, &missing);
	if (before == 0 && !missing)
		return result;
	if (before >= WAITING_MOST)
		return refuse(server, ask, REFUSAL_QUEUE_FULL);
	waiting = keep(server, ask);
	if (!waiting)
		return refuse(server, ask, REFUSAL_INTERNAL);
	if (before > 0 || look_up(server, waiting, missing))
		return 0;
	/* It need not wait after all. */
	server->waiting = waiting->next;
	result = take_turn(server, &waiting->ask, &missing);
	release(waiting);
	return result;
}

static void unlink_waiting(struct server *server, struct waiting *waiting)
{
	struct waiting **at = &server->waiting;

	while (*at != waiting)
		at = &(*at)->next;
	*at = waiting->next;
}

static struct waiting *first_of_session(const struct server *server, const struct session *session)
{
	struct waiting *at = server->waiting;

	while (at && at->ask.session != session)
		at = at->next;
	return at;
}

/* A reply that can not be handed over ends the connection, though not from within its callback. */
static void take_waiting(struct server *server, struct waiting *waiting)
{
	struct connection *connection = waiting->ask.connection;
	unsigned missing = 0;

	if (take_turn(server, &waiting->ask, &missing) != 0)
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
		                LWS_TO_KILL_ASYNC);
	if (missing && look_up(server, waiting, missing))
		return;
	if (missing && take_turn(server, &waiting->ask, &missing) != 0)
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
		                LWS_TO_KILL_ASYNC);
	unlink_waiting(server, waiting);
	release(waiting);
}

static void take_all_of(struct server *server, const struct session *session)
{
	struct waiting *waiting = first_of_session(server, session);

	while (waiting && waiting->ticket == 0) {
		take_waiting(server, waiting);
		waiting = first_of_session(server, session);
	}
}

static struct waiting *with_ticket(const struct server *server, uint64_t ticket)
{
	struct waiting *at = server->waiting;

	while (at && at->ticket != ticket)
		at = at->next;
	return at;
}

bool asks_wake(struct server *server, const struct record_result *result)
{
	struct waiting *waiting = with_ticket(server, result->ticket);
	struct session *session = waiting ? waiting->ask.session : NULL;

	if (!waiting)
		return false;
	session_keep_record(session, result->facts, waiting->relations,
	                    server_now_us(server) +
	                            server->config->record_keep_s * INT64_C(1000000));
	waiting->ticket = 0;
	take_all_of(server, session);
	return true;
}

void asks_forget(struct server *server, const struct connection *connection)
{
	struct waiting **at = &server->waiting;

	while (*at) {
		struct waiting *waiting = *at;

		if (waiting->ask.connection != connection) {
			at = &waiting->next;
			continue;
		}
		*at = waiting->next;
		release(waiting);
	}
}

bool asks_wait(const struct server *server, const struct connection *connection)
{
	for (const struct waiting *at = server->waiting; at; at = at->next)
		if (at->ask.connection == connection)
			return true;
	return false;
}
