/*
 * Conversation: what one person said so far, as far as the next turn needs it; and the turn itself.
 *
 * A conversation survives a change of snapshot: it remembers entries by id. It belongs to one
 * thread at a time. Nothing in it is text that the person typed.
 */
#ifndef DAYI_DIALOGUE_CONVERSATION_H
#define DAYI_DIALOGUE_CONVERSATION_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/span.h"
#include "base/status.h"
#include "dialogue/reply.h"
#include "dialogue/snapshot.h"

struct conversation;

/* `seed` feeds the receipts; give each conversation its own (random in production). */
MUST_CHECK enum status conversation_create(struct conversation **out, uint64_t seed);
void conversation_destroy(struct conversation *conversation);

enum { TURN_TEXT_MOST = 4000 }; /* code points, as typed and as normalised */

/*
 * One message in, one reply out. The reply borrows from `snapshot` and `arena`, both of which must
 * live until it is written. Text above TURN_TEXT_MOST or not UTF-8 gives a reply with
 * OUTCOME_ERROR; only lack of memory or a broken store is a status.
 */
MUST_CHECK enum status turn_take(struct conversation *conversation, struct snapshot *snapshot,
                                 const struct clock *clock, struct arena *arena, struct span text,
                                 struct reply *out);

/* Typing suggestions: up to `most` standard questions for what was typed so far. */
MUST_CHECK enum status turn_suggest(struct snapshot *snapshot, struct arena *arena,
                                    struct span typed, struct match_candidate *out, size_t most,
                                    size_t *count);

#endif
