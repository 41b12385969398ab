/*
 * Journal: every turn, kept in a file for the office: what was asked (masked), what was answered,
 * and what people thought of the answer.
 *
 * Rows wait in bounded queues and are committed in groups, in a job: never here. A turn waits for
 * as long as the file cannot be written (locked, full, taken away); only a full queue drops turns,
 * the newest, and counts them. A rating is told to have been kept once it is on the disk, and
 * refused where it cannot be written now.
 *
 * All of this is for the loop's thread, unless it says otherwise.
 *
 * docs/server.md tells the tables; `user_version` in the file is the version of its schema.
 */
#ifndef DAYI_JOURNAL_JOURNAL_H
#define DAYI_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "run/jobs.h"
#include "store/store.h"

extern const struct store_schema journal_schema;

struct journal;

/* How long rows are kept (retention.h): days, of each class; 0: for ever. */
struct journal_days {
	int64_t turns;   /* questions and what they were answered with */
	int64_t choices; /* which entry was chosen for a question, without the conversation */
	int64_t ratings;
};

struct journal_settings {
	const char *file;   /* made with mode 0600, and its folder with 0700, when missing; or the
	                       URL of a PostgreSQL (store.h), which several processes share */
	int64_t queue;      /* turns that may wait */
	int64_t batch_rows; /* commit after that many turns, */
	int64_t batch_ms;   /* or when the first of them has waited that long */
	int64_t busy_ms;    /* how long a locked file is waited for, per attempt */
	struct journal_days keep;
};

/* What an entry said, for an operator who looks a receipt up later. */
struct journal_text {
	struct span entry; /* its id */
	struct span words; /* a JSON object of the office's words, nobody's of a record */
};

enum { JOURNAL_TEXTS_MOST = 8 };

struct journal_turn {
	int64_t at_ms; /* since 1970 */
	const char *receipt;
	const char *channel;  /* "web", "http" */
	const char *session;  /* a hash, never the id itself; "" where there is none */
	struct span question; /* masked */
	const char *outcome;
	const char *reason;  /* NULL where there is none */
	const char *topic;   /* NULL where there is none */
	struct span entries; /* ids of the entries answered or offered, parted by blanks */
	struct span cases;   /* of each of them the case that it led with, or "-" */
	/* Of each of them what was told of its cases, "1=excluded,2=applies", or "-". */
	struct span verdicts;
	double confidence;     /* of the first of them; 0 without */
	const char *knowledge; /* version of the snapshot */
	int64_t took_us;
	/* Of its entries those whose words in that version may not be kept yet. Kept once. */
	struct journal_text texts[JOURNAL_TEXTS_MOST];
	size_t text_count;
};

/* Anonymous: the receipt tells of which answer, nothing tells by whom. */
struct journal_rating {
	int64_t at_ms;
	const char *receipt;
	const char *value;  /* "up", "down" */
	struct span reason; /* masked; empty where none was given */
};

/* What the jobs must allow the class JOB_JOURNAL. */
struct job_limits journal_limits(void);

/*
 * Opens or makes the file. STATUS_IO when the file cannot be opened, STATUS_INVALID when a later
 * version or another program wrote it; both are logged. `log`, loop and jobs are borrowed.
 */
MUST_CHECK enum status journal_open(struct journal **out, const struct journal_settings *settings,
                                    struct loop *loop, struct jobs *jobs, struct log *log);

/*
 * Before jobs_stop(): the last job writes out what waits, without delay. A file that cannot be
 * written is given five attempts more, of `busy_ms` each, or half a second apart; what is left then
 * is counted, logged and gone. Nothing may be added after, and whoever waits is told.
 * Takes NULL.
 */
void journal_stop(struct journal *journal);

/* After jobs_stop() and a loop_run(). Takes NULL. */
void journal_close(struct journal *journal);

/*
 * Copies the turn into the queue. STATUS_BUSY when it is full and STATUS_NO_MEMORY: the turn is
 * dropped and counted. Never blocks on the file. `journal` NULL: nothing is kept.
 */
enum status journal_add(struct journal *journal, const struct journal_turn *turn);

enum { JOURNAL_RATINGS_MOST = 1000 }; /* that may wait */

/*
 * In the loop, once it is known whether a rating was kept: on the disk, or not at all. Of turns:
 * whether they are on the disk now, or wait for a file that cannot be written.
 */
typedef void (*journal_told)(void *context, bool kept);

/*
 * Has what waits written at once, and `told` called later, once, when the turns that were added so
 * far are settled. Otherwise it is not called: STATUS_NOT_FOUND: all of them are settled already,
 * or `journal` is NULL; STATUS_BUSY: the file cannot be written now; STATUS_NO_MEMORY.
 */
MUST_CHECK enum status journal_await(struct journal *journal, journal_told told, void *context);

/*
 * Likewise; it takes the place of an earlier rating of the same receipt. With STATUS_OK `told` is
 * called later, once. STATUS_IO: the file cannot be written now.
 */
MUST_CHECK enum status journal_rate(struct journal *journal, const struct journal_rating *rating,
                                    journal_told told, void *context);

/* Sees the entries of one answer, ids parted by blanks. Both are borrowed. */
typedef void (*journal_visitor)(void *context, int64_t at_ms, const char *entries);

/*
 * Shows the turns since `since_ms` that were answered, the last first, looking at the last `most`
 * turns only. A file that is missing is made, as journal_open() does.
 */
MUST_CHECK enum status journal_recall(const struct journal_settings *settings, int64_t since_ms,
                                      int64_t most, journal_visitor visit, void *context,
                                      struct log *log);

struct journal_counts {
	uint64_t waiting; /* not on the disk yet */
	uint64_t written; /* on the disk */
	uint64_t dropped; /* turns: the queue was full */
	uint64_t lost;    /* the file did not take them, and ratings that were refused for it */
};

/* Any thread; all zero for NULL. */
struct journal_counts journal_counts(struct journal *journal);

#endif
