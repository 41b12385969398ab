/*
 * Limits: token buckets, and a bounded table of the addresses that they belong to. One thread.
 *
 * Times are microseconds of a monotonic clock. Costs are thousandths of a message, so that a typing
 * suggestion can be cheaper than a question, and a long text dearer than a short one.
 */
#ifndef DAYI_NET_LIMITS_H
#define DAYI_NET_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/age_list.h"
#include "base/hash.h"
#include "base/status.h"
#include "host/net/ip.h"

struct bucket_rate {
	int64_t per_s; /* messages a second; 0: no limit */
	int64_t burst; /* messages that it holds */
};

struct bucket {
	int64_t milli; /* below 0 after a long message */
	int64_t filled_us;
};

enum {
	COST_MESSAGE = 1000,
	COST_SUGGESTION = 200,
	COST_BYTES = 600, /* some 200 Han characters: each full lot costs a further message */
};

/* The cost of an ask: `base`, and more for a text of that many bytes. */
int64_t cost_of_text(int64_t base, size_t bytes);

/* Full. */
void bucket_init(struct bucket *bucket, const struct bucket_rate *rate, int64_t now_us);

/*
 * False, and nothing taken, when it holds less than the cost or, where that is more than a message,
 * less than a message: a long one is taken whenever a short one is, and paid off afterwards.
 */
bool bucket_take(struct bucket *bucket, const struct bucket_rate *rate, int64_t cost_milli,
                 int64_t now_us);

struct address {
	struct ip ip;       /* a group: see ip_group() */
	size_t connections; /* open ones; such an address is never forgotten */
	struct bucket bucket;
	struct hash_link by_ip;
	struct age_link by_age;
};

struct address_table;

MUST_CHECK enum status address_table_create(struct address_table **out, size_t capacity,
                                            struct bucket_rate rate);
void address_table_destroy(struct address_table *table);

/*
 * The entry of this address's group, a fresh one where there is none. When the table is full the
 * one not seen for longest is forgotten; NULL when all of them have connections. Borrowed: valid
 * while it has connections, or until the next call.
 */
struct address *address_table_get(struct address_table *table, const struct ip *ip, int64_t now_us);

bool address_take(struct address_table *table, struct address *address, int64_t cost_milli,
                  int64_t now_us);

#endif
