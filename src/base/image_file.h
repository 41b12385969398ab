/*
 * Image file: what was made once, in a file that any number of processes map read-only.
 *
 * It holds sections, which are arrays with names, and at most one pack, whose values point to one
 * another (pack.h). The pointers are right where the file lies at an address of its own, which is
 * chosen by its stamp, so that nothing has to be read or changed in it and its pages are shared.
 * Where that address is taken (the file is mapped twice) the pack is copied as it is needed, and
 * its pointers are put right.
 *
 * The file bears a stamp of what it was made of. It is opened only where the stamp is the one asked
 * for and the SHA-256 of all of it is right; else it is as if it were not there. What is in a file
 * whose hash is right is not looked at again: nobody but its owner can have written it (mode 0600).
 * It is written aside and renamed: whoever reads it has a whole one.
 */
#ifndef DAYI_BASE_IMAGE_FILE_H
#define DAYI_BASE_IMAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "base/pack.h"
#include "base/status.h"

enum { IMAGE_SECTIONS_MOST = 48, IMAGE_NAME_SIZE = 32 };

/* What is to be written. */
struct image_draft {
	struct {
		char name[IMAGE_NAME_SIZE];
		const void *items;
		size_t size;
		void *own; /* a copy of the items, or NULL */
	} sections[IMAGE_SECTIONS_MOST];
	size_t count;
	struct pack *pack; /* or NULL; borrowed, and settled when it is written */
};

/* Borrows the items until the draft is written. The name is new and at most 31 bytes long. */
void image_draft_add(struct image_draft *draft, const char *name, const void *items, size_t count,
                     size_t size);

/* Adds a section of one value, which is copied. The name as above. STATUS_NO_MEMORY. */
MUST_CHECK enum status image_draft_copy(struct image_draft *draft, const char *name,
                                        const void *value, size_t size);
void image_draft_deinit(struct image_draft *draft);

/*
 * `stamp` is lower-case hex of a finished digest. STATUS_IO where the folder cannot be written to
 * or the disk is full: then nothing is left there.
 */
MUST_CHECK enum status image_file_write(const char *path, const char stamp[DIGEST_HEX_SIZE],
                                        struct image_draft *draft);

struct image_file;

/*
 * STATUS_NOT_FOUND where there is no file, STATUS_INVALID where it is damaged or of another stamp.
 */
MUST_CHECK enum status image_file_open(const char *path, const char stamp[DIGEST_HEX_SIZE],
                                       struct image_file **out);
/* Takes NULL. */
void image_file_close(struct image_file *file);

/*
 * The items of a section, aligned to 64 bytes, until image_file_close(). NULL where there is no
 * section of that name, or its size is no multiple of the item's.
 */
const void *image_file_items(const struct image_file *file, const char *name, size_t size,
                             size_t *count);

/* As image_file_items(); also NULL where the section has not exactly `count` items. */
const void *image_file_array(const struct image_file *file, const char *name, size_t size,
                             size_t count);

/* The value at a place of the pack, or NULL where it does not lie within it. */
const void *image_file_packed(const struct image_file *file, size_t place, size_t size);

/* The slots of the pack, which are this mapping's own. */
void **image_file_slots(const struct image_file *file, size_t *count);

/* Whether the pack is mapped at the address that its pointers assume, so that its pages are shared.
 */
bool image_file_is_in_place(const struct image_file *file);

#endif
