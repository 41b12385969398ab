#include "office/exchange/form.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"

enum { REASON_SIZE = 512 };

const char import_collection[] = "imported";

enum status import_begin(struct import *import, const char *file, struct faults *faults)
{
	*import = (struct import){
		.reader = { .faults = faults, .also = "alternates" },
		.file = file,
		.title = "",
	};
	return knowledge_memory_create(&import->reader.memory);
}

void import_end(struct import *import)
{
	entry_list_deinit(&import->entries);
	for (size_t i = 0; i < import->row_count; i++)
		cJSON_Delete(import->rows[i].object);
	free(import->rows);
	knowledge_memory_destroy(import->reader.memory);
}

static void keep_row(struct import *import, const struct import_row *row)
{
	if (import->row_count == import->row_capacity) {
		const size_t capacity = import->row_capacity ? import->row_capacity * 2 : 64;
		struct import_row *rows = reallocarray(import->rows, capacity, sizeof(*rows));

		if (!rows) {
			cJSON_Delete(row->object);
			import->reader.status = STATUS_NO_MEMORY;
			return;
		}
		import->rows = rows;
		import->row_capacity = capacity;
	}
	assert(import->row_count < import->row_capacity);
	assert(row->object);
	import->rows[import->row_count++] = *row;
}

void import_carries(struct import *import, const char *member)
{
	enum { MEMBERS_MOST = 32 };

	if (!import->carried)
		import->carried = arena_array(import->reader.memory->arena, MEMBERS_MOST,
		                              sizeof(*import->carried));
	if (!import->carried)
		import->reader.status = STATUS_NO_MEMORY;
	else if (import->carried_count < MEMBERS_MOST)
		import->carried[import->carried_count++] = member;
	assert(import->carried_count <= MEMBERS_MOST);
}

void import_take(struct import *import, cJSON *object, unsigned line, bool named)
{
	struct entry entry;

	if (!object)
		import->reader.status = STATUS_NO_MEMORY;
	if (import->taken++ == IMPORT_ENTRIES_MOST) {
		import_fault(import, FAULT_ERROR, line, NULL, "more than %d entries: split it",
		             IMPORT_ENTRIES_MOST);
		import->reader.status = STATUS_INVALID;
	}
	if (object && import->keeps_rows && import->taken <= IMPORT_ENTRIES_MOST) {
		keep_row(import, &(struct import_row){ object, line, named, import->adds });
		return;
	}
	if (import->reader.status == STATUS_OK)
		read_entry(&import->reader, object, import->file, line, import_collection, &entry);
	if (import->reader.status == STATUS_OK)
		import->reader.status = entry_list_add(&import->entries, &entry);
	cJSON_Delete(object);
}

void import_fault(struct import *import, enum fault_level level, unsigned line, const char *field,
                  const char *format, ...)
{
	char reason[REASON_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), _(format), args);
	va_end(args);
	faults_add(import->reader.faults, level, import->file, line, field, "%s", reason);
}

enum status import_unwritten(struct import *import, const char *path, enum status status)
{
	const bool failed = status == STATUS_IO || status == STATUS_NOT_FOUND;

	if (failed && !import->unwritten) {
		import->unwritten = path;
		import->error = errno;
	}
	return failed ? STATUS_IO : status;
}

const char *import_item_id(struct import *import, int number)
{
	const char *id = arena_format(import->reader.memory->arena, "item-%02d", number);

	if (!id)
		import->reader.status = STATUS_NO_MEMORY;
	return id ? id : "";
}
