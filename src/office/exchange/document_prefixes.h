/*
 * Document prefixes: marks that no list of words names. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_PREFIXES_H
#define DAYI_EXCHANGE_DOCUMENT_PREFIXES_H

#include "office/exchange/document_reading.h"

/*
 * Finds two prefixes, such as 咨询： and NO.1, that begin lines in turn, the first of which ask:
 * they mark questions and answers; another such pair may stand before or behind them. Else one
 * whose numbers run. A label behind a number, where answers follow it, is a part of the mark. Lines
 * that a mark is known of stay as they are. STATUS_NO_MEMORY or STATUS_OK.
 */
MUST_CHECK enum status prefixes_find(struct line *lines, size_t count);

#endif
