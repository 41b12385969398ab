#include "office/sessions/session_state.h"

#include <string.h>

#include "base/codec.h"

enum { FORMAT = 1, ASK_ID_MOST = 1 << 10, REPLY_MOST = 8 << 20 };

/* Writes it, or reads it: what is not in the struct of one is in that of the other. */
static void visit(struct codec *codec, struct session_state *state)
{
	uint64_t until_s = state->identity.until_s > 0 ? (uint64_t)state->identity.until_s : 0;

	codec_text(codec, state->identity.id_number, sizeof(state->identity.id_number));
	codec_text(codec, state->identity.name, sizeof(state->identity.name));
	until_s = codec_number(codec, until_s, INT64_MAX);
	state->identity.until_s = (int64_t)until_s;
	codec_flag(codec, &state->signed_in);
	codec_bytes(codec, &state->origin, SESSION_ORIGIN_BYTES);
	for (size_t i = 0; i < RATABLE_MOST; i++) {
		struct ratable *one = &state->ratables.items[i];

		codec_text(codec, one->receipt, sizeof(one->receipt));
		one->value = (enum rating_value)codec_number(codec, one->value, RATING_DOWN);
	}
	codec_count(codec, &state->ratables.next, RATABLE_MOST - 1);
	codec_count(codec, &state->next_reply, SESSION_REPLIES - 1);
	codec_bytes(codec, &state->conversation, CONVERSATION_STATE_MOST);
}

enum status session_state_write(const struct session *session, const struct knowledge *knowledge,
                                struct buf *out)
{
	struct codec codec = { .out = out };
	struct session_state state = {
		.identity = session->identity,
		.signed_in = session->signed_in,
		.origin = session_origin(session),
		.ratables = session->ratables,
		.next_reply = session->next_reply,
	};
	struct buf conversation;
	enum status status;

	buf_init(&conversation, CONVERSATION_STATE_MOST);
	status = conversation_save(session->conversation, knowledge, &conversation);
	state.conversation = buf_span(&conversation);
	if (status == STATUS_OK) {
		codec_number(&codec, FORMAT, FORMAT);
		visit(&codec, &state);
		status = buf_status(out);
	}
	buf_deinit(&conversation);
	return status;
}

enum status session_state_read(struct span bytes, struct session_state *out)
{
	struct codec codec = { .in = bytes };

	*out = (struct session_state){ 0 };
	if (codec_number(&codec, FORMAT, FORMAT) != FORMAT)
		return STATUS_INVALID;
	visit(&codec, out);
	return codec_ended(&codec) ? STATUS_OK : STATUS_INVALID;
}

enum status session_state_apply(const struct session_state *state, const struct snapshot *snapshot,
                                uint64_t seed, struct session *session)
{
	const enum status status =
	        conversation_restore(session->conversation, snapshot, state->conversation);

	if (status != STATUS_OK)
		return status;
	conversation_reseed(session->conversation, seed);
	/* A record that was looked up here is nobody else's. */
	if (strcmp(session->identity.id_number, state->identity.id_number) != 0)
		session_keep_record(session, NULL, 0, 0);
	session->identity = state->identity;
	session->signed_in = state->signed_in;
	session->ratables = state->ratables;
	session->next_reply = state->next_reply;
	return STATUS_OK;
}

static void visit_kept(struct codec *codec, struct kept *kept)
{
	codec_bytes(codec, &kept->ask_id, ASK_ID_MOST);
	codec_flag(codec, &kept->of_record);
	codec_bytes(codec, &kept->reply, REPLY_MOST);
}

enum status kept_write(const struct kept *kept, struct buf *out)
{
	struct codec codec = { .out = out };
	struct kept copy = *kept;

	visit_kept(&codec, &copy);
	return buf_status(out);
}

enum status kept_read(struct span bytes, struct kept *out)
{
	struct codec codec = { .in = bytes };

	*out = (struct kept){ 0 };
	visit_kept(&codec, out);
	return codec_ended(&codec) ? STATUS_OK : STATUS_INVALID;
}
