#include "server/ratings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "channels/message.h"
#include "server/state.h"

/* A rating whose commit is under way. */
struct rating_wait {
	struct server *server;
	struct connection *connection; /* NULL: it has ended */
	char session[SESSION_ID_SIZE];
	char receipt[RECEIPT_SIZE];
	char id[MESSAGE_ID_BYTES + 1]; /* of the frame; "" without */
	enum rating_value value;
	rating_deliver deliver;
	struct rating_wait *next;
};

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

static void take_word(void *context, bool kept);

static enum status keep(struct server *server, const struct rating *rating,
                        struct rating_wait *wait)
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
		status = journal_rate(server->journal, &row, take_word, wait);
	return status;
}

/* A rating that is kept now; the same one again counts once. */
static void note(struct server *server, struct session *session, const char *receipt,
                 enum rating_value value)
{
	struct ratable *ratable = session ? ratables_find(&session->ratables, receipt) : NULL;

	if (!ratable || ratable->value != value)
		server->metrics.ratings[value]++;
	if (ratable)
		ratable->value = value;
}

static struct rating_wait *make_wait(struct connection *connection, const struct session *session,
                                     const struct rating *rating, const char *id)
{
	struct rating_wait *wait = calloc(1, sizeof(*wait));

	if (!wait)
		return NULL;
	wait->server = connection->server;
	wait->connection = connection;
	wait->value = rating->value;
	snprintf(wait->receipt, sizeof(wait->receipt), "%s", rating->receipt);
	snprintf(wait->session, sizeof(wait->session), "%s", session->id);
	snprintf(wait->id, sizeof(wait->id), "%s", id ? id : "");
	return wait;
}

static enum refusal refusal_of(enum status status)
{
	return status == STATUS_BUSY || status == STATUS_IO ? REFUSAL_NOT_KEPT : REFUSAL_INTERNAL;
}

int ratings_take(struct connection *connection, struct session *session,
                 const struct rating *rating, const char *id, rating_deliver deliver)
{
	struct server *server = connection->server;
	struct rating_wait *wait;
	enum status status;

	if (!session || !ratables_find(&session->ratables, rating->receipt))
		return deliver(connection, rating->receipt, id, REFUSAL_RECEIPT);
	if (!server->journal) {
		note(server, session, rating->receipt, rating->value);
		return deliver(connection, rating->receipt, id, REFUSAL_NONE);
	}
	wait = make_wait(connection, session, rating, id);
	status = wait ? keep(server, rating, wait) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		free(wait);
		return deliver(connection, rating->receipt, id, refusal_of(status));
	}
	wait->deliver = deliver;
	wait->next = server->rating_waits;
	server->rating_waits = wait;
	connection->ratings_waiting++;
	return 0;
}

static void conclude(struct server *server, const struct rating_wait *wait, bool kept)
{
	struct connection *connection = wait->connection;

	if (kept)
		note(server, sessions_find(server->sessions, wait->session, server_now_us(server)),
		     wait->receipt, wait->value);
	if (!connection)
		return;
	connection->ratings_waiting--;
	if (wait->deliver(connection, wait->receipt, wait->id[0] ? wait->id : NULL,
	                  kept ? REFUSAL_NONE : REFUSAL_NOT_KEPT) != 0)
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
		                LWS_TO_KILL_ASYNC);
}

static void take_word(void *context, bool kept)
{
	struct rating_wait *wait = context;
	struct server *server = wait->server;
	struct rating_wait **at = &server->rating_waits;

	while (*at != wait)
		at = &(*at)->next;
	*at = wait->next;
	conclude(server, wait, kept);
	free(wait);
	server_say_byes(server);
}

void ratings_forget(struct server *server, const struct connection *connection)
{
	for (struct rating_wait *wait = server->rating_waits; wait; wait = wait->next)
		if (wait->connection == connection)
			wait->connection = NULL;
}
