#include "office/authoring/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "database.h"

static struct store *opened(const struct database *database)
{
	const struct store_settings settings = { .url = database->url, .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	if (store_open(&store, &settings, &drafts_schema, problem) != STATUS_OK)
		fail_msg("%s", problem);
	return store;
}

static const struct draft_act li = { "id-li", "李", "改错字", 1000 };
static const struct draft_act wang = { "id-wang", "王", "", 2000 };

static int64_t saved(struct store *store, const char *entry, const char *text, int64_t upon,
                     const struct draft_act *act)
{
	const struct draft draft = {
		.entry = entry, .collection = "faq", .base = "{}", .text = text
	};
	int64_t revision = 0;
	bool moved;

	assert_int_equal(draft_save(store, &draft, upon, "saved", act, &revision, &moved),
	                 STATUS_OK);
	return moved ? 0 : revision;
}

static struct draft found(struct store *store, const char *entry, struct arena *arena)
{
	struct draft draft;

	assert_int_equal(draft_find(store, entry, arena, &draft), STATUS_OK);
	return draft;
}

static bool advanced(struct store *store, int64_t revision, enum draft_state from,
                     enum draft_state to, const char *what)
{
	bool moved;

	assert_int_equal(draft_advance(store, "e", revision, from, to, what, false, &wang, &moved),
	                 STATUS_OK);
	return !moved;
}

static enum status join_event(void *context, const struct draft_event *event)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, 512 - len, "%s:%s:%s:%s%s;", event->who, event->what, event->why,
	         event->text ? event->text : "-", event->version ? event->version : "");
	return STATUS_OK;
}

static void assert_history(struct store *store, const char *entry, const char *expected)
{
	char text[512] = "";

	assert_int_equal(draft_history(store, entry, 10, join_event, text), STATUS_OK);
	assert_string_equal(text, expected);
}

static void a_draft_is_kept_with_its_authors_across_a_restart(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct arena *arena;
	struct draft draft;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(saved(store, "e", "{\"a\":\"一\"}", 0, &li), 1);
	assert_int_equal(saved(store, "f", "", 0, &li), 2);
	assert_int_equal(saved(store, "e", "{\"a\":\"二\"}", 1, &wang), 3);
	store_close(store);
	store = opened(database);
	draft = found(store, "e", arena);
	assert_string_equal(draft.text, "{\"a\":\"二\"}");
	assert_string_equal(draft.base, "{}");
	assert_string_equal(draft.collection, "faq");
	assert_int_equal(draft.revision, 3);
	assert_int_equal(draft.state, DRAFT_OPEN);
	assert_string_equal(draft.names, "李\n王\n");
	assert_true(draft_is_by(&draft, "id-li") && draft_is_by(&draft, "id-wang"));
	assert_false(draft_is_by(&draft, "id-l") || draft_is_by(&draft, "li") ||
	             draft_is_by(&draft, ""));
	assert_history(store, "e", "王:saved::{\"a\":\"二\"};李:saved:改错字:{\"a\":\"一\"};");
	store_close(store);
	arena_destroy(arena);
}

static void a_save_upon_something_else_writes_nothing(void **state)
{
	struct store *store = opened(*state);
	struct arena *arena;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(saved(store, "e", "1", 0, &li), 1);
	assert_int_equal(saved(store, "e", "2", 0, &wang), 0);
	assert_int_equal(saved(store, "e", "2", 7, &wang), 0);
	assert_string_equal(found(store, "e", arena).text, "1");
	assert_history(store, "e", "李:saved:改错字:1;");
	store_close(store);
	arena_destroy(arena);
}

static void the_text_of_every_revision_is_found(void **state)
{
	struct store *store = opened(*state);
	struct arena *arena;
	const char *text;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(saved(store, "e", "1", 0, &li), 1);
	assert_int_equal(saved(store, "e", "2", 1, &li), 2);
	assert_int_equal(draft_text(store, "e", 1, arena, &text), STATUS_OK);
	assert_string_equal(text, "1");
	assert_int_equal(draft_text(store, "e", 3, arena, &text), STATUS_NOT_FOUND);
	assert_int_equal(draft_text(store, "f", 1, arena, &text), STATUS_NOT_FOUND);
	store_close(store);
	arena_destroy(arena);
}

static void states_follow_each_other_and_a_save_begins_anew(void **state)
{
	struct store *store = opened(*state);
	struct arena *arena;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(saved(store, "e", "1", 0, &li), 1);
	assert_false(advanced(store, 1, DRAFT_REVIEW, DRAFT_APPROVED, "approved"));
	assert_true(advanced(store, 1, DRAFT_OPEN, DRAFT_REVIEW, "submitted"));
	assert_false(advanced(store, 2, DRAFT_REVIEW, DRAFT_APPROVED, "approved"));
	assert_true(advanced(store, 1, DRAFT_REVIEW, DRAFT_APPROVED, "approved"));
	assert_int_equal(found(store, "e", arena).state, DRAFT_APPROVED);
	assert_int_equal(saved(store, "e", "2", 1, &li), 2);
	assert_int_equal(found(store, "e", arena).state, DRAFT_OPEN);
	assert_history(store, "e",
	               "李:saved:改错字:2;王:approved::-;王:submitted::-;李:saved:改错字:1;");
	store_close(store);
	arena_destroy(arena);
}

static void a_discarded_draft_leaves_its_history(void **state)
{
	struct store *store = opened(*state);
	struct arena *arena;
	struct draft draft;
	bool moved;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(saved(store, "e", "1", 0, &li), 1);
	assert_int_equal(draft_discard(store, "e", 5, &wang, &moved), STATUS_OK);
	assert_true(moved);
	assert_int_equal(draft_discard(store, "e", 1, &wang, &moved), STATUS_OK);
	assert_false(moved);
	assert_int_equal(draft_find(store, "e", arena, &draft), STATUS_NOT_FOUND);
	assert_history(store, "e", "王:discarded::-;李:saved:改错字:1;");
	/* A revision is not given twice. */
	assert_int_equal(saved(store, "e", "2", 0, &li), 2);
	store_close(store);
	arena_destroy(arena);
}

static void what_was_saved_while_it_was_published_goes_on_from_there(void **state)
{
	struct store *store = opened(*state);
	struct arena *arena;
	struct draft draft, *drafts;
	size_t count;

	assert_int_equal(arena_create(&arena, 1 << 24), STATUS_OK);
	assert_int_equal(saved(store, "e", "1", 0, &li), 1);
	assert_int_equal(saved(store, "f", "x", 0, &li), 2);
	assert_int_equal(saved(store, "f", "y", 2, &li), 3);
	assert_int_equal(draft_published(store, "e", 1, "1", "hash", &wang), STATUS_OK);
	assert_int_equal(draft_published(store, "f", 2, "x", "hash", &wang), STATUS_OK);
	assert_int_equal(draft_find(store, "e", arena, &draft), STATUS_NOT_FOUND);
	assert_history(store, "e", "王:published::1hash;李:saved:改错字:1;");
	assert_int_equal(draft_list(store, arena, &drafts, &count), STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(drafts[0].entry, "f");
	assert_string_equal(drafts[0].base, "x");
	assert_string_equal(drafts[0].text, "y");
	store_close(store);
	arena_destroy(arena);
}

/* Its base is what was live before: with another one it would take back what was published. */
static void what_was_begun_anew_while_it_was_published_keeps_its_base(void **state)
{
	struct store *store = opened(*state);
	struct arena *arena;
	bool moved;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	/* Discarded in another round, which says nothing of this one. */
	assert_int_equal(saved(store, "e", "0", 0, &li), 1);
	assert_int_equal(draft_discard(store, "e", 1, &li, &moved), STATUS_OK);
	assert_int_equal(saved(store, "e", "1", 0, &li), 2);
	assert_int_equal(saved(store, "e", "2", 2, &li), 3);
	assert_int_equal(draft_published(store, "e", 2, "1", "hash", &wang), STATUS_OK);
	assert_string_equal(found(store, "e", arena).base, "1");
	/* As it was published, and saved once more before. */
	for (int64_t more = 0; more < 2; more++) {
		const char *entry = more ? "f" : "g";
		const int64_t revision = saved(store, entry, "1", 0, &li);

		if (more)
			assert_int_equal(saved(store, entry, "2", revision, &li), revision + 1);
		assert_int_equal(draft_discard(store, entry, revision + more, &li, &moved),
		                 STATUS_OK);
		assert_false(moved);
		assert_int_equal(saved(store, entry, "x", 0, &wang), revision + more + 1);
		assert_int_equal(draft_published(store, entry, revision, "1", "hash", &wang),
		                 STATUS_OK);
		assert_string_equal(found(store, entry, arena).base, "{}");
		assert_string_equal(found(store, entry, arena).text, "x");
	}
	store_close(store);
	arena_destroy(arena);
}

static void two_connections_count_their_revisions_together(void **state)
{
	struct store *one = opened(*state), *other = opened(*state);

	assert_int_equal(saved(one, "e", "1", 0, &li), 1);
	assert_int_equal(saved(other, "f", "1", 0, &wang), 2);
	assert_int_equal(saved(other, "e", "2", 1, &wang), 3);
	assert_int_equal(saved(one, "e", "3", 1, &li), 0);
	store_close(one);
	store_close(other);
}

#define OVER_BOTH(over_)                                                                           \
	over_(a_draft_is_kept_with_its_authors_across_a_restart),                                  \
	        over_(a_save_upon_something_else_writes_nothing),                                  \
	        over_(the_text_of_every_revision_is_found),                                        \
	        over_(states_follow_each_other_and_a_save_begins_anew),                            \
	        over_(a_discarded_draft_leaves_its_history),                                       \
	        over_(what_was_saved_while_it_was_published_goes_on_from_there),                   \
	        over_(what_was_begun_anew_while_it_was_published_keeps_its_base),                  \
	        over_(two_connections_count_their_revisions_together)

int main(void)
{
	const struct CMUnitTest sqlite[] = { OVER_BOTH(OVER_SQLITE) };
	const struct CMUnitTest postgres[] = { OVER_BOTH(OVER_POSTGRES) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
