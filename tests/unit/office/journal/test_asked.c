/*
 * What the journal tells about what people asked, and what of it is deleted after its time, over
 * both databases. The sums are counted by hand from the rows that the tests write.
 */
#include "office/journal/asked.h"
#include "office/journal/day.h"
#include "office/journal/retention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "database.h"
#include "office/journal/rows.h"

enum { TEXT_SIZE = 4096 };

/* 2027-01-15 08:00:00 UTC: 16:00 in China, day 20833 since 1970. */
static const int64_t noon = INT64_C(1800000000000), hour = 3600000, day = 86400000;

struct room {
	const struct database *database;
	struct store *store;
	struct journal_settings settings;
	unsigned number; /* of the next turn */
};

static struct room opened(void **state)
{
	struct room room = { .database = *state };
	const struct store_settings settings = { .url = room.database->url, .busy_ms = 500 };
	char problem[STORE_PROBLEM_SIZE];

	room.settings = (struct journal_settings){ .file = room.database->url, .busy_ms = 500 };
	assert_int_equal(store_open(&room.store, &settings, &journal_schema, problem), STATUS_OK);
	return room;
}

/* Returns its receipt. */
static const char *turn(struct room *room, int64_t at_ms, const char *session, const char *question,
                        const char *outcome, const char *entries)
{
	static char receipt[16];
	const struct row row = { .kind = ROW_TURN,
		                 .turn = { .at_ms = at_ms,
		                           .receipt = receipt,
		                           .channel = "web",
		                           .session = session,
		                           .question = span_of(question),
		                           .outcome = outcome,
		                           .entries = span_of(entries),
		                           .knowledge = "k" } };
	const struct row *const rows[] = { &row };

	snprintf(receipt, sizeof(receipt), "R%u", room->number++);
	assert_int_equal(rows_write(room->store, rows, 1), STATUS_OK);
	return receipt;
}

static void rate(struct room *room, const char *receipt, int64_t at_ms, const char *value,
                 const char *reason)
{
	const struct row row = { .kind = ROW_RATING,
		                 .rating = { .at_ms = at_ms,
		                             .receipt = receipt,
		                             .value = value,
		                             .reason = span_of(reason) } };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(room->store, rows, 1), STATUS_OK);
}

static enum status write_row(void *context, const struct asked_row *row)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, TEXT_SIZE - len, "%.*s|%.*s|%.*s|%.*s|%.*s|%lld|%lld;",
	         SPAN_ARGS(row->question), SPAN_ARGS(row->channel), SPAN_ARGS(row->outcome),
	         SPAN_ARGS(row->entries), SPAN_ARGS(row->reason), (long long)row->day,
	         (long long)row->count);
	return STATUS_OK;
}

static const char *asked(const struct room *room, enum asked_table table, int64_t since_ms)
{
	static char text[TEXT_SIZE];

	text[0] = '\0';
	assert_int_equal(journal_read_asked(&room->settings, table, since_ms, write_row, text),
	                 STATUS_OK);
	return text;
}

static void unanswered_questions_are_counted_by_the_day_in_china(void **state)
{
	struct room room = opened(state);

	turn(&room, noon, "s", "公积金怎么提", "decline", "");
	/* 16 hours later it is 8:00 in China of the next day; 7 hours later still the same. */
	turn(&room, noon + 7 * hour, "s", "公积金怎么提", "decline", "");
	turn(&room, noon + 16 * hour, "s", "公积金怎么提", "decline", "");
	turn(&room, noon, "s", "照片传不上去", "answer", "photo");
	assert_string_equal(asked(&room, ASKED_UNANSWERED, 0),
	                    "公积金怎么提|||||20834|1;公积金怎么提|||||20833|2;");
	assert_string_equal(asked(&room, ASKED_UNANSWERED, noon + 8 * hour),
	                    "公积金怎么提|||||20834|1;");
	assert_int_equal(asked_day(noon), 20833);
	store_close(room.store);
}

static void put_turn(struct room *room, const char *question, const char *reason)
{
	const struct row row = { .kind = ROW_TURN,
		                 .turn = { .at_ms = noon,
		                           .receipt = "F",
		                           .channel = "web",
		                           .session = "s",
		                           .question = span_of(question),
		                           .outcome = "handoff",
		                           .reason = reason,
		                           .entries = span_of(""),
		                           .knowledge = "k" } };
	const struct row *const rows[] = { &row };

	assert_int_equal(rows_write(room->store, rows, 1), STATUS_OK);
}

/* A person was offered because nothing was found; who asks for a person misses no entry. */
static void what_ended_in_the_offer_of_a_person_was_not_answered(void **state)
{
	struct room room = opened(state);
	struct journal_day today = { 0 };
	struct arena *arena;

	put_turn(&room, "周一开不开门", "fruitless");
	put_turn(&room, "转人工", NULL);
	assert_string_equal(asked(&room, ASKED_UNANSWERED, 0), "周一开不开门|||||20833|1;");
	assert_non_null(strstr(asked(&room, ASKED_OUTCOMES, 0), "|web|decline|||20833|1;"));
	assert_non_null(strstr(asked(&room, ASKED_OUTCOMES, 0), "|web|handoff|||20833|1;"));
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(journal_read_day(room.database->url, 500, 0, arena, &today), STATUS_OK);
	assert_int_equal(today.declined_count, 1);
	assert_string_equal(today.declined[0].reason, "fruitless");
	assert_int_equal(today.outcome_count, 2);
	assert_string_equal(today.outcomes[0].name, "decline");
	assert_int_equal(today.outcomes[0].count, 1);
	arena_destroy(arena);
	store_close(room.store);
}

static void a_bad_rating_comes_with_its_question_and_reason(void **state)
{
	struct room room = opened(state);

	rate(&room, turn(&room, noon, "s", "证咋延续", "answer", "renew"), noon, "down", "没说清");
	rate(&room, turn(&room, noon, "s", "照片传不上去", "answer", "photo"), noon, "up", "");
	assert_string_equal(asked(&room, ASKED_DISLIKED, 0),
	                    "证咋延续|web|answer|renew|没说清|20833|1;");
	/* Of the same moment, so in any order. */
	assert_non_null(strstr(asked(&room, ASKED_RATED, noon), "||up|photo||0|1;"));
	assert_non_null(strstr(asked(&room, ASKED_RATED, noon), "||down|renew||0|1;"));
	store_close(room.store);
}

static void what_follows_a_list_and_stood_in_it_was_chosen(void **state)
{
	struct room room = opened(state);

	turn(&room, noon, "one", "证过期了", "choose", "renew cancel");
	turn(&room, noon + 1, "two", "证过期了", "choose", "renew cancel");
	turn(&room, noon + 2, "one", "1", "answer", "renew");
	/* Something else was asked: nothing was chosen. */
	turn(&room, noon + 3, "two", "照片", "answer", "photo");
	turn(&room, noon + 4, "two", "注销", "answer", "cancel");
	/* Without a conversation nobody knows what followed. */
	turn(&room, noon + 5, "", "证过期了", "choose", "renew cancel");
	turn(&room, noon + 6, "", "1", "answer", "renew");
	assert_string_equal(asked(&room, ASKED_CHOSEN, 0), "证过期了|||renew||0|1;");
	store_close(room.store);
}

static void outcomes_are_counted_by_channel_and_entries_by_outcome(void **state)
{
	struct room room = opened(state);

	turn(&room, noon, "s", "a", "answer", "renew");
	turn(&room, noon + 1, "s", "b", "answer", "renew");
	turn(&room, noon + 2, "s", "c", "choose", "renew photo");
	turn(&room, noon + 3, "s", "d", "decline", "");
	assert_string_equal(asked(&room, ASKED_OUTCOMES, 0),
	                    "|web|decline|||20833|1;|web|choose|||20833|1;|web|answer|||20833|2;");
	assert_string_equal(asked(&room, ASKED_ANSWERED, 0),
	                    "||choose|renew photo||20833|1;||answer|renew||20833|2;");
	store_close(room.store);
}

static void all_that_was_asked_is_shown_whatever_came_of_it(void **state)
{
	struct room room = opened(state);

	turn(&room, noon, "s", "提示“系统维护中”", "decline", "");
	turn(&room, noon + 1, "s", "页面报错网络异常", "answer", "photo");
	turn(&room, noon + 2, "s", "页面报错网络异常", "choose", "renew photo");
	assert_string_equal(asked(&room, ASKED_ALL, 0),
	                    "页面报错网络异常|||||20833|2;提示“系统维护中”|||||20833|1;");
	store_close(room.store);
}

/* --- retention --- */

static int64_t count(const struct room *room, const char *table)
{
	char sql[128], text[64];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
	return strtoll(database_ask(room->database, sql, text, sizeof(text)), NULL, 10);
}

static int64_t now_of(const struct room *room)
{
	struct tx *tx;
	int64_t now_ms = 0;

	assert_int_equal(store_begin(room->store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_end(tx, tx_now(tx, &now_ms)), STATUS_OK);
	return now_ms;
}

static struct journal_deleted retain(struct room *room, struct journal_days days)
{
	struct journal_deleted deleted;
	bool more;

	assert_int_equal(journal_retain(room->store, &days, &deleted, &more), STATUS_OK);
	assert_false(more);
	return deleted;
}

static void what_is_kept_for_ever_is_not_deleted(void **state)
{
	struct room room = opened(state);
	struct journal_deleted deleted;

	rate(&room, turn(&room, 1000, "s", "很久以前", "decline", ""), 1000, "down", "");
	deleted = retain(&room, (struct journal_days){ 0, 0, 0 });
	assert_int_equal(deleted.turns + deleted.ratings + deleted.choices + deleted.moved, 0);
	assert_int_equal(count(&room, "turn"), 1);
	assert_int_equal(count(&room, "rating"), 1);
	store_close(room.store);
}

static void each_class_has_its_own_time(void **state)
{
	struct room room = opened(state);
	const int64_t now_ms = now_of(&room);
	struct journal_deleted deleted;

	rate(&room, turn(&room, now_ms - 40 * day, "s", "旧", "answer", "photo"), now_ms - 40 * day,
	     "down", "");
	rate(&room, turn(&room, now_ms - 5 * day, "s", "新", "answer", "photo"), now_ms - 5 * day,
	     "up", "");
	deleted = retain(&room, (struct journal_days){ .turns = 30, .ratings = 90 });
	assert_int_equal(deleted.turns, 1);
	assert_int_equal(deleted.ratings, 0);
	deleted = retain(&room, (struct journal_days){ .turns = 30, .ratings = 10 });
	assert_int_equal(deleted.turns, 0);
	assert_int_equal(deleted.ratings, 1);
	assert_int_equal(count(&room, "turn"), 1);
	assert_int_equal(count(&room, "rating"), 1);
	store_close(room.store);
}

static void a_choice_outlives_its_conversation(void **state)
{
	struct room room = opened(state);
	const int64_t now_ms = now_of(&room), old_ms = now_ms - 40 * day;
	struct journal_deleted deleted;

	turn(&room, old_ms, "one", "证过期了", "choose", "renew cancel");
	turn(&room, old_ms + 1, "one", "1", "answer", "renew");
	turn(&room, now_ms - day, "two", "证过期了", "choose", "renew cancel");
	turn(&room, now_ms - day + 1, "two", "2", "answer", "cancel");
	deleted = retain(&room, (struct journal_days){ .turns = 30, .choices = 365 });
	assert_int_equal(deleted.turns, 2);
	assert_int_equal(deleted.moved, 1);
	/* Both are still counted, and once: a second call moves nothing. */
	assert_string_equal(asked(&room, ASKED_CHOSEN, 0),
	                    "证过期了|||cancel||0|1;证过期了|||renew||0|1;");
	deleted = retain(&room, (struct journal_days){ .turns = 30, .choices = 365 });
	assert_int_equal(deleted.turns + deleted.moved, 0);
	deleted = retain(&room, (struct journal_days){ .turns = 30, .choices = 20 });
	assert_int_equal(deleted.choices, 1);
	assert_string_equal(asked(&room, ASKED_CHOSEN, 0), "证过期了|||cancel||0|1;");
	store_close(room.store);
}

static void choices_that_go_first_are_not_moved(void **state)
{
	struct room room = opened(state);
	const int64_t old_ms = now_of(&room) - 40 * day;

	turn(&room, old_ms, "one", "证过期了", "choose", "renew cancel");
	turn(&room, old_ms + 1, "one", "1", "answer", "renew");
	assert_int_equal(retain(&room, (struct journal_days){ .turns = 30, .choices = 7 }).moved,
	                 0);
	assert_int_equal(count(&room, "choice"), 0);
	store_close(room.store);
}

static void many_rows_go_in_batches(void **state)
{
	struct room room = opened(state);
	char sql[256];

	/* More than one batch has. */
	snprintf(sql, sizeof(sql),
	         room.database->postgres
	                 ? "INSERT INTO rating SELECT 'r' || n, n, 'up', NULL FROM"
	                   " generate_series(1, 4500) AS s(n)"
	                 : "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE"
	                   " n < 4500) INSERT INTO rating SELECT 'r' || n, n, 'up', NULL FROM s");
	database_run(room.database, sql);
	assert_int_equal(retain(&room, (struct journal_days){ .ratings = 1 }).ratings, 4500);
	assert_int_equal(count(&room, "rating"), 0);
	store_close(room.store);
}

/* As other programs would: nothing may be deleted that is younger than that; NULL: all may. */
static void guard_turns(const struct room *room, const char *from_ms)
{
	const bool postgres = room->database->postgres;
	char sql[256];

	if (!from_ms) {
		database_run(room->database,
		             postgres ? "DROP TRIGGER guard ON turn" : "DROP TRIGGER guard");
		return;
	}
	if (postgres)
		database_run(room->database,
		             "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS"
		             " $$ BEGIN RAISE EXCEPTION 'no'; END $$");
	snprintf(sql, sizeof(sql),
	         postgres ? "CREATE TRIGGER guard BEFORE DELETE ON turn FOR EACH ROW"
	                    " WHEN (OLD.at >= %s) EXECUTE FUNCTION guard()"
	                  : "CREATE TRIGGER guard BEFORE DELETE ON turn WHEN OLD.at >= %s"
	                    " BEGIN SELECT RAISE(ABORT, 'no'); END",
	         from_ms);
	database_run(room->database, sql);
}

/* 2500 conversations of a list and a choice; the second batch cannot be deleted. */
static void a_choice_is_counted_once_while_turns_go(void **state)
{
	const struct journal_days days = { .turns = 30 };
	struct room room = opened(state);
	struct journal_deleted deleted;
	char sql[640];
	bool more;

	snprintf(sql, sizeof(sql),
	         "%s INSERT INTO turn (receipt, at, channel, session, question, outcome, entries,"
	         " confidence, knowledge, took_us) SELECT 'r' || n, n * 10, 'web', 's' || (n / 2),"
	         " '证过期了', CASE n %% 2 WHEN 0 THEN 'choose' ELSE 'answer' END,"
	         " CASE n %% 2 WHEN 0 THEN 'renew cancel' ELSE 'renew' END, 1, 'k', 1 FROM %s",
	         room.database->postgres ? ""
	                                 : "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1"
	                                   " FROM s WHERE n < 4999)",
	         room.database->postgres ? "generate_series(0, 4999) AS s(n)" : "s");
	database_run(room.database, sql);
	assert_string_equal(asked(&room, ASKED_CHOSEN, 0), "证过期了|||renew||0|2500;");
	guard_turns(&room, "25000");
	assert_int_not_equal(journal_retain(room.store, &days, &deleted, &more), STATUS_OK);
	assert_int_equal(deleted.turns, 2000);
	assert_int_equal(deleted.moved, 1000);
	assert_string_equal(asked(&room, ASKED_CHOSEN, 0), "证过期了|||renew||0|2500;");
	guard_turns(&room, NULL);
	deleted = retain(&room, days);
	assert_int_equal(deleted.turns, 3000);
	assert_int_equal(deleted.moved, 1500);
	assert_string_equal(asked(&room, ASKED_CHOSEN, 0), "证过期了|||renew||0|2500;");
	store_close(room.store);
}

#define ALL(over)                                                                                  \
	over(unanswered_questions_are_counted_by_the_day_in_china),                                \
	        over(what_ended_in_the_offer_of_a_person_was_not_answered),                        \
	        over(a_bad_rating_comes_with_its_question_and_reason),                             \
	        over(what_follows_a_list_and_stood_in_it_was_chosen),                              \
	        over(outcomes_are_counted_by_channel_and_entries_by_outcome),                      \
	        over(all_that_was_asked_is_shown_whatever_came_of_it),                             \
	        over(what_is_kept_for_ever_is_not_deleted), over(each_class_has_its_own_time),     \
	        over(a_choice_outlives_its_conversation),                                          \
	        over(choices_that_go_first_are_not_moved), over(many_rows_go_in_batches),          \
	        over(a_choice_is_counted_once_while_turns_go)

int main(void)
{
	const struct CMUnitTest sqlite[] = { ALL(OVER_SQLITE) };
	const struct CMUnitTest postgres[] = { ALL(OVER_POSTGRES) };

	return cmocka_run_group_tests(sqlite, NULL, NULL) + run_over_postgres(postgres);
}
