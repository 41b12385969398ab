#include "engine/text/normalise.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "base/utf8.h"
#include "engine/text/text_tables.h"

enum {
	INPUT_MOST = 1 << 20,
	/*
	 * As the Stream-Safe Text Format of UAX #15: no writing system needs more than 30 marks on
	 * one letter, and sorting them takes quadratic time.
	 */
	SEQUENCE_MOST = 32,
	FOLDED_MOST = 1024, /* UTF-16 units; 32 * 18 is the longest that nfkc_cf makes */
};

struct normaliser {
	const UNormalizer2 *nfkc_cf;
};

/* The end of the output, and what has to be known about it to go on. */
struct tail {
	size_t count;
	enum text_class last;
	bool blank; /* a blank is due before the next word */
	uint32_t blank_origin;
};

struct writer {
	struct arena *arena;
	uint32_t *points;
	uint32_t *origins;
	size_t capacity;
	struct tail tail;
	enum status status;
};

/* A base letter and its marks, which ICU composes. */
struct sequence {
	UChar units[2 * SEQUENCE_MOST];
	int32_t length;
	size_t points;
	uint32_t origin;
};

enum status normaliser_create(struct normaliser **out)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *nfkc_cf = unorm2_getNFKCCasefoldInstance(&error);
	struct normaliser *normaliser;

	*out = NULL;
	if (U_FAILURE(error))
		return STATUS_INTERNAL;
	normaliser = malloc(sizeof *normaliser);
	if (!normaliser)
		return STATUS_NO_MEMORY;
	normaliser->nfkc_cf = nfkc_cf;
	*out = normaliser;
	return STATUS_OK;
}

void normaliser_destroy(struct normaliser *normaliser)
{
	free(normaliser);
}

static bool has_class(uint32_t point, enum text_class class)
{
	if (point > 0x10FFFF)
		return false;
	const text_entry entry = text_entry_of(point);
	return text_entry_length(entry) == 1 && text_entry_class(entry) == class;
}

bool code_point_is_han_by_table(uint32_t point)
{
	return has_class(point, TEXT_HAN);
}

bool code_point_is_word_by_table(uint32_t point)
{
	return has_class(point, TEXT_WORD);
}

bool text_has_word(const struct text *text)
{
	for (size_t i = 0; i < text->count; i++)
		if (code_point_is_han(text->points[i]) || code_point_is_word(text->points[i]))
			return true;
	return false;
}

static bool reserve(struct writer *w, size_t capacity)
{
	uint32_t *points, *origins;

	if (capacity <= w->capacity)
		return true;
	points = arena_room(w->arena, capacity, sizeof *points);
	origins = arena_room(w->arena, capacity, sizeof *origins);
	if (!points || !origins) {
		w->status = STATUS_NO_MEMORY;
		return false;
	}
	if (w->tail.count > 0) {
		memcpy(points, w->points, w->tail.count * sizeof *points);
		memcpy(origins, w->origins, w->tail.count * sizeof *origins);
	}
	w->points = points;
	w->origins = origins;
	w->capacity = capacity;
	return true;
}

static void append(struct writer *w, uint32_t point, uint32_t origin)
{
	if (w->tail.count == w->capacity && !reserve(w, w->capacity * 2))
		return;
	w->points[w->tail.count] = point;
	w->origins[w->tail.count] = origin;
	w->tail.count++;
}

static void put(struct writer *w, uint32_t point, enum text_class class, uint32_t origin)
{
	struct tail *tail = &w->tail;

	if (class == TEXT_BLANK) {
		if (tail->count > 0 && !tail->blank) {
			tail->blank = true;
			tail->blank_origin = origin;
		}
		return;
	}
	if (class == TEXT_MARK && tail->last == TEXT_HAN && !tail->blank)
		return; /* Han takes no marks: this is decoration */
	if (tail->blank) {
		tail->blank = false;
		if (class != TEXT_HAN && tail->last != TEXT_HAN)
			append(w, ' ', tail->blank_origin);
	}
	append(w, point, origin);
	tail->last = class;
}

static void put_entry(struct writer *w, text_entry entry, uint32_t point, uint32_t origin)
{
	uint32_t length = text_entry_length(entry);

	if (length == 1) {
		put(w, text_entry_point(entry, point), text_entry_class(entry), origin);
		return;
	}
	for (uint32_t i = 0; i < length; i++) {
		uint32_t part = text_expansions[text_entry_value(entry) + i];

		put(w, part, text_entry_class(text_entry_of(part)), origin);
	}
}

static void sequence_add(struct sequence *s, uint32_t point)
{
	if (point > 0xFFFF) {
		s->units[s->length++] = (UChar)U16_LEAD(point);
		s->units[s->length++] = (UChar)U16_TRAIL(point);
	} else {
		s->units[s->length++] = (UChar)point;
	}
	s->points++;
}

/* The slow path: ICU composes, then each of its points goes through the tables. */
static void put_sequence(struct writer *w, const UNormalizer2 *nfkc_cf, const struct sequence *s)
{
	UChar folded[FOLDED_MOST];
	UErrorCode error = U_ZERO_ERROR;
	int32_t length =
	        unorm2_normalize(nfkc_cf, s->units, s->length, folded, FOLDED_MOST, &error);

	if (U_FAILURE(error)) {
		w->status = STATUS_INTERNAL;
		return;
	}
	for (int32_t i = 0; i < length;) {
		uint32_t point = folded[i++];

		if (U16_IS_LEAD(point) && i < length)
			point = (uint32_t)U16_GET_SUPPLEMENTARY((int32_t)point, folded[i++]);
		put_entry(w, text_entry_of(point), point, s->origin);
	}
}

static bool combines(text_entry entry)
{
	return (entry & TEXT_ENTRY_COMBINES) != 0;
}

/*
 * A combining point takes back the output of the letter before it. ICU gets both, together with all
 * combining points that follow.
 */
static void write_points(struct writer *w, const UNormalizer2 *nfkc_cf, struct span input)
{
	struct tail before_base = w->tail;
	uint32_t base = 0;
	size_t base_at = 0, at = 0;
	bool has_base = false;

	while (at < input.len && w->status == STATUS_OK) {
		struct sequence sequence;
		size_t start = at;
		uint32_t point = utf8_next(input, &at);
		text_entry entry = text_entry_of(point);

		if (!combines(entry)) {
			before_base = w->tail;
			base = point;
			base_at = start;
			has_base = true;
			put_entry(w, entry, point, (uint32_t)start);
			continue;
		}
		if (text_entry_length(entry) == 0)
			continue; /* zero width: its neighbours may still combine */

		sequence.length = 0;
		sequence.points = 0;
		sequence.origin = (uint32_t)start;
		if (has_base) {
			w->tail = before_base;
			sequence.origin = (uint32_t)base_at;
			sequence_add(&sequence, base);
		}
		while (combines(entry) && sequence.points < SEQUENCE_MOST) {
			sequence_add(&sequence, point);
			start = at;
			if (at == input.len)
				break;
			point = utf8_next(input, &at);
			entry = text_entry_of(point);
			if (!combines(entry) || sequence.points == SEQUENCE_MOST)
				at = start;
		}
		put_sequence(w, nfkc_cf, &sequence);
		has_base = false;
	}
}

static bool write_utf8(const struct writer *w, struct span *out)
{
	size_t size = 0;
	char *bytes, *at;

	for (size_t i = 0; i < w->tail.count; i++)
		size += utf8_size(w->points[i]);
	bytes = arena_alloc(w->arena, size + 1);
	if (!bytes)
		return false;
	at = bytes;
	for (size_t i = 0; i < w->tail.count; i++)
		at = utf8_put(at, w->points[i]);
	*at = '\0';
	out->ptr = bytes;
	out->len = size;
	return true;
}

enum status normalise(const struct normaliser *normaliser, struct span input, struct arena *arena,
                      struct text *out)
{
	struct writer w = { .arena = arena, .status = STATUS_OK };

	memset(out, 0, sizeof *out);
	if (input.len > INPUT_MOST)
		return STATUS_LIMIT;
	if (!reserve(&w,
	             utf8_length_well_formed(input) + 1)) /* it grows where that is too little */
		return w.status;
	write_points(&w, normaliser->nfkc_cf, input);
	if (w.status == STATUS_OK && !write_utf8(&w, &out->utf8))
		w.status = STATUS_NO_MEMORY;
	if (w.status != STATUS_OK)
		return w.status;
	out->points = w.points;
	out->origins = w.origins;
	out->count = w.tail.count;
	out->input = input;
	return STATUS_OK;
}
