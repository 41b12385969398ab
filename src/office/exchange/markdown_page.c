/*
 * Lines keep their places. Headings and bold lines are what the page marks so anyway; within lines,
 * bold text and code lose their marks, a link becomes its text with the address in brackets. Single
 * stars are marks around words that blanks or punctuation part from the rest: 5*3*2 is no emphasis,
 * nor is *姓名. Lines that begin with | are rows of a table.
 */
#include "office/exchange/markdown_page.h"

#include <string.h>

#include "base/language.h"
#include "office/exchange/container.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/line_numbers.h"

enum {
	FRONT_LINES_MOST = 60,
	ADDRESS_MOST = 2048,
	LINE_MOST = 1 << 14 /* bytes */,
	NESTED_MOST = 8,
	BOLD_LINES_MOST = 4
};

static struct span take_line(struct span *text)
{
	const char *stop = text->len > 0 ? memchr(text->ptr, '\n', text->len) : NULL;
	const struct span line = { text->ptr, stop ? (size_t)(stop - text->ptr) : text->len };

	*text = (struct span){ text->ptr + line.len, text->len - line.len };
	(void)text_skip(text, "\n");
	return text_drop_end(line);
}

static bool is_fence(struct span line)
{
	text_skip_blanks(&line);
	return text_skip(&line, "```") || text_skip(&line, "~~~");
}

/* --- or ***, also with blanks between. */
static bool is_rule(struct span line)
{
	size_t marks = 0;

	line = text_trim(line);
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] != line.ptr[0] && line.ptr[i] != ' ')
			return false;
		marks += line.ptr[i] == line.ptr[0];
	}
	return marks >= 3 && strchr("-*_", line.ptr[0]);
}

/* The text behind front matter; false without any. */
static bool skip_front_matter(struct span *text)
{
	struct span rest = *text;
	const struct span first = take_line(&rest);

	if (!span_equal(first, span_of("---")))
		return false;
	for (int i = 0; i < FRONT_LINES_MOST && rest.len > 0; i++) {
		const struct span line = take_line(&rest);

		if (!span_equal(line, span_of("---")))
			continue;
		*text = rest;
		return true;
	}
	return false;
}

/* |---|:--:| */
/* Four blanks before # : no heading stands so far in, but a comment among indented code. */
static bool is_indented_code(struct span line)
{
	if (!text_skip(&line, "    ") && !text_skip(&line, "\t"))
		return false;
	text_skip_blanks(&line);
	return text_skip(&line, "#");
}

static bool is_separator(struct span line)
{
	line = text_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (!strchr("|-: \t", line.ptr[i]))
			return false;
	return line.len > 2;
}

static bool is_row(struct span line)
{
	line = text_trim(line);
	return line.len > 2 && line.ptr[0] == '|' && text_ends_with(line, "|");
}

/* A line of = or -, below a line of text, makes that a heading. */
static int underline_level(struct span line)
{
	line = text_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] != line.ptr[0])
			return 0;
	if (line.len < 3)
		return 0;
	return line.ptr[0] == '=' ? 1 : line.ptr[0] == '-' ? 2 : 0;
}

/* Two signs of Markdown that no other text has: a heading over =, the rule below heads of a table.
 */
static bool has_other_signs(struct span text)
{
	struct span above = { "", 0 };

	while (text.len > 0) {
		const struct span line = take_line(&text);

		if ((is_row(above) && is_separator(line) && is_row(line)) ||
		    (above.len > 0 && !is_row(above) && underline_level(line) == 1 &&
		     line.len < 12))
			return true;
		above = line;
	}
	return false;
}

static bool has_heading(struct span text)
{
	bool fenced = false;

	while (text.len > 0) {
		struct span line = take_line(&text);
		int level;

		fenced ^= is_fence(line);
		if (!fenced && line.len > 0 && line.ptr[0] == '#' && form_mark_skip(&line, &level))
			return true;
	}
	return false;
}

bool markdown_has_front_matter(struct span text)
{
	return skip_front_matter(&text) && has_heading(text);
}

bool markdown_is(struct span text)
{
	(void)skip_front_matter(&text);
	return has_heading(text) || has_other_signs(text);
}

/* ------------------------------------------------------------------ within a line */

/*
 * Takes what stands in a pair of brackets off the start, with pairs within; `pair` is "[]" or "()".
 * Pairs are not nested deep, so that no line is looked through for each of its brackets.
 */
static bool take_bracketed(struct span *text, const char *pair, struct span *inner)
{
	const size_t most = text->len < ADDRESS_MOST ? text->len : ADDRESS_MOST;
	int depth = 0;

	for (size_t i = 0; i < most && depth <= NESTED_MOST; i++) {
		depth += text->ptr[i] == pair[0];
		if (depth == 0)
			return false;
		depth -= text->ptr[i] == pair[1];
		if (depth > 0)
			continue;
		*inner = (struct span){ text->ptr + 1, i - 1 };
		*text = (struct span){ text->ptr + i + 1, text->len - i - 1 };
		return true;
	}
	return false;
}

/* Whether it leads somewhere: brackets behind brackets are common in Chinese texts, too. */
static bool is_address(struct span text)
{
	bool path = false;

	if (memmem(text.ptr, text.len, "://", 3))
		return true;
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if ((unsigned char)c >= 0x80 || c == ' ')
			return false;
		path |= c == '/' || (c == '#' && i == 0);
		path |= c == '.' && i > 0 && i + 1 < text.len && (text.ptr[i + 1] | 0x20) >= 'a' &&
		        (text.ptr[i + 1] | 0x20) <= 'z';
	}
	return path || text_skip(&text, "mailto:") || text_skip(&text, "tel:");
}

/* [text](address) at the start; of a picture, the ! taken off before, any address. */
static bool skip_link(struct span *line, bool picture, struct span *name, struct span *address)
{
	struct span text = *line;
	const char *title;

	if (!take_bracketed(&text, "[]", name) || text.len == 0 || text.ptr[0] != '(' ||
	    !take_bracketed(&text, "()", address))
		return false;
	/* (address "title") */
	title = memmem(address->ptr, address->len, " \"", 2);
	address->len = title ? (size_t)(title - address->ptr) : address->len;
	if (!picture && !is_address(*address))
		return false;
	*line = text;
	return true;
}

static void append_link(struct span name, struct span address, struct buf *out)
{
	buf_append(out, name.ptr, name.len);
	if (!memmem(address.ptr, address.len, "://", 3) || span_equal(name, address))
		return;
	buf_append_text(out, name.len > 0 ? "（" : "");
	buf_append(out, address.ptr, address.len);
	buf_append_text(out, name.len > 0 ? "）" : "");
}

/* Whether the mark at the start has a partner further on in the line. */
static bool is_paired(struct span line, const char *mark)
{
	const size_t len = strlen(mark);

	return line.len > 2 * len && memcmp(line.ptr, mark, len) == 0 &&
	       memmem(line.ptr + len, line.len - len, mark, len);
}

static const char *const between_words[] = { " ",  ",",  ".",  ";",  ":",  "!",  "?",  "(",
	                                     ")",  "[",  "]",  "\"", "'",  "|",  "*",  "　",
	                                     "，", "。", "；", "：", "！", "？", "、", "（",
	                                     "）", "“",  "”",  "《", "》", NULL };

/* *words*, behind `before`: how many bytes stand between the stars; 0: they are no marks. */
static size_t emphasised_length(struct span text, struct span before)
{
	const char *close;
	struct span behind;

	if (text.len < 3 || text.ptr[0] != '*' || text.ptr[1] == ' ' || text.ptr[1] == '*' ||
	    (before.len > 0 && !text_ends_with_one(before, between_words)))
		return 0;
	close = memchr(text.ptr + 1, '*', text.len - 1);
	if (!close || close[-1] == ' ' || close[-1] == '\\')
		return 0;
	behind = (struct span){ close + 1, (size_t)(text.ptr + text.len - close) - 1 };
	if (behind.len > 0 && !text_skip_one(&behind, between_words))
		return 0;
	return (size_t)(close - text.ptr) - 1;
}

struct markdown {
	struct page *page;
	struct buf line;
	size_t pictures;
	bool open_bold;            /* ** whose partner is yet to come */
	const char *emphasis_ends; /* the star that is the partner of the last one */
};

static bool take_picture(struct markdown *markdown, struct span *text)
{
	struct span rest = *text, name, address;

	if (!text_skip(&rest, "!") || !skip_link(&rest, true, &name, &address))
		return false;
	buf_append(&markdown->line, name.ptr, name.len);
	markdown->pictures++;
	*text = rest;
	return true;
}

static bool take_link(struct markdown *markdown, struct span *text)
{
	struct span name, address;

	if (!skip_link(text, false, &name, &address))
		return false;
	append_link(name, address, &markdown->line);
	return true;
}

static bool take_code(struct markdown *markdown, struct span *text)
{
	const char *close;

	if (!is_paired(*text, "`"))
		return false;
	close = memchr(text->ptr + 1, '`', text->len - 1);
	buf_append(&markdown->line, text->ptr + 1, (size_t)(close - text->ptr) - 1);
	*text = (struct span){ close + 1, (size_t)(text->ptr + text->len - close) - 1 };
	return true;
}

static bool take_bold(struct markdown *markdown, struct span *text)
{
	if (!is_paired(*text, "**") && !markdown->open_bold)
		return false;
	if (!text_skip(text, "**"))
		return false;
	markdown->open_bold = !markdown->open_bold;
	return true;
}

static bool take_emphasis(struct markdown *markdown, struct span *text, struct span before)
{
	const size_t inside = emphasised_length(*text, before);

	if (inside > 0)
		markdown->emphasis_ends = text->ptr + 1 + inside;
	else if (text->ptr != markdown->emphasis_ends)
		return false;
	*text = (struct span){ text->ptr + 1, text->len - 1 };
	return true;
}

static bool take_escaped(struct markdown *markdown, struct span *text)
{
	if (text->len < 2 || text->ptr[0] != '\\' || !strchr("*_#.()[]|`-", text->ptr[1]))
		return false;
	buf_append_char(&markdown->line, text->ptr[1]);
	*text = (struct span){ text->ptr + 2, text->len - 2 };
	return true;
}

static void append_inline(struct markdown *markdown, struct span line)
{
	struct span text = line;

	markdown->open_bold = false;
	markdown->emphasis_ends = NULL;
	if (text.len > LINE_MOST) { /* no line of an office: as it stands */
		buf_append(&markdown->line, text.ptr, text.len);
		return;
	}
	while (text.len > 0 && buf_status(&markdown->line) == STATUS_OK) {
		const struct span before = { line.ptr, line.len - text.len };

		if (take_picture(markdown, &text) || take_link(markdown, &text) ||
		    take_code(markdown, &text) || take_emphasis(markdown, &text, before) ||
		    take_bold(markdown, &text) || take_escaped(markdown, &text))
			continue;
		buf_append_char(&markdown->line, text.ptr[0]);
		text = (struct span){ text.ptr + 1, text.len - 1 };
	}
}

/* ------------------------------------------------------------------ lines */

/* <details> and the like, alone on a line. */
static bool is_tag(struct span text)
{
	static const char *const alone[] = { "<details>", "</details>", "<details open>", "<br>",
		                             "<br/>",     "<p>",        "</p>",           NULL };

	text = text_trim(text);
	return text_skip_one(&text, alone) && text.len == 0;
}

/* :::tip and ::: around a box, alone on a line. */
static bool is_box_edge(struct span text)
{
	text = text_trim(text);
	if (!text_skip(&text, ":::"))
		return false;
	text_skip_blanks(&text);
	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] | 0x20) < 'a' || (text.ptr[i] | 0x20) > 'z')
			return false;
	return true;
}

/* ## Heading {#its-name} */
static void drop_heading_name(struct span *text)
{
	const char *open = text->len > 0 && text->ptr[text->len - 1] == '}'
	                           ? memrchr(text->ptr, '{', text->len)
	                           : NULL;

	if (open && (open[1] == '#' || open[1] == '.'))
		*text = text_trim((struct span){ text->ptr, (size_t)(open - text->ptr) });
}

/* <details><summary>question</summary>answer</details>: what stands behind may be empty. */
static bool split_summary(struct span *text, struct span *summary)
{
	struct span rest = text_trim(*text);
	const char *close;

	(void)(text_skip(&rest, "<details>") || text_skip(&rest, "<details open>"));
	rest = text_trim(rest);
	if (!text_skip(&rest, "<summary>"))
		return false;
	close = memmem(rest.ptr, rest.len, "</summary>", strlen("</summary>"));
	if (!close)
		return false;
	*summary = text_trim((struct span){ rest.ptr, (size_t)(close - rest.ptr) });
	rest = (struct span){ close, (size_t)(rest.ptr + rest.len - close) };
	(void)text_skip(&rest, "</summary>");
	if (text_ends_with(rest, "</details>"))
		rest.len -= strlen("</details>");
	*text = text_trim(rest);
	return true;
}

/* The number or sign of a list. */
static void skip_list_mark(struct span *text)
{
	struct span rest = *text;
	int number;

	if (number_skip_arabic(&rest, &number) &&
	    (text_skip(&rest, ". ") || text_skip(&rest, ") ")))
		*text = text_trim(rest);
	else if (text_skip(text, "- ") || text_skip(text, "* ") || text_skip(text, "+ "))
		*text = text_trim(*text);
}

/* - **question** answer: the bold text is a line of its own. */
static bool split_bold(struct span *text, struct span *bold)
{
	struct span rest = text_trim(*text);
	const char *close;

	skip_list_mark(&rest);
	if (!text_skip(&rest, "**"))
		return false;
	close = memmem(rest.ptr, rest.len, "**", 2);
	if (!close)
		return false;
	*bold = (struct span){ rest.ptr, (size_t)(close - rest.ptr) };
	rest = text_trim((struct span){ close + 2, rest.len - bold->len - 2 });
	if (!asks(*bold) || rest.len == 0)
		return false;
	*text = rest;
	return true;
}

static void add_strong(struct markdown *markdown, struct span text)
{
	buf_clear(&markdown->line);
	append_inline(markdown, text);
	page_add(markdown->page, buf_span(&markdown->line), 0, true);
}

static void add_line(struct markdown *markdown, struct span line, int under)
{
	struct span text = line, bold;
	int level = 0;
	bool formed;

	if (is_tag(text) || is_box_edge(text)) {
		text.len = 0;
	} else if (split_summary(&text, &bold)) {
		add_strong(markdown, bold);
		if (text.len == 0)
			return;
	}
	formed = form_mark_skip(&text, &level);
	if (level > 0)
		drop_heading_name(&text);
	if (under > 0)
		level = under;
	if (!formed && split_bold(&text, &bold))
		add_strong(markdown, bold);

	while (text_skip(&text, "> ") || text_skip(&text, ">"))
		;
	buf_clear(&markdown->line);
	append_inline(markdown, text);
	page_add(markdown->page, buf_span(&markdown->line), level, formed && level == 0);
}

/*
 * Bold text that goes on in the lines right below and ends with one of them is a paragraph; false
 * where the line begins none. *lines is how many they are.
 */
static bool take_bold_lines(struct span line, struct span *below, struct span *bold,
                            unsigned *lines)
{
	struct span text = text_trim(line), rest = *below;

	if (!text_skip(&text, "**") || text.len == 0 || memmem(text.ptr, text.len, "**", 2))
		return false;
	for (*lines = 1; *lines < BOLD_LINES_MOST && rest.len > 0;) {
		struct span next = text_trim(take_line(&rest));
		const char *close = memmem(next.ptr, next.len, "**", 2);

		++*lines;
		if (next.len == 0 || (close && close + 2 != next.ptr + next.len))
			return false;
		if (!close)
			continue;
		*bold = (struct span){ text.ptr, (size_t)(close - text.ptr) };
		*below = rest;
		return true;
	}
	return false;
}

/* page.c knows whether its lines are those of one question. */
static void add_bold(struct markdown *markdown, struct span bold)
{
	buf_clear(&markdown->line);
	while (bold.len > 0) {
		const struct span line = text_trim(take_line(&bold));

		if (markdown->line.len > 0)
			buf_append_char(&markdown->line, '\n');
		append_inline(markdown, line);
	}
	page_add(markdown->page, buf_span(&markdown->line), 0, true);
}

static void add_row(struct markdown *markdown, struct span line)
{
	line = text_trim(line);
	if (is_separator(line))
		return;
	page_begin_row(markdown->page);
	(void)text_skip(&line, "|");
	while (line.len > 0) {
		const char *stop = memchr(line.ptr, '|', line.len);
		const size_t len = stop ? (size_t)(stop - line.ptr) : line.len;

		page_begin_cell(markdown->page);
		buf_clear(&markdown->line);
		append_inline(markdown, text_trim((struct span){ line.ptr, len }));
		page_add(markdown->page, buf_span(&markdown->line), 0, false);
		page_end_cell(markdown->page, 1);
		line = (struct span){ line.ptr + len, line.len - len };
		(void)text_skip(&line, "|");
	}
	page_end_row(markdown->page);
}

static void tell_front_matter(struct page *page, struct span text, struct span behind)
{
	struct span front = { text.ptr, text.len - behind.len }, first;
	size_t lines = 0;

	(void)take_line(&front);
	first = front;
	first = take_line(&first);
	for (struct span rest = front; rest.len > 0; lines++)
		(void)take_line(&rest);
	for (size_t i = 0; i < lines + 1; i++)
		page_add(page, span_of(""), 0, false);
	left_out_take(page->import, 0, front);
	left_out_tell(page->import, FAULT_NOTE, 2, _("front matter, left out"), first, lines - 1);
}

void markdown_page_read(struct span text, struct page *page)
{
	struct markdown markdown = { .page = page };
	struct span behind = text;
	bool fenced = false, in_table = false;

	page->import->paragraphs = true;
	buf_init(&markdown.line, PART_BYTES_MOST);
	page->place = 1;
	if (skip_front_matter(&behind))
		tell_front_matter(page, text, behind);
	page->place += (unsigned)places_lines((struct span){ text.ptr, text.len - behind.len });
	while (behind.len > 0 && page_status(page) == STATUS_OK) {
		const struct span line = take_line(&behind);
		const bool row = !fenced && is_row(line);
		struct span below = behind, bold;
		unsigned lines = 0;
		const int under = fenced || row || line.len == 0 || line.ptr[0] == '#'
		                          ? 0
		                          : underline_level(take_line(&below));

		if (row && !in_table)
			page_begin_table(page);
		else if (!row && in_table)
			page_end_table(page);
		in_table = row;
		if (is_fence(line)) {
			fenced = !fenced;
			page_add(page, span_of(""), 0, false);
		} else if (fenced || (!row && is_indented_code(line))) {
			page_add_code(page, line);
		} else if (row) {
			add_row(&markdown, line);
		} else if (is_rule(line)) {
			page_add(page, span_of(""), 0, false);
		} else if (take_bold_lines(line, &behind, &bold, &lines)) {
			add_bold(&markdown, bold);
			page->place += lines - 1;
		} else {
			add_line(&markdown, line, under);
			if (under > 0) {
				(void)take_line(&behind);
				page->place++;
			}
		}
		page->place++;
	}
	if (in_table)
		page_end_table(page);
	if (markdown.pictures > 0)
		import_fault(page->import, FAULT_WARNING, 0, NULL,
		             _N("%zu picture is not read: what it shows must be written",
		                "%zu pictures are not read: what they show must be written",
		                markdown.pictures),
		             markdown.pictures);
	page->failed = buf_status(&markdown.line);
	buf_deinit(&markdown.line);
}
