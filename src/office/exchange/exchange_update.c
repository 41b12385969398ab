/*
 * An office edits its entries in a table and imports the table again. The table knows less than the
 * folder: a document has no alternates of cases, and a table may have three columns only. So a row
 * is never written as it is. It is compared with what an export of the entry would say now, and
 * only the members that differ are put into the entry's own JSON. An entry without a difference
 * keeps its file byte for byte.
 *
 *   update_folder.c  reads the entries of the folder as JSON
 *   update_match.c   decides which entry a row is about
 *   update_join.c    joins each row of the import with the entry of its id or number, or adds it
 *   here             checks the result as one folder
 *   update_stage.c   writes the changed collections into a hidden stage beside them
 *   update_write.c   checks the stage and exchanges it for the real collections
 */
#include "office/exchange/exchange_update.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "office/exchange/outline.h"
#include "office/exchange/update_parts.h"

void update_unwritten(struct update *update, const char *path)
{
	update->status = import_unwritten(update->import, path, STATUS_IO);
}

bool update_ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

const char *update_path(struct update *update, const char *folder, const char *name)
{
	const char *path = file_join(update->arena, folder, name);

	if (!path)
		update->status = STATUS_NO_MEMORY;
	return path;
}

bool update_keeps(const struct update *update, const struct old *old)
{
	return old->row_line || !update->replace;
}

/*
 * New entries go into the collection that has most of the entries that the input names; if it
 * names none, into a collection of their own.
 */
static void choose_target(struct update *update)
{
	size_t most = 0;

	update->target = import_collection;
	for (size_t i = 0; i < update->collection_count; i++) {
		size_t known = 0;

		for (size_t k = 0; k < update->old_count; k++)
			known += update->olds[k].row_line &&
			         update->olds[k].collection == update->collections[i];
		if (known > most)
			update->target = update->collections[i];
		most = known > most ? known : most;
	}
	if (update->second)
		update->target = update->second;
	assert(update->target);
	for (size_t i = 0; i < update->added.count; i++)
		update->added.items[i].collection = update->target;
}

/* Ids, numbers and related entries of the whole, as knowledge_load() would see it. */
static void check_whole(struct update *update)
{
	struct entry_list whole = { 0 };

	for (size_t i = 0; i < update->old_count && update->status == STATUS_OK; i++)
		if (update_keeps(update, &update->olds[i]))
			update->status = entry_list_add(&whole, &update->olds[i].entry);
	for (size_t i = 0; i < update->added.count && update->status == STATUS_OK; i++)
		update->status = entry_list_add(&whole, &update->added.items[i]);
	if (update->status == STATUS_OK)
		update->status = check_entries(update->import->reader.memory, whole.items,
		                               whole.count, update->faults);
	entry_list_deinit(&whole);
}

void update_count(const struct update *update, struct exchange_counts *counts)
{
	*counts = (struct exchange_counts){ .added = update->added.count };
	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		counts->changed += old->changed;
		counts->removed += !update_keeps(update, old);
		counts->kept += !old->changed && update_keeps(update, old);
	}
	counts->entries = counts->added + counts->changed + counts->kept;
	assert(counts->entries + counts->removed >= update->old_count);
}

static void tell(struct buf *out, const char *sign, const struct entry *entry)
{
	buf_append_format(out, "  %s %s  ", sign, entry->id);
	outline_words(span_of(entry->question), OUTLINE_WORDS, out);
	buf_append_char(out, '\n');
}

/* What is new, changed, and not in the input. */
static void outline_update(const struct update *update)
{
	struct buf *out = update->import->outline;
	size_t missing = 0;

	if (!out)
		return;
	for (size_t i = 0; i < update->added.count; i++)
		tell(out, "+", &update->added.items[i]);
	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		if (old->changed)
			tell(out, "~", &old->entry);
		else if (!old->row_line && strcmp(old->collection, update->target) == 0 &&
		         !update->replace)
			missing++;
		if (!update_keeps(update, old))
			tell(out, "-", &old->entry);
	}
	if (missing == 0)
		return;
	buf_append_format(out,
	                  _N("  %zu entry that the file does not have stays (--replace removes "
	                     "it):\n",
	                     "  %zu entries that the file does not have stay (--replace removes "
	                     "them):\n",
	                     missing),
	                  missing);
	for (size_t i = 0; i < update->old_count; i++)
		if (!update->olds[i].row_line &&
		    strcmp(update->olds[i].collection, update->target) == 0)
			tell(out, " ", &update->olds[i].entry);
}

void update_join(struct update *update)
{
	update_match_rows(update);
	for (size_t i = 0; i < update->import->row_count && update->status == STATUS_OK; i++)
		update_take_row(update, i);
	if (update->status == STATUS_OK) {
		choose_target(update);
		check_whole(update);
	}
}

enum status update_run(struct import *import, const char *folder,
                       const struct exchange_options *options, struct exchange_counts *counts)
{
	const bool replace = options->replace;
	struct update update = { .import = import,
		                 .folder = folder,
		                 .arena = import->reader.memory->arena,
		                 .faults = import->reader.faults,
		                 .replace = replace };
	const size_t before = faults_count(update.faults, FAULT_ERROR);

	update_read_classes(&update);
	if (update.status == STATUS_OK)
		update_read_folder(&update);
	if (update.status == STATUS_OK)
		update_join(&update);
	if (update.status == STATUS_OK && faults_count(update.faults, FAULT_ERROR) > before)
		update.status = STATUS_INVALID;
	if (update.status == STATUS_OK)
		outline_update(&update);
	if (update.status == STATUS_OK && !options->dry_run)
		update_write(&update);
	if (update.status == STATUS_OK)
		update_count(&update, counts);
	else if (update.status == STATUS_INVALID && replace)
		faults_add(
		        update.faults, FAULT_NOTE, folder, 0, NULL,
		        "--replace removes entries; what the folder says of them elsewhere has to "
		        "be taken out first");
	for (size_t i = 0; i < update.old_count; i++)
		cJSON_Delete(update.olds[i].raw);
	free(update.olds);
	entry_list_deinit(&update.added);
	return update.status;
}
