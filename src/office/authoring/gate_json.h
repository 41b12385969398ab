/*
 * Gate, as JSON: what it found, as docs/openapi.yaml has it (ReplayResult), for the console and for
 * `dayi diff --json`. Any thread.
 */
#ifndef DAYI_AUTHORING_GATE_JSON_H
#define DAYI_AUTHORING_GATE_JSON_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "office/authoring/gate.h"

/* STATUS_NO_MEMORY, also where the buffer is too small. */
MUST_CHECK enum status gate_write_result(const struct gate_result *result, struct buf *out);

/* One of its changes. Owned by the caller; facts are borrowed from the change. NULL: no memory. */
cJSON *gate_change_object(const struct gate_change *change);
cJSON *gate_verdict_object(const struct verdict_change *change);

#endif
