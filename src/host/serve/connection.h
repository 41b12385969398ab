/*
 * Connection: from accept to close, whatever is spoken on it; and the counting of connections.
 */
#ifndef DAYI_SERVE_CONNECTION_H
#define DAYI_SERVE_CONNECTION_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

/* False when the socket is to be closed unheard. */
bool connection_filter(struct server *server, const struct sockaddr *peer);

/* LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED: false without memory. */
bool connection_open(struct lws *wsi);

/* LWS_CALLBACK_WSI_DESTROY. */
void connection_close(struct lws *wsi);

/* NULL for what is none of ours, such as the listening socket. */
struct connection *connection_of(struct lws *wsi);

/* Whether its peer is a trusted proxy. */
bool connection_is_proxy(const struct connection *connection);

/* Who sent this request: see ip_client(). */
struct ip connection_client(const struct connection *connection,
                            const struct http_request *request);

/*
 * The address table's entry for the sender of this request; NULL when the table is full. Borrowed
 * until the next call.
 */
struct address *connection_address(const struct connection *connection,
                                   const struct http_request *request);

/*
 * Behind a trusted proxy: counts the connection with its client from here on. REFUSAL_NONE or
 * REFUSAL_ADDRESS_CONNECTIONS.
 */
enum refusal connection_claim(struct connection *connection, const struct http_request *request);

#endif
