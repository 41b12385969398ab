/*
 * How it works. A list holds the cases of the last minute as the store had them; a job reads it
 * anew every second, and every change made here is put into it at once (chats_note()). What an
 * applicant types becomes an errand, a job that writes it. Who waits for events is in chats_wait.c.
 *
 * It also looks whether there is an account that may answer. Until there is one nobody begins to
 * wait: an office that does not use the console must not have people wait for it.
 *
 * While the list is read, a case may change here. Its entry is then newer than what was read and
 * stays until the next reading.
 */
#include "service/chats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/identity/accounts.h"
#include "office/identity/may.h"
#include "office/sessions/session_rows.h"
#include "service/answer.h"
#include "service/asks.h"
#include "service/chats_parts.h"

enum { LANES = CHATS_LANES, JOBS_MOST = 4096, TICK_MS = 1000, EXPIRE_TICKS = 3600 };

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
	bool off_hours;
	enum status status;
	struct handover_case row;
	char bytes[]; /* of id, text and masked */
};

/* --- opening --- */

void chats_job_limits(const struct console_settings *settings,
                      struct job_limits limits[JOB_CLASSES])
{
	if (!settings->enabled || !settings->chats)
		return;
	limits[JOB_CHATS] = (struct job_limits){ LANES, JOBS_MOST };
	if (store_is_shared(settings->accounts.store.url))
		limits[JOB_HINTS] = (struct job_limits){ 1, 1 };
}

/* chats.db beside the accounts; PostgreSQL keeps both. */
static bool name_store(const char *accounts, char url[PLACE_SIZE])
{
	return store_beside(accounts, "chats.db", url, PLACE_SIZE);
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
	if (status == STATUS_OK)
		status = accounts_open(&chats->accounts, &service->settings.console.accounts,
		                       problem);
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

	if (!service->settings.console.chats)
		return STATUS_OK;
	chats = calloc(1, sizeof(*chats));
	if (!chats)
		return STATUS_NO_MEMORY;
	service->chats = chats;
	if (service->settings.console.hours &&
	    !hours_read(service->settings.console.hours, &chats->hours))
		chats->hours = (struct hours){ .count = 0 }; /* the configuration was checked */
	status = arena_create(&chats->arena, CHATS_ARENA_BYTES);
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
	if (status == STATUS_OK)
		status = chats_ear_open(service, service->settings.console.accounts.store.url);
	if (status != STATUS_OK)
		chats_close(service);
	return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

void chats_close(struct service *service)
{
	struct chats *chats = service->chats;

	if (!chats)
		return;
	chats_ear_close(service);
	wait_close(service);
	for (size_t i = 0; i < LANES; i++)
		handover_close(chats->lanes[i]);
	accounts_close(chats->accounts);
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

/* --- what is known --- */

struct chat *chats_find(struct chats *chats, const char *conversation)
{
	for (size_t i = 0; i < chats->count; i++)
		if (strcmp(chats->items[i].conversation, conversation) == 0)
			return &chats->items[i];
	return NULL;
}

static bool waits_before(const struct chat *one, const struct chat *other)
{
	return one->state == HANDOVER_WAITING &&
	       (one->since_ms < other->since_ms ||
	        (one->since_ms == other->since_ms &&
	         strcmp(one->conversation, other->conversation) < 0));
}

size_t chats_place(struct chats *chats, const char *conversation)
{
	const struct chat *chat = chats_find(chats, conversation);
	size_t place = 1;

	if (!chat || chat->state != HANDOVER_WAITING)
		return 0;
	for (size_t i = 0; i < chats->count; i++)
		place += waits_before(&chats->items[i], chat);
	return place;
}

/* A message concerns its holder, a change of hands everybody. */
static void tell(struct service *service, const struct chat *before,
                 const struct handover_case *row)
{
	const bool same = before->state == row->state && strcmp(before->holder, row->holder) == 0;

	service->chats->changes++;
	wait_wake(service, row->conversation);
	wait_alert(service, same && row->state == HANDOVER_WITH ? row->holder : NULL);
	if (!same)
		wait_move(service);
}

/* Its entry, made where it is no case yet. NULL: there is no room. */
static struct chat *expect(struct chats *chats, const char *conversation)
{
	struct chat *chat = chats_find(chats, conversation);

	if (!chat && chats->count < CHATS_MOST) {
		chat = &chats->items[chats->count++];
		*chat = (struct chat){ .state = HANDOVER_BOT };
		memcpy(chat->conversation, conversation, sizeof(chat->conversation));
	}
	return chat;
}

static void begin_pending(struct chats *chats, const char *conversation)
{
	struct chat *chat = expect(chats, conversation);

	if (chat)
		chat->pending++;
}

static void end_pending(struct chats *chats, const char *conversation)
{
	struct chat *chat = chats_find(chats, conversation);

	/* Without room it was not counted. */
	if (chat && chat->pending > 0)
		chat->pending--;
}

/* Takes over what is newer, and wakes who waits for it. */
static void learn(struct service *service, const struct handover_case *row, bool noted)
{
	struct chats *chats = service->chats;
	struct chat *chat = chats_find(chats, row->conversation);
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
		*chat = (struct chat){ .pending = before.pending,
			               .state = row->state,
			               .n = row->n,
			               .since_ms = row->since_ms,
			               .noted = noted };
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

/* Anything but STATUS_OK ends the list: one is enough. */
static enum status note_staff(void *context, const struct account *account)
{
	const struct principal principal = { .roles = account->roles };
	bool *staff = context;

	*staff = !account->disabled && may(&principal, ACTION_HOLD_CHAT, NULL);
	return *staff ? STATUS_LIMIT : STATUS_OK;
}

/* What cannot be read is as it was. */
static void look_for_staff(struct chats *chats)
{
	bool staff = false;
	const enum status status = accounts_list(chats->accounts, note_staff, &staff);

	if (status == STATUS_OK || staff)
		chats->staff = staff;
}

/* What cannot be read is as it was. */
static void look_for_duty(struct chats *chats, struct handover *handover)
{
	const struct handover_colleague *there;
	size_t count;

	if (handover_colleagues(handover, "", chats->arena, &there, &count) == STATUS_OK)
		chats->seen = count > 0;
}

static void run_tick(void *context, unsigned lane)
{
	struct service *service = context;
	struct chats *chats = service->chats;
	struct handover *handover = chats->lanes[lane];
	size_t count;

	arena_reset(chats->arena);
	chats->read_count = 0;
	look_for_staff(chats);
	look_for_duty(chats, handover);
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
	if (chats->staffed != chats->staff)
		log_event(service->tools.log, LOG_INFO, "chats_staffed",
		          LOG_TEXT("staffed", chats->staff ? "yes" : "no"));
	chats->staffed = chats->staff;
	chats->on_duty = chats->seen;
	if (!chats->failed) {
		for (size_t i = 0; i < chats->count; i++)
			if (chats->items[i].pending > 0 || chats->items[i].noted ||
			    was_read(chats, chats->items[i].conversation))
				chats->items[kept++] = chats->items[i];
		chats->count = kept;
		for (size_t i = 0; i < chats->count; i++)
			chats->items[i].noted = false;
		for (size_t i = 0; i < chats->read_count; i++)
			learn(service, &chats->read[i], false);
	}
	wait_tick(service);
	if (chats->hurry)
		chats_look(service);
}

void chats_look(struct service *service)
{
	struct chats *chats = service->chats;

	chats->hurry = chats->tick.under_way ||
	               jobs_add(service->tools.jobs, JOB_CHATS, &chats->tick) != STATUS_OK;
}

void chats_stop(struct service *service)
{
	if (!service->chats)
		return;
	chats_ear_stop(service);
	wait_end(service);
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
	struct chat *chat = chats_find(errand->service->chats, errand->conversation);
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
	        errand->asks ? handover_ask(handover, errand->conversation, &said,
	                                    errand->off_hours ? errand->service->chats->hours.text
	                                                      : NULL,
	                                    &errand->row)
	                     : handover_write(handover, errand->conversation, &said, &errand->row);
}

static void done_errand(void *context)
{
	struct errand *errand = context;
	struct service *service = errand->service;

	end_pending(service->chats, errand->conversation);
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
	begin_pending(errand->service->chats, errand->conversation);
	return jobs_add(errand->service->tools.jobs, JOB_CHATS, &errand->job);
}

/* --- replies behind what is written --- */

/* A job that does nothing: the class has one lane, so all before it is done. */
struct reply_wait {
	struct job job;
	struct service *service;
	struct return_address to;
	char conversation[DIGEST_HEX_SIZE];
	struct outgoing outgoing;
	char bytes[];
};

static void run_nothing(void *context, unsigned lane)
{
	(void)context;
	(void)lane;
}

static void done_reply_wait(void *context)
{
	struct reply_wait *wait = context;

	_Static_assert(CHATS_LANES == 1, "jobs are done in their order");
	end_pending(wait->service->chats, wait->conversation);
	service_end_waiting(wait->service, wait->to);
	service_send(wait->service, wait->to, &wait->outgoing);
	free(wait);
}

static size_t size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static struct reply_wait *copy_reply(struct service *service, struct return_address to,
                                     const struct outgoing *outgoing)
{
	const size_t to_size = size_of(outgoing->to);
	const size_t name_size = size_of(outgoing->conversation);
	const size_t len = outgoing->object.len;
	struct reply_wait *wait = calloc(1, sizeof(*wait) + to_size + name_size + len);

	if (!wait)
		return NULL;
	wait->service = service;
	wait->to = to;
	wait->outgoing = *outgoing;
	wait->outgoing.object.ptr = memcpy(wait->bytes, outgoing->object.ptr, len);
	if (outgoing->to)
		wait->outgoing.to = memcpy(wait->bytes + len, outgoing->to, to_size);
	wait->outgoing.conversation =
	        memcpy(wait->bytes + len + to_size, outgoing->conversation, name_size);
	return wait;
}

/* Whether it is to be sent later. */
static bool wait_to_send(struct service *service, struct return_address to,
                         const struct outgoing *outgoing)
{
	struct chats *chats = service->chats;
	char conversation[DIGEST_HEX_SIZE];
	const struct chat *chat;
	struct reply_wait *wait;

	if (!chats || chats->count == 0 || !outgoing->conversation || service->stopped ||
	    session_row_name(outgoing->conversation, conversation) != STATUS_OK)
		return false;
	chat = chats_find(chats, conversation);
	if (!chat || chat->pending == 0)
		return false;
	wait = copy_reply(service, to, outgoing);
	if (!wait)
		return false;
	memcpy(wait->conversation, conversation, sizeof(wait->conversation));
	wait->job = (struct job){ .run = run_nothing, .done = done_reply_wait, .context = wait };
	if (jobs_add(service->tools.jobs, JOB_CHATS, &wait->job) != STATUS_OK) {
		free(wait);
		return false;
	}
	begin_pending(chats, conversation);
	service_begin_waiting(service, to);
	return true;
}

void chats_send(struct service *service, struct return_address to, const struct outgoing *outgoing)
{
	if (!wait_to_send(service, to, outgoing))
		service_send(service, to, outgoing);
}

/* Of the asker's conversation; NULL: it is no case, as far as is known. */
static struct chat *chat_of(struct service *service, const struct ask *ask,
                            char conversation[DIGEST_HEX_SIZE])
{
	if (!service->chats || service->chats->count == 0 ||
	    session_row_name(ask->session->id, conversation) != STATUS_OK)
		return NULL;
	return chats_find(service->chats, conversation);
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

enum coming {
	COMING_SOON,   /* somebody is there: nothing else is to be said */
	COMING_STILL,  /* the same, and it was said before */
	COMING_LATER,  /* nobody is on duty: it waits all the same */
	COMING_CLOSED, /* outside working hours */
	COMING_ASKED,  /* only if it is asked for */
};

/* Beside what the robot says to who asks for a person, which has the office's contacts. */
static void say_what_comes(struct service *service, struct reply *reply, enum coming coming)
{
	const struct office *office = &service->snapshot->knowledge->office;
	struct buf text;
	const char *copy;

	buf_init(&text, HANDOVER_TEXT_MOST);
	switch (coming) {
	case COMING_SOON:
		buf_append_text(&text, office_text(office, "handover_waits"));
		break;
	case COMING_STILL:
		buf_append_text(&text, office_text(office, "handover_queued"));
		break;
	case COMING_LATER:
		BUF_JOIN(&text, office_text(office, "handover_away"), "\n", reply->text, "\n",
		         office_text(office, "handover_call_back"));
		break;
	case COMING_CLOSED:
		BUF_JOIN(&text, office_text(office, "handover_closed"), service->chats->hours.text,
		         "。\n", reply->text, "\n", office_text(office, "handover_call_back"));
		break;
	case COMING_ASKED:
		BUF_JOIN(&text, reply->text, "\n", office_text(office, "handover_how"));
		break;
	}
	copy = buf_status(&text) == STATUS_OK ? arena_copy(service->arena, buf_span(&text)) : NULL;
	if (copy)
		reply->text = copy;
	buf_deinit(&text);
}

static bool is_open(const struct chat *chat)
{
	return chat && (chat->pending > 0 || chat->state == HANDOVER_WAITING ||
	                chat->state == HANDOVER_WITH);
}

/* After a few turns without an answer the robot names the office's people; nobody asked for them.
 */
static bool is_offer(const struct reply *reply)
{
	return reply->reason && strcmp(reply->reason, "fruitless") == 0;
}

/* Writes down what the robot was asked; where a person is wanted, the case begins to wait. */
static bool write_down(struct service *service, const struct ask *ask, const struct reply *reply,
                       bool asks, bool off_hours)
{
	char conversation[DIGEST_HEX_SIZE];
	struct errand *errand = NULL;

	if (session_row_name(ask->session->id, conversation) == STATUS_OK)
		errand = create_errand(service, ask, reply->masked_question);
	if (!errand)
		return false;
	errand->asks = asks;
	errand->off_hours = off_hours;
	memcpy(errand->conversation, conversation, sizeof(errand->conversation));
	if (add_errand(errand) == STATUS_OK)
		return true;
	errand->status = STATUS_BUSY;
	done_errand(errand);
	return false;
}

static enum coming what_comes(const struct chats *chats, bool waits, bool off_hours)
{
	if (off_hours && !waits)
		return COMING_CLOSED;
	if (!chats->on_duty)
		return COMING_LATER;
	return waits ? COMING_STILL : COMING_SOON;
}

void chats_answered(struct service *service, const struct ask *ask, struct reply *reply)
{
	const struct chats *chats = service->chats;
	char conversation[DIGEST_HEX_SIZE];
	bool staffed, asks, waits, off_hours;

	if (!chats || ask->in_group || reply->outcome == OUTCOME_ERROR || ask->text.len == 0 ||
	    reply->masked_question.len == 0)
		return;
	staffed = reply->outcome == OUTCOME_HANDOFF && chats->staffed;
	asks = staffed && !is_offer(reply);
	waits = is_open(chat_of(service, ask, conversation));
	off_hours = !hours_open(&chats->hours, service_wall_ms(service));
	if (!asks && !waits) {
		if (staffed && !off_hours && chats->on_duty)
			say_what_comes(service, reply, COMING_ASKED);
		if (!wait_is_unread(service, ask->from))
			return;
	}
	if (write_down(service, ask, reply, asks, off_hours) && staffed && (asks || waits))
		say_what_comes(service, reply, what_comes(chats, waits, off_hours));
}

/* --- call-backs --- */

struct leaving {
	struct job job;
	struct service *service;
	struct return_address from;
	char conversation[DIGEST_HEX_SIZE];
	char number[HANDOVER_NUMBER_SIZE];
	char id[HANDOVER_REF_MOST + 1];
	bool has_id;
	enum status status;
	struct handover_case row;
	struct span masked;
	char bytes[];
};

static void run_leaving(void *context, unsigned lane)
{
	struct leaving *leaving = context;

	leaving->status =
	        handover_leave(chats_handover(leaving->service, lane), leaving->conversation,
	                       span_of(leaving->number), leaving->masked, &leaving->row);
}

static void done_leaving(void *context)
{
	struct leaving *leaving = context;
	struct service *service = leaving->service;
	const char *id = leaving->has_id ? leaving->id : NULL;
	const struct outgoing kept = { .kind = OUTGOING_CALL_BACK, .to = id };

	if (leaving->status == STATUS_OK)
		chats_note(service, &leaving->row);
	else if (leaving->status != STATUS_NOT_FOUND)
		log_failure(service, "call_back", leaving->status);
	service_end_waiting(service, leaving->from);
	if (leaving->status == STATUS_OK)
		service_send(service, leaving->from, &kept);
	else
		service_send_refusal(service, leaving->from, id,
		                     leaving->status == STATUS_NOT_FOUND ? REFUSAL_NOT_ASKED
		                                                         : REFUSAL_INTERNAL);
	explicit_bzero(leaving->number, sizeof(leaving->number));
	free(leaving);
}

/* The name of the conversation that it is about, or NULL. */
static const char *conversation_of(struct service *service, struct return_address from,
                                   const struct call_back_claim *claim)
{
	const struct line *line = service_line(service, from);

	if (!(from.channel->abilities & CHANNEL_LASTING))
		return claim->conversation;
	return line->session ? line->session->id : NULL;
}

static enum refusal create_leaving(struct service *service, struct return_address from,
                                   const struct call_back_claim *claim, struct leaving **out)
{
	const char *conversation = conversation_of(service, from, claim);
	struct privacy_masked masked = { .text = { "", 0 } };
	struct leaving *leaving;

	*out = NULL;
	if (!service->chats || !conversation)
		return REFUSAL_NOT_ASKED;
	if (!handover_is_number(span_of(claim->number)))
		return REFUSAL_BAD_NUMBER;
	arena_reset(service->arena);
	if (claim->text && privacy_mask(service->snapshot->privacy, span_of(claim->text), NULL,
	                                service->arena, &masked) != STATUS_OK)
		return REFUSAL_TOO_LONG;
	leaving = calloc(1, sizeof(*leaving) + masked.text.len + 1);
	if (!leaving || session_row_name(conversation, leaving->conversation) != STATUS_OK) {
		free(leaving);
		return REFUSAL_INTERNAL;
	}
	leaving->service = service;
	leaving->from = from;
	snprintf(leaving->number, sizeof(leaving->number), "%s", claim->number);
	snprintf(leaving->id, sizeof(leaving->id), "%s", claim->id ? claim->id : "");
	leaving->has_id = claim->id != NULL;
	memcpy(leaving->bytes, masked.text.ptr, masked.text.len);
	leaving->masked = (struct span){ leaving->bytes, masked.text.len };
	*out = leaving;
	return REFUSAL_NONE;
}

void service_call_back(struct service *service, struct return_address from,
                       const struct call_back_claim *claim)
{
	struct leaving *leaving = NULL;
	enum refusal refusal = service->draining ? REFUSAL_DRAINING : REFUSAL_NONE;

	if (!service_line(service, from))
		return;
	if (refusal == REFUSAL_NONE)
		refusal = create_leaving(service, from, claim, &leaving);
	if (refusal != REFUSAL_NONE) {
		service_send_refusal(service, from, claim->id, refusal);
		return;
	}
	leaving->job = (struct job){ .run = run_leaving, .done = done_leaving, .context = leaving };
	service_begin_waiting(service, from);
	if (jobs_add(service->tools.jobs, JOB_CHATS, &leaving->job) != STATUS_OK) {
		leaving->status = STATUS_BUSY;
		done_leaving(leaving);
	}
}
