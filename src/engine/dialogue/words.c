/*
 * How it works: the words of the lexicon and of the questions are normalised, split at their gap
 * (…) into head and tail, and sorted by head. words_next() finds those that begin at a place of a
 * text. A hash of the first character leads to the part of the list to search, so that most
 * characters of a message cost a single look-up.
 */
#include "engine/dialogue/words.h"

#include <assert.h>
#include <stdlib.h>

#include "base/lower_bound.h"
#include "base/utf8.h"
#include "engine/match/rewrite.h"

static const char gap[] = "…";

enum {
	HASHED_LEAST = 16, /* words: a shorter list is searched as it is */
	SLOTS_A_WORD = 8,  /* most characters of a message begin no word: their slot is empty */
	SLOTS_MOST = 2048, /* well above the number of first characters */
	PASSING_CEILING = 1 << 20,
};

/* What all lists are made with. */
struct maker {
	const struct normaliser *normaliser;
	struct arena *arena;   /* of what stays */
	struct arena *passing; /* of the word at hand */
};

/* Of a word, while it is made. */
struct parts {
	struct span head, tail;
};

/* A list as it grows. settle() is due in any case. */
struct draft {
	const struct maker *maker;
	struct word *items; /* malloc() */
	size_t count, room;
};

static int compare_spans(struct span a, struct span b)
{
	const size_t shared = a.len < b.len ? a.len : b.len;
	const int order = memcmp(a.ptr, b.ptr, shared);
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

struct span word_head(const struct word *word)
{
	return (struct span){ word->text, word->head_len };
}

static struct span tail_of(const struct word *word)
{
	return (struct span){ word->text + word->head_len, word->tail_len };
}

static int by_head(const void *a, const void *b)
{
	const struct word *left = a, *right = b;
	const int order = compare_spans(word_head(left), word_head(right));
	return order ? order : (left->meaning > right->meaning) - (left->meaning < right->meaning);
}

static enum status make_room(struct draft *draft)
{
	if (draft->count < draft->room)
		return STATUS_OK;
	const size_t room = draft->room ? 2 * draft->room : 64;
	struct word *items = reallocarray(draft->items, room, sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;
	draft->items = items;
	draft->room = room;
	return STATUS_OK;
}

/* Copies the parts of the passing arena into the one that stays. */
static enum status keep_text(const struct maker *maker, const struct parts *parts,
                             struct word *word)
{
	const size_t len = parts->head.len + parts->tail.len;
	char *text;
	if (len > UINT32_MAX)
		return STATUS_LIMIT;
	text = arena_room(maker->arena, len, 1);
	if (!text)
		return STATUS_NO_MEMORY;
	memcpy(text, parts->head.ptr, parts->head.len);
	if (parts->tail.len > 0)
		memcpy(text + parts->head.len, parts->tail.ptr, parts->tail.len);
	word->text = text;
	word->head_len = (uint32_t)parts->head.len;
	word->tail_len = (uint32_t)parts->tail.len;
	return STATUS_OK;
}

static enum status normal_part(const struct maker *maker, struct span part, struct span *out)
{
	struct text text;
	const enum status status = normalise(maker->normaliser, part, maker->passing, &text);
	*out = text.utf8;
	return status;
}

/* Parts are normalised separately: the gap would become three full stops. */
static enum status add_word(struct draft *draft, struct span written, uint32_t meaning)
{
	const bool whole = written.len > 1 && written.ptr[0] == '=';
	written = (struct span){ written.ptr + whole, written.len - whole };
	const char *found =
	        written.len > 0 ? memmem(written.ptr, written.len, gap, sizeof(gap) - 1) : NULL;
	const size_t before = found ? (size_t)(found - written.ptr) : written.len;
	const size_t behind = found ? before + sizeof(gap) - 1 : written.len;
	struct word *word;
	struct parts parts;
	enum status status = make_room(draft);
	arena_reset(draft->maker->passing);
	if (status == STATUS_OK)
		status = normal_part(draft->maker, (struct span){ written.ptr, before },
		                     &parts.head);
	if (status == STATUS_OK)
		status = normal_part(draft->maker,
		                     (struct span){ written.ptr + behind, written.len - behind },
		                     &parts.tail);
	if (status != STATUS_OK || parts.head.len == 0)
		return status;
	word = &draft->items[draft->count++];
	*word = (struct word){ .meaning = meaning, .whole = whole };
	return keep_text(draft->maker, &parts, word);
}

static enum status add_strings(struct draft *draft, const struct strings *strings, uint32_t meaning)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < strings->count && status == STATUS_OK; i++)
		status = add_word(draft, span_of(strings->items[i]), meaning);
	return status;
}

static enum status add_usual(struct draft *draft, enum cue cue)
{
	enum status status = STATUS_OK;
	const char *at = cue_usual(cue);
	struct span word;
	while (status == STATUS_OK && cue_next(&at, &word))
		status = add_word(draft, word, cue);
	return status;
}

static struct span first_character(struct span text)
{
	size_t next = 0;
	(void)utf8_next(text, &next);
	return (struct span){ text.ptr, next };
}

/* Compares the last byte first: characters of one length mostly differ there. */
static bool starts_with(struct span text, struct span start)
{
	return start.len <= text.len && start.len > 0 &&
	       text.ptr[start.len - 1] == start.ptr[start.len - 1] &&
	       memcmp(text.ptr, start.ptr, start.len) == 0;
}

/* FNV-1a. */
static size_t slot_of(struct span character, size_t slot_count)
{
	uint32_t hash = UINT32_C(2166136261);
	for (size_t i = 0; i < character.len; i++)
		hash = (hash ^ (unsigned char)character.ptr[i]) * UINT32_C(16777619);
	return (hash ^ (hash >> 15)) & (slot_count - 1);
}

/* `character` is a complete UTF-8 sequence. */
static bool begins_with(const struct word *word, struct span character)
{
	if (word->head_len < character.len)
		return false;
	for (size_t i = 0; i < character.len; i++)
		if (word->text[i] != character.ptr[i])
			return false;
	return true;
}

/* Fills the slots of the first characters. */
static enum status hash_characters(const struct maker *maker, struct word_list *out)
{
	size_t characters = 0, slot_count = HASHED_LEAST;
	while (slot_count < SLOTS_MOST && slot_count < SLOTS_A_WORD * out->count)
		slot_count *= 2;
	uint16_t *slots = arena_array(maker->arena, slot_count, sizeof(*slots));
	if (!slots)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < out->count && i < UINT16_MAX; i++) {
		const struct span character = first_character(word_head(&out->items[i]));
		if (i > 0 && begins_with(&out->items[i - 1], character))
			continue;
		if (++characters > slot_count / 2)
			return STATUS_OK;
		size_t slot = slot_of(character, slot_count);
		while (slots[slot])
			slot = (slot + 1) & (slot_count - 1);
		slots[slot] = (uint16_t)(i + 1);
	}
	if (out->count < UINT16_MAX) {
		out->slots = slots;
		out->slot_count = slot_count;
	}
	return STATUS_OK;
}

/* Moves the list into the arena. */
static enum status settle(struct draft *draft, struct word_list *out)
{
	struct word *items = arena_array(draft->maker->arena, draft->count, sizeof(*items));
	*out = (struct word_list){ .items = items };
	if (items && draft->count > 0) {
		qsort(draft->items, draft->count, sizeof(*items), by_head);
		memcpy(items, draft->items, draft->count * sizeof(*items));
		out->count = draft->count;
	}
	free(draft->items);
	draft->items = NULL;
	draft->count = draft->room = 0;
	return items ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status settle_cues(const struct lexicon *lexicon, struct draft *draft,
                               struct word_list *out)
{
	enum status status = STATUS_OK;
	for (enum cue cue = CUE_FILLER; cue < CUE_COUNT && status == STATUS_OK; cue++) {
		if (!lexicon->usual_cues_off)
			status = add_usual(draft, cue);
		if (status == STATUS_OK)
			status = add_strings(draft, &lexicon->cues[cue], cue);
	}
	const enum status settled = settle(draft, out);
	if (status == STATUS_OK)
		status = settled;
	return status == STATUS_OK ? hash_characters(draft->maker, out) : status;
}

/* The end of the longest word of that kind that begins there, or `at`. */
static size_t longest_end(const struct words *words, struct span text, size_t at, enum cue kind)
{
	size_t next = 0, end, longest = at;
	const struct word *word;
	while ((word = words_next(&words->cues, text, at, &next, &end)))
		if (word->meaning == (uint32_t)kind && end > longest)
			longest = end;
	return longest;
}

/* Drops particles, and replaces every word of denial by the first one of its list. */
static struct span fold(const struct words *words, struct span text, char *out)
{
	const char *first = cue_usual(CUE_NOT);
	const size_t length = strcspn(first, "|");
	size_t written = 0;
	for (size_t at = 0; at < text.len;) {
		size_t next = longest_end(words, text, at, CUE_NOT);
		if (next > at && next < text.len) {
			memcpy(out + written, first, length);
			written += length;
			at = next;
			continue;
		}
		next = longest_end(words, text, at, CUE_PARTICLE);
		if (next > at) {
			at = next;
			continue;
		}
		next = at;
		(void)utf8_next(text, &next);
		memcpy(out + written, text.ptr + at, next - at);
		written += next - at;
		at = next;
	}
	return (struct span){ out, written };
}

enum status words_loosen(const struct words *words, const struct text *text, struct arena *arena,
                         struct span *out)
{
	struct rewritten rewritten = { 0 };
	*out = (struct span){ "", 0 };
	if (!words->rewriter)
		return STATUS_OK;
	const enum status status =
	        rewrite(words->rewriter, text->points, text->count, arena, &rewritten);
	if (status != STATUS_OK)
		return status;
	const size_t denial = strcspn(cue_usual(CUE_NOT), "|");
	char *plain = arena_array(arena, 4, rewritten.count + 1);
	char *folded = arena_array(arena, denial > 4 ? denial : 4, rewritten.count + 1);
	if (!plain || !folded)
		return STATUS_NO_MEMORY;
	char *end = plain;
	for (size_t i = 0; i < rewritten.count; i++)
		end = utf8_put(end, rewritten.points[i]);
	*out = fold(words, (struct span){ plain, (size_t)(end - plain) }, folded);
	return STATUS_OK;
}

static enum status loosen_part(const struct words *words, const struct maker *maker,
                               struct span *part)
{
	struct text text;
	if (part->len == 0)
		return STATUS_OK;
	const enum status status = normalise(maker->normaliser, *part, maker->passing, &text);
	return status == STATUS_OK ? words_loosen(words, &text, maker->passing, part) : status;
}

static bool same_text(const struct word *word, const struct parts *parts)
{
	return span_equal(word_head(word), parts->head) && span_equal(tail_of(word), parts->tail);
}

/* Most words are the same when loosened: their text is kept once. */
static enum status loosen(const struct words *words, const struct word *word, struct draft *draft)
{
	struct parts parts = { word_head(word), tail_of(word) };
	struct word *loose;
	enum status status = make_room(draft);
	arena_reset(draft->maker->passing);
	if (status == STATUS_OK)
		status = loosen_part(words, draft->maker, &parts.head);
	if (status == STATUS_OK)
		status = loosen_part(words, draft->maker, &parts.tail);
	/* 的…: only particles; nothing is left of the head. */
	if (status != STATUS_OK || word->whole || parts.head.len == 0 ||
	    (word->tail_len > 0) != (parts.tail.len > 0))
		return status;
	loose = &draft->items[draft->count++];
	*loose = *word;
	return same_text(word, &parts) ? STATUS_OK : keep_text(draft->maker, &parts, loose);
}

/* Loosens the words of a list, so that they are found in a loosened text. */
static enum status settle_loose(const struct words *words, const struct word_list *list,
                                const struct maker *maker, struct word_list *out)
{
	struct draft loose = { .maker = maker };
	enum status status = STATUS_OK;
	for (size_t i = 0; i < list->count && words->rewriter && status == STATUS_OK; i++)
		status = loosen(words, &list->items[i], &loose);
	const enum status settled = settle(&loose, out);
	return status == STATUS_OK ? settled : status;
}

static enum status settle_question(const struct words *words, const struct question *question,
                                   const struct maker *maker, struct question_words *out)
{
	struct draft about = { .maker = maker }, options = { .maker = maker };
	struct text *labels =
	        arena_array(maker->arena, question->option_count + 1, sizeof(*labels));
	enum status status = labels ? add_strings(&about, &question->about, 0) : STATUS_NO_MEMORY;
	for (size_t i = 0; i < question->option_count && status == STATUS_OK; i++) {
		status = add_strings(&options, &question->options[i].words, (uint32_t)i);
		if (status == STATUS_OK)
			status = normalise(maker->normaliser, span_of(question->options[i].label),
			                   maker->arena, &labels[i]);
	}
	*out = (struct question_words){ .labels = labels };
	const enum status one = settle(&about, &out->about);
	const enum status other = settle(&options, &out->options);
	if (status == STATUS_OK)
		status = one == STATUS_OK ? other : one;
	if (status == STATUS_OK)
		status = settle_loose(words, &out->options, maker, &out->loose);
	if (status == STATUS_OK && out->options.count >= HASHED_LEAST)
		status = hash_characters(maker, &out->options);
	return status;
}

static enum status settle_entry(const struct words *words, const struct entry *entry,
                                const struct maker *maker, const struct question_words **out)
{
	struct question_words *questions =
	        arena_array(maker->arena, entry->question_count, sizeof(*questions));
	enum status status = questions ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < entry->question_count && status == STATUS_OK; i++)
		status = settle_question(words, &entry->questions[i], maker, &questions[i]);
	*out = questions;
	return status;
}

enum status words_create(const struct knowledge *knowledge, const struct normaliser *normaliser,
                         const struct rewriter *rewriter, struct arena *arena,
                         const struct words **out)
{
	struct maker maker = { .normaliser = normaliser, .arena = arena };
	struct words *words = arena_alloc(arena, sizeof(*words));
	const struct question_words **entries =
	        arena_array(arena, knowledge->entry_count + 1, sizeof(const void *));
	*out = words;
	if (!words || !entries)
		return STATUS_NO_MEMORY;
	*words = (struct words){ .entries = entries, .knowledge = knowledge, .rewriter = rewriter };
	enum status status = arena_create(&maker.passing, PASSING_CEILING);
	if (status != STATUS_OK)
		return status;
	struct draft cues = { .maker = &maker };
	status = settle_cues(&knowledge->lexicon, &cues, &words->cues);
	for (size_t i = 0; i < knowledge_rich_count(knowledge) && status == STATUS_OK; i++) {
		const struct entry *entry = knowledge_rich(knowledge, i);
		if (entry->question_count > 0)
			status = settle_entry(words, entry, &maker,
			                      &entries[entry - knowledge->entries]);
	}
	arena_destroy(maker.passing);
	return status;
}

const struct question_words *words_of(const struct words *words, const struct entry *entry,
                                      const struct question *question)
{
	return &words->entries[entry - words->knowledge->entries][question - entry->questions];
}

static int compare_head(const void *key, const void *item)
{
	const struct span *character = key;
	return compare_spans(*character, word_head(item));
}

/* The index of the first word with that first character; if there is none, any other index. */
static size_t first_with(const struct word_list *list, struct span character)
{
	if (list->slots) {
		size_t slot = slot_of(character, list->slot_count);
		for (; list->slots[slot]; slot = (slot + 1) & (list->slot_count - 1))
			if (begins_with(&list->items[list->slots[slot] - 1], character))
				return (size_t)list->slots[slot] - 1;
		return list->count;
	}
	return lower_bound(&character, list->items, list->count, sizeof(*list->items),
	                   compare_head);
}

/* The end of the tail, if it follows within the gap; else 0. */
static size_t tail_end(struct span text, size_t from, struct span tail)
{
	size_t at = from;
	for (int i = 0; i <= GAP_MOST && at < text.len; i++) {
		if (starts_with((struct span){ text.ptr + at, text.len - at }, tail))
			return at + tail.len;
		const uint32_t point = utf8_next(text, &at);
		if (!code_point_is_han(point) && !code_point_is_word(point))
			break;
	}
	return 0;
}

const struct word *words_next(const struct word_list *list, struct span text, size_t place,
                              size_t *at, size_t *end)
{
	assert(place <= text.len);
	if (place == text.len)
		return NULL;
	const struct span rest = { text.ptr + place, text.len - place };
	const struct span character = first_character(rest);
	if (*at == 0)
		*at = first_with(list, character);
	for (; *at < list->count && begins_with(&list->items[*at], character); (*at)++) {
		const struct word *word = &list->items[*at];
		if (!starts_with(rest, word_head(word)))
			continue;
		*end = place + word->head_len;
		if (word->tail_len > 0)
			*end = tail_end(text, *end, tail_of(word));
		if (*end == 0)
			continue;
		(*at)++;
		return word;
	}
	*at = list->count;
	return NULL;
}

bool words_stand(const struct word_list *list, struct span text, size_t most)
{
	for (size_t place = 0; place < text.len && place < most;) {
		size_t at = 0, end;
		if (words_next(list, text, place, &at, &end))
			return true;
		(void)utf8_next(text, &place);
	}
	return false;
}
