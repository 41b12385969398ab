/*
 * Cover: which decisions of an entry's rules the sample records show, and the lines that are
 * missing.
 *
 * A decision is one side of one atom in one case (MC/DC): a record shows it when the atom is true,
 * or false, on it, and another value in that one place alone changes the case's verdict. What no
 * record of the space shows, either, is counted apart: such an atom cannot change a verdict by
 * itself.
 *
 * One thread; not while serving.
 */
#ifndef DAYI_DIAGNOSE_ATLAS_COVER_H
#define DAYI_DIAGNOSE_ATLAS_COVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "engine/diagnose/diagnosis.h"

struct cover {
	size_t decisions; /* of atoms that were read */
	size_t shown;     /* by a sample record */
	size_t missing;   /* by none, though there is a record: a line each */
};

/*
 * Appends the missing lines of records.jsonl to `lines`; a line may show several decisions. What it
 * expects is what the rules say today: whoever adds it makes sure that it is right.
 */
MUST_CHECK enum status cover_explore(struct diagnosis_scratch *rules, const struct entry *entry,
                                     const char today[DAY_SIZE], struct arena *arena,
                                     struct buf *lines, struct cover *out);

#endif
