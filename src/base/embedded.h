/*
 * Embedded: files of the source tree that are part of the program. cmake/embed.cmake makes the
 * tables at build time; the header of whoever reads one declares it.
 */
#ifndef DAYI_BASE_EMBEDDED_H
#define DAYI_BASE_EMBEDDED_H

#include <stddef.h>

#include "base/span.h"

struct embedded_file {
	const char *name;
	struct span content;
};

#endif
