/*
 * Archive: the files of a folder as one run of bytes, and the folder made of them again.
 *
 * The same files under the same names give the same bytes, wherever and whenever they are packed:
 * no times, owners or modes are kept. Hidden files are left out. The hash of the bytes names the
 * content.
 */
#ifndef DAYI_VERSIONS_ARCHIVE_H
#define DAYI_VERSIONS_ARCHIVE_H

#include "base/buf.h"
#include "base/digest.h"
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
 * Makes the folder, which must not be there, with its files. STATUS_INVALID when the bytes are no
 * archive, or one that names a file outside of the folder; STATUS_IO, STATUS_NO_MEMORY. What was
 * made before a failure is left for the caller to remove.
 */
MUST_CHECK enum status archive_unpack(struct span bytes, const char *folder);

#endif
