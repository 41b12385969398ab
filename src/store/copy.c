#include "store/copy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/file.h"
#include "base/language.h"
#include "store/database_file.h"

enum { ATTEMPTS_MOST = 100, PAUSE_MS = 50 };

static enum status fail(sqlite3 *db, char problem[STORE_PROBLEM_SIZE])
{
	const int code = sqlite3_errcode(db) & 0xff;

	snprintf(problem, STORE_PROBLEM_SIZE, _("SQLite says: %s"), sqlite3_errmsg(db));
	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return STATUS_INVALID;
	return code == SQLITE_BUSY || code == SQLITE_LOCKED ? STATUS_BUSY : STATUS_IO;
}

static bool is_sound(sqlite3 *db)
{
	sqlite3_stmt *compiled = NULL;
	const bool sound =
	        sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &compiled, NULL) == SQLITE_OK &&
	        sqlite3_step(compiled) == SQLITE_ROW &&
	        strcmp((const char *)sqlite3_column_text(compiled, 0), "ok") == 0;

	sqlite3_finalize(compiled);
	return sound;
}

/* All pages in one step, so that a writer does not make it begin anew; a held lock is waited for.
 */
static enum status copy_pages(sqlite3 *from, sqlite3 *to, char problem[STORE_PROBLEM_SIZE])
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int result = backup ? SQLITE_BUSY : SQLITE_ERROR;

	for (int i = 0; i < ATTEMPTS_MOST && (result == SQLITE_BUSY || result == SQLITE_LOCKED);
	     i++) {
		result = sqlite3_backup_step(backup, -1);
		if (result != SQLITE_DONE)
			sqlite3_sleep(PAUSE_MS);
	}
	if (backup)
		(void)sqlite3_backup_finish(backup);
	if (result != SQLITE_DONE)
		return fail(to, problem);
	/* A copy in WAL mode would get a -wal and a -shm as soon as somebody reads it. */
	if (sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
		return fail(to, problem);
	if (is_sound(to))
		return STATUS_OK;
	snprintf(problem, STORE_PROBLEM_SIZE, "%s", _("the database is damaged"));
	return STATUS_INVALID;
}

static enum status copy(const char *from_file, const char *to_file, int64_t busy_ms,
                        char problem[STORE_PROBLEM_SIZE])
{
	sqlite3 *from = NULL, *to = NULL;
	enum status status = STATUS_OK;

	if (sqlite3_open_v2(from_file, &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		status = fail(from, problem);
	else if (sqlite3_open_v2(to_file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
	         SQLITE_OK)
		status = fail(to, problem);
	if (status == STATUS_OK)
		(void)sqlite3_busy_timeout(from, (int)busy_ms);
	if (status == STATUS_OK)
		status = copy_pages(from, to, problem);
	(void)sqlite3_close(from);
	(void)sqlite3_close(to);
	return status;
}

enum status store_copy(const char *from, const char *to, int64_t busy_ms,
                       char problem[STORE_PROBLEM_SIZE])
{
	enum status status;

	problem[0] = '\0';
	if (file_kind(from) != FILE_REGULAR) {
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", _("there is no such file"));
		return STATUS_NOT_FOUND;
	}
	if (file_kind(to) != FILE_NONE) {
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", _("there is a file already"));
		return STATUS_INVALID;
	}
	status = database_file_make(to, problem);
	if (status == STATUS_OK)
		status = copy(from, to, busy_ms, problem);
	if (status != STATUS_OK)
		(void)unlink(to);
	return status;
}

/* A connection with exclusive locking needs the -shm for itself: any other one is in its way. */
bool store_in_use(const char *file)
{
	sqlite3 *db = NULL;
	bool used = false;

	if (file_kind(file) != FILE_REGULAR)
		return false;
	if (sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
	    SQLITE_OK) {
		(void)sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
		used = (sqlite3_exec(db, "BEGIN EXCLUSIVE; ROLLBACK", NULL, NULL, NULL) & 0xff) ==
		       SQLITE_BUSY;
	}
	(void)sqlite3_close(db);
	return used;
}
