#include "long_messages.h"

#include "base/utf8.h"

enum { PIECE_LEAST = 2, PIECE_MOST = 6 };

/* Numerical Recipes' generator; its high bits are good enough here. */
static uint32_t draw(uint32_t *state, size_t below)
{
	*state = *state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)*state * below >> 32);
}

static const char *sentence_of(const struct entry *entry, uint32_t *state)
{
	const size_t own = 2 + entry->also.count + entry->prompts.count;
	size_t at = draw(state, own);
	if (at < 2)
		return at == 0 ? entry->question : entry->answer;
	at -= 2;
	return at < entry->also.count ? entry->also.items[at]
	                              : entry->prompts.items[at - entry->also.count];
}

void long_message(const struct knowledge *knowledge, uint32_t number, size_t length,
                  struct buf *out)
{
	uint32_t state = number * 2654435761U + 1;
	size_t written = 0;
	for (size_t tries = 0; written < length && tries < length * 100; tries++) {
		const struct entry *entry =
		        &knowledge->entries[draw(&state, knowledge->entry_count)];
		struct span sentence = span_of(sentence_of(entry, &state));
		const size_t points = utf8_length(sentence);
		size_t most = PIECE_LEAST + draw(&state, PIECE_MOST - PIECE_LEAST + 1);
		if (points < PIECE_LEAST)
			continue;
		if (most > length - written)
			most = length - written;
		const size_t skipped =
		        utf8_prefix(sentence, draw(&state, points > most ? points - most + 1 : 1));
		sentence.ptr += skipped;
		sentence.len -= skipped;
		const size_t bytes = utf8_prefix(sentence, most);
		written += utf8_length((struct span){ sentence.ptr, bytes });
		buf_append(out, sentence.ptr, bytes);
	}
}
