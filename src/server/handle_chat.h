/*
 * Chat: WebSocket connections that speak dayi.chat.v1 (docs/asyncapi.yaml).
 */
#ifndef DAYI_SERVER_HANDLE_CHAT_H
#define DAYI_SERVER_HANDLE_CHAT_H

#include <libwebsockets.h>

#include "server/http_request.h"
#include "server/state.h"

int handle_chat(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                size_t len);

/* Why this upgrade is refused, or REFUSAL_NONE: its path, subprotocol, Origin. */
enum refusal chat_upgrade_refusal(struct lws *wsi, const struct server *server,
                                  const struct http_request *request);

/* Tells one chat that the service goes down, and lets it end. */
void chat_say_bye(struct connection *connection);

/* Sends what stands in server->reply. Not 0: the connection must end. */
MUST_CHECK int chat_send_reply(struct connection *connection);

/* The connection's session becomes that person's; where it was somebody else's, another one does.
 */
MUST_CHECK bool chat_bind(struct connection *connection, const struct identity *identity);

#endif
