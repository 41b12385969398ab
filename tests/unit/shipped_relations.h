/*
 * The relations of the shipped knowledge as tests name them: in the order of its relations.json.
 */
#ifndef DAYI_TESTS_SHIPPED_RELATIONS_H
#define DAYI_TESTS_SHIPPED_RELATIONS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/facts/facts.h"

enum {
	RELATION_APPLICANT = RELATION_RECORDED,
	RELATION_CERTIFICATE,
	RELATION_EXAM,
	RELATION_APPLICATION,
	RELATION_COMPANY,
	RELATION_QUALIFICATION,
	RELATION_CONSTRUCTOR,
	SHIPPED_RELATIONS_END,
	SHIPPED_RELATIONS = SHIPPED_RELATIONS_END - RELATION_RECORDED,
};

#define RELATIONS_ALL_RECORDED                                                                     \
	(RELATION_BIT(SHIPPED_RELATIONS_END) - RELATION_BIT(RELATION_RECORDED))

static inline struct relations *shipped_relations(void)
{
	struct relations *relations = NULL;
	assert_int_equal(relations_create_default(&relations), STATUS_OK);
	return relations;
}

/* Every relation absent. */
static inline struct facts *shipped_facts(void)
{
	struct relations *relations = shipped_relations();
	struct facts *facts = NULL;
	assert_int_equal(facts_create(relations, &facts), STATUS_OK);
	relations_release(relations);
	return facts;
}

#endif
