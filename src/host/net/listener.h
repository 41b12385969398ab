/*
 * Listener: the socket that clients connect to, and what becomes of them where no descriptor is
 * left. The library is given accepted connections only: its own listener would turn in a circle
 * then. The loop's thread only.
 */
#ifndef DAYI_NET_LISTENER_H
#define DAYI_NET_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include <libwebsockets.h>

#include "base/log.h"
#include "base/status.h"

#define LISTENER_PROTOCOL "listener"

struct listener {
	int fd;
	int spare; /* given up to tell one client that there is no room */
	uint16_t port;
	struct lws_vhost *vhost;
	struct lws *wsi;
	struct log *log;
	lws_sorted_usec_list_t pause;
	lws_usec_t told_again_us; /* that no descriptor is left; 0: it was not told yet */
	/* Whether one may come in; else its socket is closed unheard. */
	bool (*admit)(void *context, const struct sockaddr *peer);
	void *context;
};

/*
 * Binds to a literal address and listens; port 0 takes any. STATUS_IO with *reason, which is static
 * and for people.
 */
MUST_CHECK enum status listener_open(struct listener *listener, const char *host, uint16_t port,
                                     const char **reason);

/* Takes clients in from now on, for this vhost, one of whose protocols is LISTENER_PROTOCOL. The
 * socket is the library's then. */
MUST_CHECK enum status listener_start(struct listener *listener, struct lws_vhost *vhost);

/* Before the context goes. */
void listener_close(struct listener *listener);

/* Of the protocol. */
int handle_listener(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len);

#endif
