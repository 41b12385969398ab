#include "engine/knowledge/word_classes.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/normalise.h"

/* A part of a source: ordinary text or, with `name` set, a reference. */
struct piece {
	size_t start, end;
	struct span name;
	const struct word_class *class; /* NULL: no class has the name */
};

static const struct word_class *class_named(const struct word_classes *classes, struct span name)
{
	for (size_t i = 0; i < classes->count; i++) {
		const struct word_class *one = &classes->items[i];

		if (strlen(one->name) == name.len && memcmp(one->name, name.ptr, name.len) == 0)
			return one;
	}
	return NULL;
}

bool word_class_name_valid(struct span name)
{
	size_t count = 0, offset = 0;

	while (offset < name.len) {
		const uint32_t point = utf8_next(name, &offset);

		if (!code_point_is_han(point) && !code_point_is_word(point))
			return false;
		count++;
	}
	return count > 0 && count <= CLASS_NAME_MOST;
}

char word_class_special(const char *word)
{
	return word[strcspn(word, "\\^$.[]|()?*+{}<>#\n\r\t")];
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;
	return true;
}

static bool starts_with(struct span text, size_t at, const char *start)
{
	const size_t len = strlen(start);

	return text.len - at >= len && memcmp(text.ptr + at, start, len) == 0;
}

/* The place after the first `end` from `at` on, or the end of the text. */
static size_t behind(struct span text, size_t at, const char *end)
{
	while (at < text.len && !starts_with(text, at, end))
		at++;
	return at < text.len ? at + strlen(end) : text.len;
}

/* The place after the set at `at`. A ] that comes first in it is one of its characters. */
static size_t behind_set(struct span text, size_t at)
{
	at += starts_with(text, at, "[^") ? 2 : 1;
	if (at < text.len && text.ptr[at] == ']')
		at++;
	while (at < text.len && text.ptr[at] != ']') {
		if (text.ptr[at] == '\\')
			at += 2;
		else if (starts_with(text, at, "[:"))
			at = behind(text, at, ":]");
		else
			at++;
	}
	return at < text.len ? at + 1 : text.len;
}

/* The place after PCRE2 syntax that may hold a `<` that is no reference; else `at`. */
static size_t behind_syntax(struct span text, size_t at)
{
	static const char *const groups[] = { "(?<", "(?P<", "(?(<" };

	if (starts_with(text, at, "\\Q"))
		return behind(text, at, "\\E");
	if (starts_with(text, at, "\\k<") || starts_with(text, at, "\\g<"))
		return behind(text, at, ">");
	if (text.ptr[at] == '\\')
		return at + 2 < text.len ? at + 2 : text.len;
	if (text.ptr[at] == '[')
		return behind_set(text, at);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (starts_with(text, at, groups[i]))
			return at + strlen(groups[i]);
	return at;
}

/* The place after an escaped `<`; else `at`. */
static size_t behind_escape(struct span text, size_t at)
{
	return starts_with(text, at, "\\<") ? at + 2 : at;
}

/* Whether `<name>` at `at` refers to a class, or should. */
static bool refers(const struct word_classes *classes, struct span text, size_t at,
                   struct piece *out)
{
	const char *end = text.ptr[at] == '<' ? memchr(text.ptr + at, '>', text.len - at) : NULL;

	if (!end)
		return false;
	out->start = at;
	out->end = (size_t)(end - text.ptr) + 1;
	out->name = (struct span){ text.ptr + at + 1, out->end - at - 2 };
	out->class = class_named(classes, out->name);
	return out->class || (word_class_name_valid(out->name) && !is_ascii(out->name));
}

/* The next piece; `at` is below text.len. */
static struct piece next_piece(const struct word_classes *classes, struct span text, size_t at,
                               enum class_use use)
{
	struct piece piece;
	const size_t start = at;

	while (at < text.len) {
		const size_t behind_it =
		        use == CLASS_IN_PATTERN ? behind_syntax(text, at) : behind_escape(text, at);

		if (behind_it > at)
			at = behind_it;
		else if (!refers(classes, text, at, &piece))
			at++;
		else if (at > start)
			break;
		else
			return piece;
	}
	return (struct piece){ .start = start, .end = at };
}

const struct word_class *word_class_in(const struct word_classes *classes, struct span text,
                                       struct span *at)
{
	for (size_t i = 0; i < text.len && classes->count > 0;) {
		const struct piece piece = next_piece(classes, text, i, CLASS_IN_TEXT);

		if (piece.class) {
			*at = (struct span){ text.ptr + piece.start, piece.end - piece.start };
			return piece.class;
		}
		i = piece.end;
	}
	return NULL;
}

/* Appends ordinary text; an alternate writes `<` as `\<`. */
static void append_plain(struct span text, enum class_use use, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++)
		if (use == CLASS_IN_PATTERN || !starts_with(text, i, "\\<"))
			buf_append_char(out, text.ptr[i]);
}

static void append_piece(const struct piece *piece, struct span source, enum class_use use,
                         struct buf *out)
{
	const struct span plain = { source.ptr + piece->start, piece->end - piece->start };

	if (!piece->class)
		append_plain(plain, use, out);
	else if (use == CLASS_IN_PATTERN)
		buf_append_text(out, piece->class->group);
	else
		buf_append_text(out, piece->class->words.items[0]);
}

enum status word_classes_expand(const struct word_classes *classes, struct span source,
                                enum class_use use, struct buf *out, struct class_fault *fault)
{
	if (classes->count == 0) {
		buf_append(out, source.ptr, source.len);
		return STATUS_OK;
	}
	for (size_t at = 0; at < source.len;) {
		const struct piece piece = next_piece(classes, source, at, use);

		if (piece.name.len > 0 && !piece.class) {
			*fault = (struct class_fault){ piece.name, piece.start };
			return STATUS_INVALID;
		}
		append_piece(&piece, source, use, out);
		at = piece.end;
	}
	return STATUS_OK;
}

size_t word_classes_origin(const struct word_classes *classes, struct span source, size_t offset)
{
	size_t written = 0;

	if (classes->count == 0)
		return offset;
	for (size_t at = 0; at < source.len;) {
		const struct piece piece = next_piece(classes, source, at, CLASS_IN_PATTERN);
		const size_t len =
		        piece.class ? strlen(piece.class->group) : piece.end - piece.start;

		if (offset < written + len)
			return piece.class ? piece.start : piece.start + (offset - written);
		written += len;
		at = piece.end;
	}
	return source.len;
}

void word_class_append_group(const struct strings *words, struct buf *out)
{
	size_t longest = 0;

	for (size_t i = 0; i < words->count; i++)
		if (strlen(words->items[i]) > longest)
			longest = strlen(words->items[i]);
	buf_append_text(out, "(?:");
	for (size_t len = longest, written = 0; len > 0; len--) {
		for (size_t i = 0; i < words->count; i++) {
			if (strlen(words->items[i]) == len)
				BUF_JOIN(out, written++ > 0 ? "|" : "", words->items[i]);
		}
	}
	buf_append_char(out, ')');
}
