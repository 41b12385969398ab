#include "text_fixture.h"

#include "engine/dialogue/selection.h"
#include "engine/dialogue/words.h"
#include "wordless.h"

/* What a folder without a lexicon listens for. */
static const struct words *usual_words(struct fixture *fixture)
{
	static const struct knowledge none = { .entry_count = 0 };
	const struct words *words;
	assert_int_equal(words_create(&none, fixture->normaliser, NULL, fixture->arena, &words),
	                 STATUS_OK);
	return words;
}

static struct selection read_one(void **state, const char *message)
{
	struct fixture *fixture = *state;
	struct text text;
	assert_int_equal(normalise(fixture->normaliser, span_of(message), fixture->arena, &text),
	                 STATUS_OK);
	return selection_read(usual_words(fixture), &text);
}

static void expect(void **state, const char *message, enum cue kind, int number)
{
	const struct selection selection = read_one(state, message);
	if (selection.kind != kind || (number && selection.number != number))
		fail_msg("\"%s\": kind %d, number %d", message, (int)selection.kind,
		         selection.number);
}

static void no_word_begins_at_the_end_of_a_text(void **state)
{
	struct fixture *fixture = *state;
	const struct words *words = usual_words(fixture);
	static const char *const texts[] = { "", "好的", "谢谢老师", "😂", "。" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct span text = span_of(texts[i]);
		size_t at = 0, end;

		assert_null(words_next(&words->cues, text, text.len, &at, &end));
	}
}

static void signs_without_a_word_are_read(void **state)
{
	for (size_t i = 0; i < WORDLESS_COUNT; i++) {
		const struct selection selection = read_one(state, wordless[i]);

		assert_int_equal(selection.number, 0);
		assert_int_equal(selection.subject_count, 0);
	}
}

static void an_item_is_a_number_in_any_dress(void **state)
{
	static const char *const twos[] = { "2",          "２",    "2.",         "2、", "第二个",
		                            "第2个",      "选2",   "我选第二个", "二",  "②",
		                            "就第二个吧", "（2）", "2号" };
	for (size_t i = 0; i < sizeof(twos) / sizeof(twos[0]); i++)
		expect(state, twos[i], CUE_ITEM, 2);
}

static void an_entry_is_named_by_the_number_that_the_page_prints(void **state)
{
	expect(state, "第7条", CUE_ENTRY, 7);
	expect(state, "看一下第十二条", CUE_ENTRY, 12);
	expect(state, "第七条情形2", CUE_ENTRY, 7);
	assert_int_equal(read_one(state, "第七条情形2").case_number, 2);
	assert_int_equal(read_one(state, "第3条(1)").case_number, 1);
	assert_int_equal(read_one(state, "第3条").case_number, 0);
	assert_true(read_one(state, "7").bare);
	assert_false(read_one(state, "第7个").bare);
}

static void a_case_is_pointed_at_within_a_short_message(void **state)
{
	expect(state, "情形3", CUE_CASE, 3);
	expect(state, "第三种情况具体怎么弄", CUE_CASE, 3);
	expect(state, "那第二种情况呢？", CUE_CASE, 2);
	expect(state, "我是你说的情形一", CUE_CASE, 1);
	expect(state, "第（2）步是什么意思", CUE_CASE, 2);
}

static void a_numeral_that_begins_another_word_names_no_case(void **state)
{
	static const char *const others[] = { "这种情况一般怎么办", "我的情况一直没变",
		                              "这个情况两个月了" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_not_equal(read_one(state, others[i]).kind, CUE_CASE);
	expect(state, "情形一怎么办", CUE_CASE, 1);
}

static void none_of_these_is_understood(void **state)
{
	static const char *const none[] = {
		"都不是",       "这些都不是。", "还不是", "还是不对啊",   "没有一个是我要问的",
		"没有我想问的", "里面没有",     "不对",   "none of these"
	};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		expect(state, none[i], CUE_REJECT, 0);
	expect(state, "没有了", CUE_GOODBYE, 0);
}

static void the_longest_words_say_what_a_message_is(void **state)
{
	static const struct {
		const char *message;
		enum cue kind;
	} rows[] = {
		{ "嗯", CUE_YES },
		{ "是的是的", CUE_YES },
		{ "OK", CUE_YES },
		{ "好的", CUE_FINE },
		{ "好的，谢谢", CUE_THANKS },
		{ "不", CUE_NO },
		{ "后者", CUE_LAST },
		{ "上面那个吧", CUE_FIRST },
		{ "两个都要", CUE_ALL },
		{ "算了，不用了", CUE_STOP },
		{ "不用了谢谢", CUE_STOP },
		{ "帮我自查一下", CUE_START },
		{ "那查查看我是哪一种", CUE_START },
		{ "好 接着自查", CUE_RESUME },
		{ "继续刚才的", CUE_RESUME },
		{ "跳过", CUE_SKIP },
		{ "没核对过", CUE_SKIP },
		{ "过", CUE_SKIP },
		{ "刚才选错了", CUE_BACK },
		{ "我要改第1题的答案", CUE_CHANGE },
		{ "再说一遍", CUE_AGAIN },
		{ "要去哪里办", CUE_FOLLOW },
		{ "具体怎么弄", CUE_FOLLOW },
		{ "材料交到哪里", CUE_FOLLOW },
		{ "同志你好", CUE_GREETING },
		{ "谢谢领导", CUE_THANKS },
		{ "解决了", CUE_THANKS },
		{ "我再想想", CUE_REMARK },
		{ "这样啊", CUE_REMARK },
		{ "我老是卡住", CUE_TROUBLE },
		{ "还是人工吧", CUE_PERSON },
		{ "拜拜", CUE_GOODBYE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(state, rows[i].message, rows[i].kind, 0);
}

static void a_message_with_a_subject_is_no_selection(void **state)
{
	static const char *const subjects[] = { "2个人能一起报吗",
		                                "证书过期2年了还能延续吗",
		                                "是不是都不对，所以取不到企业信息",
		                                "照片在哪里传",
		                                "没有B证",
		                                "我知道成绩",
		                                "know" };
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
		expect(state, subjects[i], CUE_NOTHING, 0);
	expect(state, "", CUE_NOTHING, 0);
	const struct selection asked = read_one(state, "照片在哪里传");
	assert_int_equal(asked.subject_count, 2);
	assert_int_equal(asked.subject_length, 3);
	assert_true(asked.follows);
}

static void what_follows_a_word_that_rejects_is_told_apart(void **state)
{
	const struct selection selection = read_one(state, "不对，是企业的");
	assert_int_equal(selection.kind, CUE_NOTHING);
	assert_int_equal(selection.opening, CUE_REJECT);
	assert_int_equal(selection.opening_end, strlen("不对"));
}

static void signs_count_wherever_they_stand(void **state)
{
	assert_true(read_one(state, "我已经是IE11了还是传不了").unhelped);
	assert_true(read_one(state, "你们那个电话老打不通").phone_failed);
	assert_true(read_one(state, "QQ群加不进去").group_failed);
	assert_false(read_one(state, "照片传不了").unhelped);
}

static void a_folder_adds_words_or_replaces_the_built_in_ones(void **state)
{
	static const char *const own[] = { "得了吧" };
	struct fixture *fixture = *state;
	struct knowledge folder = { .entry_count = 0 };
	const struct words *words;
	struct text text, usual;
	folder.lexicon.cues[CUE_STOP] = (struct strings){ own, 1 };
	assert_int_equal(normalise(fixture->normaliser, span_of("得了吧"), fixture->arena, &text),
	                 STATUS_OK);
	assert_int_equal(normalise(fixture->normaliser, span_of("算了"), fixture->arena, &usual),
	                 STATUS_OK);
	assert_int_equal(words_create(&folder, fixture->normaliser, NULL, fixture->arena, &words),
	                 STATUS_OK);
	assert_int_equal(selection_read(words, &text).kind, CUE_STOP);
	assert_int_equal(selection_read(words, &usual).kind, CUE_STOP);
	folder.lexicon.usual_cues_off = true;
	assert_int_equal(words_create(&folder, fixture->normaliser, NULL, fixture->arena, &words),
	                 STATUS_OK);
	assert_int_equal(selection_read(words, &text).kind, CUE_STOP);
	assert_int_equal(selection_read(words, &usual).kind, CUE_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_word_begins_at_the_end_of_a_text),
		cmocka_unit_test(signs_without_a_word_are_read),
		cmocka_unit_test(an_item_is_a_number_in_any_dress),
		cmocka_unit_test(an_entry_is_named_by_the_number_that_the_page_prints),
		cmocka_unit_test(a_case_is_pointed_at_within_a_short_message),
		cmocka_unit_test(a_numeral_that_begins_another_word_names_no_case),
		cmocka_unit_test(none_of_these_is_understood),
		cmocka_unit_test(the_longest_words_say_what_a_message_is),
		cmocka_unit_test(a_message_with_a_subject_is_no_selection),
		cmocka_unit_test(what_follows_a_word_that_rejects_is_told_apart),
		cmocka_unit_test(signs_count_wherever_they_stand),
		cmocka_unit_test(a_folder_adds_words_or_replaces_the_built_in_ones),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
