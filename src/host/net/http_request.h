/*
 * HTTP request: what the routes need to know of one, and the strict readings of its fields.
 * http_head.h makes it. Pure.
 */
#ifndef DAYI_NET_HTTP_REQUEST_H
#define DAYI_NET_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "service/refusal.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER };

enum {
	HTTP_PATH_MOST = 1024,
	HTTP_QUERY_MOST = 1024,
	HTTP_FIELD_MOST = 512,
};

/*
 * Spans point into the head that it was read from, or into the struct itself: it must not be
 * copied. A field that is not there is empty, with ptr NULL.
 */
struct http_request {
	enum http_method method;
	struct span path;             /* percent-decoded and without dot segments; empty for `*` */
	struct span query, authority; /* of the target, as they came */
	struct span host, origin, content_type, if_none_match, user_agent, authorization;
	struct span accept_encoding, forwarded_for, protocols; /* of several fields, put together */
	struct span cookie, csrf_token, fetch_site;            /* of Cookie the first */
	struct span api_key, idempotency_key;
	struct span self_id, client_role, signature;            /* X-Self-ID ... of OneBot */
	struct span timestamp, sign;                            /* of DingTalk */
	struct span lark_timestamp, lark_nonce, lark_signature; /* X-Lark-... of Feishu */
	struct span length_field, socket_key, socket_version;
	bool old;               /* HTTP/1.0 */
	bool close, keep_alive; /* Connection */
	bool wants_upgrade, to_websocket;
	bool upgrade;    /* both, and not in vain: a WebSocket is to be opened */
	bool encoded;    /* Transfer-Encoding */
	bool reads_html; /* Accept names text/html: a browser, and a person before it */
	bool expects;    /* 100 (Continue), before it sends the body */
	bool has_body;
	size_t body_length;
	enum refusal refusal; /* of the request as such */
	char path_text[HTTP_PATH_MOST];
	char accept_encoding_text[HTTP_FIELD_MOST];
	char forwarded_for_text[HTTP_FIELD_MOST];
	char protocols_text[HTTP_FIELD_MOST];
};

/* The value of `name` in the query, decoded, into `text`; ptr NULL where there is none, it is
 * longer than the buffer or it holds a NUL. */
struct span http_request_query(const struct http_request *request, const char *name, char *text,
                               size_t size);

/*
 * The token of `Authorization: Bearer`; len 0 where there is no such field. A field that holds none
 * gives something that is no token.
 */
struct span http_request_bearer(const struct http_request *request);

/* Whether the connection is to end after the answer (RFC 9112, 9.3). */
bool http_request_is_last(const struct http_request *request);

/* Without the blanks and tabs around it. */
struct span http_trim(struct span text);

/*
 * Percent-decoded, into `out`. With `form`, "+" is a blank and a "%" without two digits stands for
 * itself; else that one is a fault. False then, and where the text is too long for `out`.
 */
bool http_decode(struct span text, bool form, char *out, size_t size, struct span *decoded);

/* RFC 9110, 8.6: digits only. False for anything else, such as "-5", "+5", "5, 5" and "". */
bool http_length_parse(struct span field, size_t *out);

/* Whether a Content-Type is that one, with or without parameters. */
bool http_type_is(struct span field, const char *name);

/* Whether it is application/json. */
bool http_type_is_json(struct span field);

/* RFC 9110, 12.5.3: whether an Accept-Encoding names the coding, or `*`, and not with q=0. */
bool http_accepts(struct span field, const char *coding);

/* Whether a list such as that of Sec-WebSocket-Protocol holds the token. */
bool http_list_has(struct span field, const char *token);

/* The same in any case, for lists such as that of Connection. */
bool http_list_has_word(struct span field, const char *word);

#endif
