/*
 * How it works: replays_begin() puts the run first in the list, ends other runs of the account, and
 * adds its job. The class is one wide: the job has the gate with what it keeps of the live model,
 * and the last live model itself, to itself. The result is written as JSON in the job; the loop
 * only reads it, once `done` was called. A run that is over stays until a newer one of its account
 * is, or until there are too many.
 */
#include "service/console/authoring_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/authoring/gate.h"
#include "office/authoring/gate_json.h"
#include "office/identity/accounts.h"
#include "office/journal/traffic.h"
#include "office/versions/archive.h"
#include "service/console/authoring_parts.h"
#include "service/state.h"

enum {
	RUNS_MOST = 16,     /* under way */
	REPLAYS_MOST = 32,  /* remembered */
	KEPT_MOST = 200000, /* endings of the live model */
	QUESTIONS_MOST = 1 << 19,
	CHANGES_MOST = 200,
	RESULT_BYTES = 3 << 20, /* of one result as JSON */
};

enum replay_state { REPLAY_RUNNING, REPLAY_DONE, REPLAY_ENDED, REPLAY_FAILED };

struct replay {
	struct replay *next;
	struct replays *replays;
	char account[ACCOUNT_ID_SIZE];
	struct buf live, draft; /* archives */
	int64_t latest;
	struct job job;
	struct gate_progress progress;
	enum replay_state state; /* the loop's */
	enum status status;      /* the job's, until it is done */
	struct buf result;       /* JSON; likewise */
};

struct replays {
	struct service *service;
	struct replay *first; /* the newest */
	bool stopped;
	/* The job's. */
	struct gate *gate;
	struct snapshot *live;
	char live_hash[DIGEST_HEX_SIZE];
};

struct job_limits replay_job_limits(void)
{
	return (struct job_limits){ 1, RUNS_MOST };
}

enum status replays_create(struct replays **out, struct service *service)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	(*out)->service = service;
	return STATUS_OK;
}

void replays_stop(struct replays *replays)
{
	if (!replays)
		return;
	replays->stopped = true;
	for (struct replay *replay = replays->first; replay; replay = replay->next)
		atomic_store(&replay->progress.ended, true);
}

enum status replay_create(struct replay **out, struct buf *live, struct buf *draft, int64_t latest)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	*out = replay;
	if (!replay)
		return STATUS_NO_MEMORY;
	replay->live = *live;
	replay->draft = *draft;
	buf_init(live, ARCHIVE_BYTES_MOST);
	buf_init(draft, ARCHIVE_BYTES_MOST);
	buf_init(&replay->result, RESULT_BYTES);
	replay->latest = latest;
	return STATUS_OK;
}

void replay_destroy(struct replay *replay)
{
	if (!replay)
		return;
	buf_deinit(&replay->live);
	buf_deinit(&replay->draft);
	buf_deinit(&replay->result);
	free(replay);
}

void replays_destroy(struct replays *replays)
{
	if (!replays)
		return;
	while (replays->first) {
		struct replay *replay = replays->first;

		replays->first = replay->next;
		replay_destroy(replay);
	}
	gate_destroy(replays->gate);
	snapshot_destroy(replays->live);
	free(replays);
}

/* --- the job --- */

/* The model of what is live stays for the next run. */
static enum status build_live(struct replay *replay)
{
	struct replays *replays = replay->replays;
	char hash[DIGEST_HEX_SIZE];
	enum status status = archive_hash(buf_span(&replay->live), hash);

	if (status != STATUS_OK || (replays->live && strcmp(hash, replays->live_hash) == 0))
		return status;
	snapshot_destroy(replays->live);
	replays->live = NULL;
	status = authoring_model(replays->service, buf_span(&replay->live), NULL, &replays->live);
	if (status == STATUS_OK)
		memcpy(replays->live_hash, hash, sizeof(hash));
	return status;
}

struct gathering {
	const struct replay *replay;
	struct question_set *set;
};

/* Leaves out what the set cannot hold: the rarest questions. */
static enum status take_asked(void *context, struct span question, int64_t asked)
{
	const struct gathering *gathering = context;

	if (atomic_load(&gathering->replay->progress.ended))
		return STATUS_CLOSED;
	return question_set_add(gathering->set, question, asked > 0 ? (uint64_t)asked : 0, false);
}

static enum status gather_traffic(const struct replay *replay, struct question_set *set)
{
	const struct journal_settings *journal = &replay->replays->service->settings.journal;
	struct gathering gathering = { replay, set };
	char problem[STORE_PROBLEM_SIZE];
	enum status status;

	if (!journal->file[0] || replay->latest == 0)
		return STATUS_OK;
	status = journal_read_traffic(journal->file, journal->busy_ms, 0, replay->latest,
	                              take_asked, &gathering, problem);
	return status == STATUS_NOT_FOUND || status == STATUS_LIMIT ? STATUS_OK : status;
}

static enum status gather(const struct replay *replay, const struct snapshot *draft,
                          struct question_set *set)
{
	const struct knowledge *live = replay->replays->live->knowledge;
	enum status status = question_set_add_golden(set, live, draft->knowledge);

	if (status == STATUS_OK)
		status = question_set_add_entries(set, live);
	if (status == STATUS_OK)
		status = question_set_add_entries(set, draft->knowledge);
	return status == STATUS_OK ? gather_traffic(replay, set) : status;
}

static enum status run_gate(struct replay *replay, const struct snapshot *draft)
{
	struct replays *replays = replay->replays;
	struct question_set *set = NULL;
	struct gate_result result = { .change_count = 0 };
	struct gate_ask ask = { .live = replays->live,
		                .draft = draft,
		                .clock = &replays->service->tools.clock,
		                .team = { team_processors(), true },
		                .changes_most = CHANGES_MOST,
		                .progress = &replay->progress };
	enum status status = question_set_create(&set, QUESTIONS_MOST);

	if (status == STATUS_OK && !replays->gate)
		status = gate_create(&replays->gate, KEPT_MOST);
	if (status == STATUS_OK)
		status = gather(replay, draft, set);
	ask.questions = set;
	if (status == STATUS_OK)
		status = gate_run(replays->gate, &ask, &result);
	if (status == STATUS_OK)
		status = gate_write_result(&result, &replay->result);
	gate_result_free(&result);
	question_set_destroy(set);
	return status;
}

static void run(void *context, unsigned lane)
{
	struct replay *replay = context;
	struct snapshot *draft = NULL;
	enum status status = STATUS_CLOSED;

	(void)lane;
	if (!atomic_load(&replay->progress.ended))
		status = build_live(replay);
	if (status == STATUS_OK)
		status = authoring_model(replay->replays->service, buf_span(&replay->draft),
		                         &replay->progress.ended, &draft);
	if (status == STATUS_OK)
		status = run_gate(replay, draft);
	snapshot_destroy(draft);
	buf_deinit(&replay->live);
	buf_deinit(&replay->draft);
	replay->status = status;
}

/* --- the loop --- */

static void done(void *context)
{
	struct replay *replay = context;
	const enum status status = replay->status;

	replay->state = status == STATUS_OK       ? REPLAY_DONE
	                : status == STATUS_CLOSED ? REPLAY_ENDED
	                                          : REPLAY_FAILED;
	if (replay->state == REPLAY_FAILED)
		log_event(replay->replays->service->tools.log, LOG_ERROR, "replay_failed",
		          LOG_TEXT("status", status_text(status)));
}

static struct replay *find(const struct replays *replays, const char *account)
{
	struct replay *replay = replays->first;

	while (replay && strcmp(replay->account, account) != 0)
		replay = replay->next;
	return replay;
}

/* Ends the account's older runs; what is over and nobody asks for any more goes. */
static void sweep(struct replays *replays, const char *account)
{
	size_t count = 0;

	for (struct replay **at = &replays->first; *at;) {
		struct replay *replay = *at;
		const bool own = strcmp(replay->account, account) == 0;

		if (own)
			atomic_store(&replay->progress.ended, true);
		if (replay->state != REPLAY_RUNNING && (own || ++count >= REPLAYS_MOST)) {
			*at = replay->next;
			replay_destroy(replay);
		} else {
			at = &replay->next;
		}
	}
}

void replays_begin(struct replays *replays, const char *account, struct replay *replay)
{
	sweep(replays, account);
	replay->replays = replays;
	snprintf(replay->account, sizeof(replay->account), "%s", account);
	replay->next = replays->first;
	replays->first = replay;
	replay->job = (struct job){ .run = run, .done = done, .context = replay };
	if (replays->stopped ||
	    jobs_add(replays->service->tools.jobs, JOB_REPLAY, &replay->job) != STATUS_OK)
		replay->state = REPLAY_FAILED;
}

void replays_tell(const struct replays *replays, const char *account, struct buf *out)
{
	static const char *const states[] = { "running", "done", "ended", "failed" };
	const struct replay *replay = find(replays, account);

	buf_append_format(out, "{\"state\":\"%s\",\"done\":%zu,\"total\":%zu,\"result\":",
	                  replay ? states[replay->state] : "none",
	                  replay ? atomic_load(&replay->progress.done) : 0,
	                  replay ? atomic_load(&replay->progress.total) : 0);
	if (replay && replay->state == REPLAY_DONE)
		buf_append(out, replay->result.ptr, replay->result.len);
	else
		buf_append_text(out, "null");
	buf_append_text(out, "}");
}
