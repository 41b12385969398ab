#include "host/net/origin.h"

#include <stdio.h>
#include <string.h>

#include "host/net/ip.h"

enum { ORIGIN_MOST = 256 };

static bool is_port(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 5 && text[strspn(text, "0123456789")] == '\0';
}

bool origin_well_formed(struct span origin)
{
	static const char host_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
	char text[ORIGIN_MOST];
	char *host;
	size_t len;

	if (origin.len == 0 || origin.len >= sizeof(text))
		return false;
	memcpy(text, origin.ptr, origin.len);
	text[origin.len] = '\0';
	if (strlen(text) != origin.len)
		return false;
	if (strncmp(text, "https://", 8) == 0)
		host = text + 8;
	else if (strncmp(text, "http://", 7) == 0)
		host = text + 7;
	else
		return false;
	if (*host == '[') {
		char *end = strchr(host, ']');
		struct ip ip;

		if (!end || !ip_parse((struct span){ host + 1, (size_t)(end - host - 1) }, &ip))
			return false;
		len = (size_t)(end - host) + 1;
	} else {
		len = strspn(host, host_bytes);
	}
	return len > 0 && (host[len] == '\0' || (host[len] == ':' && is_port(host + len + 1)));
}

bool origin_listed(const struct origin_policy *policy, struct span origin)
{
	for (size_t i = 0; i < policy->listed.count; i++)
		if (span_equal(span_of(policy->listed.items[i]), origin))
			return true;
	return false;
}

/* A browser leaves out the port 80. */
static bool is_page_at(struct span origin, const char *host, int port)
{
	const char *left = strchr(host, ':') ? "[" : "";
	const char *right = *left ? "]" : "";
	char own[ORIGIN_MOST];

	snprintf(own, sizeof(own), "http://%s%s%s:%d", left, host, right, port);
	if (span_equal(span_of(own), origin))
		return true;
	snprintf(own, sizeof(own), "http://%s%s%s", left, host, right);
	return port == 80 && span_equal(span_of(own), origin);
}

/* A wildcard names no address but this machine's own: pages under others must be listed. */
static bool is_own_page(const struct origin_policy *policy, struct span origin)
{
	static const char *const loopback[] = { "127.0.0.1", "localhost", "::1" };
	struct ip host;

	if (!ip_parse(span_of(policy->host), &host))
		return false;
	if (is_page_at(origin, policy->host, policy->port))
		return true;
	if (!ip_is_loopback(&host) && !ip_is_any(&host))
		return false;
	for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++)
		if (is_page_at(origin, loopback[i], policy->port))
			return true;
	return false;
}

bool origin_allowed(const struct origin_policy *policy, struct span origin)
{
	if (origin.len == 0)
		return policy->without;
	if (policy->listed.count > 0)
		return origin_listed(policy, origin);
	return is_own_page(policy, origin);
}

void origin_sockets(const struct origin_policy *policy, struct span host,
                    char sockets[ORIGIN_SOCKETS_SIZE])
{
	static const struct {
		const char *page, *socket;
	} schemes[] = { { "https", "wss" }, { "http", "ws" } };
	char origin[ORIGIN_MOST];
	size_t used = 0;

	sockets[0] = '\0';
	if (host.len == 0 || host.len >= ORIGIN_MOST - 8 || host.ptr[0] == '[')
		return;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		snprintf(origin, sizeof(origin), "%s://%.*s", schemes[i].page, SPAN_ARGS(host));
		if (!origin_well_formed(span_of(origin)) ||
		    !origin_allowed(policy, span_of(origin)))
			continue;
		used += (size_t)snprintf(sockets + used, ORIGIN_SOCKETS_SIZE - used, " %s://%.*s",
		                         schemes[i].socket, SPAN_ARGS(host));
	}
}
