/*
 * Atlas: what the rules of an entry say about every record that their atoms can tell apart.
 *
 * `dayi check` rehearses the rules on the records that an office wrote down; the atlas makes the
 * records up (atlas_space.h), judges each, and reports what is odd, each with the smallest record
 * that shows it. Two rows a relation at most. Where the records of a case are more than `most`, it
 * tries all of one row a relation, and of two rows every pair of values; it says so, and proves
 * nothing then. The same where an atom could not be read.
 *
 * One thread; not while serving.
 */
#ifndef DAYI_DIAGNOSE_ATLAS_H
#define DAYI_DIAGNOSE_ATLAS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "engine/diagnose/diagnosis.h"

enum finding_kind {
	FINDING_OVERLAP,       /* cases `first` and `second` apply at once */
	FINDING_GAP,           /* all is known, and every case is excluded */
	FINDING_OPEN,          /* all is known, and case `first` stays unknown while none applies */
	FINDING_NEVER_APPLIES, /* case `first`, on no record */
	FINDING_NEVER_DECIDED,
	FINDING_UNSETTLED, /* `first` is decided, and a value that becomes known opens it again */
	FINDING_NULL_DECIDES,  /* `first` is decided without what then decides it otherwise */
	FINDING_NO_SENTENCE,   /* `first` is decided without a word */
	FINDING_SAME_SENTENCE, /* for two verdicts of `first` */
	FINDING_FOREIGN_DATE,  /* a sentence names a day that the deciding row does not have */
	FINDING_FAILS,         /* a rule of `first` */
};

/* "overlap", "gap", … as in `accepted` of an entry. */
const char *finding_name(enum finding_kind kind);

/* Whether a rule is wrong; the others are for the office to decide. */
bool finding_is_defect(enum finding_kind kind);

struct finding {
	enum finding_kind kind;
	size_t first, second; /* of entry->judged */
	const char *witness;  /* facts as JSON, for dayi diagnose --facts; "" where there is none */
	const char *detail;   /* English; "" where the kind says all */
	const char *told;     /* the same in the language of the process */
	const char *accepted; /* why the office accepts it, in its words; NULL: it does not */
};

struct atlas {
	const struct entry *entry;
	size_t atoms, unread;
	size_t tried;    /* records that were judged by SQL */
	bool case_pairs; /* of a case, not every record was tried, or a column has more values */
	bool pairs;      /* of all cases together, not every record was tried */
	const struct finding *findings;
	size_t finding_count;
};

struct atlas_settings {
	char today[DAY_SIZE];
	size_t most; /* records of a case, and of all cases together */
};

enum { ATLAS_RECORDS_MOST = 200000 };

/* Everything comes from the arena. */
MUST_CHECK enum status atlas_explore(struct diagnosis_scratch *rules, const struct entry *entry,
                                     const struct atlas_settings *settings, struct arena *arena,
                                     struct atlas *out);

/* Whether nothing was left out, so that what was not found is not there. */
bool atlas_is_complete(const struct atlas *atlas);

/* What it says, without its witness: "case 1 and case 2 apply at once". In the language of the
 * process, as is atlas_write_text(); JSON is English. */
void finding_write(const struct atlas *atlas, const struct finding *finding, struct buf *out);

/* For people, and as one object of JSON. */
void atlas_write_text(const struct atlas *atlas, struct buf *out);
MUST_CHECK enum status atlas_write_json(const struct atlas *atlas, struct buf *out);

#endif
