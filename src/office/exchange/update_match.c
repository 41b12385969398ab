/*
 * Which entry a row is about. A row with an id of its own names it. A document's rows have only
 * numbers, and these move when a question is put in between, or belong to quite another document.
 * So such rows are matched by their questions first. If enough of them are found, or the source is
 * the same, the document is a later version of what the folder has: the rest is matched by id and
 * number, where no other row is about that entry. If not, it is a second document: all of its rows
 * are new and get ids of their own.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "office/exchange/update_parts.h"

enum { KNOWN_SHARE = 4 /* one row in so many must be known */, TRIES_MOST = 10000 };

static const char *question_of(const struct import_row *row)
{
	return json_string(row->object, "question", "");
}

/* The entry with the row's id, or, if only one has it, its number. */
static struct old *old_placed(struct update *update, const struct import_row *row)
{
	const char *id = json_string(row->object, "id", "");
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(row->object, "number");
	const int64_t at = table_find(&update->ids, id);
	struct old *found = NULL;

	assert(update->olds || update->old_count == 0);
	if (at != TABLE_NONE) {
		assert((size_t)at < update->old_count);
		return &update->olds[at];
	}
	for (size_t i = 0; !row->named && cJSON_IsNumber(number) && i < update->old_count; i++) {
		if (update->olds[i].entry.number != number->valueint)
			continue;
		if (found)
			return NULL;
		found = &update->olds[i];
	}
	return found;
}

static bool same_source(const struct import_row *row, const struct old *old)
{
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(row->object, "source");
	const char *document = json_string(source, "document", "");

	return document[0] && strcmp(document, old->entry.document) == 0;
}

/* Whether the document is a later version of what the folder has. */
static bool is_version(struct update *update, size_t unnamed)
{
	const struct import *import = update->import;
	size_t known = 0, clashes = 0;

	for (size_t i = 0; i < import->row_count; i++) {
		const struct import_row *row = &import->rows[i];
		const struct old *placed = row->named ? NULL : old_placed(update, row);
		const char *answer = json_string(row->object, "answer", "");

		if (row->named)
			continue;
		if (placed && same_source(row, placed))
			return true;
		clashes += placed != NULL;
		known += update->matches[i] != NULL ||
		         (placed && answer[0] && strcmp(answer, placed->entry.answer) == 0);
	}
	/* Rows that only go on with the numbers join what is there. */
	return clashes == 0 || known * KNOWN_SHARE >= unnamed;
}

static bool is_taken(const struct update *update, const char *id)
{
	if (table_find(&update->ids, id) != TABLE_NONE)
		return true;
	for (size_t i = 0; i < update->import->row_count; i++)
		if (strcmp(json_string(update->import->rows[i].object, "id", ""), id) == 0)
			return true;
	return false;
}

static void set_id(struct update *update, const struct import_row *row, const char *id)
{
	cJSON *value = id ? cJSON_CreateString(id) : NULL;

	if (!value || !cJSON_ReplaceItemInObjectCaseSensitive(row->object, "id", value)) {
		cJSON_Delete(value);
		update->status = STATUS_NO_MEMORY;
	}
}

/* A new question of a later version: its id and number may be those of another entry. */
static void give_place(struct update *update, const struct import_row *row)
{
	const char *id = json_string(row->object, "id", "");
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(row->object, "number");
	const char *free_id = id;

	if (table_find(&update->ids, id) != TABLE_NONE) {
		for (int i = 2; free_id && i < TRIES_MOST && is_taken(update, free_id); i++)
			free_id = arena_format(update->arena, "%s-%d", id, i);
		set_id(update, row, free_id);
	}
	for (size_t i = 0; cJSON_IsNumber(number) && i < update->old_count; i++) {
		if (update->olds[i].entry.number != number->valueint)
			continue;
		cJSON_DeleteItemFromObjectCaseSensitive(row->object, "number");
		return;
	}
}

static void match_version(struct update *update)
{
	const struct import *import = update->import;

	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];
		struct old *placed = update->matches[i] ? NULL : old_placed(update, row);

		if (update->matches[i])
			continue;
		/* Two rows about one entry are an error where they name it. */
		if (placed && (row->named || !placed->matched)) {
			update->matches[i] = placed;
			placed->matched = true;
		} else if (!row->named) {
			give_place(update, row);
		}
	}
}

static bool has_collection(const struct update *update, const char *name)
{
	for (size_t i = 0; i < update->collection_count; i++)
		if (strcmp(update->collections[i], name) == 0)
			return true;
	return false;
}

/* Every row is new, in a collection of its own. */
static void match_second(struct update *update)
{
	const struct import *import = update->import;
	const char *name = import_collection;
	size_t again = 0;
	unsigned again_line = 0;

	for (int i = 2; name && i < TRIES_MOST && has_collection(update, name); i++)
		name = arena_format(update->arena, "%s-%d", import_collection, i);
	update->second = name;
	if (!name)
		update->status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];
		const char *id = json_string(row->object, "id", "");

		if (update->matches[i] && again++ == 0)
			again_line = row->line;
		update->matches[i] = NULL;
		if (table_find(&update->ids, id) != TABLE_NONE)
			set_id(update, row, arena_format(update->arena, "%s-%s", name, id));
	}
	if (again > 0)
		import_fault(update->import, FAULT_WARNING, again_line, "question",
		             "another document of the folder has it already: which answer counts? "
		             "(%zu)",
		             again);
}

/* Entries by question; those with the same one in their order. */
struct by_question {
	struct table first;
	size_t *next; /* with the question of this one, or the number of entries */
	size_t *turn; /* of the first ones: which is matched next */
};

static enum status group_by_question(const struct update *update, struct by_question *out)
{
	const size_t count = update->old_count;
	enum status status = table_init(&out->first, update->arena, count + 1);

	out->next = arena_array(update->arena, count + 1, sizeof(*out->next));
	out->turn = arena_array(update->arena, count + 1, sizeof(*out->turn));
	if (status == STATUS_OK && (!out->next || !out->turn))
		status = STATUS_NO_MEMORY;
	for (size_t i = count; i-- > 0 && status == STATUS_OK;) {
		const char *question = update->olds[i].entry.question;
		const int64_t at = table_find(&out->first, question);

		out->next[i] = count;
		if (at == TABLE_NONE) {
			out->turn[i] = i;
			(void)table_add(&out->first, question, i);
			continue;
		}
		/* From the last to the first, so this one goes before those that are known. */
		out->next[i] = out->turn[at];
		out->turn[at] = i;
	}
	return status;
}

static void match_questions(struct update *update)
{
	const struct import *import = update->import;
	struct by_question same;

	update->status = group_by_question(update, &same);
	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];
		const int64_t at =
		        row->named ? TABLE_NONE : table_find(&same.first, question_of(row));
		struct old *old;

		if (at == TABLE_NONE || same.turn[at] == update->old_count)
			continue;
		old = &update->olds[same.turn[at]];
		same.turn[at] = same.next[same.turn[at]];
		update->matches[i] = old;
		old->matched = true;
	}
}

void update_match_rows(struct update *update)
{
	const struct import *import = update->import;
	size_t unnamed = 0;

	update->matches = arena_array(update->arena, import->row_count + 1, sizeof(struct old *));
	if (!update->matches) {
		update->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < import->row_count; i++)
		unnamed += !import->rows[i].named;
	match_questions(update);
	if (update->status != STATUS_OK)
		return;
	if (unnamed < import->row_count || is_version(update, unnamed))
		match_version(update);
	else
		match_second(update);
}
