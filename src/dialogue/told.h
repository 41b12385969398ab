/*
 * Told: what one person told about themselves in a conversation: the answers to the questions of
 * the self-check, and the identifiers they typed. Kept in memory only, as long as the conversation.
 *
 * A plain value: it may be copied.
 */
#ifndef DAYI_DIALOGUE_TOLD_H
#define DAYI_DIALOGUE_TOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "knowledge/knowledge.h"
#include "record/facts.h"
#include "text/identify.h"

enum { TOLD_SAID_MOST = 24, TOLD_TYPED_MOST = 4, TOLD_TYPED_SIZE = 64 };

struct told {
	struct {
		char fact[QUESTION_FACT_SIZE];
		char value[QUESTION_FACT_SIZE]; /* "" where the question was skipped */
	} said[TOLD_SAID_MOST];                 /* in the order in which they were answered */
	size_t said_count;
	struct {
		enum identifier_kind kind;
		bool valid;
		char value[TOLD_TYPED_SIZE];
	} typed[TOLD_TYPED_MOST]; /* the latest ones */
	size_t typed_count;
};

/* `value` "" skips the question. An earlier answer is replaced; with no room left the first goes.
 */
void told_say(struct told *told, const char *fact, const char *value);

/*
 * Takes back the answer to a question of `entry`: the `index`-th that was given, or the last with
 * TOLD_LAST. Returns its question, NULL where there is none.
 */
enum { TOLD_LAST = 0 };
const struct question *told_take_back(struct told *told, const struct entry *entry, size_t index);

/* How many questions of the entry were answered or skipped. */
size_t told_count(const struct told *told, const struct entry *entry);

/* The label of the answer to a question: "" where it was skipped, NULL where it was not asked. */
const char *told_label(const struct told *told, const struct question *question);

void told_type(struct told *told, const struct identifier_list *found);

/*
 * As facts: `said` and `typed` are present, `client` where `browser` is known (NULL: unknown).
 * Owned by the caller.
 */
MUST_CHECK enum status told_facts(const struct told *told, const char *browser, const char *channel,
                                  struct facts **out);

#endif
