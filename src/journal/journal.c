#include "journal/journal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/queue.h"
#include "journal/store.h"

enum {
	BATCH_MOST = 1000,
	ATTEMPTS = 5,   /* of one batch, before it is given up */
	PAUSE_MS = 500, /* between them */
	STEP_MS = 20,   /* of every sleep: how soon a close is noticed */
};

struct journal {
	struct queue *queue;
	struct store *store;
	struct log *log;
	struct journal_settings settings;
	pthread_t writer;
	bool failing; /* the last attempt failed; only the writer looks */
	atomic_bool closing;
	atomic_uint_least64_t written, dropped, lost;
};

static size_t length_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static const char *put_text(char **at, const char *text)
{
	char *start = *at;

	if (!text)
		return NULL;
	*at = stpcpy(start, text) + 1;
	return start;
}

static struct span put_span(char **at, struct span text)
{
	struct span copy = { *at, text.len };

	if (text.len > 0)
		memcpy(*at, text.ptr, text.len);
	*at += text.len;
	return copy;
}

/* One block holds the row and its texts. */
static struct row *copy_turn(const struct journal_turn *turn)
{
	size_t size = sizeof(struct row) + length_of(turn->receipt) + length_of(turn->channel) +
	              length_of(turn->session) + turn->question.len + length_of(turn->outcome) +
	              length_of(turn->reason) + length_of(turn->topic) + turn->entries.len +
	              turn->cases.len + length_of(turn->knowledge);
	struct row *row = malloc(size);
	struct journal_turn *copy;
	char *at;

	if (!row)
		return NULL;
	row->kind = ROW_TURN;
	row->turn = *turn;
	copy = &row->turn;
	at = (char *)(row + 1);
	copy->receipt = put_text(&at, turn->receipt);
	copy->channel = put_text(&at, turn->channel);
	copy->session = put_text(&at, turn->session);
	copy->question = put_span(&at, turn->question);
	copy->outcome = put_text(&at, turn->outcome);
	copy->reason = put_text(&at, turn->reason);
	copy->topic = put_text(&at, turn->topic);
	copy->entries = put_span(&at, turn->entries);
	copy->cases = put_span(&at, turn->cases);
	copy->knowledge = put_text(&at, turn->knowledge);
	return row;
}

static struct row *copy_rating(const struct journal_rating *rating)
{
	struct row *row = malloc(sizeof(*row) + length_of(rating->receipt) +
	                         length_of(rating->value) + rating->reason.len);
	char *at;

	if (!row)
		return NULL;
	row->kind = ROW_RATING;
	row->rating = *rating;
	at = (char *)(row + 1);
	row->rating.receipt = put_text(&at, rating->receipt);
	row->rating.value = put_text(&at, rating->value);
	row->rating.reason = put_span(&at, rating->reason);
	return row;
}

static void nap(int64_t ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* Waits for the file to come free, but not for long once the journal is to close. */
static void pause_writer(struct journal *journal)
{
	for (int waited = 0; waited < PAUSE_MS && !journal->closing; waited += STEP_MS)
		nap(STEP_MS);
}

static void note_result(struct journal *journal, enum status status, size_t rows)
{
	if (status == STATUS_OK && journal->failing)
		log_event(journal->log, LOG_INFO, "journal_recovered", LOG_NUMBER("rows", rows));
	if (status != STATUS_OK && !journal->failing)
		log_event(journal->log, LOG_ERROR, "journal_write_failed",
		          LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("reason", store_problem(journal->store)),
		          LOG_NUMBER("rows", rows));
	journal->failing = status != STATUS_OK;
}

static void write_batch(struct journal *journal, struct row **rows, size_t count)
{
	enum status status = STATUS_INTERNAL;

	for (int attempt = 0; attempt < ATTEMPTS && status != STATUS_OK; attempt++) {
		if (attempt > 0)
			pause_writer(journal);
		status = store_write(journal->store, (const struct row *const *)rows, count);
		note_result(journal, status, count);
	}
	if (status == STATUS_OK) {
		journal->written += count;
	} else {
		journal->lost += count;
		log_event(journal->log, LOG_ERROR, "journal_rows_lost", LOG_NUMBER("rows", count));
	}
	for (size_t i = 0; i < count; i++)
		free(rows[i]);
}

/*
 * Waits for a first row as long as it takes, then sleeps while others gather: waiting in the queue
 * would wake this thread, and cost the event loop a system call, for every single row.
 * 0: closed and drained.
 */
static size_t collect(struct journal *journal, void **items)
{
	size_t most = (size_t)journal->settings.batch_rows;
	size_t count = queue_pop(journal->queue, items, most, -1);
	int64_t left_ms = count > 0 ? journal->settings.batch_ms : 0;

	while (left_ms > 0 && !journal->closing && count + queue_length(journal->queue) < most) {
		int64_t step_ms = left_ms < STEP_MS ? left_ms : STEP_MS;

		nap(step_ms);
		left_ms -= step_ms;
	}
	if (count > 0 && count < most)
		count += queue_pop(journal->queue, items + count, most - count, 0);
	return count;
}

static void *write_all(void *context)
{
	struct journal *journal = context;
	void *items[BATCH_MOST];
	size_t count;

	for (count = collect(journal, items); count > 0; count = collect(journal, items))
		write_batch(journal, (struct row **)items, count);
	return NULL;
}

enum status journal_open(struct journal **out, const struct journal_settings *settings,
                         struct log *log)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	enum status status;

	if (!journal)
		return STATUS_NO_MEMORY;
	journal->settings = *settings;
	journal->log = log;
	if (journal->settings.batch_rows > BATCH_MOST)
		journal->settings.batch_rows = BATCH_MOST;
	status = queue_create(&journal->queue, (size_t)settings->queue);
	if (status == STATUS_OK)
		status = store_open(&journal->store, settings->file, settings->busy_ms, log);
	if (status == STATUS_OK && pthread_create(&journal->writer, NULL, write_all, journal) != 0)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		*out = journal;
		return STATUS_OK;
	}
	store_close(journal->store);
	queue_destroy(journal->queue);
	free(journal);
	return status;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	journal->closing = true;
	queue_close(journal->queue);
	pthread_join(journal->writer, NULL);
	store_close(journal->store);
	queue_destroy(journal->queue);
	free(journal);
}

/* Takes the row over; NULL where there was no memory for it. */
static enum status push(struct journal *journal, struct row *row)
{
	const enum status status = row ? queue_push(journal->queue, row) : STATUS_NO_MEMORY;

	if (status != STATUS_OK) {
		free(row);
		journal->dropped++;
	}
	return status;
}

enum status journal_add(struct journal *journal, const struct journal_turn *turn)
{
	return journal ? push(journal, copy_turn(turn)) : STATUS_OK;
}

enum status journal_rate(struct journal *journal, const struct journal_rating *rating)
{
	return journal ? push(journal, copy_rating(rating)) : STATUS_OK;
}

enum status journal_recall(const struct journal_settings *settings, int64_t since_ms, int64_t most,
                           journal_visitor visit, void *context, struct log *log)
{
	struct store *store;
	enum status status = store_open(&store, settings->file, settings->busy_ms, log);

	if (status != STATUS_OK)
		return status;
	status = store_recall(store, since_ms, most, visit, context);
	store_close(store);
	return status;
}

struct journal_counts journal_counts(struct journal *journal)
{
	struct journal_counts counts = { 0 };

	if (!journal)
		return counts;
	counts.waiting = queue_length(journal->queue);
	counts.written = journal->written;
	counts.dropped = journal->dropped;
	counts.lost = journal->lost;
	return counts;
}
