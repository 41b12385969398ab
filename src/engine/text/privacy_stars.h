/*
 * What stands in the place of something that is masked. Private to text/: part of privacy.c.
 */
#ifndef DAYI_TEXT_PRIVACY_STARS_H
#define DAYI_TEXT_PRIVACY_STARS_H

#include "base/buf.h"
#include "base/span.h"
#include "engine/text/privacy_rules.h"

/* Appends it for a stretch of a privacy_view, in a style other than PRIVACY_KEEP. */
void privacy_write_stars(struct span viewed, enum privacy_style style, struct buf *out);

#endif
