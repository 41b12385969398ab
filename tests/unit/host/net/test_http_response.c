#include "host/net/http_response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/refusal.h"

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

/* RFC 9110, 15.5.2. */
static void a_401_names_the_scheme_that_would_count(void **state)
{
	const struct http_response response = { .status = 401 }, other = { .status = 403 };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_int_equal(strncmp(buf_text(&head), "HTTP/1.1 401 Unauthorized\r\n", 27), 0);
	assert_true(has_line(&head, "WWW-Authenticate: Bearer"));
	buf_deinit(&head);
	write_head(&other, &head);
	assert_null(strstr(buf_text(&head), "WWW-Authenticate"));
	buf_deinit(&head);
}

/* Every status that a refusal has is one that the head can name. */
static void every_refusal_has_a_reason_phrase(void **state)
{
	(void)state;
	for (int i = 0; i < REFUSAL_COUNT; i++) {
		const struct http_response response = { .status = refusal_http_status(i) };
		struct buf head;

		write_head(&response, &head);
		assert_null(strstr(buf_text(&head), "Unknown"));
		buf_deinit(&head);
	}
}

static const struct setting_list nobody = { NULL, 0 };

static void a_page_may_run_its_own_code_and_talk_to_its_own_server_only(void **state)
{
	const struct page_head page = { .embed_origins = &nobody,
		                        .sockets = " wss://faq.example.cn" };
	const struct http_response response = { .status = 200, .page = &page };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_true(has_line(&head,
	                     "Content-Security-Policy: default-src 'none'; script-src 'self'; "
	                     "style-src 'self'; img-src 'self' data:; font-src 'self'; "
	                     "manifest-src 'self'; connect-src 'self' wss://faq.example.cn; "
	                     "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"));
	assert_true(has_line(&head, "X-Frame-Options: SAMEORIGIN"));
	assert_non_null(strstr(buf_text(&head), "\r\nPermissions-Policy: camera=(), "));
	buf_deinit(&head);
}

static void a_page_is_framed_by_the_listed_origins_too(void **state)
{
	const char *const items[] = { "https://a.example", "http://b.example:81" };
	const struct setting_list origins = { items, 2 };
	const struct page_head page = { .embed_origins = &origins, .sockets = "" };
	const struct http_response response = { .status = 200, .page = &page };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_non_null(
	        strstr(buf_text(&head),
	               "; frame-ancestors 'self' https://a.example http://b.example:81\r\n"));
	assert_null(strstr(buf_text(&head), "X-Frame-Options"));
	buf_deinit(&head);
}

static void what_never_changes_is_kept_for_a_year(void **state)
{
	struct page_head page = { .embed_origins = &nobody, .sockets = "", .immutable = true };
	const struct http_response response = { .status = 200, .page = &page, .etag = "\"1\"" };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_true(has_line(&head, "Cache-Control: public, max-age=31536000, immutable"));
	buf_deinit(&head);
	page.immutable = false;
	write_head(&response, &head);
	assert_true(has_line(&head, "Cache-Control: no-cache"));
	buf_deinit(&head);
}

static void an_encoding_is_named_and_caches_are_told_that_there_are_several(void **state)
{
	struct page_head page = { .embed_origins = &nobody, .sockets = "", .varies = true };
	const struct http_response response = { .status = 200, .page = &page };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_true(has_line(&head, "Vary: Accept-Encoding"));
	assert_null(strstr(buf_text(&head), "Content-Encoding"));
	buf_deinit(&head);
	page.encoding = "gzip";
	write_head(&response, &head);
	assert_true(has_line(&head, "Content-Encoding: gzip"));
	buf_deinit(&head);
}

static void pages_of_other_origins_may_load_what_is_shared_and_nothing_else(void **state)
{
	struct page_head page = { .embed_origins = &nobody, .sockets = "", .shared = true };
	struct http_response response = { .status = 200, .page = &page };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_true(has_line(&head, "Cross-Origin-Resource-Policy: cross-origin"));
	buf_deinit(&head);
	page.shared = false;
	write_head(&response, &head);
	assert_true(has_line(&head, "Cross-Origin-Resource-Policy: same-origin"));
	buf_deinit(&head);
	response.page = NULL;
	write_head(&response, &head);
	assert_true(has_line(&head, "Cross-Origin-Resource-Policy: same-origin"));
	assert_true(has_line(&head, "Content-Security-Policy: default-src 'none'; "
	                            "frame-ancestors 'none'"));
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

static void a_plain_page_runs_nothing_and_sends_its_form_to_its_own_server(void **state)
{
	const struct page_head page = { .plain = true };
	const struct http_response response = { .status = 303, .page = &page, .location = "../" };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_int_equal(strncmp(buf_text(&head), "HTTP/1.1 303 See Other\r\n", 24), 0);
	assert_true(has_line(&head,
	                     "Content-Security-Policy: default-src 'none'; style-src 'self'; "
	                     "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"));
	assert_true(has_line(&head, "X-Frame-Options: DENY"));
	assert_true(has_line(&head, "X-Robots-Tag: noindex"));
	assert_true(has_line(&head, "Cache-Control: no-store"));
	buf_deinit(&head);
}

static void no_page_at_all_frames_the_console(void **state)
{
	const struct page_head page = { .console = true };
	const struct http_response response = { .status = 200, .type = "text/html", .page = &page };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_non_null(strstr(buf_text(&head), "; frame-ancestors 'none'\r\n"));
	assert_true(has_line(&head, "X-Frame-Options: DENY"));
	assert_true(has_line(&head, "Cross-Origin-Resource-Policy: same-origin"));
	buf_deinit(&head);
}

static void a_cookie_is_set_and_another_place_is_named(void **state)
{
	const struct http_response response = { .status = 308,
		                                .location = "/console/",
		                                .cookie = "a=b; HttpOnly" };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_int_equal(strncmp(buf_text(&head), "HTTP/1.1 308 Permanent Redirect\r\n", 33), 0);
	assert_true(has_line(&head, "Location: /console/"));
	assert_true(has_line(&head, "Set-Cookie: a=b; HttpOnly"));
	buf_deinit(&head);
}

static void who_is_locked_out_is_told_for_how_long(void **state)
{
	const struct http_response response = { .status = 429,
		                                .retry_later = true,
		                                .retry_s = 900 };
	struct buf head;

	(void)state;
	write_head(&response, &head);
	assert_true(has_line(&head, "Retry-After: 900"));
	buf_deinit(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_begins_with_its_status_and_ends_with_an_empty_line),
		cmocka_unit_test(what_has_no_content_says_no_length),
		cmocka_unit_test(a_401_names_the_scheme_that_would_count),
		cmocka_unit_test(every_refusal_has_a_reason_phrase),
		cmocka_unit_test(a_page_may_run_its_own_code_and_talk_to_its_own_server_only),
		cmocka_unit_test(a_page_is_framed_by_the_listed_origins_too),
		cmocka_unit_test(what_never_changes_is_kept_for_a_year),
		cmocka_unit_test(an_encoding_is_named_and_caches_are_told_that_there_are_several),
		cmocka_unit_test(pages_of_other_origins_may_load_what_is_shared_and_nothing_else),
		cmocka_unit_test(only_a_listed_origin_gets_cors_headers),
		cmocka_unit_test(a_plain_page_runs_nothing_and_sends_its_form_to_its_own_server),
		cmocka_unit_test(no_page_at_all_frames_the_console),
		cmocka_unit_test(a_cookie_is_set_and_another_place_is_named),
		cmocka_unit_test(who_is_locked_out_is_told_for_how_long),
		cmocka_unit_test(refusals_say_when_to_come_back_and_what_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
