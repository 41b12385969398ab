#include "host/net/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

enum { MILLI = 1000 };

struct address_table {
	struct bucket_rate rate;
	size_t capacity;
	size_t used;
	struct address *items;
	struct hash_table by_ip;
	struct age_list by_age; /* those in the table, by when they were last asked for */
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
	/* Once that much time has passed it is full; the product below cannot overflow. */
	if (elapsed_us / 1000000 > (most - bucket->milli) / (rate->per_s * MILLI)) {
		bucket->milli = most;
		bucket->filled_us = now_us;
		return;
	}
	gained = elapsed_us * rate->per_s / MILLI;
	/* The rest of the time is kept: many short steps must fill like a long one. */
	bucket->filled_us += gained * MILLI / rate->per_s;
	bucket->milli = bucket->milli + gained > most ? most : bucket->milli + gained;
	assert(bucket->filled_us <= now_us && bucket->milli <= most);
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
	uint64_t seed;
	enum status status;

	if (!table)
		return STATUS_NO_MEMORY;
	table->rate = rate;
	table->capacity = capacity;
	table->items = calloc(capacity, sizeof(*table->items));
	status = table->items && getrandom(&seed, sizeof(seed), 0) == sizeof(seed)
	                 ? hash_init(&table->by_ip, capacity, seed)
	                 : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		address_table_destroy(table);
		return status;
	}
	*out = table;
	return STATUS_OK;
}

void address_table_destroy(struct address_table *table)
{
	if (!table)
		return;
	hash_deinit(&table->by_ip);
	free(table->items);
	free(table);
}

static uint64_t hash_of_ip(const struct address_table *table, const struct ip *ip)
{
	return hash_of(&table->by_ip, (struct span){ (const char *)ip->bytes, sizeof(ip->bytes) });
}

static struct address *find(const struct address_table *table, const struct ip *ip, uint64_t hash)
{
	for (struct hash_link *link = hash_first(&table->by_ip, hash); link;
	     link = hash_next(link)) {
		struct address *address = hash_item(link, struct address, by_ip);

		if (ip_equal(&address->ip, ip))
			return address;
	}
	return NULL;
}

/* An unused item, or that of the oldest address without connections; NULL if all have some. */
static struct address *take_free(struct address_table *table)
{
	struct age_link *link = table->by_age.oldest;
	struct address *address;

	if (table->used < table->capacity)
		return &table->items[table->used++];
	while (link && age_item(link, struct address, by_age)->connections > 0)
		link = link->newer;
	if (!link)
		return NULL;
	address = age_item(link, struct address, by_age);
	assert(address->connections == 0);
	age_list_remove(&table->by_age, &address->by_age);
	hash_remove(&table->by_ip, &address->by_ip);
	return address;
}

struct address *address_table_get(struct address_table *table, const struct ip *ip, int64_t now_us)
{
	const struct ip group = ip_group(ip);
	const uint64_t hash = hash_of_ip(table, &group);
	struct address *address = find(table, &group, hash);

	if (address) {
		age_list_touch(&table->by_age, &address->by_age);
	} else {
		address = take_free(table);
		if (!address)
			return NULL;
		*address = (struct address){ .ip = group };
		hash_add(&table->by_ip, &address->by_ip, hash);
		age_list_add(&table->by_age, &address->by_age);
		bucket_init(&address->bucket, &table->rate, now_us);
	}
	return address;
}

bool address_take(struct address_table *table, struct address *address, int64_t cost_milli,
                  int64_t now_us)
{
	return bucket_take(&address->bucket, &table->rate, cost_milli, now_us);
}
