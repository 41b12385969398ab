#include "office/exchange/exchange_look.h"

#include <stdlib.h>
#include <string.h>

#include "office/exchange/update_parts.h"

static void take_live(struct update *update, const struct exchange_look *look)
{
	update->collections =
	        arena_array(update->arena, look->live_count + 1, sizeof(*update->collections));
	if (!update->collections)
		update->status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < look->live_count && update->status == STATUS_OK; i++) {
		const struct exchange_live *one = &look->live[i];
		cJSON *raw = cJSON_Duplicate(one->object, true);
		size_t at = 0;

		if (!raw) {
			update->status = STATUS_NO_MEMORY;
			break;
		}
		while (at < update->collection_count &&
		       strcmp(update->collections[at], one->collection) != 0)
			at++;
		if (at == update->collection_count)
			update->collections[update->collection_count++] = one->collection;
		/* The same pointer for each entry of a collection, as update_read_folder() has it.
		 */
		update_take_old(update, raw, update->collections[at], "", one->collection, 0);
	}
	if (update->status == STATUS_OK)
		update_index_olds(update);
}

/* The entry as a file of its own. */
static enum status object_of(const struct entry *entry, cJSON **out)
{
	const struct json_limits limits = { ENTRY_BYTES_MOST, ENTRY_DEPTH_MOST };
	struct buf text;
	enum status status;

	buf_init(&text, ENTRY_BYTES_MOST);
	entry_print(entry, ENTRY_FILE, &text);
	status = buf_status(&text);
	if (status == STATUS_OK)
		status = json_parse(out, buf_span(&text), limits, NULL, NULL);
	buf_deinit(&text);
	return status;
}

/* Entries with the question, other than the one of that id: first those that are there. */
struct questions {
	struct table live, input;
};

static enum status index_questions(const struct update *update, struct questions *out)
{
	enum status status = table_init(&out->live, update->arena, update->old_count + 1);

	if (status == STATUS_OK)
		status = table_init(&out->input, update->arena, update->added.count + 1);
	for (size_t i = 0; i < update->old_count && status == STATUS_OK; i++)
		(void)table_add(&out->live, update->olds[i].entry.question, i);
	for (size_t i = 0; i < update->added.count && status == STATUS_OK; i++)
		(void)table_add(&out->input, update->added.items[i].question, i);
	return status;
}

static void find_same(const struct update *update, const struct questions *questions, size_t added,
                      struct exchange_seen *seen)
{
	const char *question = update->added.items[added].question;
	int64_t at = question[0] ? table_find(&questions->live, question) : TABLE_NONE;

	if (at != TABLE_NONE) {
		seen->same_as = update->olds[at].entry.id;
		return;
	}
	at = question[0] ? table_find(&questions->input, question) : TABLE_NONE;
	if (at == TABLE_NONE || (size_t)at == added)
		return;
	seen->same_as = update->added.items[at].id;
	seen->same_in_input = true;
}

static enum status see_added(const struct update *update, const struct exchange_look *look,
                             const struct questions *questions, size_t added, unsigned line)
{
	const struct entry *entry = &update->added.items[added];
	struct exchange_seen seen = {
		.change = EXCHANGE_NEW, .id = entry->id, .collection = update->target, .line = line
	};
	cJSON *object = NULL;
	enum status status = object_of(entry, &object);

	seen.object = object;
	find_same(update, questions, added, &seen);
	if (status == STATUS_OK)
		status = look->see(look->context, &seen);
	cJSON_Delete(object);
	return status;
}

static enum status see_old(const struct update *update, const struct exchange_look *look,
                           const struct old *old, enum exchange_change change, unsigned line)
{
	const struct exchange_seen seen = {
		.change = change,
		.id = old->entry.id,
		.collection = old->collection,
		.line = line,
		.object = old->raw,
		.live = look->live[old - update->olds].object,
	};

	return look->see(look->context, &seen);
}

static enum status see_all(const struct update *update, const struct exchange_look *look)
{
	const struct import *import = update->import;
	struct questions questions;
	size_t added = 0;
	enum status status = index_questions(update, &questions);

	for (size_t i = 0; i < import->row_count && status == STATUS_OK; i++) {
		const struct old *old = update->matches[i];
		const unsigned line = import->rows[i].line;

		if (old)
			status = see_old(update, look, old,
			                 old->changed ? EXCHANGE_CHANGED : EXCHANGE_SAME, line);
		else
			status = see_added(update, look, &questions, added++, line);
	}
	for (size_t i = 0; i < update->old_count && status == STATUS_OK; i++)
		if (update->olds[i].changed && !update->olds[i].row_line)
			status = see_old(update, look, &update->olds[i], EXCHANGE_CHANGED, 0);
		else if (!update->olds[i].row_line && update->olds[i].of_document)
			status = see_old(update, look, &update->olds[i], EXCHANGE_MISSING, 0);
	return status;
}

static void look_at(struct update *update, const struct exchange_look *look,
                    enum exchange_format *format, struct exchange_counts *counts)
{
	const size_t before = faults_count(update->faults, FAULT_ERROR);

	update->status = import_read(update->import, look->input, format);
	if (update->status == STATUS_OK && look->lexicon.ptr)
		update_take_classes(update, look->lexicon, "lexicon.json");
	if (update->status == STATUS_OK)
		take_live(update, look);
	if (update->status == STATUS_OK)
		update_join(update);
	if (update->status == STATUS_OK && faults_count(update->faults, FAULT_ERROR) > before)
		update->status = STATUS_INVALID;
	if (update->status == STATUS_OK)
		update_count(update, counts);
	if (update->status == STATUS_OK)
		update->status = see_all(update, look);
}

enum status exchange_look(const struct exchange_look *look, struct faults *faults,
                          enum exchange_format *format, struct exchange_counts *counts)
{
	struct import import;
	enum status status = import_begin(&import, look->file, faults);

	*format = look->format;
	*counts = (struct exchange_counts){ 0 };
	if (status != STATUS_OK)
		return status;
	import.keeps_rows = true;
	import.outline = look->outline;
	struct update update = { .import = &import,
		                 .folder = "",
		                 .arena = import.reader.memory->arena,
		                 .faults = faults };

	look_at(&update, look, format, counts);
	for (size_t i = 0; i < update.old_count; i++)
		cJSON_Delete(update.olds[i].raw);
	free(update.olds);
	entry_list_deinit(&update.added);
	import_end(&import);
	return update.status;
}
