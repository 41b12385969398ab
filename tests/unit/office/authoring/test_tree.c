#include "office/authoring/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "office/versions/archive.h"

static const char entry_7[] =
        "{\n  \"id\": \"seven\",\n  \"number\": 7,\n  \"question\": \"七？\",\n"
        "  \"also\": [],\n  \"answer\": \"柒。\"\n}\n";
/* Not as we would print it. */
static const char lines[] = "{\"id\":\"a\",  \"question\":\"甲？\",\"answer\":\"1\"}\n"
                            "\n"
                            "{\"id\":\"b\",\"question\":\"乙？\", \"answer\":\"2\"}\n"
                            "{\"id\":\"c\",\"question\":\"丙？\",\"answer\":\"3\" }";
static const char referrals[] = "{\n  \"$schema\": \"schema/referrals.schema.json\",\n"
                                "  \"referrals\": [\n    {\n      \"id\": \"r\",\n"
                                "      \"topic\": \"停车\",\n      \"also\": [\n"
                                "        \"车停哪\"\n      ],\n      \"reply\": \"问物业\"\n"
                                "    }\n  ]\n}\n";

static const struct embedded_file files[] = {
	{ "faq/07-seven.json", { entry_7, sizeof(entry_7) - 1 } },
	{ "faq/lines.jsonl", { lines, sizeof(lines) - 1 } },
	{ "faq/notes.txt", { "x\r\n", 3 } },
	{ "faq-b/broken.json", { "{", 1 } },
	{ "referrals.json", { referrals, sizeof(referrals) - 1 } },
	{ "schema/entry.schema.json", { "{\"id\":\"no entry\"}", 17 } },
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

struct fixture {
	struct buf archive, after;
	struct tree *tree;
	struct arena *arena;
	struct embedded_file *now;
	size_t count;
};

static int enter(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	buf_init(&fixture->archive, 1 << 20);
	buf_init(&fixture->after, 1 << 20);
	assert_int_equal(archive_write(files, FILES, &fixture->archive), STATUS_OK);
	assert_int_equal(tree_create(&fixture->tree, buf_span(&fixture->archive)), STATUS_OK);
	assert_int_equal(arena_create(&fixture->arena, 1 << 20), STATUS_OK);
	*state = fixture;
	return 0;
}

static int leave(void **state)
{
	struct fixture *fixture = *state;

	tree_destroy(fixture->tree);
	arena_destroy(fixture->arena);
	buf_deinit(&fixture->archive);
	buf_deinit(&fixture->after);
	free(fixture);
	return 0;
}

static cJSON *json(const char *text)
{
	const struct json_limits limits = { 1 << 20, 100 };
	cJSON *out = NULL;

	assert_int_equal(json_parse(&out, span_of(text), limits, NULL, NULL), STATUS_OK);
	return out;
}

static enum status put(struct fixture *fixture, const char *id, const char *collection,
                       const char *text)
{
	cJSON *object = json(text);
	const enum status status = tree_put(fixture->tree, id, collection, object);

	cJSON_Delete(object);
	return status;
}

static void repack(struct fixture *fixture)
{
	buf_clear(&fixture->after);
	assert_int_equal(tree_pack(fixture->tree, &fixture->after), STATUS_OK);
	assert_int_equal(archive_list(buf_span(&fixture->after), fixture->arena, &fixture->now,
	                              &fixture->count),
	                 STATUS_OK);
}

static const char *content(struct fixture *fixture, const char *name)
{
	for (size_t i = 0; i < fixture->count; i++)
		if (strcmp(fixture->now[i].name, name) == 0)
			return arena_copy(fixture->arena, fixture->now[i].content);
	return NULL;
}

/* All but these two, which may be NULL, have the bytes that they had. */
static void assert_untouched(struct fixture *fixture, const char *but)
{
	for (size_t i = 0; i < FILES; i++) {
		if (but && strcmp(files[i].name, but) == 0)
			continue;
		const char *now = content(fixture, files[i].name);

		assert_non_null(now);
		assert_string_equal(now, files[i].content.ptr);
	}
}

static void documents_are_the_entries_and_referrals(void **state)
{
	struct fixture *fixture = *state;
	const char *const expected[] = { "seven", "a", "b", "c", "r" };
	const char *const *names;

	assert_int_equal(tree_count(fixture->tree), 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(tree_at(fixture->tree, i).id, expected[i]);
	assert_null(tree_find(fixture->tree, "r").collection);
	assert_string_equal(tree_find(fixture->tree, "b").file, "faq/lines.jsonl");
	assert_null(tree_find(fixture->tree, "no entry").object);
	assert_int_equal(tree_collections(fixture->tree, &names), 2);
	assert_string_equal(names[0], "faq");
	assert_string_equal(names[1], "faq-b");
}

static void nothing_changed_is_the_same_archive(void **state)
{
	struct fixture *fixture = *state;

	repack(fixture);
	assert_int_equal(fixture->after.len, fixture->archive.len);
	assert_memory_equal(fixture->after.ptr, fixture->archive.ptr, fixture->after.len);
}

static void an_entry_of_a_file_is_printed_as_json_dumps_does(void **state)
{
	struct fixture *fixture = *state;

	/* By hand: indent=2, ensure_ascii=False, and a line feed. */
	assert_int_equal(put(fixture, "seven", "faq",
	                     "{\"id\":\"seven\",\"also\":[\"七\",\"a/\\\"b\"],\"x\":{},\"cases\":[{"
	                     "\"id\":\"1\"}]}"),
	                 STATUS_OK);
	repack(fixture);
	assert_string_equal(content(fixture, "faq/07-seven.json"),
	                    "{\n  \"id\": \"seven\",\n  \"also\": [\n    \"七\",\n    "
	                    "\"a/\\\"b\"\n  ],\n  \"x\": {},\n  \"cases\": [\n    {\n      "
	                    "\"id\": \"1\"\n    }\n  ]\n}\n");
	assert_untouched(fixture, "faq/07-seven.json");
}

static void another_line_of_a_jsonl_file_keeps_its_bytes(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(put(fixture, "b", "faq", "{\"id\":\"b\",\"answer\":\"贰\"}"), STATUS_OK);
	repack(fixture);
	assert_string_equal(content(fixture, "faq/lines.jsonl"),
	                    "{\"id\":\"a\",  \"question\":\"甲？\",\"answer\":\"1\"}\n"
	                    "\n"
	                    "{\"id\":\"b\",\"answer\":\"贰\"}\n"
	                    "{\"id\":\"c\",\"question\":\"丙？\",\"answer\":\"3\" }");
	assert_untouched(fixture, "faq/lines.jsonl");
	/* And the ones behind a removed one are still found. */
	assert_int_equal(tree_remove(fixture->tree, "a"), STATUS_OK);
	assert_int_equal(put(fixture, "c", "faq", "{\"id\":\"c\",\"answer\":\"叁\"}"), STATUS_OK);
	repack(fixture);
	assert_string_equal(content(fixture, "faq/lines.jsonl"),
	                    "\n{\"id\":\"b\",\"answer\":\"贰\"}\n{\"id\":\"c\",\"answer\":\"叁\"}");
}

/* As git would: an office whose editor writes \r\n sees one line changed. */
static void a_changed_line_keeps_the_end_that_it_had(void **state)
{
	static const char text[] = "{\"id\":\"a\",\"answer\":\"1\"}\r\n"
	                           "{\"id\":\"b\",\"answer\":\"2\"}\r\n";
	const struct embedded_file file = { "faq/windows.jsonl", { text, sizeof(text) - 1 } };
	struct fixture *fixture = *state;

	tree_destroy(fixture->tree);
	buf_clear(&fixture->archive);
	assert_int_equal(archive_write(&file, 1, &fixture->archive), STATUS_OK);
	assert_int_equal(tree_create(&fixture->tree, buf_span(&fixture->archive)), STATUS_OK);
	assert_int_equal(put(fixture, "a", "faq", "{\"id\":\"a\",\"answer\":\"壹\"}"), STATUS_OK);
	repack(fixture);
	assert_string_equal(content(fixture, "faq/windows.jsonl"),
	                    "{\"id\":\"a\",\"answer\":\"壹\"}\r\n"
	                    "{\"id\":\"b\",\"answer\":\"2\"}\r\n");
}

static void files_of_the_office_are_documents_as_a_whole(void **state)
{
	static const char lexicon[] = "{\n  \"fillers\": [\n    \"请问\"\n  ]\n}\n";
	const struct embedded_file given[] = {
		{ "golden.json", { "{", 1 } }, /* cannot be read */
		{ "lexicon.json", { lexicon, sizeof(lexicon) - 1 } },
		{ "relations.json", { "{}", 2 } },
	};
	struct fixture *fixture = *state;

	tree_destroy(fixture->tree);
	buf_clear(&fixture->archive);
	assert_int_equal(archive_write(given, 3, &fixture->archive), STATUS_OK);
	assert_int_equal(tree_create(&fixture->tree, buf_span(&fixture->archive)), STATUS_OK);
	assert_int_equal(tree_count(fixture->tree), 1);
	assert_string_equal(tree_at(fixture->tree, 0).id, "lexicon.json");
	assert_string_equal(tree_at(fixture->tree, 0).collection, TREE_ROOT);
	assert_int_equal(put(fixture, "lexicon.json", TREE_ROOT, "{\"fillers\":[\"老师\"]}"),
	                 STATUS_OK);
	assert_int_equal(put(fixture, "smalltalk.json", TREE_ROOT, "{\"smalltalk\":[]}"),
	                 STATUS_OK);
	assert_int_equal(put(fixture, "golden.json", TREE_ROOT, "{\"golden\":[]}"), STATUS_INVALID);
	assert_int_equal(put(fixture, "relations.json", TREE_ROOT, "{}"), STATUS_INVALID);
	assert_int_equal(put(fixture, "../evil.json", TREE_ROOT, "{}"), STATUS_INVALID);
	assert_int_equal(tree_remove(fixture->tree, "lexicon.json"), STATUS_INVALID);
	repack(fixture);
	assert_int_equal(fixture->count, 4);
	assert_string_equal(content(fixture, "lexicon.json"),
	                    "{\n  \"fillers\": [\n    \"老师\"\n  ]\n}\n");
	assert_string_equal(content(fixture, "smalltalk.json"), "{\n  \"smalltalk\": []\n}\n");
	assert_string_equal(content(fixture, "golden.json"), "{");
	assert_string_equal(content(fixture, "relations.json"), "{}");
}

static void a_fault_of_a_file_of_the_office_names_its_place(void **state)
{
	static const char lexicon[] = "{\"synonyms\":[{\"word\":\"照片\",\"variants\":\"相片\"}]}";
	const struct embedded_file given = { "lexicon.json", { lexicon, sizeof(lexicon) - 1 } };
	struct fixture *fixture = *state;
	struct knowledge *knowledge = NULL;
	struct faults *faults = NULL;
	const char *member = "", *id = NULL;

	tree_destroy(fixture->tree);
	buf_clear(&fixture->archive);
	assert_int_equal(archive_write(&given, 1, &fixture->archive), STATUS_OK);
	assert_int_equal(tree_create(&fixture->tree, buf_span(&fixture->archive)), STATUS_OK);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(tree_knowledge(fixture->tree, faults, &knowledge), STATUS_INVALID);
	for (size_t i = 0; !id && i < faults_kept(faults); i++)
		id = tree_blame(fixture->tree, faults_at(faults, i), &member);
	assert_non_null(id);
	assert_string_equal(id, "lexicon.json");
	assert_non_null(strstr(member, "synonyms[0]"));
	knowledge_destroy(knowledge);
	faults_destroy(faults);
}

/* More than the ceiling of the tree's memory, were every text of the file kept. */
static void many_changes_of_a_long_file_need_no_more_room_than_one(void **state)
{
	enum { LINES = 3000, LINE_BYTES = 1000, CHANGES = 400 };
	struct embedded_file file = { "faq/long.jsonl", { NULL, 0 } };
	char id[16], line[LINE_BYTES + 1];
	struct buf text, archive;
	struct tree *tree;
	cJSON *object;

	(void)state;
	buf_init(&text, 1 << 23);
	buf_init(&archive, 1 << 23);
	for (int i = 0; i < LINES; i++) {
		snprintf(line, sizeof(line), "{\"id\":\"e%d\",\"answer\":\"%0*d\"}\n", i,
		         LINE_BYTES - 40, i);
		buf_append_text(&text, line);
	}
	file.content = buf_span(&text);
	assert_int_equal(archive_write(&file, 1, &archive), STATUS_OK);
	assert_int_equal(tree_create(&tree, buf_span(&archive)), STATUS_OK);
	for (int i = 0; i < CHANGES; i++) {
		snprintf(id, sizeof(id), "e%d", i);
		object = cJSON_CreateObject();
		cJSON_AddStringToObject(object, "id", id);
		assert_int_equal(tree_put(tree, id, "faq", object), STATUS_OK);
		cJSON_Delete(object);
	}
	assert_int_equal(tree_count(tree), LINES);
	assert_non_null(strstr(tree_file(tree, "faq/long.jsonl").ptr, "\n{\"id\":\"e399\"}\n"));
	tree_destroy(tree);
	buf_deinit(&text);
	buf_deinit(&archive);
}

/* As knowledge_find() has it; a fault says that the id is there twice. */
static void of_two_with_one_id_the_first_is_found(void **state)
{
	static const char twice[] = "{\"id\":\"x\",\"answer\":\"1\"}\n"
	                            "{\"id\":\"x\",\"answer\":\"2\"}\n";
	const struct embedded_file file = { "faq/twice.jsonl", { twice, sizeof(twice) - 1 } };
	struct buf archive;
	struct tree *tree;

	(void)state;
	buf_init(&archive, 1 << 20);
	assert_int_equal(archive_write(&file, 1, &archive), STATUS_OK);
	assert_int_equal(tree_create(&tree, buf_span(&archive)), STATUS_OK);
	assert_string_equal(json_string(tree_find(tree, "x").object, "answer", ""), "1");
	assert_int_equal(tree_remove(tree, "x"), STATUS_OK);
	assert_string_equal(json_string(tree_find(tree, "x").object, "answer", ""), "2");
	assert_int_equal(tree_remove(tree, "x"), STATUS_OK);
	assert_int_equal(tree_remove(tree, "x"), STATUS_NOT_FOUND);
	tree_destroy(tree);
	buf_deinit(&archive);
}

static void a_referral_is_replaced_added_and_removed(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(put(fixture, "s", NULL, "{\"id\":\"s\"}"), STATUS_OK);
	repack(fixture);
	assert_untouched(fixture, "referrals.json");
	assert_int_equal(tree_remove(fixture->tree, "r"), STATUS_OK);
	assert_int_equal(put(fixture, "s", NULL, "{\"id\":\"s\",\"topic\":\"食堂\"}"), STATUS_OK);
	repack(fixture);
	assert_string_equal(content(fixture, "referrals.json"),
	                    "{\n  \"$schema\": \"schema/referrals.schema.json\",\n  "
	                    "\"referrals\": [\n    {\n      \"id\": \"s\",\n      \"topic\": "
	                    "\"食堂\"\n    }\n  ]\n}\n");
}

static void a_new_entry_is_a_file_of_its_own_in_its_place(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(put(fixture, "七 ../x", "faq", "{\"id\":\"七 ../x\",\"number\":7}"),
	                 STATUS_OK);
	assert_int_equal(put(fixture, "n", "new", "{\"id\":\"n\"}"), STATUS_OK);
	repack(fixture);
	assert_untouched(fixture, NULL);
	assert_string_equal(content(fixture, "faq/07--------x.json"),
	                    "{\n  \"id\": \"七 ../x\",\n  \"number\": 7\n}\n");
	assert_string_equal(content(fixture, "new/n.json"), "{\n  \"id\": \"n\"\n}\n");
	for (size_t i = 1; i < fixture->count; i++)
		assert_true(archive_order(&fixture->now[i - 1], &fixture->now[i]) < 0);
	assert_int_equal(tree_remove(fixture->tree, "n"), STATUS_OK);
	repack(fixture);
	assert_null(content(fixture, "new/n.json"));
}

static void a_name_that_leads_elsewhere_is_no_collection(void **state)
{
	const char *const bad[] = { "", ".", "..", ".git", "a/b", "../a", "schema" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(put(fixture, "n", bad[i], "{\"id\":\"n\"}"), STATUS_INVALID);
}

static void a_fault_is_blamed_on_the_document_that_it_is_of(void **state)
{
	struct fixture *fixture = *state;
	struct fault fault = { .file = "knowledge/faq/07-seven.json", .field = "patterns[0]" };
	const char *member;

	assert_string_equal(tree_blame(fixture->tree, &fault, &member), "seven");
	assert_string_equal(member, "patterns[0]");
	fault = (struct fault){ .file = "knowledge/faq/lines.jsonl", .line = 3 };
	assert_string_equal(tree_blame(fixture->tree, &fault, &member), "b");
	assert_string_equal(member, "");
	fault = (struct fault){ .file = "knowledge/referrals.json",
		                .field = "referrals[0].also[2]" };
	assert_string_equal(tree_blame(fixture->tree, &fault, &member), "r");
	assert_string_equal(member, "also[2]");
	fault = (struct fault){ .file = "knowledge/lexicon.json", .field = "classes" };
	assert_null(tree_blame(fixture->tree, &fault, &member));
	fault = (struct fault){ .field = "x" };
	assert_null(tree_blame(fixture->tree, &fault, &member));
}

static void bytes_that_are_no_archive_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct tree *tree;

	assert_int_equal(tree_create(&tree, span_of("dayi")), STATUS_INVALID);
	for (size_t len = 15; len < fixture->archive.len; len += 7) {
		const enum status status =
		        tree_create(&tree, (struct span){ fixture->archive.ptr, len });

		/* A cut between two files leaves an archive. */
		assert_true(status == STATUS_INVALID || status == STATUS_OK);
		tree_destroy(tree);
	}
}

int main(void)
{
#define T(test_) cmocka_unit_test_setup_teardown(test_, enter, leave)
	const struct CMUnitTest tests[] = {
		T(documents_are_the_entries_and_referrals),
		T(nothing_changed_is_the_same_archive),
		T(an_entry_of_a_file_is_printed_as_json_dumps_does),
		T(another_line_of_a_jsonl_file_keeps_its_bytes),
		T(a_changed_line_keeps_the_end_that_it_had),
		T(files_of_the_office_are_documents_as_a_whole),
		T(a_fault_of_a_file_of_the_office_names_its_place),
		T(many_changes_of_a_long_file_need_no_more_room_than_one),
		T(of_two_with_one_id_the_first_is_found),
		T(a_referral_is_replaced_added_and_removed),
		T(a_new_entry_is_a_file_of_its_own_in_its_place),
		T(a_name_that_leads_elsewhere_is_no_collection),
		T(a_fault_is_blamed_on_the_document_that_it_is_of),
		T(bytes_that_are_no_archive_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
