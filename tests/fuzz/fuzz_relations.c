/*
 * A relations.json, and texts taken by the columns that it declares: every line of the input behind
 * the first form feed.
 */
#include <string.h>

#include "engine/facts/relations.h"
#include "fuzz.h"

enum { TEXT_SIZE = 512 };

/* A value is of the column's words, and taken as it is a second time. */
static void require_taken(const struct column *column, const char *text)
{
	const char *value, *again;
	char number[NUMBER_TEXT_SIZE], same[NUMBER_TEXT_SIZE];
	bool known = column->word_count == 0;
	if (column_take(column, text, number, &value) != FIT_GOOD) {
		REQUIRE(!value);
		return;
	}
	REQUIRE(column_take(column, value, same, &again) == FIT_GOOD);
	REQUIRE(strcmp(value, again) == 0);
	for (size_t i = 0; i < column->word_count; i++)
		known = known || strcmp(column->words[i], value) == 0;
	REQUIRE(known);
	if (column->type == COLUMN_FLAG)
		REQUIRE(strcmp(value, "0") == 0 || strcmp(value, "1") == 0);
}

static void require_sound(const struct relations *relations, const char *text)
{
	REQUIRE(relations_count(relations) <= RELATIONS_MOST);
	for (size_t r = 0; r < relations_count(relations); r++) {
		const struct relation_shape *shape = relation_shape(relations, r);
		REQUIRE(relation_named(relations, span_of(shape->name)) == r);
		REQUIRE(shape->label[0]);
		REQUIRE(shape->column_count >= 1 && shape->column_count <= RELATION_COLUMNS_MOST);
		for (size_t i = 0; i < shape->column_count; i++) {
			REQUIRE(column_named(shape, span_of(shape->columns[i].name)) == i);
			require_taken(&shape->columns[i], text);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *end = memchr(data, '\f', size);
	const size_t length = end ? (size_t)(end - (const char *)data) : size;
	const struct span json = { (const char *)data, length };
	struct relations *relations = NULL;
	struct faults *faults = NULL;
	REQUIRE(faults_create(&faults) == STATUS_OK);
	const enum status status = relations_read(&relations, json, "relations.json", faults);
	REQUIRE((status == STATUS_OK) == (faults_count(faults, FAULT_ERROR) == 0));
	while (status == STATUS_OK && end && ++end < (const char *)data + size) {
		const char *stop = memchr(end, '\n', size - (size_t)(end - (const char *)data));
		const char *next = stop ? stop : (const char *)data + size;
		char text[TEXT_SIZE];
		if ((size_t)(next - end) < TEXT_SIZE) {
			snprintf(text, sizeof(text), "%.*s", (int)(next - end), end);
			require_sound(relations, text);
		}
		end = next;
	}
	relations_release(relations);
	faults_destroy(faults);
	return 0;
}
