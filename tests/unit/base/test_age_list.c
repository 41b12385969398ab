#include "base/age_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct thing {
	char name;
	struct age_link age;
};

/* From the oldest on, and the same from the newest back. */
static void expect(const struct age_list *list, const char *names)
{
	const struct age_link *last = NULL;
	size_t count = 0;

	for (struct age_link *at = list->oldest; at; at = at->newer, count++) {
		assert_int_equal(age_item(at, struct thing, age)->name, names[count]);
		assert_ptr_equal(at->older, last);
		last = at;
	}
	assert_int_equal(names[count], '\0');
	assert_ptr_equal(list->newest, last);
}

static void what_was_used_last_is_the_newest(void **state)
{
	struct thing a = { .name = 'a' }, b = { .name = 'b' }, c = { .name = 'c' };
	struct age_list list = { 0 };

	(void)state;
	expect(&list, "");
	age_list_add(&list, &a.age);
	expect(&list, "a");
	age_list_add(&list, &b.age);
	age_list_add(&list, &c.age);
	expect(&list, "abc");
	age_list_touch(&list, &a.age);
	expect(&list, "bca");
	age_list_touch(&list, &a.age);
	expect(&list, "bca");
	age_list_touch(&list, &c.age);
	expect(&list, "bac");
}

static void each_can_be_removed(void **state)
{
	struct thing a = { .name = 'a' }, b = { .name = 'b' }, c = { .name = 'c' };
	struct age_list list = { 0 };

	(void)state;
	age_list_add(&list, &a.age);
	age_list_add(&list, &b.age);
	age_list_add(&list, &c.age);
	age_list_remove(&list, &b.age);
	expect(&list, "ac");
	age_list_remove(&list, &c.age);
	expect(&list, "a");
	age_list_remove(&list, &a.age);
	expect(&list, "");
	assert_null(age_item(list.oldest, struct thing, age));
	age_list_add(&list, &b.age);
	expect(&list, "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_used_last_is_the_newest),
		cmocka_unit_test(each_can_be_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
