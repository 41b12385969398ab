#include "base/queue.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* an item came, or the queue was closed */
	size_t capacity;
	size_t start;
	size_t length;
	bool closed;
	void *items[]; /* a ring */
};

/* Timed waits must not follow the wall clock, which may jump. */
static bool init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;
	bool done;

	if (pthread_condattr_init(&attributes) != 0)
		return false;
	done = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
	       pthread_cond_init(condition, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	return done;
}

enum status queue_create(struct queue **out, size_t capacity)
{
	struct queue *queue;

	if (capacity > (SIZE_MAX - sizeof(*queue)) / sizeof(queue->items[0]))
		return STATUS_NO_MEMORY;
	queue = calloc(1, sizeof(*queue) + capacity * sizeof(queue->items[0]));
	if (!queue)
		return STATUS_NO_MEMORY;
	queue->capacity = capacity;
	if (pthread_mutex_init(&queue->mutex, NULL) != 0) {
		free(queue);
		return STATUS_NO_MEMORY;
	}
	if (!init_condition(&queue->changed)) {
		pthread_mutex_destroy(&queue->mutex);
		free(queue);
		return STATUS_NO_MEMORY;
	}
	*out = queue;
	return STATUS_OK;
}

void queue_destroy(struct queue *queue)
{
	if (!queue)
		return;
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->mutex);
	free(queue);
}

enum status queue_push(struct queue *queue, void *item)
{
	enum status status = STATUS_OK;

	pthread_mutex_lock(&queue->mutex);
	assert(queue->length <= queue->capacity);
	if (queue->closed) {
		status = STATUS_CLOSED;
	} else if (queue->length == queue->capacity) {
		status = STATUS_BUSY;
	} else {
		queue->items[(queue->start + queue->length) % queue->capacity] = item;
		queue->length++;
		pthread_cond_signal(&queue->changed);
	}
	pthread_mutex_unlock(&queue->mutex);
	return status;
}

static struct timespec deadline_after(int timeout_ms)
{
	struct timespec deadline;

	assert(timeout_ms > 0);
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += timeout_ms / 1000;
	deadline.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	return deadline;
}

static void wait_for_item(struct queue *queue, int timeout_ms)
{
	struct timespec deadline = { 0 };
	int error = 0;

	if (timeout_ms > 0)
		deadline = deadline_after(timeout_ms);
	while (timeout_ms != 0 && queue->length == 0 && !queue->closed && error != ETIMEDOUT) {
		if (timeout_ms < 0)
			pthread_cond_wait(&queue->changed, &queue->mutex);
		else
			error = pthread_cond_timedwait(&queue->changed, &queue->mutex, &deadline);
	}
}

size_t queue_pop(struct queue *queue, void **items, size_t most, int timeout_ms)
{
	size_t count = 0;

	if (most == 0)
		return 0;
	pthread_mutex_lock(&queue->mutex);
	wait_for_item(queue, timeout_ms);
	while (count < most && queue->length > 0) {
		assert(queue->start < queue->capacity);
		items[count] = queue->items[queue->start];
		count++;
		queue->start = (queue->start + 1) % queue->capacity;
		queue->length--;
	}
	pthread_mutex_unlock(&queue->mutex);
	return count;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->mutex);
	queue->closed = true;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->mutex);
}

size_t queue_length(struct queue *queue)
{
	size_t length;

	pthread_mutex_lock(&queue->mutex);
	length = queue->length;
	pthread_mutex_unlock(&queue->mutex);
	return length;
}
