#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct gathered {
	char text[512]; /* cells parted by |, rows by /, each row behind its line */
	size_t rows_most;
	size_t rows;
};

static enum status gather(void *context, const struct csv_row *row)
{
	struct gathered *gathered = context;
	size_t at = strlen(gathered->text);

	at += (size_t)snprintf(gathered->text + at, sizeof(gathered->text) - at, "%u:", row->line);
	for (size_t i = 0; i < row->count; i++)
		at += (size_t)snprintf(gathered->text + at, sizeof(gathered->text) - at, "%.*s%s",
		                       SPAN_ARGS(row->cells[i]), i + 1 < row->count ? "|" : "/");
	gathered->rows++;
	return gathered->rows == gathered->rows_most ? STATUS_LIMIT : STATUS_OK;
}

static void expect_rows(const char *input, const char *rows, size_t errors)
{
	struct gathered gathered = { .rows_most = SIZE_MAX };
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(csv_read_rows(span_of(input), "t.csv", faults, gather, &gathered),
	                 STATUS_OK);
	assert_string_equal(gathered.text, rows);
	assert_int_equal(faults_count(faults, FAULT_ERROR), errors);
	faults_destroy(faults);
}

static void quotes_line_ends_and_empty_cells_are_read_as_rfc_4180_says(void **state)
{
	(void)state;
	expect_rows("a,b\r\n\"1,\"\"2\"\"\",\r\n", "1:a|b/2:1,\"2\"|/", 0);
	expect_rows("a,b\n1,2", "1:a|b/2:1|2/", 0);
}

static void a_row_is_known_by_the_line_in_which_it_begins(void **state)
{
	(void)state;
	expect_rows("a\n\n\"x\ny\"\nz\n", "1:a/3:x\ny/5:z/", 0);
}

static void rows_without_any_text_are_passed_over(void **state)
{
	(void)state;
	expect_rows("a,b\n,\n1,2\n", "1:a|b/3:1|2/", 0);
}

static void a_stray_quote_spoils_its_row_only(void **state)
{
	(void)state;
	expect_rows("a\nx\"y\nz\n", "1:a/3:z/", 1);
}

static void a_cell_without_an_end_is_a_fault(void **state)
{
	(void)state;
	expect_rows("a\n\"x\n", "1:a/", 1);
}

static void a_row_with_too_many_cells_is_a_fault(void **state)
{
	char input[CSV_CELLS_MOST + 8];

	(void)state;
	memset(input, ',', CSV_CELLS_MOST);
	memcpy(input + CSV_CELLS_MOST, "x\nz\n", 5);
	expect_rows(input, "2:z/", 1);
}

static void the_taker_ends_the_reading(void **state)
{
	struct gathered gathered = { .rows_most = 2 };

	(void)state;
	assert_int_equal(csv_read_rows(span_of("a\nb\nc\nd\n"), "t.csv", NULL, gather, &gathered),
	                 STATUS_LIMIT);
	assert_string_equal(gathered.text, "1:a/2:b/");
}

static void a_cell_that_excel_would_run_is_guarded_and_comes_back_as_it_was(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	csv_append_cell(span_of("=1+1"), &out);
	buf_append_char(&out, ',');
	csv_append_cell(span_of("'=x"), &out);
	buf_append_char(&out, ',');
	csv_append_cell(span_of("say \"hi\""), &out);
	assert_string_equal(buf_text(&out), "\"'=1+1\",\"''=x\",\"say \"\"hi\"\"\"");
	expect_rows(buf_text(&out), "1:=1+1|'=x|say \"hi\"/", 0);
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_line_ends_and_empty_cells_are_read_as_rfc_4180_says),
		cmocka_unit_test(a_row_is_known_by_the_line_in_which_it_begins),
		cmocka_unit_test(rows_without_any_text_are_passed_over),
		cmocka_unit_test(a_stray_quote_spoils_its_row_only),
		cmocka_unit_test(a_cell_without_an_end_is_a_fault),
		cmocka_unit_test(a_row_with_too_many_cells_is_a_fault),
		cmocka_unit_test(the_taker_ends_the_reading),
		cmocka_unit_test(a_cell_that_excel_would_run_is_guarded_and_comes_back_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
