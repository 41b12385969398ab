#include "service/levels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "shipped_relations.h"

static void no_field_of_a_record_may_be_told_where_others_read_along(void **state)
{
	struct relations *relations;
	unsigned all = 0;

	(void)state;
	assert_int_equal(relations_create_default(&relations), STATUS_OK);
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++)
		all |= RELATION_BIT(i);
	assert_int_not_equal(all, 0);
	assert_int_equal(level_relations(relations, level_of_audience(true)), 0);
	assert_int_equal(level_relations(relations, level_of_audience(false)), all);
	relations_release(relations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_field_of_a_record_may_be_told_where_others_read_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
