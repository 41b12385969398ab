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

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_entries(const struct match_candidate *a, size_t a_count,
                         const struct match_candidate *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (strcmp(a[i].entry->id, b[i].entry->id) != 0)
			return false;
	return true;
}

static bool same_cases(const struct reply *before, const struct reply *after)
{
	for (size_t i = 0; i < before->answer_count; i++) {
		const struct entry_case *was = reply_case(before, i), *is = reply_case(after, i);

		if (!same_text(was ? was->id : NULL, is ? is->id : NULL))
			return false;
	}
	return true;
}

static bool same_end(const struct reply *before, const struct reply *after)
{
	const char *was = before->next ? before->next->fact : NULL;
	const char *is = after->next ? after->next->fact : NULL;

	return before->outcome == after->outcome && same_text(before->reason, after->reason) &&
	       same_text(before->topic, after->topic) && same_text(was, is) &&
	       same_entries(before->choices, before->choice_count, after->choices,
	                    after->choice_count);
}

enum diff_kind diff_compare(const struct reply *before, const struct reply *after)
{
	if (before->answer_count > 0 && after->answer_count == 0)
		return DIFF_LOST;
	if (before->answer_count == 0 && after->answer_count > 0)
		return DIFF_GAINED;
	if (!same_entries(before->answers, before->answer_count, after->answers,
	                  after->answer_count))
		return DIFF_ENTRY;
	if (!same_cases(before, after))
		return DIFF_CASE;
	if (!same_end(before, after))
		return DIFF_OFFERED;
	return same_text(before->text, after->text) ? DIFF_NONE : DIFF_WORDS;
}

enum status diff_judge(const struct diff_side *before, const struct diff_side *after,
                       struct diff_question *questions, size_t count)
{
	struct reply was, is;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		status = diff_ask(before, questions[i].text, &was);
		if (status == STATUS_OK)
			status = diff_ask(after, questions[i].text, &is);
		if (status == STATUS_OK)
			questions[i].kind = diff_compare(&was, &is);
	}
	return status;
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
