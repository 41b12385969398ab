#include "service/console/receipt_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "office/journal/lookup.h"
#include "service/answer.h"

enum { TURNS_MOST = 4, ID_SIZE = 129 };

static const size_t bytes_most = (size_t)4 * 1024 * 1024;

struct receipt_view {
	struct arena *arena;
	struct receipt_turn turns[TURNS_MOST];
	size_t count;
	bool failed; /* without memory */
};

/* --- in a job --- */

static struct span keep_span(struct receipt_view *view, struct span text)
{
	const char *copy = arena_copy(view->arena, text);

	view->failed = view->failed || !copy;
	return (struct span){ copy ? copy : "", copy ? text.len : 0 };
}

static const char *keep_text(struct receipt_view *view, const char *text)
{
	return text ? keep_span(view, span_of(text)).ptr : NULL;
}

static void take_turn(void *context, const struct journal_turn *turn,
                      const struct journal_rating *rating)
{
	struct receipt_view *view = context;
	struct receipt_turn *out;

	if (view->count == TURNS_MOST)
		return;
	out = &view->turns[view->count++];
	out->turn = (struct journal_turn){
		.at_ms = turn->at_ms,
		.receipt = keep_text(view, turn->receipt),
		.channel = keep_text(view, turn->channel),
		.session = "",
		.question = keep_span(view, turn->question),
		.outcome = keep_text(view, turn->outcome),
		.reason = keep_text(view, turn->reason),
		.topic = keep_text(view, turn->topic),
		.entries = keep_span(view, turn->entries),
		.cases = keep_span(view, turn->cases),
		.verdicts = keep_span(view, turn->verdicts),
		.confidence = turn->confidence,
		.knowledge = keep_text(view, turn->knowledge),
		.took_us = turn->took_us,
	};
	out->rating = (struct journal_rating){
		.at_ms = rating->at_ms,
		.receipt = out->turn.receipt,
		.value = keep_text(view, rating->value),
		.reason = keep_span(view, rating->reason),
	};
}

/* The next of the words parted by blanks, "-" as an empty one; empty behind the last. */
static struct span next_word(struct span *rest)
{
	const char *end = rest->len > 0 ? memchr(rest->ptr, ' ', rest->len) : NULL;
	const struct span word = { rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len };

	rest->ptr += word.len + (end != NULL);
	rest->len -= word.len + (end != NULL);
	return span_equal(word, span_of("-")) ? (struct span){ "", 0 } : word;
}

/* The entries of a turn, and what they said then. */
static void part_entries(struct receipt_turn *turn)
{
	struct span entries = turn->turn.entries, cases = turn->turn.cases;
	struct span verdicts = turn->turn.verdicts;

	while (entries.len > 0 && turn->entry_count < RECEIPT_ENTRIES_MOST) {
		struct receipt_entry *entry = &turn->entries[turn->entry_count++];

		entry->id = next_word(&entries);
		entry->lead = next_word(&cases);
		entry->verdicts = next_word(&verdicts);
	}
}

static enum status read_texts(struct receipt_view *view, struct receipt_turn *turn,
                              const struct journal_settings *journal)
{
	struct lookup_text texts[RECEIPT_ENTRIES_MOST];
	enum status status;

	for (size_t i = 0; i < turn->entry_count; i++) {
		texts[i] = (struct lookup_text){ .knowledge = turn->turn.knowledge,
			                         .entry = turn->entries[i].id };
		buf_init(&texts[i].words, bytes_most);
	}
	status = journal_look_up_texts(journal->file, journal->busy_ms, texts, turn->entry_count);
	for (size_t i = 0; i < turn->entry_count; i++) {
		turn->entries[i].shown = keep_span(view, buf_span(&texts[i].words));
		buf_deinit(&texts[i].words);
	}
	return status;
}

enum status receipt_view_read(struct receipt_view **out, const struct journal_settings *journal,
                              const char *receipt)
{
	struct receipt_view *view = calloc(1, sizeof(*view));
	char problem[STORE_PROBLEM_SIZE];
	enum status status;

	*out = view;
	if (!view)
		return STATUS_NO_MEMORY;
	if (journal->file[0] == '\0')
		return STATUS_NOT_FOUND;
	status = arena_create(&view->arena, bytes_most);
	if (status == STATUS_OK)
		status = journal_look_up(journal->file, journal->busy_ms, receipt, take_turn, view,
		                         problem);
	for (size_t i = 0; status == STATUS_OK && i < view->count; i++) {
		part_entries(&view->turns[i]);
		status = read_texts(view, &view->turns[i], journal);
	}
	return status == STATUS_OK && view->failed ? STATUS_NO_MEMORY : status;
}

/* --- in the loop --- */

static void name_entries(struct receipt_turn *turn, const struct knowledge *knowledge)
{
	turn->same_knowledge = strcmp(turn->turn.knowledge, knowledge->version) == 0;
	for (size_t i = 0; i < turn->entry_count; i++) {
		char id[ID_SIZE];

		snprintf(id, sizeof(id), "%.*s", SPAN_ARGS(turn->entries[i].id));
		turn->entries[i].entry = knowledge_find(knowledge, id);
	}
}

static enum status ask_again(struct receipt_view *view, struct receipt_turn *turn,
                             struct service *service)
{
	struct span object;
	const enum status status = answer_try(service, turn->turn.question, &object);

	if (status == STATUS_OK)
		turn->today = keep_span(view, object);
	return status == STATUS_OK && view->failed ? STATUS_NO_MEMORY : status;
}

enum status receipt_view_complete(struct receipt_view *view, struct service *service)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < view->count; i++) {
		name_entries(&view->turns[i], service_knowledge(service));
		status = ask_again(view, &view->turns[i], service);
	}
	return status;
}

const struct receipt_turn *receipt_view_turns(const struct receipt_view *view, size_t *count)
{
	*count = view->count;
	return view->turns;
}

void receipt_view_destroy(struct receipt_view *view)
{
	if (!view)
		return;
	arena_destroy(view->arena);
	free(view);
}
