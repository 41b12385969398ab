#include "channels/dingtalk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char secret[] = "this is secret";
static const char timestamp[] = "1577262236757";
static const char sign[] = "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=";

enum { HOUR_MS = 3600 * 1000 };

static const int64_t signed_ms = INT64_C(1577262236757);

static void the_known_signature_comes_out(void **state)
{
	char out[DINGTALK_SIGN_SIZE];

	(void)state;
	assert_int_equal(dingtalk_sign(span_of(secret), span_of(timestamp), out), STATUS_OK);
	assert_string_equal(out, sign);
	assert_int_equal(dingtalk_sign(span_of(""), span_of(timestamp), out), STATUS_INVALID);
}

static enum refusal check(const char *time, const char *given, int64_t now_ms)
{
	return dingtalk_check(span_of(secret), span_of(time), span_of(given), now_ms);
}

static void a_request_is_proven_for_an_hour_before_and_after(void **state)
{
	(void)state;
	assert_int_equal(check(timestamp, sign, signed_ms), REFUSAL_NONE);
	assert_int_equal(check(timestamp, sign, signed_ms + HOUR_MS), REFUSAL_NONE);
	assert_int_equal(check(timestamp, sign, signed_ms + HOUR_MS + 1000), REFUSAL_UNPROVEN);
	assert_int_equal(check(timestamp, sign, signed_ms - HOUR_MS - 1000), REFUSAL_UNPROVEN);
}

static void a_wrong_or_missing_signature_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	        check(timestamp, "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQN=", signed_ms),
	        REFUSAL_UNPROVEN);
	assert_int_equal(check(timestamp, "x", signed_ms), REFUSAL_UNPROVEN);
	assert_int_equal(check("1577262236758", sign, signed_ms), REFUSAL_UNPROVEN);
	assert_int_equal(check(timestamp, "", signed_ms), REFUSAL_BAD_REQUEST);
	assert_int_equal(check("", sign, signed_ms), REFUSAL_BAD_REQUEST);
}

static void a_time_that_is_no_number_is_refused_though_it_is_signed(void **state)
{
	static const char *const times[] = { "-1577262236757", "1577262236757 ", "1e12", "soon",
		                             "15772622367570000" };
	char out[DINGTALK_SIGN_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_int_equal(dingtalk_sign(span_of(secret), span_of(times[i]), out), STATUS_OK);
		assert_int_equal(check(times[i], out, signed_ms), REFUSAL_UNPROVEN);
	}
}

/* The platform's own example. */
static const char group_message[] =
        "{\"conversationId\":\"cid1\",\"atUsers\":[{\"dingtalkId\":\"d\",\"staffId\":\"s\"}],"
        "\"chatbotUserId\":\"$:LWCP_v1:$C\",\"msgId\":\"msg0\",\"senderNick\":\"杨xx\","
        "\"isAdmin\":true,\"senderStaffId\":\"user123\",\"sessionWebhookExpiredTime\":"
        "1613635652738,\"createAt\":1613630252678,\"conversationType\":\"2\",\"senderId\":"
        "\"$:LWCP_v1:$Ff\",\"conversationTitle\":\"测试群\",\"isInAtList\":true,"
        "\"sessionWebhook\":\"https://oapi.dingtalk.com/robot/sendBySession?session=x\",\"text\":"
        "{\"content\":\" 你好\"},\"msgtype\":\"text\"}";

static void a_groups_message_is_read(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(dingtalk_read(span_of(group_message), &message), REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_string_equal(message.self, "$:LWCP_v1:$C");
	assert_string_equal(message.chat, "cid1");
	assert_string_equal(message.person, "user123");
	assert_string_equal(message.mention, "user123");
	assert_string_equal(message.id, "msg0");
	assert_string_equal(buf_text(&message.text), "你好");
	assert_true(message.spoken_to);
	assert_string_equal(message.webhook,
	                    "https://oapi.dingtalk.com/robot/sendBySession?session=x");
	assert_true(message.webhook_until_ms == INT64_C(1613635652738));
	bot_message_deinit(&message);
}

static void expect(const char *body, enum bot_kind kind, const char *text, const char *chat,
                   const char *mention, bool spoken_to)
{
	struct bot_message message;

	assert_int_equal(dingtalk_read(span_of(body), &message), REFUSAL_NONE);
	assert_int_equal(message.kind, kind);
	if (kind == BOT_MESSAGE) {
		assert_string_equal(buf_text(&message.text), text);
		assert_int_equal(message.spoken_to, spoken_to);
		assert_true(!chat == !message.chat);
		assert_true(!mention == !message.mention);
	}
	bot_message_deinit(&message);
}

static void other_messages_are_read_as_far_as_they_go(void **state)
{
	(void)state;
	/* a single chat; somebody from outside has no staff id, and cannot be @-ed by one */
	expect("{\"conversationType\":\"1\",\"conversationId\":\"c\",\"msgId\":\"m\",\"senderId\":"
	       "\"s\","
	       "\"text\":{\"content\":\"照片\"},\"msgtype\":\"text\"}",
	       BOT_MESSAGE, "照片", NULL, NULL, true);
	expect("{\"conversationType\":\"2\",\"conversationId\":\"c\",\"msgId\":\"m\","
	       "\"senderStaffId\":"
	       "\"s\",\"isInAtList\":false,\"text\":{\"content\":\"照片\"}}",
	       BOT_MESSAGE, "照片", "c", "s", false);
	expect("{\"conversationType\":\"1\",\"msgId\":\"m\",\"senderStaffId\":\"s\",\"msgtype\":"
	       "\"audio\",\"content\":{\"recognition\":\"照片传不上\"}}",
	       BOT_MESSAGE, "照片传不上", NULL, "s", true);
	expect("{\"conversationType\":\"1\",\"msgId\":\"m\",\"senderStaffId\":\"s\",\"msgtype\":"
	       "\"richText\",\"content\":{\"richText\":[{\"text\":\"照片\"},{\"downloadCode\":"
	       "\"x\"},"
	       "{\"text\":\"太大\"}]}}",
	       BOT_MESSAGE, "照片太大", NULL, "s", true);
	expect("{\"conversationType\":\"1\",\"msgId\":\"m\",\"senderStaffId\":\"s\",\"msgtype\":"
	       "\"picture\",\"content\":{\"downloadCode\":\"x\"}}",
	       BOT_MESSAGE, "", NULL, "s", true);
	expect("{\"conversationType\":\"1\",\"msgId\":\"m\",\"senderStaffId\":\"s\",\"senderNick\":"
	       "\"a\\ud83d\",\"text\":{\"content\":\"照片\\u0000\"}}", /* cut in the middle */
	       BOT_MESSAGE, "照片\xef\xbf\xbd", NULL, "s", true);
	expect("{\"conversationType\":\"2\",\"msgId\":\"m\",\"senderStaffId\":\"s\"}", BOT_IGNORE,
	       "", NULL, NULL, false);
	expect("{\"conversationType\":\"1\",\"senderStaffId\":\"s\"}", BOT_IGNORE, "", NULL, NULL,
	       false);
	expect("{\"conversationType\":1,\"msgId\":\"m\",\"senderStaffId\":\"s\"}", BOT_IGNORE, "",
	       NULL, NULL, false);
	expect("{}", BOT_IGNORE, "", NULL, NULL, false);
}

static void a_body_that_is_no_object_is_a_bad_request(void **state)
{
	static const char deep[] = "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
	                           "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
	                           "{}}}}}}}}}}}}}}}}}";
	static const char *const bodies[] = {
		"", "{", "[]", "7", "{\"a\":\"\xff\"}", deep,
	};
	struct bot_message message;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(dingtalk_read(span_of(bodies[i]), &message), REFUSAL_BAD_REQUEST);
		bot_message_deinit(&message);
	}
}

static void a_webhook_lies_under_the_configured_address_or_is_not_called(void **state)
{
	static const char base[] = "https://oapi.dingtalk.com/robot/";
	static const char *const wrong[] = {
		"http://oapi.dingtalk.com/robot/sendBySession",
		"https://oapi.dingtalk.com.evil.cn/robot/sendBySession",
		"https://oapi.dingtalk.com@evil.cn/robot/",
		"https://evil.cn/https://oapi.dingtalk.com/robot/",
		"https://oapi.dingtalk.com/robot/../admin",
		"https://oapi.dingtalk.com/robot/\r\nX: y",
		"https://oapi.dingtalk.com/robot/\\x",
		"https://oapi.dingtalk.com/robotx",
		"",
	};

	(void)state;
	assert_true(dingtalk_webhook_is_under(
	        "https://oapi.dingtalk.com/robot/sendBySession?session=a1", base));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(dingtalk_webhook_is_under(wrong[i], base));
	assert_false(dingtalk_webhook_is_under("https://oapi.dingtalk.com.evil.cn/",
	                                       "https://oapi.dingtalk.com"));
	assert_false(dingtalk_webhook_is_under("https://evil.cn/", ""));
}

static void expect_written(const struct dingtalk_answer *answer, const char *expected)
{
	struct buf out;

	buf_init(&out, 1024);
	assert_int_equal(dingtalk_write(answer, &out), STATUS_OK);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void answers_are_written_as_the_platform_reads_them(void **state)
{
	struct buf out;

	(void)state;
	expect_written(&(struct dingtalk_answer){ "t", span_of("一\"\n"), false, "user123" },
	               "{\"msgtype\":\"text\",\"text\":{\"content\":\"一\\\"\\n\"},\"at\":"
	               "{\"atUserIds\":[\"user123\"],\"isAtAll\":false}}");
	expect_written(&(struct dingtalk_answer){ "t", span_of("一"), false, NULL },
	               "{\"msgtype\":\"text\",\"text\":{\"content\":\"一\"}}");
	expect_written(&(struct dingtalk_answer){ "标题", span_of("**一**"), true, NULL },
	               "{\"msgtype\":\"markdown\",\"markdown\":{\"title\":\"标题\",\"text\":"
	               "\"**一**\"}}");
	expect_written(&(struct dingtalk_answer){ "标题", span_of("**一**"), true, "u" },
	               "{\"msgtype\":\"markdown\",\"markdown\":{\"title\":\"标题\",\"text\":"
	               "\"@u\\n\\n**一**\"},\"at\":{\"atUserIds\":[\"u\"],\"isAtAll\":false}}");
	buf_init(&out, 64);
	assert_int_equal(dingtalk_write_nothing(&out), STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"msgtype\":\"empty\"}");
	buf_deinit(&out);
}

static enum dingtalk_result result_of(const char *body)
{
	return dingtalk_read_result(span_of(body));
}

static void the_webhook_took_it_when_its_code_is_zero_and_refused_with_another(void **state)
{
	(void)state;
	assert_int_equal(result_of("{\"errcode\":0,\"errmsg\":\"ok\"}"), DINGTALK_TAKEN);
	assert_int_equal(result_of("{\"errcode\":300001,\"errmsg\":\"session\"}"),
	                 DINGTALK_REFUSED);
}

/* It would be sent a second time, were it told as refused. */
static void what_no_webhook_says_is_unclear(void **state)
{
	(void)state;
	assert_int_equal(result_of("{\"errcode\":\"0\"}"), DINGTALK_UNCLEAR);
	assert_int_equal(result_of("{}"), DINGTALK_UNCLEAR);
	assert_int_equal(result_of("<html>504 Gateway Time-out</html>"), DINGTALK_UNCLEAR);
	assert_int_equal(result_of(""), DINGTALK_UNCLEAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_signature_comes_out),
		cmocka_unit_test(a_request_is_proven_for_an_hour_before_and_after),
		cmocka_unit_test(a_wrong_or_missing_signature_is_refused),
		cmocka_unit_test(a_time_that_is_no_number_is_refused_though_it_is_signed),
		cmocka_unit_test(a_groups_message_is_read),
		cmocka_unit_test(other_messages_are_read_as_far_as_they_go),
		cmocka_unit_test(a_body_that_is_no_object_is_a_bad_request),
		cmocka_unit_test(a_webhook_lies_under_the_configured_address_or_is_not_called),
		cmocka_unit_test(answers_are_written_as_the_platform_reads_them),
		cmocka_unit_test(
		        the_webhook_took_it_when_its_code_is_zero_and_refused_with_another),
		cmocka_unit_test(what_no_webhook_says_is_unclear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
