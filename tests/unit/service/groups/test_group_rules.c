#include "service/groups/group_rules.h"

#include "office/records/support.h"

#include <string.h>

static struct scratch_folder scratch;
static char file[PATH_SIZE];

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "groups.jsonl", file);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static struct group_rules *load(const char *text)
{
	struct group_rules *rules;
	struct faults *faults;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	scratch_write(&scratch, "groups.jsonl", text);
	assert_int_equal(group_rules_load(&rules, file, faults), STATUS_OK);
	faults_destroy(faults);
	return rules;
}

static void without_a_file_everybody_is_answered_who_speaks_to_it(void **state)
{
	struct group_rules *rules;
	const struct group_rule *rule;

	(void)state;
	assert_int_equal(group_rules_load(&rules, "", NULL), STATUS_OK);
	rule = group_rules_find(rules, "onebot", "1", "2");
	assert_int_equal(rule->manner, GROUP_ASKED);
	assert_false(group_rule_is_quiet(rule, 0));
	assert_int_equal(group_rules_find(rules, "onebot", NULL, "2")->manner, GROUP_ASKED);
	assert_null(group_rules_channel(rules, 0));
	group_rules_destroy(rules);
}

static void groups_and_single_chats_have_lists_of_their_own(void **state)
{
	struct group_rules *rules =
	        load("# ours\n\n{\"channel\":\"onebot\",\"group\":\"87042257591\"}\r\n"
	             "{\"channel\":\"wecom_app\",\"person\":\"zhangsan\",\"answer\":\"never\"}\n"
	             "{\"channel\":\"wecom_app\",\"person\":\"*\",\"person_per_day\":5}\n");

	(void)state;
	assert_int_equal(group_rules_find(rules, "onebot", "87042257591", "2")->manner,
	                 GROUP_ASKED);
	assert_int_equal(group_rules_find(rules, "onebot", "8704225759", "2")->manner, GROUP_NEVER);
	/* A list of groups says nothing of single chats, nor of another channel. */
	assert_int_equal(group_rules_find(rules, "onebot", NULL, "2")->manner, GROUP_ASKED);
	assert_int_equal(group_rules_find(rules, "wecom_app", "1", "zhangsan")->manner,
	                 GROUP_ASKED);
	assert_int_equal(group_rules_find(rules, "wecom_app", NULL, "zhangsan")->manner,
	                 GROUP_NEVER);
	assert_int_equal(group_rules_find(rules, "wecom_app", NULL, "lisi")->manner, GROUP_ASKED);
	assert_int_equal(group_rules_find(rules, "wecom_app", NULL, "lisi")->one_person.per_day, 5);
	assert_string_equal(group_rules_channel(rules, 0), "onebot");
	assert_string_equal(group_rules_channel(rules, 1), "wecom_app");
	assert_null(group_rules_channel(rules, 2));
	group_rules_destroy(rules);
}

static void what_a_group_leaves_open_is_as_for_all_groups_of_its_channel(void **state)
{
	struct group_rules *rules =
	        load("{\"channel\":\"onebot\",\"group\":\"7\",\"answer\":\"unasked\"}\n"
	             "{\"channel\":\"onebot\",\"group\":\"*\",\"quiet\":\"22:00-08:00\","
	             "\"per_minute\":9,\"confidence\":0.99}\n"
	             "{\"channel\":\"onebot\",\"group\":\"8\",\"quiet\":\"\",\"per_minute\":0}\n");
	const struct group_rule *seven = group_rules_find(rules, "onebot", "7", "p");
	const struct group_rule *eight = group_rules_find(rules, "onebot", "8", "p");

	(void)state;
	assert_int_equal(seven->manner, GROUP_UNASKED);
	assert_true(seven->confidence == 0.99);
	assert_int_equal(seven->all.per_minute, 9);
	/* 1970-01-01, China: 08:00 is midnight UTC. */
	assert_false(group_rule_is_quiet(seven, 0));
	assert_true(group_rule_is_quiet(seven, -1 + INT64_C(86400000)));
	assert_true(group_rule_is_quiet(seven, INT64_C(14) * 3600000));
	assert_false(group_rule_is_quiet(seven, INT64_C(14) * 3600000 - 1));
	assert_false(group_rule_is_quiet(eight, INT64_C(15) * 3600000));
	assert_int_equal(eight->all.per_minute, 0);
	assert_int_equal(eight->manner, GROUP_ASKED);
	assert_int_equal(group_rules_day(INT64_C(16) * 3600000 - 1), 0);
	assert_int_equal(group_rules_day(INT64_C(16) * 3600000), 1);
	group_rules_destroy(rules);
}

static void every_fault_names_its_line(void **state)
{
	static const struct {
		const char *line, *field;
	} cases[] = {
		{ "{\"channel\":\"onebot\"}", "group" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"person\":\"2\"}", "group" },
		{ "{\"channel\":\"onebot\",\"group\":1}", "group" },
		{ "{\"channel\":\"\",\"group\":\"1\"}", "channel" },
		{ "{\"channel\":\"wecom\",\"group\":\"1\"}", "channel" },
		{ "{\"channel\":\"web\",\"group\":\"1\"}", "channel" },
		{ "{\"channel\":\"onebot\",\"group\":\"\"}", "group" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"answer\":\"always\"}", "answer" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"quiet\":\"22-8\"}", "quiet" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"quiet\":\"22:00-24:01\"}", "quiet" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"quiet\":\"22:60-08:00\"}", "quiet" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"confidence\":0.4}", "confidence" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"per_minute\":1.5}", "per_minute" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"per_day\":-2}", "per_day" },
		{ "{\"channel\":\"onebot\",\"group\":\"1\",\"secret\":\"x\"}", "secret" },
		{ "[]", NULL },
		{ "{", NULL },
	};
	char text[512], told[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct group_rules *rules;
		struct faults *faults;

		assert_int_equal(faults_create(&faults), STATUS_OK);
		snprintf(text, sizeof(text), "{\"channel\":\"feishu\",\"group\":\"9\"}\n%s\n",
		         cases[i].line);
		scratch_write(&scratch, "groups.jsonl", text);
		assert_int_equal(group_rules_load(&rules, file, faults), STATUS_INVALID);
		assert_null(rules);
		fault_format(faults_at(faults, 0), told, sizeof(told));
		assert_int_equal(faults_at(faults, 0)->line, 2);
		if (cases[i].field)
			assert_non_null(strstr(told, cases[i].field));
		faults_destroy(faults);
	}
}

static void a_group_stands_in_one_line(void **state)
{
	struct group_rules *rules;
	struct faults *faults;

	(void)state;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	scratch_write(&scratch, "groups.jsonl",
	              "{\"channel\":\"feishu\",\"group\":\"9\"}\n"
	              "{\"channel\":\"feishu\",\"group\":\"10\"}\n"
	              "{\"channel\":\"feishu\",\"person\":\"9\"}\n"
	              "{\"channel\":\"feishu\",\"group\":\"9\"}\n");
	assert_int_equal(group_rules_load(&rules, file, faults), STATUS_INVALID);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
	assert_int_equal(faults_at(faults, 0)->line, 4);
	assert_string_equal(faults_at(faults, 0)->reason, "stands in line 1, too");
	faults_destroy(faults);
	assert_int_equal(group_rules_load(&rules, "/nowhere/groups.jsonl", NULL), STATUS_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_everybody_is_answered_who_speaks_to_it),
		cmocka_unit_test(groups_and_single_chats_have_lists_of_their_own),
		cmocka_unit_test(what_a_group_leaves_open_is_as_for_all_groups_of_its_channel),
		cmocka_unit_test(every_fault_names_its_line),
		cmocka_unit_test(a_group_stands_in_one_line),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
