/* What stands in a message to the letter: codes and words of patterns, popups. */
#include "support.h"

#include <string.h>

#include "base/utf8.h"

#define FAQ   DAYI_SOURCE_DIR "/knowledge"
#define CODES DAYI_SOURCE_DIR "/tests/fixtures/knowledge-codes"

/* The ids of the answers, joined by blanks; the outcome where there are none. */
static const char *answers_to(struct world *world, const char *message)
{
	const struct match_result result = match(world, message);
	char *told = arena_format(world->arena, "%s",
	                          result.band == BAND_CHOOSE    ? "choose"
	                          : result.band == BAND_DECLINE ? "decline"
	                                                        : "");
	for (size_t i = 0; i < result.answer_count; i++)
		told = arena_format(world->arena, "%s%s%s", told, i > 0 ? " " : "",
		                    result.answers[i].entry->id);
	return told;
}

static void a_code_that_only_a_pattern_knows_finds_its_entry(void **state)
{
	static const char *const messages[] = { "45009", "错误代码：45009", "错误代码45009怎么办？",
		                                "报错 errcode:45009, errmsg: reach max quota" };
	struct world world;
	(void)state;
	open_world(&world, CODES, NULL);
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		assert_string_equal(answers_to(&world, messages[i]), "over-quota");
	assert_string_equal(answers_to(&world, "40029"), "invalid-code");
	assert_string_not_equal(answers_to(&world, "错误代码：45010"), "over-quota");
	close_world(&world);
}

static void a_word_of_a_pattern_alone_finds_its_entry(void **state)
{
	struct world world;
	(void)state;
	open_world(&world, CODES, NULL);
	assert_string_equal(answers_to(&world, "vpn"), "no-network");
	assert_string_equal(answers_to(&world, "VPN？"), "no-network");
	assert_string_equal(answers_to(&world, "专网"), "no-network");
	/* Neither a word that holds it, nor what asks for more. */
	assert_string_equal(answers_to(&world, "vpns4all"), "decline");
	assert_string_equal(answers_to(&world, "usb"), "decline");
	close_world(&world);
}

static void what_an_answer_says_word_for_word_finds_its_entry(void **state)
{
	struct world world;
	(void)state;
	open_world(&world, CODES, NULL);
	assert_string_equal(answers_to(&world, "账户封存未满6个月"), "over-quota");
	assert_string_equal(answers_to(&world, "提示“账户封存未满6个月”怎么办"), "over-quota");
	assert_string_equal(answers_to(&world, "帳戶封存，未滿６個月"), "over-quota");
	/* Five characters of it are no phrase; nor is what every answer says. */
	assert_string_not_equal(answers_to(&world, "封存未满6"), "over-quota");
	assert_string_not_equal(answers_to(&world, "今天天气怎么样"), "over-quota");
	close_world(&world);
}

enum { POPUPS = 4, TEXT_SIZE = 16384 };

/* The entries of the FAQ that print one popup each: 2, 3, 6 and 7. */
static void popups_of(const struct world *world, const struct entry *entries[POPUPS])
{
	static const int numbers[POPUPS] = { 2, 3, 6, 7 };
	for (size_t i = 0; i < POPUPS; i++) {
		entries[i] = knowledge_numbered(world->snapshot->knowledge, numbers[i]);
		assert_non_null(entries[i]);
		assert_true(entries[i]->prompts.count > 0);
	}
}

/* The popups of these entries with a separator between them are each answered, in their order. */
static void expect_each(struct world *world, const struct entry *const *entries, size_t count,
                        const char *separator)
{
	char message[TEXT_SIZE] = "", expected[TEXT_SIZE] = "";
	for (size_t i = 0; i < count; i++) {
		strcat(message, i > 0 ? separator : "");
		strcat(message, entries[i]->prompts.items[0]);
		strcat(expected, i > 0 ? " " : "");
		strcat(expected, entries[i]->id);
	}
	const char *told = answers_to(world, message);
	if (strcmp(told, expected) != 0)
		fail_msg("\"%s\": %s", message, told);
}

static void every_pair_and_triple_of_popups_is_answered(void **state)
{
	static const char *const separators[] = {
		"\n", "\n\n", "确定", "提示：", "；", "和", "还有"
	};
	const struct entry *popups[POPUPS];
	struct world world;
	size_t tried = 0;
	(void)state;
	open_world(&world, FAQ, NULL);
	popups_of(&world, popups);
	for (size_t s = 0; s < sizeof(separators) / sizeof(separators[0]); s++)
		for (size_t code = 0; code < POPUPS * POPUPS * POPUPS; code++) {
			const size_t a = code / (POPUPS * POPUPS), b = code / POPUPS % POPUPS,
			             c = code % POPUPS;
			const struct entry *chosen[] = { popups[a], popups[b], popups[c] };
			if (a == b || b == c || a == c)
				continue;
			expect_each(&world, chosen, 3, separators[s]);
			expect_each(&world, chosen, 2, separators[s]);
			tried++;
		}
	assert_int_equal(tried, 7 * 24);
	close_world(&world);
}

static void a_popup_is_found_wherever_it_stands_in_a_long_text(void **state)
{
	static const char around[] = "文件(F) 编辑(E) 查看(V) 工具(T) 帮助(H)\n"
	                             "首页 > 证书管理 > 延续申请\n姓名 张三 性别 男\n"
	                             "您好，我是公司的经办人，今天上午在系统里填表，"
	                             "填到第三步的时候页面弹出一个框，内容抄在这里。\n"
	                             "08:13:01 李工：收到\n照片规格：一寸白底\n";
	const struct entry *popups[POPUPS];
	struct world world;
	(void)state;
	open_world(&world, FAQ, NULL);
	popups_of(&world, popups);
	for (size_t i = 0; i < POPUPS; i++)
		for (int place = 0; place < 3; place++) {
			char message[TEXT_SIZE] = "";
			for (int part = 0; part < 25; part++) {
				if (part == place * 12)
					strcat(message, popups[i]->prompts.items[0]);
				strcat(message, around);
			}
			assert_true(utf8_length(span_of(message)) < 4000);
			assert_string_equal(answers_to(&world, message), popups[i]->id);
		}
	close_world(&world);
}

static void a_popup_that_a_longer_one_holds_is_not_answered_beside_it(void **state)
{
	struct world world;
	(void)state;
	open_world(&world, CODES, NULL);
	assert_string_equal(answers_to(&world, "提示：接口还未授权请先申请"), "unauthorised");
	assert_string_equal(answers_to(&world, "提示：接口还未授权"), "invalid-code");
	close_world(&world);
}

/* The text of a window around a popup. */
#define WINDOW(popup)                                                                              \
	"安全生产考核\n首页 > 在线办理 > 企业信息 > 人员信息\n来自网页的消息\n" popup              \
	"\n确定\n上一步 保存 下一步 提交\n施工企业主要负责人、项目负责人和专职安全生产管理人员"

static void a_windows_popup_is_answered_where_the_faq_has_it_and_declined_elsewhere(void **state)
{
	struct world world;
	(void)state;
	open_world(&world, FAQ, NULL);
	assert_string_equal(answers_to(&world, WINDOW("成绩不存在或已过期")),
	                    "exam-result-missing");
	assert_string_equal(answers_to(&world, WINDOW("验证码错误，请重新输入")), "decline");
	close_world(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_that_only_a_pattern_knows_finds_its_entry),
		cmocka_unit_test(a_word_of_a_pattern_alone_finds_its_entry),
		cmocka_unit_test(what_an_answer_says_word_for_word_finds_its_entry),
		cmocka_unit_test(every_pair_and_triple_of_popups_is_answered),
		cmocka_unit_test(a_popup_is_found_wherever_it_stands_in_a_long_text),
		cmocka_unit_test(a_popup_that_a_longer_one_holds_is_not_answered_beside_it),
		cmocka_unit_test(
		        a_windows_popup_is_answered_where_the_faq_has_it_and_declined_elsewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
