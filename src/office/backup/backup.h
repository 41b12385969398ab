/*
 * Backup: what an office would lose with its machine, in one folder, and its way back.
 *
 * A backup is a folder of files and a manifest.json that names each with its kind, length and
 * SHA-256. Databases are copied while they are in use, each as of one moment of its own; the folder
 * appears under its name when it is whole. What an item is, and where it lies, says the caller.
 *
 * All of it may wait for the disk and other programs.
 */
#ifndef DAYI_BACKUP_BACKUP_H
#define DAYI_BACKUP_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/status.h"
#include "store/store.h"

enum backup_kind {
	BACKUP_DATABASE, /* SQLite file */
	BACKUP_SERVER,   /* all of a PostgreSQL database */
	BACKUP_FILE,     /* a key, the settings */
	BACKUP_FOLDER,   /* of knowledge: one archive (office/versions/archive.h) */
};
enum { BACKUP_KINDS = BACKUP_FOLDER + 1 };

/* All of it is borrowed. A server may hold the tables of any of its schemas. */
struct backup_item {
	const char *name; /* of its file in the backup: [a-z.-] */
	enum backup_kind kind;
	const char *place;                         /* file, folder or URL that it is of */
	const struct store_schema *schema;         /* of BACKUP_DATABASE; NULL: whatever it holds */
	const struct store_schema *const *schemas; /* of BACKUP_SERVER, up to NULL */
	bool there; /* set by the functions below: it is in the backup */
};

/* `made` is when, "2026-11-30T07:32:00Z"; `program` which version of Dayi. */
struct backup_head {
	const char *made, *program;
};

/*
 * Makes `folder`, which must not be there. Items whose place is empty or missing are left out.
 * STATUS_INVALID, STATUS_BUSY, STATUS_IO, STATUS_NO_MEMORY, each with a fault that names the item;
 * nothing is left behind then.
 */
MUST_CHECK enum status backup_make(const char *folder, const struct backup_head *head,
                                   struct backup_item *items, size_t count, int64_t busy_ms,
                                   struct faults *faults);

/*
 * Reads the manifest and every file that it names, and sets which of the items are there. A file
 * that is missing, changed or of no item, and a database of another program or of a later version
 * than this one knows, is a fault: STATUS_INVALID. `head` is in the arena.
 */
MUST_CHECK enum status backup_check(const char *folder, struct arena *arena,
                                    struct backup_head *head, struct backup_item *items,
                                    size_t count, struct faults *faults);

/*
 * Puts the items that are there into their places, after backup_check(). Everything is copied
 * beside its place first, then all of it is exchanged; what stood there stays, as
 * PLACE.before-STAMP. A place that is taken, without `replace`, a database that a program has open,
 * and a PostgreSQL that Dayi is connected to or that cannot be reached are faults: STATUS_INVALID,
 * and nothing has changed. PostgreSQL comes last, in a transaction
 * of its own; where that fails the files are restored already, and the fault says so.
 */
MUST_CHECK enum status backup_restore(const char *folder, const char *stamp, bool replace,
                                      const struct backup_item *items, size_t count,
                                      struct faults *faults);

/* The item's file in the backup, from the arena; NULL out of memory. */
char *backup_path(struct arena *arena, const char *folder, const struct backup_item *item);

#endif
