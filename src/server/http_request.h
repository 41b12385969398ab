/*
 * HTTP request: what the routes need to know of one, read from the library's header table, and the
 * strict readings that the library does not do.
 */
#ifndef DAYI_SERVER_HTTP_REQUEST_H
#define DAYI_SERVER_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "service/refusal.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OPTIONS, HTTP_OTHER };

enum {
	HTTP_PATH_MOST = 1024,
	HTTP_QUERY_MOST = 1024,
	HTTP_FIELD_MOST = 512,
};

/* Spans point into the struct itself: it must not be copied. */
struct http_request {
	enum http_method method;
	struct span path; /* percent-decoded and without dot segments */
	struct span host, origin, content_type, if_none_match, accept_encoding, forwarded_for,
	        user_agent;
	bool has_body;
	size_t body_length;
	enum refusal refusal; /* of the request as such: its framing is wrong */
	char path_text[HTTP_PATH_MOST];
	char host_text[HTTP_FIELD_MOST];
	char origin_text[HTTP_FIELD_MOST];
	char content_type_text[HTTP_FIELD_MOST];
	char if_none_match_text[HTTP_FIELD_MOST];
	char accept_encoding_text[HTTP_FIELD_MOST];
	char forwarded_for_text[HTTP_FIELD_MOST];
	char user_agent_text[HTTP_FIELD_MOST];
};

struct lws;

/* Call while the header table is there: in LWS_CALLBACK_HTTP and the upgrade callbacks. */
void http_request_read(struct lws *wsi, struct http_request *out);

/* The value of `name` in the query, decoded, into `text`; ptr NULL where there is none or it is
 * longer than the buffer. */
struct span http_request_query(struct lws *wsi, const char *name, char *text, size_t size);

/*
 * The token of `Authorization: Bearer`; len 0 where there is no such field. A field that holds
 * none, or a longer one than `text`, gives something that is no token.
 */
struct span http_request_bearer(struct lws *wsi, char *text, size_t size);

/* RFC 9110, 8.6: digits only. False for anything else, such as "-5", "+5", "5, 5" and "". */
bool http_length_parse(struct span field, size_t *out);

/* Whether a Content-Type is application/json, with or without parameters. */
bool http_type_is_json(struct span field);

/* RFC 9110, 12.5.3: whether an Accept-Encoding names the coding, or `*`, and not with q=0. */
bool http_accepts(struct span field, const char *coding);

/* Whether a list such as that of Sec-WebSocket-Protocol holds the token. */
bool http_list_has(struct span field, const char *token);

#endif
