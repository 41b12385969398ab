#include "match/candidates.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "match/fts5_tokenizer.h"

struct candidate_store {
	sqlite3 *db;
	sqlite3_stmt *insert;
	sqlite3_stmt *pick;
};

static const char schema[] =
        "CREATE VIRTUAL TABLE gram USING fts5(text, content='', detail=none, columnsize=0,"
        " tokenize='dayi');"
        "BEGIN;";

static enum status status_of(int rc)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
		return STATUS_OK;
	return rc == SQLITE_NOMEM ? STATUS_NO_MEMORY : STATUS_INTERNAL;
}

static enum status open_store(struct candidate_store *store)
{
	if (sqlite3_open_v2(":memory:", &store->db,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
	                    NULL) != SQLITE_OK)
		return STATUS_INTERNAL;
	enum status status = fts5_tokenizer_register(store->db);
	if (status == STATUS_OK)
		status = status_of(sqlite3_exec(store->db, schema, NULL, NULL, NULL));
	if (status == STATUS_OK)
		status = status_of(sqlite3_prepare_v2(
		        store->db, "INSERT INTO gram(rowid, text) VALUES (?1, ?2)", -1,
		        &store->insert, NULL));
	return status;
}

enum status candidate_store_create(struct candidate_store **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	const enum status status = open_store(*out);
	if (status != STATUS_OK) {
		candidate_store_destroy(*out);
		*out = NULL;
	}
	return status;
}

void candidate_store_destroy(struct candidate_store *store)
{
	if (!store)
		return;
	sqlite3_finalize(store->insert);
	sqlite3_finalize(store->pick);
	sqlite3_close(store->db);
	free(store);
}

enum status candidate_store_add(struct candidate_store *store, uint32_t row, struct span text)
{
	sqlite3_bind_int64(store->insert, 1, (sqlite3_int64)row + 1);
	sqlite3_bind_text64(store->insert, 2, text.ptr ? text.ptr : "", text.len, SQLITE_STATIC,
	                    SQLITE_UTF8);
	const enum status status = status_of(sqlite3_step(store->insert));
	sqlite3_reset(store->insert);
	sqlite3_clear_bindings(store->insert);
	return status;
}

enum status candidate_store_seal(struct candidate_store *store)
{
	sqlite3_finalize(store->insert);
	store->insert = NULL;
	enum status status = status_of(sqlite3_exec(
	        store->db,
	        "INSERT INTO gram(gram) VALUES ('optimize'); COMMIT; PRAGMA query_only = 1", NULL,
	        NULL, NULL));
	if (status == STATUS_OK)
		status = status_of(sqlite3_prepare_v2(store->db,
		                                      "SELECT rowid FROM gram WHERE gram MATCH ?1",
		                                      -1, &store->pick, NULL));
	return status;
}

enum status candidate_store_pick(struct candidate_store *store, struct span query, uint32_t *rows,
                                 size_t most, size_t *count)
{
	*count = 0;
	sqlite3_bind_text64(store->pick, 1, query.ptr, query.len, SQLITE_STATIC, SQLITE_UTF8);
	int rc = SQLITE_ROW;
	while (*count < most) {
		rc = sqlite3_step(store->pick);
		if (rc != SQLITE_ROW)
			break;
		rows[(*count)++] = (uint32_t)(sqlite3_column_int64(store->pick, 0) - 1);
	}
	sqlite3_reset(store->pick);
	sqlite3_clear_bindings(store->pick);
	return status_of(rc);
}
