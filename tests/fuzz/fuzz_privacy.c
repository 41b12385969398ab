/*
 * Messages, parted by form feeds, masked one after another in one conversation: bounded, and what
 * is left has no ID or certificate number in it.
 */
#include <string.h>

#include "base/utf8.h"
#include "engine/text/identify.h"
#include "engine/text/privacy.h"
#include "fuzz.h"

enum {
	CEILING = 256 << 20,
	MESSAGES_MOST = 6,
	TEXT_MOST = 64 << 10,
	GROWTH = 24, /* bytes that the stars of one masked stretch may add */
};

struct engine {
	struct privacy *privacy;
	struct arena *arena;
};

/* Made once and kept: libFuzzer has no place to pass it through. */
static struct engine *engine(void)
{
	static struct engine *kept;
	const struct span printed[] = { span_of("0371-65250866, QQ 1092242364") };
	if (kept)
		return kept;
	kept = calloc(1, sizeof(*kept));
	REQUIRE(kept);
	REQUIRE(arena_create(&kept->arena, CEILING) == STATUS_OK);
	REQUIRE(privacy_create(&kept->privacy, printed, 1) == STATUS_OK);
	return kept;
}

static void require_masked(struct span masked)
{
	struct identifier_list found;
	REQUIRE(identify(masked, engine()->arena, &found) == STATUS_OK);
	for (size_t i = 0; i < found.count; i++) {
		const struct identifier *item = &found.items[i];
		/* Without a class it may be the number of a document: 豫建安〔2024〕125号. */
		REQUIRE(item->kind != IDENTIFIER_CERTIFICATE_NUMBER ||
		        !strpbrk(item->canonical, "ABC"));
		/* Born 1920 to 2015: no label makes it harmless. */
		REQUIRE(item->kind != IDENTIFIER_ID_NUMBER || item->fault != IDENTIFIER_SOUND ||
		        strncmp(item->canonical + 6, "1920", 4) < 0 ||
		        strncmp(item->canonical + 6, "2015", 4) > 0);
	}
}

static void mask_one(struct span message, struct privacy_tail *tail)
{
	struct privacy_masked masked;
	arena_reset(engine()->arena);
	const enum status status =
	        privacy_mask(engine()->privacy, message, tail, engine()->arena, &masked);
	REQUIRE(status == (message.len > TEXT_MOST ? STATUS_LIMIT : STATUS_OK));
	REQUIRE(masked.masked || span_equal(masked.text, message));
	REQUIRE(memchr(tail->digits, '\0', sizeof(tail->digits)));
	if (status != STATUS_OK)
		return;
	REQUIRE(masked.text.len <= message.len * GROWTH);
	REQUIRE(!utf8_valid(message) || utf8_valid(masked.text));
	require_masked(masked.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span messages = { (const char *)data, size };
	struct privacy_tail tail = { "" };
	for (int i = 0; i < MESSAGES_MOST && messages.len > 0; i++) {
		const char *end = memchr(messages.ptr, '\f', messages.len);
		const size_t length = end ? (size_t)(end - messages.ptr) : messages.len;
		mask_one((struct span){ messages.ptr, length }, &tail);
		messages.ptr += length + (end ? 1 : 0);
		messages.len -= length + (end ? 1 : 0);
	}
	return 0;
}
