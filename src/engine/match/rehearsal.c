/*
 * How it works: a fold keeps two thirds of each entry's alternates and three quarters of the
 * entries (make_part), as a knowledge whose entries are copies with shorter lists. A matcher
 * without calibration is made of it, and asked what was taken out (ask_about) and what is far
 * (ask_far). The best entry of each result becomes a sample: its strength, its lead, and whether it
 * was meant. Hashes of ids and sentences decide what is taken out, so that one more alternate does
 * not change the rest.
 */
#include "engine/match/rehearsal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "engine/match/generic.h"
#include "engine/match/index_make.h"
#include "engine/match/matcher.h"
#include "engine/match/rewrite.h"

enum {
	FOLDS = 3,
	FOLD_COST =
	        4000, /* entries and sentences that are tried in every fold; of more, fewer folds */
	ENTRIES_MOST = 3000,  /* of more, a sample */
	QUESTIONS_MOST = 400, /* of a kind in a fold */
	OFFERED_MOST = 3,
	OF_ENTRY_MOST = 4, /* sentences of a left-out entry that are asked */
	ARENA_CEILING = 64 << 20,
	ASKED_CEILING = 1 << 10,
	PIECE_LEAST = 2, /* code points of a piece that is kept or replaced */
	PIECE_MOST = 4,
	ANSWER_POINTS = 16, /* of an answer that stands for a missing question */
};
/* The shares of questions that an office does not cover: close to its topics, and far. */
static const double near = 0.2, far = 0.1;
static const double stressed = 3;   /* times as much of what is near, where shares are fitted */
static const double replaced = 0.4; /* of a question without alternates */

/* What a question must find: its entry, or nothing; near an entry, or far from all. */
enum kind { IN_SCOPE, NEAR, FAR, KINDS };

struct rehearsal {
	const struct knowledge *knowledge;
	const struct normaliser *normaliser;
	const struct match_settings *settings;
	unsigned stride; /* one in so many entries takes part */
	unsigned fold;
	struct arena *asked_arena, *lists;
	struct matcher *matcher; /* of the fold at hand */
	struct match_scratch *scratch;
	struct knowledge part; /* what the fold knows */
	struct entry *entries; /* of the part */
	uint32_t *origins;     /* of the part's entries: their rows in the knowledge */
	struct calibration_sample *samples;
	enum kind *kinds; /* of the samples */
	size_t count, capacity;
	size_t asked[KINDS]; /* in the fold at hand */
	size_t all[KINDS];   /* in all folds */
};

/* FNV-1a with a finalizer, so that similar texts get unrelated hashes. */
static uint64_t hash_of(const char *text, uint64_t seed)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ seed * UINT64_C(0x9E3779B97F4A7C15);
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	hash ^= hash >> 31;
	hash *= UINT64_C(0xBF58476D1CE4E5B9);
	return hash ^ hash >> 29;
}

static double share_of(uint64_t hash)
{
	return (double)(hash >> 11) / 9007199254740992.0;
}

static bool takes_part(const struct rehearsal *rehearsal, const struct entry *entry)
{
	return hash_of(entry->id, 1) % rehearsal->stride == 0;
}

static bool is_left_out(const struct rehearsal *rehearsal, const struct entry *entry)
{
	return hash_of(entry->id, 2) % (FOLDS + 1) == rehearsal->fold;
}

static bool is_held_out(const struct rehearsal *rehearsal, const char *sentence)
{
	return hash_of(sentence, 3) % FOLDS == rehearsal->fold;
}

/* The list without the sentences that are held out. */
static enum status keep_rest(const struct rehearsal *rehearsal, struct strings *list)
{
	const char **items = arena_array(rehearsal->lists, list->count + 1, sizeof(*items));
	size_t kept = 0;
	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < list->count; i++)
		if (!is_held_out(rehearsal, list->items[i]))
			items[kept++] = list->items[i];
	*list = (struct strings){ .items = items, .count = kept };
	return STATUS_OK;
}

static enum status keep_cases(const struct rehearsal *rehearsal, struct entry *entry)
{
	struct entry_case *cases =
	        arena_array(rehearsal->lists, entry->case_count + 1, sizeof(*cases));
	enum status status = cases ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t c = 0; c < entry->case_count && status == STATUS_OK; c++) {
		cases[c] = entry->cases[c];
		status = keep_rest(rehearsal, &cases[c].also);
	}
	entry->cases = cases;
	return status;
}

/* What the fold knows: the knowledge without the entries left out and the sentences held out. */
static enum status make_part(struct rehearsal *rehearsal)
{
	const struct knowledge *knowledge = rehearsal->knowledge;
	enum status status = STATUS_OK;
	size_t count = 0, answers = 0;
	for (size_t i = 0; i < knowledge->entry_count && status == STATUS_OK; i++) {
		const struct entry *entry = &knowledge->entries[i];
		if (!takes_part(rehearsal, entry) || is_left_out(rehearsal, entry))
			continue;
		struct entry *kept = &rehearsal->entries[count];
		*kept = *entry;
		rehearsal->origins[count++] = (uint32_t)i;
		answers += entry->kind == ENTRY_ANSWER;
		status = keep_rest(rehearsal, &kept->also);
		if (status == STATUS_OK)
			status = keep_cases(rehearsal, kept);
	}
	rehearsal->part = *knowledge;
	rehearsal->part.entries = rehearsal->entries;
	rehearsal->part.entry_count = count;
	rehearsal->part.answer_count = answers;
	return status;
}

static enum status open_part(struct rehearsal *rehearsal)
{
	const struct knowledge *part = &rehearsal->part;
	const struct normaliser *normaliser = rehearsal->normaliser;
	const struct match_settings *settings = rehearsal->settings;
	struct rewriter *rewriter = NULL;
	struct index *index = NULL;
	enum status status =
	        rewriter_create(part, normaliser, !(settings->without & PART_GENERIC), &rewriter);
	if (status == STATUS_OK)
		status = index_make(part, normaliser, rewriter, settings, &index);
	if (status == STATUS_OK)
		return matcher_create(part, normaliser, settings, rewriter, index, NULL,
		                      &rehearsal->matcher);
	rewriter_destroy(rewriter);
	return status;
}

static enum status make_room(struct rehearsal *rehearsal)
{
	if (rehearsal->count < rehearsal->capacity)
		return STATUS_OK;
	const size_t capacity = rehearsal->capacity ? rehearsal->capacity * 2 : 1024;
	struct calibration_sample *samples =
	        reallocarray(rehearsal->samples, capacity, sizeof(*samples));
	if (samples)
		rehearsal->samples = samples;
	enum kind *kinds = reallocarray(rehearsal->kinds, capacity, sizeof(*kinds));
	if (kinds)
		rehearsal->kinds = kinds;
	if (!samples || !kinds)
		return STATUS_NO_MEMORY;
	rehearsal->capacity = capacity;
	return STATUS_OK;
}

/* Keeps a sample of the best entry. `meant` is NULL if no entry is right. */
static void keep(struct rehearsal *rehearsal, const struct match_result *result, enum kind kind,
                 const struct entry *meant)
{
	struct calibration_sample *sample = &rehearsal->samples[rehearsal->count];
	*sample = (struct calibration_sample){ .strength = result->ranking[0].strength,
		                               .lead = result->lead,
		                               .shares = result->shares };
	/* A rephrased question is no measure of how people reword: the fit is to leave it be. */
	sample->shares.alone = 0;
	sample->shares.touched = 0;
	for (size_t i = 0; i < result->ranking_count && i < OFFERED_MOST; i++) {
		const size_t at = (size_t)(result->ranking[i].entry - rehearsal->entries);
		const bool right = &rehearsal->knowledge->entries[rehearsal->origins[at]] == meant;
		sample->best = sample->best || (right && i == 0);
		sample->among = sample->among || right;
	}
	rehearsal->kinds[rehearsal->count++] = kind;
}

static enum status ask(struct rehearsal *rehearsal, struct span question, enum kind kind,
                       const struct entry *meant)
{
	struct match_result result;
	struct text text;
	if (rehearsal->asked[kind] >= QUESTIONS_MOST)
		return STATUS_OK;
	rehearsal->asked[kind]++;
	rehearsal->all[kind]++;
	arena_reset(rehearsal->asked_arena);
	enum status status =
	        normalise(rehearsal->normaliser, question, rehearsal->asked_arena, &text);
	if (status == STATUS_OK)
		status = matcher_match(rehearsal->scratch, &text, NULL, rehearsal->asked_arena,
		                       &result);
	if (status == STATUS_OK)
		status = make_room(rehearsal);
	/* Without a candidate, or behind a referral, confidence does not matter. */
	if (status == STATUS_OK && result.ranking_count > 0 && result.lead >= 0)
		keep(rehearsal, &result, kind, meant);
	return status;
}

/* A piece of text of another entry. */
static struct span borrowed_piece(const struct rehearsal *rehearsal, uint64_t hash)
{
	const struct knowledge *knowledge = rehearsal->knowledge;
	const struct entry *other = &knowledge->entries[hash % knowledge->entry_count];
	const struct span text = span_of(other->question[0] ? other->question : other->answer);
	size_t at = 0;
	for (uint64_t skip = (hash >> 20) % 12; skip > 0 && at < text.len; skip--)
		utf8_next(text, &at);
	return (struct span){ text.ptr + at, text.len - at };
}

static void append_points(struct buf *out, struct span text, size_t count)
{
	for (size_t at = 0; count > 0 && at < text.len; count--)
		buf_append_code_point(out, utf8_next(text, &at));
}

/* Rephrases a question by replacing pieces of it, as if asked by somebody who has not read it. */
static void rephrase(const struct rehearsal *rehearsal, const struct entry *entry, struct buf *out)
{
	struct span text = span_of(entry->question[0] ? entry->question : entry->answer);
	size_t at = 0, most = entry->question[0] ? SIZE_MAX : ANSWER_POINTS;
	buf_clear(out);
	for (unsigned piece = 0; at < text.len && most > 0; piece++) {
		const uint64_t hash = hash_of(entry->id, 100 + 64 * rehearsal->fold + piece);
		const size_t start = at, size = PIECE_LEAST + hash % (PIECE_MOST - PIECE_LEAST + 1);
		size_t taken = 0;
		for (; taken < size && taken < most && at < text.len; taken++)
			utf8_next(text, &at);
		most -= taken;
		if (share_of(hash_of(entry->id, 7000 + 64 * rehearsal->fold + piece)) < replaced)
			append_points(out, borrowed_piece(rehearsal, hash >> 3), taken);
		else
			buf_append(out, text.ptr + start, at - start);
	}
}

static enum status ask_list(struct rehearsal *rehearsal, const struct strings *list,
                            const struct entry *meant, bool all)
{
	const enum kind kind = meant ? IN_SCOPE : NEAR;
	size_t most = meant ? SIZE_MAX : OF_ENTRY_MOST;
	enum status status = STATUS_OK;
	for (size_t i = 0; i < list->count && most > 0 && status == STATUS_OK; i++)
		if (all || is_held_out(rehearsal, list->items[i])) {
			status = ask(rehearsal, span_of(list->items[i]), kind, meant);
			most--;
		}
	return status;
}

static enum status ask_about(struct rehearsal *rehearsal, const struct entry *entry,
                             struct buf *asked)
{
	const bool left_out = is_left_out(rehearsal, entry);
	const struct entry *meant = left_out || entry->kind != ENTRY_ANSWER ? NULL : entry;
	enum status status = ask_list(rehearsal, &entry->also, meant, left_out);
	for (size_t c = 0; c < entry->case_count && status == STATUS_OK; c++)
		status = ask_list(rehearsal, &entry->cases[c].also, meant, left_out);
	if (status != STATUS_OK || entry->also.count > 0 || entry->kind != ENTRY_ANSWER)
		return status;
	rephrase(rehearsal, entry, asked);
	return ask(rehearsal, buf_span(asked), meant ? IN_SCOPE : NEAR, meant);
}

static enum status ask_far(struct rehearsal *rehearsal)
{
	struct generic_reader reader = generic_read(GENERIC_FAR, GENERIC_FAR);
	struct generic_word word;
	enum status status = STATUS_OK;
	while (status == STATUS_OK && generic_next(&reader, &word))
		status = ask(rehearsal, word.word, FAR, NULL);
	return status;
}

static enum status run_fold(struct rehearsal *rehearsal)
{
	struct buf asked;
	buf_init(&asked, ASKED_CEILING);
	arena_reset(rehearsal->lists);
	memset(rehearsal->asked, 0, sizeof(rehearsal->asked));
	enum status status = make_part(rehearsal);
	if (status == STATUS_OK)
		status = open_part(rehearsal);
	if (status == STATUS_OK)
		status = match_scratch_create(rehearsal->matcher, &rehearsal->scratch);
	for (size_t i = 0; i < rehearsal->knowledge->entry_count && status == STATUS_OK; i++) {
		if (match_given_up(rehearsal->settings))
			status = STATUS_CLOSED;
		else if (takes_part(rehearsal, &rehearsal->knowledge->entries[i]))
			status = ask_about(rehearsal, &rehearsal->knowledge->entries[i], &asked);
	}
	if (status == STATUS_OK)
		status = ask_far(rehearsal);
	match_scratch_destroy(rehearsal->scratch);
	matcher_destroy(rehearsal->matcher);
	rehearsal->scratch = NULL;
	rehearsal->matcher = NULL;
	buf_deinit(&asked);
	return status;
}

/* Weighs each kind so that it has its usual share; no sample weighs more than 1. */
static void balance(struct rehearsal *rehearsal)
{
	const double parts[KINDS] = { [IN_SCOPE] = 1 - near - far, [NEAR] = near, [FAR] = far };
	for (size_t i = 0; i < rehearsal->count; i++) {
		const enum kind kind = rehearsal->kinds[i];
		const double share = (double)rehearsal->all[IN_SCOPE] * parts[kind] /
		                     parts[IN_SCOPE] / (double)rehearsal->all[kind];
		rehearsal->samples[i].weight = fmin(1, share);
		rehearsal->samples[i].stress = fmin(1, kind == NEAR ? share * stressed : share);
	}
}

static unsigned folds_of(const struct knowledge *knowledge)
{
	size_t cost = 0;
	for (size_t i = 0; i < knowledge->entry_count; i++)
		cost += 1 + knowledge->entries[i].also.count;
	return cost <= FOLD_COST ? FOLDS : 1;
}

enum status rehearse(const struct knowledge *knowledge, const struct normaliser *normaliser,
                     const struct match_settings *settings, struct calibration *out)
{
	struct rehearsal rehearsal = { .knowledge = knowledge,
		                       .normaliser = normaliser,
		                       .settings = settings };
	const unsigned folds = folds_of(knowledge);
	rehearsal.stride = (unsigned)(knowledge->entry_count / ENTRIES_MOST) + 1;
	rehearsal.entries = calloc(knowledge->entry_count + 1, sizeof(*rehearsal.entries));
	rehearsal.origins = calloc(knowledge->entry_count + 1, sizeof(*rehearsal.origins));
	enum status status = rehearsal.entries && rehearsal.origins ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = arena_create(&rehearsal.asked_arena, ARENA_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&rehearsal.lists, ARENA_CEILING);
	for (unsigned fold = 0; fold < folds && status == STATUS_OK; fold++) {
		rehearsal.fold = fold;
		status = run_fold(&rehearsal);
	}
	if (status == STATUS_OK) {
		balance(&rehearsal);
		*out = calibration_fit(rehearsal.samples, rehearsal.count);
	}
	arena_destroy(rehearsal.asked_arena);
	arena_destroy(rehearsal.lists);
	free(rehearsal.entries);
	free(rehearsal.origins);
	free(rehearsal.samples);
	free(rehearsal.kinds);
	return status;
}
