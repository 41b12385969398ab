#include "channels/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channels/chats_json.h"

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static bool reads(const char *field, const char *expected)
{
	char token[ACCOUNT_TOKEN_SIZE];

	return console_cookie_read(span_of(field), token) && strcmp(token, expected) == 0;
}

static void the_cookie_of_the_session_is_found_among_others(void **state)
{
	(void)state;
	assert_true(reads("dayi_console=" TOKEN, TOKEN));
	assert_true(reads("a=b; dayi_console=" TOKEN "; c=d", TOKEN));
	assert_true(reads("a=b;dayi_console=" TOKEN, TOKEN));
	assert_true(reads("xdayi_console=1; dayi_console=" TOKEN, TOKEN));
}

static void what_could_be_no_token_is_none(void **state)
{
	static const char *const fields[] = {
		"",
		"dayi_console",
		"dayi_console=",
		"dayi_console=" TOKEN "0",
		"dayi_console=\"" TOKEN "\"",
		"dayi_console=g" TOKEN,
		"dayi_console=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		"DAYI_CONSOLE=" TOKEN,
		"dayi_console =" TOKEN,
		"dayi_consoles=" TOKEN,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		assert_false(reads(fields[i], TOKEN));
}

/* One of another path or domain may be an attacker's, and nothing tells which. */
static void two_cookies_of_the_name_are_none(void **state)
{
	(void)state;
	assert_false(reads("dayi_console=" TOKEN "; dayi_console=" TOKEN, TOKEN));
	assert_false(reads("dayi_console=x; dayi_console=" TOKEN, TOKEN));
}

static void the_cookie_is_for_the_console_and_for_no_script(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 512);
	console_cookie_write(TOKEN, true, &out);
	assert_string_equal(buf_text(&out), "dayi_console=" TOKEN "; Path=/console; HttpOnly; "
	                                    "SameSite=Strict; Secure");
	buf_clear(&out);
	console_cookie_write("", false, &out);
	assert_string_equal(buf_text(&out),
	                    "dayi_console=; Path=/console; HttpOnly; SameSite=Strict; Max-Age=0");
	buf_deinit(&out);
}

static enum refusal read_body(enum console_kind kind, const char *body, struct console_ask *ask)
{
	cJSON *json = NULL;
	enum refusal refusal;

	*ask = (struct console_ask){ .kind = kind };
	refusal = console_read(span_of(body), ask, &json);
	/* Only what does not lie in it is looked at afterwards. */
	cJSON_Delete(json);
	return refusal;
}

static void a_sign_in_has_a_name_and_a_password_and_perhaps_a_code(void **state)
{
	static const char body[] = "{\"name\":\"王\",\"password\":\"p\\u0000\",\"totp\":null}";
	struct console_ask ask = { .kind = CONSOLE_SIGN_IN };
	cJSON *json = NULL;

	(void)state;
	assert_int_equal(
	        console_read(span_of("{\"name\":\"王\",\"password\":\"p\",\"totp\":\"123 456\"}"),
	                     &ask, &json),
	        REFUSAL_NONE);
	assert_string_equal(ask.name, "王");
	assert_string_equal(ask.password, "p");
	assert_string_equal(ask.code, "123 456");
	cJSON_Delete(json);
	assert_int_not_equal(read_body(CONSOLE_SIGN_IN, body, &ask), REFUSAL_NONE);
	assert_int_equal(read_body(CONSOLE_SIGN_IN, "{\"name\":\"a\"}", &ask), REFUSAL_BAD_MEMBER);
	assert_int_equal(read_body(CONSOLE_SIGN_IN, "{\"name\":\"a\",\"password\":7}", &ask),
	                 REFUSAL_BAD_MEMBER);
}

static void the_second_step_says_which_of_its_steps_it_is(void **state)
{
	struct console_ask ask;

	(void)state;
	assert_int_equal(read_body(CONSOLE_TOTP_BEGIN, "{\"step\":\"begin\"}", &ask), REFUSAL_NONE);
	assert_int_equal(ask.kind, CONSOLE_TOTP_BEGIN);
	assert_int_equal(
	        read_body(CONSOLE_TOTP_BEGIN, "{\"step\":\"confirm\",\"code\":\"1\"}", &ask),
	        REFUSAL_NONE);
	assert_int_equal(ask.kind, CONSOLE_TOTP_CONFIRM);
	assert_int_equal(
	        read_body(CONSOLE_TOTP_BEGIN, "{\"step\":\"remove\",\"code\":\"1\"}", &ask),
	        REFUSAL_NONE);
	assert_int_equal(ask.kind, CONSOLE_TOTP_REMOVE);
	assert_int_equal(read_body(CONSOLE_TOTP_BEGIN, "{\"step\":\"remove\"}", &ask),
	                 REFUSAL_BAD_MEMBER);
	assert_int_equal(read_body(CONSOLE_TOTP_BEGIN, "{\"step\":\"\"}", &ask),
	                 REFUSAL_BAD_MEMBER);
}

static void only_a_token_is_a_link(void **state)
{
	struct console_ask ask;

	(void)state;
	assert_int_equal(read_body(CONSOLE_SIGN_IN_BY_LINK, "{\"token\":\"" TOKEN "\"}", &ask),
	                 REFUSAL_NONE);
	assert_int_equal(read_body(CONSOLE_SIGN_IN_BY_LINK, "{\"token\":\"\"}", &ask),
	                 REFUSAL_BAD_MEMBER);
	assert_int_equal(read_body(CONSOLE_SIGN_IN_BY_LINK, "{\"token\":\"" TOKEN "0\"}", &ask),
	                 REFUSAL_BAD_MEMBER);
}

static void times_are_written_in_utc_and_names_as_json_has_them(void **state)
{
	const struct console_session session = {
		/* 2026-11-30T08:00:01Z, and a day later */
		.session = { .id = "0123456789abcdef",
		             .since_ms = INT64_C(1796025601999),
		             .seen_ms = INT64_C(1796112001000),
		             .address = "::1",
		             .browser = "<\"&\\" },
		.current = true,
	};
	const struct console_answer answer = { .kind = CONSOLE_SESSIONS,
		                               .sessions = &session,
		                               .session_count = 1 };
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(console_write(&answer, &out), STATUS_OK);
	assert_string_equal(buf_text(&out),
	                    "{\"sessions\":[{\"id\":\"0123456789abcdef\",\"current\":true,"
	                    "\"since\":\"2026-11-30T08:00:01Z\",\"seen\":\"2026-12-01T08:00:01Z\","
	                    "\"address\":\"::1\",\"browser\":\"<\\\"&\\\\\"}]}");
	buf_deinit(&out);
}

static void what_has_no_content_writes_nothing(void **state)
{
	const struct console_answer answer = { .kind = CONSOLE_SIGN_OUT, .token = "" };
	struct buf out;

	(void)state;
	buf_init(&out, 16);
	assert_int_equal(console_write(&answer, &out), STATUS_OK);
	assert_int_equal(out.len, 0);
	buf_deinit(&out);
}

static size_t cursors(const char *text, struct console_cursor out[CONSOLE_CURSORS_MOST])
{
	size_t count;

	return chats_read_cursors(span_of(text), out, &count) ? count : SIZE_MAX;
}

static void what_a_page_has_of_each_chat_is_read(void **state)
{
	struct console_cursor out[CONSOLE_CURSORS_MOST];

	(void)state;
	assert_int_equal(cursors("", out), 0);
	assert_int_equal(cursors(TOKEN ".12," TOKEN ".0", out), 2);
	assert_string_equal(out[0].chat, TOKEN);
	assert_int_equal(out[0].n, 12);
	assert_int_equal(out[1].n, 0);
	assert_int_equal(cursors(TOKEN ".999999999999999", out), 1);
	assert_true(out[0].n == INT64_C(999999999999999));
}

static void what_is_no_chat_and_number_is_refused(void **state)
{
	static const char *const bad[] = {
		TOKEN,          TOKEN ".",   TOKEN ".-1", TOKEN ".1x",
		"x" TOKEN ".1", ".1",        "a.1",       ",",
		TOKEN ".1,,",   TOKEN ",.1", TOKEN ".1 ", TOKEN ".1000000000000000"
	};
	struct console_cursor out[CONSOLE_CURSORS_MOST];
	char many[(CONSOLE_CURSORS_MOST + 1) * sizeof(TOKEN ".1,")] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(cursors(bad[i], out) == SIZE_MAX);
	for (size_t i = 0; i < CONSOLE_CURSORS_MOST; i++)
		memcpy(many + strlen(many), TOKEN ".1,", sizeof(TOKEN ".1,"));
	assert_int_equal(cursors(many, out), CONSOLE_CURSORS_MOST);
	memcpy(many + strlen(many), TOKEN ".1", sizeof(TOKEN ".1"));
	assert_true(cursors(many, out) == SIZE_MAX);
}

static enum refusal read_as(enum console_kind kind, const char *body)
{
	struct console_ask ask = { .kind = kind };
	cJSON *json = NULL;
	const enum refusal refusal = console_read(span_of(body), &ask, &json);

	cJSON_Delete(json);
	return refusal;
}

static void what_is_done_to_a_chat_names_it_and_its_epoch(void **state)
{
	(void)state;
#define CHAT "{\"chat\":\"" TOKEN "\",\"epoch\":3"
	assert_int_equal(read_as(CONSOLE_SAY, CHAT ",\"id\":\"a\",\"text\":\"您好\"}"),
	                 REFUSAL_NONE);
	assert_int_equal(read_as(CONSOLE_SAY, CHAT ",\"text\":\"您好\"}"), REFUSAL_BAD_MEMBER);
	assert_int_equal(read_as(CONSOLE_SAY, CHAT ",\"id\":\"a\",\"text\":\"\"}"),
	                 REFUSAL_BAD_MEMBER);
	assert_int_equal(read_as(CONSOLE_SAY, "{\"chat\":\"" TOKEN "\",\"epoch\":\"3\"}"),
	                 REFUSAL_BAD_MEMBER);
	assert_int_equal(read_as(CONSOLE_CLOSE, CHAT ",\"outcome\":\"solved\"}"), REFUSAL_NONE);
	assert_int_equal(read_as(CONSOLE_CLOSE, CHAT ",\"outcome\":\"won\"}"), REFUSAL_BAD_MEMBER);
	assert_int_equal(read_as(CONSOLE_HAND_BACK, CHAT ",\"to\":\"queue\"}"), REFUSAL_NONE);
	assert_int_equal(read_as(CONSOLE_HAND_BACK, CHAT ",\"to\":\"colleague\"}"),
	                 REFUSAL_BAD_MEMBER);
	assert_int_equal(read_as(CONSOLE_HAND_BACK, "{\"to\":\"bot\"}"), REFUSAL_BAD_MEMBER);
#undef CHAT
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cookie_of_the_session_is_found_among_others),
		cmocka_unit_test(what_could_be_no_token_is_none),
		cmocka_unit_test(two_cookies_of_the_name_are_none),
		cmocka_unit_test(the_cookie_is_for_the_console_and_for_no_script),
		cmocka_unit_test(a_sign_in_has_a_name_and_a_password_and_perhaps_a_code),
		cmocka_unit_test(the_second_step_says_which_of_its_steps_it_is),
		cmocka_unit_test(only_a_token_is_a_link),
		cmocka_unit_test(times_are_written_in_utc_and_names_as_json_has_them),
		cmocka_unit_test(what_has_no_content_writes_nothing),
		cmocka_unit_test(what_a_page_has_of_each_chat_is_read),
		cmocka_unit_test(what_is_no_chat_and_number_is_refused),
		cmocka_unit_test(what_is_done_to_a_chat_names_it_and_its_epoch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
