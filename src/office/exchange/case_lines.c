/*
 * How it works: lines that begin with a mark of a case (情形1：) part an answer. What stands above
 * the first one stays the answer; what stands behind a mark of advice (建议：) is its case's
 * advice. Where no case has any advice, the answer stays as it is.
 */
#include "office/exchange/case_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/exchange_text.h"

static const char *text_of(const cJSON *object, const char *name)
{
	return json_string(object, name, "");
}

static enum status set_text(cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.len > 0 ? text.ptr : "", text.len);
	cJSON *value = copy ? cJSON_CreateString(copy) : NULL;
	bool set = false;

	free(copy);
	if (value && cJSON_HasObjectItem(object, name))
		set = cJSON_ReplaceItemInObjectCaseSensitive(object, name, value);
	else if (value)
		set = cJSON_AddItemToObject(object, name, value);
	if (!set)
		cJSON_Delete(value);
	return set ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Without blanks and empty lines at either end. */
static struct span trim_lines(struct span text)
{
	size_t len;

	do {
		len = text.len;
		text = text_trim(text);
		while (text_skip(&text, "\n"))
			;
		while (text_ends_with(text, "\n"))
			text.len--;
	} while (text.len < len);
	return text;
}

/* ------------------------------------------------------------------ situation and advice */

static bool each_goes_on(const cJSON *cases)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, cases)
		if (text_of(one, "advice")[0] || !strchr(text_of(one, "situation"), '\n'))
			return false;
	return true;
}

enum status case_lines_split(cJSON *cases)
{
	enum status status = STATUS_OK;
	cJSON *one;

	if (!each_goes_on(cases))
		return STATUS_OK;
	cJSON_ArrayForEach (one, cases) {
		const struct span whole = span_of(text_of(one, "situation"));
		const char *stop = memchr(whole.ptr, '\n', whole.len);
		const struct span first = { whole.ptr, (size_t)(stop - whole.ptr) };

		if (status == STATUS_OK)
			status = set_text(
			        one, "advice",
			        trim_lines((struct span){ stop + 1, whole.len - first.len - 1 }));
		/* Behind the advice, which is a part of this text. */
		if (status == STATUS_OK)
			status = set_text(one, "situation", trim_lines(first));
	}
	return status;
}

/* ------------------------------------------------------------------ cases of an answer */

static struct span next_line(struct span *text)
{
	const char *stop = memchr(text->ptr, '\n', text->len);
	const struct span line = { text->ptr, stop ? (size_t)(stop - text->ptr) : text->len };

	*text = (struct span){ text->ptr + line.len, text->len - line.len };
	(void)text_skip(text, "\n");
	return line;
}

/*
 * How many cases the lines begin; 0 where their numbers do not run from 1 on, or where no advice
 * stands among them, nor text that could be one below any but the last.
 */
static size_t count_cases(struct span text)
{
	size_t count = 0, followed = 0;
	bool advised = false, below = true, last = false;

	while (text.len > 0) {
		const struct span line = next_line(&text);
		const struct mark mark = mark_read(line);

		if (mark.kind == MARK_CASE && mark.number != (int)count + 1)
			return 0;
		if (mark.kind == MARK_CASE) {
			count++;
			below = last = false;
		} else if (text_trim(line).len > 0 && !below) {
			followed++;
			below = last = true;
		}
		advised |= mark.kind == MARK_ADVICE && count > 0;
	}
	return advised || followed > (size_t)(last && count > 1) ? count : 0;
}

static enum status begin_case(cJSON *cases, const struct mark *mark, cJSON **one)
{
	char id[16];
	enum status status;

	*one = cJSON_CreateObject();
	if (!cJSON_AddItemToArray(cases, *one)) {
		cJSON_Delete(*one);
		return STATUS_NO_MEMORY;
	}
	snprintf(id, sizeof(id), "%d", mark->number);
	status = set_text(*one, "id", span_of(id));
	return status == STATUS_OK ? set_text(*one, "label", mark->label) : status;
}

static enum status read_lines(cJSON *entry, cJSON *cases, struct span text, struct buf *part)
{
	struct body body = { part, 0, 0 };
	const char *name = "answer";
	cJSON *one = entry;
	enum status status = STATUS_OK;

	while (text.len > 0 && status == STATUS_OK) {
		struct span line = next_line(&text);
		const struct mark mark = mark_read(line);
		const bool ends = mark.kind == MARK_CASE ||
		                  (mark.kind == MARK_ADVICE && strcmp(name, "situation") == 0);

		if (!ends) {
			text_skip_indent(&line);
			body_add(&body, line);
			continue;
		}
		status = set_text(one, name, trim_lines(buf_span(part)));
		name = mark.kind == MARK_CASE ? "situation" : "advice";
		if (status == STATUS_OK && mark.kind == MARK_CASE)
			status = begin_case(cases, &mark, &one);
		buf_clear(part);
		body = (struct body){ part, 0, 0 };
		body_add(&body, mark.rest);
	}
	if (status == STATUS_OK)
		status = set_text(one, name, trim_lines(buf_span(part)));
	return status == STATUS_OK ? buf_status(part) : status;
}

enum status case_lines_read(cJSON *entry)
{
	char *answer;
	cJSON *cases;
	enum status status;
	struct buf part;

	if (cJSON_HasObjectItem(entry, "cases") ||
	    count_cases(span_of(text_of(entry, "answer"))) == 0)
		return STATUS_OK;
	answer = strdup(text_of(entry, "answer"));
	cases = cJSON_AddArrayToObject(entry, "cases");
	status = answer && cases ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		buf_init(&part, 2 * strlen(answer) + 1);
		status = read_lines(entry, cases, span_of(answer), &part);
		buf_deinit(&part);
	}
	if (status == STATUS_OK)
		status = case_lines_split(cases);
	free(answer);
	return status;
}

/* ------------------------------------------------------------------ an answer that repeats them */

/* Characters of what marks a case and parts it from the next one: （一）, 情形12：建议：. */
enum { MARKS_MOST = 12 };

static size_t length_of(const char *text)
{
	return utf8_length(trim_lines(span_of(text)));
}

enum status case_lines_cut(cJSON *row, const cJSON *cases, enum case_overlap *overlap)
{
	const char *answer = text_of(row, "answer"), *first = NULL;
	size_t said = 0;
	const cJSON *one;

	*overlap = CASES_APART;
	cJSON_ArrayForEach (one, cases) {
		const char *situation = text_of(one, "situation");
		const char *at = strstr(answer, situation);

		if (!situation[0] || !at)
			return STATUS_OK;
		first = !first || at < first ? at : first;
		said += length_of(situation) + length_of(text_of(one, "advice")) + MARKS_MOST;
	}
	if (!first)
		return STATUS_OK;
	*overlap = CASES_REPEATED;
	cJSON_ArrayForEach (one, cases)
		if (!strstr(first, text_of(one, "advice")))
			return STATUS_OK;
	if (length_of(first) > said)
		return STATUS_OK;
	while (first > answer && first[-1] != '\n')
		first--;
	*overlap = CASES_CUT_OFF;
	return set_text(row, "answer",
	                trim_lines((struct span){ answer, (size_t)(first - answer) }));
}

/* ------------------------------------------------------------------ gaps */

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

static bool any_advice(const cJSON *cases)
{
	const cJSON *one;

	cJSON_ArrayForEach (one, cases)
		if (text_of(one, "advice")[0])
			return true;
	return false;
}

/* Whether it goes on behind a comma, as where what to do stands in the line of the case. */
static bool has_clauses(const char *situation)
{
	static const char *const marks[] = { "，", "；", "。", "：", ", ", "; ", ": " };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *found = strstr(situation, marks[i]);

		if (found && found[strlen(marks[i])] != '\0')
			return true;
	}
	return false;
}

static bool lacks_advice(const cJSON *one, bool advised)
{
	return !text_of(one, "advice")[0] && (advised || !has_clauses(text_of(one, "situation")));
}

void case_lines_report(struct import *import, const cJSON *entry, const unsigned *lines,
                       unsigned line)
{
	const cJSON *cases = cJSON_GetObjectItemCaseSensitive(entry, "cases");
	const bool advised = any_advice(cases);
	const struct span question = text_sample(span_of(text_of(entry, "question")));
	const cJSON *one;
	size_t index = 0;

	cJSON_ArrayForEach (one, cases) {
		const char *label = text_of(one, "label");
		const unsigned at = lines ? lines[index] : line;

		if (lacks_advice(one, advised))
			import_fault(import, FAULT_WARNING, at, NULL,
			             "“%.*s”: %s has no advice (建议)", SPAN_ARGS(question), label);
		if (stood_before(cases, one))
			import_fault(import, FAULT_WARNING, at, NULL,
			             "“%.*s”: before %s a case has the same situation; kept as it "
			             "stands",
			             SPAN_ARGS(question), label);
		index++;
	}
}
