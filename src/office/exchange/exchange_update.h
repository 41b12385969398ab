/*
 * Update: an import into a folder that has entries already. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_EXCHANGE_UPDATE_H
#define DAYI_EXCHANGE_EXCHANGE_UPDATE_H

#include "base/status.h"
#include "office/exchange/exchange.h"
#include "office/exchange/form.h"

/* Whether a sub-folder of `folder` holds a file of entries. */
MUST_CHECK enum status update_is_due(const char *folder, struct arena *arena, bool *out);

/*
 * Joins the kept rows of `import` with the entries of `folder`, tells the outline what is new,
 * changed and gone, and writes what has changed: all of it or, with a fault or in a dry run,
 * nothing. With options->replace, entries of the same document that no row is about are removed.
 */
MUST_CHECK enum status update_run(struct import *import, const char *folder,
                                  const struct exchange_options *options,
                                  struct exchange_counts *counts);

#endif
