#include "host/net/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "host/net/http_request.h"

static const uint8_t v4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static void set_v4(const void *address, struct ip *out)
{
	memcpy(out->bytes, v4_prefix, sizeof(v4_prefix));
	memcpy(out->bytes + sizeof(v4_prefix), address, 4);
}

bool ip_parse(struct span text, struct ip *out)
{
	char copy[IP_TEXT_SIZE];
	struct in_addr v4;

	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	if (inet_pton(AF_INET, copy, &v4) == 1) {
		set_v4(&v4, out);
		return true;
	}
	return inet_pton(AF_INET6, copy, out->bytes) == 1;
}

bool ip_of_socket(const struct sockaddr *address, struct ip *out)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, address, sizeof(v4));
		set_v4(&v4.sin_addr, out);
		return true;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, address, sizeof(v6));
		memcpy(out->bytes, &v6.sin6_addr, sizeof(out->bytes));
		return true;
	}
	return false;
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool ip_is_v4(const struct ip *ip)
{
	return memcmp(ip->bytes, v4_prefix, sizeof(v4_prefix)) == 0;
}

bool ip_is_loopback(const struct ip *ip)
{
	static const struct ip v6_loopback = { { [15] = 1 } };

	return ip_is_v4(ip) ? ip->bytes[12] == 127 : ip_equal(ip, &v6_loopback);
}

bool ip_is_any(const struct ip *ip)
{
	static const uint8_t none[16];

	return ip_is_v4(ip) ? memcmp(ip->bytes + 12, none, 4) == 0
	                    : memcmp(ip->bytes, none, sizeof(none)) == 0;
}

struct ip ip_group(const struct ip *ip)
{
	struct ip group = *ip;

	if (!ip_is_v4(ip))
		memset(group.bytes + 8, 0, 8);
	return group;
}

const char *ip_format(const struct ip *ip, char text[IP_TEXT_SIZE])
{
	const char *done = ip_is_v4(ip) ? inet_ntop(AF_INET, ip->bytes + 12, text, IP_TEXT_SIZE)
	                                : inet_ntop(AF_INET6, ip->bytes, text, IP_TEXT_SIZE);

	if (!done)
		text[0] = '\0';
	return text;
}

bool ip_range_parse(const char *text, struct ip_range *out)
{
	const char *slash = strchr(text, '/');
	struct span address = { text, slash ? (size_t)(slash - text) : strlen(text) };
	unsigned long width;
	unsigned long bits;
	char *end;

	if (!ip_parse(address, &out->ip))
		return false;
	width = ip_is_v4(&out->ip) ? 32 : 128;
	bits = width;
	if (slash) {
		if (slash[1] < '0' || slash[1] > '9')
			return false;
		bits = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || bits > width)
			return false;
	}
	out->bits = (unsigned)(bits + 128 - width);
	return true;
}

static bool in_range(const struct ip *ip, const struct ip_range *range)
{
	unsigned whole = range->bits / 8;
	unsigned rest = range->bits % 8;

	if (memcmp(ip->bytes, range->ip.bytes, whole) != 0)
		return false;
	return rest == 0 || ((ip->bytes[whole] ^ range->ip.bytes[whole]) >> (8 - rest)) == 0;
}

bool ip_in_ranges(const struct ip *ip, const struct ip_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (in_range(ip, &ranges[i]))
			return true;
	return false;
}

struct ip ip_client(const struct ip *peer, struct span forwarded_for,
                    const struct ip_range *trusted, size_t count)
{
	struct ip client = *peer;
	size_t end = forwarded_for.len;

	while (end > 0 && ip_in_ranges(&client, trusted, count)) {
		size_t start = end;
		struct ip next;

		while (start > 0 && forwarded_for.ptr[start - 1] != ',')
			start--;
		if (!ip_parse(http_trim((struct span){ forwarded_for.ptr + start, end - start }),
		              &next))
			break;
		client = next;
		end = start > 0 ? start - 1 : 0;
	}
	return client;
}
