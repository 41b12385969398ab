/*
 * How it works. An ask about drafts is copied into a writing. Its first job reads what is live and
 * the draft, does what is asked, and leaves the object of the answer. Where something goes live, a
 * second job follows once the first was audited: of JOB_KNOWLEDGE where the folder is written, so
 * that no reload reads it meanwhile, else of JOB_AUTHORING.
 *
 * Each lane has its own connections, opened when it is used first, and two models: of what is live,
 * and of the draft that was tried last. The start makes and migrates the stores. Publishing has a
 * lane of its own, which one writing holds at a time.
 */
#include "service/console/authoring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/language.h"
#include "engine/api/catalogue.h"
#include "office/authoring/finding.h"
#include "office/versions/archive.h"
#include "service/console/authoring_parts.h"

enum {
	JOBS_MOST = 64,
	BUSY_MS = 5000,
	ARENA_BYTES = 512 << 20,
	ANSWER_BYTES = 64 << 20,
	TIME_BYTES = 32,
	RETENTION_EVERY_MS = 3600 * 1000,
};

/* --- opening --- */

void authoring_job_limits(const struct console_settings *settings,
                          struct job_limits limits[JOB_CLASSES])
{
	if (settings->enabled)
		limits[JOB_AUTHORING] = (struct job_limits){ AUTHORING_LANES, JOBS_MOST };
	if (settings->enabled)
		limits[JOB_REPLAY] = replay_job_limits();
	if (settings->enabled)
		limits[JOB_SUGGEST] = suggestions_job_limits();
}

static void log_closed(struct service *service, const char *url, const char *reason)
{
	char name[STORE_NAME_SIZE];

	log_event(service->tools.log, LOG_ERROR, "authoring_closed",
	          LOG_TEXT("store", store_name(url, name)), LOG_TEXT("reason", reason));
}

static enum status open_store(struct service *service, const char *name,
                              const struct store_schema *schema, struct store **out)
{
	char url[PLACE_SIZE] = "", problem[STORE_PROBLEM_SIZE] = "";
	const struct store_settings settings = { .url = url, .busy_ms = BUSY_MS };
	const char *accounts = service->settings.console.accounts.store.url;
	enum status status =
	        store_beside(accounts, name, url, sizeof(url)) ? STATUS_OK : STATUS_LIMIT;

	if (status == STATUS_OK)
		status = store_open(out, &settings, schema, problem);
	if (status != STATUS_OK)
		log_closed(service, url, problem[0] ? problem : status_text(status));
	return status;
}

enum status authoring_open_drafts(struct service *service, struct store **out)
{
	return open_store(service, "drafts.db", &drafts_schema, out);
}

enum status authoring_open_lane(struct service *service, struct authoring_lane *lane)
{
	enum status status = STATUS_OK;

	if (!lane->drafts)
		status = authoring_open_drafts(service, &lane->drafts);
	if (status == STATUS_OK && !lane->versions)
		status = open_store(service, "versions.db", &versions_schema, &lane->versions);
	return status;
}

static void close_lane(struct authoring_lane *lane)
{
	store_close(lane->drafts);
	store_close(lane->versions);
	lane->drafts = lane->versions = NULL;
}

static void retain(void *context, unsigned lane)
{
	struct authoring *authoring = context;
	struct service *service = authoring->service;
	const int64_t versions_days = service->settings.knowledge.keep_versions_days;
	const int64_t turns_days = service->settings.journal.keep.turns;
	struct authoring_lane *own = &authoring->lanes[lane];
	size_t deleted = 0;
	enum status status = authoring_open_lane(service, own);

	if (status == STATUS_OK && turns_days > 0)
		status = finding_retain(own->drafts, FINDING_SUGGESTIONS, turns_days * DAY_MS);
	if (status == STATUS_OK && versions_days > 0)
		status = versions_retain(own->versions, versions_days * DAY_MS, &deleted);
	if (status != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "versions_retention_failed",
		          LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("hint", "it is tried again within an hour"));
	else if (deleted > 0)
		log_event(service->tools.log, LOG_INFO, "versions_retention",
		          LOG_NUMBER("deleted", (int64_t)deleted));
}

/* At the start and every hour. */
static enum status begin_retention(struct authoring *authoring)
{
	const struct service *service = authoring->service;
	struct jobs *jobs = service->tools.jobs;
	enum status status;

	if (service->settings.knowledge.keep_versions_days == 0 &&
	    service->settings.journal.keep.turns == 0)
		return STATUS_OK;
	authoring->retention = (struct job){ .run = retain, .context = authoring };
	status = jobs_every(jobs, RETENTION_EVERY_MS, JOB_AUTHORING, &authoring->retention);
	/* From here on it is the jobs', so nothing may fail: within an hour is early enough. */
	if (status == STATUS_OK &&
	    jobs_add(jobs, JOB_AUTHORING, &authoring->retention) != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "versions_retention_failed",
		          LOG_TEXT("hint", "it is tried within an hour"));
	return status;
}

enum status authoring_open(struct service *service)
{
	struct authoring *authoring = calloc(1, sizeof(*authoring));
	enum status status;

	if (!authoring)
		return STATUS_NO_MEMORY;
	service->authoring = authoring;
	authoring->service = service;
	status = replays_create(&authoring->replays, service);
	if (status == STATUS_OK)
		status = suggestions_create(&authoring->suggestions, service);
	/* Two lanes that made the stores at the same time would be in each other's way. */
	if (status == STATUS_OK)
		status = authoring_open_lane(service, &authoring->lanes[0]);
	close_lane(&authoring->lanes[0]);
	if (status == STATUS_OK)
		status = begin_retention(authoring);
	if (status != STATUS_OK)
		authoring_close(service);
	return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

/* --- a run that will not be --- */

struct forsaken {
	struct service *service;
	const char *name;
	int64_t run;
	struct job job;
	enum status status;
};

static void run_forsake(void *context, unsigned lane)
{
	struct forsaken *forsaken = context;
	struct authoring_lane *own = &forsaken->service->authoring->lanes[lane];

	forsaken->status = authoring_open_lane(forsaken->service, own);
	if (forsaken->status == STATUS_OK)
		forsaken->status = finding_end(own->drafts, forsaken->name, forsaken->run, false,
		                               (struct span){ NULL, 0 });
}

static void done_forsake(void *context)
{
	struct forsaken *forsaken = context;

	if (forsaken->status != STATUS_OK)
		log_event(forsaken->service->tools.log, LOG_ERROR, "run_not_ended",
		          LOG_TEXT("run", forsaken->name),
		          LOG_TEXT("status", status_text(forsaken->status)));
	free(forsaken);
}

void authoring_forsake(struct service *service, const char *name, int64_t run)
{
	struct forsaken *forsaken = calloc(1, sizeof(*forsaken));

	if (!forsaken)
		return;
	*forsaken = (struct forsaken){ .service = service, .name = name, .run = run };
	forsaken->job =
	        (struct job){ .run = run_forsake, .done = done_forsake, .context = forsaken };
	forsaken->status = jobs_add(service->tools.jobs, JOB_AUTHORING, &forsaken->job);
	if (forsaken->status != STATUS_OK)
		done_forsake(forsaken);
}

void authoring_stop(struct service *service)
{
	service->authoring->stopped = true;
	replays_stop(service->authoring->replays);
	suggestions_stop(service->authoring->suggestions);
}

void authoring_close(struct service *service)
{
	struct authoring *authoring = service->authoring;

	if (!authoring)
		return;
	for (size_t i = 0; i <= AUTHORING_LANES; i++) {
		struct authoring_lane *lane = &authoring->lanes[i];

		trial_clear(&lane->live);
		trial_clear(&lane->draft);
		knowledge_destroy(lane->knowledge);
		close_lane(lane);
	}
	link_review_destroy(authoring->links);
	replays_destroy(authoring->replays);
	suggestions_destroy(authoring->suggestions);
	free(authoring);
	service->authoring = NULL;
}

/* --- an ask --- */

static bool copy_text(const char *text, char *to, size_t size)
{
	return !text || (size_t)snprintf(to, size, "%s", text) < size;
}

static bool copy_json(const struct cJSON *from, cJSON **to)
{
	*to = from ? cJSON_Duplicate(from, true) : NULL;
	return !from || *to;
}

enum refusal writing_create(struct writing **out, struct service *service,
                            const struct console_ask *ask)
{
	const struct authoring_ask *said = &ask->authoring;
	struct writing *writing = calloc(1, sizeof(*writing));

	*out = writing;
	if (!writing || arena_create(&writing->arena, ARENA_BYTES) != STATUS_OK)
		return REFUSAL_INTERNAL;
	buf_init(&writing->answer, ANSWER_BYTES);
	buf_init(&writing->upload, AUTHORING_FILE_BYTES);
	buf_append(&writing->upload, said->upload.ptr, said->upload.len);
	writing->format = said->format;
	buf_init(&writing->suggest_from, ARCHIVE_BYTES_MOST);
	buf_init(&writing->publication.files, ARCHIVE_BYTES_MOST);
	buf_init(&writing->publication.before, ARCHIVE_BYTES_MOST);
	writing->service = service;
	writing->authoring = service->authoring;
	writing->kind = ask->kind;
	writing->revision = said->revision;
	writing->referral = said->referral;
	writing->approve = said->approve;
	writing->version = said->version;
	writing->latest = said->latest;
	writing->days = said->days;
	writing->model = said->model;
	writing->text = said->text ? strdup(said->text) : NULL;
	if (buf_status(&writing->upload) != STATUS_OK || (said->text && !writing->text) ||
	    !copy_json(said->members, &writing->members) ||
	    !copy_json(said->facts, &writing->facts) ||
	    !copy_json(said->entries, &writing->entries))
		return REFUSAL_INTERNAL;
	return copy_text(said->entry, writing->entry, sizeof(writing->entry)) &&
	                       copy_text(said->live_hash, writing->live_hash,
	                                 sizeof(writing->live_hash)) &&
	                       copy_text(said->why, writing->why, sizeof(writing->why)) &&
	                       copy_text(said->collection, writing->collection,
	                                 sizeof(writing->collection)) &&
	                       copy_text(said->file_name, writing->file_name,
	                                 sizeof(writing->file_name)) &&
	                       copy_text(said->today, writing->today, sizeof(writing->today))
	               ? REFUSAL_NONE
	               : REFUSAL_BAD_MEMBER;
}

void writing_destroy(struct writing *writing)
{
	if (!writing)
		return;
	if (writing->publication.served.snapshot)
		reloader_retire(writing->service->reloader, &writing->publication.served);
	cJSON_Delete(writing->members);
	cJSON_Delete(writing->facts);
	cJSON_Delete(writing->entries);
	free(writing->text);
	buf_deinit(&writing->answer);
	buf_deinit(&writing->upload);
	buf_deinit(&writing->suggest_from);
	buf_deinit(&writing->publication.files);
	buf_deinit(&writing->publication.before);
	arena_destroy(writing->arena);
	replay_destroy(writing->replay);
	free(writing);
}

static bool wants_to_publish(const struct writing *writing)
{
	return writing->kind == CONSOLE_PUBLISH || writing->kind == CONSOLE_ROLL_BACK;
}

enum refusal writing_begin(struct writing *writing)
{
	if (writing->kind == CONSOLE_LINKS)
		return authoring_links_begin(writing);
	if (writing->kind == CONSOLE_SUGGEST && !writing->service->settings.journal.file[0])
		return REFUSAL_NOT_FOUND;
	if (writing->model && !writing->service->settings.console.model.url[0])
		return REFUSAL_NOT_FOUND;
	if (!wants_to_publish(writing))
		return REFUSAL_NONE;
	if (!authoring_can_publish(writing->service))
		return REFUSAL_NO_PUBLISHING;
	if (writing->authoring->publishing)
		return REFUSAL_PUBLISHING;
	writing->authoring->publishing = writing->holds = true;
	return REFUSAL_NONE;
}

static enum status run(struct writing *writing)
{
	switch (writing->kind) {
	case CONSOLE_AUTHORING:
		return authoring_list(writing);
	case CONSOLE_FORM:
		return authoring_form(writing);
	case CONSOLE_HISTORY:
		return authoring_history(writing);
	case CONSOLE_SAVE:
		return authoring_save(writing);
	case CONSOLE_DELETE:
		return authoring_delete(writing);
	case CONSOLE_DISCARD:
		return authoring_discard(writing);
	case CONSOLE_CHECK:
		return authoring_check(writing);
	case CONSOLE_PREVIEW:
		return authoring_preview(writing);
	case CONSOLE_TRY:
		return authoring_try(writing);
	case CONSOLE_DRAFT_GATE:
		return authoring_gate(writing);
	case CONSOLE_REPLAY:
		return authoring_replay(writing);
	case CONSOLE_REPLAYED:
		return STATUS_OK;
	case CONSOLE_SUBMIT:
		return authoring_submit(writing);
	case CONSOLE_DECIDE:
		return authoring_decide(writing);
	case CONSOLE_PUBLISH:
		return authoring_publish(writing);
	case CONSOLE_ROLL_BACK:
		return authoring_roll_back(writing);
	case CONSOLE_VERSION:
		return authoring_version(writing);
	case CONSOLE_VERSIONS:
		return authoring_versions(writing);
	case CONSOLE_IMPORT_LOOK:
	case CONSOLE_IMPORT_TAKE:
		return authoring_import(writing);
	case CONSOLE_EXPORT:
		return authoring_export(writing);
	case CONSOLE_SUGGEST:
		return authoring_suggest(writing);
	case CONSOLE_SUGGESTED:
		return authoring_suggested(writing);
	case CONSOLE_SUGGEST_TAKE:
		return authoring_suggest_take(writing);
	case CONSOLE_SUGGEST_DISMISS:
		return authoring_suggest_dismiss(writing);
	case CONSOLE_SUGGEST_RESTORE:
		return authoring_suggest_restore(writing);
	case CONSOLE_STALE:
		return authoring_stale(writing);
	case CONSOLE_LINKS:
		return authoring_links(writing);
	default:
		return STATUS_INTERNAL;
	}
}

static enum status finish_run(struct writing *writing, enum status status, enum refusal *refusal)
{
	*refusal = writing->refusal;
	if (status != STATUS_OK && *refusal == REFUSAL_NONE)
		*refusal = status == STATUS_BUSY ? REFUSAL_PUBLISHING : REFUSAL_INTERNAL;
	writing->who = NULL;
	return status;
}

/* Editors' pages are Chinese, and so is what is told there, whatever locale the server has. */
static struct reader_language write_chinese(void)
{
	return language_use(
	        (struct reader_language){ .own = true, .catalogue = library_catalogue[0].content });
}

enum status writing_run(struct writing *writing, unsigned lane, const struct writer *who,
                        enum refusal *refusal)
{
	const struct reader_language before = write_chinese();
	enum status status;

	writing->lane = &writing->authoring->lanes[writing->holds ? AUTHORING_LANES : lane];
	writing->who = who;
	snprintf(writing->account, sizeof(writing->account), "%s", who->account);
	status = authoring_open_lane(writing->service, writing->lane);
	status = finish_run(writing, status == STATUS_OK ? run(writing) : STATUS_IO, refusal);
	(void)language_use(before);
	return status;
}

bool writing_publishes(const struct writing *writing, enum job_class *class)
{
	*class = writing->service->settings.knowledge.from_store ? JOB_AUTHORING : JOB_KNOWLEDGE;
	return writing->publication.ready && !writing->publication.done;
}

enum status writing_place(struct writing *writing, const struct writer *who, enum refusal *refusal)
{
	const struct reader_language before = write_chinese();
	enum status status;

	writing->who = who;
	status = finish_run(writing, authoring_place(writing), refusal);
	(void)language_use(before);
	return status;
}

/* Runs of the gate are the loop's. */
static void end_replay(struct writing *writing)
{
	struct replays *replays = writing->authoring->replays;

	if (writing->replay)
		replays_begin(replays, writing->account, writing->replay);
	writing->replay = NULL;
	buf_clear(&writing->answer);
	replays_tell(replays, writing->account, &writing->answer);
}

void writing_end(struct writing *writing, bool well)
{
	struct publication *publication = &writing->publication;
	struct service *service = writing->service;

	if (writing->kind == CONSOLE_REPLAY || writing->kind == CONSOLE_REPLAYED)
		end_replay(writing);
	if (writing->holds)
		writing->authoring->publishing = false;
	writing->holds = false;
	authoring_links_end(writing, well);
	authoring_suggest_end(writing, well);
	if (publication->done && publication->served.snapshot && !service->stopped) {
		const struct reloaded reloaded = { publication->served, publication->took_us };

		publication->served = (struct served){ NULL, NULL };
		service_take_reloaded(service, &reloaded);
	} else if (publication->done) {
		service_reload(service);
	}
}

const char *writing_about(const struct writing *writing)
{
	return writing->publication.hash[0] ? writing->publication.hash
	       : writing->entry[0]          ? writing->entry
	                                    : writing->file_name;
}

const char *writing_why(const struct writing *writing)
{
	return writing->why;
}

enum exchange_format writing_format(const struct writing *writing)
{
	return writing->format;
}

struct span writing_answer(const struct writing *writing)
{
	return buf_span(&writing->answer);
}

/* --- what is live --- */

static enum status read_version(struct writing *writing, struct buf *archive,
                                char hash[DIGEST_HEX_SIZE])
{
	struct versions_pointer pointer;
	enum status status = versions_current(writing->lane->versions, &pointer);

	if (status != STATUS_OK)
		return status;
	writing->live_version = pointer.current;
	return versions_files(writing->lane->versions, pointer.current, archive, hash);
}

enum status authoring_live(struct writing *writing, struct buf *archive, char hash[DIGEST_HEX_SIZE])
{
	enum status status;

	if (writing->service->settings.knowledge.from_store)
		return read_version(writing, archive, hash);
	status = archive_pack(writing->service->settings.knowledge.folder, archive);
	return status == STATUS_OK ? archive_hash(buf_span(archive), hash) : status;
}

enum status authoring_live_tree(struct writing *writing, struct tree **out,
                                char hash[DIGEST_HEX_SIZE])
{
	struct buf archive;
	enum status status;

	*out = NULL;
	buf_init(&archive, ARCHIVE_BYTES_MOST);
	status = authoring_live(writing, &archive, hash);
	if (status == STATUS_OK)
		status = tree_create(out, buf_span(&archive));
	buf_deinit(&archive);
	return status;
}

enum status authoring_live_knowledge(struct writing *writing, const struct knowledge **out)
{
	struct authoring_lane *lane = writing->lane;
	char hash[DIGEST_HEX_SIZE];
	struct tree *tree = NULL;
	struct buf archive;
	enum status status;

	buf_init(&archive, ARCHIVE_BYTES_MOST);
	status = authoring_live(writing, &archive, hash);
	if (status == STATUS_OK && (!lane->knowledge || strcmp(hash, lane->knowledge_hash) != 0)) {
		knowledge_destroy(lane->knowledge);
		lane->knowledge = NULL;
		status = tree_create(&tree, buf_span(&archive));
		if (status == STATUS_OK)
			status = tree_knowledge(tree, NULL, &lane->knowledge);
		tree_destroy(tree);
		memcpy(lane->knowledge_hash, hash, sizeof(hash));
	}
	buf_deinit(&archive);
	*out = lane->knowledge;
	return status;
}

/* --- answers --- */

void authoring_add_time(cJSON *object, const char *name, int64_t at_ms)
{
	const time_t at = (time_t)(at_ms / 1000);
	char text[TIME_BYTES] = "";
	struct tm parts;

	if (at_ms > 0 && gmtime_r(&at, &parts))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	cJSON_AddItemToObject(object, name,
	                      text[0] ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void authoring_add_number(cJSON *object, const struct entry *entry)
{
	if (entry->number > 0)
		cJSON_AddNumberToObject(object, "number", entry->number);
	else
		cJSON_AddNullToObject(object, "number");
}

enum status authoring_answer(struct writing *writing, cJSON *object)
{
	buf_clear(&writing->answer);
	json_append(&writing->answer, object);
	cJSON_Delete(object);
	return buf_status(&writing->answer);
}

struct draft_act authoring_act(const struct writing *writing)
{
	return (struct draft_act){ writing->who->account, writing->who->name, writing->why,
		                   writing->who->at_ms };
}

/* --- a draft beside what is live --- */

enum status authoring_stand(struct writing *writing, const struct tree *tree, const char *entry,
                            struct standing *out)
{
	struct draft draft;
	enum status status = draft_find(writing->lane->drafts, entry, writing->arena, &draft);

	*out = (struct standing){ .has_draft = false };
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	return standing_make(tree, entry, status == STATUS_OK ? &draft : NULL, out);
}

enum status authoring_follow_numbers(struct writing *writing, struct tree *tree)
{
	struct draft *drafts;
	size_t count;
	const enum status status =
	        draft_list(writing->lane->drafts, writing->arena, &drafts, &count);

	return status == STATUS_OK ? standing_follow_numbers(tree, writing->entry, drafts, count)
	                           : status;
}
