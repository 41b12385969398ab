#include "base/cipher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* NIST SP 800-38A, F.2.5: CBC-AES256.Encrypt, blocks 1 and 2. */
static const unsigned char key[CIPHER_KEY_BYTES] = {
	0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae,
	0xf0, 0x85, 0x7d, 0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61,
	0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4,
};
static const unsigned char iv[CIPHER_IV_BYTES] = { 0, 1, 2,  3,  4,  5,  6,  7,
	                                           8, 9, 10, 11, 12, 13, 14, 15 };
static const unsigned char plain[] = {
	0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e,
	0x11, 0x73, 0x93, 0x17, 0x2a, 0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03,
	0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51,
};
static const unsigned char closed[] = {
	0xf5, 0x8c, 0x4c, 0x04, 0xd6, 0xe5, 0xf1, 0xba, 0x77, 0x9e, 0xab,
	0xfb, 0x5f, 0x7b, 0xfb, 0xd6, 0x9c, 0xfc, 0x4e, 0x96, 0x7e, 0xdb,
	0x80, 0x8d, 0x67, 0x9f, 0x77, 0x7b, 0xc6, 0x70, 0x2c, 0x7d,
};

static void the_standards_blocks_come_out_before_the_padding(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	assert_int_equal(cipher_close(key, iv, 16, (struct span){ (const char *)plain, 32 }, &out),
	                 STATUS_OK);
	assert_int_equal(out.len, 48); /* a whole block of padding */
	assert_memory_equal(out.ptr, closed, sizeof(closed));
	buf_clear(&out);
	assert_int_equal(cipher_close(key, iv, 32, (struct span){ (const char *)plain, 32 }, &out),
	                 STATUS_OK);
	assert_int_equal(out.len, 64);
	assert_memory_equal(out.ptr, closed, sizeof(closed));
	buf_deinit(&out);
}

static void every_length_comes_back_with_both_paddings(void **state)
{
	char text[100];
	struct buf sealed, out;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	buf_init(&sealed, 256);
	buf_init(&out, 256);
	for (size_t to = 16; to <= 32; to += 16) {
		for (size_t len = 0; len <= sizeof(text); len++) {
			buf_clear(&sealed);
			buf_clear(&out);
			assert_int_equal(
			        cipher_close(key, iv, to, (struct span){ text, len }, &sealed),
			        STATUS_OK);
			assert_int_equal(sealed.len, (len / to + 1) * to);
			assert_int_equal(cipher_open(key, iv, to, buf_span(&sealed), &out),
			                 STATUS_OK);
			assert_int_equal(out.len, len);
			if (len > 0)
				assert_memory_equal(out.ptr, text, len);
		}
	}
	buf_deinit(&sealed);
	buf_deinit(&out);
}

/* Encrypts 32 bytes as they are: what comes behind is cut off. */
static void close_raw(const unsigned char bytes[32], struct buf *out)
{
	buf_clear(out);
	assert_int_equal(cipher_close(key, iv, 16, (struct span){ (const char *)bytes, 32 }, out),
	                 STATUS_OK);
	out->len = 32;
}

static void wrong_padding_is_refused_and_nothing_is_appended(void **state)
{
	static const unsigned char tails[][3] = { /* the last three bytes */
		                                  { 0, 0, 0 }, { 1, 1, 0 },  { 9, 2, 3 },
		                                  { 3, 9, 3 }, { 0, 0, 33 }, { 0, 0, 255 },
		                                  { 0, 0, 17 }
	};
	struct buf sealed, out;

	(void)state;
	buf_init(&sealed, 256);
	buf_init(&out, 256);
	buf_append_text(&out, "kept");
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		unsigned char bytes[32] = { 0 };

		for (size_t k = 0; k < 3; k++)
			bytes[29 + k] = tails[i][k];
		close_raw(bytes, &sealed);
		assert_int_equal(cipher_open(key, iv, 16, buf_span(&sealed), &out), STATUS_INVALID);
		assert_int_equal(cipher_open(key, iv, 32, buf_span(&sealed), &out), STATUS_INVALID);
		assert_string_equal(buf_text(&out), "kept");
	}
	buf_deinit(&sealed);
	buf_deinit(&out);
}

static void half_a_block_is_refused(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	assert_int_equal(cipher_open(key, iv, 16, span_of(""), &out), STATUS_INVALID);
	assert_int_equal(cipher_open(key, iv, 16, span_of("0123456789abcde"), &out),
	                 STATUS_INVALID);
	assert_int_equal(cipher_open(key, iv, 32, span_of("0123456789abcdef0"), &out),
	                 STATUS_INVALID);
	assert_int_equal(out.len, 0);
	buf_deinit(&out);
}

static void a_full_buffer_takes_nothing(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 20);
	assert_int_equal(cipher_close(key, iv, 16, span_of("0123456789abcdef"), &out),
	                 STATUS_LIMIT);
	assert_int_equal(out.len, 0);
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_blocks_come_out_before_the_padding),
		cmocka_unit_test(every_length_comes_back_with_both_paddings),
		cmocka_unit_test(wrong_padding_is_refused_and_nothing_is_appended),
		cmocka_unit_test(half_a_block_is_refused),
		cmocka_unit_test(a_full_buffer_takes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
