/*
 * Levels: who may be told what a record says. The one place where the fields of relations are
 * compared with what a channel is.
 */
#ifndef DAYI_SERVICE_LEVELS_H
#define DAYI_SERVICE_LEVELS_H

#include <stdbool.h>

#include "engine/facts/relations.h"

/* Each may be told what the ones before it may be told. */
enum level {
	LEVEL_ANYBODY, /* a group, or whoever else reads along */
	LEVEL_PERSON,  /* whose record it is, alone */
};

/* Of a field: from which audience on it may be said. */
enum level level_of_field(const struct column *column);

/* The audience of a message. */
enum level level_of_audience(bool in_group);

/* The relations, a RELATION_BIT() each, of a record of which that audience may be told a field. */
unsigned level_relations(const struct relations *relations, enum level audience);

#endif
