#include "engine/text/privacy_starts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
	RULES_MOST = 256,
	SLOTS = 2048, /* a power of two, well above the number of characters in all classes */
	KELVIN = 0x212A,
	LONG_S = 0x017F,
};

struct slot {
	uint32_t point; /* 0: free */
	uint64_t rules; /* a bit each */
};

struct privacy_starts {
	struct slot slots[SLOTS];
	size_t used;
	uint64_t bits[RULES_MOST]; /* by rule; 0: it may begin anywhere */
	size_t skips[RULES_MOST];  /* by rule */
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

static void add_point(struct privacy_starts *starts, uint32_t point, uint64_t bit)
{
	struct slot *slot = &starts->slots[look_up(starts, point) - starts->slots];

	starts->used += slot->point == 0;
	assert(starts->used < SLOTS / 2);
	slot->point = point;
	slot->rules |= bit;
}

/* As PCRE2_CASELESS has it for the letters of ASCII. */
static void add_folded(struct privacy_starts *starts, uint32_t point, uint64_t bit)
{
	const uint32_t lower = point | 0x20;

	add_point(starts, point, bit);
	if (point > 0x7F || lower < 'a' || lower > 'z')
		return;
	add_point(starts, lower, bit);
	add_point(starts, lower ^ 0x20, bit);
	if (lower == 'k')
		add_point(starts, KELVIN, bit);
	if (lower == 's')
		add_point(starts, LONG_S, bit);
}

/* The inside of the class that the pattern opens with; empty where it does not, or not plainly. */
static struct span opening_class(const char *pattern)
{
	static const char ahead[] = "(?=[";
	const bool is_ahead = strncmp(pattern, ahead, sizeof(ahead) - 1) == 0;
	const char *begin = pattern + (is_ahead ? sizeof(ahead) - 1 : 1);
	const char *end;

	if (!is_ahead && pattern[0] != '[')
		return (struct span){ "", 0 };
	end = strchr(begin, ']');
	/* No escapes, no negation, nothing that lets the class match no character or be one of two.
	 */
	if (!end || *begin == '^' || memchr(begin, '\\', (size_t)(end - begin)) ||
	    memchr(begin, '[', (size_t)(end - begin)) ||
	    (is_ahead ? end[1] != ')' || strchr("*+?{|", end[2]) : strchr("*?{", end[1]) != NULL))
		return (struct span){ "", 0 };
	return (struct span){ begin, (size_t)(end - begin) };
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

static void add_class(struct privacy_starts *starts, struct span class, uint64_t bit)
{
	uint32_t before = 0;

	for (size_t at = 0; at < class.len;) {
		uint32_t point = utf8_next(class, &at);

		if (point == '-' && before && at < class.len) {
			const uint32_t last = utf8_next(class, &at);

			for (point = before; point < last; point++)
				add_folded(starts, point, bit);
		}
		before = point;
		add_folded(starts, point, bit);
	}
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
		const struct span class = opening_class(patterns[i]);

		if (class.len == 0 || has_branches(patterns[i]))
			continue;
		starts->bits[i] = UINT64_C(1) << known++;
		add_class(starts, class, starts->bits[i]);
		if (patterns[i][0] == '(')
			starts->skips[i] = (size_t)(class.ptr + class.len - patterns[i]) + 2;
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

enum status privacy_places_find(const struct privacy_starts *starts, struct span text,
                                struct arena *arena, struct privacy_places *out)
{
	struct privacy_place *items = arena_room(arena, text.len + 1, sizeof(*items));
	size_t count = 0;

	*out = (struct privacy_places){ .starts = starts, .items = items };
	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t at = 0; at < text.len;) {
		const size_t begin = at;
		const uint64_t rules = look_up(starts, utf8_next(text, &at))->rules;

		if (rules)
			items[count++] = (struct privacy_place){ begin, rules };
	}
	out->count = count;
	return STATUS_OK;
}

void privacy_places_rewind(struct privacy_places *places)
{
	places->next = 0;
}

size_t privacy_places_next(struct privacy_places *places, size_t rule, size_t from)
{
	const uint64_t bit = places->starts->bits[rule];

	assert(bit != 0);
	for (; places->next < places->count; places->next++) {
		const struct privacy_place *place = &places->items[places->next];

		if (place->at >= from && (place->rules & bit))
			return place->at;
	}
	return SIZE_MAX;
}
