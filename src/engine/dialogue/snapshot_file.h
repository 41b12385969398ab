/*
 * Snapshot file: what was built of a large folder, kept for the next start and for other processes.
 *
 * * * A folder with SNAPSHOT_KEPT_FROM or more answering entries is kept in an image file. Its name
 * is a hash of the content, of the program that wrote it and of its options, so it never belongs to
 * other knowledge or code. A damaged file is rebuilt.
 *
 * * * Hashing the content means reading all of it. A second, small file avoids that: it is named
 * after the print of the folder (base/folder_print.h) and holds the version that was read when the
 * folder had this print. The newest few files of both kinds are kept.
 */
#ifndef DAYI_DIALOGUE_SNAPSHOT_FILE_H
#define DAYI_DIALOGUE_SNAPSHOT_FILE_H

#include "base/fault.h"
#include "base/folder_print.h"
#include "base/image_file.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/settings.h"

enum { SNAPSHOT_KEPT_FROM = 5000 };

/* A folder, and where its image is kept. Borrows its texts. */
struct snapshot_place {
	const char *folder;
	const struct match_settings *settings;
	struct folder_print print; /* before the folder is read; hex "" where it is not known */
};

/* Before the folder is read. */
void snapshot_place_init(struct snapshot_place *place, const char *folder,
                         const struct match_settings *settings);

/* Whether images are kept for that place. */
bool snapshot_place_keeps(const struct snapshot_place *place, const struct knowledge *knowledge);

/*
 * Finds the version of the knowledge in the folder if it was read before and has not changed since.
 * STATUS_NOT_FOUND if that is unknown.
 */
MUST_CHECK enum status snapshot_file_version(const struct snapshot_place *place,
                                             char version[KNOWLEDGE_VERSION_SIZE]);

/*
 * Opens the image of that version. STATUS_NOT_FOUND if there is none; STATUS_INVALID, with a note
 * in `faults`, if it is damaged.
 */
MUST_CHECK enum status snapshot_file_open(const struct snapshot_place *place, const char *version,
                                          struct faults *faults, struct image_file **out);

/* Writes the image. Failure adds a warning to `faults`. */
MUST_CHECK enum status snapshot_file_write(const struct snapshot_place *place, const char *version,
                                           struct image_draft *draft, struct faults *faults);

/* Records that the folder has that version. Records nothing if the folder may still be changing. */
void snapshot_file_note(const struct snapshot_place *place, const char *version);

#endif
