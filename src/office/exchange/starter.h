/*
 * Starter: what an imported folder needs beside its entries, so that an editor can go on from
 * it. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_STARTER_H
#define DAYI_EXCHANGE_STARTER_H

#include "base/embedded.h"
#include "base/status.h"
#include "office/exchange/form.h"

/* knowledge/schema/ of the source tree; made at build time. */
extern const struct embedded_file starter_schemas[];
extern const size_t starter_schemas_count;

/*
 * Writes office.json (with the import's title, and the contacts that the document names beside
 * its entries) and the folder `schema`, each where there is none yet. What cannot be written the
 * import keeps.
 */
MUST_CHECK enum status starter_write(struct import *import, const char *folder);

#endif
