#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"

static struct faults *make(void)
{
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	return faults;
}

static void a_fault_prints_as_file_line_field_reason(void **state)
{
	const struct fault whole = { FAULT_ERROR, "a/07.json", 12, "cases[1].advice",
		                     "must be a string" };
	const struct fault no_line = { FAULT_ERROR, "a/07.json", 0, NULL, "is empty" };
	const struct fault no_file = { FAULT_ERROR, NULL, 7, "id", "is missing" };
	char line[100];

	(void)state;
	assert_string_equal(fault_format(&whole, line, sizeof(line)),
	                    "a/07.json:12: cases[1].advice: must be a string");
	assert_string_equal(fault_format(&no_line, line, sizeof(line)), "a/07.json: is empty");
	assert_string_equal(fault_format(&no_file, line, sizeof(line)), "id: is missing");
}

static void what_is_no_error_says_so(void **state)
{
	const struct fault warning = { FAULT_WARNING, "f", 1, "id", "odd" };
	const struct fault note = { FAULT_NOTE, NULL, 0, NULL, "hm" };
	char line[100];

	(void)state;
	assert_string_equal(fault_format(&warning, line, sizeof(line)), "f:1: warning: id: odd");
	assert_string_equal(fault_format(&note, line, sizeof(line)), "note: hm");
}

static void control_characters_can_not_break_the_line(void **state)
{
	const struct fault fault = { FAULT_ERROR, NULL, 0, "a\nb\x1b[1m\xff", "成绩" };
	char line[100];

	(void)state;
	assert_string_equal(fault_format(&fault, line, sizeof(line)), "a\\x0Ab\\x1B[1m\\xFF: 成绩");
}

static void a_line_is_cut_to_its_size_between_characters(void **state)
{
	const struct fault fault = { FAULT_ERROR, NULL, 0, NULL, "成绩" };
	char line[16];

	(void)state;
	memset(line, 'x', sizeof(line));
	assert_string_equal(fault_format(&fault, line, 6), "成");
	assert_int_equal(line[6], 'x');
	assert_string_equal(fault_format(&fault, line, 7), "成绩");
	assert_string_equal(fault_format(&fault, line, 1), "");
}

static void a_fault_keeps_copies_of_its_texts(void **state)
{
	struct faults *faults = make();
	char file[] = "file", field[] = "field", value[] = "value";

	(void)state;
	faults_add(faults, FAULT_ERROR, file, 3, field, "bad %s", value);
	file[0] = field[0] = value[0] = 'X';
	assert_string_equal(faults_at(faults, 0)->file, "file");
	assert_string_equal(faults_at(faults, 0)->field, "field");
	assert_string_equal(faults_at(faults, 0)->reason, "bad value");
	assert_int_equal(faults_at(faults, 0)->line, 3);
	assert_null(faults_at(faults, 1));
	faults_destroy(faults);
}

static void faults_are_counted_by_level(void **state)
{
	struct faults *faults = make();

	(void)state;
	faults_add(faults, FAULT_NOTE, NULL, 0, NULL, "n");
	faults_add(faults, FAULT_WARNING, NULL, 0, NULL, "w");
	faults_add(faults, FAULT_WARNING, NULL, 0, NULL, "w");
	faults_add(faults, FAULT_ERROR, NULL, 0, NULL, "e");
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
	assert_int_equal(faults_count(faults, FAULT_WARNING), 3);
	assert_int_equal(faults_count(faults, FAULT_NOTE), 4);
	assert_int_equal(faults_kept(faults), 4);
	faults_destroy(faults);
}

static void sorted_faults_stand_in_the_order_of_their_lines(void **state)
{
	static const char *const expected[] = { "first", "1a", "1b", "3", "none a", "none b", "g" };
	struct faults *faults = make();

	(void)state;
	faults_add(faults, FAULT_ERROR, "g", 2, NULL, "g");
	faults_add(faults, FAULT_ERROR, "f", 0, NULL, "none a");
	faults_add(faults, FAULT_ERROR, "f", 3, NULL, "3");
	faults_add(faults, FAULT_WARNING, "f", 1, NULL, "1a");
	faults_add(faults, FAULT_ERROR, "f", 0, NULL, "none b");
	faults_add(faults, FAULT_ERROR, NULL, 9, NULL, "first");
	faults_add(faults, FAULT_ERROR, "f", 1, NULL, "1b");
	faults_sort(faults);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(faults_at(faults, i)->reason, expected[i]);
	faults_destroy(faults);
}

static void beyond_the_ceiling_faults_are_only_counted(void **state)
{
	struct faults *faults = make();
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	char tail[64];

	(void)state;
	for (int i = 0; i < 20000; i++)
		faults_add(faults, FAULT_ERROR, "f", 1, NULL, "%d", i);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 20000);
	assert_in_range(faults_kept(faults), 100, 10000);
	faults_print(faults, stream);
	fclose(stream);
	assert_memory_equal(text, "f:1: 0\nf:1: 1\n", 14);
	snprintf(tail, sizeof(tail), "\nand %zu more\n", 20000 - faults_kept(faults));
	assert_string_equal(text + size - strlen(tail), tail);
	free(text);
	faults_destroy(faults);
}

static void very_long_texts_are_cut(void **state)
{
	struct faults *faults = make();
	char *text = malloc(100001);

	(void)state;
	memset(text, 'a', 100000);
	text[100000] = '\0';
	for (int i = 0; i < 1100; i++)
		faults_add(faults, FAULT_ERROR, text, 1, text, "%s", text);
	assert_in_range(strlen(faults_at(faults, 0)->file), 500, 5000);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1100);
	free(text);
	faults_destroy(faults);
}

static void without_a_collector_nothing_is_kept(void **state)
{
	(void)state;
	faults_add(NULL, FAULT_ERROR, "f", 1, NULL, "x");
	assert_int_equal(faults_count(NULL, FAULT_NOTE), 0);
	assert_int_equal(faults_kept(NULL), 0);
	faults_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_prints_as_file_line_field_reason),
		cmocka_unit_test(what_is_no_error_says_so),
		cmocka_unit_test(control_characters_can_not_break_the_line),
		cmocka_unit_test(a_line_is_cut_to_its_size_between_characters),
		cmocka_unit_test(a_fault_keeps_copies_of_its_texts),
		cmocka_unit_test(faults_are_counted_by_level),
		cmocka_unit_test(sorted_faults_stand_in_the_order_of_their_lines),
		cmocka_unit_test(beyond_the_ceiling_faults_are_only_counted),
		cmocka_unit_test(very_long_texts_are_cut),
		cmocka_unit_test(without_a_collector_nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
