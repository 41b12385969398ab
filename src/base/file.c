/*
 * Reading appends to a buffer whose ceiling is checked against the file's size first. Writing
 * never touches the file itself: the bytes go to a hidden temporary file in the same folder,
 * which is synced and renamed over it, and the folder is synced. A private file is linked into
 * place instead of renamed, so that of several processes that make it at once the first one
 * wins. Every function that closes or unlinks after a failure keeps errno for the caller's
 * message.
 */
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"

enum { TREE_OPEN_MOST = 8 /* folders at a time */ };

enum {
	CHUNK_SIZE = 32 * 1024,
	TEMPORARY_TRIES = 100,
};

const char *file_reason(int error)
{
	static const struct {
		int error;
		const char *text;
	} reasons[] = {
		{ EACCES, N_("permission denied") },
		{ EPERM, N_("permission denied") },
		{ EROFS, N_("the file system is read-only") },
		{ ENOSPC, N_("no space is left on the disk") },
		{ EDQUOT, N_("the user's share of the disk is used up") },
		{ EFBIG, N_("the file would be too large") },
		{ EEXIST, N_("it exists already") },
		{ ENOTEMPTY, N_("it exists already") },
		{ ENOENT, N_("no such file or folder") },
		{ ENOTDIR, N_("a part of the path is a file, not a folder") },
		{ EISDIR, N_("it is a folder, not a file") },
		{ ENAMETOOLONG, N_("the name is too long") },
		{ ELOOP, N_("links lead round in a circle") },
		{ EMFILE, N_("too many files are open") },
		{ ENFILE, N_("too many files are open") },
		{ EBUSY, N_("it is in use") },
		{ ETXTBSY, N_("it is in use") },
		{ EIO, N_("the disk reports a fault") },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].error == error)
			return _(reasons[i].text);
	return strerror(error);
}

const char *file_failure(enum status status)
{
	return status == STATUS_IO || status == STATUS_NOT_FOUND ? file_reason(errno)
	                                                         : status_text(status);
}

static enum status status_of_errno(int error)
{
	assert(error != 0);
	if (error == ENOENT || error == ENOTDIR)
		return STATUS_NOT_FOUND;
	if (error == ENOMEM)
		return STATUS_NO_MEMORY;
	return STATUS_IO;
}

/* Closes and unlinks after a failure, and keeps its errno. */
static void give_up(int fd, const char *temporary)
{
	const int error = errno;

	if (fd >= 0)
		close(fd);
	if (temporary)
		unlink(temporary);
	errno = error;
}

static enum status read_all(int fd, struct buf *out)
{
	char chunk[CHUNK_SIZE];

	for (;;) {
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got == 0)
			return buf_status(out);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return status_of_errno(errno);
		buf_append(out, chunk, (size_t)got);
		if (buf_status(out) != STATUS_OK)
			return buf_status(out);
	}
}

enum status file_read(const char *path, struct buf *out)
{
	enum status status;
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return status_of_errno(errno);
	/*
	 * A file that cannot fit is not read at all. If it grows meanwhile, the ceiling of the
	 * buffer stops it.
	 */
	if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
	    (uintmax_t)about.st_size > out->ceiling - out->len)
		status = STATUS_LIMIT;
	else
		status = read_all(fd, out);
	give_up(fd, NULL);
	return status;
}

static bool write_all(int fd, struct span bytes)
{
	size_t done = 0;

	while (done < bytes.len) {
		ssize_t wrote = write(fd, bytes.ptr + done, bytes.len - done);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote == 0)
			errno = ENOSPC;
		if (wrote <= 0)
			return false;
		done += (size_t)wrote;
		assert(done <= bytes.len);
	}
	return true;
}

/* "." for a bare name; the result is the caller's to free. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* A new hidden file in the folder, its name in *name (the caller's to free); -1 on failure. */
static int open_temporary(const char *folder, mode_t mode, char **name)
{
	for (unsigned i = 0; i < TEMPORARY_TRIES; i++) {
		int fd;

		if (asprintf(name, "%s/.dayi-%ld-%u.tmp", folder, (long)getpid(), i) < 0) {
			*name = NULL;
			errno = ENOMEM;
			return -1;
		}
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd >= 0 || errno != EEXIST)
			return fd;
		free(*name);
		*name = NULL;
	}
	return -1;
}

static bool sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	/* Some file systems cannot sync a folder and say EINVAL. */
	done = fsync(fd) == 0 || errno == EINVAL;
	give_up(fd, NULL);
	return done;
}

/* Takes the descriptor. An existing file keeps its mode. */
static bool fill(int fd, const char *path, struct span bytes)
{
	struct stat about;
	bool done = true;

	if (stat(path, &about) == 0)
		done = fchmod(fd, about.st_mode & 07777) == 0;
	done = done && write_all(fd, bytes) && fsync(fd) == 0;
	if (done)
		return close(fd) == 0;
	give_up(fd, NULL);
	return false;
}

enum status file_write(const char *path, struct span bytes)
{
	enum status status = STATUS_NO_MEMORY;
	char *temporary = NULL;
	char *folder = folder_of(path);
	int fd;

	if (!folder)
		return STATUS_NO_MEMORY;
	fd = open_temporary(folder, 0666, &temporary);
	if (fd < 0) {
		status = status_of_errno(errno);
		goto cleanup;
	}
	if (!fill(fd, path, bytes) || rename(temporary, path) != 0) {
		give_up(-1, temporary);
		status = STATUS_IO;
		goto cleanup;
	}
	status = sync_folder(folder) ? STATUS_OK : STATUS_IO;
cleanup:
	free(temporary);
	free(folder);
	return status;
}

static enum status make_private(const char *path, const char *folder, struct span bytes)
{
	char *temporary = NULL;
	int fd = open_temporary(folder, 0600, &temporary);
	bool done;

	if (fd < 0)
		return status_of_errno(errno);
	done = write_all(fd, bytes) && fsync(fd) == 0;
	/* Unlike rename(), link() leaves a file alone that another process made meanwhile. */
	done = done && (link(temporary, path) == 0 || errno == EEXIST);
	give_up(fd, temporary);
	free(temporary);
	return done && sync_folder(folder) ? STATUS_OK : STATUS_IO;
}

static enum status make_folders(const char *path, mode_t mode)
{
	enum status status = STATUS_OK;
	char *copy = strdup(path);

	if (!copy)
		return STATUS_NO_MEMORY;
	for (char *at = copy; *at && status == STATUS_OK; at++) {
		if (*at != '/' || at == copy)
			continue;
		*at = '\0';
		if (mkdir(copy, mode) != 0 && errno != EEXIST)
			status = STATUS_IO;
		*at = '/';
	}
	if (status == STATUS_OK && mkdir(copy, mode) != 0) {
		const int error = errno;

		if (file_kind(copy) != FILE_FOLDER)
			status = STATUS_IO;
		errno = error;
	}
	free(copy);
	return status;
}

enum status file_make_folder(const char *path)
{
	return make_folders(path, 0777);
}

enum status file_make_private_folder_of(const char *path)
{
	char *folder = folder_of(path);
	enum status status = folder ? make_folders(folder, 0700) : STATUS_NO_MEMORY;

	free(folder);
	return status;
}

enum status file_make_private(const char *path, struct span bytes)
{
	enum status status;
	char *folder;

	if (file_kind(path) != FILE_NONE)
		return STATUS_OK;
	folder = folder_of(path);
	if (!folder)
		return STATUS_NO_MEMORY;
	status = make_folders(folder, 0700);
	if (status == STATUS_OK)
		status = make_private(path, folder, bytes);
	free(folder);
	return status;
}

enum status file_sync_folder_of(const char *path)
{
	char *folder = folder_of(path);
	enum status status = !folder               ? STATUS_NO_MEMORY
	                     : sync_folder(folder) ? STATUS_OK
	                                           : STATUS_IO;

	free(folder);
	return status;
}

enum file_kind file_kind(const char *path)
{
	struct stat about;

	if (stat(path, &about) != 0)
		return FILE_NONE;
	if (S_ISREG(about.st_mode))
		return FILE_REGULAR;
	return S_ISDIR(about.st_mode) ? FILE_FOLDER : FILE_OTHER;
}

struct name {
	struct name *next;
	char *text;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status gather_names(DIR *stream, struct arena *arena, struct name **names,
                                size_t *count)
{
	for (;;) {
		const struct dirent *found;
		struct name *name;

		errno = 0;
		found = readdir(stream);
		if (!found)
			return errno ? STATUS_IO : STATUS_OK;
		if (found->d_name[0] == '.')
			continue;
		name = arena_alloc(arena, sizeof(*name));
		if (!name)
			return STATUS_NO_MEMORY;
		name->text = arena_copy(arena, span_of(found->d_name));
		if (!name->text)
			return STATUS_NO_MEMORY;
		name->next = *names;
		*names = name;
		*count += 1;
	}
}

enum status file_list(const char *folder, struct arena *arena, struct file_list *out)
{
	struct name *names = NULL;
	enum status status;
	size_t count = 0;
	int error;
	DIR *stream = opendir(folder);

	*out = (struct file_list){ 0 };
	if (!stream)
		return status_of_errno(errno);
	status = gather_names(stream, arena, &names, &count);
	error = errno;
	closedir(stream);
	errno = error;
	if (status != STATUS_OK)
		return status;
	out->names = arena_array(arena, count, sizeof(*out->names));
	if (!out->names)
		return STATUS_NO_MEMORY;
	for (; names; names = names->next) {
		assert(out->count < count);
		out->names[out->count] = names->text;
		out->count++;
	}
	qsort(out->names, out->count, sizeof(*out->names), compare_names);
	return STATUS_OK;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

void file_remove_tree(const char *path)
{
	(void)nftw(path, remove_one, TREE_OPEN_MOST, FTW_DEPTH | FTW_PHYS);
}

char *file_join(struct arena *arena, const char *folder, const char *name)
{
	size_t len = strlen(folder);
	const char *slash = len > 0 && folder[len - 1] != '/' ? "/" : "";

	return arena_format(arena, "%s%s%s", folder, slash, name);
}

enum status file_lock(const char *path, int *lock)
{
	enum status status = file_make_private_folder_of(path);

	*lock = -1;
	if (status != STATUS_OK)
		return status;
	*lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (*lock < 0)
		return STATUS_IO;
	if (flock(*lock, LOCK_EX | LOCK_NB) == 0)
		return STATUS_OK;
	status = errno == EWOULDBLOCK ? STATUS_BUSY : STATUS_IO;
	file_unlock(*lock);
	*lock = -1;
	return status;
}

void file_unlock(int lock)
{
	if (lock >= 0)
		(void)close(lock);
}
