#include "engine/knowledge/pattern_gaps.h"

static bool starts_with(struct span source, size_t at, const char *text)
{
	const size_t len = strlen(text);
	return source.len - at >= len && memcmp(source.ptr + at, text, len) == 0;
}

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes of ".*" or ".*?" at `at`, else 0. */
static size_t gap_at(struct span source, size_t at)
{
	if (!starts_with(source, at, ".*") || starts_with(source, at, ".*+"))
		return 0;
	return starts_with(source, at, ".*?") ? 3 : 2;
}

/* Bytes of a run of white space at `at`, else 0; no further quantifier may follow. */
static size_t blank_at(struct span source, size_t at)
{
	const size_t len = starts_with(source, at, "[[:space:]]+") ? 12
	                   : starts_with(source, at, "\\s+")       ? 3
	                                                           : 0;
	return len > 0 && at + len < source.len && memchr("+?", source.ptr[at + len], 2) ? 0 : len;
}

/* Bytes of a plain character at `at` that nothing repeats, else 0. */
static size_t plain_at(struct span source, size_t at)
{
	size_t len = 1;
	if (source.ptr[at] == '\\') {
		if (at + 1 == source.len || is_letter_or_digit(source.ptr[at + 1]) ||
		    (unsigned char)source.ptr[at + 1] >= 0x80)
			return 0;
		len = 2;
	} else if (memchr("^$.[|()?*+{", source.ptr[at], 11)) {
		return 0;
	} else if ((unsigned char)source.ptr[at] >= 0x80) {
		while (at + len < source.len &&
		       ((unsigned char)source.ptr[at + len] & 0xc0) == 0x80)
			len++;
	}
	return at + len < source.len && memchr("?*+{", source.ptr[at + len], 4) ? 0 : len;
}

bool pattern_gaps_rewrite(struct span source, struct buf *out)
{
	size_t gaps = 0;
	for (size_t at = 0; at < source.len;) {
		const size_t gap = gap_at(source, at), blank = blank_at(source, at);
		const size_t len = gap > 0 ? gap : blank > 0 ? blank : plain_at(source, at);
		if (len == 0)
			return false;
		/* A gap before the first piece can be dropped. */
		if (gap > 0 && at > 0)
			buf_append_text(out, gaps++ > 0 ? ")(?>.*?" : "(?>.*?");
		else if (gap == 0)
			buf_append(out, source.ptr + at, len);
		at += len;
		/* The blanks before a gap may belong to it: as few as can be. */
		if (blank > 0 && at < source.len && gap_at(source, at) > 0)
			buf_append_char(out, '?');
	}
	buf_append_char(out, ')');
	return gaps > 1 || (gaps == 1 && gap_at(source, 0) > 0);
}
