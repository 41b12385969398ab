/* The parts of dates.c, a section a file. Private to text/. */
#ifndef DAYI_TEXT_DATES_READ_H
#define DAYI_TEXT_DATES_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"
#include "base/span.h"
#include "engine/text/dates.h"

/* Which way a word points from the day of the message. */
enum date_tag {
	TAG_NONE,
	TAG_FILL,     /* says nothing of it */
	TAG_AHEAD,    /* 还有, 没, 快 */
	TAG_BEHIND,   /* 过了, 已经 */
	TAG_OPEN,     /* 有没有, 什么时候: it is asked */
	TAG_SUPPOSED, /* 如果 */
	TAG_EXACT,    /* 满: not rounded */
	TAG_BELOW,    /* 不到: less than what follows */
};

struct date_word {
	const char *word;
	enum date_tag tag;
};

/* The longest word that ends at `end` (begins at `start`); TAG_NONE, length 0, where none does. */
enum date_tag tag_before(const struct date_word *words, size_t count, struct span text, size_t end,
                         size_t *length);
enum date_tag tag_after(const struct date_word *words, size_t count, struct span text, size_t start,
                        size_t *length);

/* Inline, for it is asked of many words at many places, and most differ in their first bytes. */
static inline bool stands_at(struct span text, size_t at, const char *word)
{
	size_t length = 0;
	while (word[length] && at + length < text.len && text.ptr[at + length] == word[length])
		length++;
	return !word[length];
}

bool stands_before(struct span text, size_t end, const char *word);

/* --- dates_number.c */

struct number {
	int lo, hi;    /* 两三: 2 to 3; 几: 2 to 9 */
	int value;     /* of the digits in a row: 二五: 25 */
	size_t digits; /* their number; 0 if it is no row of digits */
	size_t end;
};

/* These read what begins at `at`, which may be the end of the text. */
bool number_read(struct span text, size_t at, struct number *out);
bool number_read_ascii(struct span text, size_t at, struct number *out);

bool is_ascii_digit(struct span text, size_t at);
int number_han_digit(uint32_t point); /* -1: none */

/* As stands_at(), also at the end of the text; and the place behind the word, if it stands there.
 */
bool has_word(struct span text, size_t at, const char *word);
size_t skip_word(struct span text, size_t at, const char *word);

/* --- dates_period.c */

enum cycle { CYCLE_NONE, CYCLE_MONTH, CYCLE_YEAR };

struct period {
	struct day from, to;
	enum cycle cycle;  /* it comes round: which round is meant is open */
	bool this_one;     /* 年初: of the running cycle, unless words tell the side of today */
	bool ending;       /* 月底: of one that has begun, only the rest counts */
	bool needs_word;   /* only a date if a subject's word stands with it: 15号, 20261001 */
	bool weak_will_do; /* and a weak subject is enough: 19年做的 */
	size_t end;        /* of the text that it was read from */
};

struct period period_of_days(int year, int month, int first, int last);
struct period period_of_months(int year, int first, int last);

/* Moves a cyclic period to the round that is meant; widens it over both if two are possible. */
void period_choose_round(struct period *period, enum date_tag tense, struct day today);

int month_length(int year, int month);
bool day_is_before(struct day a, struct day b);
struct day later_day(struct day a, struct day b);

/* The same day so many months later, or the last day of that month. */
struct day months_later(struct day day, int months);

/* --- dates_calendar.c */

/* A date by name, relative to today or written out. */
bool calendar_read(struct span text, size_t at, struct day today, struct period *out);

/* 15号, which any other form takes precedence over. */
bool calendar_read_day(struct span text, size_t at, struct day today, struct period *out);

/* A single day, written out or as 15号 of the current month. */
bool calendar_read_written_day(struct span text, size_t at, struct day today, struct day *out);

/* --- dates_subject.c */

/* Where the clause that holds `at` begins and ends. */
size_t clause_start(struct span text, size_t at);
size_t clause_end(struct span text, size_t at);

/* A word of a subject in the text. */
struct subject_word {
	const struct date_subject *subject; /* NULL: none */
	size_t start, end;
	bool past;
};

/* Which subjects have a word that begins, or ends, with a character: one bit a subject. */
enum { SUBJECT_SLOTS = 512 };
struct subject_filter {
	uint32_t slots[SUBJECT_SLOTS]; /* by a hash of the character */
	uint32_t anywhere;             /* subjects with a word that is shorter than a Han character */
};

/* The subjects, as a text is searched for their words. */
struct subject_table {
	const struct date_subject *items;
	size_t count;
	struct subject_filter first, last;
};

struct subject_table subject_table(const struct date_subjects *subjects);

/* The longest one that begins or ends there. */
struct subject_word subject_at(const struct subject_table *subjects, struct span text, size_t at);
struct subject_word subject_before(const struct subject_table *subjects, struct span text,
                                   size_t end);

/*
 * What the date at [start, end) is said of: the nearest word of its clause, behind it or, joined by
 * 是, 至 and the like, before it. Words before `claimed` belong to an earlier date.
 */
struct subject_word subject_of(const struct subject_table *subjects, struct span text, size_t start,
                               size_t end, size_t claimed);

/*
 * The side of today that the words around a subject's word tell; TAG_OPEN: it is asked, TAG_NONE:
 * they tell nothing.
 */
enum date_tag side_of(struct span text, const struct subject_word *word, bool *supposed);

/* 提示, 显示 stands before it in its clause: the office's system says it, not the person. */
bool is_led_by_popup(struct span text, size_t at);

/* --- dates_span.c */

enum unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR };

/*
 * A span of time with a direction, reckoned from today; `of` is the subject that gives it, if any.
 * `strict`: the text may be a date by name as well, so that 25年到期 names a year.
 */
bool elapsed_read(const struct subject_table *subjects, struct span text, size_t at,
                  struct day today, bool strict, struct period *out, struct subject_word *of);

#endif
