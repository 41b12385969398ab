/*
 * Rules: the compiled expressions of the entries. Private to diagnosis.c, which runs them, and
 * rules_check.c, which rehearses them.
 */
#ifndef DAYI_DIAGNOSE_RULES_H
#define DAYI_DIAGNOSE_RULES_H

#include "diagnose/sandbox.h"
#include "knowledge/knowledge.h"

/* The expressions of one step; NULL where it has none. */
struct step_rule {
	struct expression *condition, *from, *until;
};

struct case_rule {
	struct expression *when, *because, *because_not;
	struct step_rule *steps;
};

struct entry_rule {
	struct case_rule *cases; /* as entry->judged; NULL where the entry has none */
};

struct diagnoser {
	const struct knowledge *knowledge;
	struct relations *relations; /* of the knowledge */
	struct sandbox *sandbox;
	struct entry_rule *entries; /* as knowledge->entries, answers only */
};

enum { RULE_FIELD_SIZE = 64 };

/* Where an expression stands, for faults: "cases[1].when", "diagnosis[0].todo[2].if". */
void rule_field(char field[RULE_FIELD_SIZE], const struct entry *entry, size_t index,
                const char *member);

#endif
