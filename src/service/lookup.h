/*
 * Look-up: what an operator finds while typing.
 */
#ifndef DAYI_SERVICE_LOOKUP_H
#define DAYI_SERVICE_LOOKUP_H

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

struct service;

/*
 * Appends what was found, as the JSON object of GET /console/api/v1/lookup (docs/openapi.yaml).
 * `query` is UTF-8. Loop thread.
 */
MUST_CHECK enum status service_look_up(struct service *service, struct span query, struct buf *out);

#endif
