#include "knowledge_fixture.h"

#include "office/exchange/exchange.h"

static enum status import(struct place *place, const char *input, enum exchange_format format,
                          const char *folder)
{
	const struct exchange_options options = { .format = format, .folder = folder };
	struct exchange_counts counts = { 0 };

	return exchange_import(span_of(input), "input", &options, place->faults, &counts);
}

static void import_soundly(struct place *place, const char *input, enum exchange_format format,
                           const char *folder)
{
	enum status status = import(place, input, format, folder);

	if (status != STATUS_OK)
		faults_print(place->faults, stderr);
	assert_int_equal(status, STATUS_OK);
}

/* The folder in the given form; the caller's to free. */
static char *export_folder(struct place *place, const char *folder, enum exchange_format format)
{
	struct knowledge *knowledge = load(place, folder);
	struct buf out;

	buf_init(&out, 1 << 24);
	assert_int_equal(exchange_export(knowledge, format, &out, place->faults), STATUS_OK);
	knowledge_destroy(knowledge);
	assert_int_equal(strlen(buf_text(&out)), out.len);
	return out.ptr ? out.ptr : strdup("");
}

static void the_formats_have_names(void **state)
{
	enum exchange_format format = EXCHANGE_JSONL;

	(void)state;
	assert_true(exchange_format_named("csv", &format));
	assert_int_equal(format, EXCHANGE_CSV);
	assert_true(exchange_format_named("text", &format));
	assert_int_equal(format, EXCHANGE_TEXT);
	assert_true(exchange_format_named("jsonl", &format));
	assert_int_equal(format, EXCHANGE_JSONL);
	assert_false(exchange_format_named("CSV", &format));
}

static void a_row_of_jsonl_becomes_a_file(void **state)
{
	struct place *place = *state;
	struct buf text;

	import_soundly(place,
	               "{\"id\":\"a/b\",\"number\":7,\"question\":\"问？\",\"alternates\":[\"甲\"],"
	               "\"answer\":\"\",\"pattern\":\"x+\",\"template\":\"t\",\"note\":null}\n"
	               "{\"id\":\"c\",\"number\":12,\"answer\":\"答\",\"template\":\"t\"}\n",
	               EXCHANGE_JSONL, "k");
	buf_init(&text, 10000);
	assert_int_equal(file_read("k/imported/07-a%2Fb.json", &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "{\n"
	                                     "  \"$schema\": \"../schema/entry.schema.json\",\n"
	                                     "  \"id\": \"a/b\",\n"
	                                     "  \"number\": 7,\n"
	                                     "  \"question\": \"问？\",\n"
	                                     "  \"patterns\": [\n"
	                                     "    \"x+\"\n"
	                                     "  ],\n"
	                                     "  \"also\": [\n"
	                                     "    \"甲\"\n"
	                                     "  ],\n"
	                                     "  \"answer\": \"\"\n"
	                                     "}\n");
	buf_deinit(&text);
	assert_int_equal(file_kind("k/imported/12-c.json"), FILE_REGULAR);
	assert_int_equal(faults_kept(place->faults), 1);
	assert_string_equal(fault_text(place, 0),
	                    "input:1: note: template: is no member of an entry and is left out "
	                    "(in 2 of the rows)");
}

static void odd_ids_make_safe_names_in_the_order_of_the_rows(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	struct file_list files;
	struct arena *arena = NULL;
	char input[1000];

	snprintf(input, sizeof(input),
	         "{\"id\":\"../../x\",\"answer\":\"a\"}\n{\"id\":\".\",\"answer\":\"a\"}\n"
	         "{\"id\":\"%s1\",\"answer\":\"a\"}\n{\"id\":\"%s2\",\"answer\":\"a\"}\n"
	         "{\"id\":\"A b.c\",\"answer\":\"a\"}\n",
	         "问题问题问题问题问题问题问题问题问题问题",
	         "问题问题问题问题问题问题问题问题问题问题");
	import_soundly(place, input, EXCHANGE_JSONL, "k");
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(file_list(".", arena, &files), STATUS_OK);
	assert_int_equal(files.count, 1);
	assert_int_equal(file_list("k/imported", arena, &files), STATUS_OK);
	assert_int_equal(files.count, 5);
	assert_string_equal(files.names[0], "01-%2E%2E%2F%2E%2E%2Fx.json");
	assert_string_equal(files.names[1], "02-%2E.json");
	for (size_t i = 2; i < 4; i++)
		assert_true(strlen(files.names[i]) < 100);
	assert_string_not_equal(files.names[2] + 3, files.names[3] + 3);
	assert_string_equal(files.names[4], "05-A%20b.c.json");
	arena_destroy(arena);
	knowledge = load(place, "k");
	assert_string_equal(knowledge->entries[0].id, "../../x");
	assert_string_equal(knowledge->entries[4].id, "A b.c");
	knowledge_destroy(knowledge);
}

static void many_entries_become_one_file_of_lines(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	struct buf input;

	buf_init(&input, 1 << 20);
	for (int i = 0; i <= EXCHANGE_FILES_MOST; i++)
		buf_append_format(&input,
		                  "{\"id\":\"e%d\",\"answer\":\"a\",\"alternates\":[\"b\"]}\n", i);
	import_soundly(place, buf_text(&input), EXCHANGE_JSONL, "k");
	buf_deinit(&input);
	assert_int_equal(file_kind("k/imported/entries.jsonl"), FILE_REGULAR);
	knowledge = load(place, "k");
	assert_int_equal(knowledge->answer_count, EXCHANGE_FILES_MOST + 1);
	assert_string_equal(knowledge->entries[2000].id, "e2000");
	assert_string_equal(knowledge->entries[2000].also.items[0], "b");
	knowledge_destroy(knowledge);
}

static void a_fresh_folder_gets_the_schemas_and_an_office_to_begin_with(void **state)
{
	struct place *place = *state;
	struct buf own, schema;

	import_soundly(place, "某办“常见问题”\n1、怎么办？\n答：办。\n", EXCHANGE_TEXT, "k");
	buf_init(&own, 1 << 20);
	assert_int_equal(file_read("k/office.json", &own), STATUS_OK);
	assert_string_equal(buf_text(&own), "{\n"
	                                    "  \"$schema\": \"schema/office.schema.json\",\n"
	                                    "  \"name\": \"答疑\",\n"
	                                    "  \"title\": \"某办“常见问题”\",\n"
	                                    "  \"contacts\": []\n"
	                                    "}\n");
	buf_clear(&own);
	buf_init(&schema, 1 << 20);
	assert_int_equal(file_read("k/schema/entry.schema.json", &own), STATUS_OK);
	assert_int_equal(file_read(DAYI_SOURCE_DIR "/knowledge/schema/entry.schema.json", &schema),
	                 STATUS_OK);
	assert_string_equal(buf_text(&own), buf_text(&schema));
	assert_int_equal(file_kind("k/schema/office.schema.json"), FILE_REGULAR);
	knowledge_destroy(load(place, "k"));
	buf_deinit(&own);
	buf_deinit(&schema);
}

static void without_a_title_the_office_begins_with_the_usual_one(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;

	import_soundly(place, "{\"id\":\"a\",\"answer\":\"b\"}", EXCHANGE_JSONL, "k");
	knowledge = load(place, "k");
	assert_string_equal(knowledge->office.title, "常见问题答疑");
	assert_int_equal(knowledge->office.contact_count, 0);
	knowledge_destroy(knowledge);
}

static void an_office_that_is_there_is_not_touched(void **state)
{
	struct place *place = *state;
	struct buf text;

	write_text("k/office.json", "{\"name\":\"本办\"}");
	write_text("k/schema/mine", "");
	import_soundly(place, "标题\n1、怎么办？\n答：办。\n", EXCHANGE_TEXT, "k");
	buf_init(&text, 10000);
	assert_int_equal(file_read("k/office.json", &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "{\"name\":\"本办\"}");
	assert_int_equal(file_kind("k/schema/entry.schema.json"), FILE_NONE);
	buf_deinit(&text);
}

static void a_fault_anywhere_writes_nothing(void **state)
{
	struct place *place = *state;

	assert_int_equal(import(place,
	                        "{\"id\":\"a\",\"answer\":\"b\"}\n{\"id\":\"b\",\"alternates\":[1],"
	                        "\"answer\":\"b\"}\n\nnonsense\n{\"id\":\"a\",\"answer\":\"b\"}\n",
	                        EXCHANGE_JSONL, "k"),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "input:2: alternates[0]: must be a string"));
	assert_true(has_fault(place, "input:4: "));
	assert_true(has_fault(place, "input:5: id: \"a\" is taken already: input, line 1"));
	assert_int_equal(faults_kept(place->faults), 3);
	assert_int_equal(file_kind("k"), FILE_NONE);
}

static void what_is_no_text_is_refused(void **state)
{
	struct place *place = *state;
	const struct exchange_options table = { .format = EXCHANGE_CSV, .folder = "k" };
	const struct exchange_options lines = { .format = EXCHANGE_JSONL, .folder = "k" };
	struct exchange_counts counts;

	assert_int_equal(import(place, "a\n\xff\n", EXCHANGE_TEXT, "k"), STATUS_INVALID);
	assert_true(has_fault(place, "input:2: neither UTF-8 (byte 0xFF) nor GBK"));
	assert_int_equal(
	        exchange_import((struct span){ "a\0b", 3 }, "zero", &table, place->faults, &counts),
	        STATUS_INVALID);
	assert_true(has_fault(place, "zero:1: holds a zero byte"));
	assert_int_equal(
	        exchange_import((struct span){ NULL, 0 }, "empty", &lines, place->faults, &counts),
	        STATUS_INVALID);
	assert_true(has_fault(place, "empty: is empty: look whether the right file was saved"));
	assert_int_equal(file_kind("k"), FILE_NONE);
}

static void an_entry_too_large_to_be_read_again_is_refused(void **state)
{
	enum { ALTERNATES = 400, LENGTH = 900 };
	struct place *place = *state;
	struct buf input;

	/* 360,000 bytes: a table's row may be that long, a file may, a line may not. */
	buf_init(&input, 1 << 22);
	buf_append_text(&input, "id,answer,alternates\n");
	for (int i = 0; i < EXCHANGE_FILES_MOST; i++)
		buf_append_format(&input, "e%d,a,\n", i);
	buf_append_text(&input, "large,a,\"");
	for (int i = 0; i < ALTERNATES; i++)
		buf_append_format(&input, "%0*d\n", LENGTH, i);
	buf_append_text(&input, "\"\n");
	assert_int_equal(import(place, buf_text(&input), EXCHANGE_CSV, "k"), STATUS_LIMIT);
	buf_deinit(&input);
	assert_true(has_fault(place, "input: holds an entry that is larger"));
	assert_int_equal(file_kind("k/imported"), FILE_NONE);
}

/* ------------------------------------------------------------------ CSV */

static void a_table_of_an_office_is_read(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	const struct entry *entry;

	import_soundly(
	        place,
	        "\xef\xbb\xbf"
	        "answer,number, question ,alternates,cases,author\r\n"
	        "\"第一行\r\n第二行，\"\"引号\"\"\",3,怎么办？,\"甲\r\n乙\n\",\"[{\"\"id\"\":"
	        "\"\"1\"\",\"\"situation\"\":\"\"s\"\",\"\"advice\"\":\"\"a\"\"}]\",张\r\n"
	        "\r\n"
	        ",,,,,\r\n"
	        "b,,q,,,",
	        EXCHANGE_CSV, "k");
	assert_int_equal(faults_kept(place->faults), 1);
	assert_string_equal(fault_text(place, 0),
	                    "input:1: warning: the column \"author\" is not known and is left out");
	knowledge = load(place, "k");
	assert_int_equal(knowledge->answer_count, 2);
	entry = knowledge_find(knowledge, "item-03");
	assert_int_equal(entry->number, 3);
	assert_string_equal(entry->question, "怎么办？");
	assert_string_equal(entry->answer, "第一行\r\n第二行，\"引号\"");
	assert_int_equal(entry->also.count, 2);
	assert_string_equal(entry->also.items[0], "甲");
	assert_string_equal(entry->also.items[1], "乙");
	assert_string_equal(entry->cases[0].advice, "a");
	assert_string_equal(knowledge->entries[1].id, "row-0002");
	knowledge_destroy(knowledge);
}

static void heads_in_chinese_are_known(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;

	assert_int_equal(import(place,
	                        "序号,标准问,答案,回答,相似问题,反例,备用\n"
	                        "1,甲？,a,b,乙？；丙？,丁？,x\n",
	                        EXCHANGE_CSV, "k"),
	                 STATUS_OK);
	assert_string_equal(fault_text(place, 0),
	                    "input:1: warning: the column \"回答\" is a second answer: it counts "
	                    "where the first is empty");
	assert_string_equal(fault_text(place, 1),
	                    "input:1: warning: the column \"备用\" is not known and is left out");
	knowledge = load(place, "k");
	assert_string_equal(knowledge->entries[0].id, "item-01");
	assert_string_equal(knowledge->entries[0].question, "甲？");
	assert_string_equal(knowledge->entries[0].answer, "a");
	assert_int_equal(knowledge->entries[0].also.count, 2);
	assert_string_equal(knowledge->entries[0].also.items[1], "丙？");
	assert_int_equal(knowledge->entries[0].negatives.count, 1);
	knowledge_destroy(knowledge);
}

static void every_bad_row_of_a_table_is_told_with_its_line(void **state)
{
	struct place *place = *state;

	assert_int_equal(import(place,
	                        "id,number,question,cases,reviewed\n"
	                        "a,1,q,,2026-01-01\n"
	                        "b,x,q,,\n"
	                        "\n"
	                        "c,2,\"two\nlines\",,2026-13-01\n"
	                        "d,3\n"
	                        "e,4,q,{,\n"
	                        "f,5,\"q\"x,,\n"
	                        "g,1,,,\n"
	                        "h,6,\"open,,\n",
	                        EXCHANGE_CSV, "k"),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "input:3: number: must be a number"));
	assert_true(has_fault(place, "input:5: reviewed: must be a date"));
	assert_true(has_fault(place, "input:7: the row has 2 cells, the header 5"));
	assert_true(has_fault(place, "input:8: cases: must be JSON"));
	assert_true(has_fault(place, "input:9: a quotation mark"));
	assert_true(has_fault(place, "input:10: needs a question or an answer"));
	assert_true(has_fault(place, "input:10: number: 1 is already the number of \"q\""));
	assert_true(has_fault(place, "input:11: a cell that begins here"));
	assert_int_equal(faults_count(place->faults, FAULT_ERROR), 8);
	assert_int_equal(file_kind("k"), FILE_NONE);
}

static void a_table_without_header_is_refused(void **state)
{
	struct place *place = *state;

	assert_int_equal(import(place, "a,1,怎么办？\nb,2,咋办？\n", EXCHANGE_CSV, "k"),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "input:1: the first row must name the columns"));
	assert_int_equal(import(place, "id,question,id\na,b,c\n", EXCHANGE_CSV, "k"),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "input:1: id: the column is there twice"));
}

static void the_table_that_is_written_is_rfc_4180_with_guarded_formulas(void **state)
{
	struct place *place = *state;
	char *table;

	import_soundly(
	        place,
	        "{\"id\":\"=a\",\"question\":\"@x, \\\"y\\\"\",\"alternates\":[\"-1\",\"b\"],"
	        "\"answer\":\"c\\r\\nd\",\"not\":[\"e\\nf\"],\"patterns\":[\"x[ab]\"]}\n",
	        EXCHANGE_JSONL, "k");
	table = export_folder(place, "k", EXCHANGE_CSV);
	assert_string_equal(
	        table, "\xef\xbb\xbf\"id\",\"number\",\"question\",\"alternates\",\"prompts\","
	               "\"patterns\",\"unless\",\"not\",\"answer\",\"cases\",\"diagnosis\",\"ask\","
	               "\"apart\",\"note\",\"internal\","
	               "\"related\",\"source_document\",\"source_item\",\"reviewed\",\"owner\","
	               "\"review_by\"\r\n"
	               "\"'=a\",\"\",\"'@x, \"\"y\"\"\",\"'-1\nb\",\"\",\"x[ab]\",\"\","
	               "\"[\"\"e\\nf\"\"]\",\"c\r\nd\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
	               "\"\",\"\",\"\",\"\"\r\n");
	free(table);
}

/* ------------------------------------------------------------------ round trips */

/* Quotes, CR, LF, commas, tabs, U+2028, emoji, formulas, backslashes, apostrophes, brackets. */
static const char awkward[] =
        "{\"id\":\"=1+1\",\"number\":5,\"question\":\"\\\"引号\\\", "
        "逗号，\\u2028\\ud83d\\ude00\\tTab\","
        "\"alternates\":[\"=SUM(A1)\",\"+1\",\"-1\",\"@x\",\"'=x\",\"'quoted'\",\" lead\",\"a,b\"],"
        "\"prompts\":[\"[\\\"json\\\"]\",\"a\"],\"patterns\":[\"a\\\\.b\",\"[x,\\\"]y\"],"
        "\"unless\":[\"z\"],\"not\":[\"two\\nlines\",\"cr\\rhere\",\"crlf\\r\\nhere\"],"
        "\"answer\":\"\\t=A1\\r\\n\\n\\\\ \\\"x\\\" '\\n 6、not an item？\\n答：no\\nend \","
        "\"cases\":[{\"id\":\"1\",\"label\":\"情形1\",\"situation\":\"s,\\\"\\n=x\",\"advice\":"
        "\"\","
        "\"also\":[\"@a\"],\"patterns\":[\"q\"],\"pick\":\"SELECT '=\\\"' AS verdict FROM exam\","
        "\"because\":\"'\\u2028，'\",\"because_not\":\"'-'\",\"because_unknown\":\"=1\","
        "\"otherwise\":[{\"pick\":\"+\",\"because\":\"\\t1\"}],\"instead\":{\"entry\":\"@b\","
        "\"if\":\"=1\"},\"todo\":[{\"if\":\"1\",\"what\":\"@"
        "\","
        "\"who\":\"本人\",\"where\":\"a,b\",\"from\":\"today()\",\"until\":\"NULL\"}]}],"
        "\"ask\":[{\"fact\":\"f\",\"question\":\"=?\",\"why\":\"\\tw\",\"options\":["
        "{\"label\":\"-a\",\"value\":\"a\",\"leaves_open\":true},{\"label\":\"b,\",\"value\":\"b\","
        "\"since\":[{\"of\":\"=a\",\"years\":2}],\"yields\":true,\"mixes\":true}"
        "]}],\"note\":\"''=\",\"internal\":\"=\\\"i\\n,\","
        "\"related\":[\"@b\"],"
        "\"source\":{\"document\":\"a,b.txt\",\"item\":5},\"reviewed\":\"2026-01-31\",\"owner\":"
        "\"登记科, 李\",\"review_by\":\"2027-01-31\"}\n"
        "{\"id\":\"@b\",\"question\":\"\",\"alternates\":[],\"answer\":\"\\u00a0-\\ufeff\\u007f\","
        "\"diagnosis\":[{\"claim\":\"+c\",\"pick\":\"NULL\"}]}"
        "\n";

static void a_round_trip_gives_the_same_bytes(struct place *place, enum exchange_format format)
{
	char *rows, *first, *second, *rows_again;

	import_soundly(place, awkward, EXCHANGE_JSONL, "k1");
	rows = export_folder(place, "k1", EXCHANGE_JSONL);
	first = export_folder(place, "k1", format);
	import_soundly(place, first, format, "k2");
	second = export_folder(place, "k2", format);
	assert_string_equal(first, second);
	rows_again = export_folder(place, "k2", EXCHANGE_JSONL);
	if (format != EXCHANGE_TEXT)
		assert_string_equal(rows, rows_again);
	free(rows);
	free(first);
	free(second);
	free(rows_again);
}

static void jsonl_comes_back_byte_for_byte(void **state)
{
	a_round_trip_gives_the_same_bytes(*state, EXCHANGE_JSONL);
}

static void csv_comes_back_byte_for_byte(void **state)
{
	a_round_trip_gives_the_same_bytes(*state, EXCHANGE_CSV);
}

static void text_comes_back_byte_for_byte(void **state)
{
	a_round_trip_gives_the_same_bytes(*state, EXCHANGE_TEXT);
}

static void awkward_characters_survive_a_table(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	const struct entry *entry;
	char *table;

	import_soundly(place, awkward, EXCHANGE_JSONL, "k1");
	table = export_folder(place, "k1", EXCHANGE_CSV);
	import_soundly(place, table, EXCHANGE_CSV, "k2");
	free(table);
	knowledge = load(place, "k2");
	entry = knowledge_find(knowledge, "=1+1");
	assert_non_null(entry);
	assert_string_equal(entry->question, "\"引号\", 逗号，\xe2\x80\xa8😀\tTab");
	assert_string_equal(entry->also.items[0], "=SUM(A1)");
	assert_string_equal(entry->also.items[4], "'=x");
	assert_string_equal(entry->also.items[5], "'quoted'");
	assert_string_equal(entry->also.items[6], " lead");
	assert_string_equal(entry->prompts.items[0], "[\"json\"]");
	assert_string_equal(entry->negatives.items[2], "crlf\r\nhere");
	assert_string_equal(entry->answer,
	                    "\t=A1\r\n\n\\ \"x\" '\n 6、not an item？\n答：no\nend ");
	assert_string_equal(entry->note, "''=");
	assert_string_equal(entry->cases[0].situation, "s,\"\n=x");
	assert_string_equal(pattern_source(entry->patterns.items[1]), "[x,\"]y");
	knowledge_destroy(knowledge);
}

static void the_projects_own_knowledge_survives_every_form(void **state)
{
	static const enum exchange_format formats[] = { EXCHANGE_JSONL, EXCHANGE_CSV,
		                                        EXCHANGE_TEXT };
	struct place *place = *state;

	for (size_t i = 0; i < 3; i++) {
		char *first = export_folder(place, DAYI_SOURCE_DIR "/knowledge", formats[i]);
		char folder[8], *second;

		snprintf(folder, sizeof(folder), "k%zu", i);
		import_soundly(place, first, formats[i], folder);
		second = export_folder(place, folder, formats[i]);
		assert_string_equal(first, second);
		free(first);
		free(second);
	}
}

static void several_collections_become_one_with_a_warning(void **state)
{
	struct place *place = *state;

	write_text("k/a/1.json", "{\"id\":\"a\",\"answer\":\"x\"}");
	write_text("k/b/1.json", "{\"id\":\"b\",\"answer\":\"x\"}");
	free(export_folder(place, "k", EXCHANGE_JSONL));
	assert_true(has_fault(place, "k/b/1.json: warning: there are several collections"));
}

static void an_export_that_does_not_fit_is_no_half_export(void **state)
{
	struct knowledge *knowledge;
	struct buf out;

	write_text("k/a/1.json", "{\"id\":\"a\",\"answer\":\"x\"}");
	knowledge = load(*state, "k");
	for (int format = EXCHANGE_JSONL; format <= EXCHANGE_TEXT; format++) {
		buf_init(&out, 10);
		assert_int_equal(
		        exchange_export(knowledge, (enum exchange_format)format, &out, NULL),
		        STATUS_LIMIT);
		buf_deinit(&out);
	}
	knowledge_destroy(knowledge);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_formats_have_names),
		TEST(a_row_of_jsonl_becomes_a_file),
		TEST(odd_ids_make_safe_names_in_the_order_of_the_rows),
		TEST(many_entries_become_one_file_of_lines),
		TEST(a_fresh_folder_gets_the_schemas_and_an_office_to_begin_with),
		TEST(without_a_title_the_office_begins_with_the_usual_one),
		TEST(an_office_that_is_there_is_not_touched),
		TEST(a_fault_anywhere_writes_nothing),
		TEST(what_is_no_text_is_refused),
		TEST(an_entry_too_large_to_be_read_again_is_refused),
		TEST(a_table_of_an_office_is_read),
		TEST(heads_in_chinese_are_known),
		TEST(every_bad_row_of_a_table_is_told_with_its_line),
		TEST(a_table_without_header_is_refused),
		TEST(the_table_that_is_written_is_rfc_4180_with_guarded_formulas),
		TEST(jsonl_comes_back_byte_for_byte),
		TEST(csv_comes_back_byte_for_byte),
		TEST(text_comes_back_byte_for_byte),
		TEST(awkward_characters_survive_a_table),
		TEST(the_projects_own_knowledge_survives_every_form),
		TEST(several_collections_become_one_with_a_warning),
		TEST(an_export_that_does_not_fit_is_no_half_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
