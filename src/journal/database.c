#include "journal/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return STATUS_INVALID;
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

static const char *const endings[DATABASE_FILES] = { "", "-wal", "-shm" };

static bool name_of_file(const char *file, const char *ending, char name[PATH_MAX])
{
	const int len = snprintf(name, PATH_MAX, "%s%s", file, ending);

	return len > 0 && len < PATH_MAX;
}

static bool look_at(const char *file, const char *ending, struct stat *about)
{
	char name[PATH_MAX];

	return name_of_file(file, ending, name) && stat(name, about) == 0;
}

/*
 * A copy that came back, or an earlier version, may have left a file that everybody can read. The
 * group keeps what it has: a backup may depend on it. By name, for a descriptor of our own would
 * drop SQLite's locks. A file of another user stays as it is, for only they can change it; so does
 * what is no file: a folder or a device that was named by mistake.
 */
static void close_to_others(const char *file)
{
	char name[PATH_MAX];
	struct stat about;

	for (size_t i = 0; i < DATABASE_FILES; i++)
		if (look_at(file, endings[i], &about) && S_ISREG(about.st_mode) &&
		    (about.st_mode & 07) != 0 && about.st_uid == geteuid() &&
		    name_of_file(file, endings[i], name))
			(void)chmod(name, about.st_mode & 0770);
}

/*
 * SQLite would make it readable for all; its -wal and -shm take over the mode of the file. Only a
 * file that this call makes is ever opened here: O_EXCL.
 */
static enum status make_private_file(const char *file, char problem[DATABASE_PROBLEM_SIZE])
{
	struct stat about;
	int fd;

	if (stat(file, &about) == 0) {
		close_to_others(file);
		return STATUS_OK;
	}
	if (file_make_private_folder_of(file) != STATUS_OK) {
		snprintf(problem, DATABASE_PROBLEM_SIZE, _("its folder can not be made: %s"),
		         file_reason(errno));
		return STATUS_IO;
	}
	fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		return STATUS_OK;
	}
	/* Another process was faster, or it is a link that leads nowhere. */
	if (errno == EEXIST && stat(file, &about) == 0)
		return STATUS_OK;
	snprintf(problem, DATABASE_PROBLEM_SIZE, _("the file can not be made or opened: %s"),
	         file_reason(errno));
	return STATUS_IO;
}

static struct database_place place_of(const char *file)
{
	struct database_place place = { 0 };
	struct stat about;

	for (size_t i = 0; i < DATABASE_FILES; i++) {
		if (!look_at(file, endings[i], &about))
			continue;
		place.files[i].there = true;
		place.files[i].device = about.st_dev;
		place.files[i].inode = about.st_ino;
	}
	return place;
}

static bool is_ours(const char *file, const struct database_place *place, size_t i)
{
	struct stat about;

	return place->files[i].there && look_at(file, endings[i], &about) &&
	       about.st_dev == place->files[i].device && about.st_ino == place->files[i].inode;
}

bool database_in_place(const char *file, const struct database_place *place)
{
	for (size_t i = 0; i < DATABASE_FILES; i++)
		if (place->files[i].there && !is_ours(file, place, i))
			return false;
	return true;
}

/* Beside another database they would be taken for its own. */
static void remove_ours(const char *file, const struct database_place *place)
{
	char name[PATH_MAX];

	for (size_t i = 1; i < DATABASE_FILES; i++)
		if (name_of_file(file, endings[i], name) && is_ours(file, place, i))
			unlink(name);
}

enum status database_settle(sqlite3 *db, const char *file, const struct database_place *place)
{
	const enum status status = database_status(
	        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));

	if (status == STATUS_BUSY)
		return status;
	/* A close would remove the -wal by its name, whosever it is now. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (status != STATUS_OK && !is_ours(file, place, 0))
		remove_ours(file, place);
	return status;
}

/* Another program's tables must not be taken for ours, nor ours be put among them. */
static bool is_of_form(sqlite3 *db, const struct database_form *form, int version)
{
	static const char sql[] = "SELECT count(*), count(*) FILTER (WHERE type = 'table' AND"
	                          " name = ?1) FROM sqlite_schema";
	sqlite3_stmt *statement = NULL;
	bool is_ours = true; /* where it can not be read, a later step says so */

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(statement, 1, form->table, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		is_ours = version == 0 ? sqlite3_column_int(statement, 0) == 0
		                       : sqlite3_column_int(statement, 1) == 1;
	sqlite3_finalize(statement);
	return is_ours;
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

/* Sets `problem` where SQLite has no words for it. */
static enum status open_database(sqlite3 **out, const char *file, int64_t busy_ms,
                                 const struct database_form *form,
                                 char problem[DATABASE_PROBLEM_SIZE])
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	enum status status = database_status(sqlite3_open_v2(file, out, flags, NULL));
	int version;

	if (status != STATUS_OK)
		return status;
	if (sqlite3_db_readonly(*out, "main") == 1) {
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s", _("the file can not be written"));
		return STATUS_IO;
	}
	sqlite3_busy_timeout(*out, (int)busy_ms);
	/* Looked at first: the pragmas would make a -wal beside it. */
	version = database_version(*out);
	if (version < 0) {
		status = database_status(sqlite3_errcode(*out));
		return status == STATUS_OK ? STATUS_IO : status;
	}
	if (version > form->version) {
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s", _("made by a later version"));
		return STATUS_INVALID;
	}
	if (!is_of_form(*out, form, version)) {
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s", _("made by another program"));
		return STATUS_INVALID;
	}
	status = database_run(*out, form->pragmas);
	if (status != STATUS_OK)
		return status;
	return version < form->version ? bring_up_to_date(*out, form) : STATUS_OK;
}

/* Reads something, so that the -wal and the -shm are there, and looks what is open. */
static enum status note_place(sqlite3 *db, const char *file, struct database_place *place,
                              char problem[DATABASE_PROBLEM_SIZE])
{
	int moved = 0;

	if (database_version(db) < 0)
		return STATUS_IO;
	*place = place_of(file);
	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	    !moved && place->files[0].there)
		return STATUS_OK;
	snprintf(problem, DATABASE_PROBLEM_SIZE, "%s",
	         _("the file was taken away while it was opened"));
	return STATUS_IO;
}

enum status database_open(sqlite3 **out, const char *file, int64_t busy_ms,
                          const struct database_form *form, struct database_place *place,
                          char problem[DATABASE_PROBLEM_SIZE])
{
	enum status status;

	*out = NULL;
	problem[0] = '\0';
	status = make_private_file(file, problem);
	if (status == STATUS_OK)
		status = open_database(out, file, busy_ms, form, problem);
	if (status == STATUS_OK)
		status = note_place(*out, file, place, problem);
	if (status != STATUS_OK && problem[0] == '\0' && *out)
		snprintf(problem, DATABASE_PROBLEM_SIZE, _("SQLite says: %s"),
		         sqlite3_errmsg(*out));
	else if (status != STATUS_OK && problem[0] == '\0')
		snprintf(problem, DATABASE_PROBLEM_SIZE, "%s", status_text(status));
	return status;
}
