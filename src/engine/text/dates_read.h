/*
 * The parts of dates.c: numerals, words of direction, and what a date is said of. Private to text/.
 */
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

bool stands_at(struct span text, size_t at, const char *word);
bool stands_before(struct span text, size_t end, const char *word);

/* Where the clause that holds `at` begins and ends. */
size_t clause_start(struct span text, size_t at);
size_t clause_end(struct span text, size_t at);

/* A word of a subject in the text. */
struct subject_word {
	const struct date_subject *subject; /* NULL: none */
	size_t start, end;
	bool past;
};

/* The longest one that begins or ends there. */
struct subject_word subject_at(const struct date_subjects *subjects, struct span text, size_t at);
struct subject_word subject_before(const struct date_subjects *subjects, struct span text,
                                   size_t end);

/*
 * What the date at [start, end) is said of: the nearest word of its clause, behind it or, joined by
 * 是, 至 and the like, before it. Words before `claimed` belong to an earlier date.
 */
struct subject_word subject_of(const struct date_subjects *subjects, struct span text, size_t start,
                               size_t end, size_t claimed);

/*
 * The side of today that the words around a subject's word tell; TAG_OPEN: it is asked, TAG_NONE:
 * they tell nothing.
 */
enum date_tag side_of(struct span text, const struct subject_word *word, bool *supposed);

/* 提示, 显示 stands before it in its clause: the office's system says it, not the person. */
bool is_led_by_popup(struct span text, size_t at);

/* Which characters the subjects' words begin with: spares most places the search. */
enum { SUBJECT_SLOTS = 512 };
struct subject_filter {
	uint64_t slots[SUBJECT_SLOTS / 64];
	bool all;
};
struct subject_filter subject_filter(const struct date_subjects *subjects);
bool subject_may_begin(const struct subject_filter *filter, struct span text, size_t at);

#endif
