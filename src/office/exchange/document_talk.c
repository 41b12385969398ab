/*
 * Four shapes:
 *
 *   网友：…？                       names before a colon, where all who ask have one, and who
 *   王主任：…                       answers, too
 *   【网友】…？                      names in brackets
 *   张三  2026-03-05 10:22          a line with name and time before what was said
 *   …
 *   新华社记者：                    a line with nothing but a name
 *   …
 *
 * In the last three, what is said from one name to the next is a turn. Those who reply to others
 * more often than they ask are who answers; the turn before is a question if it asks. All else is
 * left out.
 */
#include "office/exchange/document_talk.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"

enum {
	EXCHANGES_LEAST = 3,
	STAMP_MOST = 240, /* bytes of a line with a name and a time */
	NAME_MOST = 48,   /* characters, with an address behind it */
	SPEAKERS_MOST = 200,
};

/* ------------------------------------------------------------------ names before a colon */

static bool is_host(struct span name)
{
	return text_skip_one(&name, words_talk_host);
}

/*
 * Whether two people speak in turn: who asks, then who answers; *second is the line that answers.
 * Only a line that asks looks for it: each line would walk over the same empty ones otherwise.
 */
static bool is_exchange(const struct line *lines, size_t count, size_t index, size_t *second)
{
	struct span rest = lines[index].text, label;

	*second = index + 1;
	if (lines[index].mark.style != STYLE_NONE || lines[index].escaped ||
	    !label_skip(&rest, &label) || !asks_plainly(rest))
		return false;
	while (*second < count && lines[*second].text.len == 0)
		++*second;
	if (*second == count || lines[*second].mark.style != STYLE_NONE ||
	    lines[*second].part.kind != MARK_NONE)
		return false;
	rest = lines[*second].text;
	return label_skip(&rest, &label) && rest.len > 0 && !asks_plainly(rest);
}

/*
 * 网友：…？ / 王主任：…: names are marks if each line that asks has one, and the one behind it,
 * too, and nobody numbers the questions.
 */
static bool find_speakers(struct line *lines, size_t count)
{
	size_t exchanges = 0, second;

	for (size_t i = 0; i < count; i++) {
		const bool exchange = is_exchange(lines, count, i, &second);

		if (lines[i].part.kind == MARK_ANSWER || lines[i].answered_inside ||
		    (!exchange && asks_plainly(lines[i].text)))
			return false;
		exchanges += exchange;
	}
	for (size_t i = 0; i < count && exchanges >= EXCHANGES_LEAST; i++) {
		struct line *line = &lines[i];
		struct span label, rest = line->text;

		if (label_skip(&rest, &label) && is_host(label) && !asks(rest)) {
			line->role = ROLE_TALK;
			continue;
		}
		rest = line->text;
		if (!is_exchange(lines, count, i, &second) || !label_skip(&rest, &label))
			continue;
		line->mark =
		        (struct item_mark){ .style = STYLE_WEN,
			                    .shown = { label.ptr, (size_t)(rest.ptr - label.ptr) },
			                    .rest = rest };
		rest = lines[second].text;
		if (label_skip(&rest, &label))
			lines[second].part = (struct mark){ .kind = MARK_ANSWER, .rest = rest };
	}
	return exchanges >= EXCHANGES_LEAST;
}

/* ------------------------------------------------------------------ turns */

/* Takes off what a date or a time is made of. */
static bool skip_time(struct span *text, bool *clock)
{
	static const char *const pieces[] = { "0",    "1",    "2",    "3",    "4",    "5",
		                              "6",    "7",    "8",    "9",    ":",    "：",
		                              "-",    "/",    ".",    "年",   "月",   "日",
		                              "上午", "下午", "晚上", "凌晨", "早上", "中午",
		                              "昨天", "星期", " ",    "\t",   NULL };
	const struct span before = *text;
	size_t colons = 0;

	while (text_skip_one(text, pieces))
		;
	for (const char *at = before.ptr; at < text->ptr; at++)
		colons += *at == ':' || (at[0] == '\xef' && text->ptr - at >= 3 &&
		                         memcmp(at, "：", strlen("：")) == 0);
	*clock = colons == 1 || colons == 2;
	return text->ptr > before.ptr;
}

/* Opening hours, such as 上班时间 8:30, name nobody. */
static bool is_name(struct span text)
{
	return text.len > 0 && utf8_length(text) <= NAME_MOST && !ends_a_sentence(text) &&
	       !text_ends_with_one(text, words_talk_no_name);
}

/* 张三  10:22, or 2026-03-05 10:22:08 张三 */
static bool stamp_read(struct span line, struct span *name)
{
	struct span text = text_trim(line);
	bool clock = false;

	if (text.len > STAMP_MOST)
		return false;
	if (skip_time(&text, &clock) && clock && text_trim(text).len > 0) {
		*name = text_trim(text);
		return is_name(*name) && !asks(*name);
	}
	/* The name may begin with digits: 3-502 王姐 09:15. */
	text = text_trim(line);
	for (size_t i = 1; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };

		if (!strchr(" \t", text.ptr[i]) &&
		    memcmp(rest.ptr, "　", rest.len < 3 ? rest.len : 3) != 0)
			continue;
		rest = text_trim(rest);
		if (!skip_time(&rest, &clock) || rest.len > 0 || !clock)
			continue;
		*name = text_trim((struct span){ text.ptr, i });
		return is_name(*name) && special_read(*name) != SPECIAL_DATE;
	}
	return false;
}

/* How a document names who speaks. */
enum naming { NAMING_STAMP, NAMING_BOX, NAMING_LINE };

/* Who speaks: how often behind somebody else who asked, and how often somebody else replies. */
struct speaker {
	struct span name;
	size_t replies, asks;
};

struct talk {
	struct line *lines;
	size_t count;
	enum naming naming;
	struct speaker speakers[SPEAKERS_MOST];
	size_t speaker_count;
	bool knows_answerers;
};

/* Its place among the speakers; their number where it is none of them. */
static size_t find_speaker(const struct talk *talk, struct span name)
{
	size_t at = 0;

	while (at < talk->speaker_count && !span_equal(talk->speakers[at].name, name))
		at++;
	return at;
}

/* Who replies more often than asks; in the records of a service there are several. */
static bool is_answerer(const struct talk *talk, struct span name)
{
	const size_t at = find_speaker(talk, name);

	return at < talk->speaker_count && talk->speakers[at].replies > talk->speakers[at].asks;
}

/* Whether a turn begins in the line; *said is what of it is said. */
static bool begins_turn(const struct talk *talk, size_t index, struct span *name, struct span *said)
{
	const struct line *line = &talk->lines[index];

	*said = (struct span){ line->text.ptr, 0 };
	if (line->escaped || line->text.len == 0)
		return false;
	if (talk->naming == NAMING_STAMP)
		return stamp_read(line->text, name);
	if (talk->naming == NAMING_LINE) {
		struct span rest = line->text;

		if (line->mark.style != STYLE_NONE || line->part.kind != MARK_NONE ||
		    !label_skip(&rest, name) || (rest.len > 0 && !is_host(*name)))
			return false;
		*said = rest;
		return true;
	}
	*said = line->text;
	if (line->part.kind != MARK_NONE || line->mark.style == STYLE_WEN ||
	    line->mark.style == STYLE_Q || !boxed_label_skip(said, name) || said->len == 0)
		return false;
	return !talk->knows_answerers || is_answerer(talk, *name) || is_host(*name) || asks(*said);
}

struct turn {
	size_t start, end; /* lines */
	struct span name, said;
	bool asks;
};

/* The turn that begins at the line or behind it; false at the end. */
static bool next_turn(const struct talk *talk, size_t from, struct turn *turn)
{
	struct span name, said;

	while (from < talk->count && !begins_turn(talk, from, &turn->name, &turn->said))
		from++;
	if (from == talk->count)
		return false;
	turn->start = from;
	turn->asks = asks(turn->said);
	for (turn->end = from + 1;
	     turn->end < talk->count && !begins_turn(talk, turn->end, &name, &said); turn->end++)
		turn->asks |= talk->naming != NAMING_BOX && asks(talk->lines[turn->end].text);
	return true;
}

static struct speaker *take_speaker(struct talk *talk, struct span name)
{
	const size_t at = find_speaker(talk, name);

	if (at == SPEAKERS_MOST)
		return NULL;
	if (at == talk->speaker_count)
		talk->speakers[talk->speaker_count++] = (struct speaker){ .name = name };
	return &talk->speakers[at];
}

/* Whether most of what is asked is replied to by somebody who replies more often than asks. */
static bool find_answerers(struct talk *talk)
{
	struct turn turn, next;
	size_t replies = 0, exchanges = 0;
	bool more = next_turn(talk, 0, &turn);

	for (; more && next_turn(talk, turn.end, &next); turn = next) {
		struct speaker *asker = take_speaker(talk, turn.name);
		struct speaker *replier = take_speaker(talk, next.name);

		if (!turn.asks || next.asks || !asker || !replier || asker == replier)
			continue;
		asker->asks++;
		replier->replies++;
		exchanges++;
	}
	for (size_t i = 0; i < talk->speaker_count; i++)
		if (talk->speakers[i].replies > talk->speakers[i].asks)
			replies += talk->speakers[i].replies;
	talk->knows_answerers = true;
	return replies >= EXCHANGES_LEAST && replies * 2 > exchanges;
}

static void give_role(struct talk *talk, const struct turn *turn, enum role role)
{
	for (size_t i = turn->start; i < turn->end; i++)
		if (talk->lines[i].text.len > 0)
			talk->lines[i].role = role;
}

/* The first line in which something is said, its name taken off. */
static struct line *first_said(struct talk *talk, const struct turn *turn, struct span *said)
{
	size_t at = turn->start;

	*said = turn->said;
	if (talk->naming == NAMING_BOX || said->len > 0)
		return &talk->lines[at];
	talk->lines[at++].role = ROLE_STAMP;
	while (at < turn->end && talk->lines[at].text.len == 0)
		at++;
	if (at == turn->end)
		return NULL;
	*said = text_trim(talk->lines[at].text);
	return &talk->lines[at];
}

/* @食堂管理员 before what is asked */
static void skip_address(struct span *said)
{
	struct span rest = *said;

	if (!text_skip(&rest, "@"))
		return;
	for (size_t i = 0; i < rest.len; i++) {
		struct span behind = { rest.ptr + i, rest.len - i };

		if (!text_skip(&behind, " ") && !text_skip(&behind, "\xe2\x80\x85") &&
		    !text_skip(&behind, "　"))
			continue;
		*said = text_trim(behind);
		return;
	}
}

static bool is_attachment(struct span text)
{
	text = text_trim(text);
	return text_skip(&text, "[") && text_skip_one(&text, words_talk_attachment) &&
	       text_skip(&text, "]") && text.len == 0;
}

/* Pictures and the like within the turn. */
static void leave_attachments(struct talk *talk, const struct turn *turn)
{
	assert(talk->lines);
	for (size_t i = turn->start; i < turn->end; i++)
		if (is_attachment(talk->lines[i].text))
			talk->lines[i].role = ROLE_TALK;
}

/* Whether the next turn that is of the answerer, or asks, is of the answerer. */
static bool is_answered(const struct talk *talk, const struct turn *turn)
{
	struct turn next = *turn;

	while (next_turn(talk, next.end, &next)) {
		if (is_answerer(talk, next.name))
			return true;
		if (next.asks)
			return false;
	}
	return false;
}

static void mark_turns(struct talk *talk)
{
	struct turn turn, next;
	bool more = next_turn(talk, 0, &turn), open = false, goes_on = false;

	for (; more; turn = next) {
		const bool answers = is_answerer(talk, turn.name);
		struct line *line;
		struct span said;

		more = next_turn(talk, turn.end, &next);
		leave_attachments(talk, &turn);
		if (!answers && turn.asks && is_answered(talk, &turn)) {
			line = first_said(talk, &turn, &said);
			skip_address(&said);
			if (line)
				line->mark = (struct item_mark){ .style = STYLE_WEN,
					                         .shown = { line->text.ptr, 0 },
					                         .rest = said };
			open = true;
			goes_on = false;
		} else if (answers && open) {
			/* A second turn of the answerer goes on with the answer. */
			line = first_said(talk, &turn, &said);
			if (line && !goes_on)
				line->part = (struct mark){ .kind = MARK_ANSWER, .rest = said };
			else if (line)
				line->text = said;
			goes_on = more && is_answerer(talk, next.name);
			open = goes_on;
		} else {
			/* Between a question and its answer, others may say something. */
			give_role(talk, &turn, ROLE_TALK);
			open &= !answers && !goes_on;
		}
	}
}

static bool find_turns(struct line *lines, size_t count, enum naming naming)
{
	struct talk talk = { .lines = lines, .count = count, .naming = naming };

	if (!find_answerers(&talk))
		return false;
	mark_turns(&talk);
	return true;
}

/* Whether a mark or a number stands before questions: then times are opening hours, no talk. */
static bool has_marked_questions(const struct line *lines, size_t count)
{
	size_t marked = 0;

	for (size_t i = 0; i < count; i++)
		marked += !lines[i].escaped && lines[i].mark.style != STYLE_NONE &&
		          lines[i].mark.style != STYLE_BULLET && asks_plainly(lines[i].text);
	return marked >= EXCHANGES_LEAST;
}

void talk_find(struct line *lines, size_t count)
{
	if (find_speakers(lines, count) || find_turns(lines, count, NAMING_BOX))
		return;
	if (!has_marked_questions(lines, count) && find_turns(lines, count, NAMING_LINE))
		return;
	if (!has_marked_questions(lines, count))
		(void)find_turns(lines, count, NAMING_STAMP);
}
