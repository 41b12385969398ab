/*
 * An office edits its entries in a table and imports the table again. The table knows less than the
 * folder: a document has no alternates of cases, and a table may have three columns only. So a row
 * is never written as it is. It is compared with what an export of the entry would say now, and
 * only the members that differ are put into the entry's own JSON. An entry without a difference
 * keeps its file byte for byte.
 *
 * read_folder() reads the entries of the folder as JSON. take_row() joins each row of the import
 * with the entry of its id or number, or adds it. check_whole() checks the result as one folder.
 * Collections that change are written whole into a hidden stage beside them, which shows the rest
 * of the folder through links. check_result() loads the stage like any folder. Only then does
 * exchange_all() exchange its collections for the real ones, and exchanges them back if one fails
 * half way.
 */
#include "office/exchange/exchange_update.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/language.h"

enum {
	NUMBER_DIGITS_MOST = 9,
};

/* An entry that the folder has. */
struct old {
	const char *collection;
	const char *file; /* its name in the collection */
	unsigned line;    /* of a .jsonl file; else 0 */
	cJSON *raw;       /* as it is written */
	struct entry entry;
	unsigned row_line; /* of the row that is about it; 0: none yet */
	bool changed;
};

struct update {
	struct import *import;
	const char *folder;
	struct arena *arena;
	struct faults *faults;
	struct old *olds;
	size_t old_count, old_capacity;
	struct table ids;
	const char **collections;
	size_t collection_count;
	struct entry_list added;
	const char *target; /* collection of the added ones */
	bool replace;
	bool keeps_stage;
	enum status status;
};

/* Called right after writing the path failed. */
static void fail_to_write(struct update *update, const char *path)
{
	update->status = import_unwritten(update->import, path, STATUS_IO);
}

static bool ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

static bool is_entry_file(const char *name)
{
	return ends_with(name, ".json") || ends_with(name, ".jsonl");
}

static const char *join(struct update *update, const char *folder, const char *name)
{
	const char *path = file_join(update->arena, folder, name);

	if (!path)
		update->status = STATUS_NO_MEMORY;
	return path;
}

/* ------------------------------------------------------------------ what is there */

static bool holds_entries(const char *folder, struct arena *arena)
{
	struct file_list files;

	if (file_kind(folder) != FILE_FOLDER || file_list(folder, arena, &files) != STATUS_OK)
		return false;
	for (size_t i = 0; i < files.count; i++)
		if (is_entry_file(files.names[i]))
			return true;
	return false;
}

enum status update_is_due(const char *folder, struct arena *arena, bool *out)
{
	struct file_list names;
	enum status status = file_list(folder, arena, &names);

	*out = false;
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	for (size_t i = 0; status == STATUS_OK && i < names.count && !*out; i++) {
		const char *path = file_join(arena, folder, names.names[i]);

		if (!path)
			return STATUS_NO_MEMORY;
		*out = strcmp(names.names[i], "schema") != 0 && holds_entries(path, arena);
	}
	return status;
}

static void add_old(struct update *update, const struct old *old)
{
	if (update->old_count == update->old_capacity) {
		const size_t capacity = update->old_capacity ? update->old_capacity * 2 : 64;
		struct old *olds = reallocarray(update->olds, capacity, sizeof(*olds));

		if (!olds) {
			cJSON_Delete(old->raw);
			update->status = STATUS_NO_MEMORY;
			return;
		}
		update->olds = olds;
		update->old_capacity = capacity;
	}
	assert(update->old_count < update->old_capacity);
	update->olds[update->old_count++] = *old;
}

/* Of the folder's own files. */
static struct reader reader_of(const struct update *update)
{
	const struct reader *reader = &update->import->reader;

	return (struct reader){ reader->memory, update->faults, "also", STATUS_OK,
		                reader->classes };
}

/* What is wrong with the lexicon is told when the whole is checked. */
static void take_classes(struct update *update)
{
	const struct json_limits limits = { SHARED_BYTES_MOST, ENTRY_DEPTH_MOST };
	const char *path = join(update, update->folder, "lexicon.json");
	struct reader *reader = &update->import->reader;
	struct faults *told = reader->faults;
	cJSON *lexicon = NULL;
	struct buf text;

	if (!path || file_kind(path) != FILE_REGULAR)
		return;
	buf_init(&text, SHARED_BYTES_MOST);
	reader->faults = NULL;
	if (file_read(path, &text) == STATUS_OK &&
	    json_parse(&lexicon, buf_span(&text), limits, path, NULL) == STATUS_OK)
		read_classes(reader, lexicon, path);
	reader->faults = told;
	cJSON_Delete(lexicon);
	buf_deinit(&text);
	update->status = reader->status;
}

static void take_object(struct update *update, cJSON *raw, const char *collection, const char *file,
                        const char *path, unsigned line)
{
	struct old old = { .collection = collection, .file = file, .line = line, .raw = raw };
	struct reader reader = reader_of(update);

	if (!raw)
		return;
	read_entry(&reader, raw, path, line, collection, &old.entry);
	if (reader.status != STATUS_OK)
		update->status = reader.status;
	add_old(update, &old);
}

static void take_lines(struct update *update, struct span text, const char *collection,
                       const char *file, const char *path)
{
	struct reader reader = reader_of(update);
	const char *at = text.ptr, *end = text.ptr + text.len;

	for (unsigned line = 1; at < end && update->status == STATUS_OK; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const struct span one = { at, (size_t)((stop ? stop : end) - at) };

		at += one.len + 1;
		if (one.len == 0 || (one.len == 1 && one.ptr[0] == '\r'))
			continue;
		take_object(update, read_line_json(&reader, one, path, line), collection, file,
		            path, line);
		if (reader.status != STATUS_OK)
			update->status = reader.status;
	}
}

static void take_file(struct update *update, const char *collection, const char *file)
{
	const struct json_limits limits = { ENTRY_BYTES_MOST, ENTRY_DEPTH_MOST };
	const char *folder = join(update, update->folder, collection);
	const char *path = folder ? join(update, folder, file) : NULL;
	struct buf text;
	cJSON *raw = NULL;
	enum status status;

	if (!path)
		return;
	buf_init(&text, SIZE_MAX - 1);
	status = file_read(path, &text);
	if (status != STATUS_OK)
		faults_add(update->faults, FAULT_ERROR, path, 0, NULL, "can not be read: %s",
		           file_failure(status));
	else if (ends_with(file, ".jsonl"))
		take_lines(update, buf_span(&text), collection, file, path);
	else if (json_parse(&raw, buf_span(&text), limits, path, update->faults) == STATUS_OK)
		take_object(update, raw, collection, file, path, 0);
	buf_deinit(&text);
}

static void take_collection(struct update *update, const char *name)
{
	const char *path = join(update, update->folder, name);
	struct file_list files;

	if (!path || !holds_entries(path, update->arena))
		return;
	assert(update->collections); /* with room for every name of the folder */
	update->collections[update->collection_count++] = name;
	update->status = file_list(path, update->arena, &files);
	for (size_t i = 0; update->status == STATUS_OK && i < files.count; i++)
		if (is_entry_file(files.names[i]))
			take_file(update, name, files.names[i]);
}

static void index_olds(struct update *update)
{
	update->status = table_init(&update->ids, update->arena, update->old_count + 1);
	for (size_t i = 0; i < update->old_count && update->status == STATUS_OK; i++)
		(void)table_add(&update->ids, update->olds[i].entry.id, i);
}

static void read_folder(struct update *update)
{
	const size_t before = faults_count(update->faults, FAULT_ERROR);
	struct file_list names;

	update->status = file_list(update->folder, update->arena, &names);
	if (update->status != STATUS_OK)
		return;
	update->collections =
	        arena_array(update->arena, names.count + 1, sizeof(*update->collections));
	if (!update->collections)
		update->status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < names.count && update->status == STATUS_OK; i++)
		if (strcmp(names.names[i], "schema") != 0)
			take_collection(update, names.names[i]);
	if (update->status == STATUS_OK)
		index_olds(update);
	if (update->status == STATUS_OK && faults_count(update->faults, FAULT_ERROR) > before) {
		faults_add(
		        update->faults, FAULT_ERROR, update->folder, 0, NULL,
		        "has faults of its own, so nothing can be joined with it: mend them first");
		update->status = STATUS_INVALID;
	}
}

/* ------------------------------------------------------------------ joining */

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
	static const char *const names[] = { "$schema", "id",       "number",  "question",
		                             "prompts", "patterns", "unless",  "also",
		                             "not",     "answer",   "cases",   "diagnosis",
		                             "ask",     "apart",    "note",    "internal",
		                             "related", "source",   "reviewed" };
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

static void join_member(struct update *update, struct old *old, const cJSON *was,
                        const cJSON *object, const char *name)
{
	const cJSON *is = cJSON_GetObjectItemCaseSensitive(object, name);
	const cJSON *today = cJSON_GetObjectItemCaseSensitive(was, name);

	if (strcmp(name, "id") == 0 || strcmp(name, "$schema") == 0 || is_same(is, today))
		return;
	if (strcmp(name, "cases") == 0 && cJSON_IsArray(is) && today) {
		cJSON *before =
		        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(old->raw, name), true);

		join_cases(update, old->raw, today, is);
		old->changed |= !cJSON_Compare(
		        before, cJSON_GetObjectItemCaseSensitive(old->raw, name), true);
		cJSON_Delete(before);
		return;
	}
	put_member(update, old->raw, strcmp(name, "alternates") == 0 ? "also" : name, is);
	old->changed = true;
}

/* The entry as an export would write it now. */
static cJSON *exported(struct update *update, const struct entry *entry)
{
	const struct json_limits limits = { SIZE_MAX, ENTRY_DEPTH_MOST };
	cJSON *value = NULL;
	struct buf text;

	buf_init(&text, SIZE_MAX - 1);
	entry_print(entry, ENTRY_ROW, &text);
	update->status = buf_status(&text);
	if (update->status == STATUS_OK)
		update->status = json_parse(&value, buf_span(&text), limits, NULL, NULL);
	buf_deinit(&text);
	return value;
}

static void join_row(struct update *update, struct old *old, const struct import_row *row)
{
	const struct import *import = update->import;
	struct reader reader = reader_of(update);
	cJSON *was = exported(update, &old->entry);
	const cJSON *member;

	assert(!old->row_line); /* take_row() refused a second row about the entry */
	assert(row->line > 0);
	old->row_line = row->line;
	if (import->carried)
		for (size_t i = 0; i < import->carried_count && update->status == STATUS_OK; i++)
			join_member(update, old, was, row->object, import->carried[i]);
	else if (update->status == STATUS_OK)
		cJSON_ArrayForEach (member, row->object)
			join_member(update, old, was, row->object, member->string);
	cJSON_Delete(was);
	if (!old->changed || update->status != STATUS_OK)
		return;
	read_entry(&reader, old->raw, import->file, row->line, old->collection, &old->entry);
	update->status = reader.status;
}

/* NULL if no entry has the number, or several have it. */
static struct old *old_numbered(struct update *update, const cJSON *number)
{
	struct old *found = NULL;

	for (size_t i = 0; cJSON_IsNumber(number) && i < update->old_count; i++) {
		if (update->olds[i].entry.number != number->valueint)
			continue;
		if (found)
			return NULL;
		found = &update->olds[i];
	}
	return found;
}

static struct old *old_of(struct update *update, const struct import_row *row)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(row->object, "id");
	const int64_t at =
	        cJSON_IsString(id) ? table_find(&update->ids, id->valuestring) : TABLE_NONE;

	if (at != TABLE_NONE) {
		assert((size_t)at < update->old_count);
		return &update->olds[at];
	}
	if (row->named)
		return NULL;
	return old_numbered(update, cJSON_GetObjectItemCaseSensitive(row->object, "number"));
}

static void take_row(struct update *update, const struct import_row *row)
{
	struct old *old = old_of(update, row);
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

static bool stays(const struct update *update, const struct old *old)
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
	assert(update->target);
	for (size_t i = 0; i < update->added.count; i++)
		update->added.items[i].collection = update->target;
}

/* Ids, numbers and related entries of the whole, as knowledge_load() would see it. */
static void check_whole(struct update *update)
{
	struct entry_list whole = { 0 };

	for (size_t i = 0; i < update->old_count && update->status == STATUS_OK; i++)
		if (stays(update, &update->olds[i]))
			update->status = entry_list_add(&whole, &update->olds[i].entry);
	for (size_t i = 0; i < update->added.count && update->status == STATUS_OK; i++)
		update->status = entry_list_add(&whole, &update->added.items[i]);
	if (update->status == STATUS_OK)
		update->status = check_entries(update->import->reader.memory, whole.items,
		                               whole.count, update->faults);
	entry_list_deinit(&whole);
}

/* ------------------------------------------------------------------ the new collections */

static bool is_touched(const struct update *update, const char *collection)
{
	if (update->added.count > 0 && strcmp(collection, update->target) == 0)
		return true;
	for (size_t i = 0; i < update->old_count; i++)
		if (update->olds[i].collection == collection &&
		    (update->olds[i].changed || !stays(update, &update->olds[i])))
			return true;
	return false;
}

static void write_text(struct update *update, const char *path, const struct buf *text)
{
	if (update->status == STATUS_OK)
		update->status = buf_status(text);
	if (update->status == STATUS_OK)
		update->status =
		        import_unwritten(update->import, path, file_write(path, buf_span(text)));
}

/* The lines of a .jsonl file, each as it was or as it is now, and at its end those that came. */
static void write_lines(struct update *update, const char *from, const char *to,
                        const char *collection, const char *file, bool with_added)
{
	struct buf before, after;
	const char *at, *end;
	size_t index = 0;

	buf_init(&before, SIZE_MAX - 1);
	buf_init(&after, SIZE_MAX - 1);
	if (from)
		update->status = file_read(from, &before);
	while (index < update->old_count && (update->olds[index].collection != collection ||
	                                     strcmp(update->olds[index].file, file) != 0))
		index++;
	at = buf_text(&before);
	end = at + before.len;
	for (unsigned line = 1; at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const size_t len = (size_t)((stop ? stop + 1 : end) - at);
		const struct old *old = index < update->old_count &&
		                                        update->olds[index].line == line &&
		                                        update->olds[index].collection == collection
		                                ? &update->olds[index]
		                                : NULL;

		if (old && old->changed)
			json_print_line(old->raw, &after);
		else if (!old || stays(update, old))
			buf_append(&after, at, len);
		index += old != NULL;
		assert(index <= update->old_count);
		at += len;
	}
	if (with_added && after.len > 0 && after.ptr[after.len - 1] != '\n')
		buf_append_char(&after, '\n');
	for (size_t i = 0; with_added && i < update->added.count; i++)
		entry_print(&update->added.items[i], ENTRY_LINE, &after);
	write_text(update, to, &after);
	buf_deinit(&before);
	buf_deinit(&after);
}

static const struct old *old_in_file(const struct update *update, const char *collection,
                                     const char *file)
{
	for (size_t i = 0; i < update->old_count; i++)
		if (update->olds[i].collection == collection && !update->olds[i].line &&
		    strcmp(update->olds[i].file, file) == 0)
			return &update->olds[i];
	return NULL;
}

/* Links the file, or copies it where the file system has no links. */
static void keep_file(struct update *update, const char *from, const char *to)
{
	struct buf text;

	if (link(from, to) == 0)
		return;
	buf_init(&text, SIZE_MAX - 1);
	update->status = file_read(from, &text);
	write_text(update, to, &text);
	buf_deinit(&text);
}

/* A number that files of the collection begin with, beyond all that are there. */
static size_t next_number(const struct file_list *files)
{
	size_t most = 0;

	for (size_t i = 0; i < files->count; i++) {
		const char *name = files->names[i];
		const size_t digits = strspn(name, "0123456789");
		const size_t number =
		        digits <= NUMBER_DIGITS_MOST ? (size_t)strtoul(name, NULL, 10) : 0;

		most = number > most ? number : most;
	}
	return most + 1;
}

static const char *name_file(struct update *update, const char *folder, size_t number,
                             const char *id, struct buf *name)
{
	buf_clear(name);
	entry_file_name(number, 2, id, name);
	update->status = buf_status(name);
	return update->status == STATUS_OK ? join(update, folder, buf_text(name)) : NULL;
}

static void write_added_files(struct update *update, const char *to, const struct file_list *files)
{
	size_t next = next_number(files);
	struct buf text, name;

	buf_init(&text, ENTRY_BYTES_MOST);
	buf_init(&name, ENTRY_BYTES_MOST);
	for (size_t i = 0; i < update->added.count && update->status == STATUS_OK; i++) {
		const struct entry *entry = &update->added.items[i];
		const char *path;

		buf_clear(&text);
		entry_print(entry, ENTRY_FILE, &text);
		path = entry->number > 0
		               ? name_file(update, to, (size_t)entry->number, entry->id, &name)
		               : NULL;
		/* A file of that name may hold another entry. */
		while (update->status == STATUS_OK && (!path || file_kind(path) != FILE_NONE))
			path = name_file(update, to, next++, entry->id, &name);
		if (path)
			write_text(update, path, &text);
	}
	buf_deinit(&text);
	buf_deinit(&name);
}

static const char *lines_file(const struct file_list *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (ends_with(files->names[i], ".jsonl"))
			return files->names[i];
	return NULL;
}

static void write_member(struct update *update, const char *from, const char *to,
                         const char *collection, const char *name, bool with_added)
{
	const char *old_path = join(update, from, name), *new_path = join(update, to, name);
	const struct old *old;
	struct buf text;

	if (!old_path || !new_path || file_kind(old_path) == FILE_FOLDER)
		return;
	old = ends_with(name, ".json") ? old_in_file(update, collection, name) : NULL;
	if (ends_with(name, ".jsonl")) {
		write_lines(update, old_path, new_path, collection, name, with_added);
	} else if (old && old->changed) {
		buf_init(&text, ENTRY_BYTES_MOST);
		json_print_file(old->raw, &text);
		write_text(update, new_path, &text);
		buf_deinit(&text);
	} else if (!old || stays(update, old)) {
		keep_file(update, old_path, new_path);
	}
}

/* Every name in the folder but . and .., hidden ones too. */
static void write_members(struct update *update, const char *from, const char *to,
                          const char *collection, const char *lines)
{
	DIR *folder = opendir(from);
	const struct dirent *item;

	if (!folder && errno != ENOENT)
		fail_to_write(update, from);
	if (!folder)
		return;
	for (item = readdir(folder); item && update->status == STATUS_OK; item = readdir(folder))
		if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0)
			write_member(update, from, to, collection, item->d_name,
			             lines && strcmp(lines, item->d_name) == 0);
	closedir(folder);
}

static void write_collection(struct update *update, const char *stage, const char *collection)
{
	const bool target = update->added.count > 0 && strcmp(collection, update->target) == 0;
	const char *from = join(update, update->folder, collection);
	const char *to = join(update, stage, collection);
	struct file_list files = { 0 };
	const char *lines = NULL;
	struct stat about;

	if (!from || !to)
		return;
	if (mkdir(to, 0755) != 0)
		fail_to_write(update, to);
	if (stat(from, &about) == 0 && chmod(to, about.st_mode & 07777) != 0)
		fail_to_write(update, to);
	if (update->status == STATUS_OK && file_kind(from) == FILE_FOLDER)
		update->status = file_list(from, update->arena, &files);
	if (target)
		lines = lines_file(&files);
	if (update->status == STATUS_OK)
		write_members(update, from, to, collection, lines);
	if (update->status != STATUS_OK || !target || lines)
		return;
	if (update->added.count > EXCHANGE_FILES_MOST) {
		const char *path = join(update, to, "entries.jsonl");

		if (path)
			write_lines(update, NULL, path, collection, "entries.jsonl", true);
	} else {
		write_added_files(update, to, &files);
	}
}

/* ------------------------------------------------------------------ the exchange */

static void show_rest(struct update *update, const char *stage)
{
	struct file_list names;

	update->status = file_list(update->folder, update->arena, &names);
	for (size_t i = 0; update->status == STATUS_OK && i < names.count; i++) {
		char *target = arena_format(update->arena, "../%s", names.names[i]);
		const char *path = join(update, stage, names.names[i]);

		if (!target || !path)
			update->status = STATUS_NO_MEMORY;
		else if (file_kind(path) == FILE_NONE && symlink(target, path) != 0)
			fail_to_write(update, path);
	}
}

/* The result, read as a server would; what is wrong is told of the folder itself. */
static void check_result(struct update *update, const char *stage)
{
	struct knowledge *knowledge = NULL;
	struct faults *found = NULL;
	const size_t len = strlen(stage);

	update->status = faults_create(&found);
	if (update->status == STATUS_OK)
		update->status = knowledge_load(stage, found, &knowledge);
	for (size_t i = 0; i < faults_kept(found); i++) {
		const struct fault *fault = faults_at(found, i);
		const char *file = fault->file;

		if (fault->level != FAULT_ERROR)
			continue;
		if (file && strncmp(file, stage, len) == 0)
			file = arena_format(update->arena, "%s%s", update->folder, file + len);
		faults_add(update->faults, FAULT_ERROR, file, fault->line, fault->field, "%s",
		           fault->reason);
	}
	knowledge_destroy(knowledge);
	faults_destroy(found);
}

/* Folders are not read; they move over as they are. */
static void move_folders(const char *from, const char *to, struct arena *arena)
{
	struct file_list names;

	if (file_list(from, arena, &names) != STATUS_OK)
		return;
	for (size_t i = 0; i < names.count; i++) {
		const char *old_path = file_join(arena, from, names.names[i]);
		const char *new_path = file_join(arena, to, names.names[i]);

		if (old_path && new_path && file_kind(old_path) == FILE_FOLDER)
			(void)rename(old_path, new_path);
	}
}

/* Where a file system cannot exchange: for a moment the collection is not there. */
static bool exchange_in_steps(struct update *update, const char *staged, const char *real)
{
	const char *aside = arena_format(update->arena, "%s.old", staged);

	if (!aside || rename(real, aside) != 0)
		return false;
	if (rename(staged, real) == 0)
		return rename(aside, staged) == 0;
	(void)rename(aside, real);
	return false;
}

/* After it the stage holds what was in the folder, where there was anything. */
static bool exchange(struct update *update, const char *staged, const char *real)
{
	if (file_kind(real) == FILE_NONE)
		return rename(staged, real) == 0;
	if (renameat2(AT_FDCWD, staged, AT_FDCWD, real, RENAME_EXCHANGE) == 0)
		return true;
	return (errno == EINVAL || errno == ENOSYS) && exchange_in_steps(update, staged, real);
}

static void exchange_all(struct update *update, const char *stage, const char *const *touched,
                         size_t count)
{
	size_t done = 0;

	for (; done < count && update->status == STATUS_OK; done++) {
		const char *staged = join(update, stage, touched[done]);
		const char *real = join(update, update->folder, touched[done]);

		if (!staged || !real)
			update->status = STATUS_NO_MEMORY;
		else if (!exchange(update, staged, real))
			fail_to_write(update, real);
		else
			move_folders(staged, real, update->arena);
	}
	if (update->status == STATUS_OK) {
		update->status =
		        import_unwritten(update->import, update->folder,
		                         file_sync_folder_of(join(update, update->folder, "x")));
		return;
	}
	/* The last exchange failed: undo those before it. */
	assert(done > 0);
	for (size_t i = 0; i + 1 < done; i++) {
		const char *staged = file_join(update->arena, stage, touched[i]);
		const char *real = file_join(update->arena, update->folder, touched[i]);

		/* If that fails, too, the stage has the only copy of the old collection. */
		if (!staged || !real || !exchange(update, staged, real))
			update->keeps_stage = true;
		else
			move_folders(staged, real, update->arena);
	}
}

static void remove_stage(const char *stage, struct arena *arena, int depth)
{
	DIR *folder = opendir(stage);
	const struct dirent *item;

	for (item = folder ? readdir(folder) : NULL; item; item = readdir(folder)) {
		const char *path = file_join(arena, stage, item->d_name);
		struct stat about;

		if (!path || strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
			continue;
		/* Never follow a link. */
		if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode) && depth > 0)
			remove_stage(path, arena, depth - 1);
		else
			unlink(path);
	}
	if (folder)
		closedir(folder);
	rmdir(stage);
}

static bool has_collection(const struct update *update, const char *name)
{
	for (size_t i = 0; i < update->collection_count; i++)
		if (strcmp(update->collections[i], name) == 0)
			return true;
	return false;
}

static void write_all(struct update *update)
{
	char *stage = arena_format(update->arena, "%s/.import-XXXXXX", update->folder);
	const char **touched =
	        arena_array(update->arena, update->collection_count + 1, sizeof(*touched));
	size_t count = 0;

	if (!stage || !touched) {
		update->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < update->collection_count; i++)
		if (is_touched(update, update->collections[i]))
			touched[count++] = update->collections[i];
	/* A target that exists is among the collections already. */
	if (update->added.count > 0 && !has_collection(update, update->target))
		touched[count++] = update->target;
	assert(count <= update->collection_count + 1);
	if (count == 0)
		return;
	if (!mkdtemp(stage)) {
		fail_to_write(update, update->folder);
		return;
	}
	for (size_t i = 0; i < count && update->status == STATUS_OK; i++)
		write_collection(update, stage, touched[i]);
	if (update->status == STATUS_OK)
		show_rest(update, stage);
	if (update->status == STATUS_OK)
		check_result(update, stage);
	if (update->status == STATUS_OK)
		exchange_all(update, stage, touched, count);
	if (update->keeps_stage)
		faults_add(update->faults, FAULT_ERROR, stage, 0, NULL,
		           "holds what was in the folder before: put it back by hand");
	else
		remove_stage(stage, update->arena, 1);
}

/* ------------------------------------------------------------------ all of it */

static void count_all(const struct update *update, struct exchange_counts *counts)
{
	*counts = (struct exchange_counts){ .added = update->added.count };
	for (size_t i = 0; i < update->old_count; i++) {
		const struct old *old = &update->olds[i];

		counts->changed += old->changed;
		counts->removed += !stays(update, old);
		counts->kept += !old->changed && stays(update, old);
	}
	counts->entries = counts->added + counts->changed + counts->kept;
	assert(counts->entries + counts->removed >= update->old_count);
}

enum status update_run(struct import *import, const char *folder, bool replace,
                       struct exchange_counts *counts)
{
	struct update update = { .import = import,
		                 .folder = folder,
		                 .arena = import->reader.memory->arena,
		                 .faults = import->reader.faults,
		                 .replace = replace };
	const size_t before = faults_count(update.faults, FAULT_ERROR);

	take_classes(&update);
	if (update.status == STATUS_OK)
		read_folder(&update);
	for (size_t i = 0; i < import->row_count && update.status == STATUS_OK; i++)
		take_row(&update, &import->rows[i]);
	if (update.status == STATUS_OK) {
		choose_target(&update);
		check_whole(&update);
	}
	if (update.status == STATUS_OK && faults_count(update.faults, FAULT_ERROR) > before)
		update.status = STATUS_INVALID;
	if (update.status == STATUS_OK)
		write_all(&update);
	if (update.status == STATUS_OK)
		count_all(&update, counts);
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
