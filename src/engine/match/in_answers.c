#include "engine/match/in_answers.h"

#include "engine/match/band.h"
#include "engine/match/quoted.h"
#include "engine/match/split.h"

enum {
	SEARCHED_MOST = 300, /* answers that are all searched for what a message quotes */
	QUOTED_LEAST = 8,
};
static const float quoted_from =
        0.75F; /* share of what is said that an answer holds to the letter */

/* All answering entries; in a large folder, those that share words, answers included. */
static const struct entry **entries_to_search(const struct reading *reading, size_t *count)
{
	const struct knowledge *knowledge = reading->matcher->knowledge;
	const bool all = knowledge->answer_count <= SEARCHED_MOST;
	const size_t most = all ? knowledge->answer_count : reading->count;
	const struct entry **entries =
	        arena_array(reading->arena, most + 1, sizeof(const struct entry *));
	for (size_t i = 0; entries && i < most; i++) {
		const struct entry *entry =
		        all ? &knowledge->entries[i] : reading->candidates[i].entry;
		if (entry->kind == ENTRY_ANSWER)
			entries[(*count)++] = entry;
	}
	return entries;
}

enum status answers_search(struct reading *reading, struct match_result *result)
{
	const struct matcher *matcher = reading->matcher;
	struct clause clause;
	struct text part = reading->text;
	struct quoted quoted = { .entry = NULL };
	enum status status = STATUS_OK;
	if (result->band == BAND_ANSWER || result->other ||
	    matcher_leaves_out(matcher, PART_QUOTED) ||
	    (reading->count > 0 && candidate_is_spoken_for(reading->candidates)))
		return STATUS_OK;
	if (prompts_quoted(matcher->marks, &reading->text, band_is_of_lines(reading), &clause.start,
	                   &clause.end))
		status = clause_cut(&reading->text, clause, reading->arena, &part);
	size_t count = 0;
	const struct entry **entries =
	        status == STATUS_OK ? entries_to_search(reading, &count) : NULL;
	if (status == STATUS_OK && !entries)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = quoted_find(entries, count, matcher->normaliser, &part,
		                     &reading->scratch->budget, reading->arena, &quoted);
	const bool sure = quoted.share >= quoted_from && quoted.length >= QUOTED_LEAST;
	if (status != STATUS_OK || !quoted.entry || (result->band != BAND_DECLINE && !sure))
		return status;
	struct match_candidate *found = arena_alloc(reading->arena, sizeof(*found));
	if (!found)
		return STATUS_NO_MEMORY;
	const struct match_candidate *known =
	        candidate_find(reading->candidates, reading->count, quoted.entry);
	*found = known ? *known : (struct match_candidate){ .entry = quoted.entry };
	found->by = MATCH_BY_SEARCH;
	if (sure) {
		found->evidence.letter = 1;
		found->strength = fmax(found->strength, letter_least);
		found->confidence = confidence_of(found->strength);
		band_answer(found, 1, result);
		return STATUS_OK;
	}
	found->confidence = fmax(found->confidence, matcher->settings.choose_at);
	result->band = BAND_CHOOSE;
	result->choices = found;
	result->choice_count = 1;
	return STATUS_OK;
}
