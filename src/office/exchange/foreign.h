/*
 * Foreign rows: entries as other systems write them become entries as export writes them. Private
 * to exchange/.
 */
#ifndef DAYI_EXCHANGE_FOREIGN_H
#define DAYI_EXCHANGE_FOREIGN_H

#include <cjson/cJSON.h>

#include "office/exchange/form.h"
#include "office/exchange/heads.h"

enum { FOREIGN_VALUES_MOST = 8 /* states that are named */ };

/* What was done to rows, for one report at the end. */
struct foreign {
	struct import *import;
	size_t html, merged, unnumbered, beside, off;
	unsigned html_line, merged_line, unnumbered_line, beside_line, off_line;
	const char *beside_text, *off_text; /* of the reader's arena */
	int last_number;
	size_t rows;
	/* States that are not known: of how many entries, and the first values. */
	size_t unknown, value_count;
	unsigned unknown_line;
	const char *state_head; /* of the reader's arena, as are the values */
	struct {
		const char *text;
		size_t count;
	} values[FOREIGN_VALUES_MOST];
};

/* A list in one cell: an item a line, or parted by | or a semicolon. */
cJSON *foreign_list(struct span text);

/* Adds texts to the list `name` of the object, which is made where it is missing; owns `list`. */
void foreign_add_list(struct foreign *foreign, cJSON *object, const char *name, cJSON *list);

/*
 * The better question of a row that has a title and a detail (heads.h): the title, unless only the
 * detail asks and is no longer than a question. Either may be empty.
 */
const char *foreign_title(const char *title, const char *detail);

/*
 * Makes an entry of what a row says under our own names: HTML of the answer becomes text; without
 * a question the first alternate is it, or the title; a number that does not rise is dropped; an id
 * is made where there is none. `title` may be empty.
 */
void foreign_finish(struct foreign *foreign, cJSON *object, const char *title, unsigned line);

/* Leaves out an entry that the other system does not give out. */
void foreign_leave_off(struct foreign *foreign, struct span question, struct span answer,
                       unsigned line);
/* The same of a finished object. */
void foreign_leave_object(struct foreign *foreign, const cJSON *object, unsigned line);

/*
 * Whether a value under the head says so (head_state_of()). One that is not known counts as given
 * out and is told; what is told names `head`, as it stands in the file.
 */
bool foreign_says_off(struct foreign *foreign, enum column column, struct span head,
                      struct span value, unsigned line);

/* What a member of that name says of the entries in its object. */
enum head_state foreign_state(const char *name, const cJSON *member);

/* The same of the members of an object, any of which may say so. */
bool foreign_is_off(struct foreign *foreign, const cJSON *object, unsigned line);

/*
 * The entry that a JSON object of another system says, under our names; NULL with the reader's
 * status without memory. The object stays the caller's.
 */
cJSON *foreign_object(struct foreign *foreign, const cJSON *object, unsigned line);

/*
 * Whether the object has a question and an answer under any name; beside a question of its own, the
 * answer may be null or a number.
 */
bool foreign_is_entry(const cJSON *object);

/* The same, and a question or an alternate says something: a title alone is no question. */
bool foreign_is_pair(const cJSON *object);

/* Calls for the name of each member that holds something and that foreign_object() leaves out. */
void foreign_unused(const cJSON *object, void (*unused)(void *context, const char *name),
                    void *context);

/* Reports once what was done to how many rows. */
void foreign_report(const struct foreign *foreign);

#endif
