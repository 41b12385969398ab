/*
 * What the gate found, as the object ReplayResult of docs/openapi.yaml. Any thread.
 */
#ifndef DAYI_SERVICE_AUTHORING_REPLAY_JSON_H
#define DAYI_SERVICE_AUTHORING_REPLAY_JSON_H

#include "base/buf.h"
#include "office/authoring/gate.h"

/* STATUS_NO_MEMORY, also where the buffer is too small. */
MUST_CHECK enum status replay_write_result(const struct gate_result *result, struct buf *out);

#endif
