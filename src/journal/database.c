#include "journal/database.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/language.h"

enum status database_status(int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return STATUS_OK;
	case SQLITE_NOMEM:
		return STATUS_NO_MEMORY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STATUS_BUSY;
	default:
		return STATUS_IO;
	}
}

enum status database_run(sqlite3 *db, const char *sql)
{
	return database_status(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

enum status database_end(sqlite3 *db, enum status status)
{
	if (status == STATUS_OK)
		status = database_run(db, "COMMIT");
	/* Some errors have rolled back already. */
	if (status != STATUS_OK && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

int database_version(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return version;
}

/* SQLite would make it readable for all; its -wal and -shm take over the mode of the file. */
static enum status make_private_file(const char *file, char problem[DATABASE_PROBLEM_SIZE])
{
	int fd;

	if (file_make_folder_of(file) != STATUS_OK) {
		snprintf(problem, DATABASE_PROBLEM_SIZE, _("its folder can not be made: %m"));
		return STATUS_IO;
	}
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		snprintf(problem, DATABASE_PROBLEM_SIZE,
		         _("the file can not be made or opened: %m"));
		return STATUS_IO;
	}
	close(fd);
	return STATUS_OK;
}

static enum status take_step(sqlite3 *db, const char *schema, int version)
{
	char pragma[48];
	enum status status = database_run(db, schema);

	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", version);
	return status == STATUS_OK ? database_run(db, pragma) : status;
}

/* Two processes may open an old file at once: the second finds the schema when it has the lock. */
static enum status bring_up_to_date(sqlite3 *db, const struct database_form *form)
{
	enum status status = database_run(db, "BEGIN IMMEDIATE");
	int version;

	if (status != STATUS_OK)
		return status;
	version = database_version(db);
	if (version < 0)
		status = STATUS_IO;
	for (; status == STATUS_OK && version < form->version; version++)
		status = take_step(db, form->steps[version], version + 1);
	return database_end(db, status);
}

static enum status open_database(sqlite3 **out, const char *file, int64_t busy_ms,
                                 const struct database_form *form)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	enum status status = database_status(sqlite3_open_v2(file, out, flags, NULL));
	int version;

	if (status != STATUS_OK)
		return status;
	sqlite3_busy_timeout(*out, (int)busy_ms);
	status = database_run(*out, form->pragmas);
	if (status != STATUS_OK)
		return status;
	version = database_version(*out);
	if (version > form->version)
		return STATUS_INVALID;
	return version < form->version ? bring_up_to_date(*out, form) : STATUS_OK;
}

enum status database_open(sqlite3 **out, const char *file, int64_t busy_ms,
                          const struct database_form *form, char problem[DATABASE_PROBLEM_SIZE])
{
	enum status status;

	*out = NULL;
	problem[0] = '\0';
	status = make_private_file(file, problem);
	if (status != STATUS_OK)
		return status;
	status = open_database(out, file, busy_ms, form);
	if (status != STATUS_OK)
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s",
		         status == STATUS_INVALID ? _("made by a later version")
		         : *out                   ? sqlite3_errmsg(*out)
		                                  : status_text(status));
	return status;
}
