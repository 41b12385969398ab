/*
 * Conversation: what one person said so far, as far as the next turn needs it; and the turn itself.
 *
 * A conversation survives a change of snapshot: it remembers entries by id. It belongs to one
 * thread at a time. Of what the person typed it keeps the last few identifiers only (told.h).
 */
#ifndef DAYI_DIALOGUE_CONVERSATION_H
#define DAYI_DIALOGUE_CONVERSATION_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/dialogue/reply.h"
#include "engine/dialogue/snapshot.h"

struct conversation;

/* `seed` feeds the receipts; give each conversation its own (random in production). */
MUST_CHECK enum status conversation_create(struct conversation **out, uint64_t seed);
void conversation_destroy(struct conversation *conversation);

/* Who asks, as far as the channel knows. All zero: somebody unknown. */
struct asker {
	const struct facts *record; /* of the signed-in person; NULL: none was read */
	bool signed_in;             /* a record could be read */
	bool may_sign_in;           /* signing in is possible here, but has not been done */
	const char *browser;        /* "IE11", "Chrome", …; NULL: unknown */
	const char *channel;        /* "web", …; NULL: unknown */
};

enum { TURN_TEXT_MOST = 4000 }; /* code points, as typed and as normalised */

/*
 * One message in, one reply out. The reply borrows from `snapshot` and `arena`, both of which must
 * live until it is written. Text above TURN_TEXT_MOST or not UTF-8 gives a reply with
 * OUTCOME_ERROR; only lack of memory or a broken store is a status. `asker` NULL: somebody unknown.
 *
 * `out->wants` names what of a signed-in person's record the rules read. Whoever can read more of
 * it than `asker` had takes the conversation back (conversation_assign() from a copy made before)
 * and takes the turn once more.
 */
MUST_CHECK enum status turn_take(struct conversation *conversation, struct snapshot *snapshot,
                                 const struct clock *clock, struct arena *arena, struct span text,
                                 const struct asker *asker, struct reply *out);

/* Makes `to` what `from` is. */
void conversation_assign(struct conversation *to, const struct conversation *from);

/*
 * The verdicts on one entry outside of any conversation, as a reply. `record` and `told` as in
 * sandbox_load().
 */
MUST_CHECK enum status turn_diagnose(struct snapshot *snapshot, const struct entry *entry,
                                     const struct facts *record, const struct facts *told,
                                     const char today[DAY_SIZE], struct arena *arena,
                                     struct reply *out);

/* Typing suggestions: up to `most` standard questions for what was typed so far. */
MUST_CHECK enum status turn_suggest(struct snapshot *snapshot, struct arena *arena,
                                    struct span typed, struct match_candidate *out, size_t most,
                                    size_t *count);

#endif
