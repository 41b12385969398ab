#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/net/browser.h"

static const char *name_of(const char *user_agent)
{
	return browser_name(span_of(user_agent));
}

/* User-Agents as the browsers' makers document them. */
static void browsers_of_a_desk_are_named(void **state)
{
	(void)state;
	assert_string_equal(
	        name_of("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"),
	        "IE11");
	assert_string_equal(
	        name_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
	                "like Gecko) Chrome/120.0.0.0 Safari/537.36"),
	        "Chrome");
	assert_string_equal(
	        name_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
	                "like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"),
	        "Edge");
	assert_string_equal(name_of("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 "
	                            "Firefox/120.0"),
	                    "Firefox");
	assert_string_equal(name_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
	                            "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 "
	                            "Safari/605.1.15"),
	                    "Safari");
}

/* IE11 that shows a page as IE7 does is IE11 all the same. */
static void compatibility_view_is_seen_through(void **state)
{
	(void)state;
	assert_string_equal(
	        name_of("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0)"),
	        "IE11");
	assert_string_equal(name_of("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; "
	                            "Trident/6.0)"),
	                    "IE");
}

/* Nobody fills in the office's forms on a telephone: its browser says nothing. */
static void telephones_and_programs_say_nothing(void **state)
{
	(void)state;
	assert_null(name_of("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) "
	                    "AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
	                    "MicroMessenger/8.0.43"));
	assert_null(name_of("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like "
	                    "Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"));
	assert_null(name_of("curl/7.88.1"));
	assert_null(name_of(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(browsers_of_a_desk_are_named),
		cmocka_unit_test(compatibility_view_is_seen_through),
		cmocka_unit_test(telephones_and_programs_say_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
