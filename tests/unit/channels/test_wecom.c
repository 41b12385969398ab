/*
 * The sample of Tencent's own code (token, key, two messages), and what must be refused.
 */
#include "channels/wecom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/xml.h"
#include "channels/bot.h"
#include "channels/wecom_app.h"
#include "channels/wecom_bot.h"

static const char sample_token[] = "QDG6eK";
static const char sample_key[] = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
static const char sample_receiver[] = "wx5823bf96d3bd56c7";
static const char sample_nonce[] = "1372623149";
static const char sample_signature[] = "477715d11cdb4164915debcba66cb864d751f3e6";
static const char sample_encrypted[] =
        "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3Qczc"
        "dCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLj"
        "vd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMn"
        "vw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k"
        "22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2Yoy"
        "yH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";

enum { SAMPLE_S = 1409659813 };

static const unsigned char random_bytes[WECOM_RANDOM_BYTES] = "0123456789abcdef";

static struct wecom_keys keys_for(const char *receiver)
{
	struct wecom_keys keys;

	assert_int_equal(wecom_keys_init(&keys, span_of(sample_token), span_of(sample_key),
	                                 span_of(receiver)),
	                 STATUS_OK);
	return keys;
}

static struct wecom_signed sample_signed(void)
{
	return (struct wecom_signed){ span_of(sample_signature), span_of("1409659813"),
		                      span_of(sample_nonce) };
}

static void the_samples_signature_comes_out(void **state)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	char hex[MAC_HEX_SIZE];

	(void)state;
	assert_int_equal(wecom_sign(&keys, span_of("1409659813"), span_of(sample_nonce),
	                            span_of(sample_encrypted), hex),
	                 STATUS_OK);
	assert_string_equal(hex, sample_signature);
}

static void the_samples_message_is_read(void **state)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	const struct wecom_signed with = sample_signed();
	struct buf body;
	struct bot_message message;

	(void)state;
	buf_init(&body, 4096);
	BUF_JOIN(&body,
	         "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><Encrypt><![CDATA[",
	         sample_encrypted, "]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>");
	assert_int_equal(wecom_app_read(&keys, &with, SAMPLE_S, buf_span(&body), &message),
	                 REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_string_equal(buf_text(&message.text), "hello");
	assert_string_equal(message.person, "mycreate");
	assert_string_equal(message.id, "4561255354251345929");
	assert_string_equal(message.self, "218");
	assert_null(message.chat);
	assert_true(message.spoken_to);
	bot_message_deinit(&message);
	buf_deinit(&body);
}

/* Of the same sample: the address is checked by an encrypted number. */
static void the_samples_address_check_is_read(void **state)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	const struct wecom_signed with = { span_of("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"),
		                           span_of("1409659589"), span_of("263014780") };
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	assert_int_equal(
	        wecom_open(&keys, &with, 1409659589,
	                   span_of("P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP"
	                           "3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="),
	                   &out),
	        REFUSAL_NONE);
	assert_string_equal(buf_text(&out), "1616140317555161061");
	buf_deinit(&out);
}

static enum refusal open_with(const struct wecom_keys *keys, const struct wecom_signed *with,
                              int64_t now_s, const char *encrypted)
{
	struct buf out;
	const enum refusal refusal =
	        (buf_init(&out, 4096), wecom_open(keys, with, now_s, span_of(encrypted), &out));

	if (refusal != REFUSAL_NONE)
		assert_int_equal(out.len, 0);
	buf_deinit(&out);
	return refusal;
}

static void a_wrong_signature_and_a_stale_time_are_refused_alike(void **state)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	struct wecom_signed with = sample_signed();

	(void)state;
	assert_int_equal(open_with(&keys, &with, SAMPLE_S + BOT_WINDOW_S, sample_encrypted),
	                 REFUSAL_NONE);
	assert_int_equal(open_with(&keys, &with, SAMPLE_S + BOT_WINDOW_S + 1, sample_encrypted),
	                 REFUSAL_UNPROVEN);
	assert_int_equal(open_with(&keys, &with, SAMPLE_S - BOT_WINDOW_S - 1, sample_encrypted),
	                 REFUSAL_UNPROVEN);
	with.signature = span_of("477715d11cdb4164915debcba66cb864d751f3e7");
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted), REFUSAL_UNPROVEN);
	with.signature = span_of("477715D11CDB4164915DEBCBA66CB864D751F3E6");
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted), REFUSAL_UNPROVEN);
	with = sample_signed();
	with.nonce = span_of("1372623148");
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted), REFUSAL_UNPROVEN);
}

static void a_missing_part_is_a_bad_request(void **state)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	struct wecom_signed with = sample_signed();

	(void)state;
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, ""), REFUSAL_BAD_REQUEST);
	with.signature = (struct span){ NULL, 0 };
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted), REFUSAL_BAD_REQUEST);
	with = sample_signed();
	with.timestamp = (struct span){ NULL, 0 };
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted), REFUSAL_BAD_REQUEST);
	with = sample_signed();
	with.nonce = (struct span){ NULL, 0 };
	assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted), REFUSAL_BAD_REQUEST);
}

static void another_receiver_is_refused(void **state)
{
	static const char *const others[] = { "", "wx5823bf96d3bd56c8", "wx5823bf96d3bd56c7x",
		                              "wx5823bf96d3bd56c" };
	const struct wecom_signed with = sample_signed();

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct wecom_keys keys = keys_for(others[i]);

		assert_int_equal(open_with(&keys, &with, SAMPLE_S, sample_encrypted),
		                 REFUSAL_UNPROVEN);
	}
}

static void keys_are_43_characters_of_base64(void **state)
{
	struct wecom_keys keys;
	static const char *const wrong[] = { "", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2",
		                             "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C=",
		                             "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2-" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		        wecom_keys_init(&keys, span_of("t"), span_of(wrong[i]), span_of("")),
		        STATUS_INVALID);
}

/* Signs whatever stands for an encrypted message. */
static enum refusal open_signed(const struct wecom_keys *keys, struct span encrypted,
                                struct buf *out)
{
	char hex[MAC_HEX_SIZE];
	const struct wecom_signed with = { { hex, 40 }, span_of("1409659813"), span_of("n") };

	assert_int_equal(wecom_sign(keys, with.timestamp, with.nonce, encrypted, hex), STATUS_OK);
	return wecom_open(keys, &with, SAMPLE_S, encrypted, out);
}

/* Encrypts what is packed as it stands, signs it, and expects its refusal. */
static void refuse_packed(const char *bytes, size_t len, size_t padded_to)
{
	const struct wecom_keys keys = keys_for("");
	struct buf sealed, text, out;

	buf_init(&sealed, 4096);
	buf_init(&text, 4096);
	buf_init(&out, 4096);
	assert_int_equal(
	        cipher_close(keys.key, keys.key, padded_to, (struct span){ bytes, len }, &sealed),
	        STATUS_OK);
	base64_write(buf_span(&sealed), &text);
	assert_int_equal(open_signed(&keys, buf_span(&text), &out), REFUSAL_UNPROVEN);
	assert_int_equal(out.len, 0);
	buf_deinit(&sealed);
	buf_deinit(&text);
	buf_deinit(&out);
}

static void what_is_signed_and_does_not_open_is_refused_like_a_wrong_signature(void **state)
{
	static const char too_long[] = "0123456789abcdef\0\0\0\x06hello";
	static const char huge[] = "0123456789abcdef\xff\xff\xff\xffhello";
	const struct wecom_keys keys = keys_for("");
	struct buf out;

	(void)state;
	refuse_packed("", 0, 32);
	refuse_packed("0123456789abcdef\0\0\0", 19, 32);
	refuse_packed(too_long, sizeof(too_long) - 1, 32);
	refuse_packed(huge, sizeof(huge) - 1, 32);
	/* the last byte of an inner padding: 33, more than WeCom pads */
	refuse_packed("0123456789abcdef0123456789abcde!", 32, 16);
	buf_init(&out, 4096);
	assert_int_equal(open_signed(&keys, span_of("no base64"), &out), REFUSAL_UNPROVEN);
	assert_int_equal(open_signed(&keys, span_of("AAAA"), &out), REFUSAL_UNPROVEN);
	assert_int_equal(open_signed(&keys, span_of("AAAAAAAAAAAAAAAAAAAAAA=="), &out),
	                 REFUSAL_UNPROVEN);
	buf_deinit(&out);
}

/* --- 智能机器人 --- */

/* Seals a message as the platform would, and reads it. */
static enum refusal read_bot(const char *plain, const char *name, struct bot_message *message)
{
	const struct wecom_keys keys = keys_for("");
	char hex[MAC_HEX_SIZE];
	const struct wecom_signed with = { { hex, 40 }, span_of("1409659813"), span_of("n") };
	struct buf encrypted, body;
	enum refusal refusal;

	buf_init(&encrypted, 8192);
	buf_init(&body, 8192);
	assert_int_equal(wecom_close(&keys, span_of(plain), random_bytes, &encrypted), STATUS_OK);
	assert_int_equal(wecom_sign(&keys, with.timestamp, with.nonce, buf_span(&encrypted), hex),
	                 STATUS_OK);
	BUF_JOIN(&body, "{\"encrypt\":\"", buf_text(&encrypted), "\"}");
	refusal = wecom_bot_read(&keys, &with, SAMPLE_S, buf_span(&body), name, message);
	buf_deinit(&encrypted);
	buf_deinit(&body);
	return refusal;
}

/* The example of the vendor's page. */
static const char group_message[] =
        "{\"msgid\":\"CAIQ16\",\"aibotid\":\"AIBOTID\",\"chatid\":\"CHATID\",\"chattype\":"
        "\"group\",\"from\":{\"userid\":\"USERID\"},\"response_url\":\"RESPONSEURL\",\"msgtype\":"
        "\"text\",\"text\":{\"content\":\"@RobotA hello robot\"},\"quote\":{\"msgtype\":\"text\","
        "\"text\":{\"content\":\"x\"}}}";

static void a_groups_message_is_read_without_the_at(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(read_bot(group_message, "", &message), REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_string_equal(message.self, "AIBOTID");
	assert_string_equal(message.chat, "CHATID");
	assert_string_equal(message.person, "USERID");
	assert_string_equal(message.id, "CAIQ16");
	assert_string_equal(buf_text(&message.text), "hello robot");
	assert_true(message.spoken_to);
	bot_message_deinit(&message);
}

static void expect_text(const char *content, const char *type, const char *name,
                        const char *expected)
{
	struct bot_message message;
	struct buf plain;

	buf_init(&plain, 1024);
	BUF_JOIN(&plain, "{\"msgid\":\"m\",\"chatid\":\"c\",\"chattype\":\"", type,
	         "\",\"from\":{\"userid\":\"u\"},\"msgtype\":\"text\",\"text\":{\"content\":\"",
	         content, "\"}}");
	assert_int_equal(read_bot(buf_text(&plain), name, &message), REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_string_equal(buf_text(&message.text), expected);
	bot_message_deinit(&message);
	buf_deinit(&plain);
}

static void the_at_ends_with_the_name_or_at_the_first_blank(void **state)
{
	(void)state;
	expect_text("@政务 助手 照片", "group", "政务 助手", "照片");
	expect_text("@政务 助手 照片", "group", "", "助手 照片");
	expect_text("@助手\xe2\x80\x85照片", "group", "", "照片");
	expect_text(" @助手", "group", "", "");
	expect_text("a@b.cn 收不到", "group", "", "a@b.cn 收不到");
	expect_text("@助手 照片", "single", "", "@助手 照片");
}

static void a_single_chat_has_no_group(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(
	        read_bot("{\"msgid\":\"m\",\"aibotid\":\"b\",\"chattype\":\"single\",\"from\":"
	                 "{\"userid\":\"u\"},\"msgtype\":\"text\",\"text\":{\"content\":"
	                 "\"照片\"}}",
	                 "", &message),
	        REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_null(message.chat);
	bot_message_deinit(&message);
}

static void a_poll_names_its_stream(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(
	        read_bot("{\"msgtype\":\"stream\",\"stream\":{\"id\":\"STREAMID\"}}", "", &message),
	        REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_POLL);
	assert_string_equal(message.id, "STREAMID");
	bot_message_deinit(&message);
}

static void opening_the_chat_may_be_welcomed(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(read_bot("{\"msgid\":\"m\",\"aibotid\":\"b\",\"from\":{\"userid\":\"u\"},"
	                          "\"msgtype\":\"event\",\"event\":{\"eventtype\":\"enter_chat\"}}",
	                          "", &message),
	                 REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_ENTER);
	bot_message_deinit(&message);
}

static void a_picture_has_no_text_and_a_mixed_message_has_its_texts(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(read_bot("{\"msgid\":\"m\",\"chattype\":\"single\",\"from\":{\"userid\":"
	                          "\"u\"},\"msgtype\":\"image\",\"image\":{\"url\":\"x\"}}",
	                          "", &message),
	                 REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_int_equal(message.text.len, 0);
	bot_message_deinit(&message);
	assert_int_equal(
	        read_bot("{\"msgid\":\"m\",\"chattype\":\"single\",\"from\":{\"userid\":\"u\"},"
	                 "\"msgtype\":\"mixed\",\"mixed\":{\"msg_item\":[{\"msgtype\":\"text\","
	                 "\"text\":{\"content\":\"一\"}},{\"msgtype\":\"image\",\"image\":{}},"
	                 "{\"msgtype\":\"text\",\"text\":{\"content\":\"二\"}}]}}",
	                 "", &message),
	        REFUSAL_NONE);
	assert_string_equal(buf_text(&message.text), "一\n二");
	bot_message_deinit(&message);
}

static void what_is_genuine_and_not_understood_is_passed_over(void **state)
{
	static const char *const plains[] = {
		"",
		"[]",
		"hello",
		"{}",
		"{\"msgtype\":7}",
		"{\"msgtype\":\"stream\"}",
		"{\"msgtype\":\"event\",\"event\":{\"eventtype\":\"template_card_event\"}}",
		"{\"msgid\":\"m\",\"chattype\":\"group\",\"from\":{\"userid\":\"u\"},\"msgtype\":"
		"\"text\",\"text\":{\"content\":\"x\"}}",
		"{\"msgid\":\"m\",\"chattype\":\"other\",\"from\":{\"userid\":\"u\"},\"msgtype\":"
		"\"text\",\"text\":{\"content\":\"x\"}}",
		"{\"msgid\":7,\"chattype\":\"single\",\"from\":{\"userid\":\"u\"},\"msgtype\":"
		"\"text\",\"text\":{\"content\":\"x\"}}",
		"{\"msgid\":\"m\",\"chattype\":\"single\",\"from\":\"u\",\"msgtype\":\"text\","
		"\"text\":"
		"{\"content\":\"x\"}}",
	};
	struct bot_message message;

	(void)state;
	for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
		assert_int_equal(read_bot(plains[i], "", &message), REFUSAL_NONE);
		assert_int_equal(message.kind, BOT_IGNORE);
		bot_message_deinit(&message);
	}
}

static void a_body_that_is_no_envelope_is_a_bad_request(void **state)
{
	static const char *const bodies[] = { "",
		                              "{",
		                              "[]",
		                              "{}",
		                              "{\"encrypt\":7}",
		                              "{\"encrypt\":\"\"}",
		                              "{\"encrypt\":\"\xff\"}",
		                              "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]" };
	static const char bomb[] = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>"
	                           "<xml><Encrypt>&b;</Encrypt></xml>";
	static const char *const xml[] = {
		"",       "{}",
		"<xml/>", "<xml><Encrypt>a</Encrypt><Encrypt>a</Encrypt></xml>",
		bomb,     "<a><a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a></a>",
	};
	const struct wecom_keys keys = keys_for("");
	const struct wecom_signed with = sample_signed();
	struct bot_message message;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(
		        wecom_bot_read(&keys, &with, SAMPLE_S, span_of(bodies[i]), "", &message),
		        REFUSAL_BAD_REQUEST);
		bot_message_deinit(&message);
	}
	for (size_t i = 0; i < sizeof(xml) / sizeof(xml[0]); i++) {
		assert_int_equal(wecom_app_read(&keys, &with, SAMPLE_S, span_of(xml[i]), &message),
		                 REFUSAL_BAD_REQUEST);
		bot_message_deinit(&message);
	}
}

/* Opens what was written, as the platform does. */
static void expect_response(const struct buf *out, const char *expected)
{
	const struct wecom_keys keys = keys_for("");
	cJSON *json = NULL;
	struct buf plain;

	assert_true(bot_parse(buf_span(out), &json));
	assert_int_equal(cJSON_GetObjectItem(json, "timestamp")->valuedouble, SAMPLE_S);
	const struct wecom_signed with = { span_of(bot_string(json, "msgsignature")),
		                           span_of("1409659813"),
		                           span_of(bot_string(json, "nonce")) };

	buf_init(&plain, 4096);
	assert_string_equal(bot_string(json, "nonce"), "no\"nce");
	assert_int_equal(
	        wecom_open(&keys, &with, SAMPLE_S, span_of(bot_string(json, "encrypt")), &plain),
	        REFUSAL_NONE);
	assert_string_equal(buf_text(&plain), expected);
	buf_deinit(&plain);
	cJSON_Delete(json);
}

static void an_answer_is_a_stream_and_a_welcome_is_a_text(void **state)
{
	const struct wecom_keys keys = keys_for("");
	struct wecom_sealing sealing = { &keys, SAMPLE_S, span_of("no\"nce"), { 0 } };
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(wecom_bot_write(&sealing, "STREAMID", true, span_of("**markdown**"), &out),
	                 STATUS_OK);
	expect_response(&out, "{\"msgtype\":\"stream\",\"stream\":{\"id\":\"STREAMID\",\"finish\":"
	                      "true,\"content\":\"**markdown**\"}}");
	buf_clear(&out);
	assert_int_equal(wecom_bot_write(&sealing, "S", false, span_of("\"\n"), &out), STATUS_OK);
	expect_response(&out, "{\"msgtype\":\"stream\",\"stream\":{\"id\":\"S\",\"finish\":false,"
	                      "\"content\":\"\\\"\\n\"}}");
	buf_clear(&out);
	assert_int_equal(wecom_bot_write_welcome(&sealing, "您好", &out), STATUS_OK);
	expect_response(&out, "{\"msgtype\":\"text\",\"text\":{\"content\":\"您好\"}}");
	buf_deinit(&out);
}

/* --- 自建应用 --- */

static void an_applications_answer_is_sealed_xml(void **state)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	struct wecom_sealing sealing = { &keys, SAMPLE_S, span_of(sample_nonce), { 0 } };
	struct xml_field fields[] = { { .name = "Encrypt" },
		                      { .name = "MsgSignature" },
		                      { .name = "TimeStamp" },
		                      { .name = "Nonce" } };
	const struct xml_limits limits = { 8192, 8 };
	struct buf out, plain;

	(void)state;
	buf_init(&out, 8192);
	buf_init(&plain, 8192);
	for (size_t i = 0; i < 4; i++)
		buf_init(&fields[i].text, 8192);
	assert_int_equal(wecom_app_write(&sealing, "zhangsan", span_of("a]]>b"), &out), STATUS_OK);
	assert_int_equal(xml_read_fields(buf_span(&out), limits, fields, 4), STATUS_OK);
	const struct wecom_signed with = { buf_span(&fields[1].text), buf_span(&fields[2].text),
		                           buf_span(&fields[3].text) };

	assert_string_equal(buf_text(&fields[3].text), sample_nonce);
	assert_int_equal(wecom_open(&keys, &with, SAMPLE_S, buf_span(&fields[0].text), &plain),
	                 REFUSAL_NONE);
	assert_string_equal(buf_text(&plain),
	                    "<xml><ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName>"
	                    "<![CDATA[wx5823bf96d3bd56c7]]></FromUserName><CreateTime>1409659813"
	                    "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>"
	                    "<![CDATA[a]]]]><![CDATA[>b]]></Content></xml>");
	for (size_t i = 0; i < 4; i++)
		buf_deinit(&fields[i].text);
	buf_deinit(&out);
	buf_deinit(&plain);
}

/* Seals the plain XML, and reads it. */
static enum bot_kind kind_of_app(const char *plain)
{
	const struct wecom_keys keys = keys_for(sample_receiver);
	char hex[MAC_HEX_SIZE];
	const struct wecom_signed with = { { hex, 40 }, span_of("1409659813"), span_of("n") };
	struct bot_message message;
	struct buf encrypted, body;
	enum bot_kind kind;

	buf_init(&encrypted, 8192);
	buf_init(&body, 8192);
	assert_int_equal(wecom_close(&keys, span_of(plain), random_bytes, &encrypted), STATUS_OK);
	assert_int_equal(wecom_sign(&keys, with.timestamp, with.nonce, buf_span(&encrypted), hex),
	                 STATUS_OK);
	BUF_JOIN(&body, "<xml><Encrypt>", buf_text(&encrypted), "</Encrypt></xml>");
	assert_int_equal(wecom_app_read(&keys, &with, SAMPLE_S, buf_span(&body), &message),
	                 REFUSAL_NONE);
	kind = message.kind;
	bot_message_deinit(&message);
	buf_deinit(&encrypted);
	buf_deinit(&body);
	return kind;
}

static void an_applications_message_is_told_apart_from_its_events(void **state)
{
	(void)state;
	assert_int_equal(
	        kind_of_app(
	                "<xml><ToUserName><![CDATA[corpid]]></ToUserName><FromUserName>"
	                "<![CDATA[zhangsan]]></FromUserName><CreateTime>1409659813</CreateTime>"
	                "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content>"
	                "<MsgId>4561255354251345929</MsgId><AgentID>218</AgentID></xml>"),
	        BOT_MESSAGE);
	assert_int_equal(kind_of_app("<xml><FromUserName>u</FromUserName><MsgType>image</MsgType>"
	                             "<MsgId>1</MsgId></xml>"),
	                 BOT_MESSAGE);
	assert_int_equal(kind_of_app("<xml><FromUserName>u</FromUserName><MsgType>event</MsgType>"
	                             "<Event>enter_agent</Event></xml>"),
	                 BOT_ENTER);
	assert_int_equal(kind_of_app("<xml><FromUserName>u</FromUserName><MsgType>event</MsgType>"
	                             "<Event>LOCATION</Event></xml>"),
	                 BOT_IGNORE);
	assert_int_equal(kind_of_app("<xml><MsgType>text</MsgType><Content>x</Content><MsgId>1"
	                             "</MsgId></xml>"),
	                 BOT_IGNORE);
	assert_int_equal(kind_of_app("<xml><FromUserName>u</FromUserName><MsgType>text</MsgType>"
	                             "<Content>x</Content></xml>"),
	                 BOT_IGNORE);
	assert_int_equal(kind_of_app("<!DOCTYPE x><xml/>"), BOT_IGNORE);
	assert_int_equal(kind_of_app("not xml"), BOT_IGNORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samples_signature_comes_out),
		cmocka_unit_test(the_samples_message_is_read),
		cmocka_unit_test(the_samples_address_check_is_read),
		cmocka_unit_test(a_wrong_signature_and_a_stale_time_are_refused_alike),
		cmocka_unit_test(a_missing_part_is_a_bad_request),
		cmocka_unit_test(another_receiver_is_refused),
		cmocka_unit_test(keys_are_43_characters_of_base64),
		cmocka_unit_test(
		        what_is_signed_and_does_not_open_is_refused_like_a_wrong_signature),
		cmocka_unit_test(a_groups_message_is_read_without_the_at),
		cmocka_unit_test(the_at_ends_with_the_name_or_at_the_first_blank),
		cmocka_unit_test(a_single_chat_has_no_group),
		cmocka_unit_test(a_poll_names_its_stream),
		cmocka_unit_test(opening_the_chat_may_be_welcomed),
		cmocka_unit_test(a_picture_has_no_text_and_a_mixed_message_has_its_texts),
		cmocka_unit_test(what_is_genuine_and_not_understood_is_passed_over),
		cmocka_unit_test(a_body_that_is_no_envelope_is_a_bad_request),
		cmocka_unit_test(an_answer_is_a_stream_and_a_welcome_is_a_text),
		cmocka_unit_test(an_applications_answer_is_sealed_xml),
		cmocka_unit_test(an_applications_message_is_told_apart_from_its_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
