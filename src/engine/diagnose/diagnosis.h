/*
 * Diagnosis: which 情形 of an entry is this applicant's, why, what to do, and what to ask next.
 *
 * The rules come from the knowledge (docs/diagnosis.md). The verdict of a pick over the facts is
 * true, false or NULL, so a case applies, is excluded, or stays unknown. A rule that fails when it
 * runs leaves its case unknown and is reported; it never decides anything.
 *
 * A diagnoser does not change after it was made: any number of threads may share it. What a
 * diagnosis changes is in a scratch, which one thread uses at a time.
 */
#ifndef DAYI_DIAGNOSE_DIAGNOSIS_H
#define DAYI_DIAGNOSE_DIAGNOSIS_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/fault.h"
#include "base/status.h"
#include "engine/diagnose/sandbox.h"
#include "engine/facts/facts.h"
#include "engine/knowledge/knowledge.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_APPLIES, VERDICT_EXCLUDED };

/* "applies", "excluded", "unknown". */
const char *verdict_name(enum verdict verdict);

/* A step with the days that the facts gave. */
struct step {
	const struct todo *todo;
	const char *from, *until; /* YYYY-MM-DD or NULL */
	bool derived;             /* not in the office's words: see entry_prints() */
};

struct case_verdict {
	const struct entry_case *of;
	enum verdict verdict;
	const char *because;      /* a Chinese sentence; "" where there is nothing to say */
	const struct step *steps; /* of a case that applies */
	size_t step_count;
	const struct entry *instead; /* that is about this, where the case is excluded; or NULL */
	/* The next day on which a date of the record turns the verdict, or NULL; and into what. */
	const char *changes_on;
	enum verdict changes_to;
};

/* Borrows from the knowledge and from the arena of its run. */
struct diagnosis {
	const struct entry *entry;
	const struct case_verdict *cases; /* as entry->judged, in that order */
	size_t case_count;
	const struct case_verdict *lead; /* the first that applies, or NULL */
	const struct question *question; /* to be asked next, or NULL */
	size_t failures;                 /* expressions that failed */
	const char *failure;             /* the first: "cases[1].pick: …", or NULL */
};

struct diagnoser;

/*
 * Reads the relations of the knowledge, which is borrowed, and tries to compile all its rules.
 * Faults of the relations and expressions that do not compile are reported: STATUS_INVALID.
 * `clock` limits how long a rule may run.
 */
MUST_CHECK enum status diagnoser_create(const struct knowledge *knowledge,
                                        const struct clock *clock, struct faults *faults,
                                        struct diagnoser **out);
void diagnoser_destroy(struct diagnoser *diagnoser);

/*
 * The sandbox of one thread, and the rules compiled in it, each entry's when it is first judged.
 * Borrows the diagnoser.
 */
struct diagnosis_scratch;
MUST_CHECK enum status diagnosis_scratch_create(const struct diagnoser *diagnoser,
                                                struct diagnosis_scratch **out);
/* Takes NULL. */
void diagnosis_scratch_destroy(struct diagnosis_scratch *scratch);

/* The relations that facts must have to be judged. Borrowed. */
struct relations *diagnoser_relations(const struct diagnoser *diagnoser);

/* Whether the entry has rules at all. */
bool diagnoser_judges(const struct diagnoser *diagnoser, const struct entry *entry);

/* Which relations and columns the rules of the entry read. */
struct reads diagnoser_reads(const struct diagnoser *diagnoser, const struct entry *entry);

/* Which relations of a record they read: a bit each (RELATION_BIT). */
unsigned diagnoser_wants(const struct diagnoser *diagnoser, const struct entry *entry);

/*
 * The verdicts on every judged case of the entry, and the next question: the first whose fact is
 * not in `said` yet and of whose answers one at least would decide a case that is open. A row of
 * `said` without value was asked and skipped. `record` and `told` as in sandbox_load().
 */
MUST_CHECK enum status diagnoser_run(struct diagnosis_scratch *scratch, const struct entry *entry,
                                     const struct facts *record, const struct facts *told,
                                     const char today[DAY_SIZE], struct arena *arena,
                                     struct diagnosis *out);

/* The day at that moment in China (UTC+8, no summer time). */
void day_in_china(int64_t wall_ms, char day[DAY_SIZE]);

#endif
