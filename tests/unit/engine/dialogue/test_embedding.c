/* dayi.h as another program would use it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dayi.h"

#define FIXTURES DAYI_SOURCE_DIR "/tests/fixtures"

static void a_question_gets_one_line_of_json(void **state)
{
	dayi *engine = NULL;
	dayi_conversation *conversation = NULL;
	const char *reply = NULL;
	const char question[] = "证书过期还可以延续吗";
	(void)state;
	assert_int_equal(dayi_open(FIXTURES "/knowledge-small", &engine), DAYI_OK);
	assert_string_equal(dayi_problem(engine), "");
	assert_int_equal(dayi_conversation_start(engine, &conversation), DAYI_OK);
	assert_int_equal(dayi_ask(conversation, question, strlen(question), &reply), DAYI_OK);
	assert_non_null(strstr(reply, "\"entry\":\"after-expiry\""));
	assert_null(strchr(reply, '\n'));
	dayi_conversation_end(conversation);
	dayi_close(engine);
}

static void a_missing_folder_is_a_problem_that_names_it(void **state)
{
	dayi *engine = NULL;
	(void)state;
	assert_int_not_equal(dayi_open(FIXTURES "/no-such-folder", &engine), DAYI_OK);
	assert_non_null(strstr(dayi_problem(engine), "no-such-folder"));
	dayi_close(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_gets_one_line_of_json),
		cmocka_unit_test(a_missing_folder_is_a_problem_that_names_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
