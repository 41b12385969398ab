/*
 * HTML tags: the pieces of HTML, one at a time. Pure; any thread. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_HTML_TAGS_H
#define DAYI_EXCHANGE_HTML_TAGS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum { HTML_NAME_SIZE = 16 };

struct html_tag {
	char name[HTML_NAME_SIZE]; /* lower case, cut to its size */
	bool closes;
	struct span whole, attributes;
};

/* The names of elements that begin and end a line; ends with NULL. */
extern const char *const html_blocks[];
bool html_is_one(const char *name, const char *const *list);

/* The tag at the start of the text. In a text that may hold < as well, only common tags count. */
bool html_tag_of_text(struct span text, struct html_tag *tag);
bool html_tag_of_page(struct span text, struct html_tag *tag);

/* The next tag of the page, and *rest behind it; false where there is none. */
bool html_next_tag(struct span *rest, struct html_tag *tag);

/* Its value as it is written; empty where it is not there. */
struct span html_attribute(struct span attributes, const char *name);

/* Appends such a value, its entities resolved. */
void html_append_value(struct span value, struct buf *out);

/* Takes an entity such as &nbsp; off the start and appends what it stands for. */
bool html_append_entity(struct span *text, struct buf *out);

/* From the next `end` on, such as </script, whatever its case; empty at the end of the text. */
struct span html_behind(struct span text, const char *end);

#endif
