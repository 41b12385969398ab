/*
 * Budget: how much work one turn may cost, in steps.
 *
 * A step is about what one cell of an alignment takes, or one way that a pattern tries: some
 * nanoseconds. Repair, patterns, alignment and clauses draw on one budget; what it does not reach
 * is left out, and the turn is answered by what was found.
 */
#ifndef DAYI_BASE_BUDGET_H
#define DAYI_BASE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

enum {
	BUDGET_OF_A_TURN = 150000,
	BUDGET_OF_A_READ_POINT = 100, /* to read one code point of a clause as a question */
};

struct budget {
	uint64_t left;
	unsigned refused; /* how often something was left out */
};

/* False, and nothing taken, where less than that is left. */
static inline bool budget_take(struct budget *budget, uint64_t steps)
{
	if (budget->left < steps) {
		budget->refused++;
		return false;
	}
	budget->left -= steps;
	return true;
}

#endif
