/*
 * Container: the XML parts within a .docx or .xlsx file. Private to exchange/.
 *
 * Hostile files are bounded: a part may unpack to PART_BYTES_MOST, XML is read as it is unpacked,
 * a document type (and with it every entity) is refused, and so is depth.
 */
#ifndef DAYI_EXCHANGE_CONTAINER_H
#define DAYI_EXCHANGE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

enum { PART_BYTES_MOST = 48 << 20 };

struct container;

/* The bytes are borrowed. STATUS_INVALID with a fault of `file`. */
MUST_CHECK enum status container_open(struct span bytes, const char *file, struct faults *faults,
                                      struct container **out);
void container_close(struct container *container);

bool container_has(const struct container *container, const char *part);

/*
 * Called with the local names of elements and attributes, without their prefix. `end` and `text`
 * may be NULL. Anything but STATUS_OK ends the reading.
 */
struct part_reader {
	enum status (*start)(void *context, const char *element, const char **attributes);
	enum status (*end)(void *context, const char *element);
	enum status (*text)(void *context, struct span text);
	void *context;
};

/* Reads the part. STATUS_INVALID with a fault, also where it is not there. */
MUST_CHECK enum status container_read(struct container *container, const char *part,
                                      const struct part_reader *reader);

/* An attribute by its local name; NULL: it has none. */
const char *part_attribute(const char **attributes, const char *name);

#endif
