/*
 * Handle status: what those who run the server ask it: /healthz, /readyz and /metrics. The loop's
 * thread only.
 */
#ifndef DAYI_SERVE_HANDLE_STATUS_H
#define DAYI_SERVE_HANDLE_STATUS_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

MUST_CHECK enum refusal handle_health(struct connection *connection,
                                      const struct http_request *request);

/* REFUSAL_DRAINING, REFUSAL_BEHIND: no requests should be sent here now. */
MUST_CHECK enum refusal handle_ready(struct connection *connection,
                                     const struct http_request *request);

/* REFUSAL_LOOPBACK: only this machine may read them, unless they are opened. */
MUST_CHECK enum refusal handle_metrics(struct connection *connection,
                                       const struct http_request *request);

#endif
