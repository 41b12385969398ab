#include "base/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct codec reading(const void *bytes, size_t len)
{
	return (struct codec){ .in = { bytes, len } };
}

/* 624485 is e5 8e 26 in the example of DWARF 4, 7.6, and 128 is 80 01. */
static void a_number_is_written_as_leb128(void **state)
{
	struct buf out;
	struct codec codec = { .out = &out };

	(void)state;
	buf_init(&out, 64);
	codec_number(&codec, 624485, UINT64_MAX);
	codec_number(&codec, 128, 128);
	codec_number(&codec, 0, 0);
	assert_int_equal(out.len, 6);
	assert_memory_equal(out.ptr, "\xe5\x8e\x26\x80\x01\x00", 6);
	buf_deinit(&out);
}

static void every_value_is_read_as_it_was_written(void **state)
{
	struct buf out;
	struct codec codec = { .out = &out };
	struct span bytes = { "\0\xff", 2 };
	char text[8] = "情形2";
	double real = 0.25;
	size_t count = 3;
	bool flag = true;

	(void)state;
	buf_init(&out, 64);
	codec_number(&codec, UINT64_MAX, UINT64_MAX);
	codec_count(&codec, &count, 3);
	codec_flag(&codec, &flag);
	codec_real(&codec, &real);
	codec_text(&codec, text, sizeof(text));
	codec_bytes(&codec, &bytes, 2);
	codec = reading(out.ptr, out.len);
	memset(text, 'x', sizeof(text));
	real = 0, count = 0, flag = false;
	assert_true(codec_number(&codec, 0, UINT64_MAX) == UINT64_MAX);
	codec_count(&codec, &count, 3);
	codec_flag(&codec, &flag);
	codec_real(&codec, &real);
	codec_text(&codec, text, sizeof(text));
	codec_bytes(&codec, &bytes, 2);
	assert_true(codec_ended(&codec));
	assert_int_equal(count, 3);
	assert_true(flag);
	assert_true(real == 0.25);
	assert_string_equal(text, "情形2");
	assert_int_equal(bytes.len, 2);
	assert_memory_equal(bytes.ptr, "\0\xff", 2);
	buf_deinit(&out);
}

static void what_does_not_fit_breaks_it_for_good(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} numbers[] = {
		{ "", 0 },                                              /* nothing */
		{ "\x80", 1 },                                          /* no end */
		{ "\x80\x00", 2 },                                      /* not the shortest */
		{ "\x65", 1 },                                          /* more than 100 */
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10 },     /* more than 64 bits */
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 }, /* likewise */
	};
	char text[4] = "old";

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct codec codec = reading(numbers[i].bytes, numbers[i].len);

		assert_int_equal(codec_number(&codec, 7, 100), 0);
		assert_true(codec.broken);
		assert_false(codec_ended(&codec));
	}
	struct codec longer = reading("\4abcd", 5), cut = reading("\3ab", 3),
	             zero = reading("\2a\0", 3), no_utf8 = reading("\1\xff", 2),
	             flag = reading("\2", 1);
	bool taken = false;

	codec_text(&longer, text, sizeof(text));
	codec_text(&cut, text, sizeof(text));
	codec_text(&zero, text, sizeof(text));
	codec_text(&no_utf8, text, sizeof(text));
	codec_flag(&flag, &taken);
	assert_true(longer.broken && cut.broken && zero.broken && no_utf8.broken && flag.broken);
	assert_false(taken);
	assert_string_equal(text, "old");
	/* What stands behind is not read. */
	struct codec broken = reading("\2\1", 2);

	codec_flag(&broken, &taken);
	codec_flag(&broken, &taken);
	assert_false(taken);
}

static void what_is_left_over_is_no_end(void **state)
{
	struct codec codec = reading("\1\1", 2);

	(void)state;
	codec_number(&codec, 0, 1);
	assert_false(codec.broken);
	assert_false(codec_ended(&codec));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_written_as_leb128),
		cmocka_unit_test(every_value_is_read_as_it_was_written),
		cmocka_unit_test(what_does_not_fit_breaks_it_for_good),
		cmocka_unit_test(what_is_left_over_is_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
