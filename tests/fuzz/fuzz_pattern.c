/*
 * A pattern of the knowledge in the first line, a text to look for it in the rest.
 */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "engine/knowledge/pattern.h"
#include "fuzz.h"

enum { PATTERN_MOST = 2000, TEXT_MOST = 4000 };

/* Letters beyond ASCII that are a case of one of ASCII; a normalised text holds none. */
static bool is_normalised(struct span text)
{
	for (size_t at = 0; at < text.len;) {
		const uint32_t point = utf8_next(text, &at);
		if (point == 0x17f || point == 0x212a)
			return false;
	}
	return true;
}

static bool holds(struct span text, const char *word)
{
	const size_t len = strlen(word);
	for (size_t at = 0; at + len <= text.len; at++)
		if (strncasecmp(text.ptr + at, word, len) == 0)
			return true;
	return false;
}

/* Where the pattern is found, a word of each of its sets stands in the text. */
static void require_literals(const struct pattern *pattern, struct span text)
{
	const struct pattern_literals *literals = pattern_literals(pattern);
	for (size_t s = 0; s < literals->count; s++) {
		const char *word = literals->sets[s].words;
		bool found = false;
		for (size_t i = 0; i < literals->sets[s].count && !found; i++) {
			found = holds(text, word);
			word += strlen(word) + 1;
		}
		REQUIRE(found);
	}
}

static void look_for(const struct pattern *pattern, struct span text)
{
	struct pattern_scratch *scratch = NULL;
	size_t start = 0, end = 0;
	REQUIRE(pattern_scratch_create(&scratch) == STATUS_OK);
	if (pattern_find(pattern, scratch, text, &start, &end)) {
		REQUIRE(start <= end);
		REQUIRE(end <= text.len);
		if (is_normalised(text))
			require_literals(pattern, text);
	}
	pattern_scratch_destroy(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line_end = size ? memchr(data, '\n', size) : NULL;
	const size_t length = line_end ? (size_t)(line_end - data) : size;
	const struct span text = { (const char *)data + length, size - length };
	struct pattern_fault fault = { .reason = "" };
	struct pattern *pattern = NULL;
	char source[PATTERN_MOST + 1];
	if (length > PATTERN_MOST || text.len > TEXT_MOST)
		return 0;
	if (length)
		memcpy(source, data, length);
	source[length] = '\0';
	const enum status status = pattern_compile(source, &fault, &pattern);
	if (status == STATUS_OK) {
		REQUIRE(strcmp(pattern_source(pattern), source) == 0);
		if (utf8_valid(text))
			look_for(pattern, text);
		pattern_destroy(pattern);
	} else {
		REQUIRE(status == STATUS_INVALID);
		REQUIRE(fault.reason[0]);
		REQUIRE(fault.offset <= strlen(source));
	}
	return 0;
}
