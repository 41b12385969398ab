#include "service/groups/group_recent.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/age_list.h"
#include "base/hash.h"

enum { RECENT_MOST = 16384 };

struct seen {
	struct hash_link by_key;
	struct age_link age;
	char key[DIGEST_HEX_SIZE];
	bool late;
};

struct recent {
	struct hash_table table;
	struct age_list ages;
	size_t count;
};

enum status recent_create(struct recent **out, uint64_t seed)
{
	struct recent *recent = calloc(1, sizeof(*recent));
	const enum status status =
	        recent ? hash_init(&recent->table, RECENT_MOST, seed) : STATUS_NO_MEMORY;

	*out = status == STATUS_OK ? recent : NULL;
	if (status != STATUS_OK)
		free(recent);
	return status;
}

static void forget(struct recent *recent, struct seen *seen)
{
	hash_remove(&recent->table, &seen->by_key);
	age_list_remove(&recent->ages, &seen->age);
	assert(recent->count > 0);
	recent->count--;
	free(seen);
}

void recent_destroy(struct recent *recent)
{
	if (!recent)
		return;
	while (recent->ages.oldest)
		forget(recent, age_item(recent->ages.oldest, struct seen, age));
	hash_deinit(&recent->table);
	free(recent);
}

static struct seen *find(const struct recent *recent, const char *key)
{
	const uint64_t hash = hash_of(&recent->table, span_of(key));

	for (struct hash_link *at = hash_first(&recent->table, hash); at; at = hash_next(at)) {
		struct seen *seen = hash_item(at, struct seen, by_key);

		if (strcmp(seen->key, key) == 0)
			return seen;
	}
	return NULL;
}

enum recent_state recent_find(const struct recent *recent, const char *key)
{
	const struct seen *seen = find(recent, key);

	return !seen ? RECENT_NEW : seen->late ? RECENT_LATE : RECENT_SEEN;
}

void recent_note(struct recent *recent, const char key[DIGEST_HEX_SIZE])
{
	struct seen *seen = calloc(1, sizeof(*seen));

	if (!seen)
		return;
	memcpy(seen->key, key, sizeof(seen->key));
	if (recent->count >= RECENT_MOST && recent->ages.oldest)
		forget(recent, age_item(recent->ages.oldest, struct seen, age));
	hash_add(&recent->table, &seen->by_key, hash_of(&recent->table, span_of(key)));
	age_list_add(&recent->ages, &seen->age);
	recent->count++;
}

void recent_note_late(struct recent *recent, const char *key)
{
	struct seen *seen = find(recent, key);

	if (seen)
		seen->late = true;
}
