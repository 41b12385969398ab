#include "engine/match/reading.h"

#include "base/sort.h"
#include "engine/match/calibrate.h"
#include "engine/match/letters.h"
#include "engine/match/pattern_evidence.h"

enum {
	LEANING_MOST =
	        10, /* Han, letters and digits of a message that may lean on the one before */
};
static const double leaning_bonus = 1.0;
static const double another_thing = 2.5;
static const float talk_known_from = 0.5F;

struct match_candidate *candidate_find(struct match_candidate *candidates, size_t count,
                                       const struct entry *entry)
{
	for (size_t i = 0; i < count; i++)
		if (candidates[i].entry == entry)
			return &candidates[i];
	return NULL;
}

struct match_candidate *reading_candidate(struct reading *reading, uint32_t row)
{
	const struct entry *entry = &reading->matcher->knowledge->entries[row];
	struct match_candidate *found = candidate_find(reading->candidates, reading->count, entry);
	if (found)
		return found;
	if (reading->count == CANDIDATES_MOST)
		return NULL;
	struct match_candidate *candidate = &reading->candidates[reading->count++];
	*candidate = (struct match_candidate){ .entry = entry, .by = MATCH_BY_SEARCH };
	return candidate;
}

const struct denied_text *reading_denials(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	if (!reading->denials_found && !matcher_leaves_out(matcher, PART_DENIALS))
		denial_find(&matcher->knowledge->lexicon.denials, matcher->scratch,
		            reading->text.utf8, &reading->denied);
	reading->denials_found = true;
	return &reading->denied;
}

enum status matcher_make_query(const struct matcher *matcher, const struct text *text,
                               struct arena *arena, struct rewritten *rewritten, struct query *out)
{
	const enum status status =
	        rewrite(matcher->rewriter, text->points, text->count, arena, rewritten);
	return status == STATUS_OK
	               ? query_make(matcher->index, matcher->repairer, rewritten, arena, out)
	               : status;
}

static enum status search(struct reading *reading)
{
	struct ranked ranked[RANKED_MOST];
	size_t count = 0;
	const enum status status =
	        rank_rows(reading->matcher->ranker, &reading->query, ranked, RANKED_MOST, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = reading_candidate(reading, ranked[i].row);
		candidate->evidence.score = ranked[i].score;
		candidate->evidence.coverage = reading->query.coverage;
		candidate_weigh(candidate);
	}
	return status;
}

double reading_best_strength(const struct reading *reading)
{
	double best = -HUGE_VAL;
	for (size_t i = 0; i < reading->count; i++)
		best = fmax(best, reading->candidates[i].strength);
	return best;
}

enum status reading_question_of(const struct reading *reading, const struct entry *entry,
                                struct text *out)
{
	return normalise(reading->matcher->normaliser, span_of(entry->question), reading->arena,
	                 out);
}

/* The nearest sentence gives its case away, unless the message denies what it says. */
static enum status name_case(struct reading *reading, struct match_candidate *candidate,
                             const struct nearest *nearest)
{
	const struct matcher *matcher = reading->matcher;
	const struct entry_case *spoken = &candidate->entry->cases[nearest->utterance->case_index];
	const struct denied_text *denied = reading_denials(reading);
	struct denied_text sentence;
	struct text text, question;
	enum status status =
	        normalise(matcher->normaliser, span_of(nearest->text), reading->arena, &text);
	if (status == STATUS_OK)
		status = reading_question_of(reading, candidate->entry, &question);
	if (status != STATUS_OK)
		return status;
	denial_find(&matcher->knowledge->lexicon.denials, matcher->scratch, text.utf8, &sentence);
	/* What the one denies the other says, either way; 或 in a situation leaves another way. */
	const struct lexicon *lexicon = &matcher->knowledge->lexicon;
	const bool single = !strstr(spoken->situation, "或");
	if (!denial_between(denied, &sentence, question.utf8) &&
	    !denial_of_assertion(denied, &sentence, question.utf8) &&
	    !denial_by_opposite(lexicon->opposites, lexicon->opposite_count, matcher->scratch,
	                        denied, text.utf8) &&
	    !(single && denial_by_opposite(lexicon->opposites, lexicon->opposite_count,
	                                   matcher->scratch, denied, span_of(spoken->situation))))
		candidate->named_case = spoken;
	return STATUS_OK;
}

static enum status compare_sentences(struct reading *reading)
{
	enum status status = STATUS_OK;
	const double needed = reading_best_strength(reading) - confidence_of_sentences() -
	                      confidence_of_patterns() - reading->matcher->settings.clear_by;
	for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		struct nearest nearest;
		if (candidate->strength < needed)
			continue;
		rank_nearest(reading->matcher->ranker, &reading->query,
		             matcher_row_of(reading->matcher, candidate->entry), &nearest);
		if (!nearest.utterance)
			continue;
		candidate->evidence.similarity = nearest.similarity;
		candidate->evidence.exact = nearest.similarity > exact_from;
		candidate_weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH)
			candidate->spoke = nearest.text;
		if (nearest.utterance->case_index != CASE_NONE)
			status = name_case(reading, candidate, &nearest);
	}
	return status;
}

static enum status find_prompts(struct reading *reading)
{
	struct prompt_hit hits[PROMPTS_MOST];
	size_t count = 0;
	const enum status status =
	        prompts_find(reading->matcher->prompts, reading->text.points, reading->text.count,
	                     &reading->matcher->budget, reading->arena, hits, PROMPTS_MOST, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = reading_candidate(reading, hits[i].row);
		if (!candidate)
			break;
		candidate->evidence.coverage = reading->query.coverage;
		candidate->evidence.prompt = hits[i].similarity * hits[i].share;
		candidate_weigh(candidate);
		candidate->by = MATCH_BY_PROMPT;
		candidate->spoke = hits[i].prompt;
		if (hits[i].exact)
			letters_add(reading, candidate, 1,
			            (struct letter){ candidate->entry, hits[i].start, hits[i].end,
			                             true });
	}
	return status;
}

static int surest_first(const void *a, const void *b)
{
	const struct match_candidate *left = a;
	const struct match_candidate *right = b;
	if (left->strength != right->strength)
		return left->strength > right->strength ? -1 : 1;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

double reading_lead(const struct reading *reading, size_t at)
{
	const struct match_candidate *candidates = reading->candidates;
	if (at > 0)
		return candidates[at].strength - candidates[0].strength;
	return reading->count > 1 ? candidates[0].strength - candidates[1].strength : HUGE_VAL;
}

/* A short message may lean on the entry before: that one, or one that an editor related to it. */
static bool is_leant_on(const struct reading *reading, const struct entry *entry)
{
	const struct entry *leaning = reading->leaning;
	if (!leaning || reading->query.meaning > LEANING_MOST)
		return false;
	bool related = entry == leaning;
	for (size_t i = 0; i < leaning->related.count && !related; i++)
		related = strcmp(leaning->related.items[i], entry->id) == 0;
	return related;
}

enum status reading_begin(struct matcher *matcher, const struct text *text,
                          const struct entry *leaning, struct arena *arena, struct reading *reading)
{
	*reading = (struct reading){
		.matcher = matcher,
		.arena = arena,
		.text = *text,
		.leaning = leaning,
	};
	spotter_read(matcher->spotter, text);
	struct rewritten rewritten;
	const enum status status =
	        matcher_make_query(matcher, text, arena, &rewritten, &reading->query);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_SLOTS))
		slots_read(matcher->slots, &rewritten, &reading->compounds);
	return status;
}

/* The message has another thing in the entry's slot; a popup or its very question outweighs that.
 */
static bool is_about_another(const struct reading *reading, const struct match_candidate *candidate)
{
	return candidate->entry->kind == ENTRY_ANSWER &&
	       reading->query.meaning <= STORY_LEAST / 2 && candidate->evidence.exact == 0 &&
	       candidate->evidence.prompt == 0 &&
	       slots_differ(reading->matcher->slots, &reading->compounds,
	                    matcher_row_of(reading->matcher, candidate->entry));
}

/* 证书不见了: small talk (再见) that knows little of the subject is not what is said. */
static bool is_beside_the_talk(const struct reading *reading,
                               const struct match_candidate *candidate)
{
	return candidate->entry->kind == ENTRY_SMALLTALK && !candidate_is_spoken_for(candidate) &&
	       !matcher_leaves_out(reading->matcher, PART_SUBJECT) &&
	       rank_subject(reading->matcher->ranker, &reading->query,
	                    matcher_row_of(reading->matcher, candidate->entry)) < talk_known_from;
}

enum status reading_gather(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	enum status status = search(reading);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_PROMPTS))
		status = find_prompts(reading);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_PATTERNS))
		patterns_find_entries(reading);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_SENTENCES))
		status = compare_sentences(reading);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_PATTERNS))
		status = patterns_try(reading);
	letters_lift(reading);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		if (is_leant_on(reading, candidate->entry))
			candidate->strength += leaning_bonus;
		candidate->differs = is_about_another(reading, candidate);
		if (candidate->differs || is_beside_the_talk(reading, candidate))
			candidate->strength -= another_thing;
	}
	sort_few(reading->candidates, reading->count, sizeof(*reading->candidates), surest_first);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		candidate->confidence =
		        calibration_confidence(&reading->matcher->index->calibration,
		                               candidate->strength, reading_lead(reading, i));
	}
	return status;
}
