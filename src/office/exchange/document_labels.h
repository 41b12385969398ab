/*
 * Document labels: records of a system, printed as lines such as 来信内容：…. What the labels of
 * the question and the answer are is known by the words of heads (heads.h). Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_LABELS_H
#define DAYI_EXCHANGE_DOCUMENT_LABELS_H

#include "office/exchange/document_reading.h"

/*
 * Marks the questions and answers of records, and gives their other labelled lines ROLE_FIELD.
 * False where there are no records.
 */
bool labels_find_records(struct line *lines, size_t count);

/* Where no answer has a known mark: a label that stands each time behind a question is one. */
void labels_find_answers(struct line *lines, size_t count);

#endif
