/*
 * Look-up by pinyin: where a sentence has what was typed as the pinyin of its characters, or as the
 * initials of it.
 */
#ifndef DAYI_MATCH_LOOKUP_PINYIN_H
#define DAYI_MATCH_LOOKUP_PINYIN_H

#include "base/arena.h"
#include "base/status.h"
#include "engine/match/lookup_table.h"
#include "engine/text/normalise.h"

enum lookup_letters { LOOKUP_LETTERS_NONE, LOOKUP_LETTERS_PINYIN, LOOKUP_LETTERS_INITIALS };

/*
 * Letters and digits of `typed`, which is normalised, are looked for from every Han character on;
 * the first place counts, full pinyin before initials. *out is the sentence in pieces, in the
 * arena, unless none is found.
 */
MUST_CHECK enum status lookup_pinyin(const struct normaliser *normaliser, const struct text *typed,
                                     const char *sentence, struct arena *arena,
                                     enum lookup_letters *how, struct lookup_pieces *out);

#endif
