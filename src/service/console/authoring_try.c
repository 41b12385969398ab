/*
 * How it works. A trial is a model of a folder in memory: the tree of its files, what is wrong with
 * them, and, if it is fit to answer, a snapshot with a scratch. It is kept for the next ask of the
 * same files, so that whoever types a question again and again waits for one build only.
 *
 * The gate (office/authoring/gate.h) runs here on the golden questions, the sentences of all
 * entries and the records of both models, at once; authoring_replay.c asks what people asked as
 * well. A draft may go alone if the gate says that it is trivial and chooses alike.
 */
#include <stdlib.h>
#include <string.h>

#include "office/authoring/gate.h"
#include "office/authoring/gate_json.h"
#include "office/versions/archive.h"
#include "service/console/authoring_parts.h"

enum {
	TURN_ARENA_BYTES = 64 << 20,
	RANKING_MOST = 5,
	CHANGES_MOST = 200,
	QUESTIONS_MOST = 200000,
	REPLY_BYTES = 8 << 20,
};

/* --- a model --- */

enum status authoring_model(struct service *service, struct span archive,
                            const atomic_bool *given_up, struct snapshot **out)
{
	struct match_settings settings = service->settings.knowledge.match;
	struct knowledge *knowledge = NULL;
	struct tree *tree = NULL;
	enum status status = tree_create(&tree, archive);

	settings.given_up = given_up;
	if (status == STATUS_OK)
		status = tree_knowledge(tree, NULL, &knowledge);
	tree_destroy(tree);
	return status == STATUS_OK
	               ? snapshot_build_of(knowledge, service->normaliser, &settings, NULL, out)
	               : status;
}

void trial_clear(struct trial *trial)
{
	scratch_destroy(trial->scratch);
	snapshot_destroy(trial->snapshot);
	faults_destroy(trial->faults);
	tree_destroy(trial->tree);
	arena_destroy(trial->arena);
	*trial = (struct trial){ .hash = "" };
}

static enum status build(struct writing *writing, struct trial *trial)
{
	struct service *service = writing->service;
	struct match_settings settings = service->settings.knowledge.match;
	struct knowledge *knowledge = NULL;
	enum status status = tree_knowledge(trial->tree, trial->faults, &knowledge);

	settings.given_up = &writing->authoring->stopped;
	if (status == STATUS_OK)
		status = snapshot_build_of(knowledge, service->normaliser, &settings, trial->faults,
		                           &trial->snapshot);
	if (status == STATUS_INVALID || status == STATUS_LIMIT)
		return STATUS_OK;
	if (status == STATUS_OK)
		status = snapshot_check_golden(trial->snapshot, FAULT_ERROR, trial->faults);
	trial->golden_kept = status == STATUS_OK;
	if (status == STATUS_OK || status == STATUS_INVALID)
		status = scratch_create(trial->snapshot, &trial->scratch);
	return status;
}

enum status trial_make(struct writing *writing, struct trial *trial, struct tree *tree)
{
	char hash[DIGEST_HEX_SIZE];
	struct buf archive;
	enum status status;

	buf_init(&archive, ARCHIVE_BYTES_MOST);
	status = tree_pack(tree, &archive);
	if (status == STATUS_OK)
		status = archive_hash(buf_span(&archive), hash);
	buf_deinit(&archive);
	if (status != STATUS_OK || strcmp(hash, trial->hash) == 0) {
		tree_destroy(tree);
		return status;
	}
	trial_clear(trial);
	trial->tree = tree;
	status = faults_create(&trial->faults);
	if (status == STATUS_OK)
		status = arena_create(&trial->arena, TURN_ARENA_BYTES);
	if (status == STATUS_OK)
		status = build(writing, trial);
	if (status == STATUS_OK)
		memcpy(trial->hash, hash, sizeof(hash));
	else
		trial_clear(trial);
	return status;
}

static cJSON *fault_object(const struct trial *trial, const struct fault *fault)
{
	static const char *const levels[] = { "note", "warning", "error" };
	cJSON *one = cJSON_CreateObject();
	const char *member, *entry = tree_blame(trial->tree, fault, &member);
	char line[1024];

	cJSON_AddStringToObject(one, "level", levels[fault->level]);
	cJSON_AddItemToObject(one, "entry", entry ? cJSON_CreateString(entry) : cJSON_CreateNull());
	cJSON_AddStringToObject(one, "member", entry ? member : "");
	cJSON_AddStringToObject(one, "text",
	                        entry ? fault->reason : fault_format(fault, line, sizeof(line)));
	return one;
}

cJSON *trial_faults(const struct trial *trial)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; array && i < faults_kept(trial->faults); i++)
		cJSON_AddItemToArray(array, fault_object(trial, faults_at(trial->faults, i)));
	return array;
}

static bool is_fit(const struct trial *trial)
{
	return trial->snapshot && trial->golden_kept;
}

/* --- which files are meant --- */

/* The draft of one entry: what is typed, or what is saved. */
static enum status put_entry(struct writing *writing, struct tree *tree)
{
	struct standing standing;
	const char *const *names;
	enum status status = authoring_stand(writing, tree, writing->entry, &standing);

	if (status == STATUS_OK && !standing.has_draft && !standing.live.object &&
	    !writing->members) {
		writing->refusal = REFUSAL_NOT_FOUND;
	} else if (status == STATUS_OK && writing->members) {
		const bool known = standing.has_draft || standing.live.object;
		const char *collection = known                                ? standing.collection
		                         : tree_is_file(writing->entry)       ? TREE_ROOT
		                         : writing->referral                  ? NULL
		                         : writing->collection[0]             ? writing->collection
		                         : tree_collections(tree, &names) > 0 ? names[0]
		                                                              : "faq";

		status = tree_put(tree, writing->entry, collection, writing->members);
		if (status == STATUS_INVALID) {
			writing->refusal = REFUSAL_BAD_MEMBER;
			status = STATUS_OK;
		}
	} else if (status == STATUS_OK) {
		status = standing_apply(tree, writing->entry, &standing);
	}
	standing_end(&standing);
	return status;
}

static enum status put_all(struct writing *writing, struct tree *tree)
{
	struct draft *drafts;
	size_t count;
	enum status status = draft_list(writing->lane->drafts, writing->arena, &drafts, &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		struct standing standing;

		status = standing_make(tree, drafts[i].entry, &drafts[i], &standing);
		if (status == STATUS_OK)
			status = standing_apply(tree, drafts[i].entry, &standing);
		standing_end(&standing);
	}
	return status;
}

/* The model of the draft in lane->draft, and that of what is live in lane->live. */
static enum status make_trials(struct writing *writing, bool live)
{
	char hash[DIGEST_HEX_SIZE];
	struct tree *tree = NULL;
	enum status status = STATUS_OK;

	if (!authoring_is_named(writing)) {
		writing->refusal = REFUSAL_BAD_MEMBER;
		return STATUS_OK;
	}
	if (live)
		status = authoring_live_tree(writing, &tree, hash);
	if (status == STATUS_OK && live)
		status = trial_make(writing, &writing->lane->live, tree);
	if (status == STATUS_OK)
		status = authoring_live_tree(writing, &tree, hash);
	if (status == STATUS_OK)
		status = writing->entry[0] ? put_entry(writing, tree) : put_all(writing, tree);
	if (status == STATUS_OK && writing->entry[0] && writing->refusal == REFUSAL_NONE)
		status = authoring_follow_numbers(writing, tree);
	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE) {
		tree_destroy(tree);
		return status;
	}
	return trial_make(writing, &writing->lane->draft, tree);
}

/* --- check --- */

enum status authoring_check(struct writing *writing)
{
	struct trial *trial = &writing->lane->draft;
	enum status status = make_trials(writing, false);
	cJSON *object;

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE)
		return status;
	if (trial->snapshot && !trial->checked) {
		/* It tells golden questions, too. */
		faults_destroy(trial->faults);
		trial->faults = NULL;
		status = faults_create(&trial->faults);
		if (status == STATUS_OK)
			status = snapshot_check(trial->snapshot, trial->faults);
		trial->checked = true;
		if (status == STATUS_INVALID)
			status = STATUS_OK;
		if (status != STATUS_OK) {
			trial_clear(trial);
			return status;
		}
	}
	object = cJSON_CreateObject();
	cJSON_AddBoolToObject(object, "valid", is_fit(trial));
	cJSON_AddItemToObject(object, "faults", trial_faults(trial));
	return authoring_answer(writing, object);
}

/* --- preview --- */

static struct diff_side side_of(const struct writing *writing, const struct trial *trial)
{
	return (struct diff_side){ trial->snapshot, trial->scratch, trial->arena,
		                   &writing->service->tools.clock };
}

/* Both can answer; else a refusal. */
static bool can_answer(struct writing *writing)
{
	if (!writing->lane->draft.snapshot || !writing->lane->live.snapshot)
		writing->refusal = REFUSAL_INVALID_DRAFT;
	return writing->refusal == REFUSAL_NONE;
}

static enum status add_reply(cJSON *object, const char *name, const struct reply *reply)
{
	struct buf text;
	enum status status;

	buf_init(&text, REPLY_BYTES);
	status = reply_write_json(reply, NULL, &text);
	if (status == STATUS_OK && !cJSON_AddRawToObject(object, name, buf_text(&text)))
		status = STATUS_NO_MEMORY;
	buf_deinit(&text);
	return status;
}

static void add_why(cJSON *object, const struct reply *reply)
{
	cJSON *array = cJSON_AddArrayToObject(cJSON_AddObjectToObject(object, "why"), "ranking");

	for (size_t i = 0; i < reply->ranking_count && i < RANKING_MOST; i++) {
		const struct match_candidate *candidate = &reply->ranking[i];
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "entry", candidate->entry->id);
		authoring_add_number(one, candidate->entry);
		cJSON_AddStringToObject(one, "question", candidate->entry->question);
		cJSON_AddNumberToObject(one, "confidence", candidate->confidence);
		cJSON_AddStringToObject(one, "by", match_by_name(candidate->by));
		cJSON_AddItemToObject(one, "spoke",
		                      candidate->spoke ? cJSON_CreateString(candidate->spoke)
		                                       : cJSON_CreateNull());
		cJSON_AddItemToArray(array, one);
	}
}

enum status authoring_preview(struct writing *writing)
{
	const struct span text = span_of(writing->text);
	enum status status = make_trials(writing, true);
	struct diff_side live, draft;
	struct reply was, is;
	cJSON *object;

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE || !can_answer(writing))
		return status;
	live = side_of(writing, &writing->lane->live);
	draft = side_of(writing, &writing->lane->draft);
	status = diff_ask(&live, text, &was);
	if (status == STATUS_OK)
		status = diff_ask(&draft, text, &is);
	if (status != STATUS_OK)
		return status;
	object = cJSON_CreateObject();
	status = add_reply(object, "reply", &is);
	add_why(object, &is);
	if (status == STATUS_OK)
		status = add_reply(object, "live", &was);
	cJSON_AddStringToObject(object, "kind", diff_kind_name(diff_compare(&was, &is)));
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

/* --- gate --- */

/* What gate.h tries without the journal. The result is to be freed in any case. */
static enum status run_gate(struct writing *writing, struct gate_result *out)
{
	const struct snapshot *live = writing->lane->live.snapshot;
	const struct snapshot *draft = writing->lane->draft.snapshot;
	struct gate_progress progress = { .ended = false };
	struct question_set *set = NULL;
	struct gate_ask ask = { .live = live,
		                .draft = draft,
		                .clock = &writing->service->tools.clock,
		                .team = { 1, false },
		                .changes_most = CHANGES_MOST,
		                .progress = &progress };
	enum status status = question_set_create(&set, QUESTIONS_MOST);

	*out = (struct gate_result){ .change_count = 0 };
	if (status == STATUS_OK)
		status = question_set_add_golden(set, live->knowledge, draft->knowledge);
	if (status == STATUS_OK)
		status = question_set_add_entries(set, live->knowledge);
	if (status == STATUS_OK)
		status = question_set_add_entries(set, draft->knowledge);
	ask.questions = set;
	if (status == STATUS_OK)
		status = gate_run(NULL, &ask, out);
	question_set_destroy(set);
	return status;
}

enum status authoring_gate(struct writing *writing)
{
	struct gate_result result;
	enum status status = make_trials(writing, true);

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE || !can_answer(writing))
		return status;
	status = run_gate(writing, &result);
	buf_clear(&writing->answer);
	if (status == STATUS_OK)
		status = gate_write_result(&result, &writing->answer);
	gate_result_free(&result);
	return status;
}

enum status authoring_replay(struct writing *writing)
{
	struct buf live, draft;
	enum status status = make_trials(writing, true);

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE || !can_answer(writing))
		return status;
	buf_init(&live, ARCHIVE_BYTES_MOST);
	buf_init(&draft, ARCHIVE_BYTES_MOST);
	status = tree_pack(writing->lane->live.tree, &live);
	if (status == STATUS_OK)
		status = tree_pack(writing->lane->draft.tree, &draft);
	if (status == STATUS_OK)
		status = replay_create(&writing->replay, &live, &draft, writing->latest);
	buf_deinit(&live);
	buf_deinit(&draft);
	return status;
}

enum status trial_goes_alone(struct writing *writing, bool *alone)
{
	struct gate_result result;
	const enum status status = run_gate(writing, &result);

	*alone = status == STATUS_OK && result.trivial && result.chooses_alike;
	gate_result_free(&result);
	return status;
}

/* --- rules on records --- */

static const struct entry *entry_of(const struct trial *trial, const char *id)
{
	const struct knowledge *knowledge = trial->snapshot ? trial->snapshot->knowledge : NULL;

	for (size_t i = 0; knowledge && i < knowledge->answer_count; i++)
		if (strcmp(knowledge->entries[i].id, id) == 0)
			return &knowledge->entries[i];
	return NULL;
}

/* `facts` is JSON. Facts that cannot be read are a refusal. */
static enum status judge_record(struct writing *writing, const struct trial *trial,
                                const char *facts_json, const char *today, struct diagnosis *out)
{
	const struct entry *entry = entry_of(trial, writing->entry);
	struct facts *facts = NULL;
	enum status status;

	*out = (struct diagnosis){ .entry = entry };
	if (!entry || !diagnoser_judges(trial->snapshot->diagnoser, entry))
		return STATUS_OK;
	status = facts_create(diagnoser_relations(trial->snapshot->diagnoser), &facts);
	if (status == STATUS_OK)
		status = facts_read_json(facts, span_of(facts_json), "facts", NULL);
	if (status == STATUS_INVALID) {
		writing->refusal = REFUSAL_BAD_MEMBER;
		status = STATUS_OK;
	} else if (status == STATUS_OK) {
		status = diagnoser_run(trial->scratch->diagnosis, entry, facts, facts, today,
		                       trial->arena, out);
	}
	facts_destroy(facts);
	return status;
}

static const char *verdict_in(const struct diagnosis *diagnosis, const char *case_id)
{
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (strcmp(diagnosis->cases[i].of->id, case_id) == 0)
			return verdict_name(diagnosis->cases[i].verdict);
	return NULL;
}

static enum status add_record(struct writing *writing, cJSON *array, const char *name,
                              const char *facts, const char *today)
{
	struct authoring_lane *lane = writing->lane;
	struct diagnosis is, was;
	cJSON *one, *cases;
	enum status status;

	arena_reset(lane->draft.arena);
	arena_reset(lane->live.arena);
	status = judge_record(writing, &lane->draft, facts, today, &is);
	if (status == STATUS_OK)
		status = judge_record(writing, &lane->live, facts, today, &was);
	if (status != STATUS_OK)
		return status;
	one = cJSON_CreateObject();
	cJSON_AddStringToObject(one, "name", name);
	cases = cJSON_AddArrayToObject(one, "cases");
	for (size_t i = 0; i < is.case_count; i++) {
		const struct case_verdict *verdict = &is.cases[i];
		const char *live = verdict_in(&was, verdict->of->id);
		cJSON *object = cJSON_CreateObject();

		cJSON_AddStringToObject(object, "id", verdict->of->id);
		cJSON_AddStringToObject(object, "label", verdict->of->label);
		cJSON_AddStringToObject(object, "verdict", verdict_name(verdict->verdict));
		cJSON_AddStringToObject(object, "because", verdict->because);
		cJSON_AddItemToObject(object, "live",
		                      live ? cJSON_CreateString(live) : cJSON_CreateNull());
		cJSON_AddItemToArray(cases, object);
	}
	cJSON_AddItemToArray(array, one);
	return STATUS_OK;
}

/* Those of the entry, named by their file and line. */
static enum status add_samples(struct writing *writing, cJSON *array)
{
	const struct knowledge *knowledge = writing->lane->draft.snapshot->knowledge;
	enum status status = STATUS_OK;
	char name[64];

	for (size_t i = 0; status == STATUS_OK && i < knowledge->sample_count; i++) {
		const struct sample_record *sample = &knowledge->samples[i];

		if (strcmp(sample->entry, writing->entry) != 0)
			continue;
		snprintf(name, sizeof(name), "records.jsonl:%u", sample->line);
		status = add_record(writing, array, name, sample->facts,
		                    writing->today[0] ? writing->today : sample->today);
	}
	return status;
}

static enum status add_given(struct writing *writing, cJSON *array)
{
	const char *facts;
	char today[DAY_SIZE];
	const enum status status = document_print(writing->facts, writing->arena, &facts);

	day_in_china(writing->who->at_ms, today);
	return status == STATUS_OK ? add_record(writing, array, "", facts,
	                                        writing->today[0] ? writing->today : today)
	                           : status;
}

enum status authoring_try(struct writing *writing)
{
	enum status status = make_trials(writing, true);
	cJSON *object, *array;

	if (status != STATUS_OK || writing->refusal != REFUSAL_NONE || !can_answer(writing))
		return status;
	object = cJSON_CreateObject();
	array = cJSON_AddArrayToObject(object, "records");
	status = writing->facts ? add_given(writing, array) : add_samples(writing, array);
	if (status == STATUS_OK && writing->refusal == REFUSAL_NONE)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}
