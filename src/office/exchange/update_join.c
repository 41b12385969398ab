/* A row is joined with the entry that it is about, or becomes an entry of its own. */
#include <assert.h>
#include <string.h>

#include "office/exchange/case_lines.h"
#include "office/exchange/update_parts.h"

static bool is_empty(const cJSON *value)
{
	return !value || (cJSON_IsString(value) && !value->valuestring[0]) ||
	       ((cJSON_IsArray(value) || cJSON_IsObject(value)) && !value->child);
}

static bool is_same(const cJSON *left, const cJSON *right)
{
	return is_empty(left) ? is_empty(right) : cJSON_Compare(left, right, true);
}

/* Where a member stands in a file; those that are not named come last. */
static int rank_of(const char *name)
{
	static const char *const names[] = {
		"$schema", "id",       "number",  "question", "prompts",   "patterns", "unless",
		"also",    "not",      "answer",  "cases",    "diagnosis", "ask",      "apart",
		"note",    "internal", "related", "source",   "reviewed",  "owner",    "review_by"
	};
	const int count = sizeof(names) / sizeof(names[0]);
	int rank = 0;

	while (rank < count && strcmp(names[rank], name) != 0)
		rank++;
	return rank;
}

static void move_to_end(struct update *update, cJSON *object, cJSON *child)
{
	cJSON_DetachItemViaPointer(object, child);
	if (!cJSON_AddItemToObject(object, child->string, child)) {
		cJSON_Delete(child);
		update->status = STATUS_NO_MEMORY;
	}
}

/* Puts a copy of the value in the place of the member, or where it belongs. */
static void set_member(struct update *update, cJSON *object, const char *name, const cJSON *value)
{
	cJSON *copy = cJSON_Duplicate(value, true);

	if (!copy) {
		update->status = STATUS_NO_MEMORY;
		return;
	}
	if (cJSON_GetObjectItemCaseSensitive(object, name)) {
		cJSON_ReplaceItemInObjectCaseSensitive(object, name, copy);
		return;
	}
	if (!cJSON_AddItemToObject(object, name, copy)) {
		cJSON_Delete(copy);
		update->status = STATUS_NO_MEMORY;
		return;
	}
	/* cJSON_InsertItemInArray() refuses in Debian's 1.7.15: move what stands behind instead. */
	for (cJSON *child = object->child; child != copy && update->status == STATUS_OK;) {
		cJSON *next = child->next;

		if (rank_of(child->string) > rank_of(name))
			move_to_end(update, object, child);
		child = next;
	}
}

static void put_member(struct update *update, cJSON *object, const char *name, const cJSON *value)
{
	/* These two stay, even when they are empty. */
	if (!value ||
	    (is_empty(value) && strcmp(name, "question") != 0 && strcmp(name, "answer") != 0))
		cJSON_DeleteItemFromObjectCaseSensitive(object, name);
	else
		set_member(update, object, name, value);
}

static cJSON *case_named(const cJSON *cases, const cJSON *id)
{
	cJSON *one;

	cJSON_ArrayForEach (one, cases)
		if (cJSON_Compare(cJSON_GetObjectItemCaseSensitive(one, "id"), id, true))
			return one;
	return NULL;
}

/* A document carries only the printed members of a case. */
static bool is_printed(const char *member)
{
	return strcmp(member, "situation") == 0 || strcmp(member, "advice") == 0;
}

/* `was` is the case as it would be exported today. */
static cJSON *join_case(struct update *update, const cJSON *raw, const cJSON *was, const cJSON *is)
{
	const bool printed = update->import->printed;
	cJSON *joined = cJSON_Duplicate(raw, true);
	const cJSON *member;

	if (!joined) {
		update->status = STATUS_NO_MEMORY;
		return NULL;
	}
	cJSON_ArrayForEach (member, is)
		if ((!printed || is_printed(member->string)) &&
		    !is_same(member, cJSON_GetObjectItemCaseSensitive(was, member->string)))
			set_member(update, joined, member->string, member);
	cJSON_ArrayForEach (member, was)
		if (!printed && !cJSON_GetObjectItemCaseSensitive(is, member->string))
			cJSON_DeleteItemFromObjectCaseSensitive(joined, member->string);
	return joined;
}

static void join_cases(struct update *update, cJSON *raw, const cJSON *was, const cJSON *is)
{
	const cJSON *old_cases = cJSON_GetObjectItemCaseSensitive(raw, "cases");
	cJSON *joined = cJSON_CreateArray();
	const cJSON *one;

	if (!joined)
		update->status = STATUS_NO_MEMORY;
	cJSON_ArrayForEach (one, is) {
		const cJSON *id = cJSON_GetObjectItemCaseSensitive(one, "id");
		const cJSON *old = id ? case_named(old_cases, id) : NULL;
		cJSON *item = old ? join_case(update, old, case_named(was, id), one)
		                  : cJSON_Duplicate(one, true);

		if (!item || !cJSON_AddItemToArray(joined, item)) {
			cJSON_Delete(item);
			update->status = STATUS_NO_MEMORY;
		}
	}
	if (update->status == STATUS_OK)
		put_member(update, raw, "cases", joined);
	cJSON_Delete(joined);
}

static bool is_list_of_texts(const cJSON *value)
{
	return cJSON_IsArray(value) && cJSON_IsString(value->child);
}

static bool has_item(const cJSON *list, const cJSON *item)
{
	const cJSON *there;

	cJSON_ArrayForEach (there, list)
		if (cJSON_Compare(there, item, true))
			return true;
	return false;
}

/* Adds to the list what only the row has: an editor's own items stay. */
static void join_list(struct update *update, struct old *old, const cJSON *today, const cJSON *is,
                      const char *name)
{
	cJSON *joined = cJSON_Duplicate(today, true);
	const cJSON *item;

	if (!joined)
		update->status = STATUS_NO_MEMORY;
	cJSON_ArrayForEach (item, is) {
		if (!has_item(today, item) &&
		    !cJSON_AddItemToArray(joined, cJSON_Duplicate(item, true)))
			update->status = STATUS_NO_MEMORY;
	}
	if (!is_same(joined, today) && update->status == STATUS_OK) {
		put_member(update, old->raw, name, joined);
		old->changed = true;
	}
	cJSON_Delete(joined);
}

static void join_member(struct update *update, struct old *old, const cJSON *was,
                        const struct import_row *row, const char *name)
{
	const cJSON *is = cJSON_GetObjectItemCaseSensitive(row->object, name);
	const cJSON *today = cJSON_GetObjectItemCaseSensitive(was, name);
	const char *written = strcmp(name, "alternates") == 0 ? "also" : name;

	if (strcmp(name, "id") == 0 || strcmp(name, "$schema") == 0 || is_same(is, today))
		return;
	/*
	 * Documents and rows of another system take nothing away, but a number that another entry
	 * has now is given up.
	 */
	if ((row->adds || update->import->printed) && is_empty(is) && strcmp(name, "number") != 0)
		return;
	if (row->adds && is_list_of_texts(is) && is_list_of_texts(today)) {
		join_list(update, old, today, is, written);
		return;
	}
	if (strcmp(name, "cases") == 0 && cJSON_IsArray(is) && today) {
		cJSON *before =
		        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(old->raw, name), true);

		join_cases(update, old->raw, today, is);
		old->changed |= !cJSON_Compare(
		        before, cJSON_GetObjectItemCaseSensitive(old->raw, name), true);
		cJSON_Delete(before);
		return;
	}
	put_member(update, old->raw, written, is);
	old->changed = true;
}

cJSON *update_printed(const struct entry *entry)
{
	const struct json_limits limits = { SIZE_MAX, ENTRY_DEPTH_MOST };
	cJSON *value = NULL;
	struct buf text;

	buf_init(&text, (size_t)PRINTED_TIMES * ENTRY_BYTES_MOST);
	entry_print(entry, ENTRY_ROW, &text);
	if (buf_status(&text) != STATUS_OK ||
	    json_parse(&value, buf_span(&text), limits, NULL, NULL) != STATUS_OK)
		value = NULL;
	buf_deinit(&text);
	return value;
}

/* A document's own numbers, which no member of the form carries: only those that moved. */
static void join_place(struct update *update, struct old *old, const cJSON *was,
                       const struct import_row *row)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(
	        cJSON_GetObjectItemCaseSensitive(row->object, "source"), "item");
	cJSON *source = cJSON_GetObjectItemCaseSensitive(old->raw, "source");

	join_member(update, old, was, row, "number");
	if (item && source && update->status == STATUS_OK) {
		put_member(update, source, "item", item);
		old->changed = true;
	}
}

/* The entry keeps its cases, and is not to say them twice. */
static void part_from_cases(struct update *update, const struct old *old,
                            const struct import_row *row)
{
	enum case_overlap overlap = CASES_APART;
	const cJSON *cases = cJSON_GetObjectItemCaseSensitive(old->raw, "cases");

	if ((!row->adds && !update->import->printed) ||
	    !is_empty(cJSON_GetObjectItemCaseSensitive(row->object, "cases")))
		return;
	update->status = case_lines_cut(row->object, cases, &overlap);
	if (overlap == CASES_CUT_OFF)
		import_fault(update->import, FAULT_NOTE, row->line, "answer",
		             "its end repeats the cases of \"%s\", which stay, and is left out",
		             old->entry.id);
	else if (overlap == CASES_REPEATED)
		import_fault(
		        update->import, FAULT_WARNING, row->line, "answer",
		        "repeats the cases of \"%s\", which stay: take them out of one of both",
		        old->entry.id);
}

static void join_row(struct update *update, struct old *old, const struct import_row *row)
{
	const struct import *import = update->import;
	const bool moved = update->moved[row - import->rows];
	struct reader reader = update_reader(update);
	cJSON *was = update_printed(&old->entry);
	const cJSON *member;

	if (!was)
		update->status = STATUS_NO_MEMORY;
	else
		part_from_cases(update, old, row);
	assert(!old->row_line); /* update_take_row() refused a second row about the entry */
	old->row_line = row->line > 0 ? row->line : 1; /* JSON of several lines tells none */
	if (import->carried && update->status == STATUS_OK)
		for (size_t i = 0; i < import->carried_count && update->status == STATUS_OK; i++)
			join_member(update, old, was, row, import->carried[i]);
	else if (update->status == STATUS_OK)
		cJSON_ArrayForEach (member, row->object)
			join_member(update, old, was, row, member->string);
	if (moved && update->status == STATUS_OK)
		join_place(update, old, was, row);
	cJSON_Delete(was);
	if (!old->changed || update->status != STATUS_OK)
		return;
	old->was = old->entry;
	read_entry(&reader, old->raw, import->file, row->line, old->collection, &old->entry);
	update->status = reader.status;
}

void update_take_row(struct update *update, size_t index)
{
	const struct import_row *row = &update->import->rows[index];
	struct old *old = update->matches[index];
	struct entry entry;

	if (old && old->row_line) {
		import_fault(update->import, FAULT_ERROR, row->line, "id",
		             "line %u is about the same entry, \"%s\"", old->row_line,
		             old->entry.id);
	} else if (old) {
		join_row(update, old, row);
	} else {
		read_entry(&update->import->reader, row->object, update->import->file, row->line,
		           import_collection, &entry);
		update->status = update->import->reader.status;
		if (update->status == STATUS_OK)
			update->status = entry_list_add(&update->added, &entry);
	}
}
