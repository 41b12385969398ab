#include "office/exchange/outline.h"

#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/exchange_text.h"

enum { CHAPTERS_MOST = 60 };

static const char *style_name(enum style style)
{
	switch (style) {
	case STYLE_PLAIN:
		return _("questions without a mark");
	case STYLE_LEAD:
		return _("questions are the first lines of blocks");
	case STYLE_HEADING:
		return _("questions are headings");
	case STYLE_STRONG:
		return _("questions are bold");
	case STYLE_Q:
	case STYLE_WEN:
	case STYLE_ORDINAL:
	case STYLE_BULLET:
		return _("questions are marked");
	default:
		return _("questions are numbered");
	}
}

void outline_words(struct span text, size_t most, struct buf *out)
{
	struct span words = text_trim(text);
	const size_t all = words.len;

	words.len = utf8_prefix(words, most);
	for (size_t i = 0; i < words.len; i++)
		buf_append_char(out, (unsigned char)words.ptr[i] < 0x20 ? ' ' : words.ptr[i]);
	if (words.len < all)
		buf_append_text(out, "…");
}

static void append_chapter(struct buf *out, struct span name, size_t entries)
{
	if (name.len > 0)
		buf_append_format(out, _N("  %.*s: %zu entry\n", "  %.*s: %zu entries\n", entries),
		                  SPAN_ARGS(name), entries);
	else
		buf_append_format(out,
		                  _N("  without a chapter: %zu entry\n",
		                     "  without a chapter: %zu entries\n", entries),
		                  entries);
}

static void append_chapters(struct buf *out, const struct reading_result *read)
{
	struct span name = { "", 0 };
	size_t entries = 0, chapters = 0;

	for (size_t i = 0; i < read->count; i++)
		chapters += read->lines[i].role == ROLE_CHAPTER;
	if (chapters == 0)
		return;
	if (chapters > CHAPTERS_MOST) {
		buf_append_format(out, _("  %zu chapters\n"), chapters);
		return;
	}
	for (size_t i = 0; i < read->count; i++) {
		const struct line *line = &read->lines[i];

		entries += line->role == ROLE_QUESTION;
		if (line->role != ROLE_CHAPTER)
			continue;
		if (entries > 0)
			append_chapter(out, name, entries);
		else if (name.len > 0) /* a part of chapters */
			buf_append_format(out, "  %.*s\n", SPAN_ARGS(name));
		name = line->rest;
		entries = 0;
	}
	append_chapter(out, name, entries);
}

void outline_document(struct import *import, const struct reading_result *read)
{
	struct buf *out = import->outline;

	if (!out)
		return;
	buf_append_format(out, "%s: ", import->file);
	buf_append_text(out, style_name(read->reading.style));
	if (read->example.len > 0)
		buf_append_format(out, _(", as “%.*s”"), SPAN_ARGS(read->example));
	buf_append_text(out, read->answers_marked ? _("; answers are marked")
	                                          : _("; answers have no mark"));
	buf_append_format(out, _N("; %zu entry\n", "; %zu entries\n", read->items), read->items);
	append_chapters(out, read);
}

/* The number that an answer would name; without one, a dash. */
static void append_entry(struct buf *out, int number, const char *question, const char *answer,
                         size_t cases)
{
	if (number > 0)
		buf_append_format(out, "  %d  ", number);
	else
		buf_append_text(out, "  –  ");
	outline_words(span_of(question), OUTLINE_WORDS, out);
	buf_append_text(out, " → ");
	if (answer[0])
		outline_words(span_of(answer), OUTLINE_WORDS, out);
	else if (cases == 0)
		buf_append_text(out, _("(no answer)"));
	if (cases > 0)
		buf_append_format(out, _N(" (%zu case)", " (%zu cases)", cases), cases);
	buf_append_char(out, '\n');
}

static int number_of(const cJSON *object)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, "number");

	return cJSON_IsNumber(number) ? number->valueint : 0;
}

static bool is_numbered(const struct import *import)
{
	bool numbered = false;

	for (size_t i = 0; i < import->entries.count; i++)
		numbered |= import->entries.items[i].number > 0;
	for (size_t i = 0; i < import->row_count; i++)
		numbered |= number_of(import->rows[i].object) > 0;
	return numbered;
}

void outline_entries(struct import *import)
{
	struct buf *out = import->outline;
	const bool numbered = is_numbered(import);

	for (size_t i = 0; out && i < import->entries.count; i++)
		append_entry(out, numbered ? import->entries.items[i].number : (int)i + 1,
		             import->entries.items[i].question, import->entries.items[i].answer,
		             import->entries.items[i].case_count);
	for (size_t i = 0; out && i < import->row_count; i++) {
		const cJSON *object = import->rows[i].object;
		const cJSON *cases = cJSON_GetObjectItemCaseSensitive(object, "cases");

		append_entry(out, numbered ? number_of(object) : (int)i + 1,
		             json_string(object, "question", ""), json_string(object, "answer", ""),
		             (size_t)cJSON_GetArraySize(cases));
	}
}
