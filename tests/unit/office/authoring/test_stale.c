#include "knowledge_fixture.h"

#include "office/authoring/stale.h"

struct notes {
	struct buf text;
};

static void note(void *context, const struct stale *stale)
{
	struct notes *notes = context;

	buf_append_format(&notes->text, "%s%s%s %s %lld\n", stale->entry->id, stale->of ? "/" : "",
	                  stale->of ? stale->of->id : "", stale->day, (long long)stale->days);
}

static void what_has_passed_is_stale_from_the_next_day_on(void **state)
{
	struct place *place = *state;
	struct notes notes;

	buf_init(&notes.text, 1 << 16);
	write_text("k/faq/entries.jsonl",
	           "{\"id\":\"a\",\"question\":\"甲？\",\"answer\":\"x\",\"owner\":\"登记科\","
	           "\"review_by\":\"2026-11-29\"}\n"
	           "{\"id\":\"b\",\"question\":\"乙？\",\"answer\":\"x\","
	           "\"review_by\":\"2026-11-30\"}\n"
	           "{\"id\":\"c\",\"question\":\"丙？\",\"answer\":\"x\"}\n"
	           "{\"id\":\"d\",\"question\":\"丁？\",\"answer\":\"x\","
	           "\"review_by\":\"2024-02-29\"}\n");
	struct knowledge *knowledge = load(place, "k");

	assert_string_equal(knowledge->entries[0].owner, "登记科");
	assert_string_equal(knowledge->entries[1].owner, "");
	stale_find(knowledge, "2026-11-30", note, &notes);
	/* From 2024-02-29 to 2026-11-30: 307 days to the end of 2024, 365, and 333. */
	assert_string_equal(buf_text(&notes.text), "a 2026-11-29 1\nd 2024-02-29 1005\n");
	knowledge_destroy(knowledge);
	buf_deinit(&notes.text);
}

static void a_rule_is_over_if_no_other_one_of_its_case_holds(void **state)
{
	struct place *place = *state;
	struct notes notes;

	buf_init(&notes.text, 1 << 16);
	write_text("k/faq/entries.jsonl",
	           "{\"id\":\"a\",\"question\":\"甲？\",\"answer\":\"x\",\"cases\":["
	           "{\"id\":\"1\",\"label\":\"情形1\",\"situation\":\"s\",\"advice\":\"t\","
	           "\"pick\":\"SELECT 1\",\"until\":\"2025-12-31\"},"
	           "{\"id\":\"2\",\"label\":\"情形2\",\"situation\":\"u\",\"advice\":\"t\","
	           "\"pick\":\"SELECT 1\"}]}\n");
	struct knowledge *knowledge = load(place, "k");

	stale_find(knowledge, "2025-12-31", note, &notes);
	assert_int_equal(notes.text.len, 0);
	stale_find(knowledge, "2026-01-02", note, &notes);
	assert_string_equal(buf_text(&notes.text), "a/1 2025-12-31 2\n");
	knowledge_destroy(knowledge);
	buf_deinit(&notes.text);
}

static void links_are_found_without_the_marks_of_the_sentence(void **state)
{
	struct place *place = *state;
	struct arena *arena = NULL;
	struct stale_link *links;
	size_t count, more;

	write_text("k/faq/entries.jsonl",
	           "{\"id\":\"a\",\"question\":\"见 http://a.example/问？\",\"answer\":"
	           "\"登录https://b.example/x?y=1&z=(2)，或（HTTPS://C.example/p.）。"
	           "\\nhttp://a.example/\"}\n"
	           "{\"id\":\"b\",\"question\":\"乙？\",\"answer\":\"ftp://d.example http:// "
	           "javascript:alert(1) <a href=\\\"http://a.example/\\\">甲</a>\","
	           "\"internal\":\"内网 http://e.example:8080/a_b\"}\n");
	struct knowledge *knowledge = load(place, "k");

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(stale_links(knowledge, arena, &links, &count, &more), STATUS_OK);
	assert_int_equal(count, 4);
	assert_int_equal(more, 0);
	assert_string_equal(links[0].url, "http://a.example/");
	assert_int_equal(links[0].entry_count, 2);
	assert_string_equal(links[0].entries[1]->id, "b");
	assert_string_equal(links[1].url, "https://b.example/x?y=1&z=(2)");
	assert_string_equal(links[2].url, "HTTPS://C.example/p");
	assert_string_equal(links[3].url, "http://e.example:8080/a_b");
	arena_destroy(arena);
	knowledge_destroy(knowledge);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_passed_is_stale_from_the_next_day_on),
		TEST(a_rule_is_over_if_no_other_one_of_its_case_holds),
		TEST(links_are_found_without_the_marks_of_the_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
