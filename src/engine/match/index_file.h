/*
 * Index file: the index as sections of an image file, whose arrays it borrows when it is read.
 */
#ifndef DAYI_MATCH_INDEX_FILE_H
#define DAYI_MATCH_INDEX_FILE_H

#include "base/image_file.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/index.h"

/* Adds the index, which is sealed, to what is to be written; it must live until then. */
MUST_CHECK enum status index_keep(const struct index *index, struct image_draft *draft);

/*
 * The index of the knowledge as the file has it, which must outlive it. STATUS_INVALID where the
 * file has none.
 */
MUST_CHECK enum status index_adopt(const struct image_file *file, const struct knowledge *knowledge,
                                   struct index **out);

/* What an index depends on beside the program: SQLite's version. */
const char *index_library(void);

#endif
