#include "office/authoring/answer_diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct entry_case first_case = { .id = "1" }, second_case = { .id = "2" };
static const struct entry photo = { .id = "photo" }, exam = { .id = "exam" };

static struct reply answered(const struct entry *entry, const struct entry_case *named)
{
	return (struct reply){ .outcome = OUTCOME_ANSWER,
		               .answers = { { .entry = entry, .named_case = named } },
		               .answer_count = 1,
		               .text = "请使用360浏览器。" };
}

static struct reply offered(const struct entry *entry)
{
	return (struct reply){ .outcome = OUTCOME_CHOOSE,
		               .choices = { { .entry = entry } },
		               .choice_count = 1,
		               .text = "您是想问：" };
}

static struct reply referred(const char *topic)
{
	return (struct reply){ .outcome = OUTCOME_DECLINE,
		               .reason = "referral",
		               .topic = topic,
		               .text = "请拨打电话。" };
}

static enum diff_kind kind(struct reply before, struct reply after)
{
	return diff_compare(&before, &after);
}

static void a_reply_that_stays_is_no_change(void **state)
{
	(void)state;
	assert_int_equal(kind(answered(&photo, NULL), answered(&photo, NULL)), DIFF_NONE);
	assert_int_equal(kind(offered(&photo), offered(&photo)), DIFF_NONE);
	assert_int_equal(kind(referred("tax"), referred("tax")), DIFF_NONE);
}

static void the_gravest_thing_names_the_change(void **state)
{
	struct reply reworded = answered(&photo, NULL);

	(void)state;
	reworded.text = "请使用谷歌浏览器。";
	assert_int_equal(kind(answered(&photo, NULL), reworded), DIFF_WORDS);
	assert_int_equal(kind(answered(&photo, NULL), answered(&exam, NULL)), DIFF_ENTRY);
	assert_int_equal(kind(answered(&photo, NULL), offered(&photo)), DIFF_LOST);
	assert_int_equal(kind(answered(&photo, NULL), referred("tax")), DIFF_LOST);
	assert_int_equal(kind(offered(&photo), answered(&photo, NULL)), DIFF_GAINED);
	assert_int_equal(kind(referred("tax"), answered(&photo, NULL)), DIFF_GAINED);
}

static void a_case_that_is_named_another_way_is_told_from_other_words(void **state)
{
	(void)state;
	assert_int_equal(kind(answered(&exam, &first_case), answered(&exam, &second_case)),
	                 DIFF_CASE);
	assert_int_equal(kind(answered(&exam, &first_case), answered(&exam, NULL)), DIFF_CASE);
	assert_int_equal(kind(answered(&exam, NULL), answered(&exam, &first_case)), DIFF_CASE);
}

static void what_is_not_answered_may_end_in_many_ways(void **state)
{
	const struct question expired = { .fact = "expired" };
	struct reply asks = offered(&photo);

	(void)state;
	asks.outcome = OUTCOME_ASK;
	asks.next = &expired;
	assert_int_equal(kind(offered(&photo), offered(&exam)), DIFF_OFFERED);
	assert_int_equal(kind(offered(&photo), referred("tax")), DIFF_OFFERED);
	assert_int_equal(kind(referred("tax"), referred("wages")), DIFF_OFFERED);
	assert_int_equal(kind(offered(&photo), asks), DIFF_OFFERED);
}

static void one_of_two_answers_that_goes_is_another_entry(void **state)
{
	struct reply both = answered(&photo, NULL);

	(void)state;
	both.answers[both.answer_count++].entry = &exam;
	assert_int_equal(kind(both, answered(&photo, NULL)), DIFF_ENTRY);
	assert_int_equal(kind(answered(&photo, NULL), both), DIFF_ENTRY);
}

static void the_gravest_come_first_and_within_them_what_is_asked_most(void **state)
{
	struct diff_question questions[] = {
		{ .text = { "a", 1 }, .asked = 900, .kind = DIFF_WORDS },
		{ .text = { "b", 1 }, .asked = 2, .kind = DIFF_LOST },
		{ .text = { "c", 1 }, .asked = 1000, .kind = DIFF_NONE },
		{ .text = { "e", 1 }, .asked = 3, .kind = DIFF_LOST },
		{ .text = { "d", 1 }, .asked = 2, .kind = DIFF_LOST },
	};
	char order[6] = "";

	(void)state;
	diff_sort(questions, 5);
	for (int i = 0; i < 5; i++)
		order[i] = questions[i].text.ptr[0];
	assert_string_equal(order, "ebdac");
}

static void only_a_golden_question_is_lost_and_not_by_other_words(void **state)
{
	(void)state;
	assert_true(diff_is_loss(&(struct diff_question){ .golden = true, .kind = DIFF_CASE }));
	assert_true(diff_is_loss(&(struct diff_question){ .golden = true, .kind = DIFF_GAINED }));
	assert_false(diff_is_loss(&(struct diff_question){ .golden = true, .kind = DIFF_WORDS }));
	assert_false(diff_is_loss(&(struct diff_question){ .golden = false, .kind = DIFF_LOST }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_that_stays_is_no_change),
		cmocka_unit_test(the_gravest_thing_names_the_change),
		cmocka_unit_test(a_case_that_is_named_another_way_is_told_from_other_words),
		cmocka_unit_test(what_is_not_answered_may_end_in_many_ways),
		cmocka_unit_test(one_of_two_answers_that_goes_is_another_entry),
		cmocka_unit_test(the_gravest_come_first_and_within_them_what_is_asked_most),
		cmocka_unit_test(only_a_golden_question_is_lost_and_not_by_other_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
