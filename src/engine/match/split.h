/*
 * Split: the questions of a message that holds several.
 *
 * "能不能批量报？另外照片传不上去怎么办" is two. Cut at the ends of sentences and lines, at words
 * that announce a further question (另外, 还有, 而且 …) and at numbering; at commas where the
 * message says that it holds several (两个问题, 分别 …), or where that is asked for: most commas
 * part a question from its circumstances.
 */
#ifndef DAYI_MATCH_SPLIT_H
#define DAYI_MATCH_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "engine/match/marks.h"
#include "engine/text/normalise.h"

enum { CLAUSES_MOST = 8 };

struct clause {
	size_t start, end; /* code points of the normalised text, [start, end) */
};

/* Those that say something. */
struct clauses {
	size_t count; /* 1 where the message is one question */
	bool lines;   /* the message has several lines */
	struct clause items[CLAUSES_MOST];
};

/* A mark behind which another clause begins. */
bool split_ends_clause(uint32_t point);

/* A line ended in what was typed between the code point before `at` and this one. */
bool split_begins_line(const struct text *text, size_t at);

/* A blank was typed between the Han character before `at` and this one, where none is kept. */
bool split_follows_blank(const struct text *text, size_t at);

/* At how many code points that is so; counts no farther than `most`. */
size_t split_lines_begun(const struct text *text, size_t most);

void split_questions(const struct marks *marks, const struct text *text, bool at_every_comma,
                     struct clauses *out);

/*
 * Cuts the text in two at the next 和 or 跟 from *at on, or where a blank was typed between two Han
 * characters (the clauses then adjoin); *at is then behind it. False where there is none with
 * enough on both sides. 怎么跟单位说 is not cut: 跟 tells with whom.
 */
bool split_at_joint(const struct marks *marks, const struct text *text, size_t *at,
                    struct clauses *out);

/* The part of a text that is one of its clauses; borrows the text, and its UTF-8 lives in the
 * arena. */
MUST_CHECK enum status clause_cut(const struct text *text, struct clause clause,
                                  struct arena *arena, struct text *out);

#endif
