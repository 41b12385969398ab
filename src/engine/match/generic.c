#include "engine/match/generic.h"

#include <assert.h>
#include <string.h>

#include "engine/match/generic_table.h"

static const char *const section_names[] = {
	[GENERIC_VARIANTS] = "variants",
	[GENERIC_SAME] = "same",
	[GENERIC_BARE] = "bare",
	[GENERIC_NAMES] = "names",
	[GENERIC_HOLDERS] = "holders",
	[GENERIC_ACTS] = "acts",
	[GENERIC_PLACES] = "places",
	[GENERIC_THINGS] = "things",
	[GENERIC_SLOTS] = "slots",
	[GENERIC_OPEN] = "open",
	[GENERIC_STAYING] = "staying",
	[GENERIC_BELONGING] = "belonging",
	[GENERIC_OF_PLACE] = "of place",
	[GENERIC_NO_PLACE] = "no place",
	[GENERIC_NO_TOPIC] = "no topic",
	[GENERIC_ASPECTS] = "aspects",
	[GENERIC_TELLS] = "tells",
	[GENERIC_MAY] = "may",
	[GENERIC_NO_ASPECT] = "no aspect",
	[GENERIC_TROUBLE] = "trouble",
	[GENERIC_LIGHT] = "light",
	[GENERIC_EVERYDAY] = "everyday",
	[GENERIC_FRAME] = "frame",
	[GENERIC_ASKING] = "asking",
	[GENERIC_FAR] = "far",
};

static struct span next_line(struct generic_reader *reader)
{
	const struct span text = reader->text;
	const char *start = text.ptr + reader->at;
	const char *end = memchr(start, '\n', text.len - reader->at);
	const size_t length = end ? (size_t)(end - start) : text.len - reader->at;
	reader->at += length + (end != NULL);
	return (struct span){ start, length };
}

static bool is_heading(struct span line)
{
	return line.len > 2 && line.ptr[0] == '[' && line.ptr[line.len - 1] == ']';
}

/* Whether the heading, [name], is that of the part. */
static bool is_heading_of(struct span heading, enum generic_part part)
{
	const struct span name = { heading.ptr + 1, heading.len - 2 };
	return span_equal(name, span_of(section_names[part]));
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

struct generic_reader generic_read(enum generic_part first, enum generic_part last)
{
	assert(first <= last);
	return (struct generic_reader){ .text = generic_table[0].content,
		                        .part = first,
		                        .last = last };
}

static void read_line(struct generic_reader *reader)
{
	const struct span line = next_line(reader);
	if (is_heading(line)) {
		reader->inside = is_heading_of(line, reader->part);
		reader->found = reader->found || reader->inside;
	} else if (reader->inside && line.len > 0 && *line.ptr != '#') {
		begin_line(reader, line);
	}
}

/* Goes back to the begin of the text for the next part. */
static void begin_next_part(struct generic_reader *reader)
{
	reader->part++;
	reader->at = 0;
	reader->inside = false;
	reader->found = false;
}

bool generic_next(struct generic_reader *reader, struct generic_word *out)
{
	for (;;) {
		const struct span word =
		        reader->rest.ptr ? take_word(&reader->rest) : (struct span){ 0 };
		if (word.len > 0) {
			*out = (struct generic_word){ reader->part, reader->head, word };
			return true;
		}
		reader->rest = (struct span){ 0 };
		if (reader->at < reader->text.len) {
			read_line(reader);
			continue;
		}
		assert(reader->found);
		if (reader->part == reader->last)
			return false;
		begin_next_part(reader);
	}
}
