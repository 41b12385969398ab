/*
 * How it works: a session that is being read has a list in which the messages wait that named it.
 * Whatever comes over a lasting line behind such a hello waits there as well, so that a line's
 * messages keep their order. When the session is there, or it is known that there is none, the
 * messages come again by the service's own *_now() functions, which do not wait a second time.
 *
 * With a shared store the list stays for a whole exchange: READING (where another process may have
 * had the session), TAKING (the messages come; a look-up of a record may be under way), WRITING
 * (its turns are written into the journal, then the session is committed). Replies are held from
 * TAKING on and sent when they are committed. The messages that were taken stay as well: where the
 * row has moved on they are taken again on what is read then. Over a lasting line nothing is read
 * but for its hello: the commit tells whether another process was there.
 *
 * A line that closes meanwhile leaves its messages in the list: they lead nowhere then.
 */
#include "service/recall.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/chats.h"

enum {
	WAITING_MOST = 8, /* messages of one session */
	TRIES_MOST = 4,   /* of an exchange whose row moves on each time */
};

enum kind { HELLO, ASK, IDENTIFICATION, RATING };

/* A copy of a message. */
struct parked {
	enum kind kind;
	struct return_address from;
	struct parked *next;
	const char *id, *conversation, *text; /* each NULL or behind the struct */
	const char *token, *id_number, *name, *certificate_number, *receipt, *reason;
	size_t text_len;
	size_t size; /* of all of it */
	enum rating_value value;
	bool signed_in, in_group, own_name;
	struct identity who;
	const char *browser;
	unsigned char origin[ORIGIN_BYTES];
	size_t origin_len;
};

/* A reply until it is committed; its texts stand behind it. */
struct held {
	struct return_address to;
	struct outgoing outgoing;
	struct held *next;
};

enum phase { READING, TAKING, WRITING };

struct recalling {
	struct service *service;
	char id[SESSION_ID_SIZE];
	struct parked *first, **end; /* to be taken */
	size_t count;
	struct recalling *next;
	/* Of an exchange with a shared store: */
	enum phase phase;
	bool running;            /* messages are being taken right now */
	struct session *session; /* pinned; NULL: there is none, or it was not read yet */
	struct parked *taken, **taken_end;
	struct held *held, **held_end;
	unsigned tries;
};

/* --- copies --- */

static size_t size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static const char *put(char **at, const char *text)
{
	char *copy = *at;

	if (!text)
		return NULL;
	*at = stpcpy(copy, text) + 1;
	return copy;
}

/* The texts of `from` are borrowed, those of the copy its own. NULL without memory. */
static struct parked *copy(const struct parked *from)
{
	const size_t size = size_of(from->id) + size_of(from->conversation) + from->text_len +
	                    size_of(from->token) + size_of(from->id_number) + size_of(from->name) +
	                    size_of(from->certificate_number) + size_of(from->receipt) +
	                    size_of(from->reason);
	struct parked *parked = malloc(sizeof(*parked) + size);
	char *at;

	if (!parked)
		return NULL;
	*parked = *from;
	parked->size = sizeof(*parked) + size;
	at = (char *)(parked + 1);
	parked->id = put(&at, from->id);
	parked->conversation = put(&at, from->conversation);
	parked->token = put(&at, from->token);
	parked->id_number = put(&at, from->id_number);
	parked->name = put(&at, from->name);
	parked->certificate_number = put(&at, from->certificate_number);
	parked->receipt = put(&at, from->receipt);
	parked->reason = put(&at, from->reason);
	parked->text = at;
	if (from->text_len > 0)
		memcpy(at, from->text, from->text_len);
	parked->next = NULL;
	return parked;
}

/* --- coming again --- */

static void take_ask(struct service *service, const struct parked *parked)
{
	const struct message message = {
		.from = parked->from,
		.conversation = parked->conversation,
		.id = parked->id,
		.text = { parked->text, parked->text_len },
		.who = parked->signed_in ? &parked->who : NULL,
		.browser = parked->browser,
		.origin = { (const char *)parked->origin, parked->origin_len },
		.in_group = parked->in_group,
		.own_name = parked->own_name,
	};

	service_take_now(service, &message);
}

static void take_again(struct service *service, const struct parked *parked)
{
	const struct identify_claim claim = { parked->id, parked->id_number, parked->name,
		                              parked->certificate_number };
	const struct rating rating = { parked->receipt, parked->value, parked->reason };

	switch (parked->kind) {
	case HELLO:
		service_hello_now(service, parked->from, parked->conversation, parked->token);
		break;
	case ASK:
		take_ask(service, parked);
		break;
	case IDENTIFICATION:
		service_identify_now(service, parked->from, &claim);
		break;
	case RATING:
		service_rate_now(service, parked->from, parked->conversation, &rating, parked->id);
		break;
	}
}

static void release_lines(struct service *service, const struct recalling *recall,
                          const struct parked *parked)
{
	for (; parked; parked = parked->next) {
		struct line *line = service_line(service, parked->from);

		if (line && line->recall == recall)
			line->recall = NULL;
	}
}

static void unlink_recall(struct service *service, struct recalling *recall)
{
	struct recalling **at = &service->recalls;

	while (*at != recall)
		at = &(*at)->next;
	*at = recall->next;
	release_lines(service, recall, recall->first);
	release_lines(service, recall, recall->taken);
}

static void free_parked(struct parked *parked)
{
	while (parked) {
		struct parked *next = parked->next;

		explicit_bzero(parked, parked->size);
		free(parked);
		parked = next;
	}
}

/* Whether it was found or not: they find it in memory now, or begin anew. */
static void take_all(struct recalling *recall, struct session *session)
{
	struct service *service = recall->service;

	unlink_recall(service, recall);
	/* So that what the first of them brings about does not make room of it. */
	if (session)
		session->connections++;
	for (const struct parked *parked = recall->first; parked; parked = parked->next) {
		service_end_waiting(service, parked->from);
		if (!service->stopped)
			take_again(service, parked);
	}
	if (session)
		session->connections--;
	free_parked(recall->first);
	free(recall);
}

/* --- exchanges --- */

static void pin(struct recalling *recall, struct session *session)
{
	if (recall->session || !session || session->exchange)
		return;
	recall->session = session;
	session->exchange = recall;
	session->connections++;
}

static void finish(struct recalling *recall)
{
	assert(!recall->first && !recall->held);
	unlink_recall(recall->service, recall);
	if (recall->session) {
		recall->session->exchange = NULL;
		assert(recall->session->connections > 0);
		recall->session->connections--;
	}
	free_parked(recall->taken);
	free(recall);
}

/* Each is sent, unless `send` is false. */
static void release_held(struct recalling *recall, bool send)
{
	struct service *service = recall->service;
	struct held *held = recall->held;

	recall->held = NULL;
	recall->held_end = &recall->held;
	while (held) {
		struct held *next = held->next;

		service_end_waiting(service, held->to);
		if (send && !service->stopped)
			chats_send(service, held->to, &held->outgoing);
		free(held);
		held = next;
	}
}

static void settle(struct recalling *recall);

/* What was taken before comes again, where the session was read anew; then what waits. */
static void run(struct recalling *recall, bool anew)
{
	struct service *service = recall->service;

	recall->phase = TAKING;
	recall->running = true;
	for (struct parked *at = recall->taken; anew && at && !service->stopped; at = at->next)
		if (at->kind == ASK)
			take_again(service, at);
	while (recall->first) {
		struct parked *parked = recall->first;

		recall->first = parked->next;
		if (!recall->first)
			recall->end = &recall->first;
		assert(recall->count > 0);
		recall->count--;
		parked->next = NULL;
		*recall->taken_end = parked;
		recall->taken_end = &parked->next;
		if (!service->stopped)
			take_again(service, parked);
		service_end_waiting(service, parked->from);
	}
	recall->running = false;
	settle(recall);
}

static void go_on(struct recalling *recall)
{
	release_lines(recall->service, recall, recall->taken);
	free_parked(recall->taken);
	recall->taken = NULL;
	recall->taken_end = &recall->taken;
	recall->tries = 0;
	recall->phase = TAKING;
	if (recall->first)
		run(recall, false);
	else
		finish(recall);
}

static void take_session(void *context, struct session *session);

static void take_commit(void *context, enum session_commit commit)
{
	struct recalling *recall = context;

	if (commit == SESSION_MOVED && recall->taken && ++recall->tries < TRIES_MOST &&
	    session_store_recall(recall->service->store, recall->id, take_session, recall) ==
	            STATUS_OK) {
		recall->phase = READING;
		release_held(recall, false);
		return;
	}
	release_held(recall, true);
	go_on(recall);
}

static void commit(struct recalling *recall)
{
	/* Unless it is: memory goes on, and the store is tried again behind. */
	if (session_store_commit(recall->service->store, recall->session, take_commit, recall) !=
	    STATUS_OK) {
		release_held(recall, true);
		go_on(recall);
	}
}

static void take_journal(void *context, bool kept)
{
	(void)kept; /* Otherwise the turns wait in memory. */
	commit(context);
}

static void settle(struct recalling *recall)
{
	struct session *session = recall->session;

	if (recall->running || recall->phase != TAKING || (session && session->look_up))
		return;
	if (!recall->held) {
		go_on(recall);
		return;
	}
	assert(session);
	recall->phase = WRITING;
	/*
	 * The journal first: a reply that is kept with the session can be given out by any process,
	 * and then its receipt must be found, whatever becomes of this one.
	 */
	if (journal_await(recall->service->journal, take_journal, recall) != STATUS_OK)
		commit(recall);
}

void recall_settle(struct session *session)
{
	if (session->exchange)
		settle(session->exchange);
}

static void take_session(void *context, struct session *session)
{
	struct recalling *recall = context;

	if (!session_store_is_shared(recall->service->store)) {
		take_all(recall, session);
		return;
	}
	pin(recall, session);
	run(recall, true);
}

static struct recalling *make(struct service *service, const char *id)
{
	struct recalling *recall = calloc(1, sizeof(*recall));

	if (!recall)
		return NULL;
	recall->service = service;
	snprintf(recall->id, sizeof(recall->id), "%s", id);
	recall->end = &recall->first;
	recall->taken_end = &recall->taken;
	recall->held_end = &recall->held;
	recall->next = service->recalls;
	service->recalls = recall;
	return recall;
}

static const char *put_span(char **at, struct span text)
{
	char *copy = *at;

	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	*at += text.len;
	return copy;
}

/* NULL without memory. A reply has no other texts. */
static struct held *copy_reply(struct return_address to, const struct outgoing *outgoing)
{
	struct held *held = malloc(sizeof(*held) + size_of(outgoing->to) +
	                           size_of(outgoing->conversation) + outgoing->object.len);
	char *at;

	if (!held)
		return NULL;
	assert(outgoing->kind == OUTGOING_REPLY);
	*held = (struct held){ .to = to, .outgoing = *outgoing };
	at = (char *)(held + 1);
	held->outgoing.to = put(&at, outgoing->to);
	held->outgoing.conversation = put(&at, outgoing->conversation);
	held->outgoing.object.ptr = put_span(&at, outgoing->object);
	return held;
}

bool recall_hold(struct service *service, struct session *session, struct return_address to,
                 const struct outgoing *outgoing)
{
	struct recalling *recall;
	struct held *held;

	if (!session_store_is_shared(service->store))
		return false;
	if (!session->exchange) {
		recall = make(service, session->id);
		if (!recall)
			return false;
		recall->phase = TAKING;
		pin(recall, session);
	}
	recall = session->exchange;
	assert(recall->phase == TAKING);
	held = copy_reply(to, outgoing);
	if (!held)
		return false;
	*recall->held_end = held;
	recall->held_end = &held->next;
	service_begin_waiting(service, to);
	return true;
}

/* --- waiting --- */

static struct recalling *find(const struct service *service, const char *id)
{
	struct recalling *at = service->recalls;

	while (at && strcmp(at->id, id) != 0)
		at = at->next;
	return at;
}

static bool is_name(const char *id)
{
	return id && strlen(id) == SESSION_ID_SIZE - 1;
}

/* NULL where nothing is to be read. */
static struct recalling *begin(struct service *service, const char *id)
{
	const bool shared = session_store_is_shared(service->store);
	struct session *session;
	struct recalling *recall;

	if (!service->store || !is_name(id))
		return NULL;
	recall = find(service, id);
	if (recall)
		return recall;
	session = sessions_peek(service->sessions, id);
	if (session && (!shared || session->row.n == 0))
		return NULL;
	recall = make(service, id);
	if (!recall)
		return NULL;
	recall->phase = READING;
	if (shared)
		pin(recall, session);
	if (session_store_recall(service->store, id, take_session, recall) == STATUS_OK)
		return recall;
	if (session && shared) {
		/* What memory has is gone on with. */
		recall->phase = TAKING;
		return recall;
	}
	service->recalls = recall->next;
	free(recall);
	return NULL;
}

/* Of a lasting line's own session, which is not read: see above. NULL where none is needed. */
static struct recalling *join(struct service *service, struct session *session)
{
	struct recalling *recall;

	if (!session_store_is_shared(service->store) || !session)
		return NULL;
	if (session->exchange || session->row.n == 0)
		return session->exchange;
	recall = make(service, session->id);
	if (recall) {
		recall->phase = TAKING;
		pin(recall, session);
	}
	return recall;
}

static void refuse(struct service *service, const struct parked *parked, enum refusal refusal)
{
	if (parked->kind == ASK)
		service_refuse(service, parked->from, parked->id, refusal);
	else
		service_send_refusal(service, parked->from, parked->id, refusal);
}

/* Whether it waits, or is refused. `conversation`: that the message names; or NULL. */
static bool wait(struct service *service, const char *conversation, const struct parked *message)
{
	struct line *line = service_line(service, message->from);
	struct recalling *recall;
	struct parked *parked;

	assert(line);
	recall = line->recall ? line->recall : begin(service, conversation);
	if (!recall && message->kind == ASK && (line->channel->abilities & CHANNEL_LASTING))
		recall = join(service, line->session);
	if (!recall)
		return false;
	parked = recall->count < WAITING_MOST ? copy(message) : NULL;
	if (!parked) {
		refuse(service, message, REFUSAL_QUEUE_FULL);
		return true;
	}
	*recall->end = parked;
	recall->end = &parked->next;
	recall->count++;
	if (line->channel->abilities & CHANNEL_LASTING)
		line->recall = recall;
	service_begin_waiting(service, message->from);
	/* Nothing is under way for it: it was made for this message. */
	if (recall->phase == TAKING && !recall->running && !recall->held && !recall->taken)
		run(recall, false);
	return true;
}

static bool is_lasting(const struct service *service, struct return_address from)
{
	return service_line(service, from)->channel->abilities & CHANNEL_LASTING;
}

bool recall_hello(struct service *service, struct return_address from, const char *resume,
                  const char *token)
{
	const struct parked message = {
		.kind = HELLO, .from = from, .conversation = resume, .token = token
	};

	return wait(service, resume, &message);
}

bool recall_ask(struct service *service, const struct message *message)
{
	struct parked parked = {
		.kind = ASK,
		.from = message->from,
		.id = message->id,
		.conversation = message->conversation,
		.text = message->text.ptr,
		.text_len = message->text.len,
		.browser = message->browser,
		.in_group = message->in_group,
		.own_name = message->own_name,
		.origin_len =
		        message->origin.len < ORIGIN_BYTES ? message->origin.len : ORIGIN_BYTES,
	};

	/* Most asks wait for nothing. */
	if (!service_line(service, message->from)->recall &&
	    (is_lasting(service, message->from) || !message->conversation) &&
	    !session_store_is_shared(service->store))
		return false;
	if (message->who) {
		parked.signed_in = true;
		parked.who = *message->who;
	}
	if (parked.origin_len > 0)
		memcpy(parked.origin, message->origin.ptr, parked.origin_len);
	return wait(service, is_lasting(service, message->from) ? NULL : message->conversation,
	            &parked);
}

bool recall_identification(struct service *service, struct return_address from,
                           const struct identify_claim *claim)
{
	const struct parked message = { .kind = IDENTIFICATION,
		                        .from = from,
		                        .id = claim->id,
		                        .id_number = claim->id_number,
		                        .name = claim->name,
		                        .certificate_number = claim->certificate_number };

	return wait(service, NULL, &message);
}

bool recall_rating(struct service *service, struct return_address from, const char *conversation,
                   const struct rating *rating, const char *id)
{
	const struct parked message = { .kind = RATING,
		                        .from = from,
		                        .id = id,
		                        .conversation = conversation,
		                        .receipt = rating->receipt,
		                        .reason = rating->reason,
		                        .value = rating->value };

	return wait(service, is_lasting(service, from) ? NULL : conversation, &message);
}
