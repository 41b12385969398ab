/*
 * Option: the answer to a question of the self-check that a person gives in words of their own.
 */
#ifndef DAYI_DIALOGUE_OPTION_H
#define DAYI_DIALOGUE_OPTION_H

#include "engine/dialogue/selection.h"
#include "engine/dialogue/words.h"
#include "engine/text/dates.h"

/*
 * The option whose label or one of whose words the whole message is, but for marks and particles
 * at its end; or the only one whose label begins so: 没有 for 没有弹窗. NULL where there is none.
 */
const struct question_option *option_called(const struct words *words, const struct entry *entry,
                                            const struct question *question, struct span text);

/*
 * The option of which most is said in the text: its words, a number in its range. A word that is
 * denied speaks against its option, and of two options for the other one. An option that yields
 * counts where no other one is heard, one that mixes where two others are. NULL where nothing or as
 * much is said of another.
 */
const struct question_option *option_heard(const struct words *words, const struct entry *entry,
                                           const struct question *question, struct span text);

/* The same with the words and the text loosened (words.h), for whom nothing was heard in. */
const struct question_option *option_heard_loosely(const struct words *words,
                                                   const struct entry *entry,
                                                   const struct question *question,
                                                   const struct text *text, struct arena *arena);

/*
 * What a bare yes or no means where there are two options, and the label of one begins with a
 * denial: 有 and 没有. NULL where that is open.
 */
const struct question_option *option_agreed(const struct words *words, const struct entry *entry,
                                            const struct question *question, bool yes);

/*
 * What a message says of a question that was not asked: its text has to name what the question is
 * about, or, unless `named_only`, to be an answer as a whole (如果过了呢). NULL where it says
 * nothing.
 */
const struct question_option *option_overheard(const struct words *words, const struct entry *entry,
                                               const struct question *question,
                                               const struct selection *selection, struct span text,
                                               bool named_only);

/*
 * 2026年12月20号到期: the option on whose side of today the message's dates lie. The words of an
 * option tell its side (没过期); a date of nothing named counts where the question names it or, in
 * `answers` to it, an option. NULL where the dates, or two options, do not tell.
 */
const struct question_option *option_dated(const struct words *words, const struct entry *entry,
                                           const struct question *question,
                                           const struct date_subjects *subjects,
                                           const struct date_list *dates, bool answers);

/*
 * 2021年考的, 58年生的: the option of whose `since` a date of the message lies far enough back. A
 * date of nothing named has to lie back for each of them, and counts only in `answers`. NULL where
 * none does.
 */
const struct question_option *option_since(const struct question *question,
                                           const struct date_list *dates, bool answers);

/* Whether an option is taken by how long ago that was. */
bool option_dates(const struct question *question, const char *of);

/*
 * 过了 去年10月考的: of the parts between the blanks and marks, the ones that are an option as a
 * whole are one and the same. NULL where they are several, or none.
 */
const struct question_option *option_in_parts(const struct words *words, const struct entry *entry,
                                              const struct question *question, struct span text);

/* 不是临时的: the message denies a word of an option, and tells no other one. */
bool option_touched(const struct words *words, const struct entry *entry,
                    const struct question *question, struct span text);

/* Whether a word of an option holds the beginning of that part of the text: 括号我没注意. */
bool option_speaks_in(const struct words *words, const struct entry *entry,
                      const struct question *question, struct span text, struct span part);

/* 不是黑名单, 是黑名单: yes or no to what the question is about; NULL where more is said. */
const struct question_option *option_of_subject(const struct words *words,
                                                const struct entry *entry,
                                                const struct question *question, struct span text);

#endif
