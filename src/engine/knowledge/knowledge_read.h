/*
 * Reading entries. Private to the readers of knowledge/.
 */
#ifndef DAYI_KNOWLEDGE_KNOWLEDGE_READ_H
#define DAYI_KNOWLEDGE_KNOWLEDGE_READ_H

#include "engine/knowledge/knowledge_members.h"

/* Without anything but where it stands. */
struct entry empty_entry(enum entry_kind kind, const struct json_place *place);

#endif
