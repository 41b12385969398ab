/*
 * Exchange: what the handlers of HTTP requests share: how a request is paid for, and how it is
 * answered. The loop's thread only.
 */
#ifndef DAYI_SERVE_EXCHANGE_H
#define DAYI_SERVE_EXCHANGE_H

#include "host/net/http_request.h"
#include "host/net/http_response.h"
#include "host/serve/state.h"

extern const char exchange_json[]; /* the media type */

/* Puts head and content where they are written from; exchange_ready() sends them off, which begin()
 * does by itself for what is answered at once. */
void exchange_respond(struct connection *connection, const struct http_request *request,
                      struct http_response *response, struct span content);

/* The same with the sentence of a refusal, which is counted. `allow` is for REFUSAL_METHOD. */
void exchange_refuse(struct connection *connection, const struct http_request *request,
                     enum refusal refusal, const char *allow);
void exchange_ready(struct connection *connection);

/* A file of the page, or that it has not changed. */
void exchange_serve(struct connection *connection, const struct http_request *request,
                    const struct page_file *file, struct page_head *page);

/* Whether a body may come that is to be read, in JSON; it costs as much as it is long. */
MUST_CHECK enum refusal exchange_accept_body(struct connection *connection,
                                             const struct http_request *request);

/* Takes the cost, in thousandths of a message, from the sender's bucket. */
MUST_CHECK enum refusal exchange_pay(struct connection *connection,
                                     const struct http_request *request, int64_t cost);

/* The connection's address in the service, opened when it is first needed. */
MUST_CHECK enum refusal exchange_address(struct connection *connection);

/* Whether it comes from this machine: what a proxy on it passes on is somebody else's. */
bool exchange_is_local(const struct connection *connection, const struct http_request *request);

#endif
