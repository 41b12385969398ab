#include "base/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define TEXT   "身份证号 419900198603120010"

static struct seal *made(const char *secret)
{
	struct seal *seal;

	assert_int_equal(seal_create(&seal, span_of(secret)), STATUS_OK);
	return seal;
}

static struct buf closed(const struct seal *seal, const char *name, const char *about,
                         const char *text)
{
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(seal_close(seal, span_of(name), span_of(about), span_of(text), &out),
	                 STATUS_OK);
	assert_int_equal(out.len, strlen(text) + SEAL_BYTES);
	return out;
}

static enum status opened(const struct seal *seal, const char *name, const char *about,
                          struct span sealed, const char *text)
{
	struct buf out;
	enum status status;

	buf_init(&out, 4096);
	buf_append_text(&out, "before");
	status = seal_open(seal, span_of(name), span_of(about), sealed, &out);
	if (status == STATUS_OK)
		assert_string_equal(buf_text(&out) + strlen("before"), text);
	else
		assert_int_equal(out.len, strlen("before"));
	buf_deinit(&out);
	return status;
}

static void what_is_sealed_is_opened_again(void **state)
{
	struct seal *seal = made(SECRET);
	struct buf sealed = closed(seal, "row", "1", TEXT), empty = closed(seal, "row", "", "");

	(void)state;
	assert_int_equal(opened(seal, "row", "1", buf_span(&sealed), TEXT), STATUS_OK);
	assert_int_equal(opened(seal, "row", "", buf_span(&empty), ""), STATUS_OK);
	buf_deinit(&sealed);
	buf_deinit(&empty);
	seal_destroy(seal);
}

static void nothing_of_it_can_be_read_and_no_two_are_the_same(void **state)
{
	struct seal *seal = made(SECRET);
	struct buf one = closed(seal, "row", "1", TEXT), other = closed(seal, "row", "1", TEXT);

	(void)state;
	assert_null(memmem(one.ptr, one.len, "419900", 6));
	assert_memory_not_equal(one.ptr + 1, other.ptr + 1, 12);
	assert_memory_not_equal(one.ptr + 13, other.ptr + 13, one.len - 13);
	buf_deinit(&one);
	buf_deinit(&other);
	seal_destroy(seal);
}

static void another_name_matter_or_secret_opens_nothing(void **state)
{
	struct seal *seal = made(SECRET), *other = made(SECRET "x");
	struct buf sealed = closed(seal, "row", "1", TEXT);

	(void)state;
	assert_int_equal(opened(seal, "row2", "1", buf_span(&sealed), TEXT), STATUS_INVALID);
	assert_int_equal(opened(seal, "row", "2", buf_span(&sealed), TEXT), STATUS_INVALID);
	assert_int_equal(opened(other, "row", "1", buf_span(&sealed), TEXT), STATUS_INVALID);
	buf_deinit(&sealed);
	seal_destroy(seal);
	seal_destroy(other);
}

static void a_bit_that_changed_and_a_byte_that_is_missing_are_noticed(void **state)
{
	struct seal *seal = made(SECRET);
	struct buf sealed = closed(seal, "row", "1", TEXT);

	(void)state;
	for (size_t i = 0; i < sealed.len; i++) {
		sealed.ptr[i] = (char)(sealed.ptr[i] ^ 1);
		assert_int_equal(opened(seal, "row", "1", buf_span(&sealed), TEXT), STATUS_INVALID);
		sealed.ptr[i] = (char)(sealed.ptr[i] ^ 1);
		assert_int_equal(opened(seal, "row", "1", (struct span){ sealed.ptr, i }, TEXT),
		                 STATUS_INVALID);
	}
	buf_deinit(&sealed);
	seal_destroy(seal);
}

static void a_full_buffer_and_an_empty_secret_are_refused(void **state)
{
	struct seal *seal = made(SECRET), *none;
	struct buf small;

	(void)state;
	assert_int_equal(seal_create(&none, span_of("")), STATUS_INVALID);
	assert_null(none);
	buf_init(&small, SEAL_BYTES);
	assert_int_equal(seal_close(seal, span_of("row"), span_of(""), span_of("x"), &small),
	                 STATUS_LIMIT);
	assert_int_equal(small.len, 0);
	buf_deinit(&small);
	seal_destroy(seal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_is_opened_again),
		cmocka_unit_test(nothing_of_it_can_be_read_and_no_two_are_the_same),
		cmocka_unit_test(another_name_matter_or_secret_opens_nothing),
		cmocka_unit_test(a_bit_that_changed_and_a_byte_that_is_missing_are_noticed),
		cmocka_unit_test(a_full_buffer_and_an_empty_secret_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
