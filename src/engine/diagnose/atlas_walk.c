#include "engine/diagnose/atlas_walk.h"

#include "base/buf.h"
#include "engine/diagnose/atlas_space.h"

enum { FACTS_CEILING = 1 << 20 };

struct walk {
	struct space space;
	size_t most;
	struct buf facts;
	uint32_t random;
	atlas_visitor visit;
	void *context;
};

/* A small generator: what is tried is the same on every machine. */
static uint32_t next_random(struct walk *walk)
{
	walk->random = walk->random * 1664525U + 1013904223U;
	return walk->random >> 8;
}

static enum status show(struct walk *walk, const struct case_space *of, const struct record *record)
{
	enum status status;

	buf_clear(&walk->facts);
	space_write_facts(&walk->space, of, record, &walk->facts);
	status = buf_status(&walk->facts);
	return status == STATUS_OK ? walk->visit(walk->context, buf_span(&walk->facts)) : status;
}

static enum status show_all(struct walk *walk, const struct case_space *of, int rows_most)
{
	struct record record = { { 0 } };
	enum status status;

	do
		status = show(walk, of, &record);
	while (status == STATUS_OK && space_next(&walk->space, of, rows_most, &record));
	return status;
}

static enum status show_some(struct walk *walk, const struct case_space *of)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < walk->most; i++) {
		struct record record = { { 0 } };

		for (size_t k = 0; k < of->own_count; k++) {
			const uint8_t count = walk->space.parameters[of->own[k]].count;

			if (count > 0)
				record.values[of->own[k]] = (uint8_t)(next_random(walk) % count);
		}
		status = show(walk, of, &record);
	}
	return status;
}

static enum status walk_case(struct walk *walk, const struct case_space *of)
{
	if (of->own_count == 0)
		return STATUS_OK;
	if (space_size(&walk->space, of, SPACE_ROWS) <= walk->most)
		return show_all(walk, of, SPACE_ROWS);
	if (space_size(&walk->space, of, 1) <= walk->most)
		return show_all(walk, of, 1);
	return show_some(walk, of);
}

enum status atlas_walk(struct diagnosis_scratch *rules, const struct entry *entry,
                       const struct atlas_settings *settings, struct arena *arena,
                       atlas_visitor visit, void *context)
{
	struct walk walk = {
		.most = settings->most, .random = 20231, .visit = visit, .context = context
	};
	enum status status = space_make(rules, entry, settings->today, arena, &walk.space);

	buf_init(&walk.facts, FACTS_CEILING);
	for (size_t i = 0; status == STATUS_OK && i < entry->judged_count; i++)
		status = walk_case(&walk, &walk.space.cases[i]);
	buf_deinit(&walk.facts);
	return status;
}
