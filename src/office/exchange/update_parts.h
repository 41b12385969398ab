/*
 * The parts of an update, a section a file. Private to exchange_update.c, which tells how they work
 * together.
 *
 * A part that fails sets the status of the update, and the next ones do nothing.
 */
#ifndef DAYI_EXCHANGE_UPDATE_PARTS_H
#define DAYI_EXCHANGE_UPDATE_PARTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "office/exchange/form.h"

/* An entry of the folder. */
struct old {
	const char *collection;
	const char *file; /* its name in the collection */
	unsigned line;    /* of a .jsonl file; else 0 */
	cJSON *raw;       /* as it is written */
	struct entry entry;
	struct entry was;  /* before the update, where it is changed */
	unsigned row_line; /* of the row that is about it; 0: none yet */
	bool changed;
	bool matched;     /* by a row, before rows are joined */
	bool of_document; /* came from the document that is imported again */
	bool removed;
};

struct update {
	struct import *import;
	const char *folder;
	struct arena *arena;
	struct faults *faults;
	struct old *olds;
	size_t old_count, old_capacity;
	struct table ids;
	const char **collections;
	size_t collection_count;
	struct entry_list added;
	const char *target;     /* collection of the added ones */
	struct old **matches;   /* for each row, the entry that it is about, or NULL */
	bool *moved;            /* for each row, whether the entry takes its number and item */
	struct table documents; /* of which this import is a version; "": of no known source */
	const char *second;     /* the collection of a second document; NULL: it is none */
	bool replace;
	bool keeps_stage;
	enum status status;
};

/* --- exchange_update.c */

/* Called right after writing the path failed: errno tells why. */
void update_unwritten(struct update *update, const char *path);

/* folder/name, in the arena; NULL without memory. */
const char *update_path(struct update *update, const char *folder, const char *name);

/* Whether the name ends so, and has something before it. */
bool update_ends_with(const char *name, const char *end);

/* Joins the rows with the entries that were read, chooses a target, and checks the whole. */
void update_join(struct update *update);

void update_count(const struct update *update, struct exchange_counts *counts);

/* --- update_folder.c */

/* A reader for the folder's own entries. */
struct reader update_reader(const struct update *update);

/* Takes an entry that the folder has; the object becomes the update's, and NULL is left out. */
void update_take_old(struct update *update, cJSON *raw, const char *collection, const char *file,
                     const char *path, unsigned line);

/* After the last of them. */
void update_index_olds(struct update *update);

/* Takes the word classes of the lexicon's text; its faults are not told. */
void update_take_classes(struct update *update, struct span lexicon, const char *path);

/* Reads the word classes, which patterns of the rows may name. */
void update_read_classes(struct update *update);

/* Reads all entries; STATUS_INVALID where the folder has faults of its own. */
void update_read_folder(struct update *update);

/* --- update_join.c */

void update_take_row(struct update *update, size_t index);

/* The entry as an export would write it now, owned by the caller; NULL without memory. */
cJSON *update_printed(const struct entry *entry);

/* --- update_match.c */

/* Decides which entry each row is about, and gives rows that are new an id of their own. */
void update_match_rows(struct update *update);

/* --- update_source.c */

/* Finds the documents of which this import is a later version, and marks their entries. */
void update_find_documents(struct update *update);

/* Decides which entries move to the number of their row, and keeps every number apart. */
void update_settle_numbers(struct update *update);

/* --- update_stage.c */

/* Whether the update changes anything in the collection. */
bool update_touches(const struct update *update, const char *collection);

/* Writes the collection, as the update makes it, into the stage. */
void update_write_collection(struct update *update, const char *stage, const char *collection);

/* --- update_write.c */

/* Writes what has changed, all or nothing. */
void update_write(struct update *update);

#endif
