/*
 * How it works: two errands build snapshots in jobs, one when a reload is asked for and one that
 * looks for changes every watch_s seconds. Their class is one wide, so they never read the folder
 * at the same time. A snapshot that is good is handed to the receiver in the loop, which swaps it
 * in and gives the old one back to be taken apart in a third job. A folder that is refused is
 * logged, and what is served stays.
 */
#include "service/reload.h"

#include <assert.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/language.h"

enum { JOBS_MOST = 64, LINE_SIZE = 512 };

/* A job that may bring a snapshot. */
struct errand {
	struct job job;
	struct reloader *reloader;
	bool built; /* there is a result */
	struct reloaded result;
};

/* The class is one wide: the two errands never read the folder at the same time. */
struct reloader {
	struct reload_settings settings;
	struct jobs *jobs;
	struct reload_receiver receiver;
	struct errand reload, look;
	atomic_bool asked; /* for a reload whose reading has not begun */
	atomic_bool stopped;

	/* The jobs' own. */
	struct watch watch;
	bool unreadable; /* at the last look */
};

struct retirement {
	struct job job;
	struct served served;
};

static void destroy(const struct served *served)
{
	scratch_destroy(served->scratch);
	snapshot_destroy(served->snapshot);
}

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

static void log_refusal(const struct reload_settings *settings, enum status status,
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

static void mark_loaded(const struct reload_settings *settings, struct watch *watch)
{
	uint64_t fingerprint;

	if (watch_fingerprint(settings->folder, &fingerprint) == STATUS_OK)
		watch_loaded(watch, fingerprint);
}

/* The first error; how many there are. */
static void tell_refusal(const struct faults *faults, enum status status, char *reason, size_t size)
{
	const size_t errors = faults_count(faults, FAULT_ERROR);
	char line[LINE_SIZE];

	snprintf(reason, size, "%s", status_text(status));
	for (size_t i = 0; i < faults_kept(faults); i++) {
		if (faults_at(faults, i)->level != FAULT_ERROR)
			continue;
		snprintf(reason, size, _N("%s (%zu error)", "%s (%zu errors)", errors),
		         fault_format(faults_at(faults, i), line, sizeof(line)), errors);
		return;
	}
}

enum status reload_build(const struct reload_settings *settings, struct watch *watch,
                         struct served *out)
{
	char reason[LINE_SIZE];

	return reload_build_telling(settings, watch, out, reason, sizeof(reason));
}

enum status reload_build_telling(const struct reload_settings *settings, struct watch *watch,
                                 struct served *out, char *reason, size_t size)
{
	struct faults *faults;
	bool built;
	enum status status = faults_create(&faults);

	*out = (struct served){ NULL, NULL };
	if (status != STATUS_OK)
		return status;
	mark_loaded(settings, watch);
	status = snapshot_build(settings->folder, settings->normaliser, &settings->match, faults,
	                        &out->snapshot);
	built = status == STATUS_OK;
	if (built)
		status = snapshot_check_golden(out->snapshot, settings->golden_level, faults);
	if (status != STATUS_CLOSED)
		log_faults(settings->log, faults);
	if (status == STATUS_OK)
		status = scratch_create(out->snapshot, &out->scratch);
	if (status != STATUS_OK) {
		tell_refusal(faults, status, reason, size);
		if (status != STATUS_CLOSED)
			log_refusal(settings, status, built && status == STATUS_INVALID,
			            faults_count(faults, FAULT_ERROR));
		destroy(out);
		*out = (struct served){ NULL, NULL };
	}
	faults_destroy(faults);
	/* Building and rehearsing took several times what is kept. */
	(void)malloc_trim(0);
	return status;
}

/* --- in a job --- */

static void build(struct errand *errand)
{
	struct reloader *reloader = errand->reloader;
	const struct clock *clock = &reloader->settings.clock;
	const int64_t start_us = clock_monotonic_us(clock);

	if (reloader->stopped)
		return;
	/* Before the folder is read: what is asked for from now on may see more of it. */
	reloader->asked = false;
	errand->result = (struct reloaded){ 0 };
	if (reload_build(&reloader->settings, &reloader->watch, &errand->result.served) !=
	    STATUS_OK)
		errand->result.served = (struct served){ NULL, NULL };
	errand->result.took_us = clock_monotonic_us(clock) - start_us;
	errand->built = true;
}

static void run_reload(void *context, unsigned lane)
{
	(void)lane;
	build(context);
}

/* Told once when it begins and once when it ends, not at every look. */
static void note_access(struct reloader *reloader, enum status status)
{
	const bool unreadable = status != STATUS_OK;

	if (unreadable == reloader->unreadable)
		return;
	reloader->unreadable = unreadable;
	if (unreadable)
		log_event(
		        reloader->settings.log, LOG_ERROR, "knowledge_unreadable",
		        LOG_TEXT("folder", reloader->settings.folder),
		        LOG_TEXT("reason", status == STATUS_NOT_FOUND
		                                   ? _("there is no such folder any more")
		                                   : status_text(status)),
		        LOG_TEXT("hint", _("the knowledge in use stays; bring the folder back, and "
		                           "it is read by itself. A restart would fail")));
	else
		log_event(reloader->settings.log, LOG_INFO, "knowledge_readable",
		          LOG_TEXT("folder", reloader->settings.folder));
}

static void run_look(void *context, unsigned lane)
{
	struct errand *errand = context;
	struct reloader *reloader = errand->reloader;
	uint64_t fingerprint;
	const enum status status = watch_fingerprint(reloader->settings.folder, &fingerprint);

	(void)lane;
	note_access(reloader, status);
	if (status == STATUS_OK && watch_should_load(&reloader->watch, fingerprint)) {
		log_event(reloader->settings.log, LOG_INFO, "knowledge_changed",
		          LOG_TEXT("folder", reloader->settings.folder));
		build(errand);
	}
}

void reloader_loaded(struct reloader *reloader)
{
	mark_loaded(&reloader->settings, &reloader->watch);
}

static void run_retirement(void *context, unsigned lane)
{
	struct retirement *retirement = context;

	(void)lane;
	destroy(&retirement->served);
}

/* --- in the loop --- */

static void add_reload(struct reloader *reloader)
{
	if (!reloader->reload.job.under_way &&
	    jobs_add(reloader->jobs, JOB_KNOWLEDGE, &reloader->reload.job) != STATUS_OK)
		reloader->asked = false;
}

static void errand_done(void *context)
{
	struct errand *errand = context;
	struct reloader *reloader = errand->reloader;

	if (errand->built && reloader->stopped)
		destroy(&errand->result.served);
	else if (errand->built)
		reloader->receiver.take(reloader->receiver.context, &errand->result);
	errand->built = false;
	if (reloader->asked && !reloader->stopped)
		add_reload(reloader);
}

static struct errand errand_of(struct reloader *reloader, void (*run)(void *context, unsigned lane),
                               struct errand *errand)
{
	return (struct errand){ .job = { .run = run, .done = errand_done, .context = errand },
		                .reloader = reloader };
}

struct job_limits reload_limits(void)
{
	return (struct job_limits){ .width = 1, .most = JOBS_MOST };
}

enum status reloader_create(struct reloader **out, const struct reload_settings *settings,
                            const struct watch *watch, struct jobs *jobs,
                            const struct reload_receiver *receiver)
{
	struct reloader *reloader = calloc(1, sizeof(*reloader));
	enum status status = STATUS_OK;

	if (!reloader)
		return STATUS_NO_MEMORY;
	reloader->settings = *settings;
	reloader->settings.match.given_up = &reloader->stopped;
	reloader->watch = *watch;
	reloader->jobs = jobs;
	reloader->receiver = *receiver;
	reloader->reload = errand_of(reloader, run_reload, &reloader->reload);
	reloader->look = errand_of(reloader, run_look, &reloader->look);
	if (settings->watch_s > 0)
		status = jobs_every(jobs, settings->watch_s * 1000, JOB_KNOWLEDGE,
		                    &reloader->look.job);
	if (status == STATUS_OK)
		*out = reloader;
	else
		free(reloader);
	return status;
}

void reloader_stop(struct reloader *reloader)
{
	if (reloader)
		reloader->stopped = true;
}

void reloader_destroy(struct reloader *reloader)
{
	if (!reloader)
		return;
	assert(!reloader->reload.job.under_way && !reloader->look.job.under_way);
	free(reloader);
}

void reloader_reload(struct reloader *reloader)
{
	reloader->asked = true;
	add_reload(reloader);
}

void reloader_retire(struct reloader *reloader, const struct served *served)
{
	struct retirement *retirement = malloc(sizeof(*retirement));

	if (retirement)
		*retirement = (struct retirement){
			.job = { .run = run_retirement, .done = free, .context = retirement },
			.served = *served,
		};
	if (retirement && jobs_add(reloader->jobs, JOB_KNOWLEDGE, &retirement->job) == STATUS_OK)
		return;
	free(retirement);
	destroy(served);
}
