/* One person in conversation with a folder of knowledge, on 25 November 2026. */
#ifndef DAYI_TESTS_TALK_H
#define DAYI_TESTS_TALK_H

#include "support.h"

#include "shipped_relations.h"

#include <string.h>

#include "engine/dialogue/conversation.h"

#define SHIPPED_KNOWLEDGE DAYI_SOURCE_DIR "/knowledge"

struct talk {
	struct world world;
	struct conversation *conversation;
	struct facts *record; /* of the asker; owned; NULL where there is none */
	struct asker asker;
};

static int64_t ten_in_the_morning(void *context)
{
	(void)context;
	return INT64_C(1795572000000);
}

/* A clock that stands still. */
static const struct clock still = { ten_in_the_morning, ten_in_the_morning, NULL };

static inline int open_talk(void **state, const char *folder)
{
	static struct talk talk;
	talk = (struct talk){ 0 };
	open_world(&talk.world, folder, NULL);
	*state = &talk;
	return 0;
}

static inline int close_talk(void **state)
{
	struct talk *talk = *state;
	close_world(&talk->world);
	return 0;
}

static inline int begin(void **state)
{
	struct talk *talk = *state;
	talk->asker = (struct asker){ 0 };
	return conversation_create(&talk->conversation, 1) == STATUS_OK ? 0 : -1;
}

static inline int end(void **state)
{
	struct talk *talk = *state;
	conversation_destroy(talk->conversation);
	facts_destroy(talk->record);
	talk->record = NULL;
	return 0;
}

/* From here on the person is signed in, and the record is what the JSON says. */
static inline void sign_in(void **state, const char *json)
{
	struct talk *talk = *state;
	facts_destroy(talk->record);
	talk->record = NULL;
	assert_int_equal(
	        facts_create(diagnoser_relations(talk->world.snapshot->diagnoser), &talk->record),
	        STATUS_OK);
	assert_int_equal(facts_read_json(talk->record, span_of(json), "record", NULL), STATUS_OK);
	talk->asker.signed_in = true;
	talk->asker.record = talk->record;
}

/* In the arena of the world, which is not reset. `asker` may be NULL. */
static inline struct reply take(const struct world *world, struct conversation *conversation,
                                const char *message, const struct asker *asker)
{
	const struct turn_input input = { span_of(message), asker, &still, world->arena };
	struct reply reply;
	assert_int_equal(turn_take(world->snapshot, world->scratch, conversation, &input, &reply),
	                 STATUS_OK);
	return reply;
}

/* What was said before stays valid until the next one. */
static inline struct reply say(void **state, const char *message)
{
	struct talk *talk = *state;
	arena_reset(talk->world.arena);
	return take(&talk->world, talk->conversation, message, &talk->asker);
}

static inline void expect_answer(struct reply reply, const char *entry)
{
	assert_int_equal(reply.outcome, OUTCOME_ANSWER);
	assert_string_equal(reply.answers[0].entry->id, entry);
}

#endif
