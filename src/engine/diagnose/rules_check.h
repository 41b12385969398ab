/*
 * Rules check: a rehearsal of the knowledge's rules on its sample records (records.jsonl), with
 * nothing known, and on every combination of answers to an entry's questions.
 *
 * Errors: an expression that fails, a `verdict` or `if` that is neither true, false nor NULL, a
 * case that applies without a sentence, a `from` or `until` that is no day, a rule that concludes
 * something from a relation that is absent, a sample record with wrong facts or another verdict
 * than it must keep.
 * Warnings: a case that nothing reaches, two cases that never differ, an exclusion without a
 * sentence, a question or an answer that changes nothing.
 */
#ifndef DAYI_DIAGNOSE_RULES_CHECK_H
#define DAYI_DIAGNOSE_RULES_CHECK_H

#include "base/fault.h"
#include "base/status.h"
#include "engine/diagnose/diagnosis.h"

/* Combinations of answers that are tried of one entry; a note tells where there are more. */
enum { COMBINATIONS_MOST = 2000 };

/* Everything. STATUS_OK also where there were faults: the collector counts them. */
MUST_CHECK enum status rules_check(struct diagnosis_scratch *scratch, struct faults *faults);

/*
 * The errors alone: what makes a folder unfit to serve. A sample record that lost its verdict
 * becomes a fault of the level `lost`.
 */
MUST_CHECK enum status rules_check_fitness(struct diagnosis_scratch *scratch, enum fault_level lost,
                                           struct faults *faults);

#endif
