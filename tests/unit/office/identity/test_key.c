#include "office/identity/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <cmocka.h>

#include "database.h"

/* 2026-11-30T00:00:00Z */
static const int64_t now_ms = INT64_C(1795996800000);

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static struct keys_store *open_store(const struct database *database, bool read_only,
                                     enum status expected)
{
	const struct store_settings settings = { .url = database->url,
		                                 .busy_ms = 5000,
		                                 .read_only = read_only };
	char problem[STORE_PROBLEM_SIZE];
	struct keys_store *store;

	assert_int_equal(keys_store_open(&store, &settings, problem), expected);
	return store;
}

static struct key key_of(const char *name, unsigned scopes, int64_t until_ms)
{
	struct key key = { .scopes = scopes, .rate = 5, .made_ms = now_ms, .until_ms = until_ms };

	snprintf(key.name, sizeof(key.name), "%s", name);
	return key;
}

struct listed {
	struct key keys[4];
	size_t count;
};

static enum status note(void *context, const struct key *key)
{
	struct listed *listed = context;

	assert_true(listed->count < 4);
	listed->keys[listed->count++] = *key;
	return STATUS_OK;
}

static void a_key_is_kept_by_its_hash_alone(void **state)
{
	const struct database *database = *state;
	struct keys_store *store = open_store(database, false, STATUS_OK);
	struct key key = key_of("portal", KEY_ASK | KEY_EVENTS, now_ms + 1000);
	struct listed listed = { .count = 0 };
	char token[KEY_TOKEN_SIZE], hash[DIGEST_HEX_SIZE], text[256];

	assert_int_equal(keys_add(store, &key, random_bytes, token), STATUS_OK);
	assert_int_equal(strlen(token), KEY_TOKEN_SIZE - 1);
	assert_memory_equal(token, "dayi_", 5);
	assert_int_equal(keys_list(store, note, &listed), STATUS_OK);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.keys[0].name, "portal");
	assert_int_equal(listed.keys[0].scopes, KEY_ASK | KEY_EVENTS);
	assert_int_equal(listed.keys[0].rate, 5);
	assert_int_equal(listed.keys[0].until_ms, now_ms + 1000);
	assert_int_equal(key_hash(span_of(token), hash), STATUS_OK);
	assert_string_equal(listed.keys[0].hash, hash);
	database_ask(database, "SELECT hash FROM api_key", text, sizeof(text));
	assert_string_equal(text, hash);
	assert_null(strstr(text, token + 5));
	keys_store_close(store);
}

static void a_name_is_had_once_and_again_after_it_was_revoked(void **state)
{
	const struct database *database = *state;
	struct keys_store *store = open_store(database, false, STATUS_OK);
	struct keys_store *other = open_store(database, true, STATUS_OK);
	struct key key = key_of("bot", KEY_GROUP, 0);
	struct listed listed = { .count = 0 };
	char first[KEY_TOKEN_SIZE], second[KEY_TOKEN_SIZE];

	assert_int_equal(keys_add(store, &key, random_bytes, first), STATUS_OK);
	assert_int_equal(keys_add(store, &key, random_bytes, second), STATUS_INVALID);
	assert_int_equal(keys_revoke(store, "bot"), STATUS_OK);
	assert_int_equal(keys_revoke(store, "bot"), STATUS_NOT_FOUND);
	assert_int_equal(keys_list(other, note, &listed), STATUS_OK);
	assert_int_equal(listed.count, 0);
	assert_int_equal(keys_add(store, &key, random_bytes, second), STATUS_OK);
	assert_string_not_equal(first, second);
	keys_store_close(other);
	keys_store_close(store);
}

static void where_no_key_was_made_there_is_no_store(void **state)
{
	open_store(*state, true, STATUS_NOT_FOUND);
}

/* Each scope allows its own use and no other; an end holds for all. */
static void a_key_may_what_its_scopes_say_until_its_end(void **state)
{
	static const struct {
		unsigned scopes;
		bool ask, group, events;
	} table[] = {
		{ 0, false, false, false },
		{ KEY_ASK, true, false, false },
		{ KEY_GROUP, false, true, false },
		{ KEY_EVENTS, false, false, true },
		{ KEY_ASK | KEY_GROUP, true, true, false },
		{ KEY_ASK | KEY_EVENTS, true, false, true },
		{ KEY_GROUP | KEY_EVENTS, false, true, true },
		{ KEY_ASK | KEY_GROUP | KEY_EVENTS, true, true, true },
	};
	static const struct {
		int64_t until_ms;
		bool counts;
	} ends[] = { { 0, true }, { now_ms + 1, true }, { now_ms, false }, { now_ms - 1, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
			const struct key key = key_of("k", table[i].scopes, ends[k].until_ms);

			assert_int_equal(key_may(&key, KEY_USE_ASK, now_ms),
			                 table[i].ask && ends[k].counts);
			assert_int_equal(key_may(&key, KEY_USE_ASK_IN_GROUP, now_ms),
			                 table[i].group && ends[k].counts);
			assert_int_equal(key_may(&key, KEY_USE_READ_EVENTS, now_ms),
			                 table[i].events && ends[k].counts);
		}
	}
}

static void scopes_and_names_are_read_strictly(void **state)
{
	static const char *const names[] = { "portal", "a", "qq-bot_2",
		                             "0123456789abcdef0123456789abcdef" };
	static const char *const bad[] = {
		"", "-a", "_", "A", "a b", "a\n", "考务", "0123456789abcdef0123456789abcdef0"
	};

	(void)state;
	assert_int_equal(key_scopes_read("ask"), KEY_ASK);
	assert_int_equal(key_scopes_read("events,ask,group"), KEY_ASK | KEY_GROUP | KEY_EVENTS);
	assert_int_equal(key_scopes_read(""), 0);
	assert_int_equal(key_scopes_read("ask,"), 0);
	assert_int_equal(key_scopes_read("ask,all"), 0);
	assert_int_equal(key_scopes_read("asks"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(key_name_is_fit(names[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(key_name_is_fit(bad[i]));
	assert_true(key_is_meant(span_of("dayi_x")));
	assert_false(key_is_meant(span_of("eyJhbGciOi")));
	assert_false(key_is_meant(span_of("dayi")));
}

static void keys_lie_beside_the_accounts(void **state)
{
	char url[PLACE_SIZE];

	(void)state;
	assert_true(keys_store_url("var/accounts.db", url));
	assert_string_equal(url, "var/keys.db");
	assert_true(keys_store_url("a.db", url));
	assert_string_equal(url, "keys.db");
	assert_true(keys_store_url("host=h dbname=d", url));
	assert_string_equal(url, "host=h dbname=d");
}

#define BOTH(over)                                                                                 \
	over(a_key_is_kept_by_its_hash_alone),                                                     \
	        over(a_name_is_had_once_and_again_after_it_was_revoked),                           \
	        over(where_no_key_was_made_there_is_no_store)

int main(void)
{
	const struct CMUnitTest pure[] = {
		cmocka_unit_test(a_key_may_what_its_scopes_say_until_its_end),
		cmocka_unit_test(scopes_and_names_are_read_strictly),
		cmocka_unit_test(keys_lie_beside_the_accounts),
	};
	const struct CMUnitTest over_sqlite[] = { BOTH(OVER_SQLITE) };
	const struct CMUnitTest over_postgres[] = { BOTH(OVER_POSTGRES) };

	return cmocka_run_group_tests(pure, NULL, NULL) +
	       cmocka_run_group_tests(over_sqlite, NULL, NULL) + run_over_postgres(over_postgres);
}
