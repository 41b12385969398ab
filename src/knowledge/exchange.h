/*
 * Exchange: knowledge folders in and out of the forms in which offices keep an FAQ.
 *
 *   jsonl  one entry a line: {"id","question","alternates":[…],"answer","pattern"?} and, so that
 *          nothing is lost, the further members of an entry under their own names; members that an
 *          entry does not have are left out, with a fault of level NOTE
 *   csv    RFC 4180, CRLF, UTF-8 with BOM for Excel; a cell that holds a list has an item a line
 *          (exchange_csv.c says more)
 *   text   a numbered FAQ document: 1、question / 答：answer / 情形1：… / 建议：…
 *          (exchange_text.h says more)
 *
 * export → import → export gives the same bytes. What the text form can not carry (alternates,
 * patterns, notes) is named in a fault of level NOTE.
 */
#ifndef DAYI_KNOWLEDGE_EXCHANGE_H
#define DAYI_KNOWLEDGE_EXCHANGE_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "knowledge/knowledge.h"

enum exchange_format { EXCHANGE_JSONL, EXCHANGE_CSV, EXCHANGE_TEXT };

/* "jsonl", "csv", "text"; false for another word. */
bool exchange_format_named(const char *name, enum exchange_format *out);

/*
 * Reads `input` (named `file` in faults) and writes the collection `imported` of a knowledge
 * folder, which is made where there is none: one file an entry, or, above EXCHANGE_FILES_MOST
 * entries, one entries.jsonl, in the order of the input. Beside it, where they are missing, the
 * schemas for editors and an office.json to begin with, which has the title of a text document. An
 * existing collection of that name is refused (STATUS_INVALID), so that an import never overwrites
 * an editor's work. All faults of the input are reported; nothing is written when there is an
 * error.
 */
enum { EXCHANGE_FILES_MOST = 2000 };
MUST_CHECK enum status exchange_import(struct span input, const char *file,
                                       enum exchange_format format, const char *out_folder,
                                       struct faults *faults, size_t *entries);

/* Appends the folder's ENTRY_ANSWER entries in the given form. */
MUST_CHECK enum status exchange_export(const struct knowledge *knowledge,
                                       enum exchange_format format, struct buf *out,
                                       struct faults *faults);

#endif
