#include "support.h"

#include <string.h>

#include "service/lookup.h"

/* The office's own folder: what is expected stands in its FAQ. */
static struct world world;
static struct lookup_answer answer;

static int set_up(void **state)
{
	(void)state;
	world = (struct world){ 0 };
	open_world(&world, DAYI_SOURCE_DIR "/knowledge", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close_world(&world);
	return 0;
}

static const struct lookup_result *first(const char *typed)
{
	arena_reset(world.arena);
	assert_int_equal(lookup_run(world.scratch, span_of(typed), world.arena, &answer),
	                 STATUS_OK);
	if (answer.count == 0)
		fail_msg("\"%s\" finds nothing", typed);
	return &answer.results[0];
}

static void assert_finds(const char *typed, int number, enum lookup_why why)
{
	const struct lookup_result *result = first(typed);
	if (result->entry->number != number)
		fail_msg("\"%s\" finds %d first, not %d", typed, result->entry->number, number);
	assert_string_equal(lookup_why_name(result->why), lookup_why_name(why));
}

static void a_number_finds_its_entry_in_whatever_form(void **state)
{
	(void)state;
	assert_finds("7", 7, LOOKUP_BY_NUMBER);
	assert_finds("第7条", 7, LOOKUP_BY_NUMBER);
	assert_finds("第七条", 7, LOOKUP_BY_NUMBER);
	assert_finds("第十三个问题", 13, LOOKUP_BY_NUMBER);
	assert_finds("１２", 12, LOOKUP_BY_NUMBER);
	assert_null(first("7")->named_case);
}

static void a_number_of_a_case_names_it(void **state)
{
	static const char *const typed[] = { "第7条情形2", "7.2", "7 情形2", "第七条的第二种情形",
		                             "7-2" };
	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		const struct lookup_result *result = first(typed[i]);
		assert_int_equal(result->entry->number, 7);
		if (!result->named_case) {
			fail_msg("\"%s\" names no case", typed[i]);
			return;
		}
		assert_string_equal(result->named_case->id, "2");
	}
	assert_null(first("7.9")->named_case);
}

static void a_number_inside_a_sentence_is_no_entrys_number(void **state)
{
	(void)state;
	assert_true(first("7月份考的成绩查不到")->why != LOOKUP_BY_NUMBER);
}

static void initials_and_pinyin_find_the_words_that_they_stand_for(void **state)
{
	(void)state;
	assert_finds("wbj", 2, LOOKUP_BY_INITIALS);
	assert_string_equal(answer.results[0].question.items[1], "未办结");
	assert_finds("weibanjie", 2, LOOKUP_BY_PINYIN);
	assert_finds("sczp", 9, LOOKUP_BY_INITIALS);
}

static void a_popup_is_answered_as_the_robot_would_and_tells_the_runner_up(void **state)
{
	(void)state;
	assert_finds("提示 您尚有未办结的申请事项，请等待办结后再进行申报 确定", 2,
	             LOOKUP_BY_PROMPT);
	assert_true(answer.results[0].confidence > 0.9);
	assert_int_equal(answer.band, BAND_ANSWER);
	assert_int_equal(answer.best->entry->number, 2);
	if (answer.runner_up)
		assert_true(answer.runner_up->confidence <= answer.best->confidence);
}

static void words_show_the_text_that_they_stand_in(void **state)
{
	(void)state;
	const struct lookup_result *result = first("临时建造师");
	assert_int_equal(result->entry->number, 8);
	first("旧版劳务类资质");
	assert_int_equal(answer.results[0].entry->number, 4);
}

static void a_topic_that_the_robot_points_elsewhere_with_is_found(void **state)
{
	(void)state;
	const struct lookup_result *result = first("考试时间是什么时候");
	assert_int_equal(answer.band, BAND_DECLINE);
	assert_ptr_equal(result->entry, answer.other);
	assert_string_equal(result->entry->question, "考试时间、考试安排");
	assert_int_equal(result->why, LOOKUP_BY_SEARCH);
	assert_true(result->confidence < 0);
}

static void a_receipt_is_recognised_and_nothing_is_searched_for_it(void **state)
{
	(void)state;
	arena_reset(world.arena);
	assert_int_equal(lookup_run(world.scratch, span_of("a7kq 2m9x"), world.arena, &answer),
	                 STATUS_OK);
	assert_string_equal(answer.receipt, "A7KQ-2M9X");
	assert_int_equal(answer.count, 0);
}

static void an_entry_is_listed_once(void **state)
{
	(void)state;
	first("证书");
	for (size_t i = 0; i < answer.count; i++)
		for (size_t k = i + 1; k < answer.count; k++)
			assert_ptr_not_equal(answer.results[i].entry, answer.results[k].entry);
	assert_true(answer.count <= LOOKUP_RESULTS_MOST);
}

static void nothing_and_too_much_find_nothing(void **state)
{
	char much[LOOKUP_TYPED_MOST + 2];
	(void)state;
	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	assert_int_equal(lookup_run(world.scratch, span_of(" "), world.arena, &answer), STATUS_OK);
	assert_int_equal(answer.count, 0);
	assert_int_equal(lookup_run(world.scratch, span_of(much), world.arena, &answer),
	                 STATUS_LIMIT);
}

static void an_entry_is_shown_with_its_copies_and_its_script(void **state)
{
	struct lookup_entry shown;
	(void)state;
	arena_reset(world.arena);
	assert_int_equal(lookup_show(world.snapshot, "exam-result-missing", world.arena, &shown),
	                 STATUS_OK);
	assert_int_equal(shown.entry->case_count, 3);
	assert_string_equal(shown.cases[2].brief,
	                    "获取不到成绩,或提示“成绩不存在或已过期”？\n"
	                    "申请人向当地建设安全监督部门报告整改情况并提请重新考核。");
	assert_int_equal(shown.cases[2].sms_count, 1);
	assert_non_null(strstr(shown.full, "情形3：申请人因安全生产事故被问责，列入黑名单。"));
	assert_non_null(strstr(shown.script, "照读："));
	assert_int_equal(lookup_show(world.snapshot, "no-such", world.arena, &shown),
	                 STATUS_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_finds_its_entry_in_whatever_form),
		cmocka_unit_test(a_number_of_a_case_names_it),
		cmocka_unit_test(a_number_inside_a_sentence_is_no_entrys_number),
		cmocka_unit_test(initials_and_pinyin_find_the_words_that_they_stand_for),
		cmocka_unit_test(a_popup_is_answered_as_the_robot_would_and_tells_the_runner_up),
		cmocka_unit_test(words_show_the_text_that_they_stand_in),
		cmocka_unit_test(a_topic_that_the_robot_points_elsewhere_with_is_found),
		cmocka_unit_test(a_receipt_is_recognised_and_nothing_is_searched_for_it),
		cmocka_unit_test(an_entry_is_listed_once),
		cmocka_unit_test(nothing_and_too_much_find_nothing),
		cmocka_unit_test(an_entry_is_shown_with_its_copies_and_its_script),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
