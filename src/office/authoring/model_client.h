/*
 * Model client: a language model in the office's own network, asked one request at a time. Blocks
 * until it answered, or its time is up: for a command or a job, never for the loop.
 */
#ifndef DAYI_AUTHORING_MODEL_CLIENT_H
#define DAYI_AUTHORING_MODEL_CLIENT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

struct model_settings {
	const char *url;          /* of the interface, such as http://10.0.0.5:8000/v1 */
	const char *key_file;     /* "": it wants none */
	const char *ca_file;      /* "": the system's */
	int64_t timeout_s;        /* of a request */
	const atomic_bool *ended; /* it is to end soon, with STATUS_CLOSED; NULL: never */
};

struct model_client;

/* All of it is borrowed. STATUS_NO_MEMORY; STATUS_INVALID with a fault: the key or the url. */
MUST_CHECK enum status model_open(struct model_client **out, const struct model_settings *settings,
                                  struct faults *faults);
/* Takes NULL. */
void model_close(struct model_client *client);

/*
 * POST …/chat/completions. Appends the answer's body. STATUS_INVALID: there is no answer; *problem
 * says why, for a person, until the next call.
 */
MUST_CHECK enum status model_ask(struct model_client *client, struct span body, struct buf *answer,
                                 const char **problem);

#endif
