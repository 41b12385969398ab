#include "service/popular.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"

#define SMALL_KNOWLEDGE DAYI_SOURCE_DIR "/tests/fixtures/knowledge-small"

static const int64_t noon_ms = INT64_C(1795572000000);
static const int64_t day_ms = INT64_C(86400000);

/* The standard questions of the fixture, in order of its files: what the page offers in any case.
 */
static const char *const batch = "安管人员考核事项可以多人批量申请吗？";
static const char *const before = "证书即将到期可以申请延续吗？";
static const char *const after = "证书过期还可以延续吗？";

/* As if nobody knew what the examples are answered with. */
static const struct entry *const unknown[EXAMPLES_MOST] = { NULL };

struct place {
	struct knowledge *knowledge;
	struct popular *popular;
};

static int set_up(void **state)
{
	static struct place place;

	*state = &place;
	return knowledge_load(SMALL_KNOWLEDGE, NULL, &place.knowledge) == STATUS_OK &&
	                       popular_create(&place.popular, place.knowledge, noon_ms) == STATUS_OK
	               ? 0
	               : -1;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	popular_destroy(place->popular);
	knowledge_destroy(place->knowledge);
	return 0;
}

static void hit(const struct place *place, const char *ids, int times, int64_t at_ms)
{
	for (int i = 0; i < times; i++)
		popular_hit(place->popular, ids, at_ms);
}

static void expect_first(const struct place *place, int64_t now_ms, const char *first,
                         const char *second)
{
	const char *questions[POPULAR_MOST];

	assert_true(popular_questions(place->popular, now_ms, unknown, questions) >= 2);
	assert_string_equal(questions[0], first);
	assert_string_equal(questions[1], second);
}

static void without_hits_the_examples_are_offered(void **state)
{
	const struct place *place = *state;
	const char *questions[POPULAR_MOST];
	const char *examples[EXAMPLES_MOST];
	const size_t count = knowledge_examples(place->knowledge, examples);

	assert_true(popular_questions(place->popular, noon_ms, unknown, questions) >= count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(questions[i], examples[i]);
}

/* The shipped knowledge has 13 entries and 6 examples, whose words are nobody's standard question.
 */
static void behind_the_examples_stand_other_standard_questions(void **state)
{
	struct knowledge *knowledge = NULL;
	struct popular *popular = NULL;
	const char *questions[POPULAR_MOST];

	(void)state;
	assert_int_equal(knowledge_load(DAYI_SOURCE_DIR "/knowledge", NULL, &knowledge), STATUS_OK);
	assert_int_equal(popular_create(&popular, knowledge, noon_ms), STATUS_OK);
	assert_int_equal(popular_questions(popular, noon_ms, unknown, questions), POPULAR_MOST);
	assert_string_equal(questions[5], "无资质信息");
	assert_string_equal(questions[6], batch);
	popular_destroy(popular);
	knowledge_destroy(knowledge);
}

static void what_was_answered_most_often_comes_first_and_once(void **state)
{
	const struct place *place = *state;
	const char *questions[POPULAR_MOST];
	size_t count;

	hit(place, "before-expiry", 3, noon_ms);
	hit(place, "after-expiry", 4, noon_ms);
	expect_first(place, noon_ms, after, before);
	count = popular_questions(place->popular, noon_ms, unknown, questions);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(questions[i], questions[j]);
}

/* The fixture offers its standard questions; here the first of them is said to mean another one. */
static void an_entry_is_offered_once_in_whatever_words(void **state)
{
	const struct place *place = *state;
	const struct entry *meant[EXAMPLES_MOST] = {
		knowledge_find(place->knowledge, "after-expiry"),
		NULL,
		knowledge_find(place->knowledge, "before-expiry"),
		knowledge_find(place->knowledge, "before-expiry"),
	};
	const char *questions[POPULAR_MOST], *examples[EXAMPLES_MOST];
	const size_t all = knowledge_examples(place->knowledge, examples);

	assert_true(all >= 4);
	hit(place, "after-expiry", 3, noon_ms);
	const size_t count = popular_questions(place->popular, noon_ms, meant, questions);

	assert_string_equal(questions[0], after);
	assert_string_equal(questions[1], examples[1]);
	assert_string_equal(questions[2], examples[2]);
	for (size_t i = 0; i < count; i++)
		assert_string_not_equal(questions[i], examples[3]);
}

static void two_hits_are_chance(void **state)
{
	const struct place *place = *state;

	hit(place, "after-expiry", 2, noon_ms);
	expect_first(place, noon_ms, batch,
	             "提示“您尚有未办结的申请事项，请等待办结后再进行申报”？");
}

/* After three days ten hits weigh five, less than six of today. */
static void hits_of_today_weigh_more_than_old_ones(void **state)
{
	const struct place *place = *state;

	hit(place, "after-expiry", 10, noon_ms - 3 * day_ms);
	hit(place, "before-expiry", 6, noon_ms);
	expect_first(place, noon_ms, before, after);
}

/* 5, 2.5 after three days, 1.25 after six. */
static void hits_are_forgotten_in_time(void **state)
{
	const struct place *place = *state;
	const char *questions[POPULAR_MOST];

	hit(place, "after-expiry", 5, noon_ms);
	(void)popular_questions(place->popular, noon_ms + 2 * day_ms, unknown, questions);
	assert_string_equal(questions[0], after);
	(void)popular_questions(place->popular, noon_ms + 6 * day_ms, unknown, questions);
	assert_string_equal(questions[0], batch);
}

static void each_of_several_entries_is_hit_and_unknown_ones_are_passed_over(void **state)
{
	const struct place *place = *state;

	hit(place, "gone  after-expiry before-expiry ", 3, noon_ms);
	hit(place, "after-expiry", 1, noon_ms);
	hit(place, "", 3, noon_ms);
	expect_first(place, noon_ms, after, before);
}

static void hits_go_over_to_the_next_knowledge(void **state)
{
	struct place *place = *state;
	struct knowledge *next = NULL;

	hit(place, "after-expiry", 3, noon_ms);
	assert_int_equal(knowledge_load(SMALL_KNOWLEDGE, NULL, &next), STATUS_OK);
	popular_move(place->popular, next);
	knowledge_destroy(place->knowledge);
	place->knowledge = next;
	expect_first(place, noon_ms, after, batch);
}

static void a_clock_far_in_the_future_breaks_nothing(void **state)
{
	const struct place *place = *state;

	hit(place, "after-expiry", 3, INT64_MAX / 2);
	hit(place, "before-expiry", 3, INT64_MIN / 2);
	expect_first(place, noon_ms, after, batch);
}

int main(void)
{
#define PLACED(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		PLACED(without_hits_the_examples_are_offered),
		PLACED(behind_the_examples_stand_other_standard_questions),
		PLACED(what_was_answered_most_often_comes_first_and_once),
		PLACED(an_entry_is_offered_once_in_whatever_words),
		PLACED(two_hits_are_chance),
		PLACED(hits_of_today_weigh_more_than_old_ones),
		PLACED(hits_are_forgotten_in_time),
		PLACED(each_of_several_entries_is_hit_and_unknown_ones_are_passed_over),
		PLACED(hits_go_over_to_the_next_knowledge),
		PLACED(a_clock_far_in_the_future_breaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
