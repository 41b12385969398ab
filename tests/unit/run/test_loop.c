#include "run/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "run/fake_loop.h"

enum { POSTERS = 4, POSTS_EACH = 2000 };

/* Each writes its letter. */
struct diary {
	char text[64];
	struct fake_loop fake;
};

struct line {
	struct diary *diary;
	char letter;
	bool again;
	struct loop_call *call;
};

static void write_letter(void *context)
{
	const struct line *line = context;
	const size_t len = strlen(line->diary->text);

	line->diary->text[len] = line->letter;
	line->diary->text[len + 1] = '\0';
	if (line->again)
		loop_call(line->diary->fake.loop, line->call);
}

static int set_up(void **state)
{
	struct diary *diary = calloc(1, sizeof(*diary));

	assert_non_null(diary);
	fake_loop_make(&diary->fake);
	*state = diary;
	return 0;
}

static int tear_down(void **state)
{
	struct diary *diary = *state;

	fake_loop_end(&diary->fake);
	free(diary);
	return 0;
}

static void posts_and_calls_run_in_the_order_in_which_they_came(void **state)
{
	struct diary *diary = *state;
	struct line a = { diary, 'a', false, NULL }, b = { diary, 'b', false, NULL },
	            c = { diary, 'c', false, NULL };
	struct loop_call call = { .run = write_letter, .context = &b };

	assert_true(loop_post(diary->fake.loop, write_letter, &a));
	loop_call(diary->fake.loop, &call);
	assert_true(loop_post(diary->fake.loop, write_letter, &c));
	assert_string_equal(diary->text, "");
	fake_loop_run(&diary->fake, 0);
	assert_string_equal(diary->text, "abc");
	assert_int_equal(diary->fake.wakes, 1);
}

static void a_full_loop_refuses_posts_but_no_call_and_has_room_again_after_a_run(void **state)
{
	struct diary *diary = *state;
	struct line a = { diary, 'a', false, NULL }, b = { diary, 'b', false, NULL };
	struct loop_call call = { .run = write_letter, .context = &b };

	for (int i = 0; i < FAKE_POSTS_MOST; i++)
		assert_true(loop_post(diary->fake.loop, write_letter, &a));
	assert_false(loop_post(diary->fake.loop, write_letter, &a));
	loop_call(diary->fake.loop, &call);
	fake_loop_run(&diary->fake, 0);
	assert_string_equal(diary->text, "aaaaaaaab");
	assert_true(loop_post(diary->fake.loop, write_letter, &a));
}

static void a_call_that_waits_is_not_queued_twice(void **state)
{
	struct diary *diary = *state;
	struct line a = { diary, 'a', false, NULL };
	struct loop_call call = { .run = write_letter, .context = &a };

	loop_call(diary->fake.loop, &call);
	loop_call(diary->fake.loop, &call);
	fake_loop_run(&diary->fake, 0);
	assert_string_equal(diary->text, "a");
	loop_call(diary->fake.loop, &call);
	fake_loop_run(&diary->fake, 0);
	assert_string_equal(diary->text, "aa");
}

/* Otherwise a call that queues itself would keep the sockets from their turn. */
static void what_is_called_while_the_loop_runs_waits_for_the_next_run_and_wakes_it(void **state)
{
	struct diary *diary = *state;
	struct line a = { diary, 'a', true, NULL };
	struct loop_call call = { .run = write_letter, .context = &a };

	a.call = &call;
	loop_call(diary->fake.loop, &call);
	fake_loop_run(&diary->fake, 0);
	assert_string_equal(diary->text, "a");
	assert_true(diary->fake.woken);
	fake_loop_run(&diary->fake, 0);
	assert_string_equal(diary->text, "aa");
}

static void timers_fire_in_the_order_of_their_times_and_once(void **state)
{
	struct diary *diary = *state;
	struct line a = { diary, 'a', false, NULL }, b = { diary, 'b', false, NULL },
	            c = { diary, 'c', false, NULL };

	assert_non_null(loop_after(diary->fake.loop, 30, write_letter, &c));
	assert_non_null(loop_after(diary->fake.loop, 10, write_letter, &a));
	assert_non_null(loop_after(diary->fake.loop, 10, write_letter, &b));
	assert_int_equal(diary->fake.alarm_us, 10000);
	fake_loop_run(&diary->fake, 9);
	assert_string_equal(diary->text, "");
	assert_int_equal(diary->fake.alarm_us, 10000);
	fake_loop_run(&diary->fake, 1);
	assert_string_equal(diary->text, "ab");
	assert_int_equal(diary->fake.alarm_us, 30000);
	fake_loop_run(&diary->fake, 100);
	assert_string_equal(diary->text, "abc");
	fake_loop_run(&diary->fake, 100);
	assert_string_equal(diary->text, "abc");
}

static void a_timer_that_was_cancelled_does_not_fire(void **state)
{
	struct diary *diary = *state;
	struct line a = { diary, 'a', false, NULL }, b = { diary, 'b', false, NULL };
	struct timer *first = loop_after(diary->fake.loop, 10, write_letter, &a);

	assert_non_null(loop_after(diary->fake.loop, 20, write_letter, &b));
	timer_cancel(first);
	assert_int_equal(diary->fake.alarm_us, 20000);
	fake_loop_run(&diary->fake, 50);
	assert_string_equal(diary->text, "b");
}

/* --- other threads --- */

struct poster {
	pthread_t thread;
	struct loop *loop;
	struct counted *counted;
	size_t sent[POSTS_EACH];
};

/* Of each poster the number of the next post that must come. */
struct counted {
	struct poster posters[POSTERS];
	size_t next[POSTERS];
	bool out_of_order;
};

static struct counted counted;

static void count_post(void *context)
{
	const size_t number = *(const size_t *)context;
	const size_t poster = number / POSTS_EACH;

	if (number % POSTS_EACH != counted.next[poster]++)
		counted.out_of_order = true;
}

static void *post_all(void *context)
{
	struct poster *poster = context;
	const struct timespec pause = { 0, 10000 };

	for (size_t i = 0; i < POSTS_EACH; i++)
		while (!loop_post(poster->loop, count_post, &poster->sent[i]))
			nanosleep(&pause, NULL);
	return NULL;
}

static bool all_came(void *context)
{
	(void)context;
	for (size_t i = 0; i < POSTERS; i++)
		if (counted.next[i] < POSTS_EACH)
			return false;
	return true;
}

static void what_a_thread_posts_comes_once_and_in_its_order(void **state)
{
	struct diary *diary = *state;

	for (size_t i = 0; i < POSTERS; i++) {
		counted.posters[i].loop = diary->fake.loop;
		for (size_t k = 0; k < POSTS_EACH; k++)
			counted.posters[i].sent[k] = i * POSTS_EACH + k;
		assert_int_equal(pthread_create(&counted.posters[i].thread, NULL, post_all,
		                                &counted.posters[i]),
		                 0);
	}
	assert_true(fake_loop_until(&diary->fake, all_came, NULL));
	for (size_t i = 0; i < POSTERS; i++)
		pthread_join(counted.posters[i].thread, NULL);
	assert_false(counted.out_of_order);
	fake_loop_run(&diary->fake, 0);
	for (size_t i = 0; i < POSTERS; i++)
		assert_int_equal(counted.next[i], POSTS_EACH);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(posts_and_calls_run_in_the_order_in_which_they_came),
		TEST(a_full_loop_refuses_posts_but_no_call_and_has_room_again_after_a_run),
		TEST(a_call_that_waits_is_not_queued_twice),
		TEST(what_is_called_while_the_loop_runs_waits_for_the_next_run_and_wakes_it),
		TEST(timers_fire_in_the_order_of_their_times_and_once),
		TEST(a_timer_that_was_cancelled_does_not_fire),
		TEST(what_a_thread_posts_comes_once_and_in_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
