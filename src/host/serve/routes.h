/*
 * Routes: which handler answers a request, by path, method and origin. The loop's thread only.
 */
#ifndef DAYI_SERVE_ROUTES_H
#define DAYI_SERVE_ROUTES_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

/* Answers the request, refusals included, or leaves `finish` in the exchange for its body. */
void routes_answer(struct connection *connection, const struct http_request *request);

#endif
