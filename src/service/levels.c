#include "service/levels.h"

#include <stddef.h>

/* What an office keeps of a person is that person's: no field of a record is anybody's. */
enum level level_of_field(const struct column *column)
{
	(void)column;
	return LEVEL_PERSON;
}

enum level level_of_audience(bool in_group)
{
	return in_group ? LEVEL_ANYBODY : LEVEL_PERSON;
}

static bool may_tell(const struct relation_shape *shape, enum level audience)
{
	for (size_t i = 0; i < shape->column_count; i++)
		if (level_of_field(&shape->columns[i]) <= audience)
			return true;
	return false;
}

unsigned level_relations(const struct relations *relations, enum level audience)
{
	unsigned bits = 0;

	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++)
		if (may_tell(relation_shape(relations, i), audience))
			bits |= RELATION_BIT(i);
	return bits;
}
