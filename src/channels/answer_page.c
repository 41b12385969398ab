#include "channels/answer_page.h"

#include <stdio.h>
#include <string.h>

enum { ID_SIZE = 129, ENTRIES_MOST = 8, QUESTION_MOST = 600 /* bytes that an address carries */ };

const char answer_page_style[] =
        "body{margin:0;background:#f4f5f7;color:#1c1e21;"
        "font:16px/1.7 system-ui,-apple-system,\"Segoe UI\",\"Microsoft YaHei\",sans-serif}"
        "main{max-width:44em;margin:0 auto;padding:1em}"
        "section{background:#fff;border:1px solid #d5d8de;border-radius:6px;"
        "padding:.2em 1em 1em;margin:1em 0}"
        "h1{font-size:1.2em}h2{font-size:1.1em;margin:.8em 0 .4em}h3{font-size:1em;margin:1em 0 0}"
        "p{margin:.4em 0;white-space:pre-line;overflow-wrap:break-word}"
        "footer,.source{color:#555b66;font-size:.9em}"
        "a{color:#0b57d0}"
        "button{font:inherit;color:#fff;background:#0b57d0;border:0;border-radius:6px;"
        "padding:.6em 1.4em;margin:1em 0;cursor:pointer}";

static void append_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			buf_append_text(out, "&amp;");
			break;
		case '<':
			buf_append_text(out, "&lt;");
			break;
		case '>':
			buf_append_text(out, "&gt;");
			break;
		case '"':
			buf_append_text(out, "&quot;");
			break;
		default:
			buf_append_char(out, *text);
		}
	}
}

/* Nothing where there is no text. */
static void append_element(struct buf *out, const char *open, const char *text, const char *close)
{
	if (!text[0])
		return;
	buf_append_text(out, open);
	append_escaped(out, text);
	BUF_JOIN(out, close, "\n");
}

static void open_page(const struct knowledge *knowledge, struct buf *out)
{
	const char *title = office_title(&knowledge->office);

	buf_append_text(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n"
	                     "<meta charset=\"utf-8\">\n"
	                     "<meta name=\"viewport\" content=\"width=device-width,"
	                     "initial-scale=1\">\n"
	                     "<link rel=\"stylesheet\" href=\"../a/style.css\">\n");
	append_element(out, "<title>", title, "</title>");
	buf_append_text(out, "</head>\n<body>\n<main>\n");
	append_element(out, "<h1>", title, "</h1>");
}

static void close_page(const struct knowledge *knowledge, bool asks, struct buf *out)
{
	if (asks)
		append_element(out, "<p><a href=\"../\">",
		               office_text(&knowledge->office, "page_ask"), "</a></p>");
	buf_append_text(out, "</main>\n</body>\n</html>\n");
}

static void append_source(struct buf *out, const struct entry *entry)
{
	if (!entry->document[0])
		return;
	buf_append_text(out, "<p class=\"source\">");
	append_escaped(out, entry->document);
	if (entry->item > 0)
		buf_append_format(out, "第%d条", entry->item);
	if (entry->reviewed[0]) {
		buf_append_text(out, "，");
		append_escaped(out, entry->reviewed);
	}
	buf_append_text(out, "</p>\n");
}

static void append_entry(const struct knowledge *knowledge, const struct entry *entry,
                         struct buf *out)
{
	const bool is_open = !entry->answer[0] && entry->case_count == 0;

	buf_append_text(out, "<section>\n");
	append_element(out, "<h2>", entry->question, "</h2>");
	append_element(out, "<p>",
	               is_open ? office_text(&knowledge->office, "no_answer") : entry->answer,
	               "</p>");
	for (size_t i = 0; i < entry->case_count; i++) {
		const struct entry_case *one = &entry->cases[i];

		append_element(out, "<h3>", one->label, "</h3>");
		append_element(out, "<p>", one->situation, "</p>");
		append_element(out, "<p>建议：", one->advice, "</p>");
	}
	append_source(out, entry);
	buf_append_text(out, "</section>\n");
}

static const struct entry *next_entry(const struct knowledge *knowledge, struct span *ids)
{
	const char *end = memchr(ids->ptr, ' ', ids->len);
	const size_t len = end ? (size_t)(end - ids->ptr) : ids->len;
	char id[ID_SIZE];

	snprintf(id, sizeof(id), "%.*s", (int)len, ids->ptr);
	ids->ptr += len + (end != NULL);
	ids->len -= len + (end != NULL);
	return knowledge_find(knowledge, id);
}

bool answer_page_write(const struct knowledge *knowledge, struct span entries, struct buf *out)
{
	const struct entry *found[ENTRIES_MOST];
	size_t count = 0;

	while (entries.len > 0 && count < ENTRIES_MOST) {
		const struct entry *entry = next_entry(knowledge, &entries);

		if (entry && entry->kind == ENTRY_ANSWER)
			found[count++] = entry;
	}
	if (count == 0)
		return false;
	open_page(knowledge, out);
	for (size_t i = 0; i < count; i++)
		append_entry(knowledge, found[i], out);
	append_element(out, "<footer><p>", office_text(&knowledge->office, "page_answer"),
	               "</p></footer>");
	close_page(knowledge, true, out);
	return true;
}

void answer_page_write_way(const struct knowledge *knowledge, struct buf *out)
{
	open_page(knowledge, out);
	append_element(out, "<p>", office_text(&knowledge->office, "page_private"), "</p>");
	append_element(out, "<form method=\"post\"><button type=\"submit\">",
	               office_text(&knowledge->office, "page_private_go"), "</button></form>");
	close_page(knowledge, false, out);
}

void answer_page_write_gone(const struct knowledge *knowledge, struct buf *out)
{
	open_page(knowledge, out);
	append_element(out, "<p>", office_text(&knowledge->office, "page_gone"), "</p>");
	close_page(knowledge, true, out);
}

/* The length of as much of it as an address may carry. */
static size_t carried(struct span question)
{
	size_t len = question.len < QUESTION_MOST ? question.len : QUESTION_MOST;

	while (len < question.len && len > 0 && (question.ptr[len] & 0xc0) == 0x80)
		len--;
	return len;
}

void answer_page_write_chat(struct span question, struct buf *out)
{
	static const char digits[] = "0123456789ABCDEF";
	const size_t len = carried(question);

	buf_append_text(out, "../");
	if (len > 0)
		buf_append_text(out, "?q=");
	for (size_t i = 0; i < len; i++) {
		const unsigned char byte = (unsigned char)question.ptr[i];

		if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= 'a' && byte <= 'z')) {
			buf_append_char(out, (char)byte);
			continue;
		}
		buf_append_char(out, '%');
		buf_append_char(out, digits[byte >> 4]);
		buf_append_char(out, digits[byte & 0x0f]);
	}
}
