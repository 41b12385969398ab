#include "office/identity/may.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What the office wants, by hand: a letter a role that may; o to a for operator, editor, reviewer,
 * administrator. An applicant (p) and nobody (-) may nothing here. */
static const struct {
	enum action action;
	const char *roles;
} wanted[] = {
	{ ACTION_OWN_ACCOUNT, "oera" },  { ACTION_LOOK_UP, "oera" },
	{ ACTION_READ_RECEIPT, "oera" }, { ACTION_READ_RECORD, "o" },
	{ ACTION_HOLD_CHAT, "o" },       { ACTION_SEE_TODAY, "oera" },
	{ ACTION_READ_ASKED, "oera" },   { ACTION_READ_DRAFT, "era" },
	{ ACTION_EDIT_DRAFT, "e" },      { ACTION_REVIEW_DRAFT, "ra" },
	{ ACTION_PUBLISH, "ra" },        { ACTION_MANAGE_ACCOUNTS, "a" },
	{ ACTION_READ_AUDIT, "a" },      { ACTION_SWITCH_CHANNEL, "ra" },
};

static const struct {
	char letter;
	unsigned role;
} roles[] = {
	{ '-', 0 },           { 'p', ROLE_APPLICANT }, { 'o', ROLE_OPERATOR },
	{ 'e', ROLE_EDITOR }, { 'r', ROLE_REVIEWER },  { 'a', ROLE_ADMINISTRATOR },
};

static void every_role_may_what_the_table_says_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(sizeof(wanted) / sizeof(wanted[0]), ACTION_COUNT);
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		for (size_t j = 0; j < sizeof(roles) / sizeof(roles[0]); j++) {
			const struct principal who = { "one", roles[j].role };
			const bool expected = strchr(wanted[i].roles, roles[j].letter) != NULL;

			assert_int_equal(may(&who, wanted[i].action, NULL), expected);
		}
	}
}

static void several_roles_may_what_any_of_them_may(void **state)
{
	const struct principal who = { "one", ROLE_OPERATOR | ROLE_ADMINISTRATOR };

	(void)state;
	assert_true(may(&who, ACTION_READ_RECORD, NULL));
	assert_true(may(&who, ACTION_READ_AUDIT, NULL));
	assert_false(may(&who, ACTION_EDIT_DRAFT, NULL));
}

static void an_account_is_changed_by_its_owner_only(void **state)
{
	const struct principal who = { "one", ROLE_ADMINISTRATOR };
	const struct principal nameless = { NULL, ROLE_ADMINISTRATOR };
	const struct resource own = { "one" }, other = { "two" }, nobodys = { NULL };

	(void)state;
	assert_true(may(&who, ACTION_OWN_ACCOUNT, &own));
	assert_false(may(&who, ACTION_OWN_ACCOUNT, &other));
	assert_false(may(&who, ACTION_OWN_ACCOUNT, &nobodys));
	assert_false(may(&nameless, ACTION_OWN_ACCOUNT, &nobodys));
}

static void nobody_reviews_their_own_draft(void **state)
{
	const struct principal who = { "one", ROLE_EDITOR | ROLE_REVIEWER };
	const struct resource own = { "one" }, other = { "two" };

	(void)state;
	assert_false(may(&who, ACTION_REVIEW_DRAFT, &own));
	assert_true(may(&who, ACTION_REVIEW_DRAFT, &other));
}

static void roles_are_read_by_their_names(void **state)
{
	(void)state;
	assert_int_equal(roles_read("operator"), ROLE_OPERATOR);
	assert_int_equal(roles_read("reviewer,editor"), ROLE_REVIEWER | ROLE_EDITOR);
	assert_int_equal(roles_read("administrator"), ROLE_ADMINISTRATOR);
	assert_int_equal(roles_read(""), 0);
	assert_int_equal(roles_read("operator,"), 0);
	assert_int_equal(roles_read("operator,boss"), 0);
	assert_int_equal(roles_read("applicant"), 0);
	assert_int_equal(roles_read("Operator"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_may_what_the_table_says_and_nothing_else),
		cmocka_unit_test(several_roles_may_what_any_of_them_may),
		cmocka_unit_test(an_account_is_changed_by_its_owner_only),
		cmocka_unit_test(nobody_reviews_their_own_draft),
		cmocka_unit_test(roles_are_read_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
