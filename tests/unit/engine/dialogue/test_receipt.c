#include "talk.h"

#include "engine/dialogue/receipt.h"

static int set_up(void **state)
{
	return open_talk(state, SMALL_KNOWLEDGE);
}

/* What is read of a message; "" where it is no receipt. */
static const char *read_of(void **state, const char *message)
{
	static char receipt[RECEIPT_SIZE];
	struct talk *talk = *state;
	struct text text;
	arena_reset(talk->world.arena);
	assert_int_equal(
	        normalise(talk->world.normaliser, span_of(message), talk->world.arena, &text),
	        STATUS_OK);
	receipt[0] = '\0';
	return receipt_read(&text, receipt) ? receipt : "";
}

static void a_receipt_is_read_in_any_width_and_case_with_or_without_its_dash(void **state)
{
	static const char *const messages[] = {
		"A7KQ-2M9X",
		"a7kq-2m9x",
		" A7KQ 2M9X ",
		"a7kq2m9x",
		"Ａ７ＫＱ－２Ｍ９Ｘ",
		"ａ７ｋｑ２ｍ９ｘ",
		"A7KQ—2M9X",
		"A7KQ - 2M9X",
		"「A7KQ-2M9X」。",
		"凭证号A7KQ-2M9X",
		"我的凭证号是 a7kq 2m9x",
		"查一下凭证号：Ａ７ＫＱ２Ｍ９Ｘ",
		"receipt A7KQ-2M9X",
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		assert_string_equal(read_of(state, messages[i]), "A7KQ-2M9X");
}

/* Crockford's base 32 has no I, L and O, and reads them as digits. */
static void what_is_easily_misread_is_read_as_it_was_meant(void **state)
{
	assert_string_equal(read_of(state, "O7KQ-2MIL"), "07KQ-2M11");
	assert_string_equal(read_of(state, "凭证号 abcd-efgo"), "ABCD-EFG0");
}

static void what_is_no_receipt_is_left_to_the_matching(void **state)
{
	static const char *const messages[] = {
		"你好",
		"证书过期还可以延续吗？",
		"12345678",    /* a number */
		"8888-6666",   /* of a telephone */
		"13812345678", /* longer */
		"A7KQ-2M9",    /* shorter */
		"A7KQ-2M9XZ",  /* longer */
		"A7KU-2M9X",   /* U is none of its letters */
		"password",    /* a word */
		"豫建安B（2019）0012345",
		"企业 A7KQ-2M9X 的资质查不到", /* about something else */
		"凭证号在哪里看",
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		assert_string_equal(read_of(state, messages[i]), "");
}

static void one_typed_at_the_prompt_is_read_alike(void **state)
{
	char receipt[RECEIPT_SIZE];
	(void)state;
	assert_true(receipt_parse("a7kq 2m9x", receipt));
	assert_string_equal(receipt, "A7KQ-2M9X");
	assert_true(receipt_parse("Ａ７ＫＱ－２Ｍ９Ｘ", receipt));
	assert_string_equal(receipt, "A7KQ-2M9X");
	assert_true(receipt_parse("12345678", receipt));
	assert_false(receipt_parse("A7KQ-2M9", receipt));
	assert_false(receipt_parse("A7KQ-2M9XX", receipt));
	assert_false(receipt_parse("", receipt));
}

static void the_chat_tells_what_its_own_answer_was_about(void **state)
{
	const struct reply answer = say(state, "证书过期还可以延续吗？");
	char receipt[RECEIPT_SIZE];
	memcpy(receipt, answer.receipt, sizeof(receipt));
	const struct reply reply = say(state, receipt);
	assert_int_equal(reply.outcome, OUTCOME_SMALLTALK);
	assert_string_equal(reply.reason, "receipt_here");
	assert_int_equal(reply.answer_count, 0);
	assert_non_null(strstr(reply.text, answer.answers[0].entry->question));
	assert_non_null(strstr(reply.text, "工作人员"));
}

/* A stranger who saw or guessed the number learns nothing from it. */
static void the_chat_tells_nothing_of_another_conversation(void **state)
{
	struct talk *talk = *state;
	struct conversation *mine = talk->conversation;
	struct conversation *other = NULL;
	const struct reply answer = say(state, "证书过期还可以延续吗？");
	const char *question = answer.answers[0].entry->question;
	char receipt[RECEIPT_SIZE];
	memcpy(receipt, answer.receipt, sizeof(receipt));
	assert_int_equal(conversation_create(&other, 2), STATUS_OK);
	talk->conversation = other;
	const struct reply reply = say(state, receipt);
	assert_string_equal(reply.reason, "receipt_elsewhere");
	assert_null(strstr(reply.text, question));
	assert_null(strstr(reply.text, "过期"));
	talk->conversation = mine;
	conversation_destroy(other);
}

static void choices_that_were_offered_outlast_it(void **state)
{
	const struct reply offered = say(state, "延续");
	assert_int_equal(offered.outcome, OUTCOME_CHOOSE);
	const char *second = offered.choices[1].entry->id;
	say(state, "A7KQ-2M9X");
	expect_answer(say(state, "2"), second);
}

int main(void)
{
#define TALK(test_) cmocka_unit_test_setup_teardown(test_, begin, end)
	const struct CMUnitTest tests[] = {
		TALK(a_receipt_is_read_in_any_width_and_case_with_or_without_its_dash),
		TALK(what_is_easily_misread_is_read_as_it_was_meant),
		TALK(what_is_no_receipt_is_left_to_the_matching),
		TALK(one_typed_at_the_prompt_is_read_alike),
		TALK(the_chat_tells_what_its_own_answer_was_about),
		TALK(the_chat_tells_nothing_of_another_conversation),
		TALK(choices_that_were_offered_outlast_it),
	};
	return cmocka_run_group_tests(tests, set_up, close_talk);
}
