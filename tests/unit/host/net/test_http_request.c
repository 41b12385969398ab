#include "host/net/http_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_length_is_digits_and_nothing_else(void **state)
{
	const char *const bad[] = { "",
		                    "-5",
		                    "+5",
		                    " 5",
		                    "5 ",
		                    "5, 5",
		                    "0x5",
		                    "5.0",
		                    "1e3",
		                    "五",
		                    "18446744073709551616" };
	size_t length = 0;

	(void)state;
	assert_true(http_length_parse(span_of("0"), &length));
	assert_int_equal(length, 0);
	assert_true(http_length_parse(span_of("016384"), &length));
	assert_int_equal(length, 16384);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(http_length_parse(span_of(bad[i]), &length));
}

static void json_is_told_from_other_types(void **state)
{
	(void)state;
	assert_true(http_type_is_json(span_of("application/json")));
	assert_true(http_type_is_json(span_of("Application/JSON; charset=utf-8")));
	assert_true(http_type_is_json(span_of("application/json;charset=utf-8")));
	assert_false(http_type_is_json(span_of("")));
	assert_false(http_type_is_json(span_of("application/jsonp")));
	assert_false(http_type_is_json(span_of("application/json, text/plain")));
	assert_false(http_type_is_json(span_of("text/plain; a=application/json")));
}

static void a_coding_is_accepted_where_it_is_named_and_not_refused(void **state)
{
	const char *const accepted[] = { "gzip",       "GZIP",      "br, gzip",       "gzip;q=0.5",
		                         "gzip ; q=1", "deflate,*", "br;q=0,gzip , x" };
	const char *const refused[] = { "",           "br",         "gzipped",
		                        "x-gzip",     "gzip;q=0",   "gzip;q=0.0",
		                        "gzip; q=0 ", "*;q=0",      "gzip;q=0, *",
		                        ",",          "deflate;q=1" };

	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		assert_true(http_accepts(span_of(accepted[i]), "gzip"));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_false(http_accepts(span_of(refused[i]), "gzip"));
}

static void a_list_has_its_items_only(void **state)
{
	(void)state;
	assert_true(http_list_has(span_of("dayi.chat.v1"), "dayi.chat.v1"));
	assert_true(http_list_has(span_of("a, dayi.chat.v1 ,b"), "dayi.chat.v1"));
	assert_true(http_list_has(span_of("a,dayi.chat.v1"), "dayi.chat.v1"));
	assert_false(http_list_has(span_of(""), "dayi.chat.v1"));
	assert_false(http_list_has(span_of("a dayi.chat.v1"), "dayi.chat.v1"));
	assert_false(http_list_has(span_of("dayi.chat.v10, xdayi.chat.v1,"), "dayi.chat.v1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_length_is_digits_and_nothing_else),
		cmocka_unit_test(json_is_told_from_other_types),
		cmocka_unit_test(a_coding_is_accepted_where_it_is_named_and_not_refused),
		cmocka_unit_test(a_list_has_its_items_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
