/* The file generic.txt, made into bytes at build time (cmake/embed.cmake). */
#ifndef DAYI_MATCH_GENERIC_TABLE_H
#define DAYI_MATCH_GENERIC_TABLE_H

#include <stddef.h>

#include "base/embedded.h"

extern const struct embedded_file generic_table[];
extern const size_t generic_table_count;

#endif
