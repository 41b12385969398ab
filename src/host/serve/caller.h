/*
 * Caller: a program that asks with a key, and what its requests share: a channel of its name and a
 * bucket of its rate. Lives until the server ends, so that what still waits for an answer has its
 * channel. The loop's thread only.
 */
#ifndef DAYI_SERVE_CALLER_H
#define DAYI_SERVE_CALLER_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

struct caller {
	struct key key; /* as it was when it asked last */
	char name[KEY_NAME_SIZE +
	          4]; /* the key's, or "key:" and it where a platform is called so */
	struct channel channel;
	struct bucket bucket;
	struct caller *next;
};

/*
 * Whose key came with the request, into http.caller; NULL where none came and none is needed.
 * REFUSAL_KEY, REFUSAL_LOCKED.
 */
MUST_CHECK enum refusal caller_read(struct connection *connection,
                                    const struct http_request *request,
                                    void (*send)(void *line, const struct outgoing *outgoing));

/* Takes the cost, in thousandths of a message, from the caller's bucket. */
MUST_CHECK enum refusal caller_pay(const struct server *server, struct caller *caller,
                                   int64_t cost);

/* REFUSAL_SCOPE where the key is not for that, or has ended since. */
MUST_CHECK enum refusal caller_may(const struct server *server, const struct caller *caller,
                                   enum key_use use);

/* After service_destroy(). */
void callers_destroy(struct server *server);

#endif
