/*
 * Document doubts: what is doubtful about the reading of a document as a whole, as warnings.
 * Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_DOUBTS_H
#define DAYI_EXCHANGE_DOCUMENT_DOUBTS_H

#include "office/exchange/document_reading.h"
#include "office/exchange/form.h"

/* Warns of entries that do not look like the others, and of a reading that is hardly the best. */
void doubts_report(struct import *import, const struct reading_result *read);

#endif
