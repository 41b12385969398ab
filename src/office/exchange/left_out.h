/*
 * Left out: what of an input belongs to no entry. Every line of it passes here once, so that none
 * is lost without a word: it is told a kind, shown as a whole by a dry run, and the ways to reach
 * the office that it names are kept for office.json. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_LEFT_OUT_H
#define DAYI_EXCHANGE_LEFT_OUT_H

#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"
#include "office/exchange/form.h"

/* One line, or several; `line` 0: not known. */
void left_out_take(struct import *import, unsigned line, struct span text);

/* A line of a list of contacts, which needs no word such as 电话 to name one. */
void left_out_take_contact(struct import *import, unsigned line, struct span text);

/* Tells of one kind: its name in the reader's language, the first line, and how many there are. */
void left_out_tell(struct import *import, enum fault_level level, unsigned line, const char *kind,
                   struct span first, size_t count);

#endif
