#include "engine/match/index_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/file.h"
#include "engine/match/index_make.h"
#include "engine/match/rehearsal.h"

enum {
	PROGRAM_CEILING = 1 << 30,
	NAMES_CEILING = 16 << 20,
	PATH_SIZE = 4096,
	NAME_DIGITS = 32, /* of the stamp, in a file's name */
	FILES_KEPT = 4,
};

static const char ending[] = ".index";

/* The sections of a file; all but COUNTS are arrays of struct index. */
enum section {
	COUNTS,
	KEYS,
	SLOTS,
	GRAM_WEIGHT,
	ROWS_WITH,
	ROW_FIRST,
	ROW_GRAMS,
	ROW_WEIGHTS,
	UTTERANCES,
	UTTERANCE_FIRST,
	GRAMS,
	SPOKEN_FIRST,
	SPOKEN,
	CANDIDATES,
	TYPING,
	SECTIONS,
};

struct counts {
	uint32_t grams, slots, rows, pairs, utterances, utterance_grams, spoken, answers_only;
	float unknown_weight;
	uint32_t unused;
	struct calibration calibration;
};

/* --- the name of a file --- */

/*
 * Of the program that runs: other code may cut or weigh otherwise. A change of a library that is
 * loaded with it and reads text (ICU) comes with another name of that library, and so with another
 * program.
 */
static enum status add_program(struct digest *digest)
{
	struct buf program;
	buf_init(&program, PROGRAM_CEILING);
	const enum status status = file_read("/proc/self/exe", &program);
	if (status == STATUS_OK)
		digest_add_field(digest, buf_span(&program));
	buf_deinit(&program);
	return status;
}

static enum status make_stamp(const struct knowledge *knowledge, char stamp[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create(&digest);
	if (status != STATUS_OK)
		return status;
	status = add_program(digest);
	if (status == STATUS_OK) {
		digest_add_field(digest, span_of(knowledge->version));
		digest_add_field(digest, span_of(sqlite3_libversion()));
		status = digest_finish(digest, stamp);
	}
	digest_destroy(digest);
	return status;
}

static bool make_path(const char *folder, const char stamp[DIGEST_HEX_SIZE], char path[PATH_SIZE])
{
	return snprintf(path, PATH_SIZE, "%s/%.*s%s", folder, NAME_DIGITS, stamp, ending) <
	       PATH_SIZE;
}

/* --- reading --- */

static void *borrow(const struct image_section *section)
{
	return (void *)(uintptr_t)section->bytes;
}

static bool has_size(const struct image_section *section, size_t count, size_t size)
{
	return section->size == count * size;
}

static bool sizes_fit(const struct image_section *sections, const struct counts *counts)
{
	return has_size(&sections[KEYS], counts->grams, sizeof(uint64_t)) &&
	       has_size(&sections[SLOTS], counts->slots, sizeof(uint32_t)) &&
	       (counts->slots & (counts->slots - 1)) == 0 && counts->slots / 2 >= counts->grams &&
	       has_size(&sections[GRAM_WEIGHT], counts->grams, sizeof(float)) &&
	       has_size(&sections[ROWS_WITH], counts->grams, sizeof(uint32_t)) &&
	       has_size(&sections[ROW_FIRST], (size_t)counts->rows + 1, sizeof(uint32_t)) &&
	       has_size(&sections[ROW_GRAMS], counts->pairs, sizeof(uint32_t)) &&
	       has_size(&sections[ROW_WEIGHTS], counts->pairs, sizeof(float)) &&
	       has_size(&sections[UTTERANCES], counts->utterances, sizeof(struct utterance)) &&
	       has_size(&sections[UTTERANCE_FIRST], (size_t)counts->rows + 1, sizeof(uint32_t)) &&
	       has_size(&sections[GRAMS], counts->utterance_grams, sizeof(uint32_t)) &&
	       has_size(&sections[SPOKEN_FIRST], (size_t)counts->grams + 1, sizeof(uint32_t)) &&
	       has_size(&sections[SPOKEN], counts->spoken, sizeof(uint32_t));
}

static void borrow_arrays(struct index *index, const struct image_section *sections)
{
	index->gram_weight = borrow(&sections[GRAM_WEIGHT]);
	index->rows_with = borrow(&sections[ROWS_WITH]);
	index->row_first = borrow(&sections[ROW_FIRST]);
	index->row_grams = borrow(&sections[ROW_GRAMS]);
	index->row_weights = borrow(&sections[ROW_WEIGHTS]);
	index->utterances = borrow(&sections[UTTERANCES]);
	index->utterance_first = borrow(&sections[UTTERANCE_FIRST]);
	index->grams = borrow(&sections[GRAMS]);
	index->spoken_first = borrow(&sections[SPOKEN_FIRST]);
	index->spoken = borrow(&sections[SPOKEN]);
	index->candidates = borrow(&sections[CANDIDATES]);
	index->candidates_size = sections[CANDIDATES].size;
	index->typing = borrow(&sections[TYPING]);
	index->typing_size = sections[TYPING].size;
}

static enum status adopt(struct index *index, const struct image_section *sections)
{
	struct counts counts;
	if (!has_size(&sections[COUNTS], 1, sizeof(counts)))
		return STATUS_INVALID;
	memcpy(&counts, sections[COUNTS].bytes, sizeof(counts));
	if (counts.rows != index->knowledge->entry_count || !sizes_fit(sections, &counts))
		return STATUS_INVALID;
	borrow_arrays(index, sections);
	index->row_count = counts.rows;
	index->utterance_count = counts.utterances;
	index->unknown_weight = counts.unknown_weight;
	index->answers_only = counts.answers_only;
	index->calibration = counts.calibration;
	const struct vocabulary_arrays arrays = { borrow(&sections[KEYS]), counts.grams,
		                                  borrow(&sections[SLOTS]), counts.slots };
	const enum status status = vocabulary_borrow(&arrays, &index->vocabulary);
	return status == STATUS_OK ? index_find_texts(index) : status;
}

static enum status load(const char *path, const char stamp[DIGEST_HEX_SIZE],
                        const struct knowledge *knowledge, struct index **out)
{
	struct image_section sections[SECTIONS];
	struct image_file *file = NULL;
	*out = NULL;
	enum status status = image_file_open(path, stamp, sections, SECTIONS, &file);
	if (status != STATUS_OK)
		return status;
	struct index *index = calloc(1, sizeof(*index));
	if (!index) {
		image_file_close(file);
		return STATUS_NO_MEMORY;
	}
	index->file = file;
	index->knowledge = knowledge;
	status = adopt(index, sections);
	if (status == STATUS_OK)
		*out = index;
	else
		index_destroy(index);
	return status;
}

/* --- writing --- */

static struct image_section section(const void *bytes, size_t count, size_t size)
{
	return (struct image_section){ bytes, count * size };
}

static enum status save(const char *path, const char stamp[DIGEST_HEX_SIZE],
                        const struct index *index)
{
	const struct vocabulary_arrays words = vocabulary_arrays(index->vocabulary);
	const size_t rows = index->row_count, grams = words.count;
	const struct utterance *last =
	        index->utterance_count ? &index->utterances[index->utterance_count - 1] : NULL;
	const struct counts counts = {
		.grams = words.count,
		.slots = (uint32_t)words.slot_count,
		.rows = index->row_count,
		.pairs = index->row_first[rows],
		.utterances = index->utterance_count,
		.utterance_grams = last ? last->first + last->count : 0,
		.spoken = index->spoken_first[grams],
		.answers_only = index->answers_only,
		.unknown_weight = index->unknown_weight,
		.calibration = index->calibration,
	};
	const struct image_section sections[SECTIONS] = {
		[COUNTS] = section(&counts, 1, sizeof(counts)),
		[KEYS] = section(words.keys, grams, sizeof(*words.keys)),
		[SLOTS] = section(words.slots, words.slot_count, sizeof(*words.slots)),
		[GRAM_WEIGHT] = section(index->gram_weight, grams, sizeof(float)),
		[ROWS_WITH] = section(index->rows_with, grams, sizeof(uint32_t)),
		[ROW_FIRST] = section(index->row_first, rows + 1, sizeof(uint32_t)),
		[ROW_GRAMS] = section(index->row_grams, counts.pairs, sizeof(uint32_t)),
		[ROW_WEIGHTS] = section(index->row_weights, counts.pairs, sizeof(float)),
		[UTTERANCES] =
		        section(index->utterances, counts.utterances, sizeof(struct utterance)),
		[UTTERANCE_FIRST] = section(index->utterance_first, rows + 1, sizeof(uint32_t)),
		[GRAMS] = section(index->grams, counts.utterance_grams, sizeof(uint32_t)),
		[SPOKEN_FIRST] = section(index->spoken_first, grams + 1, sizeof(uint32_t)),
		[SPOKEN] = section(index->spoken, counts.spoken, sizeof(uint32_t)),
		[CANDIDATES] = section(index->candidates, index->candidates_size, 1),
		[TYPING] = section(index->typing, index->typing_size, 1),
	};
	return image_file_write(path, stamp, sections, SECTIONS);
}

struct old_file {
	char *path;
	struct timespec written;
};

static int newest_first(const void *a, const void *b)
{
	const struct old_file *left = a;
	const struct old_file *right = b;
	if (left->written.tv_sec != right->written.tv_sec)
		return left->written.tv_sec > right->written.tv_sec ? -1 : 1;
	return left->written.tv_nsec > right->written.tv_nsec   ? -1
	       : left->written.tv_nsec < right->written.tv_nsec ? 1
	                                                        : strcmp(left->path, right->path);
}

static bool is_named_as_ours(const char *name)
{
	return strspn(name, "0123456789abcdef") == NAME_DIGITS &&
	       strncmp(name + NAME_DIGITS, ending, sizeof(ending) - 1) == 0;
}

/* All but the newest few go, and what a writer that died left beside them. */
static void remove_old(const char *folder)
{
	struct file_list files = { 0 };
	struct arena *arena = NULL;
	struct old_file *old = NULL;
	size_t count = 0;
	if (arena_create(&arena, NAMES_CEILING) != STATUS_OK)
		return;
	if (file_list(folder, arena, &files) == STATUS_OK)
		old = arena_array(arena, files.count + 1, sizeof(*old));
	for (size_t i = 0; old && i < files.count; i++) {
		struct stat about;
		char *path = file_join(arena, folder, files.names[i]);
		if (path && is_named_as_ours(files.names[i]) && lstat(path, &about) == 0 &&
		    S_ISREG(about.st_mode))
			old[count++] = (struct old_file){ path, about.st_mtim };
	}
	if (count > FILES_KEPT) {
		qsort(old, count, sizeof(*old), newest_first);
		for (size_t i = FILES_KEPT; i < count; i++)
			unlink(old[i].path);
	}
	arena_destroy(arena);
}

/* --- the whole --- */

/* The whole index, that of a folder to keep as well as any other. */
static enum status make(const struct knowledge *knowledge, const struct normaliser *normaliser,
                        const struct rewriter *rewriter, const struct match_settings *settings,
                        struct index **out)
{
	enum status status = index_make(knowledge, normaliser, rewriter, settings, out);
	if (status == STATUS_OK && !(settings->without & PART_CALIBRATION))
		status = rehearse(knowledge, normaliser, settings, &(*out)->calibration);
	if (status != STATUS_OK) {
		index_destroy(*out);
		*out = NULL;
	}
	return status;
}

/* What is made for an ablation is not the index of the knowledge. */
static bool is_kept(const struct knowledge *knowledge, const struct match_settings *settings)
{
	return settings->index_folder && settings->index_folder[0] && settings->without == 0 &&
	       knowledge->answer_count >= INDEX_KEPT_FROM;
}

enum status index_open(const struct knowledge *knowledge, const struct normaliser *normaliser,
                       const struct rewriter *rewriter, const struct match_settings *settings,
                       struct index **out)
{
	char stamp[DIGEST_HEX_SIZE], path[PATH_SIZE];
	struct index *kept = NULL;
	const bool keeps = is_kept(knowledge, settings) &&
	                   make_stamp(knowledge, stamp) == STATUS_OK &&
	                   make_path(settings->index_folder, stamp, path);
	if (keeps && load(path, stamp, knowledge, out) == STATUS_OK)
		return STATUS_OK;
	const enum status status = make(knowledge, normaliser, rewriter, settings, out);
	if (status != STATUS_OK || !keeps || file_make_private_folder_of(path) != STATUS_OK ||
	    save(path, stamp, *out) != STATUS_OK)
		return status;
	remove_old(settings->index_folder);
	if (load(path, stamp, knowledge, &kept) == STATUS_OK) { /* shared, where it was our own */
		index_destroy(*out);
		*out = kept;
	}
	return STATUS_OK;
}
