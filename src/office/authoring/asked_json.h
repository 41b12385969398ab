/*
 * What people asked, as JSON (docs/openapi.yaml) and as CSV for a spreadsheet. All texts come from
 * the journal, which masks them. Writing takes as long as there is to be written: in a job.
 */
#ifndef DAYI_AUTHORING_ASKED_JSON_H
#define DAYI_AUTHORING_ASKED_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "office/authoring/asked.h"

/* What an entry is called, at the moment of the ask: the knowledge may be exchanged meanwhile. */
struct asked_name {
	const char *id, *question;
	int number;   /* 0: none */
	size_t place; /* in the knowledge */
	bool answers; /* it is no referral */
};

struct asked_names {
	struct asked_name *items;
	size_t count;
};

/* In the loop: copies into the arena. STATUS_NO_MEMORY. */
MUST_CHECK enum status asked_names_copy(struct asked_names *out, const struct knowledge *knowledge,
                                        struct arena *arena);
/* In the job, before the next two. */
void asked_names_sort(struct asked_names *names);

/* Appends the object, or the file. Entries that the names do not have are told as such. */
MUST_CHECK enum status asked_write_json(const struct asked *asked, const struct asked_names *names,
                                        struct buf *out);
MUST_CHECK enum status asked_write_csv(const struct asked *asked, const struct asked_names *names,
                                       struct buf *out);

#endif
