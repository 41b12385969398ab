#include "office/exchange/document_behind.h"

#include <stdlib.h>

enum { PAIRS_LEAST = 3 };

static bool is_item(const struct line *line)
{
	return line->role == ROLE_QUESTION;
}

static size_t next_item(const struct reading_result *read, size_t index)
{
	while (index < read->count && !is_item(&read->lines[index]))
		index++;
	return index;
}

/* Whether the items from `questions` and from `answers` on are pairs, up to the middle and the end.
 */
static bool are_pairs(const struct reading_result *read, size_t questions, size_t middle)
{
	size_t q = questions, a = middle, asking = 0, pairs = 0;

	for (size_t i = 0; i < middle; i++)
		if (read->lines[i].role == ROLE_TEXT || read->lines[i].role == ROLE_ANSWER ||
		    (is_item(&read->lines[i]) && read->lines[i].answered_inside))
			return false;
	while (q < middle && a < read->count) {
		if (read->lines[q].number == 0 || read->lines[q].number != read->lines[a].number)
			return false;
		asking += asks_plainly(read->lines[a].rest);
		pairs++;
		q = next_item(read, q + 1);
		a = next_item(read, a + 1);
	}
	return q >= middle && a == read->count && pairs >= PAIRS_LEAST && asking == 0;
}

/* The first item behind the middle one; `count` where the number of items is odd. */
static size_t find_middle(const struct reading_result *read)
{
	size_t at = next_item(read, 0);

	if (read->items % 2 != 0)
		return read->count;
	for (size_t i = 0; i < read->items / 2 && at < read->count; i++)
		at = next_item(read, at + 1);
	return at;
}

enum status answers_behind_join(struct reading_result *read)
{
	const size_t first = next_item(read, 0), middle = find_middle(read);
	struct line *lines;
	size_t to = 0, answer = middle;

	if (middle == read->count || !are_pairs(read, first, middle))
		return STATUS_OK;
	lines = calloc(read->count, sizeof(*lines));
	if (!lines)
		return STATUS_NO_MEMORY;
	/* Each question with what stands between it and the next one, then its answer. */
	for (size_t i = 0; i < first; i++)
		lines[to++] = read->lines[i];
	for (size_t question = first; question < middle;) {
		const size_t next = next_item(read, question + 1);
		const size_t stop = next < middle ? next : middle;
		const size_t end = next_item(read, answer + 1);

		lines[to++] = read->lines[question];
		for (size_t i = question + 1; i < stop; i++)
			if (read->lines[i].role == ROLE_QUESTION_MORE)
				lines[to++] = read->lines[i];
		lines[to] = read->lines[answer];
		lines[to].role = ROLE_ANSWER;
		lines[to++].doubt = DOUBT_NONE;
		for (size_t i = answer + 1; i < end; i++)
			lines[to++] = read->lines[i];
		for (size_t i = question + 1; i < stop; i++)
			if (read->lines[i].role != ROLE_QUESTION_MORE)
				lines[to++] = read->lines[i];
		question = stop;
		answer = end;
	}
	free(read->lines);
	read->lines = lines;
	read->items /= 2;
	read->joined_behind = true;
	return STATUS_OK;
}
