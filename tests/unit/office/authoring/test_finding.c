#include "office/authoring/finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "database.h"
#include "office/authoring/draft.h"

static const struct span nothing = { NULL, 0 };

static struct store *opened(const struct database *database)
{
	const struct store_settings settings = { .url = database->url, .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	if (store_open(&store, &settings, &drafts_schema, problem) != STATUS_OK)
		fail_msg("%s", problem);
	return store;
}

static struct finding found(struct store *store, const char *name, struct arena *arena)
{
	struct finding finding;

	assert_int_equal(finding_read(store, name, arena, &finding), STATUS_OK);
	return finding;
}

static int64_t begun(struct store *store, const char *who)
{
	int64_t run = -1;

	assert_int_equal(finding_begin(store, FINDING_LINKS, who, &run), STATUS_OK);
	return run;
}

static void what_one_replica_found_is_told_by_another(void **state)
{
	struct store *one = opened(*state), *other = opened(*state);
	struct finding finding;
	struct arena *arena;
	bool lost = true;
	int64_t run;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(found(other, FINDING_LINKS, arena).state, FINDING_NONE);
	run = begun(one, "李");
	assert_int_equal(run, 1);
	finding = found(other, FINDING_LINKS, arena);
	assert_int_equal(finding.state, FINDING_RUNNING);
	assert_string_equal(finding.who, "李");
	assert_true(finding.begun_ms > 0 && finding.ended_ms == 0);
	assert_string_equal(finding.result, "");
	/* Nobody else begins one meanwhile. */
	assert_int_equal(begun(other, "王"), 0);
	assert_int_equal(finding_beat(one, FINDING_LINKS, run, span_of("[1]"), &lost), STATUS_OK);
	assert_false(lost);
	assert_string_equal(found(other, FINDING_LINKS, arena).result, "[1]");
	assert_int_equal(finding_beat(one, FINDING_LINKS, run, nothing, &lost), STATUS_OK);
	assert_string_equal(found(other, FINDING_LINKS, arena).result, "[1]");
	assert_int_equal(finding_end(one, FINDING_LINKS, run, true, span_of("[1,2]")), STATUS_OK);
	finding = found(other, FINDING_LINKS, arena);
	assert_int_equal(finding.state, FINDING_DONE);
	assert_string_equal(finding.result, "[1,2]");
	assert_true(finding.ended_ms >= finding.begun_ms);
	/* Another name is another thing. */
	assert_int_equal(found(other, FINDING_SUGGESTIONS, arena).state, FINDING_NONE);
	store_close(one);
	store_close(other);
	arena_destroy(arena);
}

static void a_run_that_fails_keeps_what_was_found_before(void **state)
{
	struct store *store = opened(*state);
	struct finding finding;
	struct arena *arena;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(finding_end(store, FINDING_LINKS, begun(store, "李"), true, span_of("[]")),
	                 STATUS_OK);
	assert_int_equal(finding_end(store, FINDING_LINKS, begun(store, "王"), false, nothing),
	                 STATUS_OK);
	finding = found(store, FINDING_LINKS, arena);
	assert_int_equal(finding.state, FINDING_FAILED);
	assert_int_equal(finding.run, 2);
	assert_string_equal(finding.result, "[]");
	store_close(store);
	arena_destroy(arena);
}

/* As if its process had been killed: the store hears nothing of it any more. */
static void a_run_that_went_silent_gives_way(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct arena *arena;
	bool lost = false;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(begun(store, "李"), 1);
	database_run(database, "UPDATE draft_finding SET beat = beat - 200000");
	assert_int_equal(found(store, FINDING_LINKS, arena).state, FINDING_FAILED);
	assert_int_equal(begun(store, "王"), 2);
	/* What comes of the first one after all does not count. */
	assert_int_equal(finding_beat(store, FINDING_LINKS, 1, span_of("[9]"), &lost), STATUS_OK);
	assert_true(lost);
	assert_int_equal(finding_end(store, FINDING_LINKS, 1, true, span_of("[9]")), STATUS_OK);
	assert_int_equal(found(store, FINDING_LINKS, arena).state, FINDING_RUNNING);
	assert_string_equal(found(store, FINDING_LINKS, arena).result, "");
	store_close(store);
	arena_destroy(arena);
}

/* A day is 86,400,000 ms. A run that fails does not make the result before younger. */
static void a_result_is_forgotten_when_it_is_old(void **state)
{
	static const int64_t day_ms = 86400000;
	const struct database *database = *state;
	struct store *store = opened(database);
	struct arena *arena;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(finding_end(store, FINDING_LINKS, begun(store, "李"), true, span_of("[]")),
	                 STATUS_OK);
	database_run(database, "UPDATE draft_finding SET found = found - 86390000");
	assert_int_equal(finding_retain(store, FINDING_LINKS, day_ms), STATUS_OK);
	assert_string_equal(found(store, FINDING_LINKS, arena).result, "[]");
	database_run(database, "UPDATE draft_finding SET found = found - 20000");
	assert_int_equal(finding_end(store, FINDING_LINKS, begun(store, "王"), false, nothing),
	                 STATUS_OK);
	assert_int_equal(finding_retain(store, FINDING_SUGGESTIONS, day_ms), STATUS_OK);
	assert_string_equal(found(store, FINDING_LINKS, arena).result, "[]");
	assert_int_equal(finding_retain(store, FINDING_LINKS, day_ms), STATUS_OK);
	assert_string_equal(found(store, FINDING_LINKS, arena).result, "");
	assert_int_equal(found(store, FINDING_LINKS, arena).run, 2);
	store_close(store);
	arena_destroy(arena);
}

#define OVER_BOTH(over_)                                                                           \
	over_(what_one_replica_found_is_told_by_another),                                          \
	        over_(a_run_that_fails_keeps_what_was_found_before),                               \
	        over_(a_run_that_went_silent_gives_way),                                           \
	        over_(a_result_is_forgotten_when_it_is_old)

int main(void)
{
	const struct CMUnitTest sqlite[] = { OVER_BOTH(OVER_SQLITE) };
	const struct CMUnitTest postgres[] = { OVER_BOTH(OVER_POSTGRES) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
