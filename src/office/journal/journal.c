/*
 * Callers copy a row into a queue and go on. When the first has waited for batch_ms, or batch_rows
 * of them wait, a job writes them in one transaction (attempt()). Where the file cannot be written
 * the job ends with its rows at hand, and a timer brings it back: no thread sleeps here but the
 * last one's, at the end. Turns wait that long; ratings are refused at once, since their sender
 * waits for an answer.
 *
 * The file may be renamed or removed while it is open. Before and after each commit, and once a
 * second, the writer compares device and inode. A moved file is settled and closed, a new one is
 * opened under the name, and rows that were committed into the old one meanwhile are written
 * again.
 *
 * If a row itself violates a constraint of the file, its batch is written row by row, and only
 * that row is lost.
 */
#include "office/journal/journal.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/language.h"
#include "base/queue.h"
#include "office/journal/rows.h"

enum {
	BATCH_MOST = 1000,
	ROWS_MOST = BATCH_MOST + JOURNAL_RATINGS_MOST,
	CLOSING_ATTEMPTS = 5, /* that fail after a close, before the rest is given up */
	PAUSE_MS = 500,       /* between attempts */
	LOOK_MS = 1000,       /* how often it is looked whether an idle file is still there */
	JOBS_MOST = 2,        /* the writer and, at the end, the last one */
};

/* Somebody waits for turns; the turns are settled in their order. */
struct awaiting {
	struct awaiting *next;
	uint64_t turns; /* so many must be settled */
	journal_told told;
	void *context;
};

/*
 * Two queues: a turn waits for the file as long as it takes, a rating's sender waits for a word.
 * Where the file cannot be written, the ratings are refused from their queue, past the turns.
 *
 * The writer is a job of a class that is one wide, and so is the last one, at the end; what belongs
 * to one of them is handed on to the next. Added every second, the writer also looks whether the
 * file is still there.
 */
struct journal {
	struct queue *turns;   /* of struct row */
	struct queue *ratings; /* of struct row */
	struct queue *rated;   /* of struct row: ratings with what came of them */
	struct loop *loop;
	struct jobs *jobs;
	struct job writer, last;
	struct loop_call tell; /* that ratings can be told of */
	struct log *log;
	struct journal_settings settings;

	/* Only the writer's. */
	struct store *store; /* NULL: not open; it is opened again with the next attempt */
	char problem[STORE_PROBLEM_SIZE];
	bool failing; /* the last attempt failed */
	bool leaving; /* a file that was taken away, which another program reads */
	bool unsure;  /* the rows at hand may stand there already: look before the next attempt */
	int closing_attempts;
	uint64_t drops_told;
	struct row *rows[ROWS_MOST]; /* at hand: taken from the queues, and not written yet */
	size_t first, count;         /* of them */
	bool singly;                 /* one of them is not taken by the file */

	/* The loop's. */
	size_t ratings_about; /* not told of yet */
	size_t gathered;      /* turns that came since the writer was added last */
	struct timer *timer;  /* that adds the writer; or NULL */
	uint64_t turns_added;
	struct awaiting *awaiting, **awaiting_end;

	atomic_bool closing;
	atomic_bool stuck; /* rows wait for a file that cannot be written */
	atomic_uint_least64_t taken, written, dropped, lost;
	atomic_uint_least64_t turns_settled; /* written or lost */
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

static size_t length_of_texts(const struct journal_turn *turn)
{
	size_t len = 0;

	assert(turn->text_count <= JOURNAL_TEXTS_MOST);
	for (size_t i = 0; i < turn->text_count; i++)
		len += turn->texts[i].entry.len + turn->texts[i].words.len;
	return len;
}

/* One block holds the row and its texts. */
static struct row *copy_turn(const struct journal_turn *turn)
{
	size_t size = sizeof(struct row) + length_of(turn->receipt) + length_of(turn->channel) +
	              length_of(turn->session) + turn->question.len + length_of(turn->outcome) +
	              length_of(turn->reason) + length_of(turn->topic) + turn->entries.len +
	              turn->cases.len + turn->verdicts.len + length_of(turn->knowledge) +
	              length_of_texts(turn);
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
	copy->verdicts = put_span(&at, turn->verdicts);
	copy->knowledge = put_text(&at, turn->knowledge);
	for (size_t i = 0; i < turn->text_count; i++) {
		copy->texts[i].entry = put_span(&at, turn->texts[i].entry);
		copy->texts[i].words = put_span(&at, turn->texts[i].words);
	}
	assert(at == (char *)row + size);
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

/* --- the file --- */

static enum status open_rows(struct store **out, const struct journal_settings *settings,
                             char problem[STORE_PROBLEM_SIZE])
{
	const struct store_settings store = { .url = settings->file, .busy_ms = settings->busy_ms };

	return store_open(out, &store, &journal_schema, problem);
}

/*
 * Somebody renamed, removed or exchanged it: what is written is not where its name leads. It is
 * opened anew under its name, once nothing of the old one can get into the new one.
 */
static enum status leave_store(struct journal *journal)
{
	char name[STORE_NAME_SIZE];
	enum status status;

	assert(journal->store);
	if (!journal->leaving)
		log_event(
		        journal->log, LOG_ERROR, "journal_moved",
		        LOG_TEXT("file", store_name(journal->settings.file, name)),
		        LOG_TEXT("hint",
		                 _("it was renamed, removed or exchanged while it was written, and "
		                   "is opened anew under its name; stop the server first next "
		                   "time")));
	journal->leaving = true;
	status = store_settle(journal->store);
	if (status == STATUS_BUSY) {
		snprintf(journal->problem, sizeof(journal->problem),
		         "another program reads the journal that was moved");
		return status;
	}
	if (status != STATUS_OK)
		log_event(journal->log, LOG_ERROR, "journal_unsettled",
		          LOG_TEXT("reason", store_problem(journal->store)),
		          LOG_TEXT("hint", _("the last turns before the move may be lost")));
	store_close(journal->store);
	journal->store = NULL;
	return STATUS_OK;
}

/* Leaves an open store that is in its place, or says why there is none. */
static enum status ensure_store(struct journal *journal)
{
	char name[STORE_NAME_SIZE];
	enum status status = STATUS_OK;

	if (journal->store && !store_in_place(journal->store))
		status = leave_store(journal);
	if (status != STATUS_OK)
		return status;
	journal->leaving = false;
	if (journal->store)
		return STATUS_OK;
	status = open_rows(&journal->store, &journal->settings, journal->problem);
	if (status == STATUS_OK)
		log_event(journal->log, LOG_INFO, "journal_reopened",
		          LOG_TEXT("file", store_name(journal->settings.file, name)));
	return status == STATUS_INVALID ? STATUS_IO : status; /* of the file, not of a row */
}

/* If the connection was lost during a commit, they may be there. */
static enum status write_unless_there(struct journal *journal, struct row *const *rows,
                                      size_t count)
{
	bool there = false;
	enum status status = STATUS_OK;

	if (journal->unsure)
		status = rows_have(journal->store, rows[0], &there);
	if (status == STATUS_OK && !there) {
		status = rows_write(journal->store, (const struct row *const *)rows, count);
		journal->unsure = journal->unsure || status == STATUS_IO;
	}
	if (status != STATUS_OK)
		snprintf(journal->problem, sizeof(journal->problem), "%s",
		         store_problem(journal->store));
	return status;
}

/*
 * Rows that were committed into a file which is not in its place after that are written into the
 * one that is, unless they are there.
 */
static enum status attempt(struct journal *journal, struct row *const *rows, size_t count)
{
	enum status status = ensure_store(journal);

	assert(count > 0);
	while (status == STATUS_OK) {
		assert(journal->store);
		status = write_unless_there(journal, rows, count);
		if (status != STATUS_OK)
			return status;
		journal->unsure = !store_in_place(journal->store);
		if (!journal->unsure)
			break;
		status = ensure_store(journal);
	}
	if (status == STATUS_OK)
		journal->unsure = false;
	return status;
}

static void note_result(struct journal *journal, enum status status, size_t rows)
{
	const bool failing = status != STATUS_OK;

	if (!failing && journal->failing)
		log_event(journal->log, LOG_INFO, "journal_recovered", LOG_NUMBER("rows", rows));
	if (failing && !journal->failing)
		log_event(journal->log, LOG_ERROR, "journal_write_failed",
		          LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("reason", journal->problem), LOG_NUMBER("rows", rows),
		          LOG_TEXT("hint", _("turns wait in memory until it can be written; above "
		                             "journal.queue they are dropped")));
	journal->failing = failing;
}

/* --- rows --- */

static void finish(struct journal *journal, struct row *row, bool kept)
{
	if (kept)
		journal->written++;
	else
		journal->lost++;
	if (row->kind == ROW_TURN) {
		journal->turns_settled++;
		free(row);
		return;
	}
	assert(row->kind == ROW_RATING);
	row->kept = kept;
	/* There is room for as many as may be about. */
	if (queue_push(journal->rated, row) != STATUS_OK)
		abort();
	loop_call(journal->loop, &journal->tell);
}

/* Those at hand and those that wait: whoever sent them is told. Returns how many turns are left. */
static size_t refuse_ratings(struct journal *journal, struct row **rows, size_t count)
{
	size_t left = 0;
	void *item;

	for (size_t i = 0; i < count; i++) {
		if (rows[i]->kind == ROW_RATING) {
			finish(journal, rows[i], false);
		} else {
			rows[left] = rows[i];
			left++;
		}
	}
	while (queue_pop(journal->ratings, &item, 1) == 1)
		finish(journal, item, false);
	assert(left <= count);
	return left;
}

static void tell_drops(struct journal *journal)
{
	const uint64_t dropped = journal->dropped;

	assert(dropped >= journal->drops_told);
	if (dropped > journal->drops_told)
		log_event(journal->log, LOG_ERROR, "journal_rows_dropped",
		          LOG_NUMBER("rows", dropped - journal->drops_told),
		          LOG_TEXT("hint", _("as many turns waited as journal.queue allows")));
	journal->drops_told = dropped;
}

/* The first ones at hand are done with. */
static void finish_first(struct journal *journal, size_t count, bool kept)
{
	assert(count <= journal->count);
	if (!kept)
		log_event(journal->log, LOG_ERROR, "journal_rows_lost", LOG_NUMBER("rows", count),
		          LOG_TEXT("reason", journal->problem));
	for (size_t i = 0; i < count; i++)
		finish(journal, journal->rows[journal->first + i], kept);
	journal->first += count;
	journal->count -= count;
}

static bool is_given_up(const struct journal *journal)
{
	return journal->closing_attempts >= CLOSING_ATTEMPTS;
}

/* At the end no timer comes, and nothing else is left to do. */
static void nap(void)
{
	const struct timespec time = { .tv_nsec = PAUSE_MS * 1000000L };

	(void)nanosleep(&time, NULL);
}

/* The file cannot be written now. False where the rows at hand wait. */
static bool put_off(struct journal *journal, enum status status)
{
	note_result(journal, status, journal->count);
	journal->stuck = true;
	journal->count = refuse_ratings(journal, journal->rows + journal->first, journal->count);
	tell_drops(journal);
	if (journal->closing)
		journal->closing_attempts++;
	if (journal->count > 0 && !is_given_up(journal)) {
		/* One that is held was waited for already. */
		if (journal->closing && status != STATUS_BUSY)
			nap();
		return journal->closing;
	}
	journal->stuck = journal->unsure = false;
	return true;
}

/* Writes what is at hand; false where the file cannot be written, and it waits. */
static bool write_at_hand(struct journal *journal)
{
	while (journal->count > 0) {
		const size_t count = journal->singly ? 1 : journal->count;
		enum status status;

		if (is_given_up(journal)) {
			finish_first(journal, journal->count, false);
			break;
		}
		status = attempt(journal, journal->rows + journal->first, count);
		/* A row that the file does not take must not keep the others from it. */
		if (status == STATUS_OK || status == STATUS_INVALID) {
			note_result(journal, STATUS_OK, count);
			journal->stuck = false;
		}
		if (status == STATUS_OK)
			finish_first(journal, count, true);
		else if (status == STATUS_INVALID && count > 1)
			journal->singly = true;
		else if (status == STATUS_INVALID)
			finish_first(journal, 1, false);
		else if (!put_off(journal, status))
			return false;
	}
	journal->first = 0;
	journal->singly = false;
	return true;
}

/* --- the writer --- */

/* The turns after the ratings: what is rated here was pushed before. */
static void collect(struct journal *journal)
{
	const size_t most = (size_t)journal->settings.batch_rows;
	struct row *ratings[JOURNAL_RATINGS_MOST];
	const size_t rated = queue_pop(journal->ratings, (void **)ratings, JOURNAL_RATINGS_MOST);
	const size_t count = queue_pop(journal->turns, (void **)journal->rows, most);

	assert(journal->count == 0 && count + rated <= ROWS_MOST);
	if (rated > 0)
		memcpy(journal->rows + count, ratings, rated * sizeof(ratings[0]));
	journal->first = 0;
	journal->count = count + rated;
}

/* Nothing came: the file may have been taken away all the same. */
static void look(struct journal *journal)
{
	if (!journal->store || !store_in_place(journal->store))
		note_result(journal, ensure_store(journal), 0);
	tell_drops(journal);
}

/* More is to be written before this job ends: what is left gathers until a timer comes. */
static bool goes_on(const struct journal *journal)
{
	return journal->closing || queue_length(journal->ratings) > 0 ||
	       queue_length(journal->turns) >= (size_t)journal->settings.batch_rows;
}

static void write_all(void *context, unsigned lane)
{
	struct journal *journal = context;
	bool written = true;

	(void)lane;
	if (journal->count == 0)
		collect(journal);
	if (journal->count == 0)
		look(journal);
	while (journal->count > 0 && written) {
		written = write_at_hand(journal);
		if (written && goes_on(journal))
			collect(journal);
	}
	tell_drops(journal);
}

/* --- in the loop --- */

static bool something_waits(struct journal *journal)
{
	return queue_length(journal->turns) + queue_length(journal->ratings) > 0;
}

/* A writer that is under way sees what came, or is added again when it is done. */
static void wake_writer(struct journal *journal)
{
	enum status status = STATUS_OK;

	timer_cancel(journal->timer);
	journal->timer = NULL;
	journal->gathered = 0;
	if (!journal->writer.under_way)
		status = jobs_add(journal->jobs, JOB_JOURNAL, &journal->writer);
	assert(status == STATUS_OK || journal->closing);
	(void)status;
}

static void on_timer(void *context)
{
	struct journal *journal = context;

	journal->timer = NULL;
	wake_writer(journal);
}

/* Without memory for a timer the second's look writes what waits. */
static void wake_later(struct journal *journal, int64_t delay_ms)
{
	if (!journal->timer)
		journal->timer = loop_after(journal->loop, delay_ms, on_timer, journal);
}

/* A turn came. */
static void gather(struct journal *journal)
{
	journal->gathered++;
	/* It comes back by itself. */
	if (journal->stuck || journal->writer.under_way)
		return;
	if (journal->settings.batch_ms == 0 ||
	    journal->gathered >= (size_t)journal->settings.batch_rows)
		wake_writer(journal);
	else
		wake_later(journal, journal->settings.batch_ms);
}

/* A file that cannot be written, and the end, let nobody wait. */
static void tell_awaiting(struct journal *journal)
{
	const bool all = journal->stuck || journal->closing;

	while (journal->awaiting && (all || journal->awaiting->turns <= journal->turns_settled)) {
		struct awaiting *first = journal->awaiting;

		journal->awaiting = first->next;
		if (!journal->awaiting)
			journal->awaiting_end = &journal->awaiting;
		first->told(first->context, first->turns <= journal->turns_settled);
		free(first);
	}
}

static void last_done(void *context)
{
	tell_awaiting(context);
}

static void writer_done(void *context)
{
	struct journal *journal = context;

	if (journal->closing)
		return;
	tell_awaiting(journal);
	if (journal->stuck)
		wake_later(journal, PAUSE_MS);
	else if (something_waits(journal) &&
	         (journal->settings.batch_ms == 0 || journal->awaiting || goes_on(journal)))
		wake_writer(journal);
	else if (something_waits(journal))
		wake_later(journal, journal->settings.batch_ms);
}

static void tell_rated(void *context)
{
	struct journal *journal = context;
	void *item;

	while (queue_pop(journal->rated, &item, 1) == 1) {
		struct row *row = item;

		assert(journal->ratings_about > 0);
		journal->ratings_about--;
		row->told(row->context, row->kept);
		free(row);
	}
}

/* --- opening and closing --- */

static enum status open_store(struct store **out, const struct journal_settings *settings,
                              struct log *log)
{
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	const enum status status = open_rows(out, settings, problem);

	if (status != STATUS_OK)
		log_event(log, LOG_ERROR, "journal_open_failed",
		          LOG_TEXT("file", store_name(settings->file, name)),
		          LOG_TEXT("reason", problem),
		          LOG_TEXT("hint", _("set journal.file to a file that this user may write; "
		                             "left empty, no journal is kept")));
	return status;
}

static void destroy(struct journal *journal)
{
	store_close(journal->store);
	queue_destroy(journal->turns);
	queue_destroy(journal->ratings);
	queue_destroy(journal->rated);
	free(journal);
}

struct job_limits journal_limits(void)
{
	return (struct job_limits){ .width = 1, .most = JOBS_MOST };
}

enum status journal_open(struct journal **out, const struct journal_settings *settings,
                         struct loop *loop, struct jobs *jobs, struct log *log)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	enum status status;

	if (!journal)
		return STATUS_NO_MEMORY;
	journal->settings = *settings;
	journal->loop = loop;
	journal->jobs = jobs;
	journal->writer = (struct job){ .run = write_all, .done = writer_done, .context = journal };
	journal->last = (struct job){ .run = write_all, .done = last_done, .context = journal };
	journal->awaiting_end = &journal->awaiting;
	journal->tell = (struct loop_call){ .run = tell_rated, .context = journal };
	journal->log = log;
	if (journal->settings.batch_rows > BATCH_MOST)
		journal->settings.batch_rows = BATCH_MOST;
	assert(settings->queue > 0);
	assert(journal->settings.batch_rows > 0);
	status = queue_create(&journal->turns, (size_t)settings->queue);
	if (status == STATUS_OK)
		status = queue_create(&journal->ratings, JOURNAL_RATINGS_MOST);
	if (status == STATUS_OK)
		status = queue_create(&journal->rated, JOURNAL_RATINGS_MOST);
	if (status == STATUS_OK)
		status = open_store(&journal->store, settings, log);
	if (status == STATUS_OK)
		status = jobs_every(jobs, LOOK_MS, JOB_JOURNAL, &journal->writer);
	if (status == STATUS_OK)
		*out = journal;
	else
		destroy(journal);
	return status;
}

/* A writer that is under way may have seen the queues empty just before the last row came. */
void journal_stop(struct journal *journal)
{
	enum status status;

	if (!journal || journal->closing)
		return;
	journal->closing = true;
	timer_cancel(journal->timer);
	journal->timer = NULL;
	status = jobs_add(journal->jobs, JOB_JOURNAL, &journal->last);
	assert(status == STATUS_OK);
	(void)status;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	assert(!journal->writer.under_way && !journal->last.under_way);
	assert(!something_waits(journal) && journal->ratings_about == 0 && !journal->awaiting);
	destroy(journal);
}

enum status journal_add(struct journal *journal, const struct journal_turn *turn)
{
	struct row *row;
	enum status status;

	if (!journal)
		return STATUS_OK;
	row = copy_turn(turn);
	/* Counted before the writer can have written it. */
	journal->taken++;
	status = row ? queue_push(journal->turns, row) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		free(row);
		assert(journal->taken > 0);
		journal->taken--;
		journal->dropped++;
	} else {
		journal->turns_added++;
	}
	gather(journal);
	return status;
}

enum status journal_await(struct journal *journal, journal_told told, void *context)
{
	struct awaiting *awaiting;

	if (!journal || journal->turns_settled >= journal->turns_added)
		return STATUS_NOT_FOUND;
	if (journal->stuck || journal->closing)
		return STATUS_BUSY;
	awaiting = malloc(sizeof(*awaiting));
	if (!awaiting)
		return STATUS_NO_MEMORY;
	*awaiting = (struct awaiting){ NULL, journal->turns_added, told, context };
	*journal->awaiting_end = awaiting;
	journal->awaiting_end = &awaiting->next;
	wake_writer(journal);
	return STATUS_OK;
}

static enum status push_rating(struct journal *journal, const struct journal_rating *rating,
                               journal_told told, void *context)
{
	struct row *row = copy_rating(rating);
	enum status status = STATUS_NO_MEMORY;

	journal->taken++;
	if (row) {
		row->told = told;
		row->context = context;
		status = queue_push(journal->ratings, row);
	}
	if (status != STATUS_OK) {
		free(row);
		assert(journal->taken > 0);
		journal->taken--;
		return status;
	}
	journal->ratings_about++;
	wake_writer(journal);
	return STATUS_OK;
}

enum status journal_rate(struct journal *journal, const struct journal_rating *rating,
                         journal_told told, void *context)
{
	enum status status = STATUS_BUSY;

	if (journal->stuck)
		status = STATUS_IO;
	else if (journal->ratings_about < JOURNAL_RATINGS_MOST)
		status = push_rating(journal, rating, told, context);
	if (status != STATUS_OK) {
		journal->taken++;
		journal->lost++;
	}
	return status;
}

enum status journal_recall(const struct journal_settings *settings, int64_t since_ms, int64_t most,
                           journal_visitor visit, void *context, struct log *log)
{
	struct store *store;
	enum status status = open_store(&store, settings, log);

	if (status != STATUS_OK)
		return status;
	status = rows_recall(store, since_ms, most, visit, context);
	store_close(store);
	return status;
}

struct journal_counts journal_counts(struct journal *journal)
{
	struct journal_counts counts = { 0 };

	if (!journal)
		return counts;
	/* Read in this order: rows written meanwhile must not make it negative. */
	counts.written = journal->written;
	counts.lost = journal->lost;
	counts.dropped = journal->dropped;
	counts.waiting = journal->taken - counts.written - counts.lost;
	return counts;
}
