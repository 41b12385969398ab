/*
 * Appending is a group commit. A thread puts its entry, which lies on its own stack, into the
 * list of waiters. If no commit is under way, it becomes the leader: it takes the whole list,
 * commits it in one transaction without the lock, and tells all waiters. The others wait, and
 * one of them leads the next group.
 *
 * A commit reads the head under the file's own lock, for other processes append, too; checks
 * that it names the newest row; adds rows, each hashed over the one before; and moves the head.
 * audit_chain.c has the hashes.
 */
#include "office/journal/audit.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/key_file.h"
#include "base/utf8.h"
#include "office/journal/audit_chain.h"

enum { KEY_CEILING = 4096 };

/* An entry that waits for its commit, on the stack of the thread that brought it. */
struct waiter {
	const struct audit_entry *entry;
	char whom[DIGEST_HEX_SIZE];
	enum status status;
	bool done;
	struct waiter *next;
};

struct audit {
	struct buf key;
	/* Used by the thread that set `committing`, without the lock. */
	sqlite3 *db;
	sqlite3_stmt *insert;

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t committed;
	struct waiter *first, **last;
	bool committing;

	struct database_place place;
	struct audit_newest newest; /* when it was opened */
	char file[];                /* its name */
};

static const char insert_sql[] =
        "INSERT INTO record_read (" AUDIT_COLUMNS ") VALUES (?,?,?,?,?,?,?,?)";

static enum status refuse(struct faults *faults, const char *file, enum status status,
                          const char *reason)
{
	faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", reason);
	return status;
}

static bool has_rows(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	bool found = true; /* unless it is sure that there are none */

	if (sqlite3_prepare_v2(db,
	                       "SELECT EXISTS (SELECT 1 FROM record_read) OR"
	                       " EXISTS (SELECT 1 FROM head)",
	                       -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_column_int(statement, 0) != 0;
	sqlite3_finalize(statement);
	return found;
}

static const char lost_audit[] =
        "its key is there, but the rows of the audit are not: it was removed, moved or exchanged. "
        "Bring it back; to begin a new audit, move the key away, too, for it still verifies the "
        "old one";

/*
 * Never make a new key for existing rows, nor new rows for an existing key: either would hide a
 * loss.
 */
static enum status read_key(struct audit *audit, const char *file, struct faults *faults)
{
	if (!has_rows(audit->db)) {
		enum status status;

		if (file_kind(file) != FILE_NONE)
			return refuse(faults, audit->file, STATUS_NOT_FOUND, lost_audit);
		status = key_file_make(file);
		if (status != STATUS_OK)
			return refuse(faults, file, status, "the key can not be made");
	}
	return key_file_read(file, KEY_SECRET, &audit->key, faults);
}

/* Reads the head. If the table has no rows, makes the head of an empty audit. */
static enum status read_head(struct audit *audit, struct audit_head_record *head)
{
	const struct span key = buf_span(&audit->key);
	enum status status = audit_head_read(audit->db, key, head);

	if (status == STATUS_NOT_FOUND && !has_rows(audit->db)) {
		memcpy(head->hash, audit_nothing, sizeof(head->hash));
		status = audit_head_write(audit->db, key, head);
	}
	if (status == STATUS_OK)
		status = audit_head_check(audit->db, key, head);
	return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
}

static enum status take_up_chain(struct audit *audit, const char *key_file, struct faults *faults)
{
	struct audit_head_record head;
	enum status status = read_key(audit, key_file, faults);

	if (status != STATUS_OK)
		return status;
	status = read_head(audit, &head);
	if (status == STATUS_INVALID)
		return refuse(faults, audit->file, status,
		              "was made with another key, or tampered with: its newest row is not "
		              "the one that its head names. dayi audit verify tells more");
	if (status != STATUS_OK)
		return refuse(faults, audit->file, status, sqlite3_errmsg(audit->db));
	audit->newest.rows = head.seq;
	memcpy(audit->newest.hash, head.hash, sizeof(head.hash));
	return STATUS_OK;
}

/* Of processes that begin an audit at the same time, one makes the key and the head. */
static enum status begin_chain(struct audit *audit, const char *key_file, struct faults *faults)
{
	enum status status = database_run(audit->db, "BEGIN IMMEDIATE");

	if (status != STATUS_OK)
		return refuse(faults, audit->file, status, sqlite3_errmsg(audit->db));
	status = take_up_chain(audit, key_file, faults);
	if (status != STATUS_OK)
		return database_end(audit->db, status);
	status = database_end(audit->db, status);
	return status == STATUS_OK ? STATUS_OK
	                           : refuse(faults, audit->file, status, sqlite3_errmsg(audit->db));
}

static enum status prepare(struct audit *audit, const struct audit_settings *settings,
                           struct faults *faults)
{
	char problem[DATABASE_PROBLEM_SIZE];
	enum status status;

	/* Do not make an empty audit in that case. */
	if (file_kind(audit->file) == FILE_NONE && file_kind(settings->key_file) != FILE_NONE)
		return refuse(faults, audit->file, STATUS_NOT_FOUND, lost_audit);
	status = database_open(&audit->db, audit->file, settings->busy_ms, &audit_form,
	                       &audit->place, problem);
	if (status != STATUS_OK)
		return refuse(faults, audit->file, status, problem);
	status = begin_chain(audit, settings->key_file, faults);
	if (status != STATUS_OK)
		return status;
	status = database_status(sqlite3_prepare_v3(
	        audit->db, insert_sql, -1, SQLITE_PREPARE_PERSISTENT, &audit->insert, NULL));
	return status == STATUS_OK ? STATUS_OK
	                           : refuse(faults, audit->file, status, sqlite3_errmsg(audit->db));
}

enum status audit_open(struct audit **out, const struct audit_settings *settings,
                       struct faults *faults)
{
	const size_t size = strlen(settings->file) + 1;
	struct audit *audit = calloc(1, sizeof(*audit) + size);
	enum status status;

	*out = NULL;
	if (!audit)
		return STATUS_NO_MEMORY;
	memcpy(audit->file, settings->file, size);
	pthread_mutex_init(&audit->lock, NULL);
	pthread_cond_init(&audit->committed, NULL);
	audit->last = &audit->first;
	buf_init(&audit->key, KEY_CEILING);
	status = prepare(audit, settings, faults);
	if (status == STATUS_OK)
		*out = audit;
	else
		audit_close(audit);
	return status;
}

void audit_close(struct audit *audit)
{
	if (!audit)
		return;
	sqlite3_finalize(audit->insert);
	/* If the file was moved, write what its -wal holds into it; close it in any case. */
	if (audit->db && !audit_in_place(audit) &&
	    database_settle(audit->db, audit->file, &audit->place) != STATUS_OK)
		sqlite3_db_config(audit->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(audit->db);
	pthread_cond_destroy(&audit->committed);
	pthread_mutex_destroy(&audit->lock);
	buf_deinit(&audit->key);
	free(audit);
}

struct audit_newest audit_newest_at_open(const struct audit *audit)
{
	return audit->newest;
}

bool audit_in_place(const struct audit *audit)
{
	return database_in_place(audit->file, &audit->place);
}

static void bind_span(sqlite3_stmt *insert, int at, struct span text)
{
	sqlite3_bind_text(insert, at, text.ptr, (int)text.len, SQLITE_STATIC);
}

static enum status insert_row(sqlite3_stmt *insert, const struct audit_row *row)
{
	int result;

	sqlite3_bind_int64(insert, 1, row->seq);
	sqlite3_bind_int64(insert, 2, row->at_ms);
	bind_span(insert, 3, row->who);
	bind_span(insert, 4, row->whom);
	bind_span(insert, 5, row->relations);
	bind_span(insert, 6, row->why);
	bind_span(insert, 7, row->previous);
	bind_span(insert, 8, row->hash);
	result = sqlite3_step(insert);
	(void)sqlite3_reset(insert);
	return database_status(result);
}

/* Adds the row and moves the head to it. */
static enum status write_row(struct audit *audit, const struct waiter *waiter,
                             struct audit_head_record *head)
{
	char hash[DIGEST_HEX_SIZE];
	struct audit_row row = {
		.seq = head->seq + 1,
		.at_ms = waiter->entry->at_ms,
		.who = span_of(waiter->entry->who),
		.whom = span_of(waiter->whom),
		.relations = span_of(waiter->entry->relations),
		.why = span_of(waiter->entry->why),
		.previous = span_of(head->hash),
	};
	enum status status = audit_hash_row(buf_span(&audit->key), &row, hash);

	if (status != STATUS_OK)
		return status;
	assert(row.seq > 0);
	assert(row.previous.len == DIGEST_HEX_SIZE - 1);
	row.hash = span_of(hash);
	assert(row.hash.len == DIGEST_HEX_SIZE - 1);
	status = insert_row(audit->insert, &row);
	head->seq = row.seq;
	memcpy(head->hash, hash, sizeof(head->hash));
	return status;
}

/*
 * Commits all waiters or none. Reads the head under the file's lock, for other processes append,
 * too. Fails if the file is not in its place: nobody would find rows in it.
 */
static enum status commit(struct audit *audit, const struct waiter *waiters)
{
	const struct span key = buf_span(&audit->key);
	struct audit_head_record head;
	enum status status;

	if (!audit_in_place(audit))
		return STATUS_NOT_FOUND;
	status = database_run(audit->db, "BEGIN IMMEDIATE");
	if (status != STATUS_OK)
		return status;
	status = audit_head_read(audit->db, key, &head);
	if (status == STATUS_OK)
		status = audit_head_check(audit->db, key, &head);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_INVALID;
	for (const struct waiter *waiter = waiters; status == STATUS_OK && waiter;
	     waiter = waiter->next)
		status = write_row(audit, waiter, &head);
	if (status == STATUS_OK)
		status = audit_head_write(audit->db, key, &head);
	status = database_end(audit->db, status);
	return status == STATUS_OK && !audit_in_place(audit) ? STATUS_NOT_FOUND : status;
}

static bool is_clean(const char *text)
{
	const struct span span = { text, strnlen(text, AUDIT_TEXT_BYTES + 1) };

	if (span.len > AUDIT_TEXT_BYTES || !utf8_valid(span))
		return false;
	for (size_t i = 0; i < span.len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

/*
 * Called with the lock held. Takes all waiters, commits them without the lock, and wakes their
 * threads.
 */
static void lead(struct audit *audit)
{
	struct waiter *waiters = audit->first;
	enum status status;

	assert(waiters);
	assert(!audit->committing);

	audit->first = NULL;
	audit->last = &audit->first;
	audit->committing = true;
	pthread_mutex_unlock(&audit->lock);
	status = commit(audit, waiters);
	pthread_mutex_lock(&audit->lock);
	audit->committing = false;
	while (waiters) {
		struct waiter *next = waiters->next;

		assert(!waiters->done);
		waiters->status = status;
		waiters->done = true;
		waiters = next;
	}
	pthread_cond_broadcast(&audit->committed);
}

enum status audit_append(struct audit *audit, const struct audit_entry *entry)
{
	struct waiter waiter = { .entry = entry };
	enum status status;

	if (!is_clean(entry->who) || !is_clean(entry->relations) || !is_clean(entry->why) ||
	    !is_clean(entry->id_number) || entry->who[0] == '\0' || entry->id_number[0] == '\0')
		return STATUS_INVALID;
	status = audit_hash_person(buf_span(&audit->key), entry->id_number, waiter.whom);
	if (status != STATUS_OK)
		return status;
	pthread_mutex_lock(&audit->lock);
	assert(!*audit->last);
	*audit->last = &waiter;
	audit->last = &waiter.next;
	while (!waiter.done) {
		if (audit->committing)
			pthread_cond_wait(&audit->committed, &audit->lock);
		else
			lead(audit);
	}
	pthread_mutex_unlock(&audit->lock);
	return waiter.status;
}
