#include "engine/text/privacy_stars.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/privacy_spelled.h"

static void write_stars(struct buf *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_append_char(out, '*');
}

static void write_ends(const char *text, size_t length, struct buf *out)
{
	char plain[PRIVACY_SPELLED_MOST];
	size_t count = 0;
	for (size_t i = 0; i < length && count < sizeof(plain); i++)
		if (privacy_is_alnum(text[i]))
			plain[count++] =
			        (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
	const size_t head = count >= 11 ? 3 : count >= 9 ? 2 : 0;
	const size_t tail = count >= 11 ? 2 : count >= 9 ? 1 : 0;
	buf_append(out, plain, head);
	write_stars(out, count > head + tail + 3 ? count - head - tail : 3);
	buf_append(out, plain + count - tail, tail);
}

static void write_name(struct span name, struct buf *out)
{
	size_t surname = 0;
	(void)utf8_next(name, &surname);
	buf_append(out, name.ptr, surname);
	write_stars(out, utf8_length((struct span){ name.ptr + surname, name.len - surname }));
}

/* The class (豫建安B, 豫建安C1) and the brackets stay: they are what is asked about. */
static void write_certificate(struct span text, struct buf *out)
{
	size_t total = 0, seen = 0, skip = 0;
	for (size_t i = 0; i < text.len; i++)
		total += privacy_is_digit(text.ptr[i]) || text.ptr[i] == 'o' || text.ptr[i] == 'O'
		                 ? 1
		                 : 0;
	for (size_t i = 1; i < text.len && skip == 0; i++)
		if (strchr("ABCabc", text.ptr[i - 1]) && text.ptr[i - 1])
			skip = text.ptr[i] >= '1' && text.ptr[i] <= '3' && i + 1 < text.len &&
			                       !privacy_is_digit(text.ptr[i + 1])
			               ? 1
			               : 0;
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		if (privacy_is_digit(c) || c == 'o' || c == 'O') {
			seen++;
			buf_append_char(out, (char)(seen <= skip || seen + 2 > total ? c : '*'));
		} else if (c != '\n' && c != ' ') {
			buf_append_char(out, c);
		}
	}
}

void privacy_write_stars(struct span viewed, enum privacy_style style, struct buf *out)
{
	assert(style != PRIVACY_KEEP);
	if (style == PRIVACY_ENDS)
		write_ends(viewed.ptr, viewed.len, out);
	else if (style == PRIVACY_NAME)
		write_name(viewed, out);
	else if (style == PRIVACY_CERTIFICATE)
		write_certificate(viewed, out);
	else
		write_stars(out, 3);
}
