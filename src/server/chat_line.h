/*
 * Chat line: what a chat's connection says, and the session that it speaks for.
 */
#ifndef DAYI_SERVER_CHAT_LINE_H
#define DAYI_SERVER_CHAT_LINE_H

#include "server/state.h"

/* Sends what stands in server->reply. Not 0: the connection must end. */
MUST_CHECK int chat_send_reply(struct connection *connection);

/* Ends it with that close code and the refusal's sentence; gives the callback's result. */
MUST_CHECK int chat_close(struct connection *connection, int code, enum refusal refusal);

/* Opens a session where the connection has none. */
MUST_CHECK enum status chat_ensure_session(struct connection *connection);

/* Leaves the session it had. */
void chat_take_session(struct connection *connection, struct session *session);

/* The connection's session becomes that person's; where it was somebody else's, another one does.
 */
MUST_CHECK bool chat_bind(struct connection *connection, const struct identity *identity);

#endif
