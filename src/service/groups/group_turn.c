/*
 * How it works: where several processes share the store, each group has a turn there, a row with a
 * holder and a time until which it counts (by the database's clock; group_keep.c holds it for as
 * long as the process lives). A message is claimed by the holder alone, so a process that hears of
 * it first, or that the platform is connected to now, waits until the earlier answers are sent:
 * one of its questions of that group asks again now and then, the others wait behind it. What waits
 * has a place in the store, so the holder takes nothing newer on before it, and the turn goes
 * round. However long the others take, their answers come first: it is not waited for longer than
 * FREE_MOST_S where nobody has the turn although somebody is to take it, and than WAIT_MOST_S where
 * a process does not give it back, which does not happen unless something is broken.
 *
 * A bot may go from one process to another. Who it comes to waits until what the others heard
 * before is written (struct way): each process notes how far it has come, when it fetches parked
 * answers and for a while after the way is lost.
 *
 * An answer that cannot be sent, because the platform's connection went to another process, is
 * parked: sealed, in the order of its group. Whoever has the turn next, or a way to that bot, takes
 * it out and sends it before anything of its own.
 */
#include "service/groups/group_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/seal.h"

enum {
	FREE_MOST_S = 30,
	WAIT_MOST_S = 600, /* longer than any answer is on its way */
	RETRY_MS = 50,     /* then twice, four and eight times that */
	WAY_S = 3,
	/* A way that was not told of for so long is lost; it is tended so often, and for so long.
	 */
	LOST_MS = 1500,
	TEND_MS = 250,
	TEND_MOST_S = 60,
	SETTLE_MOST_S = 30, /* a new way is not waited for longer */
	LINGER_MS = 2000,   /* what was written to a connection that broke may be read later */
	ANSWER_MOST = GROUP_PARKED_BYTES,
};

static const char parked_format[] = "parked answer 1";

/* To a bot; it stays when there is none any more. */
struct way {
	struct groups *groups;
	struct group_door *door; /* NULL: it was closed */
	bool fetching;           /* answers are being taken out of the store */
	bool again;              /* more may have been parked meanwhile */
	int64_t seen_us;         /* when it was there last */
	struct timer *timer;
	/* All that was heard before that is written: the store's time, and what it was here. */
	int64_t written_ms, written_us;
	/* It is new: since when, here, and by the store's time, 0: not known yet. */
	bool settles;
	int64_t settles_us, fresh_ms;
	struct question_queue settling; /* came over it meanwhile, or over the one before */
	char self[GROUP_ID_MOST + 1], bot[DIGEST_HEX_SIZE];
	struct way *next;
};

/* --- turns --- */

/* Where an answer goes into the response to its message, the platform makes the order. */
bool question_name_turn(struct group_ask *question)
{
	const struct group_door *door = question->door;
	const char *const fields[] = { question->self, question->chat };

	if (!question->groups->settings.shared || question->single ||
	    (door->kind->abilities & GROUP_IN_RESPONSE))
		return true;
	return group_derive(door, "turn", fields, 2, question->turn);
}

/* The one of its group that waits for longest: none of another process can wait for it. Those that
 * wait for their way, in its queue, do not count. */
static struct group_ask *first_waiting(const struct group_ask *question)
{
	struct group_ask *other = question_in_chat(question, question_chat(question));
	struct group_ask *first = NULL;

	for (; other; other = question_in_chat(question, hash_next(&other->by_chat)))
		if (other->state == QUESTION_WAITING && !other->queue &&
		    (!first || other->order < first->order))
			first = other;
	return first;
}

static bool others_have_turn(const struct group_ask *question)
{
	const struct group_ask *other = question_in_chat(question, question_chat(question));

	for (; other; other = question_in_chat(question, hash_next(&other->by_chat)))
		if (other != question && (other->has_turn || other->claims > 0))
			return true;
	return false;
}

static void give_back(const struct group_ask *question)
{
	if (!question->groups->stopped && !others_have_turn(question))
		group_keep_end_turn(question->groups->keep, question->turn);
}

/* Something is broken: answers out of their order are better than none. */
static bool has_waited_enough(const struct group_ask *question)
{
	const int64_t now_us = groups_now_us(question->groups);
	const int64_t waited_us = now_us - question->waits_us;
	const bool enough = waited_us >= WAIT_MOST_S * INT64_C(1000000) ||
	                    (question->free_us != 0 &&
	                     now_us - question->free_us >= FREE_MOST_S * INT64_C(1000000));

	if (enough)
		log_event(question->groups->tools.log, LOG_WARN, "group_turn_forced",
		          LOG_TEXT("channel", question->door->kind->name),
		          LOG_NUMBER("waited_ms", waited_us / 1000));
	return enough;
}

static void try_again(void *context)
{
	struct group_ask *question = context;

	question->timer = NULL;
	question_claim(question,
	               has_waited_enough(question) ? GROUP_CLAIM_FORCED : GROUP_CLAIM_AGAIN);
}

static struct way *find_way(const struct group_door *door, const char *self)
{
	struct way *at = door->groups->ways;

	while (at && (at->door != door || strcmp(at->self, self) != 0))
		at = at->next;
	return at;
}

bool question_settles(struct group_ask *question)
{
	struct way *way = question->turn[0] ? find_way(question->door, question->self) : NULL;

	if (!way || !way->settles)
		return false;
	question->state = QUESTION_WAITING;
	question->way_ms = way->fresh_ms;
	question_enqueue(question, &way->settling);
	return true;
}

void question_wait(struct group_ask *question)
{
	struct group_ask *first;
	int64_t ms;

	question->state = QUESTION_WAITING;
	if (question->waits_us == 0)
		question->waits_us = groups_now_us(question->groups);
	if (question->got != GROUP_TURN_BEHIND)
		question->free_us = 0;
	else if (question->free_us == 0)
		question->free_us = groups_now_us(question->groups);
	if (question->got == GROUP_TURN_OURS && !question->has_turn)
		give_back(question);
	first = first_waiting(question);
	if (first->timer)
		return;
	ms = RETRY_MS << (first->tries < 3 ? first->tries : 3);
	first->tries++;
	first->timer = loop_after(question->groups->tools.loop, ms, try_again, first);
	if (!first->timer)
		question_end(first, GROUP_BUSY);
}

/* In their order: places are given in it. A claim may end any of them at once, so each is looked
 * for anew. */
void question_wake_others(const struct group_ask *question)
{
	struct group_ask *other = question->turn[0] ? first_waiting(question) : NULL;

	for (; other; other = first_waiting(question)) {
		timer_cancel(other->timer);
		other->timer = NULL;
		question_claim(other, GROUP_CLAIM_AGAIN);
	}
}

/* Whose turn never came: what others ask waits behind it no more. */
static void end_wait(const struct group_ask *question)
{
	if (question->groups->stopped || question->waits_us == 0)
		return;
	for (size_t i = 0; i < question->piece_count; i++)
		if (question->pieces[i].key[0] && !question->pieces[i].claimed)
			group_keep_end_wait(question->groups->keep, question->pieces[i].key);
}

void question_end_turn(struct group_ask *question)
{
	end_wait(question);
	if (question->has_turn)
		give_back(question);
}

static void lingered(void *context)
{
	struct group_ask *question = context;

	question->timer = NULL;
	question_free(question);
}

bool question_linger(struct group_ask *question)
{
	if (!question->has_turn || question->groups->stopped)
		return false;
	timer_cancel(question->timer);
	question->timer = loop_after(question->groups->tools.loop, LINGER_MS, lingered, question);
	return question->timer != NULL;
}

/* --- parking --- */

/* All that is needed to send it, its parts last. */
static void visit(struct codec *codec, struct group_ask *question, struct span *address,
                  struct span *parts)
{
	codec_flag(codec, &question->single);
	codec_text(codec, question->self, sizeof(question->self));
	codec_text(codec, question->chat, sizeof(question->chat));
	codec_text(codec, question->person, sizeof(question->person));
	codec_text(codec, question->message, sizeof(question->message));
	codec_bytes(codec, address, sizeof(question->address));
	question->expires_ms =
	        (int64_t)codec_number(codec, (uint64_t)question->expires_ms, INT64_MAX);
	codec_text(codec, question->link, sizeof(question->link));
	codec_flag(codec, &question->begun);
	codec_flag(codec, &question->cut);
	codec_flag(codec, &question->again);
	codec_count(codec, &question->part_count, GROUP_PARTS_MOST);
	for (size_t i = 0; i < question->part_count; i++)
		codec_bytes(codec, &parts[i], ANSWER_MOST);
}

static void write_parked(struct group_ask *question, size_t parts_sent, struct buf *out)
{
	struct codec codec = { .out = out };
	struct span address = { question->address, question->address_len };
	struct span parts[GROUP_PARTS_MOST];
	const size_t first = question->first_part + parts_sent;

	question->begun = question->begun || first > 0;
	for (size_t i = first; i < question->part_count; i++)
		parts[i - first] = (struct span){ buf_text(&question->sent) + question->parts[i].at,
			                          question->parts[i].len };
	question->part_count -= first;
	visit(&codec, question, &address, parts);
}

bool question_park(struct group_ask *question, size_t parts_sent)
{
	struct groups *groups = question->groups;
	const struct group_door *door = question->door;
	const char *const fields[] = { question->self };
	char bot[DIGEST_HEX_SIZE];
	struct buf plain, sealed;
	bool parked = false;

	if (!groups->seal || groups->stopped || door->off || question->order_id != 0 ||
	    question->first_part + parts_sent >= question->part_count ||
	    !group_derive(door, "bot", fields, 1, bot))
		return false;
	buf_init(&plain, ANSWER_MOST);
	buf_init(&sealed, ANSWER_MOST);
	write_parked(question, parts_sent, &plain);
	if (buf_status(&plain) == STATUS_OK &&
	    seal_close(groups->seal, span_of(bot), span_of(parked_format), buf_span(&plain),
	               &sealed) == STATUS_OK) {
		const struct group_parked one = { .turn = span_of(question->turn),
			                          .bot = span_of(bot),
			                          .answer = buf_span(&sealed),
			                          .since_ms = question->parked_ms,
			                          .place = question->place };

		parked = group_keep_park(groups->keep, &one);
	}
	buf_wipe(&plain);
	buf_deinit(&sealed);
	return parked;
}

/* --- unparking --- */

static bool read_parked(struct group_ask *question, struct span plain)
{
	struct codec codec = { .in = plain };
	struct span address = { "", 0 }, parts[GROUP_PARTS_MOST] = { 0 };

	visit(&codec, question, &address, parts);
	if (!codec_ended(&codec) || question->part_count == 0)
		return false;
	if (address.len > 0)
		memcpy(question->address, address.ptr, address.len);
	question->address_len = address.len;
	for (size_t i = 0; i < question->part_count; i++) {
		question->parts[i].at = question->sent.len;
		question->parts[i].len = parts[i].len;
		buf_append(&question->sent, parts[i].ptr, parts[i].len);
	}
	return buf_status(&question->sent) == STATUS_OK;
}

/* The question that it answers, as if it had been asked here. */
static struct group_ask *open_parked(struct group_door *door, const struct group_parked *parked)
{
	struct group_ask *question = question_create(door);
	struct buf plain;
	bool sound;

	if (!question)
		return NULL;
	buf_init(&plain, ANSWER_MOST);
	sound = parked->turn.len < sizeof(question->turn) &&
	        seal_open(door->groups->seal, parked->bot, span_of(parked_format), parked->answer,
	                  &plain) == STATUS_OK &&
	        read_parked(question, buf_span(&plain));
	buf_wipe(&plain);
	question->state = QUESTION_SENT;
	question_link(question);
	if (parked->turn.len < sizeof(question->turn)) {
		memcpy(question->turn, parked->turn.ptr, parked->turn.len);
		question->has_turn = parked->turn.len > 0;
	}
	question->parked_ms = parked->since_ms;
	question->place = parked->place;
	if (sound)
		return question;
	log_event(door->groups->tools.log, LOG_WARN, "group_parked_unread",
	          LOG_TEXT("channel", door->kind->name));
	question_free(question);
	return NULL;
}

void group_send_parked(struct group_door *door, struct span parked)
{
	struct codec codec = { .in = parked };
	struct group_ask *question;
	struct group_parked one;

	while (codec.in.len > 0 && !codec.broken && !door->groups->stopped) {
		one = (struct group_parked){ .since_ms = 0 };
		group_parked_visit(&codec, &one);
		question = codec.broken ? NULL : open_parked(door, &one);
		if (!question)
			continue;
		if (door->off)
			question_free(question);
		else
			question_hand_over(question, NULL);
	}
}

static bool is_lost(const struct way *way)
{
	return groups_now_us(way->groups) - way->seen_us >= LOST_MS * INT64_C(1000);
}

/* Lets those go that came over a way which was new before `others_ms`. */
static void settle(struct way *way, int64_t others_ms)
{
	struct group_ask *question = way->settling.first;

	for (; question && question->way_ms <= others_ms; question = way->settling.first) {
		question_dequeue(question);
		question_claim(question, GROUP_CLAIM_FIRST);
	}
	way->settles = way->fresh_ms > others_ms;
}

static void fetch(struct way *way);

/* Of a way that is there the channel tells every second: nothing else is to be done, unless others
 * are waited for. */
static void tend(void *context)
{
	struct way *way = context;
	const int64_t gone_us = groups_now_us(way->groups) - way->seen_us;

	way->timer = NULL;
	if (!way->door || way->groups->stopped)
		return;
	if (gone_us >= TEND_MOST_S * INT64_C(1000000)) {
		settle(way, INT64_MAX);
		return;
	}
	if ((way->settles || is_lost(way)) && !way->fetching)
		fetch(way);
	way->timer = loop_after(way->groups->tools.loop, TEND_MS, tend, way);
}

static void end_fetching(struct way *way)
{
	way->fetching = false;
	if (!way->groups->stopped)
		loop_call(way->groups->tools.loop, &way->groups->replied_call);
}

/* What is still gathered is not, nor what waits for others. The store's time when it came is taken
 * to be rather too early. */
static int64_t written_until_ms(const struct way *way)
{
	const struct group_ask *at = way->groups->questions;
	int64_t until_ms = way->written_ms, came_ms;

	if (way->settling.first && way->settling.first->way_ms > 0 &&
	    way->settling.first->way_ms < until_ms)
		until_ms = way->settling.first->way_ms;
	while (at && !(at->state == QUESTION_GATHERING && at->turn[0] && at->door == way->door &&
	               strcmp(at->self, way->self) == 0))
		at = at->next;
	if (!at || until_ms == 0)
		return until_ms;
	came_ms = way->written_ms + (at->first_us - way->written_us) / 1000;
	return came_ms < until_ms ? came_ms : until_ms;
}

static void take_heard(struct way *way, const struct group_kept *kept)
{
	const int64_t now_us = groups_now_us(way->groups);
	const bool enough = now_us - way->settles_us >= SETTLE_MOST_S * INT64_C(1000000);

	if (kept->status == STATUS_OK) {
		way->written_ms = kept->now_ms;
		way->written_us = now_us;
	}
	if (!way->settles)
		return;
	if (kept->status == STATUS_OK && way->fresh_ms == 0) {
		way->fresh_ms = kept->now_ms;
		for (struct group_ask *at = way->settling.first; at; at = at->next_queued)
			if (at->way_ms == 0)
				at->way_ms = way->fresh_ms;
	}
	if (enough || way->fresh_ms > 0)
		settle(way, enough ? INT64_MAX : kept->others_ms);
}

static void take_fetched(void *context, const struct group_kept *kept)
{
	struct way *way = context;

	if (way->door && !way->groups->stopped) {
		if (kept->status == STATUS_OK)
			group_send_parked(way->door, kept->text);
		if (way->again || (kept->status == STATUS_OK && kept->more)) {
			fetch(way);
			return;
		}
		take_heard(way, kept);
	}
	end_fetching(way);
}

static void fetch(struct way *way)
{
	const int64_t written_ms = written_until_ms(way);
	struct group_keep *keep = way->groups->keep;
	enum status status;

	way->fetching = true;
	way->again = false;
	if (is_lost(way))
		status = group_keep_note_heard(keep, way->bot, written_ms, take_fetched, way);
	else
		status = group_keep_fetch(keep, way->bot, written_ms, take_fetched, way);
	if (status != STATUS_OK)
		end_fetching(way);
}

bool question_is_behind_parked(const struct group_ask *question)
{
	const struct way *way = question->door ? find_way(question->door, question->self) : NULL;

	return way && way->fetching;
}

static struct way *get_way(struct group_door *door, const char *self)
{
	struct groups *groups = door->groups;
	struct way *way = groups->ways;

	while (way && (way->door != door || strcmp(way->self, self) != 0))
		way = way->next;
	if (way)
		return way;
	way = calloc(1, sizeof(*way));
	if (!way)
		return NULL;
	way->groups = groups;
	way->door = door;
	way->settling.end = &way->settling.first;
	(void)snprintf(way->self, sizeof(way->self), "%s", self);
	if (!group_derive(door, "bot", &self, 1, way->bot)) {
		free(way);
		return NULL;
	}
	way->next = groups->ways;
	groups->ways = way;
	return way;
}

void group_fetch(struct group_door *door, const char *self, bool fresh)
{
	const struct groups *groups = door->groups;
	struct way *way;

	if (groups->stopped || strlen(self) > GROUP_ID_MOST)
		return;
	way = get_way(door, self);
	if (!way)
		return;
	way->seen_us = groups_now_us(groups);
	if (!groups->seal)
		return;
	if (fresh) {
		if (!way->settles)
			way->settles_us = way->seen_us;
		way->settles = true;
		way->fresh_ms = 0;
	}
	if (!way->timer)
		way->timer = loop_after(groups->tools.loop, TEND_MS, tend, way);
	if (way->fetching)
		way->again = true;
	else
		fetch(way);
}

static bool is_there(const struct way *way)
{
	return way->door && groups_now_us(way->groups) - way->seen_us < WAY_S * INT64_C(1000000);
}

size_t group_connected(const struct group_door *door)
{
	size_t count = 0;

	for (const struct way *at = door->groups->ways; at; at = at->next)
		count += is_there(at) && at->door == door;
	return count;
}

bool group_has_connected(const struct group_door *door)
{
	const struct way *at = door->groups->ways;

	while (at && at->door != door)
		at = at->next;
	return at != NULL;
}

/* --- what an operator has said --- */

void question_note_order(struct group_ask *question, enum group_order_state state)
{
	if (question->order_id != 0)
		group_keep_note_order(question->groups->keep, question->order_id, state);
	question->order_id = 0;
}

static bool copy_span(char *to, size_t size, struct span from)
{
	if (from.len >= size)
		return false;
	if (from.len > 0)
		memcpy(to, from.ptr, from.len);
	to[from.len] = '\0';
	return true;
}

static void send_order(const struct way *way, const struct group_order *order)
{
	struct group_ask *question = question_create(way->door);
	char *text = strndup(order->text.ptr ? order->text.ptr : "", order->text.len);
	bool fits;

	if (!question) {
		free(text);
		return;
	}
	question->state = QUESTION_SENT;
	question->order_id = order->id;
	question->single = order->chat.len == 0;
	memcpy(question->self, way->self, sizeof(question->self));
	fits = copy_span(question->chat, sizeof(question->chat), order->chat) &&
	       copy_span(question->person, sizeof(question->person), order->person);
	question_link(question);
	if (way->door->off)
		question_note_order(question, GROUP_ORDER_OFF);
	if (text && fits && !way->door->off && question_make_parts(question, text)) {
		way->door->counts.noticed++;
		question_hand_over(question, NULL);
	} else {
		question_note_order(question, GROUP_ORDER_FAILED);
		question_free(question);
	}
	free(text);
}

static void take_order(void *context, const struct group_kept *kept)
{
	const struct way *way = context;
	struct codec codec = { .in = kept->text };
	struct group_order order = { 0 };

	if (kept->status != STATUS_OK || !way->door || way->groups->stopped)
		return;
	group_order_visit(&codec, &order);
	if (codec_ended(&codec))
		send_order(way, &order);
}

void groups_take_orders(struct groups *groups)
{
	if (!group_keep_has_orders(groups->keep) || groups->stopped)
		return;
	for (struct way *way = groups->ways; way; way = way->next)
		/* One that cannot be asked for now is asked for in two seconds. */
		if (is_there(way))
			(void)!group_keep_take_order(groups->keep, way->door->kind->name, way->self,
			                             group_connected(way->door) == 1, take_order,
			                             way);
}

void group_forget_ways(struct group_door *door)
{
	for (struct way *at = door->groups->ways; at; at = at->next)
		if (at->door == door)
			at->door = NULL;
}

void groups_forget_ways(struct groups *groups)
{
	while (groups->ways) {
		struct way *way = groups->ways;

		groups->ways = way->next;
		timer_cancel(way->timer);
		free(way);
	}
}
