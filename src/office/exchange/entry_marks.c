#include "office/exchange/entry_marks.h"

#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/line_numbers.h"

enum {
	MARKS_LEAST = 3,
	MARKED_PERCENT = 80,   /* of the entries with an answer */
	PLACEHOLDER_MOST = 16, /* characters of one in words of its own */
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

/* A1., B2、: a letter and a number. */
static bool skip_lettered_number(struct span *text, int *number)
{
	static const char *const signs[] = { ".", "．", "、", "：", ":", " ", "　", NULL };
	struct span rest = *text;

	if (rest.len == 0 || rest.ptr[0] < 'A' || rest.ptr[0] > 'Z')
		return false;
	rest = (struct span){ rest.ptr + 1, rest.len - 1 };
	if (!number_skip_arabic(&rest, number) || !text_skip_one(&rest, signs))
		return false;
	*text = text_trim(rest);
	return text->len > 0;
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
	if (skip_lettered_number(&rest, number))
		return rest.ptr;
	/* 01新生儿…？, not 1年内…？ */
	if (!number_skip_arabic(&rest, number) || rest.len == 0 || !asks(rest) ||
	    utf8_next(rest, &offset) < 0x4e00 || (text[0] != '0' && number_counts(rest, true)))
		return NULL;
	return rest.ptr;
}

/* Also 答 with nothing but a blank behind it, which is a mark where most answers have it. */
static const char *behind_mark(const char *text)
{
	static const char *const blanks[] = { " ", "　", "\t", NULL };
	struct span rest = span_of(text), word = span_of(text);

	if (answer_mark_skip(&rest, true) && rest.len > 0)
		return rest.ptr;
	if (!text_skip_one(&word, words_answer) || !text_skip_one(&word, blanks))
		return NULL;
	text_skip_blanks(&word);
	return word.len > 0 ? word.ptr : NULL;
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

static const char *const signs[] = { "—",  "–",  "―", "─",  "－", "-",  "_",  "…",  "．",
	                             ".",  "。", "·", "?",  "？", "/",  "／", "、", "*",
	                             "～", "~",  "!", "！", " ",  "　", NULL };

static struct span without_brackets(struct span text)
{
	static const char *const opens[] = { "（", "(", "【", "[", "［", "〔", "<", "＜", NULL };
	static const char *const closes[] = { "）", ")", "】", "]", "］", "〕", ">", "＞", NULL };

	for (size_t i = 0; opens[i]; i++) {
		struct span inner = text;

		if (text_skip(&inner, opens[i]) && text_ends_with(inner, closes[i]))
			return (struct span){ inner.ptr, inner.len - strlen(closes[i]) };
	}
	return text;
}

/* 待征收科补充 */
static bool is_put_off(struct span text, bool boxed)
{
	static const char *const inside[] = { "，", ",", "。", "；", "：", "\n", NULL };
	struct span rest = text;

	return utf8_length(text) <= PLACEHOLDER_MOST && !text_holds_one(text, inside) &&
	       text_skip_one(&rest, words_placeholder_start) && (boxed || text_skip(&text, "待")) &&
	       text_ends_with_one(rest, words_placeholder_end);
}

static bool drop_sign(struct span *text)
{
	for (size_t i = 0; signs[i]; i++) {
		if (!text_ends_with(*text, signs[i]))
			continue;
		text->len -= strlen(signs[i]);
		return true;
	}
	return false;
}

static struct span without_signs(struct span text)
{
	text = text_trim(text);
	while (text_skip_one(&text, signs) || drop_sign(&text))
		;
	return text;
}

static bool is_one(struct span text, const char *const *list)
{
	return text_skip_one(&text, list) && text.len == 0;
}

/* What an office writes where it has no answer yet: （待定）, 略, ——. */
static bool is_placeholder(struct span answer, struct span question)
{
	const struct span whole = without_signs(answer), inner = without_brackets(whole);
	const struct span text = without_signs(inner);

	if (is_one(text, words_placeholder_no))
		return !text_holds_one(question, words_placeholder_no_unless);
	return text.len == 0 || is_one(text, words_placeholder) ||
	       is_put_off(text, inner.len < whole.len);
}

/* An answer that is only to come is none, so that nobody is given it. */
static void take_placeholders(struct import *import)
{
	for (size_t i = 0; i < count_of(import); i++) {
		const struct span answer = span_of(text_of(import, i, true));
		const struct span question = span_of(text_of(import, i, false));

		if (answer.len == 0 || question.len == 0 || !is_placeholder(answer, question))
			continue;
		import_fault(import, FAULT_WARNING, line_of(import, i), "answer",
		             "“%.*s” is no answer yet, and is left out: “%.*s”", SPAN_ARGS(answer),
		             SPAN_ARGS(question));
		put_text(import, i, true, "");
	}
}

void entry_marks_take_off(struct import *import)
{
	if (import->is_ours)
		return;
	take_off(import, false);
	take_off(import, true);
	take_placeholders(import);
}
