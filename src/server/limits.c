#include "server/limits.h"

#include <stdlib.h>
#include <sys/random.h>

enum { MILLI = 1000 };

struct address_table {
	struct bucket_rate rate;
	size_t capacity;
	size_t used;
	size_t hash_mask;
	uint64_t seed; /* so that nobody can choose addresses that share a slot */
	struct address **slots;
	struct address *items;
	struct address *newest, *oldest;
};

int64_t cost_of_text(int64_t base, size_t bytes)
{
	return base + (int64_t)(bytes / COST_BYTES) * MILLI;
}

void bucket_init(struct bucket *bucket, const struct bucket_rate *rate, int64_t now_us)
{
	bucket->milli = rate->burst * MILLI;
	bucket->filled_us = now_us;
}

static void bucket_fill(struct bucket *bucket, const struct bucket_rate *rate, int64_t now_us)
{
	const int64_t most = rate->burst * MILLI;
	const int64_t elapsed_us = now_us - bucket->filled_us;
	int64_t gained;

	if (elapsed_us <= 0)
		return;
	/* Once that much time has passed it is full; the product below can not overflow. */
	if (elapsed_us / 1000000 > (most - bucket->milli) / (rate->per_s * MILLI)) {
		bucket->milli = most;
		bucket->filled_us = now_us;
		return;
	}
	gained = elapsed_us * rate->per_s / MILLI;
	/* The rest of the time is kept: many short steps must fill like a long one. */
	bucket->filled_us += gained * MILLI / rate->per_s;
	bucket->milli = bucket->milli + gained > most ? most : bucket->milli + gained;
}

bool bucket_take(struct bucket *bucket, const struct bucket_rate *rate, int64_t cost_milli,
                 int64_t now_us)
{
	if (rate->per_s == 0)
		return true;
	bucket_fill(bucket, rate, now_us);
	if (bucket->milli < (cost_milli < COST_MESSAGE ? cost_milli : COST_MESSAGE))
		return false;
	bucket->milli -= cost_milli;
	return true;
}

enum status address_table_create(struct address_table **out, size_t capacity,
                                 struct bucket_rate rate)
{
	struct address_table *table = calloc(1, sizeof(*table));
	size_t slots = 16;

	if (!table)
		return STATUS_NO_MEMORY;
	while (slots < capacity)
		slots *= 2;
	table->rate = rate;
	table->capacity = capacity;
	table->hash_mask = slots - 1;
	table->items = calloc(capacity, sizeof(*table->items));
	table->slots = calloc(slots, sizeof(struct address *));
	if (!table->items || !table->slots ||
	    getrandom(&table->seed, sizeof(table->seed), 0) != sizeof(table->seed)) {
		address_table_destroy(table);
		return STATUS_NO_MEMORY;
	}
	*out = table;
	return STATUS_OK;
}

void address_table_destroy(struct address_table *table)
{
	if (!table)
		return;
	free(table->slots);
	free(table->items);
	free(table);
}

/* FNV-1a with a seed, and its high half folded in. */
static struct address **slot_of(struct address_table *table, const struct ip *ip)
{
	uint64_t hash = 0xcbf29ce484222325u ^ table->seed;

	for (size_t i = 0; i < sizeof(ip->bytes); i++)
		hash = (hash ^ ip->bytes[i]) * 0x100000001b3u;
	return &table->slots[(hash ^ (hash >> 32)) & table->hash_mask];
}

static void unlink_age(struct address_table *table, struct address *address)
{
	if (address->newer)
		address->newer->older = address->older;
	else
		table->newest = address->older;
	if (address->older)
		address->older->newer = address->newer;
	else
		table->oldest = address->newer;
}

static void make_newest(struct address_table *table, struct address *address)
{
	address->newer = NULL;
	address->older = table->newest;
	if (table->newest)
		table->newest->newer = address;
	else
		table->oldest = address;
	table->newest = address;
}

static void unlink_slot(struct address_table *table, struct address *address)
{
	struct address **at = slot_of(table, &address->ip);

	while (*at != address)
		at = &(*at)->next;
	*at = address->next;
}

static struct address *take_free(struct address_table *table)
{
	struct address *address;

	if (table->used < table->capacity)
		return &table->items[table->used++];
	address = table->oldest;
	while (address && address->connections > 0)
		address = address->newer;
	if (address) {
		unlink_age(table, address);
		unlink_slot(table, address);
	}
	return address;
}

struct address *address_table_get(struct address_table *table, const struct ip *ip, int64_t now_us)
{
	const struct ip group = ip_group(ip);
	struct address **slot = slot_of(table, &group);
	struct address *address = *slot;

	while (address && !ip_equal(&address->ip, &group))
		address = address->next;
	if (address) {
		unlink_age(table, address);
	} else {
		address = take_free(table);
		if (!address)
			return NULL;
		*address = (struct address){ .ip = group, .next = *slot };
		*slot = address;
		bucket_init(&address->bucket, &table->rate, now_us);
	}
	address->seen_us = now_us;
	make_newest(table, address);
	return address;
}

bool address_take(struct address_table *table, struct address *address, int64_t cost_milli,
                  int64_t now_us)
{
	return bucket_take(&address->bucket, &table->rate, cost_milli, now_us);
}
