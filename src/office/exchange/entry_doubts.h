/*
 * Entry doubts: signs in what was read, of whatever form, that it was read wrongly. Each kind is
 * told once, with its first line and how many there are; a dry run shows the first 200. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_ENTRY_DOUBTS_H
#define DAYI_EXCHANGE_ENTRY_DOUBTS_H

#include "office/exchange/form.h"

/*
 * The line of an answer, or the question, is as it is: no doubt is told of how it looks. A few
 * other texts count as such, too (their hash is the same).
 */
void entry_doubts_except(struct import *import, struct span line);

/* Looks at all entries of the import, unless export wrote the input. */
void entry_doubts_report(struct import *import);

#endif
