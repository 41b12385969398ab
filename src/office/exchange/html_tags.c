#include "office/exchange/html_tags.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { TAG_MOST = 4096 /* bytes */ };

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
	end = memchr(text.ptr + at, '>', text.len - at < TAG_MOST ? text.len - at : TAG_MOST);
	if (!end || !strchr(" \t\r\n/>:", text.ptr[at]))
		return false;
	tag->whole = (struct span){ text.ptr, (size_t)(end - text.ptr) + 1 };
	tag->attributes = (struct span){ text.ptr + at, (size_t)(end - text.ptr) - at };
	return true;
}

struct span html_attribute(struct span attributes, const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i + len + 1 < attributes.len; i++) {
		const char *at = attributes.ptr + i + len + 1, *stop;
		const char *const end = attributes.ptr + attributes.len;
		char quote;

		if (strncasecmp(attributes.ptr + i, name, len) != 0 || at[-1] != '=')
			continue;
		quote = at < end && (*at == '"' || *at == '\'') ? *at++ : ' ';
		stop = memchr(at, quote, (size_t)(end - at));
		return (struct span){ at, (size_t)((stop ? stop : end) - at) };
	}
	return (struct span){ "", 0 };
}

bool html_append_entity(struct span *text, struct buf *out)
{
	static const struct {
		const char *name, *text;
	} entities[] = {
		{ "&nbsp;", " " },  { "&amp;", "&" },    { "&lt;", "<" },    { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&#39;", "'" },    { "&apos;", "'" },  { "&ldquo;", "“" },
		{ "&rdquo;", "”" }, { "&lsquo;", "‘" },  { "&rsquo;", "’" }, { "&hellip;", "…" },
		{ "&mdash;", "—" }, { "&middot;", "·" }, { "&times;", "×" }, { "&bull;", "•" },
		{ "&ensp;", " " },  { "&emsp;", "　" },
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

struct span html_behind(struct span text, const char *end)
{
	for (size_t i = 0; i + strlen(end) <= text.len; i++)
		if (strncasecmp(text.ptr + i, end, strlen(end)) == 0)
			return (struct span){ text.ptr + i, text.len - i };
	return (struct span){ text.ptr + text.len, 0 };
}
