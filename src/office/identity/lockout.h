/*
 * Lock-out: who guesses too often has to wait, each time for longer. One thread.
 *
 * A key is an address or the keyed hash of an ID number. An attempt counts as failed until it is
 * withdrawn, so that many at once do not slip through while the first is still being checked:
 *
 *   lockout_attempt(address), lockout_attempt(person)   0 from both: go on and check
 *   it fits: lockout_withdraw(address), lockout_forget(person)
 *
 * The address is not forgotten: who knows one right answer could clear it between guesses.
 *
 * Whoever knows an ID number can bring about its lock. So that this does not lock its owner out, an
 * address of which nothing is counted (lockout_counts()) may try all the same; once it failed it
 * may not.
 *
 * The table is bounded. A key shares one of its rows with few others; where all of them are locked
 * a further one has to wait as long as the first of them, and where not, the one that counts least
 * makes room.
 */
#ifndef DAYI_IDENTITY_LOCKOUT_H
#define DAYI_IDENTITY_LOCKOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum { LOCKOUT_KEY_BYTES = 64 /* longer keys count by these */ };

/* The count of a key, for the owner that keeps it over a restart. */
struct lockout_row {
	char key[LOCKOUT_KEY_BYTES];
	size_t len;
	int64_t failures; /* 0: nothing any more */
	int64_t failed_us, locked_until_us;
	/* The latest attempt here, and what failed_us was before it; 0: none, not known. */
	int64_t tried_us, before_us;
};

struct lockout_settings {
	int64_t failures;  /* that lock, 5; and as many again that lock for twice as long */
	int64_t lock_s;    /* 900 */
	int64_t longest_s; /* of a lock; after as long without a failure all is forgotten: 86400 */
	size_t keys;       /* that are remembered, at least */
	uint64_t seed;     /* random, so that nobody can choose keys that share a row */
	void (*changed)(void *context, const struct lockout_row *row); /* or NULL */
	void *context;
};

struct lockout;

MUST_CHECK enum status lockout_create(struct lockout **out,
                                      const struct lockout_settings *settings);
void lockout_destroy(struct lockout *lockout);

/* 0: counted, and it may go on. Otherwise the seconds to wait, and nothing is counted;
 * so for an empty key. */
MUST_CHECK int64_t lockout_attempt(struct lockout *lockout, struct span key, int64_t now_us);

/* Whether failures are counted of it now. */
bool lockout_counts(const struct lockout *lockout, struct span key, int64_t now_us);

/* Takes back one attempt, and the lock that it brought. */
void lockout_withdraw(struct lockout *lockout, struct span key);

/* Takes back all. */
void lockout_forget(struct lockout *lockout, struct span key);

/*
 * What was counted before or elsewhere, unless a later failure is known here, and where there is
 * room for it; nobody is told of this change.
 */
void lockout_recall(struct lockout *lockout, const struct lockout_row *recalled, int64_t now_us);

#endif
