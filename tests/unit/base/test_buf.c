#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void a_new_buffer_gives_an_empty_text(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf_span(&buf).len, 0);
	assert_non_null(buf_span(&buf).ptr);
	buf_deinit(&buf);
}

static void appends_follow_each_other(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	buf_append_text(&buf, "答");
	buf_append_char(&buf, '-');
	buf_append_format(&buf, "%03d|%s", 7, "x");
	buf_append(&buf, "a\0b", 3);
	assert_int_equal(buf_status(&buf), STATUS_OK);
	assert_int_equal(buf.len, 3 + 1 + 5 + 3);
	assert_memory_equal(buf_text(&buf), "答-007|xa\0b", 13);
	buf_deinit(&buf);
}

static void a_wiped_buffer_is_empty_and_takes_more(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 8);
	buf_wipe(&buf); /* with no memory yet */
	buf_append_text(&buf, "secret");
	buf_wipe(&buf);
	assert_null(buf.ptr);
	assert_string_equal(buf_text(&buf), "");
	buf_append_text(&buf, "12345678");
	assert_int_equal(buf_status(&buf), STATUS_OK);
	buf_wipe(&buf);
}

static void an_append_may_fill_it_to_the_ceiling_and_not_a_byte_more(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	buf_append_text(&buf, "12345");
	assert_int_equal(buf_status(&buf), STATUS_OK);
	buf_append_char(&buf, '6');
	assert_int_equal(buf_status(&buf), STATUS_LIMIT);
	assert_string_equal(buf_text(&buf), "12345");
	buf_deinit(&buf);
}

static void a_mark_stops_later_appends_until_cleared(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	buf_append_text(&buf, "123");
	buf_append_format(&buf, "%s", "456");
	buf_append_char(&buf, 'x');
	assert_int_equal(buf_status(&buf), STATUS_LIMIT);
	assert_string_equal(buf_text(&buf), "123");
	buf_clear(&buf);
	assert_int_equal(buf_status(&buf), STATUS_OK);
	assert_string_equal(buf_text(&buf), "");
	buf_append_char(&buf, 'x');
	assert_string_equal(buf_text(&buf), "x");
	buf_deinit(&buf);
}

static void many_small_appends_grow_it(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	for (int i = 0; i < 10000; i++)
		buf_append_char(&buf, (char)('a' + i % 26));
	assert_int_equal(buf_status(&buf), STATUS_OK);
	assert_int_equal(strlen(buf_text(&buf)), 10000);
	assert_int_equal(buf_text(&buf)[9999], 'a' + 9999 % 26);
	buf_deinit(&buf);
}

static void a_request_beyond_all_memory_marks_it(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	buf_append(&buf, "x", SIZE_MAX);
	assert_int_equal(buf_status(&buf), STATUS_NO_MEMORY);
	buf_deinit(&buf);
}

/* The examples of RFC 3629, section 7, and the borders of each length. */
static void code_points_are_written_as_utf8(void **state)
{
	static const struct {
		uint32_t point;
		const char *bytes;
	} cases[] = {
		{ 0x41, "\x41" },
		{ 0x7f, "\x7f" },
		{ 0x80, "\xc2\x80" },
		{ 0x7ff, "\xdf\xbf" },
		{ 0x800, "\xe0\xa0\x80" },
		{ 0x2262, "\xe2\x89\xa2" },
		{ 0x65e5, "\xe6\x97\xa5" },
		{ 0xffff, "\xef\xbf\xbf" },
		{ 0x10000, "\xf0\x90\x80\x80" },
		{ 0x233b4, "\xf0\xa3\x8e\xb4" },
		{ 0x10ffff, "\xf4\x8f\xbf\xbf" },
		{ 0xd800, "\xef\xbf\xbd" },
		{ 0xdfff, "\xef\xbf\xbd" },
		{ 0x110000, "\xef\xbf\xbd" },
		{ UINT32_MAX, "\xef\xbf\xbd" },
	};
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&buf);
		buf_append_code_point(&buf, cases[i].point);
		assert_string_equal(buf_text(&buf), cases[i].bytes);
	}
	buf_deinit(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_buffer_gives_an_empty_text),
		cmocka_unit_test(a_wiped_buffer_is_empty_and_takes_more),
		cmocka_unit_test(appends_follow_each_other),
		cmocka_unit_test(an_append_may_fill_it_to_the_ceiling_and_not_a_byte_more),
		cmocka_unit_test(a_mark_stops_later_appends_until_cleared),
		cmocka_unit_test(many_small_appends_grow_it),
		cmocka_unit_test(a_request_beyond_all_memory_marks_it),
		cmocka_unit_test(code_points_are_written_as_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
