/*
 * How it works: question_say() cuts the text into parts, puts behind them what belongs there (the
 * link to the whole of a text that was cut, a private link), and hands them to the channel under an
 * id. The question then waits for group_sent(): what failed is sent once more, a second later, from
 * the part that failed, or as its link alone; everything else ends it, as two minutes of silence
 * do.
 */
#include "service/groups/group_parts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "service/groups/group_text.h"
#include "service/groups/group_words.h"

enum { OUTCOME_S = 120, AGAIN_MS = 1000, SENT_MOST = 1 << 20, END_SIZE = 1024, BUSY_S = 60 };

static void send(struct group_door *door, const struct group_answer *answer)
{
	door->in_send = true;
	door->kind->send(door->context, answer);
	door->in_send = false;
}

/* Questions beyond the room get no reply; the log says so once a minute. */
static void count_silence(struct group_door *door, enum group_reason reason)
{
	const int64_t now_us = groups_now_us(door->groups);

	door->counts.silent[reason]++;
	if (reason != GROUP_BUSY || now_us < door->busy_until_us)
		return;
	door->busy_until_us = now_us + BUSY_S * INT64_C(1000000);
	log_event(door->groups->tools.log, LOG_WARN, "channel_busy",
	          LOG_TEXT("channel", door->kind->name),
	          LOG_NUMBER("under_way", door->groups->question_count),
	          LOG_NUMBER("dropped", door->counts.silent[reason]));
}

void group_silence(struct group_door *door, const struct group_message *message,
                   enum group_reason reason)
{
	const struct group_answer answer = {
		.kind = GROUP_SILENCE,
		.address = message->address,
		.self = message->self,
		.chat = message->chat,
		.person = message->person,
	};

	count_silence(door, reason);
	send(door, &answer);
}

/* Without its kind. */
static struct group_answer answer_of(const struct group_ask *question)
{
	return (struct group_answer){
		.address = { question->address, question->address_len },
		.self = question->self,
		.chat = question->single ? NULL : question->chat,
		.person = question->person,
		.late = question->late,
	};
}

void question_silence_target(struct group_ask *question, enum group_reason reason)
{
	struct group_answer answer = answer_of(question);

	count_silence(question->door, reason);
	send(question->door, &answer);
}

/* It stays where the store or the service still has it, or an outcome is waited for. */
static void leave(struct group_ask *question)
{
	question->told = true;
	question_let_next_go(question);
	if (question->claims > 0 || (question->line.channel && !question->replied))
		question->state = QUESTION_OVER;
	else
		question_free(question);
}

void question_end(struct group_ask *question, enum group_reason reason)
{
	if (question->door && !question->told)
		question_silence_target(question, reason);
	leave(question);
}

/* --- making the parts --- */

/* One part; `end` begins with a line end, which a part of its own does without. */
static bool add_part(struct group_ask *question, struct span text, struct span end)
{
	const size_t at = question->sent.len;

	if (text.len == 0 && end.len > 0) {
		end.ptr++;
		end.len--;
	}
	buf_append(&question->sent, text.ptr, text.len);
	buf_append(&question->sent, end.ptr, end.len);
	if (buf_status(&question->sent) != STATUS_OK || question->part_count == GROUP_PARTS_MOST)
		return false;
	question->parts[question->part_count].at = at;
	question->parts[question->part_count++].len = question->sent.len - at;
	return true;
}

static bool fits(struct span text, struct span end, struct group_text_limits limits)
{
	return text.len + end.len <= limits.bytes &&
	       utf8_length(text) + utf8_length(end) <= limits.chars;
}

/* Of the last part, what leaves room for `end`. */
static struct span shorten(struct span part, struct span end, struct group_text_limits limits)
{
	const size_t chars = utf8_length(end);
	struct span out = { part.ptr, 0 };
	bool whole;

	if (chars >= limits.chars || end.len >= limits.bytes)
		return out;
	limits = (struct group_text_limits){ limits.chars - chars, limits.bytes - end.len, 1 };
	group_text_cut(part, limits, (struct span){ "", 0 }, &out, &whole);
	return out;
}

/* `all` stands behind a text that is whole, `cut` behind one that is not. */
static bool cut_parts(struct group_ask *question, struct span text, struct span all,
                      struct span cut)
{
	static const struct span nothing = { "", 0 };
	const struct group_kind *kind = question->door->kind;
	const struct group_text_limits limits = { kind->part_chars, kind->part_bytes,
		                                  kind->parts_most };
	struct span parts[GROUP_PARTS_MOST], end, last;
	bool whole, sound = true;
	size_t count = group_text_cut(text, limits, cut, parts, &whole);

	if (count == 0)
		return all.len == 0 || add_part(question, nothing, all);
	if (whole && count == limits.parts && !fits(parts[count - 1], all, limits)) {
		parts[count - 1] = shorten(parts[count - 1], cut, limits);
		whole = false;
	}
	question->cut = !whole;
	end = whole ? all : cut;
	last = parts[count - 1];
	for (size_t i = 0; i + 1 < count && sound; i++)
		sound = add_part(question, parts[i], nothing);
	if (!whole || fits(last, end, limits))
		return sound && add_part(question, last, end);
	return sound && add_part(question, last, nothing) && add_part(question, nothing, end);
}

/* The address of the whole answer, or none. */
static void name_link(struct group_ask *question, const struct group_reply *reply)
{
	const struct span base = groups_base(question->groups);

	question->link[0] = '\0';
	if (reply && reply->receipt[0] && reply->entries[0] && base.len > 0)
		snprintf(question->link, sizeof(question->link), "%.*s/a/%s", SPAN_ARGS(base),
		         reply->receipt);
}

/* Each with a line end before it: what stands behind a text that was cut. */
static void write_end(const struct group_ask *question, bool markdown, const char *tail,
                      char end[END_SIZE])
{
	const char *label = groups_text(question->groups, "group_full");

	if (!question->link[0])
		snprintf(end, END_SIZE, "\n%s%s", groups_text(question->groups, "group_rest"),
		         tail);
	else if (markdown)
		snprintf(end, END_SIZE, "\n[%s](%s)%s", label, question->link, tail);
	else
		snprintf(end, END_SIZE, "\n%s\xef\xbc\x9a%s%s", label, question->link, tail);
}

static bool make_parts(struct group_ask *question, const char *text,
                       const struct group_reply *reply, const char *tail)
{
	const bool markdown = question->door->kind->abilities & GROUP_MARKDOWN;
	char end[END_SIZE], behind[END_SIZE];
	struct buf marked;
	bool made;

	buf_clear(&question->sent);
	question->part_count = question->first_part = 0;
	question->cut = false;
	name_link(question, reply);
	snprintf(behind, sizeof(behind), "%s%s", tail[0] ? "\n" : "", tail);
	write_end(question, markdown, behind, end);
	buf_init(&marked, SENT_MOST);
	if (markdown)
		group_text_markdown(span_of(text), &marked);
	made = buf_status(&marked) == STATUS_OK &&
	       cut_parts(question, markdown ? buf_span(&marked) : span_of(text), span_of(behind),
	                 span_of(end));
	buf_deinit(&marked);
	return made;
}

bool question_make_parts(struct group_ask *question, const char *text)
{
	return make_parts(question, text, NULL, "") && question->part_count > 0;
}

/* --- sending --- */

static void outcome_is_late(void *context)
{
	struct group_ask *question = context;

	question->timer = NULL;
	if (question->door)
		question->door->counts.outcomes[GROUP_UNKNOWN]++;
	question_free(question);
}

/* Its outcome is waited for under a new id, or with 0 not any more. */
static void set_id(struct group_ask *question, uint64_t id)
{
	struct groups *groups = question->groups;

	if (question->id != 0)
		hash_remove(&groups->by_id, &question->by_id);
	question->id = id;
	if (id != 0)
		hash_add(&groups->by_id, &question->by_id, groups_hash_id(groups, id));
}

void question_hand_over(struct group_ask *question, const struct group_reply *reply)
{
	struct group_answer answer = answer_of(question);
	struct span parts[GROUP_PARTS_MOST];
	const unsigned abilities = question->door->kind->abilities;
	struct groups *groups = question->groups;
	bool first;

	for (size_t i = question->first_part; i < question->part_count; i++)
		parts[i - question->first_part] =
		        (struct span){ buf_text(&question->sent) + question->parts[i].at,
			               question->parts[i].len };
	answer.kind = GROUP_ANSWER;
	set_id(question, ++groups->next_id);
	answer.id = question->id;
	answer.parts = parts;
	answer.part_count = question->part_count - question->first_part;
	answer.markdown = abilities & GROUP_MARKDOWN;
	answer.again = question->again;
	first = question->first_part == 0 && !question->begun;
	/* What an operator says in a group answers nobody. */
	if (first && !question->single && (abilities & GROUP_MENTIONS) && question->person[0])
		answer.mention = question->person;
	if (first && (abilities & GROUP_QUOTES) && question->message[0])
		answer.quote = question->message;
	if ((abilities & GROUP_CARDS) && reply) {
		answer.options = reply->options;
		answer.option_count = reply->option_count;
	}
	if (question->link[0] && (question->cut || question->again)) {
		answer.link_label = groups_text(groups, "group_full");
		answer.link_url = question->link;
	}
	question_dequeue(question);
	question->state = QUESTION_SENT;
	question->told = true;
	question_let_next_go(question);
	timer_cancel(question->deadline);
	question->deadline = NULL;
	timer_cancel(question->timer);
	question->timer =
	        loop_after(groups->tools.loop, OUTCOME_S * 1000, outcome_is_late, question);
	/* Last: the outcome may be told from inside it, and ends the question then. */
	send(question->door, &answer);
}

static bool has_expired(const struct group_ask *question)
{
	return question->expires_ms != 0 &&
	       groups_wall_ms(question->groups) >= question->expires_ms;
}

void question_say(struct group_ask *question, const char *text, const struct group_reply *reply,
                  const char *tail)
{
	struct group_door *door = question->door;

	if (question->told || !door) {
		leave(question);
		return;
	}
	if (door->off) {
		question_end(question, GROUP_OFF);
		return;
	}
	if (has_expired(question)) {
		question_end(question, GROUP_EXPIRED);
		return;
	}
	if (!make_parts(question, text, reply, tail) || question->part_count == 0) {
		question_end(question, GROUP_BUSY);
		return;
	}
	if (reply)
		door->counts.answered++;
	else
		door->counts.noticed++;
	if (reply && reply->receipt[0] && reply->entries[0])
		group_keep_answer(question->groups->keep, reply->receipt, reply->entries);
	question_hand_over(question, reply);
}

void question_say_wait(struct group_ask *question)
{
	struct group_answer answer = answer_of(question);
	const struct span part = span_of(groups_text(question->groups, "group_wait"));

	answer.kind = GROUP_WAIT;
	answer.parts = &part;
	answer.part_count = 1;
	if (!question->single && (question->door->kind->abilities & GROUP_MENTIONS))
		answer.mention = question->person;
	question->door->counts.waited++;
	send(question->door, &answer);
}

/* --- what came of it --- */

/* A platform that refuses a long text may take a short one. */
static bool shorten_again(struct group_ask *question)
{
	const bool markdown = question->door->kind->abilities & GROUP_MARKDOWN;
	char end[END_SIZE];

	if (!question->link[0])
		return true;
	write_end(question, markdown, "", end);
	buf_clear(&question->sent);
	question->part_count = question->first_part = 0;
	return add_part(question, span_of(groups_text(question->groups, "group_short")),
	                span_of(end));
}

static void send_again(void *context)
{
	struct group_ask *question = context;

	question->timer = NULL;
	if (!question->door || question->door->off || has_expired(question) ||
	    !shorten_again(question)) {
		question_free(question);
		return;
	}
	question->again = true;
	question->door->counts.again++;
	question_hand_over(question, NULL);
}

static void plan_again(struct group_ask *question, size_t parts_sent)
{
	question->first_part += parts_sent;
	timer_cancel(question->timer);
	question->timer = loop_after(question->groups->tools.loop, AGAIN_MS, send_again, question);
	if (!question->timer)
		question_free(question);
}

static struct group_ask *find_sent(const struct group_door *door, uint64_t id)
{
	const struct groups *groups = door->groups;
	struct hash_link *at = id ? hash_first(&groups->by_id, groups_hash_id(groups, id)) : NULL;

	for (; at; at = hash_next(at)) {
		struct group_ask *question = hash_item(at, struct group_ask, by_id);

		if (question->id == id && question->door == door)
			return question;
	}
	return NULL;
}

void group_sent(struct group_door *door, uint64_t id, size_t parts_sent, enum group_outcome outcome)
{
	struct group_ask *question = find_sent(door, id);

	if (!question)
		return;
	set_id(question, 0);
	if (outcome == GROUP_UNREACHED) {
		if (question_park(question, parts_sent)) {
			question_free(question);
			return;
		}
		outcome = GROUP_FAILED;
		question->again = true;
	}
	door->counts.outcomes[outcome]++;
	question_note_order(question, outcome == GROUP_SENT     ? GROUP_ORDER_SENT
	                              : outcome == GROUP_FAILED ? GROUP_ORDER_FAILED
	                                                        : GROUP_ORDER_UNKNOWN);
	if (outcome == GROUP_FAILED && !question->again && !door->groups->stopped &&
	    question->first_part + parts_sent < question->part_count)
		plan_again(question, parts_sent);
	else if (outcome != GROUP_UNKNOWN || !question_linger(question))
		question_free(question);
}
