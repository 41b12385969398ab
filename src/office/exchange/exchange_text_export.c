#include <stdio.h>
#include <string.h>

#include "office/exchange/exchange_text.h"
#include "office/exchange/form.h"

/* ------------------------------------------------------------------ writing */

static bool is_mark_or_escaped(struct span line)
{
	size_t blanks;

	return line_could_be_marked(line) || mark_escapes(line, &blanks) > 0;
}

/* The text as the form can carry it: what import would make of it. */
static void append_text(const char *text, struct buf *out)
{
	struct body body = { out, out->len, 0 };
	struct span rest = span_of(text);

	text_skip_blanks(&rest);
	while (rest.len > 0) {
		const char *stop = memchr(rest.ptr, '\n', rest.len);
		size_t len = stop ? (size_t)(stop - rest.ptr) : rest.len;
		struct span line = text_drop_end((struct span){ rest.ptr, len });
		struct span tail = line;

		if (out->len > body.start && is_mark_or_escaped(line)) {
			text_skip_blanks(&tail);
			body_break(&body);
			buf_append(out, line.ptr, line.len - tail.len);
			buf_append_char(out, '\\');
			buf_append(out, tail.ptr, tail.len);
		} else {
			body_add(&body, line);
		}
		rest = (struct span){ rest.ptr + len, rest.len - len };
		(void)text_skip(&rest, "\n");
	}
	buf_append_char(out, '\n');
}

/* A question has one line. */
static void append_question(const char *question, struct buf *out)
{
	struct span text = span_of(question);

	text_skip_blanks(&text);
	text = text_drop_end(text);
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
		mark = mark_read(span_of(label));
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
	LOSS_INTERNAL,
	LOSS_RELATED,
	LOSS_SOURCE,
	LOSS_REVIEWED,
	LOSS_OWNER,
	LOSS_REVIEW_BY,
	LOSS_CASES,
	LOSS_RULES,
	LOSS_COUNT,
};

static const char *const loss_names[LOSS_COUNT] = {
	"id",       "number", "prompts",   "patterns",     "also",
	"not",      "note",   "internal",  "related",      "source",
	"reviewed", "owner",  "review_by", "cases[].also", "rules",
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
	losses[LOSS_INTERNAL] += entry->internal[0] != '\0';
	losses[LOSS_RELATED] += entry->related.count > 0;
	losses[LOSS_SOURCE] += entry->document[0] != '\0';
	losses[LOSS_REVIEWED] += entry->reviewed[0] != '\0';
	losses[LOSS_OWNER] += entry->owner[0] != '\0';
	losses[LOSS_REVIEW_BY] += entry->review_by[0] != '\0';
	losses[LOSS_CASES] += cases;
	losses[LOSS_RULES] += entry->judged_count > 0 || entry->apart.fact[0];
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
	           "the text form cannot carry this to the letter");
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
			           "the text form does not carry it (in %zu of the entries)",
			           losses[i]);
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
			           "the text form cannot carry these entries: %zu would come back "
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
