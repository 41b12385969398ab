#include "office/exchange/refused_file.h"

#include <stdbool.h>
#include <string.h>

#include "base/language.h"
#include "office/exchange/exchange_text.h"

enum { MIME_HEAD = 512 /* bytes in which the head of a saved web page is looked for */ };

struct kind {
	const char *start;
	size_t len;
	const char *message;
};

#define PICTURE                                                                                    \
	N_("is a picture: type its text, or have it recognised, and save it as .docx or .txt")
#define ARCHIVE N_("is an archive: unpack it and import the file within")

/* By their first bytes. */
static const struct kind kinds[] = {
	{ "%PDF-", 5,
	  N_("is a PDF: open it with Word or WPS and save it as .docx, or copy its text into a "
	     ".txt; a scanned one must be recognised first") },
	{ "\x89PNG", 4, PICTURE },
	{ "\xff\xd8\xff", 3, PICTURE },
	{ "GIF8", 4, PICTURE },
	{ "BM", 2, PICTURE },
	{ "II*\0", 4, PICTURE },
	{ "MM\0*", 4, PICTURE },
	{ "RIFF", 4, PICTURE },
	{ "Rar!", 4, ARCHIVE },
	{ "7z\xbc\xaf", 4, ARCHIVE },
	{ "\x1f\x8b", 2, ARCHIVE },
	{ "{\\rtf", 5, N_("is an RTF file: open it with Word or WPS and save it as .docx") },
};

static bool starts_with(struct span bytes, const char *start, size_t len)
{
	return bytes.len >= len && memcmp(bytes.ptr, start, len) == 0;
}

/* The names of streams in a compound file are UTF-16. */
static bool has_stream(struct span bytes, const char *name)
{
	char wide[64];
	const size_t len = strlen(name);

	if (2 * len > sizeof(wide))
		return false;
	for (size_t i = 0; i < len; i++) {
		wide[2 * i] = name[i];
		wide[2 * i + 1] = '\0';
	}
	return memmem(bytes.ptr, bytes.len, wide, 2 * len) != NULL;
}

/* What Word, Excel and WPS wrote before 2007, and what they write still where there is a password.
 */
static const char *refused_compound(struct span bytes)
{
	if (has_stream(bytes, "EncryptedPackage"))
		return N_("has a password: open it, take the password away and save it again");
	if (has_stream(bytes, "WordDocument"))
		return N_("is a file of an old Word (.doc): open it and save it as .docx");
	if (has_stream(bytes, "Workbook") || has_stream(bytes, "Book"))
		return N_("is a file of an old Excel (.xls): open it and save it as .xlsx");
	return N_("is a file of an old Word or Excel: save it as .docx or .xlsx");
}

/* BM begins words, too: a picture has zero bytes soon. */
static bool is_text(struct span bytes)
{
	const size_t len = bytes.len < MIME_HEAD ? bytes.len : MIME_HEAD;

	return !memchr(bytes.ptr, '\0', len);
}

/* Nothing but zero bytes, as a copy that broke off leaves it. */
static bool is_hollow(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i])
			return false;
	return true;
}

/* Blanks, and the mark of an encoding at most. */
static bool is_blank(struct span bytes)
{
	(void)text_skip(&bytes, "\xef\xbb\xbf");
	while (bytes.len > 0 && strchr("\n\r\t ", bytes.ptr[0]) && bytes.ptr[0])
		bytes = (struct span){ bytes.ptr + 1, bytes.len - 1 };
	return bytes.len == 0;
}

const char *refused_file(struct span bytes)
{
	const struct span head = { bytes.ptr, bytes.len < MIME_HEAD ? bytes.len : MIME_HEAD };

	if (is_blank(bytes) || is_hollow(bytes))
		return N_("is empty: look whether the right file was saved");
	if (starts_with(bytes, "\xd0\xcf\x11\xe0", 4))
		return refused_compound(bytes);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (starts_with(bytes, kinds[i].start, kinds[i].len) &&
		    (kinds[i].start[0] != 'B' || !is_text(bytes)))
			return kinds[i].message;
	if (starts_with(bytes, "MIME-Version:", 13) && memmem(head.ptr, head.len, "multipart/", 10))
		return N_("is a web page with its pictures (.mht): open it and save it as .docx or "
		          ".htm");
	if (starts_with(bytes, "<?xml", 5) && !memmem(head.ptr, head.len, "<html", 5))
		return N_("is XML: export it as CSV, JSON or .xlsx, or save its text as .txt");
	return NULL;
}

const char *refused_container(const struct container *container)
{
	if (container_has(container, "ppt/presentation.xml"))
		return N_("is a presentation: save its text as .docx");
	if (container_has(container, "content.xml"))
		return N_("is a file of LibreOffice: save it as .docx or .xlsx");
	return N_("is an archive: unpack it and import the file within");
}
