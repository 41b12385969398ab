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
	struct store *store;

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t committed;
	struct waiter *first, **last;
	bool committing;

	struct audit_newest newest; /* when it was opened */
	char file[];                /* its name */
};

static const char insert_sql[] =
        "INSERT INTO record_read (" AUDIT_COLUMNS ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8)";

static enum status refuse(struct faults *faults, const char *file, enum status status,
                          const char *reason)
{
	char name[STORE_NAME_SIZE];

	faults_add(faults, FAULT_ERROR, store_name(file, name), 0, NULL, "%s", reason);
	return status;
}

static bool has_rows(struct tx *tx)
{
	static const char sql[] = "SELECT 1 FROM record_read UNION ALL SELECT 1 FROM head LIMIT 1";
	size_t seen;

	/* Unless it is sure that there are none, there are. */
	return tx_query(tx, sql, NULL, 0, NULL, NULL, &seen) != STATUS_OK || seen > 0;
}

static const char lost_audit[] =
        "its key is there, but the rows of the audit are not: it was removed, moved or exchanged. "
        "Bring it back; to begin a new audit, move the key away, too, for it still verifies the "
        "old one";

/*
 * Never make a new key for existing rows, nor new rows for an existing key: either would hide a
 * loss.
 */
static enum status read_key(struct audit *audit, struct tx *tx, const char *file,
                            struct faults *faults)
{
	if (!has_rows(tx)) {
		enum status status;

		if (file_kind(file) != FILE_NONE)
			return refuse(faults, audit->file, STATUS_NOT_FOUND, lost_audit);
		status = key_file_make(file);
		if (status != STATUS_OK)
			return refuse(faults, file, status, "the key cannot be made");
	}
	return key_file_read(file, KEY_SECRET, &audit->key, faults);
}

/* Reads the head. If the table has no rows, makes the head of an empty audit. */
static enum status read_head(const struct audit *audit, struct tx *tx,
                             struct audit_head_record *head)
{
	const struct span key = buf_span(&audit->key);
	enum status status = audit_head_read(tx, key, head);

	if (status == STATUS_NOT_FOUND && !has_rows(tx)) {
		memcpy(head->hash, audit_nothing, sizeof(head->hash));
		status = audit_head_write(tx, key, head);
	}
	if (status == STATUS_OK)
		status = audit_head_check(tx, key, head);
	return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
}

static enum status take_up_chain(struct audit *audit, struct tx *tx, const char *key_file,
                                 struct faults *faults)
{
	struct audit_head_record head;
	enum status status = read_key(audit, tx, key_file, faults);

	if (status != STATUS_OK)
		return status;
	status = read_head(audit, tx, &head);
	if (status == STATUS_INVALID)
		return refuse(faults, audit->file, status,
		              "was made with another key, or tampered with: its newest row is not "
		              "the one that its head names. dayi audit verify tells more");
	if (status != STATUS_OK)
		return refuse(faults, audit->file, status, store_problem(audit->store));
	audit->newest.rows = head.seq;
	memcpy(audit->newest.hash, head.hash, sizeof(head.hash));
	return STATUS_OK;
}

/* Of processes that begin an audit at the same time, one makes the key and the head. */
static enum status begin_chain(struct audit *audit, const char *key_file, struct faults *faults)
{
	struct tx *tx;
	enum status status = store_begin(audit->store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return refuse(faults, audit->file, status, store_problem(audit->store));
	status = take_up_chain(audit, tx, key_file, faults);
	if (status != STATUS_OK)
		return tx_end(tx, status);
	status = tx_commit(tx);
	return status == STATUS_OK
	               ? STATUS_OK
	               : refuse(faults, audit->file, status, store_problem(audit->store));
}

static enum status prepare(struct audit *audit, const struct audit_settings *settings,
                           struct faults *faults)
{
	const struct store_settings store = { .url = audit->file, .busy_ms = settings->busy_ms };
	char problem[STORE_PROBLEM_SIZE];
	enum status status;

	/* Do not make an empty audit in that case. begin_chain() looks whether there are rows. */
	if (!store_is_shared(audit->file) && file_kind(audit->file) == FILE_NONE &&
	    file_kind(settings->key_file) != FILE_NONE)
		return refuse(faults, audit->file, STATUS_NOT_FOUND, lost_audit);
	status = store_open(&audit->store, &store, &audit_schema, problem);
	if (status != STATUS_OK)
		return refuse(faults, audit->file, status, problem);
	return begin_chain(audit, settings->key_file, faults);
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
	/* Of one that was taken away, too, the rows belong into the file; it is closed in any case.
	 */
	if (audit->store && !store_in_place(audit->store))
		store_settle(audit->store);
	store_close(audit->store);
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
	return store_in_place(audit->store);
}

static enum status insert_row(struct tx *tx, const struct audit_row *row)
{
	const struct cell values[] = {
		cell_integer(row->seq),   cell_integer(row->at_ms),  cell_span(row->who),
		cell_span(row->whom),     cell_span(row->relations), cell_span(row->why),
		cell_span(row->previous), cell_span(row->hash),
	};

	return tx_run(tx, insert_sql, values, sizeof(values) / sizeof(values[0]), NULL);
}

/* Adds the row and moves the head to it. */
static enum status write_row(const struct audit *audit, struct tx *tx, const struct waiter *waiter,
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
	status = insert_row(tx, &row);
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
	struct tx *tx;
	enum status status;

	if (!audit_in_place(audit))
		return STATUS_NOT_FOUND;
	status = store_begin(audit->store, TX_WRITE, &tx);
	if (status != STATUS_OK)
		return status;
	status = audit_head_read(tx, key, &head);
	if (status == STATUS_OK)
		status = audit_head_check(tx, key, &head);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_INVALID;
	for (const struct waiter *waiter = waiters; status == STATUS_OK && waiter;
	     waiter = waiter->next)
		status = write_row(audit, tx, waiter, &head);
	if (status == STATUS_OK)
		status = audit_head_write(tx, key, &head);
	status = tx_end(tx, status);
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
