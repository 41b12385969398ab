#include "office/handover/notices.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "database.h"

#define ONE "1111111111111111111111111111111111111111111111111111111111111111"

static const struct handover_operator wang = { "w", "王" };

struct fixture {
	void *database;
	char key[PATH_SIZE * 2], own[PATH_SIZE * 3], chats[PATH_SIZE * 3];
	struct handover *handover;
	struct notices *notices;
};

static struct notices *open_notices(const struct fixture *fixture)
{
	const struct notices_settings settings = {
		.handover = { .url = fixture->chats, .busy_ms = 5000 },
		.own = { .url = fixture->own, .busy_ms = 5000 },
	};
	char problem[STORE_PROBLEM_SIZE];
	struct notices *notices;

	assert_int_equal(notices_open(&notices, &settings, problem), STATUS_OK);
	return notices;
}

static void open_handover(struct fixture *fixture)
{
	const struct handover_settings settings = {
		.store = { .url = fixture->chats, .busy_ms = 5000 }, .key_file = fixture->key
	};
	char problem[STORE_PROBLEM_SIZE];

	assert_int_equal(handover_open(&fixture->handover, &settings, problem), STATUS_OK);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	const struct database *database;

	assert_non_null(fixture);
	fixture->database = *state;
	assert_int_equal(database_begin(&fixture->database), 0);
	database = fixture->database;
	snprintf(fixture->key, sizeof(fixture->key), "%s/key", database->scratch.folder);
	assert_true(
	        store_beside(database->url, "chats.db", fixture->chats, sizeof(fixture->chats)));
	assert_true(store_beside(database->url, "notices.db", fixture->own, sizeof(fixture->own)));
	fixture->notices = open_notices(fixture);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	notices_close(fixture->notices);
	handover_close(fixture->handover);
	database_end(&fixture->database);
	free(fixture);
	return 0;
}

static void gather(struct notices *notices)
{
	size_t dropped = 1;

	assert_int_equal(notices_gather(notices, &dropped), STATUS_OK);
	assert_int_equal(dropped, 0);
}

static size_t due(struct notices *notices, struct notice out[4])
{
	size_t count = 99;

	gather(notices);
	assert_int_equal(notices_due(notices, out, 4, &count), STATUS_OK);
	return count;
}

static void settle(struct notices *notices, const struct notice *notice, bool delivered)
{
	bool given_up = true;

	assert_int_equal(notices_settle(notices, notice, delivered, &given_up), STATUS_OK);
	assert_false(given_up);
}

static struct handover_case ask(const struct fixture *fixture)
{
	const struct handover_said said = { .ref = NULL,
		                            .text = span_of("转人工"),
		                            .masked = span_of("转人工") };
	struct handover_case row;

	assert_int_equal(handover_ask(fixture->handover, ONE, &said, NULL, &row), STATUS_OK);
	return row;
}

static void what_is_asked_and_closed_is_told_once_each(void **state)
{
	struct fixture *fixture = *state;
	struct notice notices[4];
	struct handover_case row;

	/* Before anybody ever asked there is no store of cases. */
	assert_int_equal(due(fixture->notices, notices), 0);
	open_handover(fixture);
	assert_int_equal(due(fixture->notices, notices), 0);
	ask(fixture);
	assert_int_equal(due(fixture->notices, notices), 1);
	assert_false(notices[0].closed);
	assert_string_equal(notices[0].conversation, ONE);
	assert_string_equal(notices[0].outcome, "");
	assert_int_equal(strlen(notices[0].id), 32);
	/* Until it is settled it is due, also to a process that was started later. */
	struct notices *later = open_notices(fixture);
	struct notice again[4];

	assert_int_equal(due(later, again), 1);
	assert_string_equal(again[0].id, notices[0].id);
	notices_close(later);
	settle(fixture->notices, &notices[0], true);
	assert_int_equal(due(fixture->notices, again), 0);
	/* That it was taken is told to nobody. */
	assert_int_equal(handover_take(fixture->handover, &wang, NULL, &row), STATUS_OK);
	assert_int_equal(due(fixture->notices, again), 0);
	assert_int_equal(handover_end(fixture->handover, &wang, ONE, row.epoch, "solved", &row),
	                 STATUS_OK);
	assert_int_equal(due(fixture->notices, again), 1);
	assert_true(again[0].closed);
	assert_string_equal(again[0].outcome, "solved");
	assert_string_not_equal(again[0].id, notices[0].id);
}

static void a_case_that_is_asked_for_again_is_told_under_another_name(void **state)
{
	struct fixture *fixture = *state;
	struct notice notices[4];
	struct handover_case row;

	open_handover(fixture);
	gather(fixture->notices);
	ask(fixture);
	assert_int_equal(handover_take(fixture->handover, &wang, NULL, &row), STATUS_OK);
	assert_int_equal(handover_give(fixture->handover, &wang, ONE, row.epoch, HANDOVER_TO_BOT,
	                               NULL, &row),
	                 STATUS_OK);
	ask(fixture);
	assert_int_equal(due(fixture->notices, notices), 3);
	assert_false(notices[0].closed);
	assert_true(notices[1].closed);
	assert_string_equal(notices[1].outcome, "to_bot");
	assert_false(notices[2].closed);
	assert_string_not_equal(notices[0].id, notices[2].id);
}

static void what_could_not_be_told_waits_for_longer_each_time(void **state)
{
	struct fixture *fixture = *state;
	struct notice notices[4];

	open_handover(fixture);
	gather(fixture->notices);
	ask(fixture);
	assert_int_equal(due(fixture->notices, notices), 1);
	settle(fixture->notices, &notices[0], false);
	assert_int_equal(due(fixture->notices, notices), 0);
	struct database own = *(const struct database *)fixture->database;

	assert_true(snprintf(own.file, sizeof(own.file), "%s", fixture->own) <
	            (int)sizeof(own.file));
	database_run(&own, "UPDATE notice SET due = 0");
	assert_int_equal(due(fixture->notices, notices), 1);
	assert_int_equal(notices[0].attempts, 1);
}

static void after_a_day_it_is_given_up(void **state)
{
	struct fixture *fixture = *state;
	struct notice notices[4];
	bool given_up = false;

	open_handover(fixture);
	gather(fixture->notices);
	ask(fixture);
	assert_int_equal(due(fixture->notices, notices), 1);
	notices[0].at_ms -= NOTICES_KEEP_MS;
	assert_int_equal(notices_settle(fixture->notices, &notices[0], false, &given_up),
	                 STATUS_OK);
	assert_true(given_up);
	assert_int_equal(due(fixture->notices, notices), 0);
}

/* Of 506 events one gathering takes 500: its last place is within the moment of the last ten. */
static void those_of_the_same_moment_are_told_however_many_came_before(void **state)
{
	static const char events[] =
	        "WITH RECURSIVE s (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < 504)"
	        " INSERT INTO handover_event (conversation, n, kind, author, who, body, masked,"
	        " happened) SELECT conversation, 100 + i, 2, '', '', '', 0,"
	        " changed + 1000 + CASE WHEN i < 495 THEN i ELSE 495 END FROM handover, s";
	struct fixture *fixture = *state;
	struct database chats = *(const struct database *)fixture->database, own = chats;
	char text[32];

	_Static_assert(HANDOVER_QUEUED == 2, "the kind in the statement");
	assert_true(snprintf(chats.file, sizeof(chats.file), "%s", fixture->chats) <
	            (int)sizeof(chats.file));
	assert_true(snprintf(own.file, sizeof(own.file), "%s", fixture->own) <
	            (int)sizeof(own.file));
	open_handover(fixture);
	gather(fixture->notices);
	ask(fixture);
	database_run(&chats, events);
	database_run(&chats, "UPDATE handover SET changed = changed + 5000");
	gather(fixture->notices);
	gather(fixture->notices);
	assert_string_equal(database_ask(&own, "SELECT count(*) FROM notice", text, sizeof(text)),
	                    "506");
}

static void one_process_tells(void **state)
{
	struct fixture *fixture = *state;
	struct notices *other = open_notices(fixture);
	bool first = false, second = true;

	assert_int_equal(notices_lease(fixture->notices, 60000, &first), STATUS_OK);
	assert_int_equal(notices_lease(other, 60000, &second), STATUS_OK);
	assert_true(first);
	assert_false(second);
	notices_close(other);
}

#define OVER(kind_, test_)                                                                         \
	{                                                                                          \
		.name = #test_ " (" kind_ ")", .test_func = (test_), .setup_func = set_up,         \
		.teardown_func = tear_down                                                         \
	}
#define ALL(kind_)                                                                                 \
	OVER(kind_, what_is_asked_and_closed_is_told_once_each),                                   \
	        OVER(kind_, a_case_that_is_asked_for_again_is_told_under_another_name),            \
	        OVER(kind_, what_could_not_be_told_waits_for_longer_each_time),                    \
	        OVER(kind_, after_a_day_it_is_given_up),                                           \
	        OVER(kind_, those_of_the_same_moment_are_told_however_many_came_before),           \
	        OVER(kind_, one_process_tells)

int main(void)
{
	const struct CMUnitTest over_sqlite[] = { ALL("SQLite") };
	const struct CMUnitTest over_postgres[] = { ALL("PostgreSQL") };

	return cmocka_run_group_tests(over_sqlite, NULL, NULL) + run_over_postgres(over_postgres);
}
