#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"

/* Examples of FIPS 180 (NIST, "SHA-256 example"), and of the empty message. */
static const char of_abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char of_448_bits[] =
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
static const char of_nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static void check(const char *const *pieces, const char *expected)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];

	assert_int_equal(digest_create(&digest), STATUS_OK);
	for (; *pieces; pieces++)
		digest_add(digest, span_of(*pieces));
	assert_int_equal(digest_finish(digest, hex), STATUS_OK);
	assert_string_equal(hex, expected);
	digest_destroy(digest);
}

static void the_standards_examples_come_out(void **state)
{
	(void)state;
	check((const char *const[]){ "abc", NULL }, of_abc);
	check((const char *const[]){ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	                             NULL },
	      of_448_bits);
	check((const char *const[]){ NULL }, of_nothing);
}

static void pieces_count_as_one_text(void **state)
{
	(void)state;
	check((const char *const[]){ "a", "", "bc", NULL }, of_abc);
}

static void a_finished_digest_can_not_be_used_again(void **state)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];

	(void)state;
	assert_int_equal(digest_create(&digest), STATUS_OK);
	assert_int_equal(digest_finish(digest, hex), STATUS_OK);
	digest_add(digest, span_of("abc"));
	assert_int_equal(digest_finish(digest, hex), STATUS_INTERNAL);
	digest_destroy(digest);
	digest_destroy(NULL);
}

static void check_keyed(const char *key, const char *text, const char *expected)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];

	assert_int_equal(digest_create_keyed(&digest, span_of(key)), STATUS_OK);
	digest_add(digest, span_of(text));
	assert_int_equal(digest_finish(digest, hex), STATUS_OK);
	assert_string_equal(hex, expected);
	assert_int_equal(digest_finish(digest, hex), STATUS_INTERNAL);
	digest_destroy(digest);
}

/* RFC 4231, 4.2 and 4.3. */
static void keyed_digests_are_hmac_sha_256(void **state)
{
	(void)state;
	check_keyed(
	        "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
	        "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check_keyed("Jefe", "what do ya want for nothing?",
	            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void no_key_is_no_digest(void **state)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];

	(void)state;
	assert_int_equal(digest_create_keyed(&digest, span_of("")), STATUS_OK);
	assert_int_equal(digest_finish(digest, hex), STATUS_INTERNAL);
	digest_destroy(digest);
}

static void of_fields(const char *first, const char *second, char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;

	assert_int_equal(digest_create(&digest), STATUS_OK);
	digest_add_field(digest, span_of(first));
	digest_add_field(digest, span_of(second));
	assert_int_equal(digest_finish(digest, hex), STATUS_OK);
	digest_destroy(digest);
}

static void fields_do_not_run_into_each_other(void **state)
{
	char one[DIGEST_HEX_SIZE], other[DIGEST_HEX_SIZE];

	(void)state;
	of_fields("ab", "c", one);
	of_fields("a", "bc", other);
	assert_false(digest_equal(one, other));
	of_fields("ab", "c", other);
	assert_true(digest_equal(one, other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_examples_come_out),
		cmocka_unit_test(pieces_count_as_one_text),
		cmocka_unit_test(a_finished_digest_can_not_be_used_again),
		cmocka_unit_test(keyed_digests_are_hmac_sha_256),
		cmocka_unit_test(no_key_is_no_digest),
		cmocka_unit_test(fields_do_not_run_into_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
