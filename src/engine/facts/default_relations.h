/*
 * The text of the shipped knowledge/relations.json. Private to facts/; made at build time.
 */
#ifndef DAYI_FACTS_DEFAULT_RELATIONS_H
#define DAYI_FACTS_DEFAULT_RELATIONS_H

#include "base/embedded.h"

extern const struct embedded_file default_relations[];
extern const size_t default_relations_count;

#endif
