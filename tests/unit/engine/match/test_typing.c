#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/match/typing.h"

enum { FOUND_MOST = 8 };

static const char *const prompts[] = { "您尚有未办结的申请事项" };
static const struct entry entries[] = {
	{ .question = "证书过期了怎么办", .answer = "" },
	{ .question = "提示“未办结”？", .answer = "", .prompts = { prompts, 1 } },
	{ .question = "必须使用IE11浏览器吗", .answer = "" },
	{ .question = "", .answer = "没有问题的回答" },
	{ .question = "怎么注销证书", .answer = "" },
};
static const struct knowledge knowledge = {
	.entries = entries,
	.entry_count = sizeof(entries) / sizeof(entries[0]),
};

struct table {
	struct normaliser *normaliser;
	struct arena *arena;
	void *bytes;
	size_t size;
	struct typing *typing;
	uint32_t rows[FOUND_MOST];
};

static int set_up(void **state)
{
	static struct table table;
	assert_int_equal(normaliser_create(&table.normaliser), STATUS_OK);
	assert_int_equal(arena_create(&table.arena, 1 << 20), STATUS_OK);
	assert_int_equal(typing_build(&knowledge, table.normaliser, &table.bytes, &table.size),
	                 STATUS_OK);
	assert_int_equal(typing_open(table.bytes, table.size, &table.typing), STATUS_OK);
	*state = &table;
	return 0;
}

static int tear_down(void **state)
{
	struct table *table = *state;
	typing_close(table->typing);
	free(table->bytes);
	arena_destroy(table->arena);
	normaliser_destroy(table->normaliser);
	return 0;
}

static size_t find(struct table *table, const char *typed, enum typing_where where, size_t most)
{
	struct text text;
	size_t count = 0;
	arena_reset(table->arena);
	assert_int_equal(normalise(table->normaliser, span_of(typed), table->arena, &text),
	                 STATUS_OK);
	assert_int_equal(typing_find(table->typing, &text, where, table->rows, most, &count),
	                 STATUS_OK);
	return count;
}

static void assert_finds_only(void **state, const char *typed, uint32_t row)
{
	struct table *table = *state;
	if (find(table, typed, TYPING_ANYWHERE, FOUND_MOST) != 1)
		fail_msg("\"%s\" does not find one row", typed);
	assert_int_equal(table->rows[0], row);
}

static void initials_find_a_word_in_the_middle(void **state)
{
	assert_finds_only(state, "wbj", 1);
	assert_finds_only(state, "WBJ", 1);
	assert_finds_only(state, "zxzs", 4); /* 注销证书 */
}

static void half_typed_pinyin_finds_its_word(void **state)
{
	assert_finds_only(state, "weiba", 1);
	assert_finds_only(state, "wei'ban", 1);
	assert_finds_only(state, "zhengshuguoq", 0);
}

static void letters_and_digits_stand_among_the_pinyin(void **state)
{
	assert_finds_only(state, "ie1", 2);
	assert_finds_only(state, "ie11ll", 2);
	assert_finds_only(state, "syie11", 2);
}

static void what_begins_as_typed_is_told_from_what_has_it_inside(void **state)
{
	struct table *table = *state;
	assert_int_equal(find(table, "zs", TYPING_ANYWHERE, FOUND_MOST), 2);
	assert_int_equal(find(table, "zs", TYPING_AT_BEGINNING, FOUND_MOST), 1);
	assert_int_equal(table->rows[0], 0);
	assert_int_equal(find(table, "证书", TYPING_AT_BEGINNING, FOUND_MOST), 1);
	assert_int_equal(table->rows[0], 0);
	assert_int_equal(find(table, "zm", TYPING_AT_BEGINNING, FOUND_MOST), 1); /* 怎么 */
	assert_int_equal(table->rows[0], 4);
	assert_int_equal(find(table, "nsyw", TYPING_AT_BEGINNING, FOUND_MOST), 1); /* a popup */
	assert_int_equal(table->rows[0], 1);
}

static void no_more_rows_are_given_than_are_wanted(void **state)
{
	assert_int_equal(find(*state, "zs", TYPING_ANYWHERE, 1), 1);
}

static void an_entry_without_a_question_is_not_suggested(void **state)
{
	assert_int_equal(find(*state, "没有问题", TYPING_AT_BEGINNING, FOUND_MOST), 0);
}

static void marks_of_a_query_are_no_syntax(void **state)
{
	static const char *const typed[] = { "",       "\"",   "*",         "^",        "\" OR \"",
		                             "证书\"", "a-b*", "^zs NOT x", "(((NEAR(", "，。？" };
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
		find(*state, typed[i], TYPING_ANYWHERE, FOUND_MOST);
	assert_int_equal(find(*state, "", TYPING_ANYWHERE, FOUND_MOST), 0);
	assert_int_equal(find(*state, "，。", TYPING_AT_BEGINNING, FOUND_MOST), 0);
	assert_int_equal(find(*state, "提示\"未办结\"", TYPING_AT_BEGINNING, FOUND_MOST), 1);
}

static void more_than_a_word_of_the_table_holds_finds_nothing(void **state)
{
	assert_int_equal(find(*state, "您尚有未办结的申请事", TYPING_AT_BEGINNING, FOUND_MOST), 0);
	assert_int_equal(find(*state, "您尚有未办结的申", TYPING_AT_BEGINNING, FOUND_MOST), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initials_find_a_word_in_the_middle),
		cmocka_unit_test(half_typed_pinyin_finds_its_word),
		cmocka_unit_test(letters_and_digits_stand_among_the_pinyin),
		cmocka_unit_test(what_begins_as_typed_is_told_from_what_has_it_inside),
		cmocka_unit_test(no_more_rows_are_given_than_are_wanted),
		cmocka_unit_test(an_entry_without_a_question_is_not_suggested),
		cmocka_unit_test(marks_of_a_query_are_no_syntax),
		cmocka_unit_test(more_than_a_word_of_the_table_holds_finds_nothing),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
