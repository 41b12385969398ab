/*
 * The state of a conversation, as bytes that anybody made: either they are refused, or the
 * conversation that they make is one like any other, which talks on and is saved again.
 */
#include <string.h>

#include "engine/dialogue/conversation_state.h"
#include "shipped.h"

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
	struct reply reply;
	REQUIRE(conversation_create(&conversation, 1) == STATUS_OK);
	if (conversation_restore(conversation, engine()->snapshot, bytes) == STATUS_OK) {
		require_lasting(conversation);
		for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
			take(conversation, NULL, span_of(messages[i]), &reply);
		require_lasting(conversation);
	}
	conversation_destroy(conversation);
	return 0;
}
