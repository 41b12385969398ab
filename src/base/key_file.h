/*
 * Key files: a secret or a public key in a file of its own.
 *
 * A secret is the text of its file without the line's end, so that any other program can use it as
 * it stands.
 */
#ifndef DAYI_BASE_KEY_FILE_H
#define DAYI_BASE_KEY_FILE_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/status.h"

enum { KEY_FILE_LEAST = 32 /* bytes of a secret */ };

enum key_kind {
	KEY_SECRET,
	KEY_GIVEN, /* a secret that another program made, as long or short as it is */
	KEY_PUBLIC,
};

/* Makes a secret of 32 random bytes as 64 hex digits; see file_make_private(). */
MUST_CHECK enum status key_file_make(const char *path);

/*
 * Appends the key. A warning where others may read a secret, or write a public key.
 * STATUS_NOT_FOUND, STATUS_LIMIT, STATUS_IO, and STATUS_INVALID for a secret shorter than
 * KEY_FILE_LEAST, or one that was given and is empty or of several lines: each with an error in
 * `faults`.
 */
MUST_CHECK enum status key_file_read(const char *path, enum key_kind kind, struct buf *out,
                                     struct faults *faults);

#endif
