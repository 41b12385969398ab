/*
 * Finding: what a piece of work in the background found last, for the whole office: one replica
 * does it, and every one tells it. Rows of the drafts' store (draft.h), by the database's clock.
 *
 * A run that gave no sign of life for FINDING_SILENT_MS is over: its process ended. Functions
 * here wait for the database: call them from a job.
 */
#ifndef DAYI_AUTHORING_FINDING_H
#define DAYI_AUTHORING_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "store/store.h"

#define FINDING_LINKS       "links"
#define FINDING_SUGGESTIONS "suggestions"

enum {
	FINDING_SILENT_MS = 120000,
	FINDING_BEAT_MS = 20000, /* a sign of life is due so often */
	FINDING_BYTES = 3 << 20, /* of a result */
};

enum finding_state { FINDING_NONE, FINDING_RUNNING, FINDING_DONE, FINDING_FAILED };

/* "none", "running", "done", "failed". */
const char *finding_state_name(enum finding_state state);

/* Texts are borrowed from the arena that it was read into. */
struct finding {
	enum finding_state state;
	int64_t run; /* counts the runs of this name */
	const char *who;
	int64_t begun_ms, ended_ms; /* 0: not yet */
	const char *result;         /* JSON of the last run that said something; "" */
};

/* Where there was no run yet it is FINDING_NONE. */
MUST_CHECK enum status finding_read(struct store *store, const char *name, struct arena *arena,
                                    struct finding *out);

/* Begins a run, and sets its number; 0 where one is under way. The last result stays meanwhile. */
MUST_CHECK enum status finding_begin(struct store *store, const char *name, const char *who,
                                     int64_t *run);

/*
 * A sign of life; with a result where `result` is not empty. *lost: the run was given up for dead,
 * and another one has begun.
 */
MUST_CHECK enum status finding_beat(struct store *store, const char *name, int64_t run,
                                    struct span result, bool *lost);

/* It is over; nothing happens where another one has begun. An empty result keeps the last one. */
MUST_CHECK enum status finding_end(struct store *store, const char *name, int64_t run, bool done,
                                   struct span result);

/* Forgets the result, if it was found longer ago than that. */
MUST_CHECK enum status finding_retain(struct store *store, const char *name, int64_t keep_ms);

#endif
