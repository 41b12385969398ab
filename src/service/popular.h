/*
 * Popular: which entries were the answer most often of late. A hit weighs half as much after every
 * three days. Only entries are counted: nothing is known of who asked, or in which words. One
 * thread.
 */
#ifndef DAYI_SERVICE_POPULAR_H
#define DAYI_SERVICE_POPULAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "engine/knowledge/knowledge.h"

enum {
	POPULAR_MOST = 12,
	POPULAR_DAYS = 14, /* older hits weigh next to nothing */
};

struct popular;

/* The knowledge is borrowed until popular_move() or popular_destroy(). */
MUST_CHECK enum status popular_create(struct popular **out, const struct knowledge *knowledge,
                                      int64_t now_ms);
void popular_destroy(struct popular *popular);

/*
 * The knowledge is exchanged: an entry keeps its hits under its id. The former one must still be
 * there. Out of memory, counting begins anew.
 */
void popular_move(struct popular *popular, const struct knowledge *knowledge);

/* Counts the entries with these ids, parted by blanks; one that is gone is passed over. */
void popular_hit(struct popular *popular, const char *ids, int64_t at_ms);

/*
 * The standard questions answered most often, the first of all first; behind them, as far as there
 * is room, what the page offers in any case: knowledge_examples(), of which `meant` says what they
 * are answered with (NULL: nobody knows), and then the other standard questions. No question and no
 * entry is offered twice. An entry needs three hits to be among the first: chance, and somebody's
 * own question, should not show.
 */
size_t popular_questions(const struct popular *popular, int64_t now_ms,
                         const struct entry *const meant[EXAMPLES_MOST],
                         const char *out[POPULAR_MOST]);

#endif
