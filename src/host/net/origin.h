/*
 * Origin: which pages may use the service (RFC 6454). Never compared with Host, which a rebinding
 * attacker chooses.
 */
#ifndef DAYI_NET_ORIGIN_H
#define DAYI_NET_ORIGIN_H

#include <stdbool.h>

#include "base/settings.h"
#include "base/span.h"

struct origin_policy {
	struct setting_list listed;
	bool without;     /* requests without an Origin are served */
	const char *host; /* that is listened on: counts when nothing is listed */
	int port;
};

/* scheme://host[:port] and no more, lower case. */
bool origin_well_formed(struct span origin);

/* `origin` is empty where the request has none. */
bool origin_allowed(const struct origin_policy *policy, struct span origin);

/* Whether it is in the list of the configuration: only then CORS headers are sent. */
bool origin_listed(const struct origin_policy *policy, struct span origin);

enum { ORIGIN_SOCKETS_SIZE = 600 };

/*
 * The WebSocket addresses of pages that were asked for under this Host, as sources of a policy,
 * each behind a blank: " wss://a.example". Browsers that cannot tell them from 'self' need them
 * named. Empty where no page under that Host may open a chat, and for an IPv6 address, which no
 * policy can name.
 */
void origin_sockets(const struct origin_policy *policy, struct span host,
                    char sockets[ORIGIN_SOCKETS_SIZE]);

#endif
