#include "office/authoring/standing.h"

#include "base/digest.h"
#include "office/authoring/merge.h"
#include "office/versions/archive.h"

/* --- texts --- */

enum status document_hash(const cJSON *object, char hash[DIGEST_HEX_SIZE])
{
	struct buf text;
	enum status status;

	hash[0] = '\0';
	if (!object)
		return STATUS_OK;
	buf_init(&text, TREE_DOCUMENT_BYTES * 8);
	json_append(&text, object);
	status = buf_status(&text);
	if (status == STATUS_OK)
		status = archive_hash(buf_span(&text), hash);
	buf_deinit(&text);
	return status;
}

enum status document_parse(const char *text, cJSON **out)
{
	const struct json_limits limits = { TREE_DOCUMENT_BYTES * 8, TREE_DEPTH_MOST };

	*out = NULL;
	return *text ? json_parse(out, span_of(text), limits, NULL, NULL) : STATUS_OK;
}

enum status document_print(const cJSON *object, struct arena *arena, const char **out)
{
	struct buf text;
	enum status status = STATUS_OK;

	buf_init(&text, TREE_DOCUMENT_BYTES * 8);
	if (object)
		json_append(&text, object);
	status = buf_status(&text);
	*out = status == STATUS_OK ? arena_copy(arena, buf_span(&text)) : NULL;
	buf_deinit(&text);
	return status == STATUS_OK && !*out ? STATUS_NO_MEMORY : status;
}

/* --- a draft beside what is live --- */

enum status standing_make(const struct tree *tree, const char *entry, const struct draft *draft,
                          struct standing *out)
{
	cJSON *base = NULL, *text = NULL;
	enum status status = STATUS_OK;

	*out = (struct standing){ .live = tree_find(tree, entry),
		                  .has_draft = draft != NULL,
		                  .conflicts = cJSON_CreateArray() };
	out->collection = out->live.object ? out->live.collection : NULL;
	if (!out->conflicts)
		return STATUS_NO_MEMORY;
	if (!draft) {
		out->members = out->live.object ? cJSON_Duplicate(out->live.object, true) : NULL;
		return out->live.object && !out->members ? STATUS_NO_MEMORY : STATUS_OK;
	}
	out->draft = *draft;
	out->collection = draft->collection;
	status = document_parse(draft->base, &base);
	if (status == STATUS_OK)
		status = document_parse(draft->text, &text);
	if (status == STATUS_OK && merge_same(base, out->live.object)) {
		out->members = text;
		text = NULL;
	} else if (status == STATUS_OK) {
		status = merge_three(base, text, out->live.object, out->conflicts, &out->members);
	}
	cJSON_Delete(base);
	cJSON_Delete(text);
	return status;
}

void standing_end(struct standing *standing)
{
	cJSON_Delete(standing->members);
	cJSON_Delete(standing->conflicts);
	*standing = (struct standing){ .has_draft = false };
}

enum status standing_apply(struct tree *tree, const char *entry, const struct standing *standing)
{
	if (!standing->has_draft)
		return STATUS_OK;
	if (standing->members)
		return tree_put(tree, entry, standing->collection, standing->members);
	return standing->live.object ? tree_remove(tree, entry) : STATUS_OK;
}
