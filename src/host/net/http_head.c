/*
 * How it works. The head is cut into lines, which end with CR LF or, as RFC 9112 (2.2) allows, with
 * LF. A control character other than TAB (NUL and a bare CR included) makes the whole head invalid.
 * The request line gives method, version and target. The path is decoded and freed of dot segments;
 * the query stays as it is for http_request_query(). The table below names the fields that are
 * read. A field that may occur once only is a fault if it is repeated, because two programs might
 * believe in different ones; lists are joined.
 *
 * The first fault becomes the refusal of the request, and reading goes on, so that the answer can
 * still fit its path and method.
 */
#include "host/net/http_head.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "channels/chat.h"

struct field {
	struct span name, value;
};

/* --- bytes and lines --- */

static bool is_token_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_token_byte((unsigned char)text.ptr[i]))
			return false;
	return text.len > 0;
}

static bool same_word(struct span text, const char *word)
{
	return text.len == strlen(word) && strncasecmp(text.ptr, word, text.len) == 0;
}

static size_t empty_lines(struct span bytes)
{
	size_t at = 0;

	while (at < bytes.len &&
	       (bytes.ptr[at] == '\n' ||
	        (bytes.ptr[at] == '\r' && at + 1 < bytes.len && bytes.ptr[at + 1] == '\n')))
		at += bytes.ptr[at] == '\n' ? 1 : 2;
	return at;
}

size_t http_head_length(struct span bytes, size_t searched)
{
	/* RFC 9112, 2.2: empty lines before a request are nothing. */
	size_t at = empty_lines(bytes);

	if (searched > at + 2)
		at = searched - 2;
	for (; at < bytes.len; at++) {
		if (bytes.ptr[at] != '\n')
			continue;
		if (at + 1 < bytes.len && bytes.ptr[at + 1] == '\n')
			return at + 2;
		if (at + 2 < bytes.len && bytes.ptr[at + 1] == '\r' && bytes.ptr[at + 2] == '\n')
			return at + 3;
	}
	return 0;
}

/* Takes the next line, without its end, from *rest. False if it has an invalid character. */
static bool take_line(struct span *rest, struct span *line)
{
	const char *end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
	const size_t len = end ? (size_t)(end - rest->ptr) : rest->len;

	*line = (struct span){ rest->ptr, len };
	rest->ptr += end ? len + 1 : len;
	rest->len -= end ? len + 1 : len;
	if (line->len > 0 && line->ptr[line->len - 1] == '\r')
		line->len--;
	for (size_t i = 0; i < line->len; i++) {
		const unsigned char c = (unsigned char)line->ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static void accuse(struct http_request *request, enum refusal refusal)
{
	if (request->refusal == REFUSAL_NONE)
		request->refusal = refusal;
}

/* --- the request line --- */

static enum http_method method_of(struct span name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = { { "GET", HTTP_GET },
		        { "HEAD", HTTP_HEAD },
		        { "POST", HTTP_POST },
		        { "DELETE", HTTP_DELETE },
		        { "OPTIONS", HTTP_OPTIONS } };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (span_equal(name, span_of(methods[i].name)))
			return methods[i].method;
	return HTTP_OTHER;
}

/* HTTP/1.x; a later 1.x is read as 1.1 (RFC 9110, 2.5). */
static bool read_version(struct span text, struct http_request *out)
{
	if (text.len != 8 || memcmp(text.ptr, "HTTP/1.", 7) != 0 || text.ptr[7] < '0' ||
	    text.ptr[7] > '9')
		return false;
	out->old = text.ptr[7] == '0';
	return true;
}

/* The length without the last segment; the first slash stays. */
static size_t step_back(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] != '/')
		len--;
	return len;
}

/* RFC 3986, 5.2.4; also drops empty segments. `path` begins with a slash. Returns its new length.
 */
static size_t remove_dots(char *path, size_t len)
{
	size_t at = 0, out = 0;

	while (at < len) {
		size_t end = at + 1;

		while (end < len && path[end] != '/')
			end++;
		const size_t segment = end - at - 1;

		/* There is a slash at `at`; the first `out` bytes are none or end with one. */
		if (out == 0)
			path[out++] = '/';
		if (segment == 2 && path[at + 1] == '.' && path[at + 2] == '.') {
			out = step_back(path, out > 1 ? out - 1 : out);
		} else if (segment > 0 && !(segment == 1 && path[at + 1] == '.')) {
			memmove(path + out, path + at + 1, segment);
			out += segment;
			if (end < len)
				path[out++] = '/';
		}
		at = end;
	}
	return out;
}

/* A path that is too long for its buffer stays empty, which no route has. */
static bool read_path(struct span text, struct http_request *out)
{
	struct span path;

	if (text.len >= sizeof(out->path_text))
		return true;
	if (!http_decode(text, false, out->path_text, sizeof(out->path_text), &path))
		return false;
	out->path = (struct span){ path.ptr, remove_dots(out->path_text, path.len) };
	return true;
}

/* A host and a port. Their values do not matter: see origin.h. */
static bool is_authority(struct span host)
{
	for (size_t i = 0; host.ptr && i < host.len; i++)
		if (!is_token_byte((unsigned char)host.ptr[i]) && !strchr(":[](),;=", host.ptr[i]))
			return false;
	return host.len < HTTP_FIELD_MOST;
}

/* Takes scheme and authority from the absolute form; false if it names no host. */
static bool take_authority(struct span *target, struct http_request *out)
{
	size_t scheme = 0, len = 0;

	if (target->len >= 7 && strncasecmp(target->ptr, "http://", 7) == 0)
		scheme = 7;
	else if (target->len >= 8 && strncasecmp(target->ptr, "https://", 8) == 0)
		scheme = 8;
	*target = (struct span){ target->ptr + scheme, target->len - scheme };
	while (len < target->len && target->ptr[len] != '/' && target->ptr[len] != '?')
		len++;
	out->authority = (struct span){ target->ptr, len };
	*target = (struct span){ target->ptr + len, target->len - len };
	return scheme > 0 && len > 0;
}

/* RFC 9112, 3.2: origin-form, absolute-form, `*` and, for CONNECT, authority-form. */
static bool read_target(struct span target, struct http_request *out)
{
	const char *query;

	assert(target.ptr && target.len > 0);
	/* Valid, but no route has it. */
	if (span_equal(target, span_of("*")) ||
	    (out->method == HTTP_OTHER && is_authority(target) &&
	     !memchr(target.ptr, '/', target.len)))
		return true;
	if (target.ptr[0] != '/' && !take_authority(&target, out))
		return false;
	query = target.len > 0 ? memchr(target.ptr, '?', target.len) : NULL;
	if (query) {
		out->query =
		        (struct span){ query + 1, target.len - (size_t)(query - target.ptr) - 1 };
		target.len = (size_t)(query - target.ptr);
	}
	return read_path(target.len > 0 ? target : span_of("/"), out);
}

/* Takes the word before the next blank, and the blank, from *rest. */
static bool take_word(struct span *rest, struct span *word)
{
	const char *end = rest->len > 0 ? memchr(rest->ptr, ' ', rest->len) : NULL;

	if (!end)
		return false;
	*word = (struct span){ rest->ptr, (size_t)(end - rest->ptr) };
	*rest = (struct span){ end + 1, rest->len - word->len - 1 };
	return word->len > 0;
}

static bool read_request_line(struct span line, struct http_request *out)
{
	struct span rest = line, method, target;

	if (!take_word(&rest, &method) || !is_token(method) || !take_word(&rest, &target) ||
	    memchr(line.ptr, '\t', line.len))
		return false;
	out->method = method_of(method);
	return read_version(rest, out) && read_target(target, out);
}

/* --- the fields --- */

static bool read_field(struct span line, struct field *out)
{
	const char *colon = line.len > 0 ? memchr(line.ptr, ':', line.len) : NULL;

	if (!colon)
		return false;
	out->name = (struct span){ line.ptr, (size_t)(colon - line.ptr) };
	out->value =
	        http_trim((struct span){ colon + 1, line.len - (size_t)(colon - line.ptr) - 1 });
	/* A name with a blank after it, and a folded line, are no tokens. */
	return is_token(out->name);
}

/* Keeps the end of a list that is too long, because the nearest proxy wrote it. */
static void put_together(struct span *list, char text[HTTP_FIELD_MOST], struct span value)
{
	const size_t comma = list->len > 0 ? 2 : 0;
	size_t kept = list->len;

	assert(list->len <= HTTP_FIELD_MOST && (!list->ptr || list->ptr == text));

	if (value.len > HTTP_FIELD_MOST - comma)
		value = (struct span){ value.ptr + value.len - (HTTP_FIELD_MOST - comma),
			               HTTP_FIELD_MOST - comma };
	if (kept > HTTP_FIELD_MOST - comma - value.len)
		kept = HTTP_FIELD_MOST - comma - value.len;
	memmove(text, text + list->len - kept, kept);
	memcpy(text + kept, ", ", comma);
	memcpy(text + kept + comma, value.ptr, value.len);
	*list = (struct span){ text, kept + comma + value.len };
}

struct place {
	struct span *field; /* NULL: none of these fields */
	bool once;          /* a second one is a fault (RFC 9110, 5.3) */
};

static struct place place_of(struct http_request *request, struct span name)
{
	const struct {
		const char *name;
		struct place place;
	} fields[] = {
		{ "Host", { &request->host, true } },
		{ "Origin", { &request->origin, true } },
		{ "Content-Length", { &request->length_field, true } },
		{ "Content-Type", { &request->content_type, true } },
		{ "Authorization", { &request->authorization, true } },
		{ "X-Api-Key", { &request->api_key, true } },
		{ "Idempotency-Key", { &request->idempotency_key, true } },
		{ "Sec-WebSocket-Key", { &request->socket_key, true } },
		{ "Sec-WebSocket-Version", { &request->socket_version, true } },
		{ "X-CSRF-Token", { &request->csrf_token, true } },
		{ "Sec-Fetch-Site", { &request->fetch_site, true } },
		{ "X-Self-ID", { &request->self_id, true } },
		{ "X-Client-Role", { &request->client_role, true } },
		{ "X-Signature", { &request->signature, true } },
		{ "timestamp", { &request->timestamp, true } },
		{ "sign", { &request->sign, true } },
		{ "X-Lark-Request-Timestamp", { &request->lark_timestamp, true } },
		{ "X-Lark-Request-Nonce", { &request->lark_nonce, true } },
		{ "X-Lark-Signature", { &request->lark_signature, true } },
		{ "Cookie", { &request->cookie, false } },
		{ "If-None-Match", { &request->if_none_match, false } },
		{ "User-Agent", { &request->user_agent, false } },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (same_word(name, fields[i].name))
			return fields[i].place;
	return (struct place){ NULL, false };
}

static void take_connection(struct http_request *request, struct span value)
{
	request->close = request->close || http_list_has_word(value, "close");
	request->keep_alive = request->keep_alive || http_list_has_word(value, "keep-alive");
	request->wants_upgrade = request->wants_upgrade || http_list_has_word(value, "upgrade");
}

static void take_field(struct http_request *request, const struct field *field)
{
	const struct place place = place_of(request, field->name);

	if (place.field && !place.field->ptr)
		*place.field = field->value;
	else if (place.once)
		accuse(request, REFUSAL_BAD_REQUEST);
	else if (same_word(field->name, "Connection"))
		take_connection(request, field->value);
	else if (same_word(field->name, "Upgrade"))
		request->to_websocket =
		        request->to_websocket || http_list_has_word(field->value, "websocket");
	else if (same_word(field->name, "Expect"))
		request->expects = same_word(field->value, "100-continue");
	else if (same_word(field->name, "Transfer-Encoding"))
		request->encoded = true;
	else if (same_word(field->name, "Accept"))
		request->reads_html =
		        request->reads_html || http_list_has_word(field->value, "text/html");
	else if (same_word(field->name, "Accept-Encoding"))
		put_together(&request->accept_encoding, request->accept_encoding_text,
		             field->value);
	else if (same_word(field->name, "X-Forwarded-For"))
		put_together(&request->forwarded_for, request->forwarded_for_text, field->value);
	else if (same_word(field->name, "Sec-WebSocket-Protocol"))
		put_together(&request->protocols, request->protocols_text, field->value);
}

/* --- what they mean together --- */

/* RFC 9112, 3.2: Host is required, and the authority of the target overrides it. */
static void judge_host(struct http_request *request)
{
	if (!request->host.ptr && !request->old)
		accuse(request, REFUSAL_BAD_REQUEST);
	if (request->authority.ptr)
		request->host = request->authority;
	if (!is_authority(request->host))
		accuse(request, REFUSAL_BAD_REQUEST);
}

/* Refuses a request whose end two programs might see in different places (RFC 9112, 6.3). */
static void judge_framing(struct http_request *request)
{
	if (request->encoded || (!request->length_field.ptr && request->method == HTTP_POST))
		accuse(request, REFUSAL_NO_LENGTH);
	else if (request->length_field.ptr &&
	         !http_length_parse(request->length_field, &request->body_length))
		accuse(request, REFUSAL_BAD_REQUEST);
	if (request->refusal == REFUSAL_NONE)
		request->has_body = request->body_length > 0;
}

/* RFC 6455, 4.1: sixteen bytes in base64. */
static bool is_socket_key(struct span key)
{
	static const char base64[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (key.len != 24 || memcmp(key.ptr + 22, "==", 2) != 0)
		return false;
	for (size_t i = 0; i < 22; i++)
		if (!memchr(base64, key.ptr[i], sizeof(base64) - 1))
			return false;
	return true;
}

/* RFC 6455, 4.2.1. An upgrade to any other protocol is ignored. */
static void judge_upgrade(struct http_request *request)
{
	request->upgrade = request->to_websocket && request->wants_upgrade && !request->old;
	if (!request->upgrade)
		return;
	if (!span_equal(request->socket_version, span_of("13")))
		accuse(request, REFUSAL_UPGRADE);
	else if (!is_socket_key(request->socket_key) || request->has_body)
		accuse(request, REFUSAL_BAD_REQUEST);
}

/* An Origin that is too long to be listed must not count as none. */
static void judge_lengths(struct http_request *request)
{
	if (request->origin.len >= HTTP_FIELD_MOST ||
	    (request->origin.ptr && request->origin.len == 0))
		accuse(request, REFUSAL_ORIGIN);
}

void http_head_read(struct span head, struct http_request *out)
{
	const size_t skipped = empty_lines(head);
	struct span rest = { head.ptr + skipped, head.len - skipped };
	struct span line;
	struct field field;

	*out = (struct http_request){ .method = HTTP_OTHER, .path = { "", 0 } };
	if (!take_line(&rest, &line) || !read_request_line(line, out)) {
		accuse(out, REFUSAL_BAD_REQUEST);
		return;
	}
	while (take_line(&rest, &line) && line.len > 0) {
		if (!read_field(line, &field))
			accuse(out, REFUSAL_BAD_REQUEST);
		else
			take_field(out, &field);
	}
	if (line.len > 0)
		accuse(out, REFUSAL_BAD_REQUEST);
	judge_host(out);
	judge_framing(out);
	judge_upgrade(out);
	judge_lengths(out);
}

size_t http_head_write(const struct http_request *request, char text[HTTP_PLAIN_SIZE])
{
	int len;

	if (request->refusal == REFUSAL_NONE && request->upgrade)
		/* Without a subprotocol the library takes the first one, which is none of the
		 * chat's. */
		len = snprintf(text, HTTP_PLAIN_SIZE,
		               "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
		               "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		               "Sec-WebSocket-Key: %.*s\r\n%s\r\n",
		               SPAN_ARGS(request->socket_key),
		               http_list_has(request->protocols, CHAT_SUBPROTOCOL)
		                       ? "Sec-WebSocket-Protocol: " CHAT_SUBPROTOCOL "\r\n"
		                       : "");
	else if (request->refusal == REFUSAL_NONE && request->has_body)
		len = snprintf(text, HTTP_PLAIN_SIZE,
		               "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
		               request->body_length);
	else
		len = snprintf(text, HTTP_PLAIN_SIZE, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	assert(len > 0 && len < HTTP_PLAIN_SIZE);
	return (size_t)len;
}
