/*
 * How it works: what a folder's snapshot knows is built or taken from its index file (build), what
 * one thread needs stands in its scratch. A message is read (reading), its candidates are put in
 * order and a band is chosen (band); where it holds several questions its clauses are read by
 * themselves (clauses); and where nothing speaks for an entry the answers are searched
 * (in_answers). The rest answers small questions of the dialogue about texts.
 */
#include "engine/match/matcher.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/match/band.h"
#include "engine/match/calibrate.h"
#include "engine/match/clauses.h"
#include "engine/match/in_answers.h"
#include "engine/match/index_file.h"
#include "engine/match/left_out.h"
#include "engine/match/marks.h"
#include "engine/match/reading.h"

enum { SUGGESTED_MOST = 16 };

const char *match_by_name(enum match_by by)
{
	static const char *const names[] = { "prompt", "pattern", "search", "choice" };
	assert((size_t)by < sizeof(names) / sizeof(names[0]));
	return names[by];
}

static enum status build(struct matcher *matcher, const struct image_file *kept)
{
	const struct knowledge *knowledge = matcher->knowledge;
	enum status status =
	        repairer_create(matcher->index, &knowledge->lexicon, kept, &matcher->repairer);
	if (status == STATUS_OK)
		status = kept ? slots_adopt(kept, knowledge->entry_count, matcher->normaliser,
		                            &matcher->slots)
		              : slots_create(knowledge, matcher->normaliser, matcher->rewriter,
		                             &matcher->slots);
	if (status == STATUS_OK)
		status = aspects_create(matcher->index, matcher->normaliser, matcher->rewriter,
		                        &matcher->aspects);
	if (status == STATUS_OK)
		status = case_sentences_create(matcher->index, knowledge, matcher->normaliser,
		                               &matcher->case_sentences);
	if (status == STATUS_OK)
		status = prompt_table_create(knowledge, matcher->normaliser, kept,
		                             &matcher->prompts);
	if (status == STATUS_OK)
		status = spotter_create(knowledge, &matcher->spotter);
	if (status == STATUS_OK)
		status = marks_create(&knowledge->lexicon, matcher->normaliser, &matcher->marks);
	return status;
}

enum status matcher_create(const struct knowledge *knowledge, const struct normaliser *normaliser,
                           const struct match_settings *settings, struct rewriter *rewriter,
                           struct index *index, const struct image_file *kept, struct matcher **out)
{
	struct matcher *matcher = calloc(1, sizeof(*matcher));
	*out = matcher;
	if (!matcher) {
		index_destroy(index);
		rewriter_destroy(rewriter);
		return STATUS_NO_MEMORY;
	}
	matcher->knowledge = knowledge;
	matcher->normaliser = normaliser;
	matcher->settings = *settings;
	matcher->settings.index_folder = NULL; /* may not outlive the call */
	if (matcher_leaves_out(matcher, PART_CLEAR))
		matcher->settings.clear_by = 0;
	matcher->rewriter = rewriter;
	matcher->index = index;
	const enum status status = build(matcher, kept);
	if (status != STATUS_OK) {
		matcher_destroy(matcher);
		*out = NULL;
	}
	return status;
}

enum status matcher_keep(const struct matcher *matcher, struct image_draft *draft)
{
	repairer_keep(matcher->repairer, draft);
	slots_keep(matcher->slots, matcher->knowledge->entry_count, draft);
	const enum status status = prompt_table_keep(matcher->prompts, matcher->knowledge, draft);
	return status == STATUS_OK ? index_keep(matcher->index, draft) : status;
}

const struct rewriter *matcher_rewriter(const struct matcher *matcher)
{
	return matcher->rewriter;
}

const struct marks *matcher_marks(const struct matcher *matcher)
{
	return matcher->marks;
}

void matcher_destroy(struct matcher *matcher)
{
	if (!matcher)
		return;
	marks_destroy(matcher->marks);
	spotter_destroy(matcher->spotter);
	prompt_table_destroy(matcher->prompts);
	case_sentences_destroy(matcher->case_sentences);
	aspects_destroy(matcher->aspects);
	slots_destroy(matcher->slots);
	repairer_destroy(matcher->repairer);
	index_destroy(matcher->index);
	rewriter_destroy(matcher->rewriter);
	free(matcher);
}

enum status match_scratch_create(const struct matcher *matcher, struct match_scratch **out)
{
	struct match_scratch *scratch = calloc(1, sizeof(*scratch));
	*out = scratch;
	if (!scratch)
		return STATUS_NO_MEMORY;
	scratch->matcher = matcher;
	enum status status = ranker_create(matcher->index, (size_t)matcher->settings.candidates,
	                                   &scratch->ranker);
	if (status == STATUS_OK)
		status = spotting_create(matcher->spotter, &scratch->spotting);
	if (status == STATUS_OK)
		status = typing_open(matcher->index->typing, matcher->index->typing_size,
		                     &scratch->typing);
	if (status == STATUS_OK)
		status = pattern_scratch_create(&scratch->patterns);
	if (status != STATUS_OK) {
		match_scratch_destroy(scratch);
		*out = NULL;
	}
	return status;
}

void match_scratch_destroy(struct match_scratch *scratch)
{
	if (!scratch)
		return;
	pattern_scratch_destroy(scratch->patterns);
	typing_close(scratch->typing);
	lookup_table_close(scratch->lookup);
	spotting_destroy(scratch->spotting);
	ranker_destroy(scratch->ranker);
	free(scratch);
}

void match_scratch_mute(struct match_scratch *scratch, const struct pattern *pattern)
{
	pattern_scratch_mute(scratch->patterns, pattern);
}

/* Reads a text, and answers, offers or declines it. */
static enum status match_text(struct match_scratch *scratch, const struct text *message,
                              const struct entry *leaning, struct arena *arena,
                              struct reading *reading, struct match_result *out)
{
	const struct matcher *matcher = scratch->matcher;
	*out = (struct match_result){ .band = BAND_DECLINE };
	enum status status = reading_begin(scratch, message, leaning, arena, reading);
	if (status == STATUS_OK)
		status = reading_gather(reading);
	if (status == STATUS_OK)
		status = band_rank(reading, out);
	if (status != STATUS_OK)
		return status;
	bool foreign = false;
	if (reading->count > 0 && !matcher_leaves_out(matcher, PART_POPUP))
		status = band_is_foreign_popup(reading, &foreign);
	if (status != STATUS_OK || foreign)
		return status;
	status = band_choose(reading, out);
	if (status == STATUS_OK && reading->count > 0 && !matcher_leaves_out(matcher, PART_CLAUSES))
		status = clauses_find_several(scratch, reading, out);
	if (status == STATUS_OK && out->answer_count == 0 &&
	    !matcher_leaves_out(matcher, PART_LAST_CLAUSE))
		status = clauses_find_last(scratch, reading, out);
	return status;
}

/* If what remains of a message has an answer, that is the message's. */
static enum status match_rest(struct match_scratch *scratch, const struct reading *whole,
                              const struct text *rest, struct match_result *out, bool *answered)
{
	struct match_result found;
	struct reading *reading = arena_room(whole->arena, 1, sizeof(*reading));
	if (!reading)
		return STATUS_NO_MEMORY;
	const enum status status =
	        match_text(scratch, rest, whole->leaning, whole->arena, reading, &found);
	*answered = status == STATUS_OK && found.band == BAND_ANSWER;
	if (*answered)
		*out = found;
	return status;
}

/* What a message says not to be shown is not answered; the rest may be. */
static enum status match_without_denied(struct match_scratch *scratch, const struct reading *whole,
                                        struct match_result *out)
{
	struct text rest;
	bool answered = false;
	enum status status = left_out_denied(whole, &rest);
	if (status != STATUS_OK || rest.count == 0)
		return status;
	status = match_rest(scratch, whole, &rest, out, &answered);
	return status == STATUS_OK && !answered && out->band == BAND_ANSWER ? band_offer(whole, out)
	                                                                    : status;
}

/* Where a referral leads because of what the answer is wanted for. */
static enum status match_without_purpose(struct match_scratch *scratch, const struct reading *whole,
                                         struct match_result *out)
{
	struct text rest;
	bool answered;
	const enum status status = left_out_purpose(whole, &rest);
	return status == STATUS_OK && rest.count > 0
	               ? match_rest(scratch, whole, &rest, out, &answered)
	               : status;
}

enum status matcher_match(struct match_scratch *scratch, const struct text *message,
                          const struct entry *leaning, struct arena *arena,
                          struct match_result *out)
{
	const struct matcher *matcher = scratch->matcher;
	scratch->budget = (struct budget){ BUDGET_OF_A_TURN, 0 };
	struct reading *reading = arena_room(arena, 1, sizeof(*reading));
	if (!reading)
		return STATUS_NO_MEMORY;
	enum status status = match_text(scratch, message, leaning, arena, reading, out);
	if (status == STATUS_OK && !matcher_leaves_out(matcher, PART_DENIALS))
		status = match_without_denied(scratch, reading, out);
	if (status == STATUS_OK && out->band == BAND_DECLINE && out->other &&
	    !matcher_leaves_out(matcher, PART_LAST_CLAUSE))
		status = match_without_purpose(scratch, reading, out);
	return status == STATUS_OK ? answers_search(reading, out) : status;
}

enum status matcher_knows_beyond(struct match_scratch *scratch, const struct text *message,
                                 const struct entry *one, const struct entry *other,
                                 struct arena *arena, bool *out)
{
	struct rewritten rewritten;
	struct query query;
	const enum status status = matcher_make_query(scratch, message, arena, &rewritten, &query);
	*out = status == STATUS_OK &&
	       rank_knows_beyond(scratch->ranker, &query, matcher_row_of(scratch->matcher, one),
	                         matcher_row_of(scratch->matcher, other));
	return status;
}

/* None where it fails. */
static enum status read_compounds(const struct matcher *matcher, const struct text *text,
                                  struct arena *arena, struct compounds *out)
{
	struct rewritten rewritten;
	const enum status status =
	        rewrite(matcher->rewriter, text->points, text->count, arena, &rewritten);
	out->count = 0;
	if (status == STATUS_OK)
		slots_read(matcher->slots, &rewritten, out);
	return status;
}

enum status matcher_thing_ends(const struct matcher *matcher, const struct text *text,
                               struct arena *arena, struct thing_ends *out)
{
	struct compounds compounds;
	const enum status status = read_compounds(matcher, text, arena, &compounds);
	out->count = 0;
	for (size_t i = 0; i < compounds.count && out->count < THING_ENDS_MOST; i++)
		if (code_point_is_han(compounds.items[i].end))
			out->items[out->count++] = compounds.items[i].end;
	return status;
}

enum status matcher_names_thing(const struct matcher *matcher, const struct text *text,
                                struct arena *arena, bool *out)
{
	struct compounds compounds;
	const enum status status = read_compounds(matcher, text, arena, &compounds);
	*out = slots_name_thing(&compounds);
	return status;
}

enum status matcher_names_another(const struct matcher *matcher, const struct text *text,
                                  const struct entry *entry, struct arena *arena, bool *out)
{
	struct compounds all, one = { .count = 1 };
	const enum status status = read_compounds(matcher, text, arena, &all);
	*out = all.count > 0;
	for (size_t i = 0; i < all.count && *out; i++) {
		one.items[0] = all.items[i];
		*out = slots_differ(matcher->slots, &one, matcher_row_of(matcher, entry));
	}
	return status;
}

enum status matcher_has_heard(const struct matcher *matcher, const struct text *text,
                              struct arena *arena, bool *out)
{
	struct rewritten rewritten;
	const enum status status =
	        rewrite(matcher->rewriter, text->points, text->count, arena, &rewritten);
	*out = status == STATUS_OK &&
	       slots_heard(matcher->slots, rewritten.points, rewritten.count);
	return status;
}

double matcher_confidence(const struct matcher *matcher, double strength, double lead)
{
	const struct calibration_shares usual = calibration_usual_shares();
	return calibration_confidence(&matcher->index->calibration, strength, lead, &usual);
}

const char *matcher_set_aside(struct match_scratch *scratch)
{
	const struct pattern *pattern = spotting_name_aside(scratch->spotting);
	return pattern ? pattern_source(pattern) : NULL;
}

enum status matcher_lookup(struct match_scratch *scratch, struct lookup_table **out)
{
	const struct index *index = scratch->matcher->index;
	enum status status = STATUS_OK;
	if (!scratch->lookup)
		status = lookup_table_open(index->lookup, index->lookup_size,
		                           scratch->matcher->normaliser, &scratch->lookup);
	*out = scratch->lookup;
	return status;
}

struct typing *matcher_typing(struct match_scratch *scratch)
{
	return scratch->typing;
}

static void suggest(const struct match_candidate *one, struct match_candidate *out, size_t most,
                    size_t *count)
{
	if (*count < most && one->entry->question[0] && !candidate_find(out, *count, one->entry))
		out[(*count)++] = *one;
}

static enum status suggest_typed(struct match_scratch *scratch, const struct text *typed,
                                 enum typing_where where, struct match_candidate *out, size_t most,
                                 size_t *count)
{
	uint32_t rows[SUGGESTED_MOST];
	size_t found = 0;
	const enum status status =
	        typing_find(scratch->typing, typed, where, rows, SUGGESTED_MOST, &found);
	for (size_t i = 0; i < found && status == STATUS_OK; i++) {
		const struct match_candidate one = {
			.entry = &scratch->matcher->knowledge->entries[rows[i]],
			.by = MATCH_BY_SEARCH
		};
		suggest(&one, out, most, count);
	}
	return status;
}

/*
 * Questions that begin with the typed text come first. Letters are pinyin or initials, so questions
 * that have them anywhere come next. The ranking fills the rest: it also finds Han words that stand
 * apart.
 */
enum status matcher_suggest(struct match_scratch *scratch, const struct text *typed,
                            struct arena *arena, struct match_candidate *out, size_t most,
                            size_t *count)
{
	struct match_result result = { .ranking_count = 0 };
	const bool han = typed->count > 0 && code_point_is_han(typed->points[0]);
	*count = 0;
	enum status status = suggest_typed(scratch, typed, TYPING_AT_BEGINNING, out, most, count);
	if (status == STATUS_OK && !han)
		status = suggest_typed(scratch, typed, TYPING_ANYWHERE, out, most, count);
	if (status == STATUS_OK && *count < most)
		status = matcher_match(scratch, typed, NULL, arena, &result);
	for (size_t i = 0; i < result.ranking_count && status == STATUS_OK; i++)
		suggest(&result.ranking[i], out, most, count);
	return status;
}
