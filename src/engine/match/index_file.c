#include "engine/match/index_file.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

/* The members of an index that are no arrays. */
struct numbers {
	uint32_t rows, utterances;
	uint64_t candidates_size, typing_size, lookup_size;
	uint64_t acts;
	struct calibration calibration;
	float unknown_weight;
	uint32_t answers_only;
};

struct borrowing {
	const struct image_file *file;
	bool lacks; /* an array is missing, or its size does not fit the others */
};

static void *borrow(struct borrowing *from, const char *name, size_t count, size_t size)
{
	const void *array = image_file_array(from->file, name, size, count);
	from->lacks = from->lacks || !array;
	return (void *)(uintptr_t)array;
}

static void add_vocabulary(const struct vocabulary *vocabulary, struct image_draft *draft)
{
	const struct vocabulary_arrays words = vocabulary_arrays(vocabulary);
	image_draft_add(draft, "index.keys", words.keys, words.count, sizeof(*words.keys));
	image_draft_add(draft, "index.slots", words.slots, words.slot_count, sizeof(*words.slots));
}

enum status index_keep(const struct index *index, struct image_draft *draft)
{
	const size_t rows = index->row_count, grams = vocabulary_count(index->vocabulary);
	const size_t pairs = index->row_first[rows], spoken = index->spoken_first[grams];
	const struct utterance *last =
	        index->utterance_count ? &index->utterances[index->utterance_count - 1] : NULL;
	const struct numbers numbers = { .rows = index->row_count,
		                         .utterances = index->utterance_count,
		                         .candidates_size = index->candidates_size,
		                         .typing_size = index->typing_size,
		                         .lookup_size = index->lookup_size,
		                         .acts = index->habits.acts,
		                         .calibration = index->calibration,
		                         .unknown_weight = index->unknown_weight,
		                         .answers_only = index->answers_only };
	add_vocabulary(index->vocabulary, draft);
	image_draft_add(draft, "index.gram_weight", index->gram_weight, grams, sizeof(float));
	image_draft_add(draft, "index.rows_with", index->rows_with, grams, sizeof(uint32_t));
	image_draft_add(draft, "index.traits_of", index->habits.traits_of, grams, sizeof(uint64_t));
	image_draft_add(draft, "index.without", index->habits.without, rows, sizeof(float));
	image_draft_add(draft, "index.with", index->habits.with, rows, TRAITS_MOST);
	image_draft_add(draft, "index.row_first", index->row_first, rows + 1, sizeof(uint32_t));
	image_draft_add(draft, "index.row_grams", index->row_grams, pairs, sizeof(uint32_t));
	image_draft_add(draft, "index.weight_unit", index->weight_unit, grams, sizeof(float));
	image_draft_add(draft, "index.weights", index->weights, pairs, sizeof(int16_t));
	image_draft_add(draft, "index.utterances", index->utterances, index->utterance_count,
	                sizeof(*index->utterances));
	image_draft_add(draft, "index.utterance_first", index->utterance_first, rows + 1,
	                sizeof(uint32_t));
	image_draft_add(draft, "index.grams", index->grams, last ? last->first + last->count : 0,
	                sizeof(uint32_t));
	image_draft_add(draft, "index.spoken_first", index->spoken_first, grams + 1,
	                sizeof(uint32_t));
	image_draft_add(draft, "index.spoken", index->spoken, spoken, sizeof(uint32_t));
	image_draft_add(draft, "index.candidates", index->candidates, index->candidates_size, 1);
	image_draft_add(draft, "index.typing", index->typing, index->typing_size, 1);
	image_draft_add(draft, "index.lookup", index->lookup, index->lookup_size, 1);
	return image_draft_copy(draft, "index", &numbers, sizeof(numbers));
}

static enum status borrow_vocabulary(const struct image_file *file, struct vocabulary **out)
{
	struct vocabulary_arrays words;
	size_t keys;
	words.keys = image_file_items(file, "index.keys", sizeof(*words.keys), &keys);
	words.slots =
	        image_file_items(file, "index.slots", sizeof(*words.slots), &words.slot_count);
	words.count = (uint32_t)keys;
	if (!words.keys || !words.slots || (words.slot_count & (words.slot_count - 1)) != 0 ||
	    words.slot_count / 2 < words.count)
		return STATUS_INVALID;
	return vocabulary_borrow(&words, out);
}

/* False if one is missing, or its size does not fit the others. */
static bool borrow_arrays(const struct image_file *file, struct index *index)
{
	struct borrowing from = { .file = file };
	const size_t rows = index->row_count, grams = vocabulary_count(index->vocabulary);
	size_t count;
	index->gram_weight = borrow(&from, "index.gram_weight", grams, sizeof(float));
	index->rows_with = borrow(&from, "index.rows_with", grams, sizeof(uint32_t));
	index->habits.traits_of = borrow(&from, "index.traits_of", grams, sizeof(uint64_t));
	index->habits.without = borrow(&from, "index.without", rows, sizeof(float));
	index->habits.with = borrow(&from, "index.with", rows, TRAITS_MOST);
	index->row_first = borrow(&from, "index.row_first", rows + 1, sizeof(uint32_t));
	index->utterance_first = borrow(&from, "index.utterance_first", rows + 1, sizeof(uint32_t));
	index->utterances = borrow(&from, "index.utterances", index->utterance_count,
	                           sizeof(*index->utterances));
	index->spoken_first = borrow(&from, "index.spoken_first", grams + 1, sizeof(uint32_t));
	index->grams = (uint32_t *)(uintptr_t)image_file_items(file, "index.grams",
	                                                       sizeof(uint32_t), &count);
	index->candidates = borrow(&from, "index.candidates", index->candidates_size, 1);
	index->typing = borrow(&from, "index.typing", index->typing_size, 1);
	index->lookup = borrow(&from, "index.lookup", index->lookup_size, 1);
	if (from.lacks || !index->grams)
		return false;
	const size_t pairs = index->row_first[rows], spoken = index->spoken_first[grams];
	index->row_grams = borrow(&from, "index.row_grams", pairs, sizeof(uint32_t));
	index->weight_unit = borrow(&from, "index.weight_unit", grams, sizeof(float));
	index->weights = borrow(&from, "index.weights", pairs, sizeof(int16_t));
	index->spoken = borrow(&from, "index.spoken", spoken, sizeof(uint32_t));
	return !from.lacks;
}

enum status index_adopt(const struct image_file *file, const struct knowledge *knowledge,
                        struct index **out)
{
	const struct numbers *numbers = image_file_array(file, "index", sizeof(*numbers), 1);
	*out = NULL;
	if (!numbers || numbers->rows != knowledge->entry_count)
		return STATUS_INVALID;
	struct index *index = calloc(1, sizeof(*index));
	if (!index)
		return STATUS_NO_MEMORY;
	index->knowledge = knowledge;
	index->borrowed = true;
	index->row_count = numbers->rows;
	index->utterance_count = numbers->utterances;
	index->candidates_size = (size_t)numbers->candidates_size;
	index->typing_size = (size_t)numbers->typing_size;
	index->lookup_size = (size_t)numbers->lookup_size;
	index->habits.acts = numbers->acts;
	index->calibration = numbers->calibration;
	index->unknown_weight = numbers->unknown_weight;
	index->answers_only = numbers->answers_only != 0;
	enum status status = borrow_vocabulary(file, &index->vocabulary);
	if (status == STATUS_OK && !borrow_arrays(file, index))
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		*out = index;
	else
		index_destroy(index);
	return status;
}

const char *index_library(void)
{
	return sqlite3_libversion();
}
