#include "office/exchange/container.h"

#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <zip.h>

#include "base/fault.h"

enum { CHUNK = 1 << 15, DEPTH_MOST = 200, PARTS_MOST = 20000 };

struct container {
	zip_t *zip;
	const char *file;
	struct faults *faults;
};

struct xml {
	XML_Parser parser;
	const struct part_reader *reader;
	int depth;
	enum status status;
	const char *refused; /* why; NULL: it is not */
};

static enum status refuse(struct container *container, const char *part, const char *reason)
{
	faults_add(container->faults, FAULT_ERROR, container->file, 0, part, "%s", reason);
	return STATUS_INVALID;
}

enum status container_open(struct span bytes, const char *file, struct faults *faults,
                           struct container **out)
{
	struct container *container = calloc(1, sizeof(*container));
	zip_error_t error;
	zip_source_t *source;

	*out = NULL;
	if (!container)
		return STATUS_NO_MEMORY;
	*container = (struct container){ .file = file, .faults = faults };
	zip_error_init(&error);
	source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, &error);
	if (source)
		container->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (source && !container->zip)
		zip_source_free(source);
	zip_error_fini(&error);
	if (!container->zip || zip_get_num_entries(container->zip, 0) > PARTS_MOST) {
		const enum status status =
		        refuse(container, NULL, "cannot be unpacked: the file is damaged");

		container_close(container);
		return status;
	}
	*out = container;
	return STATUS_OK;
}

void container_close(struct container *container)
{
	if (!container)
		return;
	if (container->zip)
		zip_discard(container->zip);
	free(container);
}

bool container_has(const struct container *container, const char *part)
{
	return zip_name_locate(container->zip, part, 0) >= 0;
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *part_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
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

	if (++xml->depth > DEPTH_MOST) {
		stop(xml, STATUS_INVALID, "is nested too deep");
		return;
	}
	status = xml->reader->start(xml->reader->context, local(name), (const char **)attributes);
	if (status != STATUS_OK)
		stop(xml, status, NULL);
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
	struct xml *xml = context;
	enum status status = STATUS_OK;

	xml->depth--;
	if (xml->reader->end && xml->status == STATUS_OK)
		status = xml->reader->end(xml->reader->context, local(name));
	if (status != STATUS_OK)
		stop(xml, status, NULL);
}

static void XMLCALL on_text(void *context, const XML_Char *text, int len)
{
	struct xml *xml = context;
	enum status status = STATUS_OK;

	if (xml->reader->text && xml->status == STATUS_OK)
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
	stop(context, STATUS_INVALID, "has a document type, which no office program writes");
}

static const char *pump(struct xml *xml, zip_file_t *part)
{
	size_t all = 0;

	for (;;) {
		void *chunk = XML_GetBuffer(xml->parser, CHUNK);
		zip_int64_t len;

		if (!chunk) {
			xml->status = STATUS_NO_MEMORY;
			return NULL;
		}
		len = zip_fread(part, chunk, CHUNK);
		if (len < 0)
			return "cannot be unpacked: the file is damaged";
		all += (size_t)len;
		if (all > PART_BYTES_MOST)
			return "unpacks to more than 48 MiB";
		if (XML_ParseBuffer(xml->parser, (int)len, len == 0) != XML_STATUS_OK)
			return xml->status == STATUS_OK ? "is no sound XML" : xml->refused;
		if (len == 0)
			return NULL;
	}
}

enum status container_read(struct container *container, const char *part,
                           const struct part_reader *reader)
{
	struct xml xml = { .reader = reader, .parser = XML_ParserCreate(NULL) };
	zip_file_t *file = zip_fopen(container->zip, part, 0);
	const char *reason = NULL;

	if (!xml.parser) {
		xml.status = STATUS_NO_MEMORY;
	} else if (!file) {
		reason = "is missing";
	} else {
		XML_SetUserData(xml.parser, &xml);
		XML_SetElementHandler(xml.parser, on_start, on_end);
		XML_SetCharacterDataHandler(xml.parser, on_text);
		XML_SetStartDoctypeDeclHandler(xml.parser, on_doctype);
		reason = pump(&xml, file);
	}
	if (file)
		(void)zip_fclose(file);
	if (xml.parser)
		XML_ParserFree(xml.parser);
	return reason ? refuse(container, part, reason) : xml.status;
}
