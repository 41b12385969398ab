/*
 * Suggestions over a small folder. Questions are made up beside its entries: 可以多人批量申请吗
 * (batch) and 证书过期还可以延续吗 (after-expiry). What people chose says what they mean.
 */
#include "office/authoring/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "office/versions/archive.h"
#include "wordless.h"

#define SMALL DAYI_SOURCE_DIR "/tests/fixtures/knowledge-small"

struct bench {
	struct normaliser *normaliser;
	struct snapshot *live;
	struct buf archive;
	struct suggest *suggest;
	atomic_bool ended;
	bool loses; /* the next sign of life says that it is to end */
};

static void note_alive(void *context)
{
	struct bench *bench = context;

	if (bench->loses)
		atomic_store(&bench->ended, true);
}

static int begin(void **state)
{
	static struct bench bench;
	const struct match_settings settings = match_settings_default();
	struct suggest_base base;

	memset(&bench, 0, sizeof(bench));
	*state = &bench;
	buf_init(&bench.archive, ARCHIVE_BYTES_MOST);
	if (normaliser_create(&bench.normaliser) != STATUS_OK ||
	    snapshot_build(SMALL, bench.normaliser, &settings, NULL, &bench.live) != STATUS_OK ||
	    archive_pack(SMALL, &bench.archive) != STATUS_OK)
		return -1;
	base = (struct suggest_base){ .live = bench.live,
		                      .clock = clock_system(),
		                      .archive = buf_span(&bench.archive),
		                      .each = SUGGEST_EACH_USUAL,
		                      .trials = SUGGEST_TRIALS_USUAL,
		                      .alive = note_alive,
		                      .context = &bench,
		                      .ended = &bench.ended };
	return suggest_create(&bench.suggest, &base) == STATUS_OK ? 0 : -1;
}

static int end(void **state)
{
	struct bench *bench = *state;

	suggest_destroy(bench->suggest);
	snapshot_destroy(bench->live);
	normaliser_destroy(bench->normaliser);
	buf_deinit(&bench->archive);
	return 0;
}

static void ask(void **state, const char *text, int64_t asked)
{
	const struct bench *bench = *state;

	assert_int_equal(suggest_add_question(bench->suggest, span_of(text), asked), STATUS_OK);
}

static void choose(void **state, const char *text, const char *entry, int64_t times)
{
	const struct bench *bench = *state;

	assert_int_equal(suggest_add_choice(bench->suggest, span_of(text), entry, times),
	                 STATUS_OK);
}

static const struct suggestion *run(void **state, size_t *count)
{
	const struct bench *bench = *state;

	assert_int_equal(suggest_prepare(bench->suggest), STATUS_OK);
	assert_int_equal(suggest_run(bench->suggest), STATUS_OK);
	return suggest_found(bench->suggest, count);
}

static void a_chosen_question_becomes_an_alternate_without_manners(void **state)
{
	const struct suggestion *found;
	size_t count;

	ask(state, "老师，请问十几个工人考核想凑一块儿报，谢谢", 3);
	choose(state, "老师，请问十几个工人考核想凑一块儿报，谢谢", "batch", 3);
	found = run(state, &count);
	assert_int_equal(count, 1);
	assert_string_equal(found[0].text, "十几个工人考核想凑一块儿报");
	assert_string_equal(found[0].entry->id, "batch");
	assert_false(found[0].written);
}

static void without_a_choice_nothing_is_suggested_but_a_group_is_named(void **state)
{
	const struct bench *bench = *state;
	const struct suggest_group *groups;
	size_t count;

	ask(state, "食堂几点开饭啊", 2);
	ask(state, "食堂几点开饭", 3);
	ask(state, "停车场在哪边", 1);
	(void)run(state, &count);
	assert_int_equal(count, 0);
	groups = suggest_groups(bench->suggest, &count);
	assert_int_equal(count, 1);
	assert_int_equal(groups[0].asked, 5);
	assert_int_equal(groups[0].wordings, 2);
	assert_string_equal(groups[0].question.ptr, "食堂几点开饭");
}

static void where_people_do_not_agree_nothing_is_suggested(void **state)
{
	size_t count;

	ask(state, "十几个工人考核想凑一块儿报", 4);
	choose(state, "十几个工人考核想凑一块儿报", "batch", 2);
	choose(state, "十几个工人考核想凑一块儿报", "lookup", 2);
	(void)run(state, &count);
	assert_int_equal(count, 0);
}

/* Nobody can mean by another entry's own question anything but that. */
static void another_entry_s_question_is_taken_by_no_alternate(void **state)
{
	const struct bench *bench = *state;
	size_t count;

	ask(state, "证书过期还可以延续吗？", 5);
	choose(state, "证书过期还可以延续吗？", "batch", 5);
	(void)run(state, &count);
	assert_int_equal(count, 0);
	assert_int_equal(suggest_sums(bench->suggest).chosen, 1);
}

#define TOO_LONG                                                                                   \
	"这一句话实在是太长太长太长太长太长太长太长太长太长太长太长太长太长太长太长太长太长太长了"

static void what_is_masked_or_no_question_is_no_alternate(void **state)
{
	const struct bench *bench = *state;
	const struct entry *batch = knowledge_find(bench->live->knowledge, "batch");
	static const char *const texts[] = {
		"",
		"报名",
		"怎么办",
		"谢谢老师",
		"我是张*，十几个人想一起报",
		"身份证410***23，想一起报",
		"看http://a.example怎么报",
		"<延续>怎么一起报",
		"第一行\n第二行想一起报",
		"打0371652508661想一起报",
		"\xff\xfe想一起报考核",
		TOO_LONG,
	};

	assert_int_equal(suggest_prepare(bench->suggest), STATUS_OK);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(suggest_add_wording(bench->suggest, batch, span_of(texts[i])),
		                 STATUS_INVALID);
	assert_int_equal(
	        suggest_add_wording(bench->suggest, batch, span_of("几十号人想一起报考核")),
	        STATUS_OK);
}

static void wordings_are_checked_together(void **state)
{
	const struct bench *bench = *state;
	const struct entry *batch = knowledge_find(bench->live->knowledge, "batch");
	enum suggest_fault fault;
	struct span text;

	assert_int_equal(suggest_prepare(bench->suggest), STATUS_OK);
	assert_int_equal(
	        suggest_add_wording(bench->suggest, batch, span_of("证书过期还可以延续吗")),
	        STATUS_OK);
	assert_int_equal(suggest_check(bench->suggest, &fault, &text), STATUS_OK);
	assert_true(fault == SUGGEST_ITSELF || fault == SUGGEST_TAKES || fault == SUGGEST_GOLDEN);
}

static void what_holds_no_word_is_asked_and_chosen_for_without_harm(void **state)
{
	const struct bench *bench = *state;
	const struct entry *batch = knowledge_find(bench->live->knowledge, "batch");
	size_t count;

	for (size_t i = 0; i < WORDLESS_COUNT; i++) {
		ask(state, wordless[i], 5);
		if (i % 2 > 0)
			choose(state, wordless[i], "batch", 5);
	}
	(void)run(state, &count);
	assert_int_equal(count, 0);
	(void)suggest_groups(bench->suggest, &count);
	assert_int_equal(count, 0);
	assert_int_equal(suggest_sums(bench->suggest).questions, 0);
	for (size_t i = 0; i < WORDLESS_COUNT; i++)
		assert_int_equal(suggest_add_wording(bench->suggest, batch, span_of(wordless[i])),
		                 STATUS_INVALID);
}

static void manners_around_signs_are_no_alternate(void **state)
{
	const struct bench *bench = *state;
	const struct entry *batch = knowledge_find(bench->live->knowledge, "batch");
	char text[512];

	assert_int_equal(suggest_prepare(bench->suggest), STATUS_OK);
	for (size_t i = 0; i < WORDLESS_COUNT; i++)
		for (int where = 1; where < 4; where++) {
			snprintf(text, sizeof(text), "%s%s%s", where & 1 ? "请问" : "", wordless[i],
			         where & 2 ? "谢谢老师" : "");
			assert_int_equal(suggest_add_wording(bench->suggest, batch, span_of(text)),
			                 STATUS_INVALID);
		}
}

static void it_ends_when_it_is_told_to(void **state)
{
	struct bench *bench = *state;

	ask(state, "十几个工人考核想凑一块儿报", 3);
	atomic_store(&bench->ended, true);
	assert_int_equal(suggest_prepare(bench->suggest), STATUS_CLOSED);
}

static void it_shows_signs_of_life_before_anything_is_tried(void **state)
{
	struct bench *bench = *state;

	ask(state, "十几个工人考核想凑一块儿报", 3);
	bench->loses = true;
	assert_int_equal(suggest_prepare(bench->suggest), STATUS_CLOSED);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_chosen_question_becomes_an_alternate_without_manners),
		TEST(without_a_choice_nothing_is_suggested_but_a_group_is_named),
		TEST(where_people_do_not_agree_nothing_is_suggested),
		TEST(another_entry_s_question_is_taken_by_no_alternate),
		TEST(what_is_masked_or_no_question_is_no_alternate),
		TEST(wordings_are_checked_together),
		TEST(what_holds_no_word_is_asked_and_chosen_for_without_harm),
		TEST(manners_around_signs_are_no_alternate),
		TEST(it_ends_when_it_is_told_to),
		TEST(it_shows_signs_of_life_before_anything_is_tried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
