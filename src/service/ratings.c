/*
 * Ratings: what people think of the answers that they got; who may rate which of them is told by
 * office/sessions/ratables.h. A rating is answered once it is on the disk, or, without a journal,
 * counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "service/recall.h"
#include "service/state.h"

enum { RATING_REASON_MOST = 200 /* characters that are kept */ };

/* A rating whose commit is under way. */
struct rating_wait {
	struct service *service;
	struct return_address from;
	char session[SESSION_ID_SIZE];
	char receipt[RECEIPT_SIZE];
	char *id; /* of the message, or NULL */
	enum rating_value value;
};

/* Masked before it is cut: half a number would not be known for one. */
static enum status mask_reason(struct service *service, const char *reason, struct span *out)
{
	struct privacy_masked masked;
	enum status status;

	arena_reset(service->arena);
	status = privacy_mask(service->snapshot->privacy, span_of(reason), NULL, service->arena,
	                      &masked);
	*out = status == STATUS_OK ? masked.text : (struct span){ "", 0 };
	return status;
}

static void take_word(void *context, bool kept);

static enum status keep(struct service *service, const struct rating *rating,
                        struct rating_wait *wait)
{
	struct journal_rating row = {
		.at_ms = service_wall_ms(service),
		.receipt = rating->receipt,
		.value = rating_name(rating->value),
	};
	enum status status = STATUS_OK;

	if (rating->reason)
		status = mask_reason(service, rating->reason, &row.reason);
	row.reason.len = utf8_prefix(row.reason, RATING_REASON_MOST);
	if (status == STATUS_OK)
		status = journal_rate(service->journal, &row, take_word, wait);
	return status;
}

/* A rating that is kept now; the same one again counts once. */
static void note(struct service *service, struct session *session, const char *receipt,
                 enum rating_value value)
{
	struct ratable *ratable = session ? ratables_find(&session->ratables, receipt) : NULL;

	if (!ratable || ratable->value != value)
		service->tools.metrics->ratings[value]++;
	if (!ratable)
		return;
	ratable->value = value;
	session_store_mark(service->store, session);
}

static void answer(struct service *service, struct return_address to, const char *receipt,
                   const char *id)
{
	const struct outgoing outgoing = { .kind = OUTGOING_RATED, .to = id, .receipt = receipt };

	service_send(service, to, &outgoing);
}

static void release(struct rating_wait *wait)
{
	if (!wait)
		return;
	free(wait->id);
	free(wait);
}

static struct rating_wait *make_wait(struct service *service, struct return_address from,
                                     const struct session *session, const struct rating *rating,
                                     const char *id)
{
	struct rating_wait *wait = calloc(1, sizeof(*wait));

	if (!wait)
		return NULL;
	wait->service = service;
	wait->from = from;
	wait->value = rating->value;
	wait->id = id ? strdup(id) : NULL;
	snprintf(wait->receipt, sizeof(wait->receipt), "%s", rating->receipt);
	snprintf(wait->session, sizeof(wait->session), "%s", session->id);
	if (!id || wait->id)
		return wait;
	release(wait);
	return NULL;
}

static enum refusal refusal_of(enum status status)
{
	return status == STATUS_BUSY || status == STATUS_IO ? REFUSAL_NOT_KEPT : REFUSAL_INTERNAL;
}

void service_rate(struct service *service, struct return_address from, const char *conversation,
                  const struct rating *rating, const char *id)
{
	if (!service_line(service, from))
		return;
	if (service->draining)
		service_send_refusal(service, from, id, REFUSAL_DRAINING);
	else if (!recall_rating(service, from, conversation, rating, id))
		service_rate_now(service, from, conversation, rating, id);
}

void service_rate_now(struct service *service, struct return_address from, const char *conversation,
                      const struct rating *rating, const char *id)
{
	const struct line *line = service_line(service, from);
	struct session *session;
	struct rating_wait *wait;
	enum status status;

	if (!line)
		return;
	session = line->session;
	if (!(line->channel->abilities & CHANNEL_LASTING) && conversation)
		session = sessions_find(service->sessions, conversation, service_now_us(service));
	if (!session || !ratables_find(&session->ratables, rating->receipt)) {
		/* It may be one that cannot be read now. */
		service_send_refusal(service, from, id,
		                     session_store_is_away(service->store) ? REFUSAL_NOT_KEPT
		                                                           : REFUSAL_RECEIPT);
		return;
	}
	if (!service->journal) {
		note(service, session, rating->receipt, rating->value);
		answer(service, from, rating->receipt, id);
		return;
	}
	wait = make_wait(service, from, session, rating, id);
	status = wait ? keep(service, rating, wait) : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		service_begin_waiting(service, from);
		return;
	}
	release(wait);
	service_send_refusal(service, from, id, refusal_of(status));
}

/* Whoever has left meanwhile is told nothing; the rating is kept and counted all the same. */
static void take_word(void *context, bool kept)
{
	struct rating_wait *wait = context;
	struct service *service = wait->service;

	service_end_waiting(service, wait->from);
	if (kept) {
		note(service,
		     sessions_find(service->sessions, wait->session, service_now_us(service)),
		     wait->receipt, wait->value);
		answer(service, wait->from, wait->receipt, wait->id);
	} else {
		service_send_refusal(service, wait->from, wait->id, REFUSAL_NOT_KEPT);
	}
	release(wait);
}
