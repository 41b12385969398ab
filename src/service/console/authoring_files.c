/*
 * Documents and tables become drafts, and what is live becomes a file.
 *
 * An upload is read beside what is live (office/exchange/exchange_look.h), which gives one object
 * for each entry that it is about. Looking shows them; taking does the same once more, for nothing
 * is kept between the two, and makes a draft of each that is new or changed. The hash of what was
 * live then has to be that of now. An entry that has a draft already is left alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "office/authoring/merge.h"
#include "office/exchange/exchange_look.h"
#include "service/console/authoring_parts.h"

enum {
	TOLD_MOST = 1000,     /* entries that an answer names */
	TOLD_BYTES = 4 << 20, /* of their members, about */
	FAULTS_TOLD = 200,
	TAKEN_MOST = 1000, /* drafts at once */
	OUTLINE_BYTES = 1 << 20,
	QUESTION_BYTES = 400, /* of the question of an entry that is only named */
};

/* An entry to be made a draft. */
struct taken {
	const char *id, *collection;
	cJSON *object;
	const char *live; /* text; "": it is new */
	int64_t errors;
};

/* An upload on its way. */
struct upload {
	struct writing *writing;
	struct tree *tree;
	char hash[DIGEST_HEX_SIZE]; /* of what is live */
	struct draft *drafts;
	size_t draft_count;
	struct faults *faults;
	struct buf outline;
	cJSON *entries; /* as they are told */
	size_t seen, told_bytes;
	size_t counts[EXCHANGE_MISSING + 1], drafted, same;
	struct taken *taken; /* with `takes` */
	size_t taken_count, saved;
	bool takes;
};

static const char *change_name(enum exchange_change change)
{
	switch (change) {
	case EXCHANGE_NEW:
		return "new";
	case EXCHANGE_CHANGED:
		return "changed";
	case EXCHANGE_MISSING:
		return "missing";
	default:
		return "same";
	}
}

static void add_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static bool has_draft(const struct upload *upload, const char *id)
{
	for (size_t i = 0; i < upload->draft_count; i++)
		if (strcmp(upload->drafts[i].entry, id) == 0)
			return true;
	return false;
}

/* --- what is seen --- */

static enum status tell_seen(struct upload *upload, const struct exchange_seen *seen, bool drafted)
{
	const bool whole = seen->change == EXCHANGE_NEW || seen->change == EXCHANGE_CHANGED;
	cJSON *one, *changes;
	enum status status = STATUS_OK;

	if (upload->seen++ >= TOLD_MOST)
		return STATUS_OK;
	one = cJSON_CreateObject();
	cJSON_AddItemToArray(upload->entries, one);
	add_text(one, "entry", seen->id);
	add_text(one, "change", change_name(seen->change));
	add_text(one, "collection", seen->collection);
	cJSON_AddItemToObject(one, "line",
	                      seen->line ? cJSON_CreateNumber(seen->line) : cJSON_CreateNull());
	add_text(one, "question", json_string(seen->object, "question", ""));
	add_text(one, "same_as", seen->same_as);
	cJSON_AddBoolToObject(one, "same_in_file", seen->same_in_input);
	cJSON_AddBoolToObject(one, "draft", drafted);
	changes = cJSON_AddArrayToObject(one, "changes");
	if (!whole || upload->told_bytes > TOLD_BYTES) {
		add_text(one, "answer", NULL);
		return changes ? STATUS_OK : STATUS_NO_MEMORY;
	}
	add_text(one, "answer", json_string(seen->object, "answer", ""));
	upload->told_bytes += strlen(json_string(seen->object, "answer", ""));
	if (seen->change == EXCHANGE_CHANGED)
		status = merge_changes(seen->live, seen->object, changes);
	return status;
}

static enum status keep_taken(struct upload *upload, const struct exchange_seen *seen)
{
	struct arena *arena = upload->writing->arena;
	struct taken *taken;

	if (upload->taken_count == TAKEN_MOST)
		return STATUS_LIMIT;
	taken = &upload->taken[upload->taken_count++];
	*taken = (struct taken){ .id = arena_copy(arena, span_of(seen->id)),
		                 .collection = arena_copy(arena, span_of(seen->collection)),
		                 .object = cJSON_Duplicate(seen->object, true),
		                 .live = "" };
	if (!taken->id || !taken->collection || !taken->object)
		return STATUS_NO_MEMORY;
	return document_print(seen->live, arena, &taken->live);
}

static enum status see(void *context, const struct exchange_seen *seen)
{
	struct upload *upload = context;
	const bool wanted = seen->change == EXCHANGE_NEW || seen->change == EXCHANGE_CHANGED;
	const bool drafted = has_draft(upload, seen->id);
	enum status status;

	upload->counts[seen->change]++;
	upload->drafted += wanted && drafted;
	upload->same += seen->same_as != NULL;
	status = tell_seen(upload, seen, drafted);
	if (status == STATUS_OK && upload->takes && wanted && !drafted)
		status = keep_taken(upload, seen);
	return status;
}

static enum status look(struct upload *upload, enum exchange_format *format)
{
	const struct writing *writing = upload->writing;
	const size_t most = tree_count(upload->tree);
	struct exchange_live *live = calloc(most + 1, sizeof(*live));
	struct exchange_counts counts;
	struct exchange_look asked = {
		.input = buf_span(&writing->upload),
		.file = writing->file_name,
		.format = writing->format,
		.live = live,
		.lexicon = tree_file(upload->tree, "lexicon.json"),
		.outline = &upload->outline,
		.see = see,
		.context = upload,
	};
	enum status status;

	if (!live)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < most; i++) {
		const struct tree_document document = tree_at(upload->tree, i);

		if (document.collection && *document.collection)
			live[asked.live_count++] =
			        (struct exchange_live){ document.collection, document.object };
	}
	status = exchange_look(&asked, upload->faults, format, &counts);
	free(live);
	return status;
}

/* --- taking it --- */

/* How many errors each of them has, once all are there. */
static enum status count_errors(struct upload *upload)
{
	struct writing *writing = upload->writing;
	struct trial *trial = &writing->lane->draft;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < upload->taken_count && status == STATUS_OK; i++)
		status = tree_put(upload->tree, upload->taken[i].id, upload->taken[i].collection,
		                  upload->taken[i].object);
	if (status == STATUS_OK) {
		struct tree *tree = upload->tree;

		upload->tree = NULL; /* the trial's in every case */
		status = trial_make(writing, trial, tree);
	}
	for (size_t f = 0; status == STATUS_OK && f < faults_kept(trial->faults); f++) {
		const struct fault *fault = faults_at(trial->faults, f);
		const char *member;
		const char *entry = fault->level == FAULT_ERROR
		                            ? tree_blame(trial->tree, fault, &member)
		                            : NULL;

		for (size_t i = 0; entry && i < upload->taken_count; i++)
			upload->taken[i].errors += strcmp(upload->taken[i].id, entry) == 0;
	}
	return status;
}

static enum status save_all(struct upload *upload)
{
	struct writing *writing = upload->writing;
	struct draft_act act = authoring_act(writing);
	char why[DRAFT_WHY_BYTES + 1];
	enum status status = STATUS_OK;

	/* A reviewer is told where it came from, and nobody needs to type that. */
	if (writing->file_name[0])
		snprintf(why, sizeof(why), _("import of %s"), writing->file_name);
	else
		snprintf(why, sizeof(why), "%s", _("import of a file"));
	act.why = why;
	for (size_t i = 0; i < upload->taken_count && status == STATUS_OK; i++) {
		const struct taken *taken = &upload->taken[i];
		struct draft draft = { .entry = taken->id,
			               .collection = taken->collection,
			               .base = taken->live,
			               .errors = taken->errors };
		int64_t revision;
		bool moved = false;

		status = document_print(taken->object, writing->arena, &draft.text);
		if (status == STATUS_OK)
			status = draft_save(writing->lane->drafts, &draft, 0, "saved", &act,
			                    &revision, &moved);
		/* Somebody began one meanwhile. */
		upload->saved += status == STATUS_OK && !moved;
		upload->drafted += status == STATUS_OK && moved;
	}
	return status;
}

/* --- the answer --- */

static cJSON *faults_object(const struct faults *faults)
{
	static const char *const levels[] = { "note", "warning", "error" };
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < faults_kept(faults) && i < FAULTS_TOLD; i++) {
		const struct fault *fault = faults_at(faults, i);
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "level", levels[fault->level]);
		cJSON_AddItemToObject(one, "line",
		                      fault->line ? cJSON_CreateNumber(fault->line)
		                                  : cJSON_CreateNull());
		cJSON_AddStringToObject(one, "member", fault->field ? fault->field : "");
		cJSON_AddStringToObject(one, "text", fault->reason);
		cJSON_AddItemToArray(array, one);
	}
	return array;
}

static enum status answer(struct upload *upload, enum exchange_format format)
{
	cJSON *object = cJSON_CreateObject(), *counts;

	cJSON_AddStringToObject(object, "live", upload->hash);
	cJSON_AddBoolToObject(object, "readable", faults_count(upload->faults, FAULT_ERROR) == 0);
	cJSON_AddStringToObject(object, "format", exchange_format_name(format));
	cJSON_AddStringToObject(object, "outline", buf_text(&upload->outline));
	counts = cJSON_AddObjectToObject(object, "counts");
	for (int change = EXCHANGE_SAME; change <= EXCHANGE_MISSING; change++)
		cJSON_AddNumberToObject(counts, change_name((enum exchange_change)change),
		                        (double)upload->counts[change]);
	cJSON_AddNumberToObject(counts, "duplicates", (double)upload->same);
	cJSON_AddNumberToObject(counts, "drafts", (double)upload->drafted);
	cJSON_AddNumberToObject(object, "taken", (double)upload->saved);
	cJSON_AddItemToObject(object, "entries", upload->entries);
	upload->entries = NULL;
	cJSON_AddNumberToObject(object, "more",
	                        upload->seen > TOLD_MOST ? (double)(upload->seen - TOLD_MOST) : 0);
	cJSON_AddItemToObject(object, "faults", faults_object(upload->faults));
	return authoring_answer(upload->writing, object);
}

static enum status begin(struct upload *upload)
{
	struct writing *writing = upload->writing;
	enum status status = faults_create(&upload->faults);

	upload->entries = cJSON_CreateArray();
	if (upload->takes)
		upload->taken = calloc(TAKEN_MOST, sizeof(*upload->taken));
	if (!upload->entries || (upload->takes && !upload->taken))
		return STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = authoring_live_tree(writing, &upload->tree, upload->hash);
	if (status == STATUS_OK)
		status = draft_list(writing->lane->drafts, writing->arena, &upload->drafts,
		                    &upload->draft_count);
	if (status == STATUS_OK && upload->takes && strcmp(writing->live_hash, upload->hash) != 0)
		writing->refusal = REFUSAL_LIVE_MOVED;
	return status;
}

static void end(struct upload *upload)
{
	for (size_t i = 0; i < upload->taken_count; i++)
		cJSON_Delete(upload->taken[i].object);
	free(upload->taken);
	cJSON_Delete(upload->entries);
	tree_destroy(upload->tree);
	faults_destroy(upload->faults);
	buf_deinit(&upload->outline);
}

enum status authoring_import(struct writing *writing)
{
	struct upload upload = { .writing = writing,
		                 .takes = writing->kind == CONSOLE_IMPORT_TAKE };
	enum exchange_format format = writing->format;
	enum status status;

	buf_init(&upload.outline, OUTLINE_BYTES);
	status = begin(&upload);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE) {
		status = look(&upload, &format);
		if (status == STATUS_LIMIT) {
			writing->refusal = REFUSAL_FILE_TOO_LARGE;
			status = STATUS_OK;
		} else if (status == STATUS_INVALID) {
			status = STATUS_OK; /* its faults are the answer */
		} else if (status == STATUS_OK && upload.takes) {
			status = count_errors(&upload);
			if (status == STATUS_OK)
				status = save_all(&upload);
		}
	}
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = answer(&upload, format);
	end(&upload);
	return status;
}

/* --- out again --- */

enum status authoring_export(struct writing *writing)
{
	char hash[DIGEST_HEX_SIZE];
	struct knowledge *knowledge = NULL;
	struct faults *faults = NULL;
	struct tree *tree = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = authoring_live_tree(writing, &tree, hash);
	if (status == STATUS_OK)
		status = tree_knowledge(tree, faults, &knowledge);
	if (status == STATUS_OK)
		status = exchange_export(knowledge, writing->format, &writing->answer, faults);
	knowledge_destroy(knowledge);
	tree_destroy(tree);
	faults_destroy(faults);
	return status;
}
