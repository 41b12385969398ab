/*
 * Language: what people read is Chinese where their locale is, else English.
 *
 * Messages stand in English in the source and are looked up where they are shown: faults_add(),
 * status_text() and argp do so by themselves, other places write _("…"). N_("…") marks a text that
 * is looked up elsewhere. Names in logs, keys, JSON and the chat's own sentences are never looked
 * up. po/README.md says how a translation is updated.
 *
 * The program reads one language, by its locale and glibc's gettext. libdayi must not touch the
 * locale of the process that it is loaded into, and its models may have different languages: it
 * sets the reader of the calling thread for the time of a call (language_use()).
 */
#ifndef DAYI_BASE_LANGUAGE_H
#define DAYI_BASE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define _(text_)  language_text(text_)
#define N_(text_) (text_)

/* One of `one` and `many`, as the language wants it for that count. */
#define _N(one_, many_, count_) language_count((one_), (many_), (unsigned long)(count_))

/* The text in the reader's language, or the text itself. */
const char *language_text(const char *text) __attribute__((format_arg(1)));
const char *language_count(const char *one, const char *many, unsigned long count)
        __attribute__((format_arg(1), format_arg(2)));

/* Who reads what this thread writes. */
struct reader_language {
	bool own;              /* not the language of the process, but: */
	struct span catalogue; /* a .mo file of gettext, borrowed, whose plurals have one form; or
	                          empty: English */
};

/* Sets it for this thread; returns the one before, which the caller sets again. */
struct reader_language language_use(struct reader_language language);

/* The translation in a .mo file; NULL where it has none, or is damaged. Borrowed from it. */
const char *catalogue_find(struct span file, const char *text);

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
