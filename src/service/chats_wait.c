/*
 * How it works. Three kinds wait for something to happen in a conversation:
 *
 *   poll    a request for the events of one conversation: a job reads what there is; where there is
 *           nothing the poll stays in a list until the case has changed, its time is over or its
 *           connection is gone
 *   follow  a lasting line whose page gets each event by itself: it has the number of the last
 *           event that was sent, and a job reads what follows whenever the case has changed. After
 *           a full load it pauses until the line has sent what waits there (service_written())
 *   watch   a request of an operator's page, which console.c runs once more
 *
 * What is sent to a follow hangs on its number alone. A hint too many costs a reading, and one that
 * was missed comes with the next second's reading of all cases.
 */
#include "service/chats_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/sessions/session_rows.h"

enum { POLLS_MOST = 2048, LOAD = 16 /* events for one line at a time */ };

struct poll {
	struct job job;
	struct service *service;
	struct return_address from;
	char conversation[DIGEST_HEX_SIZE];
	int64_t after, place, end_us;
	struct arena *arena;
	struct handover_events events;
	enum status status;
	struct poll *next;
};

/* What a follow was told last. */
struct last_told {
	bool any, open, on_duty;
	enum handover_state state;
	enum handover_call call;
	size_t place;
	char with[HANDOVER_NAME_SIZE];
};

struct follow {
	struct job job;
	struct service *service;
	struct return_address from;
	char session[SESSION_ID_SIZE];
	char conversation[DIGEST_HEX_SIZE];
	int64_t after; /* the last one that was sent */
	bool reading, left, paused;
	bool again; /* something happened since the reading began, or it failed */
	bool anew;  /* what is being read is of before */
	struct arena *arena;
	struct handover_events events;
	enum status status;
	struct handover_case of; /* as it was read last */
	struct last_told told;
	struct follow *next;
};

static bool is_ending(const struct service *service)
{
	return service->stopped || service->draining;
}

static struct chats_state state_of(const struct service *service, const struct handover_case *of,
                                   size_t place)
{
	const struct hours *hours = &service->chats->hours;

	return (struct chats_state){
		.of = of,
		.place = of->state == HANDOVER_WAITING ? place : 0,
		.open = service->chats->staffed && hours_open(hours, service_wall_ms(service)),
		.on_duty = service->chats->on_duty,
		.hours = hours->text,
	};
}

/* --- polls --- */

static void end_poll(struct poll *poll)
{
	struct service *service = poll->service;
	const struct chats_state state = state_of(service, &poll->events.of, poll->events.of.place);
	const struct outgoing events = { .kind = OUTGOING_EVENTS,
		                         .events = &poll->events,
		                         .state = &state };

	service_end_waiting(service, poll->from);
	if (poll->status == STATUS_OK || poll->status == STATUS_NOT_FOUND)
		service_send(service, poll->from, &events);
	else
		service_send_refusal(service, poll->from, NULL, REFUSAL_INTERNAL);
	assert(service->chats->poll_count > 0);
	service->chats->poll_count--;
	arena_destroy(poll->arena);
	free(poll);
}

static void run_poll(void *context, unsigned lane)
{
	struct poll *poll = context;

	arena_reset(poll->arena);
	poll->status = handover_events(chats_handover(poll->service, lane), poll->conversation,
	                               poll->after, HANDOVER_EVENTS_MOST, NULL, poll->arena,
	                               &poll->events);
}

static bool has_moved(const struct poll *poll, size_t place)
{
	return poll->place >= 0 && poll->place != (int64_t)place;
}

static void done_poll(void *context)
{
	struct poll *poll = context;
	struct service *service = poll->service;

	if (poll->status != STATUS_OK || poll->events.count > 0 || is_ending(service) ||
	    has_moved(poll, poll->events.of.place) || service_now_us(service) >= poll->end_us) {
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

enum why { HAPPENED, MOVED, LATE, ENDING };

static bool is_woken(const struct poll *poll, enum why why, const char *conversation)
{
	switch (why) {
	case HAPPENED:
		return strcmp(poll->conversation, conversation) == 0;
	case MOVED:
		return has_moved(poll, chats_place(poll->service->chats, poll->conversation));
	case LATE:
		return service_now_us(poll->service) >= poll->end_us ||
		       !service_line(poll->service, poll->from);
	default:
		return true;
	}
}

static void wake_polls(struct service *service, enum why why, const char *conversation)
{
	struct poll **at = &service->chats->polls;
	struct poll *woken = NULL;

	while (*at) {
		struct poll *poll = *at;

		if (!is_woken(poll, why, conversation)) {
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
		if (why == HAPPENED || why == MOVED)
			add_poll(poll);
		else
			end_poll(poll);
	}
}

/* Of a service in which nobody waits for operators. */
static void send_nothing(struct service *service, struct return_address from)
{
	const struct handover_events none = { .count = 0 };
	const struct chats_state state = { .of = &none.of, .hours = "" };
	const struct outgoing outgoing = { .kind = OUTGOING_EVENTS,
		                           .events = &none,
		                           .state = &state };

	service_send(service, from, &outgoing);
}

void service_events(struct service *service, struct return_address from, const char *conversation,
                    int64_t after, int64_t place)
{
	struct poll *poll;

	if (!service->chats) {
		send_nothing(service, from);
		return;
	}
	poll = calloc(1, sizeof(*poll));
	if (!poll || service->draining || service->chats->poll_count >= POLLS_MOST ||
	    arena_create(&poll->arena, CHATS_ARENA_BYTES) != STATUS_OK ||
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
	poll->place = place;
	poll->end_us = service_now_us(service) + EVENTS_WAIT_S * INT64_C(1000000);
	service->chats->poll_count++;
	service_begin_waiting(service, from);
	add_poll(poll);
}

/* --- follows --- */

static bool is_news(const struct last_told *told, const struct chats_state *state)
{
	return !told->any || told->open != state->open || told->on_duty != state->on_duty ||
	       told->state != state->of->state || told->call != state->of->call ||
	       told->place != state->place || strcmp(told->with, state->of->holder_name) != 0;
}

static void tell_state(struct follow *follow, size_t place)
{
	const struct chats_state state = state_of(follow->service, &follow->of, place);
	const struct outgoing outgoing = { .kind = OUTGOING_STATE, .state = &state };
	struct last_told *told = &follow->told;

	if (!is_news(told, &state))
		return;
	*told = (struct last_told){ .any = true,
		                    .open = state.open,
		                    .on_duty = state.on_duty,
		                    .state = state.of->state,
		                    .call = state.of->call,
		                    .place = state.place };
	snprintf(told->with, sizeof(told->with), "%s", state.of->holder_name);
	service_send(follow->service, follow->from, &outgoing);
}

static void tell_events(struct follow *follow)
{
	for (size_t i = 0; i < follow->events.count; i++) {
		const struct outgoing outgoing = { .kind = OUTGOING_EVENT,
			                           .event = &follow->events.items[i] };

		service_send(follow->service, follow->from, &outgoing);
		follow->after = follow->events.items[i].n;
	}
}

static void run_follow(void *context, unsigned lane)
{
	struct follow *follow = context;

	follow->status =
	        handover_events(chats_handover(follow->service, lane), follow->conversation,
	                        follow->after, LOAD, NULL, follow->arena, &follow->events);
}

static void done_follow(void *context);

/* Unless it is being read, or is to wait. */
static void read_on(struct follow *follow)
{
	struct service *service = follow->service;

	follow->again = true;
	if (follow->reading || follow->paused || is_ending(service))
		return;
	assert(!follow->arena);
	if (arena_create(&follow->arena, CHATS_ARENA_BYTES) != STATUS_OK)
		return;
	follow->job = (struct job){ .run = run_follow, .done = done_follow, .context = follow };
	follow->reading = jobs_add(service->tools.jobs, JOB_CHATS, &follow->job) == STATUS_OK;
	follow->again = !follow->reading;
	service->chats->reading += follow->reading;
	if (!follow->reading) {
		arena_destroy(follow->arena);
		follow->arena = NULL;
	}
}

static void unlink_follow(struct follow *follow)
{
	struct follow **at = &follow->service->chats->follows;

	while (*at != follow)
		at = &(*at)->next;
	*at = follow->next;
	free(follow);
}

/* The conversation of its line, from that event on. False where it cannot be named. */
static bool aim(struct follow *follow, const struct session *session, int64_t after)
{
	snprintf(follow->session, sizeof(follow->session), "%s", session->id);
	follow->after = after;
	follow->told = (struct last_told){ .any = false };
	follow->anew = follow->reading;
	follow->paused = false;
	return session_row_name(session->id, follow->conversation) == STATUS_OK;
}

/* Who signs in as somebody else goes on in another conversation. */
static bool is_elsewhere(const struct follow *follow)
{
	const struct line *line = service_line(follow->service, follow->from);

	return line && line->session && strcmp(line->session->id, follow->session) != 0;
}

static void move(struct follow *follow)
{
	if (aim(follow, service_line(follow->service, follow->from)->session, 0))
		read_on(follow);
}

/* With several replicas it may be known here sooner by this than by a hint. */
static void note_case(struct service *service, const struct handover_case *of)
{
	if (of->n > 0)
		chats_note(service, of);
}

static void tell_read(struct follow *follow)
{
	follow->of = follow->events.of;
	if (!follow->told.any)
		tell_state(follow, follow->of.place);
	tell_events(follow);
	tell_state(follow, follow->of.place);
	if (follow->after < follow->of.n) {
		follow->again = true;
		follow->paused = follow->events.count == LOAD;
	}
}

static void done_follow(void *context)
{
	struct follow *follow = context;
	struct service *service = follow->service;
	const bool sound = follow->status == STATUS_OK || follow->status == STATUS_NOT_FOUND;
	const bool anew = follow->anew, elsewhere = !follow->left && is_elsewhere(follow);
	const bool tells = !follow->left && !service->stopped && !elsewhere && !anew && sound;

	follow->reading = follow->anew = false;
	assert(service->chats->reading > 0);
	service->chats->reading--;
	if (tells)
		tell_read(follow);
	arena_destroy(follow->arena);
	follow->arena = NULL;
	/* Its news may have it read again. */
	if (tells)
		note_case(service, &follow->of);
	if (follow->left)
		unlink_follow(follow);
	else if (!service->stopped && elsewhere)
		move(follow);
	else if (anew || (sound && follow->again))
		read_on(follow);
	else if (!sound)
		follow->again = true; /* in a second */
}

void service_follow(struct service *service, struct return_address from, int64_t after)
{
	struct line *line = service_line(service, from);

	if (!line)
		return;
	assert(line->channel->abilities & CHANNEL_LASTING);
	line->follows = true;
	line->follow_after = after;
}

void chats_follow(struct service *service, struct return_address from, bool resumed)
{
	struct line *line = service_line(service, from);
	struct follow *follow = line->follow;

	if (!service->chats || !line->follows)
		return;
	if (!follow) {
		follow = calloc(1, sizeof(*follow));
		if (!follow)
			return;
		follow->service = service;
		follow->from = from;
		follow->next = service->chats->follows;
		service->chats->follows = follow;
		line->follow = follow;
	}
	if (aim(follow, line->session, resumed ? line->follow_after : 0))
		read_on(follow);
}

void chats_leave(struct line *line)
{
	struct follow *follow = line->follow;

	line->follow = NULL;
	line->follows = false;
	if (!follow)
		return;
	if (follow->reading)
		follow->left = true;
	else
		unlink_follow(follow);
}

void service_written(struct service *service, struct return_address from)
{
	struct line *line = service_line(service, from);

	if (!line || !line->follow || !line->follow->paused)
		return;
	line->follow->paused = false;
	read_on(line->follow);
}

bool wait_is_unread(const struct service *service, struct return_address from)
{
	const struct line *line = service_line(service, from);

	return line && line->follow && !line->follow->told.any;
}

static void wake_follows(struct service *service, const char *conversation)
{
	for (struct follow *follow = service->chats->follows; follow; follow = follow->next)
		if (!follow->left && strcmp(follow->conversation, conversation) == 0)
			read_on(follow);
}

/* --- operators' pages --- */

uint64_t chats_changes(const struct service *service)
{
	return service->chats->changes;
}

void chats_watch(struct service *service, struct chats_watch *watch)
{
	watch->next = service->chats->watches;
	service->chats->watches = watch;
}

/* `late`: only those whose time is over. */
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

void wait_alert(struct service *service, const char *holder)
{
	alert(service, holder, false);
}

/* --- typing --- */

enum { TYPING_LEAST_US = 2000000, TYPING_US = 6000000 };

/* At most so often, whatever a page sends. */
static bool may_tell_typing(const struct service *service, int64_t *last_us)
{
	const int64_t now_us = service_now_us(service);

	if (*last_us && now_us - *last_us < TYPING_LEAST_US)
		return false;
	*last_us = now_us;
	return true;
}

/* To the other side, as far as it is at this process. False: it was told a moment ago. */
static bool tell_typing(struct service *service, struct chat *chat, bool asker)
{
	const struct outgoing outgoing = { .kind = OUTGOING_TYPING };

	if (!may_tell_typing(service, asker ? &chat->typed_us : &chat->answering_us))
		return false;
	if (asker) {
		alert(service, chat->holder, false);
		return true;
	}
	for (const struct follow *follow = service->chats->follows; follow; follow = follow->next)
		if (!follow->left && strcmp(follow->conversation, chat->conversation) == 0)
			service_send(service, follow->from, &outgoing);
	return true;
}

/* What this process told itself comes back, and is a moment old. */
void wait_typing(struct service *service, const char *conversation, bool asker)
{
	struct chat *chat = chats_find(service->chats, conversation);

	if (chat && chat->state == HANDOVER_WITH && !is_ending(service))
		(void)tell_typing(service, chat, asker);
}

void service_typing(struct service *service, struct return_address from)
{
	const struct line *line = service_line(service, from);
	char conversation[DIGEST_HEX_SIZE];
	struct chat *chat;

	if (!service->chats || !line || !line->session || is_ending(service) ||
	    session_row_name(line->session->id, conversation) != STATUS_OK)
		return;
	chat = chats_find(service->chats, conversation);
	if (chat && chat->state == HANDOVER_WITH && tell_typing(service, chat, true))
		chats_ear_tell(service, conversation, true);
}

bool chats_is_typing(const struct service *service, const char *conversation, int64_t since_us)
{
	const struct chat *chat = chats_find(service->chats, conversation);
	const int64_t now_us = service_now_us(service);

	if (!chat || chat->state != HANDOVER_WITH || !chat->typed_us)
		return false;
	return since_us ? chat->typed_us > since_us : now_us - chat->typed_us < TYPING_US;
}

bool chats_answering(struct service *service, const char *operator_id, const char *conversation)
{
	struct chat *chat = chats_find(service->chats, conversation);

	if (!chat || chat->state != HANDOVER_WITH || strcmp(chat->holder, operator_id) != 0)
		return false;
	if (tell_typing(service, chat, false))
		chats_ear_tell(service, conversation, false);
	return true;
}

/* --- all of them --- */

void wait_wake(struct service *service, const char *conversation)
{
	wake_polls(service, HAPPENED, conversation);
	wake_follows(service, conversation);
}

/* A place of memory is told at once; the state is that of the last reading. */
static void move_follows(struct service *service)
{
	struct chats *chats = service->chats;

	for (struct follow *follow = chats->follows; follow; follow = follow->next) {
		size_t place = 0;

		if (follow->left || follow->reading || !follow->told.any)
			continue;
		if (follow->of.state == HANDOVER_WAITING) {
			place = chats_place(chats, follow->conversation);
			if (place == 0)
				continue; /* it does not wait any more: its event comes */
		}
		tell_state(follow, place);
	}
}

void wait_move(struct service *service)
{
	wake_polls(service, MOVED, NULL);
	move_follows(service);
}

void wait_tick(struct service *service)
{
	if (is_ending(service)) {
		wait_end(service);
		return;
	}
	wake_polls(service, LATE, NULL);
	alert(service, NULL, true);
	for (struct follow *follow = service->chats->follows; follow; follow = follow->next) {
		if (follow->left || follow->reading)
			continue;
		if (is_elsewhere(follow))
			move(follow);
		else if (follow->again)
			read_on(follow);
	}
	/* Working hours may have begun or ended. */
	move_follows(service);
}

void wait_end(struct service *service)
{
	wake_polls(service, ENDING, NULL);
	alert(service, NULL, false);
}

void wait_close(struct service *service)
{
	struct chats *chats = service->chats;

	assert(chats->poll_count == 0 && !chats->watches && chats->reading == 0);
	while (chats->follows) {
		struct follow *follow = chats->follows;

		chats->follows = follow->next;
		free(follow);
	}
}
