/*
 * A body of the console's authoring, of each kind; and three values, parted by zero bytes, that are
 * merged, a folder's files among them.
 */
#include <string.h>

#include "base/json.h"
#include "channels/authoring_json.h"
#include "channels/console.h"
#include "fuzz.h"
#include "office/authoring/merge.h"
#include "office/authoring/tree.h"
#include "office/versions/archive.h"

enum { DEPTH = 40, OUT_BYTES = 1 << 22 };

static void read_bodies(struct span body)
{
	for (int kind = CONSOLE_AUTHORING; kind <= CONSOLE_VERSIONS; kind++) {
		struct console_ask ask = { .kind = (enum console_kind)kind };
		const struct authoring_ask *said = &ask.authoring;
		cJSON *json = NULL;

		if (console_read(body, &ask, &json) == REFUSAL_NONE) {
			REQUIRE(authoring_has(ask.kind));
			REQUIRE(!said->entry || (*said->entry && strlen(said->entry) <= 128));
			REQUIRE(!said->members || (cJSON_IsObject(said->members) && said->entry));
			REQUIRE(said->revision >= 0 && said->version >= 0);
			REQUIRE(ask.kind != CONSOLE_SAVE || said->members);
			REQUIRE(ask.kind != CONSOLE_PREVIEW || said->text);
		}
		cJSON_Delete(json);
	}
}

static cJSON *take_value(struct span *rest)
{
	const struct json_limits limits = { 1 << 20, DEPTH };
	const char *end = rest->len > 0 ? memchr(rest->ptr, '\0', rest->len) : NULL;
	const size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
	cJSON *value = NULL;

	if (json_parse(&value, (struct span){ rest->ptr, len }, limits, NULL, NULL) != STATUS_OK)
		value = NULL;
	rest->ptr += end ? len + 1 : len;
	rest->len -= end ? len + 1 : len;
	return value;
}

/* Merging is the same whichever side one calls one's own, but for what is a conflict. */
static void merge_values(const cJSON *base, const cJSON *yours, const cJSON *theirs)
{
	cJSON *conflicts = cJSON_CreateArray(), *changes = cJSON_CreateArray(), *out = NULL;

	if (merge_three(base, yours, theirs, conflicts, &out) == STATUS_OK) {
		cJSON *others = cJSON_CreateArray(), *other = NULL;

		REQUIRE(merge_three(base, theirs, yours, others, &other) == STATUS_OK);
		REQUIRE(cJSON_GetArraySize(others) == cJSON_GetArraySize(conflicts));
		cJSON_Delete(other);
		cJSON_Delete(others);
		if (cJSON_GetArraySize(conflicts) == 0 && merge_same(base, theirs) && base)
			REQUIRE(merge_same(out, yours));
	}
	cJSON_Delete(out);
	if (merge_changes(yours, theirs, changes) == STATUS_OK && yours && theirs)
		REQUIRE((cJSON_GetArraySize(changes) == 0) == merge_same(yours, theirs));
	cJSON_Delete(changes);
	cJSON_Delete(conflicts);
}

/* The files of a folder: nothing is lost of those that are not changed. */
static void take_folder(struct span text, const cJSON *object)
{
	const struct embedded_file files[] = { { "faq/a.json", text },
		                               { "faq/b.jsonl", text },
		                               { "referrals.json", text } };
	struct buf before, after;
	struct tree *tree = NULL;

	buf_init(&before, OUT_BYTES);
	buf_init(&after, OUT_BYTES);
	REQUIRE(archive_write(files, 3, &before) == STATUS_OK);
	REQUIRE(tree_create(&tree, buf_span(&before)) == STATUS_OK);
	REQUIRE(tree_pack(tree, &after) == STATUS_OK);
	REQUIRE(span_equal(buf_span(&before), buf_span(&after)));
	while (tree_count(tree) > 0 && cJSON_IsObject(object)) {
		const struct tree_document first = tree_at(tree, 0);

		REQUIRE(tree_put(tree, first.id, first.collection, object) == STATUS_OK);
		REQUIRE(tree_remove(tree, tree_at(tree, 0).id) == STATUS_OK);
	}
	tree_destroy(tree);
	buf_deinit(&before);
	buf_deinit(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span input = { (const char *)data, size };
	struct span rest = input;
	cJSON *values[3];

	read_bodies(input);
	for (int i = 0; i < 3; i++)
		values[i] = take_value(&rest);
	merge_values(values[0], values[1], values[2]);
	take_folder(input, values[0]);
	for (int i = 0; i < 3; i++)
		cJSON_Delete(values[i]);
	return 0;
}
