#include "server/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct signals {
	struct signals_receiver receiver;
	pthread_t thread;
};

/* SIGUSR2 only ends the thread. */
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
	/* Nor a file that grew to its limit: that is a full disk like any other. */
	sigaction(SIGXFSZ, &ignore, NULL);
}

static void *wait_for_signals(void *context)
{
	const struct signals *signals = context;
	const struct signals_receiver *receiver = &signals->receiver;
	const sigset_t set = awaited();
	int number = 0;

	while (sigwait(&set, &number) == 0 && number != SIGUSR2) {
		if (number == SIGHUP)
			receiver->reload(receiver->context);
		else
			receiver->terminate(receiver->context);
	}
	return NULL;
}

enum status signals_start(struct signals **out, const struct signals_receiver *receiver)
{
	struct signals *signals = calloc(1, sizeof(*signals));

	if (!signals)
		return STATUS_NO_MEMORY;
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
	pthread_kill(signals->thread, SIGUSR2);
	pthread_join(signals->thread, NULL);
	free(signals);
}
