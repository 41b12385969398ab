#include "channels/chat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/message.h"

static void expect_refusal(const char *text, enum refusal expected)
{
	struct chat_frame frame;
	const enum refusal refusal = chat_frame_read(span_of(text), &frame);

	if (refusal != expected)
		fail_msg("%.60s: %s instead of %s", text, refusal_code(refusal),
		         refusal_code(expected));
	chat_frame_release(&frame);
}

static void an_ask_is_read(void **state)
{
	struct chat_frame frame;

	(void)state;
	assert_int_equal(
	        chat_frame_read(span_of("{\"type\":\"ask\",\"id\":\"7\",\"text\":\"照片\"}"),
	                        &frame),
	        REFUSAL_NONE);
	assert_int_equal(frame.type, CHAT_ASK);
	assert_string_equal(frame.id, "7");
	assert_string_equal(frame.text, "照片");
	chat_frame_release(&frame);
}

static void a_hello_is_read_with_and_without_what_it_resumes(void **state)
{
	struct chat_frame frame;

	(void)state;
	assert_int_equal(
	        chat_frame_read(span_of("{\"type\":\"hello\",\"resume\":\"abc\"}"), &frame),
	        REFUSAL_NONE);
	assert_int_equal(frame.type, CHAT_HELLO);
	assert_string_equal(frame.resume, "abc");
	chat_frame_release(&frame);
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"hello\",\"resume\":null}"), &frame),
	                 REFUSAL_NONE);
	assert_null(frame.resume);
	chat_frame_release(&frame);
}

static void a_rating_is_read_with_and_without_a_reason(void **state)
{
	struct chat_frame frame;

	(void)state;
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"rate\",\"id\":\"r\",\"receipt\":"
	                                         "\"A7KQ-2M9X\",\"value\":\"up\"}"),
	                                 &frame),
	                 REFUSAL_NONE);
	assert_int_equal(frame.type, CHAT_RATE);
	assert_string_equal(frame.id, "r");
	assert_string_equal(frame.rating.receipt, "A7KQ-2M9X");
	assert_int_equal(frame.rating.value, RATING_UP);
	assert_null(frame.rating.reason);
	chat_frame_release(&frame);
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"rate\",\"receipt\":\"A\",\"value\":"
	                                         "\"down\",\"reason\":\"已过期\"}"),
	                                 &frame),
	                 REFUSAL_NONE);
	assert_int_equal(frame.rating.value, RATING_DOWN);
	assert_string_equal(frame.rating.reason, "已过期");
	chat_frame_release(&frame);
	expect_refusal("{\"type\":\"rate\",\"receipt\":\"A\",\"value\":\"so-so\"}",
	               REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"rate\",\"value\":\"up\"}", REFUSAL_BAD_MEMBER);
}

static void a_hello_names_the_last_event_that_is_known(void **state)
{
	static const char *const wrong[] = { "-1", "\"3\"", "1e16", "true", "[]" };
	struct chat_frame frame;
	char text[64];

	(void)state;
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"hello\",\"after\":3}"), &frame),
	                 REFUSAL_NONE);
	assert_int_equal(frame.after, 3);
	chat_frame_release(&frame);
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"hello\",\"after\":null}"), &frame),
	                 REFUSAL_NONE);
	assert_int_equal(frame.after, -1);
	chat_frame_release(&frame);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "{\"type\":\"hello\",\"after\":%s}", wrong[i]);
		expect_refusal(text, REFUSAL_BAD_MEMBER);
	}
}

static void a_call_back_is_read_with_and_without_a_question(void **state)
{
	char text[2100] = "{\"type\":\"call_back\",\"number\":\"1\",\"text\":\"";
	struct chat_frame frame;
	size_t len = strlen(text);

	(void)state;
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"call_back\",\"id\":\"7\","
	                                         "\"number\":\"0371-65250866\"}"),
	                                 &frame),
	                 REFUSAL_NONE);
	assert_int_equal(frame.type, CHAT_CALL_BACK);
	assert_string_equal(frame.id, "7");
	assert_string_equal(frame.call_back.number, "0371-65250866");
	assert_null(frame.call_back.text);
	chat_frame_release(&frame);
	expect_refusal("{\"type\":\"call_back\"}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"call_back\",\"number\":1380013800}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"call_back\",\"number\":\"1\",\"text\":[]}", REFUSAL_BAD_MEMBER);
	/* 500 characters, and one more. */
	memset(text + len, 'a', 501);
	memcpy(text + len + 500, "\"}", 3);
	expect_refusal(text, REFUSAL_NONE);
	memcpy(text + len + 500, "a\"}", 4);
	expect_refusal(text, REFUSAL_BAD_MEMBER);
}

static void members_of_later_versions_are_passed_over(void **state)
{
	(void)state;
	expect_refusal("{\"type\":\"ask\",\"text\":\"a\",\"new\":[1,{}]}", REFUSAL_NONE);
}

static void what_is_no_object_of_json_is_refused(void **state)
{
	(void)state;
	expect_refusal("", REFUSAL_NOT_JSON);
	expect_refusal("[]", REFUSAL_NOT_JSON);
	expect_refusal("{\"type\":\"ask\"", REFUSAL_NOT_JSON);
	expect_refusal("{\"type\":\"ask\",\"text\":\"a\"}{}", REFUSAL_NOT_JSON);
	expect_refusal("{\"type\":\"\xff\"}", REFUSAL_NOT_UTF8);
}

static void members_of_the_wrong_type_are_refused(void **state)
{
	(void)state;
	expect_refusal("{}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":1}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"ask\"}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"ask\",\"text\":{}}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"ask\",\"text\":\"a\",\"id\":1}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"hello\",\"resume\":1}", REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"Ask\",\"text\":\"a\"}", REFUSAL_UNKNOWN_TYPE);
}

static void a_refusal_says_which_ask_it_was(void **state)
{
	struct chat_frame frame;

	(void)state;
	assert_int_equal(chat_frame_read(span_of("{\"type\":\"ask\",\"id\":\"7\"}"), &frame),
	                 REFUSAL_BAD_MEMBER);
	assert_string_equal(frame.id, "7");
	chat_frame_release(&frame);
}

static void repeat(char *out, char c, size_t count)
{
	memset(out, c, count);
	out[count] = '\0';
}

static void an_id_has_64_bytes_at_most(void **state)
{
	char id[80];
	char text[160];

	(void)state;
	repeat(id, 'x', 64);
	snprintf(text, sizeof(text), "{\"type\":\"ask\",\"text\":\"a\",\"id\":\"%s\"}", id);
	expect_refusal(text, REFUSAL_NONE);
	repeat(id, 'x', 65);
	snprintf(text, sizeof(text), "{\"type\":\"ask\",\"text\":\"a\",\"id\":\"%s\"}", id);
	expect_refusal(text, REFUSAL_BAD_MEMBER);
	expect_refusal("{\"type\":\"ask\",\"text\":\"a\",\"id\":\"\"}", REFUSAL_BAD_MEMBER);
}

static void json_is_16_deep_at_most(void **state)
{
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "{\"type\":\"ask\",\"text\":\"a\",\"x\":%s%s}",
	         "[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]");
	expect_refusal(text, REFUSAL_NONE);
	snprintf(text, sizeof(text), "{\"type\":\"ask\",\"text\":\"a\",\"x\":%s%s}",
	         "[[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]]");
	expect_refusal(text, REFUSAL_TOO_DEEP);
}

static void a_message_has_16_kib_at_most(void **state)
{
	static char text[MESSAGE_BYTES + 2];

	(void)state;
	repeat(text, ' ', MESSAGE_BYTES);
	memcpy(text, "{\"type\":\"hello\"}", 16);
	expect_refusal(text, REFUSAL_NONE);
	repeat(text, ' ', MESSAGE_BYTES + 1);
	memcpy(text, "{\"type\":\"hello\"}", 16);
	expect_refusal(text, REFUSAL_TOO_LARGE);
}

static void the_frames_that_go_out_are_those_of_the_description(void **state)
{
	const struct chat_welcome welcome = { .session = "s1",
		                              .resumed = true,
		                              .knowledge = "4f2a" };
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(chat_write_reply("a\"b", span_of("{\"outcome\":\"answer\"}"), &out),
	                 STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"type\":\"reply\",\"to\":\"a\\\"b\","
	                                    "\"outcome\":\"answer\"}");
	buf_clear(&out);
	assert_int_equal(chat_write_reply("\\一\n", span_of("{\"outcome\":\"answer\"}"), &out),
	                 STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"type\":\"reply\",\"to\":\"\\\\一\\n\","
	                                    "\"outcome\":\"answer\"}");
	buf_clear(&out);
	assert_int_equal(chat_write_welcome(&welcome, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"type\":\"welcome\",\"session\":\"s1\","
	                    "\"resumed\":true,\"knowledge\":\"4f2a\",\"signed_in\":false}");
	buf_clear(&out);
	assert_int_equal(chat_write_error(REFUSAL_BINARY, "a\"b", &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"type\":\"error\",\"to\":\"a\\\"b\",\"reason\":\"binary\",\"text\":"
	                    "\"这里只接收文本消息，不接收文件、图片等二进制内容。\"}");
	buf_clear(&out);
	assert_int_equal(chat_write_bye(REFUSAL_DRAINING, 4321, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"type\":\"bye\",\"reason\":\"draining\",\"text\":"
	                    "\"服务正在重启，请稍后再试。\",\"reconnect_after_ms\":4321}");
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ask_is_read),
		cmocka_unit_test(a_hello_is_read_with_and_without_what_it_resumes),
		cmocka_unit_test(a_rating_is_read_with_and_without_a_reason),
		cmocka_unit_test(a_hello_names_the_last_event_that_is_known),
		cmocka_unit_test(a_call_back_is_read_with_and_without_a_question),
		cmocka_unit_test(members_of_later_versions_are_passed_over),
		cmocka_unit_test(what_is_no_object_of_json_is_refused),
		cmocka_unit_test(members_of_the_wrong_type_are_refused),
		cmocka_unit_test(a_refusal_says_which_ask_it_was),
		cmocka_unit_test(an_id_has_64_bytes_at_most),
		cmocka_unit_test(json_is_16_deep_at_most),
		cmocka_unit_test(a_message_has_16_kib_at_most),
		cmocka_unit_test(the_frames_that_go_out_are_those_of_the_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
