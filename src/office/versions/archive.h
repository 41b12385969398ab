/*
 * Archive: the files of a folder as one run of bytes, and the folder made of them again.
 *
 * The same files under the same names give the same bytes, wherever and whenever they are packed:
 * no times, owners or modes are kept. Hidden files are left out. The hash of the bytes names the
 * content.
 */
#ifndef DAYI_VERSIONS_ARCHIVE_H
#define DAYI_VERSIONS_ARCHIVE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/embedded.h"
#include "base/status.h"

/* Of the bytes of an archive. */
enum { ARCHIVE_BYTES_MOST = 256 * 1024 * 1024 };

/*
 * Appends the folder's files. STATUS_NOT_FOUND when there is no such folder, STATUS_LIMIT when they
 * are too many bytes or lie too deep, STATUS_IO, STATUS_NO_MEMORY.
 */
MUST_CHECK enum status archive_pack(const char *folder, struct buf *out);

MUST_CHECK enum status archive_hash(struct span bytes, char hex[DIGEST_HEX_SIZE]);

/*
 * The files in the archive, in its order: names from the arena, contents within `bytes`.
 * STATUS_INVALID as archive_unpack(), STATUS_NO_MEMORY.
 */
MUST_CHECK enum status archive_list(struct span bytes, struct arena *arena,
                                    struct embedded_file **out, size_t *count);

/*
 * Appends the archive of these files, which must stand in the order of archive_order(): the same
 * bytes as archive_pack() of a folder with them.
 */
MUST_CHECK enum status archive_write(const struct embedded_file *files, size_t count,
                                     struct buf *out);

/* For qsort(), of struct embedded_file: a folder stands where its name does. */
int archive_order(const void *a, const void *b);

/*
 * Makes the folder, which must not be there, with its files. STATUS_INVALID when the bytes are no
 * archive, or one that names a file outside of the folder; STATUS_IO, STATUS_NO_MEMORY. What was
 * made before a failure is left for the caller to remove.
 */
MUST_CHECK enum status archive_unpack(struct span bytes, const char *folder);

/*
 * Makes a folder with the files of one archive that with the files of another: those that differ
 * are written, each as a whole, and those that only the first has are removed. What else is there
 * stays. STATUS_INVALID, STATUS_IO, STATUS_NO_MEMORY; some may be written then.
 */
MUST_CHECK enum status archive_change(const char *folder, struct span from, struct span to);

#endif
