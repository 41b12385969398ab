#include "engine/match/generic.h"

#include <string.h>

#include "base/embedded.h"
#include "engine/match/generic_table.h"

static struct span next_line(size_t *at)
{
	const struct span table = generic_table[0].content;
	const char *start = table.ptr + *at;
	const char *end = memchr(start, '\n', table.len - *at);
	const size_t length = end ? (size_t)(end - start) : table.len - *at;
	*at += length + (end != NULL);
	return (struct span){ start, length };
}

static bool is_section(struct span line, enum generic_part *part)
{
	static const char *const names[] = {
		"[variants]", "[same]",      "[bare]",     "[names]",     "[holders]",
		"[acts]",     "[places]",    "[things]",   "[slots]",     "[open]",
		"[staying]",  "[belonging]", "[of place]", "[no place]",  "[no topic]",
		"[aspects]",  "[tells]",     "[may]",      "[no aspect]", "[trouble]",
		"[light]",    "[everyday]",  "[frame]",    "[asking]",    "[far]"
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (line.len == strlen(names[i]) && memcmp(line.ptr, names[i], line.len) == 0) {
			*part = (enum generic_part)i;
			return true;
		}
	return false;
}

/* Takes the first word off the text; empty if there is none. */
static struct span take_word(struct span *text)
{
	while (text->len > 0 && *text->ptr == ' ')
		*text = (struct span){ text->ptr + 1, text->len - 1 };
	const char *end = memchr(text->ptr, ' ', text->len);
	const size_t length = end ? (size_t)(end - text->ptr) : text->len;
	const struct span word = { text->ptr, length };
	*text = (struct span){ text->ptr + length, text->len - length };
	return word;
}

/* If the line has a head, it becomes that of the reader, and the words after it follow. */
static void begin_line(struct generic_reader *reader, struct span line)
{
	reader->head = (struct span){ 0 };
	reader->rest = line;
	const bool colon = reader->part == GENERIC_SAME || reader->part == GENERIC_BARE ||
	                   reader->part == GENERIC_TELLS;
	if (reader->part == GENERIC_VARIANTS || colon)
		reader->head = take_word(&reader->rest);
	if (colon && reader->head.len > 0)
		reader->head.len--;
	struct span words = reader->rest;
	if ((reader->part >= GENERIC_NAMES && reader->part <= GENERIC_PLACES) ||
	    reader->part == GENERIC_ASPECTS)
		reader->head = take_word(&words); /* and comes as a word itself */
}

bool generic_next(struct generic_reader *reader, struct generic_word *out)
{
	const size_t size = generic_table[0].content.len;
	for (;;) {
		const struct span word =
		        reader->rest.ptr ? take_word(&reader->rest) : (struct span){ 0 };
		if (word.len > 0) {
			*out = (struct generic_word){ reader->part, reader->head, word };
			return true;
		}
		if (reader->at >= size)
			return false;
		const struct span line = next_line(&reader->at);
		if (line.len > 0 && *line.ptr != '#' && !is_section(line, &reader->part))
			begin_line(reader, line);
		else
			reader->rest = (struct span){ 0 };
	}
}
