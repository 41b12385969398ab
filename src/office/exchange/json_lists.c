#include "office/exchange/json_lists.h"

#include <string.h>

#include "office/exchange/foreign.h"

static bool has_name(const struct json_lists *lists, const char *name)
{
	for (size_t i = 0; i < lists->name_count; i++)
		if (strcmp(lists->names[i], name) == 0)
			return true;
	return false;
}

static bool is_pair(const cJSON *object)
{
	return cJSON_IsObject(object) &&
	       (cJSON_GetObjectItemCaseSensitive(object, "alternates") || foreign_is_pair(object));
}

static void look_at(const cJSON *value, const char *name, struct json_lists *lists)
{
	const bool listed = cJSON_IsArray(value);
	const cJSON *child;

	cJSON_ArrayForEach (child, value) {
		if (is_pair(child) && listed) {
			lists->lists = true;
			if (!has_name(lists, name) && lists->name_count < JSON_LIST_NAMES_MOST)
				lists->names[lists->name_count++] = name;
		} else if (is_pair(child)) {
			lists->members = true;
		} else {
			look_at(child, child->string ? child->string : name, lists);
		}
	}
}

void json_lists_read(const cJSON *document, struct json_lists *lists)
{
	*lists = (struct json_lists){ .lists = false };
	look_at(document, "", lists);
}

/* Whether an entry of a list is one of the best that the document has. */
static bool is_of_best(const struct json_lists *lists, const cJSON *child, const char *name)
{
	return (!lists->lists && !lists->members) || has_name(lists, name) || is_pair(child);
}

static bool may_be_entry(const cJSON *child)
{
	return cJSON_IsObject(child) &&
	       (foreign_is_entry(child) || cJSON_GetObjectItemCaseSensitive(child, "alternates"));
}

enum json_lists_kind json_lists_kind_of(const struct json_lists *lists, const cJSON *value,
                                        const cJSON *child, const char *name)
{
	if (cJSON_IsArray(value) && may_be_entry(child))
		return is_of_best(lists, child, name) ? JSON_ENTRY : JSON_BESIDE;
	if (cJSON_IsObject(value) && is_pair(child))
		return lists->lists ? JSON_BESIDE : JSON_ENTRY;
	return JSON_OTHER;
}

bool json_lists_holds_entries(const struct json_lists *lists, const cJSON *value)
{
	const cJSON *child;

	if (!cJSON_IsObject(value) || lists->lists || !lists->members)
		return cJSON_IsArray(value);
	cJSON_ArrayForEach (child, value)
		if (is_pair(child))
			return true;
	return false;
}
