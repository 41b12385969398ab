#include "office/exchange/html_tags.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { TAG_MOST = 4096 /* bytes of a tag beside the quoted values of its attributes */ };

const char *const html_blocks[] = { "p",  "div",   "br",      "tr",         "li", "ul",
	                            "ol", "table", "h1",      "h2",         "h3", "h4",
	                            "h5", "h6",    "section", "blockquote", NULL };
static const char *const inlines[] = { "a",   "span", "b",     "strong", "em",    "i",     "u",
	                               "td",  "th",   "font",  "img",    "tbody", "thead", "pre",
	                               "sup", "sub",  "style", "script", "code",  NULL };

bool html_is_one(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

/*
 * The > that ends a tag. One within quotes does not, however long the value is (a picture as data:
 * is); where quotes do not close, the first > does. NULL: the text is no tag.
 */
static const char *find_end(struct span rest)
{
	size_t outside = 0;

	for (size_t i = 0; i < rest.len && outside < TAG_MOST; i++, outside++) {
		const char c = rest.ptr[i];
		const char *close;

		if (c == '>')
			return rest.ptr + i;
		if ((c != '"' && c != '\'') || i == 0 || !strchr("= \t\r\n", rest.ptr[i - 1]))
			continue;
		close = memchr(rest.ptr + i + 1, c, rest.len - i - 1);
		if (!close)
			break;
		i = (size_t)(close - rest.ptr);
	}
	return memchr(rest.ptr, '>', rest.len < TAG_MOST ? rest.len : TAG_MOST);
}

static bool read_tag(struct span text, struct html_tag *tag)
{
	size_t at = 1, len = 0;
	const char *end;

	if (text.len < 3 || text.ptr[0] != '<')
		return false;
	tag->closes = text.ptr[at] == '/';
	at += tag->closes;
	for (; at < text.len && len + 1 < HTML_NAME_SIZE; at++) {
		const char c = text.ptr[at];
		const char low = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;

		if (!((low >= 'a' && low <= 'z') || (len > 0 && low >= '0' && low <= '9')))
			break;
		tag->name[len++] = low;
	}
	tag->name[len] = '\0';
	if (len == 0)
		return false;
	if (at == text.len)
		return false;
	end = find_end((struct span){ text.ptr + at, text.len - at });
	if (!end || !strchr(" \t\r\n/>:", text.ptr[at]))
		return false;
	tag->whole = (struct span){ text.ptr, (size_t)(end - text.ptr) + 1 };
	tag->attributes = (struct span){ text.ptr + at, (size_t)(end - text.ptr) - at };
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct span *text)
{
	while (text->len > 0 && is_blank(text->ptr[0]))
		*text = (struct span){ text->ptr + 1, text->len - 1 };
}

static struct span take_until(struct span *text, const char *ends)
{
	size_t len = 0;
	struct span taken;

	while (len < text->len && (text->ptr[len] == '\0' || !strchr(ends, text->ptr[len])))
		len++;
	taken = (struct span){ text->ptr, len };
	*text = (struct span){ text->ptr + len, text->len - len };
	return taken;
}

/* Takes an attribute off the start; one without = has an empty value. */
static bool take_attribute(struct span *text, struct span *name, struct span *value)
{
	while (text->len > 0 && (is_blank(text->ptr[0]) || text->ptr[0] == '/'))
		*text = (struct span){ text->ptr + 1, text->len - 1 };
	*value = (struct span){ "", 0 };
	if (text->len == 0)
		return false;
	*name = take_until(text, "= \t\r\n");
	skip_blanks(text);
	if (text->len == 0 || text->ptr[0] != '=')
		return true;
	*text = (struct span){ text->ptr + 1, text->len - 1 };
	skip_blanks(text);
	if (text->len > 0 && (text->ptr[0] == '"' || text->ptr[0] == '\'')) {
		const char quote[] = { text->ptr[0], '\0' };

		*text = (struct span){ text->ptr + 1, text->len - 1 };
		*value = take_until(text, quote);
		if (text->len > 0)
			*text = (struct span){ text->ptr + 1, text->len - 1 };
	} else {
		*value = take_until(text, " \t\r\n");
	}
	return true;
}

struct span html_attribute(struct span attributes, const char *name)
{
	struct span key, value;

	while (take_attribute(&attributes, &key, &value))
		if (key.len == strlen(name) && strncasecmp(key.ptr, name, key.len) == 0)
			return value;
	return (struct span){ "", 0 };
}

void html_append_value(struct span value, struct buf *out)
{
	while (value.len > 0) {
		if (value.ptr[0] == '&' && html_append_entity(&value, out))
			continue;
		buf_append_char(out, value.ptr[0]);
		value = (struct span){ value.ptr + 1, value.len - 1 };
	}
}

bool html_append_entity(struct span *text, struct buf *out)
{
	static const struct {
		const char *name, *text;
	} entities[] = {
		{ "&nbsp;", " " },  { "&amp;", "&" },    { "&lt;", "<" },     { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&#39;", "'" },    { "&apos;", "'" },   { "&ldquo;", "“" },
		{ "&rdquo;", "”" }, { "&lsquo;", "‘" },  { "&rsquo;", "’" },  { "&hellip;", "…" },
		{ "&mdash;", "—" }, { "&middot;", "·" }, { "&times;", "×" },  { "&bull;", "•" },
		{ "&ensp;", " " },  { "&emsp;", "　" },  { "&thinsp;", " " }, { "&ndash;", "–" },
		{ "&rarr;", "→" },  { "&larr;", "←" },   { "&uarr;", "↑" },   { "&darr;", "↓" },
		{ "&copy;", "©" },  { "&reg;", "®" },    { "&trade;", "™" },  { "&deg;", "°" },
		{ "&yen;", "¥" },   { "&sect;", "§" },   { "&plusmn;", "±" }, { "&divide;", "÷" },
		{ "&le;", "≤" },    { "&ge;", "≥" },     { "&ne;", "≠" },     { "&permil;", "‰" },
		{ "&laquo;", "«" }, { "&raquo;", "»" },  { "&lsaquo;", "‹" }, { "&rsaquo;", "›" },
		{ "&sup2;", "²" },  { "&sup3;", "³" },   { "&prime;", "′" },  { "&zwnj;", "" },
	};
	char digits[10] = "", point[4], *end;
	unsigned long value;
	size_t len = 0;

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		len = strlen(entities[i].name);
		if (text->len < len || memcmp(text->ptr, entities[i].name, len) != 0)
			continue;
		buf_append_text(out, entities[i].text);
		*text = (struct span){ text->ptr + len, text->len - len };
		return true;
	}
	if (text->len < 4 || text->ptr[1] != '#')
		return false;
	for (len = 0; len < sizeof(digits) - 1 && len + 2 < text->len; len++)
		digits[len] = text->ptr[len + 2];
	value = digits[0] == 'x' || digits[0] == 'X' ? strtoul(digits + 1, &end, 16)
	                                             : strtoul(digits, &end, 10);
	if (*end != ';' || value < 0x20 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return false;
	buf_append(out, point, (size_t)(utf8_put(point, (uint32_t)value) - point));
	len = (size_t)(end - digits) + 3;
	*text = (struct span){ text->ptr + len, text->len - len };
	return true;
}

bool html_tag_of_text(struct span text, struct html_tag *tag)
{
	return read_tag(text, tag) &&
	       (html_is_one(tag->name, html_blocks) || html_is_one(tag->name, inlines));
}

bool html_tag_of_page(struct span text, struct html_tag *tag)
{
	return read_tag(text, tag);
}

bool html_next_tag(struct span *rest, struct html_tag *tag)
{
	const char *at;

	while (rest->len > 0 && (at = memchr(rest->ptr, '<', rest->len))) {
		const struct span from = { at, rest->len - (size_t)(at - rest->ptr) };
		const bool found = html_tag_of_page(from, tag);
		const size_t len = found ? tag->whole.len : 1;

		*rest = (struct span){ from.ptr + len, from.len - len };
		if (found)
			return true;
	}
	return false;
}

struct span html_behind(struct span text, const char *end)
{
	for (size_t i = 0; i + strlen(end) <= text.len; i++)
		if (strncasecmp(text.ptr + i, end, strlen(end)) == 0)
			return (struct span){ text.ptr + i, text.len - i };
	return (struct span){ text.ptr + text.len, 0 };
}
