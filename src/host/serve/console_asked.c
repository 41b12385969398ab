#include "host/serve/console_asked.h"

#include "base/utf8.h"
#include "channels/chats_json.h"

enum { WORD_SIZE = 16 };

/* One of the words, as its number; absent it is the first one's. */
static bool read_word(const struct http_request *request, const char *name,
                      const char *const *words, int *out)
{
	char text[WORD_SIZE];
	const struct span word = http_request_query(request, name, text, sizeof(text));

	*out = 0;
	if (!word.ptr)
		return true;
	for (int i = 0; words[i]; i++)
		if (span_equal(word, span_of(words[i]))) {
			*out = i;
			return true;
		}
	return false;
}

static bool read_days(const struct http_request *request, int64_t *out)
{
	char text[WORD_SIZE];
	const struct span days = http_request_query(request, "days", text, sizeof(text));

	*out = 0;
	if (!days.ptr)
		return true;
	return chats_read_number(days, out) && *out >= 1 && *out <= ASKED_DAYS_MOST;
}

enum refusal console_asked_read(const struct http_request *request, struct span view, char *text,
                                size_t size, struct console_ask *ask)
{
	static const char *const kinds[] = { "both", "unanswered", "disliked", NULL };
	static const char *const formats[] = { "json", "csv", NULL };
	const struct span query = http_request_query(request, "q", text, size - 1);
	int kind, format;

	if (!asked_view_read(view, &ask->asked.view))
		return REFUSAL_NOT_FOUND;
	if (!read_word(request, "kind", kinds, &kind) ||
	    !read_word(request, "format", formats, &format) ||
	    !read_days(request, &ask->asked.days))
		return REFUSAL_BAD_QUERY;
	ask->asked.kind = (enum asked_kind)kind;
	ask->asked.csv = format == 1;
	if (!query.ptr)
		return REFUSAL_NONE;
	text[query.len] = '\0';
	ask->query = text;
	return utf8_valid(query) ? REFUSAL_NONE : REFUSAL_NOT_UTF8;
}
