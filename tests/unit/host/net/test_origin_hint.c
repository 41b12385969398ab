#include "host/net/origin_hint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(span_of(text), &ip));
	return ip;
}

static void addresses_become_origins_as_browsers_write_them(void **state)
{
	const struct ip addresses[] = { ip_of("10.0.0.5"), ip_of("2001:db8::5") };
	char text[ORIGIN_HINT_SIZE];

	(void)state;
	origin_hint_list(addresses, 2, 8080, text);
	assert_string_equal(text, "http://10.0.0.5:8080, http://[2001:db8::5]:8080");
	origin_hint_list(addresses, 1, 80, text);
	assert_string_equal(text, "http://10.0.0.5");
	origin_hint_list(addresses, 0, 8080, text);
	assert_string_equal(text, "");
}

static void the_most_and_longest_addresses_fit(void **state)
{
	struct ip addresses[ORIGIN_HINT_ADDRESSES];
	char text[ORIGIN_HINT_SIZE];

	(void)state;
	for (size_t i = 0; i < ORIGIN_HINT_ADDRESSES; i++)
		addresses[i] = ip_of("2001:db88:1111:2222:3333:4444:5555:6666");
	origin_hint_list(addresses, ORIGIN_HINT_ADDRESSES, 65535, text);
	assert_int_equal(strlen(text),
	                 ORIGIN_HINT_ADDRESSES * strlen("http://[2001:db88:1111:2222:"
	                                                "3333:4444:5555:6666]:65535") +
	                         (ORIGIN_HINT_ADDRESSES - 1) * strlen(", "));
}

static void a_single_address_is_its_own_and_a_loopback_one_nobodys(void **state)
{
	struct ip addresses[ORIGIN_HINT_ADDRESSES];
	const struct ip expected = ip_of("10.0.0.5");

	(void)state;
	assert_int_equal(origin_hint_addresses("10.0.0.5", addresses), 1);
	assert_true(ip_equal(&addresses[0], &expected));
	assert_int_equal(origin_hint_addresses("127.0.0.1", addresses), 0);
	assert_int_equal(origin_hint_addresses("::1", addresses), 0);
	assert_int_equal(origin_hint_addresses("no address", addresses), 0);
}

static void of_a_wildcard_no_address_is_a_loopback_or_link_local_one(void **state)
{
	static const char *const wildcards[] = { "0.0.0.0", "::" };
	struct ip addresses[ORIGIN_HINT_ADDRESSES];

	(void)state;
	for (size_t w = 0; w < 2; w++) {
		const size_t count = origin_hint_addresses(wildcards[w], addresses);
		assert_true(count <= ORIGIN_HINT_ADDRESSES);
		for (size_t i = 0; i < count; i++) {
			char text[IP_TEXT_SIZE];
			assert_false(ip_is_loopback(&addresses[i]));
			assert_int_not_equal(strncmp(ip_format(&addresses[i], text), "fe80:", 5),
			                     0);
			assert_int_not_equal(strncmp(text, "169.254.", 8), 0);
			assert_true(w == 1 || ip_is_v4(&addresses[i]));
		}
	}
}

static void only_a_server_that_others_reach_without_a_list_needs_a_hint(void **state)
{
	const char *origins[] = { "https://faq.example" };
	struct origin_policy policy = { .host = "10.0.0.5", .port = 8080 };
	char list[ORIGIN_HINT_SIZE];

	(void)state;
	assert_non_null(origin_hint(&policy, list));
	assert_string_equal(list, "http://10.0.0.5:8080");
	policy.host = "0.0.0.0";
	assert_non_null(strstr(origin_hint(&policy, list), "this machine itself"));
	assert_non_null(strstr(list, "http://127.0.0.1:8080")); /* a list replaces the default */
	policy.listed = (struct setting_list){ origins, 1 };
	assert_null(origin_hint(&policy, list));
	policy.listed.count = 0;
	policy.host = "127.0.0.1";
	assert_null(origin_hint(&policy, list));
}

static void the_start_warns_of_a_wildcard_and_mentions_a_single_address(void **state)
{
	struct origin_policy policy = { .host = "0.0.0.0", .port = 8080 };
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	struct log *log = NULL;

	(void)state;
	assert_non_null(stream);
	assert_int_equal(log_create(&log, stream, LOG_INFO, clock_system()), STATUS_OK);
	origin_hint_log(&policy, log);
	policy.host = "10.0.0.5";
	origin_hint_log(&policy, log);
	policy.host = "127.0.0.1";
	origin_hint_log(&policy, log);
	log_destroy(log);
	fclose(stream);
	assert_non_null(strstr(text, "warn origins_not_listed host=\"0.0.0.0\""));
	assert_non_null(strstr(text, "info origins_not_listed host=\"10.0.0.5\""));
	assert_null(strstr(text, "host=\"127"));
	free(text);
}

static void refused_origins_are_told_once_a_minute_and_counted_between(void **state)
{
	const struct span origin = span_of("http://10.0.0.5:8080");
	struct origin_refusals refusals = { 0 };
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	struct log *log = NULL;

	(void)state;
	assert_non_null(stream);
	assert_int_equal(log_create(&log, stream, LOG_INFO, clock_system()), STATUS_OK);
	origin_hint_refused(&refusals, origin, 1, log);
	origin_hint_refused(&refusals, origin, 59999999, log);
	origin_hint_refused(&refusals, origin, 60000000, log);
	assert_int_equal(fflush(stream), 0);
	assert_non_null(strstr(text, "origin_refused origin=\"http://10.0.0.5:8080\" others=0"));
	assert_null(strstr(text, "others=2"));
	origin_hint_refused(&refusals, origin, 60000001, log);
	assert_int_equal(fflush(stream), 0);
	assert_non_null(strstr(text, "others=2"));
	log_destroy(log);
	fclose(stream);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_become_origins_as_browsers_write_them),
		cmocka_unit_test(the_most_and_longest_addresses_fit),
		cmocka_unit_test(a_single_address_is_its_own_and_a_loopback_one_nobodys),
		cmocka_unit_test(of_a_wildcard_no_address_is_a_loopback_or_link_local_one),
		cmocka_unit_test(only_a_server_that_others_reach_without_a_list_needs_a_hint),
		cmocka_unit_test(the_start_warns_of_a_wildcard_and_mentions_a_single_address),
		cmocka_unit_test(refused_origins_are_told_once_a_minute_and_counted_between),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
