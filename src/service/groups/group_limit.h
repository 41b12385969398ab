/*
 * Group limit: how often persons and groups may ask: a bucket of tokens each, refilled evenly, and
 * a quota a day. One thread. Bounded: what was not used for longest makes room.
 */
#ifndef DAYI_SERVICE_GROUP_LIMIT_H
#define DAYI_SERVICE_GROUP_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum { GROUP_LIMIT_WINDOW_S = 60 /* one notice in it, where too much came within a minute */ };

struct group_limits;

/* Owned by the caller. */
MUST_CHECK enum status group_limits_create(struct group_limits **out, size_t most, uint64_t seed);
void group_limits_destroy(struct group_limits *limits);

enum group_passage {
	GROUP_PASSES,
	GROUP_IS_TOLD,        /* too much, and nobody was told in this window */
	GROUP_IS_TOLD_OF_DAY, /* the day's quota is used up, and nobody was told on this day */
	GROUP_IS_HELD,        /* too much */
};

struct group_rate {
	int64_t per_minute; /* that many at once; 0: no limit */
	int64_t per_day;    /* 0: no quota */
};

/* One question of `key`. `day` is the number of the day, where it is. */
enum group_passage group_limits_take(struct group_limits *limits, struct span key,
                                     struct group_rate rate, int64_t now_us, int64_t day);

/* Whether the next one would pass, which takes nothing and tells nobody. */
bool group_limits_would_pass(struct group_limits *limits, struct span key, struct group_rate rate,
                             int64_t now_us, int64_t day);

#endif
