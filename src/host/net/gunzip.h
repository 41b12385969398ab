/*
 * Gunzip: unpacks one whole gzip stream (RFC 1952) whose size is known. Any thread.
 */
#ifndef DAYI_NET_GUNZIP_H
#define DAYI_NET_GUNZIP_H

#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

/*
 * Writes exactly `size` bytes to `out`. STATUS_INVALID if `packed` is damaged, holds more or fewer
 * bytes or goes on behind its end; `out` is then undefined. STATUS_NO_MEMORY.
 */
MUST_CHECK enum status gunzip(struct span packed, char *out, size_t size);

#endif
