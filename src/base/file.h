/*
 * Files and folders, with ceilings.
 *
 * Where one of these functions returns STATUS_IO or STATUS_NOT_FOUND, errno says why.
 */
#ifndef DAYI_BASE_FILE_H
#define DAYI_BASE_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

/* What an errno means, in the reader's language: "permission denied". Never NULL. */
const char *file_reason(int error);

/* Why one of these functions failed, called right after it: by errno, or what the status says. */
const char *file_failure(enum status status);

/*
 * Appends the whole file. STATUS_NOT_FOUND when there is none; STATUS_LIMIT when it is larger than
 * the buffer's ceiling allows (part of it may have been appended).
 */
MUST_CHECK enum status file_read(const char *path, struct buf *out);

/*
 * Writes beside, syncs and renames over: a reader sees the old file or the new one, never half. An
 * existing file keeps its mode. STATUS_NOT_FOUND when there is no such folder.
 */
MUST_CHECK enum status file_write(const char *path, struct span bytes);

/*
 * Makes the file, for its owner only (0600), and its folder too (0700), unless there is one: then
 * that is left as it is. However many make it at once, all find the same whole file after.
 */
MUST_CHECK enum status file_make_private(const char *path, struct span bytes);

/*
 * The file for this process alone, until file_unlock() or its end; makes it (0600) and its folder
 * (0700). It is flock(), so a file that others lock otherwise, a database, wants one beside it.
 * STATUS_BUSY: another process has it, or this one by another call. *lock is -1 then.
 */
MUST_CHECK enum status file_lock(const char *path, int *lock);
/* Takes -1. */
void file_unlock(int lock);

/* Makes the folder and its parents; an existing folder is fine. */
MUST_CHECK enum status file_make_folder(const char *path);

/*
 * The same for the folder that the file is to lie in, for its owner only (0700, the parents that
 * it makes too). An existing one keeps its mode.
 */
MUST_CHECK enum status file_make_private_folder_of(const char *path);

/* Removes the folder and all that is in it, or the file; links are not followed. None is fine. */
void file_remove_tree(const char *path);

/* Syncs the folder that the file is in, so that a rename in it is on the disk. */
MUST_CHECK enum status file_sync_folder_of(const char *path);

enum file_kind { FILE_NONE, FILE_REGULAR, FILE_FOLDER, FILE_OTHER };
enum file_kind file_kind(const char *path);

struct file_list {
	char **names; /* sorted by byte; without the folder's path; no "." and ".." and no hidden
	                 ones */
	size_t count;
};

/* Memory comes from the arena. STATUS_NOT_FOUND when there is no such folder. */
MUST_CHECK enum status file_list(const char *folder, struct arena *arena, struct file_list *out);

/* folder/name, from the arena; NULL out of memory. */
char *file_join(struct arena *arena, const char *folder, const char *name);

#endif
