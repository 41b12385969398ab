/*
 * Metrics: what the loop counts, and its text for Prometheus (exposition format 0.0.4). One thread.
 */
#ifndef DAYI_SERVICE_METRICS_H
#define DAYI_SERVICE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/dialogue/reply.h"
#include "office/journal/journal.h"
#include "office/journal/rating.h"
#include "office/records/pool.h"
#include "service/refusal.h"

enum { METRICS_BUCKETS = 12, METRICS_OUTCOMES = OUTCOME_ERROR + 1 };

struct metrics {
	uint64_t turns[METRICS_OUTCOMES];
	uint64_t took[METRICS_BUCKETS + 1]; /* the last: slower than all bounds */
	uint64_t took_sum_us;
	uint64_t repeated; /* asks answered from the kept replies */
	uint64_t refusals[REFUSAL_COUNT];
	uint64_t reloads, reloads_refused;
	uint64_t accepted; /* connections, ever */
	uint64_t rule_failures;
	uint64_t tokens_accepted, tokens_refused;
	uint64_t notices_delivered, notices_failed,
	        notices_lost;              /* of hand-overs; tries that failed */
	uint64_t ratings[RATING_DOWN + 1]; /* by value; none at RATING_NONE */
};

/* What is so now. */
struct metrics_gauges {
	size_t connections, chats, asks_waiting, sessions, session_bytes, sessions_unwritten;
	const char *knowledge; /* version; NULL without a snapshot */
	size_t entries;
	int64_t loaded_at_ms;
	struct journal_counts journal;
	struct record_counts records;
};

void metrics_turn(struct metrics *metrics, enum outcome outcome, int64_t took_us);

static inline void metrics_refuse(struct metrics *metrics, enum refusal refusal)
{
	metrics->refusals[refusal]++;
}

/* Appends the whole page. */
void metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges,
                   struct buf *out);

#endif
