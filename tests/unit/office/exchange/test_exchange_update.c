#include "knowledge_fixture.h"

#include "office/exchange/exchange.h"

#include <dirent.h>

/* What an office does: out into a table, edit it, in again. Works on a copy of the shipped folder.
 */

static void copy_shipped(const char *to)
{
	char command[600];

	snprintf(command, sizeof(command), "cp -r '%s/knowledge' '%s'", DAYI_SOURCE_DIR, to);
	assert_int_equal(system(command), 0);
}

static bool same_folders(const char *left, const char *right)
{
	char command[600];

	snprintf(command, sizeof(command), "diff -r '%s' '%s' >/dev/null", left, right);
	return system(command) == 0;
}

static char *export_from(struct place *place, const char *folder, enum exchange_format format)
{
	struct knowledge *knowledge = load(place, folder);
	struct buf out;

	buf_init(&out, 1 << 24);
	assert_int_equal(exchange_export(knowledge, format, &out, NULL), STATUS_OK);
	knowledge_destroy(knowledge);
	return out.ptr;
}

static enum status import_into(struct place *place, const char *folder, const char *input,
                               enum exchange_format format, bool replace,
                               struct exchange_counts *counts)
{
	const struct exchange_options options = { .format = format,
		                                  .folder = folder,
		                                  .replace = replace };

	return exchange_import(span_of(input), "input", &options, place->faults, counts);
}

static void expect_counts(const struct exchange_counts *counts, size_t changed, size_t added,
                          size_t removed, size_t kept)
{
	assert_int_equal(counts->changed, changed);
	assert_int_equal(counts->added, added);
	assert_int_equal(counts->removed, removed);
	assert_int_equal(counts->kept, kept);
	assert_int_equal(counts->entries, changed + added + kept);
}

/* The text with its one `from` replaced; the caller's to free. */
static char *replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *out = NULL;

	assert_non_null(at);
	assert_null(strstr(at + 1, from));
	assert_true(asprintf(&out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) > 0);
	return out;
}

static char *file_text(const char *path)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(path, &text), STATUS_OK);
	return text.ptr;
}

/* Nothing hidden is left behind, whatever became of the import. */
static void expect_no_stage(const char *folder)
{
	DIR *stream = opendir(folder);
	const struct dirent *item;

	assert_non_null(stream);
	for (item = readdir(stream); item; item = readdir(stream))
		assert_int_not_equal(strncmp(item->d_name, ".import", 7), 0);
	closedir(stream);
}

static void out_and_in_again_changes_nothing(struct place *place, enum exchange_format format)
{
	struct exchange_counts counts;
	char *text;

	copy_shipped("k");
	text = export_from(place, "k", format);
	assert_int_equal(import_into(place, "k", text, format, true, &counts), STATUS_OK);
	expect_counts(&counts, 0, 0, 0, 13);
	assert_true(same_folders(DAYI_SOURCE_DIR "/knowledge", "k"));
	expect_no_stage("k");
	free(text);
}

static void a_table_out_and_in_again_changes_no_byte(void **state)
{
	out_and_in_again_changes_nothing(*state, EXCHANGE_CSV);
}

static void lines_out_and_in_again_change_no_byte(void **state)
{
	out_and_in_again_changes_nothing(*state, EXCHANGE_JSONL);
}

static void a_document_out_and_in_again_changes_no_byte(void **state)
{
	out_and_in_again_changes_nothing(*state, EXCHANGE_TEXT);
}

static void an_edited_cell_changes_its_member_and_nothing_else(void **state)
{
	static const char file[] = "k/anguan/09-photo-upload.json";
	struct exchange_counts counts;
	struct place *place = *state;
	char *table, *edited, *before, *after, *expected;

	copy_shipped("k");
	before = file_text(file);
	table = export_from(place, "k", EXCHANGE_CSV);
	edited = replaced(table, "\"photo-upload\",\"9\",", "\"photo-upload\",\"90\",");
	assert_int_equal(import_into(place, "k", edited, EXCHANGE_CSV, false, &counts), STATUS_OK);
	expect_counts(&counts, 1, 0, 0, 12);
	after = file_text(file);
	expected = replaced(before, "\"number\": 9,", "\"number\": 90,");
	assert_string_equal(after, expected);
	free(expected);
	free(after);
	free(edited);
	free(table);
	/* The rest is the shipped one still. */
	assert_int_equal(file_write(file, span_of(before)), STATUS_OK);
	assert_true(same_folders(DAYI_SOURCE_DIR "/knowledge", "k"));
	free(before);
}

static void columns_that_a_table_does_not_have_stay(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	struct knowledge *knowledge;
	const struct entry *entry;

	copy_shipped("k");
	assert_int_equal(import_into(place, "k",
	                             "id,answer\r\nexam-result-missing,请逐项排查：\r\n",
	                             EXCHANGE_CSV, false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 1, 0, 0, 12);
	knowledge = load(place, "k");
	entry = knowledge_find(knowledge, "exam-result-missing");
	assert_string_equal(entry->answer, "请逐项排查：");
	assert_string_equal(entry->question, "获取不到成绩,或提示“成绩不存在或已过期”？");
	assert_int_equal(entry->prompts.count, 1);
	assert_true(entry->case_count > 1 && entry->cases[1].pick_count > 0);
	knowledge_destroy(knowledge);
}

static void an_emptied_cell_removes_its_member(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	char *text;

	write_text("k/faq/1.json", "{\"id\": \"a\", \"question\": \"问\", \"also\": [\"又\"], "
	                           "\"answer\": \"答\", \"note\": \"记\"}\n");
	assert_int_equal(import_into(place, "k", "id,question,answer,alternates\na,问,答,\n",
	                             EXCHANGE_CSV, false, &counts),
	                 STATUS_OK);
	text = file_text("k/faq/1.json");
	assert_null(strstr(text, "又"));
	assert_non_null(strstr(text, "记"));
	free(text);
}

static void a_document_keeps_the_rules_of_its_cases(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	struct knowledge *knowledge;
	const struct entry *entry;

	write_text(
	        "k/faq/1.json",
	        "{\"id\": \"a\", \"number\": 1, \"question\": \"怎么办？\", \"also\": [\"咋办\"], "
	        "\"answer\": \"排查：\", \"cases\": [{\"id\": \"1\", \"situation\": \"甲\", "
	        "\"advice\": \"乙\", \"pick\": \"SELECT said('x') = 'y' AS verdict\", \"because\": "
	        "\"'因'\"}], "
	        "\"ask\": [{\"fact\": \"x\", \"question\": \"？\", \"why\": \"由\", \"options\": "
	        "[{\"label\": \"是\", \"value\": \"y\"}, {\"label\": \"否\", \"value\": "
	        "\"n\"}]}]}\n");
	assert_int_equal(import_into(place, "k",
	                             "标题\n1、怎么办？\n答：排查：\n情形1：甲\n建议：丙\n",
	                             EXCHANGE_TEXT, false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 1, 0, 0, 0);
	knowledge = load(place, "k");
	entry = knowledge_find(knowledge, "a");
	assert_string_equal(entry->cases[0].advice, "丙");
	assert_string_equal(entry->cases[0].picks[0].select, "SELECT said('x') = 'y' AS verdict");
	assert_int_equal(entry->also.count, 1);
	knowledge_destroy(knowledge);
}

static void what_is_new_is_added_beside_the_others(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	struct knowledge *knowledge;

	copy_shipped("k");
	assert_int_equal(import_into(place, "k",
	                             "id,number,question,answer\n"
	                             "photo-upload,9,照片上传失败？,\n"
	                             "brand-new,14,新的问题？,新的答案\n",
	                             EXCHANGE_CSV, false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 1, 1, 0, 12);
	assert_int_equal(file_kind("k/anguan/14-brand-new.json"), FILE_REGULAR);
	assert_int_equal(file_kind("k/imported"), FILE_NONE);
	knowledge = load(place, "k");
	assert_int_equal(knowledge->answer_count, 14);
	assert_true(knowledge->golden_count > 0 && knowledge->sample_count > 0);
	assert_true(knowledge->office.contact_count > 0);
	knowledge_destroy(knowledge);
}

static void only_replace_removes(void **state)
{
	static const char rows[] = "id,question,answer\nb,乙？,答\n";
	struct exchange_counts counts;
	struct place *place = *state;

	write_text("k/faq/1.json", "{\"id\": \"a\", \"question\": \"甲？\", \"answer\": \"答\"}\n");
	write_text("k/faq/2.json", "{\"id\": \"b\", \"question\": \"乙？\", \"answer\": \"答\"}\n");
	write_text("k/faq/read.me", "a note of the office");
	assert_int_equal(import_into(place, "k", rows, EXCHANGE_CSV, false, &counts), STATUS_OK);
	expect_counts(&counts, 0, 0, 0, 2);
	assert_int_equal(import_into(place, "k", rows, EXCHANGE_CSV, true, &counts), STATUS_OK);
	expect_counts(&counts, 0, 0, 1, 1);
	assert_int_equal(file_kind("k/faq/1.json"), FILE_NONE);
	assert_int_equal(file_kind("k/faq/2.json"), FILE_REGULAR);
	assert_int_equal(file_kind("k/faq/read.me"), FILE_REGULAR);
}

static void lines_of_a_collection_are_updated_in_place(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	char *text;

	write_text("k/faq/all.jsonl", "{\"id\":\"a\", \"answer\":\"1\"}\n\n"
	                              "{\"id\":\"b\",\"answer\":\"2\"}\n"
	                              "{\"id\":\"c\",\"answer\":\"3\"}");
	assert_int_equal(import_into(place, "k",
	                             "{\"id\":\"b\",\"answer\":\"zwei\"}\n"
	                             "{\"id\":\"d\",\"question\":\"4?\",\"answer\":\"4\"}\n",
	                             EXCHANGE_JSONL, false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 1, 1, 0, 2);
	text = file_text("k/faq/all.jsonl");
	assert_string_equal(text, "{\"id\":\"a\", \"answer\":\"1\"}\n\n"
	                          "{\"id\":\"b\",\"answer\":\"zwei\"}\n"
	                          "{\"id\":\"c\",\"answer\":\"3\"}\n"
	                          "{\"id\":\"d\",\"question\":\"4?\",\"answer\":\"4\"}\n");
	free(text);
}

static void a_member_that_an_entry_did_not_have_goes_where_it_belongs(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	char *text;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"question\":\"甲？\",\"answer\":\"答\","
	                           "\"reviewed\":\"2026-11-23\"}");
	assert_int_equal(import_into(place, "k", "id,patterns,note\na,甲乙,注\n", EXCHANGE_CSV,
	                             false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 1, 0, 0, 0);
	text = file_text("k/faq/1.json");
	assert_string_equal(text, "{\n"
	                          "  \"id\": \"a\",\n"
	                          "  \"question\": \"甲？\",\n"
	                          "  \"patterns\": [\n"
	                          "    \"甲乙\"\n"
	                          "  ],\n"
	                          "  \"answer\": \"答\",\n"
	                          "  \"note\": \"注\",\n"
	                          "  \"reviewed\": \"2026-11-23\"\n"
	                          "}\n");
	free(text);
}

static void a_fault_loses_nothing(void **state)
{
	static const char *const inputs[] = {
		"id,question\nphoto-upload,照片\nphoto-upload,照片\n", /* twice */
		"id,related\nphoto-upload,no-such-entry\n",
		"id,number\nphoto-upload,8\n",    /* taken by another */
		"id,number\nphoto-upload,nine\n", /* no number */
		"id,patterns\nphoto-upload,(\n",  /* no pattern */
		"id,cases\nphoto-upload,not JSON\n",
		"id,cases\nexam-result-missing,[]\nphoto-upload\n", /* too few cells */
	};
	struct exchange_counts counts;
	struct place *place = *state;

	copy_shipped("k");
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		const size_t before = faults_count(place->faults, FAULT_ERROR);

		assert_int_equal(import_into(place, "k", inputs[i], EXCHANGE_CSV, false, &counts),
		                 STATUS_INVALID);
		assert_true(faults_count(place->faults, FAULT_ERROR) > before);
		expect_no_stage("k");
		assert_true(same_folders(DAYI_SOURCE_DIR "/knowledge", "k"));
	}
	assert_true(has_fault(place, "input:3: id: line 2 is about the same entry"));
}

static void a_result_that_could_not_be_loaded_is_refused(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;

	write_text("k/faq/1.json", "{\"id\": \"a\", \"question\": \"甲？\", \"answer\": \"答\"}\n");
	write_text("k/faq/2.json", "{\"id\": \"b\", \"question\": \"乙？\", \"answer\": \"答\"}\n");
	write_text("k/golden.json", "{\"golden\": [{\"q\": \"甲\", \"entry\": \"a\"}]}");
	assert_int_equal(import_into(place, "k", "id,answer\nb,x\n", EXCHANGE_CSV, true, &counts),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "k/golden.json: "));
	assert_true(has_fault(place, "there is no entry \"a\""));
	assert_true(has_fault(place, "--replace removes entries"));
	assert_int_equal(file_kind("k/faq/1.json"), FILE_REGULAR);
	expect_no_stage("k");
}

static void a_folder_with_faults_of_its_own_is_left_alone(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;

	write_text("k/faq/1.json", "{\"id\": \"a\", \"answer\": 7}\n");
	assert_int_equal(import_into(place, "k", "id,answer\na,x\n", EXCHANGE_CSV, false, &counts),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "k/faq/1.json: answer: must be a string"));
	assert_true(has_fault(place, "mend them first"));
}

/* 01-c.json was made for another entry, or its id was changed since. */
static void a_file_that_has_the_name_of_a_new_entry_keeps_its_own(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;
	struct knowledge *knowledge;

	write_text("k/faq/01-c.json", "{\"id\": \"a\", \"number\": 2, \"answer\": \"x\"}\n");
	write_text("k/faq/03-b.json", "{\"id\": \"b\", \"number\": 3, \"answer\": \"y\"}\n");
	assert_int_equal(import_into(place, "k", "id,number,answer\nb,3,y\nc,1,z\n", EXCHANGE_CSV,
	                             false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 0, 1, 0, 2);
	knowledge = load(place, "k");
	assert_int_equal(knowledge->answer_count, 3);
	assert_string_equal(knowledge_find(knowledge, "a")->answer, "x");
	assert_string_equal(knowledge_find(knowledge, "c")->answer, "z");
	knowledge_destroy(knowledge);
}

/* Nothing of it is known: it is another FAQ, beside the first. */
static void another_faq_gets_a_collection_of_its_own(void **state)
{
	struct exchange_counts counts;
	struct place *place = *state;

	write_text("k/faq/1.json", "{\"id\": \"a\", \"number\": 1, \"answer\": \"x\"}\n");
	assert_int_equal(
	        import_into(place, "k", "id,number,answer\nb,1,y\n", EXCHANGE_CSV, false, &counts),
	        STATUS_OK);
	assert_int_equal(file_kind("k/imported/01-b.json"), FILE_REGULAR);
	assert_int_equal(file_kind("k/faq/1.json"), FILE_REGULAR);
}

/* Also a second time, when the collection of the first import is there. */
static void entries_are_added_to_an_imported_collection(void **state)
{
	struct place *place = *state;
	struct exchange_counts counts;

	assert_int_equal(import_into(place, "k",
	                             "1、怎么借书？\n答：刷卡。\n2、怎么还书？\n答：放下。\n",
	                             EXCHANGE_TEXT, false, &counts),
	                 STATUS_OK);
	assert_int_equal(import_into(place, "k", "number,question,answer\n3,几点开门？,八点。\n",
	                             EXCHANGE_CSV, false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 0, 1, 0, 2);
	assert_int_equal(import_into(place, "k", "number,question,answer\n4,几点关门？,九点。\n",
	                             EXCHANGE_CSV, false, &counts),
	                 STATUS_OK);
	expect_counts(&counts, 0, 1, 0, 3);
	assert_int_equal(file_kind("k/imported/04-item-04.json"), FILE_REGULAR);
	expect_no_stage("k");
}

int main(void)
{
#define IN_A_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(a_table_out_and_in_again_changes_no_byte),
		IN_A_FOLDER(lines_out_and_in_again_change_no_byte),
		IN_A_FOLDER(a_document_out_and_in_again_changes_no_byte),
		IN_A_FOLDER(an_edited_cell_changes_its_member_and_nothing_else),
		IN_A_FOLDER(columns_that_a_table_does_not_have_stay),
		IN_A_FOLDER(an_emptied_cell_removes_its_member),
		IN_A_FOLDER(a_document_keeps_the_rules_of_its_cases),
		IN_A_FOLDER(what_is_new_is_added_beside_the_others),
		IN_A_FOLDER(only_replace_removes),
		IN_A_FOLDER(lines_of_a_collection_are_updated_in_place),
		IN_A_FOLDER(a_member_that_an_entry_did_not_have_goes_where_it_belongs),
		IN_A_FOLDER(a_fault_loses_nothing),
		IN_A_FOLDER(a_result_that_could_not_be_loaded_is_refused),
		IN_A_FOLDER(a_folder_with_faults_of_its_own_is_left_alone),
		IN_A_FOLDER(another_faq_gets_a_collection_of_its_own),
		IN_A_FOLDER(a_file_that_has_the_name_of_a_new_entry_keeps_its_own),
		IN_A_FOLDER(entries_are_added_to_an_imported_collection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
