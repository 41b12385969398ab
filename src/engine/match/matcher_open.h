/*
 * Matcher of a knowledge, with all that it stands on: what rewrites messages, and the index, from a
 * file or made and rehearsed.
 */
#ifndef DAYI_MATCH_MATCHER_OPEN_H
#define DAYI_MATCH_MATCHER_OPEN_H

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/matcher.h"
#include "engine/match/settings.h"
#include "engine/text/normalise.h"

/*
 * `settings` may be NULL, and so may `kept`, a file with what matcher_keep() added for the same
 * knowledge: then all is made. Borrows knowledge, normaliser and file. Owned by the caller.
 */
MUST_CHECK enum status matcher_open(const struct knowledge *knowledge,
                                    const struct normaliser *normaliser,
                                    const struct match_settings *settings,
                                    const struct image_file *kept, struct matcher **out);

#endif
