/*
 * What people asked, as JSON (docs/openapi.yaml) and as CSV for a spreadsheet. All texts come from
 * the journal, which masks them.
 */
#ifndef DAYI_CHANNELS_ASKED_JSON_H
#define DAYI_CHANNELS_ASKED_JSON_H

#include "base/buf.h"
#include "base/status.h"
#include "office/authoring/asked.h"

/* The view of that name; false: there is none. */
bool asked_view_read(struct span name, enum asked_view *out);

/* Appends the object, or the file. Entries that the knowledge does not have are told as such. */
MUST_CHECK enum status asked_write_json(const struct asked *asked,
                                        const struct knowledge *knowledge, struct buf *out);
MUST_CHECK enum status asked_write_csv(const struct asked *asked, const struct knowledge *knowledge,
                                       struct buf *out);

#endif
