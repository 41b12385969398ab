/*
 * Conversation state: a conversation as bytes, to be kept in a store or handed to another process.
 *
 * The bytes hold what the person typed (numbers of papers, dates, the last question): seal them
 * before they are stored. They are bounded, and any bytes at all may be given to be restored.
 */
#ifndef DAYI_DIALOGUE_CONVERSATION_STATE_H
#define DAYI_DIALOGUE_CONVERSATION_STATE_H

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/dialogue/conversation.h"

enum { CONVERSATION_STATE_MOST = 16 << 10 /* bytes */ };

/*
 * Appends the state. `knowledge` is what the last turn was taken with: what is remembered by place
 * (a case of an entry) is written by its id, too.
 */
MUST_CHECK enum status conversation_save(const struct conversation *conversation,
                                         const struct knowledge *knowledge, struct buf *out);

/*
 * Makes the conversation what was saved. With the same version of the knowledge it answers byte for
 * byte as the saved one does, with the same receipts. With another version, entries, cases,
 * questions and things that dates are said of are looked for by their names, and what is no longer
 * there is dropped; choices keep their places.
 *
 * STATUS_INVALID: the bytes are no state, or of a format that is not known; the conversation is as
 * it was then.
 */
MUST_CHECK enum status conversation_restore(struct conversation *conversation,
                                            const struct snapshot *snapshot, struct span bytes);

/*
 * Gives another run of receipts. For a state that may be older than the last reply: the receipts
 * that it would give may have been given already.
 */
void conversation_reseed(struct conversation *conversation, uint64_t seed);

#endif
