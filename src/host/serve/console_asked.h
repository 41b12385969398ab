/*
 * What the query of a request for what people asked says (docs/openapi.yaml).
 */
#ifndef DAYI_SERVE_CONSOLE_ASKED_H
#define DAYI_SERVE_CONSOLE_ASKED_H

#include "host/net/http_request.h"
#include "service/console/console.h"

/*
 * `view` is what the path names. The words of a search go into `text`, which the ask borrows.
 * REFUSAL_NOT_FOUND, REFUSAL_BAD_QUERY, REFUSAL_NOT_UTF8.
 */
MUST_CHECK enum refusal console_asked_read(const struct http_request *request, struct span view,
                                           char *text, size_t size, struct console_ask *ask);

#endif
