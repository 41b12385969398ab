#include "host/net/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEADROOM = 16 };

static struct outbox make(size_t frames, size_t bytes)
{
	struct outbox outbox;

	outbox_init(&outbox, HEADROOM, frames, bytes);
	return outbox;
}

static void expect_first(struct outbox *outbox, const char *expected)
{
	size_t len = 0;
	unsigned char *frame = outbox_first(outbox, &len);

	assert_non_null(frame);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(frame, expected, len);
	/* What the library does with it; the sanitizer watches. */
	memset(frame - HEADROOM, 0xee, HEADROOM);
	outbox_drop_first(outbox);
}

static void frames_come_out_in_order(void **state)
{
	struct outbox outbox = make(10, 10000);
	size_t len;

	(void)state;
	for (int round = 0; round < 5; round++) {
		assert_int_equal(outbox_add(&outbox, span_of("one")), STATUS_OK);
		assert_int_equal(outbox_add(&outbox, span_of("")), STATUS_OK);
		expect_first(&outbox, "one");
		assert_int_equal(outbox_add(&outbox, span_of("three")), STATUS_OK);
		expect_first(&outbox, "");
		expect_first(&outbox, "three");
		assert_null(outbox_first(&outbox, &len));
	}
	outbox_deinit(&outbox);
}

static void it_holds_only_so_many_frames(void **state)
{
	struct outbox outbox = make(2, 10000);

	(void)state;
	assert_int_equal(outbox_add(&outbox, span_of("1")), STATUS_OK);
	assert_int_equal(outbox_add(&outbox, span_of("2")), STATUS_OK);
	assert_int_equal(outbox_add(&outbox, span_of("3")), STATUS_LIMIT);
	expect_first(&outbox, "1");
	assert_int_equal(outbox_add(&outbox, span_of("3")), STATUS_OK);
	expect_first(&outbox, "2");
	expect_first(&outbox, "3");
	outbox_deinit(&outbox);
}

static void it_holds_only_so_many_bytes(void **state)
{
	static char large[6000];
	const struct span frame = { large, sizeof(large) };
	struct outbox outbox = make(10, 10000);

	(void)state;
	assert_int_equal(outbox_add(&outbox, frame), STATUS_OK);
	assert_int_equal(outbox_add(&outbox, frame), STATUS_LIMIT);
	assert_int_equal(outbox.frames, 1);
	outbox_drop_first(&outbox);
	assert_int_equal(outbox_add(&outbox, frame), STATUS_OK);
	outbox_deinit(&outbox);
}

static void a_queue_that_is_never_empty_does_not_grow_for_ever(void **state)
{
	struct outbox outbox = make(10, 100000);
	char text[16];

	(void)state;
	assert_int_equal(outbox_add(&outbox, span_of("0")), STATUS_OK);
	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof(text), "%d", i + 1);
		assert_int_equal(outbox_add(&outbox, span_of(text)), STATUS_OK);
		snprintf(text, sizeof(text), "%d", i);
		expect_first(&outbox, text);
	}
	assert_true(outbox.capacity <= 4096);
	outbox_deinit(&outbox);
}

static void a_long_frame_does_not_keep_its_memory(void **state)
{
	static char large[60000];
	struct outbox outbox = make(10, 100000);

	(void)state;
	assert_int_equal(outbox_add(&outbox, (struct span){ large, sizeof(large) }), STATUS_OK);
	outbox_drop_first(&outbox);
	assert_true(outbox.capacity <= 4096);
	outbox_deinit(&outbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_out_in_order),
		cmocka_unit_test(it_holds_only_so_many_frames),
		cmocka_unit_test(it_holds_only_so_many_bytes),
		cmocka_unit_test(a_queue_that_is_never_empty_does_not_grow_for_ever),
		cmocka_unit_test(a_long_frame_does_not_keep_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
