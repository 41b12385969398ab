#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/pack.h"

struct node {
	const char *text;
	const struct node *next;
	void *const *slot;
	uint64_t number;
};

static void what_is_settled_can_be_read_where_it_was_settled_for(void **state)
{
	(void)state;
	struct pack *pack = NULL;
	void *slots[3] = { NULL };
	assert_int_equal(pack_create(&pack, 1 << 20), STATUS_OK);
	const struct node raw = { .text = "elsewhere", .next = (const void *)8, .number = 42 };
	const size_t root = pack_add(pack, &raw, sizeof(raw));
	const size_t second = pack_add(pack, NULL, sizeof(raw));
	assert_int_equal(root % 8, 0);
	assert_int_equal(second % 8, 0);
	pack_point(pack, root + offsetof(struct node, text), pack_text(pack, "一"));
	pack_point(pack, root + offsetof(struct node, next), second);
	assert_int_equal(pack_slots(pack, 1), 0);
	assert_int_equal(pack_slots(pack, 2), 1);
	pack_point_to_slot(pack, root + offsetof(struct node, slot), 2);
	pack_point_again(pack, second + offsetof(struct node, text),
	                 root + offsetof(struct node, text));
	assert_int_equal(pack_status(pack), STATUS_OK);
	const struct packed packed = pack_packed(pack);
	assert_int_equal(packed.slot_count, 3);
	assert_int_equal(packed.pointer_count, 4);
	pack_settle(pack, (uint64_t)(uintptr_t)packed.bytes, (uint64_t)(uintptr_t)slots);
	const struct node *node = (const void *)(packed.bytes + root);
	assert_string_equal(node->text, "一");
	assert_int_equal(node->number, 42);
	assert_ptr_equal(node->slot, &slots[2]);
	assert_ptr_equal(node->next, packed.bytes + second);
	assert_ptr_equal(node->next->text, node->text);
	assert_null(node->next->next);
	pack_destroy(pack);
}

static void a_pointer_that_goes_nowhere_is_null(void **state)
{
	(void)state;
	struct pack *pack = NULL;
	const struct node raw = { .text = "elsewhere" };
	assert_int_equal(pack_create(&pack, 1 << 20), STATUS_OK);
	const size_t root = pack_add(pack, &raw, sizeof(raw));
	pack_point(pack, root + offsetof(struct node, text), pack_text(pack, NULL));
	assert_int_equal(pack_add(pack, "", 0), 0);
	pack_settle(pack, 1 << 20, 0);
	assert_null(((const struct node *)(const void *)(pack_packed(pack).bytes + root))->text);
	assert_int_equal(pack_packed(pack).pointer_count, 0);
	pack_destroy(pack);
}

static void empty_texts_are_one(void **state)
{
	(void)state;
	struct pack *pack = NULL;
	assert_int_equal(pack_create(&pack, 1 << 20), STATUS_OK);
	const size_t first = pack_text(pack, "");
	assert_int_not_equal(first, 0);
	assert_int_equal(pack_text(pack, ""), first);
	pack_destroy(pack);
}

static void beyond_the_ceiling_nothing_is_added_any_more(void **state)
{
	(void)state;
	struct pack *pack = NULL;
	char text[1025];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(pack_create(&pack, 1024), STATUS_OK);
	assert_int_not_equal(pack_text(pack, "fits"), 0);
	assert_int_equal(pack_text(pack, text), 0);
	assert_int_equal(pack_status(pack), STATUS_LIMIT);
	assert_int_equal(pack_text(pack, "fits"), 0);
	pack_point(pack, 8, 8); /* writes nothing */
	assert_int_equal(pack_packed(pack).pointer_count, 0);
	pack_destroy(pack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_settled_can_be_read_where_it_was_settled_for),
		cmocka_unit_test(a_pointer_that_goes_nowhere_is_null),
		cmocka_unit_test(empty_texts_are_one),
		cmocka_unit_test(beyond_the_ceiling_nothing_is_added_any_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
