/*
 * FTS: what the full-text tables of match/ have in common.
 *
 * A database is filled in memory once, finished as bytes, and read from these bytes from then on:
 * they are never written to, so any number of readers may share them, each with a connection of its
 * own, which one thread uses at a time.
 */
#ifndef DAYI_MATCH_FTS_H
#define DAYI_MATCH_FTS_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/span.h"
#include "base/status.h"

/* STATUS_INTERNAL for all but success and want of memory: of our own tables it means damage. */
MUST_CHECK enum status fts_status(int result);
MUST_CHECK enum status fts_run(sqlite3 *db, const char *sql);
MUST_CHECK enum status fts_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out);

/* An empty database to fill. The caller owns it, registers tokenizers and makes the tables. */
MUST_CHECK enum status fts_create(sqlite3 **db);

/*
 * Before a table that names the tokenizer is touched; `context` is what it is created with, and
 * outlives the connection.
 */
MUST_CHECK enum status fts_register(sqlite3 *db, const char *name, void *context,
                                    fts5_tokenizer *tokenizer);

/* Binds the row and its text to ?1 and ?2 and steps. */
MUST_CHECK enum status fts_insert(sqlite3_stmt *statement, uint32_t row, struct span text);

/* The database as bytes, which are the caller's to free(). */
MUST_CHECK enum status fts_finish(sqlite3 *db, void **bytes, size_t *size);

/*
 * A read-only connection over bytes of fts_finish(), which must outlive it. fts_begin() after the
 * tokenizers are registered: it holds one transaction for as long as the connection lives.
 */
MUST_CHECK enum status fts_open(const void *bytes, size_t size, sqlite3 **db);
MUST_CHECK enum status fts_begin(sqlite3 *db);

/* The row that a rowid stands for: FTS5 wants rowids above 0. */
static inline uint32_t fts_row(sqlite3_int64 rowid)
{
	return (uint32_t)(rowid - 1);
}

#endif
