#include "channels/onebot_cq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect_unescaped(const char *text, const char *expected)
{
	struct buf out;

	buf_init(&out, 1024);
	cq_unescape(span_of(text), &out);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void an_escaped_escape_is_unescaped_once(void **state)
{
	(void)state;
	expect_unescaped("&#91;急&#93;&amp;", "[急]&");
	expect_unescaped("&amp;#91;", "&#91;");
	expect_unescaped("&amp;amp;", "&amp;");
	expect_unescaped("a&#44;b", "a,b");
	expect_unescaped("& &#9 &amp", "& &#9 &amp");
	expect_unescaped("&", "&");
}

static void a_message_is_cut_into_texts_and_codes(void **state)
{
	struct span rest = span_of("早上[CQ:at,qq=10001000,text=@政务助手] 好[CQ:shake]");
	struct cq_part part;

	(void)state;
	assert_true(cq_next(&rest, &part));
	assert_null(part.type.ptr);
	assert_true(span_equal(part.body, span_of("早上")));
	assert_true(cq_next(&rest, &part));
	assert_true(span_equal(part.type, span_of("at")));
	assert_true(span_equal(cq_value(part.body, "qq"), span_of("10001000")));
	assert_true(span_equal(cq_value(part.body, "text"), span_of("@政务助手")));
	assert_null(cq_value(part.body, "q").ptr);
	assert_true(cq_next(&rest, &part));
	assert_true(span_equal(part.body, span_of(" 好")));
	assert_true(cq_next(&rest, &part));
	assert_true(span_equal(part.type, span_of("shake")));
	assert_int_equal(part.body.len, 0);
	assert_false(cq_next(&rest, &part));
}

static void a_value_goes_from_the_first_equals_sign_to_the_comma(void **state)
{
	struct span rest = span_of("[CQ:image,file=a,url=http://x/?a=b&amp;c=d,empty=]");
	struct cq_part part;

	(void)state;
	assert_true(cq_next(&rest, &part));
	assert_true(span_equal(cq_value(part.body, "url"), span_of("http://x/?a=b&amp;c=d")));
	assert_int_equal(cq_value(part.body, "empty").len, 0);
	assert_non_null(cq_value(part.body, "empty").ptr);
}

static void what_only_looks_like_a_code_is_text(void **state)
{
	static const char *const texts[] = {
		"[CQ:",         "[CQ:]",       "[CQ:at",   "[CQ:at,qq]",
		"[CQ:at,=1]",   "[CQ:at,qq=1", "[CQ:at,]", "[CQ:at;qq=1]",
		"[cq:at,qq=1]", "[CQ: at]",    "[",        "[CQ:at,qq=1,]"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct span rest = span_of(texts[i]);
		struct cq_part part;

		assert_true(cq_next(&rest, &part));
		if (part.type.ptr || !span_equal(part.body, span_of(texts[i])))
			fail_msg("%s is taken for a code", texts[i]);
		assert_false(cq_next(&rest, &part));
	}
}

static void a_code_behind_a_broken_one_is_found(void **state)
{
	struct span rest = span_of("[CQ:at,[CQ:face,id=1]");
	struct cq_part part;

	(void)state;
	assert_true(cq_next(&rest, &part));
	assert_true(span_equal(part.body, span_of("[CQ:at,")));
	assert_true(cq_next(&rest, &part));
	assert_true(span_equal(part.type, span_of("face")));
}

/* Each beginning is followed to the end once, and none of them again. */
static void a_long_row_of_broken_codes_is_read_in_one_go(void **state)
{
	enum { COUNT = 30000 };
	static char text[COUNT * 8 + 3];
	struct span rest;
	struct cq_part part;

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		memcpy(text + i * 8, "[CQ:a,b=", 8);
	memcpy(text + (size_t)COUNT * 8, ",!", 3);
	rest = span_of(text);
	assert_true(cq_next(&rest, &part));
	assert_int_equal(part.body.len, sizeof(text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_escaped_escape_is_unescaped_once),
		cmocka_unit_test(a_message_is_cut_into_texts_and_codes),
		cmocka_unit_test(a_value_goes_from_the_first_equals_sign_to_the_comma),
		cmocka_unit_test(what_only_looks_like_a_code_is_text),
		cmocka_unit_test(a_code_behind_a_broken_one_is_found),
		cmocka_unit_test(a_long_row_of_broken_codes_is_read_in_one_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
