/*
 * A message is taken as the first of these that fits: an option by its label, one of its words or
 * its place; a skip; an option in people's own words (option.h); a way through the questions (stop,
 * back, take up). A short message that is none of them is an answer that was not understood; a
 * longer one is about another subject, and the question waits.
 */
#include "engine/dialogue/self_check.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/option.h"

enum {
	ANSWER_MOST = 40,  /* code points: a longer message is no answer in own words */
	LABEL_MOST = 1000, /* code points: a label that was tapped can be that long */
	SHORT_MOST = 8,    /* Han, letters and digits of a message that may be a failed one */
};

/* One message at work. */
struct reading {
	struct self_check *check;
	struct told *told;
	const struct words *words;
	const struct date_subjects *subjects;
	const struct date_list *dates; /* of the text */
	bool dates_alone;
	const struct text *text;
	struct span spaced; /* the same with a blank where the message had one */
	struct arena *arena;
	const struct entry *entry;      /* what the self-check is about, else the last answer */
	const struct question *pending; /* asked and not answered yet, or NULL */
	struct selection selection;
	struct check_move *move;
};

static void begin(struct self_check *check, const struct entry *entry)
{
	snprintf(check->entry, sizeof(check->entry), "%s", entry->id);
	check->left[0] = '\0';
	check->running = true;
	check->begins = true;
	check->missed = 0;
}

static void go_on(struct reading *reading, const struct question *again)
{
	*reading->move = (struct check_move){ CHECK_ON, reading->entry, again, NULL };
}

static void answer(struct reading *reading, const char *value, bool leaves_open)
{
	reading->check->stays_open = leaves_open;
	told_say(reading->told, reading->pending->fact, value);
	reading->check->fact[0] = '\0';
	reading->check->running = true;
	reading->check->missed = 0;
	go_on(reading, NULL);
}

/* Below an answer, the number may also be that of a case, or no choice at all. */
static bool is_beyond(const struct reading *reading, int number)
{
	return (size_t)number > reading->entry->case_count && number <= SELECTION_BARE_MOST;
}

/* An attempt to answer begins the self-check. */
static void ask_again(struct reading *reading)
{
	reading->check->running = true;
	*reading->move =
	        (struct check_move){ CHECK_NO_SUCH_OPTION, reading->entry, reading->pending, NULL };
}

static size_t size_of(const struct text *text)
{
	size_t count = 0;
	for (size_t i = 0; i < text->count; i++)
		count += code_point_is_han(text->points[i]) || code_point_is_word(text->points[i]);
	return count;
}

static bool is_way(enum cue kind)
{
	switch (kind) {
	case CUE_RESUME:
	case CUE_SKIP:
	case CUE_BACK:
	case CUE_CHANGE:
	case CUE_STOP:
	case CUE_PERSON:
	case CUE_ENTRY:
	case CUE_CASE:
		return true;
	default:
		return false;
	}
}

/* The option that the message names by its place, or NULL. */
static const struct question_option *option_at(const struct reading *reading)
{
	const struct question *question = reading->pending;
	const struct selection *selection = &reading->selection;
	/* 一项也没有 */
	if (selection->kind == CUE_ITEM && selection->negates && !selection->bare)
		return NULL;
	size_t number = (size_t)selection->number;
	if (selection->kind == CUE_FIRST)
		number = 1;
	else if (selection->kind == CUE_LAST)
		number = question->option_count;
	else if (selection->kind != CUE_ITEM)
		return NULL;
	return number <= question->option_count ? &question->options[number - 1] : NULL;
}

/* 上周去过大厅: a date without a subject answers only where little else is said. */
static struct date_list dates_that_answer(const struct reading *reading)
{
	struct date_list dates = { .today = reading->dates->today };
	for (size_t i = 0; i < reading->dates->count; i++)
		if (reading->dates_alone || reading->dates->items[i].of)
			dates.items[dates.count++] = reading->dates->items[i];
	return dates;
}

/* The option that the message names in its own words, or NULL. */
static const struct question_option *option_meant(const struct reading *reading)
{
	const enum cue kind = reading->selection.kind;
	const struct date_list dates = dates_that_answer(reading);
	const struct question_option *option = option_since(reading->pending, &dates, true);
	if (!option)
		option = option_dated(reading->words, reading->entry, reading->pending,
		                      reading->subjects, &dates, true);
	if (!option)
		option = option_heard(reading->words, reading->entry, reading->pending,
		                      reading->spaced);
	if (!option && (kind == CUE_YES || kind == CUE_NO || kind == CUE_REJECT))
		option = option_agreed(reading->words, reading->entry, reading->pending,
		                       kind == CUE_YES);
	if (!option)
		option = option_in_parts(reading->words, reading->entry, reading->pending,
		                         reading->spaced);
	if (!option)
		option = option_heard_loosely(reading->words, reading->entry, reading->pending,
		                              reading->text, reading->arena);
	if (!option && !reading->selection.asks)
		option = option_of_subject(reading->words, reading->entry, reading->pending,
		                           reading->text->utf8);
	return option;
}

/* Takes an option in the person's own words, if that is what the message has. */
static void take_meant(struct reading *reading)
{
	const struct question_option *option = option_meant(reading);
	const char *apart = reading->entry->apart.fact;
	const bool tells_apart = apart && strcmp(apart, reading->pending->fact) == 0;
	/* 什么叫有效期内 names an option and chooses none, and so does 我的护照过期了. */
	if (!option || reading->selection.defines || (tells_apart && reading->dates->of_others))
		return;
	/* A longer message may be something else; what the matching finds for it decides. */
	if (size_of(reading->text) > SHORT_MOST && (reading->selection.asks || !tells_apart))
		*reading->move = (struct check_move){ CHECK_UNCLEAR, reading->entry,
			                              reading->pending, option };
	else
		answer(reading, option->value, option->leaves_open);
}

/*
 * 不清楚合没合格, 得问问会计: the person does not know, whatever words of an option follow, unless
 * both are one word (不确定括号).
 */
static bool is_unsure(const struct reading *reading)
{
	const struct span unsure = reading->selection.unsure, text = reading->text->utf8;
	if (unsure.len == 0 || reading->text->count > ANSWER_MOST)
		return false;
	const char *behind = unsure.ptr + unsure.len;
	/* 我也不知道，证在公司 */
	const bool ends = behind == text.ptr + text.len ||
	                  (*behind == ',' &&
	                   !option_heard(reading->words, reading->entry, reading->pending, text));
	return (unsure.ptr == text.ptr || ends || reading->selection.subject_count <= 1) &&
	       !option_speaks_in(reading->words, reading->entry, reading->pending, text, unsure);
}

/* 一个改了一个没改: the words that might ask for a change name an option. */
static bool is_no_change(const struct reading *reading)
{
	return reading->selection.kind == CUE_CHANGE &&
	       option_heard(reading->words, reading->entry, reading->pending, reading->spaced);
}

/* Takes an answer to the question, or skips it. */
static void take_answer(struct reading *reading)
{
	const struct selection *selection = &reading->selection;
	const struct question_option *option = NULL;
	if (reading->text->count <= LABEL_MOST)
		option = option_called(reading->words, reading->entry, reading->pending,
		                       reading->text->utf8);
	if (!option)
		option = option_at(reading);
	if (option)
		answer(reading, option->value, option->leaves_open);
	else if (selection->kind == CUE_SKIP || is_unsure(reading))
		answer(reading, "", false);
	else if (reading->text->count <= ANSWER_MOST &&
	         (!is_way(selection->kind) || is_no_change(reading)))
		take_meant(reading);
	if (reading->move->kind == CHECK_NO_MOVE && selection->kind == CUE_ITEM &&
	    (reading->check->running || is_beyond(reading, selection->number)))
		ask_again(reading);
}

/* Goes back to the question before the pending one, or to the one that was named. */
static void go_back(struct reading *reading)
{
	const size_t waiting = told_number(reading->told, reading->entry, reading->check->fact);
	const size_t number = reading->selection.kind == CUE_BACK
	                              ? waiting - 1
	                              : (size_t)reading->selection.number;
	const struct question *again = told_reopen(reading->told, reading->entry, number);
	if (!again)
		again = reading->pending;
	if (!again) {
		reading->move->kind = CHECK_NOTHING;
		return;
	}
	/* Going back within a running self-check keeps the cases that applied when it began. */
	if (strcmp(reading->check->entry, reading->entry->id) != 0)
		begin(reading->check, reading->entry);
	reading->check->running = true;
	go_on(reading, again);
}

/* Resumes the pending question, or the self-check that was interrupted. */
static bool take_up(struct reading *reading)
{
	struct self_check *check = reading->check;
	if (check->left[0] && (!reading->pending || !check->running))
		reading->entry = knowledge_find(reading->words->knowledge, check->left);
	else if (!reading->pending)
		reading->entry = NULL;
	if (!reading->entry)
		return false;
	begin(check, reading->entry);
	go_on(reading, NULL);
	return true;
}

/* 好的, 可以 accept the offer to begin. */
static bool accepts(const struct reading *reading)
{
	const enum cue kind = reading->selection.kind;
	return reading->check->offered && (kind == CUE_YES || kind == CUE_FINE) &&
	       !reading->selection.takes_note && !reading->selection.thanks_at_end;
}

static void start(struct reading *reading, const struct entry *entry)
{
	reading->entry = entry;
	if (!entry || entry->question_count == 0) {
		reading->move->kind = CHECK_NOTHING;
		return;
	}
	begin(reading->check, entry);
	go_on(reading, NULL);
}

static void take_word(struct reading *reading, const struct entry *last)
{
	if (accepts(reading)) {
		start(reading, last);
		return;
	}
	switch (reading->selection.kind) {
	case CUE_RESUME:
	case CUE_GO_ON:
		if (take_up(reading) || reading->selection.kind == CUE_GO_ON)
			return;
		/* fall through */
	case CUE_START:
		start(reading, last);
		return;
	case CUE_STOP:
		if (!reading->check->fact[0] && !reading->check->running)
			return;
		reading->move->kind = CHECK_STOPPED;
		self_check_pause(reading->check);
		self_check_leave(reading->check);
		return;
	case CUE_AGAIN:
		if (reading->pending && reading->check->running)
			go_on(reading, reading->pending);
		return;
	case CUE_CHECK_ITEM:
		if (!reading->check->running)
			return;
		/* fall through */
	case CUE_BACK:
	case CUE_CHANGE:
		if (reading->entry)
			go_back(reading);
		else
			reading->move->kind = CHECK_NOTHING;
		return;
	default:
		return;
	}
}

/* 对, 没核对: so few words do not tell by themselves what they are about. */
static bool may_be_an_answer(const struct reading *reading)
{
	switch (reading->selection.kind) {
	case CUE_NOTHING:
	case CUE_YES:
	case CUE_NO:
	case CUE_REJECT:
	case CUE_FINE:
	case CUE_FOLLOW:
	case CUE_REMARK:
		return size_of(reading->text) <= SHORT_MOST;
	default:
		return false;
	}
}

/* Whether a question waits for an answer. A stop concerns it only if the person takes part. */
static bool is_asked(const struct reading *reading)
{
	return reading->pending && (reading->check->running || reading->selection.kind != CUE_STOP);
}

/* 不是 是新的: restores the blanks that normalising removes beside Han. */
static struct span with_blanks(const struct text *text, struct arena *arena)
{
	char *spaced =
	        text->count <= ANSWER_MOST ? arena_array(arena, 2, text->utf8.len + 1) : NULL;
	size_t length = 0, at = 0, typed = 0;
	if (!spaced)
		return text->utf8;
	for (size_t i = 0; i < text->count; i++) {
		const size_t start = at;
		(void)utf8_next(text->utf8, &at);
		if (i > 0 && typed < text->origins[i] && text->input.ptr[typed] == ' ')
			spaced[length++] = ' ';
		memcpy(spaced + length, text->utf8.ptr + start, at - start);
		length += at - start;
		typed = text->origins[i];
		(void)utf8_next(text->input, &typed);
	}
	return (struct span){ spaced, length };
}

struct check_move self_check_read(struct self_check *check, struct told *told,
                                  const struct snapshot *snapshot, const struct text *text,
                                  const struct date_list *dates, bool dates_alone,
                                  const struct selection *selection, const struct entry *last,
                                  struct arena *arena)
{
	const struct entry *about =
	        check->entry[0] ? knowledge_find(snapshot->knowledge, check->entry) : NULL;
	struct check_move move = { .kind = CHECK_NO_MOVE };
	struct reading reading = {
		.check = check,
		.told = told,
		.words = snapshot->words,
		.subjects = &snapshot->subjects,
		.dates = dates,
		.dates_alone = dates_alone,
		.text = text,
		.spaced = with_blanks(text, arena),
		.arena = arena,
		.entry = about ? about : last,
		.pending = about && check->fact[0] ? entry_question(about, check->fact) : NULL,
		.selection = *selection,
		.move = &move,
	};
	if (is_asked(&reading))
		take_answer(&reading);
	if (move.kind == CHECK_NO_MOVE)
		take_word(&reading, last);
	if (move.kind != CHECK_NO_MOVE)
		return move;
	if (reading.pending && check->running && may_be_an_answer(&reading))
		move = (struct check_move){ CHECK_UNCLEAR, reading.entry, reading.pending, NULL };
	else
		self_check_pause(check);
	return move;
}

void self_check_answer(struct self_check *check, struct told *told, struct check_move *move)
{
	struct reading reading = { .check = check,
		                   .told = told,
		                   .entry = move->entry,
		                   .pending = move->again,
		                   .move = move };
	answer(&reading, move->option->value, move->option->leaves_open);
}

bool self_check_missed(struct self_check *check)
{
	check->missed++;
	if (check->missed < CHECK_MISSED_MOST)
		return false;
	check->missed = 0;
	return true;
}

void self_check_pause(struct self_check *check)
{
	if (check->running && check->entry[0])
		snprintf(check->left, sizeof(check->left), "%s", check->entry);
	check->running = false;
}

void self_check_leave(struct self_check *check)
{
	struct self_check left = { 0 };
	memcpy(left.left, check->left, sizeof(left.left));
	*check = left;
}

static uint64_t applying(const struct diagnosis *diagnosis)
{
	uint64_t cases = 0;
	for (size_t i = 0; i < diagnosis->case_count && i < 64; i++)
		if (diagnosis->cases[i].verdict == VERDICT_APPLIES)
			cases |= UINT64_C(1) << i;
	return cases;
}

const struct question *self_check_next(struct self_check *check, const struct diagnosis *diagnosis,
                                       const struct question *again, bool unasked)
{
	const uint64_t now = applying(diagnosis);
	if (check->begins || check->stays_open || strcmp(check->entry, diagnosis->entry->id) != 0)
		check->before = now;
	check->begins = check->stays_open = false;
	const bool brought_out = (now & ~check->before) != 0;
	const struct question *next = again;
	if (!next && (check->running ? !brought_out : unasked && !now))
		next = diagnosis->question;
	snprintf(check->entry, sizeof(check->entry), "%s", diagnosis->entry->id);
	snprintf(check->fact, sizeof(check->fact), "%s", next ? next->fact : "");
	check->running = check->running && next;
	return next;
}
