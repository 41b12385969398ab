/*
 * A bounded queue of pointers between threads.
 *
 * Any thread may push and pop. A full queue refuses instead of waiting: the event loop must
 * never block.
 */
#ifndef DAYI_BASE_QUEUE_H
#define DAYI_BASE_QUEUE_H

#include <stddef.h>

#include "base/status.h"

struct queue;

MUST_CHECK enum status queue_create(struct queue **out, size_t capacity);

/* What is still in it is the caller's loss: pop it first. Takes NULL. */
void queue_destroy(struct queue *queue);

/* STATUS_BUSY when full, STATUS_CLOSED after queue_close(). */
MUST_CHECK enum status queue_push(struct queue *queue, void *item);

/*
 * Up to `most` items, in order. Waits until there is one, `timeout_ms` have passed (0: not at
 * all, negative: for ever) or the queue is closed. Returns how many; 0 after a close means drained.
 */
size_t queue_pop(struct queue *queue, void **items, size_t most, int timeout_ms);

/* No more pushes; waiting pops return. */
void queue_close(struct queue *queue);

size_t queue_length(struct queue *queue);

#endif
