/*
 * Manifest: which files a backup has, what they are, and their SHA-256.
 */
#ifndef DAYI_BACKUP_MANIFEST_H
#define DAYI_BACKUP_MANIFEST_H

#include "base/digest.h"
#include "office/backup/backup.h"

#define MANIFEST_NAME "manifest.json"

struct manifest_file {
	const char *name;
	enum backup_kind kind;
	int64_t bytes;
	char hash[DIGEST_HEX_SIZE];
};

struct manifest {
	struct backup_head head;
	struct manifest_file *files;
	size_t count;
};

/* The length and the hash of a file, read in pieces. STATUS_NOT_FOUND, STATUS_IO, … */
MUST_CHECK enum status manifest_measure(const char *path, struct manifest_file *file);

MUST_CHECK enum status manifest_write(const char *path, const struct manifest *manifest);

/* All of it is in the arena. STATUS_INVALID, with a fault, for what is none of ours. */
MUST_CHECK enum status manifest_read(const char *path, struct arena *arena, struct faults *faults,
                                     struct manifest *out);

#endif
