#include "service/levels.h"

enum level level_of_audience(bool in_group)
{
	return in_group ? LEVEL_ANYBODY : LEVEL_PERSON;
}

/* What an office keeps of a person is that person's: no field of a record is anybody's. */
unsigned level_relations(const struct relations *relations, enum level audience)
{
	unsigned bits = 0;

	if (audience < LEVEL_PERSON)
		return bits;
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++)
		bits |= RELATION_BIT(i);
	return bits;
}
