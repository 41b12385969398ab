/*
 * How it works: each line of [aspects] in generic.txt is an aspect; the first is how a thing is
 * done. A message is read for their words by code points (read_message). The sentences of a row are
 * not kept as text, so a word of it is found in them by its grams (has_word). A sentence that tells
 * of trouble (…不了怎么办) does not ask how a thing is done; one that does serves a message that
 * wants the same done (has_verb), and where one in eight asks how, any. 批量怎么申请 is also served
 * by a sentence that asks whether it may be done in batches.
 */
#include "engine/match/aspect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bit_filter.h"
#include "base/lower_bound.h"
#include "base/utf8.h"
#include "engine/match/generic.h"
#include "engine/text/tokens.h"

enum {
	TEXT_CEILING = 1 << 20,
	WORDS_MOST = 256,
	WORD_MOST = 6,     /* code points */
	GRAMS_MOST = 5,    /* of a word */
	ASPECTS_MOST = 16, /* lines */
	MESSAGE_MOST = 16, /* code points that mean something */
	VERB_MOST = 4,     /* code points behind a word of the first aspect: what is to be done */
	FEW = 4,           /* sentences; a row of fewer may tell an aspect in its answer alone */
	USUAL_SHARE = 8,   /* one in so many sentences asks it: the row is about that aspect */
	EVERYDAY_MOST = 256,
	PARTS = GENERIC_LIGHT - GENERIC_ASPECTS + 1,
};

struct word {
	uint32_t points[WORD_MOST];
	uint32_t count;
	unsigned aspect;            /* its line; of ASPECTS and TELLS */
	uint32_t grams[GRAMS_MOST]; /* all of which a sentence with it has */
	uint32_t gram_count;        /* 0: no sentence has it */
};

struct aspects {
	const struct index *index;
	struct word words[WORDS_MOST]; /* part by part */
	size_t count;
	size_t ends[PARTS]; /* behind the words of each part, from ASPECTS on */
	struct bit_filter may_begin;
	uint32_t everyday[EVERYDAY_MOST]; /* code points */
	size_t everyday_count;
	unsigned told; /* bit by aspect: TELLS has words for it */
};

/* The grams of the word, or none where the index lacks one of them. */
static void find_grams(const struct index *index, struct word *word)
{
	const uint32_t pairs = word->count > 1 ? word->count - 1 : 1;
	for (uint32_t i = 0; i < pairs; i++) {
		const uint64_t key =
		        word->count > 1 ? token_key_bigram(word->points[i], word->points[i + 1])
		                        : token_key_unigram(word->points[0]);
		word->grams[i] = vocabulary_find(index->vocabulary, key);
		if (word->grams[i] == GRAM_NONE)
			return;
	}
	word->gram_count = pairs;
}

/* The word as it appears in messages: rewritten by the lexicon. */
static enum status add_word(struct aspects *aspects, const struct normaliser *normaliser,
                            const struct rewriter *rewriter, struct arena *arena,
                            const struct generic_word *generic, unsigned aspect)
{
	struct text text;
	struct rewritten rewritten = { 0 };
	enum status status = normalise(normaliser, generic->word, arena, &text);
	if (status == STATUS_OK)
		status = rewrite(rewriter, text.points, text.count, arena, &rewritten);
	/* A folder's lexicon may make it longer than any that is looked for. */
	if (status != STATUS_OK || rewritten.count == 0 || rewritten.count > WORD_MOST)
		return status;
	assert(aspects->count < WORDS_MOST);
	struct word *word = &aspects->words[aspects->count++];
	*word = (struct word){ .count = (uint32_t)rewritten.count, .aspect = aspect };
	memcpy(word->points, rewritten.points, rewritten.count * sizeof(*rewritten.points));
	bit_filter_add(&aspects->may_begin, word->points[0]);
	find_grams(aspects->index, word);
	return STATUS_OK;
}

static void add_everyday(struct aspects *aspects, struct span characters)
{
	for (size_t at = 0; at < characters.len;) {
		assert(aspects->everyday_count < EVERYDAY_MOST);
		aspects->everyday[aspects->everyday_count++] = utf8_next(characters, &at);
	}
}

/* The line with that head; `lines` where there is none yet. */
static unsigned line_of(const struct span *heads, unsigned lines, struct span head)
{
	unsigned line = 0;
	while (line < lines && !span_equal(heads[line], head))
		line++;
	return line;
}

static enum status gather(struct aspects *aspects, const struct normaliser *normaliser,
                          const struct rewriter *rewriter, struct arena *arena)
{
	struct generic_reader reader = generic_read(GENERIC_ASPECTS, GENERIC_EVERYDAY);
	struct generic_word generic;
	struct span heads[ASPECTS_MOST];
	unsigned lines = 0;
	enum status status = STATUS_OK;
	while (status == STATUS_OK && generic_next(&reader, &generic)) {
		unsigned aspect = 0;
		if (generic.part == GENERIC_EVERYDAY) {
			add_everyday(aspects, generic.word);
			continue;
		}
		if (generic.head.ptr)
			aspect = line_of(heads, lines, generic.head);
		if (generic.head.ptr && aspect == lines) {
			assert(generic.part == GENERIC_ASPECTS && lines < ASPECTS_MOST);
			heads[lines++] = generic.head;
		}
		if (generic.part == GENERIC_TELLS)
			aspects->told |= 1U << aspect;
		status = add_word(aspects, normaliser, rewriter, arena, &generic, aspect);
		aspects->ends[generic.part - GENERIC_ASPECTS] = aspects->count;
	}
	return status;
}

enum status aspects_create(const struct index *index, const struct normaliser *normaliser,
                           const struct rewriter *rewriter, struct aspects **out)
{
	struct aspects *aspects = calloc(1, sizeof(*aspects));
	struct arena *arena = NULL;
	*out = aspects;
	if (!aspects)
		return STATUS_NO_MEMORY;
	aspects->index = index;
	enum status status = arena_create(&arena, TEXT_CEILING);
	if (status == STATUS_OK)
		status = gather(aspects, normaliser, rewriter, arena);
	arena_destroy(arena);
	if (status != STATUS_OK) {
		aspects_destroy(aspects);
		*out = NULL;
	}
	return status;
}

void aspects_destroy(struct aspects *aspects)
{
	free(aspects);
}

static const struct word *words_of(const struct aspects *aspects, enum generic_part part)
{
	return part == GENERIC_ASPECTS ? aspects->words
	                               : &aspects->words[aspects->ends[part - GENERIC_ASPECTS - 1]];
}

static const struct word *words_end(const struct aspects *aspects, enum generic_part part)
{
	return &aspects->words[aspects->ends[part - GENERIC_ASPECTS]];
}

static bool stands_at(const struct word *word, const struct rewritten *text, size_t at)
{
	return word->points[0] == text->points[at] && word->count <= text->count - at &&
	       memcmp(word->points, text->points + at, word->count * sizeof(*word->points)) == 0;
}

/* The longest word of that part which begins at `at`, or NULL. */
static const struct word *word_at(const struct aspects *aspects, const struct rewritten *text,
                                  size_t at, enum generic_part part)
{
	const struct word *found = NULL;
	if (text->filler[at] || !bit_filter_may_have(&aspects->may_begin, text->points[at]))
		return NULL;
	for (const struct word *word = words_of(aspects, part); word < words_end(aspects, part);
	     word++)
		if (stands_at(word, text, at) && (!found || word->count > found->count))
			found = word;
	return found;
}

/* What a message asks: bits by aspect; and of the first aspect, what is to be done. */
struct asked {
	unsigned aspects;
	uint32_t verb[VERB_MOST];
	size_t verb_count;
	bool before; /* it stands before the word that asks */
};

/* Han, outside the frame and fillers. */
static bool is_content(const struct rewritten *message, const bool *framed, size_t at)
{
	return code_point_is_han(message->points[at]) && !framed[at] && !message->filler[at];
}

/* What stands before the word that begins there. */
static void read_verb_before(const struct rewritten *message, const bool *framed, size_t start,
                             struct asked *asked)
{
	size_t from = start;
	while (from > 0 && start - from < VERB_MOST && is_content(message, framed, from - 1))
		from--;
	asked->before = true;
	asked->verb_count = start - from;
	memcpy(asked->verb, message->points + from, (start - from) * sizeof(*asked->verb));
}

/* What stands behind the word that ends there. */
static void read_verb_behind(const struct rewritten *message, const bool *framed, size_t end,
                             struct asked *asked)
{
	asked->before = false;
	asked->verb_count = 0;
	for (size_t at = end; at < message->count && asked->verb_count < VERB_MOST; at++)
		if (is_content(message, framed, at))
			asked->verb[asked->verb_count++] = message->points[at];
}

/* Before the word where only the frame stands behind it: 批量怎么申请. */
static void read_verb(const struct rewritten *message, const bool *framed, size_t start, size_t end,
                      struct asked *asked)
{
	read_verb_behind(message, framed, end, asked);
	if (asked->verb_count == 0 && end < message->count && framed[end])
		read_verb_before(message, framed, start, asked);
}

static struct asked read_message(const struct aspects *aspects, const struct rewritten *message,
                                 const bool *framed)
{
	struct asked asked = { 0 };
	for (size_t at = 0; at < message->count; at++) {
		if (word_at(aspects, message, at, GENERIC_TROUBLE))
			return (struct asked){ 0 };
		const struct word *no = word_at(aspects, message, at, GENERIC_NO_ASPECT);
		if (no) {
			at += no->count - 1;
			continue;
		}
		const struct word *word = word_at(aspects, message, at, GENERIC_ASPECTS);
		if (!word)
			continue;
		asked.aspects |= 1U << word->aspect;
		if (word->aspect == 0)
			read_verb(message, framed, at, at + word->count, &asked);
		at += word->count - 1;
	}
	return asked;
}

static int compare_grams(const void *key, const void *item)
{
	const uint32_t left = *(const uint32_t *)key, right = *(const uint32_t *)item;
	return left < right ? -1 : left > right;
}

static bool has_gram(const uint32_t *grams, size_t count, uint32_t gram)
{
	const size_t at = lower_bound(&gram, grams, count, sizeof(*grams), compare_grams);
	return at < count && grams[at] == gram;
}

static bool has_word(const struct word *word, const uint32_t *grams, size_t count)
{
	uint32_t i = 0;
	while (i < word->gram_count && has_gram(grams, count, word->grams[i]))
		i++;
	return word->gram_count > 0 && i == word->gram_count;
}

static bool has_any(const struct aspects *aspects, enum generic_part part, unsigned aspect,
                    const uint32_t *grams, size_t count)
{
	bool found = false;
	for (const struct word *word = words_of(aspects, part);
	     word < words_end(aspects, part) && !found; word++)
		found = word->aspect == aspect && has_word(word, grams, count);
	return found;
}

/* Whether a sentence has two characters in a row of what is to be done, or the only one. */
static bool has_verb(const struct index *index, const struct asked *asked, const uint32_t *grams,
                     size_t count)
{
	bool found = false;
	for (size_t i = 0; i < asked->verb_count && !found; i++) {
		if (i + 1 == asked->verb_count && i > 0)
			break;
		const uint64_t key = asked->verb_count > 1
		                             ? token_key_bigram(asked->verb[i], asked->verb[i + 1])
		                             : token_key_unigram(asked->verb[i]);
		const uint32_t gram = vocabulary_find(index->vocabulary, key);
		found = gram != GRAM_NONE && has_gram(grams, count, gram);
	}
	return found;
}

static bool is_troubled(const struct aspects *aspects, const uint32_t *grams, size_t count)
{
	return has_any(aspects, GENERIC_TROUBLE, 0, grams, count) ||
	       has_any(aspects, GENERIC_NO_ASPECT, 0, grams, count);
}

/* Whether the row's answer may tell it. */
static bool is_told(const struct aspects *aspects, unsigned aspect, uint32_t row)
{
	const struct index *index = aspects->index;
	const uint32_t first = index->row_first[row];
	return !(aspects->told >> aspect & 1) ||
	       has_any(aspects, GENERIC_TELLS, aspect, &index->row_grams[first],
	               index->row_first[row + 1] - first);
}

static bool is_short(const struct rewritten *message)
{
	return message->meaning <= MESSAGE_MOST && rewritten_last_clause(message) == 0;
}

static size_t sentences_of(const struct index *index, uint32_t row)
{
	size_t count = 0;
	for (uint32_t u = index->utterance_first[row]; u < index->utterance_first[row + 1]; u++)
		count += !index->utterances[u].negative;
	return count;
}

/* Whether the sentence, which asks the aspect or not, wants the same as the message. */
static bool wants_same(const struct aspects *aspects, const struct asked *asked, unsigned aspect,
                       const uint32_t *grams, size_t count, bool asks)
{
	if (aspect > 0)
		return asks;
	return (asks || (asked->before && has_any(aspects, GENERIC_MAY, 0, grams, count))) &&
	       has_verb(aspects->index, asked, grams, count);
}

static bool is_served(const struct aspects *aspects, const struct asked *asked, unsigned aspect,
                      uint32_t row)
{
	const struct index *index = aspects->index;
	const size_t sentences = sentences_of(index, row);
	size_t asking = 0;
	bool same = false;
	for (uint32_t u = index->utterance_first[row]; u < index->utterance_first[row + 1]; u++) {
		const struct utterance *utterance = &index->utterances[u];
		const uint32_t *grams = &index->grams[utterance->first];
		const size_t count = utterance->count;
		if (utterance->negative || (aspect == 0 && is_troubled(aspects, grams, count)))
			continue;
		const bool asks = has_any(aspects, GENERIC_ASPECTS, aspect, grams, count);
		asking += asks;
		same = same || wants_same(aspects, asked, aspect, grams, count, asks);
	}
	return same || asking * USUAL_SHARE >= sentences ||
	       (sentences < FEW && is_told(aspects, aspect, row));
}

bool aspects_are_other(const struct aspects *aspects, const struct rewritten *message,
                       const bool *framed, uint32_t row)
{
	const struct asked asked =
	        is_short(message) ? read_message(aspects, message, framed) : (struct asked){ 0 };
	bool served = asked.aspects == 0;
	for (unsigned aspect = 0; aspect < ASPECTS_MOST && !served; aspect++)
		served = asked.aspects >> aspect & 1 && is_served(aspects, &asked, aspect, row);
	return !served;
}

/* Code points of a message in a row, [start, end), outside the frame and what tells nothing. */
struct run {
	size_t start, end;
};

static bool row_has(const struct index *index, uint32_t row, uint64_t key)
{
	const uint32_t gram = vocabulary_find(index->vocabulary, key);
	const uint32_t first = index->row_first[row];
	return gram != GRAM_NONE &&
	       has_gram(&index->row_grams[first], index->row_first[row + 1] - first, gram);
}

/* Whether the row has two of these code points in a row. */
static bool row_has_pair(const struct index *index, uint32_t row, const uint32_t *points,
                         size_t count)
{
	bool found = false;
	for (size_t at = 1; at < count && !found; at++)
		found = row_has(index, row, token_key_bigram(points[at - 1], points[at]));
	return found;
}

/* The last run of the message; *known: the row knows something before it. */
static struct run last_run(const struct aspects *aspects, const struct rewritten *message,
                           const bool *framed, uint32_t row, bool *known)
{
	struct run last = { 0, 0 };
	*known = false;
	for (size_t at = 0; at < message->count;) {
		const struct word *light = word_at(aspects, message, at, GENERIC_LIGHT);
		if (light || !is_content(message, framed, at)) {
			at += light ? light->count : 1;
			continue;
		}
		if (at > last.end) {
			*known = *known ||
			         row_has_pair(aspects->index, row, message->points + last.start,
			                      last.end - last.start);
			last.start = at;
		}
		last.end = ++at;
	}
	return last;
}

/* Whether the row has any of it, with its neighbours: they may be parts of the same word. */
static bool row_has_run(const struct index *index, uint32_t row, const struct rewritten *message,
                        struct run run)
{
	const uint32_t *points = message->points;
	const size_t from = run.start - 1;
	const size_t end = run.end < message->count ? run.end + 1 : run.end;
	assert(run.start > 0);
	return row_has_pair(index, row, points + from, end - from) ||
	       (run.end - run.start == 1 &&
	        row_has(index, row, token_key_unigram(points[run.start])));
}

bool aspects_end_unheard(const struct aspects *aspects, const struct rewritten *message,
                         const bool *framed, uint32_t row)
{
	bool known = false;
	if (!is_short(message) || sentences_of(aspects->index, row) >= FEW)
		return false;
	const struct run last = last_run(aspects, message, framed, row, &known);
	return known && !row_has_run(aspects->index, row, message, last);
}

bool aspects_ask_leave(const struct aspects *aspects, const struct rewritten *message, uint32_t row)
{
	bool asks = false;
	for (size_t at = 0; is_short(message) && at < message->count && !asks; at++)
		asks = word_at(aspects, message, at, GENERIC_MAY) != NULL;
	return asks && sentences_of(aspects->index, row) < FEW;
}

bool aspects_is_everyday(const struct aspects *aspects, uint32_t point)
{
	size_t at = 0;
	while (at < aspects->everyday_count && aspects->everyday[at] != point)
		at++;
	return at < aspects->everyday_count;
}

bool aspects_share_character(const struct aspects *aspects, const struct rewritten *message,
                             uint32_t row)
{
	bool shared = false;
	for (size_t at = 0; at < message->count && !shared; at++) {
		const uint32_t point = message->points[at];
		shared = code_point_is_han(point) && !message->filler[at] &&
		         row_has(aspects->index, row, token_key_unigram(point)) &&
		         !aspects_is_everyday(aspects, point);
	}
	return shared;
}

static bool is_in_sentences(const struct index *index, uint32_t row, uint32_t gram)
{
	bool found = false;
	for (uint32_t u = index->utterance_first[row];
	     u < index->utterance_first[row + 1] && !found; u++) {
		const struct utterance *utterance = &index->utterances[u];
		found = !utterance->negative &&
		        has_gram(&index->grams[utterance->first], utterance->count, gram);
	}
	return found;
}

bool aspects_touch(const struct aspects *aspects, const struct rewritten *message,
                   const bool *framed, uint32_t row)
{
	const uint32_t *points = message->points;
	bool touches = false;
	for (size_t at = 1; at < message->count && !touches; at++) {
		if (!is_content(message, framed, at - 1) || !is_content(message, framed, at) ||
		    (aspects_is_everyday(aspects, points[at - 1]) &&
		     aspects_is_everyday(aspects, points[at])))
			continue;
		const uint32_t gram = vocabulary_find(aspects->index->vocabulary,
		                                      token_key_bigram(points[at - 1], points[at]));
		touches = gram != GRAM_NONE && is_in_sentences(aspects->index, row, gram);
	}
	return touches;
}
