/*
 * A commit is a job of its own, or, where the batch has the session, held until that is done
 * (session_behind.c).
 */
#include "office/sessions/session_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct commit {
	struct job job;
	struct session_store *store;
	struct arena *arena;
	struct session_image image;
	session_committed done;
	void *context;
	enum status status;
	char id[SESSION_ID_SIZE];
	struct commit *next; /* that is held */
};

static enum status write_row(struct commit *commit, unsigned at, struct tx *tx)
{
	struct session_writing writing;
	const enum status status = session_store_writing(commit->store, at, tx, &writing);

	assert(status != STATUS_OK || writing.how == SESSION_WRITE_NEXT);
	return status == STATUS_OK ? session_rows_write(&writing, &commit->image) : status;
}

static void run_commit(void *context, unsigned at)
{
	struct commit *commit = context;
	struct session_lanes *lanes = &commit->store->lanes;
	struct tx *tx;

	commit->status = session_lanes_begin(lanes, at, TX_ROWS, &tx);
	if (commit->status == STATUS_OK)
		commit->status = session_lanes_end(lanes, at, tx, write_row(commit, at, tx));
	session_lanes_note(lanes, at, commit->status);
}

/*
 * What was not written waits for the next time, under the same number. Whether a commit was applied
 * that lost its connection, nobody knows: the next write finds out (session_rows_write()).
 */
static void take_commit_back(const struct commit *commit, struct session *session)
{
	assert(session->row.n == commit->image.n);
	session->row.n--;
	session->row.replies |= commit->image.places;
}

static void free_commit(struct commit *commit)
{
	if (!commit)
		return;
	arena_destroy(commit->arena);
	free(commit);
}

static void commit_done(void *context)
{
	struct commit *commit = context;
	struct session_store *store = commit->store;
	struct session *session = sessions_peek(store->tools.sessions, commit->image.id);
	const enum session_commit came = commit->status != STATUS_OK ? SESSION_AWAY
	                                 : commit->image.written     ? SESSION_KEPT
	                                                             : SESSION_MOVED;

	assert(store->commits > 0);
	store->commits--;
	session_store_note_rest(store, commit->status);
	if (session)
		session->row.under_way = false;
	if (session && came == SESSION_KEPT)
		session->row.n = commit->image.written;
	else if (session)
		take_commit_back(commit, session);
	if (session && came == SESSION_AWAY)
		session_store_mark(store, session);
	commit->done(commit->context, came);
	free_commit(commit);
}

static enum status hand_over(struct session_store *store, struct commit *commit,
                             struct session *session)
{
	enum status status = session_image_take(session, store->snapshot->knowledge, commit->arena,
	                                        &commit->image);

	if (status == STATUS_OK)
		status = jobs_add(store->tools.jobs, JOB_SESSIONS, &commit->job);
	if (status == STATUS_OK)
		session_behind_hand_over(store, session);
	return status;
}

/* It waits for the batch that has the session. Meanwhile what is written at the end may have it. */
static void hold(struct session_store *store, struct commit *commit, struct session *session)
{
	*store->held.end = commit;
	store->held.end = &commit->next;
	session_store_mark(store, session);
}

void session_commits_go_on(struct session_store *store, enum status status)
{
	struct commit *commit = store->held.first;

	store->held.first = NULL;
	store->held.end = &store->held.first;
	while (commit) {
		struct commit *next = commit->next;
		struct session *session = sessions_peek(store->tools.sessions, commit->id);

		if (status != STATUS_OK || !session ||
		    hand_over(store, commit, session) != STATUS_OK) {
			assert(store->commits > 0);
			store->commits--;
			commit->done(commit->context, SESSION_AWAY);
			free_commit(commit);
		}
		commit = next;
	}
}

static enum status make_commit(struct session_store *store, const struct session *session,
                               struct commit **out)
{
	struct commit *commit = calloc(1, sizeof(*commit));

	*out = commit;
	if (!commit)
		return STATUS_NO_MEMORY;
	commit->job = (struct job){ .run = run_commit, .done = commit_done, .context = commit };
	commit->store = store;
	memcpy(commit->id, session->id, sizeof(commit->id));
	return arena_create(&commit->arena, SESSION_ARENA_MOST);
}

enum status session_store_commit(struct session_store *store, struct session *session,
                                 session_committed done, void *context)
{
	const bool in_batch = session->row.under_way && store->behind.batch.job.under_way;
	struct commit *commit = NULL;
	enum status status = STATUS_BUSY;

	assert(session_store_is_shared(store));
	if (store->commits < SESSION_COMMITS_MOST && !session_store_rests(store) &&
	    in_batch == session->row.under_way)
		status = make_commit(store, session, &commit);
	if (status == STATUS_OK) {
		commit->done = done;
		commit->context = context;
		if (in_batch)
			hold(store, commit, session);
		else
			status = hand_over(store, commit, session);
	}
	if (status == STATUS_OK) {
		store->commits++;
		return STATUS_OK;
	}
	free_commit(commit);
	session_store_mark(store, session);
	return status;
}
