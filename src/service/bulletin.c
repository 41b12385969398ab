/*
 * How it works: a job reads switches and notice each TICK_MS, and at once after a hint of the store
 * (another job waits for it) or after a change of this process; a store that could not be opened at
 * the start is opened by it. What it read is compared in the
 * loop: a changed switch is told to the listener, and a notice that begins, changes or ends to
 * every line that lasts. Others see it in their next reply: service_send() puts it into everything.
 */
#include "service/bulletin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "office/journal/day.h"
#include "service/state.h"

enum { TICK_MS = 500, HINT_MS = 5000, WEEK_DAYS = 7, JOBS_MOST = 64 };

static const int64_t day_ms = INT64_C(86400000);

static const char *const names[BULLETIN_CHANNELS] = {
	"web", "http", "onebot", "wecom_bot", "wecom_app", "dingtalk", "feishu",
};
enum { WEB, HTTP };

struct bulletin {
	struct store *store; /* the job's, once it runs */
	struct job job;
	struct timer *tick;
	bool failed, hurry, stopped;
	enum status status; /* of the last reading */
	struct group_switches off, read_off;
	struct office_notice notice, read_notice;
	struct office_notice shown; /* that the lines have; text "": none */

	struct hints *hints; /* NULL: none come */
	struct job ear;
	bool heard;

	void (*changed)(void *context);
	void *context;
};

const char *bulletin_channel(size_t index)
{
	assert(index < BULLETIN_CHANNELS);
	return names[index];
}

size_t bulletin_channel_named(const char *name)
{
	size_t at = 0;

	while (at < BULLETIN_CHANNELS && strcmp(names[at], name) != 0)
		at++;
	return at;
}

/* --- what is known --- */

static bool is_switched_off(const struct group_switches *off, const char *channel)
{
	for (size_t i = 0; i < off->count; i++)
		if (strcmp(off->off[i].channel, channel) == 0)
			return true;
	return false;
}

bool bulletin_is_off(const struct service *service, const struct channel *channel)
{
	const size_t index = bulletin_channel_named(channel->name);

	if (!service->bulletin || (index > HTTP && index < BULLETIN_CHANNELS))
		return false;
	return is_switched_off(&service->bulletin->off, index == WEB ? names[WEB] : names[HTTP]);
}

static bool is_due(const struct office_notice *notice, int64_t now_ms)
{
	return notice->text[0] && notice->from_ms <= now_ms &&
	       (notice->until_ms == 0 || now_ms < notice->until_ms);
}

const struct office_notice *bulletin_notice(const struct service *service)
{
	const struct bulletin *bulletin = service->bulletin;

	return bulletin && is_due(&bulletin->notice, service_wall_ms(service)) ? &bulletin->notice
	                                                                       : NULL;
}

void bulletin_on_switch(struct service *service, void (*changed)(void *context), void *context)
{
	if (!service->bulletin)
		return;
	service->bulletin->changed = changed;
	service->bulletin->context = context;
}

/* --- telling of it --- */

static bool is_same(const struct office_notice *one, const struct office_notice *other)
{
	return strcmp(one->text, other->text) == 0 && one->from_ms == other->from_ms &&
	       one->until_ms == other->until_ms;
}

/* Lines that last see it, or that it is over, at once. */
static void show_notice(struct service *service)
{
	static const struct office_notice none = { .text = "" };
	const struct outgoing outgoing = { .kind = OUTGOING_NOTICE };
	struct bulletin *bulletin = service->bulletin;
	const struct office_notice *due =
	        is_due(&bulletin->notice, service_wall_ms(service)) ? &bulletin->notice : NULL;

	if (is_same(due ? due : &none, &bulletin->shown))
		return;
	bulletin->shown = due ? *due : none;
	log_event(service->tools.log, LOG_WARN, due ? "notice_up" : "notice_down",
	          LOG_TEXT("by", bulletin->notice.by));
	for (uint32_t id = 0; id < service->line_count; id++) {
		const struct line *line = &service->lines[id];

		if (line->channel && (line->channel->abilities & CHANNEL_LASTING))
			service_send(service,
			             (struct return_address){ line->channel, id, line->generation },
			             &outgoing);
	}
}

static void take_switches(struct service *service)
{
	struct bulletin *bulletin = service->bulletin;
	bool changed = false;

	for (size_t i = 0; i < BULLETIN_CHANNELS; i++) {
		const bool off = is_switched_off(&bulletin->read_off, names[i]);

		if (off == is_switched_off(&bulletin->off, names[i]))
			continue;
		changed = true;
		/* Groups tell of their own. */
		if (i <= HTTP)
			log_event(service->tools.log, LOG_WARN, off ? "channel_off" : "channel_on",
			          LOG_TEXT("channel", names[i]), LOG_TEXT("by", "store"));
	}
	bulletin->off = bulletin->read_off;
	if (changed && bulletin->changed)
		bulletin->changed(bulletin->context);
}

/* --- looking --- */

/* Before jobs run, or in the job. */
static enum status open_store(const struct service *service, char problem[STORE_PROBLEM_SIZE])
{
	const struct store_settings store = { .url = service->settings.bulletin.store,
		                              .busy_ms = service->settings.bulletin.busy_ms };
	struct bulletin *bulletin = service->bulletin;

	return bulletin->store ? STATUS_OK
	                       : store_open(&bulletin->store, &store, &groups_schema, problem);
}

static enum status read_rows(struct tx *tx, struct group_switches *off,
                             struct office_notice *notice)
{
	const enum status status = group_row_switches(tx, off);

	return status == STATUS_OK ? notice_row_read(tx, notice) : status;
}

static enum status read_store(struct bulletin *bulletin)
{
	struct tx *tx;
	const enum status status = store_begin(bulletin->store, TX_READ, &tx);

	return status == STATUS_OK
	               ? tx_end(tx, read_rows(tx, &bulletin->read_off, &bulletin->read_notice))
	               : status;
}

static void run_look(void *context, unsigned lane)
{
	struct service *service = context;
	char problem[STORE_PROBLEM_SIZE];
	enum status status = open_store(service, problem);

	(void)lane;
	if (status == STATUS_OK)
		status = read_store(service->bulletin);
	service->bulletin->status = status;
}

static void done_look(void *context)
{
	struct service *service = context;
	struct bulletin *bulletin = service->bulletin;

	if (service->stopped)
		return;
	if (bulletin->status != STATUS_OK && !bulletin->failed)
		log_event(service->tools.log, LOG_ERROR, "bulletin_away",
		          LOG_TEXT("status", status_text(bulletin->status)));
	bulletin->failed = bulletin->status != STATUS_OK;
	if (!bulletin->failed) {
		bulletin->notice = bulletin->read_notice;
		take_switches(service);
	}
	show_notice(service);
	if (bulletin->hurry)
		bulletin_look(service);
}

void bulletin_look(struct service *service)
{
	struct bulletin *bulletin = service->bulletin;

	bulletin->hurry = bulletin->job.under_way ||
	                  jobs_add(service->tools.jobs, JOB_BULLETIN, &bulletin->job) != STATUS_OK;
}

static void tick(void *context)
{
	struct service *service = context;
	struct bulletin *bulletin = service->bulletin;

	bulletin->tick = NULL;
	if (bulletin->stopped)
		return;
	bulletin_look(service);
	bulletin->tick = loop_after(service->tools.loop, TICK_MS, tick, service);
	if (!bulletin->tick)
		log_event(service->tools.log, LOG_ERROR, "bulletin_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

/* --- hints --- */

static void run_ear(void *context, unsigned lane)
{
	struct bulletin *bulletin = ((struct service *)context)->bulletin;

	(void)lane;
	bulletin->heard = hints_wait(bulletin->hints, HINT_MS);
}

static void done_ear(void *context)
{
	struct service *service = context;
	struct bulletin *bulletin = service->bulletin;

	if (service->stopped)
		return;
	if (bulletin->heard)
		bulletin_look(service);
	if (jobs_add(service->tools.jobs, JOB_HINTS, &bulletin->ear) != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "bulletin_deaf");
}

/* Without hints it takes a tick longer. */
static void open_ear(struct service *service, const char *url)
{
	struct bulletin *bulletin = service->bulletin;
	char problem[STORE_PROBLEM_SIZE] = "";

	if (!store_is_shared(url))
		return;
	bulletin->ear = (struct job){ .run = run_ear, .done = done_ear, .context = service };
	if (store_listen(&bulletin->hints, url, BULLETIN_HINT, problem) != STATUS_OK ||
	    jobs_add(service->tools.jobs, JOB_HINTS, &bulletin->ear) != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "bulletin_deaf",
		          LOG_TEXT("reason", problem));
}

/* --- opening and ending --- */

static bool has_store(const struct service_settings *settings)
{
	return settings->bulletin.store && settings->bulletin.store[0];
}

void bulletin_job_limits(const struct service_settings *settings,
                         struct job_limits limits[JOB_CLASSES])
{
	if (!has_store(settings))
		return;
	limits[JOB_BULLETIN] = (struct job_limits){ 1, JOBS_MOST };
	if (store_is_shared(settings->bulletin.store)) {
		limits[JOB_HINTS].width++;
		limits[JOB_HINTS].most++;
	}
}

static void log_closed(const struct service *service, enum status status, const char *problem)
{
	char name[STORE_NAME_SIZE];

	log_event(service->tools.log, LOG_ERROR, "bulletin_closed",
	          LOG_TEXT("store", store_name(service->settings.bulletin.store, name)),
	          LOG_TEXT("reason", problem[0] ? problem : status_text(status)));
}

enum status bulletin_open(struct service *service)
{
	char problem[STORE_PROBLEM_SIZE] = "";
	struct bulletin *bulletin;
	enum status status;

	if (!has_store(&service->settings))
		return STATUS_OK;
	bulletin = calloc(1, sizeof(*bulletin));
	if (!bulletin)
		return STATUS_NO_MEMORY;
	service->bulletin = bulletin;
	bulletin->job = (struct job){ .run = run_look, .done = done_look, .context = service };
	status = open_store(service, problem);
	if (status == STATUS_OK)
		status = read_store(bulletin);
	if (status == STATUS_OK) {
		bulletin->notice = bulletin->read_notice;
		take_switches(service);
	} else {
		bulletin->failed = true;
		log_closed(service, status, problem);
	}
	open_ear(service, service->settings.bulletin.store);
	bulletin->tick = loop_after(service->tools.loop, TICK_MS, tick, service);
	return bulletin->tick ? STATUS_OK : STATUS_NO_MEMORY;
}

void bulletin_stop(struct service *service)
{
	struct bulletin *bulletin = service->bulletin;

	if (!bulletin)
		return;
	bulletin->stopped = true;
	timer_cancel(bulletin->tick);
	bulletin->tick = NULL;
	if (bulletin->hints)
		hints_wake(bulletin->hints);
}

void bulletin_close(struct service *service)
{
	struct bulletin *bulletin = service->bulletin;

	if (!bulletin)
		return;
	timer_cancel(bulletin->tick);
	hints_close(bulletin->hints);
	store_close(bulletin->store);
	free(bulletin);
	service->bulletin = NULL;
}

/* --- for the console --- */

static enum status change_rows(struct tx *tx, const struct bulletin_change *change, int64_t now_ms)
{
	enum status status = STATUS_OK;

	if (change->channel)
		status = group_row_switch(tx, change->channel, change->on, change->by, now_ms);
	if (status == STATUS_OK && change->notice) {
		struct office_notice notice = *change->notice;

		snprintf(notice.by, sizeof(notice.by), "%s", change->by);
		if (notice.from_ms == 0)
			notice.from_ms = now_ms;
		status = notice_row_write(tx, &notice, now_ms);
	}
	return status;
}

static void view_switches(const struct service *service, const struct group_switches *off,
                          struct bulletin_view *out)
{
	for (size_t i = 0; i < BULLETIN_CHANNELS; i++)
		out->channels[i].configured = service->settings.bulletin.configured & 1U << i;
	for (size_t i = 0; i < off->count; i++) {
		const size_t at = bulletin_channel_named(off->off[i].channel);

		if (at == BULLETIN_CHANNELS)
			continue;
		out->channels[at].off = true;
		out->channels[at].since_ms = off->off[i].at_ms;
		memcpy(out->channels[at].by, off->off[i].by, sizeof(out->channels[at].by));
	}
}

static void count_turns(void *context, const char *channel, int64_t today, int64_t last_ms)
{
	struct bulletin_view *out = context;
	const size_t named = bulletin_channel_named(channel);
	struct channel_state *state =
	        &out->channels[named == BULLETIN_CHANNELS ? (size_t)HTTP : named];

	state->today += today;
	if (last_ms > state->last_ms)
		state->last_ms = last_ms;
}

enum status bulletin_run(struct service *service, const struct bulletin_change *change,
                         struct bulletin_view *out)
{
	const struct journal_settings *journal = &service->settings.journal;
	const bool changes = change->channel || change->notice;
	char problem[STORE_PROBLEM_SIZE];
	struct group_switches off;
	struct tx *tx;
	enum status status = open_store(service, problem);

	*out = (struct bulletin_view){ 0 };
	if (status == STATUS_OK)
		status = store_begin(service->bulletin->store, changes ? TX_WRITE : TX_READ, &tx);
	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &out->now_ms);
	if (status == STATUS_OK)
		status = change_rows(tx, change, out->now_ms);
	if (status == STATUS_OK)
		status = read_rows(tx, &off, &out->notice);
	status = tx_end(tx, status);
	if (status != STATUS_OK)
		return status;
	view_switches(service, &off, out);
	out->counted =
	        journal->file[0] &&
	        journal_count_channels(journal, out->now_ms - WEEK_DAYS * day_ms,
	                               day_begin(out->now_ms), count_turns, out) == STATUS_OK;
	return STATUS_OK;
}
