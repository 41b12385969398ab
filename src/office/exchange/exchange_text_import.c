/*
 * A numbered document is read line by line. exchange_text.c says what mark a line begins with
 * (an item's number, answer, case, advice, or nothing). A mark ends the part at hand (title,
 * question, answer, case, advice) and begins another; a line without a mark is added to the
 * part. When an item ends, its JSON object goes to form.c as a row. Popups are taken from what
 * 提示 introduces in a question.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/form.h"

enum { TITLE_MOST = 80 /* characters; a longer line is no title */ };

struct line {
	struct span text; /* without blanks at the end */
	struct mark mark;
};

struct lines {
	struct line *items;
	size_t count;
};

/* ------------------------------------------------------------------ prompts */

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
	while (text_skip(text, "信息") || text_skip(text, "内容") || text_skip(text, "为") ||
	       text_skip(text, "是") || text_skip(text, "：") || text_skip(text, ":") ||
	       text_skip(text, " "))
		;
}

static bool skip_link(struct span *text)
{
	return text_skip(text, "或者") || text_skip(text, "或") || text_skip(text, "、") ||
	       text_skip(text, "和") || text_skip(text, "及");
}

/* Calls for every quoted text that 提示 introduces. */
static void each_prompt(struct span question, void (*found)(struct span prompt, void *context),
                        void *context)
{
	static const char word[] = "提示";
	struct span text = question, quoted;

	for (;;) {
		const char *at = memmem(text.ptr, text.len, word, strlen(word));

		if (!at)
			return;
		text = (struct span){ at, text.len - (size_t)(at - text.ptr) };
		(void)text_skip(&text, word);
		skip_introduction(&text);
		while (take_quoted(&text, &quoted)) {
			found(quoted, context);
			if (!skip_link(&text))
				break;
		}
	}
}

/* ------------------------------------------------------------------ items and their parts */

enum part { PART_TITLE, PART_QUESTION, PART_ANSWER, PART_CASE, PART_ADVICE };

struct document {
	struct import *import;
	struct lines lines;
	const char *name; /* of the file, without its folders */
	bool headed;      /* a line stood before the first item */
	bool brackets;    /* items are written （3） */
	int item;         /* number of the item at hand; 0 before the first */
	int step;         /* last number of a numbered list within the item */
	unsigned item_line;
	bool answered; /* 答： was seen */
	cJSON *entry;
	cJSON *cases, *one;
	int last_case;
	enum part part;
	struct buf text;
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

/* The text that ends here goes to its member. */
static void end_part(struct document *document)
{
	struct span text = buf_span(&document->text);

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
	case PART_TITLE:
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

static void warn_of_case(struct document *document, size_t index, const char *member,
                         const char *reason)
{
	char field[48];

	snprintf(field, sizeof(field), "item %d, cases[%zu].%s", document->item, index, member);
	import_fault(document->import, FAULT_WARNING, document->item_line, field, "%s", reason);
}

static bool stood_before(const cJSON *cases, const cJSON *one)
{
	const cJSON *other;

	cJSON_ArrayForEach (other, cases) {
		if (other == one)
			return false;
		if (strcmp(text_of(other, "situation"), text_of(one, "situation")) == 0)
			return true;
	}
	return false;
}

/* Warns of what the document leaves out and only the office can add. */
static void warn_of_gaps(struct document *document)
{
	const cJSON *one;
	size_t index = 0;

	if (!text_of(document->entry, "answer")[0] && !document->cases)
		import_fault(document->import, FAULT_WARNING, document->item_line, "answer",
		             "item %d has none", document->item);
	if (!text_of(document->entry, "question")[0])
		import_fault(document->import, FAULT_WARNING, document->item_line, "question",
		             "item %d has none", document->item);
	cJSON_ArrayForEach (one, document->cases) {
		if (!text_of(one, "advice")[0])
			warn_of_case(document, index, "advice", "there is none");
		if (stood_before(document->cases, one))
			warn_of_case(document, index, "situation",
			             "an earlier case has the same; kept as it stands");
		index++;
	}
}

static void end_item(struct document *document)
{
	if (!document->entry)
		return;
	end_part(document);
	warn_of_gaps(document);
	import_take(document->import, document->entry, document->item_line, false);
	document->entry = document->cases = document->one = NULL;
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

static void add_source(struct document *document)
{
	const char *title = document->import->title;
	cJSON *source = cJSON_CreateObject();

	add_text(document, source, "document", span_of(title[0] ? title : document->name));
	add_member(document, source, "item", cJSON_CreateNumber(document->item));
	add_member(document, document->entry, "source", source);
}

static void begin_item(struct document *document, const struct line *line, unsigned number)
{
	struct prompt_list prompts = { document, NULL };
	const char *id = import_item_id(document->import, line->mark.number);

	end_item(document);
	document->item = line->mark.number;
	document->item_line = number;
	document->step = 0;
	document->answered = false;
	document->last_case = 0;
	document->entry = cJSON_CreateObject();
	add_text(document, document->entry, "id", span_of(id));
	add_member(document, document->entry, "number", cJSON_CreateNumber(document->item));
	add_text(document, document->entry, "question", line->mark.rest);
	each_prompt(line->mark.rest, add_prompt, &prompts);
	add_source(document);
	document->part = PART_QUESTION;
}

static void begin_case(struct document *document, const struct line *line, unsigned number)
{
	char id[16];

	if (line->mark.number != document->last_case + 1)
		import_fault(document->import, FAULT_WARNING, number, NULL,
		             "item %d: 情形%d follows 情形%d", document->item, line->mark.number,
		             document->last_case);
	end_part(document);
	document->part = PART_QUESTION; /* that text is stored */
	document->last_case = line->mark.number;
	if (!document->cases)
		document->cases = cJSON_AddArrayToObject(document->entry, "cases");
	document->one = cJSON_CreateObject();
	if (!document->cases || !cJSON_AddItemToArray(document->cases, document->one)) {
		cJSON_Delete(document->one);
		document->one = NULL;
		lack_memory(document);
	}
	snprintf(id, sizeof(id), "%d", line->mark.number);
	add_text(document, document->one, "id", span_of(id));
	add_text(document, document->one, "label", line->mark.label);
	begin_part(document, PART_CASE, line->mark.rest);
}

static const struct line *next_text(const struct document *document, size_t index)
{
	for (index++; index < document->lines.count; index++) {
		if (document->lines.items[index].text.len > 0)
			return &document->lines.items[index];
	}
	return NULL;
}

static bool is_answered(const struct document *document, size_t index)
{
	const struct line *next = next_text(document, index);

	return next && next->mark.kind == MARK_ANSWER;
}

static bool is_question(struct span text)
{
	return text_ends_with(text, "？") || text_ends_with(text, "?");
}

/*
 * Whether a line with a number begins the next item. It does when its number is the next one,
 * unless that is as well the next step of a list within the answer and nothing shows a question.
 */
static bool is_item(struct document *document, size_t index)
{
	const struct line *line = &document->lines.items[index];
	int number = line->mark.number;
	bool shows = is_question(line->text) || is_answered(document, index);
	bool steps = number == document->step + 1 && document->item > 0;

	if (document->item == 0)
		document->brackets = line->mark.brackets;
	if (line->mark.brackets != document->brackets)
		return false;
	if (document->item == 0 || (number == document->item + 1 && (!steps || shows)))
		return true;
	if (number > document->item && shows) {
		if (number > document->item + 1)
			import_fault(document->import, FAULT_WARNING, (unsigned)index + 1, NULL,
			             "item %d follows item %d: what stands between is missing",
			             number, document->item);
		return true;
	}
	if (is_answered(document, index))
		import_fault(document->import, FAULT_ERROR, (unsigned)index + 1, NULL,
		             "item %d stands behind item %d", number, document->item);
	else if (is_question(line->text))
		import_fault(document->import, FAULT_WARNING, (unsigned)index + 1, NULL,
		             "taken for a part of item %d, not for an item %d", document->item,
		             number);
	if (steps)
		document->step = number;
	return false;
}

/* Before the first item: the title, or something that belongs to no item. */
static void take_head(struct document *document, struct span text, unsigned number)
{
	struct import *import = document->import;
	const bool first = !document->headed;
	const char *title;

	document->headed = true;
	if (!first || utf8_length(text) > TITLE_MOST) {
		import_fault(import, FAULT_WARNING, number, NULL,
		             "belongs to no item and is left out");
		return;
	}
	text_skip_blanks(&text);
	title = arena_copy(import->reader.memory->arena, text);
	import->title = title ? title : "";
	import_fault(import, FAULT_NOTE, number, NULL,
	             "the title is the source of every item; it goes into office.json, too, where "
	             "there is none yet");
}

/* A line of the text at hand, its escape taken away. */
static void take_text(struct document *document, struct span text)
{
	size_t blanks, escapes = mark_escapes(text, &blanks);

	if (document->part == PART_QUESTION) {
		begin_part(document, PART_ANSWER, (struct span){ "", 0 });
		document->answered = true;
	}
	if (escapes == 0) {
		body_add(&document->body, text);
		return;
	}
	body_break(&document->body);
	buf_append(&document->text, text.ptr, blanks);
	buf_append(&document->text, text.ptr + blanks + 1, text.len - blanks - 1);
}

static void take_answer(struct document *document, const struct line *line, unsigned number)
{
	if (document->answered || document->one) {
		import_fault(document->import, FAULT_ERROR, number, NULL,
		             "item %d has an answer already: is the number of the next question "
		             "missing?",
		             document->item);
		return;
	}
	document->answered = true;
	begin_part(document, PART_ANSWER, line->mark.rest);
}

static void take_advice(struct document *document, const struct line *line, unsigned number)
{
	if (document->part != PART_CASE) {
		import_fault(document->import, FAULT_ERROR, number, NULL,
		             "item %d: a 建议 needs a 情形 before it", document->item);
		return;
	}
	begin_part(document, PART_ADVICE, line->mark.rest);
}

static void take_line(struct document *document, size_t index)
{
	const struct line *line = &document->lines.items[index];
	const unsigned number = (unsigned)index + 1;

	if (line->mark.kind == MARK_ITEM && is_item(document, index)) {
		begin_item(document, line, number);
	} else if (document->item == 0) {
		if (line->text.len > 0)
			take_head(document, line->text, number);
	} else if (line->text.len == 0) {
		if (document->part != PART_QUESTION)
			body_add(&document->body, line->text);
	} else if (line->mark.kind == MARK_ANSWER) {
		take_answer(document, line, number);
	} else if (line->mark.kind == MARK_CASE) {
		begin_case(document, line, number);
	} else if (line->mark.kind == MARK_ADVICE) {
		take_advice(document, line, number);
	} else {
		take_text(document, line->text);
	}
}

static enum status split_lines(struct span input, struct lines *out)
{
	const char *at = input.ptr, *end = input.ptr + input.len;
	size_t most = 1;

	for (size_t i = 0; i < input.len; i++)
		most += input.ptr[i] == '\n';
	out->items = calloc(most, sizeof(*out->items));
	if (!out->items)
		return STATUS_NO_MEMORY;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct span text = { at, (size_t)((stop ? stop : end) - at) };
		struct line *line = &out->items[out->count];

		at += text.len + 1;
		line->text = text_drop_end(text);
		line->mark = mark_read(line->text);
		out->count++;
	}
	return STATUS_OK;
}

void import_text(struct import *import, struct span input)
{
	const char *slash = strrchr(import->file, '/');
	struct document document = {
		.import = import,
		.name = slash ? slash + 1 : import->file,
		.part = PART_TITLE,
	};

	buf_init(&document.text, SIZE_MAX - 1);
	import->reader.status = split_lines(input, &document.lines);
	for (size_t i = 0; i < document.lines.count && import->reader.status == STATUS_OK; i++)
		take_line(&document, i);
	if (import->reader.status == STATUS_OK)
		end_item(&document);
	cJSON_Delete(document.entry);
	free(document.lines.items);
	buf_deinit(&document.text);
}
