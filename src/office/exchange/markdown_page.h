/*
 * Markdown page: a document in Markdown, whose marks within lines become text. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_MARKDOWN_PAGE_H
#define DAYI_EXCHANGE_MARKDOWN_PAGE_H

#include <stdbool.h>

#include "base/span.h"
#include "office/exchange/page.h"

/* Whether a line is a heading with # and a blank, or the text begins with front matter. */
bool markdown_is(struct span text);

/* Whether it begins with front matter, which looks like YAML, and goes on as Markdown. */
bool markdown_has_front_matter(struct span text);

/* A line a line; headings and lines that are bold as a whole keep their marks. */
void markdown_page_read(struct span text, struct page *page);

#endif
