/*
 * How it works. A list holds the cases of the last minute as the store had them; a job reads it
 * anew every second, and every change made here is put into it at once (chats_note()). What an
 * applicant types becomes an errand, a job that writes it. Who waits for events is a poll: a job
 * reads what there is, and where there is nothing the poll stays in a list until the case has
 * changed or its time is over.
 *
 * While the list is read, a case may change here. Its entry is then newer than what was read and
 * stays until the next reading.
 */
#include "service/chats.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/sessions/session_rows.h"
#include "service/answer.h"
#include "service/asks.h"

enum {
	LANES = 1, /* what one conversation's sides write is in their order */
	JOBS_MOST = 4096,
	POLLS_MOST = 2048,
	TICK_MS = 1000,
	EXPIRE_TICKS = 3600,
	CHATS_MOST = 1000,
	ARENA_BYTES = 8 << 20,
};

struct chat {
	char conversation[DIGEST_HEX_SIZE];
	enum handover_state state;
	char holder[HANDOVER_NAME_SIZE];
	int64_t n;
	bool noted; /* since the reading under way began */
};

/* Something that was typed. */
struct errand {
	struct job job;
	struct service *service;
	bool asks;    /* for a person */
	bool answers; /* its reply comes from here */
	char conversation[DIGEST_HEX_SIZE];
	struct return_address from;
	char session[SESSION_ID_SIZE];
	const char *browser;
	const char *id; /* or NULL */
	struct span text, masked;
	enum status status;
	struct handover_case row;
	char bytes[]; /* of id, text and masked */
};

struct poll {
	struct job job;
	struct service *service;
	struct return_address from;
	char conversation[DIGEST_HEX_SIZE];
	int64_t after, end_us;
	struct arena *arena;
	struct handover_events events;
	enum status status;
	struct poll *next;
};

struct chats {
	struct handover *lanes[LANES];
	struct chat items[CHATS_MOST];
	size_t count;
	struct job tick;
	struct arena *arena; /* of the tick's */
	const struct handover_case *read;
	size_t read_count;
	enum status status;
	bool failed;
	unsigned ticks;
	struct poll *polls; /* that wait for a change */
	size_t poll_count;  /* those under way as well */
	struct chats_watch *watches;
	uint64_t changes;
};

/* --- opening --- */

void chats_job_limits(const struct console_settings *settings,
                      struct job_limits limits[JOB_CLASSES])
{
	if (settings->enabled && settings->chats)
		limits[JOB_CHATS] = (struct job_limits){ LANES, JOBS_MOST };
}

/* chats.db beside the accounts; PostgreSQL keeps both. */
static bool name_store(const char *accounts, char url[PLACE_SIZE])
{
	const char *slash = strrchr(accounts, '/');
	const int len = slash ? (int)(slash - accounts) + 1 : 0;

	return store_is_shared(accounts)
	               ? snprintf(url, PLACE_SIZE, "%s", accounts) < PLACE_SIZE
	               : snprintf(url, PLACE_SIZE, "%.*schats.db", len, accounts) < PLACE_SIZE;
}

static enum status open_lanes(struct service *service, struct chats *chats)
{
	char url[PLACE_SIZE], problem[STORE_PROBLEM_SIZE] = "";
	struct handover_settings settings = {
		.store = service->settings.console.accounts.store,
		.key_file = service->settings.console.accounts.key_file,
	};
	enum status status = STATUS_OK;

	if (!name_store(settings.store.url, url))
		return STATUS_LIMIT;
	settings.store.url = url;
	for (size_t i = 0; status == STATUS_OK && i < LANES; i++)
		status = handover_open(&chats->lanes[i], &settings, problem);
	if (status != STATUS_OK)
		log_event(service->tools.log, LOG_ERROR, "chats_closed",
		          LOG_TEXT("reason", problem[0] ? problem : status_text(status)));
	return status;
}

static void run_tick(void *context, unsigned lane);
static void done_tick(void *context);

enum status chats_open(struct service *service)
{
	struct chats *chats;
	enum status status;

	if (!service->console || !service->settings.console.chats)
		return STATUS_OK;
	chats = calloc(1, sizeof(*chats));
	if (!chats)
		return STATUS_NO_MEMORY;
	service->chats = chats;
	status = arena_create(&chats->arena, ARENA_BYTES);
	if (status == STATUS_OK)
		status = open_lanes(service, chats);
	if (status == STATUS_OK) {
		/* What was with an operator before a restart is so from the first message on. */
		chats->tick =
		        (struct job){ .run = run_tick, .done = done_tick, .context = service };
		run_tick(service, 0);
		done_tick(service);
		status = jobs_every(service->tools.jobs, TICK_MS, JOB_CHATS, &chats->tick);
	}
	if (status != STATUS_OK)
		chats_close(service);
	return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

void chats_close(struct service *service)
{
	struct chats *chats = service->chats;

	if (!chats)
		return;
	assert(chats->poll_count == 0 && !chats->watches);
	for (size_t i = 0; i < LANES; i++)
		handover_close(chats->lanes[i]);
	arena_destroy(chats->arena);
	free(chats);
	service->chats = NULL;
}

struct handover *chats_handover(const struct service *service, unsigned lane)
{
	return service->chats ? service->chats->lanes[lane] : NULL;
}

static void log_failure(const struct service *service, const char *what, enum status status)
{
	log_event(service->tools.log, LOG_ERROR, "chats_failed", LOG_TEXT("what", what),
	          LOG_TEXT("status", status_text(status)));
}

/* --- polls --- */

static void end_poll(struct poll *poll)
{
	struct service *service = poll->service;
	const struct outgoing events = { .kind = OUTGOING_EVENTS, .events = &poll->events };

	service_end_waiting(service, poll->from);
	if (poll->status == STATUS_OK || poll->status == STATUS_NOT_FOUND)
		service_send(service, poll->from, &events);
	else
		service_send_refusal(service, poll->from, NULL, REFUSAL_INTERNAL);
	service->chats->poll_count--;
	arena_destroy(poll->arena);
	free(poll);
}

static void run_poll(void *context, unsigned lane)
{
	struct poll *poll = context;

	arena_reset(poll->arena);
	poll->status = handover_events(chats_handover(poll->service, lane), poll->conversation,
	                               poll->after, NULL, poll->arena, &poll->events);
}

static void done_poll(void *context)
{
	struct poll *poll = context;
	struct service *service = poll->service;

	if (poll->status != STATUS_OK || poll->events.count > 0 || service->stopped ||
	    service->draining || service_now_us(service) >= poll->end_us) {
		end_poll(poll);
		return;
	}
	poll->next = service->chats->polls;
	service->chats->polls = poll;
}

static void add_poll(struct poll *poll)
{
	poll->job = (struct job){ .run = run_poll, .done = done_poll, .context = poll };
	if (jobs_add(poll->service->tools.jobs, JOB_CHATS, &poll->job) == STATUS_OK)
		return;
	poll->status = STATUS_BUSY;
	end_poll(poll);
}

/* Those of one conversation read again; NULL: those whose time is over are answered. */
static void wake(struct service *service, const char *conversation)
{
	const bool all = service->stopped || service->draining;
	struct poll **at = &service->chats->polls;
	struct poll *woken = NULL;

	while (*at) {
		struct poll *poll = *at;
		const bool wakes = conversation ? strcmp(poll->conversation, conversation) == 0
		                                : all || service_now_us(service) >= poll->end_us;

		if (!wakes) {
			at = &poll->next;
			continue;
		}
		*at = poll->next;
		poll->next = woken;
		woken = poll;
	}
	while (woken) {
		struct poll *poll = woken;

		woken = poll->next;
		if (conversation)
			add_poll(poll);
		else
			end_poll(poll);
	}
}

void service_events(struct service *service, struct return_address from, const char *conversation,
                    int64_t after)
{
	struct handover_events none = { .count = 0 };
	const struct outgoing outgoing = { .kind = OUTGOING_EVENTS, .events = &none };
	struct poll *poll;

	if (!service->chats) {
		service_send(service, from, &outgoing);
		return;
	}
	poll = calloc(1, sizeof(*poll));
	if (!poll || service->draining || service->chats->poll_count >= POLLS_MOST ||
	    arena_create(&poll->arena, ARENA_BYTES) != STATUS_OK ||
	    session_row_name(conversation, poll->conversation) != STATUS_OK) {
		if (poll)
			arena_destroy(poll->arena);
		free(poll);
		service_send_refusal(service, from, NULL,
		                     service->draining ? REFUSAL_DRAINING : REFUSAL_CONNECTIONS);
		return;
	}
	poll->service = service;
	poll->from = from;
	poll->after = after;
	poll->end_us = service_now_us(service) + EVENTS_WAIT_S * INT64_C(1000000);
	service->chats->poll_count++;
	service_begin_waiting(service, from);
	add_poll(poll);
}

/* --- what is known --- */

static struct chat *find(struct chats *chats, const char *conversation)
{
	for (size_t i = 0; i < chats->count; i++)
		if (strcmp(chats->items[i].conversation, conversation) == 0)
			return &chats->items[i];
	return NULL;
}

/* --- operators' pages that wait --- */

uint64_t chats_changes(const struct service *service)
{
	return service->chats->changes;
}

void chats_watch(struct service *service, struct chats_watch *watch)
{
	watch->next = service->chats->watches;
	service->chats->watches = watch;
}

/* Those of the holder; NULL: of everybody. `late`: only those whose time is over. */
static void alert(struct service *service, const char *holder, bool late)
{
	struct chats_watch **at = &service->chats->watches;
	struct chats_watch *woken = NULL;

	while (*at) {
		struct chats_watch *watch = *at;
		const bool wakes = late ? service_now_us(service) >= watch->end_us
		                        : !holder || strcmp(holder, watch->operator_id) == 0;

		if (!wakes) {
			at = &watch->next;
			continue;
		}
		*at = watch->next;
		watch->next = woken;
		woken = watch;
	}
	while (woken) {
		struct chats_watch *watch = woken;

		woken = watch->next;
		watch->again(watch->context);
	}
}

/* A message concerns its holder, a change of hands everybody. */
static void tell(struct service *service, const struct chat *before,
                 const struct handover_case *row)
{
	const bool same = before->state == row->state && strcmp(before->holder, row->holder) == 0;

	service->chats->changes++;
	wake(service, row->conversation);
	alert(service, same && row->state == HANDOVER_WITH ? row->holder : NULL, false);
}

/* Takes over what is newer, and wakes who waits for it. */
static void learn(struct service *service, const struct handover_case *row, bool noted)
{
	struct chats *chats = service->chats;
	struct chat *chat = find(chats, row->conversation);
	struct chat before = { .state = HANDOVER_BOT };

	if (chat && chat->n >= row->n) {
		chat->noted |= noted;
		return;
	}
	if (chat)
		before = *chat;
	else if (chats->count < CHATS_MOST)
		chat = &chats->items[chats->count++];
	if (chat) {
		*chat = (struct chat){ .state = row->state, .n = row->n, .noted = noted };
		memcpy(chat->conversation, row->conversation, sizeof(chat->conversation));
		memcpy(chat->holder, row->holder, sizeof(chat->holder));
	}
	tell(service, &before, row);
}

void chats_note(struct service *service, const struct handover_case *row)
{
	if (service->chats)
		learn(service, row, true);
}

static void run_tick(void *context, unsigned lane)
{
	struct service *service = context;
	struct chats *chats = service->chats;
	struct handover *handover = chats->lanes[lane];
	size_t count;

	arena_reset(chats->arena);
	chats->read_count = 0;
	chats->status = handover_lapse(handover, &count);
	if (chats->status == STATUS_OK && chats->ticks++ % EXPIRE_TICKS == 0)
		chats->status = handover_expire(
		        handover, service->settings.console.chat_days * INT64_C(86400000), &count);
	if (chats->status == STATUS_OK)
		chats->status =
		        handover_recent(handover, chats->arena, &chats->read, &chats->read_count);
}

static bool was_read(const struct chats *chats, const char *conversation)
{
	for (size_t i = 0; i < chats->read_count; i++)
		if (strcmp(chats->read[i].conversation, conversation) == 0)
			return true;
	return false;
}

static void done_tick(void *context)
{
	struct service *service = context;
	struct chats *chats = service->chats;
	size_t kept = 0;

	if (chats->status != STATUS_OK && !chats->failed)
		log_failure(service, "read", chats->status);
	chats->failed = chats->status != STATUS_OK;
	if (!chats->failed) {
		for (size_t i = 0; i < chats->count; i++)
			if (chats->items[i].noted || was_read(chats, chats->items[i].conversation))
				chats->items[kept++] = chats->items[i];
		chats->count = kept;
		for (size_t i = 0; i < chats->count; i++)
			chats->items[i].noted = false;
		for (size_t i = 0; i < chats->read_count; i++)
			learn(service, &chats->read[i], false);
	}
	wake(service, NULL);
	alert(service, NULL, !service->stopped && !service->draining);
}

void chats_stop(struct service *service)
{
	if (!service->chats)
		return;
	wake(service, NULL);
	alert(service, NULL, false);
}

/* --- what applicants type --- */

static void send_reply(const struct errand *errand, const struct span object, enum refusal refusal)
{
	const struct outgoing outgoing = {
		.kind = OUTGOING_REPLY,
		.to = errand->id,
		.conversation = errand->session,
		.refusal = refusal,
		.object = object,
	};

	service_send(errand->service, errand->from, &outgoing);
}

static void send_passed_on(const struct errand *errand)
{
	struct service *service = errand->service;
	char text[HANDOVER_NAME_SIZE + 64];
	struct reply reply;

	snprintf(text, sizeof(text), "已转给工作人员%s。", errand->row.holder_name);
	reply_refuse(&reply, OUTCOME_HANDOFF, "passed_on", text);
	buf_clear(&service->object);
	if (reply_write_json(&reply, NULL, &service->object) == STATUS_OK)
		send_reply(errand, buf_span(&service->object), REFUSAL_NONE);
	else
		send_reply(errand, answer_refuse(service, REFUSAL_INTERNAL), REFUSAL_INTERNAL);
}

/* The case is over: the robot answers after all. */
static void return_to_robot(const struct errand *errand)
{
	struct chat *chat = find(errand->service->chats, errand->conversation);
	const struct message message = {
		.from = errand->from,
		.conversation = errand->session,
		.id = errand->id,
		.text = errand->text,
		.browser = errand->browser,
	};

	if (chat)
		chat->state = HANDOVER_BOT;
	service_take(errand->service, &message);
}

static void run_errand(void *context, unsigned lane)
{
	struct errand *errand = context;
	const struct handover_said said = { errand->id, errand->text, errand->masked };
	struct handover *handover = chats_handover(errand->service, lane);

	errand->status =
	        errand->asks ? handover_ask(handover, errand->conversation, &said, &errand->row)
	                     : handover_write(handover, errand->conversation, &said, &errand->row);
}

static void done_errand(void *context)
{
	struct errand *errand = context;
	struct service *service = errand->service;

	if (errand->status == STATUS_OK)
		chats_note(service, &errand->row);
	else if (errand->status != STATUS_NOT_FOUND)
		log_failure(service, "write", errand->status);
	if (errand->answers) {
		service_end_waiting(service, errand->from);
		if (errand->status == STATUS_OK)
			send_passed_on(errand);
		else if (errand->status == STATUS_NOT_FOUND)
			return_to_robot(errand);
		else
			send_reply(errand, answer_refuse(service, REFUSAL_INTERNAL),
			           REFUSAL_INTERNAL);
	}
	explicit_bzero(errand->bytes, errand->text.len + errand->masked.len);
	free(errand);
}

static struct errand *create_errand(struct service *service, const struct ask *ask,
                                    struct span masked)
{
	const size_t id_size = ask->id ? strlen(ask->id) + 1 : 0;
	struct errand *errand = calloc(1, sizeof(*errand) + ask->text.len + masked.len + id_size);
	char *bytes;

	if (!errand)
		return NULL;
	bytes = errand->bytes;
	errand->service = service;
	errand->from = ask->from;
	errand->browser = ask->browser;
	memcpy(errand->session, ask->session->id, sizeof(errand->session));
	errand->text = (struct span){ memcpy(bytes, ask->text.ptr, ask->text.len), ask->text.len };
	bytes += ask->text.len;
	errand->masked = (struct span){ memcpy(bytes, masked.ptr, masked.len), masked.len };
	bytes += masked.len;
	if (ask->id)
		errand->id = memcpy(bytes, ask->id, id_size);
	return errand;
}

static enum status add_errand(struct errand *errand)
{
	errand->job = (struct job){ .run = run_errand, .done = done_errand, .context = errand };
	return jobs_add(errand->service->tools.jobs, JOB_CHATS, &errand->job);
}

/* Of the asker's conversation; NULL: it is no case, as far as is known. */
static struct chat *chat_of(struct service *service, const struct ask *ask,
                            char conversation[DIGEST_HEX_SIZE])
{
	if (!service->chats || service->chats->count == 0 ||
	    session_row_name(ask->session->id, conversation) != STATUS_OK)
		return NULL;
	return find(service->chats, conversation);
}

bool chats_take(struct service *service, const struct ask *ask)
{
	char conversation[DIGEST_HEX_SIZE];
	const struct chat *chat = ask->in_group ? NULL : chat_of(service, ask, conversation);
	struct privacy_masked masked;
	struct errand *errand = NULL;

	if (!chat || chat->state != HANDOVER_WITH || ask->text.len == 0 ||
	    ask->text.len > HANDOVER_TEXT_MOST)
		return false;
	arena_reset(service->arena);
	if (privacy_mask(service->snapshot->privacy, ask->text, NULL, service->arena, &masked) ==
	    STATUS_OK)
		errand = create_errand(service, ask, masked.text);
	if (!errand)
		return false;
	errand->answers = true;
	memcpy(errand->conversation, conversation, sizeof(errand->conversation));
	service_begin_waiting(service, errand->from);
	if (add_errand(errand) != STATUS_OK) {
		errand->status = STATUS_BUSY;
		done_errand(errand);
	}
	return true;
}

void chats_answered(struct service *service, const struct ask *ask, const struct reply *reply)
{
	char conversation[DIGEST_HEX_SIZE];
	const bool asks = reply->outcome == OUTCOME_HANDOFF;
	const struct chat *chat;
	struct errand *errand;

	if (!service->chats || ask->in_group || reply->outcome == OUTCOME_ERROR ||
	    ask->text.len == 0 || reply->masked_question.len == 0)
		return;
	chat = chat_of(service, ask, conversation);
	if (!asks && (!chat || (chat->state != HANDOVER_WAITING && chat->state != HANDOVER_WITH)))
		return;
	if (session_row_name(ask->session->id, conversation) != STATUS_OK)
		return;
	errand = create_errand(service, ask, reply->masked_question);
	if (!errand)
		return;
	errand->asks = asks;
	memcpy(errand->conversation, conversation, sizeof(errand->conversation));
	if (add_errand(errand) != STATUS_OK) {
		errand->status = STATUS_BUSY;
		done_errand(errand);
	}
}
