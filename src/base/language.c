#include "base/language.h"

#include <libintl.h>
#include <stdint.h>
#include <string.h>

/* The layout of a .mo file: "The Format of GNU MO Files" in gettext's manual. */
static const uint32_t mo_magic = 0x950412de;
enum {
	MO_COUNT_AT = 8,
	MO_TEXTS_AT = 12,
	MO_TRANSLATIONS_AT = 16,
	MO_HEAD = 20,
	MO_ROW = 8 /* length, offset */
};

/* The reader's language belongs to the call under way, like errno; see the header. */
static _Thread_local struct reader_language
        reader; /* NOLINT(cppcoreguidelines-avoid-non-const-global-variables) */

struct reader_language language_use(struct reader_language language)
{
	const struct reader_language before = reader;

	reader = language;
	return before;
}

/* msgfmt writes them little-endian, whatever machine it runs on. */
static uint32_t read_number(struct span file, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)file.ptr + at;

	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* The terminated text that row `index` of the table at `table` points to; NULL: beyond the file. */
static const char *text_of_row(struct span file, size_t table, size_t index)
{
	const size_t row = table + index * MO_ROW;
	const size_t len = read_number(file, row), at = read_number(file, row + 4);

	return len < file.len && at < file.len - len && file.ptr[at + len] == '\0' ? file.ptr + at
	                                                                           : NULL;
}

static bool holds_table(struct span file, size_t table, size_t count)
{
	return table <= file.len && count <= (file.len - table) / MO_ROW;
}

const char *catalogue_find(struct span file, const char *text)
{
	size_t from = 0, until, texts, translations;

	if (file.len < MO_HEAD || read_number(file, 0) != mo_magic)
		return NULL;
	until = read_number(file, MO_COUNT_AT);
	texts = read_number(file, MO_TEXTS_AT);
	translations = read_number(file, MO_TRANSLATIONS_AT);
	if (!holds_table(file, texts, until) || !holds_table(file, translations, until))
		return NULL;
	/* They are sorted. Of a text with a plural, the singular stands first and ends in a NUL. */
	while (from < until) {
		const size_t middle = from + (until - from) / 2;
		const char *found = text_of_row(file, texts, middle);
		const int order = found ? strcmp(text, found) : 0;

		if (!found)
			return NULL;
		if (order == 0)
			return text_of_row(file, translations, middle);
		if (order < 0)
			until = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

/* The empty text gives a catalogue's head. */
static const char *own_text(const char *text)
{
	const char *found = *text ? catalogue_find(reader.catalogue, text) : NULL;

	return found && *found ? found : NULL;
}

const char *language_text(const char *text)
{
	const char *own;

	if (!reader.own)
		return gettext(text);
	own = own_text(text);
	return own ? own : text;
}

const char *language_count(const char *one, const char *many, unsigned long count)
{
	const char *own;

	if (!reader.own)
		return ngettext(one, many, count);
	own = own_text(one);
	if (own)
		return own;
	return count == 1 ? one : many;
}
