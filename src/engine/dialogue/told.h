/*
 * Told: facts that a person gave in a conversation: answers to self-check questions, typed
 * identifiers, and dates. Lives as long as the conversation.
 *
 * * A plain value: it may be copied.
 */
#ifndef DAYI_DIALOGUE_TOLD_H
#define DAYI_DIALOGUE_TOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/facts/facts.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/dates.h"
#include "engine/text/identify.h"

enum {
	TOLD_SAID_MOST = 24,
	TOLD_TYPED_MOST = 4,
	TOLD_TYPED_SIZE = 64,
	TOLD_DATES_MOST = 6,
	TOLD_HEARD_MOST = 4
};

struct told {
	struct {
		char fact[QUESTION_FACT_SIZE];
		char value[QUESTION_FACT_SIZE]; /* "" where the question was skipped */
		bool open;      /* taken back: it is to be answered anew, and keeps its place */
	} said[TOLD_SAID_MOST]; /* in the order in which they were asked */
	size_t said_count;
	struct {
		enum identifier_kind kind;
		bool valid;
		char value[TOLD_TYPED_SIZE];
	} typed[TOLD_TYPED_MOST]; /* the latest ones, each once */
	size_t typed_count;
	struct {
		char value[TOLD_TYPED_SIZE];
		char of[QUESTION_FACT_SIZE]; /* "" where the sentence does not tell */
		char from[DAY_SIZE], to[DAY_SIZE];
	} dates[TOLD_DATES_MOST]; /* the latest ones, of each thing one */
	size_t date_count;
	struct {
		char fact[QUESTION_FACT_SIZE], value[QUESTION_FACT_SIZE];
	} heard[TOLD_HEARD_MOST]; /* said in passing: tells siblings apart, and is no fact */
	size_t heard_count;
};

/*
 * An empty `value` skips the question. Replaces an earlier answer in place; drops the first answer
 * if there is no room left.
 */
void told_say(struct told *told, const char *fact, const char *value);

/* The number of the question, from 1, among the entry's questions that were answered and itself. */
size_t told_number(const struct told *told, const struct entry *entry, const char *fact);

/* Withdraws the answer to the question of that number. Returns it; NULL if there is none. */
const struct question *told_reopen(struct told *told, const struct entry *entry, size_t number);

/* The label of the answer to a question: "" if it was skipped, NULL if there is none. */
const char *told_label(const struct told *told, const struct question *question);

/* The answer to the question of that fact: "" if it was skipped, NULL if there is none. */
const char *told_value(const struct told *told, const char *fact);

/* Whether a question of the entry was answered. */
bool told_about(const struct told *told, const struct entry *entry);

void told_type(struct told *told, const struct identifier_list *found);

/*
 * Adds a date, `value` as it was typed. It replaces an earlier one of the same subject. A value
 * that is too long is left out.
 */
void told_date(struct told *told, const struct date *date, struct span value);

/* What was said in passing about a fact; NULL if nothing was. */
void told_hear(struct told *told, const char *fact, const char *value);
const char *told_heard(const struct told *told, const char *fact);

/*
 * As facts of the relations, which are kept: `said` and `typed` are present, `client` where
 * `browser` is known (NULL: unknown). Owned by the caller.
 */
MUST_CHECK enum status told_facts(const struct told *told, struct relations *relations,
                                  const char *browser, const char *channel, struct facts **out);

#endif
