/* A diagnoser over a folder of knowledge, and facts written as JSON; for the tests of diagnose/. */
#ifndef DAYI_TESTS_DIAGNOSE_SUPPORT_H
#define DAYI_TESTS_DIAGNOSE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "engine/diagnose/diagnosis.h"
#include "shipped_relations.h"

struct clinic {
	struct knowledge *knowledge;
	struct diagnoser *diagnoser;
	struct diagnosis_scratch *scratch;
	struct arena *arena;
};

static inline void open_clinic(struct clinic *clinic, const char *folder)
{
	const struct clock clock = clock_computing();
	struct faults *faults = NULL;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	enum status status = knowledge_load(folder, faults, &clinic->knowledge);
	if (status == STATUS_OK)
		status = diagnoser_create(clinic->knowledge, &clock, faults, &clinic->diagnoser);
	faults_print(faults, stderr);
	faults_destroy(faults);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(diagnosis_scratch_create(clinic->diagnoser, &clinic->scratch), STATUS_OK);
	assert_int_equal(arena_create(&clinic->arena, 16 << 20), STATUS_OK);
}

static inline void close_clinic(struct clinic *clinic)
{
	diagnosis_scratch_destroy(clinic->scratch);
	diagnoser_destroy(clinic->diagnoser);
	knowledge_destroy(clinic->knowledge);
	arena_destroy(clinic->arena);
}

static inline struct facts *facts_of(const char *json)
{
	struct facts *facts = shipped_facts();
	struct faults *faults = NULL;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	const enum status status = facts_read_json(facts, span_of(json), "facts", faults);
	faults_print(faults, stderr);
	faults_destroy(faults);
	assert_int_equal(status, STATUS_OK);
	return facts;
}

#endif
