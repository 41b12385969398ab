/*
 * Tree: the files of a knowledge folder in memory, and the documents in them that people edit: its
 * entries and referrals, and a few files of the office as a whole (tree_is_file()), as the JSON
 * objects that they are. A document can be replaced, added and, but for those files, removed; every
 * other file keeps its bytes, and so does every other line of a .jsonl file.
 *
 * One thread at a time.
 */
#ifndef DAYI_AUTHORING_TREE_H
#define DAYI_AUTHORING_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/embedded.h"
#include "base/json.h"
#include "engine/knowledge/knowledge.h"

enum { TREE_DOCUMENT_BYTES = 1024 * 1024, TREE_DEPTH_MOST = 32 };

/* What stands for the collection of a file that is a document as a whole. */
#define TREE_ROOT ""

/* Whether it is the name, and the id, of such a file: golden.json, lexicon.json, office.json … */
bool tree_is_file(const char *id);
/* All of them, sorted; NULL behind the last one. */
const char *tree_file_at(size_t index);

struct tree;

/* Borrowed until the tree is changed. */
struct tree_document {
	const char *id;
	const char *collection; /* NULL: a referral; TREE_ROOT: a file of the office */
	const char *file;       /* its path in the folder */
	const cJSON *object;
};

/*
 * Of an archive (office/versions/archive.h), which is copied. Files that cannot be read as JSON
 * have no documents. STATUS_INVALID when it is no archive, STATUS_NO_MEMORY. Owned by the caller.
 */
MUST_CHECK enum status tree_create(struct tree **out, struct span archive);
/* Takes NULL. */
void tree_destroy(struct tree *tree);

/* In the order of the folder, referrals behind entries, files of the office last. */
size_t tree_count(const struct tree *tree);
struct tree_document tree_at(const struct tree *tree, size_t index);

/* Whether the version is of another FAQ: they have no entry in common. False where `live` has none.
 */
bool tree_is_of_another(const struct tree *live, const struct tree *version);

/* NULL in `object` where there is none. */
struct tree_document tree_find(const struct tree *tree, const char *id);

/* The collections, sorted. Borrowed until the tree is changed. */
size_t tree_collections(const struct tree *tree, const char *const **out);

/* A file by its path; `ptr` NULL where there is none. */
struct span tree_file(const struct tree *tree, const char *path);

/*
 * Replaces the document of that id by a copy of the object. Where there is none, adds it: an entry
 * to the collection as a file of its own, with `collection` NULL a referral, with TREE_ROOT the
 * file `id`. STATUS_INVALID where the collection's name is none, or a file is there and cannot be
 * read; STATUS_NO_MEMORY.
 */
MUST_CHECK enum status tree_put(struct tree *tree, const char *id, const char *collection,
                                const cJSON *object);

/* STATUS_NOT_FOUND, STATUS_INVALID of a file of the office, STATUS_NO_MEMORY. */
MUST_CHECK enum status tree_remove(struct tree *tree, const char *id);

/* Appends the archive of the files as they are now. */
MUST_CHECK enum status tree_pack(const struct tree *tree, struct buf *out);

/* As knowledge_load(). */
MUST_CHECK enum status tree_knowledge(const struct tree *tree, struct faults *faults,
                                      struct knowledge **out);

/*
 * Which document a fault of tree_knowledge() is of, and where in it: *member within the fault's
 * field, "" for the whole. NULL: of none.
 */
const char *tree_blame(const struct tree *tree, const struct fault *fault, const char **member);

#endif
