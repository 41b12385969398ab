/*
 * Messages, parted by form feeds, in one conversation over tests/fixtures/library: once with every
 * row scored and once with the rows found by the rarest gram alone.
 */
#include <string.h>

#include "base/json.h"
#include "engine/dialogue/conversation.h"
#include "engine/text/identify.h"
#include "fuzz.h"

enum {
	TURN_CEILING = 64 << 20,
	REPLY_CEILING = 4 << 20,
	REPLY_DEPTH = 8,
	MESSAGES_MOST = 6,
	FEW_CANDIDATES = 2, /* fewer than the fixture has rows */
	EVERY_ROW = 1000000,
};

struct engine {
	struct normaliser *normaliser;
	struct scratch *whole, *picked;
	struct arena *arena;
	struct clock clock;
};

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

static struct scratch *build(const struct normaliser *normaliser, int64_t candidates)
{
	struct match_settings settings = match_settings_default();
	struct snapshot *snapshot = NULL;
	struct scratch *scratch = NULL;
	settings.candidates = candidates;
	REQUIRE(snapshot_build(DAYI_SOURCE_DIR "/tests/fixtures/library", normaliser, &settings,
	                       NULL, &snapshot) == STATUS_OK);
	REQUIRE(scratch_create(snapshot, &scratch) == STATUS_OK);
	return scratch;
}

/* Made once and kept: libFuzzer has no place to pass it through. */
static struct engine *engine(void)
{
	static struct engine *kept;
	if (kept)
		return kept;
	kept = calloc(1, sizeof(*kept));
	REQUIRE(kept);
	REQUIRE(normaliser_create(&kept->normaliser) == STATUS_OK);
	REQUIRE(arena_create(&kept->arena, TURN_CEILING) == STATUS_OK);
	kept->whole = build(kept->normaliser, EVERY_ROW);
	kept->picked = build(kept->normaliser, FEW_CANDIDATES);
	kept->clock = (struct clock){ no_time, no_time, NULL };
	return kept;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)engine();
	return 0;
}

static void require_sound(const struct match_candidate *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		REQUIRE(candidates[i].entry);
		REQUIRE(candidates[i].confidence >= 0 && candidates[i].confidence <= 1);
	}
}

/* Companies' codes and what a label makes harmless stay; see docs/privacy.md. */
static bool must_be_masked(const struct identifier *found)
{
	if (found->kind == IDENTIFIER_CERTIFICATE_NUMBER)
		return strpbrk(found->canonical, "ABC") != NULL;
	return found->kind == IDENTIFIER_ID_NUMBER && found->fault == IDENTIFIER_SOUND &&
	       strncmp(found->canonical + 6, "1920", 4) >= 0 &&
	       strncmp(found->canonical + 6, "2015", 4) <= 0;
}

static void require_masked(struct span masked, struct arena *arena)
{
	struct identifier_list found;
	if (!masked.ptr)
		return;
	REQUIRE(identify(masked, arena, &found) == STATUS_OK);
	for (size_t i = 0; i < found.count; i++)
		REQUIRE(!must_be_masked(&found.items[i]));
}

static void require_json(const struct reply *reply, struct span question)
{
	const struct reply_extras extras = { .q = question, .ranking_top = 10 };
	const struct json_limits limits = { REPLY_CEILING, REPLY_DEPTH };
	struct buf out;
	cJSON *json = NULL;
	buf_init(&out, REPLY_CEILING);
	REQUIRE(reply_write_json(reply, &extras, &out) == STATUS_OK);
	REQUIRE(json_parse(&json, buf_span(&out), limits, "reply", NULL) == STATUS_OK);
	cJSON_Delete(json);
	buf_deinit(&out);
}

static void say(struct conversation *conversation, struct scratch *scratch, struct span message)
{
	struct arena *arena = engine()->arena;
	struct reply reply;
	arena_reset(arena);
	REQUIRE(turn_take(scratch->snapshot, scratch, conversation,
	                  &(struct turn_input){
	                          .text = message, .clock = &engine()->clock, .arena = arena },
	                  &reply) == STATUS_OK);
	REQUIRE((reply.outcome == OUTCOME_ANSWER) == (reply.answer_count > 0));
	REQUIRE(reply.answer_count <= REPLY_ANSWERS_MOST);
	REQUIRE(reply.choice_count <= REPLY_CHOICES_MOST);
	REQUIRE(reply.text);
	require_sound(reply.answers, reply.answer_count);
	require_sound(reply.choices, reply.choice_count);
	require_sound(reply.ranking, reply.ranking_count);
	require_masked(reply.masked_question, arena);
	require_json(&reply, reply.masked_question);
}

static void converse(struct scratch *scratch, struct span messages)
{
	struct conversation *conversation = NULL;
	REQUIRE(conversation_create(&conversation, 1) == STATUS_OK);
	for (int i = 0; i < MESSAGES_MOST && messages.len > 0; i++) {
		const char *end = memchr(messages.ptr, '\f', messages.len);
		const size_t length = end ? (size_t)(end - messages.ptr) : messages.len;
		say(conversation, scratch, (struct span){ messages.ptr, length });
		messages.ptr += length + (end ? 1 : 0);
		messages.len -= length + (end ? 1 : 0);
	}
	conversation_destroy(conversation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span messages = { (const char *)data, size };
	converse(engine()->whole, messages);
	converse(engine()->picked, messages);
	return 0;
}
