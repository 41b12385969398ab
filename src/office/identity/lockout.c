#include "office/identity/lockout.h"

#include <stdlib.h>
#include <string.h>

enum { ROW_SLOTS = 8, SECOND_US = 1000000 };

struct lockout {
	struct lockout_settings settings;
	size_t row_mask;
	struct lockout_row *slots; /* ROW_SLOTS a row; `len` 0: free */
};

enum status lockout_create(struct lockout **out, const struct lockout_settings *settings)
{
	struct lockout *lockout = calloc(1, sizeof(*lockout));
	size_t rows = 1;

	if (!lockout)
		return STATUS_NO_MEMORY;
	/* Rows fill unevenly: twice the slots keep a full one rare. */
	while (rows * ROW_SLOTS < settings->keys * 2)
		rows *= 2;
	lockout->settings = *settings;
	lockout->row_mask = rows - 1;
	lockout->slots = calloc(rows * ROW_SLOTS, sizeof(*lockout->slots));
	if (!lockout->slots) {
		free(lockout);
		return STATUS_NO_MEMORY;
	}
	*out = lockout;
	return STATUS_OK;
}

void lockout_destroy(struct lockout *lockout)
{
	if (!lockout)
		return;
	free(lockout->slots);
	free(lockout);
}

static struct span cut(struct span key)
{
	if (key.len > LOCKOUT_KEY_BYTES)
		key.len = LOCKOUT_KEY_BYTES;
	return key;
}

/* FNV-1a with a seed, and its high half folded in. */
static struct lockout_row *row_of(const struct lockout *lockout, struct span key)
{
	uint64_t hash = 0xcbf29ce484222325u ^ lockout->settings.seed;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * 0x100000001b3u;
	return lockout->slots + ((hash ^ (hash >> 32)) & lockout->row_mask) * ROW_SLOTS;
}

static struct lockout_row *find(struct lockout_row *row, struct span key)
{
	for (size_t i = 0; i < ROW_SLOTS; i++)
		if (row[i].len > 0 && span_equal((struct span){ row[i].key, row[i].len }, key))
			return &row[i];
	return NULL;
}

static bool is_stale(const struct lockout *lockout, const struct lockout_row *slot, int64_t now_us)
{
	return slot->locked_until_us <= now_us &&
	       now_us - slot->failed_us >= lockout->settings.longest_s * SECOND_US;
}

/* A free slot before a used one, few failures before many, old ones before new. */
static bool counts_less(const struct lockout_row *a, const struct lockout_row *b)
{
	if (a->failures != b->failures)
		return a->failures < b->failures;
	return a->failed_us < b->failed_us;
}

/* The slot that makes room; NULL when all are locked. */
static struct lockout_row *find_room(struct lockout_row *row, int64_t now_us)
{
	struct lockout_row *room = NULL;

	for (size_t i = 0; i < ROW_SLOTS; i++)
		if (row[i].locked_until_us <= now_us && (!room || counts_less(&row[i], room)))
			room = &row[i];
	return room;
}

static int64_t wait_s(const struct lockout_row *slot, int64_t now_us)
{
	return (slot->locked_until_us - now_us + SECOND_US - 1) / SECOND_US;
}

static int64_t shortest_wait_s(const struct lockout_row *row, int64_t now_us)
{
	int64_t least = wait_s(&row[0], now_us);

	for (size_t i = 1; i < ROW_SLOTS; i++)
		if (wait_s(&row[i], now_us) < least)
			least = wait_s(&row[i], now_us);
	return least;
}

static int64_t lock_length_s(const struct lockout_settings *settings, int64_t locks)
{
	int64_t length_s = settings->lock_s;

	while (locks > 1 && length_s < settings->longest_s) {
		length_s *= 2;
		locks--;
	}
	return length_s < settings->longest_s ? length_s : settings->longest_s;
}

static void tell(const struct lockout *lockout, const struct lockout_row *slot)
{
	if (lockout->settings.changed)
		lockout->settings.changed(lockout->settings.context, slot);
}

static void count(const struct lockout_settings *settings, struct lockout_row *slot, int64_t now_us)
{
	slot->failures++;
	slot->before_us = slot->failed_us;
	slot->failed_us = slot->tried_us = now_us;
	if (slot->failures % settings->failures == 0)
		slot->locked_until_us =
		        now_us +
		        lock_length_s(settings, slot->failures / settings->failures) * SECOND_US;
}

int64_t lockout_attempt(struct lockout *lockout, struct span whole_key, int64_t now_us)
{
	const struct span key = cut(whole_key);
	struct lockout_row *row = row_of(lockout, key);
	struct lockout_row *slot = find(row, key);

	if (key.len == 0)
		return lockout->settings.longest_s;
	if (slot && slot->locked_until_us > now_us)
		return wait_s(slot, now_us);
	if (!slot || is_stale(lockout, slot, now_us)) {
		if (!slot)
			slot = find_room(row, now_us);
		if (!slot)
			return shortest_wait_s(row, now_us);
		*slot = (struct lockout_row){ .len = key.len };
		memcpy(slot->key, key.ptr, key.len);
	}
	count(&lockout->settings, slot, now_us);
	tell(lockout, slot);
	return 0;
}

bool lockout_counts(const struct lockout *lockout, struct span whole_key, int64_t now_us)
{
	const struct span key = cut(whole_key);
	const struct lockout_row *slot = find(row_of(lockout, key), key);

	return slot && slot->failures > 0 && !is_stale(lockout, slot, now_us);
}

void lockout_withdraw(struct lockout *lockout, struct span whole_key)
{
	const struct span key = cut(whole_key);
	struct lockout_row *slot = find(row_of(lockout, key), key);

	if (!slot || slot->failures == 0)
		return;
	if (slot->failures % lockout->settings.failures == 0)
		slot->locked_until_us = 0;
	slot->failures--;
	/* No failure keeps what is counted alive. */
	if (slot->before_us != 0)
		slot->failed_us = slot->before_us;
	tell(lockout, slot);
}

void lockout_forget(struct lockout *lockout, struct span whole_key)
{
	const struct span key = cut(whole_key);
	struct lockout_row *slot = find(row_of(lockout, key), key);

	if (!slot)
		return;
	slot->failures = slot->locked_until_us = 0;
	tell(lockout, slot);
	*slot = (struct lockout_row){ 0 };
}

void lockout_recall(struct lockout *lockout, const struct lockout_row *recalled, int64_t now_us)
{
	const struct span key = cut((struct span){ recalled->key, recalled->len });
	struct lockout_row *row = row_of(lockout, key);
	struct lockout_row *slot = find(row, key);

	if (slot &&
	    (slot->failed_us >= recalled->failed_us || slot->tried_us >= recalled->failed_us))
		return;
	if (!slot)
		slot = find_room(row, now_us);
	if (slot && key.len > 0 && !is_stale(lockout, recalled, now_us))
		*slot = *recalled;
}
