/*
 * Case lines: the cases (情形1：…) that an input writes as plain lines, without the members of our
 * own forms. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_CASE_LINES_H
#define DAYI_EXCHANGE_CASE_LINES_H

#include "base/json.h"
#include "base/status.h"
#include "office/exchange/form.h"

/*
 * Lines behind the one of the situation are its advice, where each case of the entry has some and
 * none has an advice of its own.
 */
MUST_CHECK enum status case_lines_split(cJSON *cases);

/*
 * Makes cases of the answer's lines from 情形1： on, where their numbers run and the entry has no
 * cases; what stands before stays the answer. Reads the same text as a document would.
 */
MUST_CHECK enum status case_lines_read(cJSON *entry);

/*
 * How a further answer of an entry that has cases is related to them. Where it repeats situation
 * and advice of each, and hardly says more from there on, it is cut off before them.
 */
enum case_overlap { CASES_APART, CASES_CUT_OFF, CASES_REPEATED };
MUST_CHECK enum status case_lines_cut(cJSON *row, const cJSON *cases, enum case_overlap *overlap);

/*
 * Warns of cases without an advice, and of ones that stood before. `lines` (borrowed): where each
 * case stands; NULL: all stand in `line`.
 */
void case_lines_report(struct import *import, const cJSON *entry, const unsigned *lines,
                       unsigned line);

#endif
