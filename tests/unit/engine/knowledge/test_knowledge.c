#include "knowledge_fixture.h"

#include "engine/knowledge/read.h"

static const char full_entry[] =
        "{\"$schema\":\"../schema/entry.schema.json\",\"id\":\"renew\",\"number\":10,"
        "\"question\":\"可以延续吗？\",\"prompts\":[\"证书已过期\"],\"patterns\":[\"延.?续\"],"
        "\"unless\":[\"建造师\"],\"also\":[\"能续期吗\",\"renew\"],\"not\":[\"能变更吗\"],"
        "\"answer\":\"可以。\\n第二行\",\"cases\":[{\"id\":\"1\",\"label\":\"情形1\","
        "\"situation\":\"未过期。\",\"advice\":\"提交申请。\",\"also\":[\"没过期\"],"
        "\"patterns\":[\"没.?过期\"]},{\"id\":\"2\",\"situation\":\"已过期。\"}],"
        "\"note\":\"注\",\"related\":[\"other\"],\"source\":{\"document\":\"faq.txt\","
        "\"item\":10},\"reviewed\":\"2024-02-29\"}";

static void an_entry_is_read_whole(void **state)
{
	struct knowledge *knowledge;
	const struct entry *entry;

	write_text("k/faq/10.json", full_entry);
	write_text("k/faq/11.json", "{\"id\":\"other\",\"answer\":\"a\"}");
	knowledge = load(*state, "k");
	assert_int_equal(knowledge->entry_count, 2);
	entry = knowledge_find(knowledge, "renew");
	assert_ptr_equal(entry, knowledge_numbered(knowledge, 10));
	assert_int_equal(entry->kind, ENTRY_ANSWER);
	assert_string_equal(entry->collection, "faq");
	assert_string_equal(entry->question, "可以延续吗？");
	assert_string_equal(entry->prompts.items[0], "证书已过期");
	assert_string_equal(pattern_source(entry->patterns.items[0]), "延.?续");
	assert_string_equal(pattern_source(entry->unless.items[0]), "建造师");
	assert_int_equal(entry->also.count, 2);
	assert_string_equal(entry->also.items[1], "renew");
	assert_string_equal(entry->negatives.items[0], "能变更吗");
	assert_string_equal(entry->answer, "可以。\n第二行");
	assert_int_equal(entry->case_count, 2);
	assert_string_equal(entry->cases[0].advice, "提交申请。");
	assert_string_equal(entry->cases[0].also.items[0], "没过期");
	assert_int_equal(entry->cases[0].patterns.count, 1);
	assert_string_equal(entry->cases[1].label, "情形2");
	assert_string_equal(entry->cases[1].advice, "");
	assert_string_equal(entry->note, "注");
	assert_string_equal(entry->related.items[0], "other");
	assert_string_equal(entry->document, "faq.txt");
	assert_int_equal(entry->item, 10);
	assert_string_equal(entry->reviewed, "2024-02-29");
	assert_string_equal(entry->file, "k/faq/10.json");
	knowledge_destroy(knowledge);
}

static void absent_members_are_empty(void **state)
{
	struct knowledge *knowledge;
	const struct entry *entry;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"answer\":\"b\"}");
	knowledge = load(*state, "k");
	entry = knowledge_find(knowledge, "a");
	assert_string_equal(entry->question, "");
	assert_string_equal(entry->note, "");
	assert_string_equal(entry->document, "");
	assert_string_equal(entry->reviewed, "");
	assert_int_equal(entry->number, 0);
	assert_int_equal(entry->also.count, 0);
	assert_null(knowledge_find(knowledge, "b"));
	assert_null(knowledge_numbered(knowledge, 0));
	assert_null(knowledge_numbered(knowledge, 1));
	assert_string_equal(knowledge->office.name, "");
	knowledge_destroy(knowledge);
}

static void answers_come_first_in_order_of_file_and_line(void **state)
{
	static const char *const expected[] = { "a1", "a2", "b1", "b2", "r1", "s1", "s2" };
	struct knowledge *knowledge;

	write_text("k/a/2.json", "{\"id\":\"a2\",\"answer\":\"x\"}");
	write_text("k/a/1.json", "{\"id\":\"a1\",\"answer\":\"x\"}");
	write_text("k/b/entries.jsonl", "\xef\xbb\xbf{\"id\":\"b1\",\"answer\":\"x\"}\r\n\n{\"id\":"
	                                "\"b2\",\"answer\":\"x\"}");
	write_text("k/a/readme.txt", "not read");
	write_text("k/schema/entry.schema.json", "not read");
	write_text("k/.hidden/x.json", "not read");
	write_text("k/referrals.json",
	           "{\"referrals\":[{\"id\":\"r1\",\"topic\":\"t\",\"reply\":\"p\"}]}");
	write_text("k/smalltalk.json",
	           "{\"smalltalk\":[{\"id\":\"s1\",\"outcome\":\"handoff\",\"reply\":\"p\"},"
	           "{\"id\":\"s2\",\"outcome\":\"smalltalk\",\"reply\":\"p\"}]}");
	knowledge = load(*state, "k");
	assert_int_equal(knowledge->entry_count, 7);
	assert_int_equal(knowledge->answer_count, 4);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(knowledge->entries[i].id, expected[i]);
	assert_int_equal(knowledge->entries[3].line, 3);
	assert_int_equal(knowledge->entries[4].kind, ENTRY_REFERRAL);
	assert_string_equal(knowledge->entries[4].question, "t");
	assert_string_equal(knowledge->entries[4].answer, "p");
	assert_int_equal(knowledge->entries[5].kind, ENTRY_HANDOFF);
	assert_int_equal(knowledge->entries[6].kind, ENTRY_SMALLTALK);
	assert_string_equal(entry_kind_name(ENTRY_HANDOFF), "handoff");
	knowledge_destroy(knowledge);
}

static void the_lexicon_and_the_golden_questions_are_read(void **state)
{
	struct knowledge *knowledge;

	write_text("k/faq/10.json", full_entry);
	write_text("k/faq/11.json", "{\"id\":\"other\",\"answer\":\"a\"}");
	write_text("k/lexicon.json",
	           "{\"synonyms\":[{\"word\":\"照片\",\"variants\":[\"相片\",\"寸照\"]}],"
	           "\"fillers\":[\"请问\"],\"confusables\":[{\"right\":\"未\",\"wrong\":\"末味\"}],"
	           "\"english\":[{\"phrase\":\"renew\",\"word\":\"延续\"}],"
	           "\"date_cues\":{\"ahead\":[\"挨边\"],\"span_behind\":[\"搁了\"]}}");
	write_text("k/golden.json", "{\"golden\":[{\"q\":\"x\",\"entry\":\"renew\",\"case\":\"2\"},"
	                            "{\"q\":\"y\",\"outcome\":\"decline\"}]}");
	knowledge = load(*state, "k");
	assert_int_equal(knowledge->lexicon.synonym_count, 1);
	assert_string_equal(knowledge->lexicon.synonyms[0].word, "照片");
	assert_string_equal(knowledge->lexicon.synonyms[0].variants.items[1], "寸照");
	assert_string_equal(knowledge->lexicon.fillers.items[0], "请问");
	assert_string_equal(knowledge->lexicon.confusables[0].left, "未");
	assert_string_equal(knowledge->lexicon.confusables[0].right, "末味");
	assert_string_equal(knowledge->lexicon.english[0].left, "renew");
	assert_string_equal(knowledge->lexicon.english[0].right, "延续");
	assert_string_equal(knowledge->lexicon.date_cues[DATE_CUE_AHEAD].items[0], "挨边");
	assert_string_equal(knowledge->lexicon.date_cues[DATE_CUE_SPAN_BEHIND].items[0], "搁了");
	assert_int_equal(knowledge->lexicon.date_cues[DATE_CUE_BEHIND].count, 0);
	assert_int_equal(knowledge->golden_count, 2);
	assert_string_equal(knowledge->golden[0].case_id, "2");
	assert_null(knowledge->golden[0].outcome);
	assert_null(knowledge->golden[1].entry);
	assert_string_equal(knowledge->golden[1].outcome, "decline");
	assert_int_equal(knowledge->golden[1].index, 1);
	knowledge_destroy(knowledge);
}

static void the_page_takes_its_words_from_the_office_or_the_built_in_ones(void **state)
{
	const char *examples[EXAMPLES_MOST];
	struct knowledge *knowledge;

	for (int i = 1; i <= 8; i++) {
		char path[40], text[80];

		snprintf(path, sizeof(path), "k/faq/%d.json", i);
		snprintf(text, sizeof(text), "{\"id\":\"e%d\",\"%s\":\"问%d\"}", i,
		         i == 2 ? "answer" : "question", i);
		write_text(path, text);
	}
	knowledge = load(*state, "k");
	assert_string_equal(office_title(&knowledge->office), "常见问题答疑");
	assert_non_null(strstr(office_text(&knowledge->office, "welcome"), "自动答疑程序"));
	assert_int_equal(knowledge_examples(knowledge, examples), 6);
	assert_string_equal(examples[0], "问1");
	assert_string_equal(examples[1], "问3");
	assert_string_equal(examples[5], "问7");
	knowledge_destroy(knowledge);
	write_text("k/office.json", "{\"system\":\"某系统\"}");
	knowledge = load(*state, "k");
	assert_string_equal(office_title(&knowledge->office), "某系统");
	knowledge_destroy(knowledge);
	write_text("k/office.json",
	           "{\"system\":\"某系统\",\"title\":\"某办答疑\",\"welcome\":\"您好\","
	           "\"examples\":[\"怎么办\"]}");
	knowledge = load(*state, "k");
	assert_string_equal(office_title(&knowledge->office), "某办答疑");
	assert_string_equal(office_text(&knowledge->office, "welcome"), "您好");
	assert_int_equal(knowledge_examples(knowledge, examples), 1);
	assert_string_equal(examples[0], "怎么办");
	knowledge_destroy(knowledge);
}

static void expect_named(const char *file, const char *before, const char *after)
{
	struct buf text;
	char name[80];

	buf_init(&text, 1 << 20);
	assert_int_equal(file_read(file, &text), STATUS_OK);
	for (size_t i = 0; i < office_text_count(); i++) {
		snprintf(name, sizeof(name), "%s%s%s", before, office_text_key(i), after);
		if (!strstr(buf_text(&text), name))
			fail_msg("%s does not name %s", file, name);
	}
	buf_deinit(&text);
}

static void every_sentence_has_words(void **state)
{
	const struct office office = { .text_count = 0 };
	(void)state;
	for (size_t i = 0; i < office_text_count(); i++)
		assert_string_not_equal(office_text(&office, office_text_key(i)), "");
}

static void every_sentence_that_an_office_can_word_is_in_the_schema_and_the_manual(void **state)
{
	(void)state;
	expect_named(DAYI_SOURCE_DIR "/knowledge/schema/office.schema.json", "\"", "\": {");
	expect_named(DAYI_SOURCE_DIR "/docs/knowledge.md", "\n| `", "` | ");
}

static void the_offices_sentence_goes_before_the_built_in_one(void **state)
{
	struct knowledge *knowledge;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"answer\":\"b\"}");
	write_text("k/office.json",
	           "{\"name\":\"答疑\",\"system\":\"某系统\",\"contacts\":[{\"kind\":\"phone\","
	           "\"label\":\"电话\",\"value\":\"0371-65250866\"},{\"kind\":\"wechat\","
	           "\"label\":\"公众号\",\"value\":\"某办\"}],\"decline\":\"没有\","
	           "\"texts\":{\"empty\":\"空\"}}");
	knowledge = load(*state, "k");
	assert_string_equal(knowledge->office.name, "答疑");
	assert_string_equal(knowledge->office.contacts[0].value, "0371-65250866");
	assert_string_equal(knowledge->office.contacts[1].kind, "wechat");
	assert_string_equal(office_text(&knowledge->office, "decline"), "没有");
	assert_string_equal(office_own_text(&knowledge->office, "decline"), "没有");
	assert_null(office_own_text(&knowledge->office, "choose"));
	assert_string_equal(office_text(&knowledge->office, "empty"), "空");
	assert_string_equal(office_text(&knowledge->office, "choose"), "您想问的是下面哪一个？");
	assert_string_equal(office_text(&knowledge->office, "no such key"), "");
	knowledge_destroy(knowledge);
}

static void the_version_changes_with_any_name_or_content(void **state)
{
	char first[KNOWLEDGE_VERSION_SIZE];
	struct knowledge *knowledge;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"answer\":\"b\"}");
	knowledge = load(*state, "k");
	/* printf 'faq/1.json\00023\0{"id":"a","answer":"b"}' | sha256sum | cut -c1-16 */
	assert_string_equal(knowledge->version, "8756a798abf4f183");
	strcpy(first, knowledge->version);
	knowledge_destroy(knowledge);
	assert_int_equal(rename("k", "elsewhere"), 0);
	knowledge = load(*state, "elsewhere/");
	assert_string_equal(knowledge->version, first);
	knowledge_destroy(knowledge);
	assert_int_equal(rename("elsewhere/faq/1.json", "elsewhere/faq/2.json"), 0);
	knowledge = load(*state, "elsewhere");
	assert_string_not_equal(knowledge->version, first);
	knowledge_destroy(knowledge);
	assert_int_equal(rename("elsewhere/faq/2.json", "elsewhere/faq/1.json"), 0);
	write_text("elsewhere/faq/1.json", "{\"id\":\"a\",\"answer\":\"c\"}");
	knowledge = load(*state, "elsewhere");
	assert_string_not_equal(knowledge->version, first);
	knowledge_destroy(knowledge);
}

static void a_sample_record_is_kept_as_written_with_its_line(void **state)
{
	struct knowledge *knowledge;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"answer\":\"b\",\"diagnosis\":[{\"claim\":\"c\","
	                           "\"pick\":\"SELECT 1 AS verdict\"}]}");
	write_text("k/records.jsonl", "\n{\"entry\":\"a\",\"today\":\"2026-11-25\",\"facts\":{"
	                              "\"exam\":[{\"kind\": null}]},"
	                              "\"expect\":{\"1\":\"unknown\"},\"note\":\"d\"}\n");
	knowledge = load(*state, "k");
	assert_int_equal(knowledge->sample_count, 1);
	assert_string_equal(knowledge->samples[0].entry, "a");
	assert_string_equal(knowledge->samples[0].today, "2026-11-25");
	assert_string_equal(knowledge->samples[0].facts, "{\"exam\":[{\"kind\":null}]}");
	assert_int_equal(knowledge->samples[0].expected_count, 1);
	assert_string_equal(knowledge->samples[0].expected[0].case_id, "1");
	assert_string_equal(knowledge->samples[0].expected[0].verdict, "unknown");
	assert_int_equal(knowledge->samples[0].line, 2);
	knowledge_destroy(knowledge);
}

/* Room is made by the lines, and a text may go on behind a zero. */
static void a_zero_byte_among_the_sample_records_hides_no_line(void **state)
{
	enum { LINES = 20000 };
	struct knowledge *knowledge = NULL;
	struct buf text;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"answer\":\"b\",\"diagnosis\":[{\"claim\":\"c\","
	                           "\"pick\":\"SELECT 1 AS verdict\"}]}");
	buf_init(&text, 16 << 20);
	buf_append(&text, "\0\n", 2);
	for (int i = 0; i < LINES; i++)
		buf_append_text(&text, "{\"entry\":\"a\",\"today\":\"2026-11-25\",\"facts\":{},"
		                       "\"expect\":{\"1\":\"applies\"}}\n");
	assert_int_equal(file_write("k/records.jsonl", buf_span(&text)), STATUS_OK);
	buf_deinit(&text);
	assert_int_equal(knowledge_load("k", ((struct place *)*state)->faults, &knowledge),
	                 STATUS_INVALID);
	assert_true(has_fault(*state, "records.jsonl:1: "));
	assert_false(has_fault(*state, "records.jsonl:2: "));
}

static void the_version_changes_with_the_sample_records(void **state)
{
	char first[KNOWLEDGE_VERSION_SIZE];
	struct knowledge *knowledge;

	write_text("k/faq/1.json", "{\"id\":\"a\",\"answer\":\"b\"}");
	knowledge = load(*state, "k");
	strcpy(first, knowledge->version);
	knowledge_destroy(knowledge);
	write_text("k/records.jsonl", "\n");
	knowledge = load(*state, "k");
	assert_string_not_equal(knowledge->version, first);
	knowledge_destroy(knowledge);
}

static void a_large_collection_has_all_its_entries(void **state)
{
	enum { ENTRIES = 20000 };
	struct knowledge *knowledge;
	struct buf text;

	buf_init(&text, 1 << 24);
	for (int i = 1; i <= ENTRIES; i++)
		buf_append_format(&text, "{\"id\":\"e%d\",\"number\":%d,\"answer\":\"a\"}\n", i, i);
	assert_int_equal(file_make_folder("k/faq"), STATUS_OK);
	assert_int_equal(file_write("k/faq/entries.jsonl", buf_span(&text)), STATUS_OK);
	buf_deinit(&text);
	knowledge = load(*state, "k");
	assert_int_equal(knowledge->answer_count, ENTRIES);
	assert_int_equal(knowledge_find(knowledge, "e12345")->number, 12345);
	assert_int_equal(knowledge_numbered(knowledge, 19999)->line, 19999);
	knowledge_destroy(knowledge);
}

static void the_projects_own_knowledge_is_sound(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge = load(place, DAYI_SOURCE_DIR "/knowledge");

	assert_int_equal(knowledge->answer_count, 13);
	for (int number = 1; number <= 13; number++)
		assert_non_null(knowledge_numbered(knowledge, number));
	assert_int_equal(knowledge_numbered(knowledge, 8)->case_count, 5);
	assert_string_equal(knowledge_numbered(knowledge, 13)->answer, "");
	assert_true(knowledge->golden_count > 0);
	knowledge_destroy(knowledge);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_entry_is_read_whole),
		TEST(absent_members_are_empty),
		TEST(answers_come_first_in_order_of_file_and_line),
		TEST(the_lexicon_and_the_golden_questions_are_read),
		TEST(the_page_takes_its_words_from_the_office_or_the_built_in_ones),
		TEST(the_offices_sentence_goes_before_the_built_in_one),
		TEST(every_sentence_has_words),
		TEST(every_sentence_that_an_office_can_word_is_in_the_schema_and_the_manual),
		TEST(the_version_changes_with_any_name_or_content),
		TEST(a_sample_record_is_kept_as_written_with_its_line),
		TEST(a_zero_byte_among_the_sample_records_hides_no_line),
		TEST(the_version_changes_with_the_sample_records),
		TEST(a_large_collection_has_all_its_entries),
		TEST(the_projects_own_knowledge_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
