#include "host/serve/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { PAUSE_NS = 10000000 };

struct signals {
	struct loop *loop;
	atomic_bool stopping;
	struct signals_receiver receiver;
	pthread_t thread;
};

/* SIGUSR2 wakes the thread for its end. From anybody else it means nothing. */
static sigset_t awaited(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR2);
	return set;
}

void signals_block(void)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const sigset_t set = awaited();

	pthread_sigmask(SIG_BLOCK, &set, NULL);
	/* A log or a client that goes away must not end the service. */
	sigaction(SIGPIPE, &ignore, NULL);
	/* Neither must a file that grew to its limit: treat it as a full disk. */
	sigaction(SIGXFSZ, &ignore, NULL);
}

/* A loop that is full is at work: it has room soon, and a signal must not be lost. */
static void post(const struct signals *signals, void (*run)(void *context))
{
	const struct timespec pause = { 0, PAUSE_NS };

	while (!signals->stopping && !loop_post(signals->loop, run, signals->receiver.context))
		nanosleep(&pause, NULL);
}

static void *wait_for_signals(void *context)
{
	const struct signals *signals = context;
	const sigset_t set = awaited();
	int number = 0;

	while (sigwait(&set, &number) == 0 && !signals->stopping)
		if (number != SIGUSR2)
			post(signals, number == SIGHUP ? signals->receiver.reload
			                               : signals->receiver.terminate);
	return NULL;
}

enum status signals_start(struct signals **out, struct loop *loop,
                          const struct signals_receiver *receiver)
{
	struct signals *signals = calloc(1, sizeof(*signals));

	if (!signals)
		return STATUS_NO_MEMORY;
	signals->loop = loop;
	signals->receiver = *receiver;
	if (pthread_create(&signals->thread, NULL, wait_for_signals, signals) != 0) {
		free(signals);
		return STATUS_NO_MEMORY;
	}
	*out = signals;
	return STATUS_OK;
}

void signals_stop(struct signals *signals)
{
	if (!signals)
		return;
	signals->stopping = true;
	pthread_kill(signals->thread, SIGUSR2);
	pthread_join(signals->thread, NULL);
	free(signals);
}
