/*
 * Errand, against guessing: failures are counted by where they come from and by the name that was
 * typed (office/identity/account_locks.h), over all processes that share the accounts. For jobs.
 */
#ifndef DAYI_SERVICE_ERRAND_GATE_H
#define DAYI_SERVICE_ERRAND_GATE_H

#include <stdbool.h>

struct accounts;
struct errand;

/* Whether the errand brings a password or a code that could be guessed: its failures count. */
bool gate_guards(const struct errand *errand);

/*
 * Counts a failure before it is one. False when it is locked, for errand->attempt.wait_s, or could
 * not be counted: errand->refusal says so.
 */
bool gate_try(struct errand *errand, struct accounts *accounts);

/* After the attempt: takes back the count of gate_try() unless the attempt failed. */
void gate_judge(struct errand *errand, struct accounts *accounts);

#endif
