/*
 * Errand, in a job's thread: finding the session, signing in, doing what was asked, and the row of
 * the audit. `lane` is the thread's, in the class that the errand is in; `context` is the errand.
 */
#ifndef DAYI_SERVICE_ERRAND_RUN_H
#define DAYI_SERVICE_ERRAND_RUN_H

/* Before a sign-in: counts it as a failure in advance (gate_try()); refuses where it is locked. */
void errand_run_gate(void *context, unsigned lane);

/* After an attempt that was counted but never made: takes the count back (gate_judge()). */
void errand_run_judge(void *context, unsigned lane);

/* First step: finds the session, or signs in. */
void errand_run_first(void *context, unsigned lane);

/* Second step of all errands that have none of the following: does what was asked for. */
void errand_run_second(void *context, unsigned lane);

/* Second step of errands about channels. */
void errand_run_channels(void *context, unsigned lane);

/* Second step of errands about drafts; and the third, which publishes. */
void errand_run_writing(void *context, unsigned lane);
void errand_run_place(void *context, unsigned lane);

/* Second step of reports of what people asked. */
void errand_run_asking(void *context, unsigned lane);

/* Second step of errands about chats. */
void errand_run_desk(void *context, unsigned lane);

#endif
