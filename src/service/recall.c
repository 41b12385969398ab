/*
 * How it works: a session that is being read has a list in which the messages wait that named it.
 * Whatever comes over a lasting line behind such a hello waits there as well, so that a line's
 * messages keep their order. When the session is there, or it is known that there is none, the
 * messages come again by the service's own *_now() functions, which do not wait a second time.
 *
 * A line that closes meanwhile leaves its messages in the list: they lead nowhere then.
 */
#include "service/recall.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "service/asks.h"

enum { WAITING_MOST = 8 /* messages of one session */ };

enum kind { HELLO, ASK, IDENTIFICATION, RATING };

/* A copy of a message. */
struct parked {
	enum kind kind;
	struct return_address from;
	struct parked *next;
	const char *id, *conversation, *text; /* each NULL or behind the struct */
	const char *token, *id_number, *name, *certificate_number, *receipt, *reason;
	size_t text_len;
	enum rating_value value;
	bool signed_in, in_group;
	struct identity who;
	const char *browser;
	unsigned char origin[ORIGIN_BYTES];
	size_t origin_len;
};

struct recalling {
	struct service *service;
	char id[SESSION_ID_SIZE];
	struct parked *first, **end;
	size_t count;
	struct recalling *next;
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

static void unlink_recall(struct service *service, struct recalling *recall)
{
	struct recalling **at = &service->recalls;

	while (*at != recall)
		at = &(*at)->next;
	*at = recall->next;
	for (const struct parked *parked = recall->first; parked; parked = parked->next) {
		struct line *line = service_line(service, parked->from);

		if (line && line->recall == recall)
			line->recall = NULL;
	}
}

/* Whether it was found or not: they find it in memory now, or begin anew. */
static void take_session(void *context, struct session *session)
{
	struct recalling *recall = context;
	struct service *service = recall->service;
	struct parked *next;

	unlink_recall(service, recall);
	/* So that what the first of them brings about does not make room of it. */
	if (session)
		session->connections++;
	for (struct parked *parked = recall->first; parked; parked = next) {
		next = parked->next;
		service_end_waiting(service, parked->from);
		if (!service->stopped)
			take_again(service, parked);
		explicit_bzero(&parked->who, sizeof(parked->who));
		free(parked);
	}
	if (session)
		session->connections--;
	free(recall);
}

/* --- waiting --- */

static struct recalling *find(const struct service *service, const char *id)
{
	struct recalling *at = service->recalls;

	while (at && strcmp(at->id, id) != 0)
		at = at->next;
	return at;
}

/* NULL where nothing is to be read. */
static struct recalling *begin(struct service *service, const char *id)
{
	struct recalling *recall;

	if (!service->store || !id || strlen(id) != SESSION_ID_SIZE - 1 ||
	    sessions_peek(service->sessions, id))
		return NULL;
	recall = find(service, id);
	if (recall)
		return recall;
	recall = calloc(1, sizeof(*recall));
	if (!recall)
		return NULL;
	recall->service = service;
	memcpy(recall->id, id, sizeof(recall->id));
	recall->end = &recall->first;
	if (session_store_recall(service->store, id, take_session, recall) != STATUS_OK) {
		free(recall);
		return NULL;
	}
	recall->next = service->recalls;
	service->recalls = recall;
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
		.origin_len =
		        message->origin.len < ORIGIN_BYTES ? message->origin.len : ORIGIN_BYTES,
	};

	/* Most asks wait for nothing. */
	if (!service_line(service, message->from)->recall &&
	    (is_lasting(service, message->from) || !message->conversation))
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
