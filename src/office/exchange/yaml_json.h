/*
 * YAML as JSON: what libyaml parses becomes the cJSON value that the same data would be. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_YAML_JSON_H
#define DAYI_EXCHANGE_YAML_JSON_H

#include <cjson/cJSON.h>

#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

/*
 * Reads the first document; every scalar is a string. Anchors and aliases are refused, for a few of
 * them make a value of any size, and so is a text of more than 4 MiB or 250,000 values.
 * STATUS_INVALID with a fault; on success *out is the caller's.
 */
MUST_CHECK enum status yaml_read(struct span input, const char *file, struct faults *faults,
                                 cJSON **out);

#endif
