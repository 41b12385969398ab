#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"

static int64_t fixed_time(void *context)
{
	return *(const int64_t *)context;
}

/* Gives the text of everything that `write` logged; the caller's to free. */
static char *logged(enum log_level level, int64_t now_ms, void (*write)(struct log *log))
{
	struct clock clock = { fixed_time, fixed_time, &now_ms };
	struct log *log = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(log_create(&log, stream, level, clock), STATUS_OK);
	write(log);
	log_destroy(log);
	fclose(stream);
	return text;
}

static void check(void (*write)(struct log *log), const char *expected)
{
	char *text = logged(LOG_INFO, 0, write);

	assert_string_equal(text, expected);
	free(text);
}

static void write_reload(struct log *log)
{
	log_event(log, LOG_INFO, "reload", LOG_TEXT("version", "4f2a"), LOG_NUMBER("entries", 13));
}

static void an_event_is_one_line_with_utc_time_to_the_millisecond(void **state)
{
	char *text;

	(void)state;
	/* 2001-09-09T01:46:40Z is second 1,000,000,000. */
	text = logged(LOG_INFO, 1000000000007, write_reload);
	assert_string_equal(text,
	                    "2001-09-09T01:46:40.007Z info reload version=\"4f2a\" entries=13\n");
	free(text);
	text = logged(LOG_INFO, -1, write_reload);
	assert_memory_equal(text, "1969-12-31T23:59:59.999Z", 24);
	free(text);
}

static void write_each_level(struct log *log)
{
	log_event(log, LOG_DEBUG, "a", LOG_NUMBER("n", 1));
	log_event(log, LOG_INFO, "b", LOG_NUMBER("n", -2));
	log_event(log, LOG_WARN, "c", LOG_NUMBER("n", INT64_MIN));
	log_event(log, LOG_ERROR, "d", LOG_NUMBER("n", INT64_MAX));
	log_write(log, LOG_ERROR, "e", NULL, 0);
}

static void what_is_below_the_level_is_left_out(void **state)
{
	(void)state;
	check(write_each_level, "1970-01-01T00:00:00.000Z info b n=-2\n"
	                        "1970-01-01T00:00:00.000Z warn c n=-9223372036854775808\n"
	                        "1970-01-01T00:00:00.000Z error d n=9223372036854775807\n"
	                        "1970-01-01T00:00:00.000Z error e\n");
}

static void write_hostile(struct log *log)
{
	log_event(log, LOG_INFO, "x", LOG_TEXT("a", "q\"b\\s\nn\r\t\x1b[0m\x7f"),
	          LOG_SPAN("z", ((struct span){ "1\0002", 3 })),
	          LOG_TEXT("u", "成绩\xc2\x85\xe2\x80\xa8"
	                        "\xff\xe6\x88"),
	          LOG_TEXT("none", NULL), LOG_TEXT("fake", "\" level=\"x"));
}

static void no_value_can_break_its_line_or_its_quotes(void **state)
{
	(void)state;
	check(write_hostile,
	      "1970-01-01T00:00:00.000Z info x a=\"q\\\"b\\\\s\\nn\\x0D\\x09\\x1B[0m\\x7F\" "
	      "z=\"1\\x002\" u=\"成绩\\xC2\\x85\\xE2\\x80\\xA8\\xFF\\xE6\\x88\" none=\"\" "
	      "fake=\"\\\" level=\\\"x\"\n");
}

static void write_long(struct log *log)
{
	char text[400];

	/* 255 letters, then a character of three bytes over the cut. */
	memset(text, 'a', sizeof(text));
	memcpy(text + 255, "成", 3);
	log_event(log, LOG_INFO, "x", LOG_SPAN("t", ((struct span){ text, sizeof(text) })),
	          LOG_SPAN("exact", ((struct span){ text, 255 })),
	          LOG_SPAN("fits", ((struct span){ text + 2, 256 })));
}

static void a_long_value_is_cut_between_characters(void **state)
{
	char letters[256];
	char expected[1000];

	(void)state;
	memset(letters, 'a', 255);
	letters[255] = '\0';
	snprintf(expected, sizeof(expected),
	         "1970-01-01T00:00:00.000Z info x t=\"%s…\" exact=\"%s\" fits=\"%.253s成\"\n",
	         letters, letters, letters);
	check(write_long, expected);
}

static void write_too_much(struct log *log)
{
	static const char text[] = "\x01\x02\x03\x04\x05\x06\x07\x08";
	struct log_field fields[3000];

	for (size_t i = 0; i < 3000; i++)
		fields[i] = LOG_TEXT("key", text);
	log_write(log, LOG_INFO, "x", fields, 3000);
	log_write(log, LOG_INFO, "y", NULL, 0);
}

static void a_line_over_all_bounds_still_ends(void **state)
{
	char *text = logged(LOG_INFO, 0, write_too_much);
	const char *end = strchr(text, '\n');

	(void)state;
	assert_non_null(end);
	assert_string_equal(end + 1, "1970-01-01T00:00:00.000Z info y\n");
	free(text);
}

static void *write_many(void *context)
{
	for (int i = 0; i < 500; i++)
		log_event(context, LOG_INFO, "many", LOG_TEXT("text", "aaaaaaaaaaaaaaaaaaaa"));
	return NULL;
}

static void write_from_threads(struct log *log)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, log), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

static void lines_of_several_threads_do_not_mix(void **state)
{
	static const char line[] =
	        "1970-01-01T00:00:00.000Z info many text=\"aaaaaaaaaaaaaaaaaaaa\"\n";
	char *text = logged(LOG_INFO, 0, write_from_threads);

	(void)state;
	assert_int_equal(strlen(text), 2000 * strlen(line));
	for (size_t i = 0; i < 2000; i++)
		assert_memory_equal(text + i * strlen(line), line, strlen(line));
	free(text);
}

static void without_a_log_nothing_is_written(void **state)
{
	(void)state;
	write_each_level(NULL);
	log_destroy(NULL);
}

/* The last line that a sink took. */
struct taken {
	enum log_level level;
	char line[200];
	int count;
};

static void take(void *context, enum log_level level, const char *line)
{
	struct taken *taken = context;

	taken->level = level;
	taken->count++;
	snprintf(taken->line, sizeof(taken->line), "%s", line);
}

static void a_sink_takes_each_line_without_its_end(void **state)
{
	int64_t now_ms = 0;
	struct clock clock = { fixed_time, fixed_time, &now_ms };
	struct taken taken = { .count = 0 };
	struct log *log = NULL;

	(void)state;
	assert_int_equal(log_create_to(&log, (struct log_sink){ take, &taken }, LOG_INFO, clock),
	                 STATUS_OK);
	log_event(log, LOG_WARN, "fault", LOG_NUMBER("line", 7));
	log_event(log, LOG_DEBUG, "turn", LOG_NUMBER("took_us", 1));
	log_destroy(log);
	assert_int_equal(taken.count, 1);
	assert_int_equal(taken.level, LOG_WARN);
	assert_string_equal(taken.line, "1970-01-01T00:00:00.000Z warn fault line=7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sink_takes_each_line_without_its_end),
		cmocka_unit_test(an_event_is_one_line_with_utc_time_to_the_millisecond),
		cmocka_unit_test(what_is_below_the_level_is_left_out),
		cmocka_unit_test(no_value_can_break_its_line_or_its_quotes),
		cmocka_unit_test(a_long_value_is_cut_between_characters),
		cmocka_unit_test(a_line_over_all_bounds_still_ends),
		cmocka_unit_test(lines_of_several_threads_do_not_mix),
		cmocka_unit_test(without_a_log_nothing_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
