#include "host/net/origin_hint.h"

#include <assert.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"

static const int64_t between_us = 60 * INT64_C(1000000);

/* 169.254.0.0/16 and fe80::/10: no other network leads there. */
static bool is_link_local(const struct ip *ip)
{
	if (ip_is_v4(ip))
		return ip->bytes[12] == 169 && ip->bytes[13] == 254;
	return ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

static bool is_reachable(const struct ifaddrs *interface, bool v4_only, struct ip *out)
{
	return interface->ifa_addr && (interface->ifa_flags & IFF_UP) &&
	       ip_of_socket(interface->ifa_addr, out) && !ip_is_loopback(out) &&
	       !is_link_local(out) && (ip_is_v4(out) || !v4_only);
}

size_t origin_hint_addresses(const char *host, struct ip out[ORIGIN_HINT_ADDRESSES])
{
	struct ifaddrs *interfaces = NULL;
	size_t count = 0;
	struct ip ip;

	if (!ip_parse(span_of(host), &ip) || ip_is_loopback(&ip))
		return 0;
	if (!ip_is_any(&ip)) {
		out[0] = ip;
		return 1;
	}
	if (getifaddrs(&interfaces) != 0)
		return 0;
	for (const struct ifaddrs *at = interfaces; at && count < ORIGIN_HINT_ADDRESSES;
	     at = at->ifa_next)
		if (is_reachable(at, ip_is_v4(&ip), &out[count]))
			count++;
	freeifaddrs(interfaces);
	return count;
}

void origin_hint_list(const struct ip *addresses, size_t count, int port,
                      char text[ORIGIN_HINT_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const bool v4 = ip_is_v4(&addresses[i]);
		char ip[IP_TEXT_SIZE], end[8] = "";

		ip_format(&addresses[i], ip);
		if (port != 80)
			snprintf(end, sizeof(end), ":%d", port);
		const int len =
		        snprintf(text + used, ORIGIN_HINT_SIZE - used, "%shttp://%s%s%s%s",
		                 used > 0 ? ", " : "", v4 ? "" : "[", ip, v4 ? "" : "]", end);
		used += (size_t)len;
		assert(len > 0 && used < ORIGIN_HINT_SIZE); /* every address has room */
	}
}

const char *origin_hint(const struct origin_policy *policy, char list[ORIGIN_HINT_SIZE])
{
	struct ip addresses[ORIGIN_HINT_ADDRESSES + 1], host;

	if (policy->listed.count > 0 || !ip_parse(span_of(policy->host), &host) ||
	    ip_is_loopback(&host))
		return NULL;
	size_t count = origin_hint_addresses(policy->host, addresses);
	/* A list replaces the default, so this machine's own pages have to stand in it. */
	if (ip_is_any(&host) && ip_parse(span_of("127.0.0.1"), &addresses[count]))
		count++;
	origin_hint_list(addresses, count, policy->port, list);
	if (ip_is_any(&host))
		return _("only pages opened on this machine itself may ask; for other computers, "
		         "set http.origins to the addresses under which they open the page, such "
		         "as these");
	return _("only pages opened under this address may ask; if people come by a name or "
	         "through a proxy, set http.origins to the address that they open");
}

void origin_hint_log(const struct origin_policy *policy, struct log *log)
{
	char list[ORIGIN_HINT_SIZE];
	const char *hint = origin_hint(policy, list);
	struct ip host;

	if (hint && ip_parse(span_of(policy->host), &host))
		log_event(log, ip_is_any(&host) ? LOG_WARN : LOG_INFO, "origins_not_listed",
		          LOG_TEXT("host", policy->host), LOG_TEXT("addresses", list),
		          LOG_TEXT("hint", hint));
}

void origin_hint_refused(struct origin_refusals *refusals, struct span origin, int64_t now_us,
                         struct log *log)
{
	if (now_us < refusals->next_us) {
		refusals->untold++;
		return;
	}
	log_event(log, LOG_WARN, "origin_refused", LOG_SPAN("origin", origin),
	          LOG_NUMBER("others", refusals->untold),
	          LOG_TEXT("hint", _("if this page is yours, add the origin to http.origins and "
	                             "start the server again")));
	refusals->next_us = now_us + between_us;
	refusals->untold = 0;
}
