#include "office/sessions/sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shipped_relations.h"

#include "office/records/source.h"

static const int64_t keep_us = 1000;
static const struct span nowhere = { "", 0 };

/* Counts up: deterministic, and never twice the same. */
static bool count_up(void *bytes, size_t len)
{
	static uint64_t number; /* NOLINT: the function's type has no context */
	unsigned char *out = bytes;

	number++;
	for (size_t i = 0; i < len; i++)
		out[i] = (unsigned char)(i < sizeof(number) ? number >> (8 * i) : 0xab);
	return true;
}

static bool no_random(void *bytes, size_t len)
{
	(void)bytes;
	(void)len;
	return false;
}

static struct sessions *make(size_t kept, size_t bytes)
{
	const struct sessions_limits limits = { .kept = kept, .bytes = bytes, .keep_us = keep_us };
	struct sessions *sessions = NULL;

	assert_int_equal(sessions_create(&sessions, limits, count_up), STATUS_OK);
	return sessions;
}

static struct session *open_one(struct sessions *sessions, int64_t now_us)
{
	struct session *session = NULL;

	assert_int_equal(sessions_open(sessions, nowhere, now_us, &session), STATUS_OK);
	return session;
}

static void a_session_is_found_by_its_id(void **state)
{
	struct sessions *sessions = make(10, 10000);
	struct session *one = open_one(sessions, 0);
	struct session *other = open_one(sessions, 0);

	(void)state;
	assert_int_equal(strlen(one->id), 32);
	assert_int_equal(strspn(one->id, "0123456789abcdef"), 32);
	assert_string_not_equal(one->id, other->id);
	assert_ptr_equal(sessions_find(sessions, one->id, 1), one);
	assert_ptr_equal(sessions_find(sessions, other->id, 1), other);
	assert_null(sessions_find(sessions, "", 1));
	assert_null(sessions_find(sessions, "0123", 1));
	sessions_destroy(sessions);
}

static void the_hash_is_the_begin_of_the_ids_sha_256(void **state)
{
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);

	(void)state;
	assert_int_equal(strlen(session->hash), 16);
	assert_null(strstr(session->id, session->hash));
	sessions_destroy(sessions);
}

static void a_silent_session_expires_and_a_connected_one_does_not(void **state)
{
	struct sessions *sessions = make(10, 10000);
	struct session *silent = open_one(sessions, 0);
	struct session *connected = open_one(sessions, 0);
	struct session *used = open_one(sessions, 0);
	char id[SESSION_ID_SIZE];

	(void)state;
	memcpy(id, silent->id, sizeof(id));
	connected->connections = 1;
	assert_non_null(sessions_find(sessions, used->id, keep_us));
	sessions_expire(sessions, keep_us);
	assert_int_equal(sessions_count(sessions), 3);
	sessions_expire(sessions, keep_us + 1);
	assert_int_equal(sessions_count(sessions), 2);
	assert_null(sessions_find(sessions, id, keep_us + 1));
	assert_ptr_equal(sessions_find(sessions, connected->id, keep_us + 1), connected);
	connected->connections = 0;
	sessions_destroy(sessions);
}

static void a_session_past_its_time_is_not_found_even_before_the_sweep(void **state)
{
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);
	char id[SESSION_ID_SIZE];

	(void)state;
	memcpy(id, session->id, sizeof(id));
	assert_null(sessions_find(sessions, id, keep_us + 1));
	assert_int_equal(sessions_count(sessions), 0);
	sessions_destroy(sessions);
}

static void the_one_silent_for_longest_makes_room(void **state)
{
	struct sessions *sessions = make(2, 10000);
	struct session *first = open_one(sessions, 0);
	struct session *second = open_one(sessions, 1);
	char id[SESSION_ID_SIZE];

	(void)state;
	memcpy(id, second->id, sizeof(id));
	session_touch(sessions, first, 2);
	(void)open_one(sessions, 3);
	assert_int_equal(sessions_count(sessions), 2);
	assert_ptr_equal(sessions_find(sessions, first->id, 3), first);
	assert_null(sessions_find(sessions, id, 3));
	sessions_destroy(sessions);
}

static struct session *open_from(struct sessions *sessions, const char *origin, int64_t now_us)
{
	struct session *session = NULL;

	assert_int_equal(sessions_open(sessions, span_of(origin), now_us, &session), STATUS_OK);
	return session;
}

/* A table of 8: a share is 2. */
static void many_sessions_of_one_origin_push_out_their_own_and_nobody_elses(void **state)
{
	struct sessions *sessions = make(8, 10000);
	char silent[3][SESSION_ID_SIZE], first[SESSION_ID_SIZE];

	(void)state;
	for (int i = 0; i < 3; i++)
		memcpy(silent[i], open_from(sessions, i < 2 ? "home" : "office", i)->id,
		       SESSION_ID_SIZE);
	memcpy(first, open_from(sessions, "flood", 3)->id, sizeof(first));
	for (int i = 4; i < 200; i++)
		(void)open_from(sessions, "flood", i);
	assert_int_equal(sessions_count(sessions), 8);
	for (int i = 0; i < 3; i++)
		assert_non_null(sessions_find(sessions, silent[i], 200));
	assert_null(sessions_find(sessions, first, 200));
	/* Somebody else finds room among those, too. */
	(void)open_from(sessions, "elsewhere", 201);
	for (int i = 0; i < 3; i++)
		assert_non_null(sessions_find(sessions, silent[i], 201));
	sessions_destroy(sessions);
}

/* Nobody has more than a share: the oldest of all goes, as it would without shares. */
static void of_many_origins_the_one_silent_for_longest_goes(void **state)
{
	struct sessions *sessions = make(8, 10000);
	char origin[16], first[SESSION_ID_SIZE];

	(void)state;
	for (int i = 0; i < 8; i++) {
		snprintf(origin, sizeof(origin), "at %d", i);
		const struct session *session = open_from(sessions, origin, i);

		if (i == 0)
			memcpy(first, session->id, sizeof(first));
	}
	(void)open_from(sessions, "at 9", 9);
	assert_int_equal(sessions_count(sessions), 8);
	assert_null(sessions_find(sessions, first, 9));
	sessions_destroy(sessions);
}

/* What is in use is never pushed out, whoever has it. */
static void where_all_of_the_large_origin_are_in_use_the_oldest_of_others_goes(void **state)
{
	struct sessions *sessions = make(4, 10000);
	struct session *large[3];
	char other[SESSION_ID_SIZE];

	(void)state;
	memcpy(other, open_from(sessions, "other", 0)->id, sizeof(other));
	for (int i = 0; i < 3; i++) {
		large[i] = open_from(sessions, "large", i + 1);
		large[i]->connections = 1;
	}
	(void)open_from(sessions, "new", 5);
	assert_null(sessions_find(sessions, other, 5));
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(sessions_find(sessions, large[i]->id, 5), large[i]);
		large[i]->connections = 0;
	}
	sessions_destroy(sessions);
}

static void without_room_there_is_no_new_session(void **state)
{
	struct sessions *sessions = make(1, 10000);
	struct session *session = open_one(sessions, 0);
	struct session *other = NULL;

	(void)state;
	session->connections = 1;
	assert_int_equal(sessions_open(sessions, nowhere, 1, &other), STATUS_BUSY);
	session->connections = 0;
	assert_int_equal(sessions_open(sessions, nowhere, 1, &other), STATUS_OK);
	sessions_destroy(sessions);
}

static void without_random_numbers_there_is_no_session(void **state)
{
	const struct sessions_limits limits = { .kept = 1, .bytes = 1, .keep_us = 1 };
	struct sessions *sessions = NULL;
	struct session *session = NULL;

	(void)state;
	assert_int_equal(sessions_create(&sessions, limits, no_random), STATUS_OK);
	assert_int_equal(sessions_open(sessions, nowhere, 0, &session), STATUS_IO);
	assert_int_equal(sessions_count(sessions), 0);
	sessions_destroy(sessions);
}

static void expect_reply(const struct session *session, const char *id, const char *expected)
{
	const struct span reply = session_reply(session, id);

	if (!expected) {
		assert_null(reply.ptr);
		return;
	}
	assert_non_null(reply.ptr);
	assert_true(span_equal(reply, span_of(expected)));
}

static void the_last_32_replies_are_kept(void **state)
{
	struct sessions *sessions = make(1, 100000);
	struct session *session = open_one(sessions, 0);
	char id[16];
	char reply[16];

	(void)state;
	expect_reply(session, "0", NULL);
	for (int i = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "%d", i);
		snprintf(reply, sizeof(reply), "reply %d", i);
		session_keep_reply(session, id, span_of(reply), false);
	}
	expect_reply(session, "7", NULL);
	expect_reply(session, "8", "reply 8");
	expect_reply(session, "39", "reply 39");
	expect_reply(session, "3", NULL);
	expect_reply(session, "399", NULL);
	expect_reply(session, "", NULL);
	sessions_destroy(sessions);
}

static void kept_replies_have_a_ceiling_and_the_longest_silent_lose_theirs(void **state)
{
	static char large[4000];
	const struct span reply = { large, sizeof(large) };
	struct sessions *sessions = make(10, 10000);
	struct session *old = open_one(sessions, 0);
	struct session *middle = open_one(sessions, 1);
	struct session *young = open_one(sessions, 2);

	(void)state;
	session_keep_reply(old, "a", reply, false);
	session_keep_reply(middle, "a", reply, false);
	assert_int_equal(sessions_bytes(sessions), 2 * 4001);
	session_keep_reply(young, "a", reply, false);
	assert_true(sessions_bytes(sessions) <= 10000);
	expect_reply(old, "a", NULL);
	assert_non_null(session_reply(middle, "a").ptr);
	assert_non_null(session_reply(young, "a").ptr);
	assert_int_equal(sessions_count(sessions), 3);
	sessions_destroy(sessions);
}

static void replies_of_many_sizes_are_counted_right(void **state)
{
	static char large[5000];
	struct sessions *sessions = make(1, 1000000);
	struct session *session = open_one(sessions, 0);
	char id[16];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "%d", i);
		session_keep_reply(session, id, (struct span){ large, (size_t)(i * 7919 % 5000) },
		                   i % 3 == 0);
		assert_int_equal(session_reply(session, id).len, i * 7919 % 5000);
	}
	assert_true(sessions_bytes(sessions) <= 32 * 5010 * 4);
	session->connections = 0;
	sessions_expire(sessions, keep_us + 1);
	assert_int_equal(sessions_bytes(sessions), 0);
	sessions_destroy(sessions);
}

/* --- whose it is, and the owner's record --- */

static const struct identity zhang = { "419900198603120010", "张安一", 100 };
static const struct identity li = { "419900199007250024", "李管二", 200 };

static struct facts *some_facts(void)
{
	struct facts *facts = shipped_facts();

	facts_open(facts, RELATION_EXAM);
	return facts;
}

static void a_session_stays_its_first_owners(void **state)
{
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);

	(void)state;
	assert_false(session->signed_in);
	assert_true(session_sign_in(session, &zhang));
	assert_true(session->signed_in);
	assert_false(session_sign_in(session, &li));
	session_sign_out(session);
	assert_false(session->signed_in);
	assert_false(session_sign_in(session, &li));
	assert_false(session->signed_in);
	assert_true(session_sign_in(session, &zhang));
	assert_true(session->signed_in);
	sessions_destroy(sessions);
}

static void the_end_of_the_token_signs_out_and_forgets_the_record(void **state)
{
	struct relations *relations = shipped_relations();
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);

	(void)state;
	assert_true(session_sign_in(session, &zhang));
	session_keep_record(session, some_facts(), RELATION_BIT(RELATION_EXAM), 1000);
	session_refresh(session, relations, 99999, 999);
	assert_true(session->signed_in);
	assert_non_null(session->record);
	session_refresh(session, relations, 100000, 999);
	assert_false(session->signed_in);
	assert_null(session->record);
	assert_int_equal(session->looked_up, 0);
	sessions_destroy(sessions);
	relations_release(relations);
}

static void a_sign_out_takes_the_replies_of_the_record_and_no_other(void **state)
{
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);
	size_t without;

	(void)state;
	assert_true(session_sign_in(session, &zhang));
	session_keep_reply(session, "plain", span_of("{}"), false);
	without = sessions_bytes(sessions);
	session_keep_reply(session, "record", span_of("{\"secret\":1}"), true);
	assert_non_null(session_reply(session, "record").ptr);
	session_sign_out(session);
	assert_null(session_reply(session, "record").ptr);
	assert_non_null(session_reply(session, "plain").ptr);
	assert_int_equal(sessions_bytes(sessions), without);
	sessions_destroy(sessions);
}

static void a_record_kept_long_enough_is_looked_up_again(void **state)
{
	struct relations *relations = shipped_relations();
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);

	(void)state;
	assert_true(session_sign_in(session, &zhang));
	session_keep_record(session, some_facts(), RELATION_BIT(RELATION_EXAM), 1000);
	session_refresh(session, relations, 0, 1000);
	assert_true(session->signed_in);
	assert_null(session->record);
	assert_int_equal(session->looked_up, 0);
	sessions_destroy(sessions);
	relations_release(relations);
}

static void a_record_of_other_relations_than_the_knowledge_has_now_is_looked_up_again(void **state)
{
	static const char other[] = "{\"relations\":{\"exam\":{\"label\":\"成绩\",\"columns\":{"
	                            "\"result\":{\"label\":\"结果\"}}}}}";
	struct relations *same = shipped_relations(), *changed = NULL;
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);

	(void)state;
	assert_int_equal(relations_read(&changed, span_of(other), "r", NULL), STATUS_OK);
	assert_true(session_sign_in(session, &zhang));
	session_keep_record(session, some_facts(), RELATION_BIT(RELATION_EXAM), 1000);
	session_refresh(session, same, 0, 999);
	assert_non_null(session->record);
	session_refresh(session, changed, 0, 999);
	assert_null(session->record);
	assert_int_equal(session->looked_up, 0);
	sessions_destroy(sessions);
	relations_release(same);
	relations_release(changed);
}

static void what_can_not_be_looked_up_is_unknown_for_a_while(void **state)
{
	const unsigned exam = RELATION_BIT(RELATION_EXAM);
	const unsigned company = RELATION_BIT(RELATION_COMPANY);
	struct relations *relations = shipped_relations();
	struct sessions *sessions = make(10, 10000);
	struct session *session = open_one(sessions, 0);

	(void)state;
	assert_true(session_sign_in(session, &zhang));
	session_lack_record(session, relations, exam, 500);
	assert_int_equal(session->looked_up, exam);
	assert_false(facts_present(session->record, RELATION_EXAM));
	session_refresh(session, relations, 0, 500);
	assert_int_equal(session->looked_up, 0);

	session_keep_record(session, some_facts(), exam, 1000);
	session_lack_record(session, relations, company, 800);
	assert_int_equal(session->looked_up, exam | company);
	assert_true(facts_present(session->record, RELATION_EXAM));
	session_refresh(session, relations, 0, 800);
	assert_null(session->record);
	sessions_destroy(sessions);
	relations_release(relations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_found_by_its_id),
		cmocka_unit_test(the_hash_is_the_begin_of_the_ids_sha_256),
		cmocka_unit_test(a_silent_session_expires_and_a_connected_one_does_not),
		cmocka_unit_test(a_session_past_its_time_is_not_found_even_before_the_sweep),
		cmocka_unit_test(the_one_silent_for_longest_makes_room),
		cmocka_unit_test(many_sessions_of_one_origin_push_out_their_own_and_nobody_elses),
		cmocka_unit_test(of_many_origins_the_one_silent_for_longest_goes),
		cmocka_unit_test(
		        where_all_of_the_large_origin_are_in_use_the_oldest_of_others_goes),
		cmocka_unit_test(without_room_there_is_no_new_session),
		cmocka_unit_test(without_random_numbers_there_is_no_session),
		cmocka_unit_test(the_last_32_replies_are_kept),
		cmocka_unit_test(kept_replies_have_a_ceiling_and_the_longest_silent_lose_theirs),
		cmocka_unit_test(replies_of_many_sizes_are_counted_right),
		cmocka_unit_test(a_session_stays_its_first_owners),
		cmocka_unit_test(the_end_of_the_token_signs_out_and_forgets_the_record),
		cmocka_unit_test(a_sign_out_takes_the_replies_of_the_record_and_no_other),
		cmocka_unit_test(a_record_kept_long_enough_is_looked_up_again),
		cmocka_unit_test(
		        a_record_of_other_relations_than_the_knowledge_has_now_is_looked_up_again),
		cmocka_unit_test(what_can_not_be_looked_up_is_unknown_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
