/*
 * All CSV files go into a new database beside the old one, in one transaction, row by row. A cell
 * is trimmed, converted to its column's form, and bound. A bad cell is reported and its row left
 * out; if there was any, nothing is kept in the end. Each column has a tally for what only the
 * column as a whole can show: rounded numbers, and how many more faults there were than were
 * reported one by one. When all tables are filled, their applicants are compared.
 */
#include "office/records/import.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/day.h"
#include "base/file.h"
#include "base/language.h"
#include "base/utf8.h"
#include "engine/facts/relations.h"
#include "engine/text/check_digit.h"
#include "office/records/import_applicants.h"

enum {
	CELLS_SHOWN = 20,  /* of one column, each with its line; the others are counted */
	VALUE_SHOWN = 20,  /* characters of one in a fault */
	EXACT_DIGITS = 15, /* a spreadsheet keeps no more of a number */
	LONG_DIGITS = 17,  /* from here on zeros at the end tell of rounding */
	FILE_BYTES_MOST = 1 << 30,
	NAMES_MEMORY_MOST = 16 << 20,
	SQL_MOST = 4096,
	FIELD_SIZE = 64,
	KEY_SIZE = 64,
	ID_DIGITS = 18,
	DIGITS_OF_A_RECORD = 6, /* in a cell of the first row: no heading */
	VALUE_SIZE = 64 << 10,
};

#define CSV_ENDING ".csv"

/* The key stands behind the relation's own columns. */
enum { KEY = RELATION_COLUMNS_MOST, IGNORED };

/* What was seen of one column. */
struct column_tally {
	size_t warnings, errors;
	size_t long_numbers, rounded; /* the one among the other */
	unsigned first_rounded;       /* its line */
	size_t empty;                 /* cells of a column with words */
	unsigned first_empty;         /* the line of the first one */
};

struct table_import {
	sqlite3 *db;
	sqlite3_stmt *insert, *count;
	const char *file;
	const struct relation_shape *shape;
	struct faults *faults;
	size_t columns[CSV_CELLS_MOST]; /* of the relation, KEY, or IGNORED after a fault */
	size_t column_count;            /* 0 until the header was read */
	bool keyed;                     /* it names the key */
	bool refused;                   /* no row can be read */
	struct column_tally tallies[IGNORED + 1];
	size_t rows;
};

/* --- SQLite --- */

enum status import_status_of(int result)
{
	if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW)
		return STATUS_OK;
	return result == SQLITE_NOMEM ? STATUS_NO_MEMORY : STATUS_IO;
}

static enum status run(sqlite3 *db, const char *sql)
{
	return import_status_of(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static enum status make_table(sqlite3 *db, const struct relation_shape *shape)
{
	struct buf sql;
	buf_init(&sql, SQL_MOST);
	buf_append_format(&sql, "CREATE TABLE %s (" RELATION_KEY " TEXT NOT NULL", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(&sql, ", %s %s", shape->columns[i].name,
		                  shape->columns[i].type == COLUMN_FLAG ? "INTEGER" : "TEXT");
	/* No relation has a blank in its name: tables and indexes share their names. */
	buf_append_format(
	        &sql, ") STRICT; CREATE INDEX \"%s by " RELATION_KEY "\" ON %s (" RELATION_KEY ")",
	        shape->name, shape->name);
	enum status status = buf_status(&sql);
	if (status == STATUS_OK)
		status = run(db, buf_text(&sql));
	buf_deinit(&sql);
	return status;
}

/* Columns in the shape's order, the key behind them. */
static enum status prepare(struct table_import *table, const struct relation_shape *shape)
{
	struct buf sql;
	buf_init(&sql, SQL_MOST);
	buf_append_format(&sql, "INSERT INTO %s (", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(&sql, "%s, ", shape->columns[i].name);
	buf_append_text(&sql, RELATION_KEY ") VALUES (");
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_text(&sql, "?, ");
	buf_append_text(&sql, "?)");
	enum status status = buf_status(&sql);
	if (status == STATUS_OK)
		status = import_status_of(
		        sqlite3_prepare_v2(table->db, buf_text(&sql), -1, &table->insert, NULL));
	buf_clear(&sql);
	buf_append_format(&sql, "SELECT count(*) FROM %s WHERE " RELATION_KEY " = ?", shape->name);
	if (status == STATUS_OK)
		status = buf_status(&sql);
	if (status == STATUS_OK)
		status = import_status_of(
		        sqlite3_prepare_v2(table->db, buf_text(&sql), -1, &table->count, NULL));
	buf_deinit(&sql);
	return status;
}

/* --- faults --- */

static void complain(const struct table_import *table, unsigned line, const char *field,
                     const char *reason)
{
	faults_add(table->faults, FAULT_ERROR, table->file, line, field, "%s", reason);
}

static const char *name_of(const struct table_import *table, size_t column)
{
	assert(column == KEY || column < table->shape->column_count);
	return column == KEY ? RELATION_KEY : table->shape->columns[column].name;
}

/*
 * About one cell. A register of a hundred thousand rows must not bury what else is wrong: the first
 * few of a column are told, the others counted.
 */
static void complain_of_cell(struct table_import *table, enum fault_level level, unsigned line,
                             size_t column, const char *reason)
{
	struct column_tally *tally = &table->tallies[column];
	assert(column <= KEY);
	size_t *count = level == FAULT_ERROR ? &tally->errors : &tally->warnings;
	if (++*count <= CELLS_SHOWN)
		faults_add(table->faults, level, table->file, line, name_of(table, column), "%s",
		           _(reason));
}

static void count_the_others(const struct table_import *table)
{
	for (size_t i = 0; i <= KEY; i++) {
		const struct column_tally *tally = &table->tallies[i];
		if (tally->errors > CELLS_SHOWN)
			faults_add(table->faults, FAULT_ERROR, table->file, 0, name_of(table, i),
			           "%zu more values are wrong", tally->errors - CELLS_SHOWN);
		if (tally->warnings > CELLS_SHOWN)
			faults_add(table->faults, FAULT_WARNING, table->file, 0, name_of(table, i),
			           "%zu more values are doubtful", tally->warnings - CELLS_SHOWN);
	}
}

/* --- the header --- */

static struct span trimmed(struct span text)
{
	while (text.len && text.ptr[0] == ' ')
		text = (struct span){ text.ptr + 1, text.len - 1 };
	while (text.len && text.ptr[text.len - 1] == ' ')
		text.len--;
	return text;
}

static size_t column_of(const struct table_import *table, struct span name)
{
	if (span_equal(name, span_of(RELATION_KEY)))
		return KEY;
	const size_t column = column_named(table->shape, name);
	return column < table->shape->column_count ? column : IGNORED;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* If the header is missing, the first row is somebody's record. Do not quote it. */
static bool is_record(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		size_t digits = 0;
		for (size_t k = 0; k < row->cells[i].len; k++)
			digits += is_digit(row->cells[i].ptr[k]);
		if (digits >= DIGITS_OF_A_RECORD)
			return true;
	}
	return false;
}

static void refuse_column(const struct table_import *table, unsigned line, size_t index,
                          struct span name, bool shown)
{
	char field[FIELD_SIZE];
	struct buf reason;
	snprintf(field, sizeof(field), _("column %zu"), index + 1);
	if (!shown) {
		complain(table, line, field,
		         "the first row must name the columns, and this names none");
		return;
	}
	buf_init(&reason, SQL_MOST);
	columns_explain(table->shape, RELATION_KEY, name, &reason);
	complain(table, line, field, buf_text(&reason));
	buf_deinit(&reason);
}

static void take_columns(struct table_import *table, const struct csv_row *row)
{
	const bool shown = !is_record(row);
	bool seen[IGNORED + 1] = { false };
	for (size_t i = 0; i < row->count; i++) {
		const struct span name = trimmed(row->cells[i]);
		const size_t column = column_of(table, name);
		if (column == IGNORED)
			refuse_column(table, row->line, i, name, shown);
		else if (seen[column])
			complain(table, row->line, name_of(table, column),
			         "the column is there twice");
		assert(column <= IGNORED);
		table->columns[i] = column;
		seen[column] = true;
	}
	table->keyed = seen[KEY];
	if (!seen[KEY])
		complain(table, row->line, RELATION_KEY,
		         "the first row must name this column: the applicant's ID number");
}

static void take_header(struct table_import *table, const struct csv_row *row)
{
	const char *separator = csv_separator_of(row);
	assert(row->count <= CSV_CELLS_MOST);
	table->column_count = row->count;
	table->refused = separator;
	if (separator)
		faults_add(table->faults, FAULT_ERROR, table->file, row->line, NULL,
		           "the cells are parted by %s, not by commas: in Excel save it as "
		           "\"CSV UTF-8 (comma delimited)\"",
		           separator);
	else
		take_columns(table, row);
}

/* --- the rows --- */

/* 4.19901E+17, and 419900198603120000.00: what a spreadsheet makes of an ID number. */
static bool is_rounded_number(struct span text)
{
	size_t digits = 0, marks = 0, points = 0, signs = 0;
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		if (is_digit(c))
			digits++;
		else if (c == '.')
			points++;
		else if ((c == 'E' || c == 'e') && digits > 0)
			marks++;
		else if (c == '+' && marks == 1 && text.ptr[i - 1] != '.')
			signs++;
		else if (c != ',')
			return false;
	}
	if (points > 1 || marks > 1 || digits == 0 || !is_digit(text.ptr[0]))
		return false;
	if (marks == 1)
		return signs == 1 && is_digit(text.ptr[text.len - 1]);
	return digits > EXACT_DIGITS && text.len > digits;
}

/* 2023/5/6, as Excel writes a day, becomes 2023-05-06; anything else stays as it is. */
static struct span day_of(struct span text, char day[DAY_SIZE])
{
	unsigned parts[3] = { 0 };
	size_t part = 0, digits = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '/' && digits && part < 2) {
			part++;
			digits = 0;
		} else if (is_digit(text.ptr[i]) && digits < (part ? 2U : 4U)) {
			parts[part] = parts[part] * 10 + (unsigned)(text.ptr[i] - '0');
			digits++;
		} else {
			return text;
		}
	}
	if (part < 2 || !digits)
		return text;
	day_write((struct day){ (int)parts[0], (int)parts[1], (int)parts[2] }, day);
	return span_of(day);
}

static const char rounded_number[] =
        N_("a spreadsheet has rounded this number: mark the column, choose 设置单元格格式 > 数字 > "
           "文本 in Excel or WPS, then bring the numbers in again from where they came: the lost "
           "digits are in no cell any more");

/* 419900198603120000: a number of which no more than 15 digits were kept. */
static void tally_number(struct column_tally *tally, unsigned line, struct span text)
{
	bool digits = text.len >= LONG_DIGITS, zeros = true;
	for (size_t i = 0; i < text.len && digits; i++) {
		digits = is_digit(text.ptr[i]);
		zeros = zeros && (i < EXACT_DIGITS || text.ptr[i] == '0');
	}
	if (!digits)
		return;
	tally->long_numbers++;
	if (!zeros || (text.len == ID_DIGITS && id_number_check(text)))
		return;
	if (tally->rounded == 0)
		tally->first_rounded = line;
	tally->rounded++;
	assert(tally->rounded <= tally->long_numbers);
}

/* One such number may be somebody's wrong one; most of them are a spreadsheet's. */
static void complain_of_rounding(const struct table_import *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const size_t column = table->columns[i];
		const struct column_tally *tally = &table->tallies[column];
		if (column == IGNORED || 2 * tally->rounded <= tally->long_numbers)
			continue;
		faults_add(table->faults, FAULT_ERROR, table->file, tally->first_rounded,
		           name_of(table, column),
		           "a spreadsheet has rounded these numbers: %zu of %zu end in zeros; mark "
		           "the column, choose 设置单元格格式 > 数字 > 文本 in Excel or WPS, then "
		           "bring the numbers in again from where they came: the lost digits are "
		           "in no cell any more",
		           tally->rounded, tally->long_numbers);
	}
}

/* An empty status leaves a verdict open for as many people: said once a column, not once a row. */
static void tally_empty(struct table_import *table, unsigned line, size_t column)
{
	const struct column *about = &table->shape->columns[column];
	struct column_tally *tally = &table->tallies[column];
	if (about->word_count == 0 || about->may_be_empty)
		return;
	if (tally->empty++ == 0)
		tally->first_empty = line;
}

static void tell_of_empty_words(const struct table_import *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const size_t column = table->columns[i];
		const struct column_tally *tally = &table->tallies[column];
		if (column == IGNORED || tally->empty == 0)
			continue;
		faults_add(table->faults, FAULT_WARNING, table->file, tally->first_empty,
		           name_of(table, column),
		           "empty cells: %zu, the first here; stored as unknown", tally->empty);
	}
}

/* Stored as unknown: a clerk cannot change the words of another system. */
static void note_odd_value(struct table_import *table, unsigned line, size_t column,
                           struct span value, enum fit fit)
{
	struct buf words, reason;
	buf_init(&words, SQL_MOST);
	buf_init(&reason, SQL_MOST);
	column_explain(&table->shape->columns[column], fit, &words);
	buf_append_format(&reason,
	                  fit == FIT_NO_NUMBER
	                          ? _("%.*s %s: stored as unknown")
	                          : _("%.*s %s: stored as unknown; say in relations.json what it "
	                              "stands for"),
	                  (int)utf8_prefix(value, VALUE_SHOWN), value.ptr, buf_text(&words));
	complain_of_cell(table, FAULT_WARNING, line, column, buf_text(&reason));
	buf_deinit(&words);
	buf_deinit(&reason);
}

/* The text to be stored into *out, NULL for the unknown; false when the value is bad. */
static bool take_value(struct table_import *table, unsigned line, size_t column, struct span value,
                       char text[VALUE_SIZE], const char **out)
{
	const struct column *about = &table->shape->columns[column];
	struct buf reason;
	assert(column < table->shape->column_count);
	*out = NULL;
	if (value.len >= VALUE_SIZE) {
		complain_of_cell(table, FAULT_ERROR, line, column, "is longer than a value may be");
		return false;
	}
	memcpy(text, value.ptr, value.len);
	text[value.len] = '\0';
	if (about->type == COLUMN_TEXT && is_rounded_number(value)) {
		complain_of_cell(table, FAULT_ERROR, line, column, rounded_number);
		return false;
	}
	char number[NUMBER_TEXT_SIZE];
	const enum fit fit = column_take(about, text, number, out);
	if (*out == number)
		*out = memcpy(text, number, strlen(number) + 1);
	if (fit == FIT_NO_WORD || fit == FIT_NO_NUMBER)
		note_odd_value(table, line, column, value, fit);
	if (fit == FIT_GOOD || fit == FIT_NO_WORD || fit == FIT_NO_NUMBER || fit == FIT_EMPTY)
		return true;
	buf_init(&reason, SQL_MOST);
	column_explain(about, fit, &reason);
	buf_append_text(&reason, _(", or empty"));
	complain_of_cell(table, FAULT_ERROR, line, column, buf_text(&reason));
	buf_deinit(&reason);
	return false;
}

/* Wrong ID numbers are among what the records are to show, so a wrong check digit is no error. */
static bool check_key(struct table_import *table, unsigned line, struct span key)
{
	bool plain = key.len > 0 && key.len <= KEY_SIZE;
	for (size_t i = 0; i < key.len; i++)
		plain = plain && (is_digit(key.ptr[i]) || (key.ptr[i] >= 'A' && key.ptr[i] <= 'Z'));
	if (key.len > 0 && is_rounded_number(key))
		complain_of_cell(table, FAULT_ERROR, line, KEY, rounded_number);
	else if (!plain)
		complain_of_cell(
		        table, FAULT_ERROR, line, KEY,
		        "must be an ID number: digits, and a capital X where it ends with one");
	else if (key.len != ID_DIGITS || !id_number_check(key))
		complain_of_cell(table, FAULT_WARNING, line, KEY,
		                 "no ID number of 18 digits with the right check digit");
	return plain;
}

static bool take_key(struct table_import *table, unsigned line, struct span key)
{
	const int at = (int)table->shape->column_count + 1;
	assert(at == sqlite3_bind_parameter_count(table->insert)); /* the key stands last */
	tally_number(&table->tallies[KEY], line, key);
	sqlite3_bind_text(table->insert, at, key.ptr, (int)key.len, SQLITE_TRANSIENT);
	sqlite3_bind_text(table->count, 1, key.ptr, (int)key.len, SQLITE_TRANSIENT);
	return check_key(table, line, key);
}

/* Binds the cell; false when it is bad, which was reported. */
static bool take_cell(struct table_import *table, unsigned line, size_t column, struct span value)
{
	char day[DAY_SIZE], text[VALUE_SIZE];
	const char *taken;
	value = trimmed(value);
	if (column == IGNORED)
		return true;
	if (column == KEY)
		return take_key(table, line, value);
	if (!value.len) {
		tally_empty(table, line, column);
		return true;
	}
	const enum column_type type = table->shape->columns[column].type;
	if (type == COLUMN_DATE)
		value = day_of(value, day);
	if (type == COLUMN_TEXT)
		tally_number(&table->tallies[column], line, value);
	const bool sound = take_value(table, line, column, value, text, &taken);
	if (taken)
		sqlite3_bind_text(table->insert, (int)column + 1, taken, -1, SQLITE_TRANSIENT);
	return sound;
}

static size_t rows_of_key(const struct table_import *table)
{
	size_t rows = 0;
	if (sqlite3_step(table->count) == SQLITE_ROW)
		rows = (size_t)sqlite3_column_int64(table->count, 0);
	sqlite3_reset(table->count);
	return rows;
}

static enum status insert(struct table_import *table, unsigned line)
{
	const size_t rows = rows_of_key(table), most = table->shape->rows_most;
	assert(table->keyed);
	char reason[FIELD_SIZE];
	/* Once an applicant, where they may have several. */
	snprintf(reason, sizeof(reason), _("more than %zu rows of one applicant"), most);
	if (most == 1 && rows > 0)
		complain_of_cell(table, FAULT_ERROR, line, KEY, "this applicant has a row already");
	else if (rows == most)
		complain_of_cell(table, FAULT_ERROR, line, KEY, reason);
	sqlite3_step(table->insert);
	table->rows++;
	return import_status_of(sqlite3_reset(table->insert));
}

static enum status take_row(void *context, const struct csv_row *row)
{
	struct table_import *table = context;
	bool sound = table->keyed;
	if (table->column_count == 0) {
		take_header(table, row);
		return STATUS_OK;
	}
	if (table->refused)
		return STATUS_OK;
	if (row->count != table->column_count) {
		faults_add(table->faults, FAULT_ERROR, table->file, row->line, NULL,
		           "the row has %zu cells, the header %zu", row->count,
		           table->column_count);
		return STATUS_OK;
	}
	assert(table->column_count <= CSV_CELLS_MOST);
	sqlite3_clear_bindings(table->insert);
	sqlite3_clear_bindings(table->count);
	for (size_t i = 0; i < row->count; i++)
		sound &= take_cell(table, row->line, table->columns[i], row->cells[i]);
	return sound ? insert(table, row->line) : STATUS_OK;
}

/* --- one file --- */

static unsigned line_at(struct span text, size_t offset)
{
	unsigned line = 1;
	for (size_t i = 0; i < offset; i++)
		line += text.ptr[i] == '\n';
	return line;
}

static bool check_text(const struct table_import *table, struct span text)
{
	if (csv_is_document(text)) {
		complain(table, 0, NULL,
		         "this is an Excel file, not CSV: in Excel save it as \"CSV UTF-8\"");
		return false;
	}
	const size_t at = utf8_fault_at(text);
	const char *nul = text.len ? memchr(text.ptr, '\0', text.len) : NULL;
	if (at < text.len)
		complain(table, line_at(text, at), NULL,
		         "not UTF-8; in Excel save it as \"CSV UTF-8\"");
	else if (nul)
		complain(table, line_at(text, (size_t)(nul - text.ptr)), NULL, "holds a zero byte");
	return at == text.len && !nul;
}

static enum status take_text(struct table_import *table, struct span text)
{
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		text = (struct span){ text.ptr + 3, text.len - 3 };
	if (!check_text(table, text))
		return STATUS_OK;
	const enum status status = csv_read_rows(text, table->file, table->faults, take_row, table);
	if (status == STATUS_OK && table->column_count == 0)
		complain(table, 0, NULL, "is empty: the first row must name the columns");
	return status;
}

static enum status load_table(struct table_import *table, struct span text)
{
	enum status status = make_table(table->db, table->shape);
	if (status == STATUS_OK)
		status = prepare(table, table->shape);
	if (status == STATUS_OK)
		status = take_text(table, text);
	count_the_others(table);
	complain_of_rounding(table);
	tell_of_empty_words(table);
	sqlite3_finalize(table->insert);
	sqlite3_finalize(table->count);
	return status;
}

/* A file that cannot be read is a fault like a bad row: go on with the others. */
static enum status import_file(struct table_import *table)
{
	struct buf text;
	buf_init(&text, FILE_BYTES_MOST);
	enum status status = file_read(table->file, &text);
	if (status == STATUS_OK) {
		status = load_table(table, buf_span(&text));
	} else if (status != STATUS_NO_MEMORY) {
		complain(table, 0, NULL, file_failure(status));
		status = STATUS_OK;
	}
	buf_deinit(&text);
	return status;
}

/* --- the folder --- */

/* NULL where the name is none of a relation's file. */
static const struct relation_shape *shape_of(const struct relations *relations, const char *name)
{
	const struct span stem = { name, strlen(name) - strlen(CSV_ENDING) };
	if (strcmp(name + stem.len, CSV_ENDING) != 0)
		return NULL;
	const size_t relation = relation_named(relations, stem);
	if (relation < RELATION_RECORDED || relation == relations_count(relations))
		return NULL;
	return relation_shape(relations, relation);
}

/* Also matches capitals, which are reported as a fault. */
static bool is_csv(const char *name)
{
	const size_t length = strlen(name);
	return length > strlen(CSV_ENDING) &&
	       strcasecmp(name + length - strlen(CSV_ENDING), CSV_ENDING) == 0;
}

/* The relation whose file this would be if its name were in small letters. */
static const struct relation_shape *shape_in_capitals(const struct relations *relations,
                                                      const char *name)
{
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++) {
		const struct relation_shape *shape = relation_shape(relations, i);
		const size_t length = strlen(shape->name);
		if (strncasecmp(shape->name, name, length) == 0 &&
		    strcasecmp(name + length, CSV_ENDING) == 0)
			return shape;
	}
	return NULL;
}

static void complain_of_name(const struct table_import *table, const struct relations *relations,
                             const char *name)
{
	const struct relation_shape *meant = shape_in_capitals(relations, name);
	struct buf reason;
	if (meant) {
		faults_add(table->faults, FAULT_ERROR, table->file, 0, NULL,
		           "capitals count in a file's name: call it %s.csv", meant->name);
		return;
	}
	buf_init(&reason, SQL_MOST);
	relations_explain(relations, RELATION_RECORDED,
	                  (struct span){ name, strlen(name) - strlen(CSV_ENDING) }, &reason);
	complain(table, 0, NULL, buf_text(&reason));
	buf_deinit(&reason);
}

static enum status import_files(sqlite3 *db, const struct relations *relations, const char *folder,
                                struct arena *arena, struct faults *faults,
                                struct record_import_counts *counts)
{
	const size_t before = faults_count(faults, FAULT_ERROR);
	struct file_list list = { NULL, 0 };
	enum status status = file_list(folder, arena, &list);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "%s", file_failure(status));
	/* STATUS_IO stands for the database only. */
	if (status == STATUS_IO)
		status = STATUS_INVALID;
	for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
		if (!is_csv(list.names[i]))
			continue;
		struct table_import table = { .db = db,
			                      .file = file_join(arena, folder, list.names[i]),
			                      .shape = shape_of(relations, list.names[i]),
			                      .faults = faults };
		if (!table.file)
			return STATUS_NO_MEMORY;
		if (!table.shape) {
			complain_of_name(&table, relations, list.names[i]);
			continue;
		}
		status = import_file(&table);
		counts->relations++;
		counts->rows += table.rows;
	}
	if (status == STATUS_OK && counts->relations == 0 &&
	    faults_count(faults, FAULT_ERROR) == before)
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "holds no CSV file of a relation");
	return status;
}

static enum status fill(sqlite3 *db, const struct relations *relations, const char *folder,
                        struct faults *faults, struct record_import_counts *counts)
{
	char version[FIELD_SIZE];
	struct arena *arena = NULL;
	const size_t before = faults_count(faults, FAULT_ERROR);
	snprintf(version, sizeof(version), "PRAGMA user_version = %d", RECORD_SCHEMA_VERSION);
	enum status status = arena_create(&arena, NAMES_MEMORY_MOST);
	/* A half-made database is thrown away: a -journal beside it would only stay behind. */
	if (status == STATUS_OK)
		status = run(db, "PRAGMA journal_mode = MEMORY; BEGIN");
	if (status == STATUS_OK)
		status = run(db, version);
	if (status == STATUS_OK)
		status = import_files(db, relations, folder, arena, faults, counts);
	if (status == STATUS_OK)
		status = import_compare_applicants(db, relations, folder, faults);
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > before)
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		status = run(db, "COMMIT");
	arena_destroy(arena);
	return status;
}

/* Makes the whole database under a name of its own. */
static enum status build(const char *path, const struct relations *relations, const char *folder,
                         struct faults *faults, struct record_import_counts *counts)
{
	sqlite3 *db = NULL;
	enum status status =
	        import_status_of(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL));
	if (status == STATUS_OK)
		status = fill(db, relations, folder, faults, counts);
	if (status == STATUS_IO)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "cannot be written: SQLite says: %s",
		           db ? sqlite3_errmsg(db) : status_text(status));
	if (sqlite3_close(db) != SQLITE_OK && status == STATUS_OK)
		status = STATUS_INTERNAL;
	return status;
}

/* Called right after a step that sets errno. */
static enum status told(enum status status, const char *file, struct faults *faults)
{
	if (status != STATUS_IO && status != STATUS_NOT_FOUND)
		return status;
	faults_add(faults, FAULT_ERROR, file, 0, NULL, "cannot be written: %s", file_reason(errno));
	return STATUS_IO;
}

static enum status make_temporary(const char *file, char **out)
{
	if (asprintf(out, "%s.XXXXXX", file) < 0) {
		*out = NULL;
		return STATUS_NO_MEMORY;
	}
	const int fd = mkstemp(*out); /* mode 0600 */
	if (fd < 0) {
		const int error = errno;
		free(*out);
		*out = NULL;
		errno = error;
		return STATUS_IO;
	}
	close(fd);
	return STATUS_OK;
}

enum status record_import(const struct relations *relations, const char *folder, const char *file,
                          struct faults *faults, struct record_import_counts *counts)
{
	char *temporary = NULL;
	*counts = (struct record_import_counts){ 0, 0 };
	enum status status = told(file_make_private_folder_of(file), file, faults);
	if (status == STATUS_OK)
		status = told(make_temporary(file, &temporary), file, faults);
	if (status == STATUS_OK)
		status = build(temporary, relations, folder, faults, counts);
	if (status == STATUS_OK && rename(temporary, file) != 0)
		status = told(STATUS_IO, file, faults);
	if (status == STATUS_OK)
		status = told(file_sync_folder_of(file), file, faults);
	else if (temporary)
		unlink(temporary);
	free(temporary);
	return status;
}
