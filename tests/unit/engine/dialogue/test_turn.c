#include "engine/dialogue/conversation.h"

#include "talk.h"

#include <stdlib.h>

#include "base/buf.h"

enum { JSON_MOST = 1 << 20, SEED = 7 };

/* A certificate that ran out, a failed exam, an application under way: rules of every kind. */
static const char record_of_somebody[] =
        "{\"certificate\":[{\"number\":\"豫建安B（2023）9900001\",\"category\":\"B\","
        "\"issued_on\":\"2023-08-31\",\"expires_on\":\"2026-08-31\",\"status\":\"过期\"}],"
        "\"exam\":[{\"kind\":\"首次取证\",\"taken_on\":\"2026-10-10\",\"result\":\"不合格\"}],"
        "\"application\":[{\"status\":\"办理中\",\"submitted_on\":\"2026-10-08\"}]}";

static int open_shipped(void **state)
{
	return open_talk(state, SHIPPED_KNOWLEDGE);
}

static struct conversation *made(void)
{
	struct conversation *conversation;

	assert_int_equal(conversation_create(&conversation, SEED), STATUS_OK);
	return conversation;
}

static struct turn *begun(struct talk *talk, struct conversation *conversation, const char *text)
{
	/* What the caller has may go. */
	char *copy = strdup(text);
	const struct turn_input input = { span_of(copy), &talk->asker, &still, talk->world.arena };
	struct turn *turn;

	assert_non_null(copy);
	assert_int_equal(
	        turn_begin(&turn, talk->world.snapshot, talk->world.scratch, conversation, &input),
	        STATUS_OK);
	memset(copy, 'x', strlen(copy));
	free(copy);
	return turn;
}

/* As JSON, so that all of it is compared; the caller's to free. */
static char *finished(struct turn *turn, const struct facts *record)
{
	struct reply reply;
	struct buf out;
	char *text;

	assert_int_equal(turn_finish(turn, record, &reply), STATUS_OK);
	buf_init(&out, JSON_MOST);
	assert_int_equal(reply_write_json(&reply, NULL, &out), STATUS_OK);
	text = strdup(buf_text(&out));
	buf_deinit(&out);
	assert_non_null(text);
	return text;
}

static char *said(struct talk *talk, struct conversation *conversation, const char *text)
{
	arena_reset(talk->world.arena);
	return finished(begun(talk, conversation, text), talk->asker.record);
}

static void a_turn_that_is_not_finished_leaves_the_conversation_as_it_was(void **state)
{
	static const char *const messages[] = {
		"证书过期还可以延续吗", "自查", "不对", "转人工", "41990019860312",
		"我是2023年3月5日考的"
	};
	struct talk *talk = *state;
	struct conversation *one = made(), *other = made();

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		arena_reset(talk->world.arena);
		for (size_t k = 0; k < sizeof(messages) / sizeof(messages[0]); k++)
			(void)begun(talk, one, messages[k]);
		char *left = said(talk, one, messages[i]);
		char *right = said(talk, other, messages[i]);

		assert_string_equal(left, right);
		free(left);
		free(right);
	}
	conversation_destroy(one);
	conversation_destroy(other);
}

/* Calls it for every standard question and alternate of the FAQ. */
static void for_each_question(struct talk *talk, void (*see)(struct talk *talk, const char *text))
{
	const struct knowledge *knowledge = talk->world.snapshot->knowledge;

	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		if (entry->question[0])
			see(talk, entry->question);
		for (size_t k = 0; k < entry->also.count; k++)
			see(talk, entry->also.items[k]);
	}
}

static void expect_all_named(struct talk *talk, const char *text)
{
	struct conversation *conversation = made();
	struct reply reply;

	arena_reset(talk->world.arena);
	struct turn *turn = begun(talk, conversation, text);
	const unsigned wants = turn_wants(turn);

	assert_int_equal(turn_finish(turn, NULL, &reply), STATUS_OK);
	assert_int_equal(reply.wants & ~wants, 0);
	/* Nor is anything read of which no rule could make use. */
	if (reply.outcome == OUTCOME_ANSWER && reply.answer_count == 1 && wants)
		assert_int_not_equal(
		        diagnoser_wants(talk->world.snapshot->diagnoser, reply.answers[0].entry),
		        0);
	conversation_destroy(conversation);
}

static void a_turn_names_all_that_its_rules_read(void **state)
{
	struct talk *talk = *state;

	talk->asker.signed_in = true;
	for_each_question(talk, expect_all_named);
}

static void expect_the_same(struct talk *talk, const char *text)
{
	struct conversation *with = made(), *without = made();
	char *one = said(talk, with, text);

	talk->asker.record = NULL;
	arena_reset(talk->world.arena);
	char *other = finished(begun(talk, without, text), talk->record);

	talk->asker.record = talk->record;
	assert_string_equal(one, other);
	free(one);
	free(other);
	conversation_destroy(with);
	conversation_destroy(without);
}

static void a_record_read_in_between_counts_as_one_that_was_there(void **state)
{
	struct talk *talk = *state;

	sign_in(state, record_of_somebody);
	for_each_question(talk, expect_the_same);
}

static void somebody_who_is_not_signed_in_has_no_record_to_be_read(void **state)
{
	struct talk *talk = *state;

	arena_reset(talk->world.arena);
	assert_int_equal(turn_wants(begun(talk, talk->conversation, "获取不到成绩")), 0);
	talk->asker.signed_in = true;
	assert_int_not_equal(turn_wants(begun(talk, talk->conversation, "获取不到成绩")), 0);
	assert_int_equal(turn_wants(begun(talk, talk->conversation, "谢谢")), 0);
}

static void a_building_that_was_given_up_ends_without_a_snapshot(void **state)
{
	const struct talk *talk = *state;
	const atomic_bool given_up = true;
	struct match_settings settings = match_settings_default();
	struct snapshot *snapshot = (struct snapshot *)1;
	struct faults *faults;

	settings.given_up = &given_up;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(snapshot_build(SHIPPED_KNOWLEDGE, talk->world.normaliser, &settings,
	                                faults, &snapshot),
	                 STATUS_CLOSED);
	assert_null(snapshot);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 0);
	faults_destroy(faults);
}

#define TALK(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALK(a_turn_that_is_not_finished_leaves_the_conversation_as_it_was),
		TALK(a_turn_names_all_that_its_rules_read),
		TALK(a_record_read_in_between_counts_as_one_that_was_there),
		TALK(somebody_who_is_not_signed_in_has_no_record_to_be_read),
		cmocka_unit_test(a_building_that_was_given_up_ends_without_a_snapshot),
	};

	return cmocka_run_group_tests(tests, open_shipped, close_talk);
}
