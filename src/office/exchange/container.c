#include "office/exchange/container.h"

#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "base/fault.h"

enum { CHUNK = 1 << 15, DEPTH_MOST = 200, PARTS_MOST = 20000 };

struct container {
	zip_t *zip;
	const char *file;
	struct faults *faults;
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
		const enum status status = refuse(
		        container, NULL,
		        "cannot be unpacked: the file is damaged; save it or fetch it once more");

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

/* Unpacks piece by piece; *reason says what is wrong with the part, or stays NULL. */
static enum status pump(struct xml *xml, zip_file_t *part, const char **reason)
{
	char chunk[CHUNK];

	for (;;) {
		const zip_int64_t len = zip_fread(part, chunk, sizeof(chunk));
		enum status status;

		if (len < 0) {
			*reason = "cannot be unpacked: the file is damaged; save it or fetch it "
			          "once more";
			return STATUS_INVALID;
		}
		status = xml_feed(xml, (struct span){ chunk, (size_t)len }, len == 0);
		if (status == STATUS_LIMIT && xml_refused(xml))
			*reason = "unpacks to more than 48 MiB";
		else if (status != STATUS_OK)
			*reason = xml_refused(xml);
		if (status != STATUS_OK || len == 0)
			return status;
	}
}

enum status container_read(struct container *container, const char *part,
                           const struct xml_reader *reader)
{
	const struct xml_limits limits = { .bytes = PART_BYTES_MOST, .depth = DEPTH_MOST };
	zip_file_t *file = zip_fopen(container->zip, part, 0);
	struct xml *xml = NULL;
	const char *reason = NULL;
	enum status status = xml_create(&xml, reader, limits);

	if (status == STATUS_OK && !file)
		reason = "is missing";
	else if (status == STATUS_OK)
		status = pump(xml, file, &reason);
	if (file)
		(void)zip_fclose(file);
	xml_destroy(xml);
	return reason ? refuse(container, part, reason) : status;
}
