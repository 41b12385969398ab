#include "base/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct item {
	char name[16];
	struct table_node node;
};

static struct table *made(void)
{
	struct table *table;

	assert_int_equal(table_create(&table, 7), STATUS_OK);
	return table;
}

static void name_and_add(struct table *table, struct item *item, int number)
{
	snprintf(item->name, sizeof(item->name), "item %d", number);
	table_add(table, &item->node, span_of(item->name));
}

static struct item *look_up(const struct table *table, const char *name)
{
	struct table_node *node = table_find(table, span_of(name));

	return node ? TABLE_ENTRY(node, struct item, node) : NULL;
}

static void an_entry_is_found_by_its_key_until_it_is_removed(void **state)
{
	enum { MANY = 1000 };
	static struct item items[MANY];
	struct table *table = made();
	char name[16];

	(void)state;
	for (int i = 0; i < MANY; i++)
		name_and_add(table, &items[i], i);
	assert_int_equal(table_count(table), MANY);
	for (int i = 0; i < MANY; i += 2)
		table_remove(table, &items[i].node);
	assert_int_equal(table_count(table), MANY / 2);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "item %d", i);
		assert_ptr_equal(look_up(table, name), i % 2 ? &items[i] : NULL);
	}
	assert_null(look_up(table, ""));
	assert_null(look_up(table, "item 1 "));
	table_destroy(table);
}

static void keys_may_hold_any_bytes(void **state)
{
	struct item one, two;
	struct table *table = made();
	const struct span first = { "a\0b", 3 }, second = { "a\0c", 3 }, shorter = { "a\0", 2 };

	(void)state;
	table_add(table, &one.node, first);
	table_add(table, &two.node, shorter);
	assert_ptr_equal(table_find(table, first), &one.node);
	assert_ptr_equal(table_find(table, shorter), &two.node);
	assert_null(table_find(table, second));
	table_destroy(table);
}

static void entries_stand_in_the_order_of_their_last_use(void **state)
{
	static const int expected[] = { 2, 3, 0 };
	struct item items[4];
	struct table *table = made();
	int at = 0;

	(void)state;
	assert_null(table_oldest(table));
	for (int i = 0; i < 4; i++)
		name_and_add(table, &items[i], i);
	assert_ptr_equal(look_up(table, "item 0"), &items[0]); /* which changes no order */
	assert_ptr_equal(table_oldest(table), &items[0].node);
	table_touch(table, &items[0].node);
	table_touch(table, &items[0].node);
	table_remove(table, &items[1].node);
	for (struct table_node *node = table_oldest(table); node; node = node->newer, at++)
		assert_ptr_equal(node, &items[expected[at]].node);
	assert_int_equal(at, 3);
	table_remove(table, &items[0].node);
	table_remove(table, &items[2].node);
	table_remove(table, &items[3].node);
	assert_null(table_oldest(table));
	table_destroy(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_found_by_its_key_until_it_is_removed),
		cmocka_unit_test(keys_may_hold_any_bytes),
		cmocka_unit_test(entries_stand_in_the_order_of_their_last_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
