#include "engine/match/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Two places of one certificate; and a certificate with a photo, which is nobody's in particular.
 */
static const char *const photo_also[] = { "照片传不上去", "a证照片传不了", "考证照片不对" };
static const char *const score_also[] = { "成绩查不到", "没有成绩", "系统里没有分数" };
static const struct entry entries[] = {
	{ .id = "futian", .question = "【福田区】计划生育情况证明", .answer = "", .file = "" },
	{ .id = "yantian", .question = "【盐田区】计划生育情况证明", .answer = "", .file = "" },
	{ .id = "photo",
	  .question = "照片上传不了怎么办",
	  .answer = "请换浏览器。安管证的照片要白底。",
	  .also = { photo_also, 3 } },
	{ .id = "school",
	  .question = "孩子上学要居住证吗",
	  .answer = "带身份证到受理点。",
	  .file = "" },
	{ .id = "identity", .question = "身份证办理要几天", .answer = "", .file = "" },
	{ .id = "score",
	  .question = "获取不到成绩",
	  .answer = "向郑州的考试机构核实身份证号和培训机构登记的整改报告。",
	  .also = { score_also, 3 } },
	{ .id = "hours", .question = "窗口几点上班", .answer = "洛阳的窗口九点。", .file = "" },
};
static const struct knowledge knowledge = { .entries = entries,
	                                    .entry_count = 7,
	                                    .answer_count = 7 };
enum { FUTIAN, YANTIAN, PHOTO, SCHOOL, IDENTITY, SCORE };

struct fixture {
	struct normaliser *normaliser;
	struct rewriter *rewriter;
	struct slots *slots;
	struct arena *arena;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	*state = &fixture;
	assert_int_equal(arena_create(&fixture.arena, 1 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&fixture.normaliser), STATUS_OK);
	assert_int_equal(rewriter_create(&knowledge, fixture.normaliser, true, &fixture.rewriter),
	                 STATUS_OK);
	assert_int_equal(
	        slots_create(&knowledge, fixture.normaliser, fixture.rewriter, &fixture.slots),
	        STATUS_OK);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	slots_destroy(fixture->slots);
	rewriter_destroy(fixture->rewriter);
	normaliser_destroy(fixture->normaliser);
	arena_destroy(fixture->arena);
	return 0;
}

static bool differs(void **state, const char *message, uint32_t row)
{
	struct fixture *fixture = *state;
	struct text text;
	struct rewritten rewritten;
	struct compounds compounds;
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(
	        rewrite(fixture->rewriter, text.points, text.count, fixture->arena, &rewritten),
	        STATUS_OK);
	slots_read(fixture->slots, &rewritten, &compounds);
	return slots_differ(fixture->slots, &compounds, row);
}

static void another_place_is_not_the_entrys(void **state)
{
	assert_true(differs(state, "盐田区的计划生育证明怎么开", FUTIAN));
	assert_false(differs(state, "盐田区的计划生育证明怎么开", YANTIAN));
	assert_true(differs(state, "罗湖区计划生育情况证明", FUTIAN));
}

static void an_entry_that_names_no_place_is_for_every_place(void **state)
{
	assert_false(differs(state, "我是罗湖区的，照片上传不了", PHOTO));
}

static void a_certificate_that_no_entry_knows_is_another(void **state)
{
	assert_true(differs(state, "会计证照片上传不了", PHOTO));
	assert_true(differs(state, "护照照片上传不了", PHOTO));
	assert_true(differs(state, "社保卡照片上传失败", PHOTO));
}

static void the_entrys_own_certificates_are_its_own(void **state)
{
	assert_false(differs(state, "A证照片传不了", PHOTO));
	assert_false(differs(state, "安管证照片上传不了", PHOTO));
}

static void what_is_done_with_a_certificate_names_none(void **state)
{
	assert_false(differs(state, "我办证的照片传不了", PHOTO));
	assert_false(differs(state, "换证照片上传不了", PHOTO));
	assert_false(differs(state, "我的证照片不对", PHOTO));
}

static void what_somebody_has_is_a_circumstance(void **state)
{
	assert_false(differs(state, "我有会计证，照片上传不了", PHOTO));
}

static void a_thing_is_known_by_its_whole_name(void **state)
{
	assert_true(differs(state, "学历照片无法上传", PHOTO));
	assert_true(differs(state, "聘用企业和社保单位不一样", PHOTO));
	assert_false(differs(state, "身份证号填好了照片传不上去", PHOTO));
}

static void a_name_that_only_the_answer_has_is_another_thing(void **state)
{
	assert_true(differs(state, "孩子上学要身份证吗", SCHOOL));
	assert_false(differs(state, "居民身份证几天能办好", IDENTITY));
}

static void other_people_are_not_the_entrys(void **state)
{
	assert_true(differs(state, "老人上学要居住证吗", SCHOOL));
	assert_false(differs(state, "小孩上学要居住证吗", SCHOOL));
	assert_false(differs(state, "老人的照片上传不了", PHOTO));
}

/* The answers name 郑州 and 洛阳, which are of one province. */
static void an_office_of_one_province_is_not_for_another(void **state)
{
	assert_true(differs(state, "浙江的成绩查不到", SCORE));
	assert_true(differs(state, "武汉这边照片上传不了", PHOTO));
	assert_false(differs(state, "河南的成绩查不到", SCORE));
	assert_false(differs(state, "开封考的，成绩查不到", SCORE));
	assert_false(differs(state, "我是浙江人，成绩查不到", SCORE));
}

/* 成都 in 换成都 is no place, nor is the place in the name of a street. */
static void characters_inside_of_other_words_are_no_place(void **state)
{
	assert_false(differs(state, "照片换成都传不上去", SCORE));
	assert_false(differs(state, "东西安全员传不上去", SCORE));
	assert_false(differs(state, "中山东路的成绩查不到", SCORE));
	assert_false(differs(state, "介绍兴业银行的成绩", SCORE));
	assert_false(differs(state, "打开封面成绩查不到", PHOTO));
	assert_false(differs(state, "今天津贴查不到", SCORE));
	assert_false(differs(state, "照片放大连着传不上", SCORE));
	assert_false(differs(state, "北京时间几点出成绩", SCORE));
	assert_false(differs(state, "北京路的窗口几点上班", SCORE));
}

/* Where somebody is or comes from is not where the matter is. */
static void a_place_where_somebody_is_is_a_circumstance(void **state)
{
	assert_false(differs(state, "我在北京出差照片传不上去怎么办", PHOTO));
	assert_false(differs(state, "身份证是四川的照片传不上去", PHOTO));
	assert_false(differs(state, "我户口在山东成绩查不到", SCORE));
	assert_false(differs(state, "四川户口成绩查不到", SCORE));
	assert_true(differs(state, "四川考的成绩查不到", SCORE));
}

/* Whether an office of the folder is for 浙江, asked about an entry that names no place. */
static bool differs_in(const struct knowledge *folder)
{
	struct fixture own;
	void *state = &own;
	bool differ;
	assert_int_equal(arena_create(&own.arena, 1 << 20), STATUS_OK);
	assert_int_equal(normaliser_create(&own.normaliser), STATUS_OK);
	assert_int_equal(rewriter_create(folder, own.normaliser, true, &own.rewriter), STATUS_OK);
	assert_int_equal(slots_create(folder, own.normaliser, own.rewriter, &own.slots), STATUS_OK);
	differ = differs(&state, "浙江的成绩查不到", 0);
	assert_int_equal(tear_down(&state), 0);
	return differ;
}

static const struct entry placeless[] = {
	{ .id = "score", .question = "获取不到成绩", .answer = "请等待。", .file = "" },
	{ .id = "hours",
	  .question = "窗口几点上班",
	  .answer = "洛阳的窗口，北京时间九点。",
	  .file = "" },
};

static void one_mention_of_a_place_makes_no_home(void **state)
{
	(void)state;
	const struct knowledge folder = { .entries = placeless,
		                          .entry_count = 2,
		                          .answer_count = 2 };
	assert_false(differs_in(&folder));
}

static void the_office_names_its_own_place(void **state)
{
	(void)state;
	const struct knowledge folder = { .entries = placeless,
		                          .entry_count = 2,
		                          .answer_count = 2,
		                          .office = { .name = "河南省考试中心" } };
	assert_true(differs_in(&folder));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_place_is_not_the_entrys),
		cmocka_unit_test(an_entry_that_names_no_place_is_for_every_place),
		cmocka_unit_test(a_certificate_that_no_entry_knows_is_another),
		cmocka_unit_test(the_entrys_own_certificates_are_its_own),
		cmocka_unit_test(what_is_done_with_a_certificate_names_none),
		cmocka_unit_test(what_somebody_has_is_a_circumstance),
		cmocka_unit_test(a_thing_is_known_by_its_whole_name),
		cmocka_unit_test(a_name_that_only_the_answer_has_is_another_thing),
		cmocka_unit_test(other_people_are_not_the_entrys),
		cmocka_unit_test(an_office_of_one_province_is_not_for_another),
		cmocka_unit_test(characters_inside_of_other_words_are_no_place),
		cmocka_unit_test(a_place_where_somebody_is_is_a_circumstance),
		cmocka_unit_test(one_mention_of_a_place_makes_no_home),
		cmocka_unit_test(the_office_names_its_own_place),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
