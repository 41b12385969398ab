/*
 * Standing: a draft beside what is live: its members brought up to what went live since it was
 * begun, and where the two contradict. And the forms in which documents are named and stored.
 *
 * One thread at a time.
 */
#ifndef DAYI_AUTHORING_STANDING_H
#define DAYI_AUTHORING_STANDING_H

#include "office/authoring/draft.h"
#include "office/authoring/tree.h"

struct standing {
	struct tree_document live; /* without object: it is not live. Borrowed from the tree. */
	struct draft draft;        /* borrows from what it was made with */
	bool has_draft;
	cJSON *members;         /* of the draft, or live; NULL: deleted, or there is neither */
	cJSON *conflicts;       /* an array, as of merge_three(): yours is the draft's */
	const char *collection; /* NULL: a referral, or there is neither; "": a file */
};

/* `draft` NULL: there is none. standing_end() is to be called in every case. */
MUST_CHECK enum status standing_make(const struct tree *tree, const char *entry,
                                     const struct draft *draft, struct standing *out);
void standing_end(struct standing *standing);

/* Puts the draft's members into the tree, or takes the document out. As tree_put(). */
MUST_CHECK enum status standing_apply(struct tree *tree, const char *entry,
                                      const struct standing *standing);

/*
 * Where another entry of the collection has the number of `entry` in the tree and a draft moves
 * that one elsewhere, it has the draft's number there, and so on: numbers that an import moves
 * together are judged together. Nothing else of those drafts is put into the tree.
 */
MUST_CHECK enum status standing_follow_numbers(struct tree *tree, const char *entry,
                                               const struct draft *drafts, size_t count);

/* The hash by which a form names what is live; "" of NULL. */
MUST_CHECK enum status document_hash(const cJSON *object, char hash[DIGEST_HEX_SIZE]);

/* Of a text that the store holds; "" gives NULL. *out is the caller's. */
MUST_CHECK enum status document_parse(const char *text, cJSON **out);

/* The text for the store, in the arena. NULL gives "". */
MUST_CHECK enum status document_print(const cJSON *object, struct arena *arena, const char **out);

#endif
