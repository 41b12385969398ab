#include "dayi.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/clock.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"

enum {
	PROBLEM_CEILING = 1 << 20,
	REPLY_CEILING = 1 << 20,
	TURN_CEILING = 16 << 20,
	FAULT_LINE = 1024,
};

struct dayi {
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct clock clock;
	struct buf problem;
};

struct dayi_conversation {
	struct dayi *engine;
	struct conversation *conversation;
	struct arena *arena;
	struct buf reply;
};

static void tell_faults(struct dayi *engine, const struct faults *faults)
{
	char line[FAULT_LINE];
	for (size_t i = 0; i < faults_kept(faults); i++)
		buf_append_format(&engine->problem, "%s\n",
		                  fault_format(faults_at(faults, i), line, sizeof(line)));
}

static enum dayi_result failed(struct dayi *engine, enum status status)
{
	buf_append_text(&engine->problem, status_text(status));
	return DAYI_FAILED;
}

enum dayi_result dayi_open(const char *folder, dayi **out)
{
	struct dayi *engine = calloc(1, sizeof(*engine));
	struct faults *faults = NULL;
	*out = engine;
	if (!engine)
		return DAYI_FAILED;
	buf_init(&engine->problem, PROBLEM_CEILING);
	engine->clock = clock_system();
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = normaliser_create(&engine->normaliser);
	if (status == STATUS_OK)
		status =
		        snapshot_build(folder, engine->normaliser, NULL, faults, &engine->snapshot);
	if (status == STATUS_OK)
		status = scratch_create(engine->snapshot, &engine->scratch);
	enum dayi_result result = DAYI_OK;
	if (status != STATUS_OK && faults_count(faults, FAULT_ERROR) > 0) {
		tell_faults(engine, faults);
		result = DAYI_INVALID_KNOWLEDGE;
	} else if (status != STATUS_OK) {
		result = failed(engine, status);
	}
	faults_destroy(faults);
	return result;
}

void dayi_close(dayi *engine)
{
	if (!engine)
		return;
	scratch_destroy(engine->scratch);
	snapshot_destroy(engine->snapshot);
	normaliser_destroy(engine->normaliser);
	buf_deinit(&engine->problem);
	free(engine);
}

const char *dayi_problem(const dayi *engine)
{
	return engine ? buf_text(&engine->problem) : "out of memory";
}

enum dayi_result dayi_conversation_start(dayi *engine, dayi_conversation **out)
{
	struct dayi_conversation *conversation = calloc(1, sizeof(*conversation));
	uint64_t seed = 0;
	*out = NULL;
	buf_clear(&engine->problem);
	if (!conversation || getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed)) {
		free(conversation);
		return failed(engine, STATUS_NO_MEMORY);
	}
	conversation->engine = engine;
	buf_init(&conversation->reply, REPLY_CEILING);
	enum status status = arena_create(&conversation->arena, TURN_CEILING);
	if (status == STATUS_OK)
		status = conversation_create(&conversation->conversation, seed);
	if (status != STATUS_OK) {
		dayi_conversation_end(conversation);
		return failed(engine, status);
	}
	*out = conversation;
	return DAYI_OK;
}

void dayi_conversation_end(dayi_conversation *conversation)
{
	if (!conversation)
		return;
	conversation_destroy(conversation->conversation);
	arena_destroy(conversation->arena);
	buf_deinit(&conversation->reply);
	free(conversation);
}

enum dayi_result dayi_ask(dayi_conversation *conversation, const char *message, size_t length,
                          const char **reply)
{
	struct dayi *engine = conversation->engine;
	struct reply taken;
	buf_clear(&engine->problem);
	buf_clear(&conversation->reply);
	arena_reset(conversation->arena);
	const struct turn_input input = { .text = { message, length },
		                          .clock = &engine->clock,
		                          .arena = conversation->arena };
	enum status status = turn_take(engine->snapshot, engine->scratch,
	                               conversation->conversation, &input, &taken);
	if (status == STATUS_OK)
		status = reply_write_json(&taken, NULL, &conversation->reply);
	if (status != STATUS_OK)
		return failed(engine, status);
	*reply = buf_text(&conversation->reply);
	return DAYI_OK;
}
