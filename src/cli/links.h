/*
 * Links: tries the addresses that a knowledge folder names, for `dayi check --links`.
 */
#ifndef DAYI_CLI_LINKS_H
#define DAYI_CLI_LINKS_H

#include "base/fault.h"
#include "engine/knowledge/knowledge.h"

/* What became of them. */
struct links_tried {
	size_t fine, broken, silent, more; /* more: not tried */
};

/* A fault of level WARNING for each that is broken or silent, at the first entry that names it. */
MUST_CHECK enum status links_try(const struct knowledge *knowledge, struct faults *faults,
                                 struct links_tried *tried);

#endif
