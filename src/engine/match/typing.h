/*
 * Typing: questions for what somebody has typed so far.
 *
 * An FTS5 table with a prefix index holds what a person may begin to type of a question or popup:
 * its beginning and, from every character on, its pinyin and the initials of its pinyin. So 您尚,
 * weiban and wbj all find 您尚有未办结的申请事项. Han inside a sentence is left to the ranking.
 */
#ifndef DAYI_MATCH_TYPING_H
#define DAYI_MATCH_TYPING_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

/* The table of all entries with a question, as bytes, which are the caller's to free(). */
MUST_CHECK enum status typing_build(const struct knowledge *knowledge,
                                    const struct normaliser *normaliser, void **bytes,
                                    size_t *size);

/* A reader of such a table. One thread at a time. */
struct typing;

/* Borrows the bytes, which any number of readers may share. */
MUST_CHECK enum status typing_open(const void *bytes, size_t size, struct typing **out);
/* Takes NULL. */
void typing_close(struct typing *typing);

enum typing_where {
	TYPING_AT_BEGINNING, /* the question or a popup of it begins with what was typed */
	TYPING_ANYWHERE,     /* its pinyin or initials stand in one of them */
};

/*
 * The first `most` rows in which the typed text, which is normalised, stands; rows rise. None for a
 * text that is longer than what the table holds of one: a search serves it better.
 */
MUST_CHECK enum status typing_find(struct typing *typing, const struct text *typed,
                                   enum typing_where where, uint32_t *rows, size_t most,
                                   size_t *count);

#endif
