/*
 * Prompts: popup texts found through noise.
 *
 * Both sides are reduced to Han, letters and digits with look-alikes folded together; then the
 * prompt is aligned with the best-fitting stretch of the message, or the message, when it is a
 * piece cut out of the popup, with the prompt (edit distance, same-sounding characters at a third).
 */
#ifndef DAYI_MATCH_PROMPTS_H
#define DAYI_MATCH_PROMPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/image_file.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/text/normalise.h"

struct marks;
struct prompt_table;

struct budget;

/* `kept`: a file with what prompt_table_keep() added, which must outlive the table; or NULL. */
MUST_CHECK enum status prompt_table_create(const struct knowledge *knowledge,
                                           const struct normaliser *normaliser,
                                           const struct image_file *kept,
                                           struct prompt_table **out);
/*
 * Adds the table to what is to be written, until when it must live; after knowledge_keep(), since
 * its prompts point into the knowledge.
 */
MUST_CHECK enum status prompt_table_keep(const struct prompt_table *table,
                                         const struct knowledge *knowledge,
                                         struct image_draft *draft);
void prompt_table_destroy(struct prompt_table *table);

struct prompt_hit {
	uint32_t row;
	float similarity; /* [0,1]: 1 - edits / length of the aligned side */
	float share;      /* of the prompt that the message holds, [0,1] */
	bool exact; /* stands in the message to the letter, from code point `start` to `end` */
	size_t start, end;
	const char *prompt;
};

/*
 * The best hit of each row that has one at 0.6 or more, best first, at most `most`. Those to the
 * letter are found in one pass, whatever is left of the budget; the rest is aligned as far as it
 * reaches.
 */
MUST_CHECK enum status prompts_find(const struct prompt_table *table, const uint32_t *points,
                                    size_t count, struct budget *budget, struct arena *arena,
                                    struct prompt_hit *hits, size_t most, size_t *hit_count);

/*
 * True when the message quotes what it says a popup says (提示"…", without quotes behind 系统提示:
 * or before [确定]); [*start, *end) in code points. `in_lines`: the text of a window or a chat, in
 * which a popup stands above its button, or behind 提示 without quotes, too.
 */
bool prompts_quoted(const struct marks *marks, const struct text *text, bool in_lines,
                    size_t *start, size_t *end);

/*
 * 弹窗显示未知错误: what a window is said to show, without quotes: the rest of the clause. Often in
 * the person's own words.
 */
bool prompts_retold(const struct marks *marks, const struct text *text, size_t *start, size_t *end);

#endif
