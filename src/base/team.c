#include "base/team.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

enum { NICE_BEHIND = 10 };

struct member {
	const struct team *team;
	void (*work)(void *context, unsigned member);
	void *context;
	unsigned number;
	pthread_t thread;
};

unsigned team_processors(void)
{
	cpu_set_t set;
	int count = 1;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		count = CPU_COUNT(&set);
	if (count < 1)
		return 1;
	return count < TEAM_MOST ? (unsigned)count : TEAM_MOST;
}

static void *run_member(void *context)
{
	const struct member *member = context;

	/* In Linux it holds for the calling thread alone. */
	if (member->team->behind)
		(void)setpriority(PRIO_PROCESS, 0, NICE_BEHIND);
	member->work(member->context, member->number);
	return NULL;
}

void team_run(const struct team *team, void (*work)(void *context, unsigned member), void *context)
{
	struct member members[TEAM_MOST];
	unsigned started = 0;

	assert(team->members >= 1 && team->members <= TEAM_MOST);
	/* The caller's thread would stay behind for good: then all of them are others. */
	for (unsigned i = team->behind ? 0 : 1; i < team->members; i++) {
		struct member *member = &members[started];

		*member = (struct member){ team, work, context, i, 0 };
		if (pthread_create(&member->thread, NULL, run_member, member) == 0)
			started++;
	}
	if (!team->behind || started == 0)
		work(context, 0);
	for (unsigned i = 0; i < started; i++)
		pthread_join(members[i].thread, NULL);
}
