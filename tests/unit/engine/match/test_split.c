#include "text_fixture.h"

#include "engine/match/split.h"

/* By the lexicon of a folder. */
static size_t cut_by(void **state, const struct lexicon *lexicon, const char *message,
                     bool at_every_comma)
{
	struct fixture *fixture = *state;
	struct clauses clauses;
	struct marks *marks;
	struct text text;
	arena_reset(fixture->arena);
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(marks_create(lexicon, fixture->normaliser, &marks), STATUS_OK);
	split_questions(marks, &text, at_every_comma, &clauses);
	marks_destroy(marks);
	for (size_t i = 0; i < clauses.count; i++) {
		const struct clause *clause = &clauses.items[i];
		assert_true(clause->start < clause->end);
		assert_true(clause->end <= text.count);
		assert_true(i == 0 || clauses.items[i - 1].end <= clause->start);
	}
	return clauses.count;
}

static size_t cut_at(void **state, const char *message, bool at_every_comma)
{
	static const struct lexicon usual = { .synonym_count = 0 };
	return cut_by(state, &usual, message, at_every_comma);
}

static size_t clauses_in(void **state, const char *message)
{
	return cut_at(state, message, false);
}

static void one_question_is_one_clause(void **state)
{
	assert_int_equal(clauses_in(state, "证书过期还可以延续吗？"), 1);
	assert_int_equal(clauses_in(state, "公司改名了，取出来的还是旧名称"), 1);
}

static void two_question_marks_are_two_questions(void **state)
{
	assert_int_equal(clauses_in(state, "能不能批量报？照片传不上去怎么办？"), 2);
}

static void another_question_can_be_announced_by_a_word(void **state)
{
	assert_int_equal(clauses_in(state, "能不能批量报另外照片传不上去怎么办"), 2);
	assert_int_equal(clauses_in(state, "照片传不上去，而且成绩也没有"), 2);
	assert_int_equal(clauses_in(state, "能不能批量报以及证过期能不能延续"), 2);
}

static void a_folder_may_have_words_of_its_own_or_none(void **state)
{
	static const char message[] = "能不能批量报捎带问照片传不上去怎么办";
	static const char usual_word[] = "能不能批量报另外照片传不上去怎么办";
	static const char *const words[] = { "捎带问" };
	struct lexicon lexicon = { .synonym_count = 0 };
	lexicon.cues[CUE_ANOTHER] = (struct strings){ words, 1 };
	assert_int_equal(cut_at(state, message, false), 1);
	assert_int_equal(cut_by(state, &lexicon, message, false), 2);
	assert_int_equal(cut_by(state, &lexicon, usual_word, false), 2);
	lexicon.usual_cues_off = true;
	assert_int_equal(cut_by(state, &lexicon, usual_word, false), 1);
}

static void a_latin_word_ends_where_its_letters_do(void **state)
{
	assert_int_equal(clauses_in(state, "照片传不上去 also 成绩也没有"), 2);
	assert_int_equal(clauses_in(state, "照片传不上去 alsoran 成绩也没有"), 1);
	assert_int_equal(clauses_in(state, "我的证书还有10天就到期了"), 1);
}

static void what_is_left_over_is_no_further_question(void **state)
{
	assert_int_equal(clauses_in(state, "前面还有一笔业务没有结束"), 1);
	assert_int_equal(clauses_in(state, "我的证书还有三个月就到期了"), 1);
	assert_int_equal(clauses_in(state, "系统说我还有没办结的事项"), 1);
}

static void numbering_parts_questions(void **state)
{
	assert_int_equal(clauses_in(state, "1.证快到期了能延续吗 2.要是已经过期了呢"), 2);
}

static void commas_part_questions_where_the_message_says_there_are_several(void **state)
{
	assert_int_equal(clauses_in(state, "照片传不上去，成绩也没有，两个问题都怎么解决"), 3);
}

static void every_comma_parts_where_that_is_asked_for(void **state)
{
	assert_int_equal(cut_at(state, "照片传不上去，成绩也没有", false), 1);
	assert_int_equal(cut_at(state, "照片传不上去，成绩也没有", true), 2);
}

static void a_point_in_a_number_or_address_parts_nothing(void **state)
{
	assert_int_equal(clauses_in(state, "访问http://www.coc.gov.cn打不开"), 1);
	assert_int_equal(clauses_in(state, "分数是59.5能不能申请"), 1);
}

/* The code point at which it is cut first; 0: nowhere. */
static size_t joint_by(void **state, const struct lexicon *lexicon, const char *message)
{
	struct fixture *fixture = *state;
	struct clauses two;
	struct marks *marks;
	struct text text;
	size_t at = 0;
	arena_reset(fixture->arena);
	assert_int_equal(marks_create(lexicon, fixture->normaliser, &marks), STATUS_OK);
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	const bool found = split_at_joint(marks, &text, &at, &two);
	marks_destroy(marks);
	return found ? at - 1 : 0;
}

static size_t joint_in(void **state, const char *message)
{
	static const struct lexicon usual = { .synonym_count = 0 };
	return joint_by(state, &usual, message);
}

static void a_folder_may_say_with_whom_in_its_own_words(void **state)
{
	static const char *const words[] = { "咋个" };
	struct lexicon lexicon = { .synonym_count = 0 };
	assert_int_equal(joint_by(state, &lexicon, "这件事咋个跟受理单位说清楚"), 5);
	lexicon.cues[CUE_WITH_WHOM] = (struct strings){ words, 1 };
	assert_int_equal(joint_by(state, &lexicon, "这件事咋个跟受理单位说清楚"), 0);
}

static void a_word_between_two_questions_joins_them(void **state)
{
	assert_int_equal(joint_in(state, "借书证怎么办理和几点开门"), 7);
	assert_int_equal(joint_in(state, "照片传不上怎么办跟成绩在哪查"), 8);
	assert_int_equal(joint_in(state, "办证要交什么和在哪里交"), 6);
	assert_int_equal(joint_in(state, "证书过期了能延续吗和照片怎么传"), 9);
}

static void a_blank_between_han_may_join_two_questions(void **state)
{
	assert_int_equal(joint_in(state, "照片传不上去怎么办 成绩在哪里查"), 9);
	assert_int_equal(joint_in(state, "照片传不上去怎么办　成绩在哪里查"), 9);
	assert_int_equal(joint_in(state, "照片传不上去怎么办\t成绩在哪里查"), 9);
	assert_int_equal(joint_in(state, "照片 传不上去怎么办"), 0);
	assert_int_equal(joint_in(state, "照片传不上去 IE11 怎么下载"), 0);
}

static void with_whom_something_is_done_joins_no_questions(void **state)
{
	assert_int_equal(joint_in(state, "成绩查不到怎么跟单位解释能不能延期"), 0);
	assert_int_equal(joint_in(state, "成绩查不到怎么和单位解释能不能延期"), 0);
	assert_int_equal(joint_in(state, "照片传不上能不能和同事一起办"), 0);
	assert_int_equal(joint_in(state, "证书丢了咋跟领导交代"), 0);
	assert_int_equal(joint_in(state, "证书丢了是不是跟浏览器有关系"), 0);
	/* The other one joins. */
	assert_int_equal(joint_in(state, "证书过期了怎么跟单位说和怎么延期"), 11);
}

static void there_is_a_ceiling(void **state)
{
	char message[4096] = "";
	for (int i = 0; i < 100; i++)
		strcat(message, "能不能批量报？");
	assert_int_equal(clauses_in(state, message), CLAUSES_MOST);
}

static void nothing_is_no_clause(void **state)
{
	assert_int_equal(clauses_in(state, "？？？！！"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_question_is_one_clause),
		cmocka_unit_test(two_question_marks_are_two_questions),
		cmocka_unit_test(another_question_can_be_announced_by_a_word),
		cmocka_unit_test(a_folder_may_have_words_of_its_own_or_none),
		cmocka_unit_test(a_latin_word_ends_where_its_letters_do),
		cmocka_unit_test(what_is_left_over_is_no_further_question),
		cmocka_unit_test(numbering_parts_questions),
		cmocka_unit_test(commas_part_questions_where_the_message_says_there_are_several),
		cmocka_unit_test(every_comma_parts_where_that_is_asked_for),
		cmocka_unit_test(a_point_in_a_number_or_address_parts_nothing),
		cmocka_unit_test(a_folder_may_say_with_whom_in_its_own_words),
		cmocka_unit_test(a_word_between_two_questions_joins_them),
		cmocka_unit_test(a_blank_between_han_may_join_two_questions),
		cmocka_unit_test(with_whom_something_is_done_joins_no_questions),
		cmocka_unit_test(there_is_a_ceiling),
		cmocka_unit_test(nothing_is_no_clause),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
