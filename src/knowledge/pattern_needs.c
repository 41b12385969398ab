#include "knowledge/pattern_needs.h"

static size_t narrowest(const struct pattern_needs *needs)
{
	size_t best = 0;

	for (size_t i = 1; i < needs->count; i++)
		if (characters_count(&needs->items[i]) < characters_count(&needs->items[best]))
			best = i;
	return best;
}

static size_t widest(const struct pattern_needs *needs)
{
	size_t worst = 0;

	for (size_t i = 1; i < needs->count; i++)
		if (characters_count(&needs->items[i]) > characters_count(&needs->items[worst]))
			worst = i;
	return worst;
}

static void add(struct pattern_needs *needs, const struct characters *other)
{
	if (needs->count < PATTERN_NEEDS_MOST) {
		needs->items[needs->count] = *other;
		needs->count++;
		return;
	}
	const size_t at = widest(needs);
	if (characters_count(other) < characters_count(&needs->items[at]))
		needs->items[at] = *other;
}

void pattern_needs_add(struct pattern_needs *needs, const struct pattern_needs *others)
{
	for (size_t i = 0; i < others->count; i++)
		add(needs, &others->items[i]);
}

struct pattern_needs pattern_needs_of_either(const struct pattern_needs *a,
                                             const struct pattern_needs *b)
{
	struct pattern_needs needs = { .count = a->count > 0 && b->count > 0 };

	if (needs.count > 0) {
		needs.items[0] = a->items[narrowest(a)];
		characters_join(&needs.items[0], &b->items[narrowest(b)]);
	}
	return needs;
}

bool pattern_needs_met(const struct pattern_needs *needs, const struct characters *text)
{
	for (size_t i = 0; i < needs->count; i++)
		if (!characters_meet(&needs->items[i], text))
			return false;
	return true;
}
