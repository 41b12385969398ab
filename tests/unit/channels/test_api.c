#include "channels/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "channels/bulletin_json.h"
#include "channels/message.h"
static void expect_refusal(const char *body, enum refusal expected)
{
	struct api_ask ask;

	assert_int_equal(api_ask_read(span_of(body), &ask), expected);
	api_ask_release(&ask);
}

static void an_ask_is_read(void **state)
{
	struct api_ask ask;

	(void)state;
	assert_int_equal(api_ask_read(span_of("{\"text\":\"照片\",\"session\":\"abc\"}"), &ask),
	                 REFUSAL_NONE);
	assert_string_equal(ask.text, "照片");
	assert_string_equal(ask.session, "abc");
	api_ask_release(&ask);
	assert_int_equal(api_ask_read(span_of("{\"text\":\"\",\"session\":null}"), &ask),
	                 REFUSAL_NONE);
	assert_null(ask.session);
	assert_null(ask.id);
	api_ask_release(&ask);
	assert_int_equal(api_ask_read(span_of("{\"text\":\"a\",\"id\":\"7\"}"), &ask),
	                 REFUSAL_NONE);
	assert_string_equal(ask.id, "7");
	api_ask_release(&ask);
}

static void bad_bodies_are_refused(void **state)
{
	(void)state;
	expect_refusal("", REFUSAL_NOT_JSON);
	expect_refusal("[]", REFUSAL_NOT_JSON);
	expect_refusal("{}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"text\":1}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"text\":\"a\",\"session\":1}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"text\":\"a\",\"id\":\"\"}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"text\":\"a\",\"id\":7}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"text\":\"\xc0\x80\"}", REFUSAL_NOT_UTF8);
}

static void expect_no_rating(const char *body, enum refusal expected)
{
	struct api_rate rate;

	assert_int_equal(api_rate_read(span_of(body), &rate), expected);
	api_rate_release(&rate);
}

static void a_rating_needs_the_session_that_got_the_answer(void **state)
{
	struct api_rate rate;

	(void)state;
	assert_int_equal(api_rate_read(span_of("{\"session\":\"abc\",\"receipt\":\"A7KQ-2M9X\","
	                                       "\"value\":\"down\",\"reason\":\"看不懂\"}"),
	                               &rate),
	                 REFUSAL_NONE);
	assert_string_equal(rate.session, "abc");
	assert_string_equal(rate.rating.receipt, "A7KQ-2M9X");
	assert_int_equal(rate.rating.value, RATING_DOWN);
	assert_string_equal(rate.rating.reason, "看不懂");
	api_rate_release(&rate);
	expect_no_rating("{\"receipt\":\"A7KQ-2M9X\",\"value\":\"up\"}", REFUSAL_BAD_MEMBER);
	expect_no_rating("{\"session\":\"abc\",\"receipt\":\"A7KQ-2M9X\"}", REFUSAL_BAD_MEMBER);
	expect_no_rating("{\"session\":\"abc\",\"receipt\":\"A7KQ-2M9X\",\"value\":\"\"}",
	                 REFUSAL_BAD_MEMBER);
	expect_no_rating("{", REFUSAL_NOT_JSON);
}

static void a_taken_rating_is_answered_with_its_receipt(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(api_write_rated("A7KQ-2M9X", &out), STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"receipt\":\"A7KQ-2M9X\"}");
	buf_deinit(&out);
}

static void a_reply_names_its_conversation_and_its_ask_where_there_are_any(void **state)
{
	const struct span object = span_of("{\"outcome\":\"answer\"}");
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(api_write_reply("1", "5e", NULL, object, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"to\":\"1\",\"session\":\"5e\",\"outcome\":\"answer\"}");
	buf_clear(&out);
	assert_int_equal(api_write_reply(NULL, NULL, NULL, object, &out), STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"outcome\":\"answer\"}");
	buf_deinit(&out);
}

static void suggestions_are_an_array_and_a_number_may_be_missing(void **state)
{
	const struct entry entries[] = { { .id = "photo", .number = 9, .question = "照片？" },
		                         { .id = "other", .question = "a\"b" } };
	const struct match_candidate candidates[] = { { .entry = &entries[0] },
		                                      { .entry = &entries[1] } };
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(api_write_suggestions(candidates, 2, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "[{\"entry\":\"photo\",\"number\":9,\"question\":\"照片？\"},"
	                    "{\"entry\":\"other\",\"number\":null,\"question\":\"a\\\"b\"}]");
	buf_clear(&out);
	assert_int_equal(api_write_suggestions(candidates, 0, &out), STATUS_OK);
	assert_string_equal(buf_text(&out), "[]");
	buf_deinit(&out);
}

static void the_entries_are_told_by_collection_and_number_and_how_many_there_are(void **state)
{
	const struct entry entries[] = {
		{ .id = "b2", .collection = "b", .number = 2, .question = "乙二" },
		{ .id = "bx", .collection = "b", .question = "乙" },
		{ .id = "none", .collection = "b", .number = 1, .question = "" },
		{ .id = "b10", .collection = "b", .number = 10, .question = "乙十" },
		{ .id = "a3", .collection = "a", .number = 3, .question = "甲三" },
		{ .id = "referral", .collection = "", .question = "别处" },
	};
	const struct knowledge knowledge = {
		.entries = entries, .entry_count = 6, .answer_count = 5, .version = "v"
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(api_write_entries(&knowledge, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"total\":4,\"entries\":["
	                    "{\"entry\":\"a3\",\"number\":3,\"question\":\"甲三\"},"
	                    "{\"entry\":\"b2\",\"number\":2,\"question\":\"乙二\"},"
	                    "{\"entry\":\"b10\",\"number\":10,\"question\":\"乙十\"},"
	                    "{\"entry\":\"bx\",\"number\":null,\"question\":\"乙\"}],"
	                    "\"knowledge\":\"v\"}");
	buf_deinit(&out);
}

static void of_very_many_entries_the_first_thousand_are_told(void **state)
{
	enum { MANY = API_ENTRIES_MOST + 1 };
	static struct entry entries[MANY];
	const struct knowledge knowledge = {
		.entries = entries, .entry_count = MANY, .answer_count = MANY, .version = "v"
	};
	cJSON *told;
	struct buf out;

	(void)state;
	for (int i = 0; i < MANY; i++)
		entries[i] = (struct entry){
			.id = "x", .collection = "a", .number = MANY - i, .question = "问"
		};
	buf_init(&out, 1024 * 1024);
	assert_int_equal(api_write_entries(&knowledge, &out), STATUS_OK);
	told = cJSON_Parse(buf_text(&out));
	assert_int_equal((int)cJSON_GetNumberValue(cJSON_GetObjectItem(told, "total")), MANY);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(told, "entries")),
	                 API_ENTRIES_MOST);
	cJSON_Delete(told);
	buf_deinit(&out);
}

static void the_office_is_written_with_what_the_page_says_of_it(void **state)
{
	const struct contact contacts[] = { { "phone", "电话", "0371-00000000" } };
	const char *const examples[] = { "怎么办" };
	const struct knowledge knowledge = {
		.office = { .name = "答疑",
		            .system = "",
		            .title = "某办\"答疑\"",
		            .examples = { examples, 1 },
		            .contacts = contacts,
		            .contact_count = 1,
		            .texts = &(const struct word_pair){ "welcome", "您好" },
		            .text_count = 1 },
		.version = "0123456789abcdef",
	};
	const char *const popular[] = { "照片？", "怎么办" };
	const char *const embedders[] = { "https://portal.example.cn" };
	const struct setting_list embed_origins = { embedders, 1 };
	const struct api_office more = { .popular = popular,
		                         .popular_count = 2,
		                         .embed_origins = &embed_origins };
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(api_write_office(&knowledge, &more, &out), STATUS_OK);
	assert_string_equal(
	        buf_text(&out),
	        "{\"name\":\"答疑\",\"title\":\"某办\\\"答疑\\\"\",\"welcome\":\"您好\","
	        "\"contacts\":[{\"kind\":\"phone\",\"label\":\"电话\",\"value\":"
	        "\"0371-00000000\"}],\"examples\":[\"怎么办\"],\"popular\":["
	        "\"照片？\",\"怎么办\"],\"embed_origins\":[\"https://"
	        "portal.example.cn\"],\"knowledge\":"
	        "\"0123456789abcdef\",\"notice\":null}");
	buf_deinit(&out);
}

static void a_notice_stands_beside_the_office_and_each_reply(void **state)
{
	const struct office_notice notice = { .text = "今晚\"升级\"",
		                              .until_ms = INT64_C(1796054400123) };
	const struct span object = span_of("{\"outcome\":\"answer\"}");
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(api_write_reply(NULL, "5e", &notice, object, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"session\":\"5e\",\"notice\":{\"text\":\"今晚\\\"升级\\\"\","
	                    "\"until\":\"2026-11-30T16:00:00Z\"},\"outcome\":\"answer\"}");
	buf_deinit(&out);
}

static void a_moment_is_read_as_it_is_written(void **state)
{
	static const struct {
		const char *json;
		int64_t ms; /* -1: refused */
	} cases[] = {
		{ "{\"at\":\"1970-01-01T00:00:01Z\"}", 1000 },
		{ "{\"at\":\"2026-11-30T16:00:00Z\"}", INT64_C(1796054400000) },
		{ "{\"at\":\"2026-11-30T16:00:00.999Z\"}", INT64_C(1796054400000) },
		{ "{\"at\":null}", 0 },
		{ "{}", 0 },
		{ "{\"at\":5}", -1 },
		{ "{\"at\":\"\"}", -1 },
		{ "{\"at\":\"2026-11-30T16:00:00\"}", -1 },
		{ "{\"at\":\"2026-11-30T16:00:00+08:00\"}", -1 },
		{ "{\"at\":\"2026-11-31T16:00:00Z\"}", -1 },
		{ "{\"at\":\"2026-11-30T24:00:00Z\"}", -1 },
		{ "{\"at\":\"2026-11-30 16:00:00Z\"}", -1 },
		{ "{\"at\":\"2026-11-30T16:00\"}", -1 },
		{ "{\"at\":\"2026-1\"}", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cJSON *object = cJSON_Parse(cases[i].json);
		int64_t ms;
		const bool read = message_read_time(object, "at", &ms);

		assert_int_equal(read, cases[i].ms >= 0);
		if (read)
			assert_int_equal(ms, cases[i].ms);
		cJSON_Delete(object);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ask_is_read),
		cmocka_unit_test(bad_bodies_are_refused),
		cmocka_unit_test(a_rating_needs_the_session_that_got_the_answer),
		cmocka_unit_test(a_taken_rating_is_answered_with_its_receipt),
		cmocka_unit_test(a_reply_names_its_conversation_and_its_ask_where_there_are_any),
		cmocka_unit_test(suggestions_are_an_array_and_a_number_may_be_missing),
		cmocka_unit_test(
		        the_entries_are_told_by_collection_and_number_and_how_many_there_are),
		cmocka_unit_test(of_very_many_entries_the_first_thousand_are_told),
		cmocka_unit_test(the_office_is_written_with_what_the_page_says_of_it),
		cmocka_unit_test(a_notice_stands_beside_the_office_and_each_reply),
		cmocka_unit_test(a_moment_is_read_as_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
