/*
 * Yaml look: whether a text that does not begin as YAML of a known system does is YAML all the
 * same. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_YAML_LOOK_H
#define DAYI_EXCHANGE_YAML_LOOK_H

#include <stdbool.h>

#include "base/span.h"
#include "base/status.h"

/* Whether the file is called .yaml or .yml. */
bool yaml_is_named(const char *file);

/* Whether it is YAML in which a list, at any depth, holds a mapping with a question and an answer.
 * *status is set without memory. */
bool yaml_lists_entries(struct span text, enum status *status);

/* Whether it is YAML that is one plain text, as a document without a mark of YAML is. */
bool yaml_is_plain(struct span text, enum status *status);

#endif
