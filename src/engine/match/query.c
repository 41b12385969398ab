/*
 * How it works: the rewritten text is cut into tokens (tokens.h). Each that the index knows is a
 * gram of the query. A bigram that it does not know is mended (mend_by_look(), mend_by_sound()), as
 * far as the turn's budget goes; a run of Latin words may be pinyin (add_pinyin()). Which tokens
 * are of the message's subject is told by the words of the frame around them (mark()). Last,
 * the grams are made distinct and put in order, the rarest first: a few by insertion, those of a
 * long message by a hash table and a radix sort.
 */
#include "engine/match/query.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/bit_filter.h"
#include "base/lower_bound.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "engine/match/generic.h"
#include "engine/text/tokens.h"

static const float lookalike_share = 0.9F;
static const float same_sound_share = 0.7F;
static const float sounds_of_two = 160000; /* about 400 syllables, twice */
static const float pinyin_share = 0.8F;
/* An unknown unigram is half a word at most; only unknown bigrams and words speak of a new topic.
 */
static const float unknown_unigram_share = 0.5F;

/*
 * Answers seldom have words of asking ([asking] in generic.txt). If a folder has nothing but
 * answers, these words are rare for the wrong reason and would weigh too much.
 */
static const float asking_share = 0.4F;

enum {
	SYLLABLES_MOST = 64,
	MENDS_MOST = 2,
	MEANINGS_MOST = 6,    /* of one character */
	PART_WORD_MOST = 4,   /* code points of a word of a part of generic.txt */
	STEPS_OF_A_MEND = 16, /* of the turn's budget: a bigram by its sound, and */
	STEPS_OF_A_LOOK = 4,  /* by each reading of its look-alikes */
	RADIX_BITS = 8,
	RADIX = 1 << RADIX_BITS,
};

/* A word, 0 behind its end. */
struct part_word {
	uint32_t points[PART_WORD_MOST];
};

/* The words of a part of generic.txt, by their first point. */
struct part_words {
	struct part_word *items;
	size_t count;
	struct bit_filter may_begin;
};

/* wrong -> right, sorted by wrong. */
struct lookalike {
	uint32_t wrong;
	uint32_t right;
};

/* A known bigram under its two syllables, sorted by sound, the most common first. */
struct sounding {
	uint32_t sound;
	uint32_t gram;
	uint32_t rows;
};

struct repairer {
	struct lookalike *lookalikes;
	size_t lookalike_count;
	struct bit_filter may_be_wrong; /* characters that lookalikes have */
	struct sounding *soundings;
	size_t sounding_count;
	struct bit_filter may_sound;
	bool borrowed;     /* the soundings lie in an image file */
	float sound_share; /* of a gram found by its sound */
	struct part_words frame, asking;
};

static uint32_t sound_of(uint16_t first, uint16_t second)
{
	return (uint32_t)first << 16 | second;
}

static int compare_lookalikes(const void *a, const void *b)
{
	const struct lookalike *left = a;
	const struct lookalike *right = b;
	if (left->wrong != right->wrong)
		return left->wrong < right->wrong ? -1 : 1;
	return left->right < right->right ? -1 : left->right > right->right;
}

static int compare_soundings(const void *a, const void *b)
{
	const struct sounding *left = a;
	const struct sounding *right = b;
	if (left->sound != right->sound)
		return left->sound < right->sound ? -1 : 1;
	if (left->rows != right->rows)
		return left->rows > right->rows ? -1 : 1;
	return left->gram < right->gram ? -1 : left->gram > right->gram;
}

/* Each character of `wrong` may stand for `right`, a single character. */
static void add_lookalikes(struct repairer *repairer, const struct word_pair *pair)
{
	const struct span right = span_of(pair->left), wrong = span_of(pair->right);
	size_t at = 0;
	if (right.len == 0)
		return;
	const uint32_t meant = utf8_next(right, &at);
	if (at != right.len)
		return;
	for (at = 0; at < wrong.len;) {
		const uint32_t point = utf8_next(wrong, &at);
		if (point != meant)
			repairer->lookalikes[repairer->lookalike_count++] =
			        (struct lookalike){ point, meant };
	}
}

static enum status gather_lookalikes(struct repairer *repairer, const struct lexicon *lexicon)
{
	size_t most = 1;
	for (size_t i = 0; i < lexicon->confusable_count; i++)
		most += strlen(lexicon->confusables[i].right);
	repairer->lookalikes = calloc(most, sizeof(*repairer->lookalikes));
	if (!repairer->lookalikes)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < lexicon->confusable_count; i++)
		add_lookalikes(repairer, &lexicon->confusables[i]);
	qsort(repairer->lookalikes, repairer->lookalike_count, sizeof(*repairer->lookalikes),
	      compare_lookalikes);
	for (size_t i = 0; i < repairer->lookalike_count; i++)
		bit_filter_add(&repairer->may_be_wrong, repairer->lookalikes[i].wrong);
	return STATUS_OK;
}

static enum status gather_soundings(struct repairer *repairer, const struct index *index)
{
	const uint32_t grams = vocabulary_count(index->vocabulary);
	repairer->soundings = calloc((size_t)grams + 1, sizeof(*repairer->soundings));
	if (!repairer->soundings)
		return STATUS_NO_MEMORY;
	for (uint32_t gram = 0; gram < grams; gram++) {
		const uint64_t key = vocabulary_key(index->vocabulary, gram);
		if (token_key_kind(key) != TOKEN_BIGRAM)
			continue;
		uint32_t first, second;
		token_key_split(key, &first, &second);
		const uint16_t a = pinyin_number(first);
		const uint16_t b = pinyin_number(second);
		if (a && b && index_rows_with(index, gram) > 0)
			repairer->soundings[repairer->sounding_count++] =
			        (struct sounding){ sound_of(a, b), gram,
				                   index_rows_with(index, gram) };
	}
	qsort(repairer->soundings, repairer->sounding_count, sizeof(*repairer->soundings),
	      compare_soundings);
	return STATUS_OK;
}

static enum status borrow_soundings(struct repairer *repairer, const struct image_file *file)
{
	const void *soundings = image_file_items(
	        file, "query.soundings", sizeof(*repairer->soundings), &repairer->sounding_count);
	repairer->borrowed = true;
	repairer->soundings = (void *)(uintptr_t)soundings;
	return soundings ? STATUS_OK : STATUS_INVALID;
}

/*
 * The more sounds the vocabulary has, the likelier an unknown bigram shares one by chance, and the
 * less likely it is a typing error.
 */
static float share_of_sound(size_t sounding_count)
{
	const float chance = fminf(1, (float)sounding_count / sounds_of_two);
	return same_sound_share * (1 - chance) * (1 - chance) * (1 - chance);
}

static int compare_part_words(const void *a, const void *b)
{
	const struct part_word *left = a;
	const struct part_word *right = b;
	for (int i = 0; i < PART_WORD_MOST; i++)
		if (left->points[i] != right->points[i])
			return left->points[i] < right->points[i] ? -1 : 1;
	return 0;
}

static enum status gather_part(struct part_words *words, enum generic_part part)
{
	struct generic_reader reader = generic_read(part, part);
	struct generic_word word;
	size_t count = 0;
	while (generic_next(&reader, &word))
		count++;
	words->items = calloc(count + 1, sizeof(*words->items));
	if (!words->items)
		return STATUS_NO_MEMORY;
	reader = generic_read(part, part);
	while (generic_next(&reader, &word)) {
		struct part_word *own = &words->items[words->count++];
		for (size_t at = 0, i = 0; at < word.word.len && i < PART_WORD_MOST; i++)
			own->points[i] = utf8_next(word.word, &at);
		bit_filter_add(&words->may_begin, own->points[0]);
	}
	qsort(words->items, words->count, sizeof(*words->items), compare_part_words);
	return STATUS_OK;
}

enum status repairer_create(const struct index *index, const struct lexicon *lexicon,
                            const struct image_file *kept, struct repairer **out)
{
	struct repairer *repairer = calloc(1, sizeof(*repairer));
	if (!repairer)
		return STATUS_NO_MEMORY;
	enum status status = gather_lookalikes(repairer, lexicon);
	if (status == STATUS_OK)
		status =
		        kept ? borrow_soundings(repairer, kept) : gather_soundings(repairer, index);
	for (size_t i = 0; i < repairer->sounding_count; i++)
		bit_filter_add(&repairer->may_sound, repairer->soundings[i].sound);
	repairer->sound_share = share_of_sound(repairer->sounding_count);
	if (status == STATUS_OK)
		status = gather_part(&repairer->frame, GENERIC_FRAME);
	if (status == STATUS_OK)
		status = gather_part(&repairer->asking, GENERIC_ASKING);
	if (status != STATUS_OK) {
		repairer_destroy(repairer);
		repairer = NULL;
	}
	*out = repairer;
	return status;
}

void repairer_keep(const struct repairer *repairer, struct image_draft *draft)
{
	image_draft_add(draft, "query.soundings", repairer->soundings, repairer->sounding_count,
	                sizeof(*repairer->soundings));
}

void repairer_destroy(struct repairer *repairer)
{
	if (!repairer)
		return;
	free(repairer->lookalikes);
	if (!repairer->borrowed)
		free(repairer->soundings);
	free(repairer->frame.items);
	free(repairer->asking.items);
	free(repairer);
}

struct maker {
	const struct index *index;
	const struct repairer *repairer;
	struct budget *budget; /* of the turn */
	struct query_gram *grams;
	size_t count, capacity;
	float known, unknown; /* weight of the message's grams that were found, and that were not */
	float subject;        /* weight of those that are no part of the frame */
	bool in_subject;      /* the token at hand is none */
	const bool *framed;   /* by point: belongs to a word of the frame */
	const bool *asks; /* by point: belongs to a word of asking; NULL where that is no matter */
};

static void add_gram(struct maker *maker, uint32_t gram, float share)
{
	if (gram == GRAM_NONE || maker->count == maker->capacity)
		return;
	maker->grams[maker->count++] =
	        (struct query_gram){ .gram = gram,
		                     .rows = index_rows_with(maker->index, gram),
		                     .share = share,
		                     .subject = maker->in_subject };
}

/* GRAM_NONE also for a gram that only counter-examples have: it finds no row. */
static uint32_t find_gram(const struct maker *maker, uint64_t key)
{
	const uint32_t gram = vocabulary_find(maker->index->vocabulary, key);
	return gram != GRAM_NONE && index_rows_with(maker->index, gram) > 0 ? gram : GRAM_NONE;
}

static void add_unigram(struct maker *maker, uint32_t point, float share)
{
	add_gram(maker, find_gram(maker, token_key_unigram(point)), share);
}

/* A mended bigram adds its intended characters as well. */
static void add_mended(struct maker *maker, uint32_t gram, float share)
{
	uint32_t first, second;
	token_key_split(vocabulary_key(maker->index->vocabulary, gram), &first, &second);
	add_gram(maker, gram, share);
	add_unigram(maker, first, share);
	add_unigram(maker, second, share);
}

static int compare_wrong(const void *key, const void *item)
{
	const uint32_t point = *(const uint32_t *)key;
	const struct lookalike *lookalike = item;
	return point < lookalike->wrong ? -1 : point > lookalike->wrong;
}

/* The meanings of `point`: itself, then its look-alikes. Returns their number. */
static size_t meanings_of(const struct repairer *repairer, uint32_t point, uint32_t *out,
                          size_t most)
{
	size_t count = 0;
	out[count++] = point;
	if (!bit_filter_may_have(&repairer->may_be_wrong, point))
		return count;
	for (size_t i = lower_bound(&point, repairer->lookalikes, repairer->lookalike_count,
	                            sizeof(*repairer->lookalikes), compare_wrong);
	     i < repairer->lookalike_count && repairer->lookalikes[i].wrong == point &&
	     count < most;
	     i++)
		out[count++] = repairer->lookalikes[i].right;
	return count;
}

bool repairer_confuses(const struct repairer *repairer, uint32_t typed, uint32_t meant)
{
	uint32_t meanings[MEANINGS_MOST];
	const size_t count = meanings_of(repairer, typed, meanings, MEANINGS_MOST);
	const uint16_t sound = pinyin_number(typed);
	bool found = sound && sound == pinyin_number(meant);
	for (size_t i = 0; i < count && !found; i++)
		found = meanings[i] == meant;
	return found;
}

static bool mend_by_look(struct maker *maker, uint32_t first, uint32_t second)
{
	uint32_t firsts[MEANINGS_MOST], seconds[MEANINGS_MOST];
	const size_t first_count = meanings_of(maker->repairer, first, firsts, MEANINGS_MOST);
	const size_t second_count = meanings_of(maker->repairer, second, seconds, MEANINGS_MOST);
	bool mended = false;
	/* Skip the bigram as it was typed: it is no gram. */
	if (first_count * second_count == 1 ||
	    !budget_take(maker->budget, first_count * second_count * STEPS_OF_A_LOOK))
		return false;
	for (size_t a = 0; a < first_count; a++)
		for (size_t b = 0; b < second_count; b++) {
			const uint32_t gram =
			        find_gram(maker, token_key_bigram(firsts[a], seconds[b]));
			if (gram == GRAM_NONE)
				continue;
			add_mended(maker, gram, lookalike_share);
			mended = true;
		}
	return mended;
}

static int compare_sound(const void *key, const void *item)
{
	const uint32_t sound = *(const uint32_t *)key;
	const struct sounding *sounding = item;
	return sound < sounding->sound ? -1 : sound > sounding->sound;
}

static bool add_by_sound(struct maker *maker, uint16_t first, uint16_t second, float share)
{
	const struct repairer *repairer = maker->repairer;
	const uint32_t sound = sound_of(first, second);
	if (!bit_filter_may_have(&repairer->may_sound, sound) ||
	    !budget_take(maker->budget, STEPS_OF_A_MEND))
		return false;
	bool found = false;
	const size_t low = lower_bound(&sound, repairer->soundings, repairer->sounding_count,
	                               sizeof(*repairer->soundings), compare_sound);
	for (size_t i = low; i < repairer->sounding_count && i < low + MENDS_MOST &&
	                     repairer->soundings[i].sound == sound;
	     i++) {
		add_mended(maker, repairer->soundings[i].gram, share);
		found = true;
	}
	return found;
}

static bool mend_by_sound(struct maker *maker, uint32_t first, uint32_t second)
{
	const uint16_t a = pinyin_number(first);
	const uint16_t b = pinyin_number(second);
	return a && b && add_by_sound(maker, a, b, maker->repairer->sound_share);
}

static bool is_asking(const struct maker *maker, const struct token *token)
{
	bool asks = false;
	for (uint32_t i = 0; maker->asks && i < token->count; i++)
		asks = asks || maker->asks[token->start + i];
	return asks;
}

static int compare_first_point(const void *key, const void *item)
{
	const uint32_t point = *(const uint32_t *)key;
	const struct part_word *word = item;
	return point < word->points[0] ? -1 : point > word->points[0];
}

static const struct part_word *first_with(const struct part_words *words, uint32_t point)
{
	return words->items + lower_bound(&point, words->items, words->count, sizeof(*words->items),
	                                  compare_first_point);
}

static size_t length_at(const struct part_word *word, const uint32_t *points, size_t count)
{
	size_t i = 0;
	for (; i < PART_WORD_MOST && word->points[i]; i++)
		if (i == count || word->points[i] != points[i])
			return 0;
	return i;
}

/* By point of the text: whether it belongs to one of the words. */
static enum status mark(const struct part_words *words, const struct rewritten *text,
                        struct arena *arena, const bool **out)
{
	const struct part_word *end = words->items + words->count;
	bool *marked = arena_array(arena, text->count + 1, sizeof(*marked));
	*out = marked;
	if (!marked)
		return STATUS_NO_MEMORY;
	for (size_t at = 0; at < text->count; at++) {
		if (!bit_filter_may_have(&words->may_begin, text->points[at]))
			continue;
		for (const struct part_word *word = first_with(words, text->points[at]);
		     word < end && word->points[0] == text->points[at]; word++) {
			const size_t length = length_at(word, text->points + at, text->count - at);
			memset(marked + at, true, length * sizeof(*marked));
		}
	}
	return STATUS_OK;
}

/* Single characters and numbers do not tell a subject. */
static bool is_of_subject(const struct maker *maker, const struct token *token)
{
	bool framed = token->kind == TOKEN_UNIGRAM || token->kind == TOKEN_DIGITS;
	for (uint32_t i = 0; i < token->count && !framed; i++)
		framed = maker->framed[token->start + i];
	return !framed;
}

static void add_token(struct maker *maker, const struct token *token, const uint32_t *points)
{
	const float kind = gram_kind_weight(token->key);
	const uint32_t gram = find_gram(maker, token->key);
	maker->in_subject = is_of_subject(maker, token);
	if (maker->in_subject)
		maker->subject += gram != GRAM_NONE ? maker->index->gram_weight[gram]
		                                    : maker->index->unknown_weight * kind;
	if (gram != GRAM_NONE) {
		add_gram(maker, gram, is_asking(maker, token) ? asking_share : 1.0F);
		maker->known += maker->index->gram_weight[gram];
		return;
	}
	if (token->kind == TOKEN_DIGITS)
		return; /* numbers of every kind stand in messages; only known ones mean something
		         */
	float missing = maker->index->unknown_weight * kind;
	if (token->kind == TOKEN_UNIGRAM)
		missing *= unknown_unigram_share;
	if (token->kind == TOKEN_BIGRAM) {
		const uint32_t first = points[token->start], second = points[token->start + 1];
		if (mend_by_look(maker, first, second) || mend_by_sound(maker, first, second)) {
			maker->known += missing * maker->repairer->sound_share;
			missing *= 1 - maker->repairer->sound_share;
		}
	}
	maker->unknown += missing;
}

/*
 * A run of Latin words that is pinyin from end to end ("zhengshu guoqi le"): every two syllables
 * in a row, also across the blanks. Returns the number of tokens that it took, 0 for no pinyin.
 */
static size_t add_pinyin(struct maker *maker, const struct token_list *tokens, size_t from,
                         const uint32_t *points)
{
	uint16_t syllables[SYLLABLES_MOST];
	char letters[SYLLABLES_MOST];
	size_t count = 0, taken = 0;
	for (size_t i = from; i < tokens->count; i++) {
		const struct token *token = &tokens->items[i];
		if (token->kind != TOKEN_LATIN || token->count > SYLLABLES_MOST)
			break;
		for (uint32_t c = 0; c < token->count; c++)
			letters[c] = points[token->start + c] < 0x80
			                     ? (char)points[token->start + c]
			                     : '?';
		const size_t split = pinyin_split((struct span){ letters, token->count },
		                                  syllables + count, SYLLABLES_MOST - count);
		if (split == 0)
			break;
		count += split;
		taken++;
	}
	if (count < 2)
		return 0;
	maker->in_subject = true;
	for (size_t i = 0; i + 1 < count; i++) {
		const float weight = maker->index->unknown_weight;
		maker->subject += weight;
		if (add_by_sound(maker, syllables[i], syllables[i + 1], pinyin_share))
			maker->known += weight;
		else
			maker->unknown += weight * unknown_unigram_share;
	}
	return taken;
}

/* Rarest first; of one gram, the largest share first. */
static int compare_grams(const void *a, const void *b)
{
	const struct query_gram *left = a;
	const struct query_gram *right = b;
	if (left->rows != right->rows)
		return left->rows < right->rows ? -1 : 1;
	if (left->gram != right->gram)
		return left->gram < right->gram ? -1 : 1;
	return left->share > right->share ? -1 : left->share < right->share;
}

/* Removes repeated grams from the sorted list. */
static void keep_distinct(struct maker *maker)
{
	size_t kept = 0;
	for (size_t i = 0; i < maker->count; i++) {
		const bool subject = maker->grams[i].subject;
		if (kept == 0 || maker->grams[kept - 1].gram != maker->grams[i].gram)
			maker->grams[kept++] = maker->grams[i];
		else
			maker->grams[kept - 1].subject |= subject;
	}
	maker->count = kept;
}

/* Most grams of a long message repeat: keeps of each what sorting would keep. */
static enum status merge_repeated(struct maker *maker, struct arena *arena)
{
	size_t slots = 2, kept = 0;
	assert(maker->count > SORT_FEW_MOST); /* a short list is sorted by comparison */
	while (slots < 2 * maker->count)
		slots *= 2;
	uint32_t *places = arena_array(arena, slots, sizeof(*places)); /* plus 1; 0: empty */
	if (!places)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < maker->count; i++) {
		const struct query_gram one = maker->grams[i];
		size_t slot = (one.gram * UINT32_C(2654435769) >> 8) & (slots - 1);
		while (places[slot] != 0 && maker->grams[places[slot] - 1].gram != one.gram)
			slot = (slot + 1) & (slots - 1);
		if (places[slot] == 0) {
			maker->grams[kept] = one;
			places[slot] = (uint32_t)++kept;
			continue;
		}
		struct query_gram *first = &maker->grams[places[slot] - 1];
		first->share = fmaxf(first->share, one.share);
		first->subject |= one.subject;
	}
	maker->count = kept;
	return STATUS_OK;
}

static uint64_t order_of(const struct query_gram *gram)
{
	return (uint64_t)gram->rows << 32 | gram->gram;
}

/* Radix sort in the order of compare_grams(), from the last byte on. */
static enum status sort_many(struct maker *maker, struct arena *arena)
{
	struct query_gram *from = maker->grams;
	struct query_gram *to = arena_room(arena, maker->count, sizeof(*to));
	if (!to)
		return STATUS_NO_MEMORY;
	uint64_t differing = 0; /* bits in which not all are the same */
	for (size_t i = 1; i < maker->count; i++)
		differing |= order_of(&from[0]) ^ order_of(&from[i]);
	for (unsigned shift = 0; shift < 64; shift += RADIX_BITS) {
		size_t first[RADIX + 1] = { 0 };
		if ((differing >> shift & (RADIX - 1)) == 0)
			continue;
		for (size_t i = 0; i < maker->count; i++)
			first[(order_of(&from[i]) >> shift & (RADIX - 1)) + 1]++;
		for (size_t byte = 1; byte < RADIX; byte++)
			first[byte] += first[byte - 1];
		for (size_t i = 0; i < maker->count; i++)
			to[first[order_of(&from[i]) >> shift & (RADIX - 1)]++] = from[i];
		struct query_gram *sorted = to;
		to = from;
		from = sorted;
	}
	maker->grams = from;
	return STATUS_OK;
}

static enum status sort_distinct(struct maker *maker, struct arena *arena)
{
	if (maker->count > SORT_FEW_MOST) {
		const enum status status = merge_repeated(maker, arena);
		return status == STATUS_OK ? sort_many(maker, arena) : status;
	}
	sort_few(maker->grams, maker->count, sizeof(*maker->grams), compare_grams);
	keep_distinct(maker);
	return STATUS_OK;
}

static float norm_of(const struct maker *maker)
{
	float sum = 0;
	for (size_t i = 0; i < maker->count; i++) {
		const float weight =
		        maker->grams[i].share * maker->index->gram_weight[maker->grams[i].gram];
		sum += weight * weight;
	}
	return sum > 0 ? sqrtf(sum) : 1.0F;
}

enum status query_make(const struct index *index, const struct repairer *repairer,
                       const struct rewritten *text, struct budget *budget, struct arena *arena,
                       struct query *out)
{
	struct token_list tokens;
	enum status status = tokens_of(text->points, text->count, text->filler, arena, &tokens);
	if (status != STATUS_OK)
		return status;
	struct maker maker = { .index = index, .repairer = repairer, .budget = budget };
	/*
	 * A token gives one gram; a mended bigram gives three for each of its readings. Readings
	 * beyond this capacity are dropped.
	 */
	maker.capacity = tokens.count * 12 + 3 * SYLLABLES_MOST * MENDS_MOST;
	maker.grams = arena_room(arena, maker.capacity, sizeof(*maker.grams));
	if (!maker.grams)
		return STATUS_NO_MEMORY;
	if (index->answers_only)
		status = mark(&repairer->asking, text, arena, &maker.asks);
	if (status == STATUS_OK)
		status = mark(&repairer->frame, text, arena, &maker.framed);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < tokens.count;) {
		const struct token *token = &tokens.items[i];
		size_t taken = 0;
		if (token->kind == TOKEN_LATIN && find_gram(&maker, token->key) == GRAM_NONE)
			taken = add_pinyin(&maker, &tokens, i, text->points);
		if (taken == 0) {
			add_token(&maker, token, text->points);
			taken = 1;
		}
		i += taken;
	}
	assert(maker.count <= maker.capacity);
	status = sort_distinct(&maker, arena);
	out->grams = maker.grams;
	out->count = maker.count;
	out->norm = norm_of(&maker);
	out->coverage =
	        maker.known + maker.unknown > 0 ? maker.known / (maker.known + maker.unknown) : 0;
	out->subject = maker.subject;
	out->meaning = text->meaning;
	out->framed = maker.framed;
	return status;
}
