#include "office/exchange/document_doubts.h"

#include <stdlib.h>

#include "base/language.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/line_numbers.h"

enum {
	ITEMS_LEAST = 4,  /* that say what the others look like */
	MARKED_TIMES = 3, /* answers with a mark for each without one */
	RUNNING_LEAST = 3,
	NUMBERS_GAP_MOST =
	        3, /* from one such number to the next: what stands between may be none */
};

struct item {
	size_t at, lines; /* of the answer */
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
			        (struct item){ i, line->answered_inside, line->answered_inside };
		else if (count > 0 && is_of_answer(line))
			take_line(&(*items)[count - 1], line);
	}
	return STATUS_OK;
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
	             SPAN_ARGS(text_sample(read->lines[first].rest)), unmarked);
}

/* How many questions do not ask, and the first of them. */
static size_t count_statements(const struct reading_result *read, size_t *first)
{
	size_t statements = 0;

	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		if (line->role != ROLE_QUESTION || asks(line->rest) || line->rest.len == 0)
			continue;
		*first = statements++ == 0 ? i : *first;
	}
	return statements;
}

/* Lists and headings are numbered as questions are: those that hardly ask are told. */
static void warn_of_statements(struct import *import, const struct reading_result *read)
{
	size_t first = 0;
	const size_t statements = count_statements(read, &first);

	if (statements * 2 <= read->items)
		return;
	if (read->reading.style == STYLE_LEAD)
		import_fault(import, FAULT_WARNING, 0, NULL,
		             "nothing marks the questions, and hardly one asks: the first line of "
		             "each block is taken for one");
	else
		import_fault(import, FAULT_WARNING, read->lines[first].source, NULL,
		             "%zu of %zu questions do not ask, as “%.*s”: are they questions?",
		             statements, read->items,
		             SPAN_ARGS(text_sample(read->lines[first].rest)));
}

/* The number at the end of the answer before line `end`, alone on its line; 0: none. */
static int number_at_end(const struct reading_result *read, size_t item, size_t end)
{
	const struct line *line;
	struct span rest;
	int number;

	while (end > item + 1 && !is_of_answer(&read->lines[end - 1]))
		end--;
	line = &read->lines[end - 1];
	if (end <= item + 1 || line->role != ROLE_TEXT)
		return 0;
	if (line->mark.style != STYLE_NONE)
		return line->mark.empty ? line->mark.number : 0;
	rest = text_trim(line->text);
	return number_skip_arabic(&rest, &number) && rest.len == 0 ? number : 0;
}

/* Where answers end with numbers that rise, those are the numbers of other questions. */
static void warn_of_numbers(struct import *import, const struct reading_result *read,
                            const struct item *items)
{
	size_t run = 0, most = 0, first = 0;
	int last = 0;

	for (size_t i = 0; i < read->items; i++) {
		const size_t end = i + 1 < read->items ? items[i + 1].at : read->count;
		const int number = number_at_end(read, items[i].at, end);

		run = number == 0                                          ? 0
		      : number > last && number <= last + NUMBERS_GAP_MOST ? run + 1
		                                                           : 1;
		if (run > most) {
			most = run;
			first = items[i + 1 - run].at;
		}
		last = number;
	}
	if (most >= RUNNING_LEAST)
		import_fault(import, FAULT_WARNING, read->lines[first].source, NULL,
		             "%zu answers end with a number of its own line, and these run on: are "
		             "they the numbers of the next questions? The first one is “%.*s”",
		             most, SPAN_ARGS(text_sample(read->lines[first].rest)));
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
	if (read->joined_behind)
		import_fault(
		        import, FAULT_WARNING, 0, NULL,
		        "the answers stand behind all questions, and are joined by their numbers");
	warn_of_second(import, read);
	if (read->reading.style == STYLE_LEAD)
		warn_of_statements(import, read);
	if (read->items < ITEMS_LEAST)
		return;
	if (list_items(read, &items) != STATUS_OK) {
		import->reader.status = STATUS_NO_MEMORY;
		return;
	}
	warn_of_numbers(import, read, items);
	if (read->answers_marked)
		warn_of_unmarked(import, read, items);
	else if (read->reading.style != STYLE_LEAD)
		warn_of_statements(import, read);
	free(items);
}
