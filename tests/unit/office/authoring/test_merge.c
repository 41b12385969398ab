#include "office/authoring/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Expected values by hand, from the table in docs/authoring.md. */

static cJSON *json(const char *text)
{
	const struct json_limits limits = { 1 << 20, 100 };
	cJSON *out = NULL;

	if (text)
		assert_int_equal(json_parse(&out, span_of(text), limits, NULL, NULL), STATUS_OK);
	return out;
}

static void assert_text(const cJSON *value, const char *expected)
{
	struct buf out;

	if (!expected) {
		assert_null(value);
		return;
	}
	assert_non_null(value);
	buf_init(&out, 1 << 20);
	json_append(&out, value);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

/* `base` NULL: not known. */
static void assert_merged(const char *base, const char *yours, const char *theirs,
                          const char *expected, const char *conflicts)
{
	cJSON *b = json(base), *y = json(yours), *t = json(theirs), *found = cJSON_CreateArray();
	cJSON *out = NULL;

	assert_int_equal(merge_three(b, y, t, found, &out), STATUS_OK);
	assert_text(out, expected);
	assert_text(found, conflicts);
	cJSON_Delete(b);
	cJSON_Delete(y);
	cJSON_Delete(t);
	cJSON_Delete(found);
	cJSON_Delete(out);
}

static void members_are_merged_each_by_itself(void **state)
{
	(void)state;
	assert_merged("{\"a\":1,\"b\":1,\"c\":1}", "{\"a\":2,\"b\":1,\"c\":1}",
	              "{\"a\":1,\"b\":3,\"c\":1}", "{\"a\":2,\"b\":3,\"c\":1}", "[]");
	/* One removed, another one new on either side. */
	assert_merged("{\"a\":1,\"b\":1}", "{\"b\":1,\"x\":1}", "{\"a\":1,\"b\":1,\"y\":1}",
	              "{\"b\":1,\"y\":1,\"x\":1}", "[]");
	assert_merged("{\"o\":{\"a\":1,\"b\":1}}", "{\"o\":{\"a\":2,\"b\":1}}",
	              "{\"o\":{\"a\":1,\"b\":2}}", "{\"o\":{\"a\":2,\"b\":2}}", "[]");
}

static void the_same_change_on_both_sides_is_no_conflict(void **state)
{
	(void)state;
	assert_merged("{\"a\":1}", "{\"a\":2}", "{\"a\":2}", "{\"a\":2}", "[]");
	assert_merged("{\"a\":1}", "{}", "{}", "{}", "[]");
}

static void different_changes_of_one_member_are_shown_with_both_sides(void **state)
{
	(void)state;
	assert_merged("{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":5}", "{\"a\":3,\"b\":1}",
	              "{\"a\":2,\"b\":5}",
	              "[{\"member\":\"a\",\"path\":[\"a\"],\"base\":1,\"yours\":2,\"theirs\":3}]");
	/* Changed and removed. */
	assert_merged(
	        "{\"a\":1}", "{\"a\":2}", "{}", "{\"a\":2}",
	        "[{\"member\":\"a\",\"path\":[\"a\"],\"base\":1,\"yours\":2,\"theirs\":null}]");
	assert_merged(
	        "{\"a\":1}", "{}", "{\"a\":2}", "{}",
	        "[{\"member\":\"a\",\"path\":[\"a\"],\"base\":1,\"yours\":null,\"theirs\":2}]");
	/* Of another kind. */
	assert_merged(
	        "{\"a\":[1]}", "{\"a\":{}}", "{\"a\":[2]}", "{\"a\":{}}",
	        "[{\"member\":\"a\",\"path\":[\"a\"],\"base\":[1],\"yours\":{},\"theirs\":[2]}]");
}

static void texts_are_a_set_that_keeps_its_order(void **state)
{
	(void)state;
	assert_merged("[\"a\",\"b\",\"c\"]", "[\"a\",\"c\",\"y\"]", "[\"a\",\"b\",\"c\",\"t\"]",
	              "[\"a\",\"c\",\"y\",\"t\"]", "[]");
	assert_merged("[]", "[\"y\"]", "[\"t\"]", "[\"y\",\"t\"]", "[]");
	/* Put in another order by one, added to by the other. */
	assert_merged("[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", "[\"b\",\"a\"]",
	              "[\"b\",\"a\",\"c\"]", "[]");
	/* Two made the same list new. */
	assert_merged("{}", "{\"l\":[\"y\"]}", "{\"l\":[\"t\"]}", "{\"l\":[\"y\",\"t\"]}", "[]");
}

static void cases_are_followed_by_their_id(void **state)
{
	(void)state;
	assert_merged("[{\"id\":\"1\",\"x\":1,\"y\":1},{\"id\":\"2\"}]",
	              "[{\"id\":\"2\"},{\"id\":\"1\",\"x\":2,\"y\":1}]",
	              "[{\"id\":\"1\",\"x\":1,\"y\":3},{\"id\":\"2\"},{\"id\":\"3\"}]",
	              "[{\"id\":\"2\"},{\"id\":\"1\",\"x\":2,\"y\":3},{\"id\":\"3\"}]", "[]");
	assert_merged(
	        "{\"cases\":[{\"id\":\"1\",\"x\":1}]}", "{\"cases\":[{\"id\":\"1\",\"x\":2}]}",
	        "{\"cases\":[{\"id\":\"1\",\"x\":3}]}", "{\"cases\":[{\"id\":\"1\",\"x\":2}]}",
	        "[{\"member\":\"cases[1].x\",\"path\":[\"cases\",{\"id\":\"1\"},\"x\"],\"base\":1,"
	        "\"yours\":2,\"theirs\":3}]");
	/* One deletes what the other one changes. */
	assert_merged("[{\"id\":\"1\",\"x\":1}]", "[]", "[{\"id\":\"1\",\"x\":3}]", "[]",
	              "[{\"member\":\"[1]\",\"path\":[{\"id\":\"1\"}],\"base\":{\"id\":\"1\",\"x\":"
	              "1},\"yours\":null,"
	              "\"theirs\":{\"id\":\"1\",\"x\":3}}]");
	/* Ids that stand twice are none. */
	assert_merged(
	        "[{\"id\":\"1\"}]", "[{\"id\":\"1\"},{\"id\":\"1\"}]", "[{\"id\":\"2\"}]",
	        "[{\"id\":\"1\"},{\"id\":\"1\"}]",
	        "[{\"member\":\"\",\"path\":[],\"base\":[{\"id\":\"1\"}],\"yours\":[{\"id\":\"1\"},"
	        "{\"id\":\"1\"}],\"theirs\":[{\"id\":\"2\"}]}]");
}

/* Of golden questions and synonyms, which have no id. */
static void items_without_an_id_are_followed_by_their_key(void **state)
{
	(void)state;
	assert_merged(
	        "{\"golden\":[{\"q\":\"甲\",\"entry\":\"a\"},{\"q\":\"乙\",\"entry\":\"b\"}]}",
	        "{\"golden\":[{\"q\":\"甲\",\"entry\":\"c\"},{\"q\":\"乙\",\"entry\":\"b\"}]}",
	        "{\"golden\":[{\"q\":\"甲\",\"entry\":\"a\"},{\"q\":\"丙\",\"entry\":\"b\"}]}",
	        "{\"golden\":[{\"q\":\"甲\",\"entry\":\"c\"},{\"q\":\"丙\",\"entry\":\"b\"}]}",
	        "[]");
	assert_merged("{\"s\":[{\"word\":\"照片\",\"variants\":[\"相片\"]}]}",
	              "{\"s\":[{\"word\":\"照片\",\"variants\":[\"相片\",\"头像\"]}]}",
	              "{\"s\":[{\"word\":\"照片\",\"variants\":[\"相片\",\"寸照\"]}]}",
	              "{\"s\":[{\"word\":\"照片\",\"variants\":[\"相片\",\"头像\",\"寸照\"]}]}",
	              "[]");
	/* Phrases that mean the same word. */
	assert_merged(
	        "[{\"phrase\":\"win7\",\"word\":\"电脑\"},{\"phrase\":\"win10\",\"word\":\"电脑\"}"
	        "]",
	        "[{\"phrase\":\"win7\",\"word\":\"电脑\"},{\"phrase\":\"win10\",\"word\":\"电脑\"},"
	        "{\"phrase\":\"pc\",\"word\":\"电脑\"}]",
	        "[{\"phrase\":\"win7\",\"word\":\"系统\"},{\"phrase\":\"win10\",\"word\":\"电脑\"},"
	        "{\"phrase\":\"mac\",\"word\":\"电脑\"}]",
	        "[{\"phrase\":\"win7\",\"word\":\"系统\"},{\"phrase\":\"win10\",\"word\":\"电脑\"},"
	        "{\"phrase\":\"pc\",\"word\":\"电脑\"},{\"phrase\":\"mac\",\"word\":\"电脑\"}]",
	        "[]");
	/* Contacts of one kind, and opposites. */
	assert_merged("[{\"kind\":\"url\",\"value\":\"a\"}]",
	              "[{\"kind\":\"url\",\"value\":\"a\"},{\"kind\":\"url\",\"value\":\"b\"}]",
	              "[{\"kind\":\"url\",\"value\":\"a\"},{\"kind\":\"url\",\"value\":\"c\"}]",
	              "[{\"kind\":\"url\",\"value\":\"a\"},{\"kind\":\"url\",\"value\":\"b\"},"
	              "{\"kind\":\"url\",\"value\":\"c\"}]",
	              "[]");
	assert_merged("[{\"said\":[\"新\"],\"denies\":[\"旧\"]}]",
	              "[{\"said\":[\"新\"],\"denies\":[\"旧\",\"老\"]}]",
	              "[{\"said\":[\"新\",\"全新\"],\"denies\":[\"旧\"]},{\"said\":[\"对\"],"
	              "\"denies\":[\"错\"]}]",
	              "[{\"said\":[\"新\",\"全新\"],\"denies\":[\"旧\",\"老\"]},{\"said\":[\"对\"],"
	              "\"denies\":[\"错\"]}]",
	              "[]");
	/* Both changed the same one. */
	assert_merged("{\"g\":[{\"q\":\"甲\",\"entry\":\"a\"}]}",
	              "{\"g\":[{\"q\":\"甲\",\"entry\":\"b\"}]}",
	              "{\"g\":[{\"q\":\"甲\",\"entry\":\"c\"}]}",
	              "{\"g\":[{\"q\":\"甲\",\"entry\":\"b\"}]}",
	              "[{\"member\":\"g[甲].entry\",\"path\":[\"g\",{\"q\":\"甲\"},\"entry\"],"
	              "\"base\":\"a\",\"yours\":\"b\",\"theirs\":\"c\"}]");
}

/* By `path` a page finds the item without knowing which member is its key, whatever the key has. */
static void the_path_of_a_conflict_names_the_key_and_its_whole_value(void **state)
{
	(void)state;
	assert_merged("{\"e\":[{\"word\":\"a[1].b\",\"n\":1}]}",
	              "{\"e\":[{\"word\":\"a[1].b\",\"n\":2}]}",
	              "{\"e\":[{\"word\":\"a[1].b\",\"n\":3}]}",
	              "{\"e\":[{\"word\":\"a[1].b\",\"n\":2}]}",
	              "[{\"member\":\"e[a[1].b].n\",\"path\":[\"e\",{\"word\":\"a[1].b\"},\"n\"],"
	              "\"base\":1,\"yours\":2,\"theirs\":3}]");
}

static void without_a_base_whatever_differs_is_a_conflict(void **state)
{
	(void)state;
	assert_merged(
	        NULL, "{\"a\":1,\"b\":1}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":1}",
	        "[{\"member\":\"b\",\"path\":[\"b\"],\"base\":null,\"yours\":1,\"theirs\":2}]");
	assert_merged(NULL, "{\"l\":[\"a\"]}", "{\"l\":[\"b\"]}", "{\"l\":[\"a\"]}",
	              "[{\"member\":\"l\",\"path\":[\"l\"],\"base\":null,\"yours\":[\"a\"],"
	              "\"theirs\":[\"b\"]}]");
}

static void what_was_removed_as_a_whole_stays_so_or_conflicts(void **state)
{
	(void)state;
	assert_merged("{\"a\":1}", NULL, "{\"a\":1}", NULL, "[]");
	assert_merged("{\"a\":1}", NULL, "{\"a\":2}", NULL,
	              "[{\"member\":\"\",\"path\":[],\"base\":{\"a\":1},\"yours\":null,\"theirs\":{"
	              "\"a\":2}}]");
	assert_merged("{\"a\":1}", "{\"a\":2}", NULL, "{\"a\":2}",
	              "[{\"member\":\"\",\"path\":[],\"base\":{\"a\":1},\"yours\":{\"a\":2},"
	              "\"theirs\":null}]");
}

static void what_is_nested_too_deep_is_refused(void **state)
{
	char deep[2][256] = { "", "" };
	cJSON *values[2], *found = cJSON_CreateArray(), *out;

	(void)state;
	for (int side = 0; side < 2; side++) {
		for (int i = 0; i < 40; i++)
			strcat(deep[side], "{\"a\":");
		strcat(deep[side], side ? "1" : "2");
		for (int i = 0; i < 40; i++)
			strcat(deep[side], "}");
		values[side] = json(deep[side]);
	}
	assert_int_equal(merge_three(NULL, values[0], values[1], found, &out), STATUS_LIMIT);
	assert_null(out);
	cJSON_Delete(values[0]);
	cJSON_Delete(values[1]);
	cJSON_Delete(found);
}

static void assert_changes(const char *before, const char *after, const char *expected)
{
	cJSON *b = json(before), *a = json(after), *found = cJSON_CreateArray();

	assert_int_equal(merge_changes(b, a, found), STATUS_OK);
	assert_text(found, expected);
	cJSON_Delete(b);
	cJSON_Delete(a);
	cJSON_Delete(found);
}

static void changes_are_named_by_member_and_case(void **state)
{
	(void)state;
	assert_changes("{\"a\":1,\"b\":1}", "{\"b\":1,\"a\":1}", "[]");
	assert_changes("{\"a\":1}", "{\"a\":2,\"n\":null}",
	               "[{\"member\":\"a\",\"path\":[\"a\"],\"before\":1,\"after\":2},"
	               "{\"member\":\"n\",\"path\":[\"n\"],\"before\":null,\"after\":null}]");
	assert_changes("{\"cases\":[{\"id\":\"1\",\"x\":1},{\"id\":\"2\"}]}",
	               "{\"cases\":[{\"id\":\"1\",\"x\":2}]}",
	               "[{\"member\":\"cases[1].x\",\"path\":[\"cases\",{\"id\":\"1\"},\"x\"],"
	               "\"before\":1,\"after\":2},"
	               "{\"member\":\"cases[2]\",\"path\":[\"cases\",{\"id\":\"2\"}],\"before\":{"
	               "\"id\":\"2\"},\"after\":null}]");
	assert_changes("{\"cases\":[{\"id\":\"1\"},{\"id\":\"2\"}]}",
	               "{\"cases\":[{\"id\":\"2\"},{\"id\":\"1\"}]}",
	               "[{\"member\":\"cases\",\"path\":[\"cases\"],\"before\":[{\"id\":\"1\"},{"
	               "\"id\":\"2\"}],"
	               "\"after\":[{\"id\":\"2\"},{\"id\":\"1\"}]}]");
	assert_changes(NULL, "{\"a\":1}",
	               "[{\"member\":\"a\",\"path\":[\"a\"],\"before\":null,\"after\":1}]");
}

static bool are_same(const char *one, const char *other)
{
	cJSON *a = json(one), *b = json(other);
	const bool same = merge_same(a, b);

	assert_int_equal(merge_same(b, a), same);
	cJSON_Delete(a);
	cJSON_Delete(b);
	return same;
}

static void values_are_the_same_whatever_the_order_of_members(void **state)
{
	(void)state;
	assert_true(are_same("{\"a\":{\"x\":1,\"y\":[1,{}]},\"b\":null}",
	                     "{\"b\":null,\"a\":{\"y\":[1.0,{}],\"x\":1}}"));
	assert_true(are_same(NULL, NULL));
	assert_false(are_same(NULL, "{\"a\":1}"));
	assert_false(are_same("{\"a\":1}", "{\"a\":1,\"b\":1}"));
	assert_false(are_same("{\"a\":1,\"c\":1}", "{\"a\":1,\"b\":1}"));
	assert_false(are_same("{\"a\":1}", "{\"A\":1}"));
	assert_false(are_same("{\"a\":[1,2]}", "{\"a\":[2,1]}"));
	assert_false(are_same("{\"a\":[]}", "{\"a\":{}}"));
	assert_false(are_same("{\"a\":[1]}", "{\"a\":1}"));
	assert_false(are_same("{\"a\":true}", "{\"a\":false}"));
	assert_false(are_same("{\"a\":\"1\"}", "{\"a\":1}"));
	assert_false(are_same("{\"a\":null}", "{\"b\":null}"));
}

/* Looked at twice at each of 90 levels, it would not come to an end. */
static void nested_objects_are_compared_once(void **state)
{
	char text[1024] = "";

	(void)state;
	for (int i = 0; i < 90; i++)
		strcat(text, "{\"a\":");
	strcat(text, "1");
	for (int i = 0; i < 90; i++)
		strcat(text, "}");
	assert_true(are_same(text, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_merged_each_by_itself),
		cmocka_unit_test(the_same_change_on_both_sides_is_no_conflict),
		cmocka_unit_test(different_changes_of_one_member_are_shown_with_both_sides),
		cmocka_unit_test(texts_are_a_set_that_keeps_its_order),
		cmocka_unit_test(cases_are_followed_by_their_id),
		cmocka_unit_test(items_without_an_id_are_followed_by_their_key),
		cmocka_unit_test(the_path_of_a_conflict_names_the_key_and_its_whole_value),
		cmocka_unit_test(without_a_base_whatever_differs_is_a_conflict),
		cmocka_unit_test(what_was_removed_as_a_whole_stays_so_or_conflicts),
		cmocka_unit_test(what_is_nested_too_deep_is_refused),
		cmocka_unit_test(changes_are_named_by_member_and_case),
		cmocka_unit_test(values_are_the_same_whatever_the_order_of_members),
		cmocka_unit_test(nested_objects_are_compared_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
