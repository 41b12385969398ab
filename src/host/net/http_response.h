/*
 * HTTP response: the bytes of status line and header fields.
 */
#ifndef DAYI_NET_HTTP_RESPONSE_H
#define DAYI_NET_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/settings.h"
#include "base/span.h"

struct page_head {
	const struct setting_list *embed_origins; /* whose pages may show it in a frame */
	const char *sockets;                      /* as origin_sockets() names them */
	const char *encoding;                     /* of the content, or NULL */
	bool varies;                              /* other clients may get another encoding */
	bool immutable;                           /* what is under this name never changes */
	bool shared;                              /* pages of other origins may load it */
	bool console; /* the operators' page: no frame of any page shows it */
	bool plain;   /* a page without scripts: of it only the style and the form count */
};

struct http_response {
	int status;
	const char *type;             /* of the content; NULL without content */
	size_t length;                /* of the content, also where a HEAD leaves it out */
	const char *etag;             /* of what may be kept and asked for again; or NULL */
	const char *allow;            /* or NULL */
	const char *location;         /* or NULL */
	const char *cookie;           /* Set-Cookie, or NULL */
	const char *attachment;       /* name of the file that it is to be saved as, or NULL */
	const struct page_head *page; /* of a file of the page; NULL for everything else */
	struct span cors_origin;      /* empty: none */
	bool preflight;               /* answers the CORS question as well */
	bool retry_later;
	int64_t retry_s; /* that it names; 0: the usual */
	bool close;      /* the connection ends after this */
	bool keep_alive; /* it does not, though the client speaks HTTP/1.0 */
};

/* Appends the head, with the empty line. */
void http_response_write(const struct http_response *response, struct buf *out);

#endif
