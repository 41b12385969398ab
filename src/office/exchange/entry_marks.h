/*
 * Entry marks: numbers and words that stand before most questions or answers of an input and are no
 * text of them, such as Q1 in the cells of a table. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_ENTRY_MARKS_H
#define DAYI_EXCHANGE_ENTRY_MARKS_H

#include "office/exchange/form.h"

/*
 * Takes off what most entries begin with: numbers of questions, if they count them, and marks of
 * answers; then answers that are only placeholders, as 待补充. Each is told. Nothing where export
 * wrote the input.
 */
void entry_marks_take_off(struct import *import);

#endif
