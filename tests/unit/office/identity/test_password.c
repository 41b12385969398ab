#include "office/identity/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct password_cost cheap = { .memory_mib = 1, .passes = 1 };
static const unsigned char salt[PASSWORD_SALT_BYTES] = "somesalt--------";

/* Made with the reference program: printf password | argon2 somesalt -id -v 13 -t 2 -m 16 -p 1
 * (test.c of the reference implementation, version 0x13). */
static const char reference[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                                "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

static void a_hash_of_the_reference_program_is_understood(void **state)
{
	bool fits;

	(void)state;
	assert_int_equal(password_verify(reference, span_of("password"), &fits), STATUS_OK);
	assert_true(fits);
	assert_int_equal(password_verify(reference, span_of("passwore"), &fits), STATUS_OK);
	assert_false(fits);
}

static void the_cost_stands_in_the_hash(void **state)
{
	const struct password_cost other = { .memory_mib = 1, .passes = 2 };
	char text[PASSWORD_TEXT_SIZE];
	bool fits;

	(void)state;
	assert_int_equal(password_hash(span_of("密码 correct horse"), &cheap, salt, text),
	                 STATUS_OK);
	assert_int_equal(strncmp(text, "$argon2id$v=19$m=1024,t=1,p=1$", 30), 0);
	assert_true(password_has_cost(text, &cheap));
	assert_false(password_has_cost(text, &other));
	assert_int_equal(password_verify(text, span_of("密码 correct horse"), &fits), STATUS_OK);
	assert_true(fits);
}

static void what_is_no_hash_of_ours_fits_nothing(void **state)
{
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" /* 32 bytes */
	static const char *const texts[] = {
		"",
		"password",
		"$argon2i$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$" HASH,
		"$argon2id$v=19$m=99999999,t=1,p=1$c29tZXNhbHQ$" HASH, /* 95 GiB */
		"$argon2id$v=19$m=1024,t=9999,p=1$c29tZXNhbHQ$" HASH,
		"$argon2id$v=19$m=1024,t=1,p=1$c29t",
	};
	bool fits;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(password_verify(texts[i], span_of("password"), &fits),
		                 STATUS_INVALID);
		assert_false(fits);
	}
}

static bool is_fit(const char *password)
{
	return password_is_fit(span_of(password), span_of("Wang"));
}

static void a_password_has_ten_characters_and_is_neither_name_nor_pattern(void **state)
{
	char longest[PASSWORD_BYTES_MOST + 2] = "";

	(void)state;
	assert_true(is_fit("correct horse"));
	assert_true(is_fit("我家门前有两棵枣树吗"));
	assert_false(is_fit("我家门前有两棵枣树")); /* nine, in 27 bytes */
	assert_false(is_fit("short"));
	assert_false(is_fit(""));
	assert_false(is_fit("aaaaaaaaaaaaaaa"));
	assert_false(is_fit("一一一一一一一一一一一"));
	assert_false(is_fit("iam-wANG-2026"));
	assert_true(password_is_fit(span_of("correct horse"), span_of("co")));
	assert_false(is_fit("correct \xff horse"));
	memset(longest, 'a', PASSWORD_BYTES_MOST);
	longest[0] = 'b';
	assert_true(is_fit(longest));
	longest[PASSWORD_BYTES_MOST] = 'a';
	assert_false(is_fit(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_of_the_reference_program_is_understood),
		cmocka_unit_test(the_cost_stands_in_the_hash),
		cmocka_unit_test(what_is_no_hash_of_ours_fits_nothing),
		cmocka_unit_test(a_password_has_ten_characters_and_is_neither_name_nor_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
