/*
 * Authoring: what editors and reviewers do in the console with drafts (office/authoring/), and how
 * a version goes live: one ask of theirs, from the console's loop through jobs to its answer.
 * service/console/console.c says who may.
 *
 * What is live is one set of files: those of knowledge.folder, or the current version in the store.
 * docs/decisions/0036 tells how publishing changes it.
 */
#ifndef DAYI_SERVICE_AUTHORING_H
#define DAYI_SERVICE_AUTHORING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "office/exchange/exchange.h"
#include "run/jobs.h"
#include "service/refusal.h"

struct cJSON;
struct console_ask;
struct console_settings;
struct service;

enum {
	AUTHORING_BODY_BYTES = 256 * 1024,
	AUTHORING_FILE_BYTES = 8 << 20, /* of an upload */
	AUTHORING_NAME_BYTES = 255,     /* of its name */
	AUTHORING_DAY_BYTES = 10,
};

/* What an ask about drafts says. Borrowed; NULL and 0 where it says nothing. */
struct authoring_ask {
	const char *entry;
	int64_t revision;
	const char *live_hash;
	const struct cJSON *members; /* an object */
	const char *why;
	bool referral;          /* a new one is no entry */
	const char *collection; /* of a new one */
	const char *text;       /* to be asked */
	const struct cJSON *facts;
	const char *today;
	bool approve;
	const struct cJSON *entries; /* an array of texts */
	int64_t version;             /* 0: the one before */
	int64_t latest;              /* turns of the journal that are replayed */
	int64_t days;                /* of the journal that suggestions are looked for in */
	bool model;                  /* one that the office has writes wordings, too */
	struct span upload;          /* a file of that name and format */
	const char *file_name;
	enum exchange_format format; /* also of what is written */
};

/* What the jobs must allow. */
void authoring_job_limits(const struct console_settings *settings,
                          struct job_limits limits[JOB_CLASSES]);

/* Stores that cannot be opened are logged: there is no authoring then. STATUS_NO_MEMORY. */
MUST_CHECK enum status authoring_open(struct service *service);
/* Gives up what is being built. Does nothing where authoring was not opened. */
void authoring_stop(struct service *service);
/* After jobs_stop() and a loop_run(). */
void authoring_close(struct service *service);

/* --- one ask --- */

struct writing;

/* Who it is. Borrowed. */
struct writer {
	const char *account, *name;
	unsigned roles;
	int64_t at_ms;
};

/* Copies the ask. REFUSAL_BAD_MEMBER, REFUSAL_INTERNAL. Owned by the caller. */
MUST_CHECK enum refusal writing_create(struct writing **out, struct service *service,
                                       const struct console_ask *ask);
/* Takes NULL. */
void writing_destroy(struct writing *writing);

/* In the loop, before the first job: one version at a time is published. */
MUST_CHECK enum refusal writing_begin(struct writing *writing);

/* In a job of JOB_AUTHORING, in that lane. REFUSAL_INTERNAL where it is not STATUS_OK. */
MUST_CHECK enum status writing_run(struct writing *writing, unsigned lane, const struct writer *who,
                                   enum refusal *refusal);

/* Whether something is to be made live now, once it is audited, and in a job of which class. */
bool writing_publishes(const struct writing *writing, enum job_class *class);
MUST_CHECK enum status writing_place(struct writing *writing, const struct writer *who,
                                     enum refusal *refusal);

/* In the loop, at the end, whatever came of it. `well`: nothing was refused, the audit included. */
void writing_end(struct writing *writing, bool well);

/* The id of what the ask was about (an entry, a version), for the audit. Borrowed. */
const char *writing_about(const struct writing *writing);

/* The reason that the editor gave, or "". Borrowed. */
const char *writing_why(const struct writing *writing);

/* The format that CONSOLE_EXPORT asks for. */
enum exchange_format writing_format(const struct writing *writing);

/* The object of the answer, as text; the file of CONSOLE_EXPORT. Borrowed. */
struct span writing_answer(const struct writing *writing);

#endif
