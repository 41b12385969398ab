#include "office/exchange/form.h"

#include <assert.h>
#include <string.h>

enum { STRANGERS_MOST = 32, STRANGER_SIZE = 64 };

/* Unknown members: each is reported once, with the number of rows that have it. */
struct strangers {
	char names[STRANGERS_MOST][STRANGER_SIZE];
	size_t rows[STRANGERS_MOST];
	unsigned lines[STRANGERS_MOST];
	size_t count;
};

static void note_stranger(struct strangers *strangers, const char *name, unsigned line)
{
	size_t at = 0;

	while (at < strangers->count && strncmp(strangers->names[at], name, STRANGER_SIZE - 1) != 0)
		at++;
	if (at == STRANGERS_MOST)
		return;
	if (at == strangers->count) {
		snprintf(strangers->names[at], STRANGER_SIZE, "%s", name);
		strangers->lines[at] = line;
		strangers->count++;
		assert(strangers->count <= STRANGERS_MOST);
	}
	strangers->rows[at]++;
}

static void report_strangers(struct import *import, const struct strangers *strangers)
{
	for (size_t i = 0; i < strangers->count; i++)
		import_fault(import, FAULT_NOTE, strangers->lines[i], strangers->names[i],
		             "is no member of an entry and is left out (in %zu of the rows)",
		             strangers->rows[i]);
}

static bool is_known(const char *name)
{
	static const char *const names[] = { "$schema",    "id",      "number",  "question",
		                             "alternates", "prompts", "not",     "answer",
		                             "patterns",   "unless",  "cases",   "diagnosis",
		                             "ask",        "apart",   "note",    "internal",
		                             "related",    "source",  "reviewed" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static bool has(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name) != NULL;
}

/* Other programs write null for a value that is absent. */
static void drop_nulls(cJSON *object)
{
	cJSON *child = object->child;

	while (child) {
		cJSON *next = child->next;

		if (cJSON_IsNull(child))
			cJSON_Delete(cJSON_DetachItemViaPointer(object, child));
		child = next;
	}
}

/* `also`, as a collection's own lines name them, becomes `alternates`. */
static void rename_also(struct import *import, cJSON *object)
{
	cJSON *also;

	if (has(object, "alternates"))
		return;
	also = cJSON_DetachItemFromObjectCaseSensitive(object, "also");
	if (also && !cJSON_AddItemToObject(object, "alternates", also)) {
		cJSON_Delete(also);
		import->reader.status = STATUS_NO_MEMORY;
	}
}

/* `pattern`, a single text, goes to the end of `patterns`. */
static void join_pattern(struct import *import, cJSON *object, unsigned line)
{
	cJSON *pattern = cJSON_DetachItemFromObjectCaseSensitive(object, "pattern");
	cJSON *list = cJSON_GetObjectItemCaseSensitive(object, "patterns");

	if (!pattern)
		return;
	if (!cJSON_IsString(pattern)) {
		import_fault(import, FAULT_ERROR, line, "pattern", "must be a string");
	} else if (pattern->valuestring[0]) {
		if (!list)
			list = cJSON_AddArrayToObject(object, "patterns");
		if (cJSON_IsArray(list) && cJSON_AddItemToArray(list, pattern))
			return;
		if (!list)
			import->reader.status = STATUS_NO_MEMORY;
	}
	cJSON_Delete(pattern);
}

static void drop_strangers(cJSON *object, struct strangers *strangers, unsigned line)
{
	cJSON *child = object->child;

	while (child) {
		cJSON *next = child->next;

		if (!is_known(child->string)) {
			note_stranger(strangers, child->string, line);
			cJSON_Delete(cJSON_DetachItemViaPointer(object, child));
		}
		child = next;
	}
}

static void take_row(struct import *import, cJSON *object, struct strangers *strangers,
                     unsigned line)
{
	if (cJSON_IsObject(object)) {
		drop_nulls(object);
		rename_also(import, object);
		join_pattern(import, object, line);
		drop_strangers(object, strangers, line);
	}
	import_take(import, object, line, true);
}

void import_jsonl(struct import *import, struct span input)
{
	struct strangers strangers = { .count = 0 };
	const char *at = input.ptr, *end = input.ptr + input.len;

	for (unsigned line = 1; at < end && import->reader.status == STATUS_OK; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct span text = { at, (size_t)((stop ? stop : end) - at) };
		cJSON *object;

		at += text.len + 1;
		while (text.len > 0 && memchr(" \t\r", text.ptr[text.len - 1], 3))
			text.len--;
		if (text.len == 0)
			continue;
		object = read_line_json(&import->reader, text, import->file, line);
		if (object)
			take_row(import, object, &strangers, line);
	}
	report_strangers(import, &strangers);
}

void export_jsonl(const struct knowledge *knowledge, struct buf *out)
{
	for (size_t i = 0; i < knowledge->answer_count; i++)
		entry_print(&knowledge->entries[i], ENTRY_ROW, out);
}
