/*
 * Office export: a table as an .xlsx workbook, lines as a .docx document. Private to exchange/.
 *
 * What is written is plain: one sheet of texts, one paragraph a line, no formula, no macro, no
 * link. The same input gives the same bytes.
 */
#ifndef DAYI_EXCHANGE_OFFICE_EXPORT_H
#define DAYI_EXCHANGE_OFFICE_EXPORT_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

/*
 * Of CSV as export_csv() writes it. STATUS_NO_MEMORY, STATUS_LIMIT, or STATUS_INVALID with a fault:
 * a cell is longer than Excel takes.
 */
MUST_CHECK enum status export_xlsx(struct span csv, struct buf *out, struct faults *faults);

MUST_CHECK enum status export_docx(struct span text, struct buf *out);

#endif
