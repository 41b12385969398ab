/*
 * Dates: days, months, years and spans of time that a message names, resolved against the day on
 * which it was written.
 *
 *   2026年10月1日 2026-10-01 2026.10.1 二〇二六年 10月1号 十月一 15号   written out
 *   后天 昨天 上周五 下个月 上月30号 月底 今年6月 去年底 年初          relative to the day
 *   还有20天 过期三天 半年前 俩月后 考完两年了                         spans, with their direction
 *   没过期 快到期 已经过期 到期后                                      no date: which side of today
 *   过期没有 什么时候到期                                              or that it is asked
 *
 * Each is an interval, the first and the last day that it may mean: 上个月 has 28 to 31 days, a
 * span of months or years is rounded by whoever says it (half a unit either way), a month without a
 * year is the one that the words or, without any, the nearest day suggest; where neither tells, the
 * interval holds both. What a date is said of (到期, 考试, …) is the nearest word of that kind in
 * its clause; each such word belongs to one date.
 *
 * Pure: no allocation, no state; any thread. Linear in the text; only the first 160 places where a
 * date could begin are tried, and the first 32 words without one.
 */
#ifndef DAYI_TEXT_DATES_H
#define DAYI_TEXT_DATES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/span.h"

enum { DATES_MOST = 8 };

/* Beyond any day that is meant: the open end of what is only known to lie before or after today. */
#define DATE_EARLIEST ((struct day){ 1, 1, 1 })
#define DATE_LATEST   ((struct day){ DAY_LAST_YEAR, 12, 31 })

/* What a date may be said of. Normalised words; the built-in ones are Chinese. */
struct date_subject {
	const char *of;           /* as the rules read it: 到期 */
	const char *const *words; /* 到期, 有效期: say nothing about the side of today */
	size_t word_count;
	const char *const *past; /* 过期: lies behind, unless something else is said */
	size_t past_count;
	bool behind; /* what is spoken of has happened: 考试, 出生 */
	bool weak;   /* nearly every message has such a word: 办理 */
};

struct date_subjects {
	const struct date_subject *items;
	size_t count;
};

/* Static. */
struct date_subjects date_subjects_builtin(void);

struct date {
	size_t start, end;   /* bytes of the text, [start, end) */
	const char *of;      /* borrowed from the subjects; NULL where the sentence does not tell */
	struct day from, to; /* the first and the last day that it may mean */
	bool stated;         /* no date, only the side of today: 没过期 */
	bool supposed;       /* 如果过期: of a case that is asked about, not of a fact */
};

struct date_list {
	struct date items[DATES_MOST]; /* the first ones, in order of their place */
	size_t count;
	struct day today; /* as the message itself says (今天是20号), else as it was given */
};

/*
 * `text` is normalised (engine/text/normalise.h), `today` exists. What stands in double quotes, and
 * what follows 提示 or 显示 in a clause, is a popup: no side of today is read there.
 */
void dates_find(const struct date_subjects *subjects, struct span text, struct day today,
                struct date_list *out);

/*
 * The first thing in the text that happens on a day, as an exam does, or comes to its end, as a
 * certificate does; NULL where none is.
 */
const struct date_subject *dates_subject(const struct date_subjects *subjects, struct span text);

#endif
