#include "dialogue/snapshot.h"

#include <stdlib.h>

enum {
	PARTS_CEILING = 1 << 30,
	EXAMPLE_CEILING = 16 << 20,
};

static enum status match_examples(struct snapshot *snapshot)
{
	const char *examples[EXAMPLES_MOST];
	const size_t count = knowledge_examples(snapshot->knowledge, examples);
	struct arena *arena = NULL;
	enum status status = arena_create(&arena, EXAMPLE_CEILING);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_result result;
		struct text text;

		arena_reset(arena);
		status = normalise(snapshot->normaliser, span_of(examples[i]), arena, &text);
		if (status == STATUS_OK)
			status = matcher_match(snapshot->matcher, &text, NULL, arena, &result);
		if (status == STATUS_OK && result.answer_count == 1)
			snapshot->meant[i] = result.answers[0].entry;
	}
	arena_destroy(arena);
	return status;
}

enum status snapshot_build(const char *folder, const struct normaliser *normaliser,
                           const struct match_settings *settings, struct faults *faults,
                           struct snapshot **out)
{
	*out = NULL;
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	if (!snapshot)
		return STATUS_NO_MEMORY;
	snapshot->normaliser = normaliser;
	/* It only bounds how long a rule may run; the day is given to each diagnosis. */
	const struct clock clock = clock_computing();
	enum status status = knowledge_load(folder, faults, &snapshot->knowledge);
	if (status == STATUS_OK)
		status =
		        diagnoser_create(snapshot->knowledge, &clock, faults, &snapshot->diagnoser);
	if (status == STATUS_OK)
		status = matcher_create(snapshot->knowledge, normaliser, settings,
		                        &snapshot->matcher);
	if (status == STATUS_OK)
		status = arena_create(&snapshot->arena, PARTS_CEILING);
	if (status == STATUS_OK)
		status = reply_parts_create(snapshot->knowledge, snapshot->arena, &snapshot->parts);
	if (status == STATUS_OK)
		status = match_examples(snapshot);
	if (status != STATUS_OK) {
		snapshot_destroy(snapshot);
		return status;
	}
	*out = snapshot;
	return STATUS_OK;
}

void snapshot_destroy(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	matcher_destroy(snapshot->matcher);
	diagnoser_destroy(snapshot->diagnoser);
	arena_destroy(snapshot->arena);
	knowledge_destroy(snapshot->knowledge);
	free(snapshot);
}
