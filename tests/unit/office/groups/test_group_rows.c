#include "office/groups/group_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/codec.h"
#include "database.h"

static struct store *open_one(void **state)
{
	const struct store_settings settings = { .url = ((struct database *)*state)->url,
		                                 .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	assert_int_equal(store_open(&store, &settings, &groups_schema, problem), STATUS_OK);
	return store;
}

static struct tx *begin(struct store *store)
{
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	return tx;
}

static int64_t claim(struct store *store, const char *key, int64_t now_ms)
{
	struct tx *tx = begin(store);
	int64_t first_ms = -1;

	assert_int_equal(tx_end(tx, group_row_claim(tx, key, now_ms, &first_ms)), STATUS_OK);
	return first_ms;
}

static void a_message_is_claimed_once_also_by_another_process_and_after_a_restart(void **state)
{
	struct store *one = open_one(state), *two = open_one(state);

	assert_int_equal(claim(one, "a", 1000), 0);
	assert_int_equal(claim(two, "a", 2000), 1000);
	assert_int_equal(claim(two, "b", 2000), 0);
	store_close(one);
	one = open_one(state);
	assert_int_equal(claim(one, "b", 3000), 2000);
	store_close(one);
	store_close(two);
}

static void what_is_older_than_it_is_kept_goes(void **state)
{
	struct store *store = open_one(state);
	struct buf text;
	struct tx *tx;

	buf_init(&text, 1000);
	claim(store, "old", 1000);
	claim(store, "new", 9000);
	tx = begin(store);
	assert_int_equal(group_row_answer_write(tx, "A7KQ-2M9X", "one", 1000), STATUS_OK);
	assert_int_equal(group_row_answer_write(tx, "B7KQ-2M9X", "two", 9000), STATUS_OK);
	assert_int_equal(group_row_link_write(tx, "t1", "问一", 5000), STATUS_OK);
	assert_int_equal(group_row_link_write(tx, "t2", "问二", 5001), STATUS_OK);
	assert_int_equal(group_rows_expire(tx, 5000, 5000, 5000), STATUS_OK);
	assert_int_equal(tx_end(tx, STATUS_OK), STATUS_OK);
	assert_int_equal(claim(store, "old", 9500), 0);
	assert_int_equal(claim(store, "new", 9500), 9000);
	tx = begin(store);
	assert_int_equal(group_row_answer_find(tx, "A7KQ-2M9X", 0, &text), STATUS_NOT_FOUND);
	assert_int_equal(group_row_answer_find(tx, "B7KQ-2M9X", 0, &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "two");
	assert_int_equal(group_row_link_look(tx, "t1", 0), STATUS_NOT_FOUND);
	assert_int_equal(group_row_link_look(tx, "t2", 5000), STATUS_OK);
	tx_rollback(tx);
	store_close(store);
	buf_deinit(&text);
}

static void an_answer_is_found_under_its_first_entries_and_while_it_is_kept(void **state)
{
	struct store *store = open_one(state);
	struct tx *tx = begin(store);
	struct buf text;

	buf_init(&text, 1000);
	assert_int_equal(group_row_answer_write(tx, "A7KQ-2M9X", "one two", 1000), STATUS_OK);
	assert_int_equal(group_row_answer_write(tx, "A7KQ-2M9X", "three", 2000), STATUS_OK);
	assert_int_equal(group_row_answer_find(tx, "A7KQ-2M9X", 1000, &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "one two");
	assert_int_equal(group_row_answer_find(tx, "A7KQ-2M9X", 1001, &text), STATUS_NOT_FOUND);
	assert_int_equal(group_row_answer_find(tx, "A7KQ-2M9Y", 0, &text), STATUS_NOT_FOUND);
	tx_rollback(tx);
	store_close(store);
	buf_deinit(&text);
}

static void a_link_is_used_once_and_not_after_its_time(void **state)
{
	struct store *store = open_one(state);
	struct tx *tx = begin(store);
	struct buf text;

	buf_init(&text, 1000);
	assert_int_equal(group_row_link_write(tx, "hash", "成绩查不到", 2000), STATUS_OK);
	assert_int_equal(group_row_link_take(tx, "hash", 2000, &text), STATUS_NOT_FOUND);
	assert_int_equal(group_row_link_take(tx, "hash", 1999, &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "成绩查不到");
	assert_int_equal(group_row_link_take(tx, "hash", 1999, &text), STATUS_NOT_FOUND);
	tx_rollback(tx);
	store_close(store);
	buf_deinit(&text);
}

static void channels_that_are_off_are_told_until_they_are_on_again(void **state)
{
	struct store *store = open_one(state);
	struct tx *tx = begin(store);
	struct group_switches off;

	assert_int_equal(group_row_switches(tx, &off), STATUS_OK);
	assert_int_equal(off.count, 0);
	assert_int_equal(group_row_switch(tx, "wecom", false, "wang", 10), STATUS_OK);
	assert_int_equal(group_row_switch(tx, "onebot", false, "li", 20), STATUS_OK);
	assert_int_equal(group_row_switches(tx, &off), STATUS_OK);
	assert_int_equal(off.count, 2);
	assert_string_equal(off.off[0].channel, "onebot");
	assert_string_equal(off.off[0].by, "li");
	assert_int_equal(off.off[1].at_ms, 10);
	assert_int_equal(group_row_switch(tx, "onebot", true, "li", 30), STATUS_OK);
	assert_int_equal(group_row_switches(tx, &off), STATUS_OK);
	assert_int_equal(off.count, 1);
	tx_rollback(tx);
	store_close(store);
}

/* Of process `holder`, for a message of group "g". */
static enum group_turn_got take_turn(struct store *store, const char *holder, const char *key,
                                     int64_t now_ms)
{
	const struct group_turn_ask ask = { .name = "g",
		                            .holder = holder,
		                            .key = key,
		                            .now_ms = now_ms,
		                            .until_ms = now_ms + 10000 };
	struct tx *tx = begin(store);
	enum group_turn_got got;

	assert_int_equal(tx_end(tx, group_row_turn_take(tx, &ask, &got)), STATUS_OK);
	return got;
}

static void end_turn(struct store *store, const char *name, const char *holder)
{
	struct tx *tx = begin(store);

	assert_int_equal(tx_end(tx, group_row_turn_end(tx, name, holder)), STATUS_OK);
}

static void a_turn_is_one_processs_until_it_gives_it_back_or_dies(void **state)
{
	struct store *store = open_one(state);

	assert_int_equal(take_turn(store, "one", "m1", 1000), GROUP_TURN_TAKEN);
	assert_int_equal(take_turn(store, "one", "m2", 2000), GROUP_TURN_TAKEN);
	assert_int_equal(take_turn(store, "two", "m3", 3000), GROUP_TURN_HELD);
	end_turn(store, "g", "two"); /* it is not its own */
	assert_int_equal(take_turn(store, "two", "m3", 4000), GROUP_TURN_HELD);
	end_turn(store, "g", "one");
	assert_int_equal(take_turn(store, "two", "m3", 5000), GROUP_TURN_TAKEN);
	assert_int_equal(take_turn(store, "one", "m4", 15000), GROUP_TURN_TAKEN);
	end_turn(store, "", "one");
	assert_int_equal(take_turn(store, "two", "m5", 15001), GROUP_TURN_TAKEN);
	store_close(store);
}

static void a_turn_that_lapsed_is_not_held_for_longer(void **state)
{
	struct store *store = open_one(state);
	struct tx *tx;

	assert_int_equal(take_turn(store, "one", "m1", 1000), GROUP_TURN_TAKEN);
	tx = begin(store);
	assert_int_equal(group_row_turns_hold(tx, "one", 10999, 20999), STATUS_OK);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	assert_int_equal(take_turn(store, "two", "m2", 20998), GROUP_TURN_HELD);
	tx = begin(store);
	assert_int_equal(group_row_turns_hold(tx, "one", 20999, 30999), STATUS_OK);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	assert_int_equal(take_turn(store, "two", "m2", 20999), GROUP_TURN_TAKEN);
	store_close(store);
}

static void an_order_is_kept_for_who_waits_for_its_outcome(void **state)
{
	struct group_order order = { .channel = span_of("onebot"),
		                     .bot = span_of(""),
		                     .chat = span_of("1"),
		                     .person = span_of(""),
		                     .text = span_of("hi") };
	struct store *store = open_one(state);
	enum group_order_state seen;
	struct tx *tx = begin(store);

	assert_int_equal(group_row_order(tx, &order, 1000), STATUS_OK);
	assert_int_equal(group_rows_expire(tx, 0, 0, 1000 + 599 * 1000), STATUS_OK);
	assert_int_equal(group_row_order_look(tx, order.id, &seen), STATUS_OK);
	assert_int_equal(group_rows_expire(tx, 0, 0, 1000 + 600 * 1000), STATUS_OK);
	assert_int_equal(group_row_order_look(tx, order.id, &seen), STATUS_NOT_FOUND);
	tx_rollback(tx);
	store_close(store);
}

static void who_has_the_turn_takes_on_nothing_newer_than_what_waits(void **state)
{
	struct store *store = open_one(state);

	assert_int_equal(take_turn(store, "one", "m1", 1000), GROUP_TURN_TAKEN);
	assert_int_equal(take_turn(store, "two", "m2", 1000), GROUP_TURN_HELD);
	assert_int_equal(take_turn(store, "one", "m3", 1001), GROUP_TURN_OURS);
	/* One that both know is older than m3 for both. */
	assert_int_equal(take_turn(store, "one", "m2", 1002), GROUP_TURN_TAKEN);
	assert_int_equal(take_turn(store, "one", "m3", 1003), GROUP_TURN_TAKEN);
	/* It gives the turn back: nobody has it, and m4 goes first. */
	assert_int_equal(take_turn(store, "two", "m4", 2000), GROUP_TURN_HELD);
	assert_int_equal(take_turn(store, "one", "m5", 2001), GROUP_TURN_OURS);
	end_turn(store, "g", "one");
	assert_int_equal(take_turn(store, "one", "m5", 2002), GROUP_TURN_BEHIND);
	assert_int_equal(take_turn(store, "two", "m4", 2003), GROUP_TURN_TAKEN);
	store_close(store);
}

static void hold_turns(struct store *store, const char *holder, int64_t now_ms)
{
	struct tx *tx = begin(store);

	assert_int_equal(tx_end(tx, group_row_turns_hold(tx, holder, now_ms, now_ms + 10000)),
	                 STATUS_OK);
}

static void a_place_is_kept_while_its_process_lives_and_the_message_waits(void **state)
{
	struct store *store = open_one(state);
	struct tx *tx;

	assert_int_equal(take_turn(store, "one", "m1", 1000), GROUP_TURN_TAKEN);
	assert_int_equal(take_turn(store, "two", "m2", 1000), GROUP_TURN_HELD);
	/* It does not ask again, but it is there. */
	hold_turns(store, "two", 10000);
	assert_int_equal(take_turn(store, "one", "m3", 19999), GROUP_TURN_OURS);
	assert_int_equal(take_turn(store, "one", "m3", 20000), GROUP_TURN_TAKEN);
	/* The message is not answered any more, although its process is there. */
	assert_int_equal(take_turn(store, "two", "m4", 20000), GROUP_TURN_HELD);
	assert_int_equal(take_turn(store, "one", "m5", 20001), GROUP_TURN_OURS);
	tx = begin(store);
	assert_int_equal(tx_end(tx, group_row_wait_end(tx, "m4", "two")), STATUS_OK);
	assert_int_equal(take_turn(store, "one", "m5", 20002), GROUP_TURN_TAKEN);
	store_close(store);
}

static void note_heard(struct store *store, const char *holder, int64_t written_ms)
{
	const struct group_way way = { "bot", holder, written_ms, 10000 };
	struct tx *tx = begin(store);

	assert_int_equal(tx_end(tx, group_row_way_note(tx, &way)), STATUS_OK);
}

/* Of those that are not "one". */
static int64_t others_written(struct store *store, int64_t now_ms)
{
	struct tx *tx = begin(store);
	int64_t written_ms;

	assert_int_equal(tx_end(tx, group_row_way_others(tx, "bot", "one", now_ms, &written_ms)),
	                 STATUS_OK);
	return written_ms;
}

static void the_process_that_is_furthest_behind_counts_while_it_lives(void **state)
{
	struct store *store = open_one(state);

	note_heard(store, "one", 0);
	assert_true(others_written(store, 1000) == INT64_MAX);
	note_heard(store, "two", 999);
	note_heard(store, "three", 2000);
	assert_int_equal(others_written(store, 9999), 999);
	assert_true(others_written(store, 10000) == INT64_MAX);
	note_heard(store, "two", 1000);
	assert_int_equal(others_written(store, 1000), 1000);
	end_turn(store, "", "two");
	assert_int_equal(others_written(store, 1000), 2000);
	store_close(store);
}

static void park(struct store *store, const char *turn, const char *answer, int64_t since_ms,
                 int64_t place)
{
	const struct group_parked parked = { .turn = span_of(turn),
		                             .bot = span_of("bot"),
		                             .answer = span_of(answer),
		                             .since_ms = since_ms,
		                             .place = place };
	struct tx *tx = begin(store);

	assert_int_equal(tx_end(tx, group_row_park(tx, &parked)), STATUS_OK);
}

/* The answers, one behind the other; `bot` NULL: those of turn "g". */
static const char *unpark(struct store *store, const char *bot, const char *holder, int64_t now_ms,
                          int64_t places[8])
{
	static char answers[64];
	struct tx *tx = begin(store);
	struct group_parked one = { .since_ms = 0 };
	struct codec codec;
	struct buf out;
	size_t count, at = 0, len = 0;

	buf_init(&out, 10000);
	assert_int_equal(
	        tx_end(tx, bot ? group_row_unpark_bot(tx, bot, holder, now_ms, now_ms + 10000,
	                                              now_ms - 5000, 64, &out, &count)
	                       : group_row_unpark_turn(tx, "g", now_ms - 5000, 64, &out, &count)),
	        STATUS_OK);
	codec = (struct codec){ .in = buf_span(&out) };
	answers[0] = '\0';
	while (codec.in.len > 0) {
		group_parked_visit(&codec, &one);
		assert_false(codec.broken);
		assert_true(at < 8);
		places[at++] = one.place;
		len += (size_t)snprintf(answers + len, sizeof(answers) - len, "%.*s",
		                        SPAN_ARGS(one.answer));
	}
	buf_deinit(&out);
	return answers;
}

static void parked_answers_are_taken_out_once_in_their_order_by_who_may_send_them(void **state)
{
	struct store *store = open_one(state);
	int64_t places[8] = { 0 };

	park(store, "g", "a", 1000, 0);
	park(store, "h", "x", 1000, 0);
	park(store, "g", "b", 1000, 0);
	assert_string_equal(unpark(store, NULL, "one", 2000, places), "ab");
	assert_string_equal(unpark(store, NULL, "one", 2000, places), "");
	/* What comes back goes before what was parked meanwhile. */
	park(store, "g", "c", 1000, 0);
	park(store, "g", "b", 1000, places[1]);
	assert_int_equal(take_turn(store, "one", "m1", 2000), GROUP_TURN_TAKEN);
	assert_string_equal(unpark(store, "bot", "two", 2000, places), "x");
	assert_string_equal(unpark(store, "bot", "one", 2000, places), "bc");
	/* They are sent under the turn. */
	park(store, "h", "y", 1000, 0);
	assert_string_equal(unpark(store, "bot", "two", 2000, places), "y");
	park(store, "h", "z", 1000, 0);
	assert_string_equal(unpark(store, "bot", "one", 2000, places), "");
	assert_string_equal(unpark(store, "other", "two", 2000, places), "");
	/* Nobody wants an old one. */
	assert_string_equal(unpark(store, "bot", "two", 6001, places), "");
	assert_string_equal(unpark(store, "bot", "two", 2000, places), "");
	store_close(store);
}

static void there_is_one_notice_and_a_later_one_takes_its_place(void **state)
{
	struct store *store = open_one(state);
	struct office_notice notice = {
		.text = "今晚升级", .from_ms = 10, .until_ms = 20, .by = "wang"
	};
	struct office_notice read;
	struct tx *tx = begin(store);

	assert_int_equal(notice_row_read(tx, &read), STATUS_OK);
	assert_string_equal(read.text, "");
	assert_int_equal(notice_row_write(tx, &notice, 5), STATUS_OK);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	tx = begin(store);
	assert_int_equal(notice_row_read(tx, &read), STATUS_OK);
	assert_string_equal(read.text, "今晚升级");
	assert_string_equal(read.by, "wang");
	assert_int_equal(read.from_ms, 10);
	assert_int_equal(read.until_ms, 20);
	assert_int_equal(read.at_ms, 5);
	notice = (struct office_notice){ .text = "", .by = "li" };
	assert_int_equal(notice_row_write(tx, &notice, 6), STATUS_OK);
	assert_int_equal(notice_row_read(tx, &read), STATUS_OK);
	assert_string_equal(read.text, "");
	assert_string_equal(read.by, "li");
	tx_rollback(tx);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		OVER_SQLITE(a_message_is_claimed_once_also_by_another_process_and_after_a_restart),
		OVER_SQLITE(what_is_older_than_it_is_kept_goes),
		OVER_SQLITE(an_answer_is_found_under_its_first_entries_and_while_it_is_kept),
		OVER_SQLITE(a_link_is_used_once_and_not_after_its_time),
		OVER_SQLITE(channels_that_are_off_are_told_until_they_are_on_again),
		OVER_SQLITE(a_turn_is_one_processs_until_it_gives_it_back_or_dies),
		OVER_SQLITE(a_turn_that_lapsed_is_not_held_for_longer),
		OVER_SQLITE(an_order_is_kept_for_who_waits_for_its_outcome),
		OVER_SQLITE(who_has_the_turn_takes_on_nothing_newer_than_what_waits),
		OVER_SQLITE(the_process_that_is_furthest_behind_counts_while_it_lives),
		OVER_SQLITE(a_place_is_kept_while_its_process_lives_and_the_message_waits),
		OVER_SQLITE(parked_answers_are_taken_out_once_in_their_order_by_who_may_send_them),
		OVER_SQLITE(there_is_one_notice_and_a_later_one_takes_its_place),
	};
	const struct CMUnitTest postgres[] = {
		OVER_POSTGRES(
		        a_message_is_claimed_once_also_by_another_process_and_after_a_restart),
		OVER_POSTGRES(what_is_older_than_it_is_kept_goes),
		OVER_POSTGRES(an_answer_is_found_under_its_first_entries_and_while_it_is_kept),
		OVER_POSTGRES(a_link_is_used_once_and_not_after_its_time),
		OVER_POSTGRES(channels_that_are_off_are_told_until_they_are_on_again),
		OVER_POSTGRES(a_turn_is_one_processs_until_it_gives_it_back_or_dies),
		OVER_POSTGRES(a_turn_that_lapsed_is_not_held_for_longer),
		OVER_POSTGRES(an_order_is_kept_for_who_waits_for_its_outcome),
		OVER_POSTGRES(who_has_the_turn_takes_on_nothing_newer_than_what_waits),
		OVER_POSTGRES(the_process_that_is_furthest_behind_counts_while_it_lives),
		OVER_POSTGRES(a_place_is_kept_while_its_process_lives_and_the_message_waits),
		OVER_POSTGRES(
		        parked_answers_are_taken_out_once_in_their_order_by_who_may_send_them),
		OVER_POSTGRES(there_is_one_notice_and_a_later_one_takes_its_place),
	};
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
