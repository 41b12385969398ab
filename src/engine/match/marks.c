#include "engine/match/marks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bit_filter.h"

enum { WORDS_CEILING = 4 << 20 };

struct word {
	const uint32_t *points;
	size_t count;
};

struct list {
	struct word *items;
	size_t count, room;
	struct bit_filter firsts, lasts; /* what the words begin with, and end with */
};

struct marks {
	struct arena *arena;
	struct list lists[MARK_COUNT];
};

static const enum cue cues[MARK_COUNT] = {
	[MARK_ANOTHER] = CUE_ANOTHER,     [MARK_REMAINS] = CUE_REMAINS,
	[MARK_SEVERAL] = CUE_SEVERAL,     [MARK_POPUP] = CUE_POPUP,
	[MARK_WINDOW] = CUE_WINDOW,       [MARK_SHOWS] = CUE_SHOWS,
	[MARK_ANNOUNCES] = CUE_ANNOUNCES, [MARK_BUTTON] = CUE_BUTTON,
	[MARK_DENIES] = CUE_DENIES,       [MARK_ONLY] = CUE_ONLY,
	[MARK_PURPOSE] = CUE_PURPOSE,     [MARK_WITH_WHOM] = CUE_WITH_WHOM,
};

static enum status add(struct marks *marks, struct list *list, const struct normaliser *normaliser,
                       struct span word)
{
	struct text text;
	const enum status status = normalise(normaliser, word, marks->arena, &text);
	if (status != STATUS_OK || text.count == 0)
		return status;
	if (list->count == list->room) {
		const size_t room = list->room ? 2 * list->room : 32;
		struct word *items = arena_array(marks->arena, room, sizeof(*items));
		if (!items)
			return STATUS_NO_MEMORY;
		if (list->count > 0)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = (struct word){ text.points, text.count };
	bit_filter_add(&list->firsts, text.points[0]);
	bit_filter_add(&list->lasts, text.points[text.count - 1]);
	return STATUS_OK;
}

static enum status fill(struct marks *marks, struct list *list, const struct lexicon *lexicon,
                        enum cue cue, const struct normaliser *normaliser)
{
	enum status status = STATUS_OK;
	struct cue_walk walk = { 0 };
	struct span word;
	while (status == STATUS_OK && lexicon_next_cue(lexicon, cue, &walk, &word))
		status = add(marks, list, normaliser, word);
	return status;
}

enum status marks_create(const struct lexicon *lexicon, const struct normaliser *normaliser,
                         struct marks **out)
{
	struct marks *marks = calloc(1, sizeof(*marks));
	*out = NULL;
	if (!marks)
		return STATUS_NO_MEMORY;
	enum status status = arena_create(&marks->arena, WORDS_CEILING);
	for (size_t i = 0; i < MARK_COUNT && status == STATUS_OK; i++)
		status = fill(marks, &marks->lists[i], lexicon, cues[i], normaliser);
	if (status == STATUS_OK)
		*out = marks;
	else
		marks_destroy(marks);
	return status;
}

void marks_destroy(struct marks *marks)
{
	if (!marks)
		return;
	arena_destroy(marks->arena);
	free(marks);
}

static bool is_latin(uint32_t point)
{
	return point >= 'a' && point <= 'z';
}

/* "also" ends where its letters do, and is no part of "alsothis". */
static bool is_whole(const struct text *text, size_t end)
{
	return end == text->count || !is_latin(text->points[end - 1]) ||
	       !is_latin(text->points[end]);
}

size_t mark_at(const struct marks *marks, enum mark mark, const struct text *text, size_t at)
{
	const struct list *list = &marks->lists[mark];
	size_t longest = 0;
	assert(at < text->count);
	if (!bit_filter_may_have(&list->firsts, text->points[at]))
		return 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct word *word = &list->items[i];
		if (word->points[0] == text->points[at] && word->count <= text->count - at &&
		    word->count > longest &&
		    memcmp(word->points, text->points + at, word->count * sizeof(*word->points)) ==
		            0 &&
		    is_whole(text, at + word->count))
			longest = word->count;
	}
	return longest;
}

size_t mark_before(const struct marks *marks, enum mark mark, const struct text *text, size_t end)
{
	const struct list *list = &marks->lists[mark];
	size_t longest = 0;
	assert(end <= text->count);
	if (end == 0 || !bit_filter_may_have(&list->lasts, text->points[end - 1]))
		return 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct word *word = &list->items[i];
		if (word->count <= end && word->count > longest &&
		    memcmp(word->points, text->points + end - word->count,
		           word->count * sizeof(*word->points)) == 0 &&
		    is_whole(text, end))
			longest = word->count;
	}
	return longest;
}

bool mark_in(const struct marks *marks, enum mark mark, const struct text *text)
{
	for (size_t at = 0; at < text->count; at++)
		if (mark_at(marks, mark, text, at) > 0)
			return true;
	return false;
}
