#include "service/groups/group_limit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/age_list.h"
#include "base/hash.h"

enum { KEY_BYTES = 64 };

static const int64_t minute_us = INT64_C(60000000);

struct bucket {
	struct hash_link by_key;
	struct age_link age;
	char key[KEY_BYTES];
	size_t key_len;
	int64_t spent_us; /* of a minute, by what was taken; it falls as time goes by */
	int64_t at_us;    /* as of when */
	int64_t day, of_day;
	int64_t told_us;
	int64_t told_day;
	bool told, told_of_day;
};

struct group_limits {
	struct hash_table table;
	struct age_list ages;
	size_t count, most;
};

enum status group_limits_create(struct group_limits **out, size_t most, uint64_t seed)
{
	struct group_limits *limits = calloc(1, sizeof(*limits));

	*out = limits;
	if (!limits)
		return STATUS_NO_MEMORY;
	limits->most = most;
	return hash_init(&limits->table, most < 1024 ? most : 1024, seed);
}

static void drop(struct group_limits *limits, struct bucket *bucket)
{
	hash_remove(&limits->table, &bucket->by_key);
	age_list_remove(&limits->ages, &bucket->age);
	assert(limits->count > 0);
	limits->count--;
	free(bucket);
}

void group_limits_destroy(struct group_limits *limits)
{
	if (!limits)
		return;
	while (limits->ages.oldest)
		drop(limits, age_item(limits->ages.oldest, struct bucket, age));
	hash_deinit(&limits->table);
	free(limits);
}

static struct bucket *find(struct group_limits *limits, struct span key, uint64_t hash)
{
	for (struct hash_link *at = hash_first(&limits->table, hash); at; at = hash_next(at)) {
		struct bucket *bucket = hash_item(at, struct bucket, by_key);

		if (span_equal((struct span){ bucket->key, bucket->key_len }, key))
			return bucket;
	}
	return NULL;
}

static struct bucket *bucket_of(struct group_limits *limits, struct span key, int64_t now_us)
{
	struct bucket *bucket;
	uint64_t hash;

	key.len = key.len < KEY_BYTES ? key.len : KEY_BYTES;
	hash = hash_of(&limits->table, key);
	bucket = find(limits, key, hash);
	if (bucket) {
		age_list_touch(&limits->ages, &bucket->age);
		return bucket;
	}
	if (limits->count >= limits->most && limits->ages.oldest)
		drop(limits, age_item(limits->ages.oldest, struct bucket, age));
	bucket = calloc(1, sizeof(*bucket));
	if (!bucket)
		return NULL;
	memcpy(bucket->key, key.ptr, key.len);
	bucket->key_len = key.len;
	bucket->at_us = now_us;
	hash_add(&limits->table, &bucket->by_key, hash);
	age_list_add(&limits->ages, &bucket->age);
	limits->count++;
	return bucket;
}

static void refill(struct bucket *bucket, int64_t now_us, int64_t day)
{
	const int64_t passed_us = now_us - bucket->at_us;

	bucket->spent_us = bucket->spent_us > passed_us ? bucket->spent_us - passed_us : 0;
	bucket->at_us = now_us;
	if (bucket->day != day)
		bucket->of_day = 0;
	bucket->day = day;
}

static int64_t cost_of(struct group_rate rate)
{
	return rate.per_minute > 0 ? minute_us / rate.per_minute : 0;
}

static bool has_day_left(const struct bucket *bucket, struct group_rate rate)
{
	return rate.per_day == 0 || bucket->of_day < rate.per_day;
}

static bool has_room(const struct bucket *bucket, struct group_rate rate)
{
	return bucket->spent_us + cost_of(rate) <= minute_us && has_day_left(bucket, rate);
}

bool group_limits_would_pass(struct group_limits *limits, struct span key, struct group_rate rate,
                             int64_t now_us, int64_t day)
{
	struct bucket *bucket = bucket_of(limits, key, now_us);

	if (!bucket)
		return true;
	refill(bucket, now_us, day);
	return has_room(bucket, rate);
}

/* Each limit has a window of its own: a notice a minute, all day long, would be a flood itself. */
static enum group_passage refuse_once(struct bucket *bucket, struct group_rate rate, int64_t now_us,
                                      int64_t day)
{
	if (!has_day_left(bucket, rate)) {
		if (bucket->told_of_day && bucket->told_day == day)
			return GROUP_IS_HELD;
		bucket->told_of_day = true;
		bucket->told_day = day;
		return GROUP_IS_TOLD_OF_DAY;
	}
	if (bucket->told && now_us - bucket->told_us < GROUP_LIMIT_WINDOW_S * INT64_C(1000000))
		return GROUP_IS_HELD;
	bucket->told = true;
	bucket->told_us = now_us;
	return GROUP_IS_TOLD;
}

enum group_passage group_limits_take(struct group_limits *limits, struct span key,
                                     struct group_rate rate, int64_t now_us, int64_t day)
{
	struct bucket *bucket = bucket_of(limits, key, now_us);

	if (!bucket)
		return GROUP_PASSES;
	refill(bucket, now_us, day);
	if (has_room(bucket, rate)) {
		bucket->spent_us += cost_of(rate);
		bucket->of_day++;
		return GROUP_PASSES;
	}
	return refuse_once(bucket, rate, now_us, day);
}
