/*
 * How it works. A publication is prepared first: approved drafts are put into the files that are
 * live, or the files of an earlier version are taken, and a model is built of them; nothing that is
 * not fit to answer, or that loses a golden question, goes on. Then authoring_place() makes them
 * live.
 *
 * knowledge.from = store: the version is offered to all replicas, as `dayi publish` does, until all
 * are prepared or one refuses.
 *
 * A folder: what was live is stored as a version, unless it is one; the files that differ are
 * written, each as a whole; then the new version is stored, and the pointer names it. Nothing is
 * written if the folder changed since the publication was prepared; where a file or the store
 * cannot be written the folder is set back.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/language.h"
#include "engine/dialogue/snapshot_file.h"
#include "office/authoring/merge.h"
#include "office/identity/may.h"
#include "office/versions/archive.h"
#include "service/console/authoring_parts.h"

enum {
	MOVES_MOST = 100,
	WAIT_MS = 50,
};

static const int64_t wait_longest_us = 60 * INT64_C(1000000);

bool authoring_can_publish(const struct service *service)
{
	return service->settings.knowledge.from_store ||
	       !store_is_shared(service->settings.console.accounts.store.url);
}

/* --- the decision --- */

static bool may_review(const struct writing *writing, const struct standing *standing)
{
	const struct principal who = { writing->who->account, writing->who->roles };
	const struct resource draft = {
		.owner = draft_is_by(&standing->draft, who.account) ? who.account : NULL,
	};

	return may(&who, ACTION_REVIEW_DRAFT, &draft);
}

/* Whether two entries have one number: the numbers have to go live together. */
static bool has_number_twice(const struct trial *trial)
{
	for (size_t i = 0; i < faults_kept(trial->faults); i++) {
		const struct fault *fault = faults_at(trial->faults, i);

		if (fault->level == FAULT_ERROR && fault->field &&
		    strcmp(fault->field, "number") == 0)
			return true;
	}
	return false;
}

static enum refusal refusal_of(const struct trial *trial)
{
	return !trial->snapshot
	               ? has_number_twice(trial) ? REFUSAL_NUMBER_TAKEN : REFUSAL_INVALID_DRAFT
	       : !trial->golden_kept ? REFUSAL_LOST_GOLDEN
	                             : REFUSAL_NONE;
}

/*
 * Whether it could go live: alone, or reviewed. Of the draft as it was read: one that was saved or
 * discarded meanwhile is noticed when its state is changed.
 */
static enum status judge_draft(struct writing *writing, const struct draft *draft, bool *alone)
{
	char hash[DIGEST_HEX_SIZE];
	struct tree *live = NULL, *tree = NULL;
	struct standing standing = { .has_draft = false };
	bool alike = false;
	enum status status = authoring_live_tree(writing, &live, hash);

	if (status == STATUS_OK)
		status = authoring_live_tree(writing, &tree, hash);
	if (status == STATUS_OK)
		status = standing_make(live, writing->entry, draft, &standing);
	if (status == STATUS_OK && cJSON_GetArraySize(standing.conflicts) > 0)
		writing->refusal = REFUSAL_CONFLICT;
	if (status == STATUS_OK)
		status = standing_apply(tree, writing->entry, &standing);
	if (status == STATUS_OK)
		status = authoring_follow_numbers(writing, tree);
	*alone = status == STATUS_OK && !may_review(writing, &standing);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE) {
		status = trial_make(writing, &writing->lane->draft, tree);
		tree = NULL;
	}
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		writing->refusal = refusal_of(&writing->lane->draft);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE && *alone) {
		struct tree *own = NULL;

		status = authoring_live_tree(writing, &own, hash);
		if (status == STATUS_OK)
			status = trial_make(writing, &writing->lane->live, own);
		/* What a file of the office says is not all compared. */
		if (status == STATUS_OK && writing->lane->live.snapshot &&
		    !tree_is_file(writing->entry))
			status = trial_goes_alone(writing, &alike);
		if (status == STATUS_OK && !alike)
			writing->refusal = REFUSAL_OWN_DRAFT;
	}
	standing_end(&standing);
	tree_destroy(tree);
	tree_destroy(live);
	return status;
}

enum status authoring_decide(struct writing *writing)
{
	const struct draft_act act = authoring_act(writing);
	struct draft draft;
	bool alone = false, moved = false;
	enum status status =
	        draft_find(writing->lane->drafts, writing->entry, writing->arena, &draft);

	if (status == STATUS_NOT_FOUND) {
		writing->refusal = REFUSAL_NO_DRAFT;
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return status;
	if (draft.revision != writing->revision)
		writing->refusal = REFUSAL_DRAFT_MOVED;
	else if (draft.state != DRAFT_REVIEW)
		writing->refusal = REFUSAL_DRAFT_STATE;
	else if (writing->approve)
		status = judge_draft(writing, &draft, &alone);
	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE)
		return status;
	status = draft_advance(writing->lane->drafts, writing->entry, writing->revision,
	                       DRAFT_REVIEW, writing->approve ? DRAFT_APPROVED : DRAFT_OPEN,
	                       writing->approve ? "approved" : "refused", alone, &act, &moved);
	if (status != STATUS_OK)
		return status;
	if (moved)
		writing->refusal = REFUSAL_DRAFT_MOVED;
	return moved ? STATUS_OK : authoring_tell(writing);
}

/* --- preparing a publication --- */

static bool is_named(const cJSON *entries, const char *entry)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, entries)
		if (strcmp(item->valuestring, entry) == 0)
			return true;
	return false;
}

/* Every one that is named must be an approved draft. */
static bool are_approved(const cJSON *entries, const struct draft *drafts, size_t count)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, entries) {
		bool approved = false;

		for (size_t i = 0; i < count; i++)
			approved = approved || (drafts[i].state == DRAFT_APPROVED &&
			                        strcmp(drafts[i].entry, item->valuestring) == 0);
		if (!approved)
			return false;
	}
	return true;
}

static enum status put_draft(struct writing *writing, struct tree *tree, const struct draft *draft)
{
	struct publication *publication = &writing->publication;
	struct standing standing;
	enum status status = standing_make(tree, draft->entry, draft, &standing);
	const size_t at = publication->count;

	if (status == STATUS_OK && cJSON_GetArraySize(standing.conflicts) > 0)
		writing->refusal = REFUSAL_CONFLICT;
	if (status == STATUS_OK)
		status = document_print(standing.members, writing->arena, &publication->texts[at]);
	if (status == STATUS_OK)
		status = standing_apply(tree, draft->entry, &standing);
	standing_end(&standing);
	publication->entries[at] = draft->entry;
	publication->revisions[at] = draft->revision;
	publication->count++;
	return status;
}

static enum status put_approved(struct writing *writing, struct tree *tree)
{
	struct publication *publication = &writing->publication;
	struct draft *drafts;
	size_t count;
	enum status status = draft_list(writing->lane->drafts, writing->arena, &drafts, &count);

	publication->entries = arena_array(writing->arena, DRAFTS_MOST, sizeof(char *));
	publication->texts = arena_array(writing->arena, DRAFTS_MOST, sizeof(char *));
	publication->revisions = arena_array(writing->arena, DRAFTS_MOST, sizeof(int64_t));
	if (!publication->entries || !publication->texts || !publication->revisions)
		return STATUS_NO_MEMORY;
	if (status == STATUS_OK && !are_approved(writing->entries, drafts, count))
		writing->refusal = REFUSAL_DRAFT_STATE;
	for (size_t i = 0; status == STATUS_OK && writing->refusal == REFUSAL_NONE && i < count;
	     i++)
		if (drafts[i].state == DRAFT_APPROVED &&
		    (!writing->entries || is_named(writing->entries, drafts[i].entry)))
			status = put_draft(writing, tree, &drafts[i]);
	if (status == STATUS_OK && publication->count == 0)
		writing->refusal = REFUSAL_DRAFT_STATE;
	return status;
}

/*
 * Of a folder the model need not be built once more. That of a large one is read again all the
 * same: it is to lie in a file that is mapped. Versions from the store are built by the follower.
 */
static bool is_to_be_used(const struct writing *writing, const struct trial *trial)
{
	return !writing->service->settings.knowledge.from_store &&
	       trial->snapshot->knowledge->answer_count < SNAPSHOT_KEPT_FROM;
}

/* Builds what is to be live. Takes the tree. */
static enum status prove(struct writing *writing, struct tree *tree)
{
	struct publication *publication = &writing->publication;
	struct trial *trial = &writing->lane->draft;
	const int64_t start_us = service_now_us(writing->service);
	const enum status status = trial_make(writing, trial, tree);

	if (status == STATUS_OK)
		writing->refusal = refusal_of(trial);
	publication->ready = status == STATUS_OK && writing->refusal == REFUSAL_NONE;
	if (publication->ready && is_to_be_used(writing, trial)) {
		publication->served = (struct served){ trial->snapshot, trial->scratch };
		publication->took_us = service_now_us(writing->service) - start_us;
		trial->snapshot = NULL;
		trial->scratch = NULL;
	}
	trial_clear(trial);
	return status;
}

/* --- earlier versions --- */

struct search {
	const char *live;          /* hash */
	int64_t current, previous; /* of the moves; 0: none */
	bool current_is_live;
};

static enum status note_move(void *context, const struct versions_move *move)
{
	struct search *search = context;

	if (search->current == 0) {
		search->current = move->version;
		search->current_is_live = strcmp(move->hash, search->live) == 0;
	}
	if (move->version == search->current)
		search->previous = 0;
	else if (search->previous == 0)
		search->previous = move->version;
	return STATUS_OK;
}

/*
 * The version that was live when the current one first came, which has a lower number: so the way
 * back ends, and does not lead to what was rolled back from. Where the folder was changed by hand,
 * the last one.
 */
static enum status find_version(struct writing *writing)
{
	struct search search = { .live = writing->publication.before_hash };
	const enum status status =
	        versions_moves(writing->lane->versions, MOVES_MOST, note_move, &search);

	if (writing->version == 0 && !search.current_is_live)
		writing->version = search.current;
	else if (writing->version == 0 && search.previous < search.current)
		writing->version = search.previous;
	if (writing->version == 0)
		writing->refusal = REFUSAL_NO_VERSION;
	return status;
}

/*
 * The version that the store has as current must be of the FAQ that is live in the folder: where
 * two servers share a store by mistake one would serve the other's answers.
 */
static enum status compare_with_current(struct writing *writing, const struct tree *live)
{
	struct search search = { .live = writing->publication.before_hash };
	char hash[DIGEST_HEX_SIZE];
	struct tree *current = NULL;
	struct buf files;
	enum status status = versions_moves(writing->lane->versions, 1, note_move, &search);

	if (status != STATUS_OK || search.current == 0 || search.current_is_live)
		return status;
	buf_init(&files, ARCHIVE_BYTES_MOST);
	status = versions_files(writing->lane->versions, search.current, &files, hash);
	if (status == STATUS_OK)
		status = tree_create(&current, buf_span(&files));
	if (status == STATUS_OK && tree_is_of_another(live, current))
		writing->refusal = REFUSAL_OTHER_FAQ;
	tree_destroy(current);
	buf_deinit(&files);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* What rolling back changes: for the history of each document. */
static enum status note_changes(struct writing *writing, const struct tree *live,
                                const struct tree *version)
{
	struct publication *publication = &writing->publication;
	struct draft_change *changes = arena_array(
	        writing->arena, tree_count(live) + tree_count(version) + 1, sizeof(*changes));
	enum status status = changes ? STATUS_OK : STATUS_NO_MEMORY;
	size_t count = 0;

	for (size_t i = 0; i < tree_count(version) && status == STATUS_OK; i++) {
		const struct tree_document then = tree_at(version, i);

		if (!then.object || merge_same(tree_find(live, then.id).object, then.object))
			continue;
		changes[count].entry = arena_copy(writing->arena, span_of(then.id));
		status = document_print(then.object, writing->arena, &changes[count].text);
		count++;
	}
	for (size_t i = 0; i < tree_count(live) && status == STATUS_OK; i++) {
		const struct tree_document now = tree_at(live, i);

		if (!now.object || tree_find(version, now.id).object)
			continue;
		changes[count].entry = arena_copy(writing->arena, span_of(now.id));
		changes[count++].text = "";
	}
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (!changes[i].entry)
			status = STATUS_NO_MEMORY;
	publication->changes = changes;
	publication->change_count = count;
	return status;
}

static enum status compare_with_live(struct writing *writing, const struct tree *version)
{
	struct tree *live = NULL;
	enum status status = tree_create(&live, buf_span(&writing->publication.before));

	if (status == STATUS_OK && tree_is_of_another(live, version))
		writing->refusal = REFUSAL_OTHER_FAQ;
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = note_changes(writing, live, version);
	tree_destroy(live);
	return status;
}

enum status authoring_publish(struct writing *writing)
{
	struct publication *publication = &writing->publication;
	struct tree *tree = NULL;
	enum status status =
	        authoring_live(writing, &publication->before, publication->before_hash);

	if (status == STATUS_OK)
		status = tree_create(&tree, buf_span(&publication->before));
	if (status == STATUS_OK)
		status = compare_with_current(writing, tree);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = put_approved(writing, tree);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = tree_pack(tree, &publication->files);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = archive_hash(buf_span(&publication->files), publication->hash);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		return prove(writing, tree);
	tree_destroy(tree);
	return status;
}

enum status authoring_roll_back(struct writing *writing)
{
	struct publication *publication = &writing->publication;
	struct tree *tree = NULL;
	enum status status =
	        authoring_live(writing, &publication->before, publication->before_hash);

	if (status == STATUS_OK)
		status = find_version(writing);
	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE)
		return status;
	status = versions_files(writing->lane->versions, writing->version, &publication->files,
	                        publication->hash);
	if (status == STATUS_NOT_FOUND) {
		writing->refusal = REFUSAL_NO_VERSION;
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		status = tree_create(&tree, buf_span(&publication->files));
	if (status == STATUS_OK)
		status = compare_with_live(writing, tree);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		return prove(writing, tree);
	tree_destroy(tree);
	return status;
}

/* --- making it live --- */

static void log_not_taken(const struct writing *writing, const char *reason)
{
	log_event(writing->service->tools.log, LOG_ERROR, "version_not_taken",
	          LOG_TEXT("version", writing->publication.hash), LOG_TEXT("reason", reason));
}

struct refusing {
	int64_t number;
	char reason[VERSIONS_REASON_SIZE];
};

static void see_replica(void *context, const struct versions_replica *replica)
{
	struct refusing *refusing = context;

	if (replica->refused == refusing->number)
		snprintf(refusing->reason, sizeof(refusing->reason), "%s: %s", replica->name,
		         replica->reason);
	else if (replica->prepared != refusing->number && replica->loaded != refusing->number &&
	         !refusing->reason[0])
		snprintf(refusing->reason, sizeof(refusing->reason), "%s: not prepared in time",
		         replica->name);
}

/*
 * Stores the version, and moves the pointer once all replicas are prepared. A store that fails is
 * asked again, until the time is over: the pointer may have moved all the same.
 */
static enum status move_pointer(struct writing *writing, const struct versions_new *version,
                                int64_t *number)
{
	const struct timespec pause = { 0, WAIT_MS * 1000000L };
	const int64_t until_us = service_now_us(writing->service) + wait_longest_us;
	enum versions_outcome outcome = VERSIONS_WAITS;
	struct store *store = writing->lane->versions;
	struct refusing refusing = { .number = 0 };
	bool last = false;
	enum status status = versions_offer(store, version, number);

	if (status != STATUS_OK)
		return status;
	while (!last && outcome == VERSIONS_WAITS) {
		last = service_now_us(writing->service) >= until_us || writing->authoring->stopped;
		refusing = (struct refusing){ .number = *number };
		status = versions_step(store, *number, last, version, see_replica, &refusing,
		                       &outcome);
		if (outcome == VERSIONS_WAITS && !last)
			(void)nanosleep(&pause, NULL);
	}
	if (status != STATUS_OK || outcome == VERSIONS_TAKEN)
		return status;
	log_not_taken(writing, refusing.reason);
	writing->refusal = REFUSAL_NOT_TAKEN;
	return STATUS_OK;
}

/* A version of what was live, so that it can be rolled back to. */
static enum status keep_before(struct writing *writing)
{
	const struct publication *publication = &writing->publication;
	const struct versions_new before = { publication->before_hash,
		                             buf_span(&publication->before), "folder", "", 0 };
	struct search search = { .live = publication->before_hash };
	int64_t number;
	const enum status status = versions_moves(writing->lane->versions, 1, note_move, &search);

	if (status != STATUS_OK || search.current_is_live)
		return status;
	return move_pointer(writing, &before, &number);
}

/* The model is of what is in the folder now; else, somebody wrote there, it is read again. */
static enum status note_folder(struct writing *writing)
{
	struct publication *publication = &writing->publication;
	char hash[DIGEST_HEX_SIZE];
	struct buf now;
	enum status status;

	if (!publication->served.snapshot)
		return STATUS_OK;
	reloader_loaded(writing->service->reloader);
	buf_init(&now, ARCHIVE_BYTES_MOST);
	status = authoring_live(writing, &now, hash);
	buf_deinit(&now);
	if (status == STATUS_OK && strcmp(hash, publication->hash) == 0)
		return STATUS_OK;
	scratch_destroy(publication->served.scratch);
	snapshot_destroy(publication->served.snapshot);
	publication->served = (struct served){ NULL, NULL };
	return status;
}

/* The files, and that they are a version. */
static enum status change_folder(struct writing *writing, const struct versions_new *version)
{
	struct publication *publication = &writing->publication;
	enum status status =
	        archive_change(writing->service->settings.knowledge.folder,
	                       buf_span(&publication->before), buf_span(&publication->files));

	if (status == STATUS_OK)
		status = note_folder(writing);
	if (status != STATUS_OK) {
		log_not_taken(writing, file_failure(status));
		return status;
	}
	status = move_pointer(writing, version, &publication->number);
	if (status != STATUS_OK)
		log_not_taken(writing, store_problem(writing->lane->versions));
	return status;
}

/* Takes back what a failed publication wrote. */
static void set_folder_back(struct writing *writing)
{
	const struct publication *publication = &writing->publication;

	if (archive_change(writing->service->settings.knowledge.folder,
	                   buf_span(&publication->files),
	                   buf_span(&publication->before)) != STATUS_OK)
		log_not_taken(writing, _("the folder could not be set back"));
}

static enum status place_in_folder(struct writing *writing, const struct versions_new *version)
{
	struct publication *publication = &writing->publication;
	char hash[DIGEST_HEX_SIZE];
	struct buf now;
	enum status status;

	buf_init(&now, ARCHIVE_BYTES_MOST);
	status = authoring_live(writing, &now, hash);
	buf_deinit(&now);
	if (status == STATUS_OK && strcmp(hash, publication->before_hash) != 0) {
		log_not_taken(writing, _("the folder was changed meanwhile"));
		writing->refusal = REFUSAL_NOT_TAKEN;
	}
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		status = keep_before(writing);
	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE)
		return status;
	status = change_folder(writing, version);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		return STATUS_OK;
	set_folder_back(writing);
	if (status != STATUS_BUSY)
		writing->refusal = REFUSAL_NOT_TAKEN;
	return status == STATUS_BUSY ? status : STATUS_OK;
}

static enum status tell_published(struct writing *writing)
{
	const struct publication *publication = &writing->publication;
	cJSON *object = cJSON_CreateObject(), *array;

	cJSON_AddNumberToObject(object, "version", (double)publication->number);
	cJSON_AddStringToObject(object, "hash", publication->hash);
	array = cJSON_AddArrayToObject(object, "entries");
	for (size_t i = 0; i < publication->count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(publication->entries[i]));
	return authoring_answer(writing, object);
}

/* It is live, whatever becomes of its drafts: one that stays says of itself that nothing differs.
 */
static void end_drafts(struct writing *writing)
{
	const struct publication *publication = &writing->publication;
	const struct draft_act act = authoring_act(writing);

	for (size_t i = 0; i < publication->count; i++) {
		const enum status status = draft_published(
		        writing->lane->drafts, publication->entries[i], publication->revisions[i],
		        publication->texts[i], publication->hash, &act);

		if (status != STATUS_OK)
			log_event(writing->service->tools.log, LOG_ERROR, "draft_not_ended",
			          LOG_TEXT("entry", publication->entries[i]),
			          LOG_TEXT("version", publication->hash),
			          LOG_TEXT("reason", store_problem(writing->lane->drafts)));
	}
}

/* It is live, as above. */
static void tell_rolled_back(struct writing *writing)
{
	const struct publication *publication = &writing->publication;
	const struct draft_act act = authoring_act(writing);

	if (publication->change_count > 0 &&
	    draft_rolled_back(writing->lane->drafts, publication->changes,
	                      publication->change_count, publication->hash, &act) != STATUS_OK)
		log_event(writing->service->tools.log, LOG_ERROR, "roll_back_not_told",
		          LOG_TEXT("version", publication->hash),
		          LOG_TEXT("reason", store_problem(writing->lane->drafts)));
}

enum status authoring_place(struct writing *writing)
{
	struct publication *publication = &writing->publication;
	const struct versions_new version = { publication->hash, buf_span(&publication->files),
		                              writing->who->name, writing->why,
		                              writing->live_version };
	enum status status = writing->service->settings.knowledge.from_store
	                             ? move_pointer(writing, &version, &publication->number)
	                             : place_in_folder(writing, &version);

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE)
		return status;
	publication->done = true;
	end_drafts(writing);
	tell_rolled_back(writing);
	return tell_published(writing);
}
