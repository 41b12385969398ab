#include "office/records/source.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

/* The SQLite source, and what both have in common. */

#define ZHANG       "419900198603120010" /* of samples/records: A certificate, nothing wrong */
#define UNKNOWN_ONE "419900199901019998"

enum { TICK_US = 100, MOST_MS = 2000, SHORT_MS = 100 };

struct setting {
	struct scratch_folder scratch;
	char file[PATH_SIZE];
	char mapping[PATH_SIZE];
	struct captured_log log;
	struct record_source *source;
	struct facts *facts;
	struct record_report report;
};

/* A clock that moves on by itself whenever it is looked at: nothing here waits. */
static int64_t ticking_us(void *context)
{
	int64_t *now_us = context;

	*now_us += TICK_US;
	return *now_us;
}

static int64_t still_ms(void *context)
{
	(void)context;
	return 0;
}

static int set_up(void **state)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	scratch_make(&setting->scratch);
	scratch_path(&setting->scratch, "records.db", setting->file);
	captured_log_open(&setting->log);
	setting->facts = shipped_facts();
	*state = setting;
	return 0;
}

static int tear_down(void **state)
{
	struct setting *setting = *state;

	record_source_destroy(setting->source);
	facts_destroy(setting->facts);
	captured_log_close(&setting->log);
	scratch_remove(&setting->scratch);
	free(setting);
	return 0;
}

static void open_source(struct setting *setting, struct clock clock)
{
	const struct record_settings settings = { .kind = "sqlite",
		                                  .file = setting->file,
		                                  .mapping = setting->mapping };
	struct relations *relations = facts_relations(setting->facts);

	assert_int_equal(record_source_create(&setting->source, &settings, relations,
	                                      setting->log.log, clock, NULL),
	                 STATUS_OK);
}

static void open_samples(struct setting *setting)
{
	import_samples(setting->file);
	open_source(setting, clock_system());
}

static void open_mapped(struct setting *setting, const char *first, const char *first_select,
                        const char *second, const char *second_select)
{
	scratch_mapping(&setting->scratch, setting->mapping, first, first_select, second,
	                second_select);
	open_samples(setting);
}

static void read_one(struct setting *setting, const char *id_number)
{
	const struct clock clock = clock_system();

	record_source_read(setting->source, id_number, RELATIONS_ALL_RECORDED,
	                   clock_monotonic_us(&clock) + MOST_MS * 1000, setting->facts,
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

static void every_relation_of_the_embedded_tables_is_read(void **state)
{
	struct setting *setting = *state;

	open_samples(setting);
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_READ);
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 1), "张安一");
	assert_string_equal(facts_value(setting->facts, RELATION_APPLICANT, 0, 2), "0");
	assert_null(facts_value(setting->facts, RELATION_APPLICANT, 0, 3));
	assert_string_equal(facts_value(setting->facts, RELATION_CERTIFICATE, 0, 6), "2028-03-31");
	assert_int_equal(facts_rows(setting->facts, RELATION_CONSTRUCTOR), 0);
	assert_int_equal(setting->report.unusable, 0);
}

static void relations_that_are_not_asked_for_are_not_read(void **state)
{
	struct setting *setting = *state;
	const struct clock clock = clock_system();

	open_samples(setting);
	record_source_read(setting->source, ZHANG, RELATION_BIT(RELATION_EXAM),
	                   clock_monotonic_us(&clock) + MOST_MS * 1000, setting->facts,
	                   &setting->report);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	expect_outcome(setting, RELATION_APPLICANT, RECORD_NOT_ASKED);
}

static void somebody_without_a_record_is_known_to_have_none(void **state)
{
	struct setting *setting = *state;

	open_samples(setting);
	read_one(setting, UNKNOWN_ONE);
	expect_all(setting, RECORD_READ);
	assert_int_equal(facts_rows(setting->facts, RELATION_APPLICANT), 0);
}

static void sql_in_an_id_number_is_only_text(void **state)
{
	struct setting *setting = *state;

	open_samples(setting);
	read_one(setting, "' OR 1=1; DROP TABLE exam --");
	expect_all(setting, RECORD_READ);
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++)
		assert_int_equal(facts_rows(setting->facts, r), 0);
	read_one(setting, ZHANG);
	assert_int_equal(facts_rows(setting->facts, RELATION_EXAM), 1);
}

static void a_relation_without_a_select_stays_unknown(void **state)
{
	struct setting *setting = *state;

	open_mapped(setting, "exam", "SELECT kind FROM exam WHERE applicant_id = ?1", NULL, NULL);
	read_one(setting, ZHANG);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	assert_string_equal(facts_value(setting->facts, RELATION_EXAM, 0, 0), "继续教育");
	assert_null(facts_value(setting->facts, RELATION_EXAM, 0, 3));
	expect_outcome(setting, RELATION_COMPANY, RECORD_NOT_MAPPED);
}

/* The other relation is read all the same. */
static void expect_refused(struct setting *setting, const char *select, const char *words)
{
	open_mapped(setting, "company", "SELECT name FROM company WHERE applicant_id = ?1", "exam",
	            select);
	read_one(setting, ZHANG);
	expect_outcome(setting, RELATION_COMPANY, RECORD_READ);
	expect_outcome(setting, RELATION_EXAM, RECORD_WRONG_SCHEMA);
	assert_true(captured_log_holds(&setting->log, "record_relation_failed relation=\"exam\" "
	                                              "reason=\"wrong_schema\""));
	assert_true(captured_log_holds(&setting->log, words));
	assert_false(captured_log_holds(&setting->log, ZHANG));
}

static void a_select_that_does_not_compile_is_wrong_schema(void **state)
{
	expect_refused(*state, "SELECT kind FROM exams WHERE applicant_id = ?1",
	               "no such table: exams");
}

static void a_column_that_the_relation_does_not_have_is_wrong_schema(void **state)
{
	expect_refused(*state, "SELECT kind AS score FROM exam WHERE applicant_id = ?1",
	               "no such column in this relation: score");
}

static void more_columns_than_a_relation_can_have_are_wrong_schema(void **state)
{
	expect_refused(*state,
	               "SELECT kind, id_number, result, taken_on, 1 AS a, 2 AS b, 3 AS c, 4 AS d,"
	               " 5 AS e, 6 AS f, 7 AS g, 8 AS h, 9 AS i, 10 AS j, 11 AS k FROM exam"
	               " WHERE applicant_id = ?1",
	               "no such column in this relation: a");
}

static void a_select_without_the_parameter_is_wrong_schema(void **state)
{
	expect_refused(*state, "SELECT kind FROM exam", "must have one parameter");
}

static void a_select_with_two_parameters_is_wrong_schema(void **state)
{
	expect_refused(*state, "SELECT kind FROM exam WHERE applicant_id = ?1 AND kind = ?2",
	               "must have one parameter");
}

static void a_mapping_can_not_write(void **state)
{
	expect_refused(*state, "DELETE FROM exam WHERE applicant_id = ?1 RETURNING kind",
	               "syntax error");
}

static void a_mapping_can_not_end_its_statement_to_begin_another(void **state)
{
	expect_refused(*state,
	               "SELECT kind FROM exam WHERE applicant_id = ?1); DELETE FROM exam --",
	               "must be one statement");
	read_one(*state, ZHANG);
	expect_outcome(*state, RELATION_EXAM, RECORD_WRONG_SCHEMA);
}

static void a_mapping_can_not_look_at_pragmas(void **state)
{
	expect_refused(*state, "SELECT name AS kind FROM pragma_table_info(?1)", "not authorized");
}

static void a_mapping_can_not_load_an_extension(void **state)
{
	expect_refused(*state, "SELECT load_extension(?1) AS kind", "not authorized");
}

static void ask_for_rows(struct setting *setting, int rows)
{
	char select[256];

	snprintf(select, sizeof(select),
	         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	         " SELECT ?1 AS id_number FROM n",
	         rows);
	open_mapped(setting, "exam", select, NULL, NULL);
	read_one(setting, ZHANG);
}

static void as_many_rows_as_allowed_are_read(void **state)
{
	ask_for_rows(*state, FACTS_ROWS_MOST);
	expect_outcome(*state, RELATION_EXAM, RECORD_READ);
}

static void one_row_more_makes_the_relation_unknown(void **state)
{
	ask_for_rows(*state, FACTS_ROWS_MOST + 1);
	expect_outcome(*state, RELATION_EXAM, RECORD_TOO_LARGE);
}

/* abs() of the least integer overflows, in the second row only. */
static void half_an_answer_is_no_answer(void **state)
{
	struct setting *setting = *state;

	open_mapped(setting, "exam",
	            "SELECT ?1 AS id_number UNION ALL"
	            " SELECT abs(-9223372036854775807 + 17 - length(?1))",
	            "company", "SELECT name FROM company WHERE applicant_id = ?1");
	read_one(setting, ZHANG);
	expect_outcome(setting, RELATION_EXAM, RECORD_FAILED);
	expect_outcome(setting, RELATION_COMPANY, RECORD_READ);
	assert_true(captured_log_holds(&setting->log, "reason=\"failed\" code=\"1\""));
	assert_false(captured_log_holds(&setting->log, ZHANG));
}

static void a_select_without_end_ends_at_the_deadline(void **state)
{
	struct setting *setting = *state;
	int64_t now_us = 0;
	const struct clock clock = { still_ms, ticking_us, &now_us };

	scratch_mapping(&setting->scratch, setting->mapping, "applicant",
	                "SELECT name FROM applicant WHERE applicant_id = ?1", "exam",
	                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
	                " SELECT ?1 AS kind FROM n WHERE i < 0");
	import_samples(setting->file);
	open_source(setting, clock);
	record_source_read(setting->source, ZHANG, RELATIONS_ALL_RECORDED, MOST_MS * 1000,
	                   setting->facts, &setting->report);
	expect_outcome(setting, RELATION_APPLICANT, RECORD_READ);
	expect_outcome(setting, RELATION_EXAM, RECORD_TIMED_OUT);
	assert_true(now_us < (MOST_MS + MOST_MS / 10) * 1000);
}

static void a_file_that_another_program_holds_is_waited_for_until_the_deadline(void **state)
{
	struct setting *setting = *state;
	const struct clock clock = clock_system();
	sqlite3 *other;

	open_samples(setting);
	assert_int_equal(sqlite3_open(setting->file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	record_source_read(setting->source, ZHANG, RELATIONS_ALL_RECORDED,
	                   clock_monotonic_us(&clock) + SHORT_MS * 1000, setting->facts,
	                   &setting->report);
	expect_all(setting, RECORD_TIMED_OUT);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_READ);
}

static void nothing_is_read_after_the_deadline(void **state)
{
	struct setting *setting = *state;

	open_samples(setting);
	record_source_read(setting->source, ZHANG, RELATIONS_ALL_RECORDED, 1, setting->facts,
	                   &setting->report);
	expect_all(setting, RECORD_TIMED_OUT);
}

static void a_missing_file_is_unreachable_until_it_is_there(void **state)
{
	struct setting *setting = *state;

	open_source(setting, clock_system());
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_UNREACHABLE);
	assert_true(captured_log_holds(&setting->log, "record_source_unreachable"));
	import_samples(setting->file);
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_READ);
	assert_true(captured_log_holds(&setting->log, "record_source_recovered"));
}

static void a_file_that_is_no_database_is_unreachable(void **state)
{
	struct setting *setting = *state;

	scratch_write(&setting->scratch, "records.db",
	              "applicant_id,name\n419900198603120010,张安一\n"
	              "a text that is longer than the head of a database has to be, which is "
	              "one hundred bytes\n");
	open_source(setting, clock_system());
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_UNREACHABLE);
}

static void a_database_that_was_replaced_is_opened_anew(void **state)
{
	struct setting *setting = *state;

	open_samples(setting);
	read_one(setting, ZHANG);
	assert_int_equal(facts_rows(setting->facts, RELATION_APPLICANT), 1);
	unlink(setting->file);
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_UNREACHABLE);
	import_samples(setting->file);
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_READ);
}

static void a_value_of_another_form_is_unknown_and_reported_without_it(void **state)
{
	struct setting *setting = *state;

	open_mapped(setting, "exam",
	            "SELECT ?1 AS id_number, '6 May 2023' AS taken_on, x'ff00' AS kind", NULL,
	            NULL);
	read_one(setting, ZHANG);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	assert_null(facts_value(setting->facts, RELATION_EXAM, 0, 0));
	assert_null(facts_value(setting->facts, RELATION_EXAM, 0, 3));
	assert_string_equal(facts_value(setting->facts, RELATION_EXAM, 0, 1), ZHANG);
	assert_int_equal(setting->report.unusable, 2);
	assert_true(captured_log_holds(&setting->log, "record_value_unusable relation=\"exam\" "
	                                              "column=\"taken_on\""));
	assert_false(captured_log_holds(&setting->log, "6 May"));
	assert_false(captured_log_holds(&setting->log, ZHANG));
}

static void a_word_that_no_rule_knows_is_unknown_and_reported_without_it(void **state)
{
	struct setting *setting = *state;

	open_mapped(setting, "exam",
	            "SELECT '作弊' AS result, '' AS kind, ?1 AS id_number UNION ALL"
	            " SELECT ' 缺考', '首次', NULL",
	            NULL, NULL);
	read_one(setting, ZHANG);
	expect_outcome(setting, RELATION_EXAM, RECORD_READ);
	assert_null(facts_value(setting->facts, RELATION_EXAM, 0, 0));
	assert_null(facts_value(setting->facts, RELATION_EXAM, 0, 2));
	assert_string_equal(facts_value(setting->facts, RELATION_EXAM, 1, 0), "首次取证");
	assert_string_equal(facts_value(setting->facts, RELATION_EXAM, 1, 2), "不合格");
	assert_int_equal(setting->report.unusable, 2);
	assert_true(captured_log_holds(&setting->log,
	                               "record_value_unusable relation=\"exam\" column=\"result\" "
	                               "reason=\"unknown_word\""));
	assert_true(captured_log_holds(&setting->log, "column=\"kind\" reason=\"empty\""));
	assert_false(captured_log_holds(&setting->log, "作弊"));
}

/* As an import of version 1 stored them. */
static void words_that_an_earlier_import_left_as_they_were_are_read_as_today(void **state)
{
	struct setting *setting = *state;
	sqlite3 *db;

	import_samples(setting->file);
	assert_int_equal(sqlite3_open(setting->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	                              "UPDATE exam SET result = '及格'; PRAGMA user_version = 1",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	sqlite3_close(db);
	open_source(setting, clock_system());
	read_one(setting, ZHANG);
	assert_string_equal(facts_value(setting->facts, RELATION_EXAM, 0, 2), "合格");
}

/* Facts of these relations instead of the shipped ones, as after a reload of the knowledge. */
static void change_relations(struct setting *setting, const char *json)
{
	struct relations *relations = NULL;

	facts_destroy(setting->facts);
	setting->facts = NULL;
	assert_int_equal(relations_read(&relations, span_of(json), "relations.json", NULL),
	                 STATUS_OK);
	assert_int_equal(facts_create(relations, &setting->facts), STATUS_OK);
	relations_release(relations);
}

static void relations_that_have_changed_since_are_read_by_their_names(void **state)
{
	struct setting *setting = *state;
	enum { COMPANY = RELATION_RECORDED, EXAM };

	open_samples(setting);
	read_one(setting, ZHANG);
	change_relations(
	        setting,
	        "{\"relations\":{\"company\":{\"label\":\"企业\",\"columns\":{"
	        "\"name\":{\"label\":\"名称\"}}},"
	        "\"exam\":{\"label\":\"成绩\",\"columns\":{\"result\":{\"label\":\"结果\"},"
	        "\"kind\":{\"label\":\"种类\"}}}}}");
	read_one(setting, ZHANG);
	expect_outcome(setting, COMPANY, RECORD_READ);
	expect_outcome(setting, EXAM, RECORD_READ);
	assert_string_equal(facts_value(setting->facts, COMPANY, 0, 0), "中原样例建筑有限公司");
	assert_string_equal(facts_value(setting->facts, EXAM, 0, 0), "合格");
	assert_string_equal(facts_value(setting->facts, EXAM, 0, 1), "继续教育");
}

static void a_mapping_that_does_not_fit_changed_relations_leaves_them_unknown(void **state)
{
	struct setting *setting = *state;
	enum { RESULT = RELATION_RECORDED };

	open_mapped(setting, "exam", "SELECT kind FROM exam WHERE applicant_id = ?1", NULL, NULL);
	change_relations(setting, "{\"relations\":{\"result\":{\"label\":\"成绩\",\"columns\":{"
	                          "\"kind\":{\"label\":\"种类\"}}}}}");
	read_one(setting, ZHANG);
	expect_outcome(setting, RESULT, RECORD_WRONG_SCHEMA);
	assert_true(captured_log_holds(&setting->log, "record_mapping_unfit"));
	assert_true(captured_log_holds(&setting->log, "relations.exam: there is no such relation"));
}

static void the_same_failure_is_logged_once(void **state)
{
	struct setting *setting = *state;

	expect_refused(setting, "SELECT kind FROM exams WHERE applicant_id = ?1", "no such table");
	const size_t size = setting->log.size;
	read_one(setting, ZHANG);
	assert_true(captured_log_holds(&setting->log, "record_relation_failed"));
	assert_int_equal(setting->log.size, size);
}

static void without_a_source_every_relation_is_unknown(void **state)
{
	struct setting *setting = *state;
	const struct record_settings settings = { .kind = "none" };

	assert_int_equal(record_source_create(&setting->source, &settings,
	                                      facts_relations(setting->facts), NULL, clock_system(),
	                                      NULL),
	                 STATUS_OK);
	read_one(setting, ZHANG);
	expect_all(setting, RECORD_NOT_MAPPED);
}

static void settings_that_can_not_work_are_faults_without_a_password(void **state)
{
	static const struct record_settings bad[] = {
		{ .kind = "oracle" },
		{ .kind = "sqlite" },
		{ .kind = "postgresql", .conninfo = "" },
		{ .kind = "postgresql", .conninfo = "host=10.0.0.5 password = 'geheim" },
		{ .kind = "postgresql", .conninfo = "geheim" },
	};
	struct relations *relations = shipped_relations();
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct record_source *source = NULL;
		struct faults *faults = NULL;

		assert_int_equal(faults_create(&faults), STATUS_OK);
		assert_int_equal(record_source_create(&source, &bad[i], relations, NULL,
		                                      clock_system(), faults),
		                 STATUS_INVALID);
		assert_int_equal(faults_kept(faults), 1);
		fault_format(faults_at(faults, 0), line, sizeof(line));
		assert_null(strstr(line, "geheim"));
		faults_destroy(faults);
	}
	relations_release(relations);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_relation_of_the_embedded_tables_is_read),
		TEST(relations_that_are_not_asked_for_are_not_read),
		TEST(somebody_without_a_record_is_known_to_have_none),
		TEST(sql_in_an_id_number_is_only_text),
		TEST(a_relation_without_a_select_stays_unknown),
		TEST(a_select_that_does_not_compile_is_wrong_schema),
		TEST(a_column_that_the_relation_does_not_have_is_wrong_schema),
		TEST(more_columns_than_a_relation_can_have_are_wrong_schema),
		TEST(a_select_without_the_parameter_is_wrong_schema),
		TEST(a_select_with_two_parameters_is_wrong_schema),
		TEST(a_mapping_can_not_write),
		TEST(a_mapping_can_not_end_its_statement_to_begin_another),
		TEST(a_mapping_can_not_look_at_pragmas),
		TEST(a_mapping_can_not_load_an_extension),
		TEST(as_many_rows_as_allowed_are_read),
		TEST(one_row_more_makes_the_relation_unknown),
		TEST(half_an_answer_is_no_answer),
		TEST(a_select_without_end_ends_at_the_deadline),
		TEST(a_file_that_another_program_holds_is_waited_for_until_the_deadline),
		TEST(nothing_is_read_after_the_deadline),
		TEST(a_missing_file_is_unreachable_until_it_is_there),
		TEST(a_file_that_is_no_database_is_unreachable),
		TEST(a_database_that_was_replaced_is_opened_anew),
		TEST(a_value_of_another_form_is_unknown_and_reported_without_it),
		TEST(a_word_that_no_rule_knows_is_unknown_and_reported_without_it),
		TEST(words_that_an_earlier_import_left_as_they_were_are_read_as_today),
		TEST(relations_that_have_changed_since_are_read_by_their_names),
		TEST(a_mapping_that_does_not_fit_changed_relations_leaves_them_unknown),
		TEST(the_same_failure_is_logged_once),
		TEST(without_a_source_every_relation_is_unknown),
		TEST(settings_that_can_not_work_are_faults_without_a_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
