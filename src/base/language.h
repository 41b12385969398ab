/*
 * Language: what people read is Chinese where their locale is, else English.
 *
 * Messages stand in English in the source and are looked up (glibc's gettext) where they are
 * shown: faults_add(), status_text() and argp do so by themselves, other places write _("…").
 * N_("…") marks a text that is looked up elsewhere. Names in logs, keys, JSON and the chat's own
 * sentences are never looked up. po/README.md says how a translation is updated.
 */
#ifndef DAYI_BASE_LANGUAGE_H
#define DAYI_BASE_LANGUAGE_H

#include <libintl.h>
#include <stdbool.h>

#define _(text_)  gettext(text_)
#define N_(text_) (text_)

/* One of `one` and `many`, as the language wants it for that count. */
#define _N(one_, many_, count_) ngettext((one_), (many_), (unsigned long)(count_))

/*
 * Whether a person with these settings reads Chinese: the first of LC_ALL, LC_MESSAGES and LANG
 * that is not empty counts; LANGUAGE goes before it unless that one is C or POSIX. NULL: not set.
 */
bool language_is_chinese(const char *lc_all, const char *lc_messages, const char *lang,
                         const char *language);

/*
 * Sets the language of this process by its environment, with the catalogues in `folder`. They are
 * found whether or not the machine has generated the locale. Call it once, before any thread: it
 * changes the environment. Without catalogues everything stays English.
 */
void language_open(const char *folder);

#endif
