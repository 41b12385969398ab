/*
 * One conversation over the knowledge that is shipped: its first line is a record as JSON (what is
 * none leaves the person a stranger), every other line a message.
 */
#include <string.h>

#include "base/json.h"
#include "shipped.h"

enum {
	REPLY_CEILING = 4 << 20,
	REPLY_DEPTH = 8,
	MESSAGES_MOST = 16,
};

/* Up to the next line feed, which is passed over. */
static struct span next_line(struct span *rest)
{
	const char *end = memchr(rest->ptr, '\n', rest->len);
	const size_t length = end ? (size_t)(end - rest->ptr) : rest->len;
	const struct span line = { rest->ptr, length };
	rest->ptr += length + (end ? 1 : 0);
	rest->len -= length + (end ? 1 : 0);
	return line;
}

/* A verdict has a reason; whoever answered nothing is not told that they did. */
static void require_reasons(const struct diagnosis *diagnosis, const struct told *told)
{
	for (size_t i = 0; i < diagnosis->case_count; i++) {
		const struct case_verdict *one = &diagnosis->cases[i];
		REQUIRE(one->of == &diagnosis->entry->judged[i]);
		REQUIRE(one->verdict == VERDICT_APPLIES || one->step_count == 0);
		REQUIRE(one->verdict == VERDICT_UNKNOWN || diagnosis->failures > 0 ||
		        one->because[0]);
		REQUIRE(told || strncmp(one->because, "您说", strlen("您说")) != 0);
	}
}

static void require_question(const struct reply *reply, const struct asker *asker)
{
	REQUIRE(reply->answer_count == 1);
	REQUIRE(reply->next->option_count > 0);
	/* Whoever is signed in is offered it only where no record can decide. */
	if (reply->offers_check) {
		REQUIRE(reply->outcome == OUTCOME_ANSWER);
		REQUIRE(!asker->signed_in || reply->wants == 0);
		return;
	}
	REQUIRE(entry_question(reply->answers[0].entry, reply->next->fact) == reply->next);
	REQUIRE(!reply->told || !told_label(reply->told, reply->next));
	REQUIRE(reply->next_number >= 1 && reply->next_number <= TOLD_SAID_MOST + 1);
	REQUIRE(!reply->check_ended);
}

static void require_json(const struct reply *reply)
{
	const struct json_limits limits = { REPLY_CEILING, REPLY_DEPTH };
	struct buf out;
	cJSON *json = NULL;
	buf_init(&out, REPLY_CEILING);
	REQUIRE(reply_write_json(reply, NULL, &out) == STATUS_OK);
	REQUIRE(json_parse(&json, buf_span(&out), limits, "reply", NULL) == STATUS_OK);
	cJSON_Delete(json);
	buf_deinit(&out);
}

static void say(struct conversation *conversation, const struct asker *asker, struct span message)
{
	struct reply reply;
	take(conversation, asker, message, &reply);
	/* A question that tells siblings apart is asked instead of an answer. */
	const bool tells_apart = reply.next && reply.answer_count == 0;
	REQUIRE(!tells_apart || reply.outcome == OUTCOME_ASK);
	REQUIRE((reply.outcome == OUTCOME_ANSWER ||
	         (reply.outcome == OUTCOME_ASK && !tells_apart)) == (reply.answer_count > 0));
	REQUIRE(reply.outcome != OUTCOME_ASK || reply.next);
	REQUIRE(reply.wants == 0 || asker->signed_in);
	REQUIRE(!reply.no_record || asker->signed_in);
	for (size_t i = 0; i < reply.answer_count; i++)
		require_reasons(&reply.diagnoses[i], reply.told);
	if (reply.next && !tells_apart)
		require_question(&reply, asker);
	require_json(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct conversation *conversation = NULL;
	struct facts *record = NULL;
	struct asker asker = { .browser = size % 2 ? "Chrome" : NULL };
	REQUIRE(facts_create(diagnoser_relations(engine()->snapshot->diagnoser), &record) ==
	        STATUS_OK);
	REQUIRE(conversation_create(&conversation, 1) == STATUS_OK);
	if (facts_read_json(record, next_line(&rest), "record", NULL) == STATUS_OK) {
		asker.signed_in = true;
		asker.record = record;
	}
	for (int i = 0; i < MESSAGES_MOST && rest.len > 0; i++)
		say(conversation, &asker, next_line(&rest));
	conversation_destroy(conversation);
	facts_destroy(record);
	return 0;
}
