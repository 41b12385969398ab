/*
 * How it works. The ask itself takes the run in the store, unless another replica has it, so that
 * every replica knows of it at once. begin_run() then keeps the archive of what is live and
 * adds the job. The job builds a model, reads the journal, tries what it finds draft by draft,
 * giving a sign of life now and then, and leaves the result in the store as JSON. Whoever asks
 * reads it from there, beside what is live and drafted by then. A run that is taken and does not
 * come about is given up with authoring_forsake().
 */
#include "service/console/authoring_suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/team.h"
#include "base/utf8.h"
#include "office/authoring/dismissed.h"
#include "office/authoring/finding.h"
#include "office/authoring/merge.h"
#include "office/authoring/suggest_model.h"
#include "office/versions/archive.h"
#include "service/console/authoring_parts.h"

enum {
	GROUPS_TOLD = 50,
	PROBLEM_CHARS = 100,
	PROBLEM_SIZE = 4 * PROBLEM_CHARS + 1,
	MODEL_WAIT_MOST_S = 60, /* within it the run gives no sign of life */
	DISMISSED_BYTES = 4 << 20,
};

struct suggestions {
	struct service *service;
	struct job job;
	bool under_way, stopped; /* the loop's */
	atomic_bool running;
	atomic_bool given_up; /* of this run: the process stops, or another run has begun */
	atomic_size_t tried;
	/* The job's, while it is under way. */
	int64_t days;
	bool model;
	char entry[DRAFT_ENTRY_BYTES + 1];
	char problem[PROBLEM_SIZE]; /* why the model was left out; "" */
	struct dismissed dismissed;
	struct buf archive;
	struct store *drafts;
	int64_t run, beat_us;
	struct buf result;
	enum status status;
	bool told; /* the store knows that it is over */
};

struct job_limits suggestions_job_limits(void)
{
	return (struct job_limits){ 1, 1 };
}

enum status suggestions_create(struct suggestions **out, struct service *service)
{
	struct suggestions *suggestions = calloc(1, sizeof(*suggestions));

	*out = suggestions;
	if (!suggestions)
		return STATUS_NO_MEMORY;
	suggestions->service = service;
	buf_init(&suggestions->archive, ARCHIVE_BYTES_MOST);
	buf_init(&suggestions->result, FINDING_BYTES);
	return STATUS_OK;
}

void suggestions_stop(struct suggestions *suggestions)
{
	if (!suggestions)
		return;
	suggestions->stopped = true;
	atomic_store(&suggestions->given_up, true);
}

void suggestions_destroy(struct suggestions *suggestions)
{
	if (!suggestions)
		return;
	buf_deinit(&suggestions->archive);
	buf_deinit(&suggestions->result);
	free(suggestions);
}

/* Of the run that is under way here. Any thread. False: there is none. */
static bool read_progress(const struct suggestions *suggestions, size_t *done, size_t *total)
{
	*done = atomic_load(&suggestions->tried);
	*total = SUGGEST_TRIALS_USUAL;
	return atomic_load(&suggestions->running);
}

/* --- the result --- */

static void add_proposals(cJSON *object, const struct suggest *suggest)
{
	cJSON *array = cJSON_AddArrayToObject(object, "proposals");
	size_t count;
	const struct suggestion *found = suggest_found(suggest, &count);

	for (size_t i = 0; i < count; i++) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "entry", found[i].entry->id);
		authoring_add_number(one, found[i].entry);
		cJSON_AddStringToObject(one, "question", found[i].entry->question);
		cJSON_AddStringToObject(one, "alternate", found[i].text);
		cJSON_AddStringToObject(one, "from", found[i].written ? "model" : "journal");
		cJSON_AddNumberToObject(one, "asked", (double)found[i].asked);
		cJSON_AddNumberToObject(one, "helped", (double)found[i].helped);
		cJSON_AddItemToArray(array, one);
	}
}

static enum status add_groups(cJSON *object, const struct suggest *suggest)
{
	cJSON *array = cJSON_AddArrayToObject(object, "groups");
	size_t count;
	const struct suggest_group *groups = suggest_groups(suggest, &count);

	for (size_t i = 0; i < count && i < GROUPS_TOLD; i++) {
		char *text = strndup(groups[i].question.ptr, groups[i].question.len);
		cJSON *one = cJSON_CreateObject();

		if (!text) {
			cJSON_Delete(one);
			return STATUS_NO_MEMORY;
		}
		cJSON_AddStringToObject(one, "question", text);
		free(text);
		cJSON_AddNumberToObject(one, "wordings", (double)groups[i].wordings);
		cJSON_AddNumberToObject(one, "asked", (double)groups[i].asked);
		cJSON_AddItemToObject(one, "guess",
		                      groups[i].guess ? cJSON_CreateString(groups[i].guess->id)
		                                      : cJSON_CreateNull());
		cJSON_AddItemToArray(array, one);
	}
	return STATUS_OK;
}

static enum status write_result(struct suggestions *suggestions, const struct suggest *suggest,
                                const char *live)
{
	const struct suggest_sums sums = suggest_sums(suggest);
	cJSON *object = cJSON_CreateObject();
	enum status status;

	cJSON_AddStringToObject(object, "live", live);
	cJSON_AddNumberToObject(object, "days", (double)suggestions->days);
	cJSON_AddBoolToObject(object, "model", suggestions->model);
	cJSON_AddItemToObject(object, "model_problem",
	                      suggestions->problem[0] ? cJSON_CreateString(suggestions->problem)
	                                              : cJSON_CreateNull());
	add_proposals(object, suggest);
	status = add_groups(object, suggest);
	cJSON_AddNumberToObject(object, "questions", (double)sums.questions);
	cJSON_AddNumberToObject(object, "chosen", (double)sums.chosen);
	cJSON_AddNumberToObject(object, "alike", (double)sums.alike);
	cJSON_AddNumberToObject(object, "trials", (double)sums.trials);
	cJSON_AddBoolToObject(object, "cut", sums.cut);
	cJSON_AddNumberToObject(object, "asked", (double)sums.asked);
	cJSON_AddNumberToObject(object, "helped_before", (double)sums.helped_before);
	cJSON_AddNumberToObject(object, "helped", (double)sums.helped);
	json_append(&suggestions->result, object);
	cJSON_Delete(object);
	return status == STATUS_OK ? buf_status(&suggestions->result) : status;
}

/* --- the job --- */

/* The store hears of it now and then. */
static void note_alive(void *context)
{
	struct suggestions *suggestions = context;
	const int64_t now_us = service_now_us(suggestions->service);
	bool lost = false;

	if (now_us - suggestions->beat_us < FINDING_BEAT_MS * INT64_C(1000))
		return;
	suggestions->beat_us = now_us;
	if (finding_beat(suggestions->drafts, FINDING_SUGGESTIONS, suggestions->run,
	                 (struct span){ NULL, 0 }, &lost) == STATUS_OK &&
	    lost)
		atomic_store(&suggestions->given_up, true);
}

static void note_trial(void *context, size_t trials)
{
	struct suggestions *suggestions = context;

	atomic_store(&suggestions->tried, trials);
}

static enum status read_journal(struct suggestions *suggestions, struct suggest *suggest)
{
	const struct service *service = suggestions->service;
	const int64_t since_ms = clock_wall_ms(&service->tools.clock) - suggestions->days * DAY_MS;
	char problem[STORE_PROBLEM_SIZE] = "";
	const enum status status =
	        suggest_read(suggest, &service->settings.journal, since_ms, problem);

	if (status != STATUS_OK && status != STATUS_NOT_FOUND && problem[0])
		log_event(service->tools.log, LOG_ERROR, "suggest_journal",
		          LOG_TEXT("reason", problem));
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_dismissed(void *context, const struct entry *entry, const char *text)
{
	const struct suggestions *suggestions = context;

	return dismissed_has(&suggestions->dismissed, entry->id, text);
}

static void note_left_out(void *context, const char *problem)
{
	struct suggestions *suggestions = context;
	const struct span text = { problem, strlen(problem) };

	snprintf(suggestions->problem, sizeof(suggestions->problem), "%.*s",
	         (int)utf8_prefix(text, PROBLEM_CHARS), problem);
	log_event(suggestions->service->tools.log, LOG_ERROR, "suggest_model",
	          LOG_TEXT("reason", problem));
}

static void note_refused(void *context, const struct entry *entry, size_t count)
{
	const struct suggestions *suggestions = context;

	log_event(suggestions->service->tools.log, LOG_INFO, "suggest_model_wordings",
	          LOG_TEXT("entry", entry->id), LOG_NUMBER("refused", (int64_t)count));
}

static enum status ask_model(struct suggestions *suggestions, struct suggest *suggest)
{
	const struct console_model *own = &suggestions->service->settings.console.model;
	const struct suggest_model model = {
		.settings = { own->url, own->key_file, own->ca_file,
		              own->timeout_s < MODEL_WAIT_MOST_S ? own->timeout_s
		                                                 : MODEL_WAIT_MOST_S,
		              &suggestions->given_up },
		.name = own->name,
		.only = suggestions->entry[0] ? suggestions->entry : NULL,
		.left_out = note_left_out,
		.refused = note_refused,
		.context = suggestions,
	};

	return suggestions->model ? suggest_ask_model(suggest, &model) : STATUS_OK;
}

static enum status look(struct suggestions *suggestions, const struct snapshot *live,
                        const char *hash)
{
	const struct suggest_base base = { .live = live,
		                           .clock = suggestions->service->tools.clock,
		                           .archive = buf_span(&suggestions->archive),
		                           .each = SUGGEST_EACH_USUAL,
		                           .trials = SUGGEST_TRIALS_USUAL,
		                           .tried = note_trial,
		                           .alive = note_alive,
		                           .unwanted = is_dismissed,
		                           .context = suggestions,
		                           .ended = &suggestions->given_up };
	struct suggest *suggest = NULL;
	enum status status = suggest_create(&suggest, &base);

	if (status == STATUS_OK)
		status = read_journal(suggestions, suggest);
	if (status == STATUS_OK)
		status = suggest_prepare(suggest);
	if (status == STATUS_OK)
		status = ask_model(suggestions, suggest);
	if (status == STATUS_OK)
		status = suggest_run(suggest);
	if (status == STATUS_OK)
		status = write_result(suggestions, suggest, hash);
	suggest_destroy(suggest);
	return status;
}

static enum status look_at_live(struct suggestions *suggestions)
{
	const struct span archive = buf_span(&suggestions->archive);
	char hash[DIGEST_HEX_SIZE];
	struct snapshot *live = NULL;
	struct arena *arena = NULL; /* of what was dismissed */
	enum status status = archive_hash(archive, hash);

	if (status == STATUS_OK)
		status = arena_create(&arena, DISMISSED_BYTES);
	if (status == STATUS_OK)
		status = dismissed_read(suggestions->drafts, arena, &suggestions->dismissed);
	if (status == STATUS_OK)
		status = authoring_model(suggestions->service, archive, &suggestions->given_up,
		                         &live);
	note_alive(suggestions);
	if (status == STATUS_OK)
		status = look(suggestions, live, hash);
	snapshot_destroy(live);
	arena_destroy(arena);
	return status;
}

/* In a thread that leaves the processors to whoever answers people. */
static void work(void *context, unsigned member)
{
	struct suggestions *suggestions = context;
	enum status status;

	(void)member;
	status = authoring_open_drafts(suggestions->service, &suggestions->drafts);
	if (status == STATUS_OK) {
		enum status ended;

		status = look_at_live(suggestions);
		ended = finding_end(suggestions->drafts, FINDING_SUGGESTIONS, suggestions->run,
		                    status == STATUS_OK,
		                    status == STATUS_OK ? buf_span(&suggestions->result)
		                                        : (struct span){ NULL, 0 });
		suggestions->told = ended == STATUS_OK;
		status = status == STATUS_OK ? ended : status;
	}
	store_close(suggestions->drafts);
	suggestions->drafts = NULL;
	suggestions->status = status;
}

static void run(void *context, unsigned lane)
{
	const struct team team = { 1, true };
	struct suggestions *suggestions = context;

	(void)lane;
	team_run(&team, work, suggestions);
	buf_deinit(&suggestions->archive);
	buf_deinit(&suggestions->result);
	buf_init(&suggestions->archive, ARCHIVE_BYTES_MOST);
	buf_init(&suggestions->result, FINDING_BYTES);
	atomic_store(&suggestions->running, false);
}

/* --- the loop --- */

static void done(void *context)
{
	struct suggestions *suggestions = context;

	suggestions->under_way = false;
	if (!suggestions->told)
		authoring_forsake(suggestions->service, FINDING_SUGGESTIONS, suggestions->run);
	if (suggestions->status != STATUS_OK && suggestions->status != STATUS_CLOSED)
		log_event(suggestions->service->tools.log, LOG_ERROR, "suggest_failed",
		          LOG_TEXT("status", status_text(suggestions->status)));
}

/*
 * Begins the run of that number, of finding_begin(), over that archive, which is taken in any case.
 * False: it could not be begun, such as while one is under way here.
 */
static bool begin_run(struct suggestions *suggestions, int64_t run_number,
                      const struct suggest_wish *wish, struct buf *archive)
{
	if (suggestions->under_way || suggestions->stopped) {
		buf_clear(archive);
		return false;
	}
	buf_deinit(&suggestions->archive);
	suggestions->archive = *archive;
	buf_init(archive, ARCHIVE_BYTES_MOST);
	suggestions->days = wish->days;
	suggestions->model = wish->model;
	snprintf(suggestions->entry, sizeof(suggestions->entry), "%s", wish->entry);
	suggestions->problem[0] = '\0';
	suggestions->run = run_number;
	suggestions->told = false;
	suggestions->beat_us = service_now_us(suggestions->service);
	atomic_store(&suggestions->tried, 0);
	atomic_store(&suggestions->given_up, false);
	/* Before it is added: it may be over at once. */
	atomic_store(&suggestions->running, true);
	suggestions->job = (struct job){ .run = run, .done = done, .context = suggestions };
	suggestions->under_way = jobs_add(suggestions->service->tools.jobs, JOB_SUGGEST,
	                                  &suggestions->job) == STATUS_OK;
	if (!suggestions->under_way)
		atomic_store(&suggestions->running, false);
	return suggestions->under_way;
}

/* --- an ask about them, in its job --- */

static bool has_alternate(const cJSON *members, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(members, "also"))
		if (cJSON_IsString(item) && strcmp(item->valuestring, text) == 0)
			return true;
	return false;
}

/*
 * Of this proposal, and of all behind it for the same entry: whether the text is an alternate of
 * the entry, live or in its draft.
 */
static enum status add_taken(struct writing *writing, const struct tree *tree, cJSON *proposal)
{
	const char *entry = json_string(proposal, "entry", "");
	struct standing standing;
	const enum status status = authoring_stand(writing, tree, entry, &standing);

	for (; status == STATUS_OK && proposal; proposal = proposal->next)
		if (strcmp(json_string(proposal, "entry", ""), entry) == 0)
			cJSON_AddBoolToObject(
			        proposal, "taken",
			        has_alternate(standing.members,
			                      json_string(proposal, "alternate", "")));
	standing_end(&standing);
	return status;
}

/* The result beside what is live, drafted and dismissed by now. */
static enum status add_result(struct writing *writing, cJSON *object, const char *text)
{
	struct dismissed dismissed = { .count = 0 };
	char hash[DIGEST_HEX_SIZE];
	struct tree *tree = NULL;
	cJSON *result = NULL, *one;
	enum status status = document_parse(text, &result);

	if (status == STATUS_OK)
		status = authoring_live_tree(writing, &tree, hash);
	if (status == STATUS_OK)
		status = dismissed_read(writing->lane->drafts, writing->arena, &dismissed);
	if (status == STATUS_OK)
		cJSON_AddNumberToObject(result, "dismissed", (double)dismissed.count);
	if (status == STATUS_OK)
		cJSON_AddBoolToObject(result, "current",
		                      strcmp(json_string(result, "live", ""), hash) == 0);
	cJSON_ArrayForEach (one, cJSON_GetObjectItemCaseSensitive(result, "proposals")) {
		if (status == STATUS_OK && !cJSON_GetObjectItemCaseSensitive(one, "taken"))
			status = add_taken(writing, tree, one);
		cJSON_AddBoolToObject(one, "dismissed",
		                      dismissed_has(&dismissed, json_string(one, "entry", ""),
		                                    json_string(one, "alternate", "")));
	}
	cJSON_AddItemToObject(object, "result", result ? result : cJSON_CreateNull());
	tree_destroy(tree);
	return status;
}

static enum status tell(struct writing *writing, const struct finding *finding)
{
	const struct suggestions *suggestions = writing->authoring->suggestions;
	cJSON *object = cJSON_CreateObject();
	size_t count = 0, total = 0;
	const bool here = read_progress(suggestions, &count, &total);
	const bool running = here || finding->state == FINDING_RUNNING;
	enum status status = STATUS_OK;

	cJSON_AddStringToObject(object, "state",
	                        finding_state_name(running ? FINDING_RUNNING : finding->state));
	cJSON_AddNumberToObject(object, "done", here ? (double)count : 0);
	cJSON_AddNumberToObject(object, "total", here ? (double)total : 0);
	cJSON_AddBoolToObject(object, "model",
	                      writing->service->settings.console.model.url[0] != '\0');
	authoring_add_time(object, "at", finding->begun_ms);
	cJSON_AddItemToObject(object, "by",
	                      finding->state == FINDING_NONE ? cJSON_CreateNull()
	                                                     : cJSON_CreateString(finding->who));
	if (!running && finding->state == FINDING_DONE && finding->result[0])
		status = add_result(writing, object, finding->result);
	else
		cJSON_AddNullToObject(object, "result");
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

enum status authoring_suggested(struct writing *writing)
{
	struct finding finding;
	const enum status status =
	        finding_read(writing->lane->drafts, FINDING_SUGGESTIONS, writing->arena, &finding);

	return status == STATUS_OK ? tell(writing, &finding) : status;
}

/* A draft without a text takes the entry away. */
static bool is_there(const struct standing *standing)
{
	return standing->has_draft ? standing->draft.text[0] != '\0'
	                           : standing->live.object != NULL;
}

/* Whether the entry is live or drafted; else the request is refused. */
static enum status look_for_entry(struct writing *writing)
{
	char hash[DIGEST_HEX_SIZE];
	struct tree *tree = NULL;
	struct standing standing = { .has_draft = false };
	enum status status = authoring_live_tree(writing, &tree, hash);

	if (status == STATUS_OK)
		status = authoring_stand(writing, tree, writing->entry, &standing);
	if (status == STATUS_OK && !is_there(&standing))
		writing->refusal = REFUSAL_NOT_FOUND;
	standing_end(&standing);
	tree_destroy(tree);
	return status;
}

enum status authoring_suggest_dismiss(struct writing *writing)
{
	const char **texts = arena_array(
	        writing->arena, (size_t)cJSON_GetArraySize(writing->entries), sizeof(*texts));
	const cJSON *item;
	size_t count = 0;
	enum status status = texts ? look_for_entry(writing) : STATUS_NO_MEMORY;

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE)
		return status;
	cJSON_ArrayForEach (item, writing->entries)
		texts[count++] = item->valuestring;
	status = dismissed_add(writing->lane->drafts, writing->entry, texts, count,
	                       writing->who->name);
	return status == STATUS_OK ? authoring_suggested(writing) : status;
}

enum status authoring_suggest_restore(struct writing *writing)
{
	const enum status status = dismissed_forget(writing->lane->drafts);

	return status == STATUS_OK ? authoring_suggested(writing) : status;
}

enum status authoring_suggest(struct writing *writing)
{
	char hash[DIGEST_HEX_SIZE];
	struct store *drafts = writing->lane->drafts;
	struct finding finding;
	size_t done, total;
	enum status status = STATUS_OK;

	/* One that is under way, here or elsewhere, is the answer to this one as well. */
	if (!read_progress(writing->authoring->suggestions, &done, &total)) {
		status = authoring_live(writing, &writing->suggest_from, hash);
		if (status == STATUS_OK)
			status = finding_begin(drafts, FINDING_SUGGESTIONS, writing->who->name,
			                       &writing->suggest_run);
	}
	if (status == STATUS_OK)
		status = finding_read(drafts, FINDING_SUGGESTIONS, writing->arena, &finding);
	return status == STATUS_OK ? tell(writing, &finding) : status;
}

/* In the loop, at the end. */
void authoring_suggest_end(struct writing *writing, bool well)
{
	const int64_t run = writing->suggest_run;
	const struct suggest_wish wish = { writing->days, writing->model, writing->entry };

	writing->suggest_run = 0;
	if (run == 0 || (well && begin_run(writing->authoring->suggestions, run, &wish,
	                                   &writing->suggest_from)))
		return;
	authoring_forsake(writing->service, FINDING_SUGGESTIONS, run);
	log_event(writing->service->tools.log, LOG_ERROR, "suggest_failed",
	          LOG_TEXT("status", status_text(well ? STATUS_BUSY : STATUS_CLOSED)));
}

/* --- taking alternates into a draft --- */

/* How many of them are new in `also`, which is made; -1 without memory. */
static int add_alternates(cJSON *members, const cJSON *alternates)
{
	cJSON *also = cJSON_GetObjectItemCaseSensitive(members, "also");
	const cJSON *item;
	int added = 0;

	if (!cJSON_IsArray(also)) {
		cJSON_DeleteItemFromObjectCaseSensitive(members, "also");
		also = cJSON_AddArrayToObject(members, "also");
	}
	if (!also)
		return -1;
	cJSON_ArrayForEach (item, alternates) {
		const cJSON *there;
		bool known = false;

		cJSON_ArrayForEach (there, also)
			known = known || merge_same(there, item);
		if (!known) {
			cJSON_AddItemToArray(also, cJSON_CreateString(item->valuestring));
			added++;
		}
	}
	return added;
}

/*
 * The members that a save is to write, as if a form had been loaded: those of the draft, or what
 * is live. The draft's own, so that what it contradicts is not settled by the way.
 */
static enum status load(struct writing *writing, const struct standing *standing)
{
	enum status status = STATUS_OK;

	writing->live_hash[0] = '\0';
	writing->revision = standing->has_draft ? standing->draft.revision : 0;
	if (standing->has_draft) {
		status = document_parse(standing->draft.text, &writing->members);
	} else {
		writing->members = cJSON_Duplicate(standing->live.object, true);
		status = document_hash(standing->live.object, writing->live_hash);
	}
	return status == STATUS_OK && !writing->members ? STATUS_NO_MEMORY : status;
}

/* Nothing is new: the draft stays as it is, and so does its state. */
static enum status tell_nothing_new(struct writing *writing, const struct standing *standing)
{
	cJSON *object = cJSON_CreateObject();
	char hash[DIGEST_HEX_SIZE];
	const enum status status = document_hash(standing->live.object, hash);

	cJSON_AddBoolToObject(object, "saved", true);
	cJSON_AddBoolToObject(object, "merged", false);
	cJSON_AddStringToObject(object, "entry", writing->entry);
	cJSON_AddNumberToObject(object, "revision", (double)writing->revision);
	cJSON_AddItemToObject(object, "live_hash",
	                      hash[0] ? cJSON_CreateString(hash) : cJSON_CreateNull());
	cJSON_AddItemToObject(object, "members", cJSON_Duplicate(writing->members, true));
	cJSON_AddBoolToObject(object, "valid", standing->draft.errors == 0);
	cJSON_AddArrayToObject(object, "faults");
	cJSON_AddArrayToObject(object, "conflicts");
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

enum status authoring_suggest_take(struct writing *writing)
{
	char hash[DIGEST_HEX_SIZE];
	struct tree *tree = NULL;
	struct standing standing = { .has_draft = false };
	int added = 0;
	enum status status = authoring_live_tree(writing, &tree, hash);

	if (status == STATUS_OK)
		status = authoring_stand(writing, tree, writing->entry, &standing);
	if (status == STATUS_OK && !is_there(&standing))
		writing->refusal = REFUSAL_NOT_FOUND;
	else if (status == STATUS_OK && (!standing.collection || !*standing.collection))
		writing->refusal = REFUSAL_BAD_MEMBER;
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE) {
		status = load(writing, &standing);
		added = status == STATUS_OK ? add_alternates(writing->members, writing->entries)
		                            : 0;
		status = added < 0 ? STATUS_NO_MEMORY : status;
		if (status == STATUS_OK && added == 0)
			status = tell_nothing_new(writing, &standing);
	}
	standing_end(&standing);
	tree_destroy(tree);
	return status == STATUS_OK && writing->refusal == REFUSAL_NONE && added > 0
	               ? authoring_save(writing)
	               : status;
}
