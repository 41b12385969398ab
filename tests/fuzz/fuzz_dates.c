/*
 * A text, normalised and raw, on a leap day and on the last of a year: dates stand in the text in
 * order, none over another, and each is an interval of days that exist.
 */
#include <string.h>

#include "engine/text/dates.h"
#include "engine/text/normalise.h"
#include "fuzz.h"

enum { CEILING = 64 << 20, TEXT_MOST = 32 << 10 };

struct engine {
	struct normaliser *normaliser;
	struct arena *arena;
};

/* Made once and kept: libFuzzer has no place to pass it through. */
static struct engine *engine(void)
{
	static struct engine *kept;
	if (kept)
		return kept;
	kept = calloc(1, sizeof(*kept));
	REQUIRE(kept);
	REQUIRE(arena_create(&kept->arena, CEILING) == STATUS_OK);
	REQUIRE(normaliser_create(&kept->normaliser) == STATUS_OK);
	return kept;
}

static void require_dates(struct span text, struct day today)
{
	const struct date_subjects subjects = date_subjects_builtin();
	struct date_list list;
	size_t end = 0;
	dates_find(&subjects, text, today, &list);
	REQUIRE(list.count <= DATES_MOST);
	for (size_t i = 0; i < list.count; i++) {
		const struct date *date = &list.items[i];
		REQUIRE(date->start < date->end && date->end <= text.len);
		REQUIRE(date->stated || date->start >= end);
		REQUIRE(day_exists(date->from) && day_exists(date->to));
		REQUIRE(day_number(date->from) <= day_number(date->to));
		REQUIRE(!date->supposed || date->stated);
		REQUIRE(!date->stated || date->of);
		if (!date->stated)
			end = date->end;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct day days[] = { { 2024, 2, 29 }, { 2026, 12, 31 }, { 2026, 11, 29 } };
	const struct span raw = { (const char *)data, size };
	struct text text;
	if (size > TEXT_MOST)
		return 0;
	arena_reset(engine()->arena);
	REQUIRE(normalise(engine()->normaliser, raw, engine()->arena, &text) == STATUS_OK);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		require_dates(raw, days[i]);
		require_dates(text.utf8, days[i]);
	}
	return 0;
}
