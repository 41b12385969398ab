#include "channels/answer_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int load_shipped(void **state)
{
	struct knowledge *knowledge;
	struct faults *faults;

	if (faults_create(&faults) != STATUS_OK ||
	    knowledge_load(DAYI_SOURCE_DIR "/knowledge", faults, &knowledge) != STATUS_OK)
		return -1;
	faults_destroy(faults);
	*state = knowledge;
	return 0;
}

static int release_shipped(void **state)
{
	knowledge_destroy(*state);
	return 0;
}

static bool holds(const struct buf *out, const char *text)
{
	return strstr(buf_text(out), text) != NULL;
}

static void an_answer_is_shown_with_its_cases_in_the_faqs_words(void **state)
{
	const struct knowledge *knowledge = *state;
	struct buf out;

	buf_init(&out, 100000);
	assert_true(
	        answer_page_write(knowledge, span_of("exam-result-missing photo-upload"), &out));
	assert_true(holds(&out, "<h2>获取不到成绩,或提示“成绩不存在或已过期”？</h2>"));
	assert_true(holds(&out, "<p>请排查以下情况：</p>"));
	assert_true(holds(&out, "<h3>情形3</h3>"));
	assert_true(holds(&out, "<p>申请人因安全生产事故被问责，列入黑名单。</p>"));
	assert_true(holds(&out,
	                  "<p>建议：申请人向当地建设安全监督部门报告整改情况并提请重新考核。</p>"));
	assert_true(holds(&out, "<p>下载安装使用IE11浏览器。</p>"));
	assert_false(holds(&out, "<script") || holds(&out, "style="));
	buf_deinit(&out);
}

static void an_entry_without_an_answer_says_so(void **state)
{
	struct buf out;

	buf_init(&out, 100000);
	assert_true(answer_page_write(*state, span_of("result-lookup"), &out));
	assert_true(holds(&out, "还没有给出解答"));
	buf_deinit(&out);
}

static void what_the_knowledge_has_no_longer_is_not_written(void **state)
{
	const char *const gone[] = { "", " ", "no-such-entry", "../../etc/passwd", "  x  y " };
	struct buf out;

	buf_init(&out, 100000);
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		assert_false(answer_page_write(*state, span_of(gone[i]), &out));
		assert_int_equal(out.len, 0);
	}
	answer_page_write_gone(*state, &out);
	assert_true(holds(&out, "没有对应的内容"));
	buf_deinit(&out);
}

static void a_question_is_carried_over_in_the_address(void **state)
{
	char text[2000];
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	/* RFC 3986, 2.5: 成 is E6 88 90. */
	answer_page_write_chat(span_of("成 a&b=1"), &out);
	assert_string_equal(buf_text(&out), "../?q=%E6%88%90%20a%26b%3D1");
	buf_clear(&out);
	answer_page_write_chat(span_of(""), &out);
	assert_string_equal(buf_text(&out), "../");
	/* No more than fits, and no half of a character. */
	memset(text, 'x', sizeof(text));
	memcpy(text + 599, "\xe6\x88\x90", 3);
	buf_clear(&out);
	answer_page_write_chat((struct span){ text, sizeof(text) }, &out);
	assert_int_equal(out.len, strlen("../?q=") + 599);
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_shown_with_its_cases_in_the_faqs_words),
		cmocka_unit_test(an_entry_without_an_answer_says_so),
		cmocka_unit_test(what_the_knowledge_has_no_longer_is_not_written),
		cmocka_unit_test(a_question_is_carried_over_in_the_address),
	};

	return cmocka_run_group_tests(tests, load_shipped, release_shipped);
}
