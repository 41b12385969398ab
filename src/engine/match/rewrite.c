/*
 * How it works: two tables of phrases, variants and fillers, are sorted by their first code point
 * and hashed by it. A text is walked once for each: at every place the longest phrase that stands
 * there is replaced by the word that it means, or marked as a filler. A filter of first pairs
 * passes over most places.
 */
#include "engine/match/rewrite.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bit_filter.h"
#include "base/grow.h"
#include "engine/match/generic.h"

/* A phrase and its replacement; a filler has none. */
struct phrase {
	const uint32_t *points;
	uint32_t count;
	uint32_t to_count;
	const uint32_t *to;
};

/* The index of the first phrase with this first code point. */
struct head {
	uint32_t point;
	uint32_t first; /* plus 1; 0: no such phrase */
};

/* Sorted by first code point, and the longest first where that is equal. */
struct phrase_table {
	struct phrase *items;
	size_t count;
	size_t capacity;
	struct head *heads; /* hashed by point, open addressing */
	size_t head_mask;
	struct bit_filter starts; /* what each phrase begins with, see start_of() */
};

struct rewriter {
	struct arena *arena;
	struct arena *passing; /* of the phrase that is added; NULL after rewriter_create() */
	const struct normaliser *normaliser;
	struct phrase_table variants;
	struct phrase_table fillers;
	struct phrase_table bare; /* see rewritten_bare() */
	/* Points that one point may become at most. */
	size_t growth, bare_growth;
};

enum {
	LEXICON_CEILING = 64 << 20,
	INFLECTION_MOST = 3, /* letters that may follow an English phrase: renew-ing, renew-ed */
	INFLECTED_LEAST = 4, /* letters a phrase needs before it may be inflected */
	BARE_LEAST = 2,      /* points that are left of a question */
	BARE_MOST = 40,      /* points that mean something: longer texts are told alike by words */
};

static bool is_latin(uint32_t point)
{
	return code_point_is_word(point) && !code_point_is_han(point);
}

/* The points of the text, which are all that stays of it. */
static enum status keep_points(struct rewriter *rewriter, const struct text *text,
                               const uint32_t **out)
{
	uint32_t *points = arena_room(rewriter->arena, text->count, sizeof(*points));
	*out = points;
	if (points && text->count > 0)
		memcpy(points, text->points, text->count * sizeof(*points));
	return points ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status add_phrase(struct rewriter *rewriter, struct phrase_table *table,
                              struct span from, struct span to)
{
	struct text left, right = { 0 };
	const uint32_t *points, *replacement;
	arena_reset(rewriter->passing);
	enum status status = normalise(rewriter->normaliser, from, rewriter->passing, &left);
	if (status == STATUS_OK && to.len > 0)
		status = normalise(rewriter->normaliser, to, rewriter->passing, &right);
	if (status != STATUS_OK || left.count == 0)
		return status;
	status = keep_points(rewriter, &left, &points);
	if (status == STATUS_OK)
		status = keep_points(rewriter, &right, &replacement);
	if (status != STATUS_OK)
		return status;
	struct phrase *items =
	        grow(table->items, table->count, &table->capacity, sizeof(*items), 256);
	if (!items)
		return STATUS_NO_MEMORY;
	table->items = items;
	table->items[table->count++] = (struct phrase){
		.points = points,
		.count = (uint32_t)left.count,
		.to = replacement,
		.to_count = (uint32_t)right.count,
	};
	return STATUS_OK;
}

static int compare_phrases(const void *a, const void *b)
{
	const struct phrase *left = a;
	const struct phrase *right = b;
	if (left->points[0] != right->points[0])
		return left->points[0] < right->points[0] ? -1 : 1;
	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	for (uint32_t i = 0; i < left->count; i++)
		if (left->points[i] != right->points[i])
			return left->points[i] < right->points[i] ? -1 : 1;
	return 0;
}

/* A number for the first two code points, or the only one. */
static uint64_t start_of(const uint32_t *points, size_t count)
{
	return points[0] | (count > 1 ? (uint64_t)points[1] << 32 : 0);
}

/* False if no phrase begins with these points, as at most places of a text. */
static bool may_start(const struct phrase_table *table, const uint32_t *points, size_t count)
{
	return bit_filter_may_have(&table->starts, start_of(points, 1)) ||
	       bit_filter_may_have(&table->starts, start_of(points, count));
}

/* The slot of the point, or the free one where it belongs. */
static struct head *head_of(const struct phrase_table *table, uint32_t point)
{
	size_t slot = (point * UINT32_C(2654435769) >> 16) & table->head_mask;
	while (table->heads[slot].first != 0 && table->heads[slot].point != point)
		slot = (slot + 1) & table->head_mask;
	return &table->heads[slot];
}

static enum status settle_table(struct phrase_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		bit_filter_add(&table->starts,
		               start_of(table->items[i].points, table->items[i].count));
	if (table->count > 1)
		qsort(table->items, table->count, sizeof(*table->items), compare_phrases);
	size_t slots = 2;
	while (slots < 2 * table->count)
		slots *= 2;
	table->head_mask = slots - 1;
	table->heads = calloc(slots, sizeof(*table->heads));
	if (!table->heads)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < table->count; i++) {
		const uint32_t point = table->items[i].points[0];
		struct head *head = head_of(table, point);
		if (head->first == 0)
			*head = (struct head){ point, (uint32_t)i + 1 };
	}
	return STATUS_OK;
}

static size_t longest_replacement(const struct phrase_table *table)
{
	size_t longest = 1;
	for (size_t i = 0; i < table->count; i++)
		if (table->items[i].to_count > longest)
			longest = table->items[i].to_count;
	return longest;
}

static bool is_word(struct span word, const char *other)
{
	return strlen(other) == word.len && memcmp(other, word.ptr, word.len) == 0;
}

/* The synonym of the lexicon that lists the word, as the meaning or as a variant; or NULL. */
static const struct synonym *listed(const struct lexicon *lexicon, struct span word, bool *meant)
{
	for (size_t i = 0; i < lexicon->synonym_count; i++) {
		const struct synonym *synonym = &lexicon->synonyms[i];
		*meant = is_word(word, synonym->word);
		if (*meant)
			return synonym;
		for (size_t v = 0; v < synonym->variants.count; v++)
			if (is_word(word, synonym->variants.items[v]))
				return synonym;
	}
	return NULL;
}

/* The folder's lexicon takes precedence. A chain of two synonyms is followed to its end. */
static enum status add_generic(struct rewriter *rewriter, const struct lexicon *lexicon,
                               bool answers_only)
{
	struct generic_reader reader = generic_read(GENERIC_VARIANTS, GENERIC_BARE);
	struct generic_word generic;
	enum status status = STATUS_OK;
	while (status == STATUS_OK && generic_next(&reader, &generic)) {
		bool meant = false;
		if (generic.part == GENERIC_BARE) {
			const bool nothing = is_word(generic.head, "-");
			status = add_phrase(rewriter, &rewriter->bare, generic.word,
			                    nothing ? (struct span){ 0 } : generic.head);
			continue;
		}
		if ((answers_only && generic.part == GENERIC_SAME) ||
		    listed(lexicon, generic.word, &meant))
			continue;
		const struct synonym *own = listed(lexicon, generic.head, &meant);
		status = add_phrase(rewriter, &rewriter->variants, generic.word,
		                    own ? span_of(own->word) : generic.head);
	}
	return status;
}

static enum status add_lexicon(struct rewriter *rewriter, const struct lexicon *lexicon)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < lexicon->synonym_count; i++) {
		const struct synonym *synonym = &lexicon->synonyms[i];
		for (size_t v = 0; v < synonym->variants.count && status == STATUS_OK; v++)
			status = add_phrase(rewriter, &rewriter->variants,
			                    span_of(synonym->variants.items[v]),
			                    span_of(synonym->word));
	}
	for (size_t i = 0; i < lexicon->english_count && status == STATUS_OK; i++)
		status =
		        add_phrase(rewriter, &rewriter->variants, span_of(lexicon->english[i].left),
		                   span_of(lexicon->english[i].right));
	for (size_t i = 0; i < lexicon->fillers.count && status == STATUS_OK; i++)
		status = add_phrase(rewriter, &rewriter->fillers,
		                    span_of(lexicon->fillers.items[i]), (struct span){ 0 });
	return status;
}

/* Whether no entry has a question. */
static bool has_answers_only(const struct knowledge *knowledge)
{
	for (size_t i = 0; i < knowledge->entry_count; i++)
		if (knowledge->entries[i].question[0] || knowledge->entries[i].also.count > 0)
			return false;
	return true;
}

enum status rewriter_create(const struct knowledge *knowledge, const struct normaliser *normaliser,
                            bool generic, struct rewriter **out)
{
	struct rewriter *rewriter = calloc(1, sizeof(*rewriter));
	if (!rewriter)
		return STATUS_NO_MEMORY;
	rewriter->normaliser = normaliser;
	enum status status = arena_create(&rewriter->arena, LEXICON_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&rewriter->passing, LEXICON_CEILING);
	if (status == STATUS_OK)
		status = add_lexicon(rewriter, &knowledge->lexicon);
	if (status == STATUS_OK && generic)
		status = add_generic(rewriter, &knowledge->lexicon, has_answers_only(knowledge));
	if (status == STATUS_OK)
		status = settle_table(&rewriter->variants);
	if (status == STATUS_OK)
		status = settle_table(&rewriter->fillers);
	if (status == STATUS_OK)
		status = settle_table(&rewriter->bare);
	rewriter->growth = longest_replacement(&rewriter->variants);
	rewriter->bare_growth = longest_replacement(&rewriter->bare);
	arena_destroy(rewriter->passing);
	rewriter->passing = NULL;
	if (status != STATUS_OK) {
		rewriter_destroy(rewriter);
		rewriter = NULL;
	}
	*out = rewriter;
	return status;
}

void rewriter_destroy(struct rewriter *rewriter)
{
	if (!rewriter)
		return;
	arena_destroy(rewriter->arena);
	free(rewriter->variants.items);
	free(rewriter->variants.heads);
	free(rewriter->fillers.items);
	free(rewriter->fillers.heads);
	free(rewriter->bare.items);
	free(rewriter->bare.heads);
	free(rewriter);
}

/* Compares the last point first, where most texts differ; `count` is at least 1. */
static bool points_equal(const uint32_t *a, const uint32_t *b, size_t count)
{
	return a[count - 1] == b[count - 1] && memcmp(a, b, count * sizeof(*a)) == 0;
}

/* The number of letters after `end`; a few of them are taken as an inflection. */
static size_t letters_after(const uint32_t *points, size_t count, size_t end)
{
	size_t letters = 0;
	while (end + letters < count && is_latin(points[end + letters]))
		letters++;
	return letters;
}

static const struct phrase *longest_at(const struct phrase_table *table, const uint32_t *points,
                                       size_t count, size_t at, size_t *length)
{
	const uint32_t first = head_of(table, points[at])->first;
	if (first == 0)
		return NULL;
	for (size_t i = first - 1; i < table->count && table->items[i].points[0] == points[at];
	     i++) {
		const struct phrase *phrase = &table->items[i];
		if (phrase->count > count - at ||
		    !points_equal(phrase->points, points + at, phrase->count))
			continue;
		*length = phrase->count;
		if (!is_latin(phrase->points[phrase->count - 1]))
			return phrase;
		if (at > 0 && is_latin(phrase->points[0]) && is_latin(points[at - 1]))
			continue;
		const size_t letters = letters_after(points, count, at + phrase->count);
		if (letters > 0 && (letters > INFLECTION_MOST || phrase->count < INFLECTED_LEAST))
			continue;
		*length += letters;
		return phrase;
	}
	return NULL;
}

/* The longest phrase at `at`, and in *length how many points of the text it takes. */
static inline const struct phrase *phrase_at(const struct phrase_table *table,
                                             const uint32_t *points, size_t count, size_t at,
                                             size_t *length)
{
	return may_start(table, points + at, count - at)
	               ? longest_at(table, points, count, at, length)
	               : NULL;
}

static size_t replace(const struct phrase_table *table, const uint32_t *points, size_t count,
                      uint32_t *out)
{
	size_t written = 0, at = 0;
	while (at < count) {
		size_t length = 0;
		const struct phrase *phrase = phrase_at(table, points, count, at, &length);
		if (!phrase) {
			out[written++] = points[at++];
			continue;
		}
		for (uint32_t i = 0; i < phrase->to_count; i++)
			out[written++] = phrase->to[i];
		at += length;
	}
	return written;
}

static void mark_fillers(const struct rewriter *rewriter, const uint32_t *points, size_t count,
                         bool *filler)
{
	size_t at = 0;
	while (at < count) {
		size_t length = 0;
		if (!phrase_at(&rewriter->fillers, points, count, at, &length)) {
			at++;
			continue;
		}
		memset(filler + at, true, length * sizeof(*filler));
		at += length;
	}
}

static size_t count_meaning(const uint32_t *points, const bool *filler, size_t count)
{
	size_t meaning = 0;
	for (size_t i = 0; i < count; i++)
		if (!filler[i] && (code_point_is_han(points[i]) || code_point_is_word(points[i])))
			meaning++;
	return meaning;
}

enum status rewrite(const struct rewriter *rewriter, const uint32_t *points, size_t count,
                    struct arena *arena, struct rewritten *out)
{
	const size_t room = count * rewriter->growth + 1;
	uint32_t *written = arena_room(arena, room, sizeof(*written));
	if (!written)
		return STATUS_NO_MEMORY;
	out->count = replace(&rewriter->variants, points, count, written);
	assert(out->count < room);
	bool *filler = arena_array(arena, out->count + 1, sizeof(*filler));
	if (!filler)
		return STATUS_NO_MEMORY;
	mark_fillers(rewriter, written, out->count, filler);
	out->meaning = count_meaning(written, filler, out->count);
	if (out->meaning == 0) {
		/* A text of fillers only keeps them. */
		memset(filler, 0, out->count * sizeof(*filler));
		out->meaning = count_meaning(written, filler, out->count);
	}
	out->points = written;
	out->filler = filler;
	return STATUS_OK;
}

/* FNV-1a, of 32 bits. */
static uint32_t hash_points(const uint32_t *points, size_t count)
{
	uint32_t hash = UINT32_C(2166136261);
	for (size_t i = 0; i < count; i++)
		for (int bits = 0; bits < 24; bits += 8)
			hash = (hash ^ (points[i] >> bits & 0xff)) * UINT32_C(16777619);
	return hash;
}

enum status rewritten_bare(const struct rewriter *rewriter, const struct rewritten *text,
                           struct arena *arena, uint32_t *out)
{
	*out = BARE_NOTHING;
	if (text->meaning > BARE_MOST)
		return STATUS_OK;
	uint32_t *words = arena_room(arena, text->count + 1, sizeof(*words));
	uint32_t *bare = arena_room(arena, text->count * rewriter->bare_growth + 1, sizeof(*bare));
	size_t said = 0;
	if (!words || !bare)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < text->count; i++)
		if (!text->filler[i] &&
		    (code_point_is_han(text->points[i]) || code_point_is_word(text->points[i])))
			words[said++] = text->points[i];
	const size_t count = replace(&rewriter->bare, words, said, bare);
	if (count >= BARE_LEAST)
		*out = hash_points(bare, count) | 1;
	return STATUS_OK;
}

size_t rewritten_last_clause(const struct rewritten *text)
{
	bool said = false;
	for (size_t at = text->count; at > 0; at--) {
		const uint32_t point = text->points[at - 1];
		if (code_point_is_han(point) || code_point_is_word(point))
			said = true;
		else if (said && (point == ',' || point == ';' || point == 0x3002 /* 。 */ ||
		                  point == '!' || point == '?'))
			return at;
	}
	return 0;
}
