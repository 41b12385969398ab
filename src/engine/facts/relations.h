/*
 * Relations: the shapes of the relations that rules read, and the words that their columns may
 * hold.
 *
 * `said`, `typed` and `client` are the engine's own and always there. The others come from records
 * and are the office's: relations.json in its knowledge folder declares them; a folder without one
 * has the relations of the shipped knowledge, which is part of the program.
 *
 * A column with words holds one of them or is unknown. Another form of a word (已注销 for 注销)
 * becomes the word; width, blanks and letter case do not count.
 *
 * Immutable and counted: any thread may read, keep and release it.
 */
#ifndef DAYI_FACTS_RELATIONS_H
#define DAYI_FACTS_RELATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/number.h"
#include "base/span.h"
#include "base/status.h"

/*
 * The column of the embedded database that says whose row it is. No other column may have this
 * name.
 */
#define RELATION_KEY "applicant_id"

/* A relation is told by its index; from RELATION_RECORDED on they are those of a record. */
enum {
	RELATION_SAID,   /* what the person answered in this conversation */
	RELATION_TYPED,  /* identifiers found in what the person typed in it */
	RELATION_CLIENT, /* browser and channel */
	RELATION_RECORDED,
	RELATIONS_MOST = RELATION_RECORDED + 16,
	RELATION_COLUMNS_MOST = 15,
	RELATION_NAME_MOST = 32, /* bytes */
};

#define RELATION_BIT(relation) (1U << (relation))

enum column_type { COLUMN_TEXT, COLUMN_DATE, COLUMN_FLAG, COLUMN_NUMBER };

/* What a source may write for a word; blanks, width and case are folded. */
struct word_form {
	const char *folded;
	const char *word;
	bool begins; /* whatever stands behind it */
};

struct column {
	const char *name;
	const char *label; /* Chinese, for people: 有效期至 */
	enum column_type type;
	bool past;                /* a day that cannot lie ahead: later ones are unknown */
	bool hidden;              /* masked from operators until they ask for it */
	bool may_be_empty;        /* an empty text is a value: known to be none */
	const char *const *words; /* of a text: the only ones that it may hold */
	size_t word_count;        /* 0: any text */
	const struct word_form *forms;
	size_t form_count;
};

struct relation_shape {
	const char *name;
	const char *label; /* Chinese, for people: 安管证书 */
	size_t rows_most;
	const struct column *columns; /* in the order of the rows of facts_add_row() */
	size_t column_count;
};

struct relations;

/*
 * Reads the text of a relations.json (knowledge/schema/relations.schema.json), whose `file` name
 * the faults bear; every one is reported. STATUS_INVALID when there was any. The caller holds the
 * first reference.
 */
MUST_CHECK enum status relations_read(struct relations **out, struct span json, const char *file,
                                      struct faults *faults);

/* Those of the shipped knowledge. */
MUST_CHECK enum status relations_create_default(struct relations **out);

/*
 * Those of a knowledge folder. STATUS_NOT_FOUND or STATUS_IO, with a fault, when there is no such
 * folder or its file cannot be read.
 */
MUST_CHECK enum status relations_load(struct relations **out, const char *folder,
                                      struct faults *faults);

/* Another reference; returns it. */
struct relations *relations_keep(struct relations *relations);
/* The last one frees it. Takes NULL. */
void relations_release(struct relations *relations);

/* Whether both were read from one text: then indexes, columns and words are the same. */
bool relations_same(const struct relations *a, const struct relations *b);

/* How many there are; indexes are below. */
size_t relations_count(const struct relations *relations);

const struct relation_shape *relation_shape(const struct relations *relations, size_t relation);

/*
 * The index, or relations_count() if no relation has that name; likewise column_count for a
 * column.
 */
size_t relation_named(const struct relations *relations, struct span name);
size_t column_named(const struct relation_shape *shape, struct span name);

/*
 * For people: that there is none of that name, which ones there are, and which may be meant, by its
 * name or its label. `key`: a column besides the shape's own, or NULL.
 */
void relations_explain(const struct relations *relations, size_t first, struct span name,
                       struct buf *out);
void columns_explain(const struct relation_shape *shape, const char *key, struct span name,
                     struct buf *out);

/* The relations of a record, a bit each. */
unsigned relations_recorded(const struct relations *relations);

/* How a text fits a column. */
enum fit {
	FIT_GOOD,
	FIT_EMPTY,     /* says nothing */
	FIT_NO_DAY,    /* not of the calendar, or written in another way than YYYY-MM-DD */
	FIT_NO_FLAG,   /* neither 0 nor 1, nor a form of them */
	FIT_NO_WORD,   /* not among the column's words */
	FIT_NO_NUMBER, /* other than digits with a point or a minus, 15 digits at most: 缺考, 95分
	                */
};

/*
 * The value that the text stands for, into *out: the text itself, the word or flag that it is a
 * form of (borrowed from the relations), or a number in half width, which is written to `number`.
 * NULL, which is unknown, unless FIT_GOOD.
 */
enum fit column_take(const struct column *column, const char *text, char number[NUMBER_TEXT_SIZE],
                     const char **out);

/* What is wrong, for people: "is none of 合格, 不合格". Nothing for FIT_GOOD. */
void column_explain(const struct column *column, enum fit fit, struct buf *out);

#endif
