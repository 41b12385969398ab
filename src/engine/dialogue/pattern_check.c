/*
 * match_scratch_mute() takes a pattern out, and only the questions that contain it are asked again.
 * So the cost is one search of every question for each pattern, and few matches. The outcome of a
 * question is kept as one hash: its band, the entries and cases answered and offered, and its
 * topic.
 *
 * Nearly every sentence of the folder finds its own entry without patterns, because it is in the
 * index. It takes golden questions to show that a pattern is needed.
 */
#include "engine/dialogue/pattern_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "base/language.h"
#include "base/utf8.h"

enum {
	QUESTIONS_CEILING = 512 << 20,
	QUESTION_CEILING = 16 << 20,
	FINDS_MOST = 4000000, /* patterns times questions */
	ASKS_MOST = 20000,
	ENTRIES_SMALL =
	        5000,      /* of a folder; in one of n times as many an ask may cost n times more */
	LENGTH_MOST = 120, /* characters of a pattern before its classes are put in */
	NAMED_MOST = 20,   /* of the patterns with one kind of fault */
	FIELD_SIZE = 64,
};

/* A sentence that may be asked again. */
struct rehearsed {
	const char *sentence;
	struct span text;          /* normalised */
	const struct entry *owner; /* whose question or alternate it is; NULL: nobody's */
	const struct entry *winner;
	uint64_t outcome;
	bool asked; /* the two above are known */
};

struct rehearsal {
	const struct snapshot *snapshot;
	struct match_scratch *asking;
	struct faults *faults;
	struct arena *arena, *scratch;
	struct pattern_scratch *finder;
	struct rehearsed *items;
	size_t count, capacity;
	size_t finds, asks; /* spent */
	size_t asks_most;
	size_t left_out; /* patterns */
	size_t dead, thieves, long_ones;
	enum status status;
};

/* One pattern, and where it stands. */
struct subject {
	const struct entry *entry;
	struct pattern *pattern;
	const char *field;
};

/* ------------------------------------------------------------------ questions */

static void add_sentence(struct rehearsal *rehearsal, const struct entry *owner,
                         const char *sentence)
{
	struct text text;
	if (rehearsal->status != STATUS_OK || !sentence[0])
		return;
	struct rehearsed *items = grow(rehearsal->items, rehearsal->count, &rehearsal->capacity,
	                               sizeof(*items), 1024);
	if (!items) {
		rehearsal->status = STATUS_NO_MEMORY;
		return;
	}
	rehearsal->items = items;
	rehearsal->status = normalise(rehearsal->snapshot->normaliser, span_of(sentence),
	                              rehearsal->arena, &text);
	rehearsal->items[rehearsal->count++] =
	        (struct rehearsed){ .sentence = sentence, .text = text.utf8, .owner = owner };
}

static void add_sentences(struct rehearsal *rehearsal, const struct entry *owner,
                          const struct strings *sentences)
{
	for (size_t i = 0; i < sentences->count; i++)
		add_sentence(rehearsal, owner, sentences->items[i]);
}

static void gather(struct rehearsal *rehearsal)
{
	const struct knowledge *knowledge = rehearsal->snapshot->knowledge;
	for (size_t i = 0; i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		if (entry->kind == ENTRY_ANSWER)
			add_sentence(rehearsal, entry, entry->question);
		add_sentences(rehearsal, entry, &entry->prompts);
		add_sentences(rehearsal, entry, &entry->also);
		add_sentences(rehearsal, NULL, &entry->negatives);
		for (size_t c = 0; c < entry->case_count; c++)
			add_sentences(rehearsal, entry, &entry->cases[c].also);
	}
	for (size_t i = 0; i < knowledge->golden_count; i++)
		add_sentence(rehearsal, NULL, knowledge->golden[i].question);
}

/* ------------------------------------------------------------------ asking */

static uint64_t mix(uint64_t outcome, const void *one)
{
	return (outcome ^ (uintptr_t)one) * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static uint64_t outcome_of(const struct match_result *result)
{
	uint64_t outcome = mix((uint64_t)result->band + 1, result->other);
	for (size_t i = 0; i < result->answer_count; i++)
		outcome =
		        mix(mix(outcome, result->answers[i].entry), result->answers[i].named_case);
	for (size_t i = 0; i < result->choice_count; i++)
		outcome =
		        mix(mix(outcome, result->choices[i].entry), result->choices[i].named_case);
	return outcome;
}

static void ask(struct rehearsal *rehearsal, const struct rehearsed *question, uint64_t *outcome,
                const struct entry **winner)
{
	struct match_result result;
	struct text text;
	arena_reset(rehearsal->scratch);
	rehearsal->asks++;
	rehearsal->status = normalise(rehearsal->snapshot->normaliser, span_of(question->sentence),
	                              rehearsal->scratch, &text);
	if (rehearsal->status == STATUS_OK)
		rehearsal->status =
		        matcher_match(rehearsal->asking, &text, NULL, rehearsal->scratch, &result);
	if (rehearsal->status != STATUS_OK)
		return;
	*outcome = outcome_of(&result);
	*winner = match_winner(&result);
}

/* ------------------------------------------------------------------ patterns */

static void warn(const struct rehearsal *rehearsal, const struct subject *subject, size_t *count,
                 const char *reason)
{
	if (++*count <= NAMED_MOST)
		faults_add(rehearsal->faults, FAULT_WARNING, subject->entry->file,
		           subject->entry->line, subject->field, "%s", reason);
}

static void warn_of_theft(struct rehearsal *rehearsal, const struct subject *subject,
                          const struct rehearsed *question)
{
	if (++rehearsal->thieves <= NAMED_MOST)
		faults_add(rehearsal->faults, FAULT_WARNING, subject->entry->file,
		           subject->entry->line, subject->field,
		           "it wins \"%s\", which is a sentence of %s: narrow it, or take it out",
		           question->sentence, question->owner->id);
}

/* Whether the pattern changes the outcome of the question; *thief if it takes it from its owner. */
static bool changes(struct rehearsal *rehearsal, const struct subject *subject,
                    struct rehearsed *question, bool *thief)
{
	const struct entry *winner = NULL;
	uint64_t outcome = 0;
	if (!question->asked)
		ask(rehearsal, question, &question->outcome, &question->winner);
	question->asked = true;
	match_scratch_mute(rehearsal->asking, subject->pattern);
	if (rehearsal->status == STATUS_OK)
		ask(rehearsal, question, &outcome, &winner);
	match_scratch_mute(rehearsal->asking, NULL);
	*thief = question->owner && question->owner != subject->entry &&
	         question->winner == subject->entry && winner == question->owner;
	return outcome != question->outcome;
}

static void try_pattern(struct rehearsal *rehearsal, const struct subject *subject)
{
	bool needed = false, stolen = false;
	for (size_t i = 0; i < rehearsal->count && rehearsal->status == STATUS_OK; i++) {
		struct rehearsed *question = &rehearsal->items[i];
		const bool foreign = question->owner && question->owner != subject->entry;
		bool thief = false;
		size_t start, end;
		if (needed && (stolen || !foreign))
			continue;
		if (!pattern_find(subject->pattern, rehearsal->finder, question->text, &start,
		                  &end))
			continue;
		needed = changes(rehearsal, subject, question, &thief) || needed;
		if (thief && !stolen)
			warn_of_theft(rehearsal, subject, question);
		stolen = stolen || thief;
	}
	if (!needed)
		warn(rehearsal, subject, &rehearsal->dead,
		     N_("dead weight: without it every question of the folder and every golden one "
		        "ends as it does now; take it out, or write a golden question that needs "
		        "it"));
}

static void check_pattern(struct rehearsal *rehearsal, const struct subject *subject)
{
	if (utf8_length(span_of(pattern_source(subject->pattern))) > LENGTH_MOST)
		warn(rehearsal, subject, &rehearsal->long_ones,
		     N_("longer than 120 characters: split it, or put its words into a class of "
		        "lexicon.json"));
	if (rehearsal->finds + rehearsal->count > FINDS_MOST ||
	    rehearsal->asks > rehearsal->asks_most) {
		rehearsal->left_out++;
		return;
	}
	rehearsal->finds += rehearsal->count;
	try_pattern(rehearsal, subject);
}

static void check_list(struct rehearsal *rehearsal, const struct entry *entry, const char *name,
                       const struct pattern_list *patterns)
{
	for (size_t i = 0; i < patterns->count && rehearsal->status == STATUS_OK; i++) {
		char member[FIELD_SIZE], field[2 * FIELD_SIZE];
		snprintf(member, sizeof(member), "%s[%zu]", name, i);
		(void)entry_member(rehearsal->snapshot->knowledge, entry, member, field,
		                   sizeof(field));
		const struct subject subject = { entry, patterns->items[i], field };
		check_pattern(rehearsal, &subject);
	}
}

static void check_entry(struct rehearsal *rehearsal, const struct entry *entry)
{
	check_list(rehearsal, entry, "patterns", &entry->patterns);
	check_list(rehearsal, entry, "unless", &entry->unless);
	for (size_t c = 0; c < entry->case_count; c++) {
		char name[FIELD_SIZE - 16];
		snprintf(name, sizeof(name), "cases[%zu].patterns", c);
		check_list(rehearsal, entry, name, &entry->cases[c].patterns);
	}
}

static bool has_patterns(const struct entry *entry)
{
	bool has = entry->patterns.count + entry->unless.count > 0;
	for (size_t c = 0; c < entry->case_count && !has; c++)
		has = entry->cases[c].patterns.count > 0;
	return has;
}

/* ------------------------------------------------------------------ all of it */

static void tell_the_rest(const struct rehearsal *rehearsal)
{
	const size_t counts[] = { rehearsal->dead, rehearsal->thieves, rehearsal->long_ones };
	size_t unnamed = 0;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		unnamed += counts[i] > NAMED_MOST ? counts[i] - NAMED_MOST : 0;
	if (unnamed > 0)
		faults_add(rehearsal->faults, FAULT_WARNING, NULL, 0, NULL,
		           "patterns with the same faults that are not named: %zu", unnamed);
	if (rehearsal->left_out > 0)
		faults_add(rehearsal->faults, FAULT_NOTE, NULL, 0, NULL,
		           "patterns of which it was not tried whether they are needed, since the "
		           "folder is large: %zu",
		           rehearsal->left_out);
}

enum status patterns_check(const struct snapshot *snapshot, struct match_scratch *asking,
                           struct faults *faults)
{
	struct rehearsal rehearsal = { .snapshot = snapshot, .asking = asking, .faults = faults };
	const struct knowledge *knowledge = snapshot->knowledge;
	size_t first = 0;
	rehearsal.asks_most = ASKS_MOST / (1 + knowledge->entry_count / ENTRIES_SMALL);
	while (first < knowledge->entry_count && !has_patterns(&knowledge->entries[first]))
		first++;
	if (first == knowledge->entry_count)
		return STATUS_OK;
	rehearsal.status = arena_create(&rehearsal.arena, QUESTIONS_CEILING);
	if (rehearsal.status == STATUS_OK)
		rehearsal.status = arena_create(&rehearsal.scratch, QUESTION_CEILING);
	if (rehearsal.status == STATUS_OK)
		rehearsal.status = pattern_scratch_create(&rehearsal.finder);
	if (rehearsal.status == STATUS_OK)
		gather(&rehearsal);
	for (size_t i = first; i < knowledge->entry_count && rehearsal.status == STATUS_OK; i++)
		check_entry(&rehearsal, &knowledge->entries[i]);
	if (rehearsal.status == STATUS_OK)
		tell_the_rest(&rehearsal);
	pattern_scratch_destroy(rehearsal.finder);
	arena_destroy(rehearsal.scratch);
	arena_destroy(rehearsal.arena);
	free(rehearsal.items);
	return rehearsal.status;
}
