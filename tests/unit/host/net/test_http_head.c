#include "host/net/http_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <libwebsockets.h>

static void read_head(const char *text, struct http_request *out)
{
	assert_int_equal(http_head_length(span_of(text), 0), strlen(text));
	http_head_read(span_of(text), out);
}

static enum refusal refusal_of(const char *text)
{
	struct http_request request;

	read_head(text, &request);
	return request.refusal;
}

static void a_head_ends_with_its_first_empty_line(void **state)
{
	static const char head[] = "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nGET";
	const size_t end = sizeof(head) - 1 - 3;

	(void)state;
	for (size_t len = 0; len < sizeof(head); len++) {
		const struct span bytes = { head, len };

		assert_int_equal(http_head_length(bytes, 0), len < end ? 0 : end);
		/* However it came in two pieces. */
		for (size_t before = 0; before < len && before < end; before++)
			assert_int_equal(http_head_length(bytes, before), len < end ? 0 : end);
	}
	assert_int_equal(http_head_length(span_of("GET / HTTP/1.1\nHost: x\n\nrest"), 0), 24);
}

static void a_request_is_read(void **state)
{
	struct http_request request;

	(void)state;
	read_head("POST /a%20b/../c?q=1%202&r HTTP/1.1\r\nHOST:x:80\r\norigin:\thttp://a \r\n"
	          "Content-Length: 12\r\nX-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n"
	          "Expect: 100-Continue\r\nConnection: x , Keep-Alive\r\n\r\n",
	          &request);
	assert_int_equal(request.refusal, REFUSAL_NONE);
	assert_int_equal(request.method, HTTP_POST);
	assert_true(span_equal(request.path, span_of("/c")));
	assert_true(span_equal(request.query, span_of("q=1%202&r")));
	assert_true(span_equal(request.host, span_of("x:80")));
	assert_true(span_equal(request.origin, span_of("http://a")));
	assert_true(span_equal(request.forwarded_for, span_of("1.1.1.1, 2.2.2.2")));
	assert_int_equal(request.body_length, 12);
	assert_true(request.has_body && request.expects && request.keep_alive);
	assert_false(request.upgrade || request.old || request.close);
}

/* RFC 3986, 5.2.4, and no empty segment. */
static void dot_segments_and_empty_ones_are_gone(void **state)
{
	const char *const paths[][2] = {
		{ "/", "/" },
		{ "/a/b", "/a/b" },
		{ "/a/./b", "/a/b" },
		{ "/a/../b", "/b" },
		{ "/../../b", "/b" },
		{ "/a/b/..", "/a/" },
		{ "/a/.", "/a/" },
		{ "//a///b/", "/a/b/" },
		{ "/.hidden", "/.hidden" },
		{ "/..x/...", "/..x/..." },
		{ "/%2e%2e/%41", "/A" },
		{ "/a%2f..%2fb", "/b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct http_request request;
		char head[128];

		snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i][0]);
		read_head(head, &request);
		assert_int_equal(request.refusal, REFUSAL_NONE);
		assert_true(span_equal(request.path, span_of(paths[i][1])));
	}
}

/* RFC 9112, 3.2.2: the target's own host counts. */
/* A proxy that keeps a path from strangers has seen all of it. */
static void a_path_too_long_is_not_the_one_that_it_begins_with(void **state)
{
	char path[HTTP_PATH_MOST + 1], head[2 * HTTP_PATH_MOST];
	struct http_request request;

	(void)state;
	memset(path, '/', sizeof(path));
	memcpy(path + HTTP_PATH_MOST - 1 - 7, "metrics", 8);
	snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
	read_head(head, &request);
	assert_true(span_equal(request.path, span_of("/metrics")));
	snprintf(head, sizeof(head), "GET %sX HTTP/1.1\r\nHost: x\r\n\r\n", path);
	read_head(head, &request);
	assert_int_equal(request.refusal, REFUSAL_NONE);
	assert_int_equal(request.path.len, 0);
}

static void the_absolute_form_is_taken(void **state)
{
	struct http_request request;

	(void)state;
	read_head("GET http://a.example:81/p?q HTTP/1.1\r\nHost: b\r\n\r\n", &request);
	assert_int_equal(request.refusal, REFUSAL_NONE);
	assert_true(span_equal(request.path, span_of("/p")));
	assert_true(span_equal(request.query, span_of("q")));
	assert_true(span_equal(request.host, span_of("a.example:81")));
	read_head("GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n", &request);
	assert_true(span_equal(request.path, span_of("/")));
	assert_int_equal(refusal_of("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n"),
	                 REFUSAL_BAD_REQUEST);
}

static void what_is_no_request_is_refused(void **state)
{
	const char *const bad[] = {
		"GET / HTTP/1.1\r\n\r\n",                       /* Host is missing */
		"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", /* there twice */
		"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",          /* is none */
		"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nOrigin: b\r\nOrigin: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost : a\r\n\r\n",              /* RFC 9112, 5.1 */
		"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", /* 5.2 */
		"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", /* a bare CR */
		"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
		"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
		"GET / http/1.1\r\nHost: a\r\n\r\n",
		"GET /\r\nHost: a\r\n\r\n",
		"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET a HTTP/1.1\r\nHost: a\r\n\r\n",
		"G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(refusal_of(bad[i]), REFUSAL_BAD_REQUEST);
}

static void a_nul_spoils_any_line(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";

	(void)state;
	for (size_t i = 0; i + 4 < sizeof(head); i++) {
		struct http_request request;
		char spoilt[sizeof(head)];

		if (head[i] == '\n')
			continue;
		memcpy(spoilt, head, sizeof(head));
		spoilt[i] = '\0';
		http_head_read((struct span){ spoilt, sizeof(head) - 1 }, &request);
		assert_int_equal(request.refusal, REFUSAL_BAD_REQUEST);
	}
}

static void what_is_sound_is_not_refused(void **state)
{
	const char *const sound[] = {
		"GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\nHost: a\n\n",
		"GET / HTTP/1.9\r\nHost:\r\n\r\n",
		"BREW / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
		"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /?q=50% HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX: \xe4\xb8\xad\r\nX-Empty:\r\nX: again\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
		assert_int_equal(refusal_of(sound[i]), REFUSAL_NONE);
}

/* RFC 9112, 9.3. */
static void what_the_console_needs_is_read(void **state)
{
	struct http_request request;

	(void)state;
	read_head("DELETE /console/api/v1/sessions/a HTTP/1.1\r\nHost: a\r\n"
	          "Cookie: a=b; c=d\r\nX-CSRF-Token: t\r\nSec-Fetch-Site: same-origin\r\n\r\n",
	          &request);
	assert_int_equal(request.refusal, REFUSAL_NONE);
	assert_int_equal(request.method, HTTP_DELETE);
	assert_true(span_equal(request.cookie, span_of("a=b; c=d")));
	assert_true(span_equal(request.csrf_token, span_of("t")));
	assert_true(span_equal(request.fetch_site, span_of("same-origin")));
	/* Which of two counts is not guessed. */
	read_head("GET / HTTP/1.1\r\nHost: a\r\nX-CSRF-Token: t\r\nX-CSRF-Token: u\r\n\r\n",
	          &request);
	assert_int_equal(request.refusal, REFUSAL_BAD_REQUEST);
}

static void who_says_so_or_speaks_http_1_0_is_the_last(void **state)
{
	const struct {
		const char *version, *connection;
		bool last;
	} cases[] = { { "1.1", "x", false },          { "1.1", "close", true },
		      { "1.1", "a, CLOSE", true },    { "1.0", "x", true },
		      { "1.0", "Keep-Alive", false }, { "1.0", "keep-alive, close", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_request request;
		char head[128];

		snprintf(head, sizeof(head), "GET / HTTP/%s\r\nHost: x\r\nConnection: %s\r\n\r\n",
		         cases[i].version, cases[i].connection);
		read_head(head, &request);
		assert_int_equal(http_request_is_last(&request), cases[i].last);
	}
}

#define UPGRADE "GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"

/* RFC 6455, 4.2. */
static void an_upgrade_needs_version_13_and_a_key(void **state)
{
	struct http_request request;
	char plain[HTTP_PLAIN_SIZE];

	(void)state;
	read_head(UPGRADE "Sec-WebSocket-Version: 13\r\n"
	                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	                  "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b, c\r\n\r\n",
	          &request);
	assert_int_equal(request.refusal, REFUSAL_NONE);
	assert_true(request.upgrade);
	assert_true(span_equal(request.protocols, span_of("a, b, c")));
	plain[http_head_write(&request, plain)] = '\0';
	assert_non_null(strstr(plain, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
	assert_int_equal(refusal_of(UPGRADE "Sec-WebSocket-Version: 8\r\n"
	                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
	                 REFUSAL_UPGRADE);
	assert_int_equal(refusal_of(UPGRADE "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
	                 REFUSAL_UPGRADE);
	assert_int_equal(refusal_of(UPGRADE "Sec-WebSocket-Version: 13\r\n\r\n"),
	                 REFUSAL_BAD_REQUEST);
	assert_int_equal(refusal_of(UPGRADE "Sec-WebSocket-Version: 13\r\n"
	                                    "Sec-WebSocket-Key: c2hvcnQ=\r\n\r\n"),
	                 REFUSAL_BAD_REQUEST);
	assert_int_equal(refusal_of(UPGRADE "Sec-WebSocket-Version: 13\r\n"
	                                    "Sec-WebSocket-Key: ????????????????????????\r\n\r\n"),
	                 REFUSAL_BAD_REQUEST);
}

/* A client that asked for none must be given none: it would break off. */
static void only_who_names_the_chats_subprotocol_is_given_it(void **state)
{
	static const char rest[] = "Sec-WebSocket-Version: 13\r\n"
	                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
	struct http_request request;
	char head[512], plain[HTTP_PLAIN_SIZE];

	(void)state;
	snprintf(head, sizeof(head),
	         UPGRADE "%sX-Self-ID: 10001000\r\nX-Client-Role: Universal\r\n\r\n", rest);
	read_head(head, &request);
	assert_int_equal(request.refusal, REFUSAL_NONE);
	assert_true(span_equal(request.self_id, span_of("10001000")));
	assert_true(span_equal(request.client_role, span_of("Universal")));
	plain[http_head_write(&request, plain)] = '\0';
	assert_null(strstr(plain, "Protocol"));
	snprintf(head, sizeof(head), UPGRADE "%sSec-WebSocket-Protocol: x, dayi.chat.v1\r\n\r\n",
	         rest);
	read_head(head, &request);
	plain[http_head_write(&request, plain)] = '\0';
	assert_non_null(strstr(plain, "Sec-WebSocket-Protocol: dayi.chat.v1\r\n\r\n"));
}

/* What a proxy appends is the end: it must not be lost behind what a client wrote in front. */
static void of_a_list_too_long_the_end_is_kept(void **state)
{
	static char head[8192];
	struct http_request request;
	const struct span end = span_of("9.9.9.9, 8.8.8.8");

	(void)state;
	snprintf(head, sizeof(head),
	         "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %01000d, 9.9.9.9\r\n"
	         "X-Forwarded-For: 8.8.8.8\r\n\r\n",
	         0);
	read_head(head, &request);
	assert_int_equal(request.forwarded_for.len, HTTP_FIELD_MOST);
	assert_memory_equal(request.forwarded_for.ptr + HTTP_FIELD_MOST - end.len, end.ptr,
	                    end.len);
}

/*
 * The library's parser takes the line behind such a name for a part of it: none of what it is given
 * may hold one, and nothing of what follows may be lost.
 */
static void check_name(const char *name, size_t len, const char *junk)
{
	struct http_request request;
	char head[512], plain[HTTP_PLAIN_SIZE];
	size_t plain_len;

	snprintf(head, sizeof(head),
	         "POST / HTTP/1.1\r\nHost: x\r\n%.*s%s: b\r\nOrigin: http://evil.example\r\n"
	         "Content-Length: 3\r\n%.*s%s: t\r\n\r\n",
	         (int)len, name, junk, (int)len, name, junk);
	read_head(head, &request);
	assert_true(span_equal(request.origin, span_of("http://evil.example")));
	assert_true(span_equal(request.length_field, span_of("3")));
	assert_int_equal(request.refusal, REFUSAL_NONE);
	plain_len = http_head_write(&request, plain);
	assert_true(span_equal((struct span){ plain, plain_len },
	                       span_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")));
}

static bool is_known(const char *name, size_t len)
{
	const char *known;

	for (int i = 0; (known = (const char *)lws_token_to_string((enum lws_token_indexes)i)); i++)
		if (strlen(known) == len + 1 && strncmp(known, name, len) == 0 && known[len] == ':')
			return true;
	return false;
}

static void no_name_like_one_that_the_library_knows_hides_the_next_line(void **state)
{
	const char *name;
	size_t names = 0;

	(void)state;
	for (int i = 0; (name = (const char *)lws_token_to_string((enum lws_token_indexes)i));
	     i++) {
		const size_t len = strcspn(name, ": \r\n");

		/* HTTP/2's names and "http/1.1" can name no field. */
		if (len == 0 || memchr(name, '/', len))
			continue;
		names++;
		for (size_t prefix = 1; prefix < len; prefix++) {
			if (!is_known(name, prefix))
				check_name(name, prefix, "");
			check_name(name, prefix, "~");
		}
		check_name(name, len, "x");
	}
	assert_true(names > 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_ends_with_its_first_empty_line),
		cmocka_unit_test(a_request_is_read),
		cmocka_unit_test(dot_segments_and_empty_ones_are_gone),
		cmocka_unit_test(a_path_too_long_is_not_the_one_that_it_begins_with),
		cmocka_unit_test(the_absolute_form_is_taken),
		cmocka_unit_test(what_is_no_request_is_refused),
		cmocka_unit_test(a_nul_spoils_any_line),
		cmocka_unit_test(what_is_sound_is_not_refused),
		cmocka_unit_test(what_the_console_needs_is_read),
		cmocka_unit_test(who_says_so_or_speaks_http_1_0_is_the_last),
		cmocka_unit_test(an_upgrade_needs_version_13_and_a_key),
		cmocka_unit_test(only_who_names_the_chats_subprotocol_is_given_it),
		cmocka_unit_test(of_a_list_too_long_the_end_is_kept),
		cmocka_unit_test(no_name_like_one_that_the_library_knows_hides_the_next_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
