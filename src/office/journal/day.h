/*
 * Day: what the journal has of the turns and ratings since some moment, for an overview. Opens the
 * file for reading only, beside whatever server writes it.
 */
#ifndef DAYI_JOURNAL_DAY_H
#define DAYI_JOURNAL_DAY_H

#include "base/arena.h"
#include "office/journal/journal.h"
#include "store/store.h"

enum { DAY_DECLINED_MOST = 500, DAY_DISLIKED_MOST = 500, DAY_OUTCOMES_MOST = 16 };

/* One question, to the letter, that was not answered. */
struct day_declined {
	struct span question;       /* masked */
	const char *reason, *topic; /* of the last time; NULL where there is none */
	int64_t count, last_ms;
};

/* One answer that did not help. */
struct day_disliked {
	struct span entries;  /* as in journal.h */
	struct span question; /* masked */
	struct span reason;   /* masked; empty where none was given */
};

/* All of it is in the arena. */
struct journal_day {
	struct {
		const char *name;
		int64_t count;
	} outcomes[DAY_OUTCOMES_MOST];
	size_t outcome_count;
	struct day_declined *declined; /* the most frequent first */
	size_t declined_count;
	struct day_disliked *disliked; /* the latest first */
	size_t disliked_count;
};

/* The midnight before in China. */
int64_t day_begin(int64_t wall_ms);

/*
 * Any thread. STATUS_NOT_FOUND where there is no such file; STATUS_BUSY, STATUS_IO, STATUS_INVALID
 * for a file that is no journal of this version, STATUS_NO_MEMORY.
 */
MUST_CHECK enum status journal_read_day(const char *file, int64_t busy_ms, int64_t since_ms,
                                        struct arena *arena, struct journal_day *out);

/*
 * How many turns there are of each channel since `today_ms`, and when the last one was, of those
 * since `since_ms`. Errors as journal_read_day().
 */
MUST_CHECK enum status journal_count_channels(const struct journal_settings *settings,
                                              int64_t since_ms, int64_t today_ms,
                                              void (*count)(void *context, const char *channel,
                                                            int64_t today, int64_t last_ms),
                                              void *context);

#endif
