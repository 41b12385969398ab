/*
 * A file of facts, as `dayi diagnose` reads it.
 */
#include <string.h>

#include "engine/facts/facts.h"
#include "fuzz.h"

/* Made once and kept: libFuzzer has no place to pass it through. */
static struct relations *relations(void)
{
	static struct relations *kept;
	if (!kept)
		REQUIRE(relations_create_default(&kept) == STATUS_OK);
	return kept;
}

/* What was read is of the columns' types, words and within the ceilings. */
static void require_sound(const struct facts *facts, size_t relation)
{
	const struct relation_shape *shape = relation_shape(facts_relations(facts), relation);
	REQUIRE(facts_rows(facts, relation) <= shape->rows_most);
	REQUIRE(facts_present(facts, relation) || facts_rows(facts, relation) == 0);
	for (size_t row = 0; row < facts_rows(facts, relation); row++)
		for (size_t i = 0; i < shape->column_count; i++) {
			const char *value = facts_value(facts, relation, row, i);
			const char *taken;
			char number[NUMBER_TEXT_SIZE];
			REQUIRE(!value || (column_take(&shape->columns[i], value, number, &taken) ==
			                           FIT_GOOD &&
			                   strcmp(taken, value) == 0));
		}
}

/* A row put back in is the row that was taken out. */
static void require_copied(const struct facts *facts, size_t relation)
{
	struct facts *copy = NULL;
	REQUIRE(facts_create(facts_relations(facts), &copy) == STATUS_OK);
	for (size_t row = 0; row < facts_rows(facts, relation); row++) {
		const char *values[RELATION_COLUMNS_MOST] = { NULL };
		const size_t columns =
		        relation_shape(facts_relations(facts), relation)->column_count;
		for (size_t i = 0; i < columns; i++)
			values[i] = facts_value(facts, relation, row, i);
		REQUIRE(facts_add_row(copy, relation, values) == STATUS_OK);
		for (size_t i = 0; i < columns; i++) {
			const char *value = facts_value(copy, relation, row, i);
			REQUIRE(values[i] ? value && strcmp(value, values[i]) == 0 : !value);
		}
	}
	facts_forget(copy, relation);
	REQUIRE(!facts_present(copy, relation));
	facts_destroy(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span json = { (const char *)data, size };
	struct facts *facts = NULL;
	struct faults *faults = NULL;
	REQUIRE(facts_create(relations(), &facts) == STATUS_OK);
	REQUIRE(faults_create(&faults) == STATUS_OK);
	const enum status status = facts_read_json(facts, json, "facts", faults);
	REQUIRE((status == STATUS_OK) == (faults_count(faults, FAULT_ERROR) == 0));
	for (size_t i = 0; i < relations_count(relations()); i++) {
		require_sound(facts, i);
		require_copied(facts, i);
	}
	faults_destroy(faults);
	facts_destroy(facts);
	return 0;
}
