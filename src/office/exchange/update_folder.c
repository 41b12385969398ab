/* What the folder has before the update. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "office/exchange/exchange_update.h"
#include "office/exchange/update_parts.h"

static bool is_entry_file(const char *name)
{
	return update_ends_with(name, ".json") || update_ends_with(name, ".jsonl");
}

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

struct reader update_reader(const struct update *update)
{
	const struct reader *reader = &update->import->reader;

	return (struct reader){ reader->memory, update->faults, "also", STATUS_OK,
		                reader->classes };
}

void update_take_classes(struct update *update, struct span lexicon, const char *path)
{
	const struct json_limits limits = { SHARED_BYTES_MOST, ENTRY_DEPTH_MOST };
	struct reader *reader = &update->import->reader;
	struct faults *told = reader->faults;
	cJSON *object = NULL;

	reader->faults = NULL;
	if (json_parse(&object, lexicon, limits, path, NULL) == STATUS_OK)
		read_classes(reader, object, path);
	reader->faults = told;
	cJSON_Delete(object);
	update->status = reader->status;
}

/* Faults of the lexicon are not reported here, but when the whole folder is checked. */
void update_read_classes(struct update *update)
{
	const char *path = update_path(update, update->folder, "lexicon.json");
	struct buf text;

	if (!path || file_kind(path) != FILE_REGULAR)
		return;
	buf_init(&text, SHARED_BYTES_MOST);
	if (file_read(path, &text) == STATUS_OK)
		update_take_classes(update, buf_span(&text), path);
	buf_deinit(&text);
}

void update_take_old(struct update *update, cJSON *raw, const char *collection, const char *file,
                     const char *path, unsigned line)
{
	struct old old = { .collection = collection, .file = file, .line = line, .raw = raw };
	struct reader reader = update_reader(update);

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
	struct reader reader = update_reader(update);
	const char *at = text.ptr, *end = text.ptr + text.len;

	for (unsigned line = 1; at < end && update->status == STATUS_OK; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const struct span one = { at, (size_t)((stop ? stop : end) - at) };

		at += one.len + 1;
		if (one.len == 0 || (one.len == 1 && one.ptr[0] == '\r'))
			continue;
		update_take_old(update, read_line_json(&reader, one, path, line), collection, file,
		                path, line);
		if (reader.status != STATUS_OK)
			update->status = reader.status;
	}
}

static void take_file(struct update *update, const char *collection, const char *file)
{
	const struct json_limits limits = { ENTRY_BYTES_MOST, ENTRY_DEPTH_MOST };
	const char *folder = update_path(update, update->folder, collection);
	const char *path = folder ? update_path(update, folder, file) : NULL;
	struct buf text;
	cJSON *raw = NULL;
	enum status status;

	if (!path)
		return;
	buf_init(&text, COLLECTION_BYTES_MOST);
	status = file_read(path, &text);
	if (status != STATUS_OK)
		faults_add(update->faults, FAULT_ERROR, path, 0, NULL, "cannot be read: %s",
		           file_failure(status));
	else if (update_ends_with(file, ".jsonl"))
		take_lines(update, buf_span(&text), collection, file, path);
	else if (json_parse(&raw, buf_span(&text), limits, path, update->faults) == STATUS_OK)
		update_take_old(update, raw, collection, file, path, 0);
	buf_deinit(&text);
}

static void take_collection(struct update *update, const char *name)
{
	const char *path = update_path(update, update->folder, name);
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

void update_index_olds(struct update *update)
{
	update->status = table_init(&update->ids, update->arena, update->old_count + 1);
	for (size_t i = 0; i < update->old_count && update->status == STATUS_OK; i++)
		(void)table_add(&update->ids, update->olds[i].entry.id, i);
}

void update_read_folder(struct update *update)
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
		update_index_olds(update);
	if (update->status == STATUS_OK && faults_count(update->faults, FAULT_ERROR) > before) {
		faults_add(
		        update->faults, FAULT_ERROR, update->folder, 0, NULL,
		        "has faults of its own, so nothing can be joined with it: mend them first");
		update->status = STATUS_INVALID;
	}
}
