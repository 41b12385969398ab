/*
 * Account locks: who guesses too often at the console has to wait, each time for longer, wherever
 * it is tried: what is counted lies in the accounts' store, by the database's clock. The rule is
 * that of lockout.h, whose table is one process's own.
 *
 * Counted are an address, and a name that was typed: under keyed hashes, for what stands in the
 * place of a name may be a password. Every function is a transaction: for jobs.
 */
#ifndef DAYI_IDENTITY_ACCOUNT_LOCKS_H
#define DAYI_IDENTITY_ACCOUNT_LOCKS_H

#include "office/identity/accounts.h"

struct account_lock_rule {
	int64_t failures, lock_s, longest_s; /* as in struct lockout_settings */
	int64_t most;                        /* rows that are kept, about */
};

/* An attempt, counted as a failure until it is taken back. */
struct account_attempt {
	int64_t wait_s; /* 0: it may go on */
	bool address, name;
	int64_t at_ms; /* when it was counted, and what had failed last before */
	int64_t address_before_ms, name_before_ms;
};

/*
 * Counts an attempt of an address and for a name, unless one is locked. Whoever knows a name can
 * lock it: from an address of which nothing is counted it may be tried all the same. `name` empty:
 * only the address counts.
 */
MUST_CHECK enum status account_locks_try(struct accounts *accounts,
                                         const struct account_lock_rule *rule, struct span address,
                                         struct span name, struct account_attempt *out);

/*
 * It was no failure. `right`: it succeeded, so all that is counted for the name goes; of the
 * address only this attempt, for who knows one right answer could clear it between guesses.
 */
MUST_CHECK enum status account_locks_take_back(struct accounts *accounts,
                                               const struct account_lock_rule *rule,
                                               struct span address, struct span name,
                                               const struct account_attempt *attempt, bool right);

/* Forgets all that is counted; either may be empty. *found: there was something. */
MUST_CHECK enum status account_locks_lift(struct accounts *accounts, struct span address,
                                          struct span name, bool *found);

#endif
