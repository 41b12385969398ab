#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 1000 };

struct thing {
	char name[16];
	struct hash_link link;
};

static struct thing *find(const struct hash_table *table, const char *name)
{
	for (struct hash_link *at = hash_first(table, hash_of(table, span_of(name))); at;
	     at = hash_next(at))
		if (strcmp(hash_item(at, struct thing, link)->name, name) == 0)
			return hash_item(at, struct thing, link);
	return NULL;
}

static void add(struct hash_table *table, struct thing *thing, int number)
{
	snprintf(thing->name, sizeof(thing->name), "thing %d", number);
	hash_add(table, &thing->link, hash_of(table, span_of(thing->name)));
}

static void what_was_added_is_found_until_it_is_removed(void **state)
{
	static struct thing things[MANY];
	struct hash_table table;
	char name[16];

	(void)state;
	/* Far more than were expected: the chains are long, and nothing is lost. */
	assert_int_equal(hash_init(&table, 8, 1), STATUS_OK);
	for (int i = 0; i < MANY; i++)
		add(&table, &things[i], i);
	assert_int_equal(table.count, MANY);
	for (int i = 0; i < MANY; i += 2)
		hash_remove(&table, &things[i].link);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "thing %d", i);
		assert_ptr_equal(find(&table, name), i % 2 ? &things[i] : NULL);
	}
	assert_int_equal(table.count, MANY / 2);
	hash_deinit(&table);
}

static void items_with_the_same_hash_are_shown_one_after_the_other(void **state)
{
	struct thing a = { .name = "a" }, b = { .name = "b" }, c = { .name = "c" };
	struct hash_table table;

	(void)state;
	assert_int_equal(hash_init(&table, 1, 0), STATUS_OK);
	hash_add(&table, &a.link, 16);
	hash_add(&table, &b.link, 32); /* of the same slot, but another hash */
	hash_add(&table, &c.link, 16);
	assert_ptr_equal(hash_first(&table, 16), &c.link);
	assert_ptr_equal(hash_next(&c.link), &a.link);
	assert_null(hash_next(&a.link));
	assert_null(hash_first(&table, 48));
	hash_deinit(&table);
}

static void the_seed_decides_the_slot(void **state)
{
	struct hash_table one, other;

	(void)state;
	assert_int_equal(hash_init(&one, 1, 1), STATUS_OK);
	assert_int_equal(hash_init(&other, 1, 2), STATUS_OK);
	assert_true(hash_of(&one, span_of("a")) != hash_of(&other, span_of("a")));
	assert_true(hash_of(&one, span_of("a")) == hash_of(&one, span_of("a")));
	hash_deinit(&one);
	hash_deinit(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found_until_it_is_removed),
		cmocka_unit_test(items_with_the_same_hash_are_shown_one_after_the_other),
		cmocka_unit_test(the_seed_decides_the_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
