#include "base/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct queue {
	pthread_mutex_t mutex;
	size_t capacity;
	size_t start;
	size_t length;
	void *items[]; /* a ring */
};

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
	*out = queue;
	return STATUS_OK;
}

void queue_destroy(struct queue *queue)
{
	if (!queue)
		return;
	pthread_mutex_destroy(&queue->mutex);
	free(queue);
}

enum status queue_push(struct queue *queue, void *item)
{
	enum status status = STATUS_OK;

	pthread_mutex_lock(&queue->mutex);
	assert(queue->length <= queue->capacity);
	if (queue->length == queue->capacity) {
		status = STATUS_BUSY;
	} else {
		queue->items[(queue->start + queue->length) % queue->capacity] = item;
		queue->length++;
	}
	pthread_mutex_unlock(&queue->mutex);
	return status;
}

size_t queue_pop(struct queue *queue, void **items, size_t most)
{
	size_t count = 0;

	pthread_mutex_lock(&queue->mutex);
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

size_t queue_length(struct queue *queue)
{
	size_t length;

	pthread_mutex_lock(&queue->mutex);
	length = queue->length;
	pthread_mutex_unlock(&queue->mutex);
	return length;
}
