/* What was live when, and what an earlier version would change. */
#include <string.h>

#include "office/authoring/merge.h"
#include "office/versions/archive.h"
#include "service/console/authoring_parts.h"

enum {
	MOVES_MOST = 100,
	CHANGED_MOST = 200, /* entries, and files, that are told */
};

/* --- the list --- */

struct telling {
	cJSON *array;
	const char *live;
};

static enum status tell_move(void *context, const struct versions_move *move)
{
	const struct telling *telling = context;
	cJSON *one = cJSON_CreateObject();

	cJSON_AddNumberToObject(one, "move", (double)move->number);
	cJSON_AddNumberToObject(one, "version", (double)move->version);
	cJSON_AddStringToObject(one, "hash", move->hash);
	authoring_add_time(one, "at", move->at_ms);
	cJSON_AddStringToObject(one, "who", move->who);
	cJSON_AddStringToObject(one, "why", move->why);
	cJSON_AddBoolToObject(one, "live", strcmp(move->hash, telling->live) == 0);
	cJSON_AddBoolToObject(one, "kept", move->kept);
	cJSON_AddItemToArray(telling->array, one);
	return STATUS_OK;
}

enum status authoring_versions(struct writing *writing)
{
	cJSON *object = cJSON_CreateObject();
	char hash[DIGEST_HEX_SIZE];
	struct buf archive;
	enum status status;

	buf_init(&archive, ARCHIVE_BYTES_MOST);
	status = authoring_live(writing, &archive, hash);
	buf_deinit(&archive);
	if (status == STATUS_OK) {
		const struct telling telling = { cJSON_AddArrayToObject(object, "moves"), hash };

		cJSON_AddStringToObject(object, "live", hash);
		status = versions_moves(writing->lane->versions, MOVES_MOST, tell_move,
		                        (void *)(uintptr_t)&telling);
	}
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

/* --- what one of them would change --- */

struct comparing {
	struct tree *live, *version;
	cJSON *entries, *files;
	int told, more; /* entries */
};

static enum status tell_entry(struct comparing *comparing, const struct tree_document *live,
                              const struct tree_document *then)
{
	const struct tree_document *there = then->object ? then : live;
	cJSON *one, *changes;

	if (comparing->told == CHANGED_MOST) {
		comparing->more++;
		return STATUS_OK;
	}
	comparing->told++;
	one = cJSON_CreateObject();
	authoring_add_title(one, there->id, there->collection, there->object);
	cJSON_AddStringToObject(one, "change",
	                        !then->object  ? "deleted"
	                        : live->object ? "changed"
	                                       : "new");
	changes = cJSON_AddArrayToObject(one, "changes");
	cJSON_AddItemToArray(comparing->entries, one);
	return merge_changes(live->object, then->object, changes);
}

static enum status compare_entries(struct comparing *comparing)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < tree_count(comparing->version) && status == STATUS_OK; i++) {
		const struct tree_document then = tree_at(comparing->version, i);
		const struct tree_document live = tree_find(comparing->live, then.id);

		if (then.object && !merge_same(live.object, then.object))
			status = tell_entry(comparing, &live, &then);
	}
	for (size_t i = 0; i < tree_count(comparing->live) && status == STATUS_OK; i++) {
		const struct tree_document live = tree_at(comparing->live, i);
		const struct tree_document then = tree_find(comparing->version, live.id);

		if (live.object && !then.object)
			status = tell_entry(comparing, &live, &then);
	}
	return status;
}

static bool holds_document(const struct tree *tree, const char *file)
{
	for (size_t i = 0; i < tree_count(tree); i++)
		if (strcmp(tree_at(tree, i).file, file) == 0)
			return true;
	return false;
}

/* A file that differs; whose documents are told is not named once more. */
static void tell_file(const struct comparing *comparing, const char *name)
{
	if (cJSON_GetArraySize(comparing->files) < CHANGED_MOST &&
	    !holds_document(comparing->live, name) && !holds_document(comparing->version, name))
		cJSON_AddItemToArray(comparing->files, cJSON_CreateString(name));
}

/* Both are in the order of archive_order(). */
static enum status compare_files(const struct comparing *comparing, struct span live,
                                 struct span version, struct arena *arena)
{
	struct embedded_file *now = NULL, *then = NULL;
	size_t now_count = 0, then_count = 0;
	enum status status = archive_list(live, arena, &now, &now_count);

	if (status == STATUS_OK)
		status = archive_list(version, arena, &then, &then_count);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0, k = 0; i < now_count || k < then_count;) {
		const int order = i == now_count    ? 1
		                  : k == then_count ? -1
		                                    : archive_order(&now[i], &then[k]);

		if (order != 0)
			tell_file(comparing, order < 0 ? now[i].name : then[k].name);
		else if (!span_equal(now[i].content, then[k].content))
			tell_file(comparing, now[i].name);
		i += order <= 0;
		k += order >= 0;
	}
	return STATUS_OK;
}

static enum status compare(struct writing *writing, struct span live, struct span version,
                           cJSON *object)
{
	struct comparing comparing = { .live = NULL };
	enum status status = tree_create(&comparing.live, live);

	if (status == STATUS_OK)
		status = tree_create(&comparing.version, version);
	if (status == STATUS_OK && tree_is_of_another(comparing.live, comparing.version))
		writing->refusal = REFUSAL_OTHER_FAQ;
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE) {
		comparing.entries = cJSON_AddArrayToObject(object, "entries");
		comparing.files = cJSON_AddArrayToObject(object, "files");
		status = compare_entries(&comparing);
		cJSON_AddNumberToObject(object, "more", comparing.more);
	}
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = compare_files(&comparing, live, version, writing->arena);
	tree_destroy(comparing.version);
	tree_destroy(comparing.live);
	return status;
}

enum status authoring_version(struct writing *writing)
{
	cJSON *object = cJSON_CreateObject();
	char live_hash[DIGEST_HEX_SIZE], hash[DIGEST_HEX_SIZE];
	struct buf live, version;
	enum status status;

	buf_init(&live, ARCHIVE_BYTES_MOST);
	buf_init(&version, ARCHIVE_BYTES_MOST);
	status = authoring_live(writing, &live, live_hash);
	if (status == STATUS_OK) {
		status = versions_files(writing->lane->versions, writing->version, &version, hash);
		if (status == STATUS_NOT_FOUND)
			writing->refusal = REFUSAL_NO_VERSION;
	}
	if (status == STATUS_OK) {
		cJSON_AddNumberToObject(object, "version", (double)writing->version);
		cJSON_AddStringToObject(object, "hash", hash);
		cJSON_AddStringToObject(object, "live", live_hash);
		status = compare(writing, buf_span(&live), buf_span(&version), object);
	}
	buf_deinit(&version);
	buf_deinit(&live);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return writing->refusal == REFUSAL_NO_VERSION ? STATUS_OK : status;
}
