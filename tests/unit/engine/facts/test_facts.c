#include "engine/facts/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shipped_relations.h"

enum { LINE_SIZE = 512 };

static struct facts *read_from(const char *json)
{
	struct facts *facts = shipped_facts();

	assert_int_equal(facts_read_json(facts, span_of(json), "facts.json", NULL), STATUS_OK);
	return facts;
}

/* The first fault, as people see it. */
static void expect_fault(const char *json, const char *fault)
{
	struct facts *facts = shipped_facts();
	struct faults *faults = NULL;
	char line[LINE_SIZE];

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(facts_read_json(facts, span_of(json), "f.json", faults), STATUS_INVALID);
	assert_true(faults_kept(faults) >= 1);
	assert_string_equal(fault_format(faults_at(faults, 0), line, sizeof(line)), fault);
	faults_destroy(faults);
	facts_destroy(facts);
}

static void absent_and_empty_relations_are_told_apart(void **state)
{
	struct facts *facts = read_from("{\"exam\":[],\"company\":null}");

	(void)state;
	assert_true(facts_present(facts, RELATION_EXAM));
	assert_int_equal(facts_rows(facts, RELATION_EXAM), 0);
	assert_false(facts_present(facts, RELATION_COMPANY));
	assert_false(facts_present(facts, RELATION_APPLICANT));
	facts_destroy(facts);
}

static void values_are_texts_whatever_the_json_has(void **state)
{
	struct facts *facts = read_from(
	        "{\"applicant\":[{\"blacklisted\":true,\"name\":\"张安一\",\"id_number\":null}],"
	        "\"qualification\":[{\"legacy\":0},{\"legacy\":false}]}");

	(void)state;
	assert_null(facts_value(facts, RELATION_APPLICANT, 0, 0));
	assert_string_equal(facts_value(facts, RELATION_APPLICANT, 0, 1), "张安一");
	assert_string_equal(facts_value(facts, RELATION_APPLICANT, 0, 2), "1");
	assert_null(facts_value(facts, RELATION_APPLICANT, 0, 3));
	assert_string_equal(facts_value(facts, RELATION_QUALIFICATION, 0, 1), "0");
	assert_string_equal(facts_value(facts, RELATION_QUALIFICATION, 1, 1), "0");
	facts_destroy(facts);
}

static void every_fault_of_the_json_is_named_with_its_place(void **state)
{
	(void)state;
	expect_fault("[]", "f.json: must be an object: a list of rows a relation");
	expect_fault(
	        "{\"exams\":[]}",
	        "f.json: exams: there is no relation \"exams\"; there are said, typed, client, "
	        "applicant, certificate, exam, application, company, qualification, "
	        "constructor; is exam meant?");
	expect_fault("{\"exam\":{}}",
	             "f.json: exam: must be a list of rows, or null where unknown");
	expect_fault("{\"exam\":[3]}", "f.json: exam[0]: must be an object: a value a column");
	expect_fault(
	        "{\"exam\":[{},{\"socre\":1}]}",
	        "f.json: exam[1].socre: there is no column \"socre\" in this relation; there are "
	        "kind, id_number, result, taken_on");
	expect_fault(
	        "{\"exam\":[{\"kind\":[]}]}",
	        "f.json: exam[0].kind: must be a text, a number of 15 digits at most, or null");
	expect_fault(
	        "{\"exam\":[{\"kind\":true}]}",
	        "f.json: exam[0].kind: must be a text, a number of 15 digits at most, or null");
	expect_fault("{\"applicant\":[{\"blacklisted\":[]}]}",
	             "f.json: applicant[0].blacklisted: must be 0, 1, true, false or null");
	expect_fault("{\"exam\":[{\"taken_on\":\"2025-02-29\"}]}",
	             "f.json: exam[0].taken_on: must be a day such as 2026-11-23, or null");
	expect_fault("{\"applicant\":[{\"blacklisted\":\"yes\"}]}",
	             "f.json: applicant[0].blacklisted: must be 0 or 1, or null");
}

/* 18 digits do not fit a double: 419900198603120010 would become ...016. */
static void an_id_number_that_is_no_text_is_refused_rather_than_rounded(void **state)
{
	struct facts *facts = read_from("{\"exam\":[{\"id_number\":419900860312001}]}");

	(void)state;
	assert_string_equal(facts_value(facts, RELATION_EXAM, 0, 1), "419900860312001");
	facts_destroy(facts);
	expect_fault("{\"exam\":[{\"id_number\":419900198603120010}]}",
	             "f.json: exam[0].id_number: must be a text, a number of 15 digits at most, "
	             "or null");
}

static void a_value_of_another_type_is_unknown(void **state)
{
	struct facts *facts = shipped_facts();
	const char *const row[] = { "首次取证", NULL, "合格", "6 May 2023" };

	(void)state;
	assert_int_equal(facts_add_row(facts, RELATION_EXAM, row), STATUS_OK);
	assert_string_equal(facts_value(facts, RELATION_EXAM, 0, 0), "首次取证");
	assert_null(facts_value(facts, RELATION_EXAM, 0, 3));
	facts_destroy(facts);
}

static void a_relation_holds_200_rows_and_is_gone_when_it_is_forgotten(void **state)
{
	struct facts *facts = shipped_facts();
	const char *const row[] = { "房屋建筑", "0", "中原样例建筑有限公司" };

	(void)state;
	for (int i = 0; i < FACTS_ROWS_MOST; i++)
		assert_int_equal(facts_add_row(facts, RELATION_QUALIFICATION, row), STATUS_OK);
	assert_int_equal(facts_add_row(facts, RELATION_QUALIFICATION, row), STATUS_LIMIT);
	assert_int_equal(facts_rows(facts, RELATION_QUALIFICATION), FACTS_ROWS_MOST);
	facts_forget(facts, RELATION_QUALIFICATION);
	assert_false(facts_present(facts, RELATION_QUALIFICATION));
	assert_int_equal(facts_rows(facts, RELATION_QUALIFICATION), 0);
	facts_destroy(facts);
}

/* The first fault of facts that are read all the same, as people see it. */
static void expect_warning(const char *json, const char *warning)
{
	struct facts *facts = shipped_facts();
	struct faults *faults = NULL;
	char line[LINE_SIZE];

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(facts_read_json(facts, span_of(json), "f.json", faults), STATUS_OK);
	assert_int_equal(faults_kept(faults), 1);
	assert_string_equal(fault_format(faults_at(faults, 0), line, sizeof(line)), warning);
	assert_null(facts_value(facts, RELATION_EXAM, 1, 2));
	faults_destroy(faults);
	facts_destroy(facts);
}

static void a_word_that_no_rule_knows_is_unknown_and_said_with_its_place(void **state)
{
	(void)state;
	expect_warning(
	        "{\"exam\":[{},{\"result\":\"作弊\"}]}",
	        "f.json: warning: exam[1].result: is none of 合格, 不合格: taken as unknown");
}

static void an_empty_text_is_unknown_and_said_with_its_place(void **state)
{
	(void)state;
	expect_warning("{\"exam\":[{},{\"result\":\"\"}]}",
	               "f.json: warning: exam[1].result: is empty: taken as unknown");
	expect_warning("{\"exam\":[{},{\"id_number\":\"　\"}]}",
	               "f.json: warning: exam[1].id_number: is empty: taken as unknown");
	expect_warning("{\"exam\":[{},{\"taken_on\":\"\"}]}",
	               "f.json: warning: exam[1].taken_on: is empty: taken as unknown");
}

static void another_form_of_a_word_is_the_word(void **state)
{
	struct facts *facts =
	        read_from("{\"exam\":[{\"result\":\"及格\"},{\"result\":\" 缺 考\"}],"
	                  "\"certificate\":[{\"status\":\"已注销\",\"category\":\"ｃ１\"}],"
	                  "\"qualification\":[{\"legacy\":\"是\"}]}");

	(void)state;
	assert_string_equal(facts_value(facts, RELATION_EXAM, 0, 2), "合格");
	assert_string_equal(facts_value(facts, RELATION_EXAM, 1, 2), "不合格");
	assert_string_equal(facts_value(facts, RELATION_CERTIFICATE, 0, 7), "注销");
	assert_string_equal(facts_value(facts, RELATION_CERTIFICATE, 0, 1), "C1");
	assert_string_equal(facts_value(facts, RELATION_QUALIFICATION, 0, 1), "1");
	facts_destroy(facts);
}

static void a_relation_of_one_row_holds_no_second_one(void **state)
{
	(void)state;
	expect_fault("{\"applicant\":[{},{}]}",
	             "f.json: applicant[1]: more rows than a relation may have");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_and_empty_relations_are_told_apart),
		cmocka_unit_test(values_are_texts_whatever_the_json_has),
		cmocka_unit_test(every_fault_of_the_json_is_named_with_its_place),
		cmocka_unit_test(an_id_number_that_is_no_text_is_refused_rather_than_rounded),
		cmocka_unit_test(a_value_of_another_type_is_unknown),
		cmocka_unit_test(a_relation_holds_200_rows_and_is_gone_when_it_is_forgotten),
		cmocka_unit_test(a_word_that_no_rule_knows_is_unknown_and_said_with_its_place),
		cmocka_unit_test(an_empty_text_is_unknown_and_said_with_its_place),
		cmocka_unit_test(another_form_of_a_word_is_the_word),
		cmocka_unit_test(a_relation_of_one_row_holds_no_second_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
