#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/queue.h"

static struct queue *make(size_t capacity)
{
	struct queue *queue = NULL;

	assert_int_equal(queue_create(&queue, capacity), STATUS_OK);
	return queue;
}

static void items_come_out_in_order_round_the_ring(void **state)
{
	struct queue *queue = make(3);
	int numbers[10];
	void *got[3];

	(void)state;
	for (int i = 0; i + 1 < 10; i += 2) {
		assert_int_equal(queue_push(queue, &numbers[i]), STATUS_OK);
		assert_int_equal(queue_push(queue, &numbers[i + 1]), STATUS_OK);
		assert_int_equal(queue_pop(queue, got, 3), 2);
		assert_ptr_equal(got[0], &numbers[i]);
		assert_ptr_equal(got[1], &numbers[i + 1]);
	}
	queue_destroy(queue);
}

static void a_full_queue_refuses(void **state)
{
	struct queue *queue = make(2);
	int item;
	void *got;

	(void)state;
	assert_int_equal(queue_push(queue, &item), STATUS_OK);
	assert_int_equal(queue_push(queue, &item), STATUS_OK);
	assert_int_equal(queue_push(queue, &item), STATUS_BUSY);
	assert_int_equal(queue_length(queue), 2);
	assert_int_equal(queue_pop(queue, &got, 1), 1);
	assert_int_equal(queue_push(queue, &item), STATUS_OK);
	queue_destroy(queue);
}

static void a_pop_takes_no_more_than_asked(void **state)
{
	struct queue *queue = make(5);
	int item;
	void *got[2];

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(queue_push(queue, &item), STATUS_OK);
	assert_int_equal(queue_pop(queue, got, 2), 2);
	assert_int_equal(queue_pop(queue, got, 0), 0);
	assert_int_equal(queue_length(queue), 3);
	queue_destroy(queue);
}

enum { PRODUCERS = 3, CONSUMERS = 3, ITEMS = 5000 };

struct crowd {
	struct queue *queue;
	atomic_int *producing;
	unsigned char *part; /* the address of an element is the item */
};

static void *produce(void *context)
{
	const struct crowd *crowd = context;

	for (int i = 0; i < ITEMS; i++) {
		while (queue_push(crowd->queue, crowd->part + i) == STATUS_BUSY)
			nanosleep(&(struct timespec){ .tv_nsec = 1000 }, NULL);
	}
	atomic_fetch_sub(crowd->producing, 1);
	return NULL;
}

/* Until nothing is left of what all of them pushed. */
static void *consume(void *context)
{
	const struct crowd *crowd = context;
	void *got[7];
	size_t count;
	bool last;

	do {
		last = atomic_load(crowd->producing) == 0;
		count = queue_pop(crowd->queue, got, 7);
		for (size_t i = 0; i < count; i++)
			*(unsigned char *)got[i] += 1;
		if (count == 0)
			nanosleep(&(struct timespec){ .tv_nsec = 1000 }, NULL);
	} while (!last || count > 0);
	return NULL;
}

static void many_threads_lose_and_double_nothing(void **state)
{
	static unsigned char seen[PRODUCERS * ITEMS];
	struct queue *queue = make(16);
	atomic_int producing = PRODUCERS;
	struct crowd all = { queue, &producing, NULL };
	struct crowd crowds[PRODUCERS];
	pthread_t producers[PRODUCERS], consumers[CONSUMERS];

	(void)state;
	for (int i = 0; i < CONSUMERS; i++)
		assert_int_equal(pthread_create(&consumers[i], NULL, consume, &all), 0);
	for (int i = 0; i < PRODUCERS; i++) {
		crowds[i] = all;
		crowds[i].part = seen + (ptrdiff_t)i * ITEMS;
		assert_int_equal(pthread_create(&producers[i], NULL, produce, &crowds[i]), 0);
	}
	for (int i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i], NULL);
	for (int i = 0; i < CONSUMERS; i++)
		pthread_join(consumers[i], NULL);
	for (size_t i = 0; i < sizeof(seen); i++)
		assert_int_equal(seen[i], 1);
	queue_destroy(queue);
	queue_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_come_out_in_order_round_the_ring),
		cmocka_unit_test(a_full_queue_refuses),
		cmocka_unit_test(a_pop_takes_no_more_than_asked),
		cmocka_unit_test(many_threads_lose_and_double_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
