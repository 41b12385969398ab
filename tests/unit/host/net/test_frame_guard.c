#include "host/net/frame_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PIECES_MOST = 512 };

struct outcome {
	int code;
	size_t passed; /* bytes in all that may be parsed */
};

/* The bytes come in pieces of so many. */
static struct outcome walk(const unsigned char *bytes, size_t len, size_t piece)
{
	struct frame_guard guard = { .most = 1000 };
	struct outcome outcome = { 0, 0 };

	for (size_t at = 0; at < len && outcome.code == 0; at += piece) {
		unsigned char buffer[FRAME_CARRY + PIECES_MOST];
		const size_t carried = frame_guard_resume(&guard, buffer);
		const size_t more = len - at < piece ? len - at : piece;
		size_t pass = 0;

		memcpy(buffer + carried, bytes + at, more);
		outcome.code = frame_guard_walk(&guard, buffer, carried + more, &pass);
		outcome.passed += pass;
	}
	return outcome;
}

static void check(const unsigned char *bytes, size_t len, int code, size_t passed)
{
	for (size_t piece = 1; piece <= len; piece++) {
		const struct outcome outcome = walk(bytes, len, piece);

		assert_int_equal(outcome.code, code);
		assert_int_equal(outcome.passed, passed);
	}
}

static void sound_frames_pass_however_they_are_cut(void **state)
{
	/* "Hi", an empty ping, a continuation with a length of two bytes, a close with 1000. */
	unsigned char bytes[2 + 4 + 2 + 6 + 8 + 200 + 8] = { 0x01,    0x82,    1,    2,    3, 4,
		                                             'H' ^ 1, 'i' ^ 2, 0x89, 0x80, 0, 0,
		                                             0,       0,       0x80, 0xfe, 0, 200,
		                                             9,       9,       9,    9 };
	const unsigned char close[] = { 0x88, 0x82, 0xff, 0, 0, 0, 0x03 ^ 0xff, 0xe8 };

	(void)state;
	memcpy(bytes + sizeof(bytes) - sizeof(close), close, sizeof(close));
	check(bytes, sizeof(bytes), 0, sizeof(bytes));
}

/* RFC 6455, 5.1. What came before it counts still. */
static void a_frame_without_a_mask_is_an_error(void **state)
{
	const unsigned char bytes[] = { 0x81, 0x81, 0, 0, 0, 0, 'x', 0x81, 0x01, 'y', 'z' };

	(void)state;
	check(bytes, sizeof(bytes), FRAME_PROTOCOL_ERROR, 7);
}

/* RFC 6455, 5.5 and 5.2. */
static void lengths_that_may_not_be_are_errors(void **state)
{
	const unsigned char ping[] = { 0x89, 0xfe, 0, 126, 0, 0, 0, 0 };
	const unsigned char close[] = { 0x88, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
	const unsigned char large[] = { 0x82, 0xfe, 0x03, 0xe9, 0, 0, 0, 0 }; /* 1,001 */
	const unsigned char huge[] = { 0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

	(void)state;
	check(ping, sizeof(ping), FRAME_PROTOCOL_ERROR, 0);
	check(close, sizeof(close), FRAME_PROTOCOL_ERROR, 0);
	check(huge, sizeof(huge), FRAME_PROTOCOL_ERROR, 0);
	check(large, sizeof(large), FRAME_TOO_LARGE, 0);
}

/* RFC 6455, 5.2 and 5.4. */
static void bits_and_opcodes_without_a_meaning_and_stray_fragments_are_errors(void **state)
{
	const unsigned char firsts[] = { 0x83, 0x84, 0x85, 0x86, 0x87, 0x8b, 0x8c, 0x8d, 0x8e,
		                         0x8f, 0xc1, 0xa1, 0x91, 0xf9, 0x09, 0x08, 0x80, 0x00 };
	const unsigned char within[] = { 0x01, 0x80, 0, 0,    0,    0, 0x89, 0x80, 0,
		                         0,    0,    0, 0x82, 0x80, 0, 0,    0,    0 };

	(void)state;
	for (size_t i = 0; i < sizeof(firsts); i++) {
		const unsigned char bytes[] = { firsts[i], 0x80, 0, 0, 0, 0 };

		check(bytes, sizeof(bytes), FRAME_PROTOCOL_ERROR, 0);
	}
	check(within, sizeof(within), FRAME_PROTOCOL_ERROR, 12);
}

static int code_of_close(unsigned code)
{
	const unsigned char bytes[] = { 0x88,
		                        0x82,
		                        7,
		                        9,
		                        0,
		                        0,
		                        (unsigned char)(code >> 8 ^ 7),
		                        (unsigned char)((code & 0xff) ^ 9) };

	return walk(bytes, sizeof(bytes), sizeof(bytes)).code;
}

/* RFC 6455, 7.4.1 and 7.4.2; IANA's registry of close codes. */
static void a_close_holds_a_code_that_may_be_sent(void **state)
{
	const unsigned allowed[] = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
		                     1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 };
	const unsigned forbidden[] = { 0,    1,    999,  1004, 1005, 1006,  1015, 1016,
		                       1100, 2000, 2999, 5000, 5999, 32768, 65535 };

	(void)state;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		assert_int_equal(code_of_close(allowed[i]), 0);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		assert_int_equal(code_of_close(forbidden[i]), FRAME_PROTOCOL_ERROR);
}

/* RFC 6455, 5.5.1. */
static void a_close_of_one_byte_or_with_a_spoilt_reason_is_an_error(void **state)
{
	const unsigned char one[] = { 0x88, 0x81, 0, 0, 0, 0, 3 };
	const unsigned char spoilt[] = { 0x88, 0x83, 0, 0, 0, 0, 0x03, 0xe8, 0xe4 };
	const unsigned char none[] = { 0x88, 0x80, 0, 0, 0, 0 };

	(void)state;
	check(one, sizeof(one), FRAME_PROTOCOL_ERROR, 0);
	check(spoilt, sizeof(spoilt), FRAME_INVALID_PAYLOAD, 0);
	check(none, sizeof(none), 0, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_frames_pass_however_they_are_cut),
		cmocka_unit_test(a_frame_without_a_mask_is_an_error),
		cmocka_unit_test(lengths_that_may_not_be_are_errors),
		cmocka_unit_test(bits_and_opcodes_without_a_meaning_and_stray_fragments_are_errors),
		cmocka_unit_test(a_close_holds_a_code_that_may_be_sent),
		cmocka_unit_test(a_close_of_one_byte_or_with_a_spoilt_reason_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
