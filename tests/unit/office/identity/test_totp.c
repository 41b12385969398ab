#include "office/identity/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* RFC 6238, appendix B: the secret of its SHA-1 rows, and their codes of eight digits. */
static const unsigned char secret[] = "12345678901234567890";

static const struct {
	int64_t at_s;
	uint32_t code;
} vectors[] = {
	{ 59, 94287082 },         { 1111111109, 7081804 },  { 1111111111, 14050471 },
	{ 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 },
};

static void the_codes_are_those_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		uint32_t value;

		assert_int_equal(totp_value(secret, vectors[i].at_s / TOTP_STEP_S, &value),
		                 STATUS_OK);
		assert_int_equal(value % 100000000, vectors[i].code);
	}
}

/* At 59 s, in step 1, the last six digits are 287082. */
static bool accepts(const char *code, int64_t now_s, int64_t used, int64_t *step)
{
	return totp_accepts(secret, span_of(code), now_s, used, step);
}

static void a_code_counts_in_its_step_and_the_steps_beside_it(void **state)
{
	int64_t step = 0;

	(void)state;
	assert_true(accepts("287082", 59, 0, &step));
	assert_int_equal(step, 1);
	assert_true(accepts("287082", 29, 0, &step)); /* a clock that is behind */
	assert_true(accepts("287082", 89, 0, &step));
	assert_int_equal(step, 1);
	assert_false(accepts("287082", 90, 0, &step));
}

static void a_code_of_a_step_that_was_used_does_not_count(void **state)
{
	int64_t step = 0;

	(void)state;
	assert_false(accepts("287082", 59, 1, &step));
	assert_true(accepts("287082", 59, 0, &step));
}

static void only_six_digits_are_a_code(void **state)
{
	static const char *const wrong[] = { "",        "28708",        "2870820", "94287082",
		                             "28708a",  "+287082",      "287 08",  "２８７０８２",
		                             "0287082", "287082 287082" };
	int64_t step = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(accepts(wrong[i], 59, 0, &step));
	assert_true(accepts("287 082", 59, 0, &step));
}

static void a_secret_is_written_in_base32(void **state)
{
	char text[TOTP_SECRET_SIZE];

	(void)state;
	totp_secret_write(secret, text);
	/* As `base32` of coreutils writes it. */
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

static void the_address_for_an_app_escapes_the_name(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	totp_uri_write("Dayi", "<李/&>", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", &out);
	assert_string_equal(buf_text(&out), "otpauth://totp/Dayi:%3C%E6%9D%8E%2F%26%3E"
	                                    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Dayi");
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_codes_are_those_of_the_standard),
		cmocka_unit_test(a_code_counts_in_its_step_and_the_steps_beside_it),
		cmocka_unit_test(a_code_of_a_step_that_was_used_does_not_count),
		cmocka_unit_test(only_six_digits_are_a_code),
		cmocka_unit_test(a_secret_is_written_in_base32),
		cmocka_unit_test(the_address_for_an_app_escapes_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
