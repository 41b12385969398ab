/*
 * Errand, against guessing: failures are counted by where they come from and by the name that was
 * typed (office/identity/account_locks.h), over all processes that share the accounts. For jobs.
 */
#ifndef DAYI_SERVICE_ERRAND_GATE_H
#define DAYI_SERVICE_ERRAND_GATE_H

#include <stdbool.h>

struct accounts;
struct errand;

/* Whether guesses at what the errand brings are counted. */
bool gate_guards(const struct errand *errand);

/*
 * Counts a failure before it is one. False when it is locked, for errand->attempt.wait_s, or could
 * not be counted: errand->refusal says so.
 */
bool gate_try(struct errand *errand, struct accounts *accounts);

/* What was to be tried was tried: takes back what was counted and was no failure. */
void gate_judge(struct errand *errand, struct accounts *accounts);

#endif
