/*
 * HTML tables: what a table of a page is, told by what stands in it. Pure; any thread. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_HTML_TABLES_H
#define DAYI_EXCHANGE_HTML_TABLES_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Whether the table that begins before `behind` only lays the page out: it holds another table, and
 * the rows above that one are not of questions and answers.
 */
bool html_table_is_layout(struct span behind);

#endif
