/*
 * Number format: what a cell of a workbook shows of its value. Private to exchange/.
 *
 * A format code, as #,##0.00"元";[Red]-0, is as ECMA-376 part 1 has it in 18.8.30 (numFmt) and
 * 18.8.31 (numFmts): up to four sections of placeholders, literals and parts of a date, for
 * positive numbers, negative ones, zero and text, or each with a condition. Not understood are
 * fractions, exponents, eras and numbers in Chinese numerals.
 */
#ifndef DAYI_EXCHANGE_NUMBER_FORMAT_H
#define DAYI_EXCHANGE_NUMBER_FORMAT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

struct number_format;

enum number_shown {
	NUMBER_SHOWN,
	NUMBER_HIDDEN,  /* the format shows nothing of it */
	NUMBER_LONG,    /* shown; of its whole digits Excel keeps the first 15 alone */
	NUMBER_UNKNOWN, /* the format is not understood, or has no way to show such a value */
};

/* A code that is not understood is one, too; all its values are NUMBER_UNKNOWN. */
MUST_CHECK enum status number_format_create(struct number_format **out, struct span code);
void number_format_destroy(struct number_format *format);

/* Borrowed. */
struct span number_format_code(const struct number_format *format);

/*
 * Appends what the format shows, without blanks at its ends. `number` is as the file has it; with
 * `from_1904`, its days are counted from 1904-01-01. Nothing is appended unless it is shown.
 */
enum number_shown number_format_show(const struct number_format *format, struct span number,
                                     bool from_1904, struct buf *out);

/* Likewise of a text, which stays as it is unless the format has a section for texts. */
enum number_shown number_format_show_text(const struct number_format *format, struct span text,
                                          struct buf *out);

#endif
