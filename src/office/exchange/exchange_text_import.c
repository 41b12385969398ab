/*
 * document_reading.c finds out how the document is built and gives every line a role. Here the
 * lines are walked once more, and a role ends the part at hand (question, answer, case, advice) and
 * begins another, or adds to it. When an item ends, its JSON object goes to form.c as a row. Popups
 * are taken from what 提示 introduces in a question. What was left out is reported once a kind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "engine/knowledge/table.h"
#include "office/exchange/case_lines.h"
#include "office/exchange/container.h"
#include "office/exchange/document_doubts.h"
#include "office/exchange/document_reading.h"
#include "office/exchange/document_words.h"
#include "office/exchange/entry_doubts.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/form.h"
#include "office/exchange/left_out.h"
#include "office/exchange/outline.h"
#include "office/exchange/places.h"

/* ------------------------------------------------------------------ prompts */

enum { ASKING_QUOTED = 3 /* lines that ask within answers */ };

struct quotes {
	const char *open, *close;
};

static const struct quotes quote_kinds[] = {
	{ "“", "”" },
	{ "「", "」" },
	{ "\"", "\"" },
};

/* Takes a quoted text from the start of *text, and moves *text behind it. */
static bool take_quoted(struct span *text, struct span *quoted)
{
	for (size_t i = 0; i < sizeof(quote_kinds) / sizeof(quote_kinds[0]); i++) {
		const char *close;
		struct span rest = *text;

		if (!text_skip(&rest, quote_kinds[i].open))
			continue;
		close = memmem(rest.ptr, rest.len, quote_kinds[i].close,
		               strlen(quote_kinds[i].close));
		if (!close || close == rest.ptr)
			return false;
		*quoted = (struct span){ rest.ptr, (size_t)(close - rest.ptr) };
		rest = (struct span){ close, rest.len - quoted->len };
		(void)text_skip(&rest, quote_kinds[i].close);
		*text = rest;
		return true;
	}
	return false;
}

/* What may stand between 提示 and the text it introduces, and between two such texts. */
static void skip_introduction(struct span *text)
{
	while (text_skip_one(text, words_popup_between) || text_skip(text, "：") ||
	       text_skip(text, ":") || text_skip(text, " "))
		;
}

static bool skip_link(struct span *text)
{
	return text_skip_one(text, words_popup_link) || text_skip(text, "、");
}

/* Behind the first 提示; false where there is none. */
static bool skip_to_popup(struct span *text)
{
	struct span best = { 0 };

	for (const char *const *word = words_popup_before; *word; word++) {
		const char *at = memmem(text->ptr, text->len, *word, strlen(*word));

		if (at && (!best.ptr || at + strlen(*word) < best.ptr))
			best.ptr = at + strlen(*word);
	}
	if (!best.ptr)
		return false;
	best.len = text->len - (size_t)(best.ptr - text->ptr);
	*text = best;
	return true;
}

/* Calls for every quoted text that 提示 introduces. */
static void each_prompt(struct span question, void (*found)(struct span prompt, void *context),
                        void *context)
{
	struct span text = question, quoted;

	while (skip_to_popup(&text)) {
		skip_introduction(&text);
		while (take_quoted(&text, &quoted)) {
			found(quoted, context);
			if (!skip_link(&text))
				break;
		}
	}
}

/* ------------------------------------------------------------------ items and their parts */

enum part { PART_NONE, PART_QUESTION, PART_ANSWER, PART_CASE, PART_ADVICE };

struct document {
	struct import *import;
	struct reading_result read;
	const char *name; /* of the file, without its folders */
	bool numbers_run; /* the printed numbers rise; else items are numbered as they come */
	int item;         /* number of the item at hand as printed; 0 where it has none */
	size_t items;     /* so far */
	unsigned item_line;
	size_t item_at; /* its line in `read` */
	cJSON *entry;
	cJSON *cases, *one;
	int last_case;
	enum part part;
	bool page_ends;
	struct buf text, question;
	struct table ids; /* given out so far */
	size_t clashes;   /* ids that stood already */
	struct body body;
};

static void lack_memory(struct document *document)
{
	document->import->reader.status = STATUS_NO_MEMORY;
}

static void add_member(struct document *document, cJSON *object, const char *name, cJSON *value)
{
	if (!cJSON_AddItemToObject(object, name, value)) {
		cJSON_Delete(value);
		lack_memory(document);
	}
}

static void add_text(struct document *document, cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.len > 0 ? text.ptr : "", text.len);

	add_member(document, object, name, copy ? cJSON_CreateString(copy) : NULL);
	free(copy);
}

static const char *text_of(const cJSON *object, const char *name)
{
	return json_string(object, name, "");
}

static size_t blanks_before(struct span line)
{
	size_t blanks = 0;

	while (blanks < line.len && (line.ptr[blanks] == ' ' || line.ptr[blanks] == '\t'))
		blanks++;
	return blanks;
}

static struct span next_line(struct span *text)
{
	const char *stop = text->len > 0 ? memchr(text->ptr, '\n', text->len) : NULL;
	const struct span line = { text->ptr, stop ? (size_t)(stop - text->ptr) : text->len };

	*text = (struct span){ text->ptr + line.len, text->len - line.len };
	(void)text_skip(text, "\n");
	return line;
}

/* What all lines behind the first one are indented by is the document's; what is more, the text's.
 */
static void drop_indent(struct buf *text)
{
	struct span rest = buf_span(text);
	size_t least = SIZE_MAX, len = 0;

	len = next_line(&rest).len;
	for (struct span each = rest; each.len > 0;) {
		const struct span line = next_line(&each);
		const size_t blanks = blanks_before(line);

		least = line.len > 0 && blanks < least ? blanks : least;
	}
	if (least == SIZE_MAX || least == 0)
		return;
	while (rest.len > 0) {
		struct span line = next_line(&rest);

		text->ptr[len++] = '\n';
		if (line.len > 0)
			line = (struct span){ line.ptr + least, line.len - least };
		memmove(text->ptr + len, line.ptr, line.len);
		len += line.len;
	}
	text->ptr[len] = '\0';
	text->len = len;
}

/* The text that ends here goes to its member. */
static void end_part(struct document *document)
{
	struct span text;

	if (!document->read.exported && document->text.len > 0)
		drop_indent(&document->text);
	text = buf_span(&document->text);

	if (buf_status(&document->text) != STATUS_OK)
		lack_memory(document);
	switch (document->part) {
	case PART_ANSWER:
		add_text(document, document->entry, "answer", text);
		break;
	case PART_CASE:
		add_text(document, document->one, "situation", text);
		break;
	case PART_ADVICE:
		add_text(document, document->one, "advice", text);
		break;
	case PART_NONE:
	case PART_QUESTION:
		break;
	}
}

static struct body body_begin(struct buf *text)
{
	buf_clear(text);
	return (struct body){ text, 0, 0 };
}

static void begin_part(struct document *document, enum part part, struct span first)
{
	end_part(document);
	document->part = part;
	document->body = body_begin(&document->text);
	body_add(&document->body, first);
}

/* Where each case of the item stands; NULL where memory is out. */
static const unsigned *lines_of_cases(struct document *document)
{
	const size_t count = (size_t)cJSON_GetArraySize(document->cases);
	unsigned *lines =
	        arena_array(document->import->reader.memory->arena, count + 1, sizeof(*lines));
	size_t found = 0;

	if (!lines)
		lack_memory(document);
	for (size_t i = document->item_at; lines && found < count; i++)
		if (document->read.lines[i].role == ROLE_CASE)
			lines[found++] = document->read.lines[i].source;
	return lines;
}

/* `other` is what the item has instead, and is found by. */
static void warn_of_missing(struct document *document, const char *field, const char *other)
{
	struct buf words;

	buf_init(&words, PART_BYTES_MOST);
	outline_words(span_of(text_of(document->entry, other)), SAMPLE_CHARACTERS, &words);
	if (words.len > 0)
		import_fault(document->import, FAULT_WARNING, document->item_line, field,
		             "item %d has none: “%s”", document->item, buf_text(&words));
	else
		import_fault(document->import, FAULT_WARNING, document->item_line, field,
		             "item %d has none", document->item);
	buf_deinit(&words);
}

/* Warns of what the document leaves out and only the office can add. */
static void warn_of_gaps(struct document *document)
{
	const unsigned *lines = document->cases ? lines_of_cases(document) : NULL;

	if (!text_of(document->entry, "answer")[0] && !document->cases)
		warn_of_missing(document, "answer", "question");
	if (!text_of(document->entry, "question")[0])
		warn_of_missing(document, "question", "answer");
	if (lines)
		case_lines_report(document->import, document->entry, lines, document->item_line);
}

struct prompt_list {
	struct document *document;
	cJSON *list;
};

static void add_prompt(struct span prompt, void *context)
{
	struct prompt_list *prompts = context;
	char *copy = strndup(prompt.ptr, prompt.len);
	cJSON *value = copy ? cJSON_CreateString(copy) : NULL;
	const cJSON *other;

	if (!prompts->list)
		prompts->list = cJSON_AddArrayToObject(prompts->document->entry, "prompts");
	cJSON_ArrayForEach (other, prompts->list) {
		if (value && strcmp(other->valuestring, copy) == 0) {
			cJSON_Delete(value);
			free(copy);
			return;
		}
	}
	if (!value || !prompts->list)
		lack_memory(prompts->document);
	if (!cJSON_AddItemToArray(prompts->list, value))
		cJSON_Delete(value);
	free(copy);
}

/* The question is known as a whole when its item ends. */
static void put_question(struct document *document)
{
	struct prompt_list prompts = { document, NULL };
	const struct span question = question_trim(buf_span(&document->question));
	cJSON *source = cJSON_DetachItemFromObjectCaseSensitive(document->entry, "source");
	cJSON *answer = cJSON_DetachItemFromObjectCaseSensitive(document->entry, "answer");
	cJSON *cases = cJSON_DetachItemFromObjectCaseSensitive(document->entry, "cases");

	if (buf_status(&document->question) != STATUS_OK)
		lack_memory(document);
	add_text(document, document->entry, "question", question);
	each_prompt(question, add_prompt, &prompts);
	add_member(document, document->entry, "source", source);
	if (answer)
		add_member(document, document->entry, "answer", answer);
	if (cases)
		add_member(document, document->entry, "cases", cases);
}

static void end_item(struct document *document)
{
	if (!document->entry)
		return;
	end_part(document);
	put_question(document);
	if (document->cases && !document->read.exported &&
	    case_lines_split(document->cases) != STATUS_OK)
		lack_memory(document);
	warn_of_gaps(document);
	import_take(document->import, document->entry, document->item_line, false);
	document->entry = document->cases = document->one = NULL;
}

static void add_source(struct document *document)
{
	const char *title = document->import->title;
	cJSON *source = cJSON_CreateObject();

	add_text(document, source, "document", span_of(title[0] ? title : document->name));
	add_member(document, source, "item", cJSON_CreateNumber(document->item));
	add_member(document, document->entry, "source", source);
}

/* Whether an item has that number, printed or, where it has none, by its place. */
static bool is_numbered(const struct line *line, int restart, int number)
{
	const int its = line->number == 0 ? line->before : line->number;

	return line->role == ROLE_QUESTION && line->restart == restart && its == number;
}

/*
 * Ids are made of the printed number; where numbers begin again, of the part of the document, too,
 * and where one stands twice, of how often it stood before.
 */
static const char *id_of(struct document *document, size_t index)
{
	const struct line *line = &document->read.lines[index];
	struct arena *arena = document->import->reader.memory->arena;
	const int number = line->number > 0 ? line->number
	                   : reading_is_unmarked(document->read.reading) || line->before == 0
	                           ? (int)document->items
	                           : line->before;
	const bool counted = line->number == 0 && number == (int)document->items;
	size_t before = 0;
	const char *id;

	for (size_t i = 0;
	     i < index && !counted && (line->doubt != DOUBT_NONE || line->number == 0); i++)
		before += is_numbered(&document->read.lines[i], line->restart, number);
	if (line->restart == 0 && before == 0)
		return import_item_id(document->import, number);
	if (before == 0)
		id = arena_format(arena, "item-%d-%02d", line->restart + 1, number);
	else if (line->restart == 0)
		id = arena_format(arena, "item-%02d-again-%zu", number, before);
	else
		id = arena_format(arena, "item-%d-%02d-again-%zu", line->restart + 1, number,
		                  before);
	if (!id)
		lack_memory(document);
	return id ? id : "";
}

/* Two items of one printed number, where nothing else told them apart, have ids of their own. */
static const char *own_id_of(struct document *document, size_t index)
{
	const char *const printed = id_of(document, index);
	const char *id = printed;

	if (!document->ids.slots && document->import->reader.status == STATUS_OK)
		document->import->reader.status =
		        table_init(&document->ids, document->import->reader.memory->arena,
		                   document->read.count + 1);
	while (document->import->reader.status == STATUS_OK &&
	       table_add(&document->ids, id, index) != TABLE_NONE) {
		id = arena_format(document->import->reader.memory->arena, "%s-again-%zu", printed,
		                  ++document->clashes);
		if (!id) {
			lack_memory(document);
			return "";
		}
	}
	if (id != printed)
		import_fault(
		        document->import, FAULT_WARNING, document->read.lines[index].source, NULL,
		        "the number of the item stands twice; kept, with the id %s of its own", id);
	return id;
}

static void begin_item(struct document *document, size_t index)
{
	const struct line *line = &document->read.lines[index];
	const char *id;

	end_item(document);
	document->items++;
	id = own_id_of(document, index);
	document->item = line->number > 0 ? line->number : (int)document->items;
	document->item_line = line->source;
	document->item_at = index;
	document->last_case = 0;
	document->entry = cJSON_CreateObject();
	add_text(document, document->entry, "id", span_of(id));
	add_member(document, document->entry, "number",
	           cJSON_CreateNumber(document->numbers_run ? line->number : (int)document->items));
	add_source(document);
	buf_clear(&document->question);
	buf_append(&document->question, line->rest.ptr, line->rest.len);
	document->part = PART_QUESTION;
	if (line->answered_inside)
		begin_part(document, PART_ANSWER, line->answer);
}

static void begin_case(struct document *document, const struct line *line, unsigned number)
{
	char id[16];

	if (line->part.number != document->last_case + 1)
		import_fault(document->import, FAULT_WARNING, number, NULL,
		             "item %d: 情形%d follows 情形%d", document->item, line->part.number,
		             document->last_case);
	end_part(document);
	document->part = PART_QUESTION; /* that text is stored */
	document->last_case = line->part.number;
	if (!document->cases)
		document->cases = cJSON_AddArrayToObject(document->entry, "cases");
	document->one = cJSON_CreateObject();
	if (!document->cases || !cJSON_AddItemToArray(document->cases, document->one)) {
		cJSON_Delete(document->one);
		document->one = NULL;
		lack_memory(document);
	}
	snprintf(id, sizeof(id), "%d", line->part.number);
	add_text(document, document->one, "id", span_of(id));
	add_text(document, document->one, "label", line->part.label);
	begin_part(document, PART_CASE, line->part.rest);
}

/* Text in Chinese goes on without a blank, in Latin letters with one. */
static void join_question(struct document *document, struct span text)
{
	struct buf *question = &document->question;

	text_skip_blanks(&text);
	if (question->len > 0 && text.len > 0 && (unsigned char)text.ptr[0] < 0x80 &&
	    (unsigned char)question->ptr[question->len - 1] < 0x80)
		buf_append_char(question, ' ');
	buf_append(question, text.ptr, text.len);
}

/* A line of the text at hand, its escape taken away. */
static void take_text(struct document *document, struct span text)
{
	size_t blanks, escapes;

	if (!document->read.exported)
		text_skip_indent(&text);
	escapes = mark_escapes(text, &blanks);
	if (document->part == PART_QUESTION && document->question.len == 0) {
		join_question(document, text); /* the mark stood on a line of its own */
		return;
	}
	if (document->part == PART_QUESTION)
		begin_part(document, PART_ANSWER, (struct span){ "", 0 });
	if (escapes == 0) {
		body_add(&document->body, text);
		return;
	}
	if (document->text.len > 0) {
		body_break(&document->body);
		buf_append(&document->text, text.ptr, blanks);
	}
	buf_append(&document->text, text.ptr + blanks + 1, text.len - blanks - 1);
}

static void take_title(struct document *document, struct span text, unsigned number)
{
	struct import *import = document->import;
	const char *title;

	text_skip_blanks(&text);
	title = arena_copy(import->reader.memory->arena, text);
	import->title = title ? title : "";
	import_fault(
	        import, FAULT_NOTE, number, NULL,
	        "the title, “%.*s”, is the source of every item; it goes into office.json, too, "
	        "where there is none yet",
	        SPAN_ARGS(text));
}

static void tell_doubt(struct document *document, const struct line *line, unsigned number)
{
	struct import *import = document->import;

	switch (line->doubt) {
	case DOUBT_GAP:
		import_fault(import, FAULT_WARNING, number, NULL,
		             "item %d follows item %d: what stands between is missing",
		             line->number, line->before);
		break;
	case DOUBT_AGAIN:
	case DOUBT_BACK:
		import_fault(
		        import, FAULT_WARNING, number, NULL,
		        "item %d stands behind item %d; kept as it stands, with an id of its own",
		        line->number, line->before);
		break;
	case DOUBT_UNMARKED:
		import_fault(import, FAULT_WARNING, number, NULL,
		             "taken for a question without a mark: is its number missing? “%.*s”",
		             SPAN_ARGS(text_sample(line->rest)));
		break;
	case DOUBT_CLOSING:
		import_fault(import, FAULT_WARNING, number, NULL,
		             "taken for a part of the last answer: is it the end of the document?");
		break;
	case DOUBT_LIST:
		import_fault(import, FAULT_WARNING, number, NULL,
		             "taken for a part of item %d, not for an item %d", document->item,
		             line->mark.number);
		break;
	case DOUBT_STYLE:
		import_fault(import, FAULT_NOTE, number, NULL,
		             "item %d is marked in another way than the items before it",
		             line->number);
		break;
	case DOUBT_ASKS: /* told by report_asking(), once */
	case DOUBT_NONE:
		break;
	}
}

static void take_line(struct document *document, size_t index)
{
	const struct line *line = &document->read.lines[index];
	const unsigned number = line->source;

	tell_doubt(document, line, number);
	/* A page ends: empty lines around its marks are no part of the text. */
	if (line->role == ROLE_PAGE || line->role == ROLE_RUNNING) {
		document->body.blanks = 0;
		document->page_ends = true;
		return;
	}
	document->page_ends &= line->role == ROLE_BLANK;
	switch (line->role) {
	case ROLE_BLANK:
		if (document->part > PART_QUESTION && !document->page_ends &&
		    !document->import->paragraphs)
			body_add(&document->body, (struct span){ "", 0 });
		break;
	case ROLE_TITLE:
		take_title(document, line->rest, number);
		break;
	case ROLE_QUESTION:
		begin_item(document, index);
		break;
	case ROLE_QUESTION_MORE:
		join_question(document, line->rest);
		break;
	case ROLE_ANSWER:
		begin_part(document, PART_ANSWER, line->rest);
		break;
	case ROLE_CASE:
		begin_case(document, line, number);
		break;
	case ROLE_ADVICE:
		begin_part(document, PART_ADVICE, line->rest);
		break;
	case ROLE_TEXT:
		take_text(document, line->text);
		break;
	case ROLE_SECOND_ANSWER:
		if (document->entry)
			import_fault(document->import, FAULT_ERROR, number, NULL,
			             "item %d has an answer already: is the number of the next "
			             "question missing?",
			             document->item);
		else
			import_fault(document->import, FAULT_ERROR, number, NULL,
			             "an answer stands here without a question before it");
		break;
	case ROLE_LOST_ADVICE:
		import_fault(document->import, FAULT_ERROR, number, NULL,
		             "item %d: a 建议 needs a 情形 before it", document->item);
		break;
	case ROLE_CHAPTER:
		end_item(document);
		document->part = PART_NONE;
		break;
	default: /* left out, and told by report_left_out() */
		break;
	}
}

/* ------------------------------------------------------------------ what was left out */

/* One fault a kind: the first line, its text, and how many there are. */
static void report_left_out(struct document *document)
{
	static const struct {
		enum role role;
		enum fault_level level;
		const char *name;
	} kinds[] = {
		{ ROLE_HEAD, FAULT_WARNING, N_("belongs to no item and is left out") },
		{ ROLE_TOC, FAULT_NOTE, N_("table of contents, left out") },
		{ ROLE_PAGE, FAULT_NOTE, N_("page mark, left out") },
		{ ROLE_RUNNING, FAULT_NOTE, N_("running title, left out") },
		{ ROLE_SIGNATURE, FAULT_WARNING, N_("signature or date, left out") },
		{ ROLE_CONTACT, FAULT_WARNING, N_("list of contacts at the end, left out") },
		{ ROLE_ANNEX, FAULT_WARNING, N_("annex at the end, left out") },
		{ ROLE_CLOSING, FAULT_WARNING, N_("text behind the last answer, left out") },
		{ ROLE_WEB, FAULT_WARNING, N_("frame of a web page, left out") },
		{ ROLE_FIELD, FAULT_WARNING, N_("field of a record or rule, left out") },
		{ ROLE_TALK, FAULT_WARNING, N_("said by others or no answer, left out") },
		{ ROLE_STAMP, FAULT_NOTE, N_("who spoke and when, left out") },
	};

	const struct reading_result *read = &document->read;

	for (size_t i = 0; i < read->count; i++)
		if (read->lines[i].role == ROLE_CONTACT)
			left_out_take_contact(document->import, read->lines[i].source,
			                      read->lines[i].text);
		else if (read->lines[i].role >= ROLE_HEAD)
			left_out_take(document->import, read->lines[i].source, read->lines[i].text);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t first = 0, count = 0;

		for (size_t i = 0; i < read->count; i++)
			if (read->lines[i].role == kinds[k].role && read->lines[i].text.len > 0)
				first = count++ == 0 ? i : first;
		if (count > 0)
			left_out_tell(document->import, kinds[k].level, read->lines[first].source,
			              _(kinds[k].name), read->lines[first].text, count);
	}
}

/* Lines of answers that ask: a question may have lost its mark. */
static void report_asking(struct document *document)
{
	const struct reading_result *read = &document->read;
	size_t first = 0, count = 0;
	struct buf quotes;

	buf_init(&quotes, PART_BYTES_MOST);
	for (size_t i = 0; i < read->count; i++) {
		if (read->lines[i].doubt != DOUBT_ASKS || read->lines[i].role != ROLE_TEXT)
			continue;
		first = count == 0 ? i : first;
		if (count++ >= ASKING_QUOTED)
			continue;
		buf_append_text(&quotes, count > 1 ? " “" : "“");
		outline_words(read->lines[i].text, SAMPLE_CHARACTERS, &quotes);
		buf_append_text(&quotes, "”");
	}
	if (count > 0)
		import_fault(document->import, FAULT_WARNING, read->lines[first].source, NULL,
		             _N("%zu line asks, and is taken for a part of an answer: %s",
		                "%zu lines ask, and are taken for parts of answers: %s", count),
		             count, buf_text(&quotes));
	buf_deinit(&quotes);
}

static bool numbers_run(const struct reading_result *read)
{
	int last = 0;

	for (size_t i = 0; i < read->count; i++) {
		if (read->lines[i].role != ROLE_QUESTION)
			continue;
		if (read->lines[i].number <= last)
			return false;
		last = read->lines[i].number;
	}
	return true;
}

/* Whether the question is the first one, or has the number behind that of the one before it. */
static bool is_next_number(const struct line *before, const struct line *line)
{
	return line->number > 0 && line->doubt == DOUBT_NONE &&
	       (line->number == 1 || (before && line->number == before->number + 1));
}

/*
 * A question whose number and the one behind it run needs not ask: a heading, or a line of a list,
 * would leave a gap or have a number twice. The last one may be an annex.
 */
static void except_numbered(struct document *document)
{
	const struct reading_result *read = &document->read;
	const struct line *before = NULL, *line = NULL;

	for (size_t i = 0; i < read->count; i++) {
		const struct line *next = &read->lines[i];

		if (next->role != ROLE_QUESTION)
			continue;
		if (line && is_next_number(before, line) && is_next_number(line, next))
			entry_doubts_except(document->import, line->rest);
		before = line;
		line = next;
	}
}

enum {
	BLANK_PAIRS_LEAST = 3,
	BLANK_PERCENT = 85, /* of the lines within items */
};

/* Whether an empty line stands between nearly any two lines: it then ends each, and says nothing.
 */
static bool blanks_part_lines(const struct reading_result *read)
{
	size_t apart = 0, together = 0;
	bool blank = true, item = false;

	for (size_t i = 0; i < read->count; i++) {
		const enum role role = read->lines[i].role;

		if (read->lines[i].text.len == 0) {
			blank = true;
			continue;
		}
		if (item && (role == ROLE_TEXT || role == ROLE_ANSWER || role == ROLE_QUESTION)) {
			apart += blank;
			together += !blank;
		}
		item = role == ROLE_QUESTION || role == ROLE_TEXT || role == ROLE_ANSWER;
		blank = false;
	}
	return apart >= BLANK_PAIRS_LEAST && apart * 100 >= (apart + together) * BLANK_PERCENT;
}

/* Messages name the lines of the file. */
static void place_lines(struct document *document)
{
	const struct places *places = document->import->places;

	for (size_t i = 0; places && i < document->read.count; i++) {
		struct line *line = &document->read.lines[i];
		const unsigned place = places_at(places, line->source - 1);

		line->source = place > 0 ? place : line->source;
	}
}

void import_text(struct import *import, struct span input)
{
	const char *slash = strrchr(import->file, '/');
	struct document document = {
		.import = import,
		.name = slash ? slash + 1 : import->file,
	};

	if (document_is_too_long(input)) {
		import_fault(import, FAULT_ERROR, 0, NULL, "more than %d lines are no FAQ document",
		             DOCUMENT_LINES_MOST);
		return;
	}
	/* What joins lines is no longer than what parted them, but for one blank. */
	buf_init(&document.text, 2 * input.len + 1);
	buf_init(&document.question, 2 * input.len + 1);
	import->reader.status = document_read(input, &document.read);
	place_lines(&document);
	document.numbers_run = numbers_run(&document.read);
	import->is_ours = document.read.exported;
	import->questions_marked = document.read.answers_marked;
	import->asking_told = true;
	import->paragraphs |= !document.read.exported && blanks_part_lines(&document.read);
	for (size_t i = 0; i < document.read.count && import->reader.status == STATUS_OK &&
	                   document.read.items > 0;
	     i++)
		take_line(&document, i);
	if (import->reader.status == STATUS_OK)
		end_item(&document);
	if (import->reader.status == STATUS_OK && document.read.items > 0) {
		if (document.read.joins > 0)
			import_fault(import, FAULT_NOTE, 0, NULL,
			             "lines that end at the edge of a page are joined (%zu)",
			             document.read.joins);
		except_numbered(&document);
		for (size_t i = 0; i < document.read.count; i++)
			if (document.read.lines[i].code)
				entry_doubts_except(import, document.read.lines[i].text);
		report_left_out(&document);
		report_asking(&document);
		doubts_report(import, &document.read);
		outline_document(import, &document.read);
	}
	cJSON_Delete(document.entry);
	reading_deinit(&document.read);
	buf_deinit(&document.text);
	buf_deinit(&document.question);
}
