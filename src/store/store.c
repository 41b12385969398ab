/*
 * What both databases share: which one a URL names, the key of sealed values, cells, and that one
 * transaction is open at a time. All else is the backend's.
 */
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/key_file.h"
#include "base/language.h"
#include "store/backend.h"

enum { KEY_MOST = 4096 };

static const char sqlite_scheme[] = "sqlite:";

static bool begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* "host=…": a file of such a name is written sqlite:host=… */
bool store_is_shared(const char *url)
{
	const size_t word = strspn(url, "abcdefghijklmnopqrstuvwxyz_");

	return begins_with(url, "postgres://") || begins_with(url, "postgresql://") ||
	       (word > 0 && url[word] == '=');
}

bool store_beside(const char *url, const char *name, char *out, size_t size)
{
	const char *slash = strrchr(url, '/');
	const int folder = slash ? (int)(slash - url) + 1 : 0;
	const int len = store_is_shared(url) ? snprintf(out, size, "%s", url)
	                                     : snprintf(out, size, "%.*s%s", folder, url, name);

	return len >= 0 && (size_t)len < size;
}

const char *store_url_problem(const char *url)
{
	return store_is_shared(url) ? postgres_conninfo_problem(url) : NULL;
}

const char *store_file(const char *url)
{
	return begins_with(url, sqlite_scheme) ? url + strlen(sqlite_scheme) : url;
}

const char *store_name(const char *url, char name[STORE_NAME_SIZE])
{
	if (store_is_shared(url))
		postgres_name(url, name);
	else
		snprintf(name, STORE_NAME_SIZE, "%s", store_file(url));
	return name;
}

bool store_prepare(struct store *store, const struct store_backend *backend)
{
	store->backend = backend;
	store->tx.store = store;
	return getrandom(&store->holder, sizeof(store->holder), 0) ==
	       (ssize_t)sizeof(store->holder);
}

enum status store_open(struct store **out, const struct store_settings *settings,
                       const struct store_schema *schema, char problem[STORE_PROBLEM_SIZE])
{
	const bool shared = store_is_shared(settings->url);
	const char *place = shared ? settings->url : store_file(settings->url);
	const struct store_backend *backend;

	*out = NULL;
	problem[0] = '\0';
	backend = shared ? &store_over_postgres : &store_over_sqlite;
	return (backend->open)(out, place, settings, schema, problem);
}

static enum status open_seal(struct seal **out, const char *key_file)
{
	struct buf key;
	enum status status = key_file_make(key_file);

	buf_init(&key, KEY_MOST);
	if (status == STATUS_OK)
		status = key_file_read(key_file, KEY_SECRET, &key, NULL);
	if (status == STATUS_OK)
		status = seal_create(out, buf_span(&key));
	if (key.ptr)
		explicit_bzero(key.ptr, key.capacity);
	buf_deinit(&key);
	return status;
}

enum status store_open_sealed(struct store **out, struct seal **seal,
                              const struct store_settings *settings,
                              const struct store_schema *schema, const char *key_file,
                              char problem[STORE_PROBLEM_SIZE])
{
	enum status status = store_open(out, settings, schema, problem);

	*seal = NULL;
	if (status != STATUS_OK)
		return status;
	status = open_seal(seal, key_file);
	if (status != STATUS_OK) {
		snprintf(problem, STORE_PROBLEM_SIZE, _("its key %s cannot be used: %s"), key_file,
		         status_text(status));
		store_close(*out);
		*out = NULL;
	}
	return status;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	assert(!store->tx.open);
	store->backend->close(store);
}

int store_version(const struct store *store)
{
	return store->version;
}

const char *store_problem(const struct store *store)
{
	return store->backend->problem(store);
}

bool store_in_place(const struct store *store)
{
	return store->backend->in_place(store);
}

enum status store_settle(struct store *store)
{
	return store->backend->settle(store);
}

/* --- cells: what stands for a parameter, or in a column of a row --- */

int64_t cell_as_integer(const struct cell *value)
{
	return value->kind == CELL_INTEGER ? value->integer : 0;
}

double cell_as_real(const struct cell *value)
{
	if (value->kind == CELL_INTEGER)
		return (double)value->integer;
	return value->kind == CELL_REAL ? value->real : 0;
}

struct span cell_as_span(const struct cell *value)
{
	const bool text = value->kind == CELL_TEXT || value->kind == CELL_BYTES;

	return text ? value->text : (struct span){ "", 0 };
}

const char *cell_as_text(const struct cell *value)
{
	return value->kind == CELL_NULL ? NULL : cell_as_span(value).ptr;
}

/* --- transactions --- */

enum status store_begin(struct store *store, enum tx_kind kind, struct tx **out)
{
	enum status status;

	assert(!store->tx.open);
	*out = NULL;
	status = store->backend->begin(store, kind);
	if (status != STATUS_OK)
		return status;
	store->tx.open = true;
	*out = &store->tx;
	return STATUS_OK;
}

enum status tx_end(struct tx *tx, enum status status)
{
	assert(tx->open);
	tx->open = false;
	return tx->store->backend->end(tx->store, status);
}

enum status tx_commit(struct tx *tx)
{
	return tx_end(tx, STATUS_OK);
}

void tx_rollback(struct tx *tx)
{
	const enum status status = tx_end(tx, STATUS_CLOSED);

	assert(status == STATUS_CLOSED);
	(void)status;
}

enum status tx_query(struct tx *tx, const char *sql, const struct cell *values, size_t count,
                     row_visitor visit, void *context, size_t *seen)
{
	struct query query = {
		.sql = sql, .values = values, .count = count, .visit = visit, .context = context
	};
	enum status status;

	assert(tx->open);
	status = tx->store->backend->run(tx->store, &query);
	if (seen)
		*seen = query.seen;
	return status;
}

enum status tx_run(struct tx *tx, const char *sql, const struct cell *values, size_t count,
                   size_t *changed)
{
	struct query query = { .sql = sql, .values = values, .count = count };
	enum status status;

	assert(tx->open);
	status = tx->store->backend->run(tx->store, &query);
	if (changed)
		*changed = status == STATUS_OK ? query.changed : 0;
	return status;
}

enum status tx_lease(struct tx *tx, const char *name, int64_t ttl_ms, bool *got)
{
	*got = false;
	return tx->store->backend->lease(tx, name, ttl_ms, got);
}

enum status tx_now(struct tx *tx, int64_t *ms)
{
	*ms = 0;
	return tx->store->backend->now(tx, ms);
}

enum status tx_hint(struct tx *tx, const char *name)
{
	return tx->store->backend->hint(tx, name, "");
}

enum status tx_hint_about(struct tx *tx, const char *name, const char *about)
{
	assert(strlen(about) < HINT_ABOUT_SIZE);
	return tx->store->backend->hint(tx, name, about);
}

/* --- listening --- */

struct hints {
	struct ear *ear; /* NULL: a file has no hints */
	int wake;        /* an event: readable when a wait is to end */
};

enum status store_listen(struct hints **out, const char *url, const char *name,
                         char problem[STORE_PROBLEM_SIZE])
{
	struct hints *hints = calloc(1, sizeof(*hints));
	enum status status = STATUS_OK;

	*out = NULL;
	problem[0] = '\0';
	if (!hints)
		return STATUS_NO_MEMORY;
	hints->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (hints->wake < 0)
		status = STATUS_IO;
	if (status == STATUS_OK && store_is_shared(url))
		status = ear_open(&hints->ear, url, name, problem);
	if (status == STATUS_OK) {
		*out = hints;
		return STATUS_OK;
	}
	if (problem[0] == '\0')
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", status_text(status));
	hints_close(hints);
	return status;
}

bool hints_wait(struct hints *hints, int64_t most_ms)
{
	struct pollfd wake = { hints->wake, POLLIN, 0 };
	uint64_t wakes;
	bool heard = false;

	if (hints->ear)
		heard = ear_wait(hints->ear, hints->wake, most_ms);
	else
		(void)poll(&wake, 1, (int)most_ms);
	if (read(hints->wake, &wakes, sizeof(wakes)) < 0)
		assert(errno == EAGAIN);
	return heard;
}

bool hints_take(struct hints *hints, char about[HINT_ABOUT_SIZE])
{
	return hints->ear && ear_take(hints->ear, about);
}

void hints_wake(struct hints *hints)
{
	const uint64_t one = 1;

	if (write(hints->wake, &one, sizeof(one)) < 0)
		assert(errno == EAGAIN);
}

void hints_close(struct hints *hints)
{
	if (!hints)
		return;
	ear_close(hints->ear);
	if (hints->wake >= 0)
		close(hints->wake);
	free(hints);
}
