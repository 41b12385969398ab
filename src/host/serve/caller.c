#include "host/serve/caller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/serve/connection.h"
#include "service/bulletin.h"

enum { BURST_S = 4 }; /* so many seconds' messages at once */

static struct bucket_rate rate_of(const struct caller *caller)
{
	return (struct bucket_rate){ caller->key.rate, caller->key.rate * BURST_S };
}

static struct caller *caller_named(struct server *server, const struct key *key,
                                   void (*send)(void *line, const struct outgoing *outgoing))
{
	struct caller *caller = server->callers;

	while (caller && strcmp(caller->key.name, key->name) != 0)
		caller = caller->next;
	if (caller) {
		caller->key = *key;
		return caller;
	}
	caller = calloc(1, sizeof(*caller));
	if (!caller)
		return NULL;
	caller->key = *key;
	snprintf(caller->name, sizeof(caller->name), "%s%s",
	         bulletin_channel_named(key->name) < BULLETIN_CHANNELS ? "key:" : "", key->name);
	caller->channel = (struct channel){ .name = caller->name, .send = send };
	const struct bucket_rate rate = rate_of(caller);

	bucket_init(&caller->bucket, &rate, server_now_us(server));
	caller->next = server->callers;
	server->callers = caller;
	return caller;
}

/* The key: in a field of its own, or a Bearer token that is not the portal's. */
static struct span key_of(const struct http_request *request)
{
	const struct span bearer = http_request_bearer(request);

	if (request->api_key.ptr)
		return http_trim(request->api_key);
	return key_is_meant(bearer) ? bearer : (struct span){ NULL, 0 };
}

enum refusal caller_read(struct connection *connection, const struct http_request *request,
                         void (*send)(void *line, const struct outgoing *outgoing))
{
	struct server *server = connection->server;
	const struct span token = key_of(request);
	const struct address *address;
	struct ip client;
	struct key key;
	enum refusal refusal;

	if (!token.ptr)
		return server->config->http.key_required ? REFUSAL_KEY : REFUSAL_NONE;
	address = connection_address(connection, request);
	client = address ? address->ip : connection->peer;
	refusal = service_key(server->service, token,
	                      (struct span){ (const char *)client.bytes, sizeof(client.bytes) },
	                      &key);
	if (refusal == REFUSAL_NONE)
		connection->http.caller = caller_named(server, &key, send);
	explicit_bzero(&key, sizeof(key));
	return refusal == REFUSAL_NONE && !connection->http.caller ? REFUSAL_INTERNAL : refusal;
}

enum refusal caller_pay(const struct server *server, struct caller *caller, int64_t cost)
{
	const struct bucket_rate rate = rate_of(caller);

	return bucket_take(&caller->bucket, &rate, cost, server_now_us(server)) ? REFUSAL_NONE
	                                                                        : REFUSAL_RATE;
}

enum refusal caller_may(const struct server *server, const struct caller *caller, enum key_use use)
{
	return key_may(&caller->key, use, clock_wall_ms(&server->clock)) ? REFUSAL_NONE
	                                                                 : REFUSAL_SCOPE;
}

void callers_destroy(struct server *server)
{
	while (server->callers) {
		struct caller *ended = server->callers;

		server->callers = ended->next;
		free(ended);
	}
}
