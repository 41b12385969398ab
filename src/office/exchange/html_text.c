#include "office/exchange/html_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { NAME_SIZE = 16, LISTS_MOST = 8, TAG_MOST = 4096 /* bytes */ };

static const char *const blocks[] = { "p",  "div",   "br",      "tr",         "li", "ul",
	                              "ol", "table", "h1",      "h2",         "h3", "h4",
	                              "h5", "h6",    "section", "blockquote", NULL };
static const char *const inlines[] = { "a",   "span", "b",     "strong", "em",    "i",     "u",
	                               "td",  "th",   "font",  "img",    "tbody", "thead", "pre",
	                               "sup", "sub",  "style", "script", "code",  NULL };

struct tag {
	char name[NAME_SIZE]; /* lower case */
	bool closes;
	struct span whole, attributes;
};

static bool is_one(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

/* A tag of HTML at the start of the text. */
static bool read_tag(struct span text, struct tag *tag)
{
	size_t at = 1, len = 0;
	const char *end;

	if (text.len < 3 || text.ptr[0] != '<')
		return false;
	tag->closes = text.ptr[at] == '/';
	at += tag->closes;
	for (; at < text.len && len + 1 < NAME_SIZE; at++) {
		const char c = text.ptr[at];
		const char low = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;

		if (!((low >= 'a' && low <= 'z') || (len > 0 && low >= '0' && low <= '9')))
			break;
		tag->name[len++] = low;
	}
	tag->name[len] = '\0';
	end = memchr(text.ptr + at, '>', text.len - at < TAG_MOST ? text.len - at : TAG_MOST);
	if (!end || len == 0 || (!is_one(tag->name, blocks) && !is_one(tag->name, inlines)) ||
	    !strchr(" \t\r\n/>", text.ptr[at]))
		return false;
	tag->whole = (struct span){ text.ptr, (size_t)(end - text.ptr) + 1 };
	tag->attributes = (struct span){ text.ptr + at, (size_t)(end - text.ptr) - at };
	return true;
}

bool html_is(struct span text)
{
	struct tag tag;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '<' &&
		    read_tag((struct span){ text.ptr + i, text.len - i }, &tag))
			return true;
	return false;
}

static struct span attribute(struct span attributes, const char *name)
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

static bool append_entity(struct span *text, struct buf *out)
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

static void end_line(struct buf *out, size_t start)
{
	while (out->len > start &&
	       (out->ptr[out->len - 1] == ' ' || out->ptr[out->len - 1] == '\t'))
		out->len--;
	if (out->len > start && out->ptr[out->len - 1] != '\n')
		buf_append_char(out, '\n');
}

struct html {
	struct buf *out;
	size_t start;
	int counts[LISTS_MOST]; /* of the lists around; -1: without numbers */
	int depth;
	struct span link;
	size_t link_start;
};

static void end_link(struct html *html)
{
	struct buf *out = html->out;

	if (html->link_start > out->len)
		html->link_start = out->len;
	struct span text = { out->len > 0 ? out->ptr + html->link_start : "",
		             out->len - html->link_start };

	if (html->link.len > 0 && !memmem(text.ptr, text.len, html->link.ptr, html->link.len)) {
		const bool named = text.len > 0;

		buf_append_text(out, named ? "（" : "");
		buf_append(out, html->link.ptr, html->link.len);
		buf_append_text(out, named ? "）" : "");
	}
	html->link = (struct span){ "", 0 };
}

static void take_tag(struct html *html, const struct tag *tag)
{
	struct buf *out = html->out;

	if (strcmp(tag->name, "a") == 0) {
		if (tag->closes) {
			end_link(html);
		} else {
			html->link = attribute(tag->attributes, "href");
			html->link_start = out->len;
		}
	} else if (strcmp(tag->name, "img") == 0) {
		const struct span alt = attribute(tag->attributes, "alt");

		buf_append(out, alt.ptr, alt.len);
	} else if (strcmp(tag->name, "td") == 0 || strcmp(tag->name, "th") == 0) {
		if (!tag->closes && out->len > html->start && out->ptr[out->len - 1] != '\n')
			buf_append_char(out, '\t');
	} else if (is_one(tag->name, blocks)) {
		end_line(out, html->start);
	}
	if (strcmp(tag->name, "ul") == 0 || strcmp(tag->name, "ol") == 0) {
		html->depth += tag->closes ? -(html->depth > 0) : html->depth < LISTS_MOST - 1;
		html->counts[html->depth] = tag->name[0] == 'u' ? -1 : 0;
	} else if (strcmp(tag->name, "li") == 0 && !tag->closes) {
		if (html->depth > 0 && html->counts[html->depth] >= 0)
			buf_append_format(out, "%d. ", ++html->counts[html->depth]);
		else
			buf_append_text(out, "• ");
	}
}

/* Behind the end of a script or a style. */
static struct span behind(struct span text, const char *end)
{
	for (size_t i = 0; i + strlen(end) <= text.len; i++)
		if (strncasecmp(text.ptr + i, end, strlen(end)) == 0)
			return (struct span){ text.ptr + i, text.len - i };
	return (struct span){ text.ptr + text.len, 0 };
}

void html_append_text(struct span text, struct buf *out)
{
	struct html html = { .out = out, .start = out->len, .link = { "", 0 } };
	struct tag tag;

	while (text.len > 0 && buf_status(out) == STATUS_OK) {
		const char c = text.ptr[0];

		if (c == '<' && read_tag(text, &tag)) {
			text = (struct span){ text.ptr + tag.whole.len, text.len - tag.whole.len };
			take_tag(&html, &tag);
			if (!tag.closes && strcmp(tag.name, "script") == 0)
				text = behind(text, "</script");
			else if (!tag.closes && strcmp(tag.name, "style") == 0)
				text = behind(text, "</style");
			continue;
		}
		if (c == '&' && append_entity(&text, out))
			continue;
		if (c == '\n' || c == '\r') {
			end_line(out, html.start);
		} else {
			buf_append_char(out, c);
		}
		text = (struct span){ text.ptr + 1, text.len - 1 };
	}
	end_line(out, html.start);
	if (out->len > html.start && buf_status(out) == STATUS_OK)
		out->len--;
	if (out->ptr)
		out->ptr[out->len] = '\0';
}
