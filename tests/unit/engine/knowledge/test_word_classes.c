#include "engine/knowledge/word_classes.h"
#include "knowledge_fixture.h"

#include "office/exchange/exchange.h"

static const char *const renew[] = { "延续", "续期", "续一下" };
static const char *const tags[] = { "标签" };
static const struct word_class items[] = {
	{ "延续", { renew, 3 }, "(?:续一下|延续|续期)" },
	{ "b2", { tags, 1 }, "(?:标签)" },
};
static const struct word_classes classes = { items, 2 };

static void expands_to(const char *source, enum class_use use, const char *expected)
{
	struct class_fault fault;
	struct buf out;

	buf_init(&out, 10000);
	assert_int_equal(word_classes_expand(&classes, span_of(source), use, &out, &fault),
	                 STATUS_OK);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void a_class_in_a_pattern_is_a_group_of_its_words(void **state)
{
	(void)state;
	expands_to("<延续>", CLASS_IN_PATTERN, "(?:续一下|延续|续期)");
	expands_to("^过期.{0,9}<延续>?$", CLASS_IN_PATTERN, "^过期.{0,9}(?:续一下|延续|续期)?$");
	expands_to("<延续><b2>", CLASS_IN_PATTERN, "(?:续一下|延续|续期)(?:标签)");
	expands_to("没有", CLASS_IN_PATTERN, "没有");
	expands_to("", CLASS_IN_PATTERN, "");
}

static void the_group_has_the_longest_word_first(void **state)
{
	const struct strings words = { renew, 3 };
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	word_class_append_group(&words, &out);
	assert_string_equal(buf_text(&out), "(?:续一下|延续|续期)");
	buf_deinit(&out);
}

static void what_pcre2_writes_with_angle_brackets_is_no_class(void **state)
{
	static const char *const sources[] = {
		"(?<延续>a)\\k<延续>",
		"(?P<延续>a)\\g<延续>",
		"(?<延续>a)?(?(<延续>)b)",
		"(?<=延续>)a",
		"(?<!<b)a",
		"[<延续>]",
		"[^]<延续>]",
		"[[:alpha:]<延续>]",
		"\\Q<延续>\\E",
		"\\<延续>",
		"[\\]<延续>]",
		"<br>",
		"a<b",
		"<>",
		"<延",
		"\\",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		expands_to(sources[i], CLASS_IN_PATTERN, sources[i]);
	expands_to("\\\\<b2>", CLASS_IN_PATTERN, "\\\\(?:标签)");
	expands_to("(?<=x)<b2>", CLASS_IN_PATTERN, "(?<=x)(?:标签)");
}

static void a_class_in_an_alternate_is_its_first_word(void **state)
{
	(void)state;
	expands_to("过期了还能<延续>吗", CLASS_IN_TEXT, "过期了还能延续吗");
	expands_to("写的是\\<延续>", CLASS_IN_TEXT, "写的是<延续>");
	expands_to("[<延续>", CLASS_IN_TEXT, "[延续");
	expands_to("a<br>b", CLASS_IN_TEXT, "a<br>b");
}

static void an_unknown_name_is_told_with_its_place(void **state)
{
	struct class_fault fault;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(
	        word_classes_expand(&classes, span_of("过<延序>"), CLASS_IN_PATTERN, &out, &fault),
	        STATUS_INVALID);
	assert_int_equal(fault.offset, strlen("过"));
	assert_int_equal(fault.name.len, strlen("延序"));
	assert_memory_equal(fault.name.ptr, "延序", strlen("延序"));
	buf_deinit(&out);
}

static void a_place_in_the_expanded_pattern_is_found_in_the_written_one(void **state)
{
	const struct span source = span_of("a<延续>b(");
	const size_t group = strlen("(?:续一下|延续|续期)"), written = strlen("<延续>");

	(void)state;
	assert_int_equal(word_classes_origin(&classes, source, 0), 0);
	assert_int_equal(word_classes_origin(&classes, source, 1), 1);
	assert_int_equal(word_classes_origin(&classes, source, group), 1);
	assert_int_equal(word_classes_origin(&classes, source, 1 + group), 1 + written);
	assert_int_equal(word_classes_origin(&classes, source, 2 + group), 2 + written);
	assert_int_equal(word_classes_origin(&classes, source, 3 + group), source.len);
}

static void a_name_is_letters_digits_and_han(void **state)
{
	(void)state;
	assert_true(word_class_name_valid(span_of("快到期")));
	assert_true(word_class_name_valid(span_of("b2")));
	assert_false(word_class_name_valid(span_of("")));
	assert_false(word_class_name_valid(span_of("快 到期")));
	assert_false(word_class_name_valid(span_of("a-b")));
	assert_true(word_class_name_valid(span_of("一二三四五六七八九十一二三四五六七八九十")));
	assert_false(word_class_name_valid(span_of("一二三四五六七八九十一二三四五六七八九十一")));
}

static const char lexicon[] =
        "{\"classes\":{\"延续\":[\"延续\",\"续期\",\"展期\"],\"取不到\":[\"取不到\",\"读不出\"]},"
        "\"synonyms\":[{\"word\":\"<延续>\",\"variants\":[\"<延续>\",\"续<取不到>\"]}]}";
static const char entry[] =
        "{\"id\":\"one\",\"number\":1,\"question\":\"能延续吗？\","
        "\"patterns\":[\"过期.{0,9}<延续>\"],\"unless\":[\"<取不到>\"],"
        "\"also\":[\"能<延续>吗\"],\"not\":[\"<取不到>照片\"],\"answer\":\"能。\","
        "\"cases\":[{\"id\":\"1\",\"situation\":\"甲\",\"advice\":\"乙\","
        "\"also\":[\"甲<取不到>\"],\"patterns\":[\"甲<延续>\"]}]}";

static void the_knowledge_reads_classes_wherever_they_may_stand(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	const struct entry *one;
	struct pattern_scratch *scratch = NULL;
	size_t start, end;

	/* "faq" comes before "lexicon.json". */
	write_text("k/faq/1.json", entry);
	write_text("k/lexicon.json", lexicon);
	knowledge = load(place, "k");
	one = knowledge_find(knowledge, "one");
	assert_string_equal(one->also.items[0], "能延续吗");
	assert_string_equal(one->also_written.items[0], "能<延续>吗");
	assert_string_equal(one->negatives.items[0], "取不到照片");
	assert_string_equal(one->cases[0].also.items[0], "甲取不到");
	assert_string_equal(pattern_source(one->patterns.items[0]), "过期.{0,9}<延续>");
	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	assert_true(pattern_find(one->patterns.items[0], scratch, span_of("过期还能展期吗"), &start,
	                         &end));
	assert_false(pattern_find(one->patterns.items[0], scratch, span_of("过期还能换证吗"),
	                          &start, &end));
	assert_true(pattern_find(one->unless.items[0], scratch, span_of("读不出来"), &start, &end));
	pattern_scratch_destroy(scratch);
	/* 延续 itself is no variant of 延续. */
	assert_string_equal(knowledge->lexicon.synonyms[0].word, "延续");
	assert_int_equal(knowledge->lexicon.synonyms[0].variants.count, 4);
	assert_string_equal(knowledge->lexicon.synonyms[0].variants.items[0], "续期");
	assert_string_equal(knowledge->lexicon.synonyms[0].variants.items[1], "展期");
	assert_string_equal(knowledge->lexicon.synonyms[0].variants.items[2], "续取不到");
	assert_string_equal(knowledge->lexicon.synonyms[0].variants.items[3], "续读不出");
	knowledge_destroy(knowledge);
}

static void a_folder_without_classes_has_ordinary_angle_brackets(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	const struct entry *one;
	struct pattern_scratch *scratch = NULL;
	size_t start, end;

	write_text("k/faq/1.json", entry);
	knowledge = load(place, "k");
	one = knowledge_find(knowledge, "one");
	assert_string_equal(one->also.items[0], "能<延续>吗");
	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	assert_true(pattern_find(one->patterns.items[0], scratch, span_of("过期还能<延续>吗"),
	                         &start, &end));
	pattern_scratch_destroy(scratch);
	knowledge_destroy(knowledge);
}

/* Export and import, in both forms that carry patterns, into a folder that has the classes. */
static void goes_round(struct place *place, enum exchange_format format)
{
	const struct exchange_options options = { .format = format, .folder = "k" };
	struct exchange_counts counts;
	struct knowledge *knowledge = load(place, "k");
	struct buf out, again;

	buf_init(&out, 1 << 20);
	buf_init(&again, 1 << 20);
	assert_int_equal(exchange_export(knowledge, format, &out, place->faults), STATUS_OK);
	knowledge_destroy(knowledge);
	assert_non_null(strstr(buf_text(&out), "过期.{0,9}<延续>"));
	assert_non_null(strstr(buf_text(&out), "能<延续>吗"));
	assert_non_null(strstr(buf_text(&out), "<取不到>照片"));
	assert_non_null(strstr(buf_text(&out), "甲<延续>"));
	assert_non_null(strstr(buf_text(&out), "甲<取不到>"));
	assert_int_equal(exchange_import(buf_span(&out), "input", &options, place->faults, &counts),
	                 STATUS_OK);
	assert_int_equal(counts.kept, 1);
	assert_int_equal(counts.changed, 0);
	knowledge = load(place, "k");
	assert_int_equal(exchange_export(knowledge, format, &again, place->faults), STATUS_OK);
	assert_string_equal(buf_text(&again), buf_text(&out));
	knowledge_destroy(knowledge);
	buf_deinit(&out);
	buf_deinit(&again);
}

static void what_is_exported_and_imported_names_its_classes_as_before(void **state)
{
	struct place *place = *state;

	write_text("k/faq/1.json", entry);
	write_text("k/lexicon.json", lexicon);
	goes_round(place, EXCHANGE_JSONL);
	goes_round(place, EXCHANGE_CSV);
}

static void a_row_of_an_import_may_name_the_classes_of_its_folder(void **state)
{
	struct place *place = *state;
	const struct exchange_options options = { .format = EXCHANGE_JSONL, .folder = "k" };
	struct exchange_counts counts;

	write_text("k/faq/1.json", entry);
	write_text("k/lexicon.json", lexicon);
	assert_int_equal(exchange_import(span_of("{\"id\":\"two\",\"question\":\"二\",\"answer\":"
	                                         "\"二\",\"patterns\":[\"<延序>\"]}\n"),
	                                 "input", &options, place->faults, &counts),
	                 STATUS_INVALID);
	assert_true(has_fault(place, "input:1: patterns[0]: there is no word class <延序>"));
	assert_int_equal(exchange_import(span_of("{\"id\":\"two\",\"question\":\"二\",\"answer\":"
	                                         "\"二\",\"patterns\":[\"<延续>\"]}\n"),
	                                 "input", &options, place->faults, &counts),
	                 STATUS_OK);
	assert_int_equal(counts.added, 1);
}

static void a_fault_of_a_pattern_is_told_by_its_place_in_the_written_one(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge = NULL;

	write_text("k/faq/1.json", "{\"id\":\"one\",\"question\":\"问\",\"answer\":\"答\","
	                           "\"patterns\":[\"<延续>(\"]}");
	write_text("k/lexicon.json", lexicon);
	assert_int_equal(knowledge_load("k", place->faults, &knowledge), STATUS_INVALID);
	assert_true(has_fault(place, "(after character 5)")); /* behind <延续>( */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_in_a_pattern_is_a_group_of_its_words),
		cmocka_unit_test(the_group_has_the_longest_word_first),
		cmocka_unit_test(what_pcre2_writes_with_angle_brackets_is_no_class),
		cmocka_unit_test(a_class_in_an_alternate_is_its_first_word),
		cmocka_unit_test(an_unknown_name_is_told_with_its_place),
		cmocka_unit_test(a_place_in_the_expanded_pattern_is_found_in_the_written_one),
		cmocka_unit_test(a_name_is_letters_digits_and_han),
		cmocka_unit_test_setup_teardown(the_knowledge_reads_classes_wherever_they_may_stand,
		                                enter, leave),
		cmocka_unit_test_setup_teardown(
		        a_folder_without_classes_has_ordinary_angle_brackets, enter, leave),
		cmocka_unit_test_setup_teardown(
		        what_is_exported_and_imported_names_its_classes_as_before, enter, leave),
		cmocka_unit_test_setup_teardown(
		        a_row_of_an_import_may_name_the_classes_of_its_folder, enter, leave),
		cmocka_unit_test_setup_teardown(
		        a_fault_of_a_pattern_is_told_by_its_place_in_the_written_one, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
