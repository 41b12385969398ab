/*
 * Office files: the text and the tables of a .docx, and the tables of an .xlsx. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_OFFICE_FILE_H
#define DAYI_EXCHANGE_OFFICE_FILE_H

#include "office/exchange/container.h"
#include "office/exchange/exchange.h"
#include "office/exchange/page.h"

/*
 * EXCHANGE_DOCX or EXCHANGE_XLSX by the parts it has; EXCHANGE_ANY for another zip file.
 */
enum exchange_format office_file_kind(const struct container *container);

/* Both read into the page, and tell what they leave out. STATUS_INVALID has its fault. */
MUST_CHECK enum status docx_read(struct container *container, struct page *page);

/* Every sheet whose columns are questions and answers; else the first one that has rows. */
MUST_CHECK enum status xlsx_read(struct container *container, struct page *page);

#endif
