/*
 * How it works. Everything reads what is live first, as a tree, and puts the draft beside it
 * (authoring_stand()). A save names what its form was made of; where that is not the latest any
 * more, the text of then is looked up, and the two are merged. A save that another one outran
 * between reading and writing begins again.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/authoring/merge.h"
#include "service/console/authoring_parts.h"

enum { HISTORY_MOST = 200, TRIES_MOST = 4 };

/* --- the objects of an answer --- */

static void add_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static void add_copy(cJSON *object, const char *name, const cJSON *value)
{
	cJSON_AddItemToObject(object, name,
	                      value ? cJSON_Duplicate(value, true) : cJSON_CreateNull());
}

static void add_names(cJSON *object, const char *name, const char *lines)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);
	char one[ACCOUNT_NAME_SIZE];

	while (*lines) {
		const size_t len = strcspn(lines, "\n");

		snprintf(one, sizeof(one), "%.*s", (int)len, lines);
		cJSON_AddItemToArray(array, cJSON_CreateString(one));
		lines += len + (lines[len] == '\n');
	}
}

static const char *change_of(const struct standing *standing)
{
	return !standing->draft.text[0]        ? "deleted"
	       : standing->live.object != NULL ? "changed"
	                                       : "new";
}

static void add_draft(const struct writing *writing, cJSON *object, const struct standing *standing)
{
	const struct draft *draft = &standing->draft;
	cJSON *one;

	if (!standing->has_draft) {
		cJSON_AddNullToObject(object, "draft");
		return;
	}
	one = cJSON_AddObjectToObject(object, "draft");
	cJSON_AddStringToObject(one, "state", draft_state_name(draft->state));
	cJSON_AddStringToObject(one, "change", change_of(standing));
	cJSON_AddNumberToObject(one, "revision", (double)draft->revision);
	cJSON_AddStringToObject(one, "by", draft->by);
	add_names(one, "authors", draft->names);
	authoring_add_time(one, "at", draft->at_ms);
	cJSON_AddBoolToObject(one, "valid", draft->errors == 0);
	cJSON_AddBoolToObject(one, "conflict", cJSON_GetArraySize(standing->conflicts) > 0);
	cJSON_AddBoolToObject(one, "mine", draft_is_by(draft, writing->who->account));
}

static const char *kind_of(const char *collection)
{
	return !collection ? "referral" : *collection ? "answer" : "file";
}

/* What people call it. */
static const char *title_of(const char *entry, const char *collection, const cJSON *of)
{
	if (!collection)
		return json_string(of, "topic", "");
	return *collection ? json_string(of, "question", "") : entry;
}

void authoring_add_title(cJSON *object, const char *entry, const char *collection, const cJSON *of)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(of, "number");

	cJSON_AddStringToObject(object, "entry", entry);
	cJSON_AddStringToObject(object, "kind", kind_of(collection));
	cJSON_AddItemToObject(object, "number",
	                      cJSON_IsNumber(number) ? cJSON_CreateNumber(number->valuedouble)
	                                             : cJSON_CreateNull());
	cJSON_AddStringToObject(object, "question", title_of(entry, collection, of));
}

/* The object AuthoringEntry of docs/openapi.yaml. */
static cJSON *entry_object(const struct writing *writing, const char *entry,
                           const struct standing *standing)
{
	const cJSON *of = standing->members ? standing->members : standing->live.object;
	cJSON *object = cJSON_CreateObject();

	authoring_add_title(object, entry, standing->collection, of);
	add_text(object, "collection",
	         standing->collection && *standing->collection ? standing->collection : NULL);
	add_text(object, "owner", json_string(of, "owner", NULL));
	add_text(object, "review_by", json_string(of, "review_by", NULL));
	cJSON_AddBoolToObject(object, "live", standing->live.object != NULL);
	add_draft(writing, object, standing);
	return object;
}

/* --- all of them --- */

static void add_classes(cJSON *object, const struct tree *tree)
{
	const struct span text = tree_file(tree, "lexicon.json");
	const struct json_limits limits = { TREE_DOCUMENT_BYTES * 8, TREE_DEPTH_MOST };
	cJSON *array = cJSON_AddArrayToObject(object, "word_classes"), *lexicon = NULL;
	const cJSON *item;

	if (!text.ptr || json_parse(&lexicon, text, limits, NULL, NULL) != STATUS_OK)
		return;
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(lexicon, "classes")) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "name", item->string);
		add_copy(one, "words", item);
		cJSON_AddItemToArray(array, one);
	}
	cJSON_Delete(lexicon);
}

/* The number of the published version with that content; 0: there is none. */
struct version_search {
	const char *hash;
	int64_t version;
};

static enum status match_move(void *context, const struct versions_move *move)
{
	struct version_search *search = context;

	if (!search->version && strcmp(move->hash, search->hash) == 0)
		search->version = move->version;
	return STATUS_OK;
}

static enum status add_head(struct writing *writing, cJSON *object, const struct tree *tree,
                            const char *hash)
{
	struct version_search search = { .hash = hash };
	const enum status status =
	        versions_moves(writing->lane->versions, HISTORY_MOST, match_move, &search);
	const char *const *names;
	const size_t count = tree_collections(tree, &names);
	cJSON *array;

	cJSON_AddStringToObject(object, "live", hash);
	cJSON_AddItemToObject(object, "version",
	                      search.version ? cJSON_CreateNumber((double)search.version)
	                                     : cJSON_CreateNull());
	cJSON_AddStringToObject(object, "from",
	                        writing->service->settings.knowledge.from_store ? "store"
	                                                                        : "folder");
	cJSON_AddBoolToObject(object, "publishing", authoring_can_publish(writing->service));
	array = cJSON_AddArrayToObject(object, "collections");
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
	add_classes(object, tree);
	return status;
}

static int by_entry(const void *a, const void *b)
{
	return strcmp(((const struct draft *)a)->entry, ((const struct draft *)b)->entry);
}

/* They are sorted by_entry. */
static const struct draft *draft_of(const struct draft *drafts, size_t count, const char *entry)
{
	const struct draft key = { .entry = entry };

	return count > 0 ? bsearch(&key, drafts, count, sizeof(key), by_entry) : NULL;
}

static enum status add_entry(struct writing *writing, cJSON *array, const struct tree *tree,
                             const char *entry, const struct draft *draft)
{
	struct standing standing;
	const enum status status = standing_make(tree, entry, draft, &standing);

	if (status == STATUS_OK)
		cJSON_AddItemToArray(array, entry_object(writing, entry, &standing));
	standing_end(&standing);
	return status;
}

/* Files that are not there yet, too: a save makes them. */
static enum status add_files(struct writing *writing, cJSON *array, const struct tree *tree,
                             const struct draft *drafts, size_t count)
{
	enum status status = STATUS_OK;
	const char *name;

	for (size_t i = 0; status == STATUS_OK && (name = tree_file_at(i)) != NULL; i++) {
		const struct draft *draft = draft_of(drafts, count, name);
		struct standing standing;

		status = standing_make(tree, name, draft, &standing);
		standing.collection = TREE_ROOT;
		if (status == STATUS_OK)
			cJSON_AddItemToArray(array, entry_object(writing, name, &standing));
		standing_end(&standing);
	}
	return status;
}

enum status authoring_list(struct writing *writing)
{
	cJSON *object = cJSON_CreateObject(), *array = cJSON_AddArrayToObject(object, "entries");
	cJSON *files = cJSON_AddArrayToObject(object, "files");
	char hash[DIGEST_HEX_SIZE];
	struct draft *drafts = NULL;
	struct tree *tree = NULL;
	size_t count = 0;
	enum status status = authoring_live_tree(writing, &tree, hash);

	if (status == STATUS_OK)
		status = draft_list(writing->lane->drafts, writing->arena, &drafts, &count);
	if (status == STATUS_OK)
		status = add_head(writing, object, tree, hash);
	if (status == STATUS_OK && count > 0)
		qsort(drafts, count, sizeof(*drafts), by_entry);
	for (size_t i = 0; status == STATUS_OK && i < tree_count(tree); i++) {
		const char *id = tree_at(tree, i).id;

		if (!tree_is_file(id))
			status = add_entry(writing, array, tree, id, draft_of(drafts, count, id));
	}
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		if (!tree_find(tree, drafts[i].entry).object && !tree_is_file(drafts[i].entry))
			status = add_entry(writing, array, tree, drafts[i].entry, &drafts[i]);
	if (status == STATUS_OK)
		status = add_files(writing, files, tree, drafts, count);
	tree_destroy(tree);
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

/* --- one of them --- */

static bool is_file(const struct writing *writing)
{
	return tree_is_file(writing->entry);
}

/*
 * What is live and the draft of writing->entry. REFUSAL_NOT_FOUND where there is neither, but for
 * a file of the office.
 */
static enum status look(struct writing *writing, struct tree **tree, struct standing *out)
{
	char hash[DIGEST_HEX_SIZE];
	enum status status = authoring_live_tree(writing, tree, hash);

	*out = (struct standing){ .has_draft = false };
	if (status == STATUS_OK)
		status = authoring_stand(writing, *tree, writing->entry, out);
	if (status == STATUS_OK && is_file(writing))
		out->collection = TREE_ROOT;
	if (status == STATUS_OK && !out->live.object && !out->has_draft && !is_file(writing))
		writing->refusal = REFUSAL_NOT_FOUND;
	return status;
}

static void look_end(struct tree *tree, struct standing *standing)
{
	standing_end(standing);
	tree_destroy(tree);
}

static enum status add_live_hash(cJSON *object, const struct standing *standing)
{
	char hash[DIGEST_HEX_SIZE];
	const enum status status = document_hash(standing->live.object, hash);

	add_text(object, "live_hash", hash[0] ? hash : NULL);
	return status;
}

enum status authoring_form(struct writing *writing)
{
	struct tree *tree = NULL;
	struct standing standing;
	cJSON *object = NULL, *changes = cJSON_CreateArray();
	enum status status = look(writing, &tree, &standing);

	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE) {
		const cJSON *members = standing.members ? standing.members : standing.live.object;

		object = entry_object(writing, writing->entry, &standing);
		cJSON_AddNumberToObject(object, "revision", (double)standing.draft.revision);
		status = add_live_hash(object, &standing);
		/* Of one that is deleted, what would be; of a file that is not there, nothing yet.
		 */
		if (members || !is_file(writing))
			add_copy(object, "members", members);
		else
			cJSON_AddObjectToObject(object, "members");
		add_copy(object, "live_members", standing.live.object);
		if (status == STATUS_OK && standing.has_draft)
			status = merge_changes(standing.live.object, standing.members, changes);
		add_copy(object, "changes", changes);
		add_copy(object, "conflicts", standing.conflicts);
	}
	cJSON_Delete(changes);
	look_end(tree, &standing);
	if (status == STATUS_OK && object)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

enum status authoring_tell(struct writing *writing)
{
	struct tree *tree = NULL;
	struct standing standing;
	enum status status = look(writing, &tree, &standing);

	/* One that was new and is dropped stands nowhere. */
	if (writing->refusal == REFUSAL_NOT_FOUND)
		writing->refusal = REFUSAL_NONE;
	if (status == STATUS_OK)
		status =
		        authoring_answer(writing, entry_object(writing, writing->entry, &standing));
	look_end(tree, &standing);
	return status;
}

/* --- history --- */

struct telling {
	cJSON *array;
	const cJSON *live;
};

static enum status tell_event(void *context, const struct draft_event *event)
{
	struct telling *telling = context;
	cJSON *one = cJSON_CreateObject(), *changes = cJSON_CreateArray(), *text = NULL;
	enum status status = STATUS_OK;

	cJSON_AddNumberToObject(one, "number", (double)event->number);
	authoring_add_time(one, "at", event->at_ms);
	cJSON_AddStringToObject(one, "who", event->who);
	cJSON_AddStringToObject(one, "what", event->what);
	cJSON_AddNumberToObject(one, "revision", (double)event->revision);
	cJSON_AddStringToObject(one, "why", event->why);
	cJSON_AddBoolToObject(one, "alone", event->alone);
	add_text(one, "version", event->version);
	if (event->text && !event->version) {
		status = document_parse(event->text, &text);
		if (status == STATUS_OK)
			status = merge_changes(telling->live, text, changes);
	}
	cJSON_AddItemToObject(one, "changes", changes);
	cJSON_AddItemToArray(telling->array, one);
	cJSON_Delete(text);
	return status;
}

enum status authoring_history(struct writing *writing)
{
	cJSON *object = cJSON_CreateObject();
	struct telling telling = { .array = NULL };
	char hash[DIGEST_HEX_SIZE];
	struct tree *tree = NULL;
	enum status status = authoring_live_tree(writing, &tree, hash);

	cJSON_AddStringToObject(object, "entry", writing->entry);
	telling.array = cJSON_AddArrayToObject(object, "events");
	if (status == STATUS_OK) {
		telling.live = tree_find(tree, writing->entry).object;
		status = draft_history(writing->lane->drafts, writing->entry, HISTORY_MOST,
		                       tell_event, &telling);
	}
	if (status == STATUS_OK && !telling.live && cJSON_GetArraySize(telling.array) == 0)
		writing->refusal = REFUSAL_NOT_FOUND;
	tree_destroy(tree);
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

/* --- saving --- */

bool authoring_is_named(const struct writing *writing)
{
	return is_file(writing) ||
	       strcmp(json_string(writing->members, "id", writing->entry), writing->entry) == 0;
}

/* A save on its way. Objects are its own unless they are said to be borrowed. */
struct saving {
	struct standing standing;
	cJSON *live;   /* NULL: it is not */
	cJSON *then;   /* what the form was made of; NULL: it was nothing, or is not known */
	cJSON *theirs; /* what it would be written upon; NULL: nothing, or deleted */
	cJSON *result;
	cJSON *conflicts;
	bool merged;
	const char *collection; /* NULL: a referral */
	int64_t upon, errors;
	char live_hash[DIGEST_HEX_SIZE];
	cJSON *faults;
};

static void saving_end(struct saving *saving)
{
	standing_end(&saving->standing);
	cJSON_Delete(saving->live);
	cJSON_Delete(saving->then);
	cJSON_Delete(saving->theirs);
	cJSON_Delete(saving->result);
	cJSON_Delete(saving->conflicts);
	cJSON_Delete(saving->faults);
	*saving = (struct saving){ .upon = 0 };
}

/* Whether the form was made of what is there now. */
static bool is_latest(const struct writing *writing, const struct saving *saving)
{
	if (writing->revision != saving->upon)
		return false;
	return saving->upon > 0 || strcmp(writing->live_hash, saving->live_hash) == 0;
}

static enum status keep_copy(const cJSON *from, cJSON **to)
{
	*to = from ? cJSON_Duplicate(from, true) : NULL;
	return from && !*to ? STATUS_NO_MEMORY : STATUS_OK;
}

/* What the form was made of, where that can still be told. */
static enum status find_then(struct writing *writing, struct saving *saving)
{
	char hash[DIGEST_HEX_SIZE];
	const char *text;
	enum status status;

	if (writing->revision > 0) {
		status = draft_text(writing->lane->drafts, writing->entry, writing->revision,
		                    writing->arena, &text);
		if (status == STATUS_NOT_FOUND)
			return STATUS_OK;
		return status == STATUS_OK ? document_parse(text, &saving->then) : status;
	}
	if (strcmp(writing->live_hash, saving->live_hash) == 0)
		return keep_copy(saving->live, &saving->then);
	if (!saving->standing.has_draft)
		return STATUS_OK;
	status = document_parse(saving->standing.draft.base, &saving->then);
	if (status == STATUS_OK)
		status = document_hash(saving->then, hash);
	if (status == STATUS_OK && strcmp(hash, writing->live_hash) != 0) {
		cJSON_Delete(saving->then);
		saving->then = NULL;
	}
	return status;
}

static enum status merge_save(struct writing *writing, struct saving *saving)
{
	enum status status;

	if (is_latest(writing, saving))
		return keep_copy(writing->members, &saving->result);
	/* It was to be new. */
	if (writing->revision == 0 && writing->live_hash[0] == '\0') {
		writing->refusal = REFUSAL_ENTRY_TAKEN;
		return STATUS_OK;
	}
	status = find_then(writing, saving);
	saving->merged = true;
	return status == STATUS_OK ? merge_three(saving->then, writing->members, saving->theirs,
	                                         saving->conflicts, &saving->result)
	                           : status;
}

static const char *collection_of(const struct writing *writing, const struct tree *tree,
                                 const struct saving *saving)
{
	const struct standing *standing = &saving->standing;
	const char *const *names;

	if (standing->has_draft || standing->live.object)
		return standing->collection;
	if (is_file(writing))
		return TREE_ROOT;
	if (writing->referral)
		return NULL;
	if (writing->collection[0])
		return writing->collection;
	return tree_collections(tree, &names) > 0 ? names[0] : "faq";
}

/* Builds all that is live with the result in its place. */
static enum status judge_save(struct writing *writing, struct tree *tree, struct saving *saving)
{
	enum status status = tree_put(tree, writing->entry, saving->collection, saving->result);
	struct trial *trial = &writing->lane->draft;

	if (status == STATUS_INVALID) {
		writing->refusal = REFUSAL_BAD_MEMBER;
		tree_destroy(tree);
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		status = authoring_follow_numbers(writing, tree);
	if (status != STATUS_OK) {
		tree_destroy(tree);
		return status;
	}
	status = trial_make(writing, trial, tree);
	if (status != STATUS_OK)
		return status;
	saving->errors = (int64_t)faults_count(trial->faults, FAULT_ERROR);
	saving->faults = trial_faults(trial);
	return saving->faults ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status write_save(struct writing *writing, struct saving *saving, bool *moved)
{
	const struct draft_act act = authoring_act(writing);
	const bool of_live = strcmp(writing->live_hash, saving->live_hash) == 0;
	struct draft draft = {
		.entry = writing->entry,
		.collection = saving->collection,
		.errors = saving->errors,
	};
	enum status status = document_print(saving->result, writing->arena, &draft.text);

	/* A form that was made of what is live settles what stood against it. */
	if (status == STATUS_OK && (of_live || !saving->standing.has_draft))
		status = document_print(of_live ? saving->live : saving->then, writing->arena,
		                        &draft.base);
	else if (status == STATUS_OK)
		draft.base = saving->standing.draft.base;
	if (status == STATUS_OK && !of_live && !saving->standing.has_draft && !saving->then)
		status = document_print(saving->live, writing->arena, &draft.base);
	return status == STATUS_OK ? draft_save(writing->lane->drafts, &draft, saving->upon,
	                                        saving->merged ? "merged" : "saved", &act,
	                                        &writing->revision, moved)
	                           : status;
}

static enum status answer_save(struct writing *writing, const struct saving *saving, bool saved)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddBoolToObject(object, "saved", saved);
	cJSON_AddBoolToObject(object, "merged", saving->merged && saved);
	cJSON_AddStringToObject(object, "entry", writing->entry);
	cJSON_AddNumberToObject(object, "revision",
	                        (double)(saved ? writing->revision : saving->upon));
	add_text(object, "live_hash", saving->live_hash[0] ? saving->live_hash : NULL);
	add_copy(object, "members", saving->result);
	cJSON_AddBoolToObject(object, "valid", saved && saving->errors == 0);
	if (saving->faults)
		add_copy(object, "faults", saving->faults);
	else
		cJSON_AddArrayToObject(object, "faults");
	add_copy(object, "conflicts", saving->conflicts);
	return authoring_answer(writing, object);
}

/* Reads what is there, and merges. *tree is the caller's in every case, and may be NULL. */
static enum status prepare_save(struct writing *writing, struct saving *saving, struct tree **tree)
{
	struct standing *standing = &saving->standing;
	char hash[DIGEST_HEX_SIZE];
	enum status status = authoring_live_tree(writing, tree, hash);

	saving->conflicts = cJSON_CreateArray();
	if (status == STATUS_OK)
		status = authoring_stand(writing, *tree, writing->entry, standing);
	if (status == STATUS_OK)
		status = keep_copy(standing->live.object, &saving->live);
	if (status == STATUS_OK)
		status = document_hash(saving->live, saving->live_hash);
	if (status == STATUS_OK && standing->has_draft)
		status = document_parse(standing->draft.text, &saving->theirs);
	else if (status == STATUS_OK)
		status = keep_copy(saving->live, &saving->theirs);
	if (status != STATUS_OK)
		return status;
	saving->upon = standing->has_draft ? standing->draft.revision : 0;
	saving->collection = collection_of(writing, *tree, saving);
	if (saving->collection) {
		saving->collection = arena_copy(writing->arena, span_of(saving->collection));
		if (!saving->collection)
			return STATUS_NO_MEMORY;
	}
	return merge_save(writing, saving);
}

/* One try. *moved: somebody was faster. */
static enum status try_save(struct writing *writing, struct saving *saving, bool *moved)
{
	struct tree *tree = NULL;
	enum status status = prepare_save(writing, saving, &tree);

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE ||
	    cJSON_GetArraySize(saving->conflicts) > 0) {
		tree_destroy(tree);
		return status == STATUS_OK && writing->refusal == REFUSAL_NONE
		               ? answer_save(writing, saving, false)
		               : status;
	}
	status = judge_save(writing, tree, saving);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = write_save(writing, saving, moved);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE && !*moved)
		status = answer_save(writing, saving, true);
	return status;
}

enum status authoring_save(struct writing *writing)
{
	const int64_t revision = writing->revision;
	bool moved = true;
	enum status status = STATUS_OK;

	if (!authoring_is_named(writing) ||
	    (!is_file(writing) && !json_string(writing->members, "id", NULL))) {
		writing->refusal = REFUSAL_BAD_MEMBER;
		return STATUS_OK;
	}
	for (int i = 0; status == STATUS_OK && moved && i < TRIES_MOST; i++) {
		struct saving saving = { .upon = 0 };

		moved = false;
		writing->revision = revision;
		status = try_save(writing, &saving, &moved);
		saving_end(&saving);
	}
	if (moved)
		writing->refusal = REFUSAL_DRAFT_MOVED;
	return status;
}

/* --- the other steps --- */

/* The draft is the one that was seen; else a refusal. */
static bool is_seen(struct writing *writing, const struct standing *standing)
{
	if (!standing->has_draft && writing->revision != 0)
		writing->refusal = REFUSAL_NO_DRAFT;
	else if ((standing->has_draft ? standing->draft.revision : 0) != writing->revision)
		writing->refusal = REFUSAL_DRAFT_MOVED;
	return writing->refusal == REFUSAL_NONE;
}

static enum status delete_live(struct writing *writing, const struct standing *standing,
                               bool *moved)
{
	const struct draft_act act = authoring_act(writing);
	struct draft draft = { .entry = writing->entry,
		               .collection = standing->live.collection,
		               .text = "" };
	const enum status status =
	        document_print(standing->live.object, writing->arena, &draft.base);

	return status == STATUS_OK ? draft_save(writing->lane->drafts, &draft, writing->revision,
	                                        "deleted", &act, &writing->revision, moved)
	                           : status;
}

enum status authoring_delete(struct writing *writing)
{
	const struct draft_act act = authoring_act(writing);
	struct tree *tree = NULL;
	struct standing standing;
	bool moved = false;
	enum status status = look(writing, &tree, &standing);

	if (status == STATUS_OK && standing.live.object && is_file(writing))
		writing->refusal = REFUSAL_BAD_MEMBER;
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE && is_seen(writing, &standing))
		status = standing.live.object ? delete_live(writing, &standing, &moved)
		                              : draft_discard(writing->lane->drafts, writing->entry,
		                                              writing->revision, &act, &moved);
	look_end(tree, &standing);
	if (moved)
		writing->refusal = REFUSAL_DRAFT_MOVED;
	return status == STATUS_OK && writing->refusal == REFUSAL_NONE ? authoring_tell(writing)
	                                                               : status;
}

/* Why nothing was written: there is no draft, or not that one. */
static enum status explain(struct writing *writing)
{
	struct draft draft;
	const enum status status =
	        draft_find(writing->lane->drafts, writing->entry, writing->arena, &draft);

	if (status == STATUS_NOT_FOUND)
		writing->refusal = REFUSAL_NO_DRAFT;
	else if (status == STATUS_OK)
		writing->refusal = draft.revision == writing->revision ? REFUSAL_DRAFT_STATE
		                                                       : REFUSAL_DRAFT_MOVED;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status authoring_discard(struct writing *writing)
{
	const struct draft_act act = authoring_act(writing);
	bool moved;
	const enum status status = draft_discard(writing->lane->drafts, writing->entry,
	                                         writing->revision, &act, &moved);

	if (status != STATUS_OK)
		return status;
	return moved ? explain(writing) : authoring_tell(writing);
}

enum status authoring_submit(struct writing *writing)
{
	const struct draft_act act = authoring_act(writing);
	bool moved;
	const enum status status =
	        draft_advance(writing->lane->drafts, writing->entry, writing->revision, DRAFT_OPEN,
	                      DRAFT_REVIEW, "submitted", false, &act, &moved);

	if (status != STATUS_OK)
		return status;
	return moved ? explain(writing) : authoring_tell(writing);
}
