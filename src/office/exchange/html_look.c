#include "office/exchange/html_look.h"

#include <string.h>

#include "base/buf.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/heads.h"
#include "office/exchange/html_tags.h"

enum {
	LOOK_MOST = 1 << 16, /* bytes, since each table of a page looks */
	CELL_BYTES_MOST = 400,
	MARKED_LEAST = 2, /* terms of a list */
	CLASSES_MOST = 64,
	CLASS_LINES_LEAST = 4,
	CLASS_ASKING_PERCENT = 60,
	CLASS_OVER_PERCENT = 80,
};

const char *const html_more_blocks[] = { "dt",      "dd",     "dl",   "summary", "details",
	                                 "article", "header", "main", "caption", "body",
	                                 "figure",  "hr",     "nav",  "footer",  "aside",
	                                 "form",    "pre",    NULL };

/* The row at hand. */
struct row {
	struct buf cell;
	size_t cells, filled, heads; /* heads: th */
	bool question, answer, asks; /* heads of both, and a cell that asks */
	bool in_cell, in_head,
	        is_plain; /* is_plain: of the cell, which is one text without links */
};

static void end_cell(struct row *row)
{
	const struct span text = text_trim(buf_span(&row->cell));
	const enum column column = head_read(text);

	if (!row->in_cell)
		return;
	row->in_cell = false;
	row->cells++;
	if (text.len == 0)
		return;
	row->filled++;
	row->heads += row->in_head;
	row->question |= column == COLUMN_QUESTION || column == COLUMN_TITLE;
	row->answer |= column == COLUMN_ANSWER;
	row->asks |= row->is_plain && asks(text);
}

/* Heads of a question and an answer, a row of th, or a question beside another cell. */
static bool is_of_questions(const struct row *row)
{
	return (row->question && row->answer) || (row->heads > 1 && row->heads == row->cells) ||
	       (row->asks && row->filled > 1);
}

static void begin_row(struct row *row)
{
	const struct buf cell = row->cell;

	*row = (struct row){ .cell = cell };
	buf_clear(&row->cell);
}

static void begin_cell(struct row *row, bool is_head)
{
	end_cell(row);
	buf_clear(&row->cell);
	row->in_cell = row->is_plain = true;
	row->in_head = is_head;
}

static void add_letters(struct row *row, struct span letters)
{
	if (!row->in_cell || row->cell.len + letters.len > CELL_BYTES_MOST)
		row->is_plain = false;
	else
		buf_append(&row->cell, letters.ptr, letters.len);
}

/* True where the row that ends here, if one does, is of questions. */
static bool take_tag(struct row *row, const struct html_tag *tag)
{
	if (strcmp(tag->name, "tr") == 0) {
		bool found;

		end_cell(row);
		found = is_of_questions(row);
		begin_row(row);
		return found;
	}
	if (strcmp(tag->name, "td") == 0 || strcmp(tag->name, "th") == 0) {
		if (tag->closes)
			end_cell(row);
		else
			begin_cell(row, tag->name[1] == 'h');
	} else if (strcmp(tag->name, "a") == 0) {
		row->is_plain = false;
	}
	return false;
}

/* A letter, an entity, or text up to the next of either. */
static struct span take_text(struct row *row, struct span rest)
{
	size_t len = 1;

	if (rest.ptr[0] == '&' && row->cell.len + 8 <= CELL_BYTES_MOST &&
	    html_append_entity(&rest, &row->cell))
		return rest;
	while (len < rest.len && rest.ptr[len] != '<' && rest.ptr[len] != '&')
		len++;
	add_letters(row, (struct span){ rest.ptr, len });
	return (struct span){ rest.ptr + len, rest.len - len };
}

static bool look(struct row *row, struct span rest)
{
	while (rest.len > 0) {
		struct html_tag tag;

		if (rest.ptr[0] != '<' || !html_tag_of_page(rest, &tag)) {
			rest = take_text(row, rest);
			continue;
		}
		if (strcmp(tag.name, "table") == 0) {
			/* The cell at hand, which holds the table, is another one. */
			row->filled++;
			return !tag.closes && !(row->in_cell && is_of_questions(row));
		}
		if (take_tag(row, &tag))
			return false;
		rest = (struct span){ rest.ptr + tag.whole.len, rest.len - tag.whole.len };
	}
	return false;
}

bool html_table_is_layout(struct span behind)
{
	struct row row = { 0 };
	bool layout;

	buf_init(&row.cell, CELL_BYTES_MOST * 2);
	if (behind.len > LOOK_MOST)
		behind.len = LOOK_MOST;
	layout = look(&row, behind);
	buf_deinit(&row.cell);
	return layout;
}

static bool ends_line(const struct html_tag *tag)
{
	return html_is_one(tag->name, html_blocks) || html_is_one(tag->name, html_more_blocks) ||
	       strcmp(tag->name, "td") == 0 || strcmp(tag->name, "th") == 0;
}

void html_append_line(struct span behind, struct buf *out)
{
	struct span rest = behind;

	while (rest.len > 0 && out->len < CELL_BYTES_MOST) {
		struct html_tag tag;

		if (rest.ptr[0] == '<' && html_tag_of_page(rest, &tag)) {
			if (ends_line(&tag))
				return;
			rest = (struct span){ rest.ptr + tag.whole.len, rest.len - tag.whole.len };
		} else if (rest.ptr[0] != '&' || !html_append_entity(&rest, out)) {
			if (!memchr("\r\n", rest.ptr[0], 2))
				buf_append_char(out, rest.ptr[0]);
			rest = (struct span){ rest.ptr + 1, rest.len - 1 };
		}
	}
}

bool html_terms_are_marked(struct span behind)
{
	struct span rest = { behind.ptr, behind.len < LOOK_MOST ? behind.len : LOOK_MOST };
	size_t terms = 0, marked = 0;
	struct html_tag tag;
	struct buf text;

	buf_init(&text, CELL_BYTES_MOST * 2);
	while (html_next_tag(&rest, &tag) && strcmp(tag.name, "dl") != 0) {
		if (strcmp(tag.name, "dt") != 0 || tag.closes)
			continue;
		buf_clear(&text);
		html_append_line(rest, &text);
		const enum style style = item_mark_read(buf_span(&text)).style;

		terms++;
		marked += style == STYLE_WEN || style == STYLE_Q;
	}
	buf_deinit(&text);
	return marked >= MARKED_LEAST && marked * 2 > terms;
}

/* A class, by the lines of text that its blocks begin with. */
struct class_use {
	struct span name;
	size_t lines, asking, over; /* over: with a line of another class below */
};

static struct class_use *class_of(struct class_use *uses, size_t *count, struct span name)
{
	for (size_t i = 0; i < *count; i++)
		if (span_equal(uses[i].name, name))
			return &uses[i];
	if (*count == CLASSES_MOST)
		return NULL;
	uses[*count] = (struct class_use){ .name = name };
	return &uses[(*count)++];
}

static bool is_heading(const struct html_tag *tag)
{
	return tag->name[0] == 'h' && tag->name[1] >= '1' && tag->name[1] <= '6';
}

/* Counts the lines that blocks begin with, under their classes; the empty one is that of none. */
static size_t count_classes(struct span page, struct class_use *uses)
{
	struct class_use *above = NULL;
	size_t count = 0;
	struct html_tag tag;
	struct buf text;

	buf_init(&text, CELL_BYTES_MOST * 2);
	while (html_next_tag(&page, &tag)) {
		struct class_use *use;
		struct span line;

		if (tag.closes || !ends_line(&tag))
			continue;
		buf_clear(&text);
		html_append_line(page, &text);
		line = text_trim(buf_span(&text));
		if (line.len == 0)
			continue;
		use = is_heading(&tag)
		              ? NULL
		              : class_of(uses, &count,
		                         text_trim(html_attribute(tag.attributes, "class")));
		if (above && above != use)
			above->over++;
		above = use;
		if (!use)
			continue;
		use->lines++;
		use->asking += asks(line) && item_mark_read(line).style == STYLE_NONE;
	}
	buf_deinit(&text);
	return count;
}

struct span html_question_class(struct span page)
{
	struct class_use uses[CLASSES_MOST];
	const size_t count = count_classes(page, uses);
	struct span name = { "", 0 };
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		const struct class_use *use = &uses[i];

		if (use->name.len == 0 || use->lines < CLASS_LINES_LEAST || use->asking <= most ||
		    use->asking * 100 < use->lines * CLASS_ASKING_PERCENT ||
		    use->over * 100 < use->lines * CLASS_OVER_PERCENT)
			continue;
		most = use->asking;
		name = use->name;
	}
	return name;
}
