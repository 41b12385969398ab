/*
 * How it works. Opening takes turns with other processes in this order: the key is made or read,
 * the file is claimed (a lock beside it, then a look whether another program has it open), and only
 * then is the store opened and brought up to date. A shared store is claimed by nobody. From then
 * on the other files of session_parts.h do the work; here are the row's times, the expiry and the
 * end.
 */
#include "office/sessions/session_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/key_file.h"
#include "base/language.h"
#include "base/place.h"
#include "store/copy.h"

enum {
	/* the batch, the last one, the expiry */
	JOBS_MOST = SESSION_RECALLS_MOST + SESSION_COMMITS_MOST + 4,
	REST_MS = 1000,
	TAKEN_PAUSE_MS = 50,
	KEY_MOST = 4096,
	LINE_SIZE = 512,
};

/* --- in the jobs: what is old --- */

enum status session_store_offset(const struct session_store *store, struct tx *tx, int64_t *ms)
{
	const enum status status = tx_now(tx, ms);

	*ms -= session_store_now_us(store) / 1000;
	return status;
}

/* With several processes, a session that another one has moved on stays as it is. */
enum status session_store_writing(struct session_store *store, unsigned at, struct tx *tx,
                                  struct session_writing *out)
{
	*out = (struct session_writing){
		.tx = tx,
		.seal = store->seal,
		.writer = store->writer,
		.how = store->shared ? SESSION_WRITE_NEXT : SESSION_WRITE_LATER,
		.scratch = store->lanes.all[at].scratch,
	};
	return session_store_offset(store, tx, &out->offset_ms);
}

static bool take_lease(void *context, unsigned at, const char *name, int64_t ttl_ms)
{
	struct session_store *store = context;
	struct tx *tx;
	bool got = false;
	enum status status = session_lanes_begin(&store->lanes, at, TX_WRITE, &tx);

	if (status == STATUS_OK)
		status = session_lanes_end(&store->lanes, at, tx, tx_lease(tx, name, ttl_ms, &got));
	return status == STATUS_OK && got;
}

static void run_expiry(void *context, unsigned at)
{
	struct session_store *store = context;
	int64_t now_ms;
	struct tx *tx;
	size_t count = 0;
	enum status status = session_lanes_begin(&store->lanes, at, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK)
		status = session_rows_expire(tx, now_ms - store->settings.keep_s * 1000, &count);
	if (status == STATUS_OK)
		status = lockout_rows_expire(tx, now_ms - store->settings.lock_s * 1000, now_ms);
	status = session_lanes_end(&store->lanes, at, tx, status);
	if (status == STATUS_OK && count > 0)
		log_event(store->tools.log, LOG_DEBUG, "sessions_expired",
		          LOG_NUMBER("rows", count));
}

/* --- in the loop --- */

void session_store_note_rest(struct session_store *store, enum status status)
{
	if (store->shared && (status == STATUS_IO || status == STATUS_BUSY))
		store->rests_until_us = session_store_now_us(store) + REST_MS * INT64_C(1000);
}

bool session_store_rests(const struct session_store *store)
{
	return session_store_now_us(store) < store->rests_until_us;
}

struct job_limits session_store_limits(const char *file)
{
	return (struct job_limits){ .width = file && store_is_shared(file) ? SESSION_LANES : 1,
		                    .most = JOBS_MOST };
}

bool session_store_is_shared(const struct session_store *store)
{
	return store && store->shared;
}

bool session_store_is_away(const struct session_store *store)
{
	return store && (atomic_load(&store->lanes.failing) || session_store_rests(store));
}

/* --- opening and closing --- */

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

/* Of processes that make it at the same time one does; all of them read it. */
static enum status read_key(struct session_store *store)
{
	const char *file = store->settings.key_file;
	struct faults *faults;
	enum status status = faults_create(&faults);

	if (status != STATUS_OK)
		return status;
	status = key_file_make(file);
	if (status == STATUS_OK)
		status = key_file_read(file, KEY_SECRET, &store->key, faults);
	else
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", _("the key cannot be made"));
	log_faults(store, faults);
	faults_destroy(faults);
	return status == STATUS_OK ? seal_create(&store->seal, buf_span(&store->key)) : status;
}

/* Two processes with the same one would take each other's rows for their own. */
static enum status draw_writer(struct session_store *store)
{
	uint64_t drawn;

	if (!store->tools.random(&drawn, sizeof(drawn)))
		return STATUS_IO;
	store->writer = (int64_t)(drawn >> 2) + 1;
	return STATUS_OK;
}

static void log_open_failed(const struct session_store *store, const char *reason)
{
	char name[STORE_NAME_SIZE];

	log_event(store->tools.log, LOG_ERROR, "sessions_open_failed",
	          LOG_TEXT("file", store_name(store->settings.file, name)),
	          LOG_TEXT("reason", reason),
	          LOG_TEXT("hint", session_store_is_shared(store)
	                                   ? _("see store.url")
	                                   : _("set session.file to a file that this user "
	                                       "may write; left empty, a restart ends "
	                                       "every conversation")));
}

/*
 * STATUS_BUSY: another server has the file, or another program has it open. The claim stands before
 * the look, so that of two servers that start at the same moment one is refused.
 */
static enum status claim(struct session_store *store)
{
	const char *file = store_file(store->settings.file);
	char path[PLACE_SIZE];
	enum status status = STATUS_OK;

	if (store->claim < 0 &&
	    (size_t)snprintf(path, sizeof(path), "%s.lock", file) >= sizeof(path))
		status = STATUS_LIMIT;
	else if (store->claim < 0)
		status = file_lock(path, &store->claim);
	return status == STATUS_OK && store_in_use(file) ? STATUS_BUSY : status;
}

/*
 * Two servers over one file would not only lose sessions: they would share all that lies beside it,
 * and each serve what is published of the other. One that is about to end, and a program that only
 * looks at the file, is waited for.
 */
static enum status claim_file(struct session_store *store)
{
	const struct timespec pause = { 0, TAKEN_PAUSE_MS * 1000000L };
	int64_t waited_ms = 0;
	enum status status = store->shared ? STATUS_OK : claim(store);

	for (; status == STATUS_BUSY && waited_ms < store->settings.busy_ms;
	     waited_ms += TAKEN_PAUSE_MS) {
		(void)nanosleep(&pause, NULL);
		status = claim(store);
	}
	if (status == STATUS_BUSY)
		log_event(
		        store->tools.log, LOG_ERROR, "sessions_in_use",
		        LOG_TEXT("file", store->settings.file),
		        LOG_TEXT("hint", _("another program has it open, such as a second server: "
		                           "stop that one, or set server.var to a folder of this "
		                           "server's own")));
	else if (status != STATUS_OK)
		log_open_failed(store, file_failure(status));
	return status;
}

static enum status open_all(struct session_store *store)
{
	enum status status = session_behind_open(store);

	if (status == STATUS_OK)
		status = session_locks_open(store);
	if (status == STATUS_OK)
		status = draw_writer(store);
	if (status == STATUS_OK)
		status = read_key(store);
	if (status != STATUS_OK)
		return status;
	status = claim_file(store);
	if (status != STATUS_OK)
		return status;
	status = session_lanes_open(&store->lanes);
	store->behind.opened = store->lanes.openings;
	if (status != STATUS_OK)
		log_open_failed(store, store->lanes.all[0].problem);
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
	store->held.end = &store->held.first;
	store->claim = -1;
	buf_init(&store->key, KEY_MOST);
	store->shared = store_is_shared(settings->file);
	session_lanes_init(&store->lanes, settings->file, settings->busy_ms, tools->log);
	store->expiry = (struct job){ .run = run_expiry, .context = store };
	status = open_all(store);
	if (status == STATUS_OK)
		status = jobs_every_leased(tools->jobs, SESSION_LOOK_MS, JOB_SESSIONS,
		                           &store->expiry, &lease);
	if (status == STATUS_OK) {
		sessions_watch(tools->sessions, session_behind_gone, store);
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

void session_store_close(struct session_store *store)
{
	if (!store)
		return;
	assert(store->recalls == 0 && store->commits == 0);
	session_behind_close(store);
	sessions_watch(store->tools.sessions, NULL, NULL);
	session_lanes_deinit(&store->lanes);
	free(store->locks.rows);
	if (store->key.ptr)
		explicit_bzero(store->key.ptr, store->key.capacity);
	buf_deinit(&store->key);
	seal_destroy(store->seal);
	file_unlock(store->claim);
	free(store);
}
