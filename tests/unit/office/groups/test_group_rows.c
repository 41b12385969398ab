#include "office/groups/group_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
		OVER_SQLITE(there_is_one_notice_and_a_later_one_takes_its_place),
	};
	const struct CMUnitTest postgres[] = {
		OVER_POSTGRES(
		        a_message_is_claimed_once_also_by_another_process_and_after_a_restart),
		OVER_POSTGRES(what_is_older_than_it_is_kept_goes),
		OVER_POSTGRES(an_answer_is_found_under_its_first_entries_and_while_it_is_kept),
		OVER_POSTGRES(a_link_is_used_once_and_not_after_its_time),
		OVER_POSTGRES(channels_that_are_off_are_told_until_they_are_on_again),
		OVER_POSTGRES(there_is_one_notice_and_a_later_one_takes_its_place),
	};
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
