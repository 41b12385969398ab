/* The views of what people asked, over a journal whose rows the tests write. */
#include "office/authoring/asked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "database.h"
#include "engine/knowledge/knowledge.h"
#include "office/journal/rows.h"
#include "wordless.h"

/* 2027-01-15 08:00:00 UTC */
static const int64_t noon = INT64_C(1800000000000);

struct room {
	struct journal_settings settings;
	struct normaliser *normaliser;
	struct marks *marks;
	struct store *store;
	unsigned number; /* of the next turn */
};

static struct room opened(void **state)
{
	static const struct lexicon lexicon = { 0 };
	const struct database *database = *state;
	const struct store_settings settings = { .url = database->url, .busy_ms = 500 };
	char problem[STORE_PROBLEM_SIZE];
	struct room room = { .settings = { .file = database->url, .busy_ms = 500 } };

	assert_int_equal(normaliser_create(&room.normaliser), STATUS_OK);
	assert_int_equal(marks_create(&lexicon, room.normaliser, &room.marks), STATUS_OK);
	assert_int_equal(store_open(&room.store, &settings, &journal_schema, problem), STATUS_OK);
	return room;
}

static void closed(struct room *room)
{
	store_close(room->store);
	marks_destroy(room->marks);
	normaliser_destroy(room->normaliser);
}

/* Asked, unanswered, and found useless. */
static void ask(struct room *room, const char *question)
{
	char receipt[16];
	const struct row turn = { .kind = ROW_TURN,
		                  .turn = { .at_ms = noon,
		                            .receipt = receipt,
		                            .channel = "web",
		                            .session = "s",
		                            .question = span_of(question),
		                            .outcome = "unknown",
		                            .entries = span_of(""),
		                            .knowledge = "k" } };
	const struct row rating = { .kind = ROW_RATING,
		                    .rating = { .at_ms = noon,
		                                .receipt = receipt,
		                                .value = "down",
		                                .reason = span_of("") } };
	const struct row *const rows[] = { &turn, &rating };

	snprintf(receipt, sizeof(receipt), "R%u", room->number++);
	assert_int_equal(rows_write(room->store, rows, 2), STATUS_OK);
}

static struct asked *view(const struct room *room, enum asked_view which, const char *query)
{
	static const struct strings no_prompts = { 0 };
	const struct asked_ask ask = { .view = which,
		                       .days = ASKED_DAYS_USUAL,
		                       .query = query,
		                       .now_ms = noon,
		                       .journal = &room->settings,
		                       .normaliser = room->normaliser,
		                       .prompts = &no_prompts,
		                       .marks = room->marks };
	struct asked *asked;

	assert_int_equal(asked_read(&asked, &ask), STATUS_OK);
	return asked;
}

/* Nobody can write an entry for a sign: only a question with a word is work for an editor. */
static void a_question_without_a_word_has_no_row(void **state)
{
	struct room room = opened(state);
	struct asked *asked;

	for (size_t i = 0; i < WORDLESS_COUNT; i++)
		ask(&room, wordless[i]);
	ask(&room, "食堂几点开门");
	ask(&room, "WiFi");
	ask(&room, "①");
	asked = view(&room, ASKED_VIEW_QUESTIONS, "");
	assert_int_equal(asked->group_count, 3);
	asked_destroy(asked);
	closed(&room);
}

static void every_view_bears_questions_and_searches_without_a_word(void **state)
{
	struct room room = opened(state);

	for (size_t i = 0; i < WORDLESS_COUNT; i++)
		ask(&room, wordless[i]);
	ask(&room, "提示“！”怎么办");
	ask(&room, "提示“😂😂😂😂😂😂😂😂”怎么办");
	for (int which = 0; which < ASKED_VIEWS; which++)
		for (size_t i = 0; i < WORDLESS_COUNT; i++)
			asked_destroy(view(&room, (enum asked_view)which, wordless[i]));
	closed(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OVER_SQLITE(a_question_without_a_word_has_no_row),
		OVER_SQLITE(every_view_bears_questions_and_searches_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
