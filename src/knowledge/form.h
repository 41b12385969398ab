/*
 * The forms of exchange: what exchange.c and its forms share. Private to knowledge/.
 */
#ifndef DAYI_KNOWLEDGE_FORM_H
#define DAYI_KNOWLEDGE_FORM_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "knowledge/knowledge.h"
#include "knowledge/read.h"

/* The collection that an import makes. */
extern const char import_collection[];

/* One import: the entries read so far, and the reader that checks them. */
struct import {
	struct reader reader; /* its `status` stops the import */
	const char *file;
	const char *title; /* of the document; "" where it has none */
	struct entry_list entries;
};

MUST_CHECK enum status import_begin(struct import *import, const char *file, struct faults *faults);
void import_end(struct import *import);

/* Reads the entry that begins in `line`, and deletes the object. NULL: out of memory. */
void import_take(struct import *import, cJSON *object, unsigned line);

/* Adds a fault of the input. */
void import_fault(struct import *import, enum fault_level level, unsigned line, const char *field,
                  const char *format, ...) PRINTF_LIKE(5, 6);

/* "item-07", from the reader's arena; "" with the reader's status when memory is out. */
const char *import_item_id(struct import *import, int number);

void import_jsonl(struct import *import, struct span input);
void import_csv(struct import *import, struct span input);
void import_text(struct import *import, struct span input);

void export_jsonl(const struct knowledge *knowledge, struct buf *out);
void export_csv(const struct knowledge *knowledge, struct buf *out);
MUST_CHECK enum status export_text(const struct knowledge *knowledge, struct buf *out,
                                   struct faults *faults);

enum entry_style {
	ENTRY_FILE, /* a file of a collection: indented, with $schema and `also` */
	ENTRY_LINE, /* a line of a .jsonl collection: `also` */
	ENTRY_ROW,  /* a line of the exchange form: `alternates`, the four chief members always */
};

/* Appends the entry and a line feed; out of memory marks the buffer. */
void entry_print(const struct entry *entry, enum entry_style style, struct buf *out);

/* Compact JSON of the entry's cases, diagnosis and questions, nothing where it has none. */
void cases_print(const struct entry *entry, struct buf *out);
void diagnosis_print(const struct entry *entry, struct buf *out);
void questions_print(const struct entry *entry, struct buf *out);

/* Compact JSON of a list of strings. */
void strings_print(const char *const *items, size_t count, struct buf *out);

#endif
