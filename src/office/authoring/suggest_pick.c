/*
 * Likeness here is the cosine of two sets of grams (Han characters and their pairs, words, digits),
 * without weights: questions to one office are short and share their common words anyway.
 *
 * What a question means: the entry that most people took from the list it got; else the one that
 * answers it today; else that of the likest question which somebody chose for, if they mean the
 * same. An entry's candidates are those of its chosen questions that stand for most others: each is
 * the one that is like the most askings that none before it is like (a medoid, taken greedily).
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/selection.h"
#include "engine/dialogue/words.h"
#include "engine/text/tokens.h"
#include "office/authoring/likeness.h"
#include "office/authoring/suggest_parts.h"

enum {
	GRAMS_MOST = 256,
	DIGITS_MOST = 5, /* in a row: more are a number of somebody */
	GROUP_LEAST = 3, /* askings */
	POOL_MOST = 300, /* chosen questions of an entry that may become candidates */
};

static const double covers_least = 0.3; /* askings that a candidate must add */

/* --- tidy --- */

static bool is_mark(uint32_t point)
{
	return !code_point_is_han(point) && !code_point_is_word(point);
}

/* The end of the longest such word at the place; else the place. */
static size_t polite_at(const struct words *words, struct span text, size_t place)
{
	size_t at = 0, end, best = place;
	const struct word *word;

	while ((word = words_next(&words->cues, text, place, &at, &end)))
		if (word->meaning == CUE_POLITE && word->tail_len == 0 && end > best)
			best = end;
	return best;
}

static size_t pass_marks(struct span text, size_t at)
{
	size_t next = at;

	while (next < text.len && is_mark(utf8_next(text, &next)))
		at = next;
	return at;
}

static size_t drop_marks(struct span text, size_t end)
{
	while (end > 0) {
		const size_t before = utf8_before(text, end);
		size_t next = before;

		if (!is_mark(utf8_next(text, &next)))
			break;
		end = before;
	}
	return end;
}

/* The start of a polite word that ends at `end` behind a mark; else `end`. */
static size_t polite_before(const struct words *words, struct span text, size_t from, size_t end)
{
	const struct span part = { text.ptr, end };

	for (size_t at = from; at < end; (void)utf8_next(part, &at)) {
		size_t before = at > 0 ? utf8_before(part, at) : 0;

		if (at > from && is_mark(utf8_next(part, &before)) &&
		    polite_at(words, part, at) == end)
			return at;
	}
	return end;
}

/* Bytes [*from, *end) of the normalised text without what is polite around it. */
static void trim(const struct words *words, struct span text, size_t *from, size_t *end)
{
	size_t was;

	*from = pass_marks(text, 0);
	*end = drop_marks(text, text.len);
	do {
		was = *from;
		*from = pass_marks(text, polite_at(words, text, *from));
	} while (*from > was && *from < *end);
	do {
		was = *end;
		*end = drop_marks(text, polite_before(words, text, *from, *end));
	} while (*end<was && * end> * from);
}

/* What was typed for bytes of the normalised text. */
static struct span typed(const struct text *text, size_t from, size_t end)
{
	const size_t first = utf8_length((struct span){ text->utf8.ptr, from });
	const size_t behind = utf8_length((struct span){ text->utf8.ptr, end });
	const size_t start = first < text->count ? text->origins[first] : text->input.len;
	const size_t stop = behind < text->count ? text->origins[behind] : text->input.len;

	return (struct span){ text->input.ptr + start, stop > start ? stop - start : 0 };
}

/* Whether it can stand among alternates: of one line, with nothing masked, no number, no link. */
static bool is_clean(struct span text)
{
	static const char *const never[] = { "***", "<", ">", "http", "www.", "\\" };
	size_t digits = 0;

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (memmem(text.ptr, text.len, never[i], strlen(never[i])))
			return false;
	for (size_t at = 0; at < text.len;) {
		const uint32_t point = utf8_next(text, &at);

		digits = point >= '0' && point <= '9' ? digits + 1 : 0;
		if (utf8_is_control(point) || point == '*' || digits > DIGITS_MOST)
			return false;
	}
	return true;
}

enum status suggest_tidy(const struct suggest *suggest, struct span text, const char **out)
{
	const struct snapshot *live = suggest->base.live;
	struct selection selection;
	struct text normal, rest;
	struct span kept;
	size_t from, end, length;
	enum status status;

	*out = NULL;
	if (!utf8_valid(text) || text.len == 0 || text.len > GRAMS_MOST * 2)
		return STATUS_OK;
	arena_reset(suggest->asking_arena);
	status = normalise(live->normaliser, text, suggest->asking_arena, &normal);
	if (status != STATUS_OK)
		return status;
	trim(live->words, normal.utf8, &from, &end);
	if (from >= end)
		return STATUS_OK;
	kept = typed(&normal, from, end);
	kept.len = drop_marks(kept, kept.len);
	length = utf8_length(kept);
	if (length < SUGGEST_TEXT_LEAST || length > SUGGEST_TEXT_MOST || !is_clean(kept))
		return STATUS_OK;
	status = normalise(live->normaliser, kept, suggest->asking_arena, &rest);
	if (status != STATUS_OK)
		return status;
	/* 怎么办, 第二个: no question by itself. */
	selection = selection_read(live->words, &rest);
	if (selection.short_enough &&
	    (selection.kind != CUE_NOTHING || selection.subject_count == 0))
		return STATUS_OK;
	*out = arena_copy(suggest->arena, kept);
	return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* --- likeness --- */

static int by_key(const void *a, const void *b)
{
	const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

static enum status read_keys(const struct suggest *suggest, struct asking *asking)
{
	const struct span text = asking->tidy ? span_of(asking->tidy) : asking->text;
	struct token_list tokens;
	struct text normal;
	size_t count;
	enum status status;

	arena_reset(suggest->asking_arena);
	status = normalise(suggest->base.live->normaliser, text, suggest->asking_arena, &normal);
	if (status == STATUS_OK)
		status = tokens_of(normal.points, normal.count, NULL, suggest->asking_arena,
		                   &tokens);
	if (status != STATUS_OK)
		return status;
	count = tokens.count < GRAMS_MOST ? tokens.count : GRAMS_MOST;
	asking->keys = arena_array(suggest->arena, count + 1, sizeof(*asking->keys));
	if (!asking->keys)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		asking->keys[i] = tokens.items[i].key;
	if (count > 1)
		qsort(asking->keys, count, sizeof(*asking->keys), by_key);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || asking->keys[i] != asking->keys[i - 1])
			asking->keys[asking->key_count++] = asking->keys[i];
	return STATUS_OK;
}

static double cosine(const struct asking *one, const struct asking *other)
{
	const size_t both = one->key_count * other->key_count;
	size_t shared = 0;

	for (size_t i = 0, j = 0; i < one->key_count && j < other->key_count;) {
		shared += one->keys[i] == other->keys[j];
		if (one->keys[i] == other->keys[j]) {
			i++;
			j++;
		} else if (one->keys[i] < other->keys[j]) {
			i++;
		} else {
			j++;
		}
	}
	return both > 0 ? (double)shared / sqrt((double)both) : 0;
}

double suggest_likeness(const struct suggest *suggest, const struct asking *asking,
                        const struct entry *entry)
{
	double best = 0;

	for (const struct asking *one = field_of(suggest, entry)->labelled; one;
	     one = one->next_labelled)
		best = fmax(best, cosine(asking, one));
	return best;
}

/* Puts the question under its label. */
static void list_labelled(struct suggest *suggest)
{
	size_t listed = 0;

	for (size_t i = 0; i < suggest->count && listed < LABELLED_MOST; i++) {
		struct asking *asking = suggest->askings[i];

		if (!asking->label)
			continue;
		struct field *field = field_of(suggest, asking->label);

		asking->next_labelled = field->labelled;
		field->labelled = asking;
		field->asked += asking->asked;
		listed++;
		suggest->sums.chosen++;
	}
}

/* What a question that gets no answer means by what is like it. */
static void find_near(struct suggest *suggest, struct asking *asking)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	double best = means_the_same;

	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		const double like =
		        suggest->fields[i].labelled ? suggest_likeness(suggest, asking, entry) : 0;

		if (like >= best) {
			best = like;
			asking->near = entry;
		}
	}
	suggest->sums.alike += asking->near != NULL;
}

/* --- candidates --- */

/* An asking that a candidate of the entry may cover, and how well the best so far does. */
struct covered {
	const struct asking *asking;
	double weight, by;
};

struct cover {
	struct covered *items;
	size_t count;
	const struct asking **pool;
	bool *used;
	size_t pool_count;
};

static double like_enough(const struct asking *one, const struct asking *other)
{
	const double like = cosine(one, other);

	return like >= counts ? like : 0;
}

static double gain_of(const struct cover *cover, const struct asking *one)
{
	double gain = 0;

	for (size_t i = 0; i < cover->count; i++)
		gain += cover->items[i].weight *
		        fmax(0, like_enough(one, cover->items[i].asking) - cover->items[i].by);
	return gain;
}

static bool is_doubled(const struct field *field, const char *text)
{
	for (size_t i = 0; i < field->candidate_count; i++)
		if (strcmp(field->candidates[i].text, text) == 0)
			return true;
	return false;
}

static void take_best(struct cover *cover, struct field *field, size_t most)
{
	while (field->candidate_count < most) {
		double best = covers_least;
		size_t chosen = cover->pool_count;
		uint64_t asked = 0;

		for (size_t i = 0; i < cover->pool_count; i++) {
			const double gain = cover->used[i] ? 0 : gain_of(cover, cover->pool[i]);

			if (gain > best) {
				best = gain;
				chosen = i;
			}
		}
		if (chosen == cover->pool_count)
			return;
		cover->used[chosen] = true;
		for (size_t i = 0; i < cover->count; i++) {
			const double like =
			        like_enough(cover->pool[chosen], cover->items[i].asking);

			if (like >= means_the_same)
				asked += cover->items[i].asking->asked;
			cover->items[i].by = fmax(cover->items[i].by, like);
		}
		if (!is_doubled(field, cover->pool[chosen]->tidy))
			field->candidates[field->candidate_count++] =
			        (struct candidate){ .text = cover->pool[chosen]->tidy,
				                    .asked = asked };
	}
}

static enum status pick_for(struct suggest *suggest, const struct entry *entry)
{
	struct field *field = field_of(suggest, entry);
	const size_t wanted = 2 * suggest->base.each + 2;
	struct cover cover = { 0 };

	if (!field->labelled)
		return STATUS_OK;
	cover.items = arena_array(suggest->arena, suggest->count, sizeof(*cover.items));
	cover.pool = arena_array(suggest->arena, POOL_MOST,
	                         sizeof(*cover.pool)); /* NOLINT(bugprone-sizeof-expression) */
	cover.used = arena_array(suggest->arena, POOL_MOST, sizeof(*cover.used));
	if (!cover.items || !cover.pool || !cover.used)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < suggest->count; i++) {
		const struct asking *asking = suggest->askings[i];

		if (asking->near != entry || (!asking->label && !asking->open))
			continue;
		/* What somebody chose for is sure, and what is like it is not. */
		cover.items[cover.count++] =
		        (struct covered){ .asking = asking,
			                  .weight = (double)asking->asked *
			                            (asking->label ? 1 : 0.5) };
		if (asking->label && asking->tidy && cover.pool_count < POOL_MOST &&
		    !suggest_unwanted(suggest, entry, asking->tidy))
			cover.pool[cover.pool_count++] = asking;
	}
	take_best(&cover, field, wanted < CANDIDATES_OF_ENTRY ? wanted : CANDIDATES_OF_ENTRY);
	return STATUS_OK;
}

/* --- groups that nobody's choice speaks for --- */

static int most_asked_first(const void *a, const void *b)
{
	const struct suggest_group *one = a, *other = b;

	if (one->asked != other->asked)
		return one->asked > other->asked ? -1 : 1;
	return strcmp(one->question.ptr, other->question.ptr);
}

/* What two thirds of the group would find first. */
static const struct entry *guess_of(const struct suggest *suggest, const struct asking *const *open,
                                    const uint32_t *groups, size_t count, size_t leader,
                                    uint64_t asked)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	const struct entry *guess = open[leader]->first;
	uint64_t agreed = 0;

	for (size_t i = leader; i < count; i++)
		if (groups[i] == leader && open[i]->first == guess)
			agreed += open[i]->asked;
	return guess && (size_t)(guess - knowledge->entries) < knowledge->answer_count &&
	                       3 * agreed >= 2 * asked
	               ? guess
	               : NULL;
}

static enum status group_open(struct suggest *suggest)
{
	const struct asking **open =
	        arena_array(suggest->arena, suggest->count + 1,
	                    sizeof(*open)); /* NOLINT(bugprone-sizeof-expression) */
	struct span *texts = arena_array(suggest->arena, suggest->count + 1, sizeof(*texts));
	uint32_t *groups = arena_array(suggest->arena, suggest->count + 1, sizeof(*groups));
	size_t count = 0;
	enum status status;

	suggest->groups = arena_array(suggest->arena, suggest->count + 1, sizeof(*suggest->groups));
	if (!open || !texts || !groups || !suggest->groups)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < suggest->count; i++)
		if (suggest->askings[i]->open && !suggest->askings[i]->near) {
			open[count] = suggest->askings[i];
			texts[count++] = suggest->askings[i]->text;
		}
	status = likeness_group(texts, count, suggest->base.live->normaliser, suggest->arena,
	                        groups);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct suggest_group group = { .question = texts[i] };

		for (size_t j = i; j < count && groups[i] == i; j++)
			if (groups[j] == i) {
				group.asked += open[j]->asked;
				group.wordings++;
			}
		if (group.asked < GROUP_LEAST)
			continue;
		group.guess = guess_of(suggest, open, groups, count, i, group.asked);
		suggest->groups[suggest->group_count++] = group;
	}
	if (suggest->group_count > 1)
		qsort(suggest->groups, suggest->group_count, sizeof(*suggest->groups),
		      most_asked_first);
	if (suggest->group_count > SUGGEST_GROUPS_MOST)
		suggest->group_count = SUGGEST_GROUPS_MOST;
	return status;
}

enum status suggest_pick(struct suggest *suggest)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < suggest->count && status == STATUS_OK; i++) {
		struct asking *asking = suggest->askings[i];

		status = suggest_tidy(suggest, asking->text, &asking->tidy);
		if (status == STATUS_OK)
			status = read_keys(suggest, asking);
	}
	if (status != STATUS_OK)
		return status;
	list_labelled(suggest);
	for (size_t i = 0; i < suggest->count; i++)
		if (!suggest->askings[i]->near && suggest->askings[i]->open)
			find_near(suggest, suggest->askings[i]);
	suggest->sums.questions = suggest->count;
	for (size_t i = 0; i < suggest->count; i++)
		if (suggest->askings[i]->near)
			suggest->sums.asked += suggest->askings[i]->asked;
	for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++)
		status = suggest_ended(suggest) ? STATUS_CLOSED
		                                : pick_for(suggest, &knowledge->entries[i]);
	return status == STATUS_OK ? group_open(suggest) : status;
}
