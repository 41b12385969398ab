/*
 * Asks: what people ask, taken at once, or, where an answer hangs on a record that was not read
 * yet, as soon as the record is there.
 *
 * Asks of one session are answered in the order in which they came: those behind a waiting one wait
 * with it. A connection that ends takes its waiting asks with it; the client asks again, and finds
 * the record that was being looked up for it.
 */
#ifndef DAYI_SERVER_ASKS_H
#define DAYI_SERVER_ASKS_H

#include <stdbool.h>

#include "server/state.h"
#include "service/refusal.h"

struct ask {
	struct connection *connection;
	struct session *session;
	bool chat;           /* over WebSocket */
	const char *channel; /* static: "web", "http" */
	const char *browser; /* static, or NULL where it is not known */
	const char *id;      /* the asker's own name for it, or NULL */
	const char *text;
	/* Sends the reply object that stands in server->reply; not 0: the connection must end. */
	int (*deliver)(struct connection *connection, const struct ask *ask, enum refusal refusal);
};

/* Takes it, or keeps a copy until it can be taken. Returns what deliver() returned, or 0. */
MUST_CHECK int asks_take(struct server *server, const struct ask *ask);

/* The connection ends. */
void asks_forget(struct server *server, const struct connection *connection);

#endif
