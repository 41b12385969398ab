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
#include "engine/dialogue/scratch.h"
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
 * A turn takes one message and gives one reply, in two steps. In between, the caller loads the
 * record that the answer depends on. The message is read and matched once.
 *
 *   turn_begin(&turn, …)       leaves the conversation as it is
 *   turn_wants(turn)           the relations of the record that the answer reads
 *   turn_finish(turn, …)       makes the reply, and updates the conversation
 *
 * A turn that is never finished leaves nothing behind but memory in its arena. Do not begin another
 * turn of the conversation before this one is finished or given up.
 */
struct turn;

/* One message. */
struct turn_input {
	struct span text;
	const struct asker *asker; /* NULL: somebody unknown */
	const struct clock *clock;
	struct arena *arena; /* that the turn and its reply live in */
};

/*
 * The turn lives in the arena, and borrows the snapshot, the scratch, which is one of that
 * snapshot, the conversation and the texts of the asker; the message and the clock are copied. Text
 * above TURN_TEXT_MOST or not UTF-8 gives a reply with OUTCOME_ERROR; only lack of memory or a
 * broken store is a status.
 *
 * Threads may take turns at the same time where each has a scratch, a conversation and an arena of
 * its own; the snapshot is shared. Other turns of the same thread may use the scratch before this
 * one is finished.
 */
MUST_CHECK enum status turn_begin(struct turn **out, const struct snapshot *snapshot,
                                  struct scratch *scratch, struct conversation *conversation,
                                  const struct turn_input *input);

/* The relations of a signed-in person's record that the answer may read (RELATION_BIT). */
unsigned turn_wants(const struct turn *turn);

/*
 * `record` replaces that of the asker; NULL: none was read. The reply borrows from the snapshot and
 * the arena; both must live until it is written.
 */
MUST_CHECK enum status turn_finish(struct turn *turn, const struct facts *record,
                                   struct reply *out);

/* Begins and finishes a turn with the record of the asker. */
MUST_CHECK enum status turn_take(const struct snapshot *snapshot, struct scratch *scratch,
                                 struct conversation *conversation, const struct turn_input *input,
                                 struct reply *out);

/* Takes one turn in a conversation of its own, which ends with it. The reply's receipt is nobody's.
 */
MUST_CHECK enum status turn_take_alone(const struct snapshot *snapshot, struct scratch *scratch,
                                       const struct turn_input *input, struct reply *out);

/*
 * The verdicts on one entry outside of any conversation, as a reply. `record` and `told` as in
 * sandbox_load().
 */
MUST_CHECK enum status turn_diagnose(struct scratch *scratch, const struct entry *entry,
                                     const struct facts *record, const struct facts *told,
                                     const char today[DAY_SIZE], struct arena *arena,
                                     struct reply *out);

/* Typing suggestions: up to `most` standard questions for what was typed so far. */
MUST_CHECK enum status turn_suggest(struct scratch *scratch, struct arena *arena, struct span typed,
                                    struct match_candidate *out, size_t most, size_t *count);

#endif
