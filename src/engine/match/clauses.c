/*
 * How it works. What stands in the message to the letter comes first: each popup or code is
 * answered. Else the message is cut (split.h), each clause is read by itself like a message, and
 * those that are clear answer beside each other; where the rough cut finds none, a finer one is
 * tried, for which more has to speak. Every reading draws on the budget of the turn.
 */
#include "engine/match/clauses.h"

#include <string.h>

#include "base/sort.h"
#include "engine/match/band.h"
#include "engine/match/pattern_evidence.h"
#include "engine/match/split.h"

enum {
	ANSWERS_MOST = 3,
	WINDOW_LINES_LEAST = 3, /* breaks */
	JOINTS_TRIED_MOST = 2,
};
static const double sure_by_words = 0.9; /* confidence of a clause between commas */

/*
 * In a long message most clauses are circumstances, and so they are where all of them together give
 * a case away: words alone mean little then.
 */
static bool words_may_do(const struct reading *whole)
{
	return whole->text.count <= STORY_LEAST && !whole->candidates[0].named_case;
}

static bool stands_in(struct span text, struct span word)
{
	return memmem(text.ptr, text.len, word.ptr, word.len) != NULL;
}

static bool ends(struct span text, struct span word)
{
	return word.len <= text.len &&
	       memcmp(text.ptr + text.len - word.len, word.ptr, word.len) == 0;
}

/* Whether a word of the cue, built-in or the folder's own, stands so in the text. */
static bool has_cue(const struct matcher *matcher, enum cue cue, struct span text,
                    bool (*so)(struct span text, struct span word))
{
	struct cue_walk walk = { 0 };
	struct span word;
	while (lexicon_next_cue(&matcher->knowledge->lexicon, cue, &walk, &word))
		if (so(text, word))
			return true;
	return false;
}

/* Whether it is a question by its form; as 证过期了还能延续不 is, by the denial at its end. */
static bool asks_by_form(const struct matcher *matcher, struct span text)
{
	return has_cue(matcher, CUE_ASKS, text, stands_in) ||
	       has_cue(matcher, CUE_DENIES, text, ends);
}

/*
 * A clause between commas may only be a circumstance of the rest. To make it a question it needs
 * very sure words and the form of one; or stronger evidence than words, or very sure words, and the
 * whole message must support its entry.
 */
static bool is_question_of_its_own(const struct reading *part, struct reading *whole)
{
	const struct match_candidate *best = part->candidates;
	const struct match_candidate *in_whole =
	        candidate_find(whole->candidates, whole->count, best->entry);
	const bool sure = whole->text.count <= STORY_LEAST && best->confidence >= sure_by_words;
	return (sure && asks_by_form(part->matcher, part->text.utf8)) ||
	       (((sure && words_may_do(whole)) || candidate_is_spoken_for(best)) && in_whole &&
	        band_is_sure(whole, in_whole));
}

/* Whether several clauses are questions by their form: cheaper than to read each. */
static enum status asks_several(const struct reading *whole, const struct clauses *clauses,
                                bool *several)
{
	size_t asking = 0;
	enum status status = STATUS_OK;
	for (size_t i = 0; i < clauses->count && status == STATUS_OK && asking < 2; i++) {
		struct text text;
		status = clause_cut(&whole->text, clauses->items[i], whole->arena, &text);
		asking += status == STATUS_OK && asks_by_form(whole->matcher, text.utf8);
	}
	*several = asking > 1;
	return status;
}

/* Whether it asks, or says that something is wrong. */
static bool asks_something(const struct matcher *matcher, struct span text)
{
	return has_cue(matcher, CUE_ASKS, text, stands_in) ||
	       has_cue(matcher, CUE_DENIES, text, stands_in) ||
	       has_cue(matcher, CUE_TROUBLE, text, stands_in);
}

/* 成绩合格了, 证书下个月到期: what only words speak for, and what asks nothing, is a circumstance.
 */
static bool tells_only(const struct reading *part)
{
	return !candidate_is_spoken_for(part->candidates) &&
	       !asks_something(part->matcher, part->text.utf8);
}

/*
 * In a long text that quotes a popup or has many lines, most lines are circumstances; and so they
 * are around a popup in a window of a few lines, however short.
 */
static bool is_story_around(const struct reading *whole, const struct clauses *clauses)
{
	const bool popup = whole->letter_count > 0;
	if (whole->text.count > STORY_LEAST)
		return popup || clauses->lines;
	return popup && split_lines_begun(&whole->text, WINDOW_LINES_LEAST) == WINDOW_LINES_LEAST;
}

/* Whether two clauses may be questions of their own, judged by the whole message. */
static bool holds_several(const struct reading *whole)
{
	const bool story = whole->text.count > STORY_LEAST;
	size_t count = 0;
	for (size_t i = 0; i < whole->count; i++) {
		const struct match_candidate *one = &whole->candidates[i];
		count += band_is_sure(whole, one) && (!story || candidate_is_spoken_for(one));
	}
	return count > 1;
}

static bool finds_pattern_of(const struct reading *reading, const struct entry *entry)
{
	bool found = patterns_first(reading, &entry->patterns) != NULL;
	for (size_t i = 0; i < entry->case_count && !found; i++)
		found = patterns_first(reading, &entry->cases[i].patterns) != NULL;
	return found;
}

static bool is_sentence_of(const struct reading *reading, const struct entry *entry)
{
	struct ranker *ranker = reading->scratch->ranker;
	const uint32_t row = matcher_row_of(reading->matcher, entry);
	struct nearest nearest;
	if (rank_reach(ranker, &reading->query, row) <= exact_from)
		return false;
	rank_nearest(ranker, &reading->query, &row, 1, &nearest);
	return nearest.similarity > exact_from;
}

/*
 * Whether the clause may be a question of its own. Reading a clause in full is expensive, and most
 * clauses have no stronger evidence than words.
 */
static enum status may_be_spoken_for(const struct reading *part, const struct reading *whole,
                                     bool *may)
{
	struct prompt_hit hit;
	size_t hits;
	const enum status status =
	        prompts_find(part->matcher->prompts, part->text.points, part->text.count,
	                     &part->scratch->budget, part->arena, &hit, 1, &hits);
	*may = status == STATUS_OK && hits > 0;
	for (size_t i = 0; i < whole->count && status == STATUS_OK && !*may; i++) {
		const struct match_candidate *one = &whole->candidates[i];
		*may = band_is_sure(whole, one) &&
		       (finds_pattern_of(part, one->entry) || is_sentence_of(part, one->entry));
	}
	return status;
}

/* Reads one clause by itself; *may is false where it cannot be a question of its own. */
static enum status read_clause(struct reading *whole, struct clause clause, bool at_every_comma,
                               struct match_scratch *scratch, struct reading *part, bool *may)
{
	struct text text;
	enum status status = clause_cut(&whole->text, clause, whole->arena, &text);
	*may = true;
	if (status == STATUS_OK)
		status = reading_begin(scratch, &text, NULL, whole->arena, part);
	if (status == STATUS_OK && at_every_comma && !words_may_do(whole) &&
	    !(whole->text.count <= STORY_LEAST && asks_by_form(part->matcher, text.utf8)))
		status = may_be_spoken_for(part, whole, may);
	return status == STATUS_OK && *may ? reading_gather(part) : status;
}

static bool is_clear_question(const struct reading *part, struct reading *whole,
                              bool at_every_comma, bool story)
{
	return band_is_clear(part, whole->matcher->settings.answer_at) &&
	       part->candidates[0].entry->kind == ENTRY_ANSWER &&
	       (!at_every_comma || is_question_of_its_own(part, whole)) &&
	       (!story || candidate_is_spoken_for(part->candidates));
}

/*
 * Reads each clause by itself. Several clear answers make the message several questions, but the
 * best entry of the whole message must be among them: else the clauses are only circumstances. If
 * it is the best by a circumstance, and one clause behind is a question, that one is answered.
 */
static enum status answer_clauses(struct match_scratch *scratch, struct reading *whole,
                                  const struct clauses *clauses, bool at_every_comma,
                                  struct match_result *result)
{
	struct arena *arena = whole->arena;
	struct match_candidate *answers = arena_array(arena, ANSWERS_MOST, sizeof(*answers));
	struct reading *part = arena_room(arena, 1, sizeof(*part));
	const bool story = is_story_around(whole, clauses);
	const struct entry *told = NULL;
	size_t count = 0;
	enum status status = answers && part ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < clauses->count && count < ANSWERS_MOST && status == STATUS_OK; i++) {
		const struct clause clause = clauses->items[i];
		bool may;
		if (count + (told != NULL) + clauses->count - i < 2)
			break; /* the remaining clauses cannot make two */
		if (!budget_take(&scratch->budget,
		                 (clause.end - clause.start) * BUDGET_OF_A_READ_POINT))
			continue;
		status = read_clause(whole, clause, at_every_comma, scratch, part, &may);
		if (status != STATUS_OK || !may ||
		    !is_clear_question(part, whole, at_every_comma, story))
			continue;
		if (at_every_comma && tells_only(part))
			told = count == 0 ? part->candidates[0].entry : told;
		else if (!candidate_find(answers, count, part->candidates[0].entry))
			answers[count++] = part->candidates[0];
	}
	const struct entry *best = whole->candidates[0].entry;
	if (status == STATUS_OK &&
	    (count > 1 ? candidate_find(answers, count, best) != NULL : count == 1 && told == best))
		band_answer(answers, count, result);
	return status;
}

static bool clauses_equal(const struct clauses *a, const struct clauses *b)
{
	return a->count == b->count &&
	       memcmp(a->items, b->items, a->count * sizeof(*a->items)) == 0;
}

static int first_letter_first(const void *a, const void *b)
{
	const struct letter *left = a;
	const struct letter *right = b;
	if (left->start != right->start)
		return left->start < right->start ? -1 : 1;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* Answers several popups or codes of different entries, in their order. */
static enum status answer_letters(struct reading *whole, struct match_result *result)
{
	struct match_candidate *answers = arena_array(whole->arena, ANSWERS_MOST, sizeof(*answers));
	size_t count = 0;
	if (!answers)
		return STATUS_NO_MEMORY;
	sort_few(whole->letters, whole->letter_count, sizeof(*whole->letters), first_letter_first);
	for (size_t i = 0; i < whole->letter_count && count < ANSWERS_MOST; i++) {
		const struct match_candidate *one =
		        candidate_find(whole->candidates, whole->count, whole->letters[i].entry);
		if (one && band_is_sure(whole, one) && !candidate_find(answers, count, one->entry))
			answers[count++] = *one;
	}
	if (count > 1)
		band_answer(answers, count, result);
	return STATUS_OK;
}

/*
 * Where the message is not answered as a whole: offers the best entry of either side, and the best
 * of the whole.
 */
static enum status offer_either(struct match_scratch *scratch, struct reading *whole,
                                const struct clauses *two, struct match_result *result)
{
	struct match_candidate *choices = arena_array(whole->arena, 3, sizeof(*choices));
	struct reading *part = arena_room(whole->arena, 1, sizeof(*part));
	size_t count = 0;
	enum status status = choices && part ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < 2 && count == i && status == STATUS_OK; i++) {
		struct match_result own = { .band = BAND_DECLINE };
		bool may;
		status = read_clause(whole, two->items[i], false, scratch, part, &may);
		if (status == STATUS_OK)
			status = band_rank(part, &own);
		if (status == STATUS_OK)
			status = band_choose(part, &own);
		if (status == STATUS_OK && own.answer_count + own.choice_count > 0)
			choices[count++] = own.answer_count > 0 ? own.answers[0] : own.choices[0];
	}
	if (status != STATUS_OK || count < 2 || choices[0].entry == choices[1].entry)
		return status;
	if (result->choice_count > 0 && !candidate_find(choices, count, result->choices[0].entry))
		choices[count++] = result->choices[0];
	result->band = BAND_CHOOSE;
	result->choices = choices;
	result->choice_count = count;
	result->other = NULL;
	return STATUS_OK;
}

/*
 * 借书证怎么办理和几点开门, 照片传不上去怎么办 成绩在哪查: two questions without a mark between
 * them, or with a blank only. Most such words join things (聘用企业和申报企业), so both sides have
 * to ask something.
 */
static enum status answer_joined(struct match_scratch *scratch, struct reading *whole,
                                 struct match_result *result)
{
	const struct match_evidence *evidence = &whole->candidates[0].evidence;
	enum status status = STATUS_OK;
	struct clauses two;
	int tried = 0;
	if (whole->count == 0 || whole->text.count > STORY_LEAST || evidence->exact > 0 ||
	    evidence->prompt > 0)
		return STATUS_OK;
	for (size_t at = 0; status == STATUS_OK && result->answer_count < 2 &&
	                    tried < JOINTS_TRIED_MOST &&
	                    split_at_joint(whole->matcher->marks, &whole->text, &at, &two);) {
		struct text left, right;
		status = clause_cut(&whole->text, two.items[0], whole->arena, &left);
		if (status == STATUS_OK)
			status = clause_cut(&whole->text, two.items[1], whole->arena, &right);
		if (status != STATUS_OK || !asks_something(whole->matcher, left.utf8) ||
		    !asks_something(whole->matcher, right.utf8))
			continue;
		tried++;
		/* As at a comma: most blanks part a question from its circumstances. */
		const bool at_blank = two.items[0].end == two.items[1].start;
		status = answer_clauses(scratch, whole, &two, at_blank, result);
		if (status == STATUS_OK && result->answer_count == 0)
			status = offer_either(scratch, whole, &two, result);
	}
	return status;
}

enum status clauses_find_several(struct match_scratch *scratch, struct reading *whole,
                                 struct match_result *result)
{
	struct clauses sentences, clauses;
	enum status status = answer_letters(whole, result);
	if (status != STATUS_OK || result->answer_count > 1)
		return status;
	split_questions(whole->matcher->marks, &whole->text, false, &sentences);
	if (sentences.count > 1)
		status = answer_clauses(scratch, whole, &sentences, false, result);
	else
		status = answer_joined(scratch, whole, result);
	if (status != STATUS_OK || result->answer_count > 1 ||
	    matcher_leaves_out(scratch->matcher, PART_COMMAS) ||
	    !memchr(whole->text.utf8.ptr, ',', whole->text.utf8.len))
		return status;
	split_questions(whole->matcher->marks, &whole->text, true, &clauses);
	if (clauses_equal(&clauses, &sentences))
		return STATUS_OK;
	bool several = holds_several(whole);
	if (!several && whole->text.count <= STORY_LEAST)
		status = asks_several(whole, &clauses, &several);
	return status == STATUS_OK && several
	               ? answer_clauses(scratch, whole, &clauses, true, result)
	               : status;
}

/* Whether a referral or small talk is the best candidate or its rival. */
static bool is_drawn_elsewhere(const struct reading *reading)
{
	for (size_t i = 0; i < reading->count && i < 2; i++)
		if (reading->candidates[i].entry->kind != ENTRY_ANSWER)
			return true;
	return false;
}

enum status clauses_find_last(struct match_scratch *scratch, const struct reading *whole,
                              struct match_result *result)
{
	struct clauses clauses;
	if (!is_drawn_elsewhere(whole))
		return STATUS_OK;
	split_questions(whole->matcher->marks, &whole->text, true, &clauses);
	if (clauses.count < 2)
		return STATUS_OK;
	struct match_candidate *answer = arena_array(whole->arena, 1, sizeof(*answer));
	struct reading *part = arena_room(whole->arena, 1, sizeof(*part));
	struct text text;
	enum status status = answer && part ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = clause_cut(&whole->text, clauses.items[clauses.count - 1], whole->arena,
		                    &text);
	if (status == STATUS_OK)
		status = reading_begin(scratch, &text, NULL, whole->arena, part);
	if (status == STATUS_OK)
		status = reading_gather(part);
	if (status != STATUS_OK || !band_is_clear(part, scratch->matcher->settings.answer_at) ||
	    !candidate_is_spoken_for(&part->candidates[0]) ||
	    part->candidates[0].entry->kind != ENTRY_ANSWER)
		return status;
	*answer = part->candidates[0];
	result->band = BAND_ANSWER;
	result->answers = answer;
	result->answer_count = 1;
	result->other = NULL;
	return STATUS_OK;
}
