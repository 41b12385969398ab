/*
 * Errand, in a job's thread: finding the session, signing in, doing what was asked, and the row of
 * the audit. `lane` is the thread's, in the class that the errand is in; `context` is the errand.
 */
#ifndef DAYI_SERVICE_ERRAND_RUN_H
#define DAYI_SERVICE_ERRAND_RUN_H

/* The step before a sign-in: whether it may be tried. */
void errand_run_gate(void *context, unsigned lane);

/* The last one, of what was counted and not tried. */
void errand_run_judge(void *context, unsigned lane);

/* The first step: the session, or the sign-in. */
void errand_run_first(void *context, unsigned lane);

/* The second step: what was asked for. */
void errand_run_second(void *context, unsigned lane);

/* The second step of what is about channels. */
void errand_run_channels(void *context, unsigned lane);

/* The second step of what is about drafts, and the third, which makes something live. */
void errand_run_writing(void *context, unsigned lane);
void errand_run_place(void *context, unsigned lane);

/* The second step of what tells what people asked. */
void errand_run_asking(void *context, unsigned lane);

/* The second step of what is about chats. */
void errand_run_desk(void *context, unsigned lane);

#endif
