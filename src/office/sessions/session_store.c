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
 * A recall is a job of its own. What it read becomes a session in the loop, unless there is one of
 * that id by then.
 *
 * The file may be taken away while it is open. It is opened anew under its name then, and every
 * session is written again, whole.
 */
#include "office/sessions/session_store.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/key_file.h"
#include "base/language.h"
#include "office/identity/lockout_rows.h"
#include "office/sessions/session_rows.h"

enum {
	BATCH_SESSIONS = 256,
	BATCH_BYTES = 4 << 20,
	WALK_MOST = 2048, /* waiting sessions that are looked at for one batch */
	ARENA_MOST = 1 << 30,
	SCRATCH_MOST = 10 << 20,
	RETRY_MS = 500,
	LOCKS_MOST = 1000, /* that may wait */
	RECALLS_MOST = 256,
	COMMITS_MOST = 1024,
	JOBS_MOST = RECALLS_MOST + COMMITS_MOST + 4, /* the batch, the last one, the expiry */
	LANES = 4,                                   /* connections to a shared store */
	REST_MS = 1000,                              /* a shared store that failed is left alone */
	EXPIRY_MS = 60000,
	KEY_MOST = 4096,
	LINE_SIZE = 512,
};

/* A row that is to be removed. */
struct gone {
	char name[DIGEST_HEX_SIZE];
	struct gone *next;
};

/* What is written together. The loop fills it, its job only reads but for the results. */
struct batch {
	struct job job;
	struct session_store *store;
	struct arena *arena;
	struct session_image *images;
	size_t image_count, image_room;
	struct gone *gone;
	struct lockout_image *locks;
	size_t lock_count;
	enum status status;
	uint64_t opened; /* the opening of the file that it was written to */
};

/* FOLLOWED: the thread that writes the batch is to write the last one after it. */
enum batch_state { BATCH_UNDER_WAY, BATCH_ENDED, BATCH_FOLLOWED };

/* What one thread of the jobs has. */
struct lane {
	struct store *file; /* NULL: not open */
	struct buf scratch[2];
	char problem[STORE_PROBLEM_SIZE];
};

struct session_store {
	struct session_store_settings settings;
	struct session_store_tools tools;
	struct seal *seal;
	struct buf key;
	const struct snapshot *snapshot;
	struct age_list waiting; /* sessions, the first marked first */
	size_t waiting_count;
	struct gone *gone, **gone_end;
	struct lockout_image *locks; /* LOCKS_MOST */
	size_t lock_count;
	struct timer *timer;
	struct batch batch, last;
	struct commit *held, **held_end; /* commits of sessions that are in the batch */
	struct job expiry;
	size_t recalls, commits;
	int64_t rests_until_us; /* a shared one */
	uint64_t opened;        /* that all sessions were written to, or wait for */
	unsigned looks;
	bool stopping, shared;

	/* The jobs' own. */
	struct lane lanes[LANES];       /* the first alone where it is not shared */
	atomic_uint_least64_t openings; /* of the first */
	atomic_int batch_state;         /* of `batch`; the loop's, too */
	atomic_bool failing;
};

static struct session *by_wait(struct age_link *link)
{
	return age_item(link, struct session, row.age);
}

static int64_t now_us(const struct session_store *store)
{
	return clock_monotonic_us(&store->tools.clock);
}

static int64_t wall_ms(const struct session_store *store)
{
	return clock_wall_ms(&store->tools.clock);
}

/* --- in the jobs: the file --- */

static enum status open_file(struct session_store *store, struct lane *lane)
{
	const struct store_settings settings = { .url = store->settings.file,
		                                 .busy_ms = store->settings.busy_ms };
	const enum status status =
	        store_open(&lane->file, &settings, &session_schema, lane->problem);

	if (status == STATUS_OK && lane == &store->lanes[0])
		store->openings++;
	return status == STATUS_INVALID ? STATUS_IO : status;
}

/* A shared one is never moved. */
static enum status ensure_file(struct session_store *store, struct lane *lane)
{
	enum status status;

	if (lane->file && store_in_place(lane->file))
		return STATUS_OK;
	if (lane->file) {
		log_event(store->tools.log, LOG_ERROR, "sessions_moved",
		          LOG_TEXT("file", store->settings.file),
		          LOG_TEXT("hint", "it was renamed, removed or exchanged while it was "
		                           "written, and is opened anew under its name"));
		status = store_settle(lane->file);
		if (status == STATUS_BUSY)
			return status;
		store_close(lane->file);
		lane->file = NULL;
	}
	return open_file(store, lane);
}

/* An open transaction, unless it returns another status. */
static enum status begin(struct session_store *store, struct lane *lane, enum tx_kind kind,
                         struct tx **tx)
{
	enum status status = ensure_file(store, lane);

	if (status != STATUS_OK)
		return status;
	status = store_begin(lane->file, kind, tx);
	if (status != STATUS_OK)
		snprintf(lane->problem, sizeof(lane->problem), "%s", store_problem(lane->file));
	return status;
}

static void wipe(struct lane *lane)
{
	for (size_t i = 0; i < 2; i++)
		if (lane->scratch[i].ptr)
			explicit_bzero(lane->scratch[i].ptr, lane->scratch[i].capacity);
}

static void note_result(struct session_store *store, const struct lane *lane, enum status status)
{
	const bool failing = status != STATUS_OK;
	const bool failed = atomic_exchange(&store->failing, failing);

	if (failing && !failed)
		log_event(store->tools.log, LOG_ERROR, "sessions_write_failed",
		          LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("reason", lane->problem),
		          LOG_TEXT("hint", "conversations go on in memory; what is not written "
		                           "by then is lost with the process"));
	if (!failing && failed)
		log_event(store->tools.log, LOG_INFO, "sessions_recovered");
}

/* Where several processes write, what another one has moved on stays as that has left it. */
static enum session_write write_how(const struct session_store *store)
{
	return store->shared ? SESSION_WRITE_NEXT : SESSION_WRITE_LATER;
}

static enum status write_rows(struct session_store *store, struct lane *lane, struct tx *tx,
                              const struct batch *batch)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < batch->image_count && status == STATUS_OK; i++)
		status = session_rows_write(tx, store->seal, &batch->images[i], write_how(store),
		                            lane->scratch, &batch->images[i].written);
	for (const struct gone *at = batch->gone; at && status == STATUS_OK; at = at->next)
		status = session_rows_delete(tx, at->name);
	for (size_t i = 0; i < batch->lock_count && status == STATUS_OK; i++)
		status = lockout_rows_write(tx, &batch->locks[i]);
	return status;
}

static void write_batch(struct batch *batch, struct lane *lane)
{
	struct session_store *store = batch->store;
	struct tx *tx;

	/* Each row is written on a condition of its own: nobody else has to wait. */
	batch->status = begin(store, lane, TX_ROWS, &tx);
	if (batch->status == STATUS_OK) {
		batch->status = tx_end(tx, write_rows(store, lane, tx, batch));
		if (batch->status != STATUS_OK)
			snprintf(lane->problem, sizeof(lane->problem), "%s",
			         store_problem(lane->file));
	}
	batch->opened = store->openings;
	note_result(store, lane, batch->status);
	wipe(lane);
}

static void run_batch(void *context, unsigned at)
{
	struct batch *batch = context;
	struct session_store *store = batch->store;

	write_batch(batch, &store->lanes[at]);
	if (batch == &store->batch &&
	    atomic_exchange(&store->batch_state, BATCH_ENDED) == BATCH_FOLLOWED)
		write_batch(&store->last, &store->lanes[at]);
}

static bool take_lease(void *context, unsigned at, const char *name, int64_t ttl_ms)
{
	struct session_store *store = context;
	struct tx *tx;
	bool got = false;
	enum status status = begin(store, &store->lanes[at], TX_WRITE, &tx);

	if (status == STATUS_OK)
		status = tx_end(tx, tx_lease(tx, name, ttl_ms, &got));
	return status == STATUS_OK && got;
}

static void run_expiry(void *context, unsigned at)
{
	struct session_store *store = context;
	const int64_t now_ms = wall_ms(store);
	struct tx *tx;
	size_t count = 0;
	enum status status = begin(store, &store->lanes[at], TX_WRITE, &tx);

	if (status != STATUS_OK)
		return;
	status = session_rows_expire(tx, now_ms - store->settings.keep_s * 1000, &count);
	if (status == STATUS_OK)
		status = lockout_rows_expire(tx, now_ms - store->settings.lock_s * 1000, now_ms);
	status = tx_end(tx, status);
	if (status == STATUS_OK && count > 0)
		log_event(store->tools.log, LOG_DEBUG, "sessions_expired",
		          LOG_NUMBER("rows", count));
}

/* --- in the loop: what waits --- */

static void flush(struct session_store *store);

static void on_timer(void *context)
{
	struct session_store *store = context;

	store->timer = NULL;
	flush(store);
}

static bool something_waits(const struct session_store *store)
{
	return store->waiting_count > 0 || store->gone || store->lock_count > 0;
}

/* Without memory for a timer, the next change tries again. */
static void arm(struct session_store *store, int64_t delay_ms)
{
	if (!store->timer && !store->stopping && !store->batch.job.under_way)
		store->timer = loop_after(store->tools.loop, delay_ms, on_timer, store);
}

static void leave(struct session_store *store, struct session *session)
{
	if (!session->row.waits)
		return;
	session->row.waits = false;
	age_list_remove(&store->waiting, &session->row.age);
	store->waiting_count--;
}

void session_store_mark(struct session_store *store, struct session *session)
{
	if (!store)
		return;
	if (!session->row.waits) {
		session->row.waits = true;
		age_list_add(&store->waiting, &session->row.age);
		store->waiting_count++;
	}
	arm(store, SESSION_STORE_DELAY_MS);
}

void session_store_lock(struct session_store *store, const struct lockout_row *row)
{
	const int64_t offset_ms = store ? wall_ms(store) - now_us(store) / 1000 : 0;
	struct lockout_image *image = NULL;

	if (!store || row->len > LOCKOUT_KEY_BYTES)
		return;
	for (size_t i = 0; i < store->lock_count && !image; i++)
		if (span_equal(span_of(store->locks[i].key), (struct span){ row->key, row->len }))
			image = &store->locks[i];
	if (!image && store->lock_count < LOCKS_MOST)
		image = &store->locks[store->lock_count++];
	if (!image) {
		log_event(store->tools.log, LOG_WARN, "lock_not_kept",
		          LOG_TEXT("reason", "too many wait to be written"));
		return;
	}
	*image = (struct lockout_image){
		.failures = row->failures,
		.failed_ms = row->failed_us / 1000 + offset_ms,
		.until_ms = row->locked_until_us > 0 ? row->locked_until_us / 1000 + offset_ms : 0
	};
	memcpy(image->key, row->key, row->len);
	/* Who guesses may guess at another process next. */
	arm(store, store->shared ? 0 : SESSION_STORE_DELAY_MS);
}

static void push_gone(struct session_store *store, const char *name)
{
	struct gone *gone = malloc(sizeof(*gone));

	/* Without memory the row stays until it expires. */
	if (!gone)
		return;
	*gone = (struct gone){ 0 };
	memcpy(gone->name, name, sizeof(gone->name));
	*store->gone_end = gone;
	store->gone_end = &gone->next;
	arm(store, SESSION_STORE_DELAY_MS);
}

static void on_gone(void *context, struct session *session)
{
	struct session_store *store = context;
	char name[DIGEST_HEX_SIZE];

	leave(store, session);
	/* Another process may go on with it: there its time decides. */
	if (!store->shared && session->row.n > 0 &&
	    session_row_name(session->id, name) == STATUS_OK)
		push_gone(store, name);
}

/* --- in the loop: batches --- */

static bool is_ready(const struct session_store *store, const struct session *session)
{
	return store->stopping || session->row.handed_us == 0 ||
	       now_us(store) - session->row.handed_us >= SESSION_STORE_PAUSE_MS * INT64_C(1000);
}

static struct span copy_span(struct arena *arena, struct span bytes)
{
	return (struct span){ arena_copy(arena, bytes), bytes.len };
}

static size_t count_bits(uint32_t bits)
{
	size_t count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

static enum status copy_kept(struct arena *arena, const struct session *session,
                             struct session_image *image)
{
	size_t next = 0;

	image->kept = arena_array(arena, count_bits(image->places) + 1, sizeof(*image->kept));
	if (!image->kept)
		return STATUS_NO_MEMORY;
	for (size_t place = 0; place < SESSION_REPLIES; place++) {
		struct kept *copy = &image->kept[next];

		if (!(image->places & UINT32_C(1) << place))
			continue;
		next++;
		if (!session_kept_at(session, place, copy))
			continue;
		copy->ask_id = copy_span(arena, copy->ask_id);
		copy->reply = copy_span(arena, copy->reply);
		if (!copy->ask_id.ptr || !copy->reply.ptr)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

/* Its image, in the batch's arena. */
static enum status copy_session(const struct session_store *store, struct arena *arena,
                                const struct session *session, struct session_image *image)
{
	const int64_t silent_us = now_us(store) - session->used_us;
	struct buf state;
	enum status status;

	*image = (struct session_image){ .n = session->row.n + 1,
		                         .used_ms = wall_ms(store) - silent_us / 1000,
		                         .places = session->row.replies };
	memcpy(image->id, session->id, sizeof(image->id));
	buf_init(&state, SESSION_STATE_MOST);
	status = session_row_name(session->id, image->name);
	if (status == STATUS_OK)
		status = session_state_write(session, store->snapshot->knowledge, &state);
	if (status == STATUS_OK) {
		image->state = copy_span(arena, buf_span(&state));
		status = image->state.ptr ? copy_kept(arena, session, image) : STATUS_NO_MEMORY;
	}
	buf_deinit(&state);
	return status;
}

static void note_handed(struct session_store *store, struct session *session)
{
	leave(store, session);
	session->row.under_way = true;
	session->row.n++;
	session->row.replies = 0;
	session->row.handed_us = now_us(store);
}

static bool is_full(const struct session_store *store, const struct batch *batch)
{
	return batch->image_count == batch->image_room ||
	       (!store->stopping && arena_used(batch->arena) > BATCH_BYTES);
}

/* What cannot be copied for want of memory waits on. */
static void take_sessions(struct session_store *store, struct batch *batch)
{
	struct age_link *link = store->waiting.oldest;

	batch->image_room = store->stopping ? store->waiting_count : BATCH_SESSIONS;
	batch->images = arena_array(batch->arena, batch->image_room + 1, sizeof(*batch->images));
	if (!batch->images)
		return;
	for (size_t i = 0; link && !is_full(store, batch) && (store->stopping || i < WALK_MOST);
	     i++) {
		struct session *session = by_wait(link);

		link = link->newer;
		if ((session->row.under_way && !store->stopping) || !is_ready(store, session))
			continue;
		if (copy_session(store, batch->arena, session,
		                 &batch->images[batch->image_count]) != STATUS_OK)
			return;
		batch->image_count++;
		note_handed(store, session);
	}
}

static bool fill(struct session_store *store, struct batch *batch)
{
	arena_reset(batch->arena);
	batch->image_count = batch->lock_count = 0;
	batch->images = NULL;
	batch->locks = NULL;
	take_sessions(store, batch);
	batch->gone = store->gone;
	store->gone = NULL;
	store->gone_end = &store->gone;
	if (store->lock_count > 0)
		batch->locks = arena_array(batch->arena, store->lock_count, sizeof(*batch->locks));
	if (batch->locks) {
		memcpy(batch->locks, store->locks, store->lock_count * sizeof(*batch->locks));
		batch->lock_count = store->lock_count;
		store->lock_count = 0;
	}
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

/* What it held waits again, unless its session has ended. */
static void take_back(struct session_store *store, struct batch *batch)
{
	for (size_t i = 0; i < batch->image_count; i++) {
		struct session *session = sessions_peek(store->tools.sessions, batch->images[i].id);

		if (!session)
			continue;
		session->row.replies |= batch->images[i].places;
		session_store_mark(store, session);
	}
	for (size_t i = 0; i < batch->lock_count && store->lock_count < LOCKS_MOST; i++) {
		bool newer = false;

		for (size_t k = 0; k < store->lock_count; k++)
			newer = newer || strcmp(store->locks[k].key, batch->locks[i].key) == 0;
		if (!newer)
			store->locks[store->lock_count++] = batch->locks[i];
	}
	for (struct gone *at = batch->gone; at; at = at->next)
		push_gone(store, at->name);
}

static void flush(struct session_store *store)
{
	if (store->batch.job.under_way || store->stopping)
		return;
	store->batch_state = BATCH_UNDER_WAY;
	if (fill(store, &store->batch) &&
	    jobs_add(store->tools.jobs, JOB_SESSIONS, &store->batch.job) == STATUS_OK)
		return;
	take_back(store, &store->batch);
	free_gone(store->batch.gone);
	store->batch.gone = NULL;
	if (something_waits(store))
		arm(store, SESSION_STORE_DELAY_MS);
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
		if (store->shared && session->row.n == image->n &&
		    (batch->status != STATUS_OK || !image->written))
			session->row.n--;
	}
}

static void begin_held(struct session_store *store, enum status status);

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
	begin_held(store, batch->status);
	/* A file that was opened anew may be another one. */
	if (!failed && batch->opened != store->opened) {
		store->opened = batch->opened;
		sessions_each(store->tools.sessions, mark_whole, store);
	}
	if (something_waits(store))
		arm(store, failed ? RETRY_MS : SESSION_STORE_DELAY_MS);
}

/* A row that is not written for long would expire under the session that uses it. */
static void refresh(void *context, struct session *session)
{
	struct session_store *store = context;
	const int64_t half_us = store->settings.keep_s * INT64_C(500000);

	if (session->connections > 0 && session->row.n > 0 &&
	    now_us(store) - session->row.handed_us >= half_us) {
		session_touch(store->tools.sessions, session, now_us(store));
		session_store_mark(store, session);
	}
}

void session_store_look(struct session_store *store)
{
	if (!store || store->looks++ % (EXPIRY_MS / 1000) != 0)
		return;
	sessions_each(store->tools.sessions, refresh, store);
}

size_t session_store_waiting(const struct session_store *store)
{
	return store ? store->waiting_count +
	                       (store->batch.job.under_way ? store->batch.image_count : 0)
	             : 0;
}

/* --- recalls --- */

struct recall {
	struct job job;
	struct session_store *store;
	char id[SESSION_ID_SIZE];
	session_recalled done;
	void *context;
	struct session_found found;
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
		recall->status = begin(store, &store->lanes[at], TX_READ, &tx);
	if (recall->status == STATUS_OK)
		recall->status =
		        tx_end(tx, session_rows_read(tx, store->seal, name, &recall->found));
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
		                         now_us(store), &session);
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
	leave(store, session);
	session_forget_replies(session);
	put_replies_back(&recall->found, session);
	session->row.n = recall->found.n;
	session->row.replies = 0;
}

static void note_rest(struct session_store *store, enum status status)
{
	if (store->shared && (status == STATUS_IO || status == STATUS_BUSY))
		store->rests_until_us = now_us(store) + REST_MS * INT64_C(1000);
}

static void recall_done(void *context)
{
	struct recall *recall = context;
	struct session_store *store = recall->store;
	const struct session_found *found = &recall->found;
	const int64_t silent_ms = wall_ms(store) - found->used_ms;
	struct session *session = sessions_peek(store->tools.sessions, recall->id);

	store->recalls--;
	note_rest(store, recall->status);
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
	if (store->recalls >= RECALLS_MOST || now_us(store) < store->rests_until_us)
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

/* --- commits --- */

struct commit {
	struct job job;
	struct session_store *store;
	struct arena *arena;
	struct session_image image;
	session_committed done;
	void *context;
	enum status status;
	bool written;
	char id[SESSION_ID_SIZE];
	struct commit *next; /* that is held */
};

static void run_commit(void *context, unsigned at)
{
	struct commit *commit = context;
	struct session_store *store = commit->store;
	struct lane *lane = &store->lanes[at];
	struct tx *tx;

	commit->status = begin(store, lane, TX_ROWS, &tx);
	if (commit->status == STATUS_OK)
		commit->status = tx_end(tx, session_rows_write(tx, store->seal, &commit->image,
		                                               SESSION_WRITE_NEXT, lane->scratch,
		                                               &commit->written));
	note_result(store, lane, commit->status);
	wipe(lane);
}

/* What was not written waits for the next time, under the same number. */
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
	                                 : commit->written           ? SESSION_KEPT
	                                                             : SESSION_MOVED;

	store->commits--;
	note_rest(store, commit->status);
	if (session)
		session->row.under_way = false;
	if (session && came != SESSION_KEPT)
		take_commit_back(commit, session);
	if (session && came == SESSION_AWAY)
		session_store_mark(store, session);
	commit->done(commit->context, came);
	free_commit(commit);
}

static enum status hand_over(struct session_store *store, struct commit *commit,
                             struct session *session)
{
	enum status status = copy_session(store, commit->arena, session, &commit->image);

	if (status == STATUS_OK)
		status = jobs_add(store->tools.jobs, JOB_SESSIONS, &commit->job);
	if (status == STATUS_OK)
		note_handed(store, session);
	return status;
}

/* It waits for the batch that has the session. Meanwhile what is written at the end may have it. */
static void hold(struct session_store *store, struct commit *commit, struct session *session)
{
	*store->held_end = commit;
	store->held_end = &commit->next;
	session_store_mark(store, session);
}

/* The batch is done; where it failed, the store is away for them as well. */
static void begin_held(struct session_store *store, enum status status)
{
	struct commit *commit = store->held;

	store->held = NULL;
	store->held_end = &store->held;
	while (commit) {
		struct commit *next = commit->next;
		struct session *session = sessions_peek(store->tools.sessions, commit->id);

		if (status != STATUS_OK || !session ||
		    hand_over(store, commit, session) != STATUS_OK) {
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
	return arena_create(&commit->arena, ARENA_MOST);
}

enum status session_store_commit(struct session_store *store, struct session *session,
                                 session_committed done, void *context)
{
	const bool in_batch = session->row.under_way && store->batch.job.under_way;
	struct commit *commit = NULL;
	enum status status = STATUS_BUSY;

	assert(session_store_is_shared(store));
	if (store->commits < COMMITS_MOST && now_us(store) >= store->rests_until_us &&
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

/* --- lock-outs --- */

struct locks {
	struct session_store *store;
	struct lockout *lockout;
};

static void recall_lock(void *context, const struct lockout_image *image)
{
	const struct locks *locks = context;
	const int64_t now = now_us(locks->store);
	const int64_t offset_ms = now / 1000 - wall_ms(locks->store);
	struct lockout_row row = { .len = strlen(image->key),
		                   .failures = image->failures,
		                   .failed_us = (image->failed_ms + offset_ms) * 1000,
		                   .locked_until_us = image->until_ms > 0
		                                              ? (image->until_ms + offset_ms) * 1000
		                                              : 0 };

	memcpy(row.key, image->key, row.len);
	lockout_recall(locks->lockout, &row, now);
}

struct reading {
	struct job job;
	struct session_store *store;
	struct lockout *lockout;
	char keys[2][LOCKOUT_KEY_BYTES + 1];
	struct lockout_image found[2];
	size_t count;
	void (*done)(void *context);
	void *context;
	enum status status;
};

static void take_found(void *context, const struct lockout_image *image)
{
	struct reading *reading = context;

	if (reading->count < 2)
		reading->found[reading->count++] = *image;
}

static void run_reading(void *context, unsigned at)
{
	struct reading *reading = context;
	struct tx *tx;
	enum status status = begin(reading->store, &reading->store->lanes[at], TX_READ, &tx);

	reading->status = status;
	if (status != STATUS_OK)
		return;
	for (size_t i = 0; i < 2 && status == STATUS_OK; i++)
		if (reading->keys[i][0])
			status = lockout_rows_find(tx, reading->keys[i], take_found, reading);
	reading->status = tx_end(tx, status);
}

static void reading_done(void *context)
{
	struct reading *reading = context;
	struct session_store *store = reading->store;
	struct locks locks = { store, reading->lockout };

	store->recalls--;
	note_rest(store, reading->status);
	for (size_t i = 0; i < reading->count; i++)
		recall_lock(&locks, &reading->found[i]);
	reading->done(reading->context);
	free(reading);
}

enum status session_store_read_locks(struct session_store *store, struct lockout *lockout,
                                     const char *keys[2], void (*done)(void *context),
                                     void *context)
{
	struct reading *reading;

	assert(session_store_is_shared(store));
	if (store->recalls >= RECALLS_MOST || now_us(store) < store->rests_until_us)
		return STATUS_BUSY;
	reading = calloc(1, sizeof(*reading));
	if (!reading)
		return STATUS_NO_MEMORY;
	reading->job = (struct job){ .run = run_reading, .done = reading_done, .context = reading };
	reading->store = store;
	reading->lockout = lockout;
	for (size_t i = 0; i < 2; i++)
		snprintf(reading->keys[i], sizeof(reading->keys[i]), "%s", keys[i]);
	reading->done = done;
	reading->context = context;
	if (jobs_add(store->tools.jobs, JOB_SESSIONS, &reading->job) != STATUS_OK) {
		free(reading);
		return STATUS_BUSY;
	}
	store->recalls++;
	return STATUS_OK;
}

enum status session_store_recall_locks(struct session_store *store, struct lockout *lockout,
                                       int64_t most)
{
	struct locks locks = { store, lockout };
	struct tx *tx;
	enum status status;

	if (!store)
		return STATUS_OK;
	assert(store->lanes[0].file);
	status = store_begin(store->lanes[0].file, TX_READ, &tx);
	return status == STATUS_OK ? tx_end(tx, lockout_rows_read(tx, most, recall_lock, &locks))
	                           : status;
}

/* --- opening and closing --- */

struct job_limits session_store_limits(const char *file)
{
	return (struct job_limits){ .width = file && store_is_shared(file) ? LANES : 1,
		                    .most = JOBS_MOST };
}

bool session_store_is_shared(const struct session_store *store)
{
	return store && store->shared;
}

static void log_faults(const struct session_store *store, const struct faults *faults)
{
	char line[LINE_SIZE];

	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);

		log_event(store->tools.log, fault->level == FAULT_ERROR ? LOG_ERROR : LOG_WARN,
		          "sessions_key",
		          LOG_TEXT("fault", fault_format(fault, line, sizeof(line))));
	}
}

static enum status read_key(struct session_store *store)
{
	const char *file = store->settings.key_file;
	struct faults *faults;
	enum status status = faults_create(&faults);

	if (status != STATUS_OK)
		return status;
	if (file_kind(file) == FILE_NONE)
		status = key_file_make(file);
	if (status == STATUS_OK)
		status = key_file_read(file, KEY_SECRET, &store->key, faults);
	else
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", _("the key cannot be made"));
	log_faults(store, faults);
	faults_destroy(faults);
	return status == STATUS_OK ? seal_create(&store->seal, buf_span(&store->key)) : status;
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

static enum status open_all(struct session_store *store)
{
	char name[STORE_NAME_SIZE];
	enum status status = arena_create(&store->batch.arena, ARENA_MOST);

	if (status == STATUS_OK)
		status = arena_create(&store->last.arena, ARENA_MOST);
	store->locks = calloc(LOCKS_MOST, sizeof(*store->locks));
	if (!store->locks)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = read_key(store);
	if (status != STATUS_OK)
		return status;
	status = open_file(store, &store->lanes[0]);
	store->opened = store->openings;
	if (status != STATUS_OK)
		log_event(store->tools.log, LOG_ERROR, "sessions_open_failed",
		          LOG_TEXT("file", store_name(store->settings.file, name)),
		          LOG_TEXT("reason", store->lanes[0].problem),
		          LOG_TEXT("hint", _("set session.file to a file that this user may write; "
		                             "left empty, a restart ends every conversation")));
	return status;
}

enum status session_store_open(struct session_store **out,
                               const struct session_store_settings *settings,
                               const struct session_store_tools *tools)
{
	struct session_store *store = calloc(1, sizeof(*store));
	struct job_lease lease = { "sessions", take_lease, store };
	enum status status;

	*out = store;
	if (!store)
		return STATUS_NO_MEMORY;
	store->settings = *settings;
	store->tools = *tools;
	store->gone_end = &store->gone;
	store->held_end = &store->held;
	buf_init(&store->key, KEY_MOST);
	store->shared = store_is_shared(settings->file);
	for (size_t i = 0; i < LANES; i++) {
		buf_init(&store->lanes[i].scratch[0], SCRATCH_MOST);
		buf_init(&store->lanes[i].scratch[1], SCRATCH_MOST);
	}
	store->batch = make_batch(store, &store->batch, batch_done);
	store->last = make_batch(store, &store->last, free_last);
	store->expiry = (struct job){ .run = run_expiry, .context = store };
	status = open_all(store);
	if (status == STATUS_OK)
		status = jobs_every_leased(tools->jobs, EXPIRY_MS, JOB_SESSIONS, &store->expiry,
		                           &lease);
	if (status == STATUS_OK) {
		sessions_watch(tools->sessions, on_gone, store);
		return STATUS_OK;
	}
	session_store_close(store);
	*out = NULL;
	return status == STATUS_NO_MEMORY ? status : STATUS_IO;
}

void session_store_use(struct session_store *store, const struct snapshot *snapshot)
{
	if (store)
		store->snapshot = snapshot;
}

enum status session_store_derive(const struct session_store *store, const char *purpose,
                                 char secret[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, buf_span(&store->key));

	if (status != STATUS_OK)
		return status;
	digest_add_field(digest, span_of("dayi derive 1"));
	digest_add_field(digest, span_of(purpose));
	status = digest_finish(digest, secret);
	digest_destroy(digest);
	return status;
}

void session_store_stop(struct session_store *store)
{
	if (!store || store->stopping)
		return;
	store->stopping = true;
	timer_cancel(store->timer);
	store->timer = NULL;
	if (!fill(store, &store->last))
		return;
	/* Never beside the batch: what is in both is newer in the last one. */
	if (store->batch.job.under_way &&
	    atomic_exchange(&store->batch_state, BATCH_FOLLOWED) == BATCH_UNDER_WAY)
		return;
	if (jobs_add(store->tools.jobs, JOB_SESSIONS, &store->last.job) != STATUS_OK)
		free_last(&store->last);
}

void session_store_close(struct session_store *store)
{
	if (!store)
		return;
	assert(!store->batch.job.under_way && !store->last.job.under_way && store->recalls == 0 &&
	       store->commits == 0);
	timer_cancel(store->timer);
	sessions_watch(store->tools.sessions, NULL, NULL);
	for (size_t i = 0; i < LANES; i++) {
		store_close(store->lanes[i].file);
		buf_deinit(&store->lanes[i].scratch[0]);
		buf_deinit(&store->lanes[i].scratch[1]);
	}
	free_gone(store->batch.gone);
	free_gone(store->last.gone);
	free_gone(store->gone);
	arena_destroy(store->batch.arena);
	arena_destroy(store->last.arena);
	free(store->locks);
	if (store->key.ptr)
		explicit_bzero(store->key.ptr, store->key.capacity);
	buf_deinit(&store->key);
	seal_destroy(store->seal);
	free(store);
}
