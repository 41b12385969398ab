#include "engine/facts/relations.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "shipped_relations.h"

enum { LINE_SIZE = 512, JSON_SIZE = 4096 };

static struct relations *read_from(const char *json)
{
	struct relations *relations = NULL;
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	const enum status status = relations_read(&relations, span_of(json), "r.json", faults);
	faults_print(faults, stderr);
	faults_destroy(faults);
	assert_int_equal(status, STATUS_OK);
	return relations;
}

/* The first fault, as people see it. */
static void expect_fault(const char *json, const char *fault)
{
	struct relations *relations = NULL;
	struct faults *faults = NULL;
	char line[LINE_SIZE];

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(relations_read(&relations, span_of(json), "r.json", faults),
	                 STATUS_INVALID);
	assert_null(relations);
	assert_true(faults_kept(faults) >= 1);
	assert_string_equal(fault_format(faults_at(faults, 0), line, sizeof(line)), fault);
	faults_destroy(faults);
	/* Nobody need listen. */
	assert_int_equal(relations_read(&relations, span_of(json), "r.json", NULL), STATUS_INVALID);
}

/* A relation of that name with one column of that name. */
static const char *named(const char *relation, const char *column)
{
	static char json[JSON_SIZE];

	snprintf(json, sizeof(json),
	         "{\"relations\":{\"%s\":{\"label\":\"甲\",\"columns\":{\"%s\":{\"label\":\"乙\"}}}"
	         "}}",
	         relation, column);
	return json;
}

/* The relation `loan` with a column `state` of these members. */
static const char *with_column(const char *members)
{
	static char json[JSON_SIZE];

	snprintf(json, sizeof(json),
	         "{\"relations\":{\"loan\":{\"label\":\"借阅\",\"columns\":{\"state\":{%s}}}}}",
	         members);
	return json;
}

static const char *taken(const struct column *column, const char *text)
{
	static char number[NUMBER_TEXT_SIZE];
	const char *value;

	return column_take(column, text, number, &value) == FIT_GOOD ? value : NULL;
}

static const struct column *shipped_column(const struct relations *relations, size_t relation,
                                           const char *name)
{
	const struct relation_shape *shape = relation_shape(relations, relation);

	return &shape->columns[column_named(shape, span_of(name))];
}

static void the_shipped_relations_are_those_that_rules_are_written_for(void **state)
{
	static const struct {
		const char *name, *columns;
	} expected[] = {
		[RELATION_SAID] = { "said", "fact value" },
		[RELATION_TYPED] = { "typed", "kind value valid of from to" },
		[RELATION_CLIENT] = { "client", "browser channel" },
		[RELATION_APPLICANT] = { "applicant",
		                         "id_number name blacklisted blacklist_reason" },
		[RELATION_CERTIFICATE] = { "certificate",
		                           "number category id_number employer employer_code "
		                           "issued_on expires_on status former_number" },
		[RELATION_EXAM] = { "exam", "kind id_number result taken_on" },
		[RELATION_APPLICATION] = { "application", "number matter company company_code "
		                                          "submitted_on status closed_on" },
		[RELATION_COMPANY] = { "company", "name code org_code filed_under" },
		[RELATION_QUALIFICATION] = { "qualification", "kind legacy holder" },
		[RELATION_CONSTRUCTOR] = { "constructor",
		                           "level id_number birth_date company status expires_on" },
	};
	struct relations *relations = shipped_relations();

	(void)state;
	assert_int_equal(relations_count(relations), SHIPPED_RELATIONS_END);
	assert_int_equal(relations_recorded(relations), 0x3f8);
	for (size_t r = 0; r < relations_count(relations); r++) {
		const struct relation_shape *shape = relation_shape(relations, r);
		char columns[LINE_SIZE] = "";
		size_t len = 0;

		for (size_t i = 0; i < shape->column_count; i++)
			len += (size_t)snprintf(columns + len, sizeof(columns) - len, "%s%s",
			                        i ? " " : "", shape->columns[i].name);
		assert_string_equal(shape->name, expected[r].name);
		assert_string_equal(columns, expected[r].columns);
		assert_int_equal(relation_named(relations, span_of(shape->name)), r);
	}
	assert_int_equal(relation_named(relations, span_of("Exam")), relations_count(relations));
	relations_release(relations);
}

/* The words that the facts' table lists, and what offices and clerks write for them. */
static void a_word_is_known_in_the_forms_that_registers_write(void **state)
{
	static const struct {
		size_t relation;
		const char *column, *text, *word;
	} rows[] = {
		{ RELATION_APPLICATION, "status", "审核中", "在办" },
		{ RELATION_APPLICATION, "status", "受理中", "在办" },
		{ RELATION_APPLICATION, "status", "已办结", "办结" },
		/* Another thing than 注销, by law. */
		{ RELATION_CERTIFICATE, "status", "撤销", NULL },
		{ RELATION_CONSTRUCTOR, "status", "吊销", NULL },
		{ RELATION_CERTIFICATE, "status", "已注销", "注销" },
		{ RELATION_CERTIFICATE, "status", "暂扣", NULL },
		{ RELATION_CERTIFICATE, "category", "c1", "C1" },
		{ RELATION_CERTIFICATE, "category", "C", NULL },
		{ RELATION_EXAM, "result", "不及格", "不合格" },
		{ RELATION_EXAM, "result", "缺考", "不合格" },
		{ RELATION_EXAM, "result", "及格", "合格" },
		{ RELATION_EXAM, "kind", "首次", "首次取证" },
		{ RELATION_COMPANY, "filed_under", "ＣＯＤＥ", "code" },
		{ RELATION_QUALIFICATION, "kind", "建筑工程施工总承包叁级", "房屋建筑" },
		{ RELATION_QUALIFICATION, "kind", "市政公用工程施工总承包特级", "市政公用工程" },
		{ RELATION_QUALIFICATION, "kind", "施工劳务（不分等级）", "建筑劳务" },
		{ RELATION_QUALIFICATION, "kind", "砌筑作业分包一级", "建筑劳务" },
		{ RELATION_QUALIFICATION, "kind", "公路工程施工总承包贰级", "其他" },
		{ RELATION_QUALIFICATION, "kind", "模板脚手架专业承包不分等级", "其他" },
		{ RELATION_QUALIFICATION, "kind", "食品经营", NULL },
		{ RELATION_CONSTRUCTOR, "level", "壹级", "一级" },
	};
	struct relations *relations = shipped_relations();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *word = taken(
		        shipped_column(relations, rows[i].relation, rows[i].column), rows[i].text);

		if (!word != !rows[i].word || (word && strcmp(word, rows[i].word) != 0))
			fail_msg("%s: %s", rows[i].text, word ? word : "unknown");
	}
	relations_release(relations);
}

static void width_blanks_and_case_of_a_word_do_not_count(void **state)
{
	struct relations *relations =
	        read_from(with_column("\"label\":\"状态\",\"words\":{\"Ａ(甲)\":[],\"乙 乙\":[]}"));
	const struct column *column = &relation_shape(relations, RELATION_RECORDED)->columns[0];

	(void)state;
	assert_string_equal(taken(column, "a（甲）"), "Ａ(甲)");
	assert_string_equal(taken(column, "\tA (甲)　"), "Ａ(甲)");
	assert_string_equal(taken(column, "乙乙"), "乙 乙");
	assert_null(taken(column, "乙"));
	relations_release(relations);
}

static void the_longest_beginning_decides_and_a_whole_form_before_it(void **state)
{
	struct relations *relations =
	        read_from(with_column("\"label\":\"状态\",\"words\":{\"甲\":[\"一*\"],\"乙\":["
	                              "\"一二*\"],\"丙\":[\"一二三\"]}"));
	const struct column *column = &relation_shape(relations, RELATION_RECORDED)->columns[0];

	(void)state;
	assert_string_equal(taken(column, "一"), "甲");
	assert_string_equal(taken(column, "一三"), "甲");
	assert_string_equal(taken(column, "一二"), "乙");
	assert_string_equal(taken(column, "一二四"), "乙");
	assert_string_equal(taken(column, "一二三"), "丙");
	assert_null(taken(column, "二一"));
	relations_release(relations);
}

static void an_empty_text_is_no_value_unless_it_means_none(void **state)
{
	struct relations *relations = shipped_relations();
	const struct column *former =
	        shipped_column(relations, RELATION_CERTIFICATE, "former_number");
	const struct column *number = shipped_column(relations, RELATION_CERTIFICATE, "number");
	char room[NUMBER_TEXT_SIZE];
	const char *value;

	(void)state;
	assert_string_equal(taken(former, ""), "");
	assert_int_equal(column_take(number, "", room, &value), FIT_EMPTY);
	assert_int_equal(column_take(number, " 　", room, &value), FIT_EMPTY);
	assert_null(value);
	relations_release(relations);
}

static void a_day_is_one_of_the_calendar(void **state)
{
	struct relations *relations = shipped_relations();
	const struct column *day = shipped_column(relations, RELATION_EXAM, "taken_on");
	static const char *const good[] = { "2024-02-29", "2000-02-29", "2026-12-31" };
	static const char *const bad[] = { "1900-02-29", "2026-02-29",  "2026-04-31",
		                           "2026-13-01", "2026-1-01",   "2026/01/01",
		                           "",           "2026-01-010", "0000-01-01" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_string_equal(taken(day, good[i]), good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(taken(day, bad[i]));
	relations_release(relations);
}

static void a_number_is_known_in_any_width_and_with_blanks_around_it(void **state)
{
	struct relations *relations =
	        read_from(with_column("\"label\":\"成绩\",\"type\":\"number\""));
	const struct column *points = &relation_shape(relations, RELATION_RECORDED)->columns[0];
	static const char *const good[][2] = {
		{ "59", "59" },
		{ "５９", "59" },
		{ " 59 ", "59" },
		{ "　５９．５\t", "59.5" },
		{ "－1", "-1" },
		{ "0.00001", "0.00001" },
		{ "0.000000000000000123", "0.000000000000000123" },
	};
	/* Two scores, a unit, thousands, 16 digits. */
	static const char *const bad[] = { "59 60",
		                           "59分",
		                           "1,000",
		                           "缺考",
		                           "-",
		                           "5.",
		                           ".5",
		                           "1e3",
		                           "true",
		                           "+5",
		                           "1234567890123456",
		                           "0.1234567890123456" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_string_equal(taken(points, good[i][0]), good[i][1]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(taken(points, bad[i]));
	relations_release(relations);
}

static void a_flag_is_yes_or_no(void **state)
{
	struct relations *relations = read_from(with_column(
	        "\"label\":\"欠费\",\"type\":\"flag\",\"words\":{\"1\":[\"有\"],\"0\":[\"无\"]}"));
	const struct column *flag = &relation_shape(relations, RELATION_RECORDED)->columns[0];
	char room[NUMBER_TEXT_SIZE];
	const char *value;

	(void)state;
	assert_string_equal(taken(flag, "1"), "1");
	assert_string_equal(taken(flag, "０"), "0");
	assert_string_equal(taken(flag, "是"), "1");
	assert_string_equal(taken(flag, "否"), "0");
	assert_string_equal(taken(flag, "有"), "1");
	assert_string_equal(taken(flag, "无"), "0");
	assert_int_equal(column_take(flag, "2", room, &value), FIT_NO_FLAG);
	relations_release(relations);
}

static void every_fault_of_the_file_is_named_with_its_member(void **state)
{
	(void)state;
	expect_fault("{}", "r.json: relations: is missing");
	expect_fault(named("said", "a"),
	             "r.json: relations.said: said, typed and client are the program's own");
	expect_fault(named("借阅", "a"),
	             "r.json: relations.借阅: a name is made of a to z, 0 to 9 and _, begins with "
	             "a letter, and has 32 bytes at most; write Chinese as its label");
	expect_fault(named("loan", "Due"),
	             "r.json: relations.loan.columns.Due: a name is made of a to z, 0 to 9 and _, "
	             "begins with a letter, and has 32 bytes at most; write Chinese as its label");
	expect_fault(named("loan", "applicant_id"),
	             "r.json: relations.loan.columns.applicant_id: this name is taken by the "
	             "program");
	expect_fault("{\"relations\":{\"loan\":{\"label\":\"借阅\",\"columns\":{}}}}",
	             "r.json: relations.loan.columns: a relation has 1 to 15 columns");
	expect_fault("{\"relations\":{\"loan\":{\"label\":\" "
	             "\",\"columns\":{\"a\":{\"label\":\"甲\"}}}}}",
	             "r.json: relations.loan.label: must not be empty");
	expect_fault(
	        with_column("\"label\":\"状态\",\"type\":\"money\""),
	        "r.json: relations.loan.columns.state.type: must be text, date, flag or number");
	expect_fault(with_column("\"label\":\"状态\",\"word\":{}"),
	             "r.json: relations.loan.columns.state.word: no such member is known; is words "
	             "meant?");
	expect_fault(with_column("\"label\":\"状态\",\"words\":{}"),
	             "r.json: relations.loan.columns.state.words: must name one word at least");
	expect_fault(with_column("\"label\":\"状态\",\"words\":{\"在借\":\"借\"}"),
	             "r.json: relations.loan.columns.state.words.在借: must be the list of what "
	             "else is written for the word; [] for nothing");
	expect_fault(
	        with_column("\"label\":\"状态\",\"words\":{\"在借\":[\"借\"],\"已还\":[\" 借\"]}"),
	        "r.json: relations.loan.columns.state.words.已还: \" 借\" is a form of \"在借\" "
	        "already");
	expect_fault(with_column("\"label\":\"状态\",\"type\":\"date\",\"words\":{\"甲\":[]}"),
	             "r.json: relations.loan.columns.state.words: a day has no words");
	expect_fault(with_column("\"label\":\"状态\",\"type\":\"number\",\"words\":{\"甲\":[]}"),
	             "r.json: relations.loan.columns.state.words: a number has no words");
	expect_fault(with_column("\"label\":\"状态\",\"type\":\"flag\",\"words\":{\"有\":[]}"),
	             "r.json: relations.loan.columns.state.words.有: the words of a flag are 0 and "
	             "1");
	expect_fault(with_column("\"label\":\"状态\",\"empty\":true,\"words\":{\"甲\":[]}"),
	             "r.json: relations.loan.columns.state.empty: only a text without words may be "
	             "empty");
}

static void no_name_is_a_word_of_sql(void **state)
{
	char name[RELATION_NAME_MOST + 1];

	(void)state;
	for (int i = 0; i < sqlite3_keyword_count(); i++) {
		struct relations *relations = NULL;
		const char *keyword;
		int len;

		assert_int_equal(sqlite3_keyword_name(i, &keyword, &len), SQLITE_OK);
		snprintf(name, sizeof(name), "%.*s", len, keyword);
		for (char *at = name; *at; at++)
			*at = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
		assert_int_equal(relations_read(&relations, span_of(named(name, "a")), "", NULL),
		                 STATUS_INVALID);
		assert_int_equal(relations_read(&relations, span_of(named("loan", name)), "", NULL),
		                 STATUS_INVALID);
	}
}

static void there_may_be_sixteen_relations(void **state)
{
	char json[JSON_SIZE];

	(void)state;
	for (size_t count = 16; count <= 17; count++) {
		struct relations *relations = NULL;
		size_t len = (size_t)snprintf(json, sizeof(json), "{\"relations\":{");

		for (size_t i = 0; i < count; i++)
			len += (size_t)snprintf(json + len, sizeof(json) - len,
			                        "%s\"r%zu\":{\"label\":\"甲\",\"columns\":{\"a\":{"
			                        "\"label\":\"乙\"}}}",
			                        i ? "," : "", i);
		snprintf(json + len, sizeof(json) - len, "}}");
		assert_int_equal(relations_read(&relations, span_of(json), "", NULL),
		                 count == 16 ? STATUS_OK : STATUS_INVALID);
		if (relations)
			assert_int_equal(relations_recorded(relations), 0x7fff8);
		relations_release(relations);
	}
}

static void a_folder_without_the_file_has_the_shipped_relations(void **state)
{
	struct relations *of_folder = NULL, *shipped = shipped_relations();
	struct faults *faults = NULL;

	(void)state;
	assert_int_equal(relations_load(&of_folder, DAYI_SOURCE_DIR "/samples", NULL), STATUS_OK);
	assert_true(relations_same(of_folder, shipped));
	relations_release(of_folder);
	assert_int_equal(relations_load(&of_folder, DAYI_SOURCE_DIR "/knowledge", NULL), STATUS_OK);
	assert_true(relations_same(of_folder, shipped));
	relations_release(of_folder);
	relations_release(shipped);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(relations_load(&of_folder, "/nonexistent", faults), STATUS_NOT_FOUND);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
	assert_null(of_folder);
	faults_destroy(faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_relations_are_those_that_rules_are_written_for),
		cmocka_unit_test(a_word_is_known_in_the_forms_that_registers_write),
		cmocka_unit_test(width_blanks_and_case_of_a_word_do_not_count),
		cmocka_unit_test(the_longest_beginning_decides_and_a_whole_form_before_it),
		cmocka_unit_test(an_empty_text_is_no_value_unless_it_means_none),
		cmocka_unit_test(a_day_is_one_of_the_calendar),
		cmocka_unit_test(a_number_is_known_in_any_width_and_with_blanks_around_it),
		cmocka_unit_test(a_flag_is_yes_or_no),
		cmocka_unit_test(every_fault_of_the_file_is_named_with_its_member),
		cmocka_unit_test(no_name_is_a_word_of_sql),
		cmocka_unit_test(there_may_be_sixteen_relations),
		cmocka_unit_test(a_folder_without_the_file_has_the_shipped_relations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
