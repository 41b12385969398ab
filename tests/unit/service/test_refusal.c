#include "service/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_refusal_has_a_code_of_its_own_a_sentence_and_a_status(void **state)
{
	(void)state;
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
		const enum refusal refusal = (enum refusal)i;

		assert_non_null(refusal_code(refusal));
		assert_true(refusal_code(refusal)[0] != '\0');
		assert_true(refusal_text(refusal)[0] != '\0');
		assert_in_range(refusal_http_status(refusal), 400, 599);
		assert_int_equal(refusal_of_code(refusal_code(refusal)), refusal);
	}
}

/* RFC 6455, 5.5: 125 bytes, two of them the code. */
static void every_sentence_fits_a_close_frame(void **state)
{
	(void)state;
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++)
		assert_true(strlen(refusal_text((enum refusal)i)) <= 123);
}

static void an_unknown_code_is_no_refusal(void **state)
{
	(void)state;
	assert_int_equal(refusal_of_code("none_such"), REFUSAL_NONE);
	assert_int_equal(refusal_of_code(""), REFUSAL_NONE);
	assert_int_equal(refusal_of_code(NULL), REFUSAL_NONE);
}

static void what_may_pass_is_busy_and_the_rest_an_error(void **state)
{
	struct reply reply;

	(void)state;
	refusal_reply(REFUSAL_RATE, &reply);
	assert_int_equal(reply.outcome, OUTCOME_BUSY);
	assert_string_equal(reply.reason, "rate");
	refusal_reply(REFUSAL_TOO_LONG, &reply);
	assert_int_equal(reply.outcome, OUTCOME_ERROR);
	assert_string_equal(reply.text, refusal_text(REFUSAL_TOO_LONG));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_refusal_has_a_code_of_its_own_a_sentence_and_a_status),
		cmocka_unit_test(every_sentence_fits_a_close_frame),
		cmocka_unit_test(an_unknown_code_is_no_refusal),
		cmocka_unit_test(what_may_pass_is_busy_and_the_rest_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
