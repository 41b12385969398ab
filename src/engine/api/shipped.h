/*
 * The files of knowledge/, but its schemas. Private to api/; made at build time.
 */
#ifndef DAYI_API_SHIPPED_H
#define DAYI_API_SHIPPED_H

#include "base/embedded.h"

extern const struct embedded_file shipped_knowledge[];
extern const size_t shipped_knowledge_count;

#endif
