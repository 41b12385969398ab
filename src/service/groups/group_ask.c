/*
 * How it works: a gathered question is claimed in the store, a claim for each message of it, so
 * that no other process answers the same. Then it is asked of the service under the name of its
 * conversation, from a line of its own. The reply comes inside the service's send(), where nothing
 * of the service may be called: it is copied there, and taken from the loop a moment later.
 *
 * Nothing of a record is asked for: every message goes to the service as one of a group, from
 * single chats on a platform, too.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/answer.h"
#include "service/bulletin.h"
#include "service/groups/group_parts.h"
#include "service/groups/group_words.h"
#include "service/state.h"
#include "service/withdraw.h"

enum { REPEAT_MS = 300000 };

/* --- what an ID number stands in --- */

/* In the text, or in two messages that make one. */
static bool holds_id_number(const struct group_ask *question)
{
	struct service *service = question->groups->tools.service;
	struct buf joined;
	bool found;

	buf_init(&joined, (size_t)GROUP_TEXT_MOST * GROUP_PIECES_MOST);
	for (size_t i = 0; i < question->piece_count; i++)
		buf_append(&joined, question->pieces[i].text, question->pieces[i].len);
	found = buf_status(&joined) != STATUS_OK ||
	        withdraw_is_due(service, buf_span(&question->text)) ||
	        withdraw_is_due(service, buf_span(&joined));
	buf_wipe(&joined);
	return found;
}

/* --- asking --- */

static void join_pieces(struct group_ask *question)
{
	static const char ends[] = "\xe3\x80\x82\xef\xbc\x9f\xef\xbc\x81"; /* 。？！ */
	bool behind_end = true;

	buf_clear(&question->text);
	for (size_t i = 0; i < question->piece_count; i++) {
		const struct piece *piece = &question->pieces[i];

		if (piece->claimed_elsewhere || piece->len == 0)
			continue;
		if (question->text.len > 0)
			buf_append_text(&question->text, behind_end ? "\n" : "\xef\xbc\x8c");
		buf_append(&question->text, piece->text, piece->len);
		behind_end = strchr("?!.\n", piece->text[piece->len - 1]) != NULL;
		for (size_t at = 0; at + 3 < sizeof(ends) && piece->len >= 3; at += 3)
			behind_end = behind_end ||
			             memcmp(piece->text + piece->len - 3, ends + at, 3) == 0;
	}
}

static bool is_spoken_to(const struct group_ask *question)
{
	for (size_t i = 0; i < question->piece_count; i++)
		if (question->pieces[i].spoken_to && !question->pieces[i].claimed_elsewhere)
			return true;
	return false;
}

enum { LIMITED_KEY = 64 };

/* A person is counted in all groups together, a group with all who are in it. */
static bool name_limited(const struct group_ask *question, bool of_group, char key[LIMITED_KEY])
{
	struct digest *digest;
	char name[DIGEST_HEX_SIZE];

	if (digest_create_keyed(&digest, span_of(question->groups->secret)) != STATUS_OK)
		return false;
	digest_add_field(digest, span_of(question->door->kind->name));
	digest_add_field(digest, span_of(question->self));
	digest_add_field(digest, span_of(of_group ? question->chat : question->person));
	if (digest_finish(digest, name) != STATUS_OK)
		name[0] = '\0';
	digest_destroy(digest);
	snprintf(key, LIMITED_KEY, "%u%.60s", of_group, name);
	return true;
}

static enum group_passage pass(struct group_ask *question, const struct group_rule *rule)
{
	struct groups *groups = question->groups;
	const int64_t now_us = groups_now_us(groups);
	const int64_t day = group_rules_day(groups_wall_ms(groups));
	enum group_passage passage = GROUP_PASSES;
	char key[LIMITED_KEY];

	for (unsigned of_group = 0; of_group <= !question->single && passage == GROUP_PASSES;
	     of_group++)
		if (name_limited(question, of_group, key))
			passage = group_limits_take(groups->limits, span_of(key),
			                            of_group ? rule->all : rule->one_person, now_us,
			                            day);
	return passage;
}

/* Before it costs a search. */
static bool would_pass(const struct group_ask *question, const struct group_rule *rule)
{
	const struct groups *groups = question->groups;
	const int64_t now_us = groups_now_us(groups);
	const int64_t day = group_rules_day(groups_wall_ms(groups));
	bool passes = true;
	char key[LIMITED_KEY];

	for (unsigned of_group = 0; of_group <= !question->single && passes; of_group++)
		if (name_limited(question, of_group, key))
			passes = group_limits_would_pass(groups->limits, span_of(key),
			                                 of_group ? rule->all : rule->one_person,
			                                 now_us, day);
	return passes;
}

/* Nobody asked: only what is answered for sure. */
static bool is_sure(const struct group_rule *rule, struct span object)
{
	struct group_reply reply;
	bool sure;

	sure = group_reply_read(object, &reply) == STATUS_OK && group_reply_is(&reply, "answer") &&
	       reply.confidence >= rule->confidence;
	group_reply_release(&reply);
	return sure;
}

/* Whether it only points: people who talk to each other say numbers, and mean no entry. */
static bool points_by_number(struct span object)
{
	struct group_reply reply;
	const bool points = group_reply_read(object, &reply) == STATUS_OK && reply.chosen[0];

	group_reply_release(&reply);
	return points;
}

static bool is_sure_aside(struct group_ask *question, const struct group_rule *rule)
{
	struct span object;

	return answer_try(question->groups->tools.service, buf_span(&question->text), &object) ==
	               STATUS_OK &&
	       is_sure(rule, object) && !points_by_number(object);
}

static const struct group_rule *rule_of(const struct group_ask *question)
{
	return group_rules_find(question->groups->rules, question->door->kind->name,
	                        question->single ? NULL : question->chat, question->person);
}

static void ask_service(struct group_ask *question)
{
	struct service *service = question->groups->tools.service;
	const struct span origin = { question->conversation, 16 };
	char id[33] = "";
	struct message message = {
		.conversation = question->conversation,
		.own_name = true,
		.text = buf_span(&question->text),
		.origin = origin,
		.in_group = true,
	};

	for (size_t i = 0; i < question->piece_count; i++)
		if (question->pieces[i].key[0] && !question->pieces[i].claimed_elsewhere)
			snprintf(id, sizeof(id), "%.32s", question->pieces[i].key);
	message.id = id[0] ? id : NULL;
	question->state = QUESTION_ASKING;
	if (service_open(service, &question->door->channel, question, origin, &question->line) !=
	    STATUS_OK) {
		question_end(question, GROUP_BUSY);
		return;
	}
	message.from = question->line;
	service_take(service, &message);
}

static void warn_of_id_number(struct group_ask *question)
{
	char tail[GROUP_TAIL_SIZE];

	question_write_link(question, "", tail);
	question_say(question, groups_text(question->groups, "group_id_number"), NULL, tail);
}

/* Whether the rate lets what `kind` names be said once more in this conversation. */
static bool is_within(const struct group_ask *question, char kind, struct group_rate rate)
{
	struct groups *groups = question->groups;
	char key[LIMITED_KEY];

	snprintf(key, sizeof(key), "%c%.60s", kind, question->conversation);
	return group_limits_take(groups->limits, span_of(key), rate, groups_now_us(groups),
	                         group_rules_day(groups_wall_ms(groups))) == GROUP_PASSES;
}

/* It may not be asked: once in a while that is said, if the bot was spoken to. */
static void hold_back(struct group_ask *question, enum group_passage passage)
{
	const bool spoken_to = is_spoken_to(question);

	if (passage == GROUP_IS_TOLD && spoken_to)
		question_say(question, groups_text(question->groups, "group_rate"), NULL, "");
	else if (passage == GROUP_IS_TOLD_OF_DAY && spoken_to)
		question_say(question, groups_text(question->groups, "group_rate_day"), NULL, "");
	else
		question_end(question, GROUP_OVER_LIMIT);
}

/* An ID number that others read is urgent: of it hears who asks too much, too, once a minute. */
static void take_id_number(struct group_ask *question, const struct group_rule *rule)
{
	static const struct group_rate once = { .per_minute = 1 };
	const bool unheard = is_within(question, 'w', once);
	const enum group_passage passage = question->unasked && !would_pass(question, rule)
	                                           ? GROUP_IS_HELD
	                                           : pass(question, rule);

	if (passage == GROUP_PASSES || unheard)
		warn_of_id_number(question);
	else
		hold_back(question, passage);
}

/* It is this process's to answer. */
static void go_on(struct group_ask *question)
{
	const struct group_rule *rule = rule_of(question);
	enum group_passage passage;

	join_pieces(question);
	question->unasked = !is_spoken_to(question);
	if (buf_status(&question->text) != STATUS_OK) {
		question_end(question, GROUP_BUSY);
		return;
	}
	if (holds_id_number(question)) {
		take_id_number(question, rule);
		return;
	}
	if (question->unasked && !would_pass(question, rule)) {
		question_end(question, GROUP_OVER_LIMIT);
		return;
	}
	if (question->unasked && !is_sure_aside(question, rule)) {
		question_end(question, GROUP_UNSURE);
		return;
	}
	passage = pass(question, rule);
	if (passage == GROUP_PASSES)
		ask_service(question);
	else
		hold_back(question, passage);
}

void questions_take_ready(void *context)
{
	struct groups *groups = context;
	struct group_ask *question = groups->ready.first;

	if (!question || groups->stopped)
		return;
	question_dequeue(question);
	go_on(question);
	if (groups->ready.first)
		loop_call(groups->tools.loop, &groups->ready_call);
}

/* --- claiming --- */

struct claim {
	struct group_ask *question;
	size_t piece;
};

/* A platform that did not get the response asks for it once more. */
static bool is_asked_for_again(const struct group_ask *question, const struct group_kept *kept)
{
	return question->door && (question->door->kind->abilities & GROUP_IN_RESPONSE) &&
	       kept->now_ms - kept->first_ms < REPEAT_MS;
}

static void get_ready(struct group_ask *question)
{
	question->state = QUESTION_READY;
	question_enqueue(question, &question->groups->ready);
	loop_call(question->groups->tools.loop, &question->groups->ready_call);
}

static void end_claims(struct group_ask *question)
{
	const bool held = question->got != GROUP_TURN_TAKEN;
	bool left = false;

	for (size_t i = 0; i < question->piece_count; i++)
		left = left || !question->pieces[i].claimed_elsewhere;
	if (question->state == QUESTION_OVER || !question->door) {
		question_free(question);
		return;
	}
	if (question->told)
		return; /* its deadline was faster: the outcome of that is waited for */
	if (held) {
		question_wait(question);
		return;
	}
	question_wake_others(question);
	if (!left || (!is_spoken_to(question) && question->spoken_to))
		question_end(question, GROUP_REPEATED);
	else
		get_ready(question);
}

static void take_claim(void *context, const struct group_kept *kept)
{
	struct claim *claim = context;
	struct group_ask *question = claim->question;
	struct piece *piece = &question->pieces[claim->piece];

	if (kept->turn != GROUP_TURN_TAKEN) {
		question->got = kept->turn;
	} else {
		piece->claimed = true;
		piece->claimed_elsewhere = kept->status == STATUS_OK && kept->first_ms != 0 &&
		                           !is_asked_for_again(question, kept);
		question->has_turn = question->turn[0] != '\0';
		if (kept->text.len > 0 && question->door)
			group_send_parked(question->door, kept->text);
	}
	free(claim);
	if (--question->claims == 0)
		end_claims(question);
}

static bool claim_piece(struct group_ask *question, size_t piece, enum group_claiming how)
{
	struct claim *claim;

	if (!question->pieces[piece].key[0] || question->pieces[piece].claimed)
		return false;
	claim = malloc(sizeof(*claim));
	if (!claim)
		return false;
	*claim = (struct claim){ question, piece };
	if (group_keep_claim(question->groups->keep, question->pieces[piece].key, question->turn,
	                     how, take_claim, claim) == STATUS_OK)
		return true;
	free(claim);
	return false;
}

void question_claim(struct group_ask *question, enum group_claiming how)
{
	size_t claims = 0;

	question->state = QUESTION_CLAIMING;
	question->got = GROUP_TURN_TAKEN;
	/* Held until all are asked for: one that cannot be asked for is this process's. */
	question->claims = 1;
	for (size_t i = 0; i < question->piece_count; i++)
		claims += claim_piece(question, i, how);
	question->claims += claims;
	if (--question->claims == 0)
		end_claims(question);
}

void question_close_gathering(struct group_ask *question)
{
	assert(question->state == QUESTION_GATHERING);
	timer_cancel(question->timer);
	question->timer = NULL;
	if (!is_spoken_to(question) && rule_of(question)->manner != GROUP_UNASKED)
		question_end(question, GROUP_NOT_SPOKEN_TO);
	else if (!question_settles(question))
		question_claim(question, GROUP_CLAIM_FIRST);
}

/* --- what the service replied --- */

void question_take_outgoing(void *line, const struct outgoing *outgoing)
{
	struct group_ask *question = line;

	if (outgoing->kind != OUTGOING_REPLY || question->replied)
		return;
	buf_append(&question->object, outgoing->object.ptr, outgoing->object.len);
	question->replied = true;
	question_enqueue(question, &question->groups->replied);
	loop_call(question->groups->tools.loop, &question->groups->replied_call);
}

/* That the bot only reads what it is @-ed in: each person hears it once a day in a group. */
static bool is_told_to_mention(const struct group_ask *question)
{
	static const struct group_rate once = { .per_day = 1 };

	return !question->single && (question->door->kind->abilities & GROUP_MENTIONS) &&
	       is_within(question, 'm', once);
}

/* What the office tells everybody comes first. */
static void say_reply(struct group_ask *question, const struct group_reply *reply, const char *tail)
{
	const struct office_notice *notice = bulletin_notice(question->groups->tools.service);
	struct buf one_case, text;
	const char *said = reply->text;

	buf_init(&one_case, question->object.len + 1);
	if (group_reply_write_case(reply, &one_case))
		said = buf_text(&one_case);
	buf_init(&text, question->object.len + NOTICE_SIZE + GROUP_TEXT_MOST);
	if (notice)
		BUF_JOIN(&text, groups_text(question->groups, "notice"), notice->text, "\n\n",
		         said);
	question_say(question, notice && buf_status(&text) == STATUS_OK ? buf_text(&text) : said,
	             reply, tail);
	buf_deinit(&text);
	buf_deinit(&one_case);
}

static void tell(struct group_ask *question)
{
	struct groups *groups = question->groups;
	char tail[GROUP_TAIL_SIZE] = "";
	struct group_reply reply;

	if (question->unasked && !is_sure(rule_of(question), buf_span(&question->object))) {
		question_end(question, GROUP_UNSURE);
		return;
	}
	if (buf_status(&question->object) != STATUS_OK ||
	    group_reply_read(buf_span(&question->object), &reply) != STATUS_OK) {
		question_end(question, GROUP_BUSY);
		return;
	}
	/* An answer that needs a record, and a talk with a person, go on outside the group. */
	if (group_reply_is(&reply, "handoff") ||
	    (group_reply_is(&reply, "answer") && reply.open && !reply.begun &&
	     records_readable(groups->tools.service->records)))
		question_write_link(question, reply.chosen, tail);
	else if (group_reply_invites(&reply) && is_told_to_mention(question))
		snprintf(tail, sizeof(tail), "%s", groups_text(groups, "group_at"));
	say_reply(question, &reply, tail);
	group_reply_release(&reply);
}

static void take_reply(struct group_ask *question)
{
	service_close(question->groups->tools.service, question->line);
	question->line = (struct return_address){ 0 };
	if (question->state == QUESTION_ASKING && question->door)
		tell(question);
	else if (question->state != QUESTION_SENT || !question->door)
		question_free(question);
}

/* Holds the answers to later questions of its group back. */
static bool holds_back(const struct group_ask *question)
{
	return !question->told && !question->single && question_is_under_way(question);
}

/* In a group, answers keep the order of their questions, although several are asked at a time. */
static bool is_next_in_chat(const struct group_ask *question)
{
	const struct group_ask *other = question_in_chat(question, question_chat(question));

	if (question->single || question->told)
		return true;
	if (question_is_behind_parked(question))
		return false;
	for (; other; other = question_in_chat(question, hash_next(&other->by_chat)))
		if (other->order < question->order && holds_back(other))
			return false;
	return true;
}

void question_let_next_go(struct group_ask *question)
{
	struct groups *groups = question->groups;

	if (!question->single && !groups->stopped)
		loop_call(groups->tools.loop, &groups->replied_call);
}

static struct group_ask *next_replied(const struct groups *groups)
{
	struct group_ask *at = groups->replied.first;

	while (at && !is_next_in_chat(at))
		at = at->next_queued;
	return at;
}

void questions_take_replies(void *context)
{
	struct groups *groups = context;
	struct group_ask *question = next_replied(groups);

	while (question && !groups->stopped) {
		question_dequeue(question);
		take_reply(question);
		/* From the first on: a send() may have ended any of them. */
		question = next_replied(groups);
	}
}

/* --- a deadline --- */

void question_is_late(void *context)
{
	struct group_ask *question = context;

	question->deadline = NULL;
	if (!question->door || question->told)
		return;
	if (!is_spoken_to(question)) {
		question_end(question, GROUP_EXPIRED); /* nobody waits for it */
		return;
	}
	if (question->door->off) {
		question_end(question, GROUP_OFF);
		return;
	}
	if (question->door->kind->abilities & GROUP_LATE) {
		question_note_late(question);
		question_say_wait(question);
		question->late = true;
		return;
	}
	/* The answer cannot be sent later: asked again, it is there. */
	question_say(question, groups_text(question->groups, "group_late"), NULL, "");
}
