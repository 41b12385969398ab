/*
 * The state of a conversation, as bytes that anybody made: either they are refused, or the
 * conversation that they make is one like any other, which talks on and is saved again.
 */
#include <string.h>

#include "engine/dialogue/conversation.h"
#include "engine/dialogue/conversation_state.h"
#include "fuzz.h"

enum { TURN_CEILING = 64 << 20 };

struct engine {
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
	struct clock clock;
};

/* 25 November 2026. */
static int64_t one_moment(void *context)
{
	(void)context;
	return INT64_C(1795572000000);
}

/* Made once and kept: libFuzzer has no place to pass it through. */
static struct engine *engine(void)
{
	static struct engine *kept;
	if (kept)
		return kept;
	const struct match_settings settings = match_settings_default();
	kept = calloc(1, sizeof(*kept));
	REQUIRE(kept);
	REQUIRE(normaliser_create(&kept->normaliser) == STATUS_OK);
	REQUIRE(arena_create(&kept->arena, TURN_CEILING) == STATUS_OK);
	REQUIRE(snapshot_build(DAYI_SOURCE_DIR "/knowledge", kept->normaliser, &settings, NULL,
	                       &kept->snapshot) == STATUS_OK);
	REQUIRE(scratch_create(kept->snapshot, &kept->scratch) == STATUS_OK);
	kept->clock = (struct clock){ one_moment, one_moment, NULL };
	return kept;
}

static void say(struct conversation *conversation, const char *message)
{
	struct engine *with = engine();
	struct reply reply;
	arena_reset(with->arena);
	REQUIRE(turn_take(with->snapshot, with->scratch, conversation,
	                  &(struct turn_input){ .text = span_of(message),
	                                        .clock = &with->clock,
	                                        .arena = with->arena },
	                  &reply) == STATUS_OK);
	REQUIRE(reply.text);
}

/* What is saved is read again, and gives the same bytes. */
static void require_lasting(const struct conversation *conversation)
{
	struct conversation *other;
	struct buf one, two;
	buf_init(&one, CONVERSATION_STATE_MOST);
	buf_init(&two, CONVERSATION_STATE_MOST);
	REQUIRE(conversation_create(&other, 1) == STATUS_OK);
	REQUIRE(conversation_save(conversation, engine()->snapshot->knowledge, &one) == STATUS_OK);
	REQUIRE(conversation_restore(other, engine()->snapshot, buf_span(&one)) == STATUS_OK);
	REQUIRE(conversation_save(other, engine()->snapshot->knowledge, &two) == STATUS_OK);
	REQUIRE(span_equal(buf_span(&one), buf_span(&two)));
	conversation_destroy(other);
	buf_deinit(&one);
	buf_deinit(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const messages[] = { "第二个", "不对", "没有", "选错了", "自查" };
	const struct span bytes = { (const char *)data, size };
	struct conversation *conversation;
	REQUIRE(conversation_create(&conversation, 1) == STATUS_OK);
	if (conversation_restore(conversation, engine()->snapshot, bytes) == STATUS_OK) {
		require_lasting(conversation);
		for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
			say(conversation, messages[i]);
		require_lasting(conversation);
	}
	conversation_destroy(conversation);
	return 0;
}
