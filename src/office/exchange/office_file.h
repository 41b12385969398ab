/*
 * Office files: the text of a .docx, and the first table of an .xlsx as CSV. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_OFFICE_FILE_H
#define DAYI_EXCHANGE_OFFICE_FILE_H

#include "office/exchange/container.h"
#include "office/exchange/exchange.h"

/*
 * EXCHANGE_DOCX or EXCHANGE_XLSX by the parts it has; EXCHANGE_ANY for another zip file.
 */
enum exchange_format office_file_kind(const struct container *container);

/*
 * Appends a line a paragraph; numbers that Word makes stand before their text. A document whose
 * tables have heads such as 问题 and 答案 becomes CSV, and *is_table is true.
 */
MUST_CHECK enum status docx_read(struct container *container, struct buf *out, bool *is_table);

/* Appends the first sheet that has rows, as CSV; *sheets is how many have rows. */
MUST_CHECK enum status xlsx_read(struct container *container, struct buf *out, size_t *sheets);

#endif
