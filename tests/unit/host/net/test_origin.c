#include "host/net/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct origin_policy listening_on(const char *host, int port)
{
	return (struct origin_policy){ .without = true, .host = host, .port = port };
}

static bool allowed(const struct origin_policy *policy, const char *origin)
{
	return origin_allowed(policy, span_of(origin));
}

static void an_origin_is_scheme_host_and_port_only(void **state)
{
	const char *const good[] = { "http://a", "https://portal.example.cn", "http://a:8080",
		                     "http://[::1]:8080", "https://[2001:db8::1]" };
	const char *const bad[] = {
		"",           "null",        "a.example",       "http://",       "http://a/",
		"http://a:",  "http://a:x",  "http://a:123456", "ftp://a",       "http://A",
		"http://a b", "http://[::1", "http://[x]",      "http://u@a",    "*",
		"http://*.a", "http://a?b",  "http://a#b",      "http://a:80/x", "http://[]"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(origin_well_formed(span_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(origin_well_formed(span_of(bad[i])));
}

static void without_a_list_a_loopback_server_serves_its_own_pages_only(void **state)
{
	const struct origin_policy policy = listening_on("127.0.0.1", 8080);

	(void)state;
	assert_true(allowed(&policy, "http://127.0.0.1:8080"));
	assert_true(allowed(&policy, "http://localhost:8080"));
	assert_true(allowed(&policy, "http://[::1]:8080"));
	assert_false(allowed(&policy, "http://localhost"));
	assert_false(allowed(&policy, "http://localhost:8081"));
	assert_false(allowed(&policy, "https://localhost:8080"));
	assert_false(allowed(&policy, "http://localhost:8080.evil.example"));
	assert_false(allowed(&policy, "http://evil.example"));
	assert_false(allowed(&policy, "null"));
}

static void a_browser_leaves_port_80_out(void **state)
{
	const struct origin_policy policy = listening_on("127.0.0.1", 80);

	(void)state;
	assert_true(allowed(&policy, "http://localhost"));
	assert_true(allowed(&policy, "http://localhost:80"));
}

static void another_address_names_no_loopback(void **state)
{
	const struct origin_policy policy = listening_on("10.0.0.5", 8080);

	(void)state;
	assert_true(allowed(&policy, "http://10.0.0.5:8080"));
	assert_false(allowed(&policy, "http://localhost:8080"));
}

static void a_wildcard_names_the_loopback_and_nothing_else(void **state)
{
	const struct origin_policy policy = listening_on("0.0.0.0", 8080);

	(void)state;
	assert_true(allowed(&policy, "http://localhost:8080"));
	assert_false(allowed(&policy, "http://10.0.0.5:8080"));
}

static void a_list_replaces_the_default(void **state)
{
	const char *const items[] = { "https://portal.example.cn" };
	struct origin_policy policy = listening_on("127.0.0.1", 8080);

	(void)state;
	policy.listed = (struct setting_list){ items, 1 };
	assert_true(allowed(&policy, "https://portal.example.cn"));
	assert_true(origin_listed(&policy, span_of("https://portal.example.cn")));
	assert_false(allowed(&policy, "https://portal.example.cn.evil.example"));
	assert_false(allowed(&policy, "https://evil-portal.example.cn"));
	assert_false(allowed(&policy, "http://127.0.0.1:8080"));
}

static void requests_without_an_origin_are_a_setting(void **state)
{
	struct origin_policy policy = listening_on("127.0.0.1", 8080);

	(void)state;
	assert_true(allowed(&policy, ""));
	policy.without = false;
	assert_false(allowed(&policy, ""));
	assert_false(origin_listed(&policy, span_of("")));
}

static void expect_sockets(const struct origin_policy *policy, const char *host,
                           const char *expected)
{
	char sockets[ORIGIN_SOCKETS_SIZE];

	origin_sockets(policy, span_of(host), sockets);
	assert_string_equal(sockets, expected);
}

static void a_policy_names_the_sockets_of_pages_that_may_chat_and_no_others(void **state)
{
	const char *const items[] = { "https://faq.example.cn", "http://faq.example.cn",
		                      "https://portal.example.cn:8443" };
	struct origin_policy policy = listening_on("127.0.0.1", 8080);

	(void)state;
	expect_sockets(&policy, "127.0.0.1:8080", " ws://127.0.0.1:8080");
	expect_sockets(&policy, "localhost:8080", " ws://localhost:8080");
	expect_sockets(&policy, "[::1]:8080", "");
	expect_sockets(&policy, "evil.example", "");
	expect_sockets(&policy, "", "");
	expect_sockets(&policy, "a; script-src *", "");
	policy.listed = (struct setting_list){ items, 3 };
	expect_sockets(&policy, "faq.example.cn", " wss://faq.example.cn ws://faq.example.cn");
	expect_sockets(&policy, "portal.example.cn:8443", " wss://portal.example.cn:8443");
	expect_sockets(&policy, "127.0.0.1:8080", "");
}

static void a_long_host_names_no_socket(void **state)
{
	const struct origin_policy policy = listening_on("127.0.0.1", 8080);
	char sockets[ORIGIN_SOCKETS_SIZE];
	static char host[5000];

	(void)state;
	memset(host, 'a', sizeof(host));
	origin_sockets(&policy, (struct span){ host, sizeof(host) }, sockets);
	assert_string_equal(sockets, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_scheme_host_and_port_only),
		cmocka_unit_test(without_a_list_a_loopback_server_serves_its_own_pages_only),
		cmocka_unit_test(a_browser_leaves_port_80_out),
		cmocka_unit_test(another_address_names_no_loopback),
		cmocka_unit_test(a_wildcard_names_the_loopback_and_nothing_else),
		cmocka_unit_test(a_list_replaces_the_default),
		cmocka_unit_test(a_policy_names_the_sockets_of_pages_that_may_chat_and_no_others),
		cmocka_unit_test(a_long_host_names_no_socket),
		cmocka_unit_test(requests_without_an_origin_are_a_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
