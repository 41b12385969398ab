#include "channels/onebot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What a message of this frame says, read with these names. */
struct read {
	struct onebot_frame frame;
	struct onebot_said said;
	struct buf text;
};

static const struct onebot_names no_names = { .header = "" };

static void setup(struct read *read, const char *json, const struct onebot_names *names)
{
	assert_int_equal(onebot_frame_read(span_of(json), &read->frame), STATUS_OK);
	buf_init(&read->text, ONEBOT_TEXT_BYTES);
	if (read->frame.kind == ONEBOT_GROUP || read->frame.kind == ONEBOT_PRIVATE)
		assert_int_equal(onebot_message_read(&read->frame, names, &read->text, &read->said),
		                 STATUS_OK);
}

static void teardown(struct read *read)
{
	onebot_frame_release(&read->frame);
	buf_deinit(&read->text);
}

static enum onebot_kind kind_of(const char *json)
{
	struct read read;
	enum onebot_kind kind;

	setup(&read, json, &no_names);
	kind = read.frame.kind;
	teardown(&read);
	return kind;
}

/* A message in group 1 by 2 to 9, with these further members. */
#define GROUP(members_)                                                                            \
	"{\"time\":1,\"self_id\":9,\"post_type\":\"message\",\"message_type\":\"group\","          \
	"\"message_id\":5,\"group_id\":1,\"user_id\":2," members_ "}"

static void expect_message(const char *json, const struct onebot_names *names, const char *text,
                           bool to_us)
{
	struct read read;

	setup(&read, json, names);
	assert_int_equal(read.frame.kind, ONEBOT_GROUP);
	assert_string_equal(buf_text(&read.text), text);
	if (read.said.to_us != to_us)
		fail_msg("%s is %sto us", json, to_us ? "not " : "");
	teardown(&read);
}

/* --- the examples of ../shared/BOTS.md, 1.2 --- */

static void lifecycle_and_heartbeat_are_told_apart(void **state)
{
	struct read read;

	(void)state;
	setup(&read,
	      "{\"time\":1515204254,\"self_id\":10001000,\"post_type\":\"meta_event\","
	      "\"meta_event_type\":\"lifecycle\",\"sub_type\":\"connect\"}",
	      &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_LIFECYCLE);
	assert_string_equal(read.frame.self.text, "10001000");
	teardown(&read);
	setup(&read,
	      "{\"time\":1515204254,\"self_id\":10001000,\"post_type\":\"meta_event\","
	      "\"meta_event_type\":\"heartbeat\",\"status\":{\"online\":true,\"good\":true},"
	      "\"interval\":15000}",
	      &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_HEARTBEAT);
	assert_int_equal(read.frame.interval_ms, 15000);
	assert_false(read.frame.offline);
	teardown(&read);
}

/* oicq's. */
static void a_heartbeat_without_a_status_is_one(void **state)
{
	struct read read;

	(void)state;
	setup(&read,
	      "{\"self_id\":1,\"post_type\":\"meta_event\",\"meta_event_type\":\"heartbeat\","
	      "\"interval\":3000}",
	      &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_HEARTBEAT);
	assert_int_equal(read.frame.interval_ms, 3000);
	assert_false(read.frame.offline);
	teardown(&read);
	setup(&read,
	      "{\"self_id\":1,\"post_type\":\"meta_event\",\"meta_event_type\":\"heartbeat\","
	      "\"interval\":\"x\",\"status\":{\"online\":false}}",
	      &no_names);
	assert_int_equal(read.frame.interval_ms, 0);
	assert_true(read.frame.offline);
	teardown(&read);
}

#define OICQ_HEAD                                                                                  \
	"{\"self_id\":10001000,\"time\":1795456993,\"post_type\":\"message\","                     \
	"\"message_type\":\"group\",\"sub_type\":\"normal\","                                      \
	"\"message_id\":\"AAHiQAExNNAAAAACQZMaXGsEf+EB\",\"group_id\":123456,"                     \
	"\"group_name\":\"办事群\",\"user_id\":20002000,\"anonymous\":null,"
#define OICQ_TAIL                                                                                     \
	"\"raw_message\":\"[CQ:at,qq=10001000,text=@政务助手] "                                   \
	"身份证怎么补办？&#91;急&#93;&amp;\","                                               \
	"\"font\":\"宋体\",\"sender\":{\"user_id\":20002000,\"nickname\":\"张三\",\"card\":\"\"," \
	"\"sex\":\"unknown\",\"age\":30,\"area\":\"\",\"level\":1,\"role\":\"member\","               \
	"\"title\":\"\"}}"

static const char oicq_array[] = OICQ_HEAD
        "\"message\":[{\"type\":\"at\",\"data\":{\"qq\":10001000,\"text\":\"@政务助手\"}},"
        "{\"type\":\"text\",\"data\":{\"text\":\" 身份证怎么补办？[急]&\"}}]," OICQ_TAIL;

static void a_group_message_in_the_array_form_is_read(void **state)
{
	struct read read;

	(void)state;
	setup(&read, oicq_array, &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_GROUP);
	assert_string_equal(read.frame.group.text, "123456");
	assert_true(read.frame.group.number);
	assert_string_equal(read.frame.user.text, "20002000");
	assert_string_equal(read.frame.message.text, "AAHiQAExNNAAAAACQZMaXGsEf+EB");
	assert_false(read.frame.message.number);
	assert_false(read.frame.anonymous);
	assert_true(read.said.to_us);
	assert_false(read.said.wordless);
	assert_string_equal(buf_text(&read.text), "身份证怎么补办？[急]&");
	teardown(&read);
}

static void the_same_in_the_string_form_says_the_same(void **state)
{
	(void)state;
	expect_message(OICQ_HEAD "\"message\":\"[CQ:at,qq=10001000,text=@政务助手] "
	                         "身份证怎么补办？&#91;急&#93;&amp;\"," OICQ_TAIL,
	               &no_names, "身份证怎么补办？[急]&", true);
}

static void null_as_message_leaves_the_raw_message(void **state)
{
	(void)state;
	expect_message(OICQ_HEAD "\"message\":null," OICQ_TAIL, &no_names, "身份证怎么补办？[急]&",
	               true);
	expect_message(OICQ_HEAD OICQ_TAIL, &no_names, "身份证怎么补办？[急]&", true);
}

static void one_segment_alone_is_a_message(void **state)
{
	(void)state;
	expect_message(GROUP("\"message\":{\"type\":\"text\",\"data\":{\"text\":\"照片\"}}"),
	               &no_names, "照片", false);
	expect_message(GROUP("\"message\":{\"type\":\"at\",\"data\":{\"qq\":\"9\"}}"), &no_names,
	               "", true);
}

static void a_private_message_is_read(void **state)
{
	struct read read;

	(void)state;
	setup(&read,
	      "{\"time\":1515204254,\"self_id\":10001000,\"post_type\":\"message\","
	      "\"message_type\":\"private\",\"sub_type\":\"friend\",\"message_id\":12,"
	      "\"user_id\":12345678,\"message\":\"你好～\",\"raw_message\":\"你好～\",\"font\":456,"
	      "\"sender\":{\"user_id\":12345678,\"nickname\":\"小不点\",\"sex\":\"male\","
	      "\"age\":18}}",
	      &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_PRIVATE);
	assert_string_equal(read.frame.user.text, "12345678");
	assert_string_equal(read.frame.message.text, "12");
	assert_true(read.frame.message.number);
	assert_string_equal(read.frame.group.text, "");
	assert_string_equal(buf_text(&read.text), "你好～");
	teardown(&read);
}

static void expect_outcome(const char *json, enum onebot_outcome expected, const char *echo)
{
	struct onebot_frame frame;
	struct onebot_id message;
	int retcode;

	assert_int_equal(onebot_frame_read(span_of(json), &frame), STATUS_OK);
	assert_int_equal(frame.kind, ONEBOT_RESPONSE);
	if (onebot_response_outcome(&frame, &retcode, &message) != expected)
		fail_msg("%s: another outcome", json);
	if (echo)
		assert_string_equal(frame.echo, echo);
	else
		assert_null(frame.echo);
	onebot_frame_release(&frame);
}

static void responses_are_done_failed_or_unknown(void **state)
{
	(void)state;
	expect_outcome("{\"status\":\"ok\",\"retcode\":0,\"data\":{\"message_id\":12},"
	               "\"echo\":\"e1\"}",
	               ONEBOT_DONE, "e1");
	expect_outcome("{\"status\":\"failed\",\"retcode\":1404,\"data\":null,\"echo\":3}",
	               ONEBOT_FAILED, NULL);
	expect_outcome("{\"status\":\"async\",\"retcode\":1,\"data\":null,\"echo\":4}",
	               ONEBOT_UNKNOWN, NULL);
	/* NapCat's "Timeout: NTEvent ...sendMsg". */
	expect_outcome("{\"status\":\"failed\",\"retcode\":1200,\"data\":null,\"message\":"
	               "\"Timeout: NTEvent\",\"echo\":\"e2\"}",
	               ONEBOT_UNKNOWN, "e2");
	/* onebots' for an unknown action; oicq's under risk control; go-cqhttp's. */
	expect_outcome("{\"status\":\"failed\",\"retcode\":-1,\"echo\":\"e\"}", ONEBOT_FAILED, "e");
	expect_outcome("{\"status\":\"failed\",\"retcode\":102,\"data\":null,\"echo\":\"e\"}",
	               ONEBOT_FAILED, "e");
	expect_outcome("{\"status\":\"failed\",\"retcode\":100,\"msg\":\"SEND_MSG_API_ERROR\"}",
	               ONEBOT_FAILED, NULL);
	/* An answer to bad JSON has no echo. */
	expect_outcome("{\"status\":\"failed\",\"retcode\":1400,\"data\":null}", ONEBOT_FAILED,
	               NULL);
	expect_outcome("{\"status\":\"ok\",\"retcode\":100,\"echo\":\"e\"}", ONEBOT_FAILED, "e");
	expect_outcome("{\"status\":\"ok\",\"echo\":\"e\"}", ONEBOT_UNKNOWN, "e");
	expect_outcome("{\"echo\":\"e\"}", ONEBOT_UNKNOWN, "e");
}

static void the_id_of_what_was_sent_is_kept_in_its_type(void **state)
{
	struct onebot_frame frame;
	struct onebot_id message;
	int retcode;

	(void)state;
	assert_int_equal(onebot_frame_read(span_of("{\"status\":\"ok\",\"retcode\":0,\"data\":{"
	                                           "\"message_id\":-12},\"echo\":\"e\"}"),
	                                   &frame),
	                 STATUS_OK);
	assert_int_equal(onebot_response_outcome(&frame, &retcode, &message), ONEBOT_DONE);
	assert_string_equal(message.text, "-12");
	assert_true(message.number);
	onebot_frame_release(&frame);
}

/* --- actions --- */

static struct onebot_id number(const char *text)
{
	struct onebot_id id = { .number = true };

	snprintf(id.text, sizeof(id.text), "%s", text);
	return id;
}

static struct onebot_id string(const char *text)
{
	struct onebot_id id = number(text);

	id.number = false;
	return id;
}

static void expect_action(const struct onebot_send *send, const char *expected)
{
	struct buf out;

	buf_init(&out, ONEBOT_FRAME_BYTES);
	assert_int_equal(onebot_write_send(send, "e1", &out), STATUS_OK);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void an_answer_quotes_and_calls_who_asked(void **state)
{
	const struct onebot_send send = { .group = number("123456"),
		                          .user = number("20002000"),
		                          .quoted = string("AAHi"),
		                          .at = true,
		                          .text = span_of("请携带身份证原件") };

	(void)state;
	expect_action(&send,
	              "{\"action\":\"send_group_msg\",\"params\":{\"group_id\":123456,\"message\":["
	              "{\"type\":\"reply\",\"data\":{\"id\":\"AAHi\"}},"
	              "{\"type\":\"at\",\"data\":{\"qq\":\"20002000\"}},"
	              "{\"type\":\"text\",\"data\":{\"text\":\" 请携带身份证原件\"}}]},"
	              "\"echo\":\"e1\"}");
}

static void ids_go_back_in_the_type_in_which_they_came(void **state)
{
	struct onebot_send send = { .group = string("87042257591"), .text = span_of("好") };

	(void)state;
	expect_action(&send, "{\"action\":\"send_group_msg\",\"params\":{\"group_id\":"
	                     "\"87042257591\",\"message\":[{\"type\":\"text\",\"data\":{\"text\":"
	                     "\"好\"}}]},\"echo\":\"e1\"}");
	send.group = number("9007199254740992");
	expect_action(&send, "{\"action\":\"send_group_msg\",\"params\":{\"group_id\":"
	                     "9007199254740992,\"message\":[{\"type\":\"text\",\"data\":{"
	                     "\"text\":\"好\"}}]},\"echo\":\"e1\"}");
	send = (struct onebot_send){ .user = number("1000000000000000"), .text = span_of("好") };
	expect_action(&send, "{\"action\":\"send_private_msg\",\"params\":{\"user_id\":"
	                     "1000000000000000,\"message\":[{\"type\":\"text\",\"data\":{"
	                     "\"text\":\"好\"}}]},\"echo\":\"e1\"}");
	assert_string_equal(onebot_send_path(&send), "/send_private_msg");
}

/* A temporary session goes through the group in which it was begun. */
static void a_private_answer_names_the_group_of_a_temporary_session(void **state)
{
	struct read read;

	(void)state;
	setup(&read,
	      "{\"self_id\":9,\"post_type\":\"message\",\"message_type\":\"private\","
	      "\"sub_type\":\"group\",\"user_id\":2,\"message\":\"a\",\"sender\":{\"group_id\":7}}",
	      &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_PRIVATE);
	assert_string_equal(read.frame.group.text, "7");
	const struct onebot_send send = { .user = read.frame.user,
		                          .through = read.frame.group,
		                          .text = span_of("好") };

	expect_action(&send, "{\"action\":\"send_private_msg\",\"params\":{\"user_id\":2,"
	                     "\"group_id\":7,\"message\":[{\"type\":\"text\",\"data\":{\"text\":"
	                     "\"好\"}}]},\"echo\":\"e1\"}");
	teardown(&read);
}

/* No text of an entry can call anybody: it is no code in an array. */
static void codes_in_a_text_stay_text(void **state)
{
	const struct onebot_send send = { .group = number("1"),
		                          .text = span_of("[CQ:at,qq=all] \"x\"") };

	(void)state;
	expect_action(&send,
	              "{\"action\":\"send_group_msg\",\"params\":{\"group_id\":1,\"message\":["
	              "{\"type\":\"text\",\"data\":{\"text\":\"[CQ:at,qq=all] "
	              "\\\"x\\\"\"}}]},\"echo\":\"e1\"}");
}

static void a_quick_operation_calls_nobody_twice(void **state)
{
	const struct onebot_send send = { .group = number("1"), .text = span_of("请到一楼窗口") };
	struct buf out;

	(void)state;
	buf_init(&out, ONEBOT_FRAME_BYTES);
	assert_int_equal(onebot_write_quick(&send, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"reply\":[{\"type\":\"text\",\"data\":{\"text\":\"请到一楼窗口\"}}],"
	                    "\"at_sender\":false}");
	buf_clear(&out);
	assert_int_equal(onebot_write_query("get_status", "p1", &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"action\":\"get_status\",\"params\":{},\"echo\":\"p1\"}");
	buf_clear(&out);
	assert_int_equal(onebot_write_parameters(&send, &out), STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"group_id\":1,\"message\":[{\"type\":\"text\","
	                                    "\"data\":{\"text\":\"请到一楼窗口\"}}]}");
	buf_deinit(&out);
}

/* --- who is called --- */

static void the_bot_is_known_by_self_id_header_or_alias(void **state)
{
	static const char *const items[] = { "77", "all" };
	const struct setting_list aliases = { items, 2 };
	const struct onebot_names header = { .header = "8" };
	const struct onebot_names alias = { .header = "", .aliases = &aliases };

	(void)state;
	expect_message(GROUP("\"message\":\"[CQ:at,qq=9]照片\""), &no_names, "照片", true);
	expect_message(GROUP("\"message\":[{\"type\":\"at\",\"data\":{\"qq\":\"9\"}}]"), &no_names,
	               "", true);
	expect_message(GROUP("\"message\":\"[CQ:at,qq=8]照片\""), &no_names, "照片", false);
	expect_message(GROUP("\"message\":\"[CQ:at,qq=8]照片\""), &header, "照片", true);
	expect_message(GROUP("\"message\":[{\"type\":\"at\",\"data\":{\"qq\":77}}]"), &alias, "",
	               true);
	/* Everybody is not the bot, whatever is configured. */
	expect_message(GROUP("\"message\":\"[CQ:at,qq=all]照片\""), &alias, "照片", false);
	expect_message(GROUP("\"message\":[{\"type\":\"at\",\"data\":{\"qq\":\"all\"}}]"), &alias,
	               "", false);
	expect_message(GROUP("\"message\":\"[CQ:at]照片\""), &no_names, "照片", false);
}

/* NapCat and others put U+2005 or U+00A0 behind a call. */
static void calls_and_the_blanks_around_the_text_go(void **state)
{
	(void)state;
	expect_message(GROUP("\"message\":\"[CQ:at,qq=9]\xe2\x80\x85照片\xc2\xa0\\n\""), &no_names,
	               "照片", true);
	expect_message(GROUP("\"message\":\"\xe3\x80\x80照片[CQ:at,qq=9] \""), &no_names, "照片",
	               true);
	expect_message(GROUP("\"message\":\"照片[CQ:at,qq=3]传不上\""), &no_names, "照片 传不上",
	               false);
	expect_message(GROUP("\"message\":\" \\t\""), &no_names, "", false);
}

static void a_quoted_message_is_named(void **state)
{
	struct read read;

	(void)state;
	setup(&read,
	      GROUP("\"message\":[{\"type\":\"reply\",\"data\":{\"id\":-5}},"
	            "{\"type\":\"text\",\"data\":{\"text\":\"2\"}}]"),
	      &no_names);
	assert_string_equal(read.said.quoted.text, "-5");
	assert_string_equal(buf_text(&read.text), "2");
	teardown(&read);
	setup(&read, GROUP("\"message\":\"[CQ:reply,id=AA+/==][CQ:image,file=a]2\""), &no_names);
	assert_string_equal(read.said.quoted.text, "AA+/==");
	assert_true(read.said.wordless);
	assert_string_equal(buf_text(&read.text), "2");
	teardown(&read);
}

static void segments_without_data_are_passed_over(void **state)
{
	(void)state;
	expect_message(GROUP("\"message\":[{\"type\":\"text\",\"data\":null},7,null,{},"
	                     "{\"type\":\"at\",\"data\":null},{\"type\":\"reply\"},"
	                     "{\"type\":5,\"data\":{\"text\":\"x\"}},"
	                     "{\"type\":\"text\",\"data\":{\"text\":5}},"
	                     "{\"type\":\"text\",\"data\":{\"text\":\"照片\"}}]"),
	               &no_names, "照片", false);
	expect_message(GROUP("\"message\":7"), &no_names, "", false);
}

/* --- what is ignored --- */

static void what_is_no_message_to_us_is_ignored(void **state)
{
	(void)state;
	assert_int_equal(kind_of(GROUP("\"message\":\"a\"")), ONEBOT_GROUP);
	assert_int_equal(kind_of("{\"post_type\":\"message_sent\",\"message_type\":\"group\","
	                         "\"self_id\":9,\"group_id\":1,\"user_id\":9,\"message\":\"a\"}"),
	                 ONEBOT_IGNORED);
	assert_int_equal(kind_of("{\"post_type\":\"notice\",\"notice_type\":\"group_increase\"}"),
	                 ONEBOT_IGNORED);
	assert_int_equal(kind_of("{\"post_type\":\"request\",\"request_type\":\"friend\"}"),
	                 ONEBOT_IGNORED);
	assert_int_equal(kind_of(GROUP("\"sub_type\":\"notice\",\"message\":\"a\"")),
	                 ONEBOT_IGNORED);
	assert_int_equal(kind_of("{\"post_type\":\"message\",\"message_type\":\"group\","
	                         "\"user_id\":2,\"message\":\"a\"}"),
	                 ONEBOT_IGNORED);
	assert_int_equal(kind_of("{\"post_type\":\"message\",\"message_type\":\"guild\","
	                         "\"user_id\":2,\"message\":\"a\"}"),
	                 ONEBOT_IGNORED);
	assert_int_equal(kind_of("{\"post_type\":7}"), ONEBOT_IGNORED);
	assert_int_equal(kind_of("{}"), ONEBOT_IGNORED);
	/* With a post_type it is an event, whatever else it has. */
	assert_int_equal(kind_of("{\"post_type\":\"notice\",\"echo\":\"e1\",\"status\":\"ok\"}"),
	                 ONEBOT_IGNORED);
}

static void the_bots_own_messages_are_known(void **state)
{
	static const char *const items[] = { "77" };
	const struct setting_list aliases = { items, 1 };
	const struct onebot_names names = { .header = "8", .aliases = &aliases };
	static const struct {
		const char *json;
		bool own;
	} cases[] = {
		{ "{\"self_id\":9,\"post_type\":\"message\",\"message_type\":\"private\","
		  "\"user_id\":9,\"message\":\"a\"}",
		  true },
		{ "{\"self_id\":9,\"post_type\":\"message\",\"message_type\":\"private\","
		  "\"user_id\":\"8\",\"message\":\"a\"}",
		  true },
		{ "{\"self_id\":9,\"post_type\":\"message\",\"message_type\":\"private\","
		  "\"user_id\":77,\"message\":\"a\"}",
		  true },
		{ "{\"self_id\":9,\"post_type\":\"message\",\"message_type\":\"private\","
		  "\"user_id\":2,\"message\":\"a\"}",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct onebot_frame frame;

		assert_int_equal(onebot_frame_read(span_of(cases[i].json), &frame), STATUS_OK);
		assert_int_equal(onebot_is_own(&frame, &names), cases[i].own);
		onebot_frame_release(&frame);
	}
}

static void anonymous_people_are_told_apart_by_their_own_ids(void **state)
{
	struct read read;

	(void)state;
	setup(&read,
	      GROUP("\"sub_type\":\"anonymous\",\"anonymous\":{\"id\":1000345,"
	            "\"name\":\"x\",\"flag\":\"f\"},\"message\":\"a\""),
	      &no_names);
	assert_int_equal(read.frame.kind, ONEBOT_GROUP);
	assert_true(read.frame.anonymous);
	assert_string_equal(read.frame.user.text, "~1000345");
	teardown(&read);
}

/* --- ids --- */

static void ids_are_strings_or_whole_numbers(void **state)
{
	static const struct {
		const char *json;
		const char *text; /* NULL: none */
		bool number;
	} cases[] = {
		{ "87042257591", "87042257591", true },
		{ "-2147483649", "-2147483649", true },
		{ "9007199254740991", "9007199254740991", true },
		{ "-9007199254740991", "-9007199254740991", true },
		{ "1e15", "1000000000000000", true },
		{ "0", "0", true },
		{ "\"0012\"", "0012", false },
		{ "\"AAHi+/==\"", "AAHi+/==", false },
		{ "1.5", NULL, false },
		{ "1e300", NULL, false },
		{ "9007199254740992", NULL, false },
		{ "9007199254740993", NULL, false }, /* read as the one before it */
		{ "-9007199254740993", NULL, false },
		{ "\"\"", NULL, false },
		{ "null", NULL, false },
		{ "true", NULL, false },
		{ "[1]", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cJSON *value = cJSON_Parse(cases[i].json);
		struct onebot_id id;

		if (onebot_id_read(value, &id) != (cases[i].text != NULL))
			fail_msg("%s: taken otherwise", cases[i].json);
		if (cases[i].text) {
			assert_string_equal(id.text, cases[i].text);
			assert_int_equal(id.number, cases[i].number);
		}
		cJSON_Delete(value);
	}
}

static void an_id_has_128_bytes_at_most(void **state)
{
	char text[ONEBOT_ID_SIZE + 1];
	struct onebot_id id;
	cJSON *value;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[ONEBOT_ID_SIZE] = '\0';
	value = cJSON_CreateString(text);
	assert_false(onebot_id_read(value, &id));
	cJSON_Delete(value);
	text[ONEBOT_ID_SIZE - 1] = '\0';
	value = cJSON_CreateString(text);
	assert_true(onebot_id_read(value, &id));
	cJSON_Delete(value);
}

/* --- malformed input --- */

/* JSON.stringify() writes half a character where a name or a text was cut. */
static void half_a_character_takes_no_message_away(void **state)
{
	(void)state;
	expect_message(GROUP("\"sender\":{\"nickname\":\"a\\ud83d\",\"card\":\"\\u0000\"},"
	                     "\"message\":[{\"type\":\"at\",\"data\":{\"qq\":\"9\"}},"
	                     "{\"type\":\"text\",\"data\":{\"text\":\"照片\\ud83d\"}}]"),
	               &no_names, "照片\xef\xbf\xbd", true);
}

static void what_is_no_object_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "[]", "7", "{", "{}{}", "{\"a\":\"\xff\"}", "null"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct onebot_frame frame;

		assert_int_not_equal(onebot_frame_read(span_of(texts[i]), &frame), STATUS_OK);
		onebot_frame_release(&frame);
	}
}

static void json_is_32_deep_at_most(void **state)
{
	char text[128] = "{\"x\":";
	struct onebot_frame frame;

	(void)state;
	memset(text + 5, '[', 32);
	memset(text + 37, ']', 32);
	text[69] = '}';
	assert_int_equal(onebot_frame_read(span_of(text), &frame), STATUS_LIMIT);
	onebot_frame_release(&frame);
}

/* 你 has three bytes, and 16384 is no multiple of three. */
static void a_text_that_is_too_long_is_cut_at_a_character(void **state)
{
	enum { COUNT = 6000 };
	static char json[COUNT * 3 + 512];
	struct read read;
	size_t at;

	(void)state;
	at = (size_t)snprintf(json, sizeof(json),
	                      "{\"self_id\":9,\"post_type\":\"message\",\"message_type\":"
	                      "\"private\",\"user_id\":2,\"message\":[{\"type\":\"text\","
	                      "\"data\":{\"text\":\"");
	for (size_t i = 0; i < COUNT; i++, at += 3)
		memcpy(json + at, "你", 3);
	snprintf(json + at, sizeof(json) - at,
	         "\"}},{\"type\":\"text\",\"data\":{\"text\":\"a\"}}]}");
	setup(&read, json, &no_names);
	assert_true(read.text.len <= ONEBOT_TEXT_BYTES);
	assert_int_equal(read.text.len % 3, 0);
	teardown(&read);
}

/* --- HTTP --- */

/* Computed with: printf '{"post_type":"meta_event"}' | openssl dgst -sha1 -hmac secret */
static void a_signature_is_that_of_the_body(void **state)
{
	const struct span secret = span_of("secret");
	const struct span body = span_of("{\"post_type\":\"meta_event\"}");

	(void)state;
	assert_true(onebot_signed(secret, body,
	                          span_of("sha1=3f2b4c15bf23e0d67d4cacb7f5e3de9e3b188f69")));
	assert_false(onebot_signed(span_of("secreT"), body,
	                           span_of("sha1=3f2b4c15bf23e0d67d4cacb7f5e3de9e3b188f69")));
	assert_false(onebot_signed(secret, span_of("{}"),
	                           span_of("sha1=3f2b4c15bf23e0d67d4cacb7f5e3de9e3b188f69")));
	assert_false(
	        onebot_signed(secret, body, span_of("3f2b4c15bf23e0d67d4cacb7f5e3de9e3b188f69")));
	assert_false(onebot_signed(secret, body, span_of("sha1=")));
	assert_false(onebot_signed(secret, body, (struct span){ NULL, 0 }));
	assert_false(onebot_signed(span_of(""), body, span_of("sha1=")));
}

static void an_http_api_refuses_before_it_does_anything(void **state)
{
	static const struct {
		int http_status;
		const char *body;
		enum onebot_outcome expected;
	} cases[] = {
		{ 200, "{\"status\":\"ok\",\"retcode\":0,\"data\":{\"message_id\":1}}",
		  ONEBOT_DONE },
		{ 200, "{\"status\":\"failed\",\"retcode\":100,\"data\":null}", ONEBOT_FAILED },
		{ 200, "{\"status\":\"async\",\"retcode\":1,\"data\":null}", ONEBOT_UNKNOWN },
		{ 200, "{\"status\":\"failed\",\"retcode\":1200}", ONEBOT_UNKNOWN },
		{ 200, "", ONEBOT_UNKNOWN },
		{ 200, "<html>", ONEBOT_UNKNOWN },
		{ 401, "", ONEBOT_FAILED },
		{ 403, "", ONEBOT_FAILED },
		{ 404, "", ONEBOT_FAILED },
		{ 406, "", ONEBOT_FAILED },
		{ 500, "", ONEBOT_UNKNOWN },
		{ 0, "", ONEBOT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct onebot_id message;
		int retcode;

		if (onebot_http_outcome(cases[i].http_status, span_of(cases[i].body), &retcode,
		                        &message) != cases[i].expected)
			fail_msg("%d %s: another outcome", cases[i].http_status, cases[i].body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lifecycle_and_heartbeat_are_told_apart),
		cmocka_unit_test(a_heartbeat_without_a_status_is_one),
		cmocka_unit_test(a_group_message_in_the_array_form_is_read),
		cmocka_unit_test(the_same_in_the_string_form_says_the_same),
		cmocka_unit_test(null_as_message_leaves_the_raw_message),
		cmocka_unit_test(one_segment_alone_is_a_message),
		cmocka_unit_test(a_private_message_is_read),
		cmocka_unit_test(responses_are_done_failed_or_unknown),
		cmocka_unit_test(the_id_of_what_was_sent_is_kept_in_its_type),
		cmocka_unit_test(an_answer_quotes_and_calls_who_asked),
		cmocka_unit_test(ids_go_back_in_the_type_in_which_they_came),
		cmocka_unit_test(a_private_answer_names_the_group_of_a_temporary_session),
		cmocka_unit_test(codes_in_a_text_stay_text),
		cmocka_unit_test(a_quick_operation_calls_nobody_twice),
		cmocka_unit_test(the_bot_is_known_by_self_id_header_or_alias),
		cmocka_unit_test(calls_and_the_blanks_around_the_text_go),
		cmocka_unit_test(a_quoted_message_is_named),
		cmocka_unit_test(segments_without_data_are_passed_over),
		cmocka_unit_test(what_is_no_message_to_us_is_ignored),
		cmocka_unit_test(the_bots_own_messages_are_known),
		cmocka_unit_test(anonymous_people_are_told_apart_by_their_own_ids),
		cmocka_unit_test(ids_are_strings_or_whole_numbers),
		cmocka_unit_test(an_id_has_128_bytes_at_most),
		cmocka_unit_test(half_a_character_takes_no_message_away),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(json_is_32_deep_at_most),
		cmocka_unit_test(a_text_that_is_too_long_is_cut_at_a_character),
		cmocka_unit_test(a_signature_is_that_of_the_body),
		cmocka_unit_test(an_http_api_refuses_before_it_does_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
