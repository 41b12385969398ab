#include "knowledge/form.h"

#include <stdarg.h>
#include <stdio.h>

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
	knowledge_memory_destroy(import->reader.memory);
}

void import_take(struct import *import, cJSON *object, unsigned line)
{
	struct entry entry;

	if (!object)
		import->reader.status = STATUS_NO_MEMORY;
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
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	faults_add(import->reader.faults, level, import->file, line, field, "%s", reason);
}

const char *import_item_id(struct import *import, int number)
{
	const char *id = arena_format(import->reader.memory->arena, "item-%02d", number);

	if (!id)
		import->reader.status = STATUS_NO_MEMORY;
	return id ? id : "";
}
