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
 * export → import → export gives the same bytes. What the text form cannot carry (alternates,
 * patterns, notes) is named in a fault of level NOTE.
 */
#ifndef DAYI_EXCHANGE_EXCHANGE_H
#define DAYI_EXCHANGE_EXCHANGE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

enum exchange_format {
	EXCHANGE_JSONL,
	EXCHANGE_CSV,
	EXCHANGE_TEXT,
	EXCHANGE_XLSX, /* written as the csv form is, in a workbook */
	EXCHANGE_DOCX, /* written as the text form is, in a document */
	/* Of imports only: */
	EXCHANGE_YAML,
	EXCHANGE_ANY, /* the program looks */
};

/* "jsonl" or "json", "csv", "text", "xlsx", "docx"; false for another word. */
bool exchange_format_named(const char *name, enum exchange_format *out);

/* These, and "yaml". */
bool exchange_input_named(const char *name, enum exchange_format *out);

/* "jsonl", "csv", …; "" of EXCHANGE_ANY. */
const char *exchange_format_name(enum exchange_format format);

struct exchange_options {
	enum exchange_format format;
	/* The knowledge folder, which is made where there is none; NULL in a dry run: a new one. */
	const char *folder;
	bool replace; /* entries of the same document that the input has no more are removed */
	bool dry_run; /* nothing is written, and the outline names every entry */
	struct buf *outline; /* takes what the input was read as, for people; NULL: nowhere */
};

struct exchange_counts {
	size_t entries; /* of the folder now; of a new one, all of them are added */
	size_t added, changed, removed, kept;
};

/*
 * Reads `input` (named `file` in faults) into the folder. All faults of the input are reported;
 * where there is an error nothing is written.
 *
 * Where the folder has no entries yet, the collection `imported` is made: one file an entry, or,
 * above EXCHANGE_FILES_MOST entries, one entries.jsonl, in the order of the input. Beside it, where
 * they are missing, the schemas for editors and an office.json to begin with, which has the title
 * of a text document.
 *
 * Where it has entries, those that the input names (by id, or else question, answer or number) take
 * over the members that the input has and that differ; the others are added to the collection of
 * those, or to `imported`. The numbers of a document follow its later version. All else stays as it
 * is, byte for byte. The collections are exchanged at once (renameat2), after the result was read
 * as knowledge_load() does. STATUS_INVALID, too, when the folder has faults of its own.
 */
enum { EXCHANGE_FILES_MOST = 2000 };
MUST_CHECK enum status exchange_import(struct span input, const char *file,
                                       const struct exchange_options *options,
                                       struct faults *faults, struct exchange_counts *counts);

/* Appends the folder's ENTRY_ANSWER entries in the given form. */
MUST_CHECK enum status exchange_export(const struct knowledge *knowledge,
                                       enum exchange_format format, struct buf *out,
                                       struct faults *faults);

#endif
