/*
 * Compound: what a text names by a common end (证, 卡, 区, 员) and the two characters before it, or
 * by a whole name (身份证, 老人, 北京). generic.txt lists the ends and the names.
 */
#ifndef DAYI_MATCH_COMPOUND_H
#define DAYI_MATCH_COMPOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/image_file.h"
#include "base/status.h"
#include "engine/match/rewrite.h"
#include "engine/text/normalise.h"

/* In place of an end where a compound is a whole name; beyond Unicode. */
enum {
	COMPOUND_NAME = 0x110000,
	COMPOUND_HOLDER = 0x110001,
	COMPOUND_PLACE = 0x110003,
};

/*
 * The end of a compound and the two characters before it; `before` is 0 where there is none. A
 * whole name has one of the kinds above as its end, and as `next` the number of its line of
 * generic.txt.
 */
struct compound {
	uint32_t before, next, end;
	bool thing; /* names another thing also where the entry has none with this end */
	bool told;  /* a name among the circumstances: before the last clause, or where one lives */
};

enum { COMPOUNDS_MOST = 16 };

struct compounds {
	struct compound items[COMPOUNDS_MOST];
	size_t count;
};

/* The ends and names of generic.txt. Immutable; any thread may read with it. */
struct compound_reader;

/* The names are rewritten as messages are. Fails for lack of memory only. */
MUST_CHECK enum status compound_reader_create(const struct normaliser *normaliser,
                                              const struct rewriter *rewriter,
                                              struct compound_reader **out);
/* From here on it finds no whole name, only compounds by their end. */
void compound_reader_forget_names(struct compound_reader *reader);
/* Adds the names to what is to be written, until when the reader must live. */
void compound_reader_keep(const struct compound_reader *reader, struct image_draft *draft);
/* With names copied from a file. STATUS_INVALID where it has none. */
MUST_CHECK enum status compound_reader_adopt(const struct image_file *file,
                                             const struct normaliser *normaliser,
                                             struct compound_reader **out);
void compound_reader_destroy(struct compound_reader *reader);

/*
 * The longest name that begins at `at`, not `told`. Returns its length in code points; 0 and
 * nothing in `out` where none begins.
 */
size_t compound_name_at(const struct compound_reader *reader, const struct rewritten *text,
                        size_t at, struct compound *out);
/* The compound whose end begins at `at`; false where there is none. */
bool compound_end_at(const struct compound_reader *reader, const struct rewritten *text, size_t at,
                     struct compound *out);
/* All of a message; those beyond COMPOUNDS_MOST are left out. */
void compounds_read(const struct compound_reader *reader, const struct rewritten *message,
                    struct compounds *out);
/* Whether what begins there tells for whom, when or where it is asked: 同事, 明天, 郑州. */
bool compound_no_topic(const struct compound_reader *reader, const uint32_t *points, size_t count);

#endif
