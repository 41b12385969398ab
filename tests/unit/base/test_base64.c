#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* RFC 4648, 10. */
static const char *const examples[][2] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

static void the_rfcs_examples_go_both_ways(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		buf_clear(&out);
		base64_write(span_of(examples[i][0]), &out);
		assert_string_equal(buf_text(&out), examples[i][1]);
		buf_clear(&out);
		assert_true(base64_read(span_of(examples[i][1]), &out));
		assert_string_equal(buf_text(&out), examples[i][0]);
	}
	buf_deinit(&out);
}

static void every_byte_comes_back(void **state)
{
	struct buf text, out;
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)(unsigned char)i;
	buf_init(&text, 1024);
	buf_init(&out, 1024);
	base64_write((struct span){ all, sizeof(all) }, &text);
	assert_true(base64_read(buf_span(&text), &out));
	assert_int_equal(out.len, sizeof(all));
	assert_memory_equal(out.ptr, all, sizeof(all));
	buf_deinit(&text);
	buf_deinit(&out);
}

static void another_text_is_refused_and_nothing_is_appended(void **state)
{
	static const char *const wrong[] = {
		"Zg=",    "Zg",   "Z",    "====", "Z===", "Zg==Zg==",
		"Zm9v\n", "Zm 9", "Zm9-", "Zm9_", "Zm=v", "Zm9vYg=\xff"
	};
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	buf_append_text(&out, "kept");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(base64_read(span_of(wrong[i]), &out));
		assert_string_equal(buf_text(&out), "kept");
	}
	buf_deinit(&out);
	buf_init(&out, 2);
	assert_false(base64_read(span_of("Zm9v"), &out));
	assert_int_equal(out.len, 0);
	buf_deinit(&out);
}

/* The sample key of Tencent ends with "C=", two bits more than its bytes have. */
static void bits_that_the_padding_leaves_over_do_not_matter(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	assert_true(base64_read(span_of("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C="), &out));
	assert_int_equal(out.len, 32);
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfcs_examples_go_both_ways),
		cmocka_unit_test(every_byte_comes_back),
		cmocka_unit_test(another_text_is_refused_and_nothing_is_appended),
		cmocka_unit_test(bits_that_the_padding_leaves_over_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
