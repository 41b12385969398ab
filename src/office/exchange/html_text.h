/*
 * HTML in an answer becomes text: links, lists and line breaks are kept. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_HTML_TEXT_H
#define DAYI_EXCHANGE_HTML_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Whether the text has a tag of HTML. */
bool html_is(struct span text);

/*
 * Appends the text. <br>, blocks and rows end a line; <li> becomes "• " or a number; a link becomes
 * its text with the address in brackets; scripts and styles are dropped. Entities are resolved.
 */
void html_append_text(struct span text, struct buf *out);

#endif
