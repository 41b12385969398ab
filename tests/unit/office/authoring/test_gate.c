/*
 * The gate over copies of two folders of the tree, each with one thing changed. What must come of a
 * change follows from the change: whose sentence is taken away is no longer found by it, a verdict
 * that is turned round is the other one.
 */
#include "office/authoring/gate.h"

#include "knowledge_fixture.h"
#include "wordless.h"

#define SMALL   FIXTURES "/knowledge-small"
#define SHIPPED DAYI_SOURCE_DIR "/knowledge"

enum { FILE_MOST = 1 << 20, SET_MOST = 10000, COMMAND_SIZE = 600 };

struct bench {
	struct normaliser *normaliser;
	struct snapshot *live, *draft;
	struct question_set *set;
	struct gate_progress progress;
	struct gate_result result;
	struct clock clock;
	struct gate *gate;
	unsigned threads;
	size_t most;
};

/* A copy of the folder within the test's own, in which `from` became `to` in one file. */
static const char *changed(const char *folder, const char *file, const char *from, const char *to)
{
	char command[COMMAND_SIZE], path[256];
	struct buf text, out;
	const char *at;

	snprintf(command, sizeof(command), "rm -rf draft && cp -r '%s' draft", folder);
	assert_int_equal(system(command), 0);
	if (!file)
		return "draft";
	snprintf(path, sizeof(path), "draft/%s", file);
	buf_init(&text, FILE_MOST);
	buf_init(&out, FILE_MOST);
	assert_int_equal(file_read(path, &text), STATUS_OK);
	at = strstr(buf_text(&text), from);
	assert_non_null(at);
	buf_append(&out, text.ptr, (size_t)(at - text.ptr));
	buf_append_text(&out, to);
	buf_append_text(&out, at + strlen(from));
	assert_int_equal(file_write(path, buf_span(&out)), STATUS_OK);
	buf_deinit(&text);
	buf_deinit(&out);
	return "draft";
}

static struct snapshot *build(const struct bench *bench, const char *folder)
{
	const struct match_settings settings = match_settings_default();
	struct snapshot *snapshot = NULL;

	assert_int_equal(snapshot_build(folder, bench->normaliser, &settings, NULL, &snapshot),
	                 STATUS_OK);
	return snapshot;
}

static struct bench begin(const char *live, const char *draft)
{
	struct bench bench = { .clock = clock_system(), .threads = 2, .most = 100 };

	assert_int_equal(normaliser_create(&bench.normaliser), STATUS_OK);
	bench.live = build(&bench, live);
	bench.draft = build(&bench, draft);
	return bench;
}

static void end(struct bench *bench)
{
	gate_result_free(&bench->result);
	question_set_destroy(bench->set);
	gate_destroy(bench->gate);
	snapshot_destroy(bench->live);
	snapshot_destroy(bench->draft);
	normaliser_destroy(bench->normaliser);
}

/* With the sentences of both, and what the test asks besides. */
static enum status run(struct bench *bench, const char *question, uint64_t asked)
{
	struct gate_ask ask = { .live = bench->live,
		                .draft = bench->draft,
		                .clock = &bench->clock,
		                .team = { bench->threads, false },
		                .changes_most = bench->most,
		                .progress = &bench->progress };

	gate_result_free(&bench->result);
	question_set_destroy(bench->set);
	assert_int_equal(question_set_create(&bench->set, SET_MOST), STATUS_OK);
	assert_int_equal(question_set_add_golden(bench->set, bench->live->knowledge,
	                                         bench->draft->knowledge),
	                 STATUS_OK);
	assert_int_equal(question_set_add_entries(bench->set, bench->live->knowledge), STATUS_OK);
	assert_int_equal(question_set_add_entries(bench->set, bench->draft->knowledge), STATUS_OK);
	if (question)
		assert_int_equal(question_set_add(bench->set, span_of(question), asked, false),
		                 STATUS_OK);
	ask.questions = bench->set;
	atomic_store(&bench->progress.done, 0);
	return gate_run(bench->gate, &ask, &bench->result);
}

static const struct gate_change *find(const struct bench *bench, const char *question)
{
	for (size_t i = 0; i < bench->result.change_count; i++)
		if (strcmp(bench->result.changes[i].text.ptr, question) == 0)
			return &bench->result.changes[i];
	return NULL;
}

static void the_same_folder_changes_nothing(void **state)
{
	struct bench bench = begin(SMALL, changed(SMALL, NULL, NULL, NULL));

	(void)state;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_int_equal(bench.result.change_count, 0);
	assert_true(bench.result.all.questions > 0);
	assert_true(bench.result.passed && bench.result.chooses_alike && bench.result.trivial);
	assert_int_equal(atomic_load(&bench.progress.done), atomic_load(&bench.progress.total));
	end(&bench);
}

static void an_alternate_that_goes_is_the_cause_of_what_it_found(void **state)
{
	struct bench bench = begin(
	        SMALL, changed(SMALL, "anguan/02-unfinished.json",
	                       "\"also\": [\"上一个还没办完能再报吗\", \"有未办结的事项\"],", ""));
	const struct gate_change *lost;

	(void)state;
	assert_int_equal(run(&bench, "上一个还没办完能再报吗", 7), STATUS_OK);
	lost = find(&bench, "上一个还没办完能再报吗");
	assert_non_null(lost);
	assert_int_equal(lost->kind, DIFF_LOST);
	assert_int_equal(lost->asked, 7);
	assert_string_equal(lost->before.answers[0].entry, "unfinished");
	assert_int_equal(lost->after.answer_count, 0);
	assert_string_equal(lost->cause.entry, "unfinished");
	assert_string_equal(lost->cause.text, "上一个还没办完能再报吗");
	assert_int_equal(lost->cause.member, DIFFERENCE_ALTERNATE);
	assert_false(lost->cause.added);
	assert_false(bench.result.chooses_alike);
	/* No golden question says that it must be kept. */
	assert_true(bench.result.passed);
	assert_int_equal(bench.result.kinds[DIFF_LOST].asked, 7);
	end(&bench);
}

static void an_alternate_that_comes_is_the_cause_of_what_it_finds(void **state)
{
	struct bench bench =
	        begin(SMALL, changed(SMALL, "anguan/01-batch.json", "\"几个人一起报行吗\"",
	                             "\"几个人一起报行吗\", \"打包递交材料中不中\""));
	const struct gate_change *gained;

	(void)state;
	assert_int_equal(run(&bench, "打包递交材料中不中", 3), STATUS_OK);
	gained = find(&bench, "打包递交材料中不中");
	assert_non_null(gained);
	assert_int_equal(gained->kind, DIFF_GAINED);
	assert_string_equal(gained->cause.text, "打包递交材料中不中");
	assert_true(gained->cause.added);
	end(&bench);
}

static void a_comma_is_trivial_and_another_word_of_an_answer_is_not(void **state)
{
	struct bench comma = begin(
	        SMALL, changed(SMALL, "anguan/01-batch.json", "不可以。必须", "不可以，必须"));
	struct bench word = begin(
	        SMALL, changed(SMALL, "anguan/01-batch.json", "不可以。必须", "不可以。应当"));

	(void)state;
	assert_int_equal(run(&comma, NULL, 0), STATUS_OK);
	assert_true(comma.result.trivial && comma.result.chooses_alike && comma.result.passed);
	assert_int_equal(run(&word, NULL, 0), STATUS_OK);
	assert_true(word.result.chooses_alike);
	assert_false(word.result.trivial);
	assert_true(word.result.kinds[DIFF_WORDS].questions > 0);
	assert_int_equal(word.result.changes[0].cause.member, DIFFERENCE_ANSWER);
	assert_true(strncmp(word.result.changes[0].cause.text, "不可以。应当", 12) == 0);
	end(&comma);
	end(&word);
}

static void a_point_within_a_number_is_no_comma(void **state)
{
	struct bench bench = begin(
	        changed(SMALL, "anguan/01-batch.json", "必须一人一事项", "必须提前2.5天"), "draft");

	(void)state;
	snapshot_destroy(bench.draft);
	bench.draft = build(
	        &bench, changed(SMALL, "anguan/01-batch.json", "必须一人一事项", "必须提前25天"));
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_false(bench.result.trivial);
	end(&bench);
}

static void a_note_is_trivial(void **state)
{
	struct bench bench = begin(SMALL, changed(SMALL, "anguan/13-lookup.json",
	                                          "文件没有给出答案。", "还没有答案。"));

	(void)state;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_true(bench.result.trivial && bench.result.chooses_alike);
	end(&bench);
}

static void an_alternate_that_nobody_asks_does_not_choose_alike(void **state)
{
	/* No question that is tried ends otherwise; but one that nobody tried may. */
	struct bench bench =
	        begin(SMALL, changed(SMALL, "anguan/01-batch.json", "\"几个人一起报行吗\"",
	                             "\"几个人一起报行吗\", \"几个人一起报行不行\""));

	(void)state;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_false(bench.result.chooses_alike);
	assert_false(bench.result.trivial);
	end(&bench);
}

/* 02: an application in progress decides. The verdict is turned round. */
static void a_verdict_that_turns_is_shown_with_its_record_and_blocks(void **state)
{
	struct bench bench =
	        begin(SHIPPED, changed(SHIPPED, "anguan/02-unfinished-application.json", "'在办'",
	                               "'办结'"));
	bool sample = false, atlas = false;

	(void)state;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_true(bench.result.verdicts.count > 0);
	for (size_t i = 0; i < bench.result.verdicts.count; i++) {
		const struct verdict_change *change = &bench.result.verdicts.changes[i];

		assert_string_equal(change->entry, "unfinished-application");
		assert_true(change->turn_count > 0);
		assert_string_not_equal(change->turns[0].before, change->turns[0].after);
		sample = sample || !change->made_up;
		atlas = atlas || change->made_up;
	}
	assert_true(sample && atlas);
	/* A sample record of the draft has lost the verdict that it must keep. */
	assert_false(bench.result.passed);
	assert_true(bench.result.lost_count > 0);
	assert_false(bench.result.chooses_alike);
	end(&bench);
}

static void rules_that_stay_are_not_judged(void **state)
{
	struct bench bench = begin(SHIPPED, changed(SHIPPED, "anguan/13-result-lookup.json",
	                                            "\"reviewed\"", "\"reviewed\""));

	(void)state;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_int_equal(bench.result.verdicts.records, 0);
	assert_true(bench.result.passed);
	end(&bench);
}

static void a_lost_golden_question_blocks(void **state)
{
	const char *draft =
	        changed(SMALL, "anguan/02-unfinished.json",
	                "\"also\": [\"上一个还没办完能再报吗\", \"有未办结的事项\"],", "");
	struct bench bench = begin(SMALL, draft);

	(void)state;
	write_text("draft/golden.json",
	           "{\"golden\":[{\"q\":\"上一个还没办完能再报吗\",\"entry\":\"unfinished\"}]}");
	snapshot_destroy(bench.draft);
	bench.draft = build(&bench, draft);
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_false(bench.result.passed);
	assert_int_equal(bench.result.lost_count, 1);
	assert_non_null(strstr(bench.result.lost[0], "golden[0]"));
	end(&bench);
}

static void threads_and_what_was_kept_change_nothing(void **state)
{
	struct bench bench = begin(
	        SMALL, changed(SMALL, "anguan/02-unfinished.json",
	                       "\"also\": [\"上一个还没办完能再报吗\", \"有未办结的事项\"],", ""));
	struct gate_sum kinds[DIFF_KINDS];

	(void)state;
	bench.threads = 1;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	memcpy(kinds, bench.result.kinds, sizeof(kinds));
	bench.threads = 3;
	assert_int_equal(gate_create(&bench.gate, SET_MOST), STATUS_OK);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
		assert_int_equal(bench.result.kept, turn == 0 ? 0 : bench.result.all.questions);
		for (int kind = 0; kind < DIFF_KINDS; kind++)
			assert_int_equal(bench.result.kinds[kind].questions, kinds[kind].questions);
	}
	/* The two change places: nothing of another live version is used. */
	{
		struct snapshot *live = bench.live;

		bench.live = bench.draft;
		bench.draft = live;
	}
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_int_equal(bench.result.kept, 0);
	assert_int_equal(bench.result.kinds[DIFF_GAINED].questions, kinds[DIFF_LOST].questions);
	end(&bench);
}

static void what_is_kept_has_its_bound(void **state)
{
	struct bench bench = begin(SMALL, changed(SMALL, "anguan/01-batch.json", "必须", "应当"));

	(void)state;
	assert_int_equal(gate_create(&bench.gate, 3), STATUS_OK);
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_int_equal(bench.result.kept, 3);
	end(&bench);
}

static void a_run_that_is_ended_ends(void **state)
{
	struct bench bench = begin(SMALL, changed(SMALL, "anguan/01-batch.json", "必须", "应当"));

	(void)state;
	atomic_store(&bench.progress.ended, true);
	assert_int_equal(run(&bench, NULL, 0), STATUS_CLOSED);
	end(&bench);
}

static void questions_without_a_word_are_asked_of_both_and_stay_what_they_are(void **state)
{
	struct bench bench = begin(
	        SMALL, changed(SMALL, "anguan/02-unfinished.json",
	                       "\"also\": [\"上一个还没办完能再报吗\", \"有未办结的事项\"],", ""));

	(void)state;
	for (size_t i = 0; i < WORDLESS_COUNT; i++) {
		assert_int_equal(run(&bench, wordless[i], 5), STATUS_OK);
		assert_null(find(&bench, wordless[i]));
	}
	end(&bench);
}

static void what_has_no_room_is_counted(void **state)
{
	struct bench bench = begin(SMALL, changed(SMALL, "anguan/01-batch.json", "必须", "应当"));

	(void)state;
	bench.most = 1;
	assert_int_equal(run(&bench, NULL, 0), STATUS_OK);
	assert_int_equal(bench.result.change_count, 1);
	assert_int_equal(bench.result.more, bench.result.kinds[DIFF_WORDS].questions - 1);
	end(&bench);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
	const struct CMUnitTest tests[] = {
		TEST(the_same_folder_changes_nothing),
		TEST(an_alternate_that_goes_is_the_cause_of_what_it_found),
		TEST(an_alternate_that_comes_is_the_cause_of_what_it_finds),
		TEST(a_comma_is_trivial_and_another_word_of_an_answer_is_not),
		TEST(a_point_within_a_number_is_no_comma),
		TEST(a_note_is_trivial),
		TEST(an_alternate_that_nobody_asks_does_not_choose_alike),
		TEST(a_verdict_that_turns_is_shown_with_its_record_and_blocks),
		TEST(rules_that_stay_are_not_judged),
		TEST(a_lost_golden_question_blocks),
		TEST(threads_and_what_was_kept_change_nothing),
		TEST(what_is_kept_has_its_bound),
		TEST(a_run_that_is_ended_ends),
		TEST(questions_without_a_word_are_asked_of_both_and_stay_what_they_are),
		TEST(what_has_no_room_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
