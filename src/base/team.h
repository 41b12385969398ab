/*
 * Team: several threads do one work together, and the caller waits for all of them.
 *
 * The work is shared out by its members, a piece at a time, so that it is done however many there
 * are: a thread that cannot be started is only missed.
 */
#ifndef DAYI_BASE_TEAM_H
#define DAYI_BASE_TEAM_H

#include <stdbool.h>

enum { TEAM_MOST = 16 };

struct team {
	unsigned members; /* 1 to TEAM_MOST */
	bool behind;      /* they leave the processors to whoever answers people */
};

/* How many processors this process may use, TEAM_MOST at most. */
unsigned team_processors(void);

/*
 * Calls `work` once for each member, below `members`, in a thread each. At least one of them runs
 * to its end; that is the caller's own thread where no other one can be started.
 */
void team_run(const struct team *team, void (*work)(void *context, unsigned member), void *context);

#endif
