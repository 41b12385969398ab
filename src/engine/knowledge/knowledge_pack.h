/*
 * Knowledge in an image file: what was read and checked once is mapped by the next process, its
 * patterns compiled, instead of being read again.
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
 * Where the text, which is a prompt of the entry in that row, was packed; for pointers to it from
 * elsewhere in the pack. After knowledge_keep().
 */
size_t knowledge_kept_prompt(const struct image_draft *draft, const struct knowledge *knowledge,
                             uint32_t row, const char *text);

/*
 * The knowledge of a file, which must outlive it; destroyed with knowledge_destroy().
 * STATUS_INVALID where the file has none, or its patterns are of another PCRE2. Only one of a file
 * at a time.
 */
MUST_CHECK enum status knowledge_adopt(const struct image_file *file, struct knowledge **out);

#endif
