/*
 * Transcript: the turns of one conversation. Opens the file for reading only, beside whatever
 * server writes it.
 */
#ifndef DAYI_JOURNAL_TRANSCRIPT_H
#define DAYI_JOURNAL_TRANSCRIPT_H

#include "base/arena.h"
#include "office/journal/journal.h"

enum { TRANSCRIPT_MOST = 200 };

/* All of it is in the arena. */
struct transcript {
	struct journal_turn *turns; /* the last ones, the oldest first; without cases, verdicts */
	size_t count;
	bool more; /* there are earlier ones */
};

/*
 * `session` as in journal_turn. Any thread. STATUS_NOT_FOUND where there is no such file;
 * STATUS_BUSY, STATUS_IO, STATUS_INVALID for a file that is no journal, STATUS_NO_MEMORY.
 */
MUST_CHECK enum status journal_read_transcript(const char *file, int64_t busy_ms,
                                               const char *session, struct arena *arena,
                                               struct transcript *out);

#endif
