/*
 * Handle vendors: the chat platforms that call this server by HTTP: WeCom's two kinds of bots,
 * DingTalk and Feishu (docs/wecom.md, docs/dingtalk.md, docs/feishu.md). The loop's thread only.
 */
#ifndef DAYI_SERVE_HANDLE_VENDORS_H
#define DAYI_SERVE_HANDLE_VENDORS_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

struct vendors;

/* Whether one of them is configured. */
bool vendors_wanted(const struct config *config);

/*
 * Opens what is configured: server->vendors. After groups_create(). STATUS_IO and STATUS_INVALID
 * where a file of a secret cannot be used, logged; STATUS_NO_MEMORY.
 */
MUST_CHECK enum status vendors_create(struct server *server);

/* Whether a drain need not wait for it: every message that was taken is answered. Takes NULL. */
bool vendors_are_done(const struct vendors *vendors);

/* Before fetcher_stop(): nothing more is sent. Takes NULL. */
void vendors_stop(struct vendors *vendors);

/* After jobs_stop() and a loop_run(), and before the groups. Takes NULL. */
void vendors_destroy(struct vendors *vendors);

/* Whether the path is one that a platform calls. Takes NULL. */
bool vendors_have(const struct vendors *vendors, struct span path);

/* Such a request: answers it, or waits for its body. */
void vendors_handle(struct connection *connection, const struct http_request *request);

#endif
