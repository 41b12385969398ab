/*
 * API: the bodies of the HTTP interface (docs/openapi.yaml), without the socket.
 */
#ifndef DAYI_CHANNELS_API_H
#define DAYI_CHANNELS_API_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/settings.h"
#include "base/span.h"
#include "base/status.h"
#include "channels/rating.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/result.h"
#include "service/refusal.h"
#include "service/service.h"

enum {
	API_CONVERSATION_BYTES = 128, /* of a program's own name for one */
	API_SUGGESTIONS_MOST = 5,
	API_ENTRIES_MOST = 1000, /* nobody looks through a longer list */
};

/* Borrows from `json`. */
struct api_ask {
	const char *text;
	const char *session;      /* or NULL: a fresh conversation */
	const char *id;           /* the asker's own name for it, or NULL */
	const char *conversation; /* a program's own name for one, or NULL */
	bool in_group;            /* others read along */
	cJSON *json;
};

/* Reads the body of POST /api/v1/ask. api_ask_release() in either case. */
MUST_CHECK enum refusal api_ask_read(struct span body, struct api_ask *out);
void api_ask_release(struct api_ask *ask);

/* Borrows from `json`. */
struct api_rate {
	struct rating rating;
	const char *session;
	cJSON *json;
};

/* Reads the body of POST /api/v1/rate. api_rate_release() in either case. */
MUST_CHECK enum refusal api_rate_read(struct span body, struct api_rate *out);
void api_rate_release(struct api_rate *rate);

/* Borrows from `json`. */
struct api_call_back {
	struct call_back_claim claim;
	cJSON *json;
};

/* Reads the body of POST /api/v1/call-back. api_call_back_release() in either case. */
MUST_CHECK enum refusal api_call_back_read(struct span body, struct api_call_back *out);
void api_call_back_release(struct api_call_back *call_back);

/*
 * Appends the object that an ask is answered with: the reply object, the asker's own name for the
 * ask, the conversation and the notice that is to be seen; each may be NULL.
 */
MUST_CHECK enum status api_write_reply(const char *to, const char *session,
                                       const struct office_notice *notice, struct span object,
                                       struct buf *out);

/* Appends the object that a rating is answered with. */
MUST_CHECK enum status api_write_rated(const char *receipt, struct buf *out);

/* Appends the object of GET /api/v1/looked-at. */
MUST_CHECK enum status api_write_looked_at(const struct looked_at *looked_at, struct buf *out);

/* Appends the array of GET /api/v1/suggest. */
MUST_CHECK enum status api_write_suggestions(const struct match_candidate *candidates, size_t count,
                                             struct buf *out);

/*
 * Appends the object of GET /api/v1/entries: the office's standard questions, the collections one
 * after the other, each by number and what has none behind; API_ENTRIES_MOST of them, and how many
 * there are.
 */
MUST_CHECK enum status api_write_entries(const struct knowledge *knowledge, struct buf *out);

/* What GET /api/v1/office tells beside the knowledge. */
struct api_office {
	const char *const *popular; /* questions */
	size_t popular_count;
	const struct setting_list *embed_origins;
	const struct office_notice *notice; /* or NULL */
};

/* Appends the object of GET /api/v1/office: what the page says of the office. */
MUST_CHECK enum status api_write_office(const struct knowledge *knowledge,
                                        const struct api_office *more, struct buf *out);

#endif
