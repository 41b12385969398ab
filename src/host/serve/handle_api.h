/*
 * Handle API: the routes under /api/v1 (docs/openapi.yaml): asking, rating, asking to be called
 * back, a conversation's events, suggestions, and what the page shows of the office. The loop's
 * thread only.
 *
 * Each returns REFUSAL_NONE when the request is answered or will be, else the reason that its
 * sender is told.
 */
#ifndef DAYI_SERVE_HANDLE_API_H
#define DAYI_SERVE_HANDLE_API_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

MUST_CHECK enum refusal handle_ask(struct connection *connection,
                                   const struct http_request *request);
MUST_CHECK enum refusal handle_rate(struct connection *connection,
                                    const struct http_request *request);
MUST_CHECK enum refusal handle_call_back(struct connection *connection,
                                         const struct http_request *request);
MUST_CHECK enum refusal handle_events(struct connection *connection,
                                      const struct http_request *request);
MUST_CHECK enum refusal handle_suggest(struct connection *connection,
                                       const struct http_request *request);
MUST_CHECK enum refusal handle_office(struct connection *connection,
                                      const struct http_request *request);
MUST_CHECK enum refusal handle_entries(struct connection *connection,
                                       const struct http_request *request);

#endif
