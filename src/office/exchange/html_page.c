/*
 * Tags come one at a time. Text gathers in a line, which ends at a block or a line break and goes
 * to the page with the heading it stands in, and bold if all of its letters are. Old pages leave
 * end tags of cells and rows out, and lay themselves out with tables: a table that holds another
 * one is no table here.
 */
#include "office/exchange/html_page.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "base/language.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/html_look.h"
#include "office/exchange/html_tags.h"
#include "office/exchange/left_out.h"
#include "office/exchange/line_numbers.h"

enum {
	LISTS_MOST = 8,
	TABLES_MOST = 32,
	SPAN_MOST = 100,
	OPEN_MOST = 256,  /* elements around of which the names are kept */
	FRAMES_COUNT = 7, /* names of frames */
	FRAME_BYTES_MOST = 1 << 15,
	FRAMES_IN_VAIN_MOST = 64,
	TITLE_BYTES_MOST = 300,
	BADGE_MOST = 16, /* bytes, with the bullet of a list */
};

enum blank { BLANK_NONE, BLANK_SPACE, BLANK_BREAK };

/* TABLE_WITHIN: in a cell of another one, of which its text is a part. */
enum table_kind { TABLE_LAYOUT, TABLE_OF_ROWS, TABLE_WITHIN };

/* What the class of an element says that it holds; HOLDS_ASKED: as most of its class do. */
enum holds { HOLDS_ANY, HOLDS_QUESTION, HOLDS_ANSWER, HOLDS_ASKED };

/* Their text is no part of the page; of the first ones it is nobody's loss. */
static const char *const dropped[] = { "script", "style", "title", "noscript", NULL };
/* No forms: some programs wrap the whole page in one. */
static const char *const frames[] = { "nav",    "footer",   "aside",  "select",
	                              "button", "textarea", "iframe", NULL };
/* What ends without an end tag. */
static const char *const voids[] = { "area",  "base",   "br",    "col",  "embed",
	                             "hr",    "img",    "link",  "meta", "input",
	                             "param", "source", "track", "wbr",  NULL };
/* What a page shows as a sign before a question or an answer, if it is all that they hold. */
static const char *const badge_tags[] = { "i", "em", "b", "strong", "span", "label", "font", NULL };
static const char *const bold_tags[] = { "b", "strong", "summary", NULL };
struct html {
	struct page *page;
	struct buf line, frame, entity, marked;
	struct buf title;       /* of <title> */
	int counts[LISTS_MOST]; /* of the lists around; -1: without numbers */
	int lists;
	int bold, heading;
	int preformatted, code; /* elements around: line breaks and blanks count; it is code */
	bool line_is_code;
	char open[OPEN_MOST][HTML_NAME_SIZE]; /* elements around, the innermost last */
	int depth, frame_at;                  /* of the outermost frame; -1: in none */
	int frames_in_vain; /* elements that their class calls frames, and that did not end nearby
	                     */
	const char *frame_ends[FRAMES_COUNT]; /* the next end tag of each; NULL: not looked for */
	enum blank blank;                     /* before the next letter */
	enum holds holds, before;             /* the line at hand, and the one before it */
	bool in_term, terms_marked; /* in dt; most of its list have the mark of a question */
	bool badge;                 /* the line is Q or 答, in an element of its own */
	size_t letters, bold_letters;
	struct buf link; /* where the link at hand leads */
	size_t link_start, pictures;
	bool in_link;
	size_t links;       /* of the line at hand */
	struct buf between; /* its letters outside of links, above the text */
	bool begun, titled; /* text of the page came; its title did */
	size_t menus;       /* lines of links above the text */
	struct span all;    /* the page as it is written */
	struct span question_class;
	/* Up to where the lines of the file are counted, the piece at hand, and its line: */
	const char *counted, *piece;
	unsigned lines_before;
	unsigned line_place;  /* where the letters of the line at hand begin; 0: it has none */
	unsigned frame_place; /* the same of the first menu or control */
	/* Tables around, of which some are only for layout: */
	enum table_kind kinds[TABLES_MOST];
	int tables;
	bool in_row, in_cell;
	size_t column, columns;        /* of the cell at hand, and how many it stands over */
	int rows_left[CSV_CELLS_MOST]; /* of a cell above that reaches down */
	int reaches;
};

bool html_page_is(struct span text)
{
	static const char *const starts[] = { "<!doctype html", "<html",  "<head",
		                              "<body",          "<table", "<meta" };

	while (text.len > 0 && memchr(" \t\r\n", text.ptr[0], 4))
		text = (struct span){ text.ptr + 1, text.len - 1 };
	if (text.len > 4 && memcmp(text.ptr, "<!--", 4) == 0)
		return memmem(text.ptr, text.len, "<html", 5) != NULL;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (text.len > strlen(starts[i]) &&
		    strncasecmp(text.ptr, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* The line of the file in which the piece at hand stands. */
static unsigned place_of_piece(struct html *html)
{
	while (html->counted < html->piece)
		html->lines_before += *html->counted++ == '\n';
	return html->lines_before + 1;
}

/* ------------------------------------------------------------------ lines */

/* The sign with which a page shows that a heading can be opened. */
static void skip_fold(struct span *text)
{
	struct span rest = *text;

	if (text_skip_one(&rest, words_fold) && !number_begins(rest))
		*text = text_trim(rest);
}

static bool in_table(const struct html *html)
{
	return html->tables > 0 && html->kinds[html->tables - 1] != TABLE_LAYOUT;
}

/* The line at hand has the mark then. */
static void put_mark(struct html *html, const char *mark, struct span text)
{
	buf_clear(&html->marked);
	buf_append_text(&html->marked, mark);
	buf_append(&html->marked, text.ptr, text.len);
	buf_clear(&html->line);
	buf_append(&html->line, buf_text(&html->marked), html->marked.len);
}

/* Whether the text is the answer to the question of the line before. */
static bool holds_answer(const struct html *html, struct span text)
{
	if (in_table(html) || answer_mark_skip(&text, true))
		return false;
	return (html->holds == HOLDS_ANSWER && html->before == HOLDS_QUESTION) ||
	       (html->holds != HOLDS_ASKED && html->before == HOLDS_ASKED && html->heading == 0);
}

/*
 * The answer right behind the question of which the classes say so, what stands in the class of
 * the questions, and a term without a mark among others that have one.
 */
static void mark_line(struct html *html)
{
	const struct span text = text_trim(buf_span(&html->line));
	const bool marked = item_mark_read(text).style != STYLE_NONE;

	if (text.len == 0)
		return;
	if (html->holds == HOLDS_ASKED && (marked || in_table(html)))
		html->holds = HOLDS_ANY;
	if (holds_answer(html, text))
		put_mark(html, "答：", text);
	else if (html->holds == HOLDS_ASKED ||
	         (html->holds == HOLDS_QUESTION && html->in_term && html->terms_marked && !marked))
		put_mark(html, "问：", text);
	html->before = html->holds;
	html->holds = HOLDS_ANY;
}

/* ------------------------------------------------------------------ above the text */

static bool is_whole(struct span word, const char *const *list)
{
	return text_skip_one(&word, list) && word.len == 0;
}

/* A line of links, and nothing but signs between them, or one link in a list, above the text. */
static bool is_menu(const struct html *html)
{
	static const char *const signs[] = { "|", "｜", "│", "·", "•", "-",  "—",  "/",
		                             ">", "»",  "›", "[", "]", "【", "】", NULL };
	struct span between = text_trim(buf_span(&html->between));

	while (text_skip_one(&between, signs))
		text_skip_blanks(&between);
	return !html->begun && between.len == 0 &&
	       (html->links > 1 || (html->links == 1 && html->lists > 0));
}

static void leave_menu(struct html *html, struct span text)
{
	if (html->frame.len == 0)
		html->frame_place = html->page->place;
	buf_append(&html->frame, text.ptr, text.len);
	buf_append_text(&html->frame, " ");
	html->menus++;
}

static bool begins_text(const struct html *html, struct span text)
{
	const enum style style = item_mark_read(text).style;

	return html->heading > 0 || ends_a_sentence(text) || asks_plainly(text) ||
	       (style != STYLE_NONE && style != STYLE_BULLET);
}

/* “暂住登记问答 - 双河镇派出所”: what stands before the name of the site. */
static struct span page_title(const struct html *html)
{
	static const char *const parting[] = { "_", "|", "｜", " - ", " – ", "—", "-", NULL };
	const struct span title = text_trim(buf_span(&html->title));

	for (size_t i = 1; i < title.len; i++) {
		struct span rest = { title.ptr + i, title.len - i };

		/* Not 2024-2025. */
		if (text_skip_one(&rest, parting) && !number_begins(rest))
			return text_trim((struct span){ title.ptr, i });
	}
	return title;
}

/* Whether the page has a heading of one of the levels down to `level`. */
static bool page_has_heading(const struct html *html, char level)
{
	struct span rest = html->all;

	while (rest.len > 3) {
		const char *at = memchr(rest.ptr, '<', rest.len - 3);

		if (!at)
			return false;
		if ((at[1] == 'h' || at[1] == 'H') && at[2] >= '1' && at[2] <= level)
			return true;
		rest = (struct span){ at + 1, rest.len - (size_t)(at + 1 - rest.ptr) };
	}
	return false;
}

/* Whether the title stands in the page once more. */
static bool title_stands(const struct html *html, struct span title)
{
	const char *first = memmem(html->all.ptr, html->all.len, title.ptr, title.len);
	const char *behind = first ? first + title.len : html->all.ptr;

	return memmem(behind, html->all.len - (size_t)(behind - html->all.ptr), title.ptr,
	              title.len) != NULL;
}

/*
 * Where no heading does, <title> says which line is the title; where it stands in none and menus
 * stand above the text, it is a line of its own. True where `text` is it.
 */
static bool take_title(struct html *html, struct span text)
{
	const struct span title = page_title(html);

	if (html->begun || html->titled || title.len == 0 || title.len > TITLE_BYTES_MOST ||
	    asks(title) || is_whole(title, words_web_untitled))
		return false;
	if (span_equal(text, title)) {
		html->titled = true;
		return !page_has_heading(html, '1');
	}
	if (html->menus == 0 || !begins_text(html, text) || html->heading > 0)
		return false;
	html->titled = true;
	if (!page_has_heading(html, '6') && !title_stands(html, title))
		page_add(html->page, title, 1, false);
	return false;
}

/* A line with text goes to the page, or to its menus. */
static void add_line(struct html *html, struct span text, bool bold)
{
	const bool begins = begins_text(html, text);

	if (is_menu(html) && !begins)
		leave_menu(html, text);
	else if (take_title(html, text))
		page_add(html->page, text, 1, false);
	else if (html->line_is_code)
		page_add_code(html->page, text_drop_end(buf_span(&html->line)));
	else
		page_add(html->page, text, html->heading, bold);
	html->begun |= begins;
}

static void end_line(struct html *html)
{
	const bool bold = html->letters > 0 && html->bold_letters == html->letters;

	mark_line(html);
	html->page->place = html->line_place > 0 ? html->line_place : place_of_piece(html);
	html->line_place = 0;

	struct span text = text_trim(buf_span(&html->line));

	if (html->heading > 0 || bold)
		skip_fold(&text);
	if (text.len > 0)
		add_line(html, text, bold);
	buf_clear(&html->line);
	html->letters = html->bold_letters = 0;
	html->links = 0;
	buf_clear(&html->between);
	html->line_is_code = false;
	html->link_start = 0;
	html->blank = BLANK_NONE;
	html->badge = false;
}

/* A line break of the source is a blank between Latin words, and nothing between Chinese ones. */
static void add_blank(struct html *html, char behind)
{
	const struct buf *line = &html->line;
	const bool chinese = line->len > 0 && (unsigned char)line->ptr[line->len - 1] >= 0x80 &&
	                     (unsigned char)behind >= 0x80;

	if (html->blank != BLANK_NONE && line->len > 0 && line->ptr[line->len - 1] != ' ' &&
	    !(html->blank == BLANK_BREAK && chinese))
		buf_append_char(&html->line, ' ');
	html->blank = BLANK_NONE;
}

/* Q and 答 as a sign before a text. */
static bool is_badge(struct span line)
{
	(void)text_skip(&line, "• ");
	return (text_skip_one(&line, words_question_letter) ||
	        text_skip_one(&line, words_answer_letter) || text_skip_one(&line, words_question) ||
	        text_skip_one(&line, words_answer)) &&
	       line.len == 0;
}

/* A sign needs a colon, and no bullet, to be the mark of what stands behind it. */
static void end_badge(struct html *html, char behind)
{
	struct span mark = buf_span(&html->line);
	char kept[BADGE_MOST];

	html->badge = false;
	/* Numbers and signs, in half and full width, stand behind a mark that is complete. */
	if (memchr(":.)0123456789\xef\xe3", behind, 15))
		return;
	(void)text_skip(&mark, "• ");
	assert(mark.len <= sizeof(kept));
	memcpy(kept, mark.ptr, mark.len);
	mark.ptr = kept;
	buf_clear(&html->line);
	buf_append(&html->line, mark.ptr, mark.len);
	buf_append_text(&html->line, "：");
	html->letters = html->bold_letters = 0;
	html->blank = BLANK_NONE;
}

static void add_letters(struct html *html, struct span letters)
{
	if (letters.len == 0)
		return;
	if (html->line_place == 0)
		html->line_place = place_of_piece(html);
	html->line_is_code = html->preformatted > 0 && html->code > 0;
	if (html->badge)
		end_badge(html, letters.ptr[0]);
	add_blank(html, letters.ptr[0]);
	buf_append(&html->line, letters.ptr, letters.len);
	if (!html->in_link && !html->begun)
		buf_append(&html->between, letters.ptr, letters.len);
	html->letters += letters.len;
	html->bold_letters += html->bold > 0 || html->in_term ? letters.len : 0;
}

/* Blanks and line breaks in a row are one break if the source breaks its line there. */
static void take_blank(struct html *html, char c)
{
	if (html->preformatted > 0 && html->frame_at < 0 && c != '\r') {
		if (c == '\n')
			end_line(html);
		else
			buf_append_char(&html->line, c);
	} else if (c == '\r' || c == '\n')
		html->blank = BLANK_BREAK;
	else if (html->blank == BLANK_NONE)
		html->blank = BLANK_SPACE;
}

static void end_link(struct html *html)
{
	const struct span text = { buf_text(&html->line) + html->link_start,
		                   html->line.len > html->link_start
		                           ? html->line.len - html->link_start
		                           : 0 };
	const bool named = text_trim(text).len > 0;

	if (html->link.len > 0 && memmem(html->link.ptr, html->link.len, "://", 3) && named &&
	    !memmem(text.ptr, text.len, html->link.ptr, html->link.len)) {
		buf_append_text(&html->line, "（");
		buf_append(&html->line, html->link.ptr, html->link.len);
		buf_append_text(&html->line, "）");
	}
	buf_clear(&html->link);
}

/* ------------------------------------------------------------------ tables */

static size_t span_of_cell(const struct html_tag *tag, const char *name)
{
	char digits[4] = "";
	const struct span value = html_attribute(tag->attributes, name);
	long number;

	memcpy(digits, value.ptr, value.len < sizeof(digits) - 1 ? value.len : sizeof(digits) - 1);
	number = strtol(digits, NULL, 10);
	return number < 1 ? 1 : number > SPAN_MOST ? SPAN_MOST : (size_t)number;
}

/* Cells above that reach down into the row. */
static void fill_reached(struct html *html)
{
	while (html->column < CSV_CELLS_MOST && html->rows_left[html->column] > 0) {
		html->rows_left[html->column++]--;
		page_repeat_cell(html->page, 1);
	}
}

static void end_cell(struct html *html)
{
	end_line(html);
	if (!html->in_cell)
		return;
	page_end_cell(html->page, html->columns);
	for (size_t i = 0; i < html->columns && html->column < CSV_CELLS_MOST; i++)
		html->rows_left[html->column++] = html->reaches;
	html->in_cell = false;
}

static void end_row(struct html *html)
{
	end_cell(html);
	if (!html->in_row)
		return;
	fill_reached(html);
	page_end_row(html->page);
	html->in_row = false;
}

static void begin_row(struct html *html)
{
	end_row(html);
	html->page->place = place_of_piece(html);
	page_begin_row(html->page);
	html->in_row = true;
	html->column = 0;
}

static void begin_cell(struct html *html, const struct html_tag *tag)
{
	if (!html->in_row)
		begin_row(html);
	end_cell(html);
	fill_reached(html);
	page_begin_cell(html->page);
	html->in_cell = true;
	html->columns = span_of_cell(tag, "colspan");
	html->reaches = (int)span_of_cell(tag, "rowspan") - 1;
}

static void begin_table(struct html *html, struct span behind)
{
	enum table_kind kind = TABLE_OF_ROWS;

	if (html->tables == TABLES_MOST)
		return;
	if (in_table(html))
		kind = TABLE_WITHIN;
	else if (html_table_is_layout(behind))
		kind = TABLE_LAYOUT;
	html->kinds[html->tables++] = kind;
	if (kind != TABLE_LAYOUT)
		page_begin_table(html->page);
	if (kind == TABLE_OF_ROWS)
		memset(html->rows_left, 0, sizeof(html->rows_left));
}

static void end_table(struct html *html)
{
	if (html->tables == 0)
		return;
	if (html->kinds[html->tables - 1] == TABLE_OF_ROWS)
		end_row(html);
	if (in_table(html))
		page_end_table(html->page);
	html->tables--;
}

/* Rows and cells of a table in a cell are parted as text is. */
static void take_tag_within(struct html *html, const struct html_tag *tag, bool is_row)
{
	end_line(html);
	if (is_row && tag->closes)
		page_end_row(html->page);
	else if (is_row)
		page_begin_row(html->page);
	else if (!tag->closes)
		page_begin_cell(html->page);
}

static void take_table_tag(struct html *html, const struct html_tag *tag, struct span behind)
{
	const bool is_row = strcmp(tag->name, "tr") == 0;

	if (strcmp(tag->name, "table") == 0) {
		end_line(html);
		if (tag->closes)
			end_table(html);
		else
			begin_table(html, behind);
		return;
	}
	if (!is_row && strcmp(tag->name, "td") != 0 && strcmp(tag->name, "th") != 0)
		return;
	if (!in_table(html)) {
		if (is_row || tag->name[1] == 'd')
			end_line(html);
	} else if (html->kinds[html->tables - 1] == TABLE_WITHIN) {
		take_tag_within(html, tag, is_row);
	} else if (is_row) {
		if (tag->closes)
			end_row(html);
		else
			begin_row(html);
	} else {
		if (tag->closes)
			end_cell(html);
		else
			begin_cell(html, tag);
	}
}

/* ------------------------------------------------------------------ tags */

static void take_list_tag(struct html *html, const struct html_tag *tag)
{
	if (strcmp(tag->name, "ul") == 0 || strcmp(tag->name, "ol") == 0) {
		html->lists += tag->closes ? -(html->lists > 0) : html->lists < LISTS_MOST - 1;
		if (!tag->closes)
			html->counts[html->lists] = tag->name[0] == 'u' ? -1 : 0;
	} else if (strcmp(tag->name, "li") == 0 && !tag->closes) {
		if (html->lists > 0 && html->counts[html->lists] >= 0)
			buf_append_format(&html->line, "%d. ", ++html->counts[html->lists]);
		else
			buf_append_text(&html->line, "• ");
	}
}

/* The last word of the name of a class, in which words are parted by - and _. */
static struct span last_word(struct span name)
{
	for (size_t i = name.len; i > 0; i--)
		if (name.ptr[i - 1] == '-' || name.ptr[i - 1] == '_')
			return (struct span){ name.ptr + i, name.len - i };
	return name;
}

static void take_class(struct html *html, const struct html_tag *tag)
{
	struct span rest = text_trim(html_attribute(tag->attributes, "class"));

	if (html->question_class.len > 0 && span_equal(rest, html->question_class)) {
		html->holds = HOLDS_ASKED;
		return;
	}
	while (rest.len > 0) {
		size_t len = 0;
		struct span word;

		while (len < rest.len && rest.ptr[len] != ' ')
			len++;
		word = last_word((struct span){ rest.ptr, len });
		if (is_whole(word, words_web_question))
			html->holds = HOLDS_QUESTION;
		else if (is_whole(word, words_web_answer))
			html->holds = HOLDS_ANSWER;
		rest = text_trim((struct span){ rest.ptr + len, rest.len - len });
	}
}

/* What a class or a sign of its own says of the text behind it. */
static void take_hints(struct html *html, const struct html_tag *tag)
{
	if (!tag->closes &&
	    (html_is_one(tag->name, html_blocks) || html_is_one(tag->name, html_more_blocks)))
		take_class(html, tag);
	if (tag->closes && html->line.len > 0 && html->line.len <= BADGE_MOST &&
	    html_is_one(tag->name, badge_tags))
		html->badge = is_badge(buf_span(&html->line));
}

/* Terms and what is said of them, whose end tags may be missing. */
static void take_term_tag(struct html *html, const struct html_tag *tag, struct span behind)
{
	const bool term = strcmp(tag->name, "dt") == 0, said = strcmp(tag->name, "dd") == 0;

	if (strcmp(tag->name, "dl") == 0)
		html->terms_marked = html_terms_are_marked(behind);
	else if (!term && !said)
		return;
	html->in_term = term && !tag->closes;
	if (html->terms_marked && !tag->closes && (term || said))
		html->holds = term ? HOLDS_QUESTION : HOLDS_ANSWER;
}

/*
 * A line break within a question: all of a term is one, and a heading or bold text that breaks off
 * goes on with what asks.
 */
static bool break_joins(struct html *html, struct span behind)
{
	const struct span line = text_trim(buf_span(&html->line));
	static const char *const within[] = { "，", "、", ",", NULL };
	struct span next, rest;
	struct buf text;
	bool joins;

	if (line.len == 0 || html->frame_at >= 0 || asks_plainly(line) ||
	    (html->heading == 0 && html->bold_letters < html->letters))
		return false;
	buf_init(&text, LINE_BYTES_MOST);
	html_append_line(behind, &text);
	next = rest = text_trim(buf_span(&text));
	joins = next.len > 0 && !answer_mark_skip(&rest, true) &&
	        item_mark_read(next).style == STYLE_NONE &&
	        (html->in_term ||
	         (asks(next) && (!ends_a_sentence(line) || text_ends_with_one(line, within))));
	buf_deinit(&text);
	return joins;
}

/* How many elements of the name are around what follows. */
static void count_tag(const struct html_tag *tag, const char *name, int *around)
{
	if (strcmp(tag->name, name) == 0)
		*around += tag->closes ? -(*around > 0) : 1;
}

static void take_tag(struct html *html, const struct html_tag *tag, struct span behind)
{
	const bool is_heading = tag->name[0] == 'h' && tag->name[1] >= '1' && tag->name[1] <= '6';

	if (strcmp(tag->name, "br") == 0 && break_joins(html, behind)) {
		take_blank(html, '\n');
		return;
	}
	if (html_is_one(tag->name, html_more_blocks) ||
	    (html_is_one(tag->name, html_blocks) && strcmp(tag->name, "tr") != 0))
		end_line(html);
	take_hints(html, tag);
	take_term_tag(html, tag, behind);
	take_table_tag(html, tag, behind);
	take_list_tag(html, tag);
	count_tag(tag, "pre", &html->preformatted);
	count_tag(tag, "code", &html->code);
	if (strcmp(tag->name, "a") == 0 && tag->closes) {
		end_link(html);
		html->in_link = false;
	} else if (strcmp(tag->name, "a") == 0) {
		buf_clear(&html->link);
		html_append_value(html_attribute(tag->attributes, "href"), &html->link);
		html->link_start = html->line.len;
		/* A place of the page itself is listed in a table of contents. */
		html->in_link = html->link.len > 0 && html->link.ptr[0] != '#';
		html->links += html->in_link;
	} else if (strcmp(tag->name, "img") == 0) {
		html->pictures++;
	} else if (html_is_one(tag->name, bold_tags)) {
		html->bold += tag->closes ? -(html->bold > 0) : 1;
		/* A bold question and its answer in one paragraph. */
		if (tag->closes && html->bold == 0 && html->bold_letters == html->letters &&
		    asks_plainly(buf_span(&html->line)))
			end_line(html);
	} else if (is_heading) {
		html->heading = tag->closes ? 0 : tag->name[1] - '0';
	}
}

/* ------------------------------------------------------------------ menus and controls */

/* Whether the frame ends at all: one that was never ended would take the rest of the page. */
static bool frame_ends(struct html *html, const char *name, struct span behind)
{
	size_t at = 0;
	char end[HTML_NAME_SIZE + 2];

	while (strcmp(frames[at], name) != 0)
		at++;
	/* Kept, so that no text is looked through twice. */
	if (!html->frame_ends[at] || html->frame_ends[at] < behind.ptr) {
		snprintf(end, sizeof(end), "</%s", name);
		html->frame_ends[at] = html_behind(behind, end).ptr;
	}
	return html->frame_ends[at] < behind.ptr + behind.len;
}

/* Text of menus and controls is kept apart. */
static void end_frame(struct html *html)
{
	html->frame_at = -1;
	if (html->frame.len == 0)
		html->frame_place = html->line_place;
	html->line_place = 0;
	buf_append(&html->frame, buf_text(&html->line), html->line.len);
	buf_append_text(&html->frame, html->line.len > 0 ? " " : "");
	buf_clear(&html->line);
	html->letters = html->bold_letters = 0;
	html->blank = BLANK_NONE;
}

/* Whether one of the words of the class or id says so. */
static bool is_named_frame(const struct html_tag *tag)
{
	const struct span names[] = { html_attribute(tag->attributes, "class"),
		                      html_attribute(tag->attributes, "id") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span rest = text_trim(names[i]);

		while (rest.len > 0) {
			size_t len = 0;
			struct span word;

			while (len < rest.len && rest.ptr[len] != ' ')
				len++;
			word = (struct span){ rest.ptr, len };
			if (text_skip_one(&word, words_web_class) && word.len == 0)
				return true;
			rest = text_trim((struct span){ rest.ptr + len, rest.len - len });
		}
	}
	return false;
}

/*
 * Whether the element ends nearby, and holds nothing that a page asks or answers in. Few are looked
 * through in vain, so that no page is looked through again and again.
 */
static bool named_frame_ends(struct html *html, const struct html_tag *tag, struct span behind)
{
	static const char *const contents[] = { "h1", "h2",      "h3",    "h4", "dt",
		                                "dd", "summary", "table", NULL };
	struct span rest = { behind.ptr,
		             behind.len < FRAME_BYTES_MOST ? behind.len : FRAME_BYTES_MOST };
	struct html_tag inner;
	int depth = 1;

	if (html->frames_in_vain == FRAMES_IN_VAIN_MOST)
		return false;
	while (html_next_tag(&rest, &inner) && !html_is_one(inner.name, contents)) {
		if (strcmp(inner.name, tag->name) == 0)
			depth += inner.closes ? -1 : 1;
		if (depth == 0)
			return true;
	}
	html->frames_in_vain++;
	return false;
}

/* A button in a heading, or one that opens a text, is what one reads before the text. */
static bool opens_text(const struct html *html, const struct html_tag *tag)
{
	return strcmp(tag->name, "button") == 0 &&
	       (html->heading > 0 || html->bold > 0 ||
	        html_attribute(tag->attributes, "aria-controls").len > 0 ||
	        html_attribute(tag->attributes, "aria-expanded").len > 0);
}

/* An element ends with its end tag, or with the one of an element around it. */
static void take_frame_tag(struct html *html, const struct html_tag *tag, struct span behind)
{
	int at = html->depth;

	if (html_is_one(tag->name, voids))
		return;
	if (tag->closes) {
		while (at > 0 && strcmp(html->open[at - 1], tag->name) != 0)
			at--;
		html->depth = at > 0 ? at - 1 : html->depth;
		if (html->frame_at >= html->depth)
			end_frame(html);
		return;
	}
	if (html->frame_at < 0 && html->depth < OPEN_MOST &&
	    ((html_is_one(tag->name, frames) && !opens_text(html, tag) &&
	      frame_ends(html, tag->name, behind)) ||
	     (html_is_one(tag->name, html_blocks) && is_named_frame(tag) &&
	      named_frame_ends(html, tag, behind)))) {
		end_line(html);
		html->frame_at = html->depth;
	}
	if (html->depth < OPEN_MOST)
		memcpy(html->open[html->depth++], tag->name, HTML_NAME_SIZE);
}

static struct span take_markup(struct html *html, struct span text)
{
	struct html_tag tag;
	struct span rest;

	if (text.len >= 4 && memcmp(text.ptr, "<!--", 4) == 0) {
		rest = html_behind((struct span){ text.ptr + 4, text.len - 4 }, "-->");
		(void)text_skip(&rest, "-->");
		return rest;
	}
	if (text.len > 1 && (text.ptr[1] == '!' || text.ptr[1] == '?')) {
		rest = html_behind(text, ">");
		(void)text_skip(&rest, ">");
		return rest;
	}
	if (!html_tag_of_page(text, &tag)) {
		add_letters(html, span_of("<"));
		return (struct span){ text.ptr + 1, text.len - 1 };
	}
	rest = (struct span){ text.ptr + tag.whole.len, text.len - tag.whole.len };
	if (!tag.closes && html_is_one(tag.name, dropped)) {
		char end[HTML_NAME_SIZE + 2];

		snprintf(end, sizeof(end), "</%s", tag.name);
		const struct span behind = html_behind(rest, end);
		const struct span inner = { rest.ptr, rest.len - behind.len };

		if (strcmp(tag.name, "title") == 0 && html->title.len == 0 &&
		    inner.len <= TITLE_BYTES_MOST)
			html_append_value(inner, &html->title);
		return behind;
	}
	take_frame_tag(html, &tag, rest);
	if (html->frame_at < 0)
		take_tag(html, &tag, rest);
	else
		take_blank(html, ' ');
	return rest;
}

static void tell(struct html *html)
{
	struct import *import = html->page->import;
	const struct span text = text_trim(buf_span(&html->frame));

	left_out_take(import, html->frame_place, text);
	left_out_tell(import, FAULT_NOTE, html->frame_place,
	              _("menus and controls of the page, left out"), text, text.len > 0 ? 1 : 0);
	if (html->pictures > 0)
		import_fault(import, FAULT_WARNING, 0, NULL,
		             _N("%zu picture is not read: what it shows must be written",
		                "%zu pictures are not read: what they show must be written",
		                html->pictures),
		             html->pictures);
}

/* Takes a character, an entity or a tag off the start. */
static void take_piece(struct html *html, struct span *text)
{
	const char c = text->ptr[0];

	html->piece = text->ptr;
	if (c == '<') {
		*text = take_markup(html, *text);
		return;
	}
	if (c == '&') {
		buf_clear(&html->entity);
		if (html_append_entity(text, &html->entity)) {
			add_letters(html, buf_span(&html->entity));
			return;
		}
	}
	if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
		take_blank(html, c);
	else
		add_letters(html, (struct span){ text->ptr, 1 });
	*text = (struct span){ text->ptr + 1, text->len - 1 };
}

static enum status html_status(const struct html *html)
{
	const struct buf *const bufs[] = { &html->line,   &html->frame, &html->entity,
		                           &html->marked, &html->link,  &html->title };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		if (buf_status(bufs[i]) != STATUS_OK)
			return buf_status(bufs[i]);
	return STATUS_OK;
}

void html_page_read(struct span text, struct page *page)
{
	struct html html = { .page = page, .frame_at = -1, .counted = text.ptr, .piece = text.ptr };

	buf_init(&html.line, LINE_BYTES_MOST);
	buf_init(&html.frame, LINE_BYTES_MOST);
	buf_init(&html.entity, LINE_BYTES_MOST);
	buf_init(&html.marked, LINE_BYTES_MOST);
	buf_init(&html.link, LINE_BYTES_MOST);
	buf_init(&html.title, LINE_BYTES_MOST);
	buf_init(&html.between, LINE_BYTES_MOST);
	html.all = text;
	html.question_class = html_question_class(text);
	while (text.len > 0 && html_status(&html) == STATUS_OK &&
	       (text.ptr[0] != '<' || page_status(page) == STATUS_OK))
		take_piece(&html, &text);
	page->failed = html_status(&html);
	end_line(&html);
	while (html.tables > 0)
		take_table_tag(&html, &(struct html_tag){ .name = "table", .closes = true },
		               (struct span){ "", 0 });
	tell(&html);
	buf_deinit(&html.line);
	buf_deinit(&html.frame);
	buf_deinit(&html.entity);
	buf_deinit(&html.marked);
	buf_deinit(&html.link);
	buf_deinit(&html.title);
	buf_deinit(&html.between);
}
