#include "host/net/http_response.h"

#include <inttypes.h>

static const char *phrase_of(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 204, "No Content" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 426, "Upgrade Required" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Unknown";
}

/*
 * Allows nothing inline and nothing from elsewhere. 'self' does not cover the chat's WebSocket in
 * Chromium before 71 and in Safari before 16, so the policy names it, for exactly this host.
 */
static void write_page_policy(const struct page_head *page, struct buf *out)
{
	const struct setting_list *origins = page->embed_origins;

	buf_append_format(out,
	                  "Content-Security-Policy: default-src 'none'; script-src 'self'; "
	                  "style-src 'self'; img-src 'self' data:; font-src 'self'; "
	                  "manifest-src 'self'; connect-src 'self'%s; base-uri 'none'; "
	                  "form-action 'none'; frame-ancestors 'self'",
	                  page->sockets);
	for (size_t i = 0; i < origins->count; i++)
		buf_append_format(out, " %s", origins->items[i]);
	/* IE11 knows no frame-ancestors, and X-Frame-Options knows no list. */
	buf_append_text(out, origins->count == 0 ? "\r\nX-Frame-Options: SAMEORIGIN\r\n" : "\r\n");
}

/* What runs here may do what operators may: nothing from elsewhere, and nobody shows it to them. */
static void write_console_policy(struct buf *out)
{
	buf_append_text(out, "Content-Security-Policy: default-src 'none'; script-src 'self'; "
	                     "style-src 'self'; img-src 'self' data:; font-src 'self'; "
	                     "connect-src 'self'; base-uri 'none'; form-action 'none'; "
	                     "frame-ancestors 'none'\r\n"
	                     "X-Frame-Options: DENY\r\n"
	                     "Cross-Origin-Opener-Policy: same-origin\r\n");
}

static void write_plain_policy(struct buf *out)
{
	buf_append_text(out, "Content-Security-Policy: default-src 'none'; style-src 'self'; "
	                     "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
	                     "X-Frame-Options: DENY\r\n"
	                     "X-Robots-Tag: noindex\r\n");
}

static void write_page(const struct page_head *page, struct buf *out)
{
	if (page->console)
		write_console_policy(out);
	else if (page->plain)
		write_plain_policy(out);
	else
		write_page_policy(page, out);
	buf_append_text(out, "Permissions-Policy: camera=(), display-capture=(), geolocation=(), "
	                     "microphone=(), payment=(), usb=()\r\n");
	if (page->encoding)
		buf_append_format(out, "Content-Encoding: %s\r\n", page->encoding);
	if (page->varies)
		buf_append_text(out, "Vary: Accept-Encoding\r\n");
}

static const char *caching(const struct http_response *response)
{
	if (response->page && response->page->immutable)
		return "public, max-age=31536000, immutable";
	return response->etag ? "no-cache" : "no-store";
}

static void write_cors(const struct http_response *response, struct buf *out)
{
	buf_append_text(out, "Vary: Origin\r\n");
	if (response->cors_origin.len == 0)
		return;
	buf_append_format(out, "Access-Control-Allow-Origin: %.*s\r\n",
	                  SPAN_ARGS(response->cors_origin));
	if (response->preflight)
		buf_append_text(out, "Access-Control-Allow-Methods: GET, POST\r\n"
		                     "Access-Control-Allow-Headers: Authorization, Content-Type\r\n"
		                     "Access-Control-Max-Age: 600\r\n");
	else
		buf_append_text(out, "Access-Control-Expose-Headers: Retry-After\r\n");
}

/* RFC 9112, 9.3, and, for what is named in Upgrade, RFC 9110, 7.8. */
static void write_connection(const struct http_response *response, struct buf *out)
{
	const bool upgrade = response->status == 426;

	if (!response->close && !response->keep_alive && !upgrade)
		return;
	buf_append_format(out, "Connection: %s%s%s\r\n", upgrade ? "Upgrade" : "",
	                  upgrade && (response->close || response->keep_alive) ? ", " : "",
	                  response->close        ? "close"
	                  : response->keep_alive ? "keep-alive"
	                                         : "");
}

void http_response_write(const struct http_response *response, struct buf *out)
{
	buf_append_format(out, "HTTP/1.1 %d %s\r\n", response->status, phrase_of(response->status));
	if (response->type)
		buf_append_format(out, "Content-Type: %s\r\n", response->type);
	/* A 204 and a 304 have no content, and saying so is not allowed for the former. */
	if (response->status != 204 && response->status != 304)
		buf_append_format(out, "Content-Length: %zu\r\n", response->length);
	if (response->etag)
		buf_append_format(out, "ETag: %s\r\n", response->etag);
	if (response->allow)
		buf_append_format(out, "Allow: %s\r\n", response->allow);
	/* RFC 9110, 11.6.1: a 401 names what would count. */
	if (response->status == 401)
		buf_append_text(out, "WWW-Authenticate: Bearer\r\n");
	if (response->status == 426)
		buf_append_text(out, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
	if (response->retry_later)
		buf_append_format(out, "Retry-After: %" PRId64 "\r\n",
		                  response->retry_s > 0 ? response->retry_s : 5);
	if (response->attachment)
		buf_append_format(out, "Content-Disposition: attachment; filename=\"%s\"\r\n",
		                  response->attachment);
	if (response->location)
		buf_append_format(out, "Location: %s\r\n", response->location);
	if (response->cookie)
		buf_append_format(out, "Set-Cookie: %s\r\n", response->cookie);
	buf_append_format(out, "Cache-Control: %s\r\n", caching(response));
	if (response->page) {
		write_page(response->page, out);
	} else {
		buf_append_text(out, "Content-Security-Policy: default-src 'none'; "
		                     "frame-ancestors 'none'\r\n");
		write_cors(response, out);
	}
	buf_append_format(out, "Cross-Origin-Resource-Policy: %s\r\n",
	                  response->page && response->page->shared ? "cross-origin"
	                                                           : "same-origin");
	buf_append_text(out, "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n");
	write_connection(response, out);
	buf_append_text(out, "\r\n");
}
