#include "engine/match/lookup_pinyin.h"

#include <string.h>

enum { LETTERS_MOST = 40 };

struct letters {
	char items[LETTERS_MOST];
	size_t count;
};

/* False where something else than letters and digits of ASCII was typed, or nothing. */
static bool take_letters(const struct text *typed, struct letters *letters)
{
	letters->count = 0;
	for (size_t i = 0; i < typed->count; i++) {
		const uint32_t point = typed->points[i];
		if (code_point_is_han(point))
			return false;
		if (!code_point_is_word(point))
			continue;
		if (point >= 0x80 || letters->count == LETTERS_MOST)
			return false;
		letters->items[letters->count++] = (char)point;
	}
	return letters->count > 0;
}

/* What the point is typed as; the empty text for a mark, NULL for what no letter stands for. */
static const char *typed_as(uint32_t point, char own[2])
{
	if (code_point_is_han(point))
		return pinyin_of(point);
	own[0] = code_point_is_word(point) ? (char)point : '\0';
	own[1] = '\0';
	return code_point_is_word(point) && point >= 0x80 ? NULL : own;
}

/* The point behind the last one that the letters stand for, from `start` on; 0: they do not. */
static size_t match_at(const struct text *text, size_t start, const struct letters *letters,
                       bool initials)
{
	size_t at = 0;
	for (size_t i = start; i < text->count; i++) {
		char own[2];
		const char *as = typed_as(text->points[i], own);
		if (!as)
			return 0;
		size_t length = strlen(as);
		if (initials && length > 1)
			length = 1;
		if (length > letters->count - at)
			length = letters->count - at;
		if (memcmp(as, letters->items + at, length) != 0)
			return 0;
		at += length;
		if (at == letters->count)
			return i + 1;
	}
	return 0;
}

static size_t byte_of(const struct text *text, size_t point)
{
	return point < text->count ? text->origins[point] : text->input.len;
}

static enum status part(const struct text *text, size_t start, size_t end, struct arena *arena,
                        struct lookup_pieces *out)
{
	const struct span input = text->input;
	const size_t from = byte_of(text, start), to = byte_of(text, end);
	const char **items = arena_array(arena, 3, sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;
	items[0] = arena_copy(arena, (struct span){ input.ptr, from });
	items[1] = arena_copy(arena, (struct span){ input.ptr + from, to - from });
	items[2] = arena_copy(arena, (struct span){ input.ptr + to, input.len - to });
	*out = (struct lookup_pieces){ items, 3 };
	return items[0] && items[1] && items[2] ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status lookup_pinyin(const struct normaliser *normaliser, const struct text *typed,
                          const char *sentence, struct arena *arena, enum lookup_letters *how,
                          struct lookup_pieces *out)
{
	struct letters letters;
	struct text text;
	*how = LOOKUP_LETTERS_NONE;
	if (!take_letters(typed, &letters))
		return STATUS_OK;
	enum status status = normalise(normaliser, span_of(sentence), arena, &text);
	for (int initials = 0; initials < 2 && status == STATUS_OK; initials++) {
		for (size_t start = 0; start < text.count; start++) {
			const size_t end = code_point_is_han(text.points[start])
			                           ? match_at(&text, start, &letters, initials)
			                           : 0;
			if (end == 0)
				continue;
			*how = initials ? LOOKUP_LETTERS_INITIALS : LOOKUP_LETTERS_PINYIN;
			return part(&text, start, end, arena, out);
		}
	}
	return status;
}
