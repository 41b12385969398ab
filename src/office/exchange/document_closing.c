#include "office/exchange/document_closing.h"

#include <stdint.h>

#include "office/exchange/document_furniture.h"

enum { CLOSING_ITEMS_LEAST = 5 /* whose answers show whether answers hold empty lines */ };

/* Where an empty line parts the text of an item, with no page mark beside it: the line behind. */
struct gaps {
	size_t last;   /* of the item at hand; SIZE_MAX without one */
	size_t before; /* items before that have one */
};

static struct gaps find_gaps(const struct line *lines, size_t count)
{
	struct gaps gaps = { .last = SIZE_MAX };
	bool text = false, blank = false;

	for (size_t i = 0; i < count; i++) {
		const struct line *line = &lines[i];

		if (line->role == ROLE_QUESTION) {
			gaps.before += gaps.last != SIZE_MAX;
			gaps.last = SIZE_MAX;
			text = line->answered_inside;
			blank = false;
		} else if (line->text.len == 0) {
			blank = text;
		} else if (line_is_furniture(line) || line->role == ROLE_CHAPTER) {
			text = blank = false;
		} else {
			if (blank && gaps.last == SIZE_MAX)
				gaps.last = i;
			text = line->role == ROLE_TEXT || line->rest.len > 0;
			blank = false;
		}
	}
	return gaps;
}

void closing_leave_out(struct reading_result *out)
{
	struct line *lines = out->lines;
	const struct gaps gaps = find_gaps(lines, out->count);
	size_t above;

	if (out->items < CLOSING_ITEMS_LEAST || gaps.before > 0 || gaps.last == SIZE_MAX)
		return;
	above = text_line_before(lines, gaps.last);
	if (above == SIZE_MAX || text_ends_with(lines[above].text, "：") ||
	    text_ends_with(lines[above].text, ":"))
		return;
	for (size_t i = gaps.last; i < out->count; i++)
		if (!line_is_furniture(&lines[i]) &&
		    (lines[i].role != ROLE_TEXT || lines[i].escaped ||
		     (i == gaps.last && lines[i].mark.style != STYLE_NONE)))
			return;
	for (size_t i = gaps.last; i < out->count; i++)
		if (!line_is_furniture(&lines[i]))
			lines[i].role = ROLE_CLOSING;
}

void closing_doubt(struct reading_result *out)
{
	const size_t last = text_line_before(out->lines, out->count);
	struct line *line = last == SIZE_MAX ? NULL : &out->lines[last];

	if (!line || line->role != ROLE_TEXT || line->escaped || line->doubt != DOUBT_NONE ||
	    line_is_first_of_answer(out->lines, last) || line_is_introduced(out->lines, last))
		return;
	if (could_close(line->text) || line->special == SPECIAL_DATE ||
	    line->special == SPECIAL_CONTACT || line->special == SPECIAL_RUNNING ||
	    is_office_name(line->text) || is_far_right(line->text))
		line->doubt = DOUBT_CLOSING;
}
