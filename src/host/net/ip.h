/*
 * IP: addresses of clients, in one form for both versions, and who the client behind a proxy is.
 */
#ifndef DAYI_NET_IP_H
#define DAYI_NET_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/span.h"

/* IPv6, and IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
struct ip {
	uint8_t bytes[16];
};

enum { IP_TEXT_SIZE = 46 };

/* Literal addresses only; brackets and ports are not taken. */
bool ip_parse(struct span text, struct ip *out);

/* False for a socket of another family. */
bool ip_of_socket(const struct sockaddr *address, struct ip *out);

bool ip_equal(const struct ip *a, const struct ip *b);
bool ip_is_v4(const struct ip *ip);
bool ip_is_loopback(const struct ip *ip);
bool ip_is_any(const struct ip *ip);

/* The unit that limits count: an IPv4 address, or the /64 of IPv6 that one customer gets. */
struct ip ip_group(const struct ip *ip);

/* Returns text. */
const char *ip_format(const struct ip *ip, char text[IP_TEXT_SIZE]);

struct ip_range {
	struct ip ip;
	unsigned bits; /* of the 128 */
};

/* "10.0.0.0/8", "2001:db8::/32", or one address. */
bool ip_range_parse(const char *text, struct ip_range *out);
bool ip_in_ranges(const struct ip *ip, const struct ip_range *ranges, size_t count);

/*
 * The client: the peer itself or, when that is a trusted proxy, the last address in
 * X-Forwarded-For that is none. What a client wrote in front of that is not believed.
 */
struct ip ip_client(const struct ip *peer, struct span forwarded_for,
                    const struct ip_range *trusted, size_t count);

#endif
