#include "base/folder_print.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { LEVELS_MOST = 16, SETTLED_AFTER_S = 2 };
static const size_t names_most = (size_t)256 << 20;

struct walk {
	struct digest *digest;
	struct arena *arena;
	int64_t changed_s;
};

static void note_change(struct walk *walk, const struct timespec *when)
{
	if (when->tv_sec > walk->changed_s)
		walk->changed_s = when->tv_sec;
}

static void add_file(struct walk *walk, const char *path, const struct stat *about)
{
	const int64_t numbers[] = {
		about->st_mode,         about->st_size,         about->st_mtim.tv_sec,
		about->st_mtim.tv_nsec, about->st_ctim.tv_sec,  about->st_ctim.tv_nsec,
		(int64_t)about->st_ino, (int64_t)about->st_dev,
	};
	digest_add_field(walk->digest, span_of(path));
	digest_add(walk->digest, (struct span){ (const char *)numbers, sizeof(numbers) });
	note_change(walk, &about->st_mtim);
	note_change(walk, &about->st_ctim);
}

static enum status take(struct walk *walk, const char *folder, int level)
{
	struct file_list list;
	enum status status = file_list(folder, walk->arena, &list);
	if (status == STATUS_OK && level > LEVELS_MOST)
		status = STATUS_LIMIT;
	if (status != STATUS_OK)
		return status;
	const int here = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (here < 0)
		return STATUS_IO;
	for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
		struct stat about;
		const char *path = file_join(walk->arena, folder, list.names[i]);
		if (!path)
			status = STATUS_NO_MEMORY;
		else if (fstatat(here, list.names[i], &about, 0) != 0)
			status = STATUS_IO;
		if (status == STATUS_OK)
			add_file(walk, path, &about);
		if (status == STATUS_OK && S_ISDIR(about.st_mode))
			status = take(walk, path, level + 1);
	}
	close(here);
	return status;
}

enum status folder_print_take(const char *folder, struct folder_print *out)
{
	struct walk walk = { .digest = NULL };
	struct timespec now;
	*out = (struct folder_print){ .hex = "" };
	/* The clock that stamps files, before any of them is looked at. */
	if (clock_gettime(CLOCK_REALTIME_COARSE, &now) != 0)
		return STATUS_INTERNAL;
	enum status status = digest_create(&walk.digest);
	if (status == STATUS_OK)
		status = arena_create(&walk.arena, names_most);
	if (status == STATUS_OK)
		status = take(&walk, folder, 1);
	if (status == STATUS_OK)
		status = digest_finish(walk.digest, out->hex);
	out->taken_s = now.tv_sec;
	out->changed_s = walk.changed_s;
	digest_destroy(walk.digest);
	arena_destroy(walk.arena);
	return status;
}

bool folder_print_is_settled(const struct folder_print *print)
{
	return print->taken_s - print->changed_s >= SETTLED_AFTER_S;
}
