/*
 * How it works: prepare() finds the reply that was kept for an ask's id, or begins its turn, which
 * may find that relations of the record are missing. Then the session gets a look-up, a list in
 * which this ask, its turn begun, and those that come after it wait. When the record is there they
 * are finished one after the other; one of them may need other relations and begin the next
 * look-up, at the head of the same list.
 */
#include "service/asks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "service/answer.h"
#include "service/bulletin.h"
#include "service/chats.h"
#include "service/recall.h"
#include "service/withdraw.h"

enum { WAITING_MOST = 8 /* asks of one session */ };

struct waiting {
	struct ask ask;
	struct begun begun; /* its turn, or none */
	struct waiting *next;
	char texts[]; /* of the ask: id and text */
};

/* A look-up for a session, and the session's asks meanwhile. It outlives their lines. */
struct look_up {
	struct service *service;
	struct session *session;
	unsigned relations;
	struct waiting *first, **end;
	size_t count;
	struct look_up *next; /* begun later */
};

/* --- one turn --- */

static void refuse(struct service *service, struct return_address to, const char *id,
                   const struct session *session, enum refusal refusal)
{
	const struct outgoing outgoing = {
		.kind = OUTGOING_REPLY,
		.to = id,
		.conversation = session ? session->id : NULL,
		.refusal = refusal,
		.object = answer_refuse(service, refusal),
	};

	service_send(service, to, &outgoing);
}

static void refuse_ask(struct service *service, const struct ask *ask, enum refusal refusal)
{
	refuse(service, ask->from, ask->id, ask->session, refusal);
}

const char *ask_name(const struct ask *ask, char room[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status;

	if (!ask->id || (ask->from.channel->abilities & CHANNEL_GATHERS))
		return ask->id;
	if (digest_create(&digest) != STATUS_OK)
		return NULL;
	digest_add_field(digest, span_of(ask->id));
	digest_add_field(digest, ask->text);
	if (ask->in_group)
		digest_add_field(digest, span_of("group"));
	status = digest_finish(digest, room);
	digest_destroy(digest);
	return status == STATUS_OK ? room : NULL;
}

static struct span kept_reply(const struct ask *ask)
{
	char room[DIGEST_HEX_SIZE];
	const char *name = ask_name(ask, room);

	return name ? session_reply(ask->session, name) : (struct span){ NULL, 0 };
}

/*
 * Begins the turn of an ask, unless that was done, or a reply is kept. Returns the relations that
 * have to be looked up before it is answered.
 */
static unsigned prepare(struct service *service, const struct ask *ask, struct begun *begun)
{
	if (kept_reply(ask).ptr)
		return 0;
	if (answer_holds(service, ask, begun))
		return 0;
	answer_drop(service, begun);
	return answer_begin(service, ask, begun);
}

/* Finishes what was prepared with what is known now, and sends it. */
static void deliver(struct service *service, const struct ask *ask, struct begun *begun)
{
	struct outgoing outgoing = {
		.kind = OUTGOING_REPLY,
		.to = ask->id,
		.conversation = ask->session->id,
		.object = kept_reply(ask),
	};

	if (outgoing.object.ptr) {
		service->tools.metrics->repeated++;
		chats_send(service, ask->from, &outgoing);
		return;
	}
	outgoing.object = answer_finish(service, ask, begun, &outgoing.refusal);
	if (recall_hold(service, ask->session, ask->from, &outgoing))
		return;
	session_store_mark(service->store, ask->session);
	chats_send(service, ask->from, &outgoing);
}

/* --- what waits --- */

static struct waiting *copy(const struct ask *ask)
{
	const size_t id_size = ask->id ? strlen(ask->id) + 1 : 0;
	struct waiting *waiting = calloc(1, sizeof(*waiting) + id_size + ask->text.len);

	if (!waiting)
		return NULL;
	waiting->ask = *ask;
	if (ask->id)
		waiting->ask.id = memcpy(waiting->texts, ask->id, id_size);
	if (ask->text.len > 0)
		waiting->ask.text.ptr =
		        memcpy(waiting->texts + id_size, ask->text.ptr, ask->text.len);
	return waiting;
}

static void append(struct look_up *look_up, struct waiting *waiting)
{
	*look_up->end = waiting;
	look_up->end = &waiting->next;
	look_up->count++;
	look_up->service->asks_waiting++;
	service_begin_waiting(look_up->service, waiting->ask.from);
}

static void release(struct service *service, struct waiting *waiting)
{
	if (!waiting)
		return;
	answer_drop(service, &waiting->begun);
	free(waiting);
}

/* Takes it out of the list; the caller releases it. */
static struct waiting *unlink_at(struct look_up *look_up, struct waiting **at)
{
	struct waiting *waiting = *at;

	*at = waiting->next;
	if (!*at)
		look_up->end = at;
	assert(look_up->count > 0);
	look_up->count--;
	assert(look_up->service->asks_waiting > 0);
	look_up->service->asks_waiting--;
	service_end_waiting(look_up->service, waiting->ask.from);
	return waiting;
}

static void wait_behind(struct service *service, struct look_up *look_up, const struct ask *ask)
{
	struct waiting *waiting;

	if (look_up->count >= WAITING_MOST) {
		refuse_ask(service, ask, REFUSAL_QUEUE_FULL);
		return;
	}
	waiting = copy(ask);
	if (waiting)
		append(look_up, waiting);
	else
		refuse_ask(service, ask, REFUSAL_INTERNAL);
}

/* --- look-ups --- */

static void take_record(void *context, const struct record_result *result);

/* All that was looked up before is read with it: what is read at once holds together. */
static bool request(struct service *service, struct look_up *look_up, unsigned missing)
{
	const struct session *session = look_up->session;
	const struct record_request record = {
		.id_number = session->identity.id_number,
		.among = service_relations(service),
		.relations = missing | session->looked_up,
		.who = "applicant",
		.why = "chat",
		.done = take_record,
		.context = look_up,
	};

	look_up->relations = record.relations;
	return records_ask(service->records, &record) == STATUS_OK;
}

static void link_look_up(struct service *service, struct look_up *look_up)
{
	struct look_up **end = &service->look_ups;

	while (*end)
		end = &(*end)->next;
	*end = look_up;
	look_up->session->look_up = look_up;
	look_up->session->connections++;
}

static void end_look_up(struct service *service, struct look_up *look_up)
{
	struct look_up **at = &service->look_ups;

	while (*at != look_up)
		at = &(*at)->next;
	struct session *session = look_up->session;

	*at = look_up->next;
	session->look_up = NULL;
	assert(look_up->session->connections > 0);
	look_up->session->connections--;
	while (look_up->first)
		release(service, unlink_at(look_up, &look_up->first));
	free(look_up);
	recall_settle(session);
}

/* Takes the turn over. False where nothing can be looked up now. */
static bool begin_look_up(struct service *service, const struct ask *ask, struct begun *begun,
                          unsigned missing)
{
	struct look_up *look_up = calloc(1, sizeof(*look_up));
	struct waiting *waiting = copy(ask);

	if (look_up) {
		look_up->service = service;
		look_up->session = ask->session;
		look_up->end = &look_up->first;
	}
	if (!look_up || !waiting || !request(service, look_up, missing)) {
		free(waiting);
		free(look_up);
		return false;
	}
	if (answer_keep(service, begun))
		waiting->begun = *begun;
	append(look_up, waiting);
	link_look_up(service, look_up);
	return true;
}

/* Treats a failed look-up as "no data" until the source's retry time. */
static void do_without(struct service *service, struct session *session, unsigned missing)
{
	session_lack_record(session, service_relations(service), missing,
	                    service_now_us(service) +
	                            service->settings.records.record.retry_ms * INT64_C(1000));
}

/* --- what comes --- */

/* No turn is taken: what was typed is not kept. */
static void ask_to_withdraw(struct service *service, const struct ask *ask)
{
	const struct outgoing outgoing = {
		.kind = OUTGOING_REPLY,
		.to = ask->id,
		.conversation = ask->session->id,
		.object = withdraw_reply(service, ask->text),
	};

	chats_send(service, ask->from, &outgoing);
}

static void take(struct service *service, const struct ask *ask)
{
	struct begun begun = { 0 };
	unsigned missing;

	if (!kept_reply(ask).ptr && chats_take(service, ask)) {
		recall_settle(ask->session);
		return;
	}
	if (!kept_reply(ask).ptr && bulletin_is_off(service, ask->from.channel)) {
		refuse_ask(service, ask, REFUSAL_CHANNEL_OFF);
		recall_settle(ask->session);
		return;
	}
	if (ask->in_group && withdraw_is_due(service, ask->text)) {
		ask_to_withdraw(service, ask);
		recall_settle(ask->session);
		return;
	}
	if (ask->session->look_up) {
		wait_behind(service, ask->session->look_up, ask);
		return;
	}
	session_refresh(ask->session, service_relations(service), service_wall_ms(service),
	                service_now_us(service));
	missing = prepare(service, ask, &begun);
	if (missing && begin_look_up(service, ask, &begun, missing))
		return;
	if (missing)
		do_without(service, ask->session, missing);
	deliver(service, ask, &begun);
	recall_settle(ask->session);
}

/* The session of that name, or a new one, which may get it. */
static struct session *session_named(struct service *service, const char *name, bool own_name,
                                     struct span origin)
{
	const int64_t now_us = service_now_us(service);
	struct session *session = NULL;
	enum status status;

	if (name)
		session = sessions_find(service->sessions, name, now_us);
	if (session)
		return session;
	status = name && own_name
	                 ? sessions_reopen(service->sessions, name, origin, now_us, &session)
	                 : sessions_open(service->sessions, origin, now_us, &session);
	return status == STATUS_OK ? session : NULL;
}

/* Who signed in with the ask, and had not before, gets a session of their own. */
static struct session *session_of(struct service *service, struct line *line,
                                  const struct message *message)
{
	struct session *session;

	if (line->channel->abilities & CHANNEL_LASTING) {
		session = service_session(service, line);
		if (session)
			session_touch(service->sessions, session, service_now_us(service));
		return session;
	}
	session = session_named(service, message->conversation, message->own_name, message->origin);
	if (!session || !message->who || session_sign_in(session, message->who))
		return session;
	session = session_named(service, NULL, false, message->origin);
	return session && session_sign_in(session, message->who) ? session : NULL;
}

void service_take(struct service *service, const struct message *message)
{
	if (!service_line(service, message->from))
		return;
	if (service->draining && !(message->from.channel->abilities & CHANNEL_GATHERS))
		refuse(service, message->from, message->id, NULL, REFUSAL_DRAINING);
	else if (!recall_ask(service, message))
		service_take_now(service, message);
}

void service_take_now(struct service *service, const struct message *message)
{
	struct line *line = service_line(service, message->from);
	struct session *session;

	if (!line)
		return;
	/* Without a session there is no conversation. */
	session = session_of(service, line, message);
	if (!session) {
		refuse(service, message->from, message->id, NULL, REFUSAL_CONNECTIONS);
		return;
	}
	const struct ask ask = {
		.from = message->from,
		.session = session,
		.id = message->id,
		.text = message->text,
		.browser = message->browser,
		.in_group = message->in_group,
	};

	take(service, &ask);
}

void service_refuse(struct service *service, struct return_address from, const char *id,
                    enum refusal refusal)
{
	refuse(service, from, id, NULL, refusal);
}

/* --- results --- */

/* Its line has gone on to another session: the reply is not for who is there now. */
static bool is_left_behind(const struct service *service, const struct ask *ask)
{
	const struct line *line = service_line(service, ask->from);

	return line && (line->channel->abilities & CHANNEL_LASTING) &&
	       line->session != ask->session;
}

/* The first that waits. False where a new look-up was begun for it. */
static bool take_first(struct service *service, struct look_up *look_up)
{
	struct waiting *waiting = look_up->first;
	const bool left_behind = is_left_behind(service, &waiting->ask);
	const unsigned missing = left_behind ? 0 : prepare(service, &waiting->ask, &waiting->begun);

	if (missing && request(service, look_up, missing)) {
		if (!answer_keep(service, &waiting->begun))
			answer_drop(service, &waiting->begun);
		return false;
	}
	if (missing)
		do_without(service, look_up->session, missing);
	unlink_at(look_up, &look_up->first);
	if (left_behind)
		refuse_ask(service, &waiting->ask, REFUSAL_QUEUE_FULL);
	else
		deliver(service, &waiting->ask, &waiting->begun);
	release(service, waiting);
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
static void keep_record(struct service *service, const struct look_up *look_up,
                        const struct record_result *result)
{
	const int64_t retry_ms = service->settings.records.record.retry_ms;
	struct session *session = look_up->session;
	int64_t keep_ms = service->settings.record_keep_s * 1000;

	if (!relations_same(facts_relations(result->facts), service_relations(service))) {
		facts_destroy(result->facts);
		session_keep_record(session, NULL, 0, 0);
		return;
	}
	if (failed_for_now(&result->report) && keep_ms > retry_ms)
		keep_ms = retry_ms;
	session_keep_record(session, result->facts, look_up->relations,
	                    service_now_us(service) + keep_ms * 1000);
	session_check_token(session, service_wall_ms(service));
}

static void take_record(void *context, const struct record_result *result)
{
	struct look_up *look_up = context;
	struct service *service = look_up->service;
	bool going = true;

	/* There is nobody to be answered any more. */
	if (service->stopped) {
		facts_destroy(result->facts);
		end_look_up(service, look_up);
		return;
	}
	keep_record(service, look_up, result);
	while (going && look_up->first)
		going = take_first(service, look_up);
	if (going)
		end_look_up(service, look_up);
}

static bool same(struct return_address a, struct return_address b)
{
	return a.channel == b.channel && a.id == b.id && a.generation == b.generation;
}

void asks_forget(struct service *service, struct return_address address)
{
	for (struct look_up *look_up = service->look_ups;
	     look_up && service_waiting(service, address) > 0; look_up = look_up->next) {
		struct waiting **at = &look_up->first;

		while (*at) {
			if (same((*at)->ask.from, address))
				release(service, unlink_at(look_up, at));
			else
				at = &(*at)->next;
		}
	}
}
