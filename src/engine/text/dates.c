/*
 * How it works: the text is walked once. Where a numeral or one of a few characters stands, the
 * forms are tried, the longest first:
 *
 *   dates by name, relative or written out: 上月30号, 2026年10月1日, 国庆   dates_calendar.c
 *   spans of time with a direction: 还有20天, 20天前, 过期20天              dates_span.c
 *
 * A form gives a `period`: an interval, and whether it comes round every month or year (15号,
 * 三月). Its subject is looked for next (dates_subject.c), because that tells which round is meant
 * (dates_period.c). Two dates with 至 between them are one interval, or, after 有效期, its end; a
 * date behind 不是 is dropped. Last, subject words without a date (没过期, 快到期) tell a side of
 * today.
 */
#include "engine/text/dates.h"

#include <assert.h>
#include <uchar.h>

#include "base/utf8.h"
#include "engine/text/dates_read.h"
#include "engine/text/dates_words.h"

enum {
	/* A message made of dates' words must not take long: places behind the last try are left
	 * out. */
	DAY_TRIES_MOST = 160,
	SIDE_TRIES_MOST = 32,
};

/*
 * What stands between the date and its word, and around: 就, 才 point ahead, 已, 早 behind. 过期
 * alone does not: people write 12月20号过期 of a day to come as well.
 */
static enum date_tag tense_of(struct span text, const struct period *period, size_t start,
                              const struct subject_word *word)
{
	static const char then[] = "就";
	if (!word->subject)
		return TAG_NONE;
	const size_t from = word->start >= period->end ? period->end : word->end;
	const size_t to = word->start >= period->end ? word->start : start;
	const struct span gap = { text.ptr + from, to > from ? to - from : 0 };
	if (one_in(date_words_tense_behind, gap))
		return TAG_BEHIND;
	if (!word->subject->behind && one_in(date_words_tense_ahead, gap))
		return TAG_AHEAD;
	if (word->subject->behind)
		return TAG_BEHIND;
	/* 10月1号就到期, 10月1号就到期了 */
	if (memmem(gap.ptr, gap.len, then, strlen(then)))
		return stands_at(text, word->end, "了") ? TAG_EITHER : TAG_AHEAD;
	if (stands_at(text, word->end, "了") || (word->past && stands_at(text, word->end, "的")))
		return TAG_SINCE;
	return word->past ? TAG_EITHER : TAG_NONE;
}

/* Whether a form may begin with the character: a numeral, or one of a few others. */
static bool may_begin(uint32_t point)
{
	switch (point) {
	case U'大':
	case U'前':
	case U'昨':
	case U'夜':
	case U'今':
	case U'明':
	case U'后':
	case U'上':
	case U'本':
	case U'这':
	case U'下':
	case U'当':
	case U'去':
	case U'来':
	case U'周':
	case U'星':
	case U'礼':
	case U'月':
	case U'年':
	case U'岁':
	case U'半':
	case U'几':
	case U'俩':
	case U'仨':
	case U'好':
	case U'十':
	case U'元':
	case U'劳':
	case U'国':
		return true;
	default:
		return (point >= '0' && point <= '9') || number_han_digit(point) >= 0;
	}
}

/* The end of the words that belong to earlier dates. */
static size_t claimed_end(const struct date_list *list, const size_t *taken)
{
	size_t end = 0;
	for (size_t i = 0; i < list->count; i++)
		if (taken[i] > end)
			end = taken[i];
	return end;
}

static bool is_taken(const struct subject_word *words, size_t count, const struct subject_word *one)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].subject && words[i].start < one->end && one->start < words[i].end)
			return true;
	return false;
}

/* 2023.11.20起, 2023.11.20至长期: a range begins whose end is no date. */
static bool begins_range(struct span text, size_t end)
{
	while (stands_at(text, end, " "))
		end++;
	const char *word = one_at(date_words_range_to, text, end);
	if (word) {
		size_t next = end + strlen(word);
		while (stands_at(text, next, " "))
			next++;
		return next < text.len && !may_begin(utf8_next(text, &next));
	}
	word = one_at(date_words_range_open, text, end);
	return word && !stands_at(text, end + strlen(word), "至") &&
	       !stands_at(text, end + strlen(word), "到");
}

/* Reads a date at that place, and the word of its subject. */
static bool read_date(const struct subject_table *subjects, struct span text, size_t at,
                      struct day today, size_t claimed, struct period *out, struct subject_word *of)
{
	*of = (struct subject_word){ 0 };
	bool elapsed = false;
	bool found = calendar_read(text, at, today, out);
	if (!found || out->needs_word) {
		struct period span;
		struct subject_word span_of_word;
		elapsed = elapsed_read(subjects, text, at, today, found, &span, &span_of_word);
		if (elapsed) {
			*out = span;
			*of = span_of_word;
			found = true;
		}
	}
	if (!found && !calendar_read_day(text, at, today, out))
		return false;
	if (!of->subject)
		*of = subject_of(subjects, text, at, out->end, claimed);
	/* 有效期2023.11.20起 */
	if (of->subject && of->subject->past && of->start < at && begins_range(text, out->end))
		return false;
	if (out->needs_word && (!of->subject || (of->subject->weak && !out->weak_will_do)))
		return false;
	if (!elapsed)
		period_choose_round(out, tense_of(text, out, at, of), today);
	return true;
}

/* 不是10月到期: the message says that it is another day. */
static bool is_denied_date(struct span text, size_t start)
{
	return one_before(date_words_other_day, text, start) &&
	       !stands_before(text, start, "是不是") && !stands_before(text, start, "在不在");
}

/* The word of its subject stays taken: the message denies it together with the date. */
static void remove_date(struct date_list *list, size_t at)
{
	list->count--;
	memmove(&list->items[at], &list->items[at + 1],
	        (list->count - at) * sizeof(list->items[0]));
}

/* Nothing but 至 stands between the two. */
static bool is_joined(struct span text, size_t from, size_t to)
{
	while (from < to && text.ptr[from] == ' ')
		from++;
	while (from < to && text.ptr[to - 1] == ' ')
		to--;
	const struct span gap = { text.ptr + from, to > from ? to - from : 0 };
	for (const char *const *joint = date_words_range; *joint; joint++)
		if (gap.len == strlen(*joint) && memcmp(gap.ptr, *joint, gap.len) == 0)
			return true;
	return false;
}

/* 有效期从2023.6.1到2026.5.31: the subject of the first date. */
static struct subject_word subject_of_range(const struct subject_table *subjects, struct span text,
                                            size_t start)
{
	const char *const opening = one_before(date_words_range_before, text, start);
	if (!opening)
		return (struct subject_word){ 0 };
	const size_t at = start - strlen(opening);
	return subject_of(subjects, text, at, at, 0);
}

/*
 * Two joined dates become one. A subject that stands before them and may expire ends with the
 * second (有效期A至B); in any other case the date holds all days between (A至B到期, 考试时间A至B).
 */
static void join(const struct subject_table *subjects, struct span text, struct date_list *out,
                 struct subject_word words[DATES_MOST])
{
	assert(out->count >= 2);
	const size_t last = out->count - 1;
	struct date *first = &out->items[last - 1];
	const struct date *second = &out->items[last];
	struct subject_word of = words[last - 1];
	if (!of.subject)
		of = subject_of_range(subjects, text, first->start);
	if (!of.subject)
		of = words[last];
	const bool ends = of.subject && of.subject->past && of.start < first->start;
	first->from = ends ? second->from : first->from;
	first->to = second->to;
	first->of = of.subject ? of.subject->of : NULL;
	first->end = second->end;
	words[last - 1] = of;
	out->count--;
}

static void add_day(struct date_list *out, struct subject_word words[DATES_MOST],
                    size_t taken[DATES_MOST], size_t start, const struct period *period,
                    const struct subject_word *of)
{
	words[out->count] = *of;
	taken[out->count] = of->subject ? of->end : 0;
	out->items[out->count++] = (struct date){
		.start = start,
		.end = period->end,
		.of = of->subject ? of->subject->of : NULL,
		.from = period->from,
		.to = period->to,
	};
}

static void find_days(const struct subject_table *subjects, struct span text, struct day today,
                      struct date_list *out, struct subject_word words[DATES_MOST])
{
	size_t taken[DATES_MOST] = { 0 };
	int tries = 0;
	for (size_t at = 0; at < text.len && out->count < DATES_MOST && tries < DAY_TRIES_MOST;) {
		size_t next = at;
		struct period period;
		struct subject_word of;
		/* A date does not begin in the middle of a number. */
		const bool inside =
		        at > 0 && is_ascii_digit(text, at) && is_ascii_digit(text, at - 1);
		const bool may = may_begin(utf8_next(text, &next)) && !inside;
		tries += may;
		if (!may ||
		    !read_date(subjects, text, at, today, claimed_end(out, taken), &period, &of)) {
			at = next;
			continue;
		}
		add_day(out, words, taken, at, &period, &of);
		struct period last;
		size_t start;
		if (out->count < DATES_MOST && period.cycle == CYCLE_NONE &&
		    calendar_read_end(text, &period, today, &start, &last)) {
			of = subject_of(subjects, text, start, last.end, claimed_end(out, taken));
			add_day(out, words, taken, start, &last, &of);
			period.end = last.end;
		}
		const struct date *one = &out->items[out->count - 1];
		if (out->count > 1 && is_joined(text, one[-1].end, one->start) &&
		    !day_is_before(one->to, one[-1].from))
			join(subjects, text, out, words);
		at = period.end > next ? period.end : next;
	}
	for (size_t i = 0; i < out->count;)
		if (is_denied_date(text, out->items[i].start))
			remove_date(out, i);
		else
			i++;
}

static void insert(struct date_list *list, const struct date *date)
{
	size_t at = list->count;
	assert(list->count < DATES_MOST);
	while (at > 0 && list->items[at - 1].start > date->start) {
		list->items[at] = list->items[at - 1];
		at--;
	}
	list->items[at] = *date;
	list->count++;
}

static void find_sides(const struct subject_table *subjects, struct span text, struct day today,
                       const struct subject_word words[DATES_MOST], size_t word_count,
                       struct date_list *out)
{
	bool quoted = false;
	int tries = 0;
	for (size_t at = 0; at < text.len && out->count < DATES_MOST && tries < SIDE_TRIES_MOST;) {
		size_t next = at;
		const bool quote = utf8_next(text, &next) == '"';
		struct subject_word word = { 0 };
		quoted = quoted != quote;
		if (!quoted)
			word = subject_at(subjects, text, at);
		if (!word.subject || !word.subject->past) {
			at = next;
			continue;
		}
		tries++;
		at = word.end;
		bool supposed;
		const enum date_tag side = side_of(subjects, text, &word, &supposed);
		if (side == TAG_NONE || is_taken(words, word_count, &word) ||
		    is_led_by_popup(text, word.start))
			continue;
		const struct date date = {
			.start = word.start,
			.end = word.end,
			.of = word.subject->of,
			.from = side == TAG_AHEAD ? today : DATE_EARLIEST,
			.to = side == TAG_BEHIND ? day_shift(today, -1) : DATE_LATEST,
			.stated = true,
			.supposed = supposed,
		};
		insert(out, &date);
	}
}

/* 今天是20号: a message may say on which day it was written. */
static struct day said_today(struct span text, struct day today)
{
	static const char first[] = "今";
	if (!memmem(text.ptr, text.len, first, strlen(first)))
		return today;
	for (const char *const *word = date_words_written_today; *word; word++) {
		const char *at = memmem(text.ptr, text.len, *word, strlen(*word));
		struct day said;
		if (at && calendar_read_written_day(text, (size_t)(at - text.ptr) + strlen(*word),
		                                    today, &said))
			return said;
	}
	return today;
}

const struct date_subject *dates_subject(const struct date_subjects *subjects, struct span text)
{
	const struct subject_table table = subject_table(subjects);
	for (size_t at = 0; at < text.len; (void)utf8_next(text, &at)) {
		const struct subject_word word = subject_at(&table, text, at);
		if (word.subject && (word.subject->behind || word.subject->past))
			return word.subject;
	}
	return NULL;
}

bool dates_asked_at_end(struct span text)
{
	const char *particle = " ";
	while (particle) {
		particle = stands_before(text, text.len, " ")
		                   ? " "
		                   : one_before(date_words_question_particle, text, text.len);
		text.len -= particle ? strlen(particle) : 0;
	}
	return one_before(date_words_question_end, text, text.len) != NULL;
}

bool dates_plan_follows(struct span behind)
{
	size_t at = 0;
	for (const char *const *word = date_words_plan_between; *word; word++)
		at = skip_word(behind, at, *word);
	return one_at(date_words_plan, behind, at) != NULL;
}

void dates_find(const struct date_subjects *subjects, struct span text, struct day today,
                struct date_list *out)
{
	const struct subject_table table = subject_table(subjects);
	struct subject_word words[DATES_MOST] = { 0 };
	today = said_today(text, today);
	out->count = 0;
	out->today = today;
	find_days(&table, text, today, out, words);
	find_sides(&table, text, today, words, DATES_MOST, out);
}
