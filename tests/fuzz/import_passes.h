/*
 * Import passes: what must hold of anything that is imported, for the targets of the readers. What
 * was imported loads; in the form `exported`, export → import → export gives the same bytes, and
 * changes nothing where it came from.
 */
#ifndef DAYI_TESTS_IMPORT_PASSES_H
#define DAYI_TESTS_IMPORT_PASSES_H

#include "base/span.h"
#include "office/exchange/exchange.h"

void import_passes(struct span input, enum exchange_format format, enum exchange_format exported);

enum { IMPORT_PARTS_MOST = 4, IMPORT_PART_END = 0x1e };

/*
 * Of a .docx or .xlsx: the input is its parts, each ended by IMPORT_PART_END, so that what is tried
 * is the XML within a sound zip file. An input that begins with PK is the file itself.
 */
void import_passes_parts(struct span input, enum exchange_format format, const char *const *names,
                         size_t most);

#endif
