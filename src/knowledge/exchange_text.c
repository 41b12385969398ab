#include "knowledge/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The text form, line by line:
 *
 *   3、question      also 3. 3．; or （3） in a document whose first item is written so
 *   答：answer       may go on in further lines; without 答： they are the answer, too
 *   情形1：situation
 *   建议：advice
 *
 * A document may begin with a title. Blanks at the ends of lines are dropped, and so are empty
 * lines around a text. A line of an answer that would be taken for one of these marks is written
 * with a backslash in front, which is taken away again when it is read.
 */

enum mark_kind { MARK_NONE, MARK_ITEM, MARK_ANSWER, MARK_CASE, MARK_ADVICE };

enum { NUMBER_DIGITS_MOST = 6 };

#define WIDE_BLANK "\xe3\x80\x80" /* U+3000 */
#define HARD_BLANK "\xc2\xa0"     /* U+00A0, which text copied from a web page is full of */

struct mark {
	enum mark_kind kind;
	int number;        /* of an item or a case */
	bool brackets;     /* the item is written （3） */
	struct span label; /* of a case: 情形3 */
	struct span rest;  /* what stands behind the mark, without leading blanks */
};

struct line {
	struct span text; /* without blanks at the end */
	struct mark mark;
};

struct lines {
	struct line *items;
	size_t count;
};

/* ------------------------------------------------------------------ blanks and marks */

static bool skip(struct span *text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (text->len < len || memcmp(text->ptr, prefix, len) != 0)
		return false;
	*text = (struct span){ text->ptr + len, text->len - len };
	return true;
}

static void skip_blanks(struct span *text)
{
	while (skip(text, " ") || skip(text, "\t") || skip(text, "\r") || skip(text, WIDE_BLANK) ||
	       skip(text, HARD_BLANK))
		;
}

static bool ends_with(struct span text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len && memcmp(text.ptr + text.len - len, end, len) == 0;
}

static struct span drop_end(struct span text)
{
	for (;;) {
		if (ends_with(text, " ") || ends_with(text, "\t") || ends_with(text, "\r"))
			text.len--;
		else if (ends_with(text, WIDE_BLANK))
			text.len -= strlen(WIDE_BLANK);
		else if (ends_with(text, HARD_BLANK))
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
	return skip(text, "：") || skip(text, ":");
}

static bool read_item_mark(struct span text, struct mark *out)
{
	bool stop;

	out->brackets = skip(&text, "（") || skip(&text, "(");
	if (!skip_number(&text, &out->number))
		return false;
	if (out->brackets) {
		if (!skip(&text, "）") && !skip(&text, ")"))
			return false;
	} else {
		stop = skip(&text, ".") || skip(&text, "．");
		/* 2023.8 is no item. */
		if ((stop && is_digit(text)) || (!stop && !skip(&text, "、")))
			return false;
	}
	out->rest = text;
	return true;
}

static bool read_case_mark(struct span text, struct mark *out)
{
	const char *start = text.ptr;

	if (!skip(&text, "情形") || !skip_number(&text, &out->number))
		return false;
	out->label = (struct span){ start, (size_t)(text.ptr - start) };
	if (!skip_colon(&text))
		return false;
	out->rest = text;
	return true;
}

static struct mark read_mark(struct span line)
{
	struct mark mark = { .kind = MARK_NONE };
	struct span text = line;

	skip_blanks(&text);
	mark.rest = text;
	if (skip(&mark.rest, "答") && skip_colon(&mark.rest)) {
		mark.kind = MARK_ANSWER;
	} else {
		mark.rest = text;
		if (skip(&mark.rest, "建议") && skip_colon(&mark.rest))
			mark.kind = MARK_ADVICE;
		else if (read_case_mark(text, &mark))
			mark.kind = MARK_CASE;
		else if (read_item_mark(text, &mark))
			mark.kind = MARK_ITEM;
	}
	skip_blanks(&mark.rest);
	return mark;
}

/* How many backslashes stand before a mark, behind *blanks bytes of blanks; 0 without a mark. */
static size_t escapes_of(struct span line, size_t *blanks)
{
	struct span text = line;
	size_t count = 0;

	skip_blanks(&text);
	*blanks = line.len - text.len;
	while (skip(&text, "\\"))
		count++;
	return read_mark(text).kind != MARK_NONE ? count : 0;
}

static bool is_mark_or_escaped(struct span line)
{
	size_t blanks;

	return read_mark(line).kind != MARK_NONE || escapes_of(line, &blanks) > 0;
}

/* ------------------------------------------------------------------ texts of several lines */

struct body {
	struct buf *text;
	size_t start;  /* in the buffer */
	size_t blanks; /* empty lines that stand before whatever comes next */
};

static struct body body_begin(struct buf *text)
{
	buf_clear(text);
	return (struct body){ text, 0, 0 };
}

/* Begins a line that is not empty. */
static void body_break(struct body *body)
{
	if (body->text->len > body->start)
		buf_append_char(body->text, '\n');
	for (; body->blanks > 0; body->blanks--)
		buf_append_char(body->text, '\n');
}

static void body_add(struct body *body, struct span line)
{
	if (body->text->len == body->start)
		skip_blanks(&line);
	if (line.len == 0) {
		body->blanks += body->text->len > body->start;
		return;
	}
	body_break(body);
	buf_append(body->text, line.ptr, line.len);
}

/* ------------------------------------------------------------------ prompts */

struct quotes {
	const char *open, *close;
};

static const struct quotes quote_kinds[] = {
	{ "“", "”" },
	{ "「", "」" },
	{ "\"", "\"" },
};

/* A quoted text at the start of *text, which moves behind it. */
static bool take_quoted(struct span *text, struct span *quoted)
{
	for (size_t i = 0; i < sizeof(quote_kinds) / sizeof(quote_kinds[0]); i++) {
		const char *close;
		struct span rest = *text;

		if (!skip(&rest, quote_kinds[i].open))
			continue;
		close = memmem(rest.ptr, rest.len, quote_kinds[i].close,
		               strlen(quote_kinds[i].close));
		if (!close || close == rest.ptr)
			return false;
		*quoted = (struct span){ rest.ptr, (size_t)(close - rest.ptr) };
		rest = (struct span){ close, rest.len - quoted->len };
		(void)skip(&rest, quote_kinds[i].close);
		*text = rest;
		return true;
	}
	return false;
}

/* What may stand between 提示 and the text it introduces, and between two such texts. */
static void skip_introduction(struct span *text)
{
	while (skip(text, "信息") || skip(text, "内容") || skip(text, "为") || skip(text, "是") ||
	       skip(text, "：") || skip(text, ":") || skip(text, " "))
		;
}

static bool skip_link(struct span *text)
{
	return skip(text, "或者") || skip(text, "或") || skip(text, "、") || skip(text, "和") ||
	       skip(text, "及");
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
		(void)skip(&text, word);
		skip_introduction(&text);
		while (take_quoted(&text, &quoted)) {
			found(quoted, context);
			if (!skip_link(&text))
				break;
		}
	}
}

/* ------------------------------------------------------------------ import */

enum part { PART_TITLE, PART_QUESTION, PART_ANSWER, PART_CASE, PART_ADVICE };

struct document {
	struct import *import;
	struct lines lines;
	const char *name; /* of the file, without its folders */
	bool titled;
	bool brackets; /* items are written （3） */
	int item;      /* number of the item at hand; 0 before the first */
	int step;      /* last number of a numbered list within the item */
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

/* What the document leaves open and only the office can say. */
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
	import_take(document->import, document->entry, document->item_line);
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
	cJSON *source = cJSON_CreateObject();

	add_text(document, source, "document", span_of(document->name));
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
	return ends_with(text, "？") || ends_with(text, "?");
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
	if (!document->titled) {
		struct import *import = document->import;
		const char *title;

		skip_blanks(&text);
		title = arena_copy(import->reader.memory->arena, text);
		document->titled = true;
		import->title = title ? title : "";
		import_fault(import, FAULT_NOTE, number, NULL,
		             "the title goes into office.json where there is none yet");
		return;
	}
	import_fault(document->import, FAULT_WARNING, number, NULL,
	             "belongs to no item and is left out");
}

/* A line of the text at hand, its escape taken away. */
static void take_text(struct document *document, struct span text)
{
	size_t blanks, escapes = escapes_of(text, &blanks);

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
		line->text = drop_end(text);
		line->mark = read_mark(line->text);
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

/* ------------------------------------------------------------------ export */

/* The text as the form can carry it: what import would make of it. */
static void append_text(const char *text, struct buf *out)
{
	struct body body = { out, out->len, 0 };
	struct span rest = span_of(text);

	skip_blanks(&rest);
	while (rest.len > 0) {
		const char *stop = memchr(rest.ptr, '\n', rest.len);
		size_t len = stop ? (size_t)(stop - rest.ptr) : rest.len;
		struct span line = drop_end((struct span){ rest.ptr, len });
		struct span tail = line;

		if (out->len > body.start && is_mark_or_escaped(line)) {
			skip_blanks(&tail);
			body_break(&body);
			buf_append(out, line.ptr, line.len - tail.len);
			buf_append_char(out, '\\');
			buf_append(out, tail.ptr, tail.len);
		} else {
			body_add(&body, line);
		}
		rest = (struct span){ rest.ptr + len, rest.len - len };
		(void)skip(&rest, "\n");
	}
	buf_append_char(out, '\n');
}

/* A question has one line. */
static void append_question(const char *question, struct buf *out)
{
	struct span text = span_of(question);

	skip_blanks(&text);
	text = drop_end(text);
	for (size_t i = 0; i < text.len; i++)
		buf_append_char(out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
	buf_append_char(out, '\n');
}

static void append_entry(const struct entry *entry, size_t number, struct buf *out)
{
	buf_append_format(out, "%zu、", number);
	append_question(entry->question, out);
	buf_append_text(out, "答：");
	append_text(entry->answer, out);
	for (size_t i = 0; i < entry->case_count; i++) {
		const struct entry_case *one = &entry->cases[i];
		char label[64];
		struct mark mark;

		snprintf(label, sizeof(label), "%s：", one->label);
		mark = read_mark(span_of(label));
		if (mark.kind == MARK_CASE && mark.label.len == strlen(one->label))
			buf_append_text(out, label);
		else
			buf_append_format(out, "情形%zu：", i + 1);
		append_text(one->situation, out);
		if (one->advice[0]) {
			buf_append_text(out, "建议：");
			append_text(one->advice, out);
		}
	}
}

static bool keeps_numbers(const struct knowledge *knowledge)
{
	int last = 0;

	for (size_t i = 0; i < knowledge->answer_count; i++) {
		int number = knowledge->entries[i].number;

		if (number <= last || number > 999999)
			return false;
		last = number;
	}
	return true;
}

/* ------------------------------------------------------------------ what is lost */

enum loss {
	LOSS_ID,
	LOSS_NUMBER,
	LOSS_PROMPTS,
	LOSS_PATTERNS,
	LOSS_ALSO,
	LOSS_NOT,
	LOSS_NOTE,
	LOSS_RELATED,
	LOSS_SOURCE,
	LOSS_REVIEWED,
	LOSS_CASES,
	LOSS_COUNT,
};

static const char *const loss_names[LOSS_COUNT] = {
	"id",   "number",  "prompts", "patterns", "also",         "not",
	"note", "related", "source",  "reviewed", "cases[].also",
};

static bool same_strings(const struct strings *a, const struct strings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	}
	return true;
}

static void count_losses(const struct entry *entry, const struct entry *back, size_t *losses)
{
	bool cases = false;

	for (size_t i = 0; i < entry->case_count; i++)
		cases |= entry->cases[i].also.count > 0 || entry->cases[i].patterns.count > 0;
	losses[LOSS_ID] += strcmp(entry->id, back->id) != 0;
	losses[LOSS_NUMBER] += entry->number != back->number;
	losses[LOSS_PROMPTS] += !same_strings(&entry->prompts, &back->prompts);
	losses[LOSS_PATTERNS] += entry->patterns.count + entry->unless.count > 0;
	losses[LOSS_ALSO] += entry->also.count > 0;
	losses[LOSS_NOT] += entry->negatives.count > 0;
	losses[LOSS_NOTE] += entry->note[0] != '\0';
	losses[LOSS_RELATED] += entry->related.count > 0;
	losses[LOSS_SOURCE] += entry->document[0] != '\0';
	losses[LOSS_REVIEWED] += entry->reviewed[0] != '\0';
	losses[LOSS_CASES] += cases;
}

static bool same_cases(const struct entry *a, const struct entry *b)
{
	if (a->case_count != b->case_count)
		return false;
	for (size_t i = 0; i < a->case_count; i++) {
		const struct entry_case *one = &a->cases[i], *other = &b->cases[i];

		if (strcmp(one->id, other->id) != 0 || strcmp(one->label, other->label) != 0 ||
		    strcmp(one->situation, other->situation) != 0 ||
		    strcmp(one->advice, other->advice) != 0)
			return false;
	}
	return true;
}

static void warn_of_change(const struct entry *entry, const char *field, struct faults *faults)
{
	faults_add(faults, FAULT_WARNING, entry->file, entry->line, field,
	           "the text form can not carry this to the letter");
}

static void compare(const struct knowledge *knowledge, const struct import *import,
                    struct faults *faults)
{
	size_t losses[LOSS_COUNT] = { 0 };

	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		const struct entry *back = &import->entries.items[i];

		if (strcmp(entry->question, back->question) != 0)
			warn_of_change(entry, "question", faults);
		if (strcmp(entry->answer, back->answer) != 0)
			warn_of_change(entry, "answer", faults);
		if (!same_cases(entry, back))
			warn_of_change(entry, "cases", faults);
		count_losses(entry, back, losses);
	}
	for (size_t i = 0; i < LOSS_COUNT; i++) {
		if (losses[i] > 0)
			faults_add(faults, FAULT_NOTE, NULL, 0, loss_names[i],
			           "the text form does not carry it (%zu entries)", losses[i]);
	}
}

/* Reads the text back and names all that is not there any more. */
static enum status report_losses(const struct knowledge *knowledge, struct span text,
                                 struct faults *faults)
{
	struct faults *unheard = NULL;
	struct import import;
	enum status status = faults_create(&unheard);

	if (status != STATUS_OK)
		return status;
	status = import_begin(&import, "", unheard);
	if (status == STATUS_OK) {
		import_text(&import, text);
		status = import.reader.status;
		if (status == STATUS_OK && import.entries.count == knowledge->answer_count)
			compare(knowledge, &import, faults);
		else if (status == STATUS_OK)
			faults_add(faults, FAULT_WARNING, NULL, 0, NULL,
			           "the text form can not carry these entries: %zu would come back "
			           "as %zu",
			           knowledge->answer_count, import.entries.count);
		import_end(&import);
	}
	faults_destroy(unheard);
	return status;
}

enum status export_text(const struct knowledge *knowledge, struct buf *out, struct faults *faults)
{
	bool keeps = keeps_numbers(knowledge);
	size_t start = out->len;

	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		append_entry(entry, keeps ? (size_t)entry->number : i + 1, out);
	}
	if (buf_status(out) != STATUS_OK)
		return buf_status(out);
	return report_losses(knowledge, (struct span){ buf_text(out) + start, out->len - start },
	                     faults);
}
