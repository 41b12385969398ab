#include "office/exchange/starter.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/language.h"
#include "engine/knowledge/knowledge.h"

enum { OFFICE_BYTES_MOST = 64 * 1024 };

static void print_contact(const struct import_contact *contact, struct buf *out)
{
	buf_append_text(out, "    {\n      \"kind\": ");
	json_append_string(out, contact->kind);
	buf_append_text(out, ",\n      \"label\": ");
	json_append_string(out, contact->label);
	buf_append_text(out, ",\n      \"value\": ");
	json_append_string(out, contact->value);
	buf_append_text(out, "\n    }");
}

static void print_office(const struct import *import, struct buf *out)
{
	const char *title = import->title;
	const struct office nobody = { .name = "", .system = "", .title = "" };

	buf_append_text(out, "{\n"
	                     "  \"$schema\": \"schema/office.schema.json\",\n"
	                     "  \"name\": \"答疑\",\n"
	                     "  \"title\": ");
	json_append_string(out, title[0] ? title : office_title(&nobody));
	buf_append_text(out, ",\n"
	                     "  \"contacts\": [");
	for (size_t i = 0; i < import->contact_count; i++) {
		buf_append_text(out, i > 0 ? ",\n" : "\n");
		print_contact(&import->contacts[i], out);
	}
	buf_append_text(out, import->contact_count > 0 ? "\n  ]\n}\n" : "]\n}\n");
}

/* All of them: each is a number that applicants are told to call. */
static void tell_contacts(struct import *import, struct buf *text)
{
	buf_clear(text);
	for (size_t i = 0; i < import->contact_count; i++)
		buf_append_format(text, "%s%s %s", i > 0 ? _(", ") : "", import->contacts[i].label,
		                  import->contacts[i].value);
	import_fault(import, FAULT_NOTE, 0, NULL,
	             _N("%zu contact goes into office.json: %s",
	                "%zu contacts go into office.json: %s", import->contact_count),
	             import->contact_count, buf_text(text));
}

static enum status write_office(struct import *import, const char *path)
{
	enum status status;
	struct buf text;

	buf_init(&text, OFFICE_BYTES_MOST);
	print_office(import, &text);
	status = buf_status(&text);
	if (status == STATUS_OK)
		status = import_unwritten(import, path, file_write(path, buf_span(&text)));
	if (status == STATUS_OK && import->contact_count > 0)
		tell_contacts(import, &text);
	status = status == STATUS_OK ? buf_status(&text) : status;
	buf_deinit(&text);
	return status;
}

static enum status write_schemas(struct import *import, const char *folder)
{
	enum status status = import_unwritten(import, folder, file_make_folder(folder));

	for (size_t i = 0; i < starter_schemas_count && status == STATUS_OK; i++) {
		const struct embedded_file *file = &starter_schemas[i];
		const char *path = file_join(import->reader.memory->arena, folder, file->name);

		status = path ? import_unwritten(import, path, file_write(path, file->content))
		              : STATUS_NO_MEMORY;
	}
	return status;
}

enum status starter_write(struct import *import, const char *folder)
{
	struct arena *arena = import->reader.memory->arena;
	const char *office = file_join(arena, folder, "office.json");
	const char *schemas = file_join(arena, folder, "schema");
	enum status status = office && schemas ? STATUS_OK : STATUS_NO_MEMORY;

	if (status == STATUS_OK)
		status = import_unwritten(import, folder, file_make_folder(folder));
	if (status == STATUS_OK && file_kind(office) == FILE_NONE)
		status = write_office(import, office);
	if (status == STATUS_OK && file_kind(schemas) == FILE_NONE)
		status = write_schemas(import, schemas);
	return status;
}
