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

/* The audience of a message. */
enum level level_of_audience(bool in_group);

/* The relations of a record, a RELATION_BIT() each, that this audience may be told. */
unsigned level_relations(const struct relations *relations, enum level audience);

#endif
