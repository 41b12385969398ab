#include "host/net/gunzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* printf code | gzip -9 --no-name */
static const unsigned char code_gz[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
	                                 0x02, 0x03, 0x4b, 0xce, 0x4f, 0x49, 0x05, 0x00,
	                                 0x98, 0x30, 0x15, 0x77, 0x04, 0x00, 0x00, 0x00 };
/* printf '' | gzip -9 --no-name */
static const unsigned char nothing_gz[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00,
	                                    0x00, 0x02, 0x03, 0x03, 0x00, 0x00, 0x00,
	                                    0x00, 0x00, 0x00, 0x00, 0x00, 0x00 };

static struct span bytes(const unsigned char *ptr, size_t len)
{
	return (struct span){ (const char *)ptr, len };
}

static void a_stream_is_unpacked_to_what_was_packed(void **state)
{
	char out[4];

	(void)state;
	assert_int_equal(gunzip(bytes(code_gz, sizeof(code_gz)), out, 4), STATUS_OK);
	assert_memory_equal(out, "code", 4);
	assert_int_equal(gunzip(bytes(nothing_gz, sizeof(nothing_gz)), out, 0), STATUS_OK);
}

static void another_size_is_refused_and_nothing_is_written_behind_the_room(void **state)
{
	char out[8];

	(void)state;
	memset(out, '.', sizeof(out));
	assert_int_equal(gunzip(bytes(code_gz, sizeof(code_gz)), out, 3), STATUS_INVALID);
	assert_memory_equal(out + 3, ".....", 5);
	assert_int_equal(gunzip(bytes(code_gz, sizeof(code_gz)), out, 5), STATUS_INVALID);
	assert_int_equal(gunzip(bytes(code_gz, sizeof(code_gz)), out, 0), STATUS_INVALID);
	assert_int_equal(gunzip(bytes(nothing_gz, sizeof(nothing_gz)), out, 1), STATUS_INVALID);
}

static void a_stream_that_is_cut_is_refused(void **state)
{
	char out[4];

	(void)state;
	for (size_t len = 0; len < sizeof(code_gz); len++)
		assert_int_equal(gunzip(bytes(code_gz, len), out, 4), STATUS_INVALID);
}

static void bytes_behind_the_stream_are_refused(void **state)
{
	unsigned char longer[sizeof(code_gz) + 1] = { 0 };
	char out[4];

	(void)state;
	memcpy(longer, code_gz, sizeof(code_gz));
	assert_int_equal(gunzip(bytes(longer, sizeof(longer)), out, 4), STATUS_INVALID);
}

/* Magic, method, data, checksum and size; the time, the level and the system may be any. */
static void a_stream_with_a_wrong_byte_is_refused(void **state)
{
	static const size_t places[] = {
		0, 1, 2, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23
	};
	unsigned char damaged[sizeof(code_gz)];
	char out[4];

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		memcpy(damaged, code_gz, sizeof(code_gz));
		damaged[places[i]] ^= 0x10;
		assert_int_equal(gunzip(bytes(damaged, sizeof(damaged)), out, 4), STATUS_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_is_unpacked_to_what_was_packed),
		cmocka_unit_test(another_size_is_refused_and_nothing_is_written_behind_the_room),
		cmocka_unit_test(a_stream_that_is_cut_is_refused),
		cmocka_unit_test(bytes_behind_the_stream_are_refused),
		cmocka_unit_test(a_stream_with_a_wrong_byte_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
