/*
 * Privacy: masks what identifies a person, before a text is stored or logged.
 *
 * * identify() reads exactly and feeds the diagnosis. This pass reads widely and feeds nothing:
 * when in doubt it masks. It finds numbers in digits of any script, in Chinese numerals, with
 * look-alike letters, with separators inside, and in URL, HTML, JSON and base64 encoding; and what
 * words announce: names, addresses, dates of birth, accounts, passwords. docs/privacy.md lists
 * every kind and what is kept on purpose.
 *
 * * What the office itself prints (its telephone, its QQ group) is public and stays; of addresses
 * and names the first 32 of a text are looked for in it.
 */
#ifndef DAYI_TEXT_PRIVACY_H
#define DAYI_TEXT_PRIVACY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/image_file.h"
#include "base/span.h"
#include "base/status.h"

struct identifier_list;

/* Compiled rules and the office's public numbers. Immutable: any thread may use it. */
struct privacy;

/*
 * `printed` are the texts that the office prints; they are not kept. STATUS_NO_MEMORY, and
 * STATUS_INTERNAL when a rule does not compile.
 */
MUST_CHECK enum status privacy_create(struct privacy **out, const struct span *printed,
                                      size_t count);
/* Adds the printed texts to the draft of an image file. Must live until that is written. */
void privacy_keep(const struct privacy *privacy, struct image_draft *draft);
/* Opens the privacy data of a file, which must outlive it. STATUS_INVALID if it has none. */
MUST_CHECK enum status privacy_adopt(const struct image_file *file, struct privacy **out);
void privacy_destroy(struct privacy *privacy);

enum { PRIVACY_TAIL_SIZE = 20 };

/*
 * The digits at the end of the last message of a conversation, by which the second half of a number
 * in the next message is recognised. Zero it at the start.
 */
struct privacy_tail {
	char digits[PRIVACY_TAIL_SIZE];
};

struct privacy_masked {
	struct span text; /* the given text itself where nothing was masked; else from the arena */
	bool masked;
	bool id_number; /* something masked has the parts of a person's ID number, however written
	                 */
};

/*
 * Linear in the text. `tail` is read and replaced; NULL outside of conversations. Ill-formed bytes
 * stay as they are. STATUS_LIMIT above 64 KiB, STATUS_NO_MEMORY when the arena is exhausted.
 */
MUST_CHECK enum status privacy_mask(const struct privacy *privacy, struct span text,
                                    struct privacy_tail *tail, struct arena *arena,
                                    struct privacy_masked *out);

/* The same, where `found` is known to be what identify() finds in the text. */
MUST_CHECK enum status privacy_mask_identified(const struct privacy *privacy, struct span text,
                                               const struct identifier_list *found,
                                               struct privacy_tail *tail, struct arena *arena,
                                               struct privacy_masked *out);

#endif
