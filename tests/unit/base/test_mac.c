#include "base/mac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect_hash(enum mac_kind kind, const char *text, const char *expected)
{
	const struct span pieces[] = { span_of(text) };
	char hex[MAC_HEX_SIZE];
	struct mac mac;

	assert_int_equal(mac_hash(kind, pieces, 1, &mac), STATUS_OK);
	mac_hex(&mac, hex);
	assert_string_equal(hex, expected);
}

/* FIPS 180, examples of NIST. */
static void the_standards_examples_come_out(void **state)
{
	(void)state;
	expect_hash(MAC_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
	expect_hash(MAC_SHA1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	expect_hash(MAC_SHA256, "abc",
	            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 2202 and RFC 4231, test case 2. */
static void a_key_makes_the_hmac_of_the_rfc(void **state)
{
	const struct span pieces[] = { span_of("what do ya want "),
		                       { NULL, 0 },
		                       span_of("for nothing?") };
	char hex[MAC_HEX_SIZE];
	struct mac mac;

	(void)state;
	assert_int_equal(mac_keyed(MAC_SHA1, span_of("Jefe"), pieces, 3, &mac), STATUS_OK);
	mac_hex(&mac, hex);
	assert_string_equal(hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_int_equal(mac_keyed(MAC_SHA256, span_of("Jefe"), pieces, 3, &mac), STATUS_OK);
	mac_hex(&mac, hex);
	assert_string_equal(hex,
	                    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_int_equal(mac_keyed(MAC_SHA256, span_of(""), pieces, 3, &mac), STATUS_INVALID);
}

static void secrets_are_equal_when_every_byte_is(void **state)
{
	(void)state;
	assert_true(mac_equal(span_of("abc"), span_of("abc")));
	assert_false(mac_equal(span_of("abc"), span_of("abd")));
	assert_false(mac_equal(span_of("abc"), span_of("abcd")));
	assert_false(mac_equal(span_of(""), span_of("a")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_examples_come_out),
		cmocka_unit_test(a_key_makes_the_hmac_of_the_rfc),
		cmocka_unit_test(secrets_are_equal_when_every_byte_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
