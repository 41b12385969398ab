/*
 * Merge: what two people made of one JSON object becomes one again, member by member
 * (docs/authoring.md). Items of a list that have an `id` of their own, or the key of a golden
 * question, a synonym or the like, are followed by it; a list of texts is a set whose order is
 * kept. Pure; any thread.
 */
#ifndef DAYI_AUTHORING_MERGE_H
#define DAYI_AUTHORING_MERGE_H

#include "base/json.h"

/*
 * Merges what `yours` and `theirs` made of `base`. A value that both changed in different ways is
 * an item {member, path, base, yours, theirs} of the array `conflicts`, and yours is taken; a
 * missing value is null there. `path` leads to it: the name of each member, {key: value} of each
 * item of a list; `member` is the same for people to read. `base` NULL: what both began with is not
 * known, and whatever differs is a conflict. `yours` or `theirs` NULL: it was removed. *out is the
 * caller's, NULL where it is gone. STATUS_NO_MEMORY, STATUS_LIMIT when it is nested too deep.
 */
MUST_CHECK enum status merge_three(const cJSON *base, const cJSON *yours, const cJSON *theirs,
                                   cJSON *conflicts, cJSON **out);

/* Appends an item {member, path, before, after} to `changes` for each value that differs. NULL:
 * nothing was there, or is there any more. */
MUST_CHECK enum status merge_changes(const cJSON *before, const cJSON *after, cJSON *changes);

/* Whether both say the same, whatever the order of members. NULL is a missing value. */
bool merge_same(const cJSON *a, const cJSON *b);

#endif
