#include "engine/dialogue/conversation_state.h"

#include "talk.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "engine/dialogue/turn.h"

enum { JSON_MOST = 1 << 20, SEED = 7, DIALOGUES_MOST = 1 << 20, SIZE_OF_A_CONVERSATION = 5968 };

static int open_shipped(void **state)
{
	return open_talk(state, SHIPPED_KNOWLEDGE);
}

static int open_club(void **state)
{
	return open_talk(state, DAYI_SOURCE_DIR "/tests/fixtures/siblings");
}

static struct conversation *made(uint64_t seed)
{
	struct conversation *conversation;
	assert_int_equal(conversation_create(&conversation, seed), STATUS_OK);
	return conversation;
}

static struct buf saved(const struct conversation *conversation, const struct snapshot *snapshot)
{
	struct buf bytes;
	buf_init(&bytes, CONVERSATION_STATE_MOST);
	assert_int_equal(conversation_save(conversation, snapshot->knowledge, &bytes), STATUS_OK);
	return bytes;
}

/* A fresh conversation that goes on where the other one is; that one is gone. */
static struct conversation *moved(struct conversation *conversation,
                                  const struct snapshot *snapshot)
{
	struct buf bytes = saved(conversation, snapshot);
	struct conversation *other = made(99);
	conversation_destroy(conversation);
	assert_int_equal(conversation_restore(other, snapshot, buf_span(&bytes)), STATUS_OK);
	struct buf again = saved(other, snapshot);
	assert_int_equal(bytes.len, again.len);
	assert_memory_equal(bytes.ptr, again.ptr, bytes.len);
	buf_deinit(&again);
	buf_deinit(&bytes);
	return other;
}

/* The whole reply as JSON, the caller's to free. */
static char *said(struct talk *talk, struct conversation *conversation, const char *text)
{
	struct buf out;
	arena_reset(talk->world.arena);
	const struct reply reply = take(&talk->world, conversation, text, &talk->asker);
	buf_init(&out, JSON_MOST);
	assert_int_equal(reply_write_json(&reply, NULL, &out), STATUS_OK);
	char *json = strdup(buf_text(&out));
	assert_non_null(json);
	buf_deinit(&out);
	return json;
}

/* One that stays in memory beside one that is saved and restored between every two turns. */
struct pair {
	struct conversation *kept, *moved;
};

static struct pair make_pair(void)
{
	return (struct pair){ made(SEED), made(SEED) };
}

/*
 * The first turn with a gram sums its scores in another order than the next ones, that find it
 * in the matcher's cache: a confidence may differ in its last digit. So it is taken once before.
 */
static void warm_up(struct talk *talk, const struct conversation *at, const char *text)
{
	struct conversation *copy = made(SEED);
	*copy = *at;
	free(said(talk, copy, text));
	conversation_destroy(copy);
}

static void say_both(struct talk *talk, struct pair *pair, const char *text)
{
	warm_up(talk, pair->kept, text);
	char *one = said(talk, pair->kept, text);
	char *other = said(talk, pair->moved, text);
	assert_string_equal(one, other);
	free(one);
	free(other);
	pair->moved = moved(pair->moved, talk->world.snapshot);
}

static void destroy_pair(struct pair *pair)
{
	conversation_destroy(pair->kept);
	conversation_destroy(pair->moved);
}

static void say_all(struct talk *talk, const char *const *messages, size_t count)
{
	struct pair pair = make_pair();
	for (size_t i = 0; i < count; i++)
		say_both(talk, &pair, messages[i]);
	destroy_pair(&pair);
}

#define SAY_ALL(talk_, ...)                                                                        \
	say_all(talk_, (const char *const[]){ __VA_ARGS__ },                                       \
	        sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void say_dialogue(struct talk *talk, struct span line)
{
	const struct json_limits limits = { DIALOGUES_MOST, 8 };
	struct pair pair = make_pair();
	const cJSON *turn;
	cJSON *root;
	assert_int_equal(json_parse(&root, line, limits, "dialogues.jsonl", NULL), STATUS_OK);
	cJSON_ArrayForEach (turn, cJSON_GetObjectItem(root, "turns"))
		say_both(talk, &pair, cJSON_GetObjectItem(turn, "say")->valuestring);
	destroy_pair(&pair);
	cJSON_Delete(root);
}

static void every_scripted_dialogue_goes_on_as_if_it_had_never_been_saved(void **state)
{
	struct talk *talk = *state;
	struct buf text;
	size_t count = 0;
	buf_init(&text, DIALOGUES_MOST);
	assert_int_equal(file_read(DAYI_SOURCE_DIR "/tests/questions/dialogues.jsonl", &text),
	                 STATUS_OK);
	for (const char *at = buf_text(&text); *at; count++) {
		const char *end = strchr(at, '\n');
		assert_non_null(end);
		say_dialogue(talk, (struct span){ at, (size_t)(end - at) });
		at = end + 1;
	}
	assert_true(count > 30);
	buf_deinit(&text);
}

static void so_do_numbers_dates_receipts_and_what_was_offered(void **state)
{
	struct talk *talk = *state;
	SAY_ALL(talk, "企业信息", "第二个", "第一个", "选错了", "都不是", "都不是", "转人工");
	SAY_ALL(talk, "获取不到成绩", "自查", "合格", "上一题", "不合格", "停", "接着查",
	        "照片传不上去", "继续自查", "没有");
	SAY_ALL(talk, "证书过期还能延续吗", "是2023年3月5日到期的", "那要是没过期呢", "情形2",
	        "我的号是豫建安B（2023）1234567");
	SAY_ALL(talk, "我的身份证号是4199001986", "12010198", "查不到成绩",
	        "41990019861201019X 查一下", "算了");
	talk->asker.may_sign_in = true;
	talk->asker.browser = "IE11";
	talk->asker.channel = "web";
	SAY_ALL(talk, "照片传不上去", "自查", "啊", "啊啊", "啊啊啊", "是");
}

static void a_receipt_is_known_afterwards(void **state)
{
	struct talk *talk = *state;
	struct conversation *conversation = made(SEED);
	char receipt[RECEIPT_SIZE];
	arena_reset(talk->world.arena);
	struct reply reply = take(&talk->world, conversation, "照片传不上去", NULL);
	memcpy(receipt, reply.receipt, sizeof(receipt));
	conversation = moved(conversation, talk->world.snapshot);
	arena_reset(talk->world.arena);
	reply = take(&talk->world, conversation, receipt, NULL);
	assert_string_equal(reply.reason, "receipt_here");
	assert_int_equal(reply.receipt_of->number, 9);
	conversation_destroy(conversation);
}

static void with_another_seed_only_the_receipts_differ(void **state)
{
	struct talk *talk = *state;
	struct conversation *one = made(SEED), *other = made(SEED);
	conversation_reseed(other, SEED + 1);
	char *left = said(talk, one, "照片传不上去"), *right = said(talk, other, "照片传不上去");
	char *at = strstr(left, "\"receipt\":\""), *there = strstr(right, "\"receipt\":\"");
	assert_non_null(at);
	assert_non_null(there);
	assert_string_not_equal(left, right);
	memset(at, '-', strlen("\"receipt\":\"A7KQ-2M9X"));
	memset(there, '-', strlen("\"receipt\":\"A7KQ-2M9X"));
	assert_string_equal(left, right);
	free(left);
	free(right);
	conversation_destroy(one);
	conversation_destroy(other);
}

static void what_tells_siblings_apart_is_remembered(void **state)
{
	struct talk *talk = *state;
	SAY_ALL(talk, "会员卡续费", "已经到期", "会员卡续费");
	SAY_ALL(talk, "会员卡怎么续费", "还没到期", "那到期了呢");
	SAY_ALL(talk, "会员卡怎么续费", "啊", "上个月到期的", "会员卡怎么续费");
}

/* --- every member --- */

/* As full as it can be, and no byte of it is zero but the ends of texts. */
static void fill(struct conversation *full)
{
	memset(full, 1, sizeof(*full));
#define END(text_) (text_)[sizeof(text_) - 1] = '\0'
	END(full->last);
	END(full->asked);
	END(full->date_of);
	END(full->referral);
	END(full->tail.digits);
	END(full->check.entry);
	END(full->check.fact);
	END(full->check.left);
	full->offered_count = REPLY_CHOICES_MOST;
	full->answered_count = full->listed_count = REPLY_ANSWERS_MOST;
	for (size_t i = 0; i < REPLY_CHOICES_MOST; i++)
		END(full->offered[i]);
	for (size_t i = 0; i < REPLY_ANSWERS_MOST; i++) {
		END(full->answered[i]);
		END(full->listed[i]);
	}
	full->check.missed = CHECK_MISSED_MOST - 1;
	full->told.said_count = TOLD_SAID_MOST;
	for (size_t i = 0; i < TOLD_SAID_MOST; i++) {
		END(full->told.said[i].fact);
		END(full->told.said[i].value);
	}
	full->told.typed_count = TOLD_TYPED_MOST;
	for (size_t i = 0; i < TOLD_TYPED_MOST; i++) {
		full->told.typed[i].kind = IDENTIFIER_MOBILE;
		END(full->told.typed[i].value);
	}
	full->told.date_count = TOLD_DATES_MOST;
	for (size_t i = 0; i < TOLD_DATES_MOST; i++) {
		END(full->told.dates[i].value);
		END(full->told.dates[i].of);
		END(full->told.dates[i].from);
		END(full->told.dates[i].to);
	}
	full->told.heard_count = TOLD_HEARD_MOST;
	for (size_t i = 0; i < TOLD_HEARD_MOST; i++) {
		END(full->told.heard[i].fact);
		END(full->told.heard[i].value);
	}
	for (size_t i = 0; i < RECEIPTS_KEPT; i++) {
		END(full->receipts.items[i].receipt);
		END(full->receipts.items[i].entry);
	}
	full->receipts.next = RECEIPTS_KEPT - 1;
#undef END
}

/* GCC 12 clears the wrong bytes behind an array of structs: those are cleared one by one. */
static void clear_padding(struct conversation *conversation)
{
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
	struct told *told = &conversation->told;
	struct conversation *head = made(0);
	*head = *conversation;
	__builtin_clear_padding(head);
	memcpy(conversation, head, offsetof(struct conversation, told));
	conversation_destroy(head);
	for (size_t i = 0; i < TOLD_SAID_MOST; i++)
		__builtin_clear_padding(&told->said[i]);
	for (size_t i = 0; i < TOLD_TYPED_MOST; i++)
		__builtin_clear_padding(&told->typed[i]);
	for (size_t i = 0; i < TOLD_DATES_MOST; i++)
		__builtin_clear_padding(&told->dates[i]);
	for (size_t i = 0; i < TOLD_HEARD_MOST; i++)
		__builtin_clear_padding(&told->heard[i]);
	__builtin_clear_padding(&conversation->check);
	return;
#endif
#endif
	(void)conversation;
	skip();
}

#define EQUAL(a_, b_, member_)                                                                     \
	assert_memory_equal(&(a_)->member_, &(b_)->member_, sizeof((a_)->member_))

/* A member that is added and not saved is still zero in the other one. */
static void every_member_is_saved(void **state)
{
	const struct talk *talk = *state;
	struct conversation *full = made(0), *other = made(0);
	fill(full);
	struct buf bytes = saved(full, talk->world.snapshot);
	assert_int_equal(conversation_restore(other, talk->world.snapshot, buf_span(&bytes)),
	                 STATUS_OK);
	clear_padding(full);
	clear_padding(other);
	assert_memory_equal(full, other, offsetof(struct conversation, told));
	EQUAL(full, other, told.said);
	EQUAL(full, other, told.said_count);
	EQUAL(full, other, told.typed);
	EQUAL(full, other, told.typed_count);
	EQUAL(full, other, told.dates);
	EQUAL(full, other, told.date_count);
	EQUAL(full, other, told.heard);
	EQUAL(full, other, told.heard_count);
	EQUAL(full, other, tail);
	EQUAL(full, other, check);
	EQUAL(full, other, asked_apart);
	EQUAL(full, other, receipts.items);
	EQUAL(full, other, receipts.next);
	/* Another size: a member was added. Save it, fill it above and compare it here. */
	if (sizeof(void *) == 8)
		assert_int_equal(sizeof(struct conversation), SIZE_OF_A_CONVERSATION);
	buf_deinit(&bytes);
	conversation_destroy(full);
	conversation_destroy(other);
}

/* --- bytes that are none of ours --- */

static void expect_refused(const struct snapshot *snapshot, struct span bytes)
{
	struct conversation *conversation = made(SEED), *before = made(SEED);
	assert_int_equal(conversation_restore(conversation, snapshot, bytes), STATUS_INVALID);
	assert_memory_equal(conversation, before, sizeof(*before));
	conversation_destroy(conversation);
	conversation_destroy(before);
}

static void bytes_that_are_no_state_leave_the_conversation_alone(void **state)
{
	struct talk *talk = *state;
	const struct snapshot *snapshot = talk->world.snapshot;
	struct conversation *conversation = made(SEED);
	free(said(talk, conversation, "获取不到成绩"));
	struct buf bytes = saved(conversation, snapshot);
	for (size_t i = 0; i < bytes.len; i++) {
		/* In memory of its own, so that reading beyond it is seen. */
		char *part = malloc(i ? i : 1);
		assert_non_null(part);
		memcpy(part, bytes.ptr, i);
		expect_refused(snapshot, (struct span){ part, i });
		free(part);
	}
	buf_append_char(&bytes, '\0');
	expect_refused(snapshot, buf_span(&bytes));
	bytes.len--;
	bytes.ptr[0]++; /* of another format */
	expect_refused(snapshot, buf_span(&bytes));
	buf_deinit(&bytes);
	conversation_destroy(conversation);
}

static void a_byte_that_changed_does_no_harm(void **state)
{
	struct talk *talk = *state;
	const struct snapshot *snapshot = talk->world.snapshot;
	struct conversation *conversation = made(SEED);
	free(said(talk, conversation, "企业信息，我的证是豫建安B（2023）1234567"));
	struct buf bytes = saved(conversation, snapshot);
	for (size_t i = 0; i < bytes.len; i++) {
		for (int bit = 0; bit < 8; bit += 7) {
			struct conversation *other = made(SEED);
			bytes.ptr[i] = (char)(bytes.ptr[i] ^ (1 << bit));
			/* Whether it is refused or not, the next turn is sound. */
			(void)!conversation_restore(other, snapshot, buf_span(&bytes));
			if (i % 16 == 0)
				free(said(talk, other, "第二个"));
			bytes.ptr[i] = (char)(bytes.ptr[i] ^ (1 << bit));
			conversation_destroy(other);
		}
	}
	buf_deinit(&bytes);
	conversation_destroy(conversation);
}

/* --- another version of the knowledge --- */

/* A folder of its own for each test, with two versions in it. */
struct versions {
	char folder[256];
	struct world before, after;
};

#define ENTRY(id_, more_)                                                                          \
	"{\"id\":\"" id_ "\",\"question\":\"" id_ "怎么办理？\",\"answer\":\"到窗口办理。\"" more_ \
	"}\n"
#define CASE(id_, fact_)                                                                           \
	"{\"id\":\"" id_ "\",\"situation\":\"情况" id_ "。\",\"advice\":\"重办。\","           \
	"\"pick\":\"SELECT said('" fact_ "') = 'no' AS verdict\","                                 \
	"\"because\":\"'是。'\",\"because_not\":\"'不是。'\"}"
#define ASK(fact_)                                                                                     \
	"{\"fact\":\"" fact_ "\",\"question\":\"有没有？\",\"why\":\"看情况。\",\"options\":[" \
	"{\"label\":\"有\",\"value\":\"yes\"},{\"label\":\"没有\",\"value\":\"no\"}]}"

static void write_entry(const struct versions *versions, const char *name, const char *json)
{
	char path[400];
	snprintf(path, sizeof(path), "%s/%s", versions->folder, name);
	*strrchr(path, '/') = '\0';
	assert_int_equal(file_make_folder(path), STATUS_OK);
	snprintf(path, sizeof(path), "%s/%s", versions->folder, name);
	assert_int_equal(file_write(path, span_of(json)), STATUS_OK);
}

static void open_version(const struct versions *versions, const char *name, struct world *world)
{
	char path[400];
	snprintf(path, sizeof(path), "%s/%s", versions->folder, name);
	open_world(world, path, NULL);
}

static int enter_versions(void **state)
{
	static struct versions versions;
	versions = (struct versions){ 0 };
	snprintf(versions.folder, sizeof(versions.folder), "%s/test_conversation_state.XXXXXX",
	         DAYI_BINARY_DIR);
	if (!mkdtemp(versions.folder))
		return -1;
	*state = &versions;
	write_entry(&versions, "before/desk/01.json", ENTRY("gone", ""));
	write_entry(
	        &versions, "before/desk/02.json",
	        ENTRY("card",
	              ",\"cases\":[" CASE("a", "paid") "," CASE("b", "old") "," CASE(
	                      "c",
	                      "lost") "],\"ask\":[" ASK("paid") "," ASK("old") "," ASK("lost") "]"));
	write_entry(&versions, "before/desk/03.json", ENTRY("hall", ""));
	/* "gone" and the question "old" are gone, and the cases stand in another order. */
	write_entry(
	        &versions, "after/desk/02.json",
	        ENTRY("card", ",\"cases\":[" CASE("c", "lost") "," CASE(
	                              "a", "paid") "],\"ask\":[" ASK("paid") "," ASK("lost") "]"));
	write_entry(&versions, "after/desk/03.json", ENTRY("hall", ""));
	open_version(&versions, "before", &versions.before);
	open_version(&versions, "after", &versions.after);
	return 0;
}

static int leave_versions(void **state)
{
	struct versions *versions = *state;
	char command[300];
	close_world(&versions->before);
	close_world(&versions->after);
	snprintf(command, sizeof(command), "rm -rf '%s'", versions->folder);
	return system(command);
}

static struct conversation *under_the_other(const struct versions *versions,
                                            struct conversation *conversation)
{
	struct buf bytes = saved(conversation, versions->before.snapshot);
	struct conversation *other = made(99);
	assert_int_equal(conversation_restore(other, versions->after.snapshot, buf_span(&bytes)),
	                 STATUS_OK);
	buf_deinit(&bytes);
	conversation_destroy(conversation);
	return other;
}

static void set_id(char id[ENTRY_ID_SIZE], const char *name)
{
	snprintf(id, ENTRY_ID_SIZE, "%s", name);
}

static void an_entry_that_is_gone_leaves_its_place_empty(void **state)
{
	const struct versions *versions = *state;
	struct conversation *conversation = made(SEED);
	conversation->offered_count = 3;
	set_id(conversation->offered[0], "gone");
	set_id(conversation->offered[1], "card");
	set_id(conversation->offered[2], "hall");
	conversation->listed_count = 1;
	set_id(conversation->listed[0], "gone");
	set_id(conversation->last, "gone");
	set_id(conversation->referral, "gone");
	conversation = under_the_other(versions, conversation);
	assert_int_equal(conversation->offered_count, 3);
	assert_string_equal(conversation->offered[0], "");
	assert_string_equal(conversation->offered[1], "card");
	assert_string_equal(conversation->offered[2], "hall");
	assert_int_equal(conversation->listed_count, 0);
	assert_string_equal(conversation->last, "");
	assert_string_equal(conversation->referral, "");
	conversation_destroy(conversation);
}

/* 第二个 of those that the person still sees. */
static void a_choice_is_taken_by_the_place_that_it_had(void **state)
{
	const struct versions *versions = *state;
	struct conversation *conversation = made(SEED);
	conversation->offered_count = 3;
	set_id(conversation->offered[0], "gone");
	set_id(conversation->offered[1], "card");
	set_id(conversation->offered[2], "hall");
	conversation = under_the_other(versions, conversation);
	const struct reply reply = take(&versions->after, conversation, "第三个", NULL);
	assert_int_equal(reply.answer_count, 1);
	assert_string_equal(reply.answers[0].entry->id, "hall");
	conversation_destroy(conversation);
}

static void a_case_is_found_again_by_its_id(void **state)
{
	const struct versions *versions = *state;
	struct conversation *conversation = made(SEED);
	set_id(conversation->last, "card");
	conversation->last_case = 3; /* c */
	set_id(conversation->check.entry, "card");
	conversation->check.running = true;
	conversation->check.before = 1 | 2; /* a and b */
	conversation = under_the_other(versions, conversation);
	assert_int_equal(conversation->last_case, 1);
	assert_true(conversation->check.running);
	assert_int_equal(conversation->check.before, 2); /* a */
	conversation_destroy(conversation);
}

static void a_case_that_is_gone_is_no_longer_the_one_that_is_meant(void **state)
{
	const struct versions *versions = *state;
	struct conversation *conversation = made(SEED);
	set_id(conversation->last, "card");
	conversation->last_case = 2; /* b */
	conversation = under_the_other(versions, conversation);
	assert_int_equal(conversation->last_case, 0);
	conversation_destroy(conversation);
}

static void a_question_that_is_gone_is_waited_for_no_longer(void **state)
{
	const struct versions *versions = *state;
	struct conversation *conversation = made(SEED);
	set_id(conversation->check.entry, "card");
	snprintf(conversation->check.fact, sizeof(conversation->check.fact), "old");
	conversation->check.running = true;
	told_say(&conversation->told, "paid", "yes");
	told_say(&conversation->told, "old", "no");
	told_say(&conversation->told, "lost", "perhaps");
	conversation = under_the_other(versions, conversation);
	assert_string_equal(conversation->check.fact, "");
	assert_false(conversation->check.running);
	assert_string_equal(conversation->check.left, "card"); /* to be taken up again */
	assert_int_equal(conversation->told.said_count, 1);
	assert_string_equal(conversation->told.said[0].fact, "paid");
	conversation_destroy(conversation);
}

static void a_self_check_of_an_entry_that_is_gone_ends(void **state)
{
	const struct versions *versions = *state;
	struct conversation *conversation = made(SEED);
	set_id(conversation->check.entry, "gone");
	set_id(conversation->check.left, "gone");
	snprintf(conversation->check.fact, sizeof(conversation->check.fact), "paid");
	conversation->check.running = conversation->asked_apart = true;
	conversation = under_the_other(versions, conversation);
	assert_string_equal(conversation->check.entry, "");
	assert_string_equal(conversation->check.fact, "");
	assert_string_equal(conversation->check.left, "");
	assert_false(conversation->check.running);
	assert_false(conversation->asked_apart);
	conversation_destroy(conversation);
}

#define IN_VERSIONS(test_) cmocka_unit_test_setup_teardown(test_, enter_versions, leave_versions)

int main(void)
{
	const struct CMUnitTest shipped[] = {
		cmocka_unit_test_setup_teardown(
		        every_scripted_dialogue_goes_on_as_if_it_had_never_been_saved, begin, end),
		cmocka_unit_test_setup_teardown(so_do_numbers_dates_receipts_and_what_was_offered,
		                                begin, end),
		cmocka_unit_test_setup_teardown(a_receipt_is_known_afterwards, begin, end),
		cmocka_unit_test_setup_teardown(with_another_seed_only_the_receipts_differ, begin,
		                                end),
		cmocka_unit_test(every_member_is_saved),
		cmocka_unit_test_setup_teardown(
		        bytes_that_are_no_state_leave_the_conversation_alone, begin, end),
		cmocka_unit_test_setup_teardown(a_byte_that_changed_does_no_harm, begin, end),
	};
	const struct CMUnitTest club[] = {
		cmocka_unit_test_setup_teardown(what_tells_siblings_apart_is_remembered, begin,
		                                end),
	};
	const struct CMUnitTest versions[] = {
		IN_VERSIONS(an_entry_that_is_gone_leaves_its_place_empty),
		IN_VERSIONS(a_choice_is_taken_by_the_place_that_it_had),
		IN_VERSIONS(a_case_is_found_again_by_its_id),
		IN_VERSIONS(a_case_that_is_gone_is_no_longer_the_one_that_is_meant),
		IN_VERSIONS(a_question_that_is_gone_is_waited_for_no_longer),
		IN_VERSIONS(a_self_check_of_an_entry_that_is_gone_ends),
	};
	const int failed = cmocka_run_group_tests(shipped, open_shipped, close_talk) +
	                   cmocka_run_group_tests(club, open_club, close_talk);
	return failed + cmocka_run_group_tests(versions, NULL, NULL);
}
