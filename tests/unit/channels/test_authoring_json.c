#include "channels/authoring_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/console.h"

/* What does not lie in the body. */
static enum refusal reads(enum console_kind kind, const char *body, struct authoring_ask *out)
{
	struct console_ask ask = { .kind = kind };
	cJSON *json = NULL;
	const enum refusal refusal = console_read(span_of(body), &ask, &json);

	*out = ask.authoring;
	cJSON_Delete(json);
	return refusal;
}

#define assert_reads(kind_, body_) assert_int_equal(reads(kind_, body_, &said), REFUSAL_NONE)
#define assert_refuses(kind_, body_)                                                               \
	assert_int_equal(reads(kind_, body_, &said), REFUSAL_BAD_MEMBER)

static void a_save_names_its_entry_what_it_is_based_on_and_its_members(void **state)
{
	struct authoring_ask said;

	(void)state;
	assert_reads(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":7,\"live_hash\":\"x\","
	                           "\"members\":{\"id\":\"a\"},\"kind\":\"referral\"}");
	assert_int_equal(said.revision, 7);
	assert_true(said.referral);
	assert_reads(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":0,\"live_hash\":null,"
	                           "\"members\":{},\"why\":null,\"kind\":null}");
	assert_false(said.referral);
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":null,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"revision\":0,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"\",\"revision\":0,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\\n\",\"revision\":0,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":0}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":0,\"members\":[]}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":-1,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":0.5,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE, "{\"entry\":\"a\",\"revision\":1e16,\"members\":{}}");
	assert_refuses(CONSOLE_SAVE,
	               "{\"entry\":\"a\",\"revision\":0,\"members\":{},\"kind\":\"talk\"}");
	assert_refuses(CONSOLE_SAVE,
	               "{\"entry\":\"a\",\"revision\":0,\"members\":{},\"collection\":\"\"}");
}

static void a_trial_needs_nothing_but_members_need_their_entry(void **state)
{
	struct authoring_ask said;

	(void)state;
	assert_reads(CONSOLE_CHECK, "{}");
	assert_reads(CONSOLE_CHECK, "{\"entry\":\"a\"}");
	assert_refuses(CONSOLE_CHECK, "{\"members\":{}}");
	assert_refuses(CONSOLE_PREVIEW, "{}");
	assert_refuses(CONSOLE_PREVIEW, "{\"text\":7}");
	assert_reads(CONSOLE_PREVIEW, "{\"text\":\"\"}");
	assert_refuses(CONSOLE_TRY, "{}");
	assert_refuses(CONSOLE_TRY, "{\"entry\":\"a\",\"facts\":[]}");
	assert_refuses(CONSOLE_TRY, "{\"entry\":\"a\",\"today\":\"2026-02-30\"}");
	assert_reads(CONSOLE_TRY, "{\"entry\":\"a\",\"facts\":{},\"today\":\"2026-11-30\"}");
}

static void a_decision_is_one_of_two(void **state)
{
	struct authoring_ask said;

	(void)state;
	assert_reads(CONSOLE_DECIDE, "{\"entry\":\"a\",\"revision\":1,\"decision\":\"approve\"}");
	assert_true(said.approve);
	assert_reads(CONSOLE_DECIDE, "{\"entry\":\"a\",\"revision\":1,\"decision\":\"refuse\"}");
	assert_false(said.approve);
	assert_refuses(CONSOLE_DECIDE, "{\"entry\":\"a\",\"revision\":1,\"decision\":\"\"}");
	assert_refuses(CONSOLE_DECIDE, "{\"entry\":\"a\",\"revision\":1}");
}

static void a_publication_names_entries_or_takes_all(void **state)
{
	struct authoring_ask said;

	(void)state;
	assert_reads(CONSOLE_PUBLISH, "{}");
	assert_null(said.entries);
	assert_reads(CONSOLE_PUBLISH, "{\"entries\":null}");
	assert_reads(CONSOLE_PUBLISH, "{\"entries\":[\"a\"]}");
	assert_non_null(said.entries);
	assert_refuses(CONSOLE_PUBLISH, "{\"entries\":\"a\"}");
	assert_refuses(CONSOLE_PUBLISH, "{\"entries\":[7]}");
	assert_reads(CONSOLE_ROLL_BACK, "{\"version\":2}");
	assert_int_equal(said.version, 2);
	assert_refuses(CONSOLE_ROLL_BACK, "{\"version\":\"2\"}");
}

static void a_body_may_be_as_long_as_an_entry_with_its_rules(void **state)
{
	char *body = malloc(AUTHORING_BODY_BYTES + 2);
	struct authoring_ask said;

	(void)state;
	assert_non_null(body);
	memset(body, ' ', AUTHORING_BODY_BYTES + 1);
	memcpy(body, "{}", 2);
	body[AUTHORING_BODY_BYTES] = '\0';
	assert_reads(CONSOLE_CHECK, body);
	assert_int_equal(reads(CONSOLE_TAKE, body, &said), REFUSAL_TOO_LARGE);
	body[AUTHORING_BODY_BYTES] = ' ';
	body[AUTHORING_BODY_BYTES + 1] = '\0';
	assert_int_equal(reads(CONSOLE_CHECK, body, &said), REFUSAL_TOO_LARGE);
	free(body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_save_names_its_entry_what_it_is_based_on_and_its_members),
		cmocka_unit_test(a_trial_needs_nothing_but_members_need_their_entry),
		cmocka_unit_test(a_decision_is_one_of_two),
		cmocka_unit_test(a_publication_names_entries_or_takes_all),
		cmocka_unit_test(a_body_may_be_as_long_as_an_entry_with_its_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
