/* Apart from language.c: libdayi, which has that, must not be able to touch the locale. */
#include "base/language.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "dayi"
/* glibc's own messages, such as those about options: few machines have their translation. */
#define LIBC_DOMAIN "libc"

static bool is_set(const char *value)
{
	return value && *value;
}

/* "C", "POSIX", and each of them with a character set. */
static bool is_plain(const char *locale)
{
	const size_t len = strcspn(locale, ".@");

	return (len == 1 && locale[0] == 'C') || (len == 5 && strncmp(locale, "POSIX", 5) == 0);
}

bool language_is_chinese(const char *lc_all, const char *lc_messages, const char *lang,
                         const char *language)
{
	const char *locale = is_set(lc_all) ? lc_all : is_set(lc_messages) ? lc_messages : lang;

	if (!is_set(locale) || is_plain(locale))
		return false;
	if (is_set(language))
		locale = language;
	return strncmp(locale, "zh", 2) == 0 && strchr("_.@:-", locale[2]);
}

static void bind(const char *domain, const char *folder)
{
	bindtextdomain(domain, folder);
	bind_textdomain_codeset(domain, "UTF-8");
}

void language_open(const char *folder)
{
	if (!language_is_chinese(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"),
	                         getenv("LANGUAGE")))
		return;
	/*
	 * setlocale() fails for a locale that was not generated here, and gettext then stays
	 * English; C.UTF-8 is always there, and LANGUAGE counts in it.
	 */
	if (!setlocale(LC_MESSAGES, "C.UTF-8") || setenv("LANGUAGE", "zh_CN", 1) != 0)
		return;
	/*
	 * argp counts bytes, three a Chinese character: it would break the lines of --help far too
	 * early, and leave out the blank line behind a long one. The terminal breaks them.
	 */
	(void)setenv("ARGP_HELP_FMT", "rmargin=4000", 0);
	bind(LIBC_DOMAIN, folder);
	bind(DOMAIN, folder);
	textdomain(DOMAIN);
}
