#include "server/ratings.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/message.h"
#include "server/state.h"
#include "text/identify.h"

void ratables_add(struct ratables *ratables, const char *receipt)
{
	struct ratable *ratable = &ratables->items[ratables->next];

	ratables->next = (ratables->next + 1) % RATABLE_MOST;
	ratable->value = RATING_NONE;
	snprintf(ratable->receipt, sizeof(ratable->receipt), "%s", receipt);
}

struct ratable *ratables_find(struct ratables *ratables, const char *receipt)
{
	for (size_t i = 0; receipt[0] && i < RATABLE_MOST; i++)
		if (strcmp(ratables->items[i].receipt, receipt) == 0)
			return &ratables->items[i];
	return NULL;
}

/* Masked before it is cut: half an identifier would not be known for one. */
static enum status mask_reason(struct server *server, const char *reason, struct buf *masked)
{
	struct identifier_list found;
	enum status status;

	arena_reset(server->arena);
	status = identify(span_of(reason), server->arena, &found);
	if (status != STATUS_OK)
		return status;
	mask(span_of(reason), &found, masked);
	return buf_status(masked);
}

static enum status keep(struct server *server, const struct rating *rating)
{
	struct journal_rating row = {
		.at_ms = clock_wall_ms(&server->clock),
		.receipt = rating->receipt,
		.value = rating_name(rating->value),
	};
	struct buf masked;
	enum status status = STATUS_OK;

	buf_init(&masked, 4 * MESSAGE_BYTES);
	if (rating->reason)
		status = mask_reason(server, rating->reason, &masked);
	row.reason = buf_span(&masked);
	row.reason.len = utf8_prefix(row.reason, RATING_REASON_MOST);
	if (status == STATUS_OK)
		status = journal_rate(server->journal, &row);
	buf_deinit(&masked);
	return status;
}

enum refusal ratings_take(struct server *server, struct session *session,
                          const struct rating *rating)
{
	struct ratable *ratable =
	        session ? ratables_find(&session->ratables, rating->receipt) : NULL;

	if (!ratable)
		return REFUSAL_RECEIPT;
	if (keep(server, rating) != STATUS_OK)
		return REFUSAL_INTERNAL;
	if (ratable->value != rating->value)
		server->metrics.ratings[rating->value]++;
	ratable->value = rating->value;
	return REFUSAL_NONE;
}
