#include "engine/match/image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { ALIGNMENT = 64, PATH_SIZE = 4096 };

static const char magic[8] = "dayi-ix";
static const uint32_t byte_order = 0x01020304; /* as the machine that wrote it has it */

/* What stands at the beginning of a file. */
struct header {
	char magic[8];
	uint32_t byte_order;
	uint32_t count;
	char stamp[DIGEST_HEX_SIZE];
	char digest[DIGEST_HEX_SIZE]; /* of `places` and all sections */
	struct place {
		uint64_t offset, size;
	} places[IMAGE_SECTIONS_MOST];
};

struct image_file {
	void *bytes;
	size_t size;
};

static uint64_t aligned(uint64_t offset)
{
	return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static enum status digest_of(const struct header *header, const struct image_section *sections,
                             size_t count, char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create(&digest);
	if (status != STATUS_OK)
		return status;
	digest_add(digest, (struct span){ (const char *)header->places, sizeof(header->places) });
	for (size_t i = 0; i < count; i++)
		digest_add(digest, (struct span){ sections[i].bytes, sections[i].size });
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	return status;
}

/* --- writing --- */

static enum status write_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;
	while (size > 0) {
		const ssize_t written = write(fd, at, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return STATUS_IO;
		at += written;
		size -= (size_t)written;
	}
	return STATUS_OK;
}

static enum status write_sections(int fd, const struct header *header,
                                  const struct image_section *sections, size_t count)
{
	static const char padding[ALIGNMENT];
	uint64_t at = sizeof(*header);
	enum status status = write_all(fd, header, sizeof(*header));
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		status = write_all(fd, padding, (size_t)(header->places[i].offset - at));
		if (status == STATUS_OK)
			status = write_all(fd, sections[i].bytes, sections[i].size);
		at = header->places[i].offset + header->places[i].size;
	}
	if (status == STATUS_OK && fsync(fd) != 0)
		status = STATUS_IO;
	return status;
}

enum status image_file_write(const char *path, const char stamp[DIGEST_HEX_SIZE],
                             const struct image_section *sections, size_t count)
{
	struct header header = { .byte_order = byte_order, .count = (uint32_t)count };
	char aside[PATH_SIZE];
	uint64_t at = sizeof(header);
	if (count > IMAGE_SECTIONS_MOST ||
	    snprintf(aside, sizeof(aside), "%s.XXXXXX", path) >= (int)sizeof(aside))
		return STATUS_LIMIT;
	memcpy(header.magic, magic, sizeof(magic));
	memcpy(header.stamp, stamp, DIGEST_HEX_SIZE);
	for (size_t i = 0; i < count; i++) {
		header.places[i] = (struct place){ aligned(at), sections[i].size };
		at = header.places[i].offset + header.places[i].size;
	}
	enum status status = digest_of(&header, sections, count, header.digest);
	if (status != STATUS_OK)
		return status;
	const int fd = mkstemp(aside); /* 0600 */
	if (fd < 0)
		return STATUS_IO;
	status = write_sections(fd, &header, sections, count);
	if (close(fd) != 0 && status == STATUS_OK)
		status = STATUS_IO;
	if (status == STATUS_OK && rename(aside, path) != 0)
		status = STATUS_IO;
	if (status != STATUS_OK)
		unlink(aside);
	return status == STATUS_OK ? file_sync_folder_of(path) : status;
}

/* --- reading --- */

static enum status map(const char *path, struct image_file *file)
{
	struct stat about;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_INVALID;
	enum status status = STATUS_INVALID;
	if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid() &&
	    about.st_size >= (off_t)sizeof(struct header)) {
		file->size = (size_t)about.st_size;
		file->bytes = mmap(NULL, file->size, PROT_READ, MAP_SHARED, fd, 0);
		if (file->bytes == MAP_FAILED)
			file->bytes = NULL;
		status = file->bytes ? STATUS_OK : STATUS_NO_MEMORY;
	}
	close(fd);
	return status;
}

/* Every section lies within the file and behind the one before. */
static bool find_sections(const struct image_file *file, const struct header *header,
                          struct image_section *sections, size_t count)
{
	uint64_t end = sizeof(*header);
	for (size_t i = 0; i < count; i++) {
		const struct place place = header->places[i];
		if (place.offset != aligned(end) || place.offset > file->size ||
		    place.size > file->size - place.offset)
			return false;
		sections[i] = (struct image_section){ (const char *)file->bytes + place.offset,
			                              (size_t)place.size };
		end = place.offset + place.size;
	}
	return end == file->size;
}

static bool is_whole(const struct image_file *file, const char stamp[DIGEST_HEX_SIZE],
                     struct image_section *sections, size_t count)
{
	const struct header *header = file->bytes;
	char hex[DIGEST_HEX_SIZE];
	return memcmp(header->magic, magic, sizeof(magic)) == 0 &&
	       header->byte_order == byte_order && header->count == count &&
	       memcmp(header->stamp, stamp, DIGEST_HEX_SIZE) == 0 &&
	       find_sections(file, header, sections, count) &&
	       digest_of(header, sections, count, hex) == STATUS_OK &&
	       memcmp(header->digest, hex, sizeof(hex)) == 0;
}

enum status image_file_open(const char *path, const char stamp[DIGEST_HEX_SIZE],
                            struct image_section *sections, size_t count, struct image_file **out)
{
	struct image_file *file = calloc(1, sizeof(*file));
	*out = NULL;
	if (!file)
		return STATUS_NO_MEMORY;
	enum status status = map(path, file);
	if (status == STATUS_OK) {
		(void)posix_madvise(file->bytes, file->size, POSIX_MADV_WILLNEED);
		status = is_whole(file, stamp, sections, count) ? STATUS_OK : STATUS_INVALID;
		/* Reading it all to check it has made all of it resident; few pages are needed. */
		(void)madvise(file->bytes, file->size, MADV_DONTNEED);
	}
	if (status == STATUS_OK)
		*out = file;
	else
		image_file_close(file);
	return status;
}

void image_file_close(struct image_file *file)
{
	if (!file)
		return;
	if (file->bytes)
		munmap(file->bytes, file->size);
	free(file);
}
