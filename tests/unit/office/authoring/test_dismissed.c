#include "office/authoring/dismissed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "database.h"
#include "office/authoring/draft.h"

static struct store *opened(const struct database *database)
{
	const struct store_settings settings = { .url = database->url, .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	if (store_open(&store, &settings, &drafts_schema, problem) != STATUS_OK)
		fail_msg("%s", problem);
	return store;
}

static struct dismissed read_all(struct store *store, struct arena *arena)
{
	struct dismissed dismissed;

	assert_int_equal(dismissed_read(store, arena, &dismissed), STATUS_OK);
	return dismissed;
}

static void what_one_dismisses_is_dismissed_for_all_until_it_is_taken_back(void **state)
{
	static const char *const texts[] = { "甲", "乙" };
	struct store *one = opened(*state), *other = opened(*state);
	struct dismissed dismissed;
	struct arena *arena;

	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	dismissed = read_all(one, arena);
	assert_int_equal(dismissed.count, 0);
	assert_false(dismissed_has(&dismissed, "batch", "甲"));
	assert_int_equal(dismissed_add(one, "batch", texts, 2, "li"), STATUS_OK);
	assert_int_equal(dismissed_add(other, "batch", texts, 1, "zhao"), STATUS_OK);
	dismissed = read_all(other, arena);
	assert_int_equal(dismissed.count, 2);
	assert_true(dismissed_has(&dismissed, "batch", "甲"));
	assert_true(dismissed_has(&dismissed, "batch", "乙"));
	assert_false(dismissed_has(&dismissed, "batch", "丙"));
	/* Of that entry only, wherever one text ends and the other begins. */
	assert_false(dismissed_has(&dismissed, "renew", "甲"));
	assert_false(dismissed_has(&dismissed, "batch甲", ""));
	assert_int_equal(dismissed_forget(one), STATUS_OK);
	assert_int_equal(read_all(other, arena).count, 0);
	store_close(one);
	store_close(other);
	arena_destroy(arena);
}

static void their_words_are_not_kept(void **state)
{
	static const char *const texts[] = { "我想问的话" };
	char text[256];
	struct store *store = opened(*state);

	assert_int_equal(dismissed_add(store, "batch", texts, 1, "li"), STATUS_OK);
	store_close(store);
	assert_string_equal(database_ask(*state,
	                                 "SELECT count(*) FROM draft_dismissed WHERE length(hash)"
	                                 " = 64 AND who = 'li'",
	                                 text, sizeof(text)),
	                    "1");
}

#define OVER_BOTH(over_)                                                                           \
	over_(what_one_dismisses_is_dismissed_for_all_until_it_is_taken_back),                     \
	        over_(their_words_are_not_kept)

int main(void)
{
	const struct CMUnitTest sqlite[] = { OVER_BOTH(OVER_SQLITE) };
	const struct CMUnitTest postgres[] = { OVER_BOTH(OVER_POSTGRES) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
