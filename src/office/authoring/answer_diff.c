#include "office/authoring/answer_diff.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dialogue/conversation.h"
#include "engine/knowledge/pattern.h"

const char *diff_kind_name(enum diff_kind kind)
{
	static const char *const names[DIFF_KINDS] = {
		[DIFF_NONE] = "none",     [DIFF_WORDS] = "words", [DIFF_OFFERED] = "offered",
		[DIFF_GAINED] = "gained", [DIFF_CASE] = "case",   [DIFF_ENTRY] = "entry",
		[DIFF_LOST] = "lost",
	};

	assert(kind <= DIFF_LOST);
	assert((size_t)kind < sizeof(names) / sizeof(names[0]));
	return names[kind];
}

enum status diff_ask(const struct diff_side *side, struct span question, struct reply *out)
{
	const struct turn_input input = { .text = question,
		                          .clock = side->clock,
		                          .arena = side->arena };

	arena_reset(side->arena);
	return turn_take_alone(side->snapshot, side->scratch, &input, out);
}

/* FNV-1a; `text` NULL is told from an empty one. */
static uint64_t mix(uint64_t hash, const char *text)
{
	hash = (hash ^ (text ? 1U : 2U)) * UINT64_C(0x100000001b3);
	for (; text && *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t mix_entries(uint64_t hash, const struct match_candidate *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = mix(hash, items[i].entry->id);
	return hash;
}

void diff_ending_of(const struct reply *reply, struct diff_ending *out)
{
	const uint64_t start = UINT64_C(0xcbf29ce484222325);

	*out = (struct diff_ending){ .answered = reply->answer_count > 0,
		                     .cases = start,
		                     .end = mix(start, outcome_name(reply->outcome)) };
	out->entries = mix_entries(start, reply->answers, reply->answer_count);
	for (size_t i = 0; i < reply->answer_count; i++) {
		const struct entry_case *lead = reply_case(reply, i);

		out->cases = mix(out->cases, lead ? lead->id : NULL);
	}
	out->end = mix(out->end, reply->reason);
	out->end = mix(out->end, reply->topic);
	out->end = mix(out->end, reply->next ? reply->next->fact : NULL);
	out->end = mix_entries(out->end, reply->choices, reply->choice_count);
	out->words = mix(start, reply->text);
}

enum diff_kind diff_compare_endings(const struct diff_ending *before,
                                    const struct diff_ending *after)
{
	if (before->answered != after->answered)
		return before->answered ? DIFF_LOST : DIFF_GAINED;
	if (before->entries != after->entries)
		return DIFF_ENTRY;
	if (before->cases != after->cases)
		return DIFF_CASE;
	if (before->end != after->end)
		return DIFF_OFFERED;
	return before->words == after->words ? DIFF_NONE : DIFF_WORDS;
}

enum diff_kind diff_compare(const struct reply *before, const struct reply *after)
{
	struct diff_ending was, is;

	diff_ending_of(before, &was);
	diff_ending_of(after, &is);
	return diff_compare_endings(&was, &is);
}

static int by_weight(const void *a, const void *b)
{
	const struct diff_question *one = a, *other = b;
	const size_t least = one->text.len < other->text.len ? one->text.len : other->text.len;
	int order;

	if (one->kind != other->kind)
		return one->kind < other->kind ? 1 : -1;
	if (one->asked != other->asked)
		return one->asked < other->asked ? 1 : -1;
	/* So that the order is the same every time. */
	order = memcmp(one->text.ptr, other->text.ptr, least);

	return order != 0 ? order : (one->text.len > least) - (other->text.len > least);
}

void diff_sort(struct diff_question *questions, size_t count)
{
	qsort(questions, count, sizeof(*questions), by_weight);
}

bool diff_is_loss(const struct diff_question *question)
{
	return question->golden && question->kind > DIFF_WORDS;
}

static bool has_string(const struct strings *strings, const char *text)
{
	for (size_t i = 0; i < strings->count; i++)
		if (strcmp(strings->items[i], text) == 0)
			return true;
	return false;
}

static bool has_pattern(const struct pattern_list *patterns, const char *source)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (strcmp(pattern_source(patterns->items[i]), source) == 0)
			return true;
	return false;
}

static bool has_sentence(const struct entry *entry, const char *text)
{
	bool found = strcmp(entry->question, text) == 0 || has_string(&entry->also, text) ||
	             has_string(&entry->prompts, text);

	found = found || has_pattern(&entry->patterns, text);
	for (size_t i = 0; !found && i < entry->case_count; i++)
		found = has_string(&entry->cases[i].also, text) ||
		        has_pattern(&entry->cases[i].patterns, text);
	return found;
}

bool diff_spoke_anew(const struct match_candidate *candidate, const struct knowledge *other)
{
	const struct entry *entry = knowledge_find(other, candidate->entry->id);

	return candidate->spoke && (!entry || !has_sentence(entry, candidate->spoke));
}
