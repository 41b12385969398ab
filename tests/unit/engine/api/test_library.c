/*
 * dayi.h as another program would use it: nothing else of the tree is included. The answers are
 * the FAQ's, the days are counted by hand from what it says of them (首次取证成绩保留2年).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dayi.h>

#define FIXTURES  DAYI_SOURCE_DIR "/tests/fixtures"
#define KNOWLEDGE DAYI_SOURCE_DIR "/knowledge"

static const char renewal_answer[] = "只要在有效截至日期前提交延续申请即可。";

/* 2026-11-25, noon in China. */
static int64_t that_day(void *context)
{
	(void)context;
	return INT64_C(1795579200000);
}

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

struct fixture {
	dayi_model *model;
	dayi_engine *engine;
	dayi_conversation *conversation;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	options.folder = KNOWLEDGE;
	options.wall_ms = that_day;
	options.monotonic_us = no_time;
	options.language = DAYI_CHINESE;
	if (!fixture.model && dayi_model_open(&fixture.model, &options, NULL) != DAYI_OK)
		return -1;
	if (!fixture.engine && dayi_engine_open(&fixture.engine, fixture.model, NULL) != DAYI_OK)
		return -1;
	*state = &fixture;
	return dayi_conversation_open(&fixture.conversation, NULL) == DAYI_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	dayi_conversation_free(fixture->conversation);
	fixture->conversation = NULL;
	return 0;
}

static int close_model(void **state)
{
	struct fixture *fixture = *state;
	if (fixture) {
		dayi_engine_free(fixture->engine);
		dayi_model_free(fixture->model);
	}
	return 0;
}

static dayi_reply *ask(struct fixture *fixture, const char *message, const dayi_facts *facts)
{
	dayi_reply *reply = NULL;
	dayi_error *error = NULL;
	assert_int_equal(dayi_ask(&reply, fixture->engine, fixture->conversation, message,
	                          strlen(message), NULL, facts, &error),
	                 DAYI_OK);
	assert_null(error);
	return reply;
}

static dayi_facts *facts_of(struct fixture *fixture, const char *json)
{
	dayi_facts *facts = NULL;
	assert_int_equal(dayi_facts_open(&facts, fixture->model, NULL), DAYI_OK);
	assert_int_equal(dayi_facts_read(facts, json, strlen(json), NULL, NULL), DAYI_OK);
	return facts;
}

/* --- answers --- */

static void a_question_is_answered_word_for_word(void **state)
{
	dayi_answer answer = DAYI_INIT(dayi_answer);
	dayi_reply *reply = ask(*state, "证书即将到期可以申请延续吗", NULL);
	assert_string_equal(dayi_reply_outcome(reply), "answer");
	assert_int_equal(dayi_reply_answer_count(reply), 1);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_string_equal(answer.answer, renewal_answer);
	assert_int_equal(answer.number, 10);
	assert_true(answer.confidence > 0 && answer.confidence <= 1);
	assert_non_null(strstr(dayi_reply_text(reply), renewal_answer));
	assert_int_equal(dayi_reply_answer(reply, 1, &answer), DAYI_NOT_FOUND);
	dayi_reply_free(reply);
}

static void the_json_is_one_line_and_says_the_same(void **state)
{
	dayi_reply *reply = ask(*state, "证书即将到期可以申请延续吗", NULL);
	const char *json = dayi_reply_json(reply);
	assert_non_null(strstr(json, renewal_answer));
	assert_non_null(strstr(json, "\"outcome\":\"answer\""));
	assert_null(strchr(json, '\n'));
	dayi_reply_free(reply);
}

static void a_conversation_remembers_what_it_offered(void **state)
{
	dayi_answer choice = DAYI_INIT(dayi_answer), answer = DAYI_INIT(dayi_answer);
	dayi_reply *offered = ask(*state, "企业信息", NULL);
	assert_string_equal(dayi_reply_outcome(offered), "choose");
	assert_true(dayi_reply_choice_count(offered) >= 2);
	assert_int_equal(dayi_reply_choice(offered, 1, &choice), DAYI_OK);
	dayi_reply *taken = ask(*state, "2", NULL);
	assert_int_equal(dayi_reply_answer(taken, 0, &answer), DAYI_OK);
	assert_string_equal(answer.entry, choice.entry);
	assert_string_equal(answer.by, "choice");
	dayi_reply_free(offered);
	dayi_reply_free(taken);
}

static void a_reply_outlives_what_it_was_made_of(void **state)
{
	dayi_model *model = NULL;
	dayi_engine *engine = NULL;
	dayi_conversation *conversation = NULL;
	dayi_reply *reply = NULL;
	dayi_answer answer = DAYI_INIT(dayi_answer);
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	const char question[] = "证书过期还可以延续吗";
	(void)state;
	options.folder = FIXTURES "/knowledge-small";
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_OK);
	assert_int_equal(dayi_engine_open(&engine, model, NULL), DAYI_OK);
	dayi_model_free(model);
	assert_int_equal(dayi_conversation_open(&conversation, NULL), DAYI_OK);
	assert_int_equal(dayi_ask(&reply, engine, conversation, question, strlen(question), NULL,
	                          NULL, NULL),
	                 DAYI_OK);
	dayi_engine_free(engine);
	dayi_conversation_free(conversation);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_string_equal(answer.entry, "after-expiry");
	dayi_reply_free(reply);
}

static void another_model_takes_a_conversation_over(void **state)
{
	struct fixture *fixture = *state;
	dayi_model *model = NULL;
	dayi_engine *engine = NULL;
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	dayi_answer choice = DAYI_INIT(dayi_answer), answer = DAYI_INIT(dayi_answer);
	dayi_reply *offered = ask(fixture, "企业信息", NULL), *taken = NULL;
	assert_int_equal(dayi_reply_choice(offered, 0, &choice), DAYI_OK);
	options.folder = KNOWLEDGE;
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_OK);
	assert_string_equal(dayi_model_version(model), dayi_model_version(fixture->model));
	assert_int_equal(dayi_engine_open(&engine, model, NULL), DAYI_OK);
	assert_int_equal(dayi_ask(&taken, engine, fixture->conversation, "1", 1, NULL, NULL, NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_reply_answer(taken, 0, &answer), DAYI_OK);
	assert_string_equal(answer.entry, choice.entry);
	dayi_reply_free(offered);
	dayi_reply_free(taken);
	dayi_engine_free(engine);
	dayi_model_free(model);
}

static void a_saved_conversation_goes_on_where_it_was(void **state)
{
	struct fixture *fixture = *state;
	dayi_answer choice = DAYI_INIT(dayi_answer), answer = DAYI_INIT(dayi_answer);
	dayi_conversation *restored = NULL;
	const void *bytes = NULL;
	size_t length = 0;
	dayi_reply *offered = ask(fixture, "企业信息", NULL), *taken = NULL;
	assert_int_equal(dayi_reply_choice(offered, 1, &choice), DAYI_OK);
	assert_int_equal(dayi_conversation_save(&bytes, &length, fixture->conversation,
	                                        fixture->model, NULL),
	                 DAYI_OK);
	assert_true(length > 0 && length <= 16384);
	assert_int_equal(dayi_conversation_restore(&restored, fixture->model, bytes, length, NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_ask(&taken, fixture->engine, restored, "2", 1, NULL, NULL, NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_reply_answer(taken, 0, &answer), DAYI_OK);
	assert_string_equal(answer.entry, choice.entry);
	dayi_reply_free(offered);
	dayi_reply_free(taken);
	dayi_conversation_free(restored);
}

static void bytes_that_are_no_conversation_are_invalid(void **state)
{
	struct fixture *fixture = *state;
	dayi_conversation *restored = NULL;
	dayi_error *error = NULL;
	assert_int_equal(dayi_conversation_restore(&restored, fixture->model, "nothing", 7, &error),
	                 DAYI_INVALID);
	assert_null(restored);
	assert_int_equal(dayi_error_code(error), DAYI_INVALID);
	dayi_error_free(error);
}

static void a_conversation_in_a_turn_is_not_saved(void **state)
{
	struct fixture *fixture = *state;
	dayi_turn *turn = NULL;
	const void *bytes = NULL;
	size_t length = 0;
	assert_int_equal(
	        dayi_turn_begin(&turn, fixture->engine, fixture->conversation, "a", 1, NULL, NULL),
	        DAYI_OK);
	assert_int_equal(dayi_conversation_save(&bytes, &length, fixture->conversation,
	                                        fixture->model, NULL),
	                 DAYI_MISUSE);
	dayi_turn_free(turn);
}

/* --- facts --- */

/* Passed on 2024-11-23 for the first certificate: kept for two years, which are over on the 25th.
 */
static const char old_exam[] = "{\"exam\":[{\"kind\":\"首次取证\",\"result\":\"合格\","
                               "\"taken_on\":\"2024-11-23\"}]}";

static void facts_name_the_case_that_is_the_askers(void **state)
{
	dayi_answer answer = DAYI_INIT(dayi_answer);
	dayi_facts *facts = facts_of(*state, old_exam);
	dayi_reply *reply = ask(*state, "获取不到成绩", facts);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_int_equal(answer.number, 7);
	assert_string_equal(answer.case_, "2");
	dayi_reply_free(reply);
	dayi_facts_free(facts);
}

static void rows_say_what_json_says(void **state)
{
	struct fixture *fixture = *state;
	const char *const columns[] = { "result", "kind", "taken_on" };
	const char *const values[] = { "合格", "首次取证", "2024-11-23" };
	dayi_answer answer = DAYI_INIT(dayi_answer);
	dayi_facts *facts = NULL;
	dayi_reply *reply = NULL;
	assert_int_equal(dayi_facts_open(&facts, fixture->model, NULL), DAYI_OK);
	assert_int_equal(dayi_facts_row(facts, "exam", columns, values, 3, NULL), DAYI_OK);
	assert_int_equal(dayi_diagnose(&reply, fixture->engine, "7", facts, "2026-11-25", NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_string_equal(answer.case_, "2");
	dayi_reply_free(reply);
	/* A day before the two years are over. */
	assert_int_equal(dayi_diagnose(&reply, fixture->engine, "7", facts, "2026-11-22", NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_null(answer.case_);
	dayi_reply_free(reply);
	dayi_facts_free(facts);
}

static void a_turn_says_which_relations_it_wants(void **state)
{
	struct fixture *fixture = *state;
	const char question[] = "获取不到成绩";
	dayi_turn_options options = DAYI_INIT(dayi_turn_options);
	dayi_answer answer = DAYI_INIT(dayi_answer);
	dayi_turn *turn = NULL;
	dayi_reply *reply = NULL;
	bool wants_exam = false;
	options.signed_in = 1;
	assert_int_equal(dayi_turn_begin(&turn, fixture->engine, fixture->conversation, question,
	                                 strlen(question), &options, NULL),
	                 DAYI_OK);
	for (size_t i = 0; i < dayi_turn_want_count(turn); i++)
		wants_exam = wants_exam || strcmp(dayi_turn_want(turn, i), "exam") == 0;
	assert_true(wants_exam);
	assert_null(dayi_turn_want(turn, dayi_turn_want_count(turn)));
	dayi_facts *facts = facts_of(fixture, old_exam);
	assert_int_equal(dayi_turn_finish(&reply, turn, facts, NULL), DAYI_OK);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_string_equal(answer.case_, "2");
	dayi_turn_free(turn);
	dayi_reply_free(reply);
	dayi_facts_free(facts);
}

static bool still_wants(const dayi_reply *reply, const char *relation)
{
	for (size_t i = 0; dayi_reply_want(reply, i); i++)
		if (strcmp(dayi_reply_want(reply, i), relation) == 0)
			return true;
	return false;
}

static void a_reply_says_which_relations_it_still_wants(void **state)
{
	dayi_facts *facts = facts_of(*state, old_exam);
	dayi_reply *without = ask(*state, "获取不到成绩", NULL);
	dayi_reply *with = ask(*state, "获取不到成绩", facts);
	assert_true(still_wants(without, "exam"));
	assert_false(still_wants(with, "exam"));
	assert_null(dayi_reply_want(with, 100));
	dayi_reply_free(without);
	dayi_reply_free(with);
	dayi_facts_free(facts);
}

static void a_turn_of_nobody_wants_nothing(void **state)
{
	struct fixture *fixture = *state;
	const char question[] = "获取不到成绩";
	dayi_turn *turn = NULL;
	assert_int_equal(dayi_turn_begin(&turn, fixture->engine, fixture->conversation, question,
	                                 strlen(question), NULL, NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_turn_want_count(turn), 0);
	dayi_turn_free(turn);
}

static void the_relations_of_the_model_are_named(void **state)
{
	struct fixture *fixture = *state;
	size_t exam = 0;
	while (dayi_model_relation(fixture->model, exam) &&
	       strcmp(dayi_model_relation(fixture->model, exam), "exam") != 0)
		exam++;
	assert_non_null(dayi_model_relation(fixture->model, exam));
	assert_string_equal(dayi_model_column(fixture->model, exam, 0), "kind");
	assert_null(dayi_model_column(fixture->model, exam, 100));
	assert_null(dayi_model_relation(fixture->model, 100));
}

/* --- suggestions --- */

static void what_is_typed_suggests_questions(void **state)
{
	struct fixture *fixture = *state;
	dayi_suggestions *suggestions = NULL;
	assert_int_equal(
	        dayi_suggest(&suggestions, fixture->engine, "照片", strlen("照片"), 3, NULL),
	        DAYI_OK);
	assert_true(dayi_suggestions_count(suggestions) >= 1);
	assert_string_equal(dayi_suggestions_question(suggestions, 0), "系统无法上传照片？");
	assert_null(dayi_suggestions_question(suggestions, 3));
	dayi_suggestions_free(suggestions);
}

/* --- turns and their order --- */

static void a_conversation_has_one_turn_at_a_time(void **state)
{
	struct fixture *fixture = *state;
	dayi_turn *first = NULL, *second = NULL;
	dayi_error *error = NULL;
	assert_int_equal(
	        dayi_turn_begin(&first, fixture->engine, fixture->conversation, "a", 1, NULL, NULL),
	        DAYI_OK);
	assert_int_equal(dayi_turn_begin(&second, fixture->engine, fixture->conversation, "a", 1,
	                                 NULL, &error),
	                 DAYI_MISUSE);
	assert_null(second);
	assert_string_equal(dayi_error_name(error), "misuse");
	dayi_error_free(error);
	dayi_turn_free(first);
	assert_int_equal(dayi_turn_begin(&second, fixture->engine, fixture->conversation, "a", 1,
	                                 NULL, NULL),
	                 DAYI_OK);
	dayi_turn_free(second);
}

static void a_turn_survives_the_freeing_of_its_engine_and_conversation(void **state)
{
	struct fixture *fixture = *state;
	dayi_engine *engine = NULL;
	dayi_conversation *conversation = NULL;
	dayi_turn *turn = NULL;
	dayi_reply *reply = NULL;
	assert_int_equal(dayi_engine_open(&engine, fixture->model, NULL), DAYI_OK);
	assert_int_equal(dayi_conversation_open(&conversation, NULL), DAYI_OK);
	assert_int_equal(dayi_turn_begin(&turn, engine, conversation, "a", 1, NULL, NULL), DAYI_OK);
	dayi_engine_free(engine);
	dayi_conversation_free(conversation);
	assert_int_equal(dayi_turn_finish(&reply, turn, NULL, NULL), DAYI_MISUSE);
	assert_null(reply);
	dayi_turn_free(turn);
}

static void a_turn_is_finished_once(void **state)
{
	struct fixture *fixture = *state;
	dayi_turn *turn = NULL;
	dayi_reply *reply = NULL, *again = NULL;
	assert_int_equal(
	        dayi_turn_begin(&turn, fixture->engine, fixture->conversation, "a", 1, NULL, NULL),
	        DAYI_OK);
	assert_int_equal(dayi_turn_finish(&reply, turn, NULL, NULL), DAYI_OK);
	assert_int_equal(dayi_turn_finish(&again, turn, NULL, NULL), DAYI_MISUSE);
	assert_null(again);
	dayi_turn_free(turn);
	dayi_reply_free(reply);
}

static void ill_formed_text_gets_a_reply_that_says_so(void **state)
{
	dayi_reply *reply = ask(*state, "\xff\xfe", NULL);
	assert_string_equal(dayi_reply_outcome(reply), "error");
	dayi_reply_free(reply);
}

/* --- errors --- */

static void a_missing_folder_is_an_error_that_names_it(void **state)
{
	dayi_model *model = NULL;
	dayi_error *error = NULL;
	dayi_fault fault = DAYI_INIT(dayi_fault);
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	(void)state;
	options.folder = FIXTURES "/no-such-folder";
	assert_int_equal(dayi_model_open(&model, &options, &error), DAYI_NOT_FOUND);
	assert_null(model);
	assert_int_equal(dayi_error_code(error), DAYI_NOT_FOUND);
	assert_non_null(strstr(dayi_error_text(error), "no-such-folder"));
	assert_int_equal(dayi_error_fault_count(error), 1);
	assert_int_equal(dayi_error_fault(error, 0, &fault), DAYI_OK);
	assert_string_equal(fault.file, FIXTURES "/no-such-folder");
	assert_int_equal(fault.level, DAYI_LEVEL_ERROR);
	assert_string_equal(fault.text, "there is no such folder");
	assert_int_equal(dayi_error_fault(error, 1, &fault), DAYI_NOT_FOUND);
	assert_true(strlen(dayi_error_remedy(error)) > 0);
	dayi_error_free(error);
}

static void errors_are_chinese_where_the_model_is(void **state)
{
	dayi_model *model = NULL;
	dayi_error *error = NULL;
	dayi_fault fault = DAYI_INIT(dayi_fault);
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	(void)state;
	options.folder = FIXTURES "/no-such-folder";
	options.language = DAYI_CHINESE;
	assert_int_equal(dayi_model_open(&model, &options, &error), DAYI_NOT_FOUND);
	assert_int_equal(dayi_error_fault(error, 0, &fault), DAYI_OK);
	assert_string_equal(fault.text, "没有这个文件夹");
	assert_non_null(strstr(dayi_error_remedy(error), "请"));
	dayi_error_free(error);
}

static void every_fault_of_a_broken_folder_has_its_place(void **state)
{
	dayi_model *model = NULL;
	dayi_error *error = NULL;
	dayi_fault fault = DAYI_INIT(dayi_fault);
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	size_t placed = 0;
	(void)state;
	options.folder = FIXTURES "/knowledge-broken";
	assert_int_equal(dayi_model_open(&model, &options, &error), DAYI_INVALID);
	assert_true(dayi_error_fault_count(error) > 1);
	for (size_t i = 0; i < dayi_error_fault_count(error); i++) {
		assert_int_equal(dayi_error_fault(error, i, &fault), DAYI_OK);
		assert_true(strlen(fault.text) > 0);
		placed += fault.file && strstr(fault.file, "knowledge-broken") != NULL;
	}
	assert_int_equal(placed, dayi_error_fault_count(error));
	dayi_error_free(error);
}

static void an_unknown_relation_is_told_with_those_that_there_are(void **state)
{
	dayi_facts *facts = NULL;
	dayi_error *error = NULL;
	assert_int_equal(dayi_facts_open(&facts, ((struct fixture *)*state)->model, NULL), DAYI_OK);
	assert_int_equal(dayi_facts_present(facts, "exams", &error), DAYI_NOT_FOUND);
	assert_non_null(strstr(dayi_error_text(error), "exam"));
	assert_non_null(strstr(dayi_error_text(error), "certificate"));
	dayi_error_free(error);
	dayi_facts_free(facts);
}

static void an_unknown_entry_is_not_found(void **state)
{
	struct fixture *fixture = *state;
	dayi_reply *reply = NULL;
	dayi_error *error = NULL;
	assert_int_equal(
	        dayi_diagnose(&reply, fixture->engine, "no-such-entry", NULL, NULL, &error),
	        DAYI_NOT_FOUND);
	assert_non_null(strstr(dayi_error_text(error), "no-such-entry"));
	dayi_error_free(error);
}

/* --- structs with a size --- */

/* Where pointers and doubles have 8 bytes: 13, 6, 6 and 8 members. A member may only be added. */
static void the_sizes_of_structs_are_as_written_down(void **state)
{
	(void)state;
	if (sizeof(void *) != 8)
		skip();
	assert_int_equal(sizeof(dayi_model_options), 104);
	assert_int_equal(sizeof(dayi_turn_options), 48);
	assert_int_equal(sizeof(dayi_fault), 48);
	assert_int_equal(sizeof(dayi_answer), 64);
	assert_int_equal(offsetof(dayi_model_options, log_from), 96);
	assert_int_equal(offsetof(dayi_turn_options, ranking), 40);
	assert_int_equal(offsetof(dayi_fault, text), 40);
	assert_int_equal(offsetof(dayi_answer, case_), 56);
}

static void a_struct_without_its_size_is_refused(void **state)
{
	dayi_model *model = NULL;
	dayi_error *error = NULL;
	const dayi_model_options options = { .folder = FIXTURES "/knowledge-small" };
	(void)state;
	assert_int_equal(dayi_model_open(&model, &options, &error), DAYI_MISUSE);
	assert_null(model);
	dayi_error_free(error);
}

static void a_size_that_was_never_set_is_refused(void **state)
{
	dayi_model *model = NULL;
	dayi_model_options options = { .size = SIZE_MAX / 2 };
	dayi_answer answer = { .size = SIZE_MAX / 2 };
	dayi_reply *reply = ask(*state, "证书即将到期可以申请延续吗", NULL);
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_MISUSE);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_MISUSE);
	dayi_reply_free(reply);
}

static void a_row_needs_names_that_are_columns(void **state)
{
	const char *const unknown[] = { "kind", "score" }, *const missing[] = { "kind", NULL };
	const char *const values[] = { "首次取证", "80" };
	dayi_facts *facts = NULL;
	dayi_error *error = NULL;
	assert_int_equal(dayi_facts_open(&facts, ((struct fixture *)*state)->model, NULL), DAYI_OK);
	assert_int_equal(dayi_facts_row(facts, "exam", unknown, values, 2, &error), DAYI_NOT_FOUND);
	assert_non_null(strstr(dayi_error_text(error), "score"));
	assert_non_null(strstr(dayi_error_text(error), "taken_on"));
	dayi_error_free(error);
	assert_int_equal(dayi_facts_row(facts, "exam", missing, values, 2, NULL), DAYI_MISUSE);
	assert_int_equal(dayi_facts_row(facts, "exam", NULL, values, 2, NULL), DAYI_MISUSE);
	dayi_facts_free(facts);
}

static void an_older_smaller_struct_has_the_defaults_for_the_rest(void **state)
{
	dayi_model *model = NULL;
	dayi_model_options options = { .folder = FIXTURES "/knowledge-small", .answer_at = 99 };
	(void)state;
	options.size = offsetof(dayi_model_options, language);
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_OK);
	assert_int_equal(dayi_model_entry_count(model), 6);
	dayi_model_free(model);
	options.size = sizeof(options);
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_MISUSE);
}

static void a_newer_larger_struct_is_taken_as_long_as_the_rest_is_0(void **state)
{
	struct {
		dayi_model_options known;
		int64_t unknown;
	} newer = { .known = DAYI_INIT(dayi_model_options) };
	dayi_model *model = NULL;
	(void)state;
	newer.known.size = sizeof(newer);
	newer.known.folder = FIXTURES "/knowledge-small";
	assert_int_equal(dayi_model_open(&model, &newer.known, NULL), DAYI_OK);
	dayi_model_free(model);
	newer.unknown = 1;
	assert_int_equal(dayi_model_open(&model, &newer.known, NULL), DAYI_MISUSE);
	assert_null(model);
}

static void a_smaller_struct_is_filled_no_further_than_its_size(void **state)
{
	dayi_reply *reply = ask(*state, "证书即将到期可以申请延续吗", NULL);
	dayi_answer answer = { .size = offsetof(dayi_answer, question), .by = "untouched" };
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_int_equal(answer.number, 10);
	assert_null(answer.question);
	assert_string_equal(answer.by, "untouched");
	dayi_reply_free(reply);
}

/* --- thresholds, log --- */

static void a_threshold_above_what_can_be_reached_answers_less(void **state)
{
	dayi_model *model = NULL;
	dayi_engine *engine = NULL;
	dayi_conversation *conversation = NULL;
	dayi_reply *reply = NULL;
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	const char question[] = "照片传不上去咋办";
	(void)state;
	options.folder = KNOWLEDGE;
	options.answer_at = 1;
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_OK);
	assert_int_equal(dayi_engine_open(&engine, model, NULL), DAYI_OK);
	assert_int_equal(dayi_conversation_open(&conversation, NULL), DAYI_OK);
	assert_int_equal(dayi_ask(&reply, engine, conversation, question, strlen(question), NULL,
	                          NULL, NULL),
	                 DAYI_OK);
	assert_string_not_equal(dayi_reply_outcome(reply), "answer");
	dayi_reply_free(reply);
	dayi_conversation_free(conversation);
	dayi_engine_free(engine);
	dayi_model_free(model);
}

struct lines {
	char last[1000];
	size_t count;
	dayi_level level;
};

static void keep_line(void *context, dayi_level level, const char *line)
{
	struct lines *lines = context;
	lines->count++;
	lines->level = level;
	strncpy(lines->last, line, sizeof(lines->last) - 1);
}

static void the_log_tells_what_was_opened(void **state)
{
	struct lines lines = { .count = 0 };
	dayi_model *model = NULL;
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	(void)state;
	options.folder = KNOWLEDGE;
	options.wall_ms = that_day;
	options.monotonic_us = no_time;
	options.log = keep_line;
	options.log_context = &lines;
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_OK);
	assert_true(lines.count >= 1);
	assert_int_equal(lines.level, DAYI_LEVEL_INFO);
	assert_ptr_equal(strstr(lines.last, "2026-11-25T04:00:00.000Z info model_open "),
	                 lines.last);
	assert_non_null(strstr(lines.last, " entries=13 "));
	assert_null(strchr(lines.last, '\n'));
	dayi_model_free(model);
}

static void without_a_folder_it_answers_from_the_faq_that_it_carries(void **state)
{
	struct fixture *fixture = *state;
	dayi_model *model = NULL;
	dayi_engine *engine = NULL;
	dayi_reply *reply = NULL;
	dayi_answer answer = DAYI_INIT(dayi_answer);
	const char question[] = "证书即将到期可以申请延续吗";
	assert_int_equal(dayi_model_open(&model, NULL, NULL), DAYI_OK);
	/* The version is a hash of all files: nothing is missing. */
	assert_string_equal(dayi_model_version(model), dayi_model_version(fixture->model));
	assert_int_equal(dayi_engine_open(&engine, model, NULL), DAYI_OK);
	assert_int_equal(dayi_ask(&reply, engine, fixture->conversation, question, strlen(question),
	                          NULL, NULL, NULL),
	                 DAYI_OK);
	assert_int_equal(dayi_reply_answer(reply, 0, &answer), DAYI_OK);
	assert_string_equal(answer.answer, renewal_answer);
	dayi_reply_free(reply);
	dayi_engine_free(engine);
	dayi_model_free(model);
}

static void freeing_nothing_does_nothing(void **state)
{
	(void)state;
	dayi_model_free(NULL);
	dayi_engine_free(NULL);
	dayi_conversation_free(NULL);
	dayi_facts_free(NULL);
	dayi_turn_free(NULL);
	dayi_reply_free(NULL);
	dayi_suggestions_free(NULL);
	dayi_error_free(NULL);
	assert_string_equal(dayi_error_text(NULL), "");
	assert_int_equal(dayi_error_code(NULL), DAYI_OK);
}

#define WITH_CONVERSATION(test_) cmocka_unit_test_setup_teardown(test_, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CONVERSATION(a_question_is_answered_word_for_word),
		WITH_CONVERSATION(the_json_is_one_line_and_says_the_same),
		WITH_CONVERSATION(a_conversation_remembers_what_it_offered),
		WITH_CONVERSATION(another_model_takes_a_conversation_over),
		WITH_CONVERSATION(a_saved_conversation_goes_on_where_it_was),
		WITH_CONVERSATION(bytes_that_are_no_conversation_are_invalid),
		WITH_CONVERSATION(a_conversation_in_a_turn_is_not_saved),
		WITH_CONVERSATION(facts_name_the_case_that_is_the_askers),
		WITH_CONVERSATION(rows_say_what_json_says),
		WITH_CONVERSATION(a_turn_says_which_relations_it_wants),
		WITH_CONVERSATION(a_reply_says_which_relations_it_still_wants),
		WITH_CONVERSATION(a_turn_of_nobody_wants_nothing),
		WITH_CONVERSATION(the_relations_of_the_model_are_named),
		WITH_CONVERSATION(what_is_typed_suggests_questions),
		WITH_CONVERSATION(a_conversation_has_one_turn_at_a_time),
		WITH_CONVERSATION(a_turn_survives_the_freeing_of_its_engine_and_conversation),
		WITH_CONVERSATION(a_turn_is_finished_once),
		WITH_CONVERSATION(ill_formed_text_gets_a_reply_that_says_so),
		WITH_CONVERSATION(an_unknown_relation_is_told_with_those_that_there_are),
		WITH_CONVERSATION(an_unknown_entry_is_not_found),
		WITH_CONVERSATION(a_smaller_struct_is_filled_no_further_than_its_size),
		WITH_CONVERSATION(without_a_folder_it_answers_from_the_faq_that_it_carries),
		cmocka_unit_test(a_reply_outlives_what_it_was_made_of),
		cmocka_unit_test(a_missing_folder_is_an_error_that_names_it),
		cmocka_unit_test(errors_are_chinese_where_the_model_is),
		cmocka_unit_test(every_fault_of_a_broken_folder_has_its_place),
		cmocka_unit_test(the_sizes_of_structs_are_as_written_down),
		cmocka_unit_test(a_struct_without_its_size_is_refused),
		WITH_CONVERSATION(a_size_that_was_never_set_is_refused),
		WITH_CONVERSATION(a_row_needs_names_that_are_columns),
		cmocka_unit_test(an_older_smaller_struct_has_the_defaults_for_the_rest),
		cmocka_unit_test(a_newer_larger_struct_is_taken_as_long_as_the_rest_is_0),
		cmocka_unit_test(a_threshold_above_what_can_be_reached_answers_less),
		cmocka_unit_test(the_log_tells_what_was_opened),
		cmocka_unit_test(freeing_nothing_does_nothing),
	};
	void *state = NULL;
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (set_up(&state) == 0) {
		(void)tear_down(&state);
		(void)close_model(&state);
	}
	return failed;
}
