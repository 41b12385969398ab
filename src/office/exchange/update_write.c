/*
 * Collections that change are written whole into a hidden stage beside them, which shows the rest
 * of the folder through links. check_result() loads the stage like any folder. Only then does
 * exchange_all() exchange its collections for the real ones, and exchanges them back if one fails
 * half way.
 */
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
#include "office/exchange/update_parts.h"

static void show_rest(struct update *update, const char *stage)
{
	struct file_list names;

	update->status = file_list(update->folder, update->arena, &names);
	for (size_t i = 0; update->status == STATUS_OK && i < names.count; i++) {
		char *target = arena_format(update->arena, "../%s", names.names[i]);
		const char *path = update_path(update, stage, names.names[i]);

		if (!target || !path)
			update->status = STATUS_NO_MEMORY;
		else if (file_kind(path) == FILE_NONE && symlink(target, path) != 0)
			update_unwritten(update, path);
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
		const char *staged = update_path(update, stage, touched[done]);
		const char *real = update_path(update, update->folder, touched[done]);

		if (!staged || !real)
			update->status = STATUS_NO_MEMORY;
		else if (!exchange(update, staged, real))
			update_unwritten(update, real);
		else
			move_folders(staged, real, update->arena);
	}
	if (update->status == STATUS_OK) {
		update->status = import_unwritten(
		        update->import, update->folder,
		        file_sync_folder_of(update_path(update, update->folder, "x")));
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

void update_write(struct update *update)
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
		if (update_touches(update, update->collections[i]))
			touched[count++] = update->collections[i];
	/* A target that exists is among the collections already. */
	if (update->added.count > 0 && !has_collection(update, update->target))
		touched[count++] = update->target;
	assert(count <= update->collection_count + 1);
	if (count == 0)
		return;
	if (!mkdtemp(stage)) {
		update_unwritten(update, update->folder);
		return;
	}
	for (size_t i = 0; i < count && update->status == STATUS_OK; i++)
		update_write_collection(update, stage, touched[i]);
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
