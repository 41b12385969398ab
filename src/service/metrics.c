#include "service/metrics.h"

#include <inttypes.h>

/* Upper bounds, both allowed; Prometheus wants seconds. */
static const struct {
	int64_t us;
	const char *seconds;
} bounds[METRICS_BUCKETS] = {
	{ 50, "0.00005" },  { 100, "0.0001" },  { 250, "0.00025" }, { 500, "0.0005" },
	{ 1000, "0.001" },  { 2500, "0.0025" }, { 5000, "0.005" },  { 10000, "0.01" },
	{ 25000, "0.025" }, { 50000, "0.05" },  { 250000, "0.25" }, { 1000000, "1" },
};

void metrics_turn(struct metrics *metrics, enum outcome outcome, int64_t took_us)
{
	size_t bucket = 0;

	while (bucket < METRICS_BUCKETS && took_us > bounds[bucket].us)
		bucket++;
	metrics->turns[outcome]++;
	metrics->took[bucket]++;
	metrics->took_sum_us += took_us > 0 ? (uint64_t)took_us : 0;
}

static void write_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_append_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_value(struct buf *out, const char *name, const char *type, const char *help,
                        uint64_t value)
{
	write_head(out, name, type, help);
	buf_append_format(out, "%s %" PRIu64 "\n", name, value);
}

static void write_histogram(const struct metrics *metrics, struct buf *out)
{
	static const char name[] = "dayi_turn_seconds";
	uint64_t sum = 0;

	write_head(out, name, "histogram", "Time of a turn, without the network.");
	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		sum += metrics->took[i];
		buf_append_format(out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name,
		                  bounds[i].seconds, sum);
	}
	sum += metrics->took[METRICS_BUCKETS];
	buf_append_format(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, sum);
	buf_append_format(out, "%s_sum %" PRIu64 ".%06" PRIu64 "\n%s_count %" PRIu64 "\n", name,
	                  metrics->took_sum_us / 1000000, metrics->took_sum_us % 1000000, name,
	                  sum);
}

static void write_counters(const struct metrics *metrics, struct buf *out)
{
	write_head(out, "dayi_turns_total", "counter", "Turns by outcome.");
	for (int i = 0; i < METRICS_OUTCOMES; i++)
		buf_append_format(out, "dayi_turns_total{outcome=\"%s\"} %" PRIu64 "\n",
		                  outcome_name((enum outcome)i), metrics->turns[i]);
	write_value(out, "dayi_repeated_asks_total", "counter",
	            "Asks sent again and answered from the kept replies.", metrics->repeated);
	write_head(out, "dayi_refusals_total", "counter", "What was refused, by reason.");
	for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++)
		buf_append_format(out, "dayi_refusals_total{reason=\"%s\"} %" PRIu64 "\n",
		                  refusal_code((enum refusal)i), metrics->refusals[i]);
	write_head(out, "dayi_reloads_total", "counter", "Reloads of the knowledge, by result.");
	buf_append_format(out,
	                  "dayi_reloads_total{result=\"ok\"} %" PRIu64 "\n"
	                  "dayi_reloads_total{result=\"refused\"} %" PRIu64 "\n",
	                  metrics->reloads, metrics->reloads_refused);
	write_value(out, "dayi_connections_accepted_total", "counter", "Connections ever accepted.",
	            metrics->accepted);
	write_value(out, "dayi_rule_failures_total", "counter",
	            "Rules of the knowledge that failed when they ran.", metrics->rule_failures);
	write_head(out, "dayi_tokens_total", "counter", "Tokens of the portal, by result.");
	buf_append_format(out,
	                  "dayi_tokens_total{result=\"accepted\"} %" PRIu64 "\n"
	                  "dayi_tokens_total{result=\"refused\"} %" PRIu64 "\n",
	                  metrics->tokens_accepted, metrics->tokens_refused);
	write_head(out, "dayi_notices_total", "counter",
	           "Tries to tell another program of a hand-over, by result; lost: given up or "
	           "dropped.");
	buf_append_format(out,
	                  "dayi_notices_total{result=\"delivered\"} %" PRIu64 "\n"
	                  "dayi_notices_total{result=\"failed\"} %" PRIu64 "\n"
	                  "dayi_notices_total{result=\"lost\"} %" PRIu64 "\n",
	                  metrics->notices_delivered, metrics->notices_failed,
	                  metrics->notices_lost);
	write_head(out, "dayi_ratings_total", "counter",
	           "Ratings of answers, by value; one that is changed counts again.");
	for (int i = RATING_UP; i <= RATING_DOWN; i++)
		buf_append_format(out, "dayi_ratings_total{value=\"%s\"} %" PRIu64 "\n",
		                  rating_name((enum rating_value)i), metrics->ratings[i]);
}

static void write_journal(const struct journal_counts *counts, struct buf *out)
{
	write_value(out, "dayi_journal_queue", "gauge",
	            "Turns and ratings that wait to be written.", counts->waiting);
	write_value(out, "dayi_journal_written_total", "counter", "Turns and ratings written.",
	            counts->written);
	write_head(out, "dayi_journal_dropped_total", "counter",
	           "Turns and ratings not written, by reason.");
	buf_append_format(out,
	                  "dayi_journal_dropped_total{reason=\"queue_full\"} %" PRIu64 "\n"
	                  "dayi_journal_dropped_total{reason=\"file\"} %" PRIu64 "\n",
	                  counts->dropped, counts->lost);
}

static void write_records(const struct record_counts *counts, struct buf *out)
{
	write_value(out, "dayi_record_lookups_total", "counter", "Records asked for.",
	            counts->asked);
	write_value(out, "dayi_record_lookups_refused_total", "counter",
	            "Records not asked for because too many were under way.", counts->busy);
	write_value(out, "dayi_record_lookups_late_total", "counter",
	            "Look-ups that came after their deadline.", counts->late);
	write_value(out, "dayi_record_lookups_waiting", "gauge", "Look-ups that wait for a thread.",
	            counts->waiting);
	write_value(out, "dayi_record_values_unusable_total", "counter",
	            "Values of another form than their column's, taken for unknown.",
	            counts->unusable);
	write_head(out, "dayi_record_relations_total", "counter",
	           "Relations of records, by what became of them.");
	for (int i = RECORD_NOT_ASKED + 1; i < RECORD_OUTCOME_COUNT; i++)
		buf_append_format(out, "dayi_record_relations_total{outcome=\"%s\"} %" PRIu64 "\n",
		                  record_outcome_text((enum record_outcome)i), counts->outcomes[i]);
}

static void write_gauges(const struct metrics_gauges *gauges, struct buf *out)
{
	write_value(out, "dayi_connections", "gauge", "Open connections of all kinds.",
	            gauges->connections);
	write_value(out, "dayi_chats", "gauge", "Open chat connections.", gauges->chats);
	write_value(out, "dayi_asks_waiting", "gauge", "Asks that wait for a record.",
	            gauges->asks_waiting);
	write_value(out, "dayi_sessions", "gauge", "Conversations kept.", gauges->sessions);
	write_value(out, "dayi_session_reply_bytes", "gauge", "Memory of the kept replies.",
	            gauges->session_bytes);
	write_value(out, "dayi_sessions_unwritten", "gauge",
	            "Conversations that changed since they were written.",
	            gauges->sessions_unwritten);
	write_journal(&gauges->journal, out);
	write_records(&gauges->records, out);
	if (!gauges->knowledge)
		return;
	write_head(out, "dayi_knowledge_info", "gauge", "Version of the knowledge served.");
	buf_append_format(out, "dayi_knowledge_info{version=\"%s\"} 1\n", gauges->knowledge);
	write_value(out, "dayi_knowledge_entries", "gauge", "Entries served.", gauges->entries);
	write_value(out, "dayi_knowledge_loaded_timestamp_seconds", "gauge",
	            "When they were loaded, in seconds since 1970.",
	            (uint64_t)(gauges->loaded_at_ms / 1000));
}

void metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges,
                   struct buf *out)
{
	write_counters(metrics, out);
	write_histogram(metrics, out);
	write_gauges(gauges, out);
}
