/*
 * Container: the XML parts within a .docx or .xlsx file. Private to exchange/.
 *
 * Hostile files are bounded: a part may unpack to PART_BYTES_MOST, and XML is read as it is
 * unpacked, behind the limits of base/xml.h.
 */
#ifndef DAYI_EXCHANGE_CONTAINER_H
#define DAYI_EXCHANGE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "base/xml.h"

enum { PART_BYTES_MOST = 48 << 20 };

struct container;

/* The bytes are borrowed. STATUS_INVALID with a fault of `file`. */
MUST_CHECK enum status container_open(struct span bytes, const char *file, struct faults *faults,
                                      struct container **out);
void container_close(struct container *container);

bool container_has(const struct container *container, const char *part);

/* Reads the part. STATUS_INVALID with a fault, also where it is not there. */
MUST_CHECK enum status container_read(struct container *container, const char *part,
                                      const struct xml_reader *reader);

#endif
