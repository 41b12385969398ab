/*
 * Origin hint: which origins an administrator has to list so that other computers can use the page.
 * Only texts are made here; origin.h decides.
 */
#ifndef DAYI_NET_ORIGIN_HINT_H
#define DAYI_NET_ORIGIN_HINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/span.h"
#include "host/net/ip.h"
#include "host/net/origin.h"

enum { ORIGIN_HINT_SIZE = 1024, ORIGIN_HINT_ADDRESSES = 8 };

/*
 * The addresses at which other computers reach a server that listens on `host`: itself, or, for a
 * wildcard, those of this machine's interfaces, without loopback and link-local ones. Returns how
 * many; 0 where nobody else reaches it, or the system does not tell.
 */
size_t origin_hint_addresses(const char *host, struct ip out[ORIGIN_HINT_ADDRESSES]);

/* "http://10.0.0.5:8080, http://[2001:db8::5]:8080"; the port 80 is left out, as browsers do. */
void origin_hint_list(const struct ip *addresses, size_t count, int port,
                      char text[ORIGIN_HINT_SIZE]);

/*
 * A sentence about what to list (static), and the origins of the addresses of this machine. NULL
 * where nothing has to be said: origins are listed, or the server listens on a loopback address.
 */
const char *origin_hint(const struct origin_policy *policy, char list[ORIGIN_HINT_SIZE]);

/* Logs the sentence at start: a warning for a wildcard, where no other computer can ask. */
void origin_hint_log(const struct origin_policy *policy, struct log *log);

/* Remembers which refused origins were logged. Zero-initialised; one thread at a time. */
struct origin_refusals {
	int64_t next_us; /* of the monotonic clock: not told again before */
	uint64_t untold;
};

/* Logs a refused origin and what to do, at most once a minute; the others are counted. */
void origin_hint_refused(struct origin_refusals *refusals, struct span origin, int64_t now_us,
                         struct log *log);

#endif
