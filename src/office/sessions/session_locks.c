#include "office/sessions/session_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOCKS_MOST = 1000 /* that may wait */ };

/* --- what waits to be written --- */

enum status session_locks_open(struct session_store *store)
{
	store->locks.rows = calloc(LOCKS_MOST, sizeof(*store->locks.rows));
	return store->locks.rows ? STATUS_OK : STATUS_NO_MEMORY;
}

static bool same_key(const struct lockout_row *one, const struct lockout_row *other)
{
	return one->len == other->len && memcmp(one->key, other->key, one->len) == 0;
}

/* The one of that key that waits, or NULL. */
static struct lockout_row *find_waiting(struct session_store *store, const struct lockout_row *of)
{
	for (size_t i = 0; i < store->locks.count; i++)
		if (same_key(&store->locks.rows[i], of))
			return &store->locks.rows[i];
	return NULL;
}

void session_store_lock(struct session_store *store, const struct lockout_row *row)
{
	struct lockout_row *waiting;

	if (!store || row->len > LOCKOUT_KEY_BYTES)
		return;
	waiting = find_waiting(store, row);
	if (!waiting && store->locks.count < LOCKS_MOST)
		waiting = &store->locks.rows[store->locks.count++];
	if (!waiting) {
		log_event(store->tools.log, LOG_WARN, "lock_not_kept",
		          LOG_TEXT("reason", "too many wait to be written"));
		return;
	}
	*waiting = *row;
	/* Who guesses may guess at another process next. */
	session_behind_arm(store, store->shared ? 0 : SESSION_STORE_DELAY_MS);
}

/* Without memory they wait on. */
void session_locks_take(struct session_store *store, struct batch *batch)
{
	const size_t count = store->locks.count;

	if (count > 0)
		batch->locks = arena_array(batch->arena, count, sizeof(*batch->locks));
	if (!batch->locks)
		return;
	memcpy(batch->locks, store->locks.rows, count * sizeof(*batch->locks));
	batch->lock_count = count;
	store->locks.count = 0;
}

/* Those that changed meanwhile wait already. */
void session_locks_take_back(struct session_store *store, const struct batch *batch)
{
	for (size_t i = 0; i < batch->lock_count && store->locks.count < LOCKS_MOST; i++)
		if (!find_waiting(store, &batch->locks[i]))
			store->locks.rows[store->locks.count++] = batch->locks[i];
}

/* --- between the clocks --- */

enum status session_locks_write(struct tx *tx, const struct lockout_row *row, int64_t offset_ms)
{
	struct lockout_image image = {
		.failures = row->failures,
		.failed_ms = row->failed_us / 1000 + offset_ms,
		.until_ms = row->locked_until_us > 0 ? row->locked_until_us / 1000 + offset_ms : 0,
	};

	memcpy(image.key, row->key, row->len);
	return lockout_rows_write(tx, &image);
}

/* --- what another process, or an earlier one, has counted --- */

struct locks {
	struct lockout *lockout;
	int64_t now_us, offset_ms;
};

static void recall_lock(void *context, const struct lockout_image *image)
{
	const struct locks *locks = context;
	const int64_t offset_ms = locks->offset_ms;
	struct lockout_row row = { .len = strlen(image->key),
		                   .failures = image->failures,
		                   .failed_us = (image->failed_ms - offset_ms) * 1000,
		                   .locked_until_us = image->until_ms > 0
		                                              ? (image->until_ms - offset_ms) * 1000
		                                              : 0 };

	memcpy(row.key, image->key, row.len);
	lockout_recall(locks->lockout, &row, locks->now_us);
}

struct reading {
	struct job job;
	struct session_store *store;
	struct lockout *lockout;
	char keys[2][LOCKOUT_KEY_BYTES + 1];
	struct lockout_image found[2];
	size_t count;
	int64_t offset_ms;
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
	enum status status = session_lanes_begin(&reading->store->lanes, at, TX_READ, &tx);

	reading->status = status;
	if (status != STATUS_OK)
		return;
	status = session_store_offset(reading->store, tx, &reading->offset_ms);
	for (size_t i = 0; i < 2 && status == STATUS_OK; i++)
		if (reading->keys[i][0])
			status = lockout_rows_find(tx, reading->keys[i], take_found, reading);
	reading->status = session_lanes_end(&reading->store->lanes, at, tx, status);
}

static void reading_done(void *context)
{
	struct reading *reading = context;
	struct session_store *store = reading->store;
	struct locks locks = { reading->lockout, session_store_now_us(store), reading->offset_ms };

	store->recalls--;
	session_store_note_rest(store, reading->status);
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
	if (store->recalls >= SESSION_RECALLS_MOST || session_store_rests(store))
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
	struct locks locks = { .lockout = lockout };
	struct tx *tx;
	enum status status;

	if (!store)
		return STATUS_OK;
	status = session_lanes_begin(&store->lanes, 0, TX_READ, &tx);
	if (status != STATUS_OK)
		return status;
	locks.now_us = session_store_now_us(store);
	status = session_store_offset(store, tx, &locks.offset_ms);
	if (status == STATUS_OK)
		status = lockout_rows_read(tx, most, recall_lock, &locks);
	return session_lanes_end(&store->lanes, 0, tx, status);
}
