#include "office/records/source.h"

#include "support.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"

/* Against a PostgreSQL of its own, with the samples in it. */

#define ZHANG "419900198603120010" /* of samples/records: A certificate, nothing wrong */

enum { MOST_MS = 20000, SHORT_MS = 300, VALUE_SIZE = 256 };

struct setting {
	struct postgres postgres;
	char mapping[PATH_SIZE];
	struct captured_log log;
	struct record_source *source;
	struct facts *facts;
	struct record_report report;
};

static int set_up_all(void **state)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	postgres_make(&setting->postgres);
	postgres_start(&setting->postgres);
	postgres_load_samples(&setting->postgres);
	*state = setting;
	return 0;
}

static int tear_down_all(void **state)
{
	struct setting *setting = *state;

	postgres_remove(&setting->postgres);
	free(setting);
	return 0;
}

static int set_up(void **state)
{
	struct setting *setting = *state;

	if (!setting->postgres.pid)
		postgres_start(&setting->postgres);
	setting->mapping[0] = '\0';
	captured_log_open(&setting->log);
	setting->facts = shipped_facts();
	return 0;
}

static int tear_down(void **state)
{
	struct setting *setting = *state;

	record_source_destroy(setting->source);
	setting->source = NULL;
	facts_destroy(setting->facts);
	captured_log_close(&setting->log);
	return 0;
}

static struct record_source *opened(const char *kind, const char *file, const char *conninfo,
                                    const char *mapping, struct log *log)
{
	const struct record_settings settings = {
		.kind = kind, .file = file, .conninfo = conninfo, .mapping = mapping
	};
	struct relations *relations = shipped_relations();
	struct record_source *source = NULL;

	assert_int_equal(
	        record_source_create(&source, &settings, relations, log, clock_system(), NULL),
	        STATUS_OK);
	relations_release(relations);
	return source;
}

static void open_source(struct setting *setting)
{
	setting->source = opened("postgresql", NULL, setting->postgres.conninfo, setting->mapping,
	                         setting->log.log);
}

static void open_mapped(struct setting *setting, const char *first, const char *first_select,
                        const char *second, const char *second_select)
{
	scratch_mapping(&setting->postgres.scratch, setting->mapping, first, first_select, second,
	                second_select);
	open_source(setting);
}

static void read_within(struct setting *setting, const char *id_number, int64_t most_ms)
{
	const struct clock clock = clock_system();

	record_source_read(setting->source, id_number, RELATIONS_ALL_RECORDED,
	                   clock_monotonic_us(&clock) + most_ms * 1000, setting->facts,
	                   &setting->report);
}

static void expect_outcome(const struct setting *setting, size_t relation,
                           enum record_outcome outcome)
{
	assert_string_equal(record_outcome_text(setting->report.relations[relation]),
	                    record_outcome_text(outcome));
	assert_int_equal(facts_present(setting->facts, relation), outcome == RECORD_READ);
}

static void expect_all(const struct setting *setting, enum record_outcome outcome)
{
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++)
		expect_outcome(setting, r, outcome);
}

/* --- the same facts from both --- */

struct comparison {
	struct record_source *sqlite, *postgres;
	size_t people;
};

static void expect_equal_rows(const struct facts *a, const struct facts *b, size_t relation,
                              size_t row)
{
	for (size_t i = 0; i < relation_shape(facts_relations(a), relation)->column_count; i++) {
		const char *one = facts_value(a, relation, row, i);
		const char *other = facts_value(b, relation, row, i);

		assert_int_equal(one == NULL, other == NULL);
		if (one)
			assert_string_equal(one, other);
	}
}

static enum status compare_person(void *context, const struct csv_row *row)
{
	struct comparison *comparison = context;
	struct record_report one, other;
	struct facts *a = NULL, *b = NULL;
	const struct clock clock = clock_system();
	const int64_t deadline_us = clock_monotonic_us(&clock) + MOST_MS * 1000;
	char id_number[32];

	if (row->line == 1)
		return STATUS_OK;
	snprintf(id_number, sizeof(id_number), "%.*s", SPAN_ARGS(row->cells[0]));
	a = shipped_facts();
	b = shipped_facts();
	record_source_read(comparison->sqlite, id_number, RELATIONS_ALL_RECORDED, deadline_us, a,
	                   &one);
	record_source_read(comparison->postgres, id_number, RELATIONS_ALL_RECORDED, deadline_us, b,
	                   &other);
	assert_memory_equal(&one, &other, sizeof(one));
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++) {
		assert_true(facts_present(a, r));
		assert_int_equal(facts_rows(a, r), facts_rows(b, r));
		for (size_t i = 0; i < facts_rows(a, r); i++)
			expect_equal_rows(a, b, r, i);
	}
	assert_int_equal(facts_rows(a, RELATION_APPLICANT), 1);
	facts_destroy(a);
	facts_destroy(b);
	comparison->people++;
	return STATUS_OK;
}

static void the_same_records_give_the_same_facts_from_both_sources(void **state)
{
	struct setting *setting = *state;
	struct comparison comparison = { NULL, NULL, 0 };
	char file[PATH_SIZE];
	struct buf text;

	import_samples(scratch_path(&setting->postgres.scratch, "records.db", file));
	comparison.sqlite = opened("sqlite", file, NULL, NULL, NULL);
	comparison.postgres =
	        opened("postgresql", NULL, setting->postgres.conninfo, NULL, setting->log.log);
	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(SAMPLES "/applicant.csv", &text), STATUS_OK);
	assert_int_equal(csv_read_rows(buf_span(&text), "", NULL, compare_person, &comparison),
	                 STATUS_OK);
	assert_true(comparison.people >= 30);
	buf_deinit(&text);
	record_source_destroy(comparison.sqlite);
	record_source_destroy(comparison.postgres);
}

static void find_people(struct setting *setting, enum record_find find, const char *first,
                        const char *second, struct record_found *found)
{
	const char *values[RECORD_FIND_VALUES_MOST] = { first, second };
	const struct clock clock = clock_system();

	record_source_find(setting->source, find, values,
	                   clock_monotonic_us(&clock) + MOST_MS * INT64_C(1000), found);
}

static void people_are_found_by_what_a_caller_knows_of_them(void **state)
{
	struct setting *setting = *state;
	struct record_found found;

	open_source(setting);
	/* Twice, since a statement is prepared once. */
	for (int i = 0; i < 2; i++) {
		find_people(setting, RECORD_FIND_CERTIFICATE, "豫建安A（2025）9900001", "", &found);
		assert_int_equal(found.outcome, RECORD_READ);
		assert_int_equal(found.count, 1);
		assert_string_equal(found.people[0].id_number, ZHANG);
		assert_string_equal(found.people[0].company, "中原样例建筑有限公司");
	}
	find_people(setting, RECORD_FIND_COMPANY, "张安一", "中原样例建筑有限公司", &found);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.people[0].name, "张安一");
	find_people(setting, RECORD_FIND_COMPANY, "张安一", "' OR '1'='1", &found);
	assert_int_equal(found.outcome, RECORD_READ);
	assert_int_equal(found.count, 0);
}

static void dates_and_flags_come_in_the_form_of_facts(void **state)
{
	struct setting *setting = *state;

	open_source(setting);
	read_within(setting, "419900198011300229", MOST_MS); /* 吕黑丑, blacklisted */
	expect_all(setting, RECORD_READ);
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 2), "1");
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 3),
	                    "安全生产事故问责");
	assert_string_equal(facts_value(setting->facts, RELATION_EXAM, 0, 3), "2026-05-10");
	assert_string_equal(facts_value(setting->facts, RELATION_QUALIFICATION, 0, 1), "0");
}

static void all_relations_are_read_in_one_read_only_transaction(void **state)
{
	struct setting *setting = *state;
	static const char first[] =
	        "SELECT transaction_timestamp()::text AS name,"
	        " current_setting('transaction_read_only') AS blacklist_reason,"
	        " current_setting('transaction_isolation') AS id_number WHERE $1 <> ''";
	static const char second[] = "SELECT transaction_timestamp()::text AS name WHERE $1 <> ''";

	open_mapped(setting, "applicant", first, "company", second);
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_APPLICANT, RECORD_READ);
	expect_outcome(setting, RELATION_COMPANY, RECORD_READ);
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 1),
	                    facts_value(setting->facts, RELATION_COMPANY, 0, 0));
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 3), "on");
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 0),
	                    "repeatable read");
}

static void sql_in_an_id_number_is_only_text(void **state)
{
	struct setting *setting = *state;

	open_source(setting);
	read_within(setting, "' OR 1=1; DROP TABLE exam --", MOST_MS);
	expect_all(setting, RECORD_READ);
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++)
		assert_int_equal(facts_rows(setting->facts, r), 0);
	read_within(setting, ZHANG, MOST_MS);
	assert_int_equal(facts_rows(setting->facts, RELATION_EXAM), 1);
}

/* --- mappings that do not fit --- */

/* The other relation is read all the same. */
static void expect_failure(struct setting *setting, const char *select, const char *reason,
                           const char *words)
{
	char line[VALUE_SIZE];

	open_mapped(setting, "company", "SELECT name FROM company WHERE applicant_id = $1", "exam",
	            select);
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_COMPANY, RECORD_READ);
	assert_false(facts_present(setting->facts, RELATION_EXAM));
	snprintf(line, sizeof(line), "record_relation_failed relation=\"exam\" reason=\"%s\"",
	         reason);
	assert_true(captured_log_holds(&setting->log, line));
	if (!captured_log_holds(&setting->log, words))
		fail_msg("%s", setting->log.text);
	assert_false(captured_log_holds(&setting->log, ZHANG));
}

static void a_select_that_does_not_compile_is_wrong_schema(void **state)
{
	expect_failure(*state, "SELECT kind FROM exams WHERE applicant_id = $1", "wrong_schema",
	               "code=\"42P01\" message=\"relation \\\"exams\\\" does not exist\"");
}

static void a_column_that_the_relation_does_not_have_is_wrong_schema(void **state)
{
	expect_failure(*state, "SELECT kind AS score FROM exam WHERE applicant_id = $1",
	               "wrong_schema", "no such column in this relation: score");
}

static void a_column_given_twice_is_wrong_schema(void **state)
{
	expect_failure(*state, "SELECT kind, result AS kind FROM exam WHERE applicant_id = $1",
	               "wrong_schema", "column given twice: kind");
}

static void a_select_with_another_number_of_parameters_is_wrong_schema(void **state)
{
	struct setting *setting = *state;

	expect_failure(setting, "SELECT kind FROM exam", "wrong_schema", "must have one parameter");
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_EXAM, RECORD_WRONG_SCHEMA);
	expect_outcome(setting, RELATION_COMPANY, RECORD_READ);
	record_source_destroy(setting->source);
	expect_failure(setting, "SELECT kind FROM exam WHERE applicant_id = $1 AND kind = $2",
	               "wrong_schema", "must have one parameter");
}

static void a_mapping_can_not_write(void **state)
{
	struct setting *setting = *state;
	char count[VALUE_SIZE];

	postgres_run(&setting->postgres,
	             "CREATE OR REPLACE FUNCTION wipe(text) RETURNS text LANGUAGE sql AS "
	             "'DELETE FROM exam WHERE applicant_id = $1 RETURNING kind'");
	expect_failure(setting, "SELECT wipe($1) AS kind", "failed", "code=\"25006\"");
	record_source_destroy(setting->source);
	expect_failure(setting, "DELETE FROM exam WHERE applicant_id = $1 RETURNING kind",
	               "wrong_schema", "code=\"42601\"");
	record_source_destroy(setting->source);
	expect_failure(setting,
	               "WITH gone AS (DELETE FROM exam WHERE applicant_id = $1 RETURNING kind)"
	               " SELECT kind FROM gone",
	               "wrong_schema", "data-modifying");
	record_source_destroy(setting->source);
	expect_failure(setting, "SELECT kind FROM exam WHERE kind = $1); DELETE FROM exam --",
	               "wrong_schema", "code=\"42601\"");
	assert_string_equal(postgres_ask(&setting->postgres,
	                                 "SELECT count(*) FROM exam WHERE applicant_id = '" ZHANG
	                                 "'",
	                                 count, sizeof(count)),
	                    "1");
}

static void one_row_too_many_makes_the_relation_unknown(void **state)
{
	struct setting *setting = *state;

	expect_failure(setting, "SELECT $1 AS kind FROM generate_series(1, 201)", "too_large", "");
	record_source_destroy(setting->source);
	open_mapped(setting, "exam", "SELECT $1 AS kind FROM generate_series(1, 200)", NULL, NULL);
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	assert_int_equal(facts_rows(setting->facts, RELATION_EXAM), FACTS_ROWS_MOST);
}

/* The cast fails in the second row, and its message would quote the ID number. */
static void half_an_answer_is_no_answer(void **state)
{
	expect_failure(*state,
	               "SELECT CASE WHEN n = 1 THEN '0' ELSE ($1 || 'x')::boolean::text END AS kind"
	               " FROM generate_series(1, 2) AS n",
	               "failed", "code=\"22P02\" message=\"\"");
}

static void a_table_that_changes_under_way_is_read_again_after_one_failure(void **state)
{
	struct setting *setting = *state;

	postgres_run(&setting->postgres, "CREATE TABLE cj AS SELECT * FROM exam");
	open_mapped(setting, "exam",
	            "SELECT * FROM (SELECT taken_on FROM cj"
	            " WHERE applicant_id = $1) AS cj",
	            NULL, NULL);
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	postgres_run(&setting->postgres, "ALTER TABLE cj ALTER taken_on TYPE text");
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_EXAM, RECORD_WRONG_SCHEMA);
	read_within(setting, ZHANG, MOST_MS);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	postgres_run(&setting->postgres, "DROP TABLE cj");
}

/* --- slow and gone --- */

static void a_slow_select_ends_at_the_deadline_and_what_was_read_stays(void **state)
{
	struct setting *setting = *state;

	open_mapped(setting, "applicant", "SELECT name FROM applicant WHERE applicant_id = $1",
	            "exam", "SELECT $1 AS kind FROM pg_sleep(600)");
	read_within(setting, ZHANG, SHORT_MS);
	expect_outcome(setting, RELATION_APPLICANT, RECORD_READ);
	expect_outcome(setting, RELATION_EXAM, RECORD_TIMED_OUT);
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 1), "张安一");
}

static int64_t frozen_us(void *context)
{
	return *(const int64_t *)context;
}

/* Our clock stands still, so only the server's own limit can end it. */
static void the_server_is_told_the_deadline_too(void **state)
{
	struct setting *setting = *state;
	int64_t now_us = 1000;
	const struct clock clock = { NULL, frozen_us, &now_us };
	const struct record_settings settings = { .kind = "postgresql",
		                                  .conninfo = setting->postgres.conninfo,
		                                  .mapping = setting->mapping };

	scratch_mapping(&setting->postgres.scratch, setting->mapping, "exam",
	                "SELECT $1 AS kind FROM pg_sleep(600)", NULL, NULL);
	assert_int_equal(record_source_create(&setting->source, &settings,
	                                      facts_relations(setting->facts), setting->log.log,
	                                      clock, NULL),
	                 STATUS_OK);
	record_source_read(setting->source, ZHANG, RELATION_BIT(RELATION_EXAM),
	                   now_us + SHORT_MS * 1000, setting->facts, &setting->report);
	expect_outcome(setting, RELATION_EXAM, RECORD_TIMED_OUT);
}

static void a_server_that_accepts_and_says_nothing_costs_the_deadline_only(void **state)
{
	struct setting *setting = *state;
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	char conninfo[PATH_SIZE];

	assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(conninfo, sizeof(conninfo), "host=127.0.0.1 port=%d dbname=postgres",
	         ntohs(address.sin_port));
	setting->source = opened("postgresql", NULL, conninfo, NULL, setting->log.log);
	read_within(setting, ZHANG, SHORT_MS);
	expect_all(setting, RECORD_TIMED_OUT);
	close(fd);
}

static void a_server_that_is_down_is_unreachable_until_it_is_up(void **state)
{
	struct setting *setting = *state;

	postgres_stop(&setting->postgres);
	open_source(setting);
	read_within(setting, ZHANG, MOST_MS);
	expect_all(setting, RECORD_UNREACHABLE);
	assert_true(captured_log_holds(&setting->log, "record_source_unreachable"));
	postgres_start(&setting->postgres);
	read_within(setting, ZHANG, MOST_MS);
	expect_all(setting, RECORD_READ);
	assert_true(captured_log_holds(&setting->log, "record_source_recovered"));
}

static void a_server_that_was_started_again_between_two_reads_is_not_noticed(void **state)
{
	struct setting *setting = *state;

	open_source(setting);
	read_within(setting, ZHANG, MOST_MS);
	expect_all(setting, RECORD_READ);
	postgres_stop(&setting->postgres);
	postgres_start(&setting->postgres);
	read_within(setting, ZHANG, MOST_MS);
	expect_all(setting, RECORD_READ);
}

static void nap(void)
{
	const struct timespec time = { 0, 20 * 1000000L };

	nanosleep(&time, NULL);
}

/* Waits until the query is under way, then stops the server as a crash would. */
static void *stop_in_the_middle(void *context)
{
	const struct postgres *postgres = context;
	char count[VALUE_SIZE] = "0";

	while (strcmp(count, "1") != 0) {
		nap();
		postgres_ask(postgres,
		             "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
		             count, sizeof(count));
	}
	kill(postgres->pid, SIGQUIT);
	return NULL;
}

static void a_server_that_is_stopped_in_the_middle_leaves_the_rest_unknown(void **state)
{
	struct setting *setting = *state;
	pthread_t thread;

	open_mapped(setting, "applicant", "SELECT name FROM applicant WHERE applicant_id = $1",
	            "exam", "SELECT $1 AS kind FROM pg_sleep(600)");
	assert_int_equal(pthread_create(&thread, NULL, stop_in_the_middle, &setting->postgres), 0);
	read_within(setting, ZHANG, MOST_MS);
	pthread_join(thread, NULL);
	postgres_stop(&setting->postgres);
	expect_outcome(setting, RELATION_EXAM, RECORD_UNREACHABLE);
	expect_outcome(setting, RELATION_APPLICANT, RECORD_READ);
	assert_false(captured_log_holds(&setting->log, ZHANG));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_same_records_give_the_same_facts_from_both_sources),
		TEST(people_are_found_by_what_a_caller_knows_of_them),
		TEST(dates_and_flags_come_in_the_form_of_facts),
		TEST(all_relations_are_read_in_one_read_only_transaction),
		TEST(sql_in_an_id_number_is_only_text),
		TEST(a_select_that_does_not_compile_is_wrong_schema),
		TEST(a_column_that_the_relation_does_not_have_is_wrong_schema),
		TEST(a_column_given_twice_is_wrong_schema),
		TEST(a_select_with_another_number_of_parameters_is_wrong_schema),
		TEST(a_mapping_can_not_write),
		TEST(one_row_too_many_makes_the_relation_unknown),
		TEST(half_an_answer_is_no_answer),
		TEST(a_table_that_changes_under_way_is_read_again_after_one_failure),
		TEST(a_slow_select_ends_at_the_deadline_and_what_was_read_stays),
		TEST(the_server_is_told_the_deadline_too),
		TEST(a_server_that_accepts_and_says_nothing_costs_the_deadline_only),
		TEST(a_server_that_is_down_is_unreachable_until_it_is_up),
		TEST(a_server_that_was_started_again_between_two_reads_is_not_noticed),
		TEST(a_server_that_is_stopped_in_the_middle_leaves_the_rest_unknown),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
