#include "engine/dialogue/snapshot.h"

#include <stdlib.h>
#include <string.h>

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

static size_t add_printed(struct span *printed, size_t at, const char *text)
{
	printed[at] = span_of(text);
	return at + 1;
}

/* What the office prints is public: contacts, sentences, questions, answers and popups. */
static enum status learn_printed(struct snapshot *snapshot)
{
	const struct knowledge *knowledge = snapshot->knowledge;
	const struct office *office = &knowledge->office;
	size_t most = office->contact_count + office->text_count, count = 0;

	for (size_t i = 0; i < knowledge->entry_count; i++)
		most += 2 + knowledge->entries[i].prompts.count;
	struct span *printed = calloc(most + 1, sizeof(*printed));
	if (!printed)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < office->contact_count; i++)
		count = add_printed(printed, count, office->contacts[i].value);
	for (size_t i = 0; i < office->text_count; i++)
		count = add_printed(printed, count, office->texts[i].right);
	for (size_t i = 0; i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		count = add_printed(printed, count, entry->question);
		count = add_printed(printed, count, entry->answer);
		for (size_t k = 0; k < entry->prompts.count; k++)
			count = add_printed(printed, count, entry->prompts.items[k]);
	}
	const enum status status = privacy_create(&snapshot->privacy, printed, count);
	free(printed);
	return status;
}

/* The words of one list, as messages are normalised. */
static enum status normalise_words(struct snapshot *snapshot, const struct strings *words,
                                   const char *const **out)
{
	const char **list = arena_array(snapshot->arena, words->count + 1, sizeof(*list));
	enum status status = list ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < words->count && status == STATUS_OK; i++) {
		struct text text;
		status = normalise(snapshot->normaliser, span_of(words->items[i]), snapshot->arena,
		                   &text);
		if (status == STATUS_OK)
			list[i] = text.utf8.ptr;
	}
	*out = list;
	return status;
}

/* The folder's own words before the built-in ones. */
static enum status list_subjects(struct snapshot *snapshot)
{
	const struct lexicon *lexicon = &snapshot->knowledge->lexicon;
	const struct date_subjects builtin = date_subjects_builtin();
	struct date_subject *items =
	        arena_array(snapshot->arena, lexicon->date_count + builtin.count, sizeof(*items));
	enum status status = items ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < lexicon->date_count && status == STATUS_OK; i++) {
		const struct date_words *words = &lexicon->dates[i];
		items[i] = (struct date_subject){ .of = words->of,
			                          .word_count = words->words.count,
			                          .past_count = words->past.count };
		status = normalise_words(snapshot, &words->words, &items[i].words);
		if (status == STATUS_OK)
			status = normalise_words(snapshot, &words->past, &items[i].past);
	}
	if (status != STATUS_OK)
		return status;
	memcpy(items + lexicon->date_count, builtin.items, builtin.count * sizeof(*items));
	snapshot->subjects = (struct date_subjects){ items, lexicon->date_count + builtin.count };
	return STATUS_OK;
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
	snapshot->settings = settings ? *settings : match_settings_default();
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
		status = list_subjects(snapshot);
	if (status == STATUS_OK)
		status = reply_parts_create(snapshot->knowledge, snapshot->arena, &snapshot->parts);
	if (status == STATUS_OK)
		status = words_create(snapshot->knowledge, normaliser,
		                      matcher_rewriter(snapshot->matcher), snapshot->arena,
		                      &snapshot->words);
	if (status == STATUS_OK)
		status = learn_printed(snapshot);
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
	privacy_destroy(snapshot->privacy);
	matcher_destroy(snapshot->matcher);
	diagnoser_destroy(snapshot->diagnoser);
	arena_destroy(snapshot->arena);
	knowledge_destroy(snapshot->knowledge);
	free(snapshot);
}
