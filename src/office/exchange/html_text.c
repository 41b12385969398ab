#include "office/exchange/html_text.h"

#include <string.h>

#include "office/exchange/html_tags.h"

enum { LISTS_MOST = 8 };

bool html_is(struct span text)
{
	struct html_tag tag;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '<' &&
		    html_tag_of_text((struct span){ text.ptr + i, text.len - i }, &tag))
			return true;
	return false;
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
	struct buf link; /* where the link at hand leads */
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
		buf_append(out, buf_text(&html->link), html->link.len);
		buf_append_text(out, named ? "）" : "");
	}
	buf_clear(&html->link);
}

static void take_tag(struct html *html, const struct html_tag *tag)
{
	struct buf *out = html->out;

	if (strcmp(tag->name, "a") == 0) {
		if (tag->closes) {
			end_link(html);
		} else {
			buf_clear(&html->link);
			html_append_value(html_attribute(tag->attributes, "href"), &html->link);
			html->link_start = out->len;
		}
	} else if (strcmp(tag->name, "img") == 0) {
		html_append_value(html_attribute(tag->attributes, "alt"), out);
	} else if (strcmp(tag->name, "td") == 0 || strcmp(tag->name, "th") == 0) {
		if (!tag->closes && out->len > html->start && out->ptr[out->len - 1] != '\n')
			buf_append_char(out, '\t');
	} else if (html_is_one(tag->name, html_blocks)) {
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

void html_append_text(struct span text, struct buf *out)
{
	struct html html = { .out = out, .start = out->len };
	struct html_tag tag;
	bool unclosed = false; /* no comment ends from here on */

	buf_init(&html.link, text.len);
	while (text.len > 0 && buf_status(out) == STATUS_OK) {
		const char c = text.ptr[0];

		if (!unclosed && text.len >= 4 && memcmp(text.ptr, "<!--", 4) == 0) {
			const struct span rest =
			        html_behind((struct span){ text.ptr + 4, text.len - 4 }, "-->");

			if (rest.len > 0) {
				text = (struct span){ rest.ptr + 3, rest.len - 3 };
				continue;
			}
			unclosed = true;
		}
		if (c == '<' && html_tag_of_text(text, &tag)) {
			text = (struct span){ text.ptr + tag.whole.len, text.len - tag.whole.len };
			take_tag(&html, &tag);
			if (!tag.closes && strcmp(tag.name, "script") == 0)
				text = html_behind(text, "</script");
			else if (!tag.closes && strcmp(tag.name, "style") == 0)
				text = html_behind(text, "</style");
			continue;
		}
		if (c == '&' && html_append_entity(&text, out))
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
	if (buf_status(&html.link) != STATUS_OK && buf_status(out) == STATUS_OK)
		out->status = buf_status(&html.link);
	buf_deinit(&html.link);
}
