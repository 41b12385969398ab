/*
 * How it works: there are several ways to read an option out of a message, from the strictest to
 * the loosest, and callers choose how far to go.
 *
 *   called    the message is the option's label or one of its words, but for particles, fillers
 *             and a yes
 *   heard     words of options stand in the message. find_hits() collects them, leaves out those
 *             that are denied, and best() lets the options' scores decide; numbers count by the
 *             options' ranges
 *   loosely   the same after words_loosen()
 *   dated     the dates of the message tell the side that an option states
 *   overheard said in passing, in a message about something else
 */
#include "engine/dialogue/option.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

enum {
	TEXT_MOST = 240, /* bytes of a message in which options are looked for */
	HITS_MOST = 24,
	DENIAL_REACH = 5,  /* code points of a word of denial */
	PARTICLE_MOST = 2, /* of a particle */
	RANGE_WEIGHT = 3,  /* a number counts like a word of so many characters */
	OPTIONS_MOST = 9,
};

/* A word of an option in the text. */
struct hit {
	size_t start, end;
	uint32_t option;
	bool denied;
};

static bool is_mark(uint32_t point)
{
	return !code_point_is_han(point) && !code_point_is_word(point);
}

static struct span without_marks(struct span text)
{
	while (text.len > 0) {
		size_t at = utf8_before(text, text.len), next = at;
		if (!is_mark(utf8_next(text, &next)))
			break;
		text.len = at;
	}
	return text;
}

/* 对的。 -> 对; 对着呢 -> 对 */
static struct span without_particle(const struct words *words, struct span text)
{
	size_t place = text.len, shortest = text.len;
	for (int i = 0; i < PARTICLE_MOST && place > 0; i++) {
		size_t at = 0, end;
		const struct word *word;
		place = utf8_before(text, place);
		while (place > 0 && (word = words_next(&words->cues, text, place, &at, &end)))
			if (word->meaning == CUE_PARTICLE && end == text.len)
				shortest = place;
	}
	return (struct span){ text.ptr, shortest };
}

static bool begins_with(struct span text, struct span start)
{
	return start.len <= text.len && memcmp(text.ptr, start.ptr, start.len) == 0;
}

static const struct question_option *called(const struct question_words *known,
                                            const struct question *question, struct span text)
{
	const struct question_option *found = NULL;
	size_t count = 0;
	for (size_t i = 0; i < question->option_count; i++)
		if (span_equal(known->labels[i].utf8, text))
			return &question->options[i];
	for (size_t i = 0; i < known->options.count; i++)
		if (known->options.items[i].tail_len == 0 &&
		    span_equal(word_head(&known->options.items[i]), text))
			return &question->options[known->options.items[i].meaning];
	for (size_t i = 0; i < question->option_count && text.len > 0; i++)
		if (begins_with(known->labels[i].utf8, text)) {
			found = &question->options[i];
			count++;
		}
	return count == 1 ? found : NULL;
}

/* 应该能 -> 能 */
static struct span without_filler(const struct words *words, struct span text)
{
	size_t longest = 0, at = 0, end;
	const struct word *word;
	while ((word = words_next(&words->cues, text, 0, &at, &end)))
		if (word->meaning == CUE_FILLER && utf8_length(word_head(word)) > 1 &&
		    end < text.len)
			longest = end > longest ? end : longest;
	return (struct span){ text.ptr + longest, text.len - longest };
}

/* 嗯有, 对过期了 -> 有, 过期了 */
static struct span without_yes(const struct words *words, struct span text)
{
	size_t longest = 0, at = 0, end;
	const struct word *word;
	while ((word = words_next(&words->cues, text, 0, &at, &end)))
		if ((word->meaning == CUE_YES || word->meaning == CUE_FINE) && end < text.len)
			longest = end > longest ? end : longest;
	while (longest > 0 && longest < text.len) {
		size_t next = longest;
		if (!is_mark(utf8_next(text, &next)))
			break;
		longest = next;
	}
	return (struct span){ text.ptr + longest, text.len - longest };
}

static const struct question_option *called_but_for_particles(const struct words *words,
                                                              const struct question_words *known,
                                                              const struct question *question,
                                                              struct span text)
{
	const struct question_option *option = NULL;
	struct span rest = without_marks(text);
	while (!option && rest.len > 0) {
		option = called(known, question, rest);
		const struct span shorter = without_marks(without_particle(words, rest));
		if (shorter.len == rest.len)
			break;
		rest = shorter;
	}
	return option;
}

const struct question_option *option_called(const struct words *words, const struct entry *entry,
                                            const struct question *question, struct span text)
{
	const struct question_words *known = words_of(words, entry, question);
	const struct question_option *option = called(known, question, text);
	if (!option)
		option = called_but_for_particles(words, known, question,
		                                  without_filler(words, text));
	const struct span agreed = without_yes(words, text);
	if (!option && agreed.len < text.len)
		option = called_but_for_particles(words, known, question, agreed);
	return option;
}

/* Whether a word of denial ends where the hit begins. */
static bool is_denied(const struct words *words, struct span text, size_t start)
{
	size_t place = start;
	/* 没有 还在原单位: an answer of its own does not deny what follows the blank. */
	const bool breaks = start > 0 && text.ptr[start - 1] == ' ';
	const size_t behind = breaks ? start - 1 : start;
	for (int i = 0; i < (breaks ? 2 : DENIAL_REACH) && place > 0; i++) {
		size_t at = 0, end;
		const struct word *word;
		place = utf8_before(text, place);
		while ((word = words_next(&words->cues, text, place, &at, &end)))
			if (word->meaning == CUE_DENIES && word->tail_len == 0 && end == behind)
				return true;
	}
	return false;
}

/* 聘用企业没错 is no 聘用企业…错: the gap holds a denial. */
static bool gap_denies(const struct words *words, struct span text, const struct word *word,
                       size_t place, size_t end)
{
	size_t at = place + word->head_len;
	const size_t gap_end = end - word->tail_len;
	if (word->tail_len == 0)
		return false;
	for (; at < gap_end; (void)utf8_next(text, &at)) {
		size_t next = 0, denial_end;
		const struct word *denial;
		while ((denial = words_next(&words->cues, text, at, &next, &denial_end)))
			if (denial->meaning == CUE_DENIES && denial->tail_len == 0 &&
			    denial_end <= gap_end)
				return true;
	}
	return false;
}

static size_t find_hits(const struct words *words, const struct word_list *list, struct span text,
                        struct hit hits[HITS_MOST])
{
	size_t count = 0;
	for (size_t place = 0; place < text.len && place < TEXT_MOST;) {
		size_t at = 0, end;
		const struct word *word;
		while (count < HITS_MOST && (word = words_next(list, text, place, &at, &end))) {
			/* 是, 对: a single character counts only as the whole message. */
			if (word->whole ||
			    (word->tail_len == 0 && utf8_length(word_head(word)) < 2))
				continue;
			if (gap_denies(words, text, word, place, end))
				continue;
			hits[count++] = (struct hit){ place, end, word->meaning,
				                      is_denied(words, text, place) };
		}
		(void)utf8_next(text, &place);
	}
	return count;
}

static size_t length_of(const struct hit *hit)
{
	return hit->end - hit->start;
}

/*
 * Whether another hit makes this one redundant: a longer one around it (没过期 around 过期), or an
 * overlapping one of the same option.
 */
static bool is_explained(const struct hit *hits, size_t count, size_t one)
{
	const struct hit *hit = &hits[one];
	for (size_t i = 0; i < count; i++) {
		const bool around = hits[i].start <= hit->start && hit->end <= hits[i].end;
		const bool overlaps = hits[i].start < hit->end && hit->start < hits[i].end &&
		                      hits[i].option == hit->option;
		if (i != one && (around || overlaps) &&
		    (length_of(&hits[i]) > length_of(hit) ||
		     (overlaps && i < one && length_of(&hits[i]) == length_of(hit))))
			return true;
	}
	return false;
}

/* The next number in the text, in digits or in Han numerals of two or three characters; or -1. */
static int next_number(const struct words *words, struct span text, size_t *place)
{
	static const char numerals[][4] = { "〇", "一", "二", "三", "四", "五",
		                            "六", "七", "八", "九", "十" };
	for (; *place < text.len && *place < TEXT_MOST; (void)utf8_next(text, place)) {
		int number = 0, digits = 0, pending = 0;
		size_t at = *place;
		while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' && digits < 6) {
			number = number * 10 + (text.ptr[at++] - '0');
			digits++;
		}
		for (bool more = digits == 0; more;) {
			more = false;
			for (int i = 0; i <= 10; i++)
				if (begins_with((struct span){ text.ptr + at, text.len - at },
				                span_of(numerals[i]))) {
					if (i == 10)
						number = (pending ? pending : 1) * 10;
					pending = i == 10 ? 0 : i;
					digits++;
					more = true;
					at += 3;
					break;
				}
		}
		if (digits == 0)
			continue;
		*place = at;
		/* 66年, 66号: it counts something. */
		size_t next = 0, end;
		const struct word *word;
		bool counts = false;
		while ((word = words_next(&words->cues, text, at, &next, &end)))
			counts = counts || word->meaning == CUE_NUMBER_PREFIX;
		if (!counts)
			return number + pending;
		if (at >= text.len)
			break;
	}
	return -1;
}

static void add_ranges(const struct words *words, const struct question *question, struct span text,
                       int scores[OPTIONS_MOST])
{
	size_t place = 0;
	for (int number; (number = next_number(words, text, &place)) >= 0;)
		for (size_t i = 0; i < question->option_count && i < OPTIONS_MOST; i++) {
			const struct question_option *option = &question->options[i];
			if (option->has_range && option->least <= number && number <= option->most)
				scores[i] += RANGE_WEIGHT;
		}
}

/* 房建和装修都有: a yielding option counts only if no other one is heard. */
static void let_yield(const struct question *question, int scores[OPTIONS_MOST])
{
	bool others = false;
	for (size_t i = 0; i < question->option_count; i++)
		others = others || (scores[i] > 0 && !question->options[i].yields);
	for (size_t i = 0; i < question->option_count && others; i++)
		if (question->options[i].yields)
			scores[i] = 0;
}

/* 房建那个改了市政那个没改: the option for a mix of two others, if both are heard; or NULL. */
static const struct question_option *mixed(const struct question *question,
                                           const int scores[OPTIONS_MOST])
{
	const struct question_option *option = NULL;
	size_t others = 0;
	int own = 0, most = 0;
	for (size_t i = 0; i < question->option_count; i++) {
		if (question->options[i].mixes) {
			option = &question->options[i];
			own = scores[i];
			continue;
		}
		others += scores[i] > 0;
		most = scores[i] > most ? scores[i] : most;
	}
	/* 部分没更新: its own words score as high as those of another option. */
	return others > 1 || (own > 0 && own == most) ? option : NULL;
}

static const struct question_option *best(const struct question *question,
                                          const int scores[OPTIONS_MOST])
{
	size_t first = 0;
	int second = 0;
	for (size_t i = 1; i < question->option_count; i++)
		if (scores[i] > scores[first])
			first = i;
	for (size_t i = 0; i < question->option_count; i++)
		if (i != first && scores[i] > second)
			second = scores[i];
	if (scores[first] > second)
		return &question->options[first];
	if (question->option_count == 2 && scores[first] == 0 && scores[1 - first] < 0)
		return &question->options[first];
	return NULL;
}

/* 不是不合格: the denied word is a denial itself; without it, it is a word of an option. */
static void add_denied_denial(const struct words *words, const struct word_list *list,
                              struct span denied, int scores[OPTIONS_MOST])
{
	size_t at = 0, end, longest = 0;
	const struct word *word;
	while ((word = words_next(&words->cues, denied, 0, &at, &end)))
		if (word->meaning == CUE_DENIES && end < denied.len && end > longest)
			longest = end;
	const struct span rest = { denied.ptr + longest, denied.len - longest };
	at = 0;
	while (longest > 0 && (word = words_next(list, rest, 0, &at, &end)))
		if (end == rest.len && word->meaning < OPTIONS_MOST)
			scores[word->meaning] += (int)utf8_length(rest);
}

static const struct question_option *heard_in(const struct words *words,
                                              const struct word_list *list,
                                              const struct question *question, struct span text)
{
	struct hit hits[HITS_MOST];
	int scores[OPTIONS_MOST] = { 0 };
	const size_t count = find_hits(words, list, text, hits);
	if (question->option_count > OPTIONS_MOST)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct span word = { text.ptr + hits[i].start, hits[i].end - hits[i].start };
		if (is_explained(hits, count, i))
			continue;
		assert(hits[i].option < question->option_count);
		scores[hits[i].option] += (hits[i].denied ? -1 : 1) * (int)utf8_length(word);
		if (hits[i].denied)
			add_denied_denial(words, list, word, scores);
	}
	add_ranges(words, question, text, scores);
	let_yield(question, scores);
	const struct question_option *both = mixed(question, scores);
	return both ? both : best(question, scores);
}

const struct question_option *option_heard(const struct words *words, const struct entry *entry,
                                           const struct question *question, struct span text)
{
	return heard_in(words, &words_of(words, entry, question)->options, question, text);
}

const struct question_option *option_heard_loosely(const struct words *words,
                                                   const struct entry *entry,
                                                   const struct question *question,
                                                   const struct text *text, struct arena *arena)
{
	struct span loose;
	if (words_loosen(words, text, arena, &loose) != STATUS_OK)
		return NULL;
	return heard_in(words, &words_of(words, entry, question)->loose, question, loose);
}

bool option_touched(const struct words *words, const struct entry *entry,
                    const struct question *question, struct span text)
{
	struct hit hits[HITS_MOST];
	const size_t count =
	        find_hits(words, &words_of(words, entry, question)->options, text, hits);
	for (size_t i = 0; i < count; i++)
		if (hits[i].denied && !is_explained(hits, count, i))
			return true;
	return false;
}

bool option_speaks_in(const struct words *words, const struct entry *entry,
                      const struct question *question, struct span text, struct span part)
{
	struct hit hits[HITS_MOST];
	const size_t count =
	        find_hits(words, &words_of(words, entry, question)->options, text, hits);
	const size_t from = (size_t)(part.ptr - text.ptr), to = from + part.len;
	for (size_t i = 0; i < count; i++)
		if (hits[i].start < to && from < hits[i].end && hits[i].start <= from)
			return true;
	return false;
}

static bool label_begins(const struct words *words, struct span label, enum cue kind)
{
	size_t at = 0, end;
	const struct word *word;
	while ((word = words_next(&words->cues, label, 0, &at, &end)))
		if (word->meaning == (uint32_t)kind)
			return true;
	return false;
}

const struct question_option *option_agreed(const struct words *words, const struct entry *entry,
                                            const struct question *question, bool yes)
{
	const struct question_words *known = words_of(words, entry, question);
	const struct question_option *of[2] = { NULL, NULL }; /* denying, affirming */
	for (size_t i = 0; i < question->option_count; i++) {
		const struct span label = known->labels[i].utf8;
		const bool affirms = !label_begins(words, label, CUE_DENIES) &&
		                     !label_begins(words, label, CUE_NO);
		of[affirms] = &question->options[i];
	}
	return question->option_count == 2 && of[0] && of[1] ? of[yes] : NULL;
}

/* Ahead of today 1, behind -1, open 0. */
static int side_of(const struct date *date, struct day today)
{
	return day_number(date->from) >= day_number(today) ? 1
	       : day_number(date->to) < day_number(today)  ? -1
	                                                   : 0;
}

/* The side that the option's words state about the subject; 0 if none does or they differ. */
static int side_of_option(const struct question_words *known, size_t option, const char *of,
                          const struct date_subjects *subjects, struct day today)
{
	int side = 0;
	for (size_t i = 0; i < known->options.count; i++) {
		const struct word *word = &known->options.items[i];
		struct date_list dates;
		if (word->meaning != option || word->tail_len > 0)
			continue;
		dates_find(subjects, word_head(word), today, &dates);
		for (size_t d = 0; d < dates.count; d++) {
			const struct date *date = &dates.items[d];
			if (!date->stated || !date->of || strcmp(date->of, of) != 0)
				continue;
			if (side != 0 && side != side_of(date, today))
				return 0;
			side = side_of(date, today);
		}
	}
	return side;
}

static bool names_in(const char *text, const struct date_subject *subject)
{
	bool named = strstr(text, subject->of) != NULL;
	for (size_t i = 0; !named && subject->words[i]; i++)
		named = strstr(text, subject->words[i]) != NULL;
	for (size_t i = 0; !named && subject->past && subject->past[i]; i++)
		named = strstr(text, subject->past[i]) != NULL;
	return named;
}

/* Whether the question names the subject, or, in an answer, one of its options does. */
static bool names(const struct question *question, const struct date_subject *subject, bool answers)
{
	bool named = names_in(question->text, subject);
	for (size_t i = 0; i < question->option_count && answers && !named; i++)
		named = names_in(question->options[i].label, subject);
	return named;
}

/* The side on which all dates of the subject, or all its stated sides, lie; 0 if they differ. */
static int side_told(const struct date_list *dates, const struct date_subject *subject,
                     const struct question *question, bool answers, bool stated)
{
	int told = 0;
	for (size_t i = 0; i < dates->count; i++) {
		const struct date *date = &dates->items[i];
		const int side = side_of(date, dates->today);
		if (date->supposed || date->stated != stated ||
		    (date->of ? strcmp(date->of, subject->of) != 0
		              : !names(question, subject, answers)))
			continue;
		if (side == 0 || (told != 0 && told != side))
			return 0;
		told = side;
	}
	return told;
}

const struct question_option *option_dated(const struct words *words, const struct entry *entry,
                                           const struct question *question,
                                           const struct date_subjects *subjects,
                                           const struct date_list *dates, bool answers)
{
	const struct question_words *known = words_of(words, entry, question);
	for (size_t s = 0; s < subjects->count && dates->count > 0; s++) {
		const struct date_subject *subject = &subjects->items[s];
		const struct question_option *option = NULL;
		/* 12月20号过期: the date overrides the word. */
		int told = side_told(dates, subject, question, answers, false);
		if (told == 0)
			told = side_told(dates, subject, question, answers, true);
		size_t count = 0;
		for (size_t i = 0; told != 0 && i < question->option_count; i++)
			if (side_of_option(known, i, subject->of, subjects, dates->today) == told) {
				option = &question->options[i];
				count++;
			}
		if (count == 1)
			return option;
	}
	return NULL;
}

/* 2021年考的: the whole date lies more than so many years back. */
static bool is_since(const struct question_since *since, const struct date *date, struct day today)
{
	return day_number(day_years_after(date->to, since->years)) < day_number(today);
}

/* Dates of other subjects are ignored; without a subject, all dates have to agree. */
static bool is_long_ago(const struct question_option *option, const struct date *date,
                        struct day today)
{
	bool all = option->since_count > 0;
	for (size_t i = 0; i < option->since_count; i++) {
		const bool is = is_since(&option->since[i], date, today);
		if (date->of && strcmp(date->of, option->since[i].of) == 0)
			return is;
		all = all && is;
	}
	return all && !date->of;
}

const struct question_option *option_since(const struct question *question,
                                           const struct date_list *dates, bool answers)
{
	for (size_t i = 0; i < question->option_count; i++)
		for (size_t d = 0; d < dates->count; d++)
			if (!dates->items[d].stated && !dates->items[d].supposed &&
			    (answers || dates->items[d].of) &&
			    is_long_ago(&question->options[i], &dates->items[d], dates->today))
				return &question->options[i];
	return NULL;
}

bool option_dates(const struct question *question, const char *of)
{
	for (size_t i = 0; of && i < question->option_count; i++)
		for (size_t k = 0; k < question->options[i].since_count; k++)
			if (strcmp(question->options[i].since[k].of, of) == 0)
				return true;
	return false;
}

const struct question_option *option_in_parts(const struct words *words, const struct entry *entry,
                                              const struct question *question, struct span text)
{
	const struct question_option *found = NULL;
	for (size_t at = 0, from = 0; at <= text.len;) {
		size_t next = at;
		if (at < text.len && !is_mark(utf8_next(text, &next))) {
			at = next;
			continue;
		}
		const struct span part = { text.ptr + from, at - from };
		const struct question_option *option =
		        part.len > 0 ? option_called(words, entry, question, part) : NULL;
		if (option && found && option != found)
			return NULL;
		found = option ? option : found;
		at = from = at < text.len ? next : at + 1;
	}
	return found;
}

/* The length of the longest word of the list, or of that kind of it, that the text begins with. */
static size_t longest_start(const struct word_list *list, struct span text, enum cue kind)
{
	size_t longest = 0, at = 0, end;
	const struct word *word;
	while ((word = words_next(list, text, 0, &at, &end)))
		if ((kind == CUE_NOTHING || word->meaning == (uint32_t)kind) && end > longest)
			longest = end;
	return longest;
}

const struct question_option *option_of_subject(const struct words *words,
                                                const struct entry *entry,
                                                const struct question *question, struct span text)
{
	const size_t denial = longest_start(&words->cues, text, CUE_DENIES);
	const size_t start = denial ? denial : longest_start(&words->cues, text, CUE_YES);
	struct span rest = { text.ptr + start, text.len - start };
	const size_t named =
	        start ? longest_start(&words_of(words, entry, question)->about, rest, CUE_NOTHING)
	              : 0;
	if (named == 0)
		return NULL;
	rest = (struct span){ rest.ptr + named, rest.len - named };
	while (rest.len > 0) {
		const size_t particle = longest_start(&words->cues, rest, CUE_PARTICLE);
		size_t next = 0;
		if (particle == 0 && !is_mark(utf8_next(rest, &next)))
			return NULL;
		next = particle ? particle : next;
		rest = (struct span){ rest.ptr + next, rest.len - next };
	}
	return option_agreed(words, entry, question, denial == 0);
}

const struct question_option *option_overheard(const struct words *words, const struct entry *entry,
                                               const struct question *question,
                                               const struct selection *selection, struct span text,
                                               bool named_only)
{
	/* 多少分及格 is a question and tells nothing. */
	if (!selection->short_enough || selection->asks_details)
		return NULL;
	if (words_stand(&words_of(words, entry, question)->about, text, TEXT_MOST))
		return option_heard(words, entry, question, text);
	return !named_only && selection->kind == CUE_NOTHING && utf8_length(text) > 1
	               ? option_called(words, entry, question, text)
	               : NULL;
}
