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

/* The rest of a request whose body is here. */
extern const struct http_request exchange_posted;

/* Puts head and content where they are written from; exchange_ready() sends them off. A request
 * that is answered while it is routed needs no exchange_ready(). */
void exchange_respond(struct connection *connection, const struct http_request *request,
                      struct http_response *response, struct span content);
void exchange_respond_with(struct connection *connection, const struct http_request *request,
                           int status, const char *type, struct span content);

/* The same with the JSON that stands in the server's scratch. */
void exchange_respond_json(struct connection *connection, const struct http_request *request,
                           int status);

/* The same under a tag of the content, or that it has not changed. REFUSAL_INTERNAL. */
MUST_CHECK enum refusal exchange_respond_if_changed(struct connection *connection,
                                                    const struct http_request *request);

/* The same with the sentence of a refusal, which is counted. `allow` is for REFUSAL_METHOD. */
void exchange_refuse(struct connection *connection, const struct http_request *request,
                     enum refusal refusal, const char *allow);
void exchange_ready(struct connection *connection);

/* Both, for a request whose body is here. */
void exchange_refuse_posted(struct connection *connection, enum refusal refusal);

/* The send() of the channels of HTTP: answers the request that `line`, a connection, waits with. */
void exchange_send(void *line, const struct outgoing *outgoing);

/* REFUSAL_DRAINING while the server is about to stop. */
MUST_CHECK enum refusal exchange_service_state(const struct server *server);

/* Whether a body may come that is to be read, in JSON; it costs as much as it is long. */
MUST_CHECK enum refusal exchange_accept_body(struct connection *connection,
                                             const struct http_request *request);

/* The same for a body of `most` bytes, which is not paid for by its length. */
MUST_CHECK enum refusal exchange_accept_long_body(struct connection *connection,
                                                  const struct http_request *request, size_t most);

/* Takes the cost, in thousandths of a message, from the sender's bucket. */
MUST_CHECK enum refusal exchange_pay(struct connection *connection,
                                     const struct http_request *request, int64_t cost);

/* The connection's address in the service, opened when it is first needed. */
MUST_CHECK enum refusal exchange_address(struct connection *connection);

/* Whether it comes from this machine: what a proxy on it passes on is somebody else's. */
bool exchange_is_local(const struct connection *connection, const struct http_request *request);

#endif
