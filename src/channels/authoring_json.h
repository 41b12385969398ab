/*
 * Authoring: the bodies of what editors and reviewers do with drafts (docs/openapi.yaml).
 */
#ifndef DAYI_CHANNELS_AUTHORING_JSON_H
#define DAYI_CHANNELS_AUTHORING_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "service/console/console.h"

/* Reads the members that an ask of `ask->kind` has; borrows from the object. */
MUST_CHECK bool authoring_read(const cJSON *object, struct console_ask *ask);

/* Whether the kind is one of these: its body may have AUTHORING_BODY_BYTES. */
bool authoring_has(enum console_kind kind);

#endif
