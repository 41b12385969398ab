#include "office/authoring/standing.h"

#include <string.h>

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

/* --- numbers that move together --- */

static const cJSON *number_of(const cJSON *object)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "number");

	return cJSON_IsNumber(number) ? number : NULL;
}

static bool has_number_of(const struct tree_document *other, const struct tree_document *of)
{
	return other->object && other->collection && strcmp(other->id, of->id) != 0 &&
	       strcmp(other->collection, of->collection) == 0 &&
	       cJSON_Compare(number_of(other->object), number_of(of->object), true);
}

/* The draft of another entry that has the number in the tree; NULL where there is none. */
static const struct draft *draft_of_holder(const struct tree *tree, const char *entry,
                                           const struct draft *drafts, size_t count)
{
	const struct tree_document of = tree_find(tree, entry);

	if (!of.object || !of.collection || !number_of(of.object))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct tree_document other = tree_find(tree, drafts[i].entry);

		if (has_number_of(&other, &of))
			return &drafts[i];
	}
	return NULL;
}

/* Gives the live entry its draft's number; *moved: it had another one. */
static enum status move_number(struct tree *tree, const struct draft *draft, bool *moved)
{
	const struct tree_document live = tree_find(tree, draft->entry);
	cJSON *text = NULL, *copy = NULL;
	enum status status = document_parse(draft->text, &text);
	const cJSON *number = number_of(text);

	*moved = false;
	if (status == STATUS_OK && number && !cJSON_Compare(number, number_of(live.object), true)) {
		copy = cJSON_Duplicate(live.object, true);
		*moved = copy && cJSON_ReplaceItemInObjectCaseSensitive(
		                         copy, "number", cJSON_CreateNumber(number->valuedouble));
		status = *moved ? tree_put(tree, draft->entry, live.collection, copy)
		                : STATUS_NO_MEMORY;
	}
	cJSON_Delete(copy);
	cJSON_Delete(text);
	return status;
}

enum status standing_follow_numbers(struct tree *tree, const char *entry,
                                    const struct draft *drafts, size_t count)
{
	const char *at = entry;
	bool moved = true;
	enum status status = STATUS_OK;

	/* Each step moves one more entry; numbers in a ring end with the first one. */
	for (size_t step = 0; step < count && moved && status == STATUS_OK; step++) {
		const struct draft *holder = draft_of_holder(tree, at, drafts, count);

		moved = false;
		if (holder && strcmp(holder->entry, entry) != 0)
			status = move_number(tree, holder, &moved);
		at = holder ? holder->entry : at;
	}
	return status;
}
