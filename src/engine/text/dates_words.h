/*
 * The words of dates.txt, which says what each list is for. Each ends with NULL; all are constant.
 * Private to text/.
 */
#ifndef DAYI_TEXT_DATES_WORDS_H
#define DAYI_TEXT_DATES_WORDS_H

/* What dates are said of: words that tell no side of today, and words of the past */
extern const char *const date_words_expiry[];
extern const char *const date_words_expired[];
extern const char *const date_words_exam[];
extern const char *const date_words_education[];
extern const char *const date_words_birth[];
extern const char *const date_words_issue[];
extern const char *const date_words_renewal[];
extern const char *const date_words_filing[];

/* Before a word of the past or of neither side (没过期): where it lies */
extern const char *const date_words_ahead[];
extern const char *const date_words_behind[];
extern const char *const date_words_asked[];
extern const char *const date_words_supposed[];
extern const char *const date_words_between[];

/* Behind such a word (到期前) */
extern const char *const date_words_ahead_after[];
extern const char *const date_words_behind_after[];
extern const char *const date_words_asked_after[];
extern const char *const date_words_asked_end[];
extern const char *const date_words_asked_middle[];
extern const char *const date_words_left[];

/* Before a span of time (还有20天) */
extern const char *const date_words_span_ahead[];
extern const char *const date_words_span_behind[];
extern const char *const date_words_span_exact[];
extern const char *const date_words_span_below[];
extern const char *const date_words_span_since[];
extern const char *const date_words_span_between[];
extern const char *const date_words_span_from[];

/* Behind a span of time (20天前) */
extern const char *const date_words_span_ahead_after[];
extern const char *const date_words_span_behind_after[];
extern const char *const date_words_span_between_after[];
extern const char *const date_words_span_elsewhere[];

/* Around a date */
extern const char *const date_words_joint[];
extern const char *const date_words_paper[];
extern const char *const date_words_paper_before[];
extern const char *const date_words_arrival[];
extern const char *const date_words_arrival_between[];
extern const char *const date_words_tense_ahead[];
extern const char *const date_words_tense_behind[];
extern const char *const date_words_other_day[];
extern const char *const date_words_range[];
extern const char *const date_words_range_before[];
extern const char *const date_words_range_open[];
extern const char *const date_words_range_to[];
extern const char *const date_words_popup[];

/* The calendar */
extern const char *const date_words_written_today[];
extern const char *const date_words_no_day_before[];
extern const char *const date_words_holiday_beside[];
extern const char *const date_words_no_year_after[];
extern const char *const date_words_dash_no_after[];

/* Days, weeks, months, quarters and years, seen from today */
extern const char *const date_words_three_days_ago[];
extern const char *const date_words_two_days_ago[];
extern const char *const date_words_yesterday[];
extern const char *const date_words_today[];
extern const char *const date_words_tomorrow[];
extern const char *const date_words_in_two_days[];
extern const char *const date_words_in_three_days[];
extern const char *const date_words_two_weeks_ago[];
extern const char *const date_words_last_week[];
extern const char *const date_words_this_week[];
extern const char *const date_words_next_week[];
extern const char *const date_words_in_two_weeks[];
extern const char *const date_words_two_months_ago[];
extern const char *const date_words_last_month[];
extern const char *const date_words_this_month[];
extern const char *const date_words_next_month[];
extern const char *const date_words_in_two_months[];
extern const char *const date_words_last_quarter[];
extern const char *const date_words_this_quarter[];
extern const char *const date_words_next_quarter[];
extern const char *const date_words_three_years_ago[];
extern const char *const date_words_two_years_ago[];
extern const char *const date_words_last_year[];
extern const char *const date_words_this_year[];
extern const char *const date_words_next_year[];
extern const char *const date_words_in_two_years[];
extern const char *const date_words_in_three_years[];

/* A message that asks about a day to come */
extern const char *const date_words_question_particle[];
extern const char *const date_words_question_end[];
extern const char *const date_words_plan[];
extern const char *const date_words_plan_between[];

#endif
