/*
 * An office edits its entries in a table and imports the table again. The table knows less than the
 * folder: a document has no alternates of cases, and a table may have three columns only. So a row
 * is never written as it is. It is compared with what an export of the entry would say now, and
 * only the members that differ are put into the entry's own JSON. An entry without a difference
 * keeps its file byte for byte.
 *
 *   update_folder.c  reads the entries of the folder as JSON
 *   update_match.c   decides which entry a row is about
 *   update_source.c  decides which entries came from the document, and where they stand in it now
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
#include "base/utf8.h"
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
			known += update->olds[k].matched &&
			         update->olds[k].collection == update->collections[i];
		if (known > most)
			update->target = update->collections[i];
		most = known > most ? known : most;
	}
	if (update->second)
		update->target = update->second;
	assert(update->target);
}

/* Ids, numbers and related entries of the whole, as knowledge_load() would see it. */
static void check_whole(struct update *update)
{
	struct entry_list whole = { 0 };

	for (size_t i = 0; i < update->old_count && update->status == STATUS_OK; i++)
		if (!update->olds[i].removed)
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

		counts->changed += old->changed && !old->removed;
		counts->removed += old->removed;
		counts->kept += !old->changed && !old->removed;
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

enum {
	CONTEXT_MOST = 8, /* characters */
	SHOWN_MOST = 40,
	ITEMS_MOST = 10, /* of a list */
};

/* One side of a difference, with a little of what stands around it. */
static void tell_side(struct buf *out, struct span text, size_t same)
{
	size_t start = same;

	if (text.len == 0) {
		buf_append_text(out, _("none"));
		return;
	}
	for (int i = 0; i < CONTEXT_MOST && start > 0; i++)
		start = utf8_before(text, start);
	buf_append_text(out, start > 0 ? "“…" : "“");
	outline_words((struct span){ text.ptr + start, text.len - start }, SHOWN_MOST, out);
	buf_append_text(out, "”");
}

/* Both texts, from a little before the place where they part. */
static void tell_texts(struct buf *out, const char *name, const char *was, const char *is)
{
	const struct span old = span_of(was), new = span_of(is);
	size_t same = 0;

	while (same < old.len && same < new.len &&was[same] == is[same])
		same++;
	/* Not within a character. */
	while (same > 0 && ((was[same] & 0xc0) == 0x80 || (is[same] & 0xc0) == 0x80))
		same--;
	if (strcmp(was, is) == 0)
		return;
	buf_append_format(out, "      %s: ", name);
	tell_side(out, old, same);
	buf_append_text(out, " → ");
	tell_side(out, new, same);
	buf_append_char(out, '\n');
}

static void tell_numbers(struct buf *out, const char *name, int was, int is)
{
	if (was == is)
		return;
	buf_append_format(out, "      %s: ", name);
	if (was > 0)
		buf_append_format(out, "%d → ", was);
	else
		buf_append_format(out, "%s → ", _("none"));
	if (is > 0)
		buf_append_format(out, "%d\n", is);
	else
		buf_append_format(out, "%s\n", _("none"));
}

static bool has_text(const struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

/* The texts that only one of the lists has. */
static void tell_items(struct buf *out, const char *name, const char *sign,
                       const struct strings *list, const struct strings *other)
{
	size_t told = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (has_text(other, list->items[i]) || told++ > ITEMS_MOST)
			continue;
		buf_append_format(out, "      %s: %s ", name, sign);
		if (told > ITEMS_MOST) {
			buf_append_text(out, "…\n");
			continue;
		}
		buf_append_text(out, "“");
		outline_words(span_of(list->items[i]), SHOWN_MOST, out);
		buf_append_text(out, "”\n");
	}
}

static void tell_list(struct buf *out, const char *name, const struct strings *was,
                      const struct strings *is)
{
	tell_items(out, name, "-", was, is);
	tell_items(out, name, "+", is, was);
}

/* Members that tell_change() shows itself, or that no person reads. */
static bool is_told(const char *name)
{
	static const char *const names[] = { "id",         "number", "question", "answer",
		                             "alternates", "not",    "$schema" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* As the reader of the outline calls the member. */
static const char *title_of(const char *name)
{
	static const struct {
		const char *name, *title;
	} titles[] = {
		{ "owner", N_("owner") },         { "cases", N_("cases") },
		{ "prompts", N_("popup texts") }, { "internal", N_("internal note") },
		{ "source", N_("source") },
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (strcmp(titles[i].name, name) == 0)
			return _(titles[i].title);
	return name;
}

/* The text of a member as it stands in the file; "" where there is none; owned by the caller. */
static char *text_of_member(const cJSON *value)
{
	if (!value)
		return strdup("");
	return cJSON_IsString(value) ? strdup(value->valuestring) : cJSON_PrintUnformatted(value);
}

static void tell_member(struct buf *out, const char *name, const cJSON *was, const cJSON *is)
{
	char *old = text_of_member(was), *new = text_of_member(is);

	if (old && new)
		tell_texts(out, title_of(name), old, new);
	free(old);
	free(new);
}

/* The members that have no line of their own above. */
static void tell_others(struct buf *out, const struct entry *old, const struct entry *new)
{
	cJSON *was = update_printed(old), *is = update_printed(new);
	const cJSON *member;

	/* The item of the source is told above. */
	cJSON_DeleteItemFromObject(cJSON_GetObjectItem(was, "source"), "item");
	cJSON_DeleteItemFromObject(cJSON_GetObjectItem(is, "source"), "item");
	cJSON_ArrayForEach (member, is)
		if (!is_told(member->string))
			tell_member(out, member->string,
			            cJSON_GetObjectItemCaseSensitive(was, member->string), member);
	cJSON_ArrayForEach (member, was)
		if (!is_told(member->string) &&
		    !cJSON_GetObjectItemCaseSensitive(is, member->string))
			tell_member(out, member->string, member, NULL);
	cJSON_Delete(was);
	cJSON_Delete(is);
}

/* What the folder says now, and what it will say: somebody may have edited it since. */
static void tell_change(struct buf *out, const struct old *old)
{
	tell(out, "~", &old->entry);
	tell_numbers(out, _("number"), old->was.number, old->entry.number);
	if (old->was.item != old->was.number || old->entry.item != old->entry.number)
		tell_numbers(out, _("item of the source"), old->was.item, old->entry.item);
	tell_texts(out, _("question"), old->was.question, old->entry.question);
	tell_texts(out, _("answer"), old->was.answer, old->entry.answer);
	tell_list(out, _("alternates"), &old->was.also_written, &old->entry.also_written);
	tell_list(out, _("counter-examples"), &old->was.negatives_written,
	          &old->entry.negatives_written);
	tell_others(out, &old->was, &old->entry);
}

/* Whether the document had the entry, and has it no more. */
static bool is_missing(const struct old *old)
{
	return !old->row_line && old->of_document && !old->removed;
}

/* Entries that the file does not have: those that came from it, and how many did not. */
static void outline_missing(const struct update *update)
{
	struct buf *out = update->import->outline;
	size_t missing = 0, others = 0;

	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		missing += is_missing(old);
		others += !old->row_line && !old->of_document;
	}
	if (missing > 0)
		buf_append_format(out,
		                  _N("  %zu entry that the file does not have stays (--replace "
		                     "removes it):\n",
		                     "  %zu entries that the file does not have stay (--replace "
		                     "removes them):\n",
		                     missing),
		                  missing);
	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		if (is_missing(old))
			tell(out, " ", &old->entry);
	}
	if (others > 0)
		buf_append_format(out,
		                  _N("  %zu entry of another document or source is left alone\n",
		                     "  %zu entries of other documents or sources are left "
		                     "alone\n",
		                     others),
		                  others);
}

/* What is new, changed, and not in the input. */
static void outline_update(const struct update *update)
{
	struct buf *out = update->import->outline;

	if (!out)
		return;
	for (size_t i = 0; i < update->added.count; i++)
		tell(out, "+", &update->added.items[i]);
	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		if (old->removed)
			tell(out, "-", &old->entry);
		else if (old->changed)
			tell_change(out, old);
	}
	outline_missing(update);
}

static void take_rows(struct update *update)
{
	for (size_t i = 0; i < update->import->row_count && update->status == STATUS_OK; i++)
		update_take_row(update, i);
	for (size_t i = 0; i < update->added.count; i++)
		update->added.items[i].collection = update->target;
}

static void mark_removed(struct update *update)
{
	for (size_t i = 0; i < update->old_count && update->replace; i++)
		update->olds[i].removed = !update->olds[i].row_line && update->olds[i].of_document;
}

void update_join(struct update *update)
{
	update_match_rows(update);
	if (update->status == STATUS_OK)
		choose_target(update);
	if (update->status == STATUS_OK)
		update_find_documents(update);
	if (update->status == STATUS_OK)
		update_settle_numbers(update);
	take_rows(update);
	mark_removed(update);
	if (update->status == STATUS_OK)
		check_whole(update);
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
