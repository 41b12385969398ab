/*
 * A person and the day as JSON, as an operator sees them (docs/openapi.yaml).
 */
#ifndef DAYI_CHANNELS_PERSON_JSON_H
#define DAYI_CHANNELS_PERSON_JSON_H

#include "base/buf.h"
#include "base/status.h"
#include "service/console/person.h"
#include "service/console/today.h"

/* Appends the object. What is private in it is masked. */
MUST_CHECK enum status person_write(const struct person_view *view, struct buf *out);
MUST_CHECK enum status today_write(const struct today *today, struct buf *out);

#endif
