/*
 * Dates: finds the days, months, years and spans of time that a message names, and resolves them
 * against the day on which it was written.
 *
 *   2026年10月1日 2026-10-01 2026.10.1 二〇二六年 10月1号 十月一 15号   written out
 *   后天 昨天 上周五 下个月 上月30号 月底 今年6月 去年底 年初          relative to the day
 *   还有20天 过期三天 半年前 俩月后 考完两年了                         spans, with their direction
 *   没过期 快到期 已经过期 到期后                                      no date: which side of today
 *   过期没有 什么时候到期                                              or that it is asked
 *
 * Each date is an interval: the first and the last day that it may mean. 上个月 has 28 to 31 days.
 * People round spans of months or years, so these reach half a unit further either way. A month
 * without a year is in the year that the words around it suggest, or else in the nearest one; if
 * two years are as likely, the interval covers both. A date belongs to a subject (到期, 考试, …):
 * the nearest such word in its clause. Each such word belongs to one date only.
 *
 * Units: places are byte offsets, days are of the calendar (base/day.h). Ownership: nothing is
 * allocated; results borrow from the subjects. Errors: none; a text without dates gives an empty
 * list. Threads: any, there is no state. Cost: linear in the text; only the first 160 places where
 * a date could begin are tried, and the first 32 words that stand without one.
 */
#ifndef DAYI_TEXT_DATES_H
#define DAYI_TEXT_DATES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/span.h"

enum { DATES_MOST = 8 };

/* The open end of an interval that is only known to lie before or after today. */
#define DATE_EARLIEST ((struct day){ 1, 1, 1 })
#define DATE_LATEST   ((struct day){ DAY_LAST_YEAR, 12, 31 })

/*
 * A subject that dates belong to. Words are normalised, and a list of them ends with NULL; the
 * built-in ones are Chinese (dates.txt).
 */
struct date_subject {
	const char *of;           /* its name in the rules: 到期 */
	const char *const *words; /* 到期, 有效期: before or after today, they do not say */
	const char *const *past;  /* 过期: before today, unless the words around it say otherwise;
	                             NULL where there are none */
	bool behind;              /* usually in the past: 考试, 出生 */
	bool weak;                /* occurs in nearly every message: 办理 */
};

/* Words beside a date or its subject, of which an office may have more than the built-in ones. */
enum date_cue {
	DATE_CUE_AHEAD,       /* 快, 没: what follows is yet to come */
	DATE_CUE_BEHIND,      /* 已经: it is past */
	DATE_CUE_ASKED,       /* 有没有, 什么时候: the message asks whether or when */
	DATE_CUE_SUPPOSED,    /* 如果: a condition */
	DATE_CUE_SPAN_AHEAD,  /* 还有 (20天) */
	DATE_CUE_SPAN_BEHIND, /* 过了 (20天) */
	DATE_CUE_COUNT,
};

/* Of its name in lexicon.json, such as "ahead"; DATE_CUE_COUNT where none is called so. */
enum date_cue date_cue_of_name(const char *name);

struct date_subjects {
	const struct date_subject *items;
	size_t count;
	const char *const *cues[DATE_CUE_COUNT]; /* beside the built-in ones; NULL: none */
};

/* The built-in subjects, and no further cues; static memory. */
struct date_subjects date_subjects_builtin(void);

struct date {
	size_t start, end;   /* bytes of the text, [start, end) */
	const char *of;      /* the subject's name, borrowed from it; NULL if the clause has none */
	struct day from, to; /* the first and the last day that it may mean */
	bool stated;         /* no date, only before or after today: 没过期 */
	bool supposed;       /* a condition, not a fact: 如果过期 */
};

struct date_list {
	struct date items[DATES_MOST]; /* in order of their place; more than these are left out */
	size_t count;
	bool of_others;   /* the caller took dates out that are said of other things */
	struct day today; /* the one that the message states (今天是20号), else the caller's */
};

/*
 * Finds the dates in `text`, which must be normalised (engine/text/normalise.h). `today` must be a
 * valid day. Text in double quotes, and what follows 提示 or 显示 in its clause, quotes a popup:
 * words such as 过期 are not read as dates there.
 */
void dates_find(const struct date_subjects *subjects, struct span text, struct day today,
                struct date_list *out);

/*
 * The first subject in the text that takes place on a day (an exam) or ends on one (a certificate);
 * NULL if there is none. Borrowed from `subjects`.
 */
const struct date_subject *dates_subject(const struct date_subjects *subjects, struct span text);

/* Whether a denial at the end makes the text a question: 能下来不, 批下来没有啊. */
bool dates_asked_at_end(struct span text);

/* Whether the text behind a date says what is to be done then: 能下来不 behind 10月. */
bool dates_plan_follows(struct span behind);

#endif
