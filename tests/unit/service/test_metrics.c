#include "service/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_line(const struct buf *page, const char *line)
{
	const char *at = strstr(buf_text(page), line);

	if (!at || at[strlen(line)] != '\n' || (at > buf_text(page) && at[-1] != '\n'))
		fail_msg("%s is not in\n%s", line, buf_text(page));
}

static void write_page(const struct metrics *metrics, const struct metrics_gauges *gauges,
                       struct buf *page)
{
	buf_init(page, 65536);
	metrics_write(metrics, gauges, page);
	assert_int_equal(buf_status(page), STATUS_OK);
}

static void turns_are_counted_by_outcome_and_time(void **state)
{
	const struct metrics_gauges gauges = { 0 };
	struct metrics metrics = { 0 };
	struct buf page;

	(void)state;
	metrics_turn(&metrics, OUTCOME_ANSWER, 50);
	metrics_turn(&metrics, OUTCOME_ANSWER, 51);
	metrics_turn(&metrics, OUTCOME_DECLINE, 2000000);
	write_page(&metrics, &gauges, &page);
	expect_line(&page, "dayi_turns_total{outcome=\"answer\"} 2");
	expect_line(&page, "dayi_turns_total{outcome=\"decline\"} 1");
	expect_line(&page, "dayi_turns_total{outcome=\"error\"} 0");
	expect_line(&page, "dayi_turn_seconds_bucket{le=\"0.00005\"} 1");
	expect_line(&page, "dayi_turn_seconds_bucket{le=\"0.0001\"} 2");
	expect_line(&page, "dayi_turn_seconds_bucket{le=\"1\"} 2");
	expect_line(&page, "dayi_turn_seconds_bucket{le=\"+Inf\"} 3");
	expect_line(&page, "dayi_turn_seconds_sum 2.000101");
	expect_line(&page, "dayi_turn_seconds_count 3");
	buf_deinit(&page);
}

static void refusals_reloads_and_the_journal_are_shown(void **state)
{
	const struct metrics_gauges gauges = { .connections = 3,
		                               .chats = 2,
		                               .knowledge = "4f2a",
		                               .entries = 13,
		                               .loaded_at_ms = 1800000000999,
		                               .journal = { 1, 2, 3, 4 } };
	struct metrics metrics = { .reloads = 5, .reloads_refused = 6 };
	struct buf page;

	(void)state;
	metrics_refuse(&metrics, REFUSAL_RATE);
	write_page(&metrics, &gauges, &page);
	expect_line(&page, "dayi_refusals_total{reason=\"rate\"} 1");
	expect_line(&page, "dayi_refusals_total{reason=\"too_long\"} 0");
	expect_line(&page, "dayi_reloads_total{result=\"ok\"} 5");
	expect_line(&page, "dayi_reloads_total{result=\"refused\"} 6");
	expect_line(&page, "dayi_connections 3");
	expect_line(&page, "dayi_chats 2");
	expect_line(&page, "dayi_journal_queue 1");
	expect_line(&page, "dayi_journal_written_total 2");
	expect_line(&page, "dayi_journal_dropped_total{reason=\"queue_full\"} 3");
	expect_line(&page, "dayi_journal_dropped_total{reason=\"file\"} 4");
	expect_line(&page, "dayi_knowledge_info{version=\"4f2a\"} 1");
	expect_line(&page, "dayi_knowledge_entries 13");
	expect_line(&page, "dayi_knowledge_loaded_timestamp_seconds 1800000000");
	buf_deinit(&page);
}

static void without_a_snapshot_none_is_claimed(void **state)
{
	const struct metrics_gauges gauges = { 0 };
	const struct metrics metrics = { 0 };
	struct buf page;

	(void)state;
	write_page(&metrics, &gauges, &page);
	assert_null(strstr(buf_text(&page), "dayi_knowledge"));
	buf_deinit(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_are_counted_by_outcome_and_time),
		cmocka_unit_test(refusals_reloads_and_the_journal_are_shown),
		cmocka_unit_test(without_a_snapshot_none_is_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
