#include "channels/feishu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/cipher.h"

enum { NOW_S = 1608725989 };

static const struct feishu_keys keys = {
	.encrypt_key = { "test key", 8 },
	.token = { "xxxxxx", 6 },
	.app = "cli_a",
	.bot = "ou_bot",
};

static void the_known_text_is_decrypted(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	assert_int_equal(feishu_decrypt(span_of("test key"),
	                                span_of("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="),
	                                &out),
	                 STATUS_OK);
	assert_string_equal(buf_text(&out), "hello world");
	buf_deinit(&out);
}

static void what_does_not_open_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"x",
		"P37w+VZImNgPEO1RBhJ6Rg==", /* no more than the IV */
		"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghg=",
		"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEz",
	};
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(feishu_decrypt(span_of("test key"), span_of(wrong[i]), &out),
		                 STATUS_INVALID);
	assert_int_equal(feishu_decrypt(span_of("test kex"),
	                                span_of("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="),
	                                &out),
	                 STATUS_INVALID);
	assert_int_equal(out.len, 0);
	buf_deinit(&out);
}

/* sha256("1608725989" "nonce" "test key" "{}"), computed by sha256sum. */
static void the_signature_is_a_plain_hash_of_time_nonce_key_and_body(void **state)
{
	const struct feishu_signed with = { span_of("1608725989"), span_of("nonce"), { NULL, 0 } };
	char hex[MAC_HEX_SIZE];

	(void)state;
	assert_int_equal(feishu_sign(keys.encrypt_key, &with, span_of("{}"), hex), STATUS_OK);
	assert_string_equal(hex,
	                    "a4b8abe9afad68430575711cf378134ebe4b6468127eb1cd332abbd9746dedd2");
}

/* --- as the platform sends it --- */

static void encrypt(const char *plain, struct buf *body)
{
	static const unsigned char iv[CIPHER_IV_BYTES] = "0123456789abcdef";
	struct buf sealed, text;
	struct mac key;

	assert_int_equal(mac_hash(MAC_SHA256, &keys.encrypt_key, 1, &key), STATUS_OK);
	buf_init(&sealed, 16384);
	buf_init(&text, 32768);
	buf_append(&sealed, iv, sizeof(iv));
	assert_int_equal(cipher_close(key.bytes, iv, CIPHER_BLOCK, span_of(plain), &sealed),
	                 STATUS_OK);
	base64_write(buf_span(&sealed), &text);
	BUF_JOIN(body, "{\"encrypt\":\"", buf_text(&text), "\"}");
	buf_deinit(&sealed);
	buf_deinit(&text);
}

/* Encrypts and signs it, and reads it. */
static enum refusal read_at(const char *plain, const char *time, struct bot_message *message)
{
	struct feishu_signed with = { span_of(time), span_of("nonce"), { NULL, 0 } };
	char hex[MAC_HEX_SIZE];
	struct buf body;
	enum refusal refusal;

	buf_init(&body, 32768);
	encrypt(plain, &body);
	assert_int_equal(feishu_sign(keys.encrypt_key, &with, buf_span(&body), hex), STATUS_OK);
	with.signature = span_of(hex);
	refusal = feishu_read(&keys, &with, NOW_S, buf_span(&body), message);
	buf_deinit(&body);
	return refusal;
}

#define EVENT(type_, app_, sender_, message_)                                                      \
	"{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e\",\"event_type\":\"" type_               \
	"\",\"create_time\":\"1608725989000\",\"token\":\"xxxxxx\",\"app_id\":\"" app_             \
	"\",\"tenant_key\":\"t\"},\"event\":{\"sender\":{\"sender_id\":{\"open_id\":\"ou_u\"},"    \
	"\"sender_type\":\"" sender_ "\"},\"message\":" message_ "}}"

static const char group_message[] = EVENT(
        "im.message.receive_v1", "cli_a", "user",
        "{\"message_id\":\"om_1\",\"chat_id\":\"oc_1\",\"chat_type\":\"group\",\"message_type\":"
        "\"text\",\"content\":\"{\\\"text\\\":\\\"@_user_1 身份证补办\\\"}\",\"mentions\":[{"
        "\"key\":\"@_user_1\",\"id\":{\"open_id\":\"ou_bot\"},\"name\":\"Bot\"}]}");

static void a_groups_message_is_read_without_the_at(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(read_at(group_message, "1608725989", &message), REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_string_equal(message.self, "cli_a");
	assert_string_equal(message.chat, "oc_1");
	assert_string_equal(message.person, "ou_u");
	assert_string_equal(message.id, "om_1");
	assert_string_equal(buf_text(&message.text), "身份证补办");
	assert_true(message.spoken_to);
	bot_message_deinit(&message);
}

static void expect(const char *plain, const char *text, bool spoken_to)
{
	struct bot_message message;

	assert_int_equal(read_at(plain, "1608725989", &message), REFUSAL_NONE);
	assert_int_equal(message.kind, text ? BOT_MESSAGE : BOT_IGNORE);
	if (text) {
		assert_string_equal(buf_text(&message.text), text);
		assert_int_equal(message.spoken_to, spoken_to);
	}
	bot_message_deinit(&message);
}

/* By its id: another one of the same name is not the bot, and keeps its name in the text. */
static void only_an_at_of_the_bot_speaks_to_it(void **state)
{
	(void)state;
	expect(EVENT("im.message.receive_v1", "cli_a", "user",
	             "{\"message_id\":\"om\",\"chat_id\":\"oc\",\"chat_type\":\"group\","
	             "\"message_type\":\"text\",\"content\":\"{\\\"text\\\":\\\"问 @_user_12 "
	             "@_user_1 @_user_9 吧\\\"}\",\"mentions\":[{\"key\":\"@_user_1\",\"id\":"
	             "{\"open_id\":\"ou_x\"},\"name\":\"Bot\"},{\"key\":\"@_user_12\",\"id\":"
	             "{\"open_id\":\"ou_y\"},\"name\":\"李\"}]}"),
	       "问 @李 @Bot @_user_9 吧", false);
	expect(EVENT("im.message.receive_v1", "cli_a", "user",
	             "{\"message_id\":\"om\",\"chat_id\":\"oc\",\"chat_type\":\"group\","
	             "\"message_type\":\"text\",\"content\":\"{\\\"text\\\":\\\"@_all 好\\\"}\"}"),
	       "@_all 好", false);
}

static void a_single_chat_always_speaks_to_it(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(
	        read_at(EVENT("im.message.receive_v1", "cli_a", "user",
	                      "{\"message_id\":\"om\",\"chat_id\":\"oc\",\"chat_type\":\"p2p\","
	                      "\"message_type\":\"post\",\"content\":\"{\\\"title\\\":\\\"标题\\\","
	                      "\\\"content\\\":[[{\\\"tag\\\":\\\"text\\\",\\\"text\\\":\\\"照片"
	                      "\\\"},{\\\"tag\\\":\\\"img\\\"}],[{\\\"tag\\\":\\\"text\\\","
	                      "\\\"text\\\":\\\"太大\\\"}]]}\"}"),
	                "1608725989", &message),
	        REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_MESSAGE);
	assert_null(message.chat);
	assert_true(message.spoken_to);
	assert_string_equal(buf_text(&message.text), "标题\n照片\n太大");
	bot_message_deinit(&message);
}

static void what_is_genuine_and_not_understood_is_passed_over(void **state)
{
	(void)state;
#define PLAIN                                                                                      \
	"{\"message_id\":\"om\",\"chat_id\":\"oc\",\"chat_type\":\"p2p\",\"message_type\":"        \
	"\"text\","                                                                                \
	"\"content\":\"{\\\"text\\\":\\\"x\\\"}\"}"
	expect(EVENT("im.message.receive_v1", "cli_a", "user", PLAIN), "x", true);
	expect(EVENT("im.message.message_read_v1", "cli_a", "user", PLAIN), NULL, false);
	expect(EVENT("im.message.receive_v1", "cli_b", "user", PLAIN), NULL, false);
	expect(EVENT("im.message.receive_v1", "cli_a", "app", PLAIN), NULL, false);
	expect(EVENT("im.message.receive_v1", "cli_a", "user", "7"), NULL, false);
	expect(EVENT("im.message.receive_v1", "cli_a", "user",
	             "{\"chat_id\":\"oc\",\"chat_type\":\"p2p\"}"),
	       NULL, false);
	expect(EVENT("im.message.receive_v1", "cli_a", "user",
	             "{\"message_id\":\"om\",\"chat_type\":\"group\"}"),
	       NULL, false);
	/* a picture, and a content that is no JSON */
	expect(EVENT("im.message.receive_v1", "cli_a", "user",
	             "{\"message_id\":\"om\",\"chat_id\":\"oc\",\"chat_type\":\"p2p\","
	             "\"message_type\":\"image\",\"content\":\"{\\\"image_key\\\":\\\"k\\\"}\"}"),
	       "", true);
	expect(EVENT("im.message.receive_v1", "cli_a", "user",
	             "{\"message_id\":\"om\",\"chat_id\":\"oc\",\"chat_type\":\"p2p\","
	             "\"message_type\":\"text\",\"content\":\"{\"}"),
	       "", true);
}

static void a_stale_event_is_refused(void **state)
{
	struct bot_message message;

	(void)state;
	assert_int_equal(read_at(group_message, "1608722388", &message), REFUSAL_UNPROVEN);
	bot_message_deinit(&message);
	assert_int_equal(read_at(group_message, "1608729590", &message), REFUSAL_UNPROVEN);
	bot_message_deinit(&message);
	assert_int_equal(read_at(group_message, "1608722389", &message), REFUSAL_NONE);
	bot_message_deinit(&message);
	assert_int_equal(read_at(group_message, "1608725989123", &message), REFUSAL_NONE);
	bot_message_deinit(&message);
	assert_int_equal(read_at(group_message, "now", &message), REFUSAL_UNPROVEN);
	bot_message_deinit(&message);
}

static void expect_refusal(const struct feishu_signed *with, const char *body,
                           enum refusal expected)
{
	struct bot_message message;

	assert_int_equal(feishu_read(&keys, with, NOW_S, span_of(body), &message), expected);
	assert_int_equal(message.kind, BOT_IGNORE);
	bot_message_deinit(&message);
}

static void an_event_without_signature_encryption_or_token_is_refused(void **state)
{
	static const char other_token[] =
	        "{\"header\":{\"token\":\"xxxxxy\",\"event_type\":\"im.message.receive_v1\"}}";
	const struct feishu_signed none = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct feishu_signed with = { span_of("1608725989"), span_of("nonce"), { NULL, 0 } };
	struct bot_message message;
	char hex[MAC_HEX_SIZE];
	struct buf body;

	(void)state;
	buf_init(&body, 16384);
	encrypt(group_message, &body);
	expect_refusal(&none, buf_text(&body), REFUSAL_UNPROVEN);
	with.signature =
	        span_of("0000000000000000000000000000000000000000000000000000000000000000");
	expect_refusal(&with, buf_text(&body), REFUSAL_UNPROVEN);
	/* signed, and not encrypted */
	assert_int_equal(feishu_sign(keys.encrypt_key, &with, span_of(group_message), hex),
	                 STATUS_OK);
	with.signature = span_of(hex);
	expect_refusal(&with, group_message, REFUSAL_UNPROVEN);
	assert_int_equal(read_at(other_token, "1608725989", &message), REFUSAL_UNPROVEN);
	bot_message_deinit(&message);
	assert_int_equal(read_at("{}", "1608725989", &message), REFUSAL_UNPROVEN);
	bot_message_deinit(&message);
	expect_refusal(&none, "{\"encrypt\":\"AAAA\"}", REFUSAL_UNPROVEN);
	expect_refusal(&none, "{}", REFUSAL_UNPROVEN);
	expect_refusal(&none, "", REFUSAL_BAD_REQUEST);
	expect_refusal(&none, "[]", REFUSAL_BAD_REQUEST);
	expect_refusal(&none, "{\"a\":\"\xff\"}", REFUSAL_BAD_REQUEST);
	buf_deinit(&body);
}

static void expect_challenge(const char *body, struct span signature)
{
	const struct feishu_signed with = { { NULL, 0 }, { NULL, 0 }, signature };
	struct bot_message message;
	struct buf out;

	buf_init(&out, 256);
	assert_int_equal(feishu_read(&keys, &with, NOW_S, span_of(body), &message), REFUSAL_NONE);
	assert_int_equal(message.kind, BOT_CHALLENGE);
	assert_int_equal(feishu_write_challenge(&message, &out), STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"challenge\":\"ajls384kdjx98XX\"}");
	bot_message_deinit(&message);
	buf_deinit(&out);
}

static void a_challenge_is_answered_plain_and_encrypted_if_it_bears_the_token(void **state)
{
	static const char challenge[] = "{\"challenge\":\"ajls384kdjx98XX\",\"token\":\"xxxxxx\","
	                                "\"type\":\"url_verification\"}";
	const struct feishu_signed none = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct buf body;

	(void)state;
	buf_init(&body, 1024);
	expect_challenge(challenge, none.signature);
	encrypt(challenge, &body);
	expect_challenge(buf_text(&body), none.signature);
	expect_refusal(&none,
	               "{\"challenge\":\"a\",\"token\":\"xxxxxy\",\"type\":\"url_verification\"}",
	               REFUSAL_UNPROVEN);
	expect_refusal(&none, "{\"challenge\":\"a\",\"type\":\"url_verification\"}",
	               REFUSAL_UNPROVEN);
	expect_refusal(&none, "{\"token\":\"xxxxxx\",\"type\":\"url_verification\"}",
	               REFUSAL_UNPROVEN);
	buf_deinit(&body);
}

/* --- what goes out --- */

static void a_reply_is_a_post_in_which_nothing_of_the_text_is_a_tag(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(feishu_write_reply("ou_u", span_of("<at user_id=\"all\">\n"), "u-1", &out),
	                 STATUS_OK);
	assert_string_equal(
	        buf_text(&out),
	        "{\"msg_type\":\"post\",\"content\":\"{\\\"zh_cn\\\":{\\\"title\\\":\\\"\\\","
	        "\\\"content\\\":[[{\\\"tag\\\":\\\"at\\\",\\\"user_id\\\":\\\"ou_u\\\"},{"
	        "\\\"tag\\\":"
	        "\\\"text\\\",\\\"text\\\":\\\" "
	        "\\\"},{\\\"tag\\\":\\\"text\\\",\\\"text\\\":\\\"<at "
	        "user_id=\\\\\\\"all\\\\\\\">\\\\n\\\"}]]}}\",\"uuid\":\"u-1\"}");
	buf_clear(&out);
	assert_int_equal(feishu_write_reply(NULL, span_of("一"), "u-2", &out), STATUS_OK);
	assert_string_equal(
	        buf_text(&out),
	        "{\"msg_type\":\"post\",\"content\":\"{\\\"zh_cn\\\":{\\\"title\\\":\\\"\\\","
	        "\\\"content\\\":[[{\\\"tag\\\":\\\"text\\\",\\\"text\\\":\\\"一\\\"}]]}}\","
	        "\"uuid\":"
	        "\"u-2\"}");
	buf_deinit(&out);
}

static void a_token_is_asked_for_and_read(void **state)
{
	static const char *const wrong[] = {
		"",
		"{}",
		"{\"code\":0}",
		"{\"code\":10014,\"msg\":\"app secret invalid\"}",
		"{\"code\":0,\"tenant_access_token\":\"t a\",\"expire\":7200}",
		"{\"code\":0,\"tenant_access_token\":\"t\\r\\nX: y\",\"expire\":7200}",
		"{\"code\":0,\"tenant_access_token\":\"t\"}",
		"{\"code\":0,\"tenant_access_token\":\"t\",\"expire\":-1}",
	};
	struct buf out;
	int64_t lasts_s = 0;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(feishu_write_token_request("cli_a", span_of("s\"e"), &out), STATUS_OK);
	assert_string_equal(buf_text(&out), "{\"app_id\":\"cli_a\",\"app_secret\":\"s\\\"e\"}");
	buf_clear(&out);
	assert_true(feishu_read_token(span_of("{\"code\":0,\"msg\":\"ok\",\"tenant_access_token\":"
	                                      "\"t-caecc7\",\"expire\":7200}"),
	                              &out, &lasts_s));
	assert_string_equal(buf_text(&out), "t-caecc7");
	assert_int_equal(lasts_s, 7200);
	buf_clear(&out);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(feishu_read_token(span_of(wrong[i]), &out, &lasts_s));
	assert_int_equal(out.len, 0);
	buf_deinit(&out);
}

static void the_apis_answer_tells_taken_from_refused_and_from_unclear(void **state)
{
	static const struct {
		const char *body;
		enum feishu_result result;
		const char *message;
	} answers[] = {
		{ "{\"code\":0,\"msg\":\"success\",\"data\":{}}", FEISHU_TAKEN, "" },
		{ "{\"code\":0,\"data\":{\"message_id\":\"om_1\"}}", FEISHU_TAKEN, "om_1" },
		{ "{\"code\":0,\"data\":{\"message_id\":1}}", FEISHU_TAKEN, "" },
		{ "{\"code\":99991663,\"msg\":\"token\"}", FEISHU_TOKEN, "" },
		{ "{\"code\":230002,\"data\":{\"message_id\":\"om_1\"}}", FEISHU_REFUSED, "" },
		{ "{\"code\":\"0\"}", FEISHU_UNCLEAR, "" },
		{ "<html>", FEISHU_UNCLEAR, "" },
	};
	char message[FEISHU_MESSAGE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		assert_int_equal(feishu_read_result(span_of(answers[i].body), message),
		                 answers[i].result);
		assert_string_equal(message, answers[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_text_is_decrypted),
		cmocka_unit_test(what_does_not_open_is_refused),
		cmocka_unit_test(the_signature_is_a_plain_hash_of_time_nonce_key_and_body),
		cmocka_unit_test(a_groups_message_is_read_without_the_at),
		cmocka_unit_test(only_an_at_of_the_bot_speaks_to_it),
		cmocka_unit_test(a_single_chat_always_speaks_to_it),
		cmocka_unit_test(what_is_genuine_and_not_understood_is_passed_over),
		cmocka_unit_test(a_stale_event_is_refused),
		cmocka_unit_test(an_event_without_signature_encryption_or_token_is_refused),
		cmocka_unit_test(a_challenge_is_answered_plain_and_encrypted_if_it_bears_the_token),
		cmocka_unit_test(a_reply_is_a_post_in_which_nothing_of_the_text_is_a_tag),
		cmocka_unit_test(a_token_is_asked_for_and_read),
		cmocka_unit_test(the_apis_answer_tells_taken_from_refused_and_from_unclear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
