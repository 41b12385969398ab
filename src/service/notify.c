/*
 * How it works: a round begins as a job (settle what the last round came to, gather what happened,
 * read what is due), goes on in the loop with a request for each notice, and ends when all of them
 * were answered or have failed; the next one begins a while later. So the notices of a round belong
 * either to the job or to the loop. What a round came to is written by the next one: a process that
 * ends in between tells again, under the same name.
 */
#include "service/notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/key_file.h"
#include "office/handover/notices.h"
#include "run/fetch.h"
#include "service/state.h"

enum {
	AT_ONCE = 8, /* notices a round */
	ROUND_MS = 1000,
	LEASE_MS = 20000,
	DEADLINE_MS = 10000,
	ANSWER_MOST = 65536, /* bytes that a receiver may answer; they are not read */
	BODY_MOST = 2048,
};

struct telling {
	struct notify *notify;
	struct notice notice;
	bool tried, delivered;
};

struct notify {
	struct service *service;
	struct notices *notices;
	struct buf secret;
	struct job job;
	struct timer *timer;
	struct telling items[AT_ONCE];
	size_t count;
	size_t under_way; /* requests */
	bool leads;       /* this process tells */
	size_t dropped, given_up;
	enum status status, logged;
};

static void begin_round(void *context);

void notify_job_limits(const struct notify_settings *settings,
                       struct job_limits limits[JOB_CLASSES])
{
	if (settings->url && settings->url[0])
		limits[JOB_NOTICES] = (struct job_limits){ 1, 1 };
}

/* --- in a job --- */

static enum status settle(struct notify *notify)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < notify->count; i++) {
		struct telling *one = &notify->items[i];
		bool given_up = false;

		if (one->tried)
			status = notices_settle(notify->notices, &one->notice, one->delivered,
			                        &given_up);
		if (status == STATUS_OK) {
			one->tried = false;
			notify->given_up += given_up;
		}
	}
	return status;
}

static enum status read_due(struct notify *notify)
{
	struct notice due[AT_ONCE];
	size_t count = 0;
	enum status status = notices_gather(notify->notices, &notify->dropped);

	if (status == STATUS_OK)
		status = notices_due(notify->notices, due, AT_ONCE, &count);
	for (size_t i = 0; i < count; i++)
		notify->items[i] = (struct telling){ .notify = notify, .notice = due[i] };
	notify->count = count;
	return status;
}

static void run_round(void *context, unsigned lane)
{
	struct notify *notify = context;

	(void)lane;
	notify->dropped = notify->given_up = 0;
	/* What could not be settled is kept for the next round, and nothing is told meanwhile. */
	notify->status = settle(notify);
	/* A file has one server: it need not wait for the lease of one that was killed. */
	notify->leads = !store_is_shared(notify->service->settings.notify.accounts);
	if (notify->status == STATUS_OK && !notify->leads)
		notify->status = notices_lease(notify->notices, LEASE_MS, &notify->leads);
	if (notify->status == STATUS_OK) {
		notify->count = 0;
		if (notify->leads)
			notify->status = read_due(notify);
	}
}

/* --- in the loop --- */

static void next_round(struct notify *notify)
{
	if (notify->service->stopped)
		return;
	notify->timer = loop_after(notify->service->tools.loop, ROUND_MS, begin_round, notify);
	if (!notify->timer)
		log_event(notify->service->tools.log, LOG_ERROR, "notices_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

static void take_answer(void *context, const struct fetch_answer *answer)
{
	struct telling *one = context;
	struct notify *notify = one->notify;
	struct metrics *metrics = notify->service->tools.metrics;

	one->tried = true;
	one->delivered =
	        answer->outcome == FETCH_ANSWERED && answer->status >= 200 && answer->status < 300;
	if (one->delivered)
		metrics->notices_delivered++;
	else
		metrics->notices_failed++;
	if (!one->delivered && answer->outcome == FETCH_ANSWERED)
		log_event(notify->service->tools.log, LOG_WARN, "notice_refused",
		          LOG_TEXT("delivery", one->notice.id),
		          LOG_NUMBER("status", answer->status));
	if (--notify->under_way == 0)
		next_round(notify);
}

static void write_body(const struct notice *notice, int64_t now_ms, struct buf *out)
{
	buf_append_format(out, "{\"delivery\":\"%s\",\"event\":\"%s\",\"chat\":\"%s\"", notice->id,
	                  notice->closed ? "handover.closed" : "handover.asked",
	                  notice->conversation);
	buf_append_format(out, ",\"at\":%" PRId64 ",\"sent_at\":%" PRId64, notice->at_ms, now_ms);
	if (notice->closed) {
		buf_append_text(out, ",\"outcome\":");
		json_append_string(out, notice->outcome);
	}
	buf_append_char(out, '}');
}

/* Over time, name and body, so that an old one cannot be sent anew or under another name. */
static enum status sign(const struct notify *notify, const char *timestamp, const char *delivery,
                        struct span body, char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, buf_span(&notify->secret));

	if (status != STATUS_OK)
		return status;
	digest_add(digest, span_of(timestamp));
	digest_add(digest, span_of("."));
	digest_add(digest, span_of(delivery));
	digest_add(digest, span_of("."));
	digest_add(digest, body);
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	return status;
}

static enum status send(struct notify *notify, struct telling *one)
{
	const struct service *service = notify->service;
	const int64_t now_ms = service_wall_ms(service);
	char timestamp[24], signature[DIGEST_HEX_SIZE + 8] = "sha256=";
	const struct fetch_header headers[] = {
		{ "Content-Type", "application/json" },
		{ "X-Dayi-Delivery", one->notice.id },
		{ "X-Dayi-Timestamp", timestamp },
		{ "X-Dayi-Signature", signature },
	};
	struct buf body;
	enum status status;

	buf_init(&body, BODY_MOST);
	write_body(&one->notice, now_ms, &body);
	(void)snprintf(timestamp, sizeof(timestamp), "%" PRId64, now_ms / 1000);
	status = buf_status(&body);
	if (status == STATUS_OK)
		status = sign(notify, timestamp, one->notice.id, buf_span(&body),
		              signature + strlen("sha256="));
	if (status == STATUS_OK) {
		const struct fetch_request request = {
			.what = "events",
			.method = "POST",
			.url = service->settings.notify.url,
			.headers = headers,
			.header_count = sizeof(headers) / sizeof(headers[0]),
			.body = buf_span(&body),
			.deadline_ms = DEADLINE_MS,
			.answer_most = ANSWER_MOST,
		};

		status = fetch_add(service->tools.fetcher, &request, take_answer, one);
	}
	buf_deinit(&body);
	return status;
}

static void log_round(struct notify *notify)
{
	struct log *log = notify->service->tools.log;

	if (notify->status != STATUS_OK && notify->status != notify->logged)
		log_event(log, LOG_ERROR, "notices_failed",
		          LOG_TEXT("status", status_text(notify->status)));
	notify->logged = notify->status;
	if (notify->dropped > 0 || notify->given_up > 0)
		log_event(log, LOG_ERROR, "notices_lost", LOG_NUMBER("dropped", notify->dropped),
		          LOG_NUMBER("given_up", notify->given_up));
	notify->service->tools.metrics->notices_lost += notify->dropped + notify->given_up;
}

static void done_round(void *context)
{
	struct notify *notify = context;

	log_round(notify);
	if (notify->service->stopped)
		return;
	/* One more, so that the round does not end while it begins. */
	notify->under_way = 1;
	for (size_t i = 0; notify->status == STATUS_OK && i < notify->count; i++) {
		notify->under_way++;
		if (send(notify, &notify->items[i]) != STATUS_OK)
			notify->under_way--; /* it is due again in the next round */
	}
	if (--notify->under_way == 0)
		next_round(notify);
}

static void begin_round(void *context)
{
	struct notify *notify = context;

	notify->timer = NULL;
	if (jobs_add(notify->service->tools.jobs, JOB_NOTICES, &notify->job) != STATUS_OK)
		next_round(notify);
}

/* --- making and ending --- */

static enum status read_secret(struct notify *notify)
{
	const char *file = notify->service->settings.notify.key_file;
	const enum status status = key_file_make(file);

	buf_init(&notify->secret, BODY_MOST);
	return status == STATUS_OK ? key_file_read(file, KEY_SECRET, &notify->secret, NULL)
	                           : status;
}

static enum status open_notices(struct notify *notify, char problem[STORE_PROBLEM_SIZE])
{
	const struct notify_settings *settings = &notify->service->settings.notify;
	char chats[PLACE_SIZE], own[PLACE_SIZE];
	const struct notices_settings stores = {
		.handover = { .url = chats, .busy_ms = settings->busy_ms },
		.own = { .url = own, .busy_ms = settings->busy_ms },
	};

	if (!store_beside(settings->accounts, "chats.db", chats, sizeof(chats)) ||
	    !store_beside(settings->accounts, "notices.db", own, sizeof(own)))
		return STATUS_LIMIT;
	return notices_open(&notify->notices, &stores, problem);
}

enum status notify_open(struct service *service)
{
	const char *url = service->settings.notify.url;
	char problem[STORE_PROBLEM_SIZE] = "";
	struct notify *notify;
	enum status status;

	if (!url || url[0] == '\0' || !service->chats || !service->tools.fetcher)
		return STATUS_OK;
	notify = calloc(1, sizeof(*notify));
	if (!notify)
		return STATUS_NO_MEMORY;
	service->notify = notify;
	notify->service = service;
	notify->job = (struct job){ .run = run_round, .done = done_round, .context = notify };
	status = read_secret(notify);
	if (status == STATUS_OK)
		status = open_notices(notify, problem);
	if (status != STATUS_OK) {
		log_event(service->tools.log, LOG_ERROR, "notices_closed",
		          LOG_TEXT("reason", problem[0] ? problem : status_text(status)));
		return status == STATUS_NO_MEMORY ? status : STATUS_IO;
	}
	/* What happens from now on is told. */
	run_round(notify, 0);
	done_round(notify);
	return STATUS_OK;
}

void notify_stop(struct service *service)
{
	if (!service->notify)
		return;
	timer_cancel(service->notify->timer);
	service->notify->timer = NULL;
}

void notify_close(struct service *service)
{
	struct notify *notify = service->notify;

	if (!notify)
		return;
	notices_close(notify->notices);
	if (notify->secret.ptr)
		explicit_bzero(notify->secret.ptr, notify->secret.len);
	buf_deinit(&notify->secret);
	free(notify);
	service->notify = NULL;
}
