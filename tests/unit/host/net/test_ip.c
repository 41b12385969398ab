#include "host/net/ip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct ip ip(const char *text)
{
	struct ip parsed;

	assert_true(ip_parse(span_of(text), &parsed));
	return parsed;
}

static struct ip_range range(const char *text)
{
	struct ip_range parsed;

	assert_true(ip_range_parse(text, &parsed));
	return parsed;
}

static bool in(const char *address, const char *within)
{
	const struct ip one = ip(address);
	const struct ip_range wide = range(within);

	return ip_in_ranges(&one, &wide, 1);
}

static void addresses_of_both_versions_are_read_and_written(void **state)
{
	const char *const texts[] = { "1.2.3.4", "0.0.0.0", "::1", "2001:db8::1" };
	char text[IP_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct ip parsed = ip(texts[i]);

		assert_string_equal(ip_format(&parsed, text), texts[i]);
	}
}

static void an_ipv4_address_in_ipv6_form_is_the_same_address(void **state)
{
	const struct ip plain = ip("1.2.3.4");
	const struct ip mapped = ip("::ffff:1.2.3.4");

	(void)state;
	assert_true(ip_equal(&plain, &mapped));
	assert_true(ip_is_v4(&mapped));
}

static void what_is_no_literal_address_is_refused(void **state)
{
	const char *const texts[] = {
		"",           "1.2.3",     "1.2.3.4.5",
		"256.1.1.1",  "localhost", "[::1]",
		"1.2.3.4:80", "::g",       "1111:2222:3333:4444:5555:6666:7777:8888:9999"
	};
	struct ip parsed;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(ip_parse(span_of(texts[i]), &parsed));
}

static void loopback_and_wildcard_are_known_in_both_versions(void **state)
{
	const struct ip addresses[] = { ip("127.0.0.1"), ip("127.9.9.9"), ip("::1"),
		                        ip("0.0.0.0"),   ip("::"),        ip("10.0.0.1") };
	const bool loopback[] = { true, true, true, false, false, false };
	const bool any[] = { false, false, false, true, true, false };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(ip_is_loopback(&addresses[i]), loopback[i]);
		assert_int_equal(ip_is_any(&addresses[i]), any[i]);
	}
}

static void one_customers_ipv6_addresses_count_as_one(void **state)
{
	const struct ip one = ip("2001:db8:1:2::1");
	const struct ip other = ip("2001:db8:1:2:ffff::9");
	const struct ip foreign = ip("2001:db8:1:3::1");
	const struct ip groups[] = { ip_group(&one), ip_group(&other), ip_group(&foreign) };
	const struct ip v4 = ip("1.2.3.4");
	const struct ip v4_group = ip_group(&v4);

	(void)state;
	assert_true(ip_equal(&groups[0], &groups[1]));
	assert_false(ip_equal(&groups[0], &groups[2]));
	assert_true(ip_equal(&v4, &v4_group));
}

static void a_range_holds_what_shares_its_leading_bits(void **state)
{
	(void)state;
	assert_true(in("10.1.2.3", "10.0.0.0/8"));
	assert_false(in("11.0.0.0", "10.0.0.0/8"));
	assert_true(in("192.168.1.129", "192.168.1.128/25"));
	assert_false(in("192.168.1.127", "192.168.1.128/25"));
	assert_true(in("1.2.3.4", "1.2.3.4"));
	assert_false(in("1.2.3.5", "1.2.3.4"));
	assert_true(in("9.9.9.9", "0.0.0.0/0"));
	assert_false(in("::1", "0.0.0.0/0"));
	assert_true(in("2001:db8::1", "2001:db8::/32"));
	assert_false(in("2001:db9::1", "2001:db8::/32"));
}

static void a_malformed_range_is_refused(void **state)
{
	const char *const texts[] = {
		"",       "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8",
		"::/129", "host/8"
	};
	struct ip_range parsed;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(ip_range_parse(texts[i], &parsed));
}

static void expect_client(const char *peer, const char *field, const char *expected)
{
	const struct ip_range trusted[] = { range("10.0.0.0/8"), range("::1") };
	const struct ip from = ip(peer);
	const struct ip client = ip_client(&from, span_of(field), trusted, 2);
	char text[IP_TEXT_SIZE];

	assert_string_equal(ip_format(&client, text), expected);
}

static void forwarded_for_counts_only_from_a_trusted_proxy(void **state)
{
	(void)state;
	expect_client("1.1.1.1", "2.2.2.2", "1.1.1.1");
	expect_client("10.0.0.1", "2.2.2.2", "2.2.2.2");
	expect_client("::1", "2.2.2.2", "2.2.2.2");
}

static void what_the_client_wrote_before_its_own_address_is_not_believed(void **state)
{
	(void)state;
	expect_client("10.0.0.1", "9.9.9.9, 2.2.2.2", "2.2.2.2");
	expect_client("10.0.0.1", "10.0.0.7, 2.2.2.2", "2.2.2.2");
	expect_client("10.0.0.1", "9.9.9.9, 2.2.2.2 ,10.0.0.2", "2.2.2.2");
}

static void a_field_that_can_not_be_read_leaves_the_last_address_known(void **state)
{
	(void)state;
	expect_client("10.0.0.1", "", "10.0.0.1");
	expect_client("10.0.0.1", "unknown", "10.0.0.1");
	expect_client("10.0.0.1", "2.2.2.2, , 10.0.0.2", "10.0.0.2");
	expect_client("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_both_versions_are_read_and_written),
		cmocka_unit_test(an_ipv4_address_in_ipv6_form_is_the_same_address),
		cmocka_unit_test(what_is_no_literal_address_is_refused),
		cmocka_unit_test(loopback_and_wildcard_are_known_in_both_versions),
		cmocka_unit_test(one_customers_ipv6_addresses_count_as_one),
		cmocka_unit_test(a_range_holds_what_shares_its_leading_bits),
		cmocka_unit_test(a_malformed_range_is_refused),
		cmocka_unit_test(forwarded_for_counts_only_from_a_trusted_proxy),
		cmocka_unit_test(what_the_client_wrote_before_its_own_address_is_not_believed),
		cmocka_unit_test(a_field_that_can_not_be_read_leaves_the_last_address_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
