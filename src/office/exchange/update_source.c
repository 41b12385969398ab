/*
 * Which entries of the folder came from the document that is imported again, and where they stand
 * in it now. Its numbers and items follow the new document, or an answer would name a place at
 * which there is another question; entries of other documents keep theirs.
 */
#include <assert.h>
#include <string.h>

#include "office/exchange/update_parts.h"

static const char *document_of(const struct import_row *row)
{
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(row->object, "source");

	return json_string(source, "document", "");
}

static int number_of(const struct import_row *row)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(row->object, "number");

	return cJSON_IsNumber(number) ? number->valueint : 0;
}

/* Takes the document as one of those that are imported again. */
static void add_document(struct update *update, const char *document)
{
	if (table_find(&update->documents, document) == TABLE_NONE)
		(void)table_add(&update->documents, document, 0);
}

/* A row that has no id of its own may be about an entry of another document, but most are not. */
static const char *former_document(const struct update *update)
{
	const struct import *import = update->import;
	const char *former = NULL;
	size_t votes = 0;

	/* The document of more than half of them, if there is one. */
	for (size_t i = 0; i < import->row_count; i++) {
		const struct old *old = import->rows[i].named ? NULL : update->matches[i];

		if (!old)
			continue;
		if (votes == 0)
			former = old->entry.document;
		votes = former && strcmp(former, old->entry.document) == 0 ? votes + 1 : votes - 1;
	}
	return former;
}

/*
 * Whether a file that has so many of a document's entries is a version of it. One that repeats a
 * question or two is not: it would take the places of the others. To replace is to say that it is.
 */
static bool is_version(const struct update *update, size_t matched, size_t all)
{
	return update->replace || 2 * matched >= all;
}

static bool has_enough(const struct update *update, const char *document)
{
	size_t all = 0, matched = 0;

	for (size_t i = 0; i < update->old_count; i++)
		if (strcmp(update->olds[i].entry.document, document) == 0) {
			all++;
			matched += update->olds[i].matched;
		}
	return is_version(update, matched, all);
}

/*
 * An entry that does not tell its source is of the document only where no entry of its collection
 * tells one, and the import is about that collection.
 */
static void mark_unknown(struct update *update, const char *collection)
{
	size_t all = 0, matched = 0;
	bool told = false;

	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		if (old->collection != collection)
			continue;
		told |= old->entry.document[0] != '\0';
		all++;
		matched += old->matched;
	}
	if (told || matched == 0 || !is_version(update, matched, all))
		return;
	for (size_t i = 0; i < update->old_count; i++)
		if (update->olds[i].collection == collection)
			update->olds[i].of_document = true;
}

static void mark_olds(struct update *update)
{
	for (size_t i = 0; i < update->old_count; i++) {
		const char *document = update->olds[i].entry.document;

		update->olds[i].of_document =
		        document[0] && table_find(&update->documents, document) != TABLE_NONE;
	}
	for (size_t i = 0; i < update->collection_count; i++)
		mark_unknown(update, update->collections[i]);
}

void update_find_documents(struct update *update)
{
	const struct import *import = update->import;
	const char *former = former_document(update);

	update->status = table_init(&update->documents, update->arena, 2 * import->row_count + 2);
	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];

		if (document_of(row)[0])
			add_document(update, document_of(row));
		if (row->named && update->matches[i])
			add_document(update, update->matches[i]->entry.document);
	}
	if (update->status == STATUS_OK && former && has_enough(update, former))
		add_document(update, former);
	/* A second document is a version of none. */
	if (update->status == STATUS_OK && !update->second)
		mark_olds(update);
}

/* ------------------------------------------------------------------ numbers */

static void drop_number(const struct import_row *row)
{
	cJSON_DeleteItemFromObjectCaseSensitive(row->object, "number");
}

/* The document has another question there. */
static void lose_place(struct update *update, struct old *old)
{
	cJSON *source = cJSON_GetObjectItemCaseSensitive(old->raw, "source");
	struct reader reader = update_reader(update);

	cJSON_DeleteItemFromObjectCaseSensitive(old->raw, "number");
	cJSON_DeleteItemFromObjectCaseSensitive(source, "item");
	old->was = old->entry;
	old->changed = true;
	read_entry(&reader, old->raw, old->file, old->line, old->collection, &old->entry);
	update->status = reader.status;
}

/* Whether the entry takes the number that the row has. */
static bool is_moved(const struct update *update, size_t row)
{
	const struct old *old = update->matches[row];
	const int number = number_of(&update->import->rows[row]);

	return old && !update->import->rows[row].named && number > 0 &&
	       number != old->entry.number && (old->entry.number > 0 || old->entry.document[0]) &&
	       old->of_document;
}

static const char *place_of(const struct update *update, int number, const char *collection)
{
	return arena_format(update->arena, "%d/%s", number, collection);
}

/* Numbers that stay what they are, of all collections. */
static enum status index_places(const struct update *update, const bool *leaves, struct table *out)
{
	enum status status = table_init(out, update->arena, update->old_count + 1);

	for (size_t i = 0; i < update->old_count && status == STATUS_OK; i++) {
		const struct old *old = &update->olds[i];
		const char *place = place_of(update, old->entry.number, old->collection);

		if (!place)
			status = STATUS_NO_MEMORY;
		else if (!leaves[i] && old->entry.number > 0)
			(void)table_add(out, place, i);
	}
	return status;
}

static void mark_moved(struct update *update, bool *leaves)
{
	for (size_t i = 0; i < update->import->row_count; i++) {
		update->moved[i] = is_moved(update, i);
		if (update->moved[i])
			leaves[update->matches[i] - update->olds] = true;
	}
}

/* An entry that stays where the row wants to be; NULL: none. */
static struct old *find_other(struct update *update, size_t row, const struct table *places)
{
	const struct old *old = update->matches[row];
	const char *place = place_of(update, number_of(&update->import->rows[row]),
	                             old ? old->collection : update->target);
	int64_t at;

	if (!place) {
		update->status = STATUS_NO_MEMORY;
		return NULL;
	}
	at = table_find(places, place);
	return at == TABLE_NONE || &update->olds[at] == old ? NULL : &update->olds[at];
}

static void settle_row(struct update *update, size_t index, const struct table *places)
{
	const struct import_row *row = &update->import->rows[index];
	struct old *other = find_other(update, index, places);

	if (row->named || !other || (update->matches[index] && !update->moved[index]))
		return;
	assert(other->entry.number == number_of(row));
	if (other->matched || !other->of_document)
		drop_number(row); /* of another document: it stays there */
	else if (!update->replace && !other->changed)
		lose_place(update, other);
}

void update_settle_numbers(struct update *update)
{
	const size_t rows = update->import->row_count;
	bool *leaves = arena_array(update->arena, update->old_count + 1, sizeof(*leaves));
	struct table places;

	update->moved = arena_array(update->arena, rows + 1, sizeof(*update->moved));
	if (!leaves || !update->moved) {
		update->status = STATUS_NO_MEMORY;
		return;
	}
	mark_moved(update, leaves);
	update->status = index_places(update, leaves, &places);
	for (size_t i = 0; i < rows && update->status == STATUS_OK; i++)
		settle_row(update, i, &places);
}
