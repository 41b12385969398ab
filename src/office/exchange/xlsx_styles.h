/*
 * Xlsx styles: the number format of each style of cells, from xl/styles.xml. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_XLSX_STYLES_H
#define DAYI_EXCHANGE_XLSX_STYLES_H

#include <stddef.h>

#include "base/status.h"
#include "office/exchange/container.h"
#include "office/exchange/number_format.h"

struct xlsx_styles;

/* A workbook may be without styles. STATUS_INVALID has its fault. */
MUST_CHECK enum status xlsx_styles_read(struct container *container, struct xlsx_styles **out);
void xlsx_styles_destroy(struct xlsx_styles *styles);

/* The format of cells of that style, from 0; that of General where there is no such style. */
const struct number_format *xlsx_styles_format(const struct xlsx_styles *styles, size_t style);

#endif
