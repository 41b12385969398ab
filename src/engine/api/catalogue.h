/*
 * Catalogue: the Chinese of messages, po/zh_CN.po as a .mo file, made at build time. For what is
 * read in Chinese whatever the locale is: see language_use().
 */
#ifndef DAYI_API_CATALOGUE_H
#define DAYI_API_CATALOGUE_H

#include "base/embedded.h"

extern const struct embedded_file library_catalogue[];
extern const size_t library_catalogue_count;

#endif
