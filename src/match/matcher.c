#include "match/matcher.h"

#include <stdlib.h>

#include "match/confidence.h"
#include "match/index.h"
#include "match/prompts.h"
#include "match/query.h"
#include "match/rank.h"
#include "match/rewrite.h"

enum {
	RANKED_MOST = 24,  /* rows that patterns are tried on */
	NEAREST_MOST = 10, /* of them, rows whose sentences are compared one by one */
	PROMPTS_MOST = 8,
	CANDIDATES_MOST = RANKED_MOST + PROMPTS_MOST,
	CHOICES_MOST = 3,
};

struct matcher {
	const struct knowledge *knowledge;
	const struct normaliser *normaliser;
	struct match_settings settings;
	struct rewriter *rewriter;
	struct index *index;
	struct repairer *repairer;
	struct ranker *ranker;
	struct prompt_table *prompts;
	struct pattern_scratch *scratch;
};

struct match_settings match_settings_default(void)
{
	return (struct match_settings){
		.answer_at = 0.70, .choose_at = 0.20, .clear_by = 0.15, .candidates = 1000
	};
}

const char *match_by_name(enum match_by by)
{
	static const char *const names[] = { "prompt", "pattern", "search", "choice" };
	return names[by];
}

static enum status build(struct matcher *matcher)
{
	const struct lexicon *lexicon = &matcher->knowledge->lexicon;
	const size_t candidates = (size_t)matcher->settings.candidates;
	enum status status = rewriter_create(lexicon, matcher->normaliser, &matcher->rewriter);
	if (status == STATUS_OK)
		status = index_build(matcher->knowledge, matcher->normaliser, matcher->rewriter,
		                     candidates, &matcher->index);
	if (status == STATUS_OK)
		status = repairer_create(matcher->index, matcher->normaliser, lexicon,
		                         &matcher->repairer);
	if (status == STATUS_OK)
		status = ranker_create(matcher->index, candidates, &matcher->ranker);
	if (status == STATUS_OK)
		status = prompt_table_create(matcher->knowledge, matcher->normaliser,
		                             &matcher->prompts);
	if (status == STATUS_OK)
		status = pattern_scratch_create(&matcher->scratch);
	return status;
}

enum status matcher_create(const struct knowledge *knowledge, const struct normaliser *normaliser,
                           const struct match_settings *settings, struct matcher **out)
{
	struct matcher *matcher = calloc(1, sizeof(*matcher));
	*out = matcher;
	if (!matcher)
		return STATUS_NO_MEMORY;
	matcher->knowledge = knowledge;
	matcher->normaliser = normaliser;
	matcher->settings = settings ? *settings : match_settings_default();
	const enum status status = build(matcher);
	if (status != STATUS_OK) {
		matcher_destroy(matcher);
		*out = NULL;
	}
	return status;
}

void matcher_destroy(struct matcher *matcher)
{
	if (!matcher)
		return;
	pattern_scratch_destroy(matcher->scratch);
	prompt_table_destroy(matcher->prompts);
	ranker_destroy(matcher->ranker);
	repairer_destroy(matcher->repairer);
	index_destroy(matcher->index);
	rewriter_destroy(matcher->rewriter);
	free(matcher);
}

/* One question's way through the evidence. */
struct reading {
	struct matcher *matcher;
	struct arena *arena;
	struct text text;
	struct query query;
	struct match_candidate candidates[CANDIDATES_MOST];
	float strength[CANDIDATES_MOST];
	size_t count;
};

static uint32_t row_of(const struct matcher *matcher, const struct entry *entry)
{
	return (uint32_t)(entry - matcher->knowledge->entries);
}

static struct match_candidate *candidate_for(struct reading *reading, uint32_t row)
{
	const struct entry *entry = &reading->matcher->knowledge->entries[row];
	for (size_t i = 0; i < reading->count; i++)
		if (reading->candidates[i].entry == entry)
			return &reading->candidates[i];
	if (reading->count == CANDIDATES_MOST)
		return NULL;
	struct match_candidate *candidate = &reading->candidates[reading->count++];
	*candidate = (struct match_candidate){ .entry = entry, .by = MATCH_BY_SEARCH };
	return candidate;
}

static enum status search(struct reading *reading)
{
	struct matcher *matcher = reading->matcher;
	struct ranked ranked[RANKED_MOST];
	struct rewritten rewritten;
	size_t count = 0;
	enum status status = rewrite(matcher->rewriter, reading->text.points, reading->text.count,
	                             reading->arena, &rewritten);
	if (status == STATUS_OK)
		status = query_make(matcher->index, matcher->repairer, &rewritten, reading->arena,
		                    &reading->query);
	if (status == STATUS_OK)
		status = rank_rows(matcher->ranker, &reading->query, ranked, RANKED_MOST, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = candidate_for(reading, ranked[i].row);
		candidate->evidence.score = ranked[i].score;
		candidate->evidence.lead = ranked[i].score - (i > 0 ? ranked[0].score
		                                              : count > 1 ? ranked[1].score : 0);
		candidate->evidence.coverage = reading->query.coverage;
	}
	return status;
}

static void compare_sentences(struct reading *reading)
{
	for (size_t i = 0; i < reading->count && i < NEAREST_MOST; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		struct nearest nearest;
		rank_nearest(reading->matcher->ranker, &reading->query,
		             row_of(reading->matcher, candidate->entry), &nearest);
		candidate->evidence.similarity = nearest.similarity;
		candidate->evidence.negative = nearest.negative_similarity;
		if (nearest.utterance)
			candidate->spoke = nearest.utterance->text;
		/* A case is named when its own alternate is nearer than any other sentence. */
		if (nearest.of_case && nearest.of_case == nearest.utterance)
			candidate->named_case =
				&candidate->entry->cases[nearest.of_case->case_index];
	}
}

static enum status find_prompts(struct reading *reading)
{
	struct prompt_hit hits[PROMPTS_MOST];
	size_t count = 0;
	const enum status status =
		prompts_find(reading->matcher->prompts, reading->text.points, reading->text.count,
	                     reading->arena, hits, PROMPTS_MOST, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = candidate_for(reading, hits[i].row);
		if (!candidate)
			break;
		candidate->evidence.prompt = hits[i].similarity * hits[i].share;
		candidate->by = MATCH_BY_PROMPT;
		candidate->spoke = hits[i].prompt;
	}
	return status;
}

static const struct pattern *first_hit(struct reading *reading, const struct pattern_list *patterns)
{
	size_t start, end;
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_find(patterns->items[i], reading->matcher->scratch,
		                 reading->text.utf8, &start, &end))
			return patterns->items[i];
	return NULL;
}

static void find_patterns(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		const struct pattern *hit = first_hit(reading, &candidate->entry->patterns);
		for (size_t c = 0; c < candidate->entry->case_count; c++) {
			const struct entry_case *entry_case = &candidate->entry->cases[c];
			const struct pattern *own = first_hit(reading, &entry_case->patterns);
			if (!own)
				continue;
			hit = own;
			candidate->named_case = entry_case;
			break;
		}
		if (!hit || first_hit(reading, &candidate->entry->unless))
			continue;
		candidate->evidence.pattern = 1;
		if (candidate->by == MATCH_BY_SEARCH) {
			candidate->by = MATCH_BY_PATTERN;
			candidate->spoke = pattern_source(hit);
		}
	}
}

static int surest_first(const void *a, const void *b)
{
	const struct match_candidate *left = a;
	const struct match_candidate *right = b;
	if (left->confidence != right->confidence)
		return left->confidence > right->confidence ? -1 : 1;
	if (left->evidence.score != right->evidence.score)
		return left->evidence.score > right->evidence.score ? -1 : 1;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

static enum status read_question(struct matcher *matcher, struct span message,
                                 struct arena *arena, struct reading *reading)
{
	*reading = (struct reading){ .matcher = matcher, .arena = arena };
	enum status status = normalise(matcher->normaliser, message, arena, &reading->text);
	if (status == STATUS_OK)
		status = search(reading);
	if (status != STATUS_OK)
		return status;
	compare_sentences(reading);
	status = find_prompts(reading);
	find_patterns(reading);
	for (size_t i = 0; i < reading->count; i++)
		reading->candidates[i].confidence =
			confidence_of(confidence_strength(&reading->candidates[i].evidence));
	qsort(reading->candidates, reading->count, sizeof(*reading->candidates), surest_first);
	return status;
}

static bool is_clear(const struct matcher *matcher, const struct reading *reading)
{
	if (reading->count == 0)
		return false;
	const double first = reading->candidates[0].confidence;
	const double second = reading->count > 1 ? reading->candidates[1].confidence : 0;
	return first >= matcher->settings.answer_at && first - second >= matcher->settings.clear_by;
}

/* The office's own entries of a reading, best first, into the arena. */
static enum status rank_answers(const struct reading *reading, struct match_result *result)
{
	struct match_candidate *ranking =
		arena_array(reading->arena, reading->count + 1, sizeof(*ranking));
	if (!ranking)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < reading->count; i++)
		if (reading->candidates[i].entry->kind == ENTRY_ANSWER)
			ranking[result->ranking_count++] = reading->candidates[i];
	result->ranking = ranking;
	return STATUS_OK;
}

static void choose_band(const struct matcher *matcher, const struct reading *reading,
                        struct match_result *result)
{
	const struct match_candidate *best = reading->count ? &reading->candidates[0] : NULL;
	result->band = BAND_DECLINE;
	if (!best)
		return;
	if (best->entry->kind != ENTRY_ANSWER && best->confidence >= matcher->settings.choose_at) {
		result->other = best->entry;
		if (is_clear(matcher, reading) || result->ranking_count == 0 ||
		    result->ranking[0].confidence < matcher->settings.choose_at)
			return;
	}
	if (best->entry->kind == ENTRY_ANSWER && is_clear(matcher, reading)) {
		result->band = BAND_ANSWER;
		result->answers = result->ranking;
		result->answer_count = 1;
		return;
	}
	while (result->choice_count < CHOICES_MOST && result->choice_count < result->ranking_count &&
	       result->ranking[result->choice_count].confidence >= matcher->settings.choose_at)
		result->choice_count++;
	if (result->choice_count > 0) {
		result->band = BAND_CHOOSE;
		result->choices = result->ranking;
	}
}

enum status matcher_match(struct matcher *matcher, struct span message, const struct entry *leaning,
                          struct arena *arena, struct match_result *out)
{
	(void)leaning;
	*out = (struct match_result){ 0 };
	struct reading *reading = arena_alloc(arena, sizeof(*reading));
	if (!reading)
		return STATUS_NO_MEMORY;
	enum status status = read_question(matcher, message, arena, reading);
	if (status == STATUS_OK)
		status = rank_answers(reading, out);
	if (status == STATUS_OK)
		choose_band(matcher, reading, out);
	return status;
}

enum status matcher_suggest(struct matcher *matcher, struct span typed, struct arena *arena,
                            struct match_candidate *out, size_t most, size_t *count)
{
	struct match_result result;
	*count = 0;
	const enum status status = matcher_match(matcher, typed, NULL, arena, &result);
	for (size_t i = 0; i < result.ranking_count && *count < most && status == STATUS_OK; i++)
		if (result.ranking[i].entry->question[0])
			out[(*count)++] = result.ranking[i];
	return status;
}
