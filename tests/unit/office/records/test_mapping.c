#include "office/records/mapping.h"

#include "support.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"

enum { LINE_SIZE = 512 };

static void own_tables_are_read_without_a_mapping_file(void **state)
{
	struct relations *relations = shipped_relations();
	struct record_mapping *mapping = NULL;

	(void)state;
	assert_int_equal(record_mapping_read(&mapping, relations, NULL, "?1", NULL), STATUS_OK);
	assert_non_null(strstr(record_mapping_statement(mapping, RELATION_EXAM),
	                       "SELECT kind, id_number, result, taken_on FROM exam"
	                       " WHERE applicant_id = ?1"));
	record_mapping_destroy(mapping);
	relations_release(relations);
}

static void a_relation_that_the_file_does_not_name_has_no_statement(void **state)
{
	struct relations *relations = shipped_relations();
	struct record_mapping *mapping = NULL;
	struct scratch_folder scratch;
	char path[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	scratch_mapping(&scratch, path, "exam", "SELECT lb AS kind FROM cj WHERE sfzh = $1 ; ",
	                NULL, NULL);
	assert_int_equal(record_mapping_read(&mapping, relations, path, "$1", NULL), STATUS_OK);
	assert_non_null(strstr(record_mapping_statement(mapping, RELATION_EXAM),
	                       "FROM cj WHERE sfzh = $1\n"));
	assert_null(record_mapping_statement(mapping, RELATION_COMPANY));
	record_mapping_destroy(mapping);
	scratch_remove(&scratch);
	relations_release(relations);
}

static void people_are_found_in_own_tables_where_the_relations_have_what_it_takes(void **state)
{
	struct relations *relations = shipped_relations();
	struct record_mapping *mapping = NULL;

	(void)state;
	assert_int_equal(record_mapping_read(&mapping, relations, NULL, "$1", NULL), STATUS_OK);
	assert_non_null(strstr(record_mapping_find(mapping, RECORD_FIND_CERTIFICATE), " = $1"));
	assert_non_null(strstr(record_mapping_find(mapping, RECORD_FIND_COMPANY),
	                       "a.name = $1 AND c.employer = $2"));
	record_mapping_destroy(mapping);
	relations_release(relations);
}

static void a_find_of_the_file_is_taken_and_none_is_made_up(void **state)
{
	struct relations *relations = shipped_relations();
	struct record_mapping *mapping = NULL;
	struct scratch_folder scratch;
	char path[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "mapping.json", path);
	scratch_write(&scratch, "mapping.json",
	              "{\"relations\":{},\"find\":{\"certificate_number\":"
	              "\"SELECT sfzh FROM zs WHERE zsbh = $1;\",\"name_company\":null}}");
	assert_int_equal(record_mapping_read(&mapping, relations, path, "$1", NULL), STATUS_OK);
	assert_non_null(strstr(record_mapping_find(mapping, RECORD_FIND_CERTIFICATE),
	                       "(\nSELECT sfzh FROM zs WHERE zsbh = $1\n)"));
	assert_null(record_mapping_find(mapping, RECORD_FIND_COMPANY));
	record_mapping_destroy(mapping);
	scratch_remove(&scratch);
	relations_release(relations);
}

static void every_fault_of_the_file_is_named(void **state)
{
	struct relations *relations = shipped_relations();
	static const char *const cases[][2] = {
		{ "{}", "relations: is missing" },
		{ "{\"relations\":{\"exams\":\"SELECT 1\"}}",
		  "relations.exams: there is no such relation in a record" },
		{ "{\"relations\":{\"said\":\"SELECT 1\"}}",
		  "relations.said: there is no such relation in a record" },
		{ "{\"relations\":{\"exam\":1}}", "relations.exam: must be a SELECT" },
		{ "{\"relations\":{\"exam\":\" ; \"}}", "relations.exam: must be a SELECT" },
		{ "{\"relations\":{},\"relation\":{}}", "relation: " },
		{ "{\"relations\":{},\"find\":{\"name\":\"SELECT 1\"}}",
		  "find.name: must be certificate_number or name_company" },
		{ "{\"relations\":{},\"find\":{\"name_company\":1}}",
		  "find.name_company: must be a SELECT" },
	};
	char path[PATH_SIZE], line[LINE_SIZE];
	struct scratch_folder scratch;

	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "mapping.json", path);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record_mapping *mapping = NULL;
		struct faults *faults = NULL;

		scratch_write(&scratch, "mapping.json", cases[i][0]);
		assert_int_equal(faults_create(&faults), STATUS_OK);
		assert_int_equal(record_mapping_read(&mapping, relations, path, "$1", faults),
		                 STATUS_INVALID);
		fault_format(faults_at(faults, 0), line, sizeof(line));
		if (!strstr(line, cases[i][1]))
			fail_msg("%s", line);
		assert_non_null(strstr(line, "mapping.json: "));
		faults_destroy(faults);
	}
	scratch_remove(&scratch);
	relations_release(relations);
}

static void the_schema_names_every_relation_and_column(void **state)
{
	struct relations *relations = shipped_relations();
	const struct json_limits limits = { 1 << 20, 32 };
	struct buf text;
	cJSON *schema = NULL;

	(void)state;
	buf_init(&text, 1 << 20);
	assert_int_equal(
	        file_read(DAYI_SOURCE_DIR "/src/office/records/mapping.schema.json", &text),
	        STATUS_OK);
	assert_int_equal(json_parse(&schema, buf_span(&text), limits, "", NULL), STATUS_OK);
	const cJSON *relation = cJSON_GetObjectItem(
	        cJSON_GetObjectItem(
	                cJSON_GetObjectItem(cJSON_GetObjectItem(schema, "properties"), "relations"),
	                "properties"),
	        "applicant");
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END;
	     r++, relation = relation->next) {
		const struct relation_shape *shape = relation_shape(relations, r);

		assert_non_null(relation);
		assert_string_equal(relation->string, shape->name);
		const char *description = json_string(relation, "description", "");
		for (size_t i = 0; i < shape->column_count; i++)
			assert_non_null(strstr(description, shape->columns[i].name));
	}
	assert_null(relation);
	cJSON_Delete(schema);
	buf_deinit(&text);
	relations_release(relations);
}

static void a_file_that_is_not_there_is_a_fault(void **state)
{
	struct relations *relations = shipped_relations();
	struct record_mapping *mapping = NULL;
	struct faults *faults = NULL;

	(void)state;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(
	        record_mapping_read(&mapping, relations, "/nonexistent/mapping.json", "$1", faults),
	        STATUS_NOT_FOUND);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
	faults_destroy(faults);
	relations_release(relations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_tables_are_read_without_a_mapping_file),
		cmocka_unit_test(a_relation_that_the_file_does_not_name_has_no_statement),
		cmocka_unit_test(
		        people_are_found_in_own_tables_where_the_relations_have_what_it_takes),
		cmocka_unit_test(a_find_of_the_file_is_taken_and_none_is_made_up),
		cmocka_unit_test(every_fault_of_the_file_is_named),
		cmocka_unit_test(the_schema_names_every_relation_and_column),
		cmocka_unit_test(a_file_that_is_not_there_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
