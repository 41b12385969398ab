#include "server/http_response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void write_head(const struct http_response *response, struct buf *out)
{
	buf_init(out, 8192);
	http_response_write(response, out);
	assert_int_equal(buf_status(out), STATUS_OK);
}

static bool has_line(const struct buf *head, const char *line)
{
	const char *at = strstr(buf_text(head), line);

	return at && at > buf_text(head) && at[-1] == '\n' && at[strlen(line)] == '\r';
}

static void a_head_begins_with_its_status_and_ends_with_an_empty_line(void **state)
{
	const struct http_response response = { .status = 200, .type = "text/x", .length = 5 };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_int_equal(strncmp(buf_text(&head), "HTTP/1.1 200 OK\r\n", 17), 0);
	assert_string_equal(buf_text(&head) + head.len - 4, "\r\n\r\n");
	assert_true(has_line(&head, "Content-Type: text/x"));
	assert_true(has_line(&head, "Content-Length: 5"));
	assert_true(has_line(&head, "X-Content-Type-Options: nosniff"));
	assert_true(has_line(&head, "Referrer-Policy: no-referrer"));
	assert_false(has_line(&head, "Connection: close"));
	buf_deinit(&head);
}

/* RFC 9110, 8.6. */
static void what_has_no_content_says_no_length(void **state)
{
	const int statuses[] = { 204, 304 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct http_response response = { .status = statuses[i] };
		struct buf head;

		write_head(&response, &head);
		assert_null(strstr(buf_text(&head), "Content-Length"));
		buf_deinit(&head);
	}
}

static void a_page_may_run_its_own_code_only(void **state)
{
	const struct http_response response = { .status = 200, .frame_ancestors = "'self'" };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_true(has_line(&head, "Content-Security-Policy: default-src 'self'; "
	                            "connect-src 'self'; base-uri 'none'; form-action 'self'; "
	                            "object-src 'none'; frame-ancestors 'self'"));
	assert_true(has_line(&head, "X-Frame-Options: SAMEORIGIN"));
	buf_deinit(&head);
}

static void nobody_frames_a_page_when_nobody_is_named(void **state)
{
	const struct http_response response = { .status = 200, .frame_ancestors = "" };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_non_null(strstr(buf_text(&head), "frame-ancestors 'none'\r\n"));
	assert_true(has_line(&head, "X-Frame-Options: DENY"));
	buf_deinit(&head);
}

static void only_a_listed_origin_gets_cors_headers(void **state)
{
	struct http_response response = { .status = 200 };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_null(strstr(buf_text(&head), "Access-Control"));
	assert_true(has_line(&head, "Vary: Origin"));
	buf_deinit(&head);
	response.cors_origin = span_of("https://a.example");
	write_head(&response, &head);
	assert_true(has_line(&head, "Access-Control-Allow-Origin: https://a.example"));
	assert_null(strstr(buf_text(&head), "Access-Control-Allow-Methods"));
	buf_deinit(&head);
	response.preflight = true;
	write_head(&response, &head);
	assert_true(has_line(&head, "Access-Control-Allow-Methods: GET, POST"));
	/* A portal's page sends its token in the one and JSON in the other. */
	assert_true(has_line(&head, "Access-Control-Allow-Headers: Authorization, Content-Type"));
	buf_deinit(&head);
}

static void refusals_say_when_to_come_back_and_what_is_allowed(void **state)
{
	const struct http_response busy = { .status = 503, .retry_later = true, .close = true };
	const struct http_response method = { .status = 405, .allow = "GET, HEAD" };
	struct buf head;

	(void)state;
	write_head(&busy, &head);
	assert_true(has_line(&head, "Retry-After: 5"));
	assert_true(has_line(&head, "Connection: close"));
	assert_true(has_line(&head, "Cache-Control: no-store"));
	buf_deinit(&head);
	write_head(&method, &head);
	assert_true(has_line(&head, "Allow: GET, HEAD"));
	buf_deinit(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_begins_with_its_status_and_ends_with_an_empty_line),
		cmocka_unit_test(what_has_no_content_says_no_length),
		cmocka_unit_test(a_page_may_run_its_own_code_only),
		cmocka_unit_test(nobody_frames_a_page_when_nobody_is_named),
		cmocka_unit_test(only_a_listed_origin_gets_cors_headers),
		cmocka_unit_test(refusals_say_when_to_come_back_and_what_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
