/*
 * A bounded queue of pointers between threads.
 *
 * Any thread may push and pop. A full queue refuses and an empty one gives nothing, instead of
 * waiting: the event loop must never block.
 */
#ifndef DAYI_BASE_QUEUE_H
#define DAYI_BASE_QUEUE_H

#include <stddef.h>

#include "base/status.h"

struct queue;

MUST_CHECK enum status queue_create(struct queue **out, size_t capacity);

/* Does not free items that are still in it: pop them first. Takes NULL. */
void queue_destroy(struct queue *queue);

/* STATUS_BUSY when full. */
MUST_CHECK enum status queue_push(struct queue *queue, void *item);

/* Up to `most` items that are in it now, in order. Returns how many. */
size_t queue_pop(struct queue *queue, void **items, size_t most);

size_t queue_length(struct queue *queue);

#endif
