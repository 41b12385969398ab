/*
 * The forms of exchange: what exchange.c and its forms share. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_FORM_H
#define DAYI_EXCHANGE_FORM_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/knowledge/read.h"
#include "office/exchange/exchange.h"

enum {
	COLLECTION_BYTES_MOST = 1 << 30, /* of a file of a collection, read or written */
	IMPORT_ENTRIES_MOST = 100000,    /* of one file, as many as a document has lines */
	PRINTED_TIMES = 8,               /* as long as its texts an entry is as JSON, at most */
};

/* The collection that an import makes. */
extern const char import_collection[];

/* What the input says of one entry, before it is joined with what is there. */
struct import_row {
	cJSON *object;
	unsigned line;
	bool named; /* by an id of its own, not only by its number or place */
	bool adds;  /* of another system: what it lacks stays, and its lists are added */
};

struct places;

enum {
	IMPORT_CONTACTS_MOST = 10,
	DOUBTS_WORDS = 1024, /* of 64 texts each, by their hashes */
};

struct import_contact {
	const char *kind, *label, *value;
};

/* One import: what was read so far, and the reader that checks it. */
struct import {
	struct reader reader; /* its `status` stops the import */
	const char *file;
	const char *title; /* of the document; "" where it has none */
	/* Of a folder that has entries already, the rows are kept; else they become entries. */
	bool keeps_rows;
	struct import_row *rows;
	size_t row_count, row_capacity;
	size_t taken; /* rows and entries so far */
	struct entry_list entries;
	/* Members that the form has, also where a row has none of them; NULL: those of each row. */
	const char **carried;
	size_t carried_count;
	bool is_ours;                      /* export wrote the input */
	bool questions_marked;             /* marks or heads show what the questions are */
	bool questions_guessed;            /* of a table: no head names them */
	bool asking_told;                  /* lines of answers that ask */
	uint64_t as_printed[DOUBTS_WORDS]; /* texts that entry_doubts_except() was told of */
	bool paragraphs;  /* an empty line parts paragraphs of the source, and is no text */
	bool printed;     /* of a case, only what a document prints */
	bool adds;        /* rows that are taken now, as import_row has it */
	bool dry_run;     /* the outline shows all that was left out */
	bool is_headless; /* a table none of whose columns is known */
	size_t shown_left_out;
	size_t left_off; /* entries that the other system does not give out */
	/* Ways to reach the office that no entry names; the texts are of the reader's arena. */
	struct import_contact contacts[IMPORT_CONTACTS_MOST];
	size_t contact_count;
	bool rows_numbered; /* the first cell of each row is its number in the sheet */
	/* Borrowed: where the lines of a document stand in its file; NULL: as they are counted. */
	const struct places *places;
	struct buf *outline; /* borrowed; NULL: nobody asked for it */
	/* What could not be written first, and the errno; NULL: nothing so far. */
	const char *unwritten;
	int error;
};

MUST_CHECK enum status import_begin(struct import *import, const char *file, struct faults *faults);
void import_end(struct import *import);

/*
 * Takes the row that begins in `line`, and owns the object. NULL: out of memory. One row too many
 * stops the import, with a fault.
 */
void import_take(struct import *import, cJSON *object, unsigned line, bool named);

/* Says that the form carries the member, which is borrowed. */
void import_carries(struct import *import, const char *member);

/* Adds a fault of the input. */
void import_fault(struct import *import, enum fault_level level, unsigned line, const char *field,
                  const char *format, ...) PRINTF_LIKE(5, 6);

/*
 * Called right after writing the path (borrowed) failed: keeps it and errno for the report.
 * Returns the status, which may be any.
 */
enum status import_unwritten(struct import *import, const char *path, enum status status);

/* "item-07", from the reader's arena; "" with the reader's status when memory is out. */
const char *import_item_id(struct import *import, int number);

/*
 * Reads the input, in *format or, with EXCHANGE_ANY, in whichever it is; *format is that then. The
 * entries are checked unless rows are kept. STATUS_INVALID with a fault.
 */
MUST_CHECK enum status import_read(struct import *import, struct span input,
                                   enum exchange_format *format);

void import_jsonl(struct import *import, struct span input);
void import_yaml(struct import *import, struct span input);
void import_csv(struct import *import, struct span input);
void import_text(struct import *import, struct span input);

/* Without `numbered`, numbers are left out, of which some stand twice. */
void export_jsonl(const struct knowledge *knowledge, bool numbered, struct buf *out);
/* Whether a cell that holds a list is JSON, not an item a line. */
bool csv_list_is_json(struct span text);
/* Whether the first cell with text is 合计 or the like: the row is none of entries. */
bool csv_is_sum(const struct span *cells, size_t count);
/* The number of a row in its sheet, which its first cell holds. */
unsigned csv_row_number(struct span cell);
void export_csv(const struct knowledge *knowledge, bool numbered, struct buf *out);
MUST_CHECK enum status export_text(const struct knowledge *knowledge, struct buf *out,
                                   struct faults *faults);

enum entry_style {
	ENTRY_FILE, /* a file of a collection: indented, with $schema and `also` */
	ENTRY_LINE, /* a line of a .jsonl collection: `also` */
	ENTRY_ROW,  /* a line of the exchange form: `alternates`, the four chief members always */
};

/* The name of the file of an entry: 07-id.json; what no file name should hold is escaped. */
void entry_file_name(size_t number, int digits, const char *id, struct buf *out);

/* Any JSON, as a file of a collection and as a line of one, with a line feed. */
void json_print_file(const cJSON *value, struct buf *out);
void json_print_line(const cJSON *value, struct buf *out);
/* In the place of `line`, with the end that it has: \r\n, a line feed, or none. */
void json_print_over(const cJSON *value, struct span line, struct buf *out);

/* Appends the entry and a line feed; out of memory marks the buffer. */
void entry_print(const struct entry *entry, enum entry_style style, struct buf *out);

/* Compact JSON of the entry's cases, diagnosis and questions, nothing where it has none. */
void cases_print(const struct entry *entry, struct buf *out);
void diagnosis_print(const struct entry *entry, struct buf *out);
void questions_print(const struct entry *entry, struct buf *out);
void apart_print(const struct entry *entry, struct buf *out);

/* Compact JSON of a list of strings. */
void strings_print(const char *const *items, size_t count, struct buf *out);

#endif
