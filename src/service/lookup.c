/*
 * How it works. Four ways find entries, and each adds those that are not listed yet, so that their
 * order is the list's: a number; letters as pinyin (typing.h); what the robot is sure of; the words
 * to the letter (lookup_table.h), all of them before some; and what else the robot would offer.
 * What the robot thinks of an entry is told with it, whichever way found it.
 */
#include "service/lookup.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "engine/dialogue/copies.h"
#include "engine/dialogue/receipt.h"
#include "engine/dialogue/script.h"
#include "engine/match/lookup_pinyin.h"
#include "engine/match/typing.h"

enum {
	COPY_CEILING = 1 << 20,
	HITS_MOST = 200, /* texts: those of one part come together, so several are of one entry */
	TYPED_ROWS = 64, /* entries by pinyin */
	NUMBER_MOST = 9, /* digits */
};

static const double offered_least = 0.02; /* confidence: below it an entry only fills the list */

const char *lookup_why_name(enum lookup_why why)
{
	static const char *const names[] = {
		"number", "prompt", "pattern", "search", "words", "pinyin", "initials",
	};
	assert((size_t)why < sizeof(names) / sizeof(names[0]));
	return names[why];
}

/* A look-up at work. */
struct look_up {
	const struct snapshot *snapshot;
	struct match_scratch *match;
	struct arena *arena;
	struct text typed;
	struct lookup_table *table;
	struct match_result robot;
	struct lookup_answer *answer;
};

static struct lookup_result *find_result(struct lookup_answer *answer, const struct entry *entry)
{
	for (size_t i = 0; i < answer->count; i++)
		if (answer->results[i].entry == entry)
			return &answer->results[i];
	return NULL;
}

static const struct match_candidate *ranked(const struct match_result *robot,
                                            const struct entry *entry)
{
	for (size_t i = 0; i < robot->answer_count; i++)
		if (robot->answers[i].entry == entry)
			return &robot->answers[i];
	for (size_t i = 0; i < robot->ranking_count; i++)
		if (robot->ranking[i].entry == entry)
			return &robot->ranking[i];
	return NULL;
}

static uint32_t row_of(const struct look_up *look_up, const struct entry *entry)
{
	return (uint32_t)(entry - look_up->snapshot->knowledge->entries);
}

/* A new result for the entry; NULL where it is listed, or the list is full. */
static struct lookup_result *add(struct look_up *look_up, const struct entry *entry,
                                 enum lookup_why why)
{
	struct lookup_answer *answer = look_up->answer;
	if (answer->count == LOOKUP_RESULTS_MOST || find_result(answer, entry))
		return NULL;
	const struct match_candidate *known = ranked(&look_up->robot, entry);
	struct lookup_result *result = &answer->results[answer->count++];
	*result = (struct lookup_result){
		.entry = entry,
		.why = why,
		.confidence = known ? known->confidence : -1,
		.named_case = known ? known->named_case : NULL,
		.spoke = known ? known->spoke : NULL,
	};
	return result;
}

static enum status mark_question(struct look_up *look_up, struct lookup_result *result)
{
	return lookup_table_mark_question(look_up->table, &look_up->typed,
	                                  row_of(look_up, result->entry), result->entry->question,
	                                  look_up->arena, &result->question);
}

/* --- by number --- */

/* Digits, or Chinese numerals below a hundred. 0: none. */
static int take_number(const struct text *text, size_t *at)
{
	static const uint32_t numerals[] = { 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
		                             0x516d, 0x4e03, 0x516b, 0x4e5d };
	int number = 0, digits = 0, tens = 0;
	for (; *at < text->count && text->points[*at] >= '0' && text->points[*at] <= '9'; (*at)++) {
		if (++digits > NUMBER_MOST)
			return 0;
		number = number * 10 + (int)(text->points[*at] - '0');
	}
	if (digits > 0)
		return number;
	for (; *at < text->count; (*at)++) {
		int value = 0;
		for (int i = 0; i < 9 && value == 0; i++)
			value = text->points[*at] == numerals[i] ? i + 1 : 0;
		if (text->points[*at] == 0x5341 && tens == 0) { /* 十 */
			tens = number > 0 ? number * 10 : 10;
			number = 0;
		} else if (value > 0 && number == 0) {
			number = value;
		} else {
			break;
		}
	}
	return tens + number;
}

static void skip(const struct text *text, size_t *at, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct span word = span_of(words[i]);
		size_t byte = 0, point = *at;
		while (byte < word.len && point < text->count) {
			if (utf8_next(word, &byte) != text->points[point])
				break;
			point++;
			if (byte == word.len) {
				*at = point;
				return;
			}
		}
	}
}

struct numbered {
	int number, of_case; /* 0: none */
};

/* 7, 第7条, 7.2, 第七条情形2, 7条第2种: the whole text, or nothing. */
static struct numbered read_number(const struct text *text)
{
	static const char *const ordinal[] = { "第" };
	static const char *const item[] = { "个问题", "条", "个", "题", "号", ".", "-" };
	static const char *const of_case[] = { "的", ",", " " };
	static const char *const label[] = { "情形", "情况", "(" };
	static const char *const behind[] = { "种情形", "种情况", "种", "个", ")" };
	struct numbered out = { 0, 0 };
	size_t at = 0;
	skip(text, &at, ordinal, 1);
	out.number = take_number(text, &at);
	if (out.number == 0)
		return out;
	skip(text, &at, item, 7);
	if (at == text->count)
		return out;
	skip(text, &at, of_case, 3);
	skip(text, &at, ordinal, 1);
	skip(text, &at, label, 3);
	out.of_case = take_number(text, &at);
	skip(text, &at, behind, 5);
	return at == text->count && out.of_case > 0 ? out : (struct numbered){ 0, 0 };
}

static enum status add_numbered(struct look_up *look_up)
{
	const struct numbered asked = read_number(&look_up->typed);
	const struct knowledge *knowledge = look_up->snapshot->knowledge;
	enum status status = STATUS_OK;
	for (size_t i = 0; asked.number > 0 && i < knowledge->answer_count && status == STATUS_OK;
	     i++) {
		const struct entry *entry = &knowledge->entries[i];
		struct lookup_result *result = entry->number == asked.number
		                                       ? add(look_up, entry, LOOKUP_BY_NUMBER)
		                                       : NULL;
		if (!result)
			continue;
		result->shown = true;
		result->confidence = -1; /* a number tells the robot nothing */
		result->spoke = NULL;
		result->named_case = NULL;
		if (asked.of_case > 0 && (size_t)asked.of_case <= entry->case_count)
			result->named_case = &entry->cases[asked.of_case - 1];
		status = mark_question(look_up, result);
	}
	return status;
}

/* --- by pinyin --- */

/* The question, or the first popup, in which the letters stand. */
static enum status add_by_letters(struct look_up *look_up, const struct entry *entry)
{
	const struct normaliser *normaliser = look_up->snapshot->normaliser;
	struct lookup_pieces pieces = { NULL, 0 };
	enum lookup_letters how;
	size_t prompt = 0;
	enum status status = lookup_pinyin(normaliser, &look_up->typed, entry->question,
	                                   look_up->arena, &how, &pieces);
	const bool in_question = how != LOOKUP_LETTERS_NONE;
	for (; status == STATUS_OK && how == LOOKUP_LETTERS_NONE && prompt < entry->prompts.count;
	     prompt++)
		status = lookup_pinyin(normaliser, &look_up->typed, entry->prompts.items[prompt],
		                       look_up->arena, &how, &pieces);
	if (status != STATUS_OK || how == LOOKUP_LETTERS_NONE)
		return status;
	struct lookup_result *result =
	        add(look_up, entry,
	            how == LOOKUP_LETTERS_PINYIN ? LOOKUP_BY_PINYIN : LOOKUP_BY_INITIALS);
	if (!result)
		return STATUS_OK;
	result->shown = true;
	if (in_question) {
		result->question = pieces;
		return STATUS_OK;
	}
	result->part = LOOKUP_PROMPT;
	result->text = pieces;
	return mark_question(look_up, result);
}

static enum status add_typed(struct look_up *look_up, enum typing_where where)
{
	const struct knowledge *knowledge = look_up->snapshot->knowledge;
	uint32_t rows[TYPED_ROWS];
	size_t count = 0;
	enum status status = typing_find(matcher_typing(look_up->match), &look_up->typed, where,
	                                 rows, TYPED_ROWS, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = add_by_letters(look_up, &knowledge->entries[rows[i]]);
	return status;
}

static bool is_letters(const struct text *typed)
{
	bool letters = false;
	for (size_t i = 0; i < typed->count; i++) {
		if (code_point_is_han(typed->points[i]))
			return false;
		letters = letters || (typed->points[i] >= 'a' && typed->points[i] <= 'z');
	}
	return letters;
}

/* --- by words --- */

/* Where a text with what was typed is of a case, that case. */
static const struct entry_case *case_of(const struct entry *entry, const struct lookup_hit *hit)
{
	const bool is_of_case = hit->part == LOOKUP_SITUATION || hit->part == LOOKUP_ADVICE;
	return is_of_case && hit->item < entry->case_count ? &entry->cases[hit->item] : NULL;
}

static enum status add_hit(struct look_up *look_up, const struct lookup_hit *hit)
{
	const struct entry *entry = &look_up->snapshot->knowledge->entries[hit->row];
	struct lookup_result *result = find_result(look_up->answer, entry);
	enum status status = STATUS_OK;
	if (!result) {
		result = add(look_up, entry, LOOKUP_BY_WORDS);
		if (!result)
			return STATUS_OK;
		status = mark_question(look_up, result);
	}
	/* The best text of an entry comes first. */
	if (status != STATUS_OK || result->shown)
		return status;
	result->shown = true;
	result->part = hit->part;
	if (hit->part == LOOKUP_QUESTION)
		return lookup_table_mark(look_up->table, &look_up->typed, hit, look_up->arena,
		                         &result->question);
	result->of = case_of(entry, hit);
	return lookup_table_mark(look_up->table, &look_up->typed, hit, look_up->arena,
	                         &result->text);
}

/* Those that have all the words, or some; what the office answers before where it only points. */
static enum status add_hits(struct look_up *look_up, const struct lookup_hit *hits, size_t count,
                            bool all)
{
	static const enum entry_kind kinds[] = { ENTRY_ANSWER, ENTRY_REFERRAL };
	const struct entry *entries = look_up->snapshot->knowledge->entries;
	enum status status = STATUS_OK;
	for (size_t kind = 0; kind < 2; kind++)
		for (size_t i = 0; i < count && status == STATUS_OK; i++)
			if (hits[i].all == all && entries[hits[i].row].kind == kinds[kind])
				status = add_hit(look_up, &hits[i]);
	return status;
}

/* --- as the robot --- */

static enum status add_candidate(struct look_up *look_up, const struct match_candidate *candidate)
{
	static const enum lookup_why whys[] = {
		[MATCH_BY_PROMPT] = LOOKUP_BY_PROMPT,
		[MATCH_BY_PATTERN] = LOOKUP_BY_PATTERN,
		[MATCH_BY_SEARCH] = LOOKUP_BY_SEARCH,
		[MATCH_BY_CHOICE] = LOOKUP_BY_SEARCH,
	};
	struct lookup_result *result = add(look_up, candidate->entry, whys[candidate->by]);
	return result ? mark_question(look_up, result) : STATUS_OK;
}

static enum status add_sure(struct look_up *look_up)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < look_up->robot.answer_count && status == STATUS_OK; i++)
		status = add_candidate(look_up, &look_up->robot.answers[i]);
	return status;
}

/* A topic that the robot would point elsewhere with; it has no confidence of its own. */
static enum status add_topic(struct look_up *look_up)
{
	const struct entry *topic = look_up->robot.other;
	struct lookup_result *result = topic && topic->kind == ENTRY_REFERRAL
	                                       ? add(look_up, topic, LOOKUP_BY_SEARCH)
	                                       : NULL;
	return result ? mark_question(look_up, result) : STATUS_OK;
}

static enum status add_offered(struct look_up *look_up)
{
	enum status status = add_topic(look_up);
	const struct match_result *robot = &look_up->robot;
	for (size_t i = 0; i < robot->ranking_count && status == STATUS_OK; i++)
		if (robot->ranking[i].confidence >= offered_least)
			status = add_candidate(look_up, &robot->ranking[i]);
	return status;
}

static void tell_robot(struct look_up *look_up)
{
	const struct match_result *robot = &look_up->robot;
	struct lookup_answer *answer = look_up->answer;
	answer->band = robot->band;
	answer->other = robot->other;
	answer->best = robot->answer_count > 0    ? &robot->answers[0]
	               : robot->ranking_count > 0 ? &robot->ranking[0]
	                                          : NULL;
	for (size_t i = 0; i < robot->ranking_count && answer->best && !answer->runner_up; i++)
		if (robot->ranking[i].entry != answer->best->entry)
			answer->runner_up = &robot->ranking[i];
}

static enum status gather(struct look_up *look_up)
{
	struct lookup_hit *hits = arena_room(look_up->arena, HITS_MOST, sizeof(*hits));
	const bool letters = is_letters(&look_up->typed);
	size_t count = 0;
	enum status status = hits ? add_numbered(look_up) : STATUS_NO_MEMORY;
	if (status == STATUS_OK && letters)
		status = add_typed(look_up, TYPING_AT_BEGINNING);
	if (status == STATUS_OK && letters)
		status = add_typed(look_up, TYPING_ANYWHERE);
	if (status == STATUS_OK)
		status = add_sure(look_up);
	if (status == STATUS_OK)
		status =
		        lookup_table_find(look_up->table, &look_up->typed, hits, HITS_MOST, &count);
	if (status == STATUS_OK)
		status = add_hits(look_up, hits, count, true);
	if (status == STATUS_OK)
		status = add_offered(look_up);
	if (status == STATUS_OK)
		status = add_hits(look_up, hits, count, false);
	return status;
}

enum status lookup_run(struct scratch *scratch, struct span typed, struct arena *arena,
                       struct lookup_answer *out)
{
	const struct snapshot *snapshot = scratch->snapshot;
	struct look_up look_up = {
		.snapshot = snapshot, .match = scratch->match, .arena = arena, .answer = out
	};
	*out = (struct lookup_answer){ .band = BAND_DECLINE };
	if (typed.len > LOOKUP_TYPED_MOST)
		return STATUS_LIMIT;
	enum status status = normalise(snapshot->normaliser, typed, arena, &look_up.typed);
	if (status != STATUS_OK || look_up.typed.count == 0)
		return status;
	if (receipt_read(&look_up.typed, out->receipt))
		return STATUS_OK;
	status = matcher_match(look_up.match, &look_up.typed, NULL, arena, &look_up.robot);
	if (status == STATUS_OK)
		status = matcher_lookup(look_up.match, &look_up.table);
	if (status != STATUS_OK)
		return status;
	tell_robot(&look_up);
	return gather(&look_up);
}

/* --- one entry --- */

/* What the buffer holds, in the arena. */
static enum status take_text(struct buf *text, struct arena *arena, const char **out)
{
	const enum status status = buf_status(text);
	if (status != STATUS_OK)
		return status;
	*out = arena_copy(arena, buf_span(text));
	buf_clear(text);
	return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status make_copy(const struct office *office, const struct entry *entry,
                             const struct entry_case *one, struct arena *arena, struct buf *text,
                             struct lookup_copy *out)
{
	copy_short(office, entry, one, text);
	enum status status = take_text(text, arena, &out->brief);
	if (status == STATUS_OK)
		status = copy_sms(span_of(out->brief), arena, &out->sms, &out->sms_count);
	return status == STATUS_LIMIT ? STATUS_OK : status;
}

static enum status make_copies(const struct office *office, struct arena *arena, struct buf *text,
                               struct lookup_entry *out)
{
	const struct entry *entry = out->entry;
	struct lookup_copy *cases = arena_array(arena, entry->case_count + 1, sizeof(*cases));
	enum status status = cases ? STATUS_OK : STATUS_NO_MEMORY;
	out->cases = cases;
	if (status == STATUS_OK)
		status = make_copy(office, entry, NULL, arena, text, &out->copy);
	for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++)
		status = make_copy(office, entry, &entry->cases[i], arena, text, &cases[i]);
	if (status != STATUS_OK)
		return status;
	copy_full(office, entry, text);
	return take_text(text, arena, &out->full);
}

enum status lookup_show(const struct snapshot *snapshot, const char *id, struct arena *arena,
                        struct lookup_entry *out)
{
	const struct knowledge *knowledge = snapshot->knowledge;
	const struct entry *entry = knowledge_find(knowledge, id);
	struct buf text;
	*out = (struct lookup_entry){ .entry = entry, .knowledge = knowledge->version };
	if (!entry || (entry->kind != ENTRY_ANSWER && entry->kind != ENTRY_REFERRAL))
		return STATUS_NOT_FOUND;
	buf_init(&text, COPY_CEILING);
	enum status status = make_copies(&knowledge->office, arena, &text, out);
	if (status == STATUS_OK && entry->kind == ENTRY_ANSWER)
		status = script_write_unknown(snapshot, entry, arena, &text);
	if (status == STATUS_OK)
		status = take_text(&text, arena, &out->script);
	buf_deinit(&text);
	return status;
}
