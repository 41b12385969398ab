#include "host/net/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SECOND = 1000000 };

static const struct bucket_rate two_a_second = { .per_s = 2, .burst = 5 };

static int take_all(struct bucket *bucket, const struct bucket_rate *rate, int64_t now_us)
{
	int taken = 0;

	while (taken < 1000 && bucket_take(bucket, rate, COST_MESSAGE, now_us))
		taken++;
	return taken;
}

static void a_bucket_gives_its_burst_and_then_its_rate(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, &two_a_second, 0);
	assert_int_equal(take_all(&bucket, &two_a_second, 0), 5);
	assert_int_equal(take_all(&bucket, &two_a_second, SECOND / 2), 1);
	assert_int_equal(take_all(&bucket, &two_a_second, SECOND), 1);
	assert_int_equal(take_all(&bucket, &two_a_second, 2 * SECOND), 2);
}

static void a_bucket_never_holds_more_than_its_burst(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, &two_a_second, 0);
	assert_int_equal(take_all(&bucket, &two_a_second, INT64_C(1000000) * SECOND), 5);
	assert_int_equal(take_all(&bucket, &two_a_second, INT64_MAX / 2), 5);
}

static void many_short_steps_fill_like_a_long_one(void **state)
{
	const struct bucket_rate slow = { .per_s = 1, .burst = 5 };
	struct bucket bucket;
	int taken = 0;

	(void)state;
	bucket_init(&bucket, &slow, 0);
	(void)take_all(&bucket, &slow, 0);
	for (int64_t now_us = 0; now_us <= 3 * SECOND; now_us += 7)
		taken += bucket_take(&bucket, &slow, COST_MESSAGE, now_us);
	/* The last one is due at 3,000,000 and the last step is at 2,999,997. */
	assert_int_equal(taken, 2);
	assert_true(bucket_take(&bucket, &slow, COST_MESSAGE, 3 * SECOND));
}

static void a_clock_that_goes_back_gives_nothing(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, &two_a_second, 10 * SECOND);
	assert_int_equal(take_all(&bucket, &two_a_second, 10 * SECOND), 5);
	assert_int_equal(take_all(&bucket, &two_a_second, 0), 0);
}

static void a_suggestion_is_cheaper_than_a_message(void **state)
{
	struct bucket bucket;
	int taken = 0;

	(void)state;
	bucket_init(&bucket, &two_a_second, 0);
	while (bucket_take(&bucket, &two_a_second, COST_SUGGESTION, 0))
		taken++;
	assert_int_equal(taken, 25);
}

/* 4,000 Han characters are 12,000 bytes: 1 + 12000 / 600 = 21 messages. */
static void a_long_message_is_taken_and_paid_off(void **state)
{
	struct bucket bucket;
	const int64_t cost = cost_of_text(COST_MESSAGE, 12000);

	(void)state;
	assert_int_equal(cost, 21000);
	assert_int_equal(cost_of_text(COST_MESSAGE, 599), COST_MESSAGE);
	bucket_init(&bucket, &two_a_second, 0);
	assert_int_equal(bucket_take(&bucket, &two_a_second, COST_MESSAGE, 0), true);
	assert_int_equal(bucket_take(&bucket, &two_a_second, cost, 0), true);
	/* 4 - 21 = -17: at two a second the next one may come after nine seconds. */
	assert_int_equal(take_all(&bucket, &two_a_second, 9 * SECOND - 1), 0);
	assert_int_equal(take_all(&bucket, &two_a_second, 9 * SECOND), 1);
	/* Full again after all that is owed and its burst. */
	assert_int_equal(take_all(&bucket, &two_a_second, 20 * SECOND), 5);
}

static void a_long_message_is_taken_where_the_burst_is_one(void **state)
{
	const struct bucket_rate one = { .per_s = 1, .burst = 1 };
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, &one, 0);
	assert_true(bucket_take(&bucket, &one, cost_of_text(COST_MESSAGE, 12000), 0));
	assert_false(bucket_take(&bucket, &one, COST_MESSAGE, 20 * SECOND));
	assert_true(bucket_take(&bucket, &one, COST_MESSAGE, 21 * SECOND));
}

static void a_rate_of_0_is_no_limit(void **state)
{
	const struct bucket_rate none = { .per_s = 0, .burst = 1 };
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, &none, 0);
	assert_int_equal(take_all(&bucket, &none, 0), 1000);
}

static struct ip numbered(unsigned number)
{
	struct ip ip = { { [10] = 0xff, [11] = 0xff, [12] = 10 } };

	ip.bytes[14] = (uint8_t)(number >> 8);
	ip.bytes[15] = (uint8_t)number;
	return ip;
}

static struct address *get(struct address_table *table, unsigned number, int64_t now_us)
{
	const struct ip ip = numbered(number);

	return address_table_get(table, &ip, now_us);
}

static struct address_table *make_table(size_t capacity)
{
	struct address_table *table = NULL;

	assert_int_equal(address_table_create(&table, capacity, two_a_second), STATUS_OK);
	return table;
}

static void each_address_has_its_own_bucket(void **state)
{
	struct address_table *table = make_table(10);
	struct address *one = get(table, 1, 0);

	(void)state;
	assert_int_equal(take_all(&one->bucket, &two_a_second, 0), 5);
	assert_true(address_take(table, get(table, 2, 0), COST_MESSAGE, 0));
	assert_false(address_take(table, get(table, 1, 0), COST_MESSAGE, 0));
	assert_ptr_equal(get(table, 1, 0), one);
	address_table_destroy(table);
}

static void a_full_table_forgets_the_address_not_seen_for_longest(void **state)
{
	struct address_table *table = make_table(3);

	(void)state;
	for (unsigned i = 1; i <= 3; i++)
		assert_true(address_take(table, get(table, i, i), 5 * COST_MESSAGE, i));
	(void)get(table, 1, 4);
	assert_non_null(get(table, 4, 5));
	assert_false(address_take(table, get(table, 1, 6), COST_MESSAGE, 6));
	assert_false(address_take(table, get(table, 3, 6), COST_MESSAGE, 6));
	assert_true(address_take(table, get(table, 2, 6), COST_MESSAGE, 6));
	address_table_destroy(table);
}

static void an_address_with_connections_is_never_forgotten(void **state)
{
	struct address_table *table = make_table(2);
	struct address *held = get(table, 1, 0);

	(void)state;
	held->connections = 1;
	for (unsigned i = 2; i < 100; i++)
		assert_non_null(get(table, i, i));
	assert_ptr_equal(get(table, 1, 100), held);
	get(table, 99, 101)->connections = 1;
	assert_null(get(table, 100, 102));
	held->connections = 0;
	assert_non_null(get(table, 100, 103));
	address_table_destroy(table);
}

static void many_addresses_come_and_go(void **state)
{
	struct address_table *table = make_table(500);

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		const struct ip ip = numbered(i * 7919 % 3000);
		const struct address *address = address_table_get(table, &ip, i);

		assert_non_null(address);
		assert_true(ip_equal(&address->ip, &ip));
	}
	address_table_destroy(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_gives_its_burst_and_then_its_rate),
		cmocka_unit_test(a_bucket_never_holds_more_than_its_burst),
		cmocka_unit_test(many_short_steps_fill_like_a_long_one),
		cmocka_unit_test(a_clock_that_goes_back_gives_nothing),
		cmocka_unit_test(a_suggestion_is_cheaper_than_a_message),
		cmocka_unit_test(a_long_message_is_taken_and_paid_off),
		cmocka_unit_test(a_long_message_is_taken_where_the_burst_is_one),
		cmocka_unit_test(a_rate_of_0_is_no_limit),
		cmocka_unit_test(each_address_has_its_own_bucket),
		cmocka_unit_test(a_full_table_forgets_the_address_not_seen_for_longest),
		cmocka_unit_test(an_address_with_connections_is_never_forgotten),
		cmocka_unit_test(many_addresses_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
