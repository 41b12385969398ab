/*
 * Docx links: where the links of a Word file lead, which Word keeps beside their text: an element
 * that names a relation of the document, or a field HYPERLINK. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCX_LINKS_H
#define DAYI_EXCHANGE_DOCX_LINKS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "engine/knowledge/table.h"
#include "office/exchange/container.h"
#include "office/exchange/form.h"

enum { DOCX_LINKS_MOST = 4096 };

struct docx_links {
	struct arena *arena; /* borrowed */
	struct table ids;
	const char *addresses[DOCX_LINKS_MOST];
	size_t count;
	/* The elements and fields around, and which of them the link at hand is; 0: none. */
	size_t depth, open;
	size_t start; /* where its text begins in the paragraph */
	struct buf address;
	bool in_instruction;
	struct buf instruction; /* of the field at hand */
	size_t unkept;          /* links to what is no address a reader could open */
	struct buf first_unkept;
};

/* Reads the relations. Its memory comes from the arena, and buffers that deinit frees. */
MUST_CHECK enum status docx_links_init(struct docx_links *links, struct arena *arena,
                                       struct container *container);
void docx_links_deinit(struct docx_links *links);

/* An element, a field; `at` is where the text of the paragraph goes on. */
void docx_links_begin(struct docx_links *links, const char *relation, const char *anchor,
                      size_t at);
void docx_links_begin_field(struct docx_links *links);
/* Between begin and the text of the field. */
void docx_links_end_instruction(struct docx_links *links, size_t at);
void docx_links_begin_simple(struct docx_links *links, const char *instruction, size_t at);
/* The end of any of them: the address is appended to its text. */
void docx_links_end(struct docx_links *links, struct buf *paragraph);
/* A link does not reach into the next paragraph. */
void docx_links_end_paragraph(struct docx_links *links, struct buf *paragraph);

void docx_links_tell(struct docx_links *links, struct import *import);
enum status docx_links_status(const struct docx_links *links);

#endif
