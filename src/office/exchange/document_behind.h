/*
 * Document behind: documents that print all questions first and their answers behind, with the same
 * numbers. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_BEHIND_H
#define DAYI_EXCHANGE_DOCUMENT_BEHIND_H

#include "office/exchange/document_reading.h"

/*
 * Where the first half of the items has no answers, and the second half has the same numbers and
 * does not ask, puts the lines of each answer behind its question. STATUS_NO_MEMORY or STATUS_OK.
 */
MUST_CHECK enum status answers_behind_join(struct reading_result *read);

#endif
