#include "office/exchange/question_lines.h"

#include <string.h>

#include "office/exchange/document_marks.h"
#include "office/exchange/exchange_text.h"

enum { LINES_MOST = 4 };

bool question_has_lines(struct span text, bool may_ask_twice)
{
	static const char *const within[] = { "，", "、", ",", NULL };
	size_t lines = 0;

	text = text_trim(text);
	while (text.len > 0) {
		const char *stop = memchr(text.ptr, '\n', text.len);
		const size_t len = stop ? (size_t)(stop - text.ptr) : text.len;
		const struct span line = text_trim((struct span){ text.ptr, len });
		struct span rest = line;

		if (line.len == 0 || ++lines > LINES_MOST || answer_mark_skip(&rest, true) ||
		    (lines > 1 && item_mark_read(line).style != STYLE_NONE))
			return false;
		if (!stop)
			return lines > 1 && asks(line);
		if (asks_plainly(line) ? !may_ask_twice
		                       : ends_a_sentence(line) && !text_ends_with_one(line, within))
			return false;
		text = (struct span){ stop + 1, text.len - len - 1 };
	}
	return false;
}

void question_join_lines(struct span text, struct buf *out)
{
	text = text_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		const bool latin = i > 0 && (unsigned char)text.ptr[i - 1] < 0x80;

		if (text.ptr[i] != '\n')
			buf_append_char(out, text.ptr[i]);
		else if (latin && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0x80)
			buf_append_char(out, ' ');
	}
}
