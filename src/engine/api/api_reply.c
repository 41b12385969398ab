#include "engine/api/api.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS_CEILING = 16 << 20 };

struct dayi_reply {
	struct arena *arena; /* of the texts */
	struct buf json;
	const char *outcome, *text, *question;
	dayi_answer answers[REPLY_ANSWERS_MOST];
	size_t answer_count;
	dayi_answer choices[REPLY_CHOICES_MOST];
	size_t choice_count;
	const char **options;
	size_t option_count;
	const char *wants[RELATIONS_MOST];
	size_t want_count;
};

/* --- making one --- */

/* A copy; an error is in *failed. */
static const char *copy(struct dayi_reply *made, const char *text, bool *failed)
{
	const char *own = text ? arena_copy(made->arena, span_of(text)) : NULL;

	*failed = *failed || !own != !text;
	return own;
}

static dayi_answer answer_of(struct dayi_reply *made, const struct match_candidate *candidate,
                             bool *failed)
{
	return (dayi_answer){ .size = sizeof(dayi_answer),
		              .entry = copy(made, candidate->entry->id, failed),
		              .number = candidate->entry->number,
		              .question = copy(made, candidate->entry->question, failed),
		              .confidence = candidate->confidence };
}

static void take_answers(struct dayi_reply *made, const struct reply *reply, bool *failed)
{
	for (size_t i = 0; i < reply->answer_count; i++) {
		const struct match_candidate *candidate = &reply->answers[i];
		const struct entry_case *lead = reply_case(reply, i);
		dayi_answer *answer = &made->answers[i];

		*answer = answer_of(made, candidate, failed);
		answer->answer = copy(made, candidate->entry->answer, failed);
		answer->by = match_by_name(candidate->by);
		answer->case_ = copy(made, lead ? lead->id : NULL, failed);
	}
	made->answer_count = reply->answer_count;
	for (size_t i = 0; i < reply->choice_count; i++)
		made->choices[i] = answer_of(made, &reply->choices[i], failed);
	made->choice_count = reply->choice_count;
}

static void take_question(struct dayi_reply *made, const struct question *next, bool *failed)
{
	if (!next)
		return;
	made->question = copy(made, next->text, failed);
	made->options = arena_array(made->arena, next->option_count + 1, sizeof(*made->options));
	if (!made->options) {
		*failed = true;
		return;
	}
	for (size_t i = 0; i < next->option_count; i++)
		made->options[i] = copy(made, next->options[i].label, failed);
	made->option_count = next->option_count;
}

size_t relations_named(const struct relations *relations, unsigned set,
                       const char *names[RELATIONS_MOST])
{
	size_t count = 0;

	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++)
		if (set & RELATION_BIT(i))
			names[count++] = relation_shape(relations, i)->name;
	return count;
}

/* What the rules would have read, without what was given. */
static void take_wants(struct dayi_reply *made, const struct reply *reply,
                       const struct diagnoser *diagnoser, const struct facts *record, bool *failed)
{
	const struct relations *relations = diagnoser_relations(diagnoser);
	unsigned wants = reply->wants;

	for (size_t i = 0; i < reply->answer_count; i++)
		wants |= diagnoser_wants(diagnoser, reply->answers[i].entry);
	for (size_t i = RELATION_RECORDED; record && i < relations_count(relations); i++)
		if (facts_present(record, i))
			wants &= ~RELATION_BIT(i);
	made->want_count = relations_named(relations, wants, made->wants);
	for (size_t i = 0; i < made->want_count; i++)
		made->wants[i] = copy(made, made->wants[i], failed);
}

enum status reply_make(const struct reply *reply, const struct reply_extras *extras,
                       const struct diagnoser *diagnoser, const struct facts *record,
                       struct dayi_reply **out)
{
	struct dayi_reply *made = calloc(1, sizeof(*made));
	bool failed = false;

	if (!made)
		return STATUS_NO_MEMORY;
	buf_init(&made->json, API_REPLY_CEILING);
	enum status status = arena_create(&made->arena, TEXTS_CEILING);
	if (status == STATUS_OK)
		status = reply_write_json(reply, extras, &made->json);
	if (status == STATUS_OK) {
		made->outcome = outcome_name(reply->outcome);
		made->text = copy(made, reply->text, &failed);
		take_answers(made, reply, &failed);
		take_question(made, reply->next, &failed);
		take_wants(made, reply, diagnoser, record, &failed);
		status = failed ? STATUS_NO_MEMORY : STATUS_OK;
	}
	if (status == STATUS_OK)
		*out = made;
	else
		dayi_reply_free(made);
	return status;
}

void dayi_reply_free(dayi_reply *reply)
{
	if (!reply)
		return;
	arena_destroy(reply->arena);
	buf_deinit(&reply->json);
	free(reply);
}

/* --- reading one --- */

const char *dayi_reply_json(const dayi_reply *reply)
{
	return reply ? buf_text(&reply->json) : "";
}

const char *dayi_reply_outcome(const dayi_reply *reply)
{
	return reply ? reply->outcome : "";
}

const char *dayi_reply_text(const dayi_reply *reply)
{
	return reply ? reply->text : "";
}

size_t dayi_reply_answer_count(const dayi_reply *reply)
{
	return reply ? reply->answer_count : 0;
}

/* The item of the list, of `count`, into the caller's struct. */
static dayi_code give(const dayi_answer *list, size_t count, size_t index, dayi_answer *out)
{
	if (!out)
		return DAYI_MISUSE;
	if (index >= count)
		return DAYI_NOT_FOUND;
	return options_give(out, &list[index], sizeof(*out)) ? DAYI_OK : DAYI_MISUSE;
}

dayi_code dayi_reply_answer(const dayi_reply *reply, size_t index, dayi_answer *out)
{
	return reply ? give(reply->answers, reply->answer_count, index, out) : DAYI_MISUSE;
}

size_t dayi_reply_choice_count(const dayi_reply *reply)
{
	return reply ? reply->choice_count : 0;
}

dayi_code dayi_reply_choice(const dayi_reply *reply, size_t index, dayi_answer *out)
{
	return reply ? give(reply->choices, reply->choice_count, index, out) : DAYI_MISUSE;
}

const char *dayi_reply_question(const dayi_reply *reply)
{
	return reply ? reply->question : NULL;
}

const char *dayi_reply_option(const dayi_reply *reply, size_t index)
{
	return reply && index < reply->option_count ? reply->options[index] : NULL;
}

const char *dayi_reply_want(const dayi_reply *reply, size_t index)
{
	return reply && index < reply->want_count ? reply->wants[index] : NULL;
}
