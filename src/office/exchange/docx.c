/*
 * word/document.xml holds paragraphs, of which runs are pieces with letters of one kind, and tables
 * of cells that hold paragraphs again. docx_numbering.c knows the labels and styles of paragraphs;
 * docx_links.c where links lead; page.c makes lines and tables of them. What Word keeps beside the
 * text (footnotes, text boxes, pictures) is told, and so is what it would print twice or not at
 * all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/docx_links.h"
#include "office/exchange/docx_numbering.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/left_out.h"
#include "office/exchange/office_file.h"

enum { SPAN_MOST = 100, LABEL_BYTES_MOST = 1 << 10, HEADERS_MOST = 9, PART_SIZE = 32 };

struct docx {
	struct page *page;
	struct docx_numbering *numbering;
	struct docx_links links;
	/* The paragraph at hand: */
	struct buf paragraph;
	struct docx_form own, by_style; /* what it says itself, and its style */
	size_t letters, bold_letters;
	size_t bold_end; /* where letters that are not bold begin behind bold ones; 0: nowhere */
	bool in_paragraph_form, in_run_form, run_bold, run_plain, run_unseen;
	bool in_text, in_instruction;
	size_t span;       /* columns of the cell at hand */
	bool reached;      /* the cell above reaches down into it */
	int boxes;         /* text boxes around */
	int hidden;        /* elements around that Word does not print */
	struct buf box;    /* the text of text boxes */
	struct buf unseen; /* text that Word shows to none but its writer */
	size_t pictures;
	struct docx_form plain; /* of paragraphs without a style */
};

static bool is(const char *element, const char *name)
{
	return strcmp(element, name) == 0;
}

/* ------------------------------------------------------------------ paragraphs */

static void begin_paragraph(struct docx *docx)
{
	if (docx->boxes > 0)
		return;
	buf_clear(&docx->paragraph);
	docx->own = (struct docx_form){ -1, -1, -1, -1 };
	docx->by_style = docx->plain;
	docx->letters = docx->bold_letters = docx->bold_end = 0;
}

/* What the paragraph does not say itself, its style does. */
static struct docx_form whole_form(const struct docx *docx)
{
	struct docx_form form = docx->own;
	const struct docx_form *style = &docx->by_style;

	form.level = form.level < 0 ? style->level : form.level;
	form.list = form.list < 0 ? style->list : form.list;
	form.heading = form.heading < 0 ? style->heading : form.heading;
	return form;
}

static void end_paragraph(struct docx *docx)
{
	const struct docx_form form = whole_form(docx);
	struct buf text;
	struct span all;

	if (docx->boxes > 0) {
		if (docx->box.len > 0)
			buf_append_char(&docx->box, '\n');
		return;
	}
	docx_links_end_paragraph(&docx->links, &docx->paragraph);
	buf_init(&text, PART_BYTES_MOST + LABEL_BYTES_MOST);
	if (form.list > 0 && docx->paragraph.len > 0)
		docx_append_label(docx->numbering, form, buf_span(&docx->paragraph), &text);
	buf_append(&text, buf_text(&docx->paragraph), docx->paragraph.len);
	all = buf_span(&text);
	if (docx->bold_end > 0) {
		/* A bold question and its answer in one paragraph. */
		const size_t head = text.len - docx->paragraph.len + docx->bold_end;

		if (asks_plainly((struct span){ all.ptr, head })) {
			page_add(docx->page, (struct span){ all.ptr, head }, 0, true);
			all = text_trim((struct span){ all.ptr + head, all.len - head });
		}
	}
	page_add(docx->page, all, form.heading > 0 ? form.heading : 0,
	         docx->letters > 0 && docx->bold_letters == docx->letters);
	if (buf_status(&text) != STATUS_OK)
		docx->page->failed = buf_status(&text);
	buf_deinit(&text);
	if (docx->unseen.len > 0 && !text_ends_with(buf_span(&docx->unseen), "\n"))
		buf_append_char(&docx->unseen, '\n');
}

/* Of a text box, the text stands elsewhere on the page. */
static void add_text(struct docx *docx, struct span text)
{
	const bool bold = docx->run_bold || (!docx->run_plain && docx->by_style.bold == 1);

	if (docx->hidden > 0)
		return;
	if (docx->run_unseen) {
		buf_append(&docx->unseen, text.ptr, text.len);
		return;
	}
	if (docx->boxes > 0) {
		buf_append(&docx->box, text.ptr, text.len);
		return;
	}
	buf_append(&docx->paragraph, text.ptr, text.len);
	if (text_trim(text).len == 0 || span_equal(text, span_of("\n")))
		return;
	if (!bold && docx->letters > 0 && docx->bold_letters == docx->letters)
		docx->bold_end = docx->paragraph.len - text.len;
	docx->letters += text.len;
	docx->bold_letters += bold ? text.len : 0;
}

/* ------------------------------------------------------------------ elements */

static void start_form(struct docx *docx, const char *element, const char **attributes)
{
	const char *value = xml_attribute(attributes, "val");

	if (docx->boxes > 0 || docx->hidden > 0)
		return;
	if (is(element, "pStyle") && value)
		docx->by_style = docx_style(docx->numbering, value);
	else if (is(element, "ilvl"))
		docx->own.level = docx_number(value);
	else if (is(element, "numId"))
		docx->own.list = docx_number(value);
	else if (is(element, "outlineLvl"))
		docx->own.heading = docx_heading(value, docx->own.heading);
}

/* A field is parted by its marks: begin, what it is, separate, its text, end. */
static void take_field_mark(struct docx *docx, const char *mark)
{
	if (is(mark, "begin"))
		docx_links_begin_field(&docx->links);
	else if (is(mark, "separate"))
		docx_links_end_instruction(&docx->links, docx->paragraph.len);
	else if (is(mark, "end"))
		docx_links_end(&docx->links, &docx->paragraph);
}

/* In a text box, and what is not printed, links are no more than their text. */
static void start_link(struct docx *docx, const char *element, const char **attributes)
{
	const char *mark = xml_attribute(attributes, "fldCharType");

	if (docx->boxes > 0 || docx->hidden > 0)
		return;
	if (is(element, "hyperlink"))
		docx_links_begin(&docx->links, xml_attribute(attributes, "id"),
		                 xml_attribute(attributes, "anchor"), docx->paragraph.len);
	else if (is(element, "fldSimple"))
		docx_links_begin_simple(&docx->links, xml_attribute(attributes, "instr"),
		                        docx->paragraph.len);
	else if (is(element, "fldChar") && mark)
		take_field_mark(docx, mark);
	else if (is(element, "instrText"))
		docx->in_instruction = true;
}

static void start_text(struct docx *docx, const char *element)
{
	if (is(element, "t"))
		docx->in_text = true;
	else if (is(element, "tab") && docx->paragraph.len > 0)
		add_text(docx, span_of("\t"));
	else if (is(element, "br") || is(element, "cr"))
		add_text(docx, span_of("\n"));
	else if (is(element, "noBreakHyphen"))
		add_text(docx, span_of("-"));
	else if ((is(element, "blip") || is(element, "imagedata")) && docx->hidden == 0)
		docx->pictures++;
}

static void start_table(struct docx *docx, const char *element, const char **attributes)
{
	const int span = docx_number(xml_attribute(attributes, "val"));

	if (docx->boxes > 0)
		return;
	if (is(element, "tbl"))
		page_begin_table(docx->page);
	else if (is(element, "tr"))
		page_begin_row(docx->page);
	else if (is(element, "tc"))
		page_begin_cell(docx->page);
	if (is(element, "tc") && docx->page->depth == 1) {
		docx->span = 1;
		docx->reached = false;
	}
	if (is(element, "vMerge") && docx->page->depth == 1) {
		const char *merge = xml_attribute(attributes, "val");

		docx->reached = !merge || strcmp(merge, "restart") != 0;
	}
	if (is(element, "gridSpan") && docx->page->depth == 1 && span > 0)
		docx->span = span < SPAN_MOST ? (size_t)span : SPAN_MOST;
}

static void end_cell(struct docx *docx)
{
	const bool empty = text_trim(buf_span(&docx->page->cell)).len == 0;

	if (docx->reached && empty && docx->page->depth == 1)
		page_repeat_cell(docx->page, docx->span);
	else
		page_end_cell(docx->page, docx->span);
}

/* What was moved away or changed, and the second form of what stands before it. */
static bool is_hidden(const char *element)
{
	return is(element, "Fallback") || is(element, "moveFrom") || is(element, "pPrChange") ||
	       is(element, "rPrChange");
}

static enum status document_start(void *context, const char *element, const char **attributes)
{
	struct docx *docx = context;

	docx->in_paragraph_form |= is(element, "pPr");
	docx->in_run_form |= is(element, "rPr");
	docx->boxes += is(element, "txbxContent");
	docx->hidden += is_hidden(element);
	if (is(element, "p"))
		begin_paragraph(docx);
	else if (is(element, "r"))
		docx->run_bold = docx->run_plain = docx->run_unseen = false;
	else if (docx->in_run_form && !docx->in_paragraph_form && docx->hidden == 0 &&
	         is(element, "b"))
		*(docx_is_on(xml_attribute(attributes, "val")) ? &docx->run_bold
		                                               : &docx->run_plain) = true;
	else if (docx->in_run_form && !docx->in_paragraph_form && docx->hidden == 0 &&
	         is(element, "vanish"))
		docx->run_unseen = docx_is_on(xml_attribute(attributes, "val"));
	else if (docx->in_paragraph_form && !docx->in_run_form)
		start_form(docx, element, attributes);
	else
		start_text(docx, element);
	start_link(docx, element, attributes);
	start_table(docx, element, attributes);
	return STATUS_OK;
}

static enum status document_end(void *context, const char *element)
{
	struct docx *docx = context;

	if (is(element, "t"))
		docx->in_text = false;
	else if (is(element, "instrText"))
		docx->in_instruction = false;
	else if ((is(element, "hyperlink") || is(element, "fldSimple")) && docx->boxes == 0 &&
	         docx->hidden == 0)
		docx_links_end(&docx->links, &docx->paragraph);
	else if (is(element, "pPr"))
		docx->in_paragraph_form = false;
	else if (is(element, "rPr"))
		docx->in_run_form = false;
	else if (is(element, "p"))
		end_paragraph(docx);
	else if (docx->boxes == 0 && is(element, "tc"))
		end_cell(docx);
	else if (docx->boxes == 0 && is(element, "tr"))
		page_end_row(docx->page);
	else if (docx->boxes == 0 && is(element, "tbl"))
		page_end_table(docx->page);
	docx->boxes -= is(element, "txbxContent");
	docx->hidden -= is_hidden(element);
	return page_status(docx->page);
}

static enum status document_text(void *context, struct span text)
{
	struct docx *docx = context;

	if (docx->in_text)
		add_text(docx, text);
	if (docx->in_instruction && docx->links.in_instruction)
		buf_append(&docx->links.instruction, text.ptr, text.len);
	if (docx_links_status(&docx->links) != STATUS_OK)
		return docx_links_status(&docx->links);
	return buf_status(docx->run_unseen ? &docx->unseen : &docx->paragraph);
}

/* ------------------------------------------------------------------ what stands beside the text */

/* All text of a part such as footnotes.xml, a line a paragraph. */
static enum status beside_end(void *context, const char *element)
{
	struct docx *docx = context;

	if (is(element, "t"))
		docx->in_text = false;
	else if (is(element, "p") && docx->box.len > 0 && docx->box.ptr[docx->box.len - 1] != '\n')
		buf_append_char(&docx->box, '\n');
	return buf_status(&docx->box);
}

static enum status beside_start(void *context, const char *element, const char **attributes)
{
	struct docx *docx = context;

	(void)attributes;
	docx->in_text |= is(element, "t");
	return STATUS_OK;
}

static enum status beside_text(void *context, struct span text)
{
	struct docx *docx = context;

	if (docx->in_text)
		buf_append(&docx->box, text.ptr, text.len);
	return buf_status(&docx->box);
}

/* Tells of the lines in `box`, the first one with its words. */
static void tell_box(struct docx *docx, enum fault_level level, const char *what)
{
	struct span rest = text_trim(buf_span(&docx->box)), first = rest;
	size_t lines = 0;

	while (rest.len > 0) {
		const char *stop = memchr(rest.ptr, '\n', rest.len);
		const struct span line = { rest.ptr, (size_t)((stop ? stop : rest.ptr + rest.len) -
			                                      rest.ptr) };

		lines += text_trim(line).len > 0;
		first = lines == 1 && text_trim(line).len > 0 ? text_trim(line) : first;
		rest = (struct span){ line.ptr + line.len, rest.len - line.len };
		(void)text_skip(&rest, "\n");
	}
	left_out_take(docx->page->import, 0, buf_span(&docx->box));
	left_out_tell(docx->page->import, level, 0, _(what), first, lines);
	buf_clear(&docx->box);
}

static enum status read_beside(struct docx *docx, struct container *container, const char *part)
{
	const struct xml_reader reader = { beside_start, beside_end, beside_text, docx };

	return container_has(container, part) ? container_read(container, part, &reader)
	                                      : STATUS_OK;
}

static enum status tell_headers(struct docx *docx, struct container *container)
{
	static const char *const kinds[] = { "header", "footer" };
	enum status status = STATUS_OK;

	for (int i = 0; i < 2 * HEADERS_MOST && status == STATUS_OK; i++) {
		char part[PART_SIZE];

		snprintf(part, sizeof(part), "word/%s%d.xml", kinds[i % 2], i / 2 + 1);
		status = read_beside(docx, container, part);
	}
	if (status == STATUS_OK)
		tell_box(docx, FAULT_NOTE, N_("headers and footers, not read"));
	return status;
}

static enum status tell_beside(struct docx *docx, struct container *container)
{
	static const struct {
		const char *part, *what;
	} parts[] = {
		{ "word/footnotes.xml", N_("footnotes, not read") },
		{ "word/endnotes.xml", N_("endnotes, not read") },
		{ "word/comments.xml", N_("comments, not read") },
	};
	enum status status = STATUS_OK;

	docx_links_tell(&docx->links, docx->page->import);
	tell_box(docx, FAULT_WARNING, N_("text boxes, not read"));
	buf_append(&docx->box, buf_text(&docx->unseen), docx->unseen.len);
	if (buf_status(&docx->box) != STATUS_OK)
		return buf_status(&docx->box);
	tell_box(docx, FAULT_WARNING, N_("hidden text, left out"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && status == STATUS_OK; i++) {
		status = read_beside(docx, container, parts[i].part);
		if (status == STATUS_OK)
			tell_box(docx, FAULT_WARNING, parts[i].what);
	}
	if (docx->pictures > 0)
		import_fault(docx->page->import, FAULT_WARNING, 0, NULL,
		             _N("%zu picture is not read: what it shows must be written",
		                "%zu pictures are not read: what they show must be written",
		                docx->pictures),
		             docx->pictures);
	return status == STATUS_OK ? tell_headers(docx, container) : status;
}

enum status docx_read(struct container *container, struct page *page)
{
	struct docx docx = { .page = page };
	const struct xml_reader document = { document_start, document_end, document_text, &docx };
	enum status status = docx_numbering_read(container, &docx.numbering);

	if (status == STATUS_OK)
		status =
		        docx_links_init(&docx.links, page->import->reader.memory->arena, container);
	buf_init(&docx.paragraph, PART_BYTES_MOST);
	buf_init(&docx.box, PART_BYTES_MOST);
	buf_init(&docx.unseen, PART_BYTES_MOST);
	if (status == STATUS_OK) {
		docx.plain = docx_style(docx.numbering, NULL);
		status = container_read(container, "word/document.xml", &document);
	}
	if (status == STATUS_OK)
		status = tell_beside(&docx, container);
	docx_numbering_destroy(docx.numbering);
	docx_links_deinit(&docx.links);
	buf_deinit(&docx.paragraph);
	buf_deinit(&docx.box);
	buf_deinit(&docx.unseen);
	return status;
}
