/*
 * Handle OneBot: the bots in QQ groups, through programs that speak OneBot v11 (docs/onebot.md): by
 * WebSocket, opened by them or by us, and by HTTP. The loop's thread only.
 */
#ifndef DAYI_SERVE_HANDLE_ONEBOT_H
#define DAYI_SERVE_HANDLE_ONEBOT_H

#include <libwebsockets.h>

#include "host/net/http_request.h"
#include "host/serve/state.h"

#define ONEBOT_CLIENT_PROTOCOL "onebot"

struct onebot;

/*
 * Opens the channel, where one of its ways is configured: server->onebot, else that stays NULL.
 * After groups_create(). STATUS_IO where a file of it cannot be used, logged; STATUS_NO_MEMORY.
 */
MUST_CHECK enum status onebot_create(struct server *server);

/* Once the server listens: connects where it is to. */
void onebot_start(struct onebot *onebot);

/* Before the context goes; nothing is sent any more. Takes NULL. */
void onebot_stop(struct onebot *onebot);

/* After the context, and before the groups. Takes NULL. */
void onebot_destroy(struct onebot *onebot);

/* No more messages are taken; links end once what waits is sent. Takes NULL. */
void onebot_drain(struct onebot *onebot);

/* Whether a drain need not wait for it. Takes NULL. */
bool onebot_is_done(const struct onebot *onebot);

/* Whether the path is the one that programs connect to, or post to. Takes NULL. */
bool onebot_has(const struct onebot *onebot, struct span path);

/* Why an upgrade to it is refused. */
MUST_CHECK enum refusal onebot_upgrade_refusal(struct connection *connection,
                                               const struct http_request *request);

/* Any other request for its path. */
MUST_CHECK enum refusal onebot_handle_post(struct connection *connection,
                                           const struct http_request *request);

/* A WebSocket of a connection that onebot_upgrade_refusal() let in. */
int onebot_establish(struct connection *connection);
int onebot_receive(struct connection *connection, const char *in, size_t len);
int onebot_write(struct connection *connection);

/* The connection goes. One that has nothing to do with it is fine. */
void onebot_forget(struct connection *connection);

/* The protocol of the WebSockets that we open. */
int handle_onebot_client(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t len);

#endif
