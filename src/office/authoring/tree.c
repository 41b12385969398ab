/*
 * How it works. The archive is copied and listed; each file of a collection is parsed, a .jsonl
 * file line by line, referrals.json item by item, and a file of the office as a whole. A document
 * remembers its file and its line or item. A change prints its file anew, and frees what was
 * printed before: a file of one entry as a whole, a .jsonl file with all other lines as they were,
 * referrals.json as a whole.
 *
 * Files stand in the order of the archive. knowledge_load_embedded() wants them sorted by byte, so
 * tree_knowledge() sorts a copy of the list.
 */
#include "office/authoring/tree.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "office/exchange/form.h"
#include "office/versions/archive.h"

enum { DOCUMENT_BYTES_USUAL = 512 };
static const size_t arena_most = (size_t)1 << 30;
static const char referrals_file[] = "referrals.json", root[] = "knowledge/";

/* In the arena. */
struct document {
	struct hash_link link; /* of tree->by_id */
	const char *id;
	const char *collection;
	const char *file;
	cJSON *object; /* owned; of a referral it lies in tree->referrals */
	size_t item;   /* line of a .jsonl file, or item of the referrals; from 0 */
};

struct file {
	struct embedded_file as; /* first: archive_order() is given it */
	char *own;               /* its content, where it was printed anew; or NULL */
};

struct tree {
	struct arena *arena;
	struct file *files;
	size_t file_count, file_room;
	struct document **documents;
	size_t count, room;
	struct hash_table by_id;
	cJSON *referrals; /* all of the file; NULL: there is none, or it cannot be read */
	const char **collections;
	size_t collection_count;
};

static const char *const office_files[] = { "golden.json", "lexicon.json", "office.json",
	                                    "smalltalk.json" };
enum { OFFICE_FILES = sizeof(office_files) / sizeof(office_files[0]) };

const char *tree_file_at(size_t index)
{
	return index < OFFICE_FILES ? office_files[index] : NULL;
}

bool tree_is_file(const char *id)
{
	for (size_t i = 0; i < OFFICE_FILES; i++)
		if (strcmp(office_files[i], id) == 0)
			return true;
	return false;
}

static bool ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

static bool is_line_file(const struct document *document)
{
	return ends_with(document->file, ".jsonl");
}

/* The collection that the file is of; `ptr` NULL where it is of none, or no entry's. */
static struct span collection_of(const char *file)
{
	const char *slash = strchr(file, '/');

	if (!slash || strchr(slash + 1, '/') || strncmp(file, "schema/", 7) == 0 ||
	    (!ends_with(file, ".json") && !ends_with(file, ".jsonl")))
		return (struct span){ NULL, 0 };
	return (struct span){ file, (size_t)(slash - file) };
}

static cJSON *parse(struct span text)
{
	const struct json_limits limits = { TREE_DOCUMENT_BYTES * 8, TREE_DEPTH_MOST };
	cJSON *object = NULL;

	if (json_parse(&object, text, limits, NULL, NULL) != STATUS_OK || !cJSON_IsObject(object)) {
		cJSON_Delete(object);
		return NULL;
	}
	return object;
}

/* --- reading --- */

static bool make_room(void **items, size_t *room, size_t count, size_t size)
{
	const size_t more = *room > 0 ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return true;
	grown = reallocarray(*items, more, size);
	if (!grown)
		return false;
	*items = grown;
	*room = more;
	return true;
}

/* Takes the object of a collection, also on failure. One without an id is no document. */
static enum status add_document(struct tree *tree, const char *collection, const char *file,
                                cJSON *object, size_t item)
{
	const bool whole = collection && !*collection;
	const char *id = whole ? file : json_string(object, "id", NULL);
	struct document *document;
	char *own;

	if (!id) {
		if (collection)
			cJSON_Delete(object);
		return STATUS_OK;
	}
	own = arena_copy(tree->arena, span_of(id));
	document = arena_alloc(tree->arena, sizeof(*document));
	if (!own || !document ||
	    !make_room((void **)&tree->documents, &tree->room, tree->count,
	               sizeof(*tree->documents))) {
		if (collection)
			cJSON_Delete(object);
		return STATUS_NO_MEMORY;
	}
	*document = (struct document){
		.id = own, .collection = collection, .file = file, .object = object, .item = item
	};
	hash_add(&tree->by_id, &document->link, hash_of(&tree->by_id, span_of(own)));
	tree->documents[tree->count++] = document;
	return STATUS_OK;
}

static struct span next_line(struct span *rest)
{
	const char *end = memchr(rest->ptr, '\n', rest->len);
	const size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
	const struct span line = { rest->ptr, len };

	rest->ptr += end ? len + 1 : len;
	rest->len -= end ? len + 1 : len;
	return line;
}

static enum status read_lines(struct tree *tree, const char *collection,
                              const struct embedded_file *file)
{
	struct span rest = file->content;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && rest.len > 0; i++) {
		cJSON *object = parse(next_line(&rest));

		if (object)
			status = add_document(tree, collection, file->name, object, i);
	}
	return status;
}

static enum status read_file(struct tree *tree, const struct embedded_file *file)
{
	const struct span name = collection_of(file->name);
	const char *collection = name.ptr ? arena_copy(tree->arena, name) : NULL;
	cJSON *object;

	if (!name.ptr)
		return STATUS_OK;
	if (!collection)
		return STATUS_NO_MEMORY;
	if (ends_with(file->name, ".jsonl"))
		return read_lines(tree, collection, file);
	object = parse(file->content);
	return object ? add_document(tree, collection, file->name, object, 0) : STATUS_OK;
}

static enum status list_referrals(struct tree *tree)
{
	const struct span text = tree_file(tree, referrals_file);
	enum status status = STATUS_OK;
	cJSON *item;
	size_t i = 0;

	tree->referrals = text.ptr ? parse(text) : NULL;
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(tree->referrals, "referrals")) {
		if (status == STATUS_OK)
			status = add_document(tree, NULL, referrals_file, item, i);
		i++;
	}
	return status;
}

/* An entry that has the name of such a file as its id keeps it. */
static enum status list_office(struct tree *tree)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < OFFICE_FILES; i++) {
		const struct span text = tree_file(tree, office_files[i]);
		cJSON *object = text.ptr ? parse(text) : NULL;

		if (object)
			status = add_document(tree, TREE_ROOT, office_files[i], object, 0);
	}
	return status;
}

/* Files of a folder stand together. */
static enum status note_collections(struct tree *tree)
{
	const char **names = reallocarray(tree->collections, tree->file_count + 1, sizeof(*names));
	struct span last = { "", 0 };

	if (!names)
		return STATUS_NO_MEMORY;
	tree->collections = names;
	tree->collection_count = 0;
	for (size_t i = 0; i < tree->file_count; i++) {
		const struct span name = collection_of(tree->files[i].as.name);

		if (!name.ptr || span_equal(name, last))
			continue;
		names[tree->collection_count] = arena_copy(tree->arena, name);
		if (!names[tree->collection_count++])
			return STATUS_NO_MEMORY;
		last = name;
	}
	return STATUS_OK;
}

/* The files get room for more, of our own. */
static enum status list_files(struct tree *tree, struct span archive)
{
	char *bytes = arena_room(tree->arena, archive.len + 1, 1);
	struct embedded_file *listed;
	enum status status;

	if (!bytes)
		return STATUS_NO_MEMORY;
	memcpy(bytes, archive.ptr, archive.len);
	status = archive_list((struct span){ bytes, archive.len }, tree->arena, &listed,
	                      &tree->file_count);
	if (status != STATUS_OK)
		return status;
	tree->file_room = tree->file_count + 64;
	tree->files = calloc(tree->file_room, sizeof(*tree->files));
	if (!tree->files)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < tree->file_count; i++)
		tree->files[i].as = listed[i];
	return STATUS_OK;
}

enum status tree_create(struct tree **out, struct span archive)
{
	struct tree *tree = calloc(1, sizeof(*tree));
	enum status status;

	*out = NULL;
	if (!tree)
		return STATUS_NO_MEMORY;
	status = arena_create(&tree->arena, arena_most);
	if (status == STATUS_OK)
		status = hash_init(&tree->by_id, archive.len / DOCUMENT_BYTES_USUAL + 64, 0);
	if (status == STATUS_OK)
		status = list_files(tree, archive);
	for (size_t i = 0; status == STATUS_OK && i < tree->file_count; i++)
		status = read_file(tree, &tree->files[i].as);
	if (status == STATUS_OK)
		status = list_referrals(tree);
	if (status == STATUS_OK)
		status = list_office(tree);
	if (status == STATUS_OK)
		status = note_collections(tree);
	if (status == STATUS_OK)
		*out = tree;
	else
		tree_destroy(tree);
	return status;
}

void tree_destroy(struct tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->count; i++)
		if (tree->documents[i]->collection)
			cJSON_Delete(tree->documents[i]->object);
	for (size_t i = 0; i < tree->file_count; i++)
		free(tree->files[i].own);
	hash_deinit(&tree->by_id);
	cJSON_Delete(tree->referrals);
	free(tree->documents);
	free(tree->files);
	free(tree->collections);
	arena_destroy(tree->arena);
	free(tree);
}

/* --- looking --- */

size_t tree_count(const struct tree *tree)
{
	return tree->count;
}

static struct tree_document shown(const struct document *document)
{
	return (struct tree_document){ document->id, document->collection, document->file,
		                       document->object };
}

struct tree_document tree_at(const struct tree *tree, size_t index)
{
	assert(index < tree->count);
	return shown(tree->documents[index]);
}

/* The first one that was read. */
static struct document *find(const struct tree *tree, const char *id)
{
	struct hash_link *link = hash_first(&tree->by_id, hash_of(&tree->by_id, span_of(id)));
	struct document *found = NULL;

	for (; link; link = hash_next(link)) {
		struct document *document = hash_item(link, struct document, link);

		if (strcmp(document->id, id) == 0)
			found = document;
	}
	return found;
}

struct tree_document tree_find(const struct tree *tree, const char *id)
{
	const struct document *document = find(tree, id);

	return document ? shown(document) : (struct tree_document){ 0 };
}

size_t tree_collections(const struct tree *tree, const char *const **out)
{
	*out = tree->collections;
	return tree->collection_count;
}

static struct file *file_named(const struct tree *tree, const char *path)
{
	for (size_t i = 0; i < tree->file_count; i++)
		if (strcmp(tree->files[i].as.name, path) == 0)
			return &tree->files[i];
	return NULL;
}

struct span tree_file(const struct tree *tree, const char *path)
{
	const struct file *file = file_named(tree, path);

	return file ? file->as.content : (struct span){ NULL, 0 };
}

/* --- changing --- */

/* The text of `out` becomes the file's, which is there. */
static enum status set_content(struct tree *tree, const char *path, const struct buf *text)
{
	struct file *file = file_named(tree, path);
	char *own;

	assert(file);
	if (buf_status(text) != STATUS_OK)
		return buf_status(text);
	own = malloc(text->len + 1);
	if (!own)
		return STATUS_NO_MEMORY;
	memcpy(own, buf_text(text), text->len + 1);
	free(file->own);
	file->own = own;
	file->as.content = (struct span){ own, text->len };
	return STATUS_OK;
}

/* `object` NULL: without that line. All else keeps its bytes, the end of the changed line too. */
static void print_lines(struct span content, size_t item, const cJSON *object, struct buf *out)
{
	for (size_t i = 0; content.len > 0; i++) {
		struct span line = next_line(&content);

		line.len = (size_t)(content.ptr - line.ptr); /* with its end */
		if (i == item && object)
			json_print_over(object, line, out);
		else if (i != item)
			buf_append(out, line.ptr, line.len);
	}
}

/* Prints the file of the document; `removed`: without it. */
static enum status print_document(struct tree *tree, const struct document *document, bool removed)
{
	struct buf text;
	enum status status;

	buf_init(&text, arena_most);
	if (!document->collection)
		json_print_file(tree->referrals, &text);
	else if (is_line_file(document))
		print_lines(tree_file(tree, document->file), document->item,
		            removed ? NULL : document->object, &text);
	else
		json_print_file(document->object, &text);
	status = set_content(tree, document->file, &text);
	buf_deinit(&text);
	return status;
}

static enum status add_file(struct tree *tree, const char *path)
{
	if (!make_room((void **)&tree->files, &tree->file_room, tree->file_count,
	               sizeof(*tree->files)))
		return STATUS_NO_MEMORY;
	tree->files[tree->file_count++] = (struct file){ { path, { "", 0 } }, NULL };
	qsort(tree->files, tree->file_count, sizeof(*tree->files), archive_order);
	return note_collections(tree);
}

/* 07-exam-result.json; letters, digits, - and _ of the id, cut where it is long. */
static const char *new_path(struct tree *tree, const char *collection, const char *id,
                            const cJSON *object)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "number");
	char slug[64], start[16] = "";
	size_t len = 0;
	const char *path;

	for (; *id && len < sizeof(slug) - 1; id++)
		slug[len++] = (*id >= '0' && *id <= '9') || (*id >= 'a' && *id <= 'z') ||
		                              (*id >= 'A' && *id <= 'Z') || *id == '_'
		                      ? *id
		                      : '-';
	slug[len] = '\0';
	if (cJSON_IsNumber(number) && number->valuedouble > 0 && number->valuedouble < 1e6)
		snprintf(start, sizeof(start), "%02d-", (int)number->valuedouble);
	path = arena_format(tree->arena, "%s/%s%s.json", collection, start, slug);
	for (int i = 2; path && file_named(tree, path); i++)
		path = arena_format(tree->arena, "%s/%s%s-%d.json", collection, start, slug, i);
	return path;
}

/* Prints what was just added as the file of its own that it is. */
static enum status add_whole(struct tree *tree, const char *collection, const char *path,
                             const cJSON *object)
{
	cJSON *copy = path ? cJSON_Duplicate(object, true) : NULL;
	enum status status = STATUS_NO_MEMORY;

	if (copy)
		status = add_document(tree, collection, path, copy, 0);
	if (status == STATUS_OK)
		status = add_file(tree, path);
	return status == STATUS_OK ? print_document(tree, tree->documents[tree->count - 1], false)
	                           : status;
}

static bool is_collection(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strcmp(name, "schema") != 0 &&
	       strlen(name) <= 128;
}

static enum status add_entry(struct tree *tree, const char *id, const char *collection,
                             const cJSON *object)
{
	const char *own = arena_copy(tree->arena, span_of(collection));

	if (!is_collection(collection))
		return STATUS_INVALID;
	return own ? add_whole(tree, own, new_path(tree, collection, id, object), object)
	           : STATUS_NO_MEMORY;
}

static enum status add_office(struct tree *tree, const char *id, const cJSON *object)
{
	size_t i = 0;

	while (i < OFFICE_FILES && strcmp(office_files[i], id) != 0)
		i++;
	if (i == OFFICE_FILES || tree_file(tree, id).ptr)
		return STATUS_INVALID;
	return add_whole(tree, TREE_ROOT, office_files[i], object);
}

static enum status add_referral(struct tree *tree, const cJSON *object)
{
	cJSON *list, *copy;
	enum status status = STATUS_OK;

	if (!tree->referrals && tree_file(tree, referrals_file).ptr)
		return STATUS_INVALID;
	if (!tree->referrals) {
		tree->referrals = parse(
		        span_of("{\"$schema\":\"schema/referrals.schema.json\",\"referrals\":[]}"));
		status = tree->referrals ? add_file(tree, referrals_file) : STATUS_NO_MEMORY;
	}
	if (status != STATUS_OK)
		return status;
	list = cJSON_GetObjectItemCaseSensitive(tree->referrals, "referrals");
	if (!cJSON_IsArray(list))
		return STATUS_INVALID;
	copy = cJSON_Duplicate(object, true);
	if (!copy || !cJSON_AddItemToArray(list, copy)) {
		cJSON_Delete(copy);
		return STATUS_NO_MEMORY;
	}
	status = add_document(tree, NULL, referrals_file, copy,
	                      (size_t)cJSON_GetArraySize(list) - 1);
	return status == STATUS_OK ? print_document(tree, tree->documents[tree->count - 1], false)
	                           : status;
}

enum status tree_put(struct tree *tree, const char *id, const char *collection, const cJSON *object)
{
	struct document *document = find(tree, id);
	cJSON *copy, *list;

	if (!document && collection)
		return *collection ? add_entry(tree, id, collection, object)
		                   : add_office(tree, id, object);
	if (!document)
		return add_referral(tree, object);
	copy = cJSON_Duplicate(object, true);
	if (!copy)
		return STATUS_NO_MEMORY;
	list = cJSON_GetObjectItemCaseSensitive(tree->referrals, "referrals");
	if (document->collection)
		cJSON_Delete(document->object);
	else if (!cJSON_ReplaceItemInArray(list, (int)document->item, copy))
		return STATUS_INTERNAL;
	document->object = copy;
	return print_document(tree, document, false);
}

static void remove_file(struct tree *tree, const char *path)
{
	struct file *file = file_named(tree, path);
	const size_t at = (size_t)(file - tree->files);

	free(file->own);
	memmove(file, file + 1, (tree->file_count - at - 1) * sizeof(*file));
	assert(tree->file_count > 0);
	tree->file_count--;
}

enum status tree_remove(struct tree *tree, const char *id)
{
	struct document *document = find(tree, id);
	enum status status = STATUS_OK;
	size_t at = 0;

	if (!document)
		return STATUS_NOT_FOUND;
	if (document->collection && !*document->collection)
		return STATUS_INVALID;
	while (tree->documents[at] != document)
		at++;
	hash_remove(&tree->by_id, &document->link);
	memmove(&tree->documents[at], &tree->documents[at + 1],
	        (tree->count - at - 1) * sizeof(struct document *));
	assert(tree->count > 0);
	tree->count--;
	if (!document->collection)
		cJSON_DeleteItemFromArray(
		        cJSON_GetObjectItemCaseSensitive(tree->referrals, "referrals"),
		        (int)document->item);
	if (!document->collection || is_line_file(document)) {
		status = print_document(tree, document, true);
		for (size_t i = 0; i < tree->count; i++)
			if (strcmp(tree->documents[i]->file, document->file) == 0 &&
			    tree->documents[i]->item > document->item)
				tree->documents[i]->item--;
	} else {
		remove_file(tree, document->file);
	}
	if (document->collection)
		cJSON_Delete(document->object);
	return status == STATUS_OK ? note_collections(tree) : status;
}

/* --- all of it --- */

/* For the caller to free; NULL without memory. */
static struct embedded_file *list(const struct tree *tree)
{
	struct embedded_file *files = calloc(tree->file_count + 1, sizeof(*files));

	for (size_t i = 0; files && i < tree->file_count; i++)
		files[i] = tree->files[i].as;
	return files;
}

enum status tree_pack(const struct tree *tree, struct buf *out)
{
	struct embedded_file *files = list(tree);
	const enum status status =
	        files ? archive_write(files, tree->file_count, out) : STATUS_NO_MEMORY;

	free(files);
	return status;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(((const struct embedded_file *)a)->name,
	              ((const struct embedded_file *)b)->name);
}

enum status tree_knowledge(const struct tree *tree, struct faults *faults, struct knowledge **out)
{
	struct embedded_file *sorted = list(tree);
	enum status status;

	*out = NULL;
	if (!sorted)
		return STATUS_NO_MEMORY;
	qsort(sorted, tree->file_count, sizeof(*sorted), by_bytes);
	status = knowledge_load_embedded(sorted, tree->file_count, faults, out);
	free(sorted);
	return status;
}

const char *tree_blame(const struct tree *tree, const struct fault *fault, const char **member)
{
	static const char list[] = "referrals[";
	const char *field = fault->field ? fault->field : "", *file = fault->file;
	size_t item = fault->line > 0 ? fault->line - 1 : 0;

	*member = field;
	if (!file)
		return NULL;
	if (strncmp(file, root, sizeof(root) - 1) == 0)
		file += sizeof(root) - 1;
	if (strcmp(file, referrals_file) == 0) {
		char *end;

		if (strncmp(field, list, sizeof(list) - 1) != 0)
			return NULL;
		item = strtoul(field + sizeof(list) - 1, &end, 10);
		*member = *end ? end + 1 : end;
		*member += **member == '.';
	}
	for (size_t i = 0; i < tree->count; i++) {
		const struct document *document = tree->documents[i];

		if (strcmp(document->file, file) == 0 &&
		    (ends_with(file, ".json") && document->collection ? true
		                                                      : document->item == item))
			return document->id;
	}
	return NULL;
}

/* --- another FAQ --- */

/* Not a referral, nor a file of the office: those may be alike in any two. */
static bool is_entry(const struct tree_document *document)
{
	return document->object && document->collection &&
	       strcmp(document->collection, TREE_ROOT) != 0;
}

bool tree_is_of_another(const struct tree *live, const struct tree *version)
{
	bool any = false;

	for (size_t i = 0; i < tree_count(live); i++) {
		const struct tree_document own = tree_at(live, i);
		struct tree_document same;

		if (!is_entry(&own))
			continue;
		same = tree_find(version, own.id);
		if (is_entry(&same))
			return false;
		any = true;
	}
	return any;
}
