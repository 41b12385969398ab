/*
 * Image file: arrays that were made once, in a file that any number of processes map read-only.
 *
 * The file bears a stamp of what it was made of. It is opened only where the stamp is the one asked
 * for and the SHA-256 of all that follows is right; else it is as if it were not there. It is
 * written aside and renamed, mode 0600: whoever reads it has a whole one.
 */
#ifndef DAYI_MATCH_IMAGE_FILE_H
#define DAYI_MATCH_IMAGE_FILE_H

#include <stddef.h>

#include "base/digest.h"
#include "base/status.h"

enum { IMAGE_SECTIONS_MOST = 24 };

struct image_section {
	const void *bytes;
	size_t size;
};

/* `stamp` is lower-case hex of a finished digest. STATUS_IO where the folder can not be written to.
 */
MUST_CHECK enum status image_file_write(const char *path, const char stamp[DIGEST_HEX_SIZE],
                                        const struct image_section *sections, size_t count);

struct image_file;

/*
 * Maps the file; sections are aligned to 64 bytes and live until image_file_close().
 * STATUS_NOT_FOUND where there is no file, STATUS_INVALID where it is damaged, of another stamp or
 * has not `count` sections.
 */
MUST_CHECK enum status image_file_open(const char *path, const char stamp[DIGEST_HEX_SIZE],
                                       struct image_section *sections, size_t count,
                                       struct image_file **out);
/* Takes NULL. */
void image_file_close(struct image_file *file);

#endif
