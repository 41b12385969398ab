#include "knowledge/starter.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/file.h"
#include "knowledge/knowledge.h"

enum { OFFICE_BYTES_MOST = 64 * 1024 };

static void print_office(const char *title, struct buf *out)
{
	const struct office nobody = { .name = "", .system = "", .title = "" };
	cJSON *text = cJSON_CreateString(title[0] ? title : office_title(&nobody));
	char *quoted = cJSON_PrintUnformatted(text);

	if (quoted)
		buf_append_format(out,
		                  "{\n"
		                  "  \"$schema\": \"schema/office.schema.json\",\n"
		                  "  \"name\": \"答疑\",\n"
		                  "  \"title\": %s,\n"
		                  "  \"contacts\": []\n"
		                  "}\n",
		                  quoted);
	else
		out->status = STATUS_NO_MEMORY;
	free(quoted);
	cJSON_Delete(text);
}

static enum status write_office(const char *path, const char *title)
{
	enum status status;
	struct buf text;

	buf_init(&text, OFFICE_BYTES_MOST);
	print_office(title, &text);
	status = buf_status(&text);
	if (status == STATUS_OK)
		status = file_write(path, buf_span(&text));
	buf_deinit(&text);
	return status;
}

static enum status write_schemas(const char *folder, struct arena *arena)
{
	enum status status = file_make_folder(folder);

	for (size_t i = 0; i < starter_schemas_count && status == STATUS_OK; i++) {
		const char *path = file_join(arena, folder, starter_schemas[i].name);

		status = path ? file_write(path, starter_schemas[i].content) : STATUS_NO_MEMORY;
	}
	return status;
}

enum status starter_write(const char *folder, const char *title, struct arena *arena)
{
	const char *office = file_join(arena, folder, "office.json");
	const char *schemas = file_join(arena, folder, "schema");
	enum status status = office && schemas ? STATUS_OK : STATUS_NO_MEMORY;

	if (status == STATUS_OK)
		status = file_make_folder(folder);
	if (status == STATUS_OK && file_kind(office) == FILE_NONE)
		status = write_office(office, title);
	if (status == STATUS_OK && file_kind(schemas) == FILE_NONE)
		status = write_schemas(schemas, arena);
	return status;
}
