/*
 * Reading: what a message consists of, before anything is made of it. Identifiers and asides are
 * set apart from the question, its dates are resolved to what they are dates of, and the wording
 * that may be logged is masked.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/turn.h"
#include "engine/text/aside.h"
#include "engine/text/identify.h"

enum { BEFORE_DATE = 6, BEHIND_DATE = 8 }; /* Han that may name what a date is said of */

const char *turn_unfit(struct span text)
{
	if (!utf8_valid(text))
		return "not_utf8";
	if (utf8_length_well_formed(text) > TURN_TEXT_MOST)
		return "too_long";
	return NULL;
}

/* Masks the wording for the journal and the log: more than the identifiers of the diagnosis. */
static enum status mask_question(struct turn *turn, const struct identifier_list *found)
{
	struct privacy_masked masked;
	const enum status status =
	        privacy_mask_identified(turn->snapshot->privacy, turn->text, found,
	                                &turn->conversation->tail, turn->arena, &masked);
	turn->reply->masked = masked.masked;
	turn->reply->masked_question = status == STATUS_OK ? masked.text : (struct span){ "", 0 };
	return status;
}

/* `bare` is the text for the matching: without identifiers and other asides. */
static enum status separate_asides(struct turn *turn)
{
	const struct normaliser *normaliser = turn->snapshot->normaliser;
	struct identifier_list found;
	struct span bare;
	enum status status = identify(turn->text, turn->arena, &found);
	if (status == STATUS_OK)
		status = mask_question(turn, &found);
	if (status == STATUS_OK)
		status = aside_blank(turn->text, &found, turn->arena, &bare);
	if (status == STATUS_OK)
		status = normalise(normaliser, turn->text, turn->arena, &turn->normal);
	turn->bare = turn->normal;
	if (status == STATUS_OK && !span_equal(bare, turn->text))
		status = normalise(normaliser, bare, turn->arena, &turn->bare);
	if (status == STATUS_OK)
		told_type(&turn->conversation->told, &found);
	return status;
}

/* In a group, @答疑 at the start of a message only addresses the bot. */
static enum status drop_mention(struct turn *turn, struct text *text)
{
	const struct normaliser *normaliser = turn->snapshot->normaliser;
	const char *name = turn->snapshot->knowledge->office.name;
	struct text called;
	if (!name[0] || text->utf8.len == 0 || text->utf8.ptr[0] != '@')
		return STATUS_OK;
	const enum status status = normalise(normaliser, span_of(name), turn->arena, &called);
	const struct span rest = { text->utf8.ptr + 1, text->utf8.len - 1 };
	if (status != STATUS_OK || rest.len < called.utf8.len ||
	    memcmp(rest.ptr, called.utf8.ptr, called.utf8.len) != 0)
		return status;
	return normalise(normaliser,
	                 (struct span){ rest.ptr + called.utf8.len, rest.len - called.utf8.len },
	                 turn->arena, text);
}

enum status turn_read_text(struct turn *turn)
{
	enum status status = separate_asides(turn);
	const bool blank = turn->normal.count == 0;
	if (status == STATUS_OK)
		status = drop_mention(turn, &turn->normal);
	if (status == STATUS_OK)
		status = drop_mention(turn, &turn->bare);
	turn->mentioned = status == STATUS_OK && !blank && turn->normal.count == 0;
	return status;
}

/* The typed bytes behind a part of the normalised text. */
static struct span as_typed(const struct turn *turn, size_t start, size_t end)
{
	const struct text *text = &turn->bare;
	assert(start < end && end <= text->utf8.len);
	const size_t first = utf8_length_well_formed((struct span){ text->utf8.ptr, start });
	const size_t behind = first + utf8_length_well_formed(
	                                      (struct span){ text->utf8.ptr + start, end - start });
	const size_t from = text->origins[first];
	const size_t to = behind < text->count ? text->origins[behind] : turn->text.len;
	return (struct span){ turn->text.ptr + from, to > from ? to - from : 0 };
}

const struct date_subject *turn_date_subject(const struct turn *turn, const char *of)
{
	const struct date_subjects *subjects = &turn->snapshot->subjects;
	for (size_t i = 0; of && i < subjects->count; i++)
		if (strcmp(subjects->items[i].of, of) == 0)
			return &subjects->items[i];
	return NULL;
}

const struct date *turn_date_under(const struct turn *turn, struct span part)
{
	const size_t from = (size_t)(part.ptr - turn->normal.utf8.ptr);
	for (size_t i = 0; i < turn->dates.count; i++)
		if (turn->dates.items[i].start <= from && from < turn->dates.items[i].end)
			return &turn->dates.items[i];
	return NULL;
}

bool turn_is_all_dates(const struct turn *turn)
{
	const struct selection *selection = &turn->selection;
	bool all = selection->short_enough && span_equal(turn->bare.utf8, turn->normal.utf8);
	for (size_t i = 0; i < selection->subject_count && all; i++)
		all = utf8_length(selection->subjects[i]) < 2 ||
		      turn_date_under(turn, selection->subjects[i]);
	return all;
}

static bool is_in_a_date(const struct turn *turn, struct span part)
{
	for (size_t d = 0; d < turn->dates.count; d++) {
		const struct date *date = &turn->dates.items[d];
		const struct span words = { turn->bare.utf8.ptr + date->start,
			                    date->end - date->start };
		if (memmem(part.ptr, part.len, words.ptr, words.len) ||
		    memmem(words.ptr, words.len, part.ptr, part.len))
			return true;
	}
	return false;
}

/* 我的证12月到期: what is no date stands in the question of the entry that is talked of. */
static enum status find_dates_alone(struct turn *turn)
{
	const struct snapshot *snapshot = turn->snapshot;
	const struct conversation *conversation = turn->conversation;
	const char *id =
	        conversation->check.entry[0] ? conversation->check.entry : conversation->last;
	const struct entry *about = id[0] ? knowledge_find(snapshot->knowledge, id) : NULL;
	const struct selection *selection = &turn->selection;
	struct text question = { .count = 0 };
	const enum status status = about ? normalise(snapshot->normaliser, span_of(about->question),
	                                             turn->arena, &question)
	                                 : STATUS_OK;
	turn->dates_alone = status == STATUS_OK && selection->short_enough;
	for (size_t i = 0; i < selection->subject_count && turn->dates_alone; i++) {
		const struct span part = selection->subjects[i];
		turn->dates_alone =
		        utf8_length(part) < 2 ||
		        (question.count > 0 &&
		         memmem(question.utf8.ptr, question.utf8.len, part.ptr, part.len)) ||
		        is_in_a_date(turn, part);
	}
	return status;
}

bool turn_did(struct turn *turn, enum status status)
{
	if (turn->failed == STATUS_OK)
		turn->failed = status;
	return status == STATUS_OK;
}

bool turn_normalise(struct turn *turn, struct span written, struct text *out)
{
	return turn_did(turn, normalise(turn->snapshot->normaliser, written, turn->arena, out));
}

/* 就差几天 means another span if the date told before lies on the other side of today. */
static bool told_otherwise(const struct told *told, const struct date_subject *subject,
                           const struct date *date, struct day today)
{
	char day[DAY_SIZE];
	const bool ahead = day_number(date->from) >= day_number(today);
	day_write(today, day);
	for (size_t i = 0; i < told->date_count; i++)
		if (strcmp(told->dates[i].of, subject->of) == 0)
			return ahead != (strcmp(told->dates[i].from, day) >= 0);
	return false;
}

/* 中不中, 批没批 */
static bool asks_by_doubling(const struct text *text)
{
	enum { NOT = 0x4E0D /* 不 */, NOT_YET = 0x6CA1 /* 没 */ };
	for (size_t i = 1; i + 1 < text->count; i++)
		if ((text->points[i] == NOT || text->points[i] == NOT_YET) &&
		    text->points[i - 1] == text->points[i + 1])
			return true;
	return false;
}

/* 10月能下来不, 月底去行吗: the day on which something is to be done. */
static bool tells_plan(const struct turn *turn, const struct date *date)
{
	const struct span text = turn->bare.utf8;
	return (turn->selection.asks || asks_by_doubling(&turn->bare) ||
	        dates_asked_at_end(text)) &&
	       dates_plan_follows((struct span){ text.ptr + date->end, text.len - date->end });
}

/* Dates of plans are of what is done, whatever the conversation is about. */
static void name_plans(struct turn *turn)
{
	const struct date_subjects *subjects = &turn->snapshot->subjects;
	const char *of = NULL;
	for (size_t i = 0; i < subjects->count && !of; i++)
		if (subjects->items[i].weak)
			of = subjects->items[i].of;
	for (size_t i = 0; i < turn->dates.count; i++) {
		struct date *date = &turn->dates.items[i];
		if (!date->of && !date->stated && tells_plan(turn, date))
			date->of = of;
	}
}

/* 继续教育的成绩查不到, and then 是2022年做的: the date is one of the same thing. */
static void adopt_subject(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	const struct date_subjects *subjects = &turn->snapshot->subjects;
	const struct date_subject *own = dates_subject(subjects, turn->bare.utf8);
	const struct entry *last = turn_last(turn);
	const struct date_subject *adopted = turn_date_subject(turn, conversation->date_of);
	if (!adopted && last && last->apart.of)
		adopted = turn_date_subject(turn, last->apart.of);
	turn->dated = own != NULL;
	if (own) {
		snprintf(conversation->date_of, sizeof(conversation->date_of), "%s", own->of);
		return;
	}
	if (!adopted || turn->dates.count == 0 || !turn_is_all_dates(turn))
		return;
	for (size_t i = 0; i < turn->dates.count; i++) {
		struct date *date = &turn->dates.items[i];
		const struct date_subject *of = turn_date_subject(turn, date->of);
		/* 是2022年做的 is said of an exam, and never of the day on which something ends. */
		const bool fits = !of || (of->weak && !adopted->past);
		/* 要是过了一个月呢 supposes another day. */
		if (!date->stated && fits &&
		    (turn->selection.asks ||
		     !told_otherwise(&conversation->told, adopted, date, turn->dates.today)))
			date->of = adopted->of;
	}
}

/*
 * What stands close to a date in its clause: 护照上个月过期, 上个月护照过期. A longer stretch would
 * take in what the clause begins with (二级建造师B证到期).
 */
static struct span around(const struct turn *turn, const struct date *date)
{
	const struct text *text = &turn->bare;
	const size_t start = utf8_length_well_formed((struct span){ text->utf8.ptr, date->start });
	const size_t end = start + utf8_length_well_formed((struct span){
	                                   text->utf8.ptr + date->start, date->end - date->start });
	size_t from = start, to = end;
	while (from > 0 && start - from < BEFORE_DATE && code_point_is_han(text->points[from - 1]))
		from--;
	while (to < text->count && to - end < BEHIND_DATE && code_point_is_han(text->points[to]))
		to++;
	const char *first = text->utf8.ptr;
	for (size_t i = 0; i < from; i++)
		first += utf8_size(text->points[i]);
	const char *last = first;
	for (size_t i = from; i < to; i++)
		last += utf8_size(text->points[i]);
	return (struct span){ first, (size_t)(last - first) };
}

/*
 * 护照上个月过期了 is no date of the certificate: what stands at it names another thing than each
 * entry that such a date decides (entry->apart).
 */
static bool is_of_another(struct turn *turn, const struct date *date)
{
	const struct snapshot *snapshot = turn->snapshot;
	const struct knowledge *knowledge = snapshot->knowledge;
	struct text text = { .count = 0 };
	bool another = false;
	for (size_t i = 0; date->of && i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		if (!entry->apart.of || strcmp(entry->apart.of, date->of) != 0)
			continue;
		if (text.count == 0 && !turn_normalise(turn, around(turn, date), &text))
			return false;
		if (!turn_did(turn, matcher_names_another(snapshot->matcher, &text, entry,
		                                          turn->arena, &another)) ||
		    !another)
			return false;
	}
	return another;
}

static void drop_dates_of_others(struct turn *turn)
{
	size_t kept = 0;
	for (size_t i = 0; i < turn->dates.count; i++)
		if (!is_of_another(turn, &turn->dates.items[i]))
			turn->dates.items[kept++] = turn->dates.items[i];
	turn->dates.of_others = kept < turn->dates.count;
	turn->dates.count = kept;
}

enum status turn_read_dates(struct turn *turn)
{
	struct day today;
	if (!day_read(turn->today, &today))
		return find_dates_alone(turn);
	dates_find(&turn->snapshot->subjects, turn->bare.utf8, today, &turn->dates);
	drop_dates_of_others(turn);
	name_plans(turn);
	adopt_subject(turn);
	/* A message that supposes another day than today states no facts. */
	const bool supposes = day_number(turn->dates.today) != day_number(today);
	for (size_t i = 0; i < turn->dates.count && !supposes; i++) {
		const struct date *date = &turn->dates.items[i];
		if (!date->stated)
			told_date(&turn->conversation->told, date,
			          as_typed(turn, date->start, date->end));
	}
	return find_dates_alone(turn);
}
