/*
 * How it works. A reader of another system's export (a table, JSON, YAML) makes a cJSON object of
 * each row under our own names; foreign_finish() and the rest here turn that into an entry as our
 * own export would write it: lists are joined, HTML becomes text, what is missing is filled in or
 * the row is dropped. Each kind of change is counted with its first line, and told once at the end.
 */
#include "office/exchange/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/case_lines.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/html_text.h"
#include "office/exchange/left_out.h"

enum {
	MEMBERS_MOST = 64, /* of an object, of which the names are looked at */
	DETAIL_MOST = 120, /* characters of a detail that is a question */
	NUMBER_SIZE = 32,
	VALUE_CHARACTERS = 24, /* of a state that is named */
	VALUES_SIZE = 2048,
};

static void lack_memory(struct foreign *foreign)
{
	foreign->import->reader.status = STATUS_NO_MEMORY;
}

static void put(struct foreign *foreign, cJSON *object, const char *name, cJSON *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, name);
	if (!value || !cJSON_AddItemToObject(object, name, value)) {
		cJSON_Delete(value);
		lack_memory(foreign);
	}
}

static cJSON *string_of(struct span text)
{
	char *copy = strndup(text.len > 0 ? text.ptr : "", text.len);
	cJSON *value = copy ? cJSON_CreateString(copy) : NULL;

	free(copy);
	return value;
}

static size_t next_part(struct span text)
{
	static const char *const marks[] = { "\n", "\r", "|", "｜", ";", "；" };
	size_t least = text.len;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *at = memmem(text.ptr, least, marks[i], strlen(marks[i]));

		if (at)
			least = (size_t)(at - text.ptr);
	}
	return least;
}

cJSON *foreign_list(struct span text)
{
	cJSON *list = cJSON_CreateArray();

	while (list && text.len > 0) {
		const size_t len = next_part(text);
		struct span part = text_drop_end((struct span){ text.ptr, len });
		size_t step = len;

		text_skip_blanks(&part);
		if (part.len > 0)
			cJSON_AddItemToArray(list, string_of(part));
		if (step < text.len)
			step += (unsigned char)text.ptr[step] < 0x80 ? 1 : 3;
		text = (struct span){ text.ptr + step, text.len - step };
	}
	return list;
}

/* Among as many as an entry may have: a longer list is refused. */
static bool has_text(const cJSON *list, const char *text)
{
	const cJSON *item = list ? list->child : NULL;

	for (int i = 0; item && i < LIST_MOST; i++, item = item->next)
		if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
			return true;
	return false;
}

void foreign_add_list(struct foreign *foreign, cJSON *object, const char *name, cJSON *list)
{
	cJSON *there = cJSON_GetObjectItemCaseSensitive(object, name);
	cJSON *item;

	if (!there) {
		put(foreign, object, name, list);
		return;
	}
	while (list && list->child) {
		item = cJSON_DetachItemViaPointer(list, list->child);
		if (!cJSON_IsString(item) || has_text(there, item->valuestring) ||
		    !cJSON_AddItemToArray(there, item))
			cJSON_Delete(item);
	}
	cJSON_Delete(list);
}

/* ------------------------------------------------------------------ finishing */

static void count(size_t *rows, unsigned *first, unsigned line)
{
	if (++*rows == 1)
		*first = line;
}

static bool read_html_of(struct foreign *foreign, cJSON *object, const char *name)
{
	const char *before = json_string(object, name, "");
	struct buf text;
	bool changed;

	if (!html_is(span_of(before)) && !strchr(before, '&'))
		return false;
	buf_init(&text, ENTRY_BYTES_MOST);
	html_append_text(span_of(before), &text);
	changed = !span_equal(buf_span(&text), span_of(before));
	if (changed && buf_status(&text) == STATUS_OK)
		put(foreign, object, name, string_of(buf_span(&text)));
	buf_deinit(&text);
	return changed;
}

static void read_html(struct foreign *foreign, cJSON *object, unsigned line)
{
	const bool question = read_html_of(foreign, object, "question");

	if (read_html_of(foreign, object, "answer") || question)
		count(&foreign->html, &foreign->html_line, line);
}

const char *foreign_title(const char *title, const char *detail)
{
	const struct span text = text_trim(span_of(detail));

	return !asks(span_of(title)) && asks(question_trim(text)) &&
	                       utf8_length(text) <= DETAIL_MOST && !strchr(detail, '\n')
	               ? detail
	               : title;
}

/* Without a question of its own, the title is it if it asks, or if there is nothing else. */
static void choose_question(struct foreign *foreign, cJSON *object, const char *title)
{
	cJSON *alternates = cJSON_GetObjectItemCaseSensitive(object, "alternates");
	const char *question = json_string(object, "question", "");
	cJSON *item, *next;

	if (!question[0] && title[0] && (asks(span_of(title)) || !alternates || !alternates->child))
		put(foreign, object, "question", cJSON_CreateString(title));
	else if (!question[0] && alternates && cJSON_IsString(alternates->child))
		put(foreign, object, "question",
		    cJSON_CreateString(alternates->child->valuestring));
	question = json_string(object, "question", "");
	for (item = alternates ? alternates->child : NULL; item; item = next) {
		next = item->next;
		if (cJSON_IsString(item) && strcmp(item->valuestring, question) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(alternates, item));
	}
	if (alternates && !alternates->child)
		cJSON_DeleteItemFromObjectCaseSensitive(object, "alternates");
}

/* The first text of a kind is kept until all are told. */
static void keep_first(struct foreign *foreign, const char **first, struct span text)
{
	if (!*first)
		*first = arena_copy(foreign->import->reader.memory->arena, text_trim(text));
	if (!*first)
		lack_memory(foreign);
}

/* A title or detail that is not the question of its row is left out. */
static void leave_beside(struct foreign *foreign, const char *text, unsigned line)
{
	if (!text[0])
		return;
	left_out_take(foreign->import, line, span_of(text));
	count(&foreign->beside, &foreign->beside_line, line);
	keep_first(foreign, &foreign->beside_text, span_of(text));
}

void foreign_leave_off(struct foreign *foreign, struct span question, struct span answer,
                       unsigned line)
{
	left_out_take(foreign->import, line, question);
	left_out_take(foreign->import, line, answer);
	foreign->import->left_off++;
	count(&foreign->off, &foreign->off_line, line);
	keep_first(foreign, &foreign->off_text, question);
}

void foreign_leave_object(struct foreign *foreign, const cJSON *object, unsigned line)
{
	foreign_leave_off(foreign, span_of(json_string(object, "question", "")),
	                  span_of(json_string(object, "answer", "")), line);
}

void foreign_finish(struct foreign *foreign, cJSON *object, const char *title, unsigned line)
{
	struct import *import = foreign->import;
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "number");

	foreign->rows++;
	choose_question(foreign, object, title);
	if (!span_equal(text_trim(span_of(title)),
	                text_trim(span_of(json_string(object, "question", "")))))
		leave_beside(foreign, title, line);
	read_html(foreign, object, line);
	if (case_lines_read(object) != STATUS_OK)
		lack_memory(foreign);
	case_lines_report(import, object, NULL, line);
	if (number && (!cJSON_IsNumber(number) || number->valueint <= foreign->last_number)) {
		cJSON_DeleteItemFromObjectCaseSensitive(object, "number");
		count(&foreign->unnumbered, &foreign->unnumbered_line, line);
		number = NULL;
	}
	if (number)
		foreign->last_number = number->valueint;
	if (!json_string(object, "id", "")[0]) {
		const char *id = number ? import_item_id(import, number->valueint)
		                        : arena_format(import->reader.memory->arena, "row-%04zu",
		                                       foreign->rows);

		put(foreign, object, "id", id ? cJSON_CreateString(id) : NULL);
	}
}

/* Their values, the first ones with how often each stands there. */
static void append_values(const struct foreign *foreign, struct buf *out)
{
	size_t named = 0;

	for (size_t i = 0; i < foreign->value_count; i++) {
		struct span text = span_of(foreign->values[i].text);

		text.len = utf8_prefix(text, VALUE_CHARACTERS);
		buf_append_format(out, "%s“%.*s” (%zu)", i > 0 ? ", " : "", SPAN_ARGS(text),
		                  foreign->values[i].count);
		named += foreign->values[i].count;
	}
	buf_append_text(out, named < foreign->unknown ? ", …" : "");
}

static void report_states(const struct foreign *foreign)
{
	struct buf values;

	if (foreign->unknown == 0)
		return;
	buf_init(&values, VALUES_SIZE);
	append_values(foreign, &values);
	import_fault(foreign->import, FAULT_WARNING, foreign->unknown_line, foreign->state_head,
	             _N("a state that is not known: %zu entry is taken as given out, with %s",
	                "states that are not known: %zu entries are taken as given out, with %s",
	                foreign->unknown),
	             foreign->unknown, buf_text(&values));
	buf_deinit(&values);
}

void foreign_report(const struct foreign *foreign)
{
	struct import *import = foreign->import;

	if (foreign->html > 0)
		import_fault(
		        import, FAULT_NOTE, foreign->html_line, "answer",
		        "HTML became text with its links, lists and line breaks (in %zu of the "
		        "rows)",
		        foreign->html);
	if (foreign->merged > 0)
		import_fault(import, FAULT_NOTE, foreign->merged_line, NULL,
		             "rows without an answer of their own became further questions of the "
		             "row before (%zu)",
		             foreign->merged);
	if (foreign->unnumbered > 0)
		import_fault(import, FAULT_NOTE, foreign->unnumbered_line, "number",
		             "does not rise and is left out (in %zu of the rows)",
		             foreign->unnumbered);
	if (foreign->off_text)
		left_out_tell(import, FAULT_WARNING, foreign->off_line,
		              _("switched off, withdrawn or a draft in the other system, left out"),
		              span_of(foreign->off_text), foreign->off);
	report_states(foreign);
	if (foreign->beside_text)
		left_out_tell(import, FAULT_WARNING, foreign->beside_line,
		              _("title or detail beside the question, left out"),
		              span_of(foreign->beside_text), foreign->beside);
}

/* ------------------------------------------------------------------ JSON */

/* The text of a value: a string, or the member of an object that holds it; NULL: none. */
static const char *text_in(const cJSON *value)
{
	static const char *const names[] = { "text",  "content", "question",
		                             "value", "label",   "answer" };

	if (cJSON_IsString(value))
		return value->valuestring;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && cJSON_IsObject(value); i++) {
		const cJSON *member = cJSON_GetObjectItem(value, names[i]);

		if (cJSON_IsString(member))
			return member->valuestring;
	}
	return NULL;
}

static cJSON *texts_of(const cJSON *value)
{
	cJSON *list;
	const cJSON *item;
	size_t count = 0;

	if (cJSON_IsString(value))
		return foreign_list(span_of(value->valuestring));
	list = cJSON_CreateArray();
	cJSON_ArrayForEach (item, value) {
		const char *text = text_in(item);

		if (!text || !text[0] || (count <= LIST_MOST && has_text(list, text)))
			continue;
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
		count++;
	}
	return list;
}

/* Several texts become lines of one. */
static cJSON *lines_of(const cJSON *value)
{
	char number[32];
	struct buf text;
	const cJSON *item;
	cJSON *made;

	if (cJSON_IsNumber(value)) {
		snprintf(number, sizeof(number), "%.15g", value->valuedouble);
		return cJSON_CreateString(number);
	}
	if (!cJSON_IsArray(value)) {
		const char *one = text_in(value);

		return cJSON_CreateString(one ? one : "");
	}
	buf_init(&text, ENTRY_BYTES_MOST);
	cJSON_ArrayForEach (item, value) {
		const char *one = text_in(item);

		if (one && text.len > 0)
			buf_append_char(&text, '\n');
		if (one)
			buf_append_text(&text, one);
	}
	made = buf_status(&text) == STATUS_OK ? string_of(buf_span(&text)) : NULL;
	buf_deinit(&text);
	return made;
}

static void take_questions(struct foreign *foreign, cJSON *made, const cJSON *value)
{
	if (cJSON_IsString(value))
		put(foreign, made, "question", cJSON_CreateString(value->valuestring));
	else
		foreign_add_list(foreign, made, "alternates", texts_of(value));
}

static void take_member(struct foreign *foreign, cJSON *made, const cJSON *value,
                        enum column column)
{
	char number[32];

	switch (column) {
	case COLUMN_ID:
		if (cJSON_IsNumber(value)) {
			snprintf(number, sizeof(number), "%.0f", value->valuedouble);
			put(foreign, made, "id", cJSON_CreateString(number));
		} else if (cJSON_IsString(value)) {
			put(foreign, made, "id", cJSON_CreateString(value->valuestring));
		}
		break;
	case COLUMN_NUMBER:
		put(foreign, made, "number", cJSON_Duplicate(value, true));
		break;
	case COLUMN_QUESTION:
		take_questions(foreign, made, value);
		break;
	case COLUMN_ANSWER:
		if (!json_string(made, "answer", "")[0])
			put(foreign, made, "answer", lines_of(value));
		break;
	case COLUMN_ALTERNATES:
		foreign_add_list(foreign, made, "alternates", texts_of(value));
		break;
	case COLUMN_NOT:
		foreign_add_list(foreign, made, "not", texts_of(value));
		break;
	case COLUMN_NOTE:
	case COLUMN_INTERNAL:
		if (cJSON_IsString(value) && value->valuestring[0])
			put(foreign, made, "internal", cJSON_CreateString(value->valuestring));
		break;
	default:
		break;
	}
}

/* Whether take_member() takes it, or foreign_object() or foreign_is_off() reads it. */
static bool is_taken(enum column column)
{
	return column <= COLUMN_ALTERNATES || column == COLUMN_NOT || column == COLUMN_ANSWER ||
	       column == COLUMN_NOTE || column == COLUMN_INTERNAL || column == COLUMN_TITLE ||
	       column == COLUMN_DETAIL || head_says_state(column);
}

static struct span word_of(const cJSON *value, char number[NUMBER_SIZE])
{
	if (cJSON_IsBool(value))
		return span_of(cJSON_IsTrue(value) ? "true" : "false");
	if (cJSON_IsNumber(value)) {
		snprintf(number, NUMBER_SIZE, "%.15g", value->valuedouble);
		return span_of(number);
	}
	return span_of(cJSON_IsString(value) ? value->valuestring : "");
}

enum head_state foreign_state(const char *name, const cJSON *member)
{
	char number[NUMBER_SIZE];

	return head_state_of(head_read(span_of(name)), word_of(member, number));
}

/* The index of a value that is named, or of the next one to be. */
static size_t find_value(const struct foreign *foreign, struct span text)
{
	size_t at = 0;

	while (at < foreign->value_count && !span_equal(span_of(foreign->values[at].text), text))
		at++;
	return at;
}

static void keep_value(struct foreign *foreign, struct span value)
{
	const size_t at = find_value(foreign, text_trim(value));

	if (at == FOREIGN_VALUES_MOST)
		return;
	keep_first(foreign, &foreign->values[at].text, value);
	if (!foreign->values[at].text)
		return;
	foreign->value_count += at == foreign->value_count;
	foreign->values[at].count++;
}

bool foreign_says_off(struct foreign *foreign, enum column column, struct span head,
                      struct span value, unsigned line)
{
	const enum head_state state = head_state_of(column, value);

	if (state != STATE_UNKNOWN)
		return state == STATE_OFF;
	count(&foreign->unknown, &foreign->unknown_line, line);
	keep_first(foreign, &foreign->state_head, head);
	keep_value(foreign, value);
	return false;
}

bool foreign_is_off(struct foreign *foreign, const cJSON *object, unsigned line)
{
	char number[NUMBER_SIZE];
	const cJSON *member;
	bool off = false;

	cJSON_ArrayForEach (member, object) {
		const struct span head = span_of(member->string ? member->string : "");

		if (foreign_says_off(foreign, head_read(head), head, word_of(member, number), line))
			off = true;
	}
	return off;
}

/* What each member means beside the others; members behind the last one that is kept mean nothing.
 */
struct members {
	enum column columns[MEMBERS_MOST];
	size_t count;
};

static enum column column_at(const struct members *members, size_t at)
{
	return at < members->count ? members->columns[at] : COLUMN_UNKNOWN;
}

static void read_members(const cJSON *object, struct members *members)
{
	const cJSON *member;

	members->count = 0;
	cJSON_ArrayForEach (member, object) {
		const enum column column = head_read(span_of(member->string));
		const bool full = cJSON_IsString(member) || cJSON_IsArray(member) ||
		                  cJSON_IsNumber(member) || cJSON_IsObject(member) ||
		                  (cJSON_IsBool(member) && head_says_state(column));

		if (members->count == MEMBERS_MOST)
			break;
		members->columns[members->count++] = full ? column : COLUMN_UNKNOWN;
	}
	heads_settle(members->columns, members->count);
}

/* Whether the value is an answer; null and a number are one beside what is surely a question. */
static bool may_answer(const cJSON *value, bool asked)
{
	return cJSON_IsString(value) || cJSON_IsArray(value) ||
	       (cJSON_IsObject(value) && text_in(value)) ||
	       (asked && (cJSON_IsNumber(value) || cJSON_IsNull(value)));
}

static bool has_column(const cJSON *object, const struct members *members, enum column column)
{
	const cJSON *member = object->child;

	for (size_t at = 0; member && at < members->count; at++, member = member->next)
		if (members->columns[at] == column &&
		    (cJSON_IsString(member) || cJSON_IsArray(member)))
			return true;
	return false;
}

static bool has_answer(const cJSON *object, const struct members *members, bool asked)
{
	const cJSON *member = object->child;

	for (size_t at = 0; member && at < members->count; at++, member = member->next) {
		const bool none = cJSON_IsNull(member);
		const enum column column =
		        none ? head_read(span_of(member->string)) : members->columns[at];

		if ((column == COLUMN_ANSWER || (none && column == COLUMN_CONTENT)) &&
		    may_answer(member, asked))
			return true;
	}
	return false;
}

/* Whether the object has a title that is a question. */
static bool title_asks(const cJSON *object, const struct members *members)
{
	const cJSON *member = object->child;

	for (size_t at = 0; member && at < members->count; at++, member = member->next)
		if (members->columns[at] == COLUMN_TITLE && cJSON_IsString(member) &&
		    asks(span_of(member->valuestring)))
			return true;
	return false;
}

static bool make_entry(const cJSON *object, const struct members *members)
{
	const bool named = has_column(object, members, COLUMN_QUESTION);

	return (named || has_column(object, members, COLUMN_TITLE) ||
	        has_column(object, members, COLUMN_ALTERNATES)) &&
	       has_answer(object, members, named || title_asks(object, members));
}

bool foreign_is_entry(const cJSON *object)
{
	struct members members;

	if (!cJSON_IsObject(object))
		return false;
	read_members(object, &members);
	return make_entry(object, &members);
}

/* A text that says something, alone or as the first of a list. */
static bool is_said(const cJSON *value)
{
	const char *text = text_in(cJSON_IsArray(value) ? value->child : value);

	return text && text_trim(span_of(text)).len > 0;
}

static bool says_question(enum column column, const cJSON *member)
{
	return (column == COLUMN_QUESTION || column == COLUMN_ALTERNATES) && is_said(member);
}

bool foreign_is_pair(const cJSON *object)
{
	struct members members;
	const cJSON *member;

	if (!cJSON_IsObject(object))
		return false;
	read_members(object, &members);
	if (!make_entry(object, &members))
		return false;
	member = object->child;
	for (size_t at = 0; member && at < members.count; at++, member = member->next)
		if (says_question(members.columns[at], member))
			return true;
	return false;
}

static bool holds_something(const cJSON *value)
{
	return value->child || cJSON_IsNumber(value) || cJSON_IsBool(value) ||
	       (cJSON_IsString(value) && value->valuestring[0]);
}

void foreign_unused(const cJSON *object, void (*unused)(void *context, const char *name),
                    void *context)
{
	const cJSON *member;
	struct members members;
	size_t at = 0;

	read_members(object, &members);
	cJSON_ArrayForEach (member, object) {
		const enum column column = column_at(&members, at);

		if (!is_taken(column) && holds_something(member))
			unused(context, member->string);
		at++;
	}
}

cJSON *foreign_object(struct foreign *foreign, const cJSON *object, unsigned line)
{
	cJSON *made = cJSON_CreateObject();
	const cJSON *member;
	const char *title = "", *detail = "", *chosen, *other;
	struct members members;
	size_t at = 0;

	if (!made) {
		lack_memory(foreign);
		return NULL;
	}
	read_members(object, &members);
	cJSON_ArrayForEach (member, object) {
		const enum column column = column_at(&members, at);

		if (column == COLUMN_TITLE && cJSON_IsString(member))
			title = member->valuestring;
		else if (column == COLUMN_DETAIL && cJSON_IsString(member))
			detail = member->valuestring;
		else
			take_member(foreign, made, member, column);
		at++;
	}
	chosen = foreign_title(title, detail);
	other = chosen == title ? detail : title;
	if (!span_equal(text_trim(span_of(other)), text_trim(span_of(chosen))))
		leave_beside(foreign, other, line);
	foreign_finish(foreign, made, chosen, line);
	return made;
}
