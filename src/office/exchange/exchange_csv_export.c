/* Writes entries through the columns that exchange_csv.c reads, in the order of `enum column`. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/form.h"
#include "office/exchange/heads.h"

static bool needs_json(const char *const *items, size_t count)
{
	if (count > 0 && csv_list_is_json(span_of(items[0])))
		return true;
	for (size_t i = 0; i < count; i++) {
		if (strpbrk(items[i], "\r\n"))
			return true;
	}
	return false;
}

static void append_list(const char *const *items, size_t count, struct buf *scratch,
                        struct buf *out)
{
	buf_clear(scratch);
	if (needs_json(items, count))
		strings_print(items, count, scratch);
	for (size_t i = 0; !needs_json(items, count) && i < count; i++) {
		buf_append(scratch, "\n", i > 0 ? 1 : 0);
		buf_append_text(scratch, items[i]);
	}
	csv_append_cell(buf_span(scratch), out);
}

static void append_patterns(const struct pattern_list *patterns, struct buf *scratch,
                            struct buf *out)
{
	const char *items[PATTERNS_MOST];

	assert(patterns->count <= PATTERNS_MOST);
	for (size_t i = 0; i < patterns->count; i++)
		items[i] = pattern_source(patterns->items[i]);
	append_list(items, patterns->count, scratch, out);
}

static void append_number(int number, struct buf *out)
{
	char text[16] = "";

	if (number > 0)
		snprintf(text, sizeof(text), "%d", number);
	csv_append_cell(span_of(text), out);
}

static void append_strings(const struct strings *strings, struct buf *scratch, struct buf *out)
{
	append_list(strings->items, strings->count, scratch, out);
}

static void append_json(const struct entry *entry,
                        void (*print)(const struct entry *entry, struct buf *out),
                        struct buf *scratch, struct buf *out)
{
	buf_clear(scratch);
	print(entry, scratch);
	csv_append_cell(buf_span(scratch), out);
}

/* Of a column that holds a text as it is; NULL for the others. */
static const char *text_of_column(const struct entry *entry, enum column column)
{
	switch (column) {
	case COLUMN_ID:
		return entry->id;
	case COLUMN_QUESTION:
		return entry->question;
	case COLUMN_ANSWER:
		return entry->answer;
	case COLUMN_NOTE:
		return entry->note;
	case COLUMN_INTERNAL:
		return entry->internal;
	case COLUMN_DOCUMENT:
		return entry->document;
	case COLUMN_REVIEWED:
		return entry->reviewed;
	case COLUMN_OWNER:
		return entry->owner;
	case COLUMN_REVIEW_BY:
		return entry->review_by;
	default:
		return NULL;
	}
}

static void append_column(const struct entry *entry, enum column column, struct buf *scratch,
                          struct buf *out)
{
	const char *text = text_of_column(entry, column);

	if (text) {
		csv_append_cell(span_of(text), out);
		return;
	}
	switch (column) {
	case COLUMN_NUMBER:
		append_number(entry->number, out);
		break;
	case COLUMN_ALTERNATES:
		append_strings(&entry->also_written, scratch, out);
		break;
	case COLUMN_PROMPTS:
		append_strings(&entry->prompts, scratch, out);
		break;
	case COLUMN_PATTERNS:
		append_patterns(&entry->patterns, scratch, out);
		break;
	case COLUMN_UNLESS:
		append_patterns(&entry->unless, scratch, out);
		break;
	case COLUMN_NOT:
		append_strings(&entry->negatives_written, scratch, out);
		break;
	case COLUMN_CASES:
		append_json(entry, cases_print, scratch, out);
		break;
	case COLUMN_DIAGNOSIS:
		append_json(entry, diagnosis_print, scratch, out);
		break;
	case COLUMN_ASK:
		append_json(entry, questions_print, scratch, out);
		break;
	case COLUMN_APART:
		append_json(entry, apart_print, scratch, out);
		break;
	case COLUMN_RELATED:
		append_strings(&entry->related, scratch, out);
		break;
	case COLUMN_ITEM:
		append_number(entry->item, out);
		break;
	default:
		break;
	}
}

void export_csv(const struct knowledge *knowledge, bool numbered, struct buf *out)
{
	struct buf scratch;

	buf_init(&scratch, (size_t)PRINTED_TIMES * ENTRY_BYTES_MOST);
	buf_append_text(out, "\xef\xbb\xbf");
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		buf_append(out, ",", i > 0 ? 1 : 0);
		csv_append_cell(span_of(column_names[i]), out);
	}
	buf_append_text(out, "\r\n");
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		struct entry entry = knowledge->entries[i];

		entry.number = numbered ? entry.number : 0;
		for (size_t column = 0; column < COLUMN_COUNT; column++) {
			buf_append(out, ",", column > 0 ? 1 : 0);
			append_column(&entry, (enum column)column, &scratch, out);
			if (buf_status(&scratch) != STATUS_OK && out->status == STATUS_OK)
				out->status = buf_status(&scratch);
		}
		buf_append_text(out, "\r\n");
	}
	buf_deinit(&scratch);
}
