#include "server/chat_line.h"

#include "channels/message.h"

/* In the IANA registry, but not in the library's enum. */
enum { CLOSE_TRY_AGAIN_LATER = 1013 };

int chat_close(struct connection *connection, int code, enum refusal refusal)
{
	const char *text = refusal_text(refusal);
	unsigned char reason[124];
	size_t len = strlen(text);

	metrics_refuse(&connection->server->metrics, refusal);
	/* A close frame holds 123 bytes; every sentence of the table fits. */
	if (len >= sizeof(reason))
		len = 0;
	memcpy(reason, text, len);
	connection->closing = true;
	if (connection->door.state == DOOR_FRAMES)
		connection->door.state = DOOR_CLOSING;
	lws_close_reason(connection->wsi, (enum lws_close_status)code, reason, len);
	return -1;
}

int chat_send_reply(struct connection *connection)
{
	const enum status status =
	        outbox_add(&connection->outbox, buf_span(&connection->server->reply));

	if (status == STATUS_LIMIT)
		return chat_close(connection, CLOSE_TRY_AGAIN_LATER, REFUSAL_SLOW_READER);
	if (status != STATUS_OK)
		return -1;
	lws_callback_on_writable(connection->wsi);
	return 0;
}

void chat_take_session(struct connection *connection, struct session *session)
{
	if (connection->session)
		connection->session->connections--;
	session->connections++;
	connection->session = session;
}

enum status chat_ensure_session(struct connection *connection)
{
	struct server *server = connection->server;
	struct session *session;
	enum status status = STATUS_OK;

	if (connection->session)
		return STATUS_OK;
	status = sessions_open(server->sessions, server_now_us(server), &session);
	if (status == STATUS_OK)
		chat_take_session(connection, session);
	return status;
}

bool chat_bind(struct connection *connection, const struct identity *identity)
{
	if (chat_ensure_session(connection) != STATUS_OK)
		return false;
	if (session_sign_in(connection->session, identity))
		return true;
	connection->session->connections--;
	connection->session = NULL;
	return chat_ensure_session(connection) == STATUS_OK &&
	       session_sign_in(connection->session, identity);
}
