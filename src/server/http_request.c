#include "server/http_request.h"

#include <stdint.h>
#include <strings.h>

#include <libwebsockets.h>

/* A field that is longer than its place counts as absent: none of ours is that long. */
static struct span read_field(struct lws *wsi, enum lws_token_indexes token, char *text, int size)
{
	int len = lws_hdr_copy(wsi, text, size, token);

	return (struct span){ text, len > 0 ? (size_t)len : 0 };
}

static enum http_method read_method(struct lws *wsi, struct span *path, char *text)
{
	static const struct {
		enum lws_token_indexes token;
		enum http_method method;
	} methods[] = {
		{ WSI_TOKEN_GET_URI, HTTP_GET },      { WSI_TOKEN_POST_URI, HTTP_POST },
		{ WSI_TOKEN_HEAD_URI, HTTP_HEAD },    { WSI_TOKEN_OPTIONS_URI, HTTP_OPTIONS },
		{ WSI_TOKEN_PUT_URI, HTTP_OTHER },    { WSI_TOKEN_PATCH_URI, HTTP_OTHER },
		{ WSI_TOKEN_DELETE_URI, HTTP_OTHER },
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (lws_hdr_total_length(wsi, methods[i].token) == 0)
			continue;
		*path = read_field(wsi, methods[i].token, text, HTTP_PATH_MOST);
		return methods[i].method;
	}
	*path = (struct span){ text, 0 };
	return HTTP_OTHER;
}

/* A request whose end two programs could see in two places is refused outright (RFC 9112, 6.3). */
static enum refusal read_framing(struct lws *wsi, struct http_request *request)
{
	char text[HTTP_FIELD_MOST];
	struct span length;

	if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
		return REFUSAL_NO_LENGTH;
	if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) == 0)
		return request->method == HTTP_POST ? REFUSAL_NO_LENGTH : REFUSAL_NONE;
	length = read_field(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof(text));
	if (!http_length_parse(length, &request->body_length))
		return REFUSAL_BAD_REQUEST;
	request->has_body = request->body_length > 0;
	return REFUSAL_NONE;
}

void http_request_read(struct lws *wsi, struct http_request *out)
{
	out->has_body = false;
	out->body_length = 0;
	out->method = read_method(wsi, &out->path, out->path_text);
	out->host = read_field(wsi, WSI_TOKEN_HOST, out->host_text, HTTP_FIELD_MOST);
	out->accept_encoding = read_field(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING,
	                                  out->accept_encoding_text, HTTP_FIELD_MOST);
	out->origin = read_field(wsi, WSI_TOKEN_ORIGIN, out->origin_text, HTTP_FIELD_MOST);
	out->content_type = read_field(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, out->content_type_text,
	                               HTTP_FIELD_MOST);
	out->if_none_match = read_field(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, out->if_none_match_text,
	                                HTTP_FIELD_MOST);
	out->forwarded_for = read_field(wsi, WSI_TOKEN_X_FORWARDED_FOR, out->forwarded_for_text,
	                                HTTP_FIELD_MOST);
	out->user_agent =
	        read_field(wsi, WSI_TOKEN_HTTP_USER_AGENT, out->user_agent_text, HTTP_FIELD_MOST);
	out->refusal = read_framing(wsi, out);
	/* An Origin too long to read is not the same as none. */
	if (out->origin.len == 0 && lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0)
		out->refusal = REFUSAL_ORIGIN;
}

struct span http_request_query(struct lws *wsi, const char *name, char *text, size_t size)
{
	size_t name_len = strlen(name);
	int len = 0;

	for (int i = 0; lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i) > 0; i++) {
		len = lws_hdr_copy_fragment(wsi, text, (int)size, WSI_TOKEN_HTTP_URI_ARGS, i);
		if (len > (int)name_len && memcmp(text, name, name_len) == 0 &&
		    text[name_len] == '=')
			return (struct span){ text + name_len + 1, (size_t)len - name_len - 1 };
	}
	return (struct span){ NULL, 0 };
}

static struct span trim(struct span text)
{
	while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
		text.ptr++;
		text.len--;
	}
	while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	return text;
}

struct span http_request_bearer(struct lws *wsi, char *text, size_t size)
{
	static const char scheme[] = "Bearer ";
	const size_t scheme_len = sizeof(scheme) - 1;
	const struct span field = read_field(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, text, (int)size);

	if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_AUTHORIZATION) == 0)
		return (struct span){ text, 0 };
	/* Another scheme, or too long to be read: something that is no token. */
	if (field.len <= scheme_len || strncasecmp(field.ptr, scheme, scheme_len) != 0)
		return span_of("-");
	return trim((struct span){ field.ptr + scheme_len, field.len - scheme_len });
}

bool http_length_parse(struct span field, size_t *out)
{
	size_t value = 0;

	if (field.len == 0 || field.len > 18)
		return false;
	for (size_t i = 0; i < field.len; i++) {
		if (field.ptr[i] < '0' || field.ptr[i] > '9')
			return false;
		value = value * 10 + (size_t)(field.ptr[i] - '0');
	}
	*out = value;
	return true;
}

static size_t length_before(struct span text, char end)
{
	const char *at = text.len > 0 ? memchr(text.ptr, end, text.len) : NULL;

	return at ? (size_t)(at - text.ptr) : text.len;
}

bool http_type_is_json(struct span field)
{
	static const char json[] = "application/json";
	struct span type = trim((struct span){ field.ptr, length_before(field, ';') });

	return type.len == sizeof(json) - 1 && strncasecmp(type.ptr, json, type.len) == 0;
}

bool http_list_has(struct span field, const char *token)
{
	struct span rest = field;

	while (rest.len > 0) {
		size_t len = length_before(rest, ',');
		struct span item = trim((struct span){ rest.ptr, len });

		if (span_equal(item, span_of(token)))
			return true;
		if (len == rest.len)
			return false;
		rest.ptr += len + 1;
		rest.len -= len + 1;
	}
	return false;
}

/* q=0, q=0.0, ...: not acceptable at all. */
static bool is_refused(struct span parameters)
{
	static const char name[] = "q=";
	const struct span q = trim(parameters);

	if (q.len < sizeof(name) || strncasecmp(q.ptr, name, sizeof(name) - 1) != 0)
		return false;
	for (size_t i = sizeof(name) - 1; i < q.len; i++)
		if (q.ptr[i] != '0' && q.ptr[i] != '.')
			return false;
	return true;
}

bool http_accepts(struct span field, const char *coding)
{
	const size_t coding_len = strlen(coding);
	struct span rest = field;
	bool any = false;

	while (rest.len > 0) {
		const size_t len = length_before(rest, ',');
		const size_t name_len = length_before((struct span){ rest.ptr, len }, ';');
		const struct span name = trim((struct span){ rest.ptr, name_len });
		const bool refused =
		        name_len < len &&
		        is_refused((struct span){ rest.ptr + name_len + 1, len - name_len - 1 });

		if (name.len == coding_len && strncasecmp(name.ptr, coding, coding_len) == 0)
			return !refused;
		any = any || (span_equal(name, span_of("*")) && !refused);
		rest.ptr += len < rest.len ? len + 1 : len;
		rest.len -= len < rest.len ? len + 1 : len;
	}
	return any;
}
