#include "office/authoring/dismissed.h"

#include <stdlib.h>
#include <string.h>

static enum status hash_of(const char *entry, const char *alternate, char hash[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add_field(digest, span_of(entry));
	digest_add_field(digest, span_of(alternate));
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	return status;
}

struct reading {
	char (*hashes)[DIGEST_HEX_SIZE];
	size_t count;
};

static enum status take(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	const struct span hash = cell_as_span(&columns[0]);

	if (hash.len != DIGEST_HEX_SIZE - 1 || reading->count == DISMISSED_MOST)
		return STATUS_OK;
	memcpy(reading->hashes[reading->count], hash.ptr, hash.len);
	reading->hashes[reading->count++][hash.len] = '\0';
	return STATUS_OK;
}

static int by_text(const void *left, const void *right)
{
	return strcmp(left, right);
}

enum status dismissed_read(struct store *store, struct arena *arena, struct dismissed *out)
{
	static const char sql[] =
	        "SELECT hash FROM draft_dismissed ORDER BY at DESC, hash LIMIT $1";
	const struct cell most = cell_integer(DISMISSED_MOST);
	struct reading reading = { .hashes = arena_array(arena, DISMISSED_MOST, DIGEST_HEX_SIZE) };
	struct tx *tx;
	enum status status = reading.hashes ? store_begin(store, TX_READ, &tx) : STATUS_NO_MEMORY;

	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, sql, &most, 1, take, &reading, NULL));
	/* By bytes here: a database orders by its own language. */
	if (reading.count > 0)
		qsort(reading.hashes, reading.count, DIGEST_HEX_SIZE, by_text);
	*out = (struct dismissed){ (const char(*)[DIGEST_HEX_SIZE])reading.hashes, reading.count };
	return status;
}

/* One whose hash cannot be told is shown. */
bool dismissed_has(const struct dismissed *dismissed, const char *entry, const char *alternate)
{
	char hash[DIGEST_HEX_SIZE];

	return dismissed->count > 0 && hash_of(entry, alternate, hash) == STATUS_OK &&
	       bsearch(hash, dismissed->hashes, dismissed->count, DIGEST_HEX_SIZE, by_text);
}

static enum status add(struct tx *tx, const char *entry, const char *const *alternates,
                       size_t count, const char *who)
{
	static const char insert[] = "INSERT INTO draft_dismissed (hash, who, at)"
	                             " VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING";
	static const char trim[] = "DELETE FROM draft_dismissed WHERE hash IN (SELECT hash"
	                           " FROM draft_dismissed ORDER BY at DESC, hash LIMIT 1000"
	                           " OFFSET $1)";
	const struct cell most = cell_integer(DISMISSED_MOST);
	int64_t now_ms = 0;
	enum status status = tx_now(tx, &now_ms);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		char hash[DIGEST_HEX_SIZE];

		status = hash_of(entry, alternates[i], hash);
		const struct cell values[] = { cell_text(hash), cell_text(who),
			                       cell_integer(now_ms) };

		if (status == STATUS_OK)
			status = tx_run(tx, insert, values, 3, NULL);
	}
	return status == STATUS_OK ? tx_run(tx, trim, &most, 1, NULL) : status;
}

enum status dismissed_add(struct store *store, const char *entry, const char *const *alternates,
                          size_t count, const char *who)
{
	struct tx *tx;
	const enum status status = store_begin(store, TX_WRITE, &tx);

	return status == STATUS_OK ? tx_end(tx, add(tx, entry, alternates, count, who)) : status;
}

enum status dismissed_forget(struct store *store)
{
	struct tx *tx;
	const enum status status = store_begin(store, TX_WRITE, &tx);

	return status == STATUS_OK
	               ? tx_end(tx, tx_run(tx, "DELETE FROM draft_dismissed", NULL, 0, NULL))
	               : status;
}
