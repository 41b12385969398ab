#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

/* RFC 3629, section 4: the first and the last sequence of each row of the table. */
static void the_borders_of_the_grammar_are_well_formed(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t point;
	} cases[] = {
		{ "\x01", 0x1 },
		{ "\x7f", 0x7f },
		{ "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 },
		{ "\xe0\xbf\xbf", 0xfff },
		{ "\xe1\x80\x80", 0x1000 },
		{ "\xec\xbf\xbf", 0xcfff },
		{ "\xed\x80\x80", 0xd000 },
		{ "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 },
		{ "\xef\xbf\xbf", 0xffff },
		{ "\xf0\x90\x80\x80", 0x10000 },
		{ "\xf1\x80\x80\x80", 0x40000 },
		{ "\xf3\xbf\xbf\xbf", 0xfffff },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span text = span_of(cases[i].bytes);
		size_t offset = 0;

		assert_true(utf8_valid(text));
		assert_int_equal(utf8_next(text, &offset), cases[i].point);
		assert_int_equal(offset, text.len);
	}
}

static void ill_formed_bytes_give_one_replacement_each(void **state)
{
	static const char *const cases[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc2",
		"\xc2\x41",
		"\xe0\x9f\xbf",
		"\xe0\xa0",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf",
		"\xf0\x90\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff",
		"\xfe",
		"\xe6\x97\x41",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span text = span_of(cases[i]);
		size_t offset = 0;

		assert_false(utf8_valid(text));
		assert_int_equal(utf8_fault_at(text), 0);
		assert_int_equal(utf8_next(text, &offset), 0xfffd);
		assert_int_equal(offset, 1);
	}
}

static void the_fault_is_found_behind_good_text(void **state)
{
	(void)state;
	assert_int_equal(utf8_fault_at(span_of("日本\xff x")), 6);
	assert_int_equal(utf8_fault_at(span_of("日本")), 6);
	assert_int_equal(utf8_fault_at((struct span){ "日本", 5 }), 3);
	assert_true(utf8_valid((struct span){ NULL, 0 }));
	assert_true(utf8_valid((struct span){ "a\0b", 3 }));
}

static void length_and_prefix_count_code_points(void **state)
{
	struct span text = span_of("a日\xff😀z");

	(void)state;
	assert_int_equal(utf8_length(text), 5);
	assert_int_equal(utf8_length_well_formed(text), 5);
	assert_int_equal(utf8_prefix(text, 0), 0);
	assert_int_equal(utf8_prefix(text, 2), 4);
	assert_int_equal(utf8_prefix(text, 3), 5);
	assert_int_equal(utf8_prefix(text, 4), 9);
	assert_int_equal(utf8_prefix(text, 5), 10);
	assert_int_equal(utf8_prefix(text, 99), 10);
}

static void a_text_is_walked_backwards_by_code_points(void **state)
{
	struct span text = span_of("a日😀z");

	(void)state;
	assert_int_equal(utf8_before(text, 9), 8);
	assert_int_equal(utf8_before(text, 8), 4);
	assert_int_equal(utf8_before(text, 4), 1);
	assert_int_equal(utf8_before(text, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_borders_of_the_grammar_are_well_formed),
		cmocka_unit_test(ill_formed_bytes_give_one_replacement_each),
		cmocka_unit_test(the_fault_is_found_behind_good_text),
		cmocka_unit_test(length_and_prefix_count_code_points),
		cmocka_unit_test(a_text_is_walked_backwards_by_code_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
