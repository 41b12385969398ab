#include "service/watch.h"

#include <stddef.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"

enum { LEVELS_MOST = 16 };
static const size_t arena_most = (size_t)64 * 1024 * 1024;

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * 0x100000001b3u;
	return hash;
}

static uint64_t mix_number(uint64_t hash, int64_t number)
{
	return mix(hash, &number, sizeof(number));
}

static uint64_t mix_file(uint64_t hash, const struct stat *info)
{
	hash = mix_number(hash, (int64_t)info->st_size);
	hash = mix_number(hash, (int64_t)info->st_mtim.tv_sec);
	hash = mix_number(hash, (int64_t)info->st_mtim.tv_nsec);
	return mix_number(hash, (int64_t)info->st_ino);
}

static enum status walk(const char *folder, int level, struct arena *arena, uint64_t *hash)
{
	struct file_list list;
	enum status status = file_list(folder, arena, &list);

	if (status == STATUS_OK && level > LEVELS_MOST)
		status = STATUS_LIMIT;
	for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
		const char *path = file_join(arena, folder, list.names[i]);
		struct stat info;

		if (!path)
			return STATUS_NO_MEMORY;
		*hash = mix(*hash, path, strlen(path) + 1);
		/* A file that goes away meanwhile makes a difference by itself. */
		if (stat(path, &info) != 0)
			*hash = mix(*hash, "gone", 4);
		else if (S_ISDIR(info.st_mode))
			status = walk(path, level + 1, arena, hash);
		else
			*hash = mix_file(*hash, &info);
	}
	return status;
}

enum status watch_fingerprint(const char *folder, uint64_t *out)
{
	struct arena *arena;
	enum status status = arena_create(&arena, arena_most);

	if (status != STATUS_OK)
		return status;
	*out = 0xcbf29ce484222325u;
	status = walk(folder, 1, arena, out);
	arena_destroy(arena);
	return status;
}

void watch_loaded(struct watch *watch, uint64_t fingerprint)
{
	watch->loaded = fingerprint;
	watch->seen = fingerprint;
}

bool watch_should_load(struct watch *watch, uint64_t fingerprint)
{
	bool still = fingerprint == watch->seen;

	watch->seen = fingerprint;
	return still && fingerprint != watch->loaded;
}
