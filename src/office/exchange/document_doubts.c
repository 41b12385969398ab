/*
 * Each warn_of_…() looks through the lines for one kind of doubt, and tells of the first line that
 * has it; the kinds that compare answers share a list of the items (list_items()). A kind needs
 * several items that are alike, so that a short document has no warnings.
 */
#include "office/exchange/document_doubts.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/exchange_text.h"

enum {
	SAMPLE_CHARACTERS = 24,
	ITEMS_LEAST = 4,    /* that say what the others look like */
	LONG_LEAST = 12,    /* lines of an answer that is much longer than the others */
	LONG_TIMES = 5,     /* as long as the one in the middle */
	MARKED_TIMES = 3,   /* answers with a mark for each without one */
	BYTES_LEAST = 1800, /* of an answer of few lines that is much longer than the others */
	BYTES_TIMES = 8,
	ASKING_PERCENT = 75, /* of the questions that ask, so that the others are told */
	BEGIN_PERCENT = 80,  /* of the questions that begin with the same sign */
	REPEATS_LEAST = 3,   /* answers that hold the same line */
	REPEAT_CHARACTERS = 4,
	LONG_QUESTION = 120, /* characters */
};

struct item {
	size_t at, lines, bytes; /* of the answer */
	bool marked;
};

static bool is_of_answer(const struct line *line)
{
	return line->role == ROLE_TEXT || line->role == ROLE_ANSWER || line->role == ROLE_CASE ||
	       line->role == ROLE_ADVICE;
}

/* A list or a case begins an answer as well as a mark does. */
static void take_line(struct item *item, const struct line *line)
{
	item->marked |=
	        line->role != ROLE_TEXT || (item->lines == 0 && line->mark.style != STYLE_NONE);
	item->lines++;
	item->bytes += line->text.len;
}

/* STATUS_NO_MEMORY, or the items, free(). */
static enum status list_items(const struct reading_result *read, struct item **items)
{
	size_t count = 0;

	*items = calloc(read->items + 1, sizeof(**items));
	if (!*items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		if (line->role == ROLE_QUESTION && count < read->items)
			(*items)[count++] =
			        (struct item){ i, line->answered_inside, line->answer.len,
				               line->answered_inside };
		else if (count > 0 && is_of_answer(line))
			take_line(&(*items)[count - 1], line);
	}
	return STATUS_OK;
}

static struct span sample(const struct line *line)
{
	struct span text = text_trim(line->rest);

	text.len = utf8_prefix(text, SAMPLE_CHARACTERS);
	return text;
}

static int by_lines(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	return (left->lines > right->lines) - (left->lines < right->lines);
}

static int by_bytes(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	return (left->bytes > right->bytes) - (left->bytes < right->bytes);
}

/* The same of an answer of long lines. */
static void warn_of_bytes(struct import *import, const struct reading_result *read,
                          struct item *items)
{
	const struct item *longest;
	size_t middle;

	qsort(items, read->items, sizeof(*items), by_bytes);
	middle = items[read->items / 2].bytes;
	longest = &items[read->items - 1];
	if (longest->bytes < BYTES_LEAST || longest->bytes <= middle * BYTES_TIMES)
		return;
	import_fault(import, FAULT_WARNING, read->lines[longest->at].source, NULL,
	             "“%.*s”: its answer is more than %d times as long as most others: does it "
	             "hold further questions?",
	             SPAN_ARGS(sample(&read->lines[longest->at])), BYTES_TIMES);
}

/* An answer that is much longer than the others may hold questions that nothing marks. */
static void warn_of_long(struct import *import, const struct reading_result *read,
                         struct item *items)
{
	const struct item *longest;
	size_t middle;

	qsort(items, read->items, sizeof(*items), by_lines);
	middle = items[read->items / 2].lines;
	longest = &items[read->items - 1];
	if (longest->lines < LONG_LEAST || longest->lines <= middle * LONG_TIMES) {
		warn_of_bytes(import, read, items);
		return;
	}
	import_fault(
	        import, FAULT_WARNING, read->lines[longest->at].source, NULL,
	        "“%.*s”: its answer has %zu lines, most others have %zu or fewer: does it hold "
	        "further questions?",
	        SPAN_ARGS(sample(&read->lines[longest->at])), longest->lines, middle);
}

static void warn_of_unmarked(struct import *import, const struct reading_result *read,
                             const struct item *items)
{
	size_t unmarked = 0, first = 0;

	for (size_t i = 0; i < read->items; i++) {
		if (items[i].marked || items[i].lines == 0)
			continue;
		first = unmarked++ == 0 ? items[i].at : first;
	}
	if (unmarked == 0 || unmarked * MARKED_TIMES > read->items - unmarked)
		return;
	import_fault(import, FAULT_WARNING, read->lines[first].source, NULL,
	             _N("“%.*s”: its answer has no mark, those of the others have one",
	                "“%.*s” and others (%zu): their answers have no mark, those of the others "
	                "have one",
	                unmarked),
	             SPAN_ARGS(sample(&read->lines[first])), unmarked);
}

/* Lists and headings are numbered as questions are: those that hardly ask are told. */
static void warn_of_statements(struct import *import, const struct reading_result *read)
{
	size_t asking = 0, first = 0;
	bool seen = false;

	for (size_t i = 0; i < read->count; i++) {
		if (read->lines[i].role != ROLE_QUESTION)
			continue;
		if (asks(read->lines[i].rest) || read->lines[i].rest.len == 0) {
			asking++;
			continue;
		}
		first = seen ? first : i;
		seen = true;
	}
	if (asking * 2 >= read->items)
		return;
	import_fault(import, FAULT_WARNING, read->lines[first].source, NULL,
	             "%zu of %zu questions do not ask, as “%.*s”: are they questions?",
	             read->items - asking, read->items, SPAN_ARGS(sample(&read->lines[first])));
}

/* Where nearly all questions ask, one that does not may be a line of an answer, or a heading. */
static void warn_of_unlike(struct import *import, const struct reading_result *read)
{
	size_t asking = 0, unlike = 0, first = 0;

	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		if (line->role != ROLE_QUESTION || line->rest.len == 0)
			continue;
		if (asks(line->rest) ||
		    read->lines[i + (i + 1 < read->count)].role == ROLE_QUESTION_MORE)
			asking++;
		else
			first = unlike++ == 0 ? i : first;
	}
	if (unlike == 0 || asking * 100 < (asking + unlike) * ASKING_PERCENT)
		return;
	import_fault(import, FAULT_WARNING, read->lines[first].source, NULL,
	             _N("“%.*s” does not ask, and the other questions do",
	                "“%.*s” and others (%zu) do not ask, and the other questions do", unlike),
	             SPAN_ARGS(sample(&read->lines[first])), unlike);
}

/* A question of several cells, or one as long as a paragraph. */
static void warn_of_shape(struct import *import, const struct reading_result *read)
{
	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		if (line->role != ROLE_QUESTION || line->row != ROLE_BLANK || line->rest.len == 0 ||
		    (!memchr(line->rest.ptr, '\t', line->rest.len) &&
		     utf8_length(line->rest) <= LONG_QUESTION))
			continue;
		import_fault(import, FAULT_WARNING, line->source, NULL,
		             "“%.*s” is longer than a question, or holds several cells: does its "
		             "answer stand in it?",
		             SPAN_ARGS(sample(line)));
		return;
	}
}

/* A sign or a Latin letter that most questions begin with is a mark, perhaps. */
static void warn_of_beginning(struct import *import, const struct reading_result *read)
{
	size_t times[128] = { 0 };
	size_t questions = 0, most = 0, first = 0;

	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		if (line->role != ROLE_QUESTION || line->rest.len == 0)
			continue;
		questions++;
		if ((unsigned char)line->rest.ptr[0] < 128 &&
		    ++times[(unsigned char)line->rest.ptr[0]] > times[most]) {
			most = (unsigned char)line->rest.ptr[0];
			first = i;
		}
	}
	if (times[most] < ITEMS_LEAST || times[most] * 100 < questions * BEGIN_PERCENT)
		return;
	import_fault(import, FAULT_WARNING, read->lines[first].source, NULL,
	             "most questions begin with “%c”, as “%.*s”: is it a mark?", (char)most,
	             SPAN_ARGS(sample(&read->lines[first])));
}

/* A line of an answer, behind its first one. */
struct repeat {
	struct span text;
	size_t item, at;
};

static int by_text(const void *a, const void *b)
{
	const struct repeat *left = a, *right = b;
	const size_t len = left->text.len < right->text.len ? left->text.len : right->text.len;
	const int order = memcmp(left->text.ptr, right->text.ptr, len);

	if (order != 0)
		return order;
	if (left->text.len != right->text.len)
		return left->text.len < right->text.len ? -1 : 1;
	return (left->at > right->at) - (left->at < right->at);
}

static bool same_text(const struct repeat *a, const struct repeat *b)
{
	return span_equal(a->text, b->text);
}

/* A line that stands again in several answers may be a running title, or a button of a page. */
static enum status warn_of_repeats(struct import *import, const struct reading_result *read)
{
	struct repeat *lines = calloc(read->count + 1, sizeof(*lines));
	size_t count = 0, item = 0, best = 0, most = 0, text_lines = 0;

	if (!lines)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		if (line->role == ROLE_QUESTION) {
			item++;
			text_lines = line->answered_inside;
		} else if (is_of_answer(line) && line->text.len > 0 && text_lines++ > 0 &&
		           utf8_length(text_trim(line->text)) >= REPEAT_CHARACTERS) {
			lines[count++] = (struct repeat){ text_trim(line->text), item, i };
		}
	}
	qsort(lines, count, sizeof(*lines), by_text);
	for (size_t i = 0; i < count;) {
		size_t end = i, answers = 1;

		while (++end < count && same_text(&lines[i], &lines[end]))
			answers += lines[end].item != lines[end - 1].item;
		if (answers > most) {
			most = answers;
			best = i;
		}
		i = end;
	}
	if (most >= REPEATS_LEAST)
		import_fault(import, FAULT_WARNING, read->lines[lines[best].at].source, NULL,
		             "“%.*s” stands in %zu answers: is it a running title?",
		             SPAN_ARGS(sample(&read->lines[lines[best].at])), most);
	free(lines);
	return STATUS_OK;
}

static void warn_of_second(struct import *import, const struct reading_result *read)
{
	if (read->second_items == 0)
		return;
	import_fault(import, FAULT_WARNING, 0, NULL,
	             "could be read in another way, too: with questions as “%.*s”, %zu entries",
	             SPAN_ARGS(read->second_example), read->second_items);
}

void doubts_report(struct import *import, const struct reading_result *read)
{
	struct item *items = NULL;

	if (read->exported)
		return;
	if (read->reading.style == STYLE_LEAD)
		import_fault(import, FAULT_WARNING, 0, NULL,
		             "nothing marks the questions, and hardly one asks: the first line of "
		             "each block is taken for one");
	if (read->joined_behind)
		import_fault(
		        import, FAULT_WARNING, 0, NULL,
		        "the answers stand behind all questions, and are joined by their numbers");
	warn_of_second(import, read);
	if (read->items < ITEMS_LEAST)
		return;
	if (list_items(read, &items) != STATUS_OK) {
		import->reader.status = STATUS_NO_MEMORY;
		return;
	}
	if (read->answers_marked)
		warn_of_unmarked(import, read, items);
	else if (read->reading.style != STYLE_LEAD)
		warn_of_statements(import, read);
	warn_of_long(import, read, items);
	free(items);
	if (!read->answers_marked) /* else the mark of its answer shows what it is */
		warn_of_unlike(import, read);
	warn_of_shape(import, read);
	warn_of_beginning(import, read);
	if (warn_of_repeats(import, read) != STATUS_OK)
		import->reader.status = STATUS_NO_MEMORY;
}
