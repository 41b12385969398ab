/* A collection as it will be, written into the stage. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "office/exchange/exchange.h"
#include "office/exchange/update_parts.h"

enum { NUMBER_DIGITS_MOST = 9 };

bool update_touches(const struct update *update, const char *collection)
{
	if (update->added.count > 0 && strcmp(collection, update->target) == 0)
		return true;
	for (size_t i = 0; i < update->old_count; i++)
		if (update->olds[i].collection == collection &&
		    (update->olds[i].changed || update->olds[i].removed))
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

	buf_init(&before, COLLECTION_BYTES_MOST);
	buf_init(&after, COLLECTION_BYTES_MOST);
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
			json_print_over(old->raw, (struct span){ at, len }, &after);
		else if (!old || !old->removed)
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
	buf_init(&text, COLLECTION_BYTES_MOST);
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
	return update->status == STATUS_OK ? update_path(update, folder, buf_text(name)) : NULL;
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
		if (update_ends_with(files->names[i], ".jsonl"))
			return files->names[i];
	return NULL;
}

static void write_member(struct update *update, const char *from, const char *to,
                         const char *collection, const char *name, bool with_added)
{
	const char *old_path = update_path(update, from, name),
	           *new_path = update_path(update, to, name);
	const struct old *old;
	struct buf text;

	if (!old_path || !new_path || file_kind(old_path) == FILE_FOLDER)
		return;
	old = update_ends_with(name, ".json") ? old_in_file(update, collection, name) : NULL;
	if (update_ends_with(name, ".jsonl")) {
		write_lines(update, old_path, new_path, collection, name, with_added);
	} else if (old && old->changed) {
		buf_init(&text, ENTRY_BYTES_MOST);
		json_print_file(old->raw, &text);
		write_text(update, new_path, &text);
		buf_deinit(&text);
	} else if (!old || !old->removed) {
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
		update_unwritten(update, from);
	if (!folder)
		return;
	for (item = readdir(folder); item && update->status == STATUS_OK; item = readdir(folder))
		if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0)
			write_member(update, from, to, collection, item->d_name,
			             lines && strcmp(lines, item->d_name) == 0);
	closedir(folder);
}

void update_write_collection(struct update *update, const char *stage, const char *collection)
{
	const bool target = update->added.count > 0 && strcmp(collection, update->target) == 0;
	const char *from = update_path(update, update->folder, collection);
	const char *to = update_path(update, stage, collection);
	struct file_list files = { 0 };
	const char *lines = NULL;
	struct stat about;

	if (!from || !to)
		return;
	if (mkdir(to, 0755) != 0)
		update_unwritten(update, to);
	if (stat(from, &about) == 0 && chmod(to, about.st_mode & 07777) != 0)
		update_unwritten(update, to);
	if (update->status == STATUS_OK && file_kind(from) == FILE_FOLDER)
		update->status = file_list(from, update->arena, &files);
	if (target)
		lines = lines_file(&files);
	if (update->status == STATUS_OK)
		write_members(update, from, to, collection, lines);
	if (update->status != STATUS_OK || !target || lines)
		return;
	if (update->added.count > EXCHANGE_FILES_MOST) {
		const char *path = update_path(update, to, "entries.jsonl");

		if (path)
			write_lines(update, NULL, path, collection, "entries.jsonl", true);
	} else {
		write_added_files(update, to, &files);
	}
}
