#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

static const struct json_limits usual = { .bytes = 16 << 20, .depth = 32 };

static cJSON *parse(const char *text)
{
	cJSON *value = NULL;

	assert_int_equal(json_parse(&value, span_of(text), usual, "f.json", NULL), STATUS_OK);
	assert_non_null(value);
	return value;
}

/* What the only fault says about the text. */
static void refuse(struct span text, struct json_limits limits, enum status status,
                   const char *expected)
{
	struct faults *faults = NULL;
	cJSON *value = NULL;
	char line[300];

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(json_parse(&value, text, limits, "f.json", faults), status);
	assert_null(value);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
	assert_string_equal(fault_format(faults_at(faults, 0), line, sizeof(line)), expected);
	faults_destroy(faults);
}

static void refuse_text(const char *text, const char *expected)
{
	refuse(span_of(text), usual, STATUS_INVALID, expected);
}

/* Where it ends to be JSON. */
static void refuse_near(const char *text, unsigned line, const char *near)
{
	char expected[300];

	snprintf(
	        expected, sizeof(expected),
	        "f.json:%u: not JSON near %s: a comma, colon, bracket or quotation mark is missing "
	        "or too much",
	        line, near);
	refuse_text(text, expected);
}

static void a_sound_text_is_parsed(void **state)
{
	cJSON *value = parse(
	        " {\"a\" : [1, -0.5e+3, true, false, null, \"\\u7b54疑\\n\\ud83d\\ude00\"],\r\n"
	        "\t\"\": {}, \"b\": [ ] } \n");
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(value, "a");

	(void)state;
	assert_int_equal(cJSON_GetArraySize(list), 6);
	assert_true(cJSON_GetArrayItem(list, 1)->valuedouble == -500.0);
	assert_string_equal(cJSON_GetArrayItem(list, 5)->valuestring, "答疑\n😀");
	cJSON_Delete(value);
}

static void any_kind_of_value_may_stand_at_the_top(void **state)
{
	static const char *const texts[] = { "0",    "-1",   "12", "1e5", "true",
		                             "null", "\"\"", "[]", "{}" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cJSON_Delete(parse(texts[i]));
}

static void a_byte_order_mark_is_passed_over(void **state)
{
	cJSON *value = parse("\xef\xbb\xbf[7]");

	(void)state;
	assert_int_equal(cJSON_GetArrayItem(value, 0)->valueint, 7);
	cJSON_Delete(value);
}

static void the_text_need_not_be_terminated(void **state)
{
	cJSON *value = NULL;

	(void)state;
	for (size_t len = 1; len <= 3; len++) {
		char *exact = malloc(len);

		memcpy(exact, "123", len);
		assert_int_equal(json_parse(&value, (struct span){ exact, len }, usual, NULL, NULL),
		                 STATUS_OK);
		assert_int_equal(value->valueint, len == 1 ? 1 : len == 2 ? 12 : 123);
		cJSON_Delete(value);
		free(exact);
	}
}

static void a_fault_names_the_line_and_what_stands_there(void **state)
{
	(void)state;
	refuse_near("{\n\"a\": 1\n\"b\": 2\n}", 3, "\"b\": 2");
	refuse_near("[1,\n2,\n]", 3, "]");
	refuse_near("{\"a\": 1,\n}", 2, "}");
	refuse_near("{a: 1}", 1, "{a: 1}");
	refuse_near("{\"a\"\n 1}", 2, " 1}");
	refuse_near("[1\n2]", 2, "2]");
	refuse_near("'a'", 1, "'a'");
	/* Forty bytes on each side, whole characters only: 13 of these. */
	refuse_near("[\"疑疑疑疑疑疑疑疑疑疑疑疑疑疑疑疑\" \"疑疑疑疑疑疑疑疑疑疑疑疑疑疑疑疑\"]",
	            1, "疑疑疑疑疑疑疑疑疑疑疑疑\" \"疑疑疑疑疑疑疑疑疑疑疑疑疑");
}

static void an_empty_text_is_refused(void **state)
{
	(void)state;
	refuse_text("", "f.json:1: empty, but a JSON value was expected");
	refuse_text("\n \n", "f.json:3: empty, but a JSON value was expected");
	refuse((struct span){ NULL, 0 }, usual, STATUS_INVALID,
	       "f.json:1: empty, but a JSON value was expected");
}

static void what_follows_the_value_is_refused(void **state)
{
	(void)state;
	refuse_text("{}\n}", "f.json:2: something stands after the end of the value");
	refuse_text("1 2", "f.json:1: something stands after the end of the value");
	refuse((struct span){ "{}\0", 3 }, usual, STATUS_INVALID,
	       "f.json:1: a zero byte is not allowed");
}

static void what_is_no_number_and_what_no_double_holds_is_refused(void **state)
{
	static const char *const texts[] = { "NaN", "nan",   "Infinity", "-Infinity", "-inf",
		                             ".5",  "-",     "0x10",     "1e999",     "-1e999",
		                             "--1", "1 2 3", "1,,2" };
	cJSON *value;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char text[32];

		snprintf(text, sizeof(text), "[%s]", texts[i]);
		value = NULL;
		assert_int_equal(json_parse(&value, span_of(text), usual, NULL, NULL),
		                 STATUS_INVALID);
		assert_null(value);
	}
	refuse_text("{\"a\": [0, 1e999]}", "f.json: a[1]: a number is too large");
}

static void strings_that_json_does_not_know_are_refused(void **state)
{
	static const char *const texts[] = { "\"\\x\"", "\"\\u12g4\"", "\"abc", "\"abc\\" };
	cJSON *value = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(json_parse(&value, span_of(texts[i]), usual, NULL, NULL),
		                 STATUS_INVALID);
		assert_null(value);
	}
}

static void a_zero_byte_would_cut_a_string_short(void **state)
{
	cJSON *value;

	(void)state;
	refuse((struct span){ "[\n\"a\0b\"]", 7 }, usual, STATUS_INVALID,
	       "f.json:2: a zero byte is not allowed");
	refuse_text("[\n\"a\\u0000b\"]",
	            "f.json:2: \\u needs four hexadecimal digits, and not 0000");
	refuse_text("\"\\\\\\u0000\"", "f.json:1: \\u needs four hexadecimal digits, and not 0000");
	refuse_text("\"\\u12g4\"", "f.json:1: \\u needs four hexadecimal digits, and not 0000");
	refuse_text("\"\\u12\"", "f.json:1: \\u needs four hexadecimal digits, and not 0000");
	value = parse("\"\\\\u0000\""); /* a backslash, and four digits */
	assert_string_equal(value->valuestring, "\\u0000");
	cJSON_Delete(value);
}

static void half_a_surrogate_pair_is_refused(void **state)
{
	static const char *const texts[] = { "\"\\ud800\"",        "\"\\ud800x\"",
		                             "\"\\udc00\"",        "\"\\ud800\\u0041\"",
		                             "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"" };
	cJSON *value = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(json_parse(&value, span_of(texts[i]), usual, NULL, NULL),
		                 STATUS_INVALID);
}

static void an_escape_without_a_character_is_replaced_and_nothing_else(void **state)
{
	static const struct {
		const char *text, *mended;
	} cases[] = {
		{ "\"\\ud800\"", "\"\\ufffd\"" },
		{ "\"a\\uDC00b\"", "\"a\\ufffdb\"" },
		{ "\"\\ud800\\u0041\"", "\"\\ufffd\\u0041\"" },
		{ "\"\\ud800\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\"" },
		{ "\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\"" },
		{ "\"x\\u0000\"", "\"x\\ufffd\"" },
		{ "\"\\ud83d\\ude00\\u7b54疑\\n\"", "\"\\ud83d\\ude00\\u7b54疑\\n\"" },
		{ "\"\\\\ud800\\\\u0000\"",
		  "\"\\\\ud800\\\\u0000\"" }, /* backslashes, and letters */
		{ "\"\\\\\\ud800\"", "\"\\\\\\ufffd\"" },
		{ "\"\\ud80\"", "\"\\ud80\"" },
		{ "\\", "\\" },
		{ "\\ud800\\", "\\ufffd\\" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf mended;

		buf_init(&mended, 1000);
		json_append_mended(&mended, span_of(cases[i].text));
		assert_string_equal(buf_text(&mended), cases[i].mended);
		buf_deinit(&mended);
	}
}

static void bytes_that_are_no_utf8_are_refused_with_their_line(void **state)
{
	(void)state;
	refuse_text("[\n\"\xb4\xf0\"]", "f.json:2: not UTF-8 (byte 0xB4)");
	refuse_text("\"\xed\xa0\x80\"", "f.json:1: not UTF-8 (byte 0xED)");
}

static void the_size_is_limited(void **state)
{
	cJSON *value = NULL;

	(void)state;
	refuse(span_of("[123]"), (struct json_limits){ 4, 5 }, STATUS_LIMIT,
	       "f.json: 5 bytes are more than the 4 that are allowed");
	assert_int_equal(
	        json_parse(&value, span_of("[123]"), (struct json_limits){ 5, 5 }, NULL, NULL),
	        STATUS_OK);
	cJSON_Delete(value);
}

static void the_depth_is_limited(void **state)
{
	cJSON *value = NULL;

	(void)state;
	refuse(span_of("[[{\"a\":\n[]}]]"), (struct json_limits){ 100, 3 }, STATUS_LIMIT,
	       "f.json: [0][0].a: arrays and objects are nested too deep");
	assert_int_equal(json_parse(&value, span_of("[[{\"a\":1}]]"),
	                            (struct json_limits){ 100, 3 }, NULL, NULL),
	                 STATUS_OK);
	cJSON_Delete(value);
}

static void no_limit_lets_the_stack_overflow(void **state)
{
	enum { DEEP = 1000000 };
	const struct json_limits wide = { 2 * DEEP, 2 * DEEP };
	char *text = malloc(DEEP);
	cJSON *value = NULL;

	(void)state;
	memset(text, '[', DEEP);
	assert_int_equal(json_parse(&value, (struct span){ text, DEEP }, wide, NULL, NULL),
	                 STATUS_LIMIT);
	memset(text + 1000, ']', 1000);
	assert_int_equal(json_parse(&value, (struct span){ text, 2000 }, wide, NULL, NULL),
	                 STATUS_OK);
	cJSON_Delete(value);
	free(text);
}

/* {"a":"[[[…" [ : the comma is missing, and only one bracket is open. */
static void brackets_within_a_string_are_no_depth(void **state)
{
	enum { BRACKETS = 1000 };
	static const char tail[] = "\\\"[\" [1]}";
	const struct json_limits wide = { 2 * BRACKETS, BRACKETS };
	char text[BRACKETS + 64] = "{\"a\":\"";
	const size_t head = strlen(text);
	cJSON *value = NULL;

	(void)state;
	memset(text + head, '[', BRACKETS);
	memcpy(text + head + BRACKETS, tail, sizeof(tail));
	assert_int_equal(json_parse(&value, span_of(text), wide, NULL, NULL), STATUS_INVALID);
	text[strlen(text) - 4] = ' ';
	memcpy(text + strlen(text) - 4, "   }", 4);
	assert_int_equal(json_parse(&value, span_of(text), wide, NULL, NULL), STATUS_OK);
	assert_int_equal(strlen(json_string(value, "a", "")), BRACKETS + 2);
	cJSON_Delete(value);
}

static void brackets_that_were_closed_are_no_depth(void **state)
{
	enum { PAIRS = 1000 };
	const struct json_limits wide = { 4 * PAIRS, PAIRS };
	char text[3 * PAIRS + 8] = "[";
	cJSON *value = NULL;

	(void)state;
	for (size_t i = 0; i < PAIRS; i++)
		memcpy(text + 1 + 3 * i, "[],", 3);
	memcpy(text + 3 * PAIRS, "[]]", 4);
	assert_int_equal(json_parse(&value, span_of(text), wide, NULL, NULL), STATUS_INVALID);
	assert_null(value);
}

static void what_is_appended_is_the_text_as_json_has_it(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	json_append_string(&out, "证\"\\\n\x01/");
	assert_string_equal(buf_text(&out), "\"证\\\"\\\\\\n\\u0001/\"");
	json_append(&out, NULL);
	assert_int_equal(buf_status(&out), STATUS_NO_MEMORY);
	buf_deinit(&out);
}

static void a_member_given_twice_is_refused_by_its_path(void **state)
{
	(void)state;
	refuse_text("{\"a\": 1,\n\"b\": {\"x\": 1},\n\"a\": 2,\n\"a\": 3}",
	            "f.json: a: stands twice in one object");
	refuse_text("[{\"b\": {\"x\": 1,\n\"y\": 2,\n\"\\u0078\": 3}}, {\"x\": 1}]",
	            "f.json: [0].b.x: stands twice in one object");
	refuse_text("\xef\xbb\xbf{\"\": 1,\n\"\": 2}", "f.json: stands twice in one object");
}

static void the_same_name_in_different_objects_or_cases_is_fine(void **state)
{
	(void)state;
	cJSON_Delete(parse("[{\"a\": {\"a\": 1}, \"A\": 2}, {\"a\": 1}]"));
}

static void a_hundred_thousand_members_take_no_age(void **state)
{
	struct clock clock = clock_system();
	int64_t start = clock_monotonic_us(&clock);
	struct buf text;
	cJSON *value = NULL;

	(void)state;
	buf_init(&text, 16 << 20);
	buf_append_char(&text, '{');
	for (int i = 0; i < 100000; i++)
		buf_append_format(&text, "\"m%d\":0,", i);
	buf_append_text(&text, "\"m0\":0}");
	assert_int_equal(json_parse(&value, buf_span(&text), usual, NULL, NULL), STATUS_INVALID);
	/* A quadratic search would compare 5,000,000,000 pairs. */
	assert_true(clock_monotonic_us(&clock) - start < 10000000);
	buf_deinit(&text);
}

static const struct json_member members[] = {
	{ .name = "id", .kind = JSON_STRING, .required = true },
	{ .name = "number", .kind = JSON_NUMBER, .nullable = true },
	{ .name = "also", .kind = JSON_ARRAY },
	{ .name = "source", .kind = JSON_OBJECT },
	{ .name = "hidden", .kind = JSON_BOOL },
};

static void check_object(const char *text, const char *path, enum status status,
                         const char *expected)
{
	struct faults *faults = NULL;
	struct json_place place = { .file = "f.json", .line = 4, .path = path };
	cJSON *value = parse(text);
	char *printed = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&printed, &size);

	assert_int_equal(faults_create(&faults), STATUS_OK);
	place.faults = faults;
	assert_int_equal(json_check_object(value, members, 5, &place), status);
	faults_print(faults, stream);
	fclose(stream);
	assert_string_equal(printed, expected);
	free(printed);
	cJSON_Delete(value);
	faults_destroy(faults);
}

static void an_object_that_fits_its_table_is_sound(void **state)
{
	(void)state;
	check_object("{\"id\":\"x\",\"number\":1,\"also\":[],\"source\":{},\"hidden\":false}", "",
	             STATUS_OK, "");
	check_object("{\"id\":\"x\",\"number\":null}", "", STATUS_OK, "");
}

static void every_fault_of_an_object_is_reported(void **state)
{
	(void)state;
	check_object("{\"number\":\"1\",\"also\":null,\"soucre\":{},\"hidden\":0}", "cases[1]",
	             STATUS_INVALID,
	             "f.json:4: cases[1].number: must be a number, without quotation marks\n"
	             "f.json:4: cases[1].also: must be an array, in square brackets: [ … ]\n"
	             "f.json:4: cases[1].soucre: no such member is known; is source meant?\n"
	             "f.json:4: cases[1].hidden: must be true or false\n"
	             "f.json:4: cases[1].id: is missing\n");
	check_object("{\"id\":null}", "", STATUS_INVALID, "f.json:4: id: must be a string\n");
}

static void what_is_no_object_is_refused(void **state)
{
	(void)state;
	check_object("[]", "cases[1]", STATUS_INVALID, "f.json:4: cases[1]: must be an object\n");
	check_object("1", "", STATUS_INVALID, "f.json:4: must be an object\n");
}

static void a_string_is_read_or_its_fallback_given(void **state)
{
	cJSON *value = parse("{\"a\":\"x\",\"b\":1,\"c\":null}");

	(void)state;
	assert_string_equal(json_string(value, "a", "-"), "x");
	assert_string_equal(json_string(value, "b", "-"), "-");
	assert_string_equal(json_string(value, "c", "-"), "-");
	assert_null(json_string(value, "A", NULL));
	assert_null(json_string(NULL, "a", NULL));
	cJSON_Delete(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_text_is_parsed),
		cmocka_unit_test(any_kind_of_value_may_stand_at_the_top),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(the_text_need_not_be_terminated),
		cmocka_unit_test(a_fault_names_the_line_and_what_stands_there),
		cmocka_unit_test(an_empty_text_is_refused),
		cmocka_unit_test(what_follows_the_value_is_refused),
		cmocka_unit_test(what_is_no_number_and_what_no_double_holds_is_refused),
		cmocka_unit_test(strings_that_json_does_not_know_are_refused),
		cmocka_unit_test(a_zero_byte_would_cut_a_string_short),
		cmocka_unit_test(half_a_surrogate_pair_is_refused),
		cmocka_unit_test(an_escape_without_a_character_is_replaced_and_nothing_else),
		cmocka_unit_test(bytes_that_are_no_utf8_are_refused_with_their_line),
		cmocka_unit_test(the_size_is_limited),
		cmocka_unit_test(the_depth_is_limited),
		cmocka_unit_test(no_limit_lets_the_stack_overflow),
		cmocka_unit_test(brackets_within_a_string_are_no_depth),
		cmocka_unit_test(brackets_that_were_closed_are_no_depth),
		cmocka_unit_test(what_is_appended_is_the_text_as_json_has_it),
		cmocka_unit_test(a_member_given_twice_is_refused_by_its_path),
		cmocka_unit_test(the_same_name_in_different_objects_or_cases_is_fine),
		cmocka_unit_test(a_hundred_thousand_members_take_no_age),
		cmocka_unit_test(an_object_that_fits_its_table_is_sound),
		cmocka_unit_test(every_fault_of_an_object_is_reported),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(a_string_is_read_or_its_fallback_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
