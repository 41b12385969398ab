/*
 * Document walk: goes down the lines of a document as if its questions were marked in one way,
 * gives each line a role, and adds up points for how well that fits. document_items.c says what is
 * a question or a chapter under the reading at hand. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_WALK_H
#define DAYI_EXCHANGE_DOCUMENT_WALK_H

#include "office/exchange/document_reading.h"

struct walk {
	struct line *lines;
	size_t count;
	struct reading reading; /* of the chapter at hand */
	struct reading main;    /* of the document */
	bool any_answer_mark;
	bool leads_ask; /* most first lines of blocks ask, so that the others are questions, too */
	bool answers_indented; /* and questions are not */
	bool heads_stand;      /* headings that nothing marks stand right above questions */
	bool blocks_stand;     /* answers stand right below their questions */
	struct span bullet, part_bullet; /* of all questions and of chapters; else empty */
	size_t title_at; /* of the one heading of the first level, where it can be the title */
	/* Where the walk is: */
	int item, last, upper, step, restart;
	bool has_item, answered, in_case, chapter_open, headed, titled;
	size_t text_lines; /* of the item at hand */
	bool in_rows;      /* of a table; it ends with the next item or chapter outside of it */
	int rows, outside; /* last number of a row, and of an item before the table */
	struct span asked; /* its question; empty while the mark stands alone on its line */
	size_t item_at;
	int chapters[STYLE_COUNT]; /* last number of each style as a chapter */
	int lists[STYLE_COUNT];    /* last number of each style within the item */
	size_t boxed;              /* chapters so far in brackets: 【…】 */
	/* What it found: */
	size_t items, answer_marks;
	long points;
};

/* Forgets the roles of an earlier walk, except of lines that are furniture. The lines are borrowed.
 */
void walk_begin(struct walk *walk, struct line *lines, size_t count, struct reading reading,
                bool any_answer_mark);
void walk_read(struct walk *walk);

/* document_items.c: */

bool line_is_answer(const struct line *line);
/* An answer mark follows: in the line, in the next one, or behind the rest of a long question. */
bool walk_is_answered(const struct walk *walk, size_t index);
bool walk_has_style(const struct walk *walk, const struct line *line);
/*
 * Of several kinds of bullets, the one that stands over text nearly always and mostly asks marks
 * the questions, and one that only stands over that the chapters.
 */
void walk_find_bullets(struct walk *walk);
/* Whether most blocks between empty lines begin with a line that asks. */
bool walk_leads_ask(const struct walk *walk);
/* Whether questions stand below, right there or behind what a chapter may begin with. */
bool walk_heads_items(const struct walk *walk, size_t index);
/* Whether words alone head the first question, and others do that stand behind whole answers. */
bool walk_heads_stand(const struct walk *walk);
/* Whether most questions stand right over their answers, so that an empty line parts entries. */
bool walk_blocks_stand(const struct walk *walk);
/* Marks the line as doubtful where it is; a line that goes on with a list counts as its step. */
bool walk_is_item(struct walk *walk, size_t index);
/* Whether the line is the first question of a chapter that marks its questions in its own way. */
bool walk_begins_own_style(const struct walk *walk, size_t index);
bool walk_is_chapter(const struct walk *walk, size_t index);
/* 【…】 around the line as a whole. */
bool line_is_boxed(const struct line *line);
/* Short, and neither a question nor a sentence. */
bool could_name_chapter(const struct line *line);

/* document_asked.c: */

/* Whether the line goes on with the question at hand, which breaks off within its sentence. */
bool walk_goes_on_asking(const struct walk *walk, size_t index);
/* Whether a question begins in the line that breaks off behind a comma, and goes on below. */
bool walk_begins_broken(const struct walk *walk, size_t index);
/* Whether the line asks, alone within the answer at hand, and the next item has the number behind
 * the one that it would have: its own is missing. */
bool walk_fills_gap(const struct walk *walk, size_t index);
/* Whether the lines below most questions of the reading stand further to the right than they. */
bool walk_answers_indented(const struct walk *walk);
/* Whether the document is signed from the line on: an office, a date, ways to reach it. */
bool walk_signs_off(const struct walk *walk, size_t index);

#endif
