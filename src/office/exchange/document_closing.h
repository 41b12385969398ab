/*
 * Document closing: what stands behind the last answer of a document that was read. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_CLOSING_H
#define DAYI_EXCHANGE_DOCUMENT_CLOSING_H

#include "office/exchange/document_reading.h"

/* What stands behind an empty line at the end belongs to no item, if no other answer holds one. */
void closing_leave_out(struct reading_result *out);

/* Tells of the line at the end of the last answer that could be the end of the document. */
void closing_doubt(struct reading_result *out);

#endif
