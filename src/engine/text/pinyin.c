#include "engine/text/normalise.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/text/text_tables.h"

enum {
	LETTERS_MOST = 128,
};

/* The best split of the letters up to some place. */
struct split {
	uint8_t syllables; /* 0 = cannot be, but at the start */
	uint8_t bare;      /* of them, not first and without a consonant in front */
	uint8_t length;    /* letters of the last one */
	uint16_t number;   /* of the last one */
};

/* Common spellings, and ours. */
static const char *const also_spelt[][2] = {
	{ "lue", "lve" },
	{ "nue", "nve" },
};

uint16_t pinyin_number(uint32_t point)
{
	if (point < TEXT_PINYIN_FIRST || point >= TEXT_PINYIN_END)
		return 0;
	return text_pinyin[point - TEXT_PINYIN_FIRST];
}

const char *pinyin_of(uint32_t point)
{
	uint16_t number = pinyin_number(point);

	return number == 0 ? NULL : text_syllables[number - 1];
}

static int compare_syllable(const void *key, const void *item)
{
	return strcmp(key, item);
}

static uint16_t find_syllable(const char *syllable)
{
	const char(*found)[TEXT_SYLLABLE_MOST + 1] =
	        bsearch(syllable, text_syllables, text_syllable_count, sizeof(*text_syllables),
	                compare_syllable);

	return found ? (uint16_t)(found - text_syllables + 1) : 0;
}

uint16_t pinyin_number_of_syllable(struct span syllable)
{
	char key[TEXT_SYLLABLE_MOST + 1] = "";

	if (syllable.len == 0 || syllable.len > TEXT_SYLLABLE_MOST ||
	    memchr(syllable.ptr, '\0', syllable.len))
		return 0;
	memcpy(key, syllable.ptr, syllable.len);
	for (size_t i = 0; i < sizeof also_spelt / sizeof *also_spelt; i++)
		if (strcmp(key, also_spelt[i][0]) == 0)
			return find_syllable(also_spelt[i][1]);
	return find_syllable(key);
}

/*
 * Prefers fewer syllables; then syllables that begin with a consonant, as GB/T 16159 reads
 * "fangan"; then long ones first.
 */
static bool is_better(const struct split *a, const struct split *b)
{
	if (b->syllables == 0)
		return true;
	if (a->syllables != b->syllables)
		return a->syllables < b->syllables;
	if (a->bare != b->bare)
		return a->bare < b->bare;
	return a->length < b->length;
}

/* The best split of the letters before `end` whose last syllable has `length` letters. */
static bool extend(struct span letters, const struct split *splits, size_t end, size_t length,
                   struct split *out)
{
	size_t start = end - length;
	struct span syllable = { letters.ptr + start, length };

	if (start > 0 && splits[start].syllables == 0)
		return false;
	out->number = pinyin_number_of_syllable(syllable);
	if (out->number == 0)
		return false;
	out->syllables = (uint8_t)(splits[start].syllables + 1);
	out->bare = splits[start].bare;
	if (start > 0 && strchr("aeo", syllable.ptr[0]))
		out->bare++;
	out->length = (uint8_t)length;
	return true;
}

size_t pinyin_split(struct span letters, uint16_t *numbers, size_t most)
{
	struct split splits[LETTERS_MOST + 1];
	size_t count;

	if (letters.len == 0 || letters.len > LETTERS_MOST)
		return 0;
	memset(splits, 0, (letters.len + 1) * sizeof *splits);
	for (size_t end = 1; end <= letters.len; end++) {
		for (size_t length = 1; length <= TEXT_SYLLABLE_MOST && length <= end; length++) {
			struct split split;

			if (extend(letters, splits, end, length, &split) &&
			    is_better(&split, &splits[end]))
				splits[end] = split;
		}
	}
	count = splits[letters.len].syllables;
	for (size_t end = letters.len, i = count; i > 0; i--) {
		assert(splits[end].syllables == i); /* the way back ends at the first letter */
		if (i <= most)
			numbers[i - 1] = splits[end].number;
		end -= splits[end].length;
	}
	return count < most ? count : most;
}
