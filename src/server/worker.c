#include "server/worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/language.h"
#include "base/queue.h"

enum { JOBS_MOST = 64, RESULTS_MOST = 16, LINE_SIZE = 512 };

enum job_kind { JOB_RELOAD, JOB_RETIRE };

struct job {
	enum job_kind kind;
	struct snapshot *snapshot; /* to retire */
};

struct worker {
	struct worker_settings settings;
	struct queue *jobs;    /* of struct job */
	struct queue *results; /* of struct reload */
	struct watch watch;
	bool unreadable; /* at the last look */
	atomic_bool reload_asked;
	atomic_bool stopping;
	pthread_t thread;
};

static void log_faults(struct log *log, const struct faults *faults)
{
	char line[LINE_SIZE];

	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);

		log_event(log, fault->level == FAULT_ERROR ? LOG_ERROR : LOG_WARN,
		          "knowledge_fault",
		          LOG_TEXT("fault", fault_format(fault, line, sizeof(line))));
	}
}

static void log_refusal(const struct worker_settings *settings, enum status status,
                        bool lost_golden, size_t errors)
{
	const char *hint = N_("mend the faults above; `dayi check` tells them, too");

	if (status == STATUS_NOT_FOUND || status == STATUS_IO)
		hint = N_("name a folder that can be read with knowledge.folder or --knowledge");
	else if (lost_golden)
		hint = N_(
		        "golden questions must keep their answers and sample records their "
		        "verdicts: mend the entries (`dayi check` tells more), change golden.json "
		        "or records.jsonl, or set knowledge.golden = warn to serve it all the "
		        "same");
	else if (status != STATUS_INVALID)
		hint = "";
	log_event(settings->log, LOG_ERROR, "knowledge_refused",
	          LOG_TEXT("folder", settings->folder), LOG_TEXT("status", status_text(status)),
	          LOG_NUMBER("errors", errors), LOG_TEXT("hint", *hint ? _(hint) : ""));
}

static void mark_loaded(const struct worker_settings *settings, struct watch *watch)
{
	uint64_t fingerprint;

	if (watch_fingerprint(settings->folder, &fingerprint) == STATUS_OK)
		watch_loaded(watch, fingerprint);
}

enum status worker_build(const struct worker_settings *settings, struct watch *watch,
                         struct snapshot **out)
{
	struct faults *faults;
	bool built;
	enum status status = faults_create(&faults);

	if (status != STATUS_OK)
		return status;
	mark_loaded(settings, watch);
	status = snapshot_build(settings->folder, settings->normaliser, &settings->match, faults,
	                        out);
	built = status == STATUS_OK;
	if (built)
		status = snapshot_check_golden(*out, settings->golden_level, faults);
	log_faults(settings->log, faults);
	if (status != STATUS_OK) {
		log_refusal(settings, status, built, faults_count(faults, FAULT_ERROR));
		snapshot_destroy(*out);
		*out = NULL;
	}
	faults_destroy(faults);
	return status;
}

static void reload(struct worker *worker)
{
	const struct clock *clock = &worker->settings.clock;
	int64_t start_us = clock_monotonic_us(clock);
	struct reload *result = calloc(1, sizeof(*result));

	/* Before the folder is read: what is asked for from now on may see more of it. */
	worker->reload_asked = false;
	if (!result)
		return;
	if (worker_build(&worker->settings, &worker->watch, &result->snapshot) != STATUS_OK)
		result->snapshot = NULL;
	result->took_us = clock_monotonic_us(clock) - start_us;
	if (queue_push(worker->results, result) != STATUS_OK) {
		snapshot_destroy(result->snapshot);
		free(result);
		return;
	}
	worker->settings.notify(worker->settings.context);
}

/* Told once when it begins and once when it ends, not at every look. */
static void note_access(struct worker *worker, enum status status)
{
	const bool unreadable = status != STATUS_OK;

	if (unreadable == worker->unreadable)
		return;
	worker->unreadable = unreadable;
	if (unreadable)
		log_event(
		        worker->settings.log, LOG_ERROR, "knowledge_unreadable",
		        LOG_TEXT("folder", worker->settings.folder),
		        LOG_TEXT("reason", status == STATUS_NOT_FOUND
		                                   ? _("there is no such folder any more")
		                                   : status_text(status)),
		        LOG_TEXT("hint", _("the knowledge in use stays; bring the folder back, and "
		                           "it is read by itself. A restart would fail")));
	else
		log_event(worker->settings.log, LOG_INFO, "knowledge_readable",
		          LOG_TEXT("folder", worker->settings.folder));
}

static void look(struct worker *worker)
{
	uint64_t fingerprint;
	const enum status status = watch_fingerprint(worker->settings.folder, &fingerprint);

	note_access(worker, status);
	if (status == STATUS_OK && watch_should_load(&worker->watch, fingerprint)) {
		log_event(worker->settings.log, LOG_INFO, "knowledge_changed",
		          LOG_TEXT("folder", worker->settings.folder));
		reload(worker);
	}
}

static void do_job(struct worker *worker, struct job *job)
{
	switch (job->kind) {
	case JOB_RELOAD:
		reload(worker);
		break;
	case JOB_RETIRE:
		snapshot_destroy(job->snapshot);
		break;
	}
	free(job);
}

/* Until closed and drained: what waits to be retired is retired. */
static void *work(void *context)
{
	struct worker *worker = context;
	const struct clock *clock = &worker->settings.clock;
	const int64_t pause_us = worker->settings.watch_s * 1000000;
	int64_t next_look_us = clock_monotonic_us(clock) + pause_us;

	for (;;) {
		int64_t left_ms = (next_look_us - clock_monotonic_us(clock)) / 1000;
		void *job = NULL;

		if (queue_pop(worker->jobs, &job, 1, pause_us == 0 ? -1 : (int)left_ms + 1) > 0)
			do_job(worker, job);
		else if (worker->stopping)
			return NULL;
		if (pause_us > 0 && clock_monotonic_us(clock) >= next_look_us) {
			look(worker);
			next_look_us = clock_monotonic_us(clock) + pause_us;
		}
	}
}

static void destroy(struct worker *worker)
{
	struct reload result;

	while (worker->results && worker_take(worker, &result))
		snapshot_destroy(result.snapshot);
	queue_destroy(worker->results);
	queue_destroy(worker->jobs);
	free(worker);
}

enum status worker_start(struct worker **out, const struct worker_settings *settings,
                         const struct watch *watch)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	enum status status;

	if (!worker)
		return STATUS_NO_MEMORY;
	worker->settings = *settings;
	worker->watch = *watch;
	status = queue_create(&worker->jobs, JOBS_MOST);
	if (status == STATUS_OK)
		status = queue_create(&worker->results, RESULTS_MOST);
	if (status == STATUS_OK && pthread_create(&worker->thread, NULL, work, worker) != 0)
		status = STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		destroy(worker);
		return status;
	}
	*out = worker;
	return STATUS_OK;
}

void worker_stop(struct worker *worker)
{
	if (!worker)
		return;
	worker->stopping = true;
	queue_close(worker->jobs);
	pthread_join(worker->thread, NULL);
	destroy(worker);
}

static bool push_job(struct worker *worker, enum job_kind kind, struct snapshot *snapshot)
{
	struct job *job = malloc(sizeof(*job));

	if (!job)
		return false;
	*job = (struct job){ kind, snapshot };
	if (queue_push(worker->jobs, job) == STATUS_OK)
		return true;
	free(job);
	return false;
}

void worker_reload(struct worker *worker)
{
	if (!atomic_exchange(&worker->reload_asked, true) && !push_job(worker, JOB_RELOAD, NULL))
		worker->reload_asked = false;
}

void worker_retire(struct worker *worker, struct snapshot *snapshot)
{
	if (!push_job(worker, JOB_RETIRE, snapshot))
		snapshot_destroy(snapshot);
}

bool worker_take(struct worker *worker, struct reload *out)
{
	void *item = NULL;

	if (queue_pop(worker->results, &item, 1, 0) == 0)
		return false;
	*out = *(struct reload *)item;
	free(item);
	return true;
}
