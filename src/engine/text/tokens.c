#include "engine/text/tokens.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "engine/text/normalise.h"

/*
 * A key's top two bits are its kind. Below them stand the code points themselves (21 bits each)
 * or, for words, a 62-bit FNV-1a hash: a collision would only blur two words' statistics.
 */
enum { KIND_SHIFT = 62, POINT_BITS = 21 };
#define KEY_MASK ((UINT64_C(1) << KIND_SHIFT) - 1)

static uint64_t key_of_kind(enum token_kind kind, uint64_t value)
{
	return ((uint64_t)kind << KIND_SHIFT) | (value & KEY_MASK);
}

uint64_t token_key_unigram(uint32_t han)
{
	return key_of_kind(TOKEN_UNIGRAM, han);
}

uint64_t token_key_bigram(uint32_t first, uint32_t second)
{
	return key_of_kind(TOKEN_BIGRAM, ((uint64_t)first << POINT_BITS) | second);
}

void token_key_split(uint64_t bigram, uint32_t *first, uint32_t *second)
{
	const uint64_t mask = (UINT64_C(1) << POINT_BITS) - 1;
	*first = (uint32_t)((bigram >> POINT_BITS) & mask);
	*second = (uint32_t)(bigram & mask);
}

enum token_kind token_key_kind(uint64_t key)
{
	return (enum token_kind)(key >> KIND_SHIFT);
}

void token_name(uint64_t key, char name[TOKEN_NAME_SIZE])
{
	const enum token_kind kind = token_key_kind(key);
	if (kind != TOKEN_UNIGRAM && kind != TOKEN_BIGRAM) {
		snprintf(name, TOKEN_NAME_SIZE, "%016" PRIx64, key);
		return;
	}
	uint32_t first, second;
	token_key_split(key, &first, &second);
	char *end = kind == TOKEN_BIGRAM ? utf8_put(name, first) : name;
	*utf8_put(end, second) = '\0';
}

static uint64_t key_of_word(enum token_kind kind, const uint32_t *points, size_t count)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < count; i++) {
		hash ^= points[i];
		hash *= UINT64_C(1099511628211);
	}
	return key_of_kind(kind, hash ^ (hash >> KIND_SHIFT));
}

enum run { RUN_NONE, RUN_HAN, RUN_LATIN, RUN_DIGITS };

static enum run run_of(uint32_t point)
{
	if (code_point_is_han(point))
		return RUN_HAN;
	if (point >= '0' && point <= '9')
		return RUN_DIGITS;
	return code_point_is_word(point) ? RUN_LATIN : RUN_NONE;
}

static void add_token(struct token_list *list, enum token_kind kind, size_t start, size_t count,
                      uint64_t key)
{
	list->items[list->count++] = (struct token){
		.kind = kind, .start = (uint32_t)start, .count = (uint32_t)count, .key = key
	};
}

enum status tokens_of(const uint32_t *points, size_t count, const bool *skip, struct arena *arena,
                      struct token_list *out)
{
	out->count = 0;
	out->items = arena_room(arena, 2 * count + 1, sizeof(*out->items));
	if (!out->items)
		return STATUS_NO_MEMORY;
	size_t i = 0;
	while (i < count) {
		const enum run run = skip && skip[i] ? RUN_NONE : run_of(points[i]);
		size_t end = i + 1;
		while (run != RUN_NONE && end < count && !(skip && skip[end]) &&
		       run_of(points[end]) == run)
			end++;
		for (size_t at = i; run == RUN_HAN && at < end; at++) {
			add_token(out, TOKEN_UNIGRAM, at, 1, token_key_unigram(points[at]));
			if (at + 1 < end)
				add_token(out, TOKEN_BIGRAM, at, 2,
				          token_key_bigram(points[at], points[at + 1]));
		}
		if (run == RUN_LATIN || run == RUN_DIGITS) {
			const enum token_kind kind = run == RUN_LATIN ? TOKEN_LATIN : TOKEN_DIGITS;
			add_token(out, kind, i, end - i, key_of_word(kind, points + i, end - i));
		}
		i = end;
	}
	return STATUS_OK;
}
