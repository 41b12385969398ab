/*
 * Option: finds which option of a self-check question a person means by an answer in their own
 * words.
 */
#ifndef DAYI_DIALOGUE_OPTION_H
#define DAYI_DIALOGUE_OPTION_H

#include "engine/dialogue/selection.h"
#include "engine/dialogue/words.h"
#include "engine/text/dates.h"

/*
 * Returns the option whose label, or one of whose words, equals the whole message apart from
 * trailing marks and particles; or the only option whose label begins with the message (没有 for
 * 没有弹窗). NULL if there is none.
 */
const struct question_option *option_called(const struct words *words, const struct entry *entry,
                                            const struct question *question, struct span text);

/*
 * Returns the option with the most evidence in the text: its words, or a number in its range. A
 * denied word counts against its option and, if there are two options, for the other one. An option
 * that `yields` counts only if no other one is found, one that `mixes` only if two others are. NULL
 * if there is no evidence, or as much for another option.
 */
const struct question_option *option_heard(const struct words *words, const struct entry *entry,
                                           const struct question *question, struct span text);

/* The same with loosened words and text (words.h). Use it if the exact words found nothing. */
const struct question_option *option_heard_loosely(const struct words *words,
                                                   const struct entry *entry,
                                                   const struct question *question,
                                                   const struct text *text, struct arena *arena);

/*
 * Returns the option that a bare yes or no means if there are two options and the label of one
 * begins with a denial (有 and 没有). NULL if that is ambiguous.
 */
const struct question_option *option_agreed(const struct words *words, const struct entry *entry,
                                            const struct question *question, bool yes);

/*
 * Returns the option that a message gives for a question that was not asked. The message must name
 * what the question is about or, unless `named_only`, be an answer as a whole (如果过了呢). NULL if
 * it says nothing about it.
 */
const struct question_option *option_overheard(const struct words *words, const struct entry *entry,
                                               const struct question *question,
                                               const struct selection *selection, struct span text,
                                               bool named_only);

/*
 * 2026年12月20号到期: returns the option whose side of today the dates of the message fall on. The
 * words of an option define its side (没过期). A date without a subject counts if the question
 * names one or, in `answers` to it, an option does. NULL if the dates do not decide, or two options
 * fit.
 */
const struct question_option *option_dated(const struct words *words, const struct entry *entry,
                                           const struct question *question,
                                           const struct date_subjects *subjects,
                                           const struct date_list *dates, bool answers);

/*
 * 2021年考的, 58年生的: returns the option whose `since` is satisfied by a date of the message. A
 * date without a subject must satisfy all of them, and counts only in `answers`. NULL if there is
 * none.
 */
const struct question_option *option_since(const struct question *question,
                                           const struct date_list *dates, bool answers);

/* Whether any option is chosen by how long ago something was. */
bool option_dates(const struct question *question, const char *of);

/*
 * 过了 去年10月考的: splits the message at blanks and marks, and returns the one option that parts
 * of it equal as a whole. NULL if there is none, or several.
 */
const struct question_option *option_in_parts(const struct words *words, const struct entry *entry,
                                              const struct question *question, struct span text);

/* 不是临时的: the message denies a word of one option and names no other one. */
bool option_touched(const struct words *words, const struct entry *entry,
                    const struct question *question, struct span text);

/* Whether a word of an option holds the beginning of that part of the text: 括号我没注意. */
bool option_speaks_in(const struct words *words, const struct entry *entry,
                      const struct question *question, struct span text, struct span part);

/*
 * 不是黑名单, 是黑名单: the message affirms or denies what the question is about. NULL if it says
 * more than that.
 */
const struct question_option *option_of_subject(const struct words *words,
                                                const struct entry *entry,
                                                const struct question *question, struct span text);

#endif
