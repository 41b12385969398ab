/*
 * How it works. A snapshot is built in one of two ways: from the folder (read_and_build()), or from
 * an image file that was written after such a build (adopt()). The file holds the knowledge, the
 * matcher's tables and the printed texts; small parts are made again (make_rest()). After a large
 * folder was built, its image is written and adopted at once, so that processes share its pages. If
 * anything is wrong with the file, the folder is read.
 */
#include "engine/dialogue/snapshot.h"

#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dialogue/snapshot_file.h"
#include "engine/knowledge/knowledge_pack.h"
#include "engine/match/matcher_open.h"

enum {
	PARTS_CEILING = 1 << 30,
	PACK_CEILING = 2000 * 1024 * 1024,
	EXAMPLE_CEILING = 16 << 20,
};

static enum status match_examples(struct snapshot *snapshot)
{
	const char *examples[EXAMPLES_MOST];
	const size_t count = knowledge_examples(snapshot->knowledge, examples);
	struct match_scratch *scratch = NULL;
	struct arena *arena = NULL;
	enum status status = arena_create(&arena, EXAMPLE_CEILING);

	if (status == STATUS_OK)
		status = match_scratch_create(snapshot->matcher, &scratch);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_result result;
		struct text text;

		arena_reset(arena);
		status = normalise(snapshot->normaliser, span_of(examples[i]), arena, &text);
		if (status == STATUS_OK)
			status = matcher_match(scratch, &text, NULL, arena, &result);
		if (status == STATUS_OK && result.answer_count == 1)
			snapshot->meant[i] = result.answers[0].entry;
	}
	match_scratch_destroy(scratch);
	arena_destroy(arena);
	return status;
}

/* Keeps the entries that answer the examples, as their numbers. */
static enum status keep_examples(const struct snapshot *snapshot, struct image_draft *draft)
{
	uint32_t rows[EXAMPLES_MOST];
	for (size_t i = 0; i < EXAMPLES_MOST; i++)
		rows[i] = snapshot->meant[i]
		                  ? (uint32_t)(snapshot->meant[i] - snapshot->knowledge->entries)
		                  : UINT32_MAX;
	return image_draft_copy(draft, "examples", rows, sizeof(rows));
}

static enum status adopt_examples(struct snapshot *snapshot)
{
	const uint32_t *rows =
	        image_file_array(snapshot->file, "examples", sizeof(*rows), EXAMPLES_MOST);
	for (size_t i = 0; rows && i < EXAMPLES_MOST; i++)
		if (rows[i] < snapshot->knowledge->entry_count)
			snapshot->meant[i] = &snapshot->knowledge->entries[rows[i]];
	return rows ? STATUS_OK : STATUS_INVALID;
}

static size_t add_printed(struct span *printed, size_t at, const char *text)
{
	printed[at] = span_of(text);
	return at + 1;
}

/* Texts that the office prints are public and not masked: contacts, sentences, entries, popups. */
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

/* Normalises the words of a list as messages are; NULL ends it. */
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

/* Lists the folder's own subjects before the built-in ones, and its own cues. */
static enum status list_subjects(struct snapshot *snapshot)
{
	const struct lexicon *lexicon = &snapshot->knowledge->lexicon;
	const struct date_subjects builtin = date_subjects_builtin();
	struct date_subject *items =
	        arena_array(snapshot->arena, lexicon->date_count + builtin.count, sizeof(*items));
	enum status status = items ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < lexicon->date_count && status == STATUS_OK; i++) {
		const struct date_words *words = &lexicon->dates[i];
		items[i] = (struct date_subject){ .of = words->of };
		status = normalise_words(snapshot, &words->words, &items[i].words);
		if (status == STATUS_OK && words->past.count > 0)
			status = normalise_words(snapshot, &words->past, &items[i].past);
	}
	if (status != STATUS_OK)
		return status;
	memcpy(items + lexicon->date_count, builtin.items, builtin.count * sizeof(*items));
	snapshot->subjects = (struct date_subjects){
		.items = items,
		.count = lexicon->date_count + builtin.count,
	};
	for (size_t i = 0; i < DATE_CUE_COUNT && status == STATUS_OK; i++)
		if (lexicon->date_cues[i].count > 0)
			status = normalise_words(snapshot, &lexicon->date_cues[i],
			                         &snapshot->subjects.cues[i]);
	return status;
}

/* Makes the small parts from snapshot->knowledge and, if that lies in a file, from the file. */
static enum status make_rest(struct snapshot *snapshot, struct faults *faults)
{
	const struct knowledge *knowledge = snapshot->knowledge;
	/* This clock only bounds how long a rule may run; each diagnosis is given its day. */
	const struct clock clock = clock_computing();
	if (match_given_up(&snapshot->settings))
		return STATUS_CLOSED;
	enum status status = diagnoser_create(knowledge, &clock, faults, &snapshot->diagnoser);
	if (status == STATUS_OK)
		status = matcher_open(knowledge, snapshot->normaliser, &snapshot->settings,
		                      snapshot->file, &snapshot->matcher);
	if (status == STATUS_OK)
		status = arena_create(&snapshot->arena, PARTS_CEILING);
	if (status == STATUS_OK)
		status = list_subjects(snapshot);
	if (status == STATUS_OK && !snapshot->file)
		status = reply_parts_create(knowledge, snapshot->arena, &snapshot->parts);
	if (status == STATUS_OK)
		status = words_create(knowledge, snapshot->normaliser,
		                      matcher_rewriter(snapshot->matcher), snapshot->arena,
		                      &snapshot->words);
	if (status == STATUS_OK)
		status = snapshot->file ? privacy_adopt(snapshot->file, &snapshot->privacy)
		                        : learn_printed(snapshot);
	if (status == STATUS_OK)
		status = snapshot->file ? adopt_examples(snapshot) : match_examples(snapshot);
	return status;
}

static enum status create(const struct normaliser *normaliser,
                          const struct match_settings *settings, struct snapshot **out)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	(*out)->normaliser = normaliser;
	(*out)->settings = *settings;
	return STATUS_OK;
}

enum status snapshot_build_of(struct knowledge *knowledge, const struct normaliser *normaliser,
                              const struct match_settings *settings, struct faults *faults,
                              struct snapshot **out)
{
	enum status status = create(normaliser, settings, out);
	if (status != STATUS_OK) {
		knowledge_destroy(knowledge);
		return status;
	}
	(*out)->knowledge = knowledge;
	status = make_rest(*out, faults);
	if (status == STATUS_OK && match_given_up(settings))
		status = STATUS_CLOSED;
	if (status != STATUS_OK) {
		snapshot_destroy(*out);
		*out = NULL;
	}
	return status;
}

/* --- in a file --- */

/* Keeps the faults of the reading, from number `first` on: a later start reports them again. */
static enum status keep_faults(const struct faults *faults, size_t first, size_t end,
                               struct image_draft *draft)
{
	struct pack *pack = draft->pack;
	const size_t count = end - first;
	const size_t place = pack_add(pack, NULL, (count + 1) * sizeof(struct fault));
	for (size_t i = 0; i < count; i++) {
		const struct fault *fault = faults_at(faults, first + i);
		const size_t own = place + i * sizeof(*fault);
		const struct fault plain = { .level = fault->level, .line = fault->line };
		pack_set(pack, own, &plain, sizeof(plain));
		pack_point(pack, own + offsetof(struct fault, file), pack_text(pack, fault->file));
		pack_point(pack, own + offsetof(struct fault, field),
		           pack_text(pack, fault->field));
		pack_point(pack, own + offsetof(struct fault, reason),
		           pack_text(pack, fault->reason));
	}
	const uint64_t numbers[] = { place, count };
	return image_draft_copy(draft, "faults", numbers, sizeof(numbers));
}

static void tell_faults(const struct image_file *file, struct faults *faults)
{
	const uint64_t *numbers = image_file_array(file, "faults", sizeof(*numbers), 2);
	const struct fault *kept = numbers ? image_file_packed(file, (size_t)numbers[0],
	                                                       (size_t)numbers[1] * sizeof(*kept))
	                                   : NULL;
	for (size_t i = 0; kept && i < numbers[1]; i++)
		faults_add(faults, kept[i].level, kept[i].file, kept[i].line, kept[i].field, "%s",
		           kept[i].reason);
}

/* Owns the file from here on, also when it fails. */
static enum status adopt(struct image_file *file, const struct normaliser *normaliser,
                         const struct match_settings *settings, struct faults *faults,
                         struct snapshot **out)
{
	enum status status = create(normaliser, settings, out);
	if (status != STATUS_OK) {
		image_file_close(file);
		return status;
	}
	(*out)->file = file;
	status = knowledge_adopt(file, &(*out)->knowledge);
	if (status == STATUS_OK)
		status = make_rest(*out, faults);
	if (status != STATUS_OK) {
		snapshot_destroy(*out);
		*out = NULL;
	}
	return status;
}

/* Reports faults of the file to `found`, and of the rules to `faults`; either may be NULL. */
static enum status adopt_version(const struct snapshot_place *place, const char *version,
                                 const struct normaliser *normaliser, struct faults *found,
                                 struct faults *faults, struct snapshot **out)
{
	struct image_file *file = NULL;
	const enum status status = snapshot_file_open(place, version, found, &file);
	return status == STATUS_OK ? adopt(file, normaliser, place->settings, faults, out) : status;
}

static enum status write_image(const struct snapshot *snapshot, const struct snapshot_place *place,
                               struct faults *faults, size_t first, size_t end)
{
	struct image_draft draft = { .count = 0 };
	enum status status = pack_create(&draft.pack, PACK_CEILING);
	if (status == STATUS_OK)
		status = keep_faults(faults, first, end, &draft);
	if (status == STATUS_OK)
		status = knowledge_keep(snapshot->knowledge, &draft);
	if (status == STATUS_OK)
		status = matcher_keep(snapshot->matcher, &draft);
	if (status == STATUS_OK)
		status = keep_examples(snapshot, &draft);
	if (status == STATUS_OK) {
		privacy_keep(snapshot->privacy, &draft);
		status = snapshot_file_write(place, snapshot->knowledge->version, &draft, faults);
	}
	pack_destroy(draft.pack);
	image_draft_deinit(&draft);
	return status;
}

/*
 * Writes what was built, and replaces it by the file: processes share the pages of a file, and only
 * the pages in use take memory.
 */
static void move_to_file(struct snapshot **snapshot, const struct snapshot_place *place,
                         struct faults *faults, size_t first, size_t end)
{
	struct snapshot *kept = NULL;
	if (write_image(*snapshot, place, faults, first, end) == STATUS_OK &&
	    adopt_version(place, (*snapshot)->knowledge->version, (*snapshot)->normaliser, faults,
	                  NULL, &kept) == STATUS_OK) {
		snapshot_file_note(place, kept->knowledge->version);
		snapshot_destroy(*snapshot);
		*snapshot = kept;
	}
	(void)malloc_trim(0); /* building takes several times the memory of the result */
}

/* Reads the folder and builds what no file has. `found` as above. */
static enum status read_and_build(const struct snapshot_place *place,
                                  const struct normaliser *normaliser, struct faults *found,
                                  struct faults *faults, struct snapshot **out)
{
	const size_t first = faults_kept(faults);
	struct knowledge *knowledge = NULL;
	if (match_given_up(place->settings))
		return STATUS_CLOSED;
	enum status status = knowledge_load(place->folder, faults, &knowledge);
	if (status != STATUS_OK)
		return status;
	const size_t end = faults_kept(faults);
	const bool keeps = snapshot_place_keeps(place, knowledge);
	if (keeps &&
	    adopt_version(place, knowledge->version, normaliser, found, faults, out) == STATUS_OK) {
		snapshot_file_note(place, knowledge->version);
		knowledge_destroy(knowledge);
		(void)malloc_trim(0);
		return STATUS_OK;
	}
	status = snapshot_build_of(knowledge, normaliser, place->settings, faults, out);
	if (status == STATUS_OK && keeps)
		move_to_file(out, place, faults, first, end);
	return status;
}

enum status snapshot_build(const char *folder, const struct normaliser *normaliser,
                           const struct match_settings *settings, struct faults *faults,
                           struct snapshot **out)
{
	const struct match_settings usual = match_settings_default();
	struct faults *own = NULL;
	struct snapshot_place place;
	char version[KNOWLEDGE_VERSION_SIZE];
	*out = NULL;
	enum status status = faults ? STATUS_OK : faults_create(&own);
	if (status != STATUS_OK)
		return status;
	faults = faults ? faults : own;
	snapshot_place_init(&place, folder, settings ? settings : &usual);
	status = snapshot_file_version(&place, version);
	const bool known = status == STATUS_OK;
	if (known)
		status = adopt_version(&place, version, normaliser, faults, faults, out);
	if (status == STATUS_OK)
		tell_faults((*out)->file, faults);
	else /* a damaged file was reported already */
		status = read_and_build(&place, normaliser, known ? NULL : faults, faults, out);
	faults_destroy(own);
	return status;
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
	image_file_close(snapshot->file);
	free(snapshot);
}
