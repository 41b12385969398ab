/*
 * Snapshot: one version of the knowledge with all that is compiled from it.
 *
 * * It is the model. Any thread may build it; it is const afterwards and shared by all threads that
 * answer from it. Each thread has a scratch (scratch.h) for what a question changes: SQLite
 * connections over the index and for the rules, match data, arrays. Destroy the scratches before
 * the snapshot.
 */
#ifndef DAYI_DIALOGUE_SNAPSHOT_H
#define DAYI_DIALOGUE_SNAPSHOT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/image_file.h"
#include "base/status.h"
#include "engine/diagnose/diagnosis.h"
#include "engine/dialogue/reply.h"
#include "engine/dialogue/words.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/matcher.h"
#include "engine/text/dates.h"
#include "engine/text/normalise.h"
#include "engine/text/privacy.h"

struct snapshot {
	struct knowledge *knowledge;
	struct matcher *matcher;
	struct diagnoser *diagnoser;
	struct privacy *privacy;             /* knows what the office prints */
	struct arena *arena;                 /* of the parts and words */
	const struct words *words;           /* that a conversation listens for */
	const struct reply_parts *parts;     /* by entry; NULL for what lies in a file */
	struct image_file *file;             /* that all the rest lies in, or NULL */
	const struct normaliser *normaliser; /* borrowed */
	struct match_settings settings;      /* of the matcher */
	struct date_subjects subjects;       /* what dates are said of; in the arena */
	/* What each of knowledge_examples() is answered with; NULL where that is not one entry. */
	const struct entry *meant[EXAMPLES_MOST];
};

/*
 * Load, validate, compile, index; a large folder from its file (snapshot_file.h) where there is
 * one. STATUS_INVALID with the faults of the folder when it is not fit to serve; STATUS_CLOSED when
 * it was given up (match_settings). `normaliser` must outlive the snapshot.
 */
MUST_CHECK enum status snapshot_build(const char *folder, const struct normaliser *normaliser,
                                      const struct match_settings *settings, struct faults *faults,
                                      struct snapshot **out);

/* The same from knowledge already read. Takes ownership of it, even on failure. */
MUST_CHECK enum status snapshot_build_of(struct knowledge *knowledge,
                                         const struct normaliser *normaliser,
                                         const struct match_settings *settings,
                                         struct faults *faults, struct snapshot **out);
/* Takes NULL. */
void snapshot_destroy(struct snapshot *snapshot);

/*
 * The further checks of `dayi check`: an alternate that another entry wins, a prompt shared by two
 * entries, an entry without a question, a golden question that lost its answer or case, a useless
 * pattern (pattern_check.h), an example on the page without an answer, an office without contacts.
 */
MUST_CHECK enum status snapshot_check(const struct snapshot *snapshot, struct faults *faults);

/*
 * Checks the golden questions only. Each that lost its answer or case becomes a fault of `level`.
 * STATUS_INVALID if there is one and `level` is FAULT_ERROR.
 */
MUST_CHECK enum status snapshot_check_golden(const struct snapshot *snapshot,
                                             enum fault_level level, struct faults *faults);

#endif
