/*
 * Jobs: work that must not hold up the loop, done by one pool of threads.
 *
 * Every job belongs to a class. A class has a width, how many of its jobs run at the same time, and
 * a bound on how many may be under way. There are as many threads as the widths sum up to, so no
 * class ever waits for another. The jobs of a class begin in the order in which they were added.
 *
 * All of this is for the loop's thread, but for a job's `run`.
 */
#ifndef DAYI_RUN_JOBS_H
#define DAYI_RUN_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "run/loop.h"

enum job_class {
	JOB_KNOWLEDGE, /* reading, building and taking apart what is served */
	JOB_RECORDS,   /* look-ups in the office's databases */
	JOB_JOURNAL,   /* writing turns and ratings */
	JOB_SESSIONS,  /* writing and reading what is kept of conversations */
	JOB_ACCOUNTS,  /* reading and writing accounts and their sessions */
	JOB_PASSWORDS, /* the same with a password to be hashed: slow, and much memory each */
	JOB_CHATS,     /* what applicants and operators say to each other */
	JOB_HINTS,     /* listening for what happens to chats in other processes */
	JOB_VERSIONS,  /* following what is published in the store */
	JOB_KEYS,      /* reading the keys of programs that ask */
	JOB_NOTICES,   /* what other programs are told of hand-overs */
	JOB_FETCH,     /* outgoing HTTP (fetch.h): as slow as whoever is asked */
	JOB_GROUPS,    /* what is kept of group chats */
	JOB_REPLAY,    /* putting what people asked to a draft */
	JOB_SUGGEST,   /* looking for alternates in what people asked */
	JOB_ASKED,     /* reading what people asked, and deleting what is kept no longer */
	JOB_BULLETIN,  /* which channels are off, and the notice that all of them show */
	JOB_AUTHORING, /* drafts: reading, building and trying them */
	JOB_NAMES,     /* looking a host's name up: as slow as whoever is asked */
	JOB_CLASSES,
};

struct job_limits {
	unsigned width; /* at most 64; 0: nothing of the class will be added */
	size_t most;    /* under way: added and not yet done */
};

/* Its memory is the owner's, from jobs_add() until `done` was called. Leave the rest zero. */
struct job {
	/*
	 * In a thread of the pool. `lane` is below the width of the class, and no other job of the
	 * class runs with the same one meanwhile: what belongs to one thread at a time, such as a
	 * connection to a database, is kept by lane.
	 */
	void (*run)(void *context, unsigned lane);
	/* In the loop, after it ran. It may free the job, or add it again. NULL: nothing. */
	void (*done)(void *context);
	void *context;
	/* jobs.c's own from here on */
	bool under_way;
	enum job_class class;
	struct jobs *jobs;
	struct job *next;
	const struct repeat *by; /* that added it, or NULL */
	struct loop_call call;
};

struct jobs;

/* Starts the threads. The loop must outlive it. STATUS_NO_MEMORY when one cannot be started. */
MUST_CHECK enum status jobs_create(struct jobs **out, struct loop *loop,
                                   const struct job_limits limits[JOB_CLASSES]);

/*
 * `run` in a thread, then `done` in the loop: exactly once, at shutdown as well. STATUS_BUSY when
 * as many of the class are under way as may be; STATUS_CLOSED after jobs_stop(). Neither is called
 * then. A job that is under way must not be added again before its `done`.
 */
MUST_CHECK enum status jobs_add(struct jobs *jobs, enum job_class class, struct job *job);

/*
 * Adds the job every `period_ms`, the first time after one period. A time at which it is still
 * under way, or the class is full, is passed over. The job must live until jobs_stop().
 * STATUS_NO_MEMORY.
 */
MUST_CHECK enum status jobs_every(struct jobs *jobs, int64_t period_ms, enum job_class class,
                                  struct job *job);

/*
 * Where several replicas share a database, work on it is done by one of them: whichever holds the
 * lease. `take` takes it or renews it, in the thread and lane of the job, before it would run.
 */
struct job_lease {
	const char *name; /* static */
	bool (*take)(void *context, unsigned lane, const char *name, int64_t ttl_ms);
	void *context;
};

/*
 * Likewise; without the lease `run` is passed over, and `done` is called all the same. The lease
 * lasts for two periods: then another replica takes over from one that ended.
 */
MUST_CHECK enum status jobs_every_leased(struct jobs *jobs, int64_t period_ms, enum job_class class,
                                         struct job *job, const struct job_lease *lease);

/*
 * Takes nothing more and adds nothing more by itself, runs what was added, and ends the threads.
 * What the jobs are for should have been told to be quick. Their `done` is called by loop_run().
 */
void jobs_stop(struct jobs *jobs);

/* After jobs_stop() and a loop_run(). Takes NULL. */
void jobs_destroy(struct jobs *jobs);

/* How many of the class have not begun yet. Any thread. */
size_t jobs_waiting(struct jobs *jobs, enum job_class class);

#endif
