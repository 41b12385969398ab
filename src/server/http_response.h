/*
 * HTTP response: the bytes of status line and header fields.
 */
#ifndef DAYI_SERVER_HTTP_RESPONSE_H
#define DAYI_SERVER_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct http_response {
	int status;
	const char *type;            /* of the content; NULL without content */
	size_t length;               /* of the content, also where a HEAD leaves it out */
	const char *etag;            /* of what may be kept and asked for again; or NULL */
	const char *allow;           /* or NULL */
	const char *frame_ancestors; /* of a page; NULL for everything else, which is no page */
	struct span cors_origin;     /* empty: none */
	bool preflight;              /* answers the CORS question as well */
	bool retry_later;
	bool close; /* the connection ends after this */
};

/* Appends the head, with the empty line. */
void http_response_write(const struct http_response *response, struct buf *out);

#endif
