#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/dialogue/told.h"
#include "shipped_relations.h"

static const struct question_option yes_or_no[] = {
	{ .label = "有", .value = "yes" },
	{ .label = "没有", .value = "no" },
};
static const struct question questions[] = {
	{ .fact = "first", .text = "一？", .options = yes_or_no, .option_count = 2 },
	{ .fact = "second", .text = "二？", .options = yes_or_no, .option_count = 2 },
	{ .fact = "third", .text = "三？", .options = yes_or_no, .option_count = 2 },
};
static const struct entry entry = { .questions = questions, .question_count = 3 };

static void an_answer_is_told_by_its_label(void **state)
{
	struct told told = { 0 };
	(void)state;
	assert_null(told_label(&told, &questions[0]));
	told_say(&told, "first", "no");
	told_say(&told, "second", "");
	assert_string_equal(told_label(&told, &questions[0]), "没有");
	assert_string_equal(told_label(&told, &questions[1]), "");
}

static void a_second_answer_replaces_the_first_where_it_stands(void **state)
{
	struct told told = { 0 };
	(void)state;
	told_say(&told, "first", "no");
	told_say(&told, "second", "no");
	told_say(&told, "first", "yes");
	assert_int_equal(told.said_count, 2);
	assert_string_equal(told.said[0].fact, "first");
	assert_string_equal(told_label(&told, &questions[0]), "有");
}

static void questions_are_numbered_in_the_order_of_their_answers(void **state)
{
	struct told told = { 0 };
	(void)state;
	told_say(&told, "second", "no");
	told_say(&told, "of_another_entry", "no");
	told_say(&told, "first", "yes");
	assert_int_equal(told_number(&told, &entry, "second"), 1);
	assert_int_equal(told_number(&told, &entry, "first"), 2);
	assert_int_equal(told_number(&told, &entry, "third"), 3);
}

static void an_answer_taken_back_keeps_its_place(void **state)
{
	struct told told = { 0 };
	struct relations *relations = shipped_relations();
	struct facts *facts = NULL;
	(void)state;
	told_say(&told, "first", "no");
	told_say(&told, "second", "no");
	assert_ptr_equal(told_reopen(&told, &entry, 1), &questions[0]);
	assert_null(told_label(&told, &questions[0]));
	assert_int_equal(told_number(&told, &entry, "first"), 1);
	assert_int_equal(told_facts(&told, relations, NULL, NULL, &facts), STATUS_OK);
	relations_release(relations);
	assert_int_equal(facts_rows(facts, RELATION_SAID), 1);
	assert_string_equal(facts_value(facts, RELATION_SAID, 0, 0), "second");
	facts_destroy(facts);
	told_say(&told, "first", "yes");
	assert_string_equal(told_label(&told, &questions[0]), "有");
	assert_int_equal(told.said_count, 2);
}

static void what_was_never_answered_can_not_be_taken_back(void **state)
{
	struct told told = { 0 };
	(void)state;
	told_say(&told, "of_another_entry", "no");
	assert_null(told_reopen(&told, &entry, 0));
	assert_null(told_reopen(&told, &entry, 1));
}

static void with_no_room_left_the_oldest_answer_goes(void **state)
{
	struct told told = { 0 };
	char fact[QUESTION_FACT_SIZE];
	(void)state;
	for (int i = 0; i <= TOLD_SAID_MOST; i++) {
		snprintf(fact, sizeof(fact), "fact-%d", i);
		told_say(&told, fact, "yes");
	}
	assert_int_equal(told.said_count, TOLD_SAID_MOST);
	assert_string_equal(told.said[0].fact, "fact-1");
	assert_string_equal(told.said[TOLD_SAID_MOST - 1].fact, fact);
}

static void type(struct told *told, enum identifier_kind kind, enum identifier_fault fault,
                 const char *value)
{
	struct identifier one = { .kind = kind, .fault = fault, .value = span_of(value) };
	const struct identifier_list found = { &one, 1 };
	told_type(told, &found);
}

static void the_latest_four_identifiers_are_kept_each_once(void **state)
{
	struct told told = { 0 };
	(void)state;
	type(&told, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000001");
	type(&told, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000002");
	type(&told, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000001");
	assert_int_equal(told.typed_count, 2);
	assert_string_equal(told.typed[1].value, "13800000001");
	type(&told, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000003");
	type(&told, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000004");
	type(&told, IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000005");
	assert_int_equal(told.typed_count, TOLD_TYPED_MOST);
	assert_string_equal(told.typed[0].value, "13800000001");
	assert_string_equal(told.typed[3].value, "13800000005");
}

static void facts_hold_what_was_said_typed_and_used(void **state)
{
	struct told told = { 0 };
	struct relations *relations = shipped_relations();
	struct facts *facts = NULL;
	(void)state;
	told_say(&told, "first", "yes");
	told_say(&told, "second", "");
	type(&told, IDENTIFIER_ID_NUMBER, IDENTIFIER_WRONG_CHECK, "419900197601031010");
	assert_int_equal(told_facts(&told, relations, "IE11", "web", &facts), STATUS_OK);
	relations_release(relations);
	assert_int_equal(facts_rows(facts, RELATION_SAID), 2);
	assert_string_equal(facts_value(facts, RELATION_SAID, 0, 1), "yes");
	assert_null(facts_value(facts, RELATION_SAID, 1, 1));
	assert_string_equal(facts_value(facts, RELATION_TYPED, 0, 0), "id_number");
	assert_string_equal(facts_value(facts, RELATION_TYPED, 0, 1), "419900197601031010");
	assert_string_equal(facts_value(facts, RELATION_TYPED, 0, 2), "0");
	assert_string_equal(facts_value(facts, RELATION_CLIENT, 0, 0), "IE11");
	assert_string_equal(facts_value(facts, RELATION_CLIENT, 0, 1), "web");
	facts_destroy(facts);
}

static void nothing_said_is_known_and_an_unknown_browser_is_not(void **state)
{
	const struct told told = { 0 };
	struct relations *relations = shipped_relations();
	struct facts *facts = NULL;
	(void)state;
	assert_int_equal(told_facts(&told, relations, NULL, "web", &facts), STATUS_OK);
	relations_release(relations);
	assert_true(facts_present(facts, RELATION_SAID));
	assert_true(facts_present(facts, RELATION_TYPED));
	assert_false(facts_present(facts, RELATION_CLIENT));
	for (size_t i = RELATION_RECORDED; i < SHIPPED_RELATIONS_END; i++)
		assert_false(facts_present(facts, i));
	facts_destroy(facts);
}

static struct date date_of(const char *of, int day)
{
	return (struct date){ .of = of, .from = { 2026, 12, day }, .to = { 2026, 12, day } };
}

static void of_each_thing_the_latest_date_is_a_fact(void **state)
{
	struct told told = { 0 };
	struct facts *facts = NULL;
	struct relations *relations = shipped_relations();
	const struct date first = date_of("到期", 1), second = date_of("到期", 2),
	                  other = date_of(NULL, 3);
	(void)state;
	told_date(&told, &first, span_of("12月1号"));
	told_date(&told, &other, span_of("12月3号"));
	told_date(&told, &second, span_of("12月2号"));
	assert_int_equal(told_facts(&told, relations, NULL, NULL, &facts), STATUS_OK);
	assert_int_equal(facts_rows(facts, RELATION_TYPED), 2);
	assert_string_equal(facts_value(facts, RELATION_TYPED, 0, 0), "date");
	assert_null(facts_value(facts, RELATION_TYPED, 0, 3));
	assert_string_equal(facts_value(facts, RELATION_TYPED, 1, 1), "12月2号");
	assert_string_equal(facts_value(facts, RELATION_TYPED, 1, 3), "到期");
	assert_string_equal(facts_value(facts, RELATION_TYPED, 1, 4), "2026-12-02");
	assert_string_equal(facts_value(facts, RELATION_TYPED, 1, 5), "2026-12-02");
	facts_destroy(facts);
	relations_release(relations);
}

static void the_oldest_date_goes_where_there_is_no_room(void **state)
{
	static const char *const things[] = { "一", "二", "三", "四", "五", "六", "七" };
	struct told told = { 0 };
	(void)state;
	for (size_t i = 0; i < TOLD_DATES_MOST + 1; i++) {
		const struct date date = date_of(things[i], 1);
		told_date(&told, &date, span_of("12月1号"));
	}
	assert_int_equal(told.date_count, TOLD_DATES_MOST);
	assert_string_equal(told.dates[0].of, "二");
	assert_string_equal(told.dates[TOLD_DATES_MOST - 1].of, "七");
}

static void what_was_heard_is_no_fact(void **state)
{
	struct told told = { 0 };
	(void)state;
	assert_null(told_heard(&told, "expired"));
	told_hear(&told, "expired", "no");
	told_hear(&told, "expired", "yes");
	assert_string_equal(told_heard(&told, "expired"), "yes");
	assert_int_equal(told.said_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_each_thing_the_latest_date_is_a_fact),
		cmocka_unit_test(the_oldest_date_goes_where_there_is_no_room),
		cmocka_unit_test(what_was_heard_is_no_fact),
		cmocka_unit_test(an_answer_is_told_by_its_label),
		cmocka_unit_test(a_second_answer_replaces_the_first_where_it_stands),
		cmocka_unit_test(questions_are_numbered_in_the_order_of_their_answers),
		cmocka_unit_test(an_answer_taken_back_keeps_its_place),
		cmocka_unit_test(what_was_never_answered_can_not_be_taken_back),
		cmocka_unit_test(with_no_room_left_the_oldest_answer_goes),
		cmocka_unit_test(the_latest_four_identifiers_are_kept_each_once),
		cmocka_unit_test(facts_hold_what_was_said_typed_and_used),
		cmocka_unit_test(nothing_said_is_known_and_an_unknown_browser_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
