/*
 * Knowledge in an image file: a process maps knowledge that was read and checked before, with
 * compiled patterns, and need not read it again.
 */
#ifndef DAYI_KNOWLEDGE_KNOWLEDGE_PACK_H
#define DAYI_KNOWLEDGE_KNOWLEDGE_PACK_H

#include "base/image_file.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

/*
 * Puts the knowledge into draft->pack, which must be there. The same knowledge gives the same
 * bytes in every process.
 */
MUST_CHECK enum status knowledge_keep(const struct knowledge *knowledge, struct image_draft *draft);

/*
 * Returns the place of a packed prompt of the entry in that row, for pointers from elsewhere in the
 * pack. Call after knowledge_keep().
 */
size_t knowledge_kept_prompt(const struct image_draft *draft, const struct knowledge *knowledge,
                             uint32_t row, const char *text);

/*
 * Opens the knowledge in a file, which must outlive it. Destroy it with knowledge_destroy().
 * STATUS_INVALID if the file has none, or has patterns of another PCRE2. Only one per file at a
 * time.
 */
MUST_CHECK enum status knowledge_adopt(const struct image_file *file, struct knowledge **out);

#endif
