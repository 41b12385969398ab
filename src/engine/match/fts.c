#include "engine/match/fts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_KIB = 256 }; /* pages come from the mapping; few are ever copied */

enum status fts_status(int result)
{
	if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW)
		return STATUS_OK;
	return (result & 0xff) == SQLITE_NOMEM ? STATUS_NO_MEMORY : STATUS_INTERNAL;
}

enum status fts_run(sqlite3 *db, const char *sql)
{
	return fts_status(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

enum status fts_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
	return fts_status(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL));
}

enum status fts_create(sqlite3 **db)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	const enum status status = fts_status(sqlite3_open_v2(":memory:", db, flags, NULL));
	return status == STATUS_OK
	               ? fts_run(*db, "PRAGMA journal_mode = off; PRAGMA synchronous = off")
	               : status;
}

enum status fts_register(sqlite3 *db, const char *name, void *context, fts5_tokenizer *tokenizer)
{
	fts5_api *api = NULL;
	sqlite3_stmt *statement = NULL;
	enum status status = fts_prepare(db, "SELECT fts5(?1)", &statement);
	if (status == STATUS_OK) {
		sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
		status = fts_status(sqlite3_step(statement));
	}
	sqlite3_finalize(statement);
	if (status == STATUS_OK && !api)
		status = STATUS_INTERNAL;
	return status == STATUS_OK
	               ? fts_status(api->xCreateTokenizer(api, name, context, tokenizer, NULL))
	               : status;
}

enum status fts_insert(sqlite3_stmt *statement, uint32_t row, struct span text)
{
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)row + 1);
	enum status status = fts_status(
	        sqlite3_bind_text64(statement, 2, text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8));
	if (status == STATUS_OK)
		status = fts_status(sqlite3_step(statement));
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return status;
}

/* Whether merging the segments left more than a quarter of the pages free. */
static enum status has_free_pages(sqlite3 *db, bool *free_pages)
{
	sqlite3_stmt *statement = NULL;
	enum status status = fts_status(sqlite3_prepare_v2(
	        db,
	        "SELECT freelist_count * 4 > page_count FROM pragma_freelist_count(),"
	        " pragma_page_count()",
	        -1, &statement, NULL));
	if (status == STATUS_OK)
		status = fts_status(sqlite3_step(statement));
	*free_pages = status == STATUS_OK && sqlite3_column_int(statement, 0) != 0;
	sqlite3_finalize(statement);
	return status;
}

enum status fts_finish(sqlite3 *db, void **bytes, size_t *size)
{
	bool free_pages;
	sqlite3_int64 length = 0;
	enum status status = has_free_pages(db, &free_pages);
	if (status == STATUS_OK && free_pages)
		status = fts_run(db, "PRAGMA temp_store = memory; VACUUM");
	*bytes = NULL;
	*size = 0;
	if (status != STATUS_OK)
		return status;
	unsigned char *image = sqlite3_serialize(db, "main", &length, 0);
	*bytes = image ? malloc((size_t)length) : NULL;
	if (*bytes) {
		memcpy(*bytes, image, (size_t)length);
		*size = (size_t)length;
	}
	sqlite3_free(image);
	return *bytes ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status fts_open(const void *bytes, size_t size, sqlite3 **db)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	const sqlite3_int64 length = (sqlite3_int64)size;
	char *settings = sqlite3_mprintf("PRAGMA mmap_size = %lld; PRAGMA cache_size = -%d", length,
	                                 CACHE_KIB);
	if (!settings)
		return STATUS_NO_MEMORY;
	enum status status = fts_status(sqlite3_open_v2(":memory:", db, flags, NULL));
	if (status == STATUS_OK) /* the type is not const, but READONLY keeps SQLite from writing */
		status = fts_status(sqlite3_deserialize(*db, "main",
		                                        (unsigned char *)(uintptr_t)bytes, length,
		                                        length, SQLITE_DESERIALIZE_READONLY));
	if (status == STATUS_OK)
		status = fts_run(*db, settings);
	sqlite3_free(settings);
	return status;
}

enum status fts_begin(sqlite3 *db)
{
	return fts_run(db, "BEGIN");
}
