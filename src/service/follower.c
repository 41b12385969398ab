/*
 * Two jobs. A *look*, in a lane of its own, waits for a hint or a second, renews the lease, tells
 * the store what is loaded, prepared and refused, and unpacks the version that is wanted next: the
 * current one, or the one that is offered. A *build* makes a snapshot of it, in the lane in which
 * knowledge is loaded, so that the lease is renewed meanwhile.
 *
 * All decisions are made in the loop, between them: a snapshot that was built lies aside until the
 * pointer names its version, and is retired when its offer is withdrawn.
 */
#include "service/follower.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/language.h"
#include "office/versions/versions.h"
#include "store/store.h"

enum { BUSY_MS = 2000, JOBS_MOST = 4 };

/* What a look is told, and what it finds. */
struct look {
	struct job job;
	/* told */
	bool at_once, leave;
	int64_t loaded, prepared, refused, building;
	char reason[VERSIONS_REASON_SIZE];
	/* found */
	enum status status;
	bool expired, left;
	int64_t began_us;
	struct versions_pointer pointer;
	int64_t unpacked, unfit; /* a version whose folder is `path`, or that gave none */
	char path[PLACE_SIZE];
};

struct build {
	struct job job;
	int64_t number;
	char path[PLACE_SIZE];
	char reason[VERSIONS_REASON_SIZE];
	struct reloaded result;
};

struct follower {
	struct follower_settings settings;
	struct jobs *jobs;
	struct reloader *reloader;
	struct reload_receiver receiver;
	char name[VERSIONS_NAME_SIZE]; /* of this replica */

	struct store *store; /* the look's */
	struct hints *hints;
	bool away;          /* the look's: the last one failed */
	int64_t unreadable; /* the look's: a version that could not be unpacked, and was told of */

	struct look look;
	struct build build;
	struct versions_pointer pointer;
	int64_t loaded;
	int64_t refused;
	char reason[VERSIONS_REASON_SIZE];
	int64_t aside; /* the version of `snapshot`; 0: none */
	struct reloaded ready;
	bool looked, reached; /* a look succeeded; the last one did */
	bool hurry;           /* the next look does not wait */
	int64_t lease_until_us;
	bool stopped;
};

struct job_limits follower_limits(void)
{
	return (struct job_limits){ .width = 1, .most = JOBS_MOST };
}

static int64_t now_us(const struct follower *follower)
{
	return clock_monotonic_us(&follower->settings.reload.clock);
}

/* --- in a job --- */

static void note_access(struct follower *follower, enum status status)
{
	const bool away = status != STATUS_OK;
	char name[STORE_NAME_SIZE];

	if (away == follower->away)
		return;
	follower->away = away;
	store_name(follower->settings.url, name);
	if (away)
		log_event(follower->settings.reload.log, LOG_ERROR, "store_away",
		          LOG_TEXT("store", name), LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("reason", store_problem(follower->store)),
		          LOG_TEXT("hint", _("what is served stays; nothing new is published "
		                             "meanwhile")));
	else
		log_event(follower->settings.reload.log, LOG_INFO, "store_back",
		          LOG_TEXT("store", name));
}

/* The version that is wanted next and not there yet; 0: none. */
static int64_t wanted(const struct look *look)
{
	const int64_t current = look->pointer.current, offered = look->pointer.offered;

	if (current != 0 && current != look->loaded && current != look->prepared &&
	    current != look->refused)
		return current;
	if (offered != 0 && offered != look->loaded && offered != look->prepared &&
	    offered != look->refused)
		return offered;
	return 0;
}

/*
 * Whether it is no use to try again. A full disk and a lost connection get better; but who offers a
 * version waits, and is told.
 */
static bool is_final(const struct look *look, int64_t number, enum status status)
{
	if (status == STATUS_BUSY)
		return false;
	return number != look->pointer.current || status == STATUS_INVALID ||
	       status == STATUS_LIMIT;
}

static void unpack(struct follower *follower, struct look *look)
{
	const int64_t number = wanted(look);
	enum status status;

	if (number == 0 || look->building != 0)
		return;
	status = versions_unpack(follower->store, number, follower->settings.folder, look->path,
	                         sizeof(look->path));
	if (status == STATUS_OK) {
		look->unpacked = number;
		follower->unreadable = 0;
		return;
	}
	if (follower->unreadable != number)
		log_event(follower->settings.reload.log, LOG_ERROR, "version_unreadable",
		          LOG_NUMBER("version", number), LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("folder", follower->settings.folder));
	follower->unreadable = number;
	if (is_final(look, number, status)) {
		look->unfit = number;
		snprintf(look->reason, sizeof(look->reason), _("it cannot be unpacked: %s"),
		         status_text(status));
	}
}

static void run_look(void *context, unsigned lane)
{
	struct follower *follower = context;
	struct look *look = &follower->look;
	const struct versions_replica replica = {
		.name = follower->name,
		.loaded = look->loaded,
		.prepared = look->prepared,
		.refused = look->refused,
		.reason = look->reason,
	};

	(void)lane;
	look->unpacked = look->unfit = 0;
	if (look->leave) {
		look->status = versions_leave(follower->store, follower->name);
		look->left = look->status == STATUS_OK;
		return;
	}
	if (!look->at_once)
		(void)hints_wait(follower->hints, VERSIONS_POLL_MS);
	look->began_us = now_us(follower);
	look->status = versions_renew(follower->store, &replica, &look->expired, &look->pointer);
	note_access(follower, look->status);
	if (look->status == STATUS_OK)
		unpack(follower, look);
}

static void run_build(void *context, unsigned lane)
{
	struct follower *follower = context;
	struct build *build = &follower->build;
	struct reload_settings settings = follower->settings.reload;
	struct watch watch = { 0 };
	const int64_t start_us = now_us(follower);

	(void)lane;
	settings.folder = build->path;
	build->result = (struct reloaded){ 0 };
	build->reason[0] = '\0';
	if (reload_build_telling(&settings, &watch, &build->result.served, build->reason,
	                         sizeof(build->reason)) != STATUS_OK)
		build->result.served = (struct served){ NULL, NULL };
	build->result.took_us = now_us(follower) - start_us;
}

/* --- in the loop --- */

/* One that is under way ends its wait, and another one follows it. */
static void add_look(struct follower *follower, bool at_once)
{
	struct look *look = &follower->look;
	enum status status;

	if (look->job.under_way) {
		follower->hurry = follower->hurry || at_once;
		hints_wake(follower->hints);
		return;
	}
	look->at_once = at_once || follower->hurry;
	follower->hurry = false;
	look->leave = follower->stopped;
	look->loaded = follower->loaded;
	look->prepared = follower->aside;
	look->refused = follower->refused;
	look->building = follower->build.number;
	snprintf(look->reason, sizeof(look->reason), "%s", follower->reason);
	status = jobs_add(follower->jobs, JOB_VERSIONS, &look->job);
	assert(status != STATUS_BUSY); /* closed at the end */
	(void)status;
}

static void retire_aside(struct follower *follower)
{
	if (follower->aside == 0)
		return;
	reloader_retire(follower->reloader, &follower->ready.served);
	follower->aside = 0;
}

/* What lies aside is served, kept, or not needed any more. */
static void settle(struct follower *follower)
{
	const struct versions_pointer *pointer = &follower->pointer;

	if (follower->aside == 0 || !follower->looked)
		return;
	if (follower->aside == pointer->current) {
		follower->loaded = follower->aside;
		follower->aside = 0;
		follower->receiver.take(follower->receiver.context, &follower->ready);
	} else if (follower->aside != pointer->offered) {
		retire_aside(follower);
	}
}

static void add_build(struct follower *follower, int64_t number, const char *path)
{
	struct build *build = &follower->build;

	assert(build->number == 0);
	build->number = number;
	snprintf(build->path, sizeof(build->path), "%s", path);
	if (jobs_add(follower->jobs, JOB_KNOWLEDGE, &build->job) != STATUS_OK)
		build->number = 0;
}

static void refuse(struct follower *follower, int64_t number, const char *reason)
{
	follower->refused = number;
	snprintf(follower->reason, sizeof(follower->reason), "%s", reason);
	log_event(follower->settings.reload.log, LOG_ERROR, "version_refused",
	          LOG_NUMBER("version", number), LOG_TEXT("reason", reason));
}

static void take_pointer(struct follower *follower, const struct look *look)
{
	const struct versions_pointer *pointer = &look->pointer;

	if (look->expired && follower->looked)
		log_event(follower->settings.reload.log, LOG_WARN, "lease_expired",
		          LOG_TEXT("replica", follower->name),
		          LOG_NUMBER("version", follower->loaded),
		          LOG_NUMBER("current", pointer->current));
	follower->looked = true;
	follower->pointer = *pointer;
	follower->lease_until_us = look->began_us + VERSIONS_LEASE_MS * INT64_C(1000);
	/* An offer that was withdrawn may come again, when its reason is gone. */
	if (follower->refused != pointer->offered && follower->refused != pointer->current)
		follower->refused = 0;
	settle(follower);
}

static void look_done(void *context)
{
	struct follower *follower = context;
	const struct look *look = &follower->look;
	const int64_t loaded = follower->loaded;

	if (look->leave)
		return;
	follower->reached = look->status == STATUS_OK;
	if (follower->reached)
		take_pointer(follower, look);
	if (look->unfit)
		refuse(follower, look->unfit, look->reason);
	if (look->unpacked && !follower->stopped)
		add_build(follower, look->unpacked, look->path);
	add_look(follower, follower->loaded != loaded || look->unfit || follower->stopped);
}

static void build_done(void *context)
{
	struct follower *follower = context;
	struct build *build = &follower->build;
	const int64_t number = build->number;

	build->number = 0;
	retire_aside(follower);
	if (build->result.served.snapshot) {
		follower->aside = number;
		follower->ready = build->result;
		log_event(
		        follower->settings.reload.log, LOG_INFO, "version_prepared",
		        LOG_NUMBER("version", number),
		        LOG_TEXT("knowledge", follower->ready.served.snapshot->knowledge->version));
		settle(follower);
	} else {
		refuse(follower, number, build->reason);
	}
	add_look(follower, true);
}

void follower_look(struct follower *follower)
{
	if (!follower)
		return;
	follower->refused = 0; /* tried again */
	add_look(follower, true);
}

bool follower_ready(const struct follower *follower)
{
	if (!follower)
		return true;
	return follower->looked && follower->loaded == follower->pointer.current &&
	       (!follower->reached || now_us(follower) < follower->lease_until_us);
}

/* --- opening and closing --- */

/* Different for each process; tells a person which machine and process it is. */
static void make_name(char name[VERSIONS_NAME_SIZE])
{
	char host[64] = "";
	uint32_t random = 0;

	if (gethostname(host, sizeof(host) - 1) != 0)
		snprintf(host, sizeof(host), "unknown");
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		random = (uint32_t)(uintptr_t)name;
	snprintf(name, VERSIONS_NAME_SIZE, "%s/%ld-%08" PRIx32, host, (long)getpid(), random);
}

static enum status say(const struct follower *follower, enum status status, const char *reason,
                       const char *hint)
{
	char name[STORE_NAME_SIZE];

	log_event(follower->settings.reload.log, LOG_ERROR, "store_refused",
	          LOG_TEXT("store", store_name(follower->settings.url, name)),
	          LOG_TEXT("reason", reason), LOG_TEXT("hint", hint));
	return status;
}

/* The name is of no lease yet: who publishes now does not wait for this one. */
static enum status unpack_current(struct follower *follower, char path[PLACE_SIZE])
{
	struct versions_pointer pointer;
	enum status status = versions_current(follower->store, &pointer);

	if (status == STATUS_OK && pointer.current == 0)
		return say(follower, STATUS_NOT_FOUND, _("no version was published yet"),
		           _("dayi publish DIR stores the first one"));
	if (status == STATUS_OK)
		status = versions_unpack(follower->store, pointer.current,
		                         follower->settings.folder, path, PLACE_SIZE);
	if (status != STATUS_OK)
		return say(follower, status, status_text(status), "");
	follower->loaded = pointer.current;
	return STATUS_OK;
}

enum status follower_open(struct follower **out, const struct follower_settings *settings,
                          char path[PLACE_SIZE])
{
	const struct store_settings store = { .url = settings->url, .busy_ms = BUSY_MS };
	struct follower *follower = calloc(1, sizeof(*follower));
	char problem[STORE_PROBLEM_SIZE];
	enum status status;

	*out = follower;
	if (!follower)
		return STATUS_NO_MEMORY;
	follower->settings = *settings;
	make_name(follower->name);
	status = store_listen(&follower->hints, settings->url, VERSIONS_HINT, problem);
	if (status == STATUS_OK)
		status = store_open(&follower->store, &store, &versions_schema, problem);
	if (status != STATUS_OK)
		return say(follower, status, problem, _("see store.url"));
	return unpack_current(follower, path);
}

enum status follower_start(struct follower *follower, struct jobs *jobs, struct reloader *reloader,
                           const struct reload_receiver *receiver)
{
	follower->jobs = jobs;
	follower->reloader = reloader;
	follower->receiver = *receiver;
	follower->look.job =
	        (struct job){ .run = run_look, .done = look_done, .context = follower };
	follower->build.job =
	        (struct job){ .run = run_build, .done = build_done, .context = follower };
	add_look(follower, true);
	return STATUS_OK;
}

void follower_stop(struct follower *follower)
{
	if (!follower || follower->stopped)
		return;
	follower->stopped = true;
	if (follower->jobs)
		add_look(follower, true);
}

void follower_destroy(struct follower *follower)
{
	if (!follower)
		return;
	assert(!follower->look.job.under_way && !follower->build.job.under_way);
	if (follower->aside) {
		scratch_destroy(follower->ready.served.scratch);
		snapshot_destroy(follower->ready.served.snapshot);
	}
	/* A look that was under way at the end could not be followed by the last one. */
	if (follower->reached && !follower->look.left &&
	    versions_leave(follower->store, follower->name) != STATUS_OK)
		note_access(follower, STATUS_IO);
	hints_close(follower->hints);
	store_close(follower->store);
	free(follower);
}
