/*
 * How it works: session_store_mark() puts a session among those that wait. A timer later, flush()
 * copies what changed of them into the batch, as bytes in the clear, and the batch's job seals and
 * writes them in one transaction, behind them the removal of rows whose sessions ended. There is
 * one batch: the next one is made when it is done, so writes of a session keep their order. Where
 * it failed, what it held waits again.
 *
 * `n` of a session counts how often it was handed over. A row is only written over by a higher one.
 * A session is handed over again when it is known what came of the last time: a commit waits for
 * the batch that the session is in, and no batch takes one that is being committed. So the numbers
 * reach a shared store, where jobs run beside each other, in their order. The batch of the end is
 * written behind one that is under way then, by the same thread.
 *
 * The file may be taken away while it is open. It is opened anew under its name then, and every
 * session is written again, whole.
 */
#include "office/sessions/session_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	BATCH_SESSIONS = 256,
	BATCH_BYTES = 4 << 20,
	WALK_MOST = 2048, /* waiting sessions that are looked at for one batch */
	RETRY_MS = 500,
};

/* FOLLOWED: the thread that writes the batch is to write the last one after it. */
enum batch_state { BATCH_UNDER_WAY, BATCH_ENDED, BATCH_FOLLOWED };

static struct session *by_wait(struct age_link *link)
{
	return age_item(link, struct session, row.age);
}

/* --- in the jobs --- */

static enum status write_rows(struct session_store *store, unsigned at, struct tx *tx,
                              const struct batch *batch)
{
	struct session_writing writing;
	enum status status = session_store_writing(store, at, tx, &writing);

	for (size_t i = 0; i < batch->image_count && status == STATUS_OK; i++)
		status = session_rows_write(&writing, &batch->images[i]);
	for (const struct gone *gone = batch->gone; gone && status == STATUS_OK; gone = gone->next)
		status = session_rows_delete(tx, gone->name);
	for (size_t i = 0; i < batch->lock_count && status == STATUS_OK; i++)
		status = session_locks_write(tx, &batch->locks[i], writing.offset_ms);
	return status;
}

static void write_batch(struct batch *batch, unsigned at)
{
	struct session_store *store = batch->store;
	struct tx *tx;

	/* Each row is written on a condition of its own: nobody else has to wait. */
	batch->status = session_lanes_begin(&store->lanes, at, TX_ROWS, &tx);
	if (batch->status == STATUS_OK)
		batch->status =
		        session_lanes_end(&store->lanes, at, tx, write_rows(store, at, tx, batch));
	batch->opened = store->lanes.openings;
	session_lanes_note(&store->lanes, at, batch->status);
}

static void run_batch(void *context, unsigned at)
{
	struct batch *batch = context;
	struct session_store *store = batch->store;

	write_batch(batch, at);
	if (batch == &store->behind.batch &&
	    atomic_exchange(&store->behind.state, BATCH_ENDED) == BATCH_FOLLOWED)
		write_batch(&store->behind.last, at);
}

/* --- in the loop: what waits --- */

static void flush(struct session_store *store);

static void on_timer(void *context)
{
	struct session_store *store = context;

	store->behind.timer = NULL;
	flush(store);
}

static bool something_waits(const struct session_store *store)
{
	return store->behind.waiting_count > 0 || store->behind.gone || store->locks.count > 0;
}

/* Without memory for a timer, the next change tries again. */
void session_behind_arm(struct session_store *store, int64_t delay_ms)
{
	if (!store->behind.timer && !store->stopping && !store->behind.batch.job.under_way)
		store->behind.timer = loop_after(store->tools.loop, delay_ms, on_timer, store);
}

void session_behind_leave(struct session_store *store, struct session *session)
{
	if (!session->row.waits)
		return;
	session->row.waits = false;
	age_list_remove(&store->behind.waiting, &session->row.age);
	store->behind.waiting_count--;
}

void session_store_mark(struct session_store *store, struct session *session)
{
	if (!store)
		return;
	if (!session->row.waits) {
		session->row.waits = true;
		age_list_add(&store->behind.waiting, &session->row.age);
		store->behind.waiting_count++;
	}
	session_behind_arm(store, SESSION_STORE_DELAY_MS);
}

static void push_gone(struct session_store *store, const char *name)
{
	struct gone *gone = malloc(sizeof(*gone));

	/* Without memory the row stays until it expires. */
	if (!gone)
		return;
	*gone = (struct gone){ 0 };
	memcpy(gone->name, name, sizeof(gone->name));
	*store->behind.gone_end = gone;
	store->behind.gone_end = &gone->next;
	session_behind_arm(store, SESSION_STORE_DELAY_MS);
}

void session_behind_gone(void *context, struct session *session)
{
	struct session_store *store = context;
	char name[DIGEST_HEX_SIZE];

	session_behind_leave(store, session);
	/* Another process may go on with it: there its time decides. */
	if (!store->shared && session->row.n > 0 &&
	    session_row_name(session->id, name) == STATUS_OK)
		push_gone(store, name);
}

/* --- in the loop: batches --- */

/* A session in an exchange is committed at its end. */
static bool is_ready(const struct session_store *store, const struct session *session)
{
	const int64_t pause_us = SESSION_STORE_PAUSE_MS * INT64_C(1000);

	return store->stopping ||
	       (!session->exchange &&
	        (session->row.handed_us == 0 ||
	         session_store_now_us(store) - session->row.handed_us >= pause_us));
}

void session_behind_hand_over(struct session_store *store, struct session *session)
{
	session_behind_leave(store, session);
	session->row.under_way = true;
	session->row.n++;
	session->row.replies = 0;
	session->row.handed_us = session_store_now_us(store);
}

static bool is_full(const struct session_store *store, const struct batch *batch)
{
	return batch->image_count == batch->image_room ||
	       (!store->stopping && arena_used(batch->arena) > BATCH_BYTES);
}

/* What cannot be copied for want of memory waits on. */
static void take_sessions(struct session_store *store, struct batch *batch)
{
	struct age_link *link = store->behind.waiting.oldest;

	batch->image_room = store->stopping ? store->behind.waiting_count : BATCH_SESSIONS;
	batch->images = arena_array(batch->arena, batch->image_room + 1, sizeof(*batch->images));
	if (!batch->images)
		return;
	for (size_t i = 0; link && !is_full(store, batch) && (store->stopping || i < WALK_MOST);
	     i++) {
		struct session *session = by_wait(link);

		link = link->newer;
		if ((session->row.under_way && !store->stopping) || !is_ready(store, session))
			continue;
		if (session_image_take(session, store->snapshot->knowledge, batch->arena,
		                       &batch->images[batch->image_count]) != STATUS_OK)
			return;
		batch->image_count++;
		session_behind_hand_over(store, session);
	}
}

static bool fill(struct session_store *store, struct batch *batch)
{
	arena_reset(batch->arena);
	batch->image_count = batch->lock_count = 0;
	batch->images = NULL;
	batch->locks = NULL;
	take_sessions(store, batch);
	batch->gone = store->behind.gone;
	store->behind.gone = NULL;
	store->behind.gone_end = &store->behind.gone;
	session_locks_take(store, batch);
	return batch->image_count > 0 || batch->gone || batch->lock_count > 0;
}

static void free_gone(struct gone *first)
{
	while (first) {
		struct gone *next = first->next;

		free(first);
		first = next;
	}
}

/* Puts what it held back to wait, unless its session has ended. */
static void take_back(struct session_store *store, struct batch *batch)
{
	for (size_t i = 0; i < batch->image_count; i++) {
		struct session *session = sessions_peek(store->tools.sessions, batch->images[i].id);

		if (!session)
			continue;
		session->row.replies |= batch->images[i].places;
		session_store_mark(store, session);
	}
	session_locks_take_back(store, batch);
	for (struct gone *at = batch->gone; at; at = at->next)
		push_gone(store, at->name);
}

static void flush(struct session_store *store)
{
	if (store->behind.batch.job.under_way || store->stopping)
		return;
	store->behind.state = BATCH_UNDER_WAY;
	if (fill(store, &store->behind.batch) &&
	    jobs_add(store->tools.jobs, JOB_SESSIONS, &store->behind.batch.job) == STATUS_OK)
		return;
	take_back(store, &store->behind.batch);
	free_gone(store->behind.batch.gone);
	store->behind.batch.gone = NULL;
	if (something_waits(store))
		session_behind_arm(store, SESSION_STORE_DELAY_MS);
}

static void mark_whole(void *context, struct session *session)
{
	if (session->row.n == 0)
		return;
	session->row.replies = UINT32_MAX;
	session_store_mark(context, session);
}

/* Those that were not written: what is read of them later is newer than what memory has. */
static void conclude(struct session_store *store, const struct batch *batch)
{
	for (size_t i = 0; i < batch->image_count; i++) {
		const struct session_image *image = &batch->images[i];
		struct session *session = sessions_peek(store->tools.sessions, image->id);

		if (!session)
			continue;
		session->row.under_way = false;
		if (!store->shared || session->row.n != image->n)
			continue;
		if (batch->status == STATUS_OK && image->written > 0)
			session->row.n = image->written;
		else
			session->row.n--;
	}
}

static void batch_done(void *context)
{
	struct batch *batch = context;
	struct session_store *store = batch->store;
	const bool failed = batch->status != STATUS_OK;

	conclude(store, batch);
	if (failed)
		take_back(store, batch);
	free_gone(batch->gone);
	batch->gone = NULL;
	session_commits_go_on(store, batch->status);
	/* A file that was opened anew may be another one. */
	if (!failed && batch->opened != store->behind.opened) {
		store->behind.opened = batch->opened;
		sessions_each(store->tools.sessions, mark_whole, store);
	}
	if (something_waits(store))
		session_behind_arm(store, failed ? RETRY_MS : SESSION_STORE_DELAY_MS);
}

/* --- what the store asks for --- */

/* A row that is not written for long would expire under the session that uses it. */
static void refresh(void *context, struct session *session)
{
	struct session_store *store = context;
	const int64_t half_us = store->settings.keep_s * INT64_C(500000);

	if (session->connections > 0 && session->row.n > 0 &&
	    session_store_now_us(store) - session->row.handed_us >= half_us) {
		session_touch(store->tools.sessions, session, session_store_now_us(store));
		session_store_mark(store, session);
	}
}

void session_store_look(struct session_store *store)
{
	if (!store || store->behind.looks++ % (SESSION_LOOK_MS / 1000) != 0)
		return;
	sessions_each(store->tools.sessions, refresh, store);
}

size_t session_store_waiting(const struct session_store *store)
{
	return store ? store->behind.waiting_count + (store->behind.batch.job.under_way
	                                                      ? store->behind.batch.image_count
	                                                      : 0)
	             : 0;
}

static struct batch make_batch(struct session_store *store, struct batch *batch,
                               void (*done)(void *context))
{
	return (struct batch){ .job = { .run = run_batch, .done = done, .context = batch },
		               .store = store };
}

static void free_last(void *context)
{
	struct batch *batch = context;

	free_gone(batch->gone);
	batch->gone = NULL;
}

enum status session_behind_open(struct session_store *store)
{
	struct session_behind *behind = &store->behind;
	enum status status;

	behind->gone_end = &behind->gone;
	behind->batch = make_batch(store, &behind->batch, batch_done);
	behind->last = make_batch(store, &behind->last, free_last);
	status = arena_create(&behind->batch.arena, SESSION_ARENA_MOST);
	return status == STATUS_OK ? arena_create(&behind->last.arena, SESSION_ARENA_MOST) : status;
}

void session_store_stop(struct session_store *store)
{
	if (!store || store->stopping)
		return;
	store->stopping = true;
	timer_cancel(store->behind.timer);
	store->behind.timer = NULL;
	if (!fill(store, &store->behind.last))
		return;
	/* Never beside the batch: what is in both is newer in the last one. */
	if (store->behind.batch.job.under_way &&
	    atomic_exchange(&store->behind.state, BATCH_FOLLOWED) == BATCH_UNDER_WAY)
		return;
	if (jobs_add(store->tools.jobs, JOB_SESSIONS, &store->behind.last.job) != STATUS_OK)
		free_last(&store->behind.last);
}

void session_behind_close(struct session_store *store)
{
	struct session_behind *behind = &store->behind;

	assert(!behind->batch.job.under_way && !behind->last.job.under_way);
	timer_cancel(behind->timer);
	free_gone(behind->batch.gone);
	free_gone(behind->last.gone);
	free_gone(behind->gone);
	arena_destroy(behind->batch.arena);
	arena_destroy(behind->last.arena);
}
