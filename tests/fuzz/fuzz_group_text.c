/*
 * An answer's text, cut into the messages of a platform and as Markdown. The first three bytes are
 * the limits.
 */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "service/groups/group_text.h"

enum { PARTS_MOST = 8 };

static void cut(struct span text, struct group_text_limits limits)
{
	const struct span end = { "\nend", 4 };
	struct span parts[PARTS_MOST];
	bool whole;
	const size_t count = group_text_cut(text, limits, end, parts, &whole);
	const char *at = text.ptr;

	REQUIRE(count <= limits.parts);
	for (size_t i = 0; i < count; i++) {
		/* In order, within the text and within the limits. */
		REQUIRE(parts[i].ptr >= at && parts[i].len <= limits.bytes);
		REQUIRE(utf8_length(parts[i]) <= limits.chars && utf8_valid(parts[i]));
		at = parts[i].ptr + parts[i].len;
		REQUIRE(at <= text.ptr + text.len);
	}
	if (count > 0 && !whole && parts[count - 1].len > 0)
		REQUIRE(parts[count - 1].len + end.len <= limits.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct group_text_limits limits;
	struct buf out;

	if (size < 3)
		return 0;
	limits = (struct group_text_limits){ 1 + (size_t)data[0], 4 + (size_t)data[1] * 4,
		                             1 + (size_t)data[2] % PARTS_MOST };
	const struct span text = { (const char *)data + 3, size - 3 };

	if (!utf8_valid(text))
		return 0;
	cut(text, limits);
	buf_init(&out, (size_t)1 << 20);
	group_text_markdown(text, &out);
	REQUIRE(utf8_valid(buf_span(&out)));
	buf_deinit(&out);
	return 0;
}
