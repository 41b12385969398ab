/*
 * Reading dates: what the parts of dates.c share, a section for each file. Private to text/.
 *
 * Every text is normalised. Places are byte offsets; a function that reads at a place takes any
 * from 0 to the text's length, and returns false where nothing of its kind begins. No function
 * allocates or keeps state: any thread may call them. Errors: none.
 */
#ifndef DAYI_TEXT_DATES_READ_H
#define DAYI_TEXT_DATES_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"
#include "base/span.h"
#include "engine/text/dates.h"
#include "engine/text/word_list.h"

enum { HAN_BYTES = 3 };

/* Where a word places a date, seen from the day of the message. */
enum date_tag {
	TAG_NONE,
	TAG_FILL,     /* does not say */
	TAG_AHEAD,    /* 还有, 没, 快 */
	TAG_BEHIND,   /* 过了, 早就 */
	TAG_OPEN,     /* 有没有, 什么时候: the message asks */
	TAG_SUPPOSED, /* 如果 */
	TAG_EXACT,    /* 满: not rounded */
	TAG_BELOW,    /* 不到: less than what follows */
	TAG_SINCE, /* 已经, 都: that much time has passed, unless something else says otherwise; of
	              a date, 过期的, 到期了: it is past, unless the next one is far nearer */
	TAG_EITHER, /* 过期, 就到期了 beside a date: it may be past or to come */
};

/* Words with the same tag; the list ends with NULL. */
struct tagged_words {
	const char *const *words;
	enum date_tag tag;
};

enum { TAGGED_MOST = 9 };
struct tag_table {
	struct tagged_words lists[TAGGED_MOST];
	size_t count;
};

/*
 * The tag of the longest word that ends at `end`, or begins at `start`, and its length in bytes;
 * TAG_NONE and length 0 if there is none.
 */
enum date_tag tag_before(const struct tag_table *table, struct span text, size_t end,
                         size_t *length);
enum date_tag tag_after(const struct tag_table *table, struct span text, size_t start,
                        size_t *length);

/* --- dates_number.c */

struct number {
	int lo, hi;    /* the range that it means: 两三 is 2 to 3, 几 is 2 to 9 */
	int value;     /* read digit by digit: 二五 is 25 */
	size_t digits; /* how many digits; 0 if it is not written digit by digit */
	size_t end;    /* the place behind it */
};

/* Any number, or one of ASCII digits only, that begins at `at`. */
bool number_read(struct span text, size_t at, struct number *out);
bool number_read_ascii(struct span text, size_t at, struct number *out);

bool is_ascii_digit(struct span text, size_t at);
int number_han_digit(uint32_t point); /* 0 to 9, or -1 */

/* The place behind the word where it stands, else `at`. */
size_t skip_word(struct span text, size_t at, const char *word);

/* --- dates_period.c */

enum cycle { CYCLE_NONE, CYCLE_MONTH, CYCLE_YEAR };

struct period {
	struct day from, to;
	enum cycle cycle;  /* it recurs, and which time is meant is not decided yet */
	bool this_one;     /* 年初: of the running cycle, unless words tell the side of today */
	bool ending;       /* 月底: if it has begun, only the rest of it counts */
	bool needs_word;   /* a date only beside a word of a subject: 15号, 20261001 */
	bool weak_will_do; /* a weak subject is enough for that: 19年做的 */
	size_t end;        /* the place behind it */
};

struct period period_of_days(int year, int month, int first, int last);
struct period period_of_months(int year, int first, int last);

/* Moves a recurring period to the time that is meant; widens it to cover two if both are possible.
 */
void period_choose_round(struct period *period, enum date_tag tense, struct day today);

int month_length(int year, int month);
bool day_is_before(struct day a, struct day b);
struct day later_day(struct day a, struct day b);

/* The same day of the month, `months` later; the last day if that month is shorter. */
struct day months_later(struct day day, int months);

/* --- dates_calendar.c */

/* A date that is named relative to today (昨天) or written out. */
bool calendar_read(struct span text, size_t at, struct day today, struct period *out);

/*
 * The end of the range that `first` begins, behind a dash or 至, and where it starts: a complete
 * date, or one with a year of two digits (26.12.19) or that of `first` (12.31), not before it.
 */
bool calendar_read_end(struct span text, const struct period *first, struct day today,
                       size_t *start, struct period *out);

/* A day alone (15号). Try it last: it begins other forms too. */
bool calendar_read_day(struct span text, size_t at, struct day today, struct period *out);

/* A single day, written out or as 15号 of the current month. */
bool calendar_read_written_day(struct span text, size_t at, struct day today, struct day *out);

/* --- dates_subject.c */

/* Where the clause that holds `at` begins and ends. */
size_t clause_start(struct span text, size_t at);
size_t clause_end(struct span text, size_t at);

/* A word of a subject, at its place in the text. */
struct subject_word {
	const struct date_subject *subject; /* NULL: none */
	size_t start, end;
	size_t last; /* where the last of the words that it joins begins: of 有效期到期, 到期 */
	bool past;
};

/* Which subjects have a word that begins, or ends, with a character: a bit for each subject. */
enum { SUBJECT_SLOTS = 512 };
struct subject_filter {
	uint32_t slots[SUBJECT_SLOTS]; /* by a hash of the character */
	uint32_t anywhere; /* subjects with a word that is shorter than a Han character */
};

/* The subjects and cues, prepared for finding their words in a text. Borrows them. */
struct subject_table {
	const struct date_subject *items;
	size_t count;
	struct subject_filter first, last;
	struct tag_table before;      /* a subject's word: 没, 快, 已经 */
	struct tag_table before_span; /* 还有, 过了 */
};

struct subject_table subject_table(const struct date_subjects *subjects);

/* The longest one that begins at `at`, or ends at `end`. */
struct subject_word subject_at(const struct subject_table *subjects, struct span text, size_t at);
struct subject_word subject_before(const struct subject_table *subjects, struct span text,
                                   size_t end);

/*
 * The subject of the date at [start, end): the nearest word of a subject in its clause, behind the
 * date, or before it if 是, 至 or the like joins them. Words before `claimed` are another date's.
 */
struct subject_word subject_of(const struct subject_table *subjects, struct span text, size_t start,
                               size_t end, size_t claimed);

/*
 * Where the words around a subject's word place it: TAG_BEHIND, TAG_AHEAD, TAG_OPEN if the message
 * asks, TAG_NONE if they do not say. *supposed: whether it is a condition (如果).
 */
enum date_tag side_of(const struct subject_table *subjects, struct span text,
                      const struct subject_word *word, bool *supposed);

/* Whether 提示 or 显示 stands before `at` in its clause: the text behind it quotes a popup. */
bool is_led_by_popup(struct span text, size_t at);

/* --- dates_span.c */

enum unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR };

/*
 * A span of time with a direction (还有20天), reckoned from today. *of: the subject that gives the
 * direction, if one does. `strict`: refuse what a date by name may be as well: 25年到期 is a year.
 */
bool elapsed_read(const struct subject_table *subjects, struct span text, size_t at,
                  struct day today, bool strict, struct period *out, struct subject_word *of);

#endif
