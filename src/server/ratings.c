#include "server/ratings.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/message.h"
#include "server/state.h"

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

/* Masked before it is cut: half a number would not be known for one. */
static enum status mask_reason(struct server *server, const char *reason, struct span *out)
{
	struct privacy_masked masked;
	enum status status;

	arena_reset(server->arena);
	status = privacy_mask(server->snapshot->privacy, span_of(reason), NULL, server->arena,
	                      &masked);
	*out = status == STATUS_OK ? masked.text : (struct span){ "", 0 };
	return status;
}

static enum status keep(struct server *server, const struct rating *rating)
{
	struct journal_rating row = {
		.at_ms = clock_wall_ms(&server->clock),
		.receipt = rating->receipt,
		.value = rating_name(rating->value),
	};
	enum status status = STATUS_OK;

	if (rating->reason)
		status = mask_reason(server, rating->reason, &row.reason);
	row.reason.len = utf8_prefix(row.reason, RATING_REASON_MOST);
	if (status == STATUS_OK)
		status = journal_rate(server->journal, &row);
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
