/*
 * Folder print: whether a folder is as it was, told without reading its files.
 *
 * It is a hash of every file's and folder's path, size, times of change, inode and device. The
 * kernel sets ctime whenever the content or anything else of a file changes, and no program can set
 * it back; so the same print means the same content, as long as no file changed within the
 * granularity of that clock after the print was taken. Who wants to trust a print later keeps it
 * only where folder_print_is_settled().
 */
#ifndef DAYI_BASE_FOLDER_PRINT_H
#define DAYI_BASE_FOLDER_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/status.h"

struct folder_print {
	char hex[DIGEST_HEX_SIZE];
	int64_t taken_s;   /* when it was taken */
	int64_t changed_s; /* when anything of it was changed last */
};

/*
 * Without hidden files. STATUS_NOT_FOUND or STATUS_IO where the folder or one within it cannot be
 * read, STATUS_LIMIT where folders lie within one another too deep.
 */
MUST_CHECK enum status folder_print_take(const char *folder, struct folder_print *out);

/* Nothing of the folder had changed for a while when the print was taken. */
bool folder_print_is_settled(const struct folder_print *print);

#endif
