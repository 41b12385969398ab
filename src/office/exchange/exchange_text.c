#include "office/exchange/exchange_text.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_special.h"

enum { NUMBER_DIGITS_MOST = 6 };

#define WIDE_BLANK "\xe3\x80\x80" /* U+3000 */
#define HARD_BLANK "\xc2\xa0"     /* U+00A0, which text copied from a web page is full of */

bool text_skip(struct span *text, const char *prefix)
{
	size_t len;

	if (prefix[0] && (text->len == 0 || text->ptr[0] != prefix[0]))
		return false;
	len = strlen(prefix);
	if (text->len < len || memcmp(text->ptr, prefix, len) != 0)
		return false;
	*text = (struct span){ text->ptr + len, text->len - len };
	return true;
}

bool text_skip_one(struct span *text, const char *const *list)
{
	struct span best = *text;

	for (; *list; list++) {
		struct span rest = *text;

		if (text_skip(&rest, *list) && rest.len < best.len)
			best = rest;
	}
	if (best.len == text->len)
		return false;
	*text = best;
	return true;
}

/* Blanks stand at the start and the end of every text that is looked at: bytes are compared here.
 */
void text_skip_blanks(struct span *text)
{
	size_t at = 0;

	for (;;) {
		const size_t left = text->len - at;

		if (left > 0 && memchr(" \t\r\f", text->ptr[at], 4))
			at++;
		else if (left > 2 && memcmp(text->ptr + at, WIDE_BLANK, 3) == 0)
			at += 3;
		else if (left > 1 && memcmp(text->ptr + at, HARD_BLANK, 2) == 0)
			at += 2;
		else
			break;
	}
	if (at > 0) /* an empty text may have no place */
		*text = (struct span){ text->ptr + at, text->len - at };
}

bool text_begins_blank(struct span text)
{
	struct span rest = text;

	text_skip_blanks(&rest);
	return rest.len < text.len;
}

void text_skip_indent(struct span *text)
{
	while (text_skip(text, WIDE_BLANK))
		;
}

bool text_ends_with(struct span text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len && memcmp(text.ptr + text.len - len, end, len) == 0;
}

struct span text_drop_end(struct span text)
{
	for (;;) {
		if (text_ends_with(text, " ") || text_ends_with(text, "\t") ||
		    text_ends_with(text, "\r"))
			text.len--;
		else if (text_ends_with(text, WIDE_BLANK))
			text.len -= strlen(WIDE_BLANK);
		else if (text_ends_with(text, HARD_BLANK))
			text.len -= strlen(HARD_BLANK);
		else
			return text;
	}
}

static bool is_digit(struct span text)
{
	return text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9';
}

static bool skip_number(struct span *text, int *number)
{
	size_t digits = 0;

	*number = 0;
	while (is_digit(*text) && digits < NUMBER_DIGITS_MOST) {
		*number = *number * 10 + (text->ptr[0] - '0');
		*text = (struct span){ text->ptr + 1, text->len - 1 };
		digits++;
	}
	return *number > 0 && !is_digit(*text);
}

static bool skip_colon(struct span *text)
{
	return text_skip(text, "：") || text_skip(text, ":");
}

static bool read_case_mark(struct span text, struct mark *out)
{
	const char *start = text.ptr;

	if (!text_skip(&text, "情形") || !skip_number(&text, &out->number))
		return false;
	out->label = (struct span){ start, (size_t)(text.ptr - start) };
	if (!skip_colon(&text))
		return false;
	out->rest = text;
	return true;
}

void text_copy_cut(char *to, size_t size, const char *from)
{
	const size_t len = strnlen(from, size - 1);

	memcpy(to, from, len);
	to[utf8_fault_at((struct span){ to, len })] = '\0';
}

struct mark mark_read(struct span line)
{
	struct mark mark = { .kind = MARK_NONE };
	struct span text = line;

	text_skip_blanks(&text);
	mark.rest = text;
	if (text_skip(&mark.rest, "答") && skip_colon(&mark.rest)) {
		mark.kind = MARK_ANSWER;
	} else {
		mark.rest = text;
		if (text_skip(&mark.rest, "建议") && skip_colon(&mark.rest))
			mark.kind = MARK_ADVICE;
		else if (read_case_mark(text, &mark))
			mark.kind = MARK_CASE;
	}
	text_skip_blanks(&mark.rest);
	return mark;
}

/* A bullet is left out: no list of an answer should need backslashes. */
bool line_could_be_marked(struct span line)
{
	struct span text = line;
	enum style style;

	text_skip_blanks(&text);
	style = item_mark_read(text).style;
	return mark_read(text).kind != MARK_NONE ||
	       (style != STYLE_NONE && style != STYLE_BULLET) ||
	       special_read(text) != SPECIAL_NONE || is_office_name(text) ||
	       is_heading_like(text) || answer_mark_skip(&text, true);
}

size_t mark_escapes(struct span line, size_t *blanks)
{
	struct span text = line;
	size_t count = 0;

	text_skip_blanks(&text);
	*blanks = line.len - text.len;
	while (text_skip(&text, "\\"))
		count++;
	return count > 0 && line_could_be_marked(text) ? count : 0;
}

void body_break(struct body *body)
{
	if (body->text->len > body->start)
		buf_append_char(body->text, '\n');
	for (; body->blanks > 0; body->blanks--)
		buf_append_char(body->text, '\n');
}

void body_add(struct body *body, struct span line)
{
	if (body->text->len == body->start)
		text_skip_blanks(&line);
	if (line.len == 0) {
		body->blanks += body->text->len > body->start;
		return;
	}
	body_break(body);
	buf_append(body->text, line.ptr, line.len);
}

bool text_skip_colon(struct span *text)
{
	return text_skip(text, "：") || text_skip(text, ":");
}

bool text_skip_label(struct span *text, const char *const *list)
{
	struct span rest = *text;

	if (!text_skip_one(&rest, list) || !text_skip_colon(&rest))
		return false;
	*text = rest;
	return true;
}

bool text_ends_with_one(struct span text, const char *const *list)
{
	for (; *list; list++)
		if (text_ends_with(text, *list))
			return true;
	return false;
}

/* Of the first character of a word in Chinese, a bit of 256. */
static unsigned start_bit(const char *at)
{
	return ((unsigned char)at[1] * 31u + (unsigned char)at[2]) & 255u;
}

/* Asked of every line several times: the text is gone through once, not once a word. */
bool text_holds_one(struct span text, const char *const *list)
{
	uint64_t starts[4] = { 0 };

	for (const char *const *word = list; *word; word++) {
		const unsigned bit = strnlen(*word, 3) == 3 ? start_bit(*word) : 0;

		if (strnlen(*word, 3) < 3 && memmem(text.ptr, text.len, *word, strlen(*word)))
			return true;
		starts[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
	for (size_t i = 0; i + 3 <= text.len; i++) {
		const unsigned bit = start_bit(text.ptr + i);
		struct span rest = { text.ptr + i, text.len - i };

		if ((starts[bit / 64] >> (bit % 64) & 1) && text_skip_one(&rest, list))
			return true;
	}
	return false;
}

struct span text_trim(struct span text)
{
	text_skip_blanks(&text);
	return text_drop_end(text);
}

struct span text_sample(struct span text)
{
	text = text_trim(text);
	text.len = utf8_prefix(text, SAMPLE_CHARACTERS);
	return text;
}
