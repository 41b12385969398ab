/*
 * Looked at: what a person who is signed in is told of who at the office has read their record,
 * when and why.
 */
#ifndef DAYI_SERVICE_LOOKED_AT_H
#define DAYI_SERVICE_LOOKED_AT_H

#include "office/journal/audit.h"
#include "service/service.h"

struct look {
	int64_t at_ms;
	const char *who; /* shown name of the account; NULL: somebody at the server's prompt */
	const char *why; /* the reason that was given */
};

struct looked_at {
	const struct look *looks; /* the latest first */
	size_t count;
	bool more; /* there are earlier ones */
};

/*
 * Of the person whom the channel has made sure of: OUTGOING_LOOKED_AT, or OUTGOING_REFUSAL. For the
 * loop's thread.
 */
void service_looked_at(struct service *service, struct return_address from,
                       const struct identity *who);

#endif
