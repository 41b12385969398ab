#include "engine/dialogue/operator_words.h"

#include <string.h>

struct marks {
	const char *opens, *closes;
};

static const struct marks quotations[] = { { "“", "”" }, { "「", "」" }, { "『", "』" } };

static size_t starts_with(const char *text, const char *start)
{
	const size_t length = strlen(start);
	return length > 0 && strncmp(text, start, length) == 0 ? length : 0;
}

/* The length of the quotation that begins here, with its marks; 0 where none does. */
static size_t quotation_at(const char *text)
{
	for (size_t i = 0; i < sizeof(quotations) / sizeof(quotations[0]); i++) {
		const size_t opens = starts_with(text, quotations[i].opens);
		const char *end = opens ? strstr(text + opens, quotations[i].closes) : NULL;
		if (end)
			return (size_t)(end - text) + strlen(quotations[i].closes);
	}
	return 0;
}

void operator_words(const struct office *office, const char *sentence, struct buf *out)
{
	const char *addressed = office_text(office, "asker_addressed");
	const char *named = office_text(office, "asker_named");
	for (const char *at = sentence; *at;) {
		const size_t quoted = quotation_at(at);
		const size_t said = quoted ? 0 : starts_with(at, addressed);
		if (quoted)
			buf_append(out, at, quoted);
		else if (said)
			buf_append_text(out, named);
		else
			buf_append_char(out, *at);
		at += quoted + said > 0 ? quoted + said : 1;
	}
}
