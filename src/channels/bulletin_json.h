/* Bulletin JSON: switches of channels, and the emergency notice (docs/openapi.yaml). */
#ifndef DAYI_CHANNELS_BULLETIN_JSON_H
#define DAYI_CHANNELS_BULLETIN_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/buf.h"
#include "service/bulletin.h"
#include "service/console/console.h"

/* Reads the members of the body for `ask->kind`; texts are borrowed from `object`. */
MUST_CHECK bool bulletin_read(const cJSON *object, struct console_ask *ask);

/* Appends how the channels and the notice stand. */
MUST_CHECK enum status bulletin_write(const struct bulletin_view *view, struct buf *out);

#endif
