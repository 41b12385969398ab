#include "office/exchange/entry_marks.h"

#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/line_numbers.h"

enum {
	MARKS_LEAST = 3,
	MARKED_PERCENT = 80, /* of the entries with an answer */
};

/* The same of an entry that was checked and of a row that waits. */
static size_t count_of(const struct import *import)
{
	return import->entries.count + import->row_count;
}

static const char *text_of(const struct import *import, size_t at, bool answer)
{
	if (at < import->entries.count)
		return answer ? import->entries.items[at].answer
		              : import->entries.items[at].question;
	return json_string(import->rows[at - import->entries.count].object,
	                   answer ? "answer" : "question", "");
}

/* `text` is the end of the entry's own text. */
static void put_text(struct import *import, size_t at, bool answer, const char *text)
{
	cJSON *member;

	if (at < import->entries.count) {
		struct entry *entry = &import->entries.items[at];

		*(answer ? &entry->answer : &entry->question) = text;
		return;
	}
	member = cJSON_GetObjectItemCaseSensitive(import->rows[at - import->entries.count].object,
	                                          answer ? "answer" : "question");
	memmove(member->valuestring, text, strlen(text) + 1);
}

/* Behind the number with which the question begins, as Q1 or 01; NULL where it has none. */
static const char *behind_number(const char *text, int *number)
{
	const struct item_mark mark = item_mark_read(span_of(text));
	struct span rest = span_of(text);
	size_t offset = 0;

	if (mark.style != STYLE_NONE && mark.number > 0 && !mark.empty) {
		*number = mark.number;
		return mark.rest.ptr;
	}
	/* 01新生儿…？, not 1年内…？ */
	if (!number_skip_arabic(&rest, number) || rest.len == 0 || !asks(rest) ||
	    utf8_next(rest, &offset) < 0x4e00 || (text[0] != '0' && number_counts(rest, true)))
		return NULL;
	return rest.ptr;
}

static const char *behind_mark(const char *text)
{
	struct span rest = span_of(text);

	return answer_mark_skip(&rest, true) && rest.len > 0 ? rest.ptr : NULL;
}

static const char *behind(const struct import *import, size_t at, bool answer, int *number)
{
	const char *text = text_of(import, at, answer);

	*number = 0;
	return answer ? behind_mark(text) : behind_number(text, number);
}

static bool most_are_marked(const struct import *import, bool answer)
{
	size_t answered = 0, marked = 0;
	int number, last = 0;

	for (size_t i = 0; i < count_of(import); i++) {
		if (!text_of(import, i, true)[0])
			continue;
		answered++;
		if (!behind(import, i, answer, &number))
			continue;
		/* 60周岁…, 65周岁… are numbers of no question. */
		marked += answer || number == 1 || number == last + 1;
		last = number;
	}
	return marked >= MARKS_LEAST && marked * 100 >= answered * MARKED_PERCENT;
}

static unsigned line_of(const struct import *import, size_t at)
{
	return at < import->entries.count ? import->entries.items[at].line
	                                  : import->rows[at - import->entries.count].line;
}

static void take_off(struct import *import, bool answer)
{
	size_t taken = 0;
	unsigned line = 0;
	int number;

	if (!most_are_marked(import, answer))
		return;
	for (size_t i = 0; i < count_of(import); i++) {
		const char *rest = behind(import, i, answer, &number);

		if (!rest)
			continue;
		line = taken++ == 0 ? line_of(import, i) : line;
		put_text(import, i, answer, rest);
	}
	import_fault(import, FAULT_NOTE, line, answer ? "answer" : "question",
	             answer ? _N("the mark before %zu answer is taken off",
	                         "the marks before %zu answers are taken off", taken)
	                    : _N("the number before %zu question is taken off",
	                         "the numbers before %zu questions are taken off", taken),
	             taken);
}

void entry_marks_take_off(struct import *import)
{
	if (import->is_ours)
		return;
	take_off(import, false);
	take_off(import, true);
}
