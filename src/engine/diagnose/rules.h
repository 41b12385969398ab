/*
 * Rules: the compiled SQL of the entries' cases, and what a case's picks decide. Private to
 * diagnosis.c, which runs them, and to rules_check.c, which rehearses them.
 */
#ifndef DAYI_DIAGNOSE_RULES_H
#define DAYI_DIAGNOSE_RULES_H

#include "base/fault.h"
#include "engine/diagnose/diagnosis.h"
#include "engine/diagnose/sandbox.h"
#include "engine/knowledge/knowledge.h"

/* NULL where a member is missing. */
struct pick_rule {
	struct query *query;
	struct expression *because, *because_not, *because_unknown;
	const char *from, *until; /* of the pick */
};

/* A verdict may change on the day that is `days` before `years` after a column's, or the next. */
struct boundary {
	size_t relation, column;
	int64_t years, days;
};

struct step_rule {
	struct expression *condition, *from, *until;
};

struct case_rule {
	struct pick_rule *picks;       /* as entry_case->picks */
	size_t pick_count;             /* 0: the case has no rule */
	struct expression *instead_if; /* over the columns of all picks; or NULL */
	struct step_rule *steps;       /* as entry_case->todo; over the columns of all picks */
	struct row_columns columns;    /* of all picks */
	struct reads reads;            /* of all picks */
	struct boundary *boundaries;   /* of all picks */
	size_t boundary_count;
};

struct entry_rule {
	struct case_rule *cases; /* as entry->judged; NULL where the entry has none */
};

/* Nothing of it changes after diagnoser_create(). */
struct diagnoser {
	const struct knowledge *knowledge;
	struct relations *relations; /* of the knowledge */
	struct clock clock;
	struct reads **reads; /* as knowledge->entries, answers only; NULL: it has no rules */
};

struct diagnosis_scratch {
	const struct diagnoser *diagnoser;
	struct sandbox *sandbox;
	struct entry_rule *entries; /* as knowledge->entries; compiled when they are first used */
};

enum { RULE_FIELD_SIZE = 80, RULE_MEMBER_SIZE = 48 };

/* Where a member of a rule stands, for faults: "cases[1].pick", "diagnosis[0].todo[2].if". */
void rule_field(char field[RULE_FIELD_SIZE], const struct entry *entry, size_t index,
                const char *member);

/* "because", or "otherwise[0].because" of the second pick. */
void pick_member(char member[RULE_MEMBER_SIZE], size_t pick, const char *name);

/*
 * Compiles the rules of an entry. STATUS_INVALID with faults where one does not compile; the rule
 * must be deinitialised in any case.
 */
MUST_CHECK enum status entry_rule_init(struct entry_rule *rule, const struct entry *entry,
                                       struct sandbox *sandbox, struct faults *faults);
void entry_rule_deinit(struct entry_rule *rule, const struct entry *entry);

/* The rules of an entry that has some, compiled in the scratch. STATUS_NO_MEMORY. */
MUST_CHECK enum status diagnosis_scratch_rule(struct diagnosis_scratch *scratch,
                                              const struct entry *entry,
                                              const struct entry_rule **out);

/*
 * What the picks that count on the day say of the case: the first whose verdict is true or false
 * decides. `pick` is that one and `row` what it found; where none decides, the first that found a
 * row and has a `because_unknown`, or pick_count.
 */
struct judgement {
	enum verdict verdict;
	size_t pick;
	struct row row;
};

/*
 * Errors as query_run(); `out->pick` then is the pick that failed, with VERDICT_UNKNOWN: a rule
 * that fails decides nothing.
 */
MUST_CHECK enum status case_judge(const struct case_rule *rule, struct arena *arena,
                                  struct judgement *out, char problem[SANDBOX_PROBLEM_SIZE]);

#endif
