#include "base/xml.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

struct xml {
	XML_Parser parser;
	const struct xml_reader *reader;
	struct xml_limits limits;
	size_t bytes;
	unsigned depth;
	enum status status;
	const char *refused;
};

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

const char *xml_refused(const struct xml *xml)
{
	return xml->refused;
}

static void stop(struct xml *xml, enum status status, const char *reason)
{
	xml->status = status;
	xml->refused = reason;
	(void)XML_StopParser(xml->parser, XML_FALSE);
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *xml = context;
	enum status status;

	if (xml->status != STATUS_OK)
		return;
	if (++xml->depth > xml->limits.depth) {
		stop(xml, STATUS_INVALID, "is nested too deep");
		return;
	}
	status = xml->reader->start(xml->reader->context, local(name), (const char **)attributes);
	if (status != STATUS_OK)
		stop(xml, status, NULL);
}

/* An empty element ends, too, after its start stopped the reading. */
static void XMLCALL on_end(void *context, const XML_Char *name)
{
	struct xml *xml = context;
	enum status status = STATUS_OK;

	if (xml->status != STATUS_OK)
		return;
	assert(xml->depth > 0);
	xml->depth--;
	if (xml->reader->end)
		status = xml->reader->end(xml->reader->context, local(name));
	if (status != STATUS_OK)
		stop(xml, status, NULL);
}

static void XMLCALL on_text(void *context, const XML_Char *text, int len)
{
	struct xml *xml = context;
	enum status status = STATUS_OK;

	if (xml->status != STATUS_OK)
		return;
	if (xml->reader->text)
		status =
		        xml->reader->text(xml->reader->context, (struct span){ text, (size_t)len });
	if (status != STATUS_OK)
		stop(xml, status, NULL);
}

static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)subset;
	stop(context, STATUS_INVALID, "has a document type, which is not read");
}

enum status xml_create(struct xml **out, const struct xml_reader *reader, struct xml_limits limits)
{
	struct xml *xml = calloc(1, sizeof(*xml));

	*out = NULL;
	if (!xml)
		return STATUS_NO_MEMORY;
	*xml = (struct xml){ .parser = XML_ParserCreate(NULL), .reader = reader, .limits = limits };
	if (!xml->parser) {
		free(xml);
		return STATUS_NO_MEMORY;
	}
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, on_start, on_end);
	XML_SetCharacterDataHandler(xml->parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
	*out = xml;
	return STATUS_OK;
}

void xml_destroy(struct xml *xml)
{
	if (!xml)
		return;
	XML_ParserFree(xml->parser);
	free(xml);
}

enum status xml_feed(struct xml *xml, struct span bytes, bool last)
{
	assert(xml->status == STATUS_OK);
	if (bytes.len > INT_MAX || bytes.len > xml->limits.bytes - xml->bytes) {
		xml->refused = "is too long";
		xml->status = STATUS_LIMIT;
		return STATUS_LIMIT;
	}
	xml->bytes += bytes.len;
	if (XML_Parse(xml->parser, bytes.len > 0 ? bytes.ptr : "", (int)bytes.len, last) ==
	    XML_STATUS_OK)
		return STATUS_OK;
	if (xml->status != STATUS_OK)
		return xml->status;
	if (XML_GetErrorCode(xml->parser) == XML_ERROR_NO_MEMORY) {
		xml->status = STATUS_NO_MEMORY;
		return STATUS_NO_MEMORY;
	}
	xml->refused = "is no sound XML";
	xml->status = STATUS_INVALID;
	return STATUS_INVALID;
}

/* --- a flat record --- */

struct fields {
	struct xml_field *fields;
	size_t count;
	unsigned depth;
	struct xml_field *open; /* whose text is being read */
};

static enum status start_field(void *context, const char *name, const char **attributes)
{
	struct fields *fields = context;

	(void)attributes;
	fields->depth++;
	if (fields->open)
		return STATUS_INVALID;
	for (size_t i = 0; fields->depth == 2 && i < fields->count; i++)
		if (strcmp(fields->fields[i].name, name) == 0)
			fields->open = &fields->fields[i];
	if (!fields->open)
		return STATUS_OK;
	if (fields->open->found)
		return STATUS_INVALID;
	fields->open->found = true;
	return STATUS_OK;
}

static enum status end_field(void *context, const char *name)
{
	struct fields *fields = context;

	(void)name;
	fields->depth--;
	fields->open = NULL;
	return STATUS_OK;
}

static enum status add_text(void *context, struct span text)
{
	struct fields *fields = context;

	if (!fields->open)
		return STATUS_OK;
	buf_append(&fields->open->text, text.ptr, text.len);
	return buf_status(&fields->open->text);
}

enum status xml_read_fields(struct span text, struct xml_limits limits, struct xml_field *fields,
                            size_t count)
{
	struct fields reading = { .fields = fields, .count = count };
	const struct xml_reader reader = { start_field, end_field, add_text, &reading };
	struct xml *xml = NULL;
	enum status status = xml_create(&xml, &reader, limits);

	if (status == STATUS_OK)
		status = xml_feed(xml, text, true);
	xml_destroy(xml);
	return status;
}

void xml_append_cdata(struct buf *out, struct span text)
{
	unsigned brackets = 0; /* that stand right before */

	buf_append_text(out, "<![CDATA[");
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];

		if (c < ' ' && c != '\n' && c != '\r' && c != '\t')
			continue;
		if (c == '>' && brackets >= 2)
			buf_append_text(out, "]]><![CDATA[");
		brackets = c == ']' ? brackets + 1 : 0;
		buf_append_char(out, (char)c);
	}
	buf_append_text(out, "]]>");
}
