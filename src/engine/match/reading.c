/*
 * How it works. The rows that the words found become candidates, then those that popups and
 * patterns found; each kind of evidence adds to its candidates' log-odds, and a row that cannot
 * reach the best any more is spared the dearer kinds. What names another thing or topic, or asks
 * another aspect, is marked. Then the candidates are sorted, and the best one's log-odds, lead and
 * shares give confidences.
 */
#include "engine/match/reading.h"

#include <assert.h>
#include <string.h>

#include "base/sort.h"
#include "engine/match/calibrate.h"
#include "engine/match/letters.h"
#include "engine/match/pattern_evidence.h"
#include "engine/match/topic.h"

enum {
	RIVALS_MOST = 3, /* that the best is compared with in what they know */
	ALONE_MOST = 4,  /* alternates */
	LEANING_MOST =
	        10, /* Han, letters and digits of a message that may lean on the one before */
};
static const double leaning_bonus = 1.0;
static const double another_thing = 2.5;
static const float far_ahead = 10; /* log-odds; nobody else is there */
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
		denial_find(&matcher->knowledge->lexicon, reading->scratch->patterns,
		            reading->text.utf8, &reading->denied);
	reading->denials_found = true;
	return &reading->denied;
}

enum status matcher_make_query(struct match_scratch *scratch, const struct text *text,
                               struct arena *arena, struct rewritten *rewritten, struct query *out)
{
	const struct matcher *matcher = scratch->matcher;
	const enum status status =
	        rewrite(matcher->rewriter, text->points, text->count, arena, rewritten);
	return status == STATUS_OK ? query_make(matcher->index, matcher->repairer, rewritten,
	                                        &scratch->budget, arena, out)
	                           : status;
}

static enum status search(struct reading *reading)
{
	struct ranked ranked[RANKED_MOST];
	size_t count = 0;
	assert(reading->count == 0); /* first of all, so that there is a candidate for each row */
	const enum status status =
	        rank_rows(reading->scratch->ranker, &reading->query, ranked, RANKED_MOST, &count);
	const struct index *index = reading->matcher->index;
	const uint64_t traits = habits_of(index, &reading->query);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = reading_candidate(reading, ranked[i].row);
		candidate->evidence.score = ranked[i].score;
		candidate->evidence.coverage = reading->query.coverage;
		candidate->evidence.habits = habits_weigh(index, ranked[i].row, traits);
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

/*
 * The nearest sentence names its case, unless one of message and sentence denies what the other
 * says.
 */
static void name_case(struct reading *reading, struct match_candidate *candidate,
                      const struct nearest *nearest)
{
	const struct matcher *matcher = reading->matcher;
	const struct lexicon *lexicon = &matcher->knowledge->lexicon;
	const struct denied_text *denied = reading_denials(reading);
	const struct case_sentence *sentence =
	        case_sentences_of(matcher->case_sentences, nearest->utterance);
	if (!denial_between(denied, &sentence->denied, sentence->question) &&
	    !denial_of_assertion(denied, &sentence->denied, sentence->question) &&
	    !denial_by_opposite(lexicon->opposites, lexicon->opposite_count,
	                        reading->scratch->patterns, denied, sentence->halves))
		candidate->named_case = &candidate->entry->cases[nearest->utterance->case_index];
}

static enum status compare_sentences(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	const double needed = reading_best_strength(reading) - confidence_of_sentences() -
	                      confidence_of_patterns() - matcher->settings.clear_by;
	struct match_candidate *compared[CANDIDATES_MOST];
	struct nearest nearest[CANDIDATES_MOST];
	uint32_t rows[CANDIDATES_MOST];
	size_t count = 0;
	uint32_t bare;
	const enum status status =
	        rewritten_bare(matcher->rewriter, &reading->rewritten, reading->arena, &bare);
	for (size_t i = 0; i < reading->count; i++)
		if (reading->candidates[i].strength >= needed) {
			compared[count] = &reading->candidates[i];
			rows[count++] = matcher_row_of(matcher, reading->candidates[i].entry);
		}
	const uint64_t traits = habits_of(matcher->index, &reading->query);
	rank_nearest(reading->scratch->ranker, &reading->query, rows, count, nearest);
	for (size_t i = 0; i < count; i++) {
		struct match_candidate *candidate = compared[i];
		if (!nearest[i].utterance)
			continue;
		candidate->evidence.similarity = nearest[i].similarity;
		candidate->evidence.apart =
		        (float)habits_apart(matcher->index, nearest[i].utterance, traits);
		candidate->evidence.exact =
		        (nearest[i].similarity > exact_from &&
		         reading->query.coverage > exact_from) ||
		        (bare != BARE_NOTHING && nearest[i].utterance->bare == bare);
		candidate_weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH)
			candidate->spoke = nearest[i].text;
		if (nearest[i].utterance->case_index != CASE_NONE)
			name_case(reading, candidate, &nearest[i]);
	}
	return status;
}

static enum status find_prompts(struct reading *reading)
{
	struct prompt_hit hits[PROMPTS_MOST];
	size_t count = 0;
	const enum status status =
	        prompts_find(reading->matcher->prompts, reading->text.points, reading->text.count,
	                     &reading->scratch->budget, reading->arena, hits, PROMPTS_MOST, &count);
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

static struct topic_asker asker_of(const struct reading *reading, const struct entry *entry)
{
	const struct matcher *matcher = reading->matcher;
	return (struct topic_asker){ matcher->repairer,
		                     matcher->slots,
		                     &matcher->knowledge->office,
		                     reading->scratch->ranker,
		                     matcher_row_of(matcher, entry),
		                     NULL };
}

/* Whether a short message may refer to this entry: the last one, or one related to it. */
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

enum status reading_begin(struct match_scratch *scratch, const struct text *text,
                          const struct entry *leaning, struct arena *arena, struct reading *reading)
{
	const struct matcher *matcher = scratch->matcher;
	*reading = (struct reading){
		.matcher = matcher,
		.scratch = scratch,
		.arena = arena,
		.text = *text,
		.leaning = leaning,
	};
	spotting_read(scratch->spotting, text);
	const enum status status =
	        matcher_make_query(scratch, text, arena, &reading->rewritten, &reading->query);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_SLOTS)) {
		const struct topic_text message = { &reading->rewritten, &reading->query };
		slots_read(matcher->slots, &reading->rewritten, &reading->compounds);
		reading->unheard = topic_is_unheard(matcher->slots, &message);
		/* 馆长几点上班 has a topic of its own and leans on no opening hours. */
		if (leaning) {
			const struct topic_asker asker = asker_of(reading, leaning);
			if (topic_is_own(&asker, &message))
				reading->leaning = NULL;
		}
	}
	return status;
}

/* Whether the message names another thing than the entry. A popup or its own question overrides. */
static bool is_about_another(const struct reading *reading, const struct match_candidate *candidate)
{
	return candidate->entry->kind == ENTRY_ANSWER &&
	       reading->query.meaning <= STORY_LEAST / 2 && candidate->evidence.exact == 0 &&
	       candidate->evidence.prompt == 0 &&
	       (reading->unheard ||
	        slots_differ(reading->matcher->slots, &reading->compounds,
	                     matcher_row_of(reading->matcher, candidate->entry)));
}

/*
 * Whether the message is the best candidate's nearest sentence but for another topic. Only of that
 * one is it asked: reading a sentence costs as much as a short message does.
 */
static enum status compare_topics(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	struct match_candidate *best = reading->candidates;
	const struct topic_text message = { &reading->rewritten, &reading->query };
	struct text text;
	struct rewritten rewritten;
	struct query query;
	if (reading->count == 0 || best->entry->kind != ENTRY_ANSWER || !best->spoke ||
	    candidate_is_spoken_for(best))
		return STATUS_OK;
	struct topic_asker asker = asker_of(reading, best->entry);
	if (aspects_ask_leave(matcher->aspects, &reading->rewritten, asker.row))
		asker.may = matcher->aspects;
	if (!topic_may_be_swapped(&asker, &message))
		return STATUS_OK;
	enum status status =
	        normalise(matcher->normaliser, span_of(best->spoke), reading->arena, &text);
	if (status == STATUS_OK)
		status = matcher_make_query(reading->scratch, &text, reading->arena, &rewritten,
		                            &query);
	best->swapped = status == STATUS_OK &&
	                topic_is_swapped(&asker, &message,
	                                 &(const struct topic_text){ &rewritten, &query });
	best->differs = best->differs || best->swapped;
	return status;
}

/* Whether the message asks another aspect of what the best candidate is about. */
static void compare_aspects(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	struct match_candidate *best = reading->candidates;
	if (reading->count == 0 || best->entry->kind != ENTRY_ANSWER ||
	    candidate_is_spoken_for(best) ||
	    !aspects_are_other(matcher->aspects, &reading->rewritten, reading->query.framed,
	                       matcher_row_of(matcher, best->entry)))
		return;
	best->swapped = true;
	best->differs = true;
}

/* 证书不见了 is not 再见: small talk has to know some of the subject. */
static bool is_beside_the_talk(const struct reading *reading,
                               const struct match_candidate *candidate)
{
	return candidate->entry->kind == ENTRY_SMALLTALK && !candidate_is_spoken_for(candidate) &&
	       !matcher_leaves_out(reading->matcher, PART_SUBJECT) &&
	       rank_subject(reading->scratch->ranker, &reading->query,
	                    matcher_row_of(reading->matcher, candidate->entry)) < talk_known_from;
}

static float ahead_of(const struct reading *reading, size_t at)
{
	const struct match_candidate *candidates = reading->candidates;
	return reading->count > at ? (float)(candidates[0].strength - candidates[at].strength)
	                           : far_ahead;
}

/*
 * 延续要学多少课时, after an answer about 延续: a referral knows more of what is asked than the
 * entry that the message might lean on, and is ahead of it.
 */
static bool is_referred(const struct reading *reading, const struct match_candidate *leant_on)
{
	const struct matcher *matcher = reading->matcher;
	for (size_t i = 0; i < reading->count; i++) {
		const struct match_candidate *other = &reading->candidates[i];
		if (other->entry->kind == ENTRY_REFERRAL && other->strength > leant_on->strength &&
		    rank_knows_beyond(reading->scratch->ranker, &reading->query,
		                      matcher_row_of(matcher, other->entry),
		                      matcher_row_of(matcher, leant_on->entry)))
			return true;
	}
	return false;
}

/* 1 where it says what it is asked in one way only, less by each alternate; 0 beyond a few. */
static float standing_alone(const struct entry *entry)
{
	return entry->kind == ENTRY_ANSWER && entry->question[0] && entry->also.count <= ALONE_MOST
	               ? 1 / (1 + (float)entry->also.count)
	               : 0;
}

/* How much one of the best entries stands alone, with a part of its question in the message. */
static float touched(const struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	float most = 0;
	for (size_t i = 0; i < reading->count && i < RIVALS_MOST; i++) {
		const struct entry *entry = reading->candidates[i].entry;
		if (standing_alone(entry) > most &&
		    aspects_touch(matcher->aspects, &reading->rewritten, reading->query.framed,
		                  matcher_row_of(matcher, entry)))
			most = standing_alone(entry);
	}
	return most;
}

/* What the best entry knows of the message; some of it only where nothing but words speaks for it.
 */
static struct calibration_shares shares_of(const struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	const struct query *query = &reading->query;
	const struct match_candidate *candidates = reading->candidates;
	struct calibration_shares shares = calibration_usual_shares();
	if (reading->count == 0)
		return shares;
	const uint32_t best = matcher_row_of(matcher, candidates[0].entry);
	shares.subject =
	        query->subject > 0 ? rank_subject(reading->scratch->ranker, query, best) : 0;
	shares.covered = query->coverage;
	if (matcher->index->habits.acts != 0)
		shares.apart = candidates[0].evidence.apart;
	shares.length = (float)query->meaning / 10;
	shares.touched = touched(reading);
	shares.alone = standing_alone(candidates[0].entry);
	if (shares.alone > 0 &&
	    !aspects_share_character(matcher->aspects, &reading->rewritten, best))
		shares.alone = 0;
	if (candidate_is_spoken_for(&candidates[0]) ||
	    (reading->leaning && query->meaning <= LEANING_MOST))
		return shares;
	float rival = 0;
	for (size_t i = 1; i < reading->count && i <= RIVALS_MOST; i++)
		rival = fmaxf(rival, rank_known(reading->scratch->ranker, query,
		                                matcher_row_of(matcher, candidates[i].entry)));
	shares.aside =
	        !matcher_leaves_out(matcher, PART_ASPECTS) &&
	        aspects_end_unheard(matcher->aspects, &reading->rewritten, query->framed, best);
	shares.known = rank_known(reading->scratch->ranker, query, best);
	shares.reach = rank_reach(reading->scratch->ranker, query, best);
	shares.ahead = shares.known - rival;
	shares.unknown = (1 - query->coverage) * (float)query->meaning / 10;
	shares.third = ahead_of(reading, 2);
	return shares;
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
		if (is_leant_on(reading, candidate->entry) && !is_referred(reading, candidate))
			candidate->strength += leaning_bonus;
		candidate->differs = is_about_another(reading, candidate);
		if (candidate->differs || is_beside_the_talk(reading, candidate))
			candidate->strength -= another_thing;
	}
	sort_few(reading->candidates, reading->count, sizeof(*reading->candidates), surest_first);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_SLOTS))
		status = compare_topics(reading);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_ASPECTS))
		compare_aspects(reading);
	reading->shares = shares_of(reading);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		candidate->confidence = calibration_confidence(
		        &reading->matcher->index->calibration,
		        candidate->strength - (candidate->swapped ? another_thing : 0),
		        reading_lead(reading, i), &reading->shares);
	}
	if (reading->count > 0 && reading->candidates[0].evidence.letter > 0 &&
	    reading->candidates[0].strength >= letter_least)
		reading->candidates[0].confidence =
		        fmax(reading->candidates[0].confidence, confidence_of(letter_least));
	return status;
}
