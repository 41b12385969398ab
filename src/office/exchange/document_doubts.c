#include "office/exchange/document_doubts.h"

#include <stdlib.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/exchange_text.h"

enum {
	SAMPLE_CHARACTERS = 24,
	ITEMS_LEAST = 4,  /* that say what the others look like */
	MARKED_TIMES = 3, /* answers with a mark for each without one */
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

static struct span sample(const struct line *line)
{
	struct span text = text_trim(line->rest);

	text.len = utf8_prefix(text, SAMPLE_CHARACTERS);
	return text;
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
	free(items);
}
