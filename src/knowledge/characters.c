#include "knowledge/characters.h"

#include <string.h>

#include "base/utf8.h"

enum { BITS = CHARACTERS_WORDS * 64 };

/* Punctuation of Chinese: no letters, no digits, no blanks. */
static bool is_punctuation(uint32_t point)
{
	return (point > 0x3000 && point < 0x3021) || (point > 0xff00 && point < 0xff10) ||
	       (point > 0xff19 && point < 0xff21);
}

uint32_t character_fold(uint32_t point)
{
	if (point >= 'A' && point <= 'Z')
		return point - 'A' + 'a';
	if (point < 0x80 || is_punctuation(point) ||
	    (point >= CHARACTER_HAN_FIRST && point <= CHARACTER_HAN_LAST) ||
	    (point >= CHARACTER_HAN_MORE_FIRST && point <= CHARACTER_HAN_MORE_LAST))
		return point;
	return CHARACTER_OTHER;
}

void characters_add(struct characters *characters, uint32_t first, uint32_t last)
{
	if (last - first >= BITS) {
		memset(characters, 0xff, sizeof(*characters));
		return;
	}
	for (uint32_t point = first; point <= last; point++)
		characters->bits[point / 64 % CHARACTERS_WORDS] |= UINT64_C(1) << point % 64;
}

struct characters characters_of(struct span text)
{
	struct characters found = { { 0 } };
	for (size_t at = 0; at < text.len;) {
		const uint32_t point = character_fold(utf8_next(text, &at));
		if (point == CHARACTER_OTHER) {
			characters_add(&found, 0, BITS);
			break;
		}
		characters_add(&found, point, point);
	}
	return found;
}

void characters_join(struct characters *characters, const struct characters *others)
{
	for (size_t i = 0; i < CHARACTERS_WORDS; i++)
		characters->bits[i] |= others->bits[i];
}

unsigned characters_count(const struct characters *characters)
{
	unsigned count = 0;
	for (size_t i = 0; i < CHARACTERS_WORDS; i++)
		count += (unsigned)__builtin_popcountll(characters->bits[i]);
	return count;
}

bool characters_meet(const struct characters *a, const struct characters *b)
{
	uint64_t shared = 0;
	for (size_t i = 0; i < CHARACTERS_WORDS; i++)
		shared |= a->bits[i] & b->bits[i];
	return shared != 0;
}
