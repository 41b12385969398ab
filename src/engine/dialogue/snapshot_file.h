/*
 * Snapshot file: what was built of a large folder, kept for the next start and for other processes.
 *
 * A folder of SNAPSHOT_KEPT_FROM answering entries or more is kept in an image file that is named
 * by a hash of the knowledge's content, of the program that made it and of what it was made with,
 * so that it is never one of other knowledge or of other code. A file that is not whole is made
 * anew.
 *
 * To hash the content takes reading it all. So a second, small file is named by the folder's print
 * (base/folder_print.h) and holds the version of the content that was read when the folder had that
 * print. The newest few of both are kept.
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

/* A folder, and where what is built of it is kept. Borrows its texts. */
struct snapshot_place {
	const char *folder;
	const struct match_settings *settings;
	struct folder_print print; /* before the folder is read; hex "" where it is not known */
};

/* Before the folder is read. */
void snapshot_place_init(struct snapshot_place *place, const char *folder,
                         const struct match_settings *settings);

/* Whether knowledge of that place is to be kept at all. */
bool snapshot_place_keeps(const struct snapshot_place *place, const struct knowledge *knowledge);

/*
 * The version of the knowledge in the folder, where it was read before and is as it was then.
 * STATUS_NOT_FOUND where that is not known.
 */
MUST_CHECK enum status snapshot_file_version(const struct snapshot_place *place,
                                             char version[KNOWLEDGE_VERSION_SIZE]);

/*
 * The image of that version. STATUS_NOT_FOUND where there is none. One that is damaged is a note in
 * `faults`, and STATUS_INVALID.
 */
MUST_CHECK enum status snapshot_file_open(const struct snapshot_place *place, const char *version,
                                          struct faults *faults, struct image_file **out);

/* Writes the image. Where that fails, `faults` has a warning. */
MUST_CHECK enum status snapshot_file_write(const struct snapshot_place *place, const char *version,
                                           struct image_draft *draft, struct faults *faults);

/* The folder, as it is, has that version; nothing is noted where it is not sure to stay so. */
void snapshot_file_note(const struct snapshot_place *place, const char *version);

#endif
