/*
 * How it works: a bot has a list of answers in the order in which they were given, and any number
 * of links. Its actions go over the newest link that takes some, so an old one that closes late
 * changes nothing. onebot_link_next() writes the first part that is not under way; its response, by
 * echo, lets the next part of that answer go, so the parts of one keep their order and a slow
 * response holds up nothing else. UNDER_WAY_MOST bounds what can be lost with a link.
 *
 * A link may be half dead: events come, and no action is responded to. So after an action's
 * deadline, and after a long silence, the link is probed with an action that changes nothing; until
 * it responds no answer is risked on it. Where the probe's deadline passes as well the link is
 * ended, and its owner's peer connects again. One that never responded to anything is left alone
 * until an action fails so: not every implementation responds to each action.
 */
#include "channels/onebot_bots.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	UNDER_WAY_MOST = 64,
	PROBE_WAIT_MS = 10000,
	SENT_KEPT = 256,
	BEATS_MISSED = 3,
	BEAT_GRACE_MS = 1000,
};

struct answer {
	uint64_t id;
	struct onebot_send to;
	char *text; /* the parts one behind the other */
	size_t *ends;
	size_t part_count;
	size_t done;                   /* parts */
	int64_t until_ms;              /* of the action under way, else of the waiting */
	uint64_t echo;                 /* of the action under way; 0: none is */
	const struct onebot_link *via; /* over which it is */
	struct answer *next;
};

struct bot {
	char self[ONEBOT_ID_SIZE];
	struct answer *answers, **end; /* in their order; where the next one goes */
	size_t count, under_way;
	char (*sent)[ONEBOT_ID_SIZE]; /* ids of the latest messages, a ring */
	size_t sent_at;
	int64_t lost_ms; /* since when no link leads to it */
	struct bot *next;
};

struct onebot_link {
	struct onebot_bots *bots;
	struct bot *bot; /* NULL: not known yet */
	enum onebot_role role;
	uint64_t generation;
	void *owner;
	int64_t seen_ms, responded_ms;
	int64_t interval_ms; /* of its heartbeats; 0: none came */
	uint64_t probe;      /* echo of the one under way; 0: none is */
	int64_t probe_until_ms;
	bool probe_due, responds, doubtful, ended;
	struct onebot_link *next;
};

struct onebot_bots {
	struct onebot_limits limits;
	struct onebot_hooks hooks;
	struct bot *bots;
	struct onebot_link *links;
	size_t bot_count, link_count;
	uint64_t generation, echo;
	int64_t ticked_ms;
	bool off; /* onebot_bots_hush() */
};

bool onebot_role_read(struct span text, enum onebot_role *out)
{
	static const struct {
		const char *word;
		enum onebot_role role;
	} roles[] = {
		{ "Universal", ONEBOT_UNIVERSAL },
		{ "API", ONEBOT_API },
		{ "Event", ONEBOT_EVENTS },
	};

	*out = ONEBOT_UNIVERSAL;
	if (text.len == 0)
		return true;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (text.len == strlen(roles[i].word) &&
		    strncasecmp(text.ptr, roles[i].word, text.len) == 0) {
			*out = roles[i].role;
			return true;
		}
	}
	return false;
}

/* --- bots --- */

enum status onebot_bots_create(struct onebot_bots **out, const struct onebot_limits *limits,
                               const struct onebot_hooks *hooks)
{
	struct onebot_bots *bots = calloc(1, sizeof(*bots));

	if (!bots)
		return STATUS_NO_MEMORY;
	bots->limits = *limits;
	bots->hooks = *hooks;
	*out = bots;
	return STATUS_OK;
}

static void free_answer(struct answer *answer)
{
	free(answer->text);
	free(answer->ends);
	free(answer);
}

void onebot_bots_destroy(struct onebot_bots *bots)
{
	if (!bots)
		return;
	assert(!bots->links);
	while (bots->bots) {
		struct bot *bot = bots->bots;

		bots->bots = bot->next;
		while (bot->answers) {
			struct answer *answer = bot->answers;

			bot->answers = answer->next;
			free_answer(answer);
		}
		free(bot->sent);
		free(bot);
	}
	free(bots);
}

static struct bot *find_bot(const struct onebot_bots *bots, struct span self)
{
	for (struct bot *bot = bots->bots; bot; bot = bot->next)
		if (span_equal(span_of(bot->self), self))
			return bot;
	return NULL;
}

static enum status get_bot(struct onebot_bots *bots, struct span self, struct bot **out)
{
	struct bot *bot = find_bot(bots, self);

	*out = bot;
	if (bot)
		return STATUS_OK;
	if (bots->bot_count >= bots->limits.bots || self.len >= sizeof(bot->self))
		return STATUS_LIMIT;
	bot = calloc(1, sizeof(*bot));
	if (!bot)
		return STATUS_NO_MEMORY;
	bot->sent = calloc(SENT_KEPT, sizeof(*bot->sent));
	if (!bot->sent) {
		free(bot);
		return STATUS_NO_MEMORY;
	}
	memcpy(bot->self, self.ptr, self.len);
	bot->end = &bot->answers;
	bot->next = bots->bots;
	bots->bots = bot;
	bots->bot_count++;
	*out = bot;
	return STATUS_OK;
}

/* --- links --- */

/* The newest that takes actions; NULL where none does. */
static struct onebot_link *way_to(const struct onebot_bots *bots, const struct bot *bot)
{
	struct onebot_link *newest = NULL;

	for (struct onebot_link *link = bots->links; link; link = link->next)
		if (link->bot == bot && link->role != ONEBOT_EVENTS && !link->ended &&
		    (!newest || link->generation > newest->generation))
			newest = link;
	return newest;
}

/* Asks a link that can write for the bot to do so. */
static void wake(const struct onebot_bots *bots, const struct bot *bot)
{
	const struct onebot_link *link = way_to(bots, bot);

	if (link && (bot->answers || link->probe_due))
		bots->hooks.write(link->owner);
}

static void tell_reached(const struct onebot_bots *bots, const struct bot *bot, bool fresh)
{
	if (bots->hooks.reached && way_to(bots, bot))
		bots->hooks.reached(bots->hooks.context, bot->self, fresh);
}

static void end_link(struct onebot_link *link, const char *reason)
{
	if (link->ended)
		return;
	link->ended = true;
	link->bots->hooks.end(link->owner, reason);
}

enum status onebot_link_open(struct onebot_bots *bots, enum onebot_role role, struct span self,
                             void *owner, int64_t now_ms, struct onebot_link **out)
{
	struct onebot_link *link = calloc(1, sizeof(*link));
	enum status status = link ? STATUS_OK : STATUS_NO_MEMORY;

	*out = NULL;
	if (status == STATUS_OK && self.len > 0)
		status = get_bot(bots, self, &link->bot);
	if (status != STATUS_OK) {
		free(link);
		return status;
	}
	link->bots = bots;
	link->role = role;
	link->owner = owner;
	link->generation = ++bots->generation;
	link->seen_ms = link->responded_ms = now_ms;
	/* Its response tells whose link it is. */
	link->probe_due = !link->bot && role != ONEBOT_EVENTS;
	link->next = bots->links;
	bots->links = link;
	bots->link_count++;
	*out = link;
	if (link->bot) {
		wake(bots, link->bot);
		tell_reached(bots, link->bot, true);
	} else if (link->probe_due) {
		bots->hooks.write(owner);
	}
	return STATUS_OK;
}

const char *onebot_link_self(const struct onebot_link *link)
{
	return link->bot ? link->bot->self : "";
}

/* --- what came of answers --- */

static void end_way(struct bot *bot, struct answer *answer)
{
	if (answer->echo == 0)
		return;
	assert(bot->under_way > 0);
	bot->under_way--;
	answer->echo = 0;
	answer->via = NULL;
}

static void finish(struct onebot_bots *bots, struct bot *bot, struct answer *answer,
                   enum onebot_outcome outcome)
{
	struct answer **at = &bot->answers;

	while (*at != answer)
		at = &(*at)->next;
	*at = answer->next;
	if (!*at)
		bot->end = at;
	assert(bot->count > 0);
	bot->count--;
	end_way(bot, answer);
	bots->hooks.sent(bots->hooks.context, answer->id, answer->done, outcome);
	free_answer(answer);
}

static bool is_away(const struct onebot_bots *bots, const struct bot *bot, int64_t now_ms)
{
	return bots->limits.give_back_ms > 0 && !way_to(bots, bot) &&
	       now_ms - bot->lost_ms >= bots->limits.give_back_ms;
}

/* For whoever has a link to it, or for nobody. What is under way stays. */
static void give_back(struct onebot_bots *bots, struct bot *bot)
{
	struct answer *next;

	for (struct answer *answer = bot->answers; answer; answer = next) {
		next = answer->next;
		if (answer->echo == 0)
			finish(bots, bot, answer, ONEBOT_UNREACHED);
	}
}

void onebot_bots_hush(struct onebot_bots *bots, bool off)
{
	bots->off = off;
	for (struct bot *bot = off ? bots->bots : NULL; bot; bot = bot->next)
		give_back(bots, bot);
}

void onebot_link_close(struct onebot_link *link, int64_t now_ms)
{
	struct onebot_bots *bots;
	struct onebot_link **at;
	struct answer *next;

	if (!link)
		return;
	bots = link->bots;
	at = &bots->links;
	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	assert(bots->link_count > 0);
	bots->link_count--;
	for (struct answer *answer = link->bot ? link->bot->answers : NULL; answer; answer = next) {
		next = answer->next;
		if (answer->via == link)
			finish(bots, link->bot, answer, ONEBOT_UNKNOWN);
	}
	if (link->bot) {
		if (link->role != ONEBOT_EVENTS && !way_to(bots, link->bot))
			link->bot->lost_ms = now_ms;
		wake(bots, link->bot);
	}
	free(link);
}

static void remember(struct bot *bot, const struct onebot_id *message)
{
	if (message->text[0] == '\0')
		return;
	memcpy(bot->sent[bot->sent_at], message->text, sizeof(message->text));
	bot->sent_at = (bot->sent_at + 1) % SENT_KEPT;
}

bool onebot_bots_sent(const struct onebot_bots *bots, const char *self,
                      const struct onebot_id *message)
{
	const struct bot *bot = find_bot(bots, span_of(self));

	for (size_t i = 0; bot && message->text[0] && i < SENT_KEPT; i++)
		if (strcmp(bot->sent[i], message->text) == 0)
			return true;
	return false;
}

void onebot_bots_remember(struct onebot_bots *bots, const char *self,
                          const struct onebot_id *message)
{
	struct bot *bot;

	if (get_bot(bots, span_of(self), &bot) == STATUS_OK)
		remember(bot, message);
}

/* --- what comes --- */

static void settle(struct onebot_link *link, struct answer *answer,
                   const struct onebot_frame *response, int64_t now_ms)
{
	struct onebot_bots *bots = link->bots;
	struct bot *bot = link->bot;
	struct onebot_id message;
	int retcode;
	const enum onebot_outcome outcome = onebot_response_outcome(response, &retcode, &message);

	if (outcome != ONEBOT_DONE) {
		finish(bots, bot, answer, outcome);
		return;
	}
	remember(bot, &message);
	answer->done++;
	if (answer->done == answer->part_count) {
		finish(bots, bot, answer, outcome);
		return;
	}
	if (bots->off) {
		finish(bots, bot, answer, ONEBOT_UNREACHED);
		return;
	}
	end_way(bot, answer);
	answer->until_ms = now_ms + bots->limits.keep_ms;
}

static const char echo_prefix[] = "dayi-";

static void name_echo(uint64_t echo, char text[ONEBOT_ECHO_SIZE])
{
	snprintf(text, ONEBOT_ECHO_SIZE, "%s%" PRIu64, echo_prefix, echo);
}

/* 0: none of ours. */
static uint64_t read_echo(const char *text)
{
	const size_t len = sizeof(echo_prefix) - 1;
	char *end;
	uint64_t echo;

	if (strncmp(text, echo_prefix, len) != 0)
		return 0;
	echo = strtoull(text + len, &end, 10);
	return *end == '\0' ? echo : 0;
}

static void attach(struct onebot_link *link, const struct onebot_id *self)
{
	if (!link->bot && self->text[0] &&
	    get_bot(link->bots, span_of(self->text), &link->bot) == STATUS_OK) {
		wake(link->bots, link->bot);
		tell_reached(link->bots, link->bot, true);
	}
}

static void take_response(struct onebot_link *link, const struct onebot_frame *frame,
                          int64_t now_ms)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(frame->json, "data");
	struct onebot_id self;
	uint64_t echo;

	link->responded_ms = now_ms;
	link->responds = true;
	link->doubtful = false;
	echo = frame->echo ? read_echo(frame->echo) : 0;
	if (echo != 0 && echo == link->probe) {
		link->probe = 0;
		if (onebot_id_read(cJSON_GetObjectItemCaseSensitive(data, "user_id"), &self))
			attach(link, &self);
	}
	for (struct answer *at = link->bot && echo ? link->bot->answers : NULL; at; at = at->next) {
		if (at->echo == echo && at->via == link) {
			settle(link, at, frame, now_ms);
			break;
		}
	}
	if (link->bot)
		wake(link->bots, link->bot);
}

void onebot_link_take(struct onebot_link *link, const struct onebot_frame *frame, int64_t now_ms)
{
	link->seen_ms = now_ms;
	if (frame->kind == ONEBOT_RESPONSE) {
		take_response(link, frame, now_ms);
		return;
	}
	if (frame->kind == ONEBOT_HEARTBEAT && frame->interval_ms > 0)
		link->interval_ms = frame->interval_ms;
	attach(link, &frame->self);
}

/* --- what goes --- */

static struct span part_of(const struct answer *answer)
{
	const size_t start = answer->done > 0 ? answer->ends[answer->done - 1] : 0;

	assert(answer->done < answer->part_count);
	return (struct span){ answer->text + start, answer->ends[answer->done] - start };
}

static bool write_probe(struct onebot_link *link, int64_t now_ms, struct buf *out)
{
	char echo[ONEBOT_ECHO_SIZE];

	link->probe_due = false;
	link->probe = ++link->bots->echo;
	link->probe_until_ms = now_ms + PROBE_WAIT_MS;
	name_echo(link->probe, echo);
	return onebot_write_query(link->bot ? "get_status" : "get_login_info", echo, out) ==
	       STATUS_OK;
}

static bool write_part(struct onebot_link *link, struct answer *answer, int64_t now_ms,
                       struct buf *out)
{
	struct onebot_send send = answer->to;
	char echo[ONEBOT_ECHO_SIZE];

	if (answer->done > 0) {
		send.quoted = (struct onebot_id){ 0 };
		send.at = false;
	}
	send.text = part_of(answer);
	answer->echo = ++link->bots->echo;
	answer->via = link;
	answer->until_ms = now_ms + link->bots->limits.action_ms;
	link->bot->under_way++;
	name_echo(answer->echo, echo);
	return onebot_write_send(&send, echo, out) == STATUS_OK;
}

bool onebot_link_next(struct onebot_link *link, int64_t now_ms, struct buf *out)
{
	struct bot *bot = link->bot;
	struct answer *answer = bot ? bot->answers : NULL;

	buf_clear(out);
	if (link->ended || link->role == ONEBOT_EVENTS)
		return false;
	if (link->probe_due)
		return write_probe(link, now_ms, out);
	if (!bot || link->bots->off || link->doubtful || bot->under_way >= UNDER_WAY_MOST ||
	    way_to(link->bots, bot) != link)
		return false;
	while (answer && answer->echo != 0)
		answer = answer->next;
	return answer && write_part(link, answer, now_ms, out);
}

static enum status copy_parts(struct answer *answer, const struct onebot_answer *given)
{
	size_t len = 0;

	for (size_t i = 0; i < given->part_count; i++)
		len += given->parts[i].len;
	answer->text = malloc(len + 1);
	answer->ends = calloc(given->part_count, sizeof(*answer->ends));
	if (!answer->text || !answer->ends)
		return STATUS_NO_MEMORY;
	len = 0;
	for (size_t i = 0; i < given->part_count; i++) {
		if (given->parts[i].len > 0)
			memcpy(answer->text + len, given->parts[i].ptr, given->parts[i].len);
		len += given->parts[i].len;
		answer->ends[i] = len;
	}
	answer->part_count = given->part_count;
	return STATUS_OK;
}

enum status onebot_bots_send(struct onebot_bots *bots, const struct onebot_answer *given,
                             int64_t now_ms)
{
	struct bot *bot = find_bot(bots, span_of(given->self));
	struct answer *answer;

	assert(given->part_count > 0);
	/* Behind those that are given back with the next tick: they keep their order. */
	if (!bot || (is_away(bots, bot, now_ms) && !bot->answers))
		return STATUS_NOT_FOUND;
	if (bot->count >= bots->limits.answers)
		return STATUS_LIMIT;
	answer = calloc(1, sizeof(*answer));
	if (!answer)
		return STATUS_NO_MEMORY;
	if (copy_parts(answer, given) != STATUS_OK) {
		free_answer(answer);
		return STATUS_NO_MEMORY;
	}
	answer->id = given->id;
	answer->to = given->to;
	answer->until_ms = now_ms + bots->limits.keep_ms;
	*bot->end = answer;
	bot->end = &answer->next;
	bot->count++;
	wake(bots, bot);
	return STATUS_OK;
}

/* --- time --- */

static void look_at_answers(struct onebot_bots *bots, struct bot *bot, int64_t now_ms)
{
	struct answer *next;

	for (struct answer *answer = bot->answers; answer; answer = next) {
		next = answer->next;
		if (now_ms < answer->until_ms)
			continue;
		if (answer->echo == 0) {
			finish(bots, bot, answer, ONEBOT_FAILED);
			continue;
		}
		for (struct onebot_link *link = bots->links; link; link = link->next)
			link->doubtful = link->doubtful || link == answer->via;
		finish(bots, bot, answer, ONEBOT_UNKNOWN);
	}
}

static void look_at_link(struct onebot_link *link, int64_t now_ms)
{
	const struct onebot_bots *bots = link->bots;

	if (link->interval_ms > 0 &&
	    now_ms - link->seen_ms > BEATS_MISSED * link->interval_ms + BEAT_GRACE_MS) {
		end_link(link, "no_heartbeat");
		return;
	}
	if (link->role == ONEBOT_EVENTS || link->ended)
		return;
	if (link->probe != 0 && now_ms >= link->probe_until_ms) {
		link->probe = 0;
		link->responded_ms = now_ms; /* the next one comes a while later */
		if (link->responds || link->doubtful)
			end_link(link, "no_response");
	} else if (link->probe == 0 && !link->probe_due &&
	           (link->doubtful || now_ms - link->responded_ms >= bots->limits.probe_ms)) {
		link->probe_due = true;
		bots->hooks.write(link->owner);
	}
}

/* Bytes that were not read yet do not count as silence. */
static void put_off(struct onebot_link *link, int64_t by_ms)
{
	link->seen_ms += by_ms;
	link->responded_ms += by_ms;
	link->probe_until_ms += by_ms;
	for (struct answer *at = link->bot ? link->bot->answers : NULL; at; at = at->next)
		if (at->via == link)
			at->until_ms += by_ms;
}

void onebot_bots_tick(struct onebot_bots *bots, int64_t now_ms)
{
	const int64_t passed_ms = bots->ticked_ms > 0 ? now_ms - bots->ticked_ms : 0;

	bots->ticked_ms = now_ms;
	for (struct onebot_link *link = bots->links; link; link = link->next)
		if (passed_ms > 0 && bots->hooks.behind(link->owner))
			put_off(link, passed_ms);
	for (struct bot *bot = bots->bots; bot; bot = bot->next) {
		look_at_answers(bots, bot, now_ms);
		if (is_away(bots, bot, now_ms))
			give_back(bots, bot);
		wake(bots, bot);
		tell_reached(bots, bot, false);
	}
	for (struct onebot_link *link = bots->links; link; link = link->next)
		look_at_link(link, now_ms);
}

size_t onebot_bots_waiting(const struct onebot_bots *bots)
{
	size_t count = 0;

	for (const struct bot *bot = bots->bots; bot; bot = bot->next)
		count += bot->count;
	return count;
}

size_t onebot_bots_links(const struct onebot_bots *bots)
{
	return bots->link_count;
}
