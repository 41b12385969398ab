/*
 * Document wraps: lines that a PDF or a mail program broke where the page ended become paragraphs
 * again. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_WRAPS_H
#define DAYI_EXCHANGE_DOCUMENT_WRAPS_H

#include "office/exchange/document_reading.h"

/*
 * Joins broken lines if the document has such, and takes those behind the first one of each
 * paragraph away. The lines joined lie in out->joined, the others still in the input.
 * STATUS_NO_MEMORY or STATUS_OK.
 */
MUST_CHECK enum status wraps_join(struct reading_result *out);

#endif
