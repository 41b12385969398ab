/*
 * How it works. A file is a header, then the sections, each aligned, in the order of the header's
 * table; the pack and the list of its pointers are sections too. The header names the address at
 * which the file is to lie. Behind the file, from the next page on, lie the slots: memory of the
 * process, reserved together with the file's pages, so that pointers into it are right as well.
 *
 * To read the whole file once to check it makes all of it resident for a moment; the pages are
 * given back to the page cache after. It is written in small pieces, because Linux (from 6.18 on)
 * caches a large piece as one folio of up to 2 MiB, and maps all of that where one page is used.
 */
#include "base/image_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ALIGNMENT = 64,
	PATH_SIZE = 4096,
	PAGE = 1 << 16, /* of any machine that Linux runs on, at most */
	PLACES_MOST = IMAGE_SECTIONS_MOST + 2,
	WORD = sizeof(void *),
	SLOTS_MOST = 1 << 24,
	PIECE = 16 << 10, /* that is written at once: see above */
};

static const char magic[8] = "dayi-im";
static const uint32_t byte_order = 0x01020304; /* as the machine that wrote it has it */
static const char pack_name[] = "pack";
static const char pointers_name[] = "pack.pointers";

/*
 * Where a file lies: one of 4096 addresses, 4 GiB apart, far from where Linux puts programs,
 * libraries, heaps and stacks.
 */
static const uint64_t lowest_address = UINT64_C(0x200000000000);
static const uint64_t address_step = UINT64_C(1) << 32;
static const uint64_t addresses = 4096;

/* The beginning of a file. */
struct header {
	char magic[8];
	uint32_t byte_order;
	uint32_t count;
	char stamp[DIGEST_HEX_SIZE];
	char digest[DIGEST_HEX_SIZE]; /* of the file, where this stands as zeros */
	uint64_t address, slots;
	struct place {
		char name[IMAGE_NAME_SIZE];
		uint64_t offset, size;
	} places[PLACES_MOST];
};

struct image_file {
	char *bytes; /* the file, and the slots behind it */
	size_t size, reserved;
};

static uint64_t aligned(uint64_t offset, uint64_t to)
{
	return (offset + to - 1) / to * to;
}

void image_draft_add(struct image_draft *draft, const char *name, const void *items, size_t count,
                     size_t size)
{
	assert(draft->count < IMAGE_SECTIONS_MOST && strlen(name) < IMAGE_NAME_SIZE);
	const size_t at = draft->count++;
	snprintf(draft->sections[at].name, IMAGE_NAME_SIZE, "%s", name);
	draft->sections[at].items = items;
	draft->sections[at].size = count * size;
}

enum status image_draft_copy(struct image_draft *draft, const char *name, const void *value,
                             size_t size)
{
	void *own = malloc(size);
	if (!own)
		return STATUS_NO_MEMORY;
	memcpy(own, value, size);
	image_draft_add(draft, name, own, 1, size);
	draft->sections[draft->count - 1].own = own;
	return STATUS_OK;
}

void image_draft_deinit(struct image_draft *draft)
{
	for (size_t i = 0; i < draft->count; i++)
		free(draft->sections[i].own);
	*draft = (struct image_draft){ .count = 0 };
}

/* --- writing --- */

/* A file as it is written: the header, and what its places hold. */
struct writing {
	struct header header;
	const void *items[PLACES_MOST];
	struct digest *digest;
	int fd;
	uint64_t at;
};

static void place(struct writing *writing, const char *name, const void *items, size_t size)
{
	struct header *header = &writing->header;
	const struct place *last = &header->places[header->count - 1];
	const uint64_t end = header->count ? last->offset + last->size : sizeof(*header);
	struct place *own = &header->places[header->count];
	writing->items[header->count++] = items;
	memcpy(own->name, name, strlen(name));
	own->offset = aligned(end, ALIGNMENT);
	own->size = size;
}

static uint64_t address_of(const char stamp[DIGEST_HEX_SIZE])
{
	char digits[9] = { 0 };
	memcpy(digits, stamp, sizeof(digits) - 1);
	return lowest_address + strtoull(digits, NULL, 16) % addresses * address_step;
}

static void lay_out(struct writing *writing, const char stamp[DIGEST_HEX_SIZE],
                    struct image_draft *draft)
{
	struct header *header = &writing->header;
	memcpy(header->magic, magic, sizeof(magic));
	memcpy(header->stamp, stamp, DIGEST_HEX_SIZE);
	header->byte_order = byte_order;
	header->address = address_of(stamp);
	for (size_t i = 0; i < draft->count; i++)
		place(writing, draft->sections[i].name, draft->sections[i].items,
		      draft->sections[i].size);
	if (!draft->pack)
		return;
	const struct packed packed = pack_packed(draft->pack);
	place(writing, pointers_name, packed.pointers,
	      packed.pointer_count * sizeof(*packed.pointers));
	place(writing, pack_name, packed.bytes, packed.size);
	const struct place *last = &header->places[header->count - 1];
	header->slots = packed.slot_count;
	pack_settle(draft->pack, header->address + last->offset,
	            header->address + aligned(last->offset + last->size, PAGE));
}

static enum status write_all(struct writing *writing, const void *bytes, size_t size)
{
	const char *at = bytes;
	writing->at += size;
	while (size > 0) {
		const ssize_t written = write(writing->fd, at, size < PIECE ? size : (size_t)PIECE);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return STATUS_IO;
		at += written;
		size -= (size_t)written;
	}
	return STATUS_OK;
}

static enum status add(struct writing *writing, const void *bytes, size_t size)
{
	digest_add(writing->digest, (struct span){ bytes, size });
	return write_all(writing, bytes, size);
}

/*
 * The header goes twice: with the digest only when all else is there. Nothing is synced: a file of
 * which the machine lost a part has not its digest, and is made anew.
 */
static enum status write_file(struct writing *writing)
{
	static const char padding[ALIGNMENT];
	struct header *header = &writing->header;
	enum status status = digest_create(&writing->digest);
	if (status == STATUS_OK)
		status = add(writing, header, sizeof(*header));
	for (size_t i = 0; i < header->count && status == STATUS_OK; i++) {
		status = add(writing, padding, (size_t)(header->places[i].offset - writing->at));
		if (status == STATUS_OK)
			status = add(writing, writing->items[i], (size_t)header->places[i].size);
	}
	if (status == STATUS_OK)
		status = digest_finish(writing->digest, header->digest);
	if (status == STATUS_OK && lseek(writing->fd, 0, SEEK_SET) != 0)
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = write_all(writing, header, sizeof(*header));
	return status;
}

enum status image_file_write(const char *path, const char stamp[DIGEST_HEX_SIZE],
                             struct image_draft *draft)
{
	char aside[PATH_SIZE];
	if (snprintf(aside, sizeof(aside), "%s.XXXXXX", path) >= (int)sizeof(aside))
		return STATUS_LIMIT;
	struct writing *writing = calloc(1, sizeof(*writing));
	if (!writing)
		return STATUS_NO_MEMORY;
	lay_out(writing, stamp, draft);
	writing->fd = mkstemp(aside); /* 0600 */
	if (writing->fd < 0) {
		free(writing);
		return STATUS_IO;
	}
	enum status status = write_file(writing);
	if (close(writing->fd) != 0 && status == STATUS_OK)
		status = STATUS_IO;
	if (status == STATUS_OK && rename(aside, path) != 0)
		status = STATUS_IO;
	if (status != STATUS_OK)
		unlink(aside);
	digest_destroy(writing->digest);
	free(writing);
	return status;
}

/* --- reading --- */

static const struct header *header_of(const struct image_file *file)
{
	return (const void *)file->bytes;
}

/* Every place lies within the file and behind the one before, and its name ends. */
static bool places_fit(const struct header *header, uint64_t size)
{
	uint64_t end = sizeof(*header);
	for (size_t i = 0; i < header->count; i++) {
		const struct place *own = &header->places[i];
		if (own->offset != aligned(end, ALIGNMENT) || own->offset > size ||
		    own->size > size - own->offset || own->name[IMAGE_NAME_SIZE - 1] != '\0')
			return false;
		end = own->offset + own->size;
	}
	return end == size;
}

static bool head_is_whole(const struct header *header, const char stamp[DIGEST_HEX_SIZE],
                          uint64_t size)
{
	return memcmp(header->magic, magic, sizeof(magic)) == 0 &&
	       header->byte_order == byte_order && header->count <= PLACES_MOST &&
	       memcmp(header->stamp, stamp, DIGEST_HEX_SIZE) == 0 &&
	       header->digest[DIGEST_HEX_SIZE - 1] == '\0' && header->slots <= SLOTS_MOST &&
	       header->address == address_of(stamp) && places_fit(header, size);
}

static bool digest_is_right(const struct image_file *file)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];
	struct header *blank = malloc(sizeof(*blank));
	if (!blank || digest_create(&digest) != STATUS_OK) {
		free(blank);
		return false;
	}
	memcpy(blank, file->bytes, sizeof(*blank));
	memset(blank->digest, 0, sizeof(blank->digest));
	digest_add(digest, (struct span){ (const char *)blank, sizeof(*blank) });
	digest_add(digest,
	           (struct span){ file->bytes + sizeof(*blank), file->size - sizeof(*blank) });
	const bool right = digest_finish(digest, hex) == STATUS_OK &&
	                   memcmp(header_of(file)->digest, hex, sizeof(hex)) == 0;
	digest_destroy(digest);
	free(blank);
	return right;
}

/* Reserves where the file and its slots are to lie, or elsewhere, and maps the file there. */
static enum status map_at(struct image_file *file, int fd, const struct header *header)
{
	void *wanted = (void *)(uintptr_t)header->address;
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	file->reserved = (size_t)(aligned(file->size, PAGE) + header->slots * WORD);
	void *at = mmap(wanted, file->reserved, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0);
	if (at == MAP_FAILED)
		at = mmap(NULL, file->reserved, PROT_NONE, flags, -1, 0);
	if (at == MAP_FAILED)
		return STATUS_NO_MEMORY;
	file->bytes = at;
	at = mmap(at, file->size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
	if (at != file->bytes)
		return STATUS_NO_MEMORY;
	const size_t slots_at = (size_t)aligned(file->size, PAGE);
	return header->slots == 0 || mprotect(file->bytes + slots_at, file->reserved - slots_at,
	                                      PROT_READ | PROT_WRITE) == 0
	               ? STATUS_OK
	               : STATUS_NO_MEMORY;
}

static enum status map(const char *path, const char stamp[DIGEST_HEX_SIZE], struct image_file *file,
                       int *fd)
{
	struct stat about;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*fd < 0)
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_INVALID;
	if (fstat(*fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_uid != geteuid() ||
	    about.st_size < (off_t)sizeof(struct header))
		return STATUS_INVALID;
	file->size = (size_t)about.st_size;
	struct header *header = malloc(sizeof(*header));
	if (!header)
		return STATUS_NO_MEMORY;
	enum status status = pread(*fd, header, sizeof(*header), 0) == (ssize_t)sizeof(*header) &&
	                                     head_is_whole(header, stamp, file->size)
	                             ? map_at(file, *fd, header)
	                             : STATUS_INVALID;
	free(header);
	return status;
}

/* The pack is made this mapping's own, and each pointer goes where its target is now. */
static enum status move_pointers(struct image_file *file, int fd)
{
	size_t count, size;
	const uint32_t *pointers = image_file_items(file, pointers_name, sizeof(*pointers), &count);
	const char *pack = image_file_items(file, pack_name, 1, &size);
	const uint64_t delta = (uint64_t)(uintptr_t)file->bytes - header_of(file)->address;
	if (!pointers || !pack)
		return STATUS_OK;
	char *own = mmap(file->bytes, file->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
	                 fd, 0);
	if (own != file->bytes)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		uint64_t target;
		char *at = own + (pack - file->bytes) + (size_t)pointers[i] * WORD;
		if ((size_t)pointers[i] * WORD + WORD > size)
			return STATUS_INVALID;
		memcpy(&target, at, WORD);
		target += delta;
		memcpy(at, &target, WORD);
	}
	return mprotect(own, file->size, PROT_READ) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status image_file_open(const char *path, const char stamp[DIGEST_HEX_SIZE],
                            struct image_file **out)
{
	struct image_file *file = calloc(1, sizeof(*file));
	int fd = -1;
	*out = NULL;
	if (!file)
		return STATUS_NO_MEMORY;
	enum status status = map(path, stamp, file, &fd);
	if (status == STATUS_OK) {
		(void)posix_madvise(file->bytes, file->size, POSIX_MADV_WILLNEED);
		status = digest_is_right(file) ? STATUS_OK : STATUS_INVALID;
		(void)madvise(file->bytes, file->size, MADV_DONTNEED);
	}
	if (status == STATUS_OK && !image_file_is_in_place(file))
		status = move_pointers(file, fd);
	if (fd >= 0)
		close(fd);
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
		munmap(file->bytes, file->reserved);
	free(file);
}

const void *image_file_items(const struct image_file *file, const char *name, size_t size,
                             size_t *count)
{
	const struct header *header = header_of(file);
	*count = 0;
	for (size_t i = 0; i < header->count; i++) {
		const struct place *own = &header->places[i];
		if (strcmp(own->name, name) != 0 || own->size % size != 0)
			continue;
		*count = (size_t)own->size / size;
		return file->bytes + own->offset;
	}
	return NULL;
}

const void *image_file_array(const struct image_file *file, const char *name, size_t size,
                             size_t count)
{
	size_t found;
	const void *items = image_file_items(file, name, size, &found);
	return items && found == count ? items : NULL;
}

const void *image_file_packed(const struct image_file *file, size_t place, size_t size)
{
	size_t room;
	const char *pack = image_file_items(file, pack_name, 1, &room);
	return pack && place % WORD == 0 && place <= room && size <= room - place ? pack + place
	                                                                          : NULL;
}

void **image_file_slots(const struct image_file *file, size_t *count)
{
	*count = (size_t)header_of(file)->slots;
	return (void *)(file->bytes + aligned(file->size, PAGE));
}

bool image_file_is_in_place(const struct image_file *file)
{
	return (uintptr_t)file->bytes == header_of(file)->address;
}
