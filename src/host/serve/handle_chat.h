/*
 * Chat: WebSocket connections that speak dayi.chat.v1 (docs/asyncapi.yaml).
 */
#ifndef DAYI_SERVE_HANDLE_CHAT_H
#define DAYI_SERVE_HANDLE_CHAT_H

#include <libwebsockets.h>

#include "host/net/http_request.h"
#include "host/serve/state.h"

int handle_chat(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                size_t len);

/* Why this upgrade is refused, or REFUSAL_NONE: its path, subprotocol, Origin. */
enum refusal chat_upgrade_refusal(const struct server *server, const struct http_request *request);

/* Tells one chat that the service goes down, and lets it end. */
void chat_say_bye(struct connection *connection);

#endif
