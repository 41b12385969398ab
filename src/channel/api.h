/*
 * API: the bodies of the HTTP interface (docs/openapi.yaml), without the socket.
 */
#ifndef DAYI_CHANNEL_API_H
#define DAYI_CHANNEL_API_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "channel/refusal.h"
#include "knowledge/knowledge.h"
#include "match/matcher.h"

enum { API_SUGGESTIONS_MOST = 5 };

/* Borrows from `json`. */
struct api_ask {
	const char *text;
	const char *session; /* or NULL: a fresh conversation */
	cJSON *json;
};

/* Reads the body of POST /api/v1/ask. api_ask_release() in either case. */
MUST_CHECK enum refusal api_ask_read(struct span body, struct api_ask *out);
void api_ask_release(struct api_ask *ask);

/* Appends the array of GET /api/v1/suggest. */
MUST_CHECK enum status api_write_suggestions(const struct match_candidate *candidates, size_t count,
                                             struct buf *out);

/* Appends the object of GET /api/v1/office: what the page says of the office. */
MUST_CHECK enum status api_write_office(const struct knowledge *knowledge, struct buf *out);

#endif
