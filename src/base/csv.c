#include "base/csv.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

struct cell {
	size_t start, len; /* in the row's text */
};

struct csv_reader {
	struct csv_parser parser;
	const char *file;
	struct faults *faults;
	csv_take_row take_row;
	void *context;
	struct buf text; /* of the cells of the row at hand */
	struct cell cells[CSV_CELLS_MOST];
	size_t cell_count; /* may exceed CSV_CELLS_MOST, which is then too many */
	unsigned line;     /* the row begins in */
	unsigned at_line;
	char separator;
	bool lenient; /* stray quotation marks are text */
	bool plain;   /* all of them are */
	enum status status;
};

static bool is_formula(struct span text)
{
	size_t at = 0;

	while (at < text.len && text.ptr[at] == '\'')
		at++;
	return at < text.len && memchr("=+-@\t\r", text.ptr[at], 6);
}

static struct span cell_text(const struct csv_reader *reader, size_t index)
{
	struct cell cell = reader->cells[index];
	struct span text = { buf_text(&reader->text) + cell.start, cell.len };

	assert(cell.start + cell.len <= reader->text.len);
	if (text.len > 0 && text.ptr[0] == '\'' && is_formula(text))
		return (struct span){ text.ptr + 1, text.len - 1 };
	return text;
}

static void end_cell(void *text, size_t len, void *context)
{
	struct csv_reader *reader = context;

	if (reader->cell_count < CSV_CELLS_MOST)
		reader->cells[reader->cell_count] = (struct cell){ reader->text.len, len };
	reader->cell_count++;
	if (len > 0)
		buf_append(&reader->text, text, len);
}

/* Spreadsheets write rows that were used once and are empty now. */
static bool is_empty_row(const struct csv_reader *reader)
{
	return reader->text.len == 0;
}

static void forget_row(struct csv_reader *reader)
{
	buf_clear(&reader->text);
	reader->cell_count = 0;
	reader->line = reader->at_line + 1;
}

static void hand_on(struct csv_reader *reader)
{
	struct span cells[CSV_CELLS_MOST];
	const struct csv_row row = { reader->line, cells, reader->cell_count };

	assert(reader->cell_count <= CSV_CELLS_MOST);
	for (size_t i = 0; i < reader->cell_count; i++)
		cells[i] = cell_text(reader, i);
	reader->status = reader->take_row(reader->context, &row);
}

static void end_row(int terminator, void *context)
{
	struct csv_reader *reader = context;

	(void)terminator;
	if (reader->status != STATUS_OK || is_empty_row(reader))
		; /* nothing to read */
	else if (buf_status(&reader->text) != STATUS_OK)
		reader->status = buf_status(&reader->text);
	else if (reader->cell_count > CSV_CELLS_MOST)
		faults_add(reader->faults, FAULT_ERROR, reader->file, reader->line, NULL,
		           "%zu cells are too many", reader->cell_count);
	else
		hand_on(reader);
	forget_row(reader);
}

/* Blanks beside a cell belong to it. */
static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

/* Behind the quotation mark that closes the cell, from behind the opening one; NULL: none does. */
static const char *close_quotes(const char *at, const char *end)
{
	while ((at = memchr(at, '"', (size_t)(end - at)))) {
		at++;
		if (at == end || *at != '"')
			return at;
		at++;
	}
	return NULL;
}

/* Where a cell ends; NULL: it begins with a quotation mark and does not end with one. */
static const char *end_of_cell(const char *at, const char *end, char separator)
{
	const char ends[] = { separator, '\n', '\r' };

	if (*at == '"') {
		at = close_quotes(at + 1, end);
		return at && (at == end || memchr(ends, *at, sizeof(ends))) ? at : NULL;
	}
	while (at < end && *at != separator && *at != '\n')
		at++;
	return at;
}

/* Whether each cell that begins with a quotation mark ends with one. */
static bool quotes_enclose(struct span input, char separator)
{
	const char *at = input.ptr, *end = input.ptr + input.len;

	while (at && at < end) {
		at = end_of_cell(at, end, separator);
		at = at && at < end ? at + 1 : at;
	}
	return at != NULL;
}

static bool open_parser(struct csv_reader *reader)
{
	enum { NO_QUOTE = 0x1f /* a control character, of no text */ };
	const unsigned char options =
	        reader->lenient ? CSV_STRICT_FINI : CSV_STRICT | CSV_STRICT_FINI;

	if (csv_init(&reader->parser, options) != 0)
		return false;
	csv_set_space_func(&reader->parser, no_space);
	csv_set_delim(&reader->parser, (unsigned char)reader->separator);
	if (reader->plain)
		csv_set_quote(&reader->parser, NO_QUOTE);
	return true;
}

/* A stray quote spoils its row; the next line is read as a new row. */
static void recover(struct csv_reader *reader)
{
	if (csv_error(&reader->parser) == CSV_EPARSE)
		faults_add(reader->faults, FAULT_ERROR, reader->file, reader->at_line, NULL,
		           "a quotation mark stands where none may: a cell that holds one is "
		           "put in quotes, and the mark is doubled");
	else
		reader->status = STATUS_NO_MEMORY;
	csv_free(&reader->parser);
	if (!open_parser(reader))
		reader->status = STATUS_NO_MEMORY;
	forget_row(reader);
}

static bool is_empty_line(const char *line, size_t len)
{
	return line[0] == '\n' || (len > 1 && line[0] == '\r' && line[1] == '\n');
}

static void read_lines(struct csv_reader *reader, struct span input)
{
	const char *at = input.ptr, *end = input.ptr + input.len;

	while (at < end && reader->status == STATUS_OK) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = stop ? (size_t)(stop - at) + 1 : (size_t)(end - at);

		reader->at_line++;
		/* An empty line ends no row, but the next row begins after it. */
		if (reader->line == reader->at_line && is_empty_line(at, len))
			reader->line++;
		if (csv_parse(&reader->parser, at, len, end_cell, end_row, reader) != len)
			recover(reader);
		at += len;
	}
	if (reader->status == STATUS_OK &&
	    csv_fini(&reader->parser, end_cell, end_row, reader) != 0)
		faults_add(reader->faults, FAULT_ERROR, reader->file, reader->line, NULL,
		           "a cell that begins here with a quotation mark never ends");
}

enum status csv_read_rows(struct span input, const char *file, struct faults *faults,
                          csv_take_row take_row, void *context)
{
	return csv_read_separated(input, ',', file, faults, take_row, context);
}

enum status csv_read_separated(struct span input, char separator, const char *file,
                               struct faults *faults, csv_take_row take_row, void *context)
{
	struct csv_reader *reader = calloc(1, sizeof(*reader));
	enum status status;

	if (reader) {
		/* Programs that part by tabs often do not double a quotation mark within a cell. */
		reader->separator = separator;
		reader->lenient = separator == '\t' || separator == '|';
		reader->plain = reader->lenient && !quotes_enclose(input, separator);
	}
	if (!reader || !open_parser(reader)) {
		free(reader);
		return STATUS_NO_MEMORY;
	}
	reader->file = file;
	reader->faults = faults;
	reader->take_row = take_row;
	reader->context = context;
	reader->line = 1;
	buf_init(&reader->text, SIZE_MAX - 1);
	read_lines(reader, input);
	status = reader->status;
	buf_deinit(&reader->text);
	csv_free(&reader->parser);
	free(reader);
	return status;
}

bool csv_is_document(struct span input)
{
	return input.len >= 4 && (memcmp(input.ptr, "PK\x03\x04", 4) == 0 ||
	                          memcmp(input.ptr, "\xd0\xcf\x11\xe0", 4) == 0);
}

const char *csv_separator_of(const struct csv_row *row)
{
	static const char *const marks[] = { ";", "\t", "|", "，", "；" };

	for (size_t i = 0; row->count == 1 && i < sizeof(marks) / sizeof(marks[0]); i++)
		if (memmem(row->cells[0].ptr, row->cells[0].len, marks[i], strlen(marks[i])))
			return marks[i][0] == '\t' ? "Tab" : marks[i];
	return NULL;
}

void csv_append_cell(struct span text, struct buf *out)
{
	bool guard = is_formula(text);
	size_t most;
	char *quoted;

	if (text.len > (SIZE_MAX - 4) / 2) {
		buf_append(out, text.ptr, text.len);
		return;
	}
	most = text.len * 2 + 2;
	quoted = malloc(most);
	if (!quoted) {
		if (out->status == STATUS_OK)
			out->status = STATUS_NO_MEMORY;
		return;
	}
	most = csv_write(quoted, most, text.ptr, text.len);
	assert(most >= 2);
	assert(most <= text.len * 2 + 2);
	buf_append(out, quoted, guard ? 1 : 0);
	buf_append(out, "'", guard ? 1 : 0);
	buf_append(out, quoted + (guard ? 1 : 0), most - (guard ? 1 : 0));
	free(quoted);
}
