#include <stdlib.h>

#include "base/utf8.h"
#include "engine/match/prompts.h"
#include "engine/text/tokens.h"
#include "office/authoring/asked_parts.h"

enum {
	POPUP_LEAST = 4, /* code points of one */
	POPUP_MOST = 80,
	KEYS_MOST = 256,
};

static const double known_enough = 0.6; /* likeness with a popup of the knowledge */

/* [start, end) of what stands in square brackets, which 【】 are once normalised. */
static bool find_bracketed(const struct text *text, size_t *start, size_t *end)
{
	for (size_t i = 0; i < text->count; i++) {
		if (text->points[i] == '[')
			*start = i + 1;
		if (text->points[i] == ']' && *start > 0 && i - *start >= POPUP_LEAST) {
			*end = i;
			return true;
		}
	}
	return false;
}

/* A word of ours such as an office's sign has few characters; a popup is a sentence. */
static bool is_sentence(const struct text *text, size_t start, size_t end)
{
	size_t han = 0;

	for (size_t i = start; i < end; i++)
		han += code_point_is_han(text->points[i]);
	return han >= POPUP_LEAST && end - start <= POPUP_MOST;
}

enum status asked_find_popup(const struct asked_reading *reading, struct span written,
                             struct span *out)
{
	const struct marks *marks = reading->ask->marks;
	struct text text;
	size_t start = 0, end = 0, from, to;
	enum status status;

	*out = (struct span){ "", 0 };
	arena_reset(reading->scratch);
	status = normalise(reading->ask->normaliser, written, reading->scratch, &text);
	if (status != STATUS_OK ||
	    (!prompts_quoted(marks, &text, false, &start, &end) &&
	     !find_bracketed(&text, &start, &end) && !prompts_retold(marks, &text, &start, &end)) ||
	    end <= start || !is_sentence(&text, start, end))
		return status;
	from = text.origins[start];
	to = end < text.count ? text.origins[end] : written.len;
	*out = (struct span){ written.ptr + from, to > from ? to - from : 0 };
	return STATUS_OK;
}

struct asked_keys {
	uint64_t items[KEYS_MOST];
	size_t count;
};

static int by_key(const void *a, const void *b)
{
	const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

/* The pairs of characters, sorted. */
static enum status read_keys(const struct asked_reading *reading, struct span written,
                             struct asked_keys *out)
{
	struct token_list tokens;
	struct text text;
	enum status status;

	out->count = 0;
	arena_reset(reading->scratch);
	status = normalise(reading->ask->normaliser, written, reading->scratch, &text);
	if (status == STATUS_OK)
		status = tokens_of(text.points, text.count, NULL, reading->scratch, &tokens);
	for (size_t i = 0; status == STATUS_OK && i < tokens.count && out->count < KEYS_MOST; i++)
		if (tokens.items[i].kind != TOKEN_UNIGRAM)
			out->items[out->count++] = tokens.items[i].key;
	qsort(out->items, out->count, sizeof(*out->items), by_key);
	return status;
}

/* Dice's coefficient. */
static double alike(const struct asked_keys *one, const struct asked_keys *other)
{
	size_t shared = 0;

	for (size_t i = 0, k = 0; i < one->count && k < other->count;) {
		if (one->items[i] == other->items[k]) {
			shared++;
			i++;
			k++;
		} else if (one->items[i] < other->items[k]) {
			i++;
		} else {
			k++;
		}
	}
	return one->count + other->count > 0
	               ? 2 * (double)shared / (double)(one->count + other->count)
	               : 0;
}

enum status asked_read_known(const struct asked_reading *reading, struct asked_known *out)
{
	const struct strings *prompts = reading->ask->prompts;
	enum status status = STATUS_OK;

	out->prompts =
	        arena_array(reading->asked->arena, prompts->count + 1, sizeof(*out->prompts));
	if (!out->prompts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; status == STATUS_OK && i < prompts->count; i++)
		status =
		        read_keys(reading, span_of(prompts->items[i]), &out->prompts[out->count++]);
	return status;
}

enum status asked_is_known(const struct asked_reading *reading, const struct asked_known *known,
                           struct span popup, bool *out)
{
	struct asked_keys keys;
	const enum status status = read_keys(reading, popup, &keys);

	*out = false;
	for (size_t i = 0; status == STATUS_OK && i < known->count && !*out; i++)
		*out = alike(&keys, &known->prompts[i]) >= known_enough;
	return status;
}
