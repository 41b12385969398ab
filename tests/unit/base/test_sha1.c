#include "base/sha1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* FIPS 180-4: the example of one block. */
static void the_example_of_the_standard_has_its_hash(void **state)
{
	char hex[SHA1_HEX_SIZE];

	(void)state;
	assert_int_equal(sha1_hash(span_of("abc"), hex), STATUS_OK);
	assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_int_equal(sha1_hash((struct span){ "", 0 }, hex), STATUS_OK);
	assert_string_equal(hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

/* RFC 2202, 3: test case 2. */
static void the_example_of_the_rfc_has_its_code(void **state)
{
	char hex[SHA1_HEX_SIZE];

	(void)state;
	assert_int_equal(sha1_hmac(span_of("Jefe"), span_of("what do ya want for nothing?"), hex),
	                 STATUS_OK);
	assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_int_equal(sha1_hmac((struct span){ "", 0 }, span_of("a"), hex), STATUS_INVALID);
}

static void secrets_are_the_same_byte_for_byte(void **state)
{
	(void)state;
	assert_true(secret_equal(span_of("token"), span_of("token")));
	assert_false(secret_equal(span_of("token"), span_of("tokeN")));
	assert_false(secret_equal(span_of("token"), span_of("toke")));
	assert_false(secret_equal(span_of("token"), (struct span){ NULL, 0 }));
	assert_true(secret_equal((struct span){ "", 0 }, (struct span){ NULL, 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_standard_has_its_hash),
		cmocka_unit_test(the_example_of_the_rfc_has_its_code),
		cmocka_unit_test(secrets_are_the_same_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
