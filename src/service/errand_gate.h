/*
 * Errand, against guessing: failures are counted by where they come from and by the account
 * (office/identity/lockout.h). Loop thread.
 */
#ifndef DAYI_SERVICE_ERRAND_GATE_H
#define DAYI_SERVICE_ERRAND_GATE_H

#include <stdbool.h>

struct errand;

/*
 * Counts a failure before it is one; `name` is the account's, or NULL. False when it is locked, for
 * errand->locked_s.
 */
bool gate_try(struct errand *errand, const char *name);

/* The errand is done: takes back what was counted and was no failure. */
void gate_judge(struct errand *errand);

#endif
