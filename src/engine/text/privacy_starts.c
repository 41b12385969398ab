#include "engine/text/privacy_starts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
	RULES_MOST = 256,
	SLOTS = 2048,     /* a power of two, well above the number of characters in all classes */
	OPENING_MOST = 3, /* classes of an opening */
	BLOCK = 16,       /* places that are passed over at once */
	KELVIN = 0x212A,
	LONG_S = 0x017F,
};

/* Of a match's first characters: the rules that take a character as the nth, a bit each. */
struct takers {
	uint64_t rules[OPENING_MOST];
};

struct slot {
	uint32_t point; /* 0: free */
	struct takers takers;
};

struct privacy_starts {
	struct slot slots[SLOTS];
	size_t used;
	struct takers any; /* the rules that take any character, for their opening is shorter */
	uint64_t bits[RULES_MOST]; /* by rule; 0: it may begin anywhere */
	size_t skips[RULES_MOST];  /* by rule */
};

/* What a pattern opens with: a class for each of its first characters. */
struct opening {
	struct span classes[OPENING_MOST]; /* their insides */
	size_t count;                      /* 0: none, or not plainly */
	size_t skip;                       /* bytes of the look-ahead */
};

struct privacy_place {
	size_t at;
	uint64_t rules;
};

static size_t slot_of(uint32_t point)
{
	return (point * UINT32_C(2654435761) >> 16) & (SLOTS - 1);
}

static const struct slot *look_up(const struct privacy_starts *starts, uint32_t point)
{
	size_t at = slot_of(point);

	while (starts->slots[at].point && starts->slots[at].point != point)
		at = (at + 1) & (SLOTS - 1);
	return &starts->slots[at];
}

static void add_point(struct privacy_starts *starts, uint32_t point, size_t nth, uint64_t bit)
{
	struct slot *slot = &starts->slots[look_up(starts, point) - starts->slots];

	starts->used += slot->point == 0;
	assert(starts->used < SLOTS / 2);
	slot->point = point;
	slot->takers.rules[nth] |= bit;
}

/* As PCRE2_CASELESS has it for the letters of ASCII. */
static void add_folded(struct privacy_starts *starts, uint32_t point, size_t nth, uint64_t bit)
{
	const uint32_t lower = point | 0x20;

	add_point(starts, point, nth, bit);
	if (point > 0x7F || lower < 'a' || lower > 'z')
		return;
	add_point(starts, lower, nth, bit);
	add_point(starts, lower ^ 0x20, nth, bit);
	if (lower == 'k')
		add_point(starts, KELVIN, nth, bit);
	if (lower == 's')
		add_point(starts, LONG_S, nth, bit);
}

/* The class that begins with "[" there: no escapes, no negation. Its inside, empty if not so. */
static struct span plain_class(const char *at)
{
	const char *end = at[0] == '[' ? strchr(at, ']') : NULL;
	const struct span inside = { at + 1, end ? (size_t)(end - at) - 1 : 0 };

	if (inside.len == 0 || inside.ptr[0] == '^' || memchr(inside.ptr, '\\', inside.len) ||
	    memchr(inside.ptr, '[', inside.len))
		return (struct span){ "", 0 };
	return inside;
}

/* Nothing may let a class match no character or be one of two. */
static struct opening opening_of(const char *pattern)
{
	static const char ahead[] = "(?=";
	const bool is_ahead = strncmp(pattern, ahead, sizeof(ahead) - 1) == 0;
	const char *at = pattern + (is_ahead ? sizeof(ahead) - 1 : 0);
	struct opening opening = { .count = 0 };

	do {
		const struct span class = plain_class(at);

		if (class.len == 0)
			return (struct opening){ .count = 0 };
		opening.classes[opening.count++] = class;
		at = class.ptr + class.len + 1;
	} while (is_ahead && *at == '[' && opening.count < OPENING_MOST);
	if (is_ahead ? *at != ')' || strchr("*+?{|", at[1]) : strchr("*?{", *at) != NULL)
		return (struct opening){ .count = 0 };
	opening.skip = is_ahead ? (size_t)(at + 1 - pattern) : 0;
	return opening;
}

/* Whether a "|" stands outside of all groups and classes. */
static bool has_branches(const char *pattern)
{
	int depth = 0;
	bool in_class = false;

	for (; *pattern; pattern++) {
		if (*pattern == '\\' && pattern[1])
			pattern++;
		else if (in_class)
			in_class = *pattern != ']';
		else if (*pattern == '[')
			in_class = true;
		else if (*pattern == '(')
			depth++;
		else if (*pattern == ')')
			depth--;
		else if (*pattern == '|' && depth == 0)
			return true;
	}
	return false;
}

static void add_class(struct privacy_starts *starts, struct span class, size_t nth, uint64_t bit)
{
	uint32_t before = 0;

	for (size_t at = 0; at < class.len;) {
		uint32_t point = utf8_next(class, &at);

		if (point == '-' && before && at < class.len) {
			const uint32_t last = utf8_next(class, &at);

			for (point = before; point < last; point++)
				add_folded(starts, point, nth, bit);
		}
		before = point;
		add_folded(starts, point, nth, bit);
	}
}

static void add_opening(struct privacy_starts *starts, const struct opening *opening, uint64_t bit)
{
	for (size_t nth = 0; nth < OPENING_MOST; nth++)
		if (nth < opening->count)
			add_class(starts, opening->classes[nth], nth, bit);
		else
			starts->any.rules[nth] |= bit;
}

enum status privacy_starts_create(struct privacy_starts **out, const char *const *patterns,
                                  size_t count)
{
	struct privacy_starts *starts = calloc(1, sizeof(*starts));
	unsigned known = 0;

	*out = starts;
	if (!starts)
		return STATUS_NO_MEMORY;
	assert(count <= RULES_MOST);
	for (size_t i = 0; i < count && known < PRIVACY_STARTS_MOST; i++) {
		const struct opening opening = opening_of(patterns[i]);

		if (opening.count == 0 || has_branches(patterns[i]))
			continue;
		starts->bits[i] = UINT64_C(1) << known++;
		starts->skips[i] = opening.skip;
		add_opening(starts, &opening, starts->bits[i]);
	}
	return STATUS_OK;
}

void privacy_starts_destroy(struct privacy_starts *starts)
{
	free(starts);
}

bool privacy_starts_known(const struct privacy_starts *starts, size_t rule)
{
	assert(rule < RULES_MOST);
	return starts->bits[rule] != 0;
}

size_t privacy_starts_skip(const struct privacy_starts *starts, size_t rule)
{
	assert(rule < RULES_MOST);
	return starts->skips[rule];
}

/* The last places of a text, the newest first, and the rules that may still begin at each. */
struct window {
	struct privacy_place places[OPENING_MOST];
};

/* Moves on by a character; true if the opening is behind the oldest place, and some rule is left.
 */
static bool move_on(struct window *window, size_t at, const struct privacy_starts *starts,
                    const struct takers *takers)
{
	struct privacy_place *places = window->places;

	for (size_t nth = OPENING_MOST - 1; nth > 0; nth--) {
		const uint64_t taken = takers->rules[nth] | starts->any.rules[nth];

		places[nth] = places[nth - 1];
		places[nth].rules &= taken;
	}
	places[0] = (struct privacy_place){ at, takers->rules[0] };
	return places[OPENING_MOST - 1].rules != 0;
}

enum status privacy_places_find(const struct privacy_starts *starts, struct span text,
                                struct arena *arena, struct privacy_places *out)
{
	static const struct takers none = { { 0 } };
	struct privacy_place *items = arena_room(arena, text.len + 1, sizeof(*items));
	struct window window = { .places = { { 0, 0 } } };
	const struct privacy_place *oldest = &window.places[OPENING_MOST - 1];
	size_t count = 0;

	*out = (struct privacy_places){ .starts = starts, .items = items };
	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t at = 0; at < text.len;) {
		const size_t begin = at;
		const uint32_t point = utf8_next(text, &at);
		const struct slot *slot = look_up(starts, point);

		bit_filter_add(&out->points, point);
		if (move_on(&window, begin, starts, &slot->takers))
			items[count++] = *oldest;
	}
	for (size_t i = 1; i < OPENING_MOST; i++)
		if (move_on(&window, text.len, starts, &none))
			items[count++] = *oldest;
	out->count = count;
	out->blocks = arena_array(arena, count / BLOCK + 1, sizeof(*out->blocks));
	if (!out->blocks)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		out->blocks[i / BLOCK] |= items[i].rules;
	return STATUS_OK;
}

bool privacy_places_may_have(const struct privacy_places *places, struct span word)
{
	bool has = true;

	for (size_t at = 0; at < word.len && has;)
		has = bit_filter_may_have(&places->points, utf8_next(word, &at));
	return has;
}

void privacy_places_rewind(struct privacy_places *places)
{
	places->next = 0;
}

size_t privacy_places_next(struct privacy_places *places, size_t rule, size_t from)
{
	const uint64_t bit = places->starts->bits[rule];

	assert(bit != 0);
	while (places->next < places->count) {
		const struct privacy_place *place = &places->items[places->next];
		const bool begins = places->next % BLOCK == 0;

		if (begins && (places->blocks[places->next / BLOCK] & bit) == 0) {
			places->next += BLOCK;
			continue;
		}
		if (place->at >= from && (place->rules & bit))
			return place->at;
		places->next++;
	}
	return SIZE_MAX;
}
