/*
 * HTTP: the interface, the page and the refusals of upgrades (docs/openapi.yaml).
 */
#ifndef DAYI_SERVE_HANDLE_HTTP_H
#define DAYI_SERVE_HANDLE_HTTP_H

#include <libwebsockets.h>

/* The callback of the protocol that every connection starts with. */
int handle_http(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                size_t len);

#endif
