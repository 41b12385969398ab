/* A recall is a job of its own. What it read becomes a session in the loop, unless there is one of
 * that id by then that is as new. */
#include "office/sessions/session_parts.h"

#include <stdlib.h>
#include <string.h>

struct recall {
	struct job job;
	struct session_store *store;
	char id[SESSION_ID_SIZE];
	session_recalled done;
	void *context;
	struct session_found found;
	int64_t offset_ms; /* what the database's clock is ahead of the monotonic one */
	enum status status;
};

static void run_recall(void *context, unsigned at)
{
	struct recall *recall = context;
	struct session_store *store = recall->store;
	char name[DIGEST_HEX_SIZE];
	struct tx *tx;

	recall->status = session_row_name(recall->id, name);
	if (recall->status == STATUS_OK)
		recall->status = session_lanes_begin(&store->lanes, at, TX_READ, &tx);
	if (recall->status != STATUS_OK)
		return;
	recall->status = session_store_offset(store, tx, &recall->offset_ms);
	if (recall->status == STATUS_OK)
		recall->status = session_rows_read(tx, store->seal, name, &recall->found);
	recall->status = session_lanes_end(&store->lanes, at, tx, recall->status);
}

static void put_replies_back(const struct session_found *found, struct session *session)
{
	struct kept kept;

	for (size_t i = 0; i < SESSION_REPLIES; i++)
		if (found->kept[i].len > 0 &&
		    kept_read(buf_span(&found->kept[i]), &kept) == STATUS_OK)
			session_put_back(session, i, &kept);
}

/* A session of what was found; NULL where it is none. */
static struct session *revive(const struct recall *recall)
{
	struct session_store *store = recall->store;
	struct session_state state;
	struct session *session;
	uint64_t seed;
	enum status status = session_state_read(buf_span(&recall->found.state), &state);

	if (status == STATUS_OK && !store->tools.random(&seed, sizeof(seed)))
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = sessions_reopen(store->tools.sessions, recall->id, state.origin,
		                         session_store_now_us(store), &session);
	if (status != STATUS_OK)
		return NULL;
	if (session_state_apply(&state, store->snapshot, seed, session) != STATUS_OK) {
		/* Of another format: it begins anew. */
		log_event(store->tools.log, LOG_WARN, "session_unreadable",
		          LOG_TEXT("session", session->hash));
		return session;
	}
	put_replies_back(&recall->found, session);
	session->row.n = recall->found.n;
	session->row.replies = 0;
	return session;
}

/* Another process has gone on with it: what memory has of it is of yesterday. */
static void bring_up_to_date(const struct recall *recall, struct session *session)
{
	struct session_store *store = recall->store;
	struct session_state state;
	uint64_t seed;

	if (session_state_read(buf_span(&recall->found.state), &state) != STATUS_OK ||
	    !store->tools.random(&seed, sizeof(seed)) ||
	    session_state_apply(&state, store->snapshot, seed, session) != STATUS_OK)
		return;
	session_behind_leave(store, session);
	session_forget_replies(session);
	put_replies_back(&recall->found, session);
	session->row.n = recall->found.n;
	session->row.replies = 0;
}

static void recall_done(void *context)
{
	struct recall *recall = context;
	struct session_store *store = recall->store;
	const struct session_found *found = &recall->found;
	const int64_t silent_ms =
	        session_store_now_us(store) / 1000 + recall->offset_ms - found->used_ms;
	struct session *session = sessions_peek(store->tools.sessions, recall->id);

	store->recalls--;
	session_store_note_rest(store, recall->status);
	if (recall->status != STATUS_OK)
		log_event(store->tools.log, LOG_WARN, "session_not_read",
		          LOG_TEXT("status", status_text(recall->status)));
	else if (!session && !store->stopping && found->n > 0 &&
	         silent_ms <= store->settings.keep_s * 1000)
		session = revive(recall);
	else if (session && store->shared && found->n > session->row.n)
		bring_up_to_date(recall, session);
	recall->done(recall->context, session);
	if (recall->found.state.ptr)
		explicit_bzero(recall->found.state.ptr, recall->found.state.capacity);
	session_found_deinit(&recall->found);
	free(recall);
}

enum status session_store_recall(struct session_store *store, const char *id, session_recalled done,
                                 void *context)
{
	struct recall *recall;

	if (!store || strlen(id) != SESSION_ID_SIZE - 1 ||
	    strspn(id, "0123456789abcdef") != SESSION_ID_SIZE - 1)
		return STATUS_NOT_FOUND;
	if (store->recalls >= SESSION_RECALLS_MOST || session_store_rests(store))
		return STATUS_BUSY;
	recall = calloc(1, sizeof(*recall));
	if (!recall)
		return STATUS_NO_MEMORY;
	recall->job = (struct job){ .run = run_recall, .done = recall_done, .context = recall };
	recall->store = store;
	memcpy(recall->id, id, SESSION_ID_SIZE);
	recall->done = done;
	recall->context = context;
	session_found_init(&recall->found);
	if (jobs_add(store->tools.jobs, JOB_SESSIONS, &recall->job) != STATUS_OK) {
		session_found_deinit(&recall->found);
		free(recall);
		return STATUS_BUSY;
	}
	store->recalls++;
	return STATUS_OK;
}
