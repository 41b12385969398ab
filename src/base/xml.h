/*
 * XML from outside, read by expat behind limits: of depth, of size, and without a document type,
 * so that no entity is ever declared, fetched or expanded. What is read is UTF-8, whatever encoding
 * the text has.
 */
#ifndef DAYI_BASE_XML_H
#define DAYI_BASE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"

struct xml;

/* What is told while the text comes. Names are without their prefix; all is borrowed for the call.
 * A status that is not STATUS_OK ends the reading, and is what xml_feed() returns. */
struct xml_reader {
	enum status (*start)(void *context, const char *name, const char **attributes);
	enum status (*end)(void *context, const char *name);  /* or NULL */
	enum status (*text)(void *context, struct span text); /* or NULL; comes in pieces */
	void *context;
};

struct xml_limits {
	size_t bytes;
	unsigned depth;
};

/* The reader is borrowed until xml_destroy(). STATUS_NO_MEMORY. */
MUST_CHECK enum status xml_create(struct xml **out, const struct xml_reader *reader,
                                  struct xml_limits limits);
void xml_destroy(struct xml *xml);

/*
 * The next bytes, and with `last` the end. STATUS_INVALID: not well-formed, too deep, or with a
 * document type; STATUS_LIMIT: too long; or what the reader said. Nothing may follow a failure.
 */
MUST_CHECK enum status xml_feed(struct xml *xml, struct span bytes, bool last);

/* Why xml_feed() failed, static ("is nested too deep"); NULL where the reader ended it, or memory
 * did. */
const char *xml_refused(const struct xml *xml);

/* The attribute's value, or NULL; the prefix of its name does not count. */
const char *xml_attribute(const char **attributes, const char *name);

/* A child of the outermost element that holds text alone. The text is the caller's to deinit. */
struct xml_field {
	const char *name;
	struct buf text;
	bool found;
};

/*
 * Reads the text of those children; other ones are passed over. STATUS_INVALID as above, also for a
 * field that comes twice or holds an element, STATUS_LIMIT for one that its buffer does not take.
 */
MUST_CHECK enum status xml_read_fields(struct span text, struct xml_limits limits,
                                       struct xml_field *fields, size_t count);

/* Appends the text as one or more CDATA sections; control characters, which XML does not have, are
 * left out. */
void xml_append_cdata(struct buf *out, struct span text);

#endif
