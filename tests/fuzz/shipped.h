/*
 * Fuzz: one engine over the knowledge that is shipped, made before the first input, and a turn of a
 * conversation with it. For one source file a program.
 */
#ifndef DAYI_TESTS_FUZZ_SHIPPED_H
#define DAYI_TESTS_FUZZ_SHIPPED_H

#include "engine/dialogue/conversation.h"
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
static inline int64_t one_moment(void *context)
{
	(void)context;
	return INT64_C(1795572000000);
}

/* Made once and kept: libFuzzer has no place to pass it through. */
static inline struct engine *engine(void)
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

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)engine();
	return 0;
}

/* The reply is valid until the next turn; asker may be NULL. */
static inline void take(struct conversation *conversation, const struct asker *asker,
                        struct span message, struct reply *reply)
{
	struct engine *with = engine();
	arena_reset(with->arena);
	REQUIRE(turn_take(with->snapshot, with->scratch, conversation,
	                  &(struct turn_input){ .text = message,
	                                        .asker = asker,
	                                        .clock = &with->clock,
	                                        .arena = with->arena },
	                  reply) == STATUS_OK);
	REQUIRE(reply->text);
}

#endif
