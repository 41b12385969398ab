/*
 * HTML page: the paragraphs, headings, lists and tables of a web page, or of a document that Word
 * saved as one. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_HTML_PAGE_H
#define DAYI_EXCHANGE_HTML_PAGE_H

#include <stdbool.h>

#include "base/span.h"
#include "office/exchange/page.h"

/* Whether the text is a page as a whole, not a text that holds some tags. */
bool html_page_is(struct span text);

/* UTF-8. Scripts and styles are dropped; menus and forms are told. Of a page that is cut off, all
 * that is there is read. */
void html_page_read(struct span text, struct page *page);

#endif
