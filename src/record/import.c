#include "record/import.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/day.h"
#include "base/file.h"
#include "base/language.h"
#include "base/utf8.h"
#include "record/facts.h"
#include "text/identify.h"

enum {
	FILE_BYTES_MOST = 1 << 30,
	NAMES_MEMORY_MOST = 16 << 20,
	SQL_MOST = 4096,
	FIELD_SIZE = 64,
	KEY_SIZE = 64,
};

#define CSV_ENDING ".csv"

/* The key stands behind the relation's own columns. */
enum { KEY = RELATION_COLUMNS_MOST, IGNORED };

struct table_import {
	sqlite3 *db;
	sqlite3_stmt *insert, *count;
	const char *file;
	enum relation relation;
	struct faults *faults;
	size_t columns[CSV_CELLS_MOST]; /* of the relation, KEY, or IGNORED after a fault */
	size_t column_count;            /* 0 until the header was read */
	bool keyed;                     /* it names the key */
	size_t rows;
};

/* --- SQLite --- */

static enum status status_of(int result)
{
	if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW)
		return STATUS_OK;
	return result == SQLITE_NOMEM ? STATUS_NO_MEMORY : STATUS_IO;
}

static enum status run(sqlite3 *db, const char *sql)
{
	return status_of(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static enum status make_table(sqlite3 *db, const struct relation_shape *shape)
{
	struct buf sql;
	buf_init(&sql, SQL_MOST);
	buf_append_format(&sql, "CREATE TABLE %s (" RECORD_KEY " TEXT NOT NULL", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(&sql, ", %s %s", shape->columns[i].name,
		                  shape->columns[i].type == COLUMN_FLAG ? "INTEGER" : "TEXT");
	buf_append_format(&sql, ") STRICT; CREATE INDEX %s_" RECORD_KEY " ON %s (" RECORD_KEY ")",
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
	buf_append_text(&sql, RECORD_KEY ") VALUES (");
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_text(&sql, "?, ");
	buf_append_text(&sql, "?)");
	enum status status = buf_status(&sql);
	if (status == STATUS_OK)
		status = status_of(
		        sqlite3_prepare_v2(table->db, buf_text(&sql), -1, &table->insert, NULL));
	buf_clear(&sql);
	buf_append_format(&sql, "SELECT count(*) FROM %s WHERE " RECORD_KEY " = ?", shape->name);
	if (status == STATUS_OK)
		status = buf_status(&sql);
	if (status == STATUS_OK)
		status = status_of(
		        sqlite3_prepare_v2(table->db, buf_text(&sql), -1, &table->count, NULL));
	buf_deinit(&sql);
	return status;
}

/* --- the header --- */

static void complain(const struct table_import *table, unsigned line, const char *field,
                     const char *reason)
{
	faults_add(table->faults, FAULT_ERROR, table->file, line, field, "%s", reason);
}

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
	if (span_equal(name, span_of(RECORD_KEY)))
		return KEY;
	const size_t column = column_named(table->relation, name);
	return column < relation_shape(table->relation)->column_count ? column : IGNORED;
}

/*
 * The column's name, or, where the cell does not look like one, its place: a table without a header
 * begins with somebody's record.
 */
static void name_field(char field[FIELD_SIZE], struct span name, size_t index)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	bool plain = name.len > 0 && name.len < FIELD_SIZE;
	for (size_t i = 0; plain && i < name.len; i++)
		plain = memchr(letters, name.ptr[i], sizeof(letters) - 1);
	if (plain)
		snprintf(field, FIELD_SIZE, "%.*s", SPAN_ARGS(name));
	else
		snprintf(field, FIELD_SIZE, "column %zu", index + 1);
}

static void take_header(struct table_import *table, const struct csv_row *row)
{
	bool seen[IGNORED + 1] = { false };
	char field[FIELD_SIZE];
	for (size_t i = 0; i < row->count; i++) {
		const struct span name = trimmed(row->cells[i]);
		const size_t column = column_of(table, name);
		name_field(field, name, i);
		if (column == IGNORED)
			complain(table, row->line, field,
			         "there is no such column in this relation");
		else if (seen[column])
			complain(table, row->line, field, "the column is there twice");
		table->columns[i] = column;
		seen[column] = true;
	}
	table->column_count = row->count;
	table->keyed = seen[KEY];
	if (!seen[KEY])
		complain(table, row->line, RECORD_KEY,
		         "the first row must name this column: the applicant's ID number");
}

/* --- the rows --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 4.19901E+17: what Excel makes of an ID number. */
static bool is_rounded_number(struct span text)
{
	const char *mark = memchr(text.ptr, 'E', text.len);
	if (!mark)
		mark = memchr(text.ptr, 'e', text.len);
	if (!mark || !is_digit(text.ptr[0]) || text.ptr + text.len - mark < 3 || mark[1] != '+')
		return false;
	for (const char *at = text.ptr; at < text.ptr + text.len; at++)
		if (!is_digit(*at) && *at != '.' && at != mark && at != mark + 1)
			return false;
	return true;
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

/* What is wrong with a value of the relation's own columns; NULL: nothing. */
static const char *fault_of(const struct column *column, struct span value)
{
	char text[DAY_SIZE] = "";
	if (column->type == COLUMN_TEXT)
		return is_rounded_number(value) ? N_("Excel has rounded this number: format the "
		                                     "column as text before the numbers go in")
		                                : NULL;
	if (value.len < sizeof(text))
		memcpy(text, value.ptr, value.len);
	if (column_accepts(column, text))
		return NULL;
	return column->type == COLUMN_DATE ? N_("must be a day such as 2026-11-23, or empty")
	                                   : N_("must be 0 or 1, or empty");
}

/* Wrong ID numbers are among what the records are to show, so a wrong check digit is no error. */
static bool check_key(const struct table_import *table, unsigned line, struct span key)
{
	bool plain = key.len > 0 && key.len <= KEY_SIZE;
	for (size_t i = 0; i < key.len; i++)
		plain = plain && (is_digit(key.ptr[i]) || (key.ptr[i] >= 'A' && key.ptr[i] <= 'Z'));
	if (key.len > 0 && is_rounded_number(key))
		complain(table, line, RECORD_KEY,
		         "Excel has rounded this number: format the column as text before the "
		         "numbers go in");
	else if (!plain)
		complain(table, line, RECORD_KEY,
		         "must be an ID number: digits, and a capital X where it ends with one");
	else if (key.len != 18 || !id_number_check(key))
		faults_add(table->faults, FAULT_WARNING, table->file, line, RECORD_KEY,
		           "no ID number of 18 digits with the right check digit");
	return plain;
}

/* Binds the cell; false when it is bad, which was reported. */
static bool take_cell(struct table_import *table, unsigned line, size_t column, struct span value)
{
	const struct relation_shape *shape = relation_shape(table->relation);
	char day[DAY_SIZE];
	value = trimmed(value);
	if (column == IGNORED)
		return true;
	if (column == KEY) {
		sqlite3_bind_text(table->insert, (int)shape->column_count + 1, value.ptr,
		                  (int)value.len, SQLITE_TRANSIENT);
		sqlite3_bind_text(table->count, 1, value.ptr, (int)value.len, SQLITE_TRANSIENT);
		return check_key(table, line, value);
	}
	if (!value.len)
		return true;
	if (shape->columns[column].type == COLUMN_DATE)
		value = day_of(value, day);
	const char *fault = fault_of(&shape->columns[column], value);
	if (fault)
		complain(table, line, shape->columns[column].name, fault);
	else
		sqlite3_bind_text(table->insert, (int)column + 1, value.ptr, (int)value.len,
		                  SQLITE_TRANSIENT);
	return !fault;
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
	const size_t rows = rows_of_key(table);
	if (table->relation == RELATION_APPLICANT && rows > 0)
		complain(table, line, RECORD_KEY, "this applicant has a row already");
	if (rows >= FACTS_ROWS_MOST)
		faults_add(table->faults, FAULT_ERROR, table->file, line, RECORD_KEY,
		           "more than %d rows of one applicant", FACTS_ROWS_MOST);
	sqlite3_step(table->insert);
	table->rows++;
	return status_of(sqlite3_reset(table->insert));
}

static enum status take_row(void *context, const struct csv_row *row)
{
	struct table_import *table = context;
	bool sound = table->keyed;
	if (table->column_count == 0) {
		take_header(table, row);
		return STATUS_OK;
	}
	if (row->count != table->column_count) {
		faults_add(table->faults, FAULT_ERROR, table->file, row->line, NULL,
		           "the row has %zu cells, the header %zu", row->count,
		           table->column_count);
		return STATUS_OK;
	}
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
	const struct relation_shape *shape = relation_shape(table->relation);
	enum status status = make_table(table->db, shape);
	if (status == STATUS_OK)
		status = prepare(table, shape);
	if (status == STATUS_OK)
		status = take_text(table, text);
	sqlite3_finalize(table->insert);
	sqlite3_finalize(table->count);
	return status;
}

/* One that can not be read is a fault like a bad row: the others are still looked at. */
static enum status import_file(struct table_import *table)
{
	struct buf text;
	buf_init(&text, FILE_BYTES_MOST);
	enum status status = file_read(table->file, &text);
	if (status == STATUS_OK) {
		status = load_table(table, buf_span(&text));
	} else if (status != STATUS_NO_MEMORY) {
		complain(table, 0, NULL, status_text(status));
		status = STATUS_OK;
	}
	buf_deinit(&text);
	return status;
}

/* --- the folder --- */

/* RELATION_COUNT where the name is none of a relation's file. */
static enum relation relation_of(const char *name)
{
	const struct span stem = { name, strlen(name) - strlen(CSV_ENDING) };
	const enum relation relation = relation_named(stem);
	return relation < RELATION_RECORDED ? relation : RELATION_COUNT;
}

static bool is_csv(const char *name)
{
	const size_t length = strlen(name);
	return length > strlen(CSV_ENDING) &&
	       strcmp(name + length - strlen(CSV_ENDING), CSV_ENDING) == 0;
}

static enum status import_files(sqlite3 *db, const char *folder, struct arena *arena,
                                struct faults *faults, struct record_import_counts *counts)
{
	struct file_list list = { NULL, 0 };
	enum status status = file_list(folder, arena, &list);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "%s", status_text(status));
	/* STATUS_IO is of the database. */
	if (status == STATUS_IO)
		status = STATUS_INVALID;
	for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
		if (!is_csv(list.names[i]))
			continue;
		struct table_import table = { .db = db,
			                      .file = file_join(arena, folder, list.names[i]),
			                      .relation = relation_of(list.names[i]),
			                      .faults = faults };
		if (!table.file)
			return STATUS_NO_MEMORY;
		if (table.relation == RELATION_COUNT) {
			complain(&table, 0, NULL, "is named after no relation of a record");
			continue;
		}
		status = import_file(&table);
		counts->relations++;
		counts->rows += table.rows;
	}
	if (status == STATUS_OK && counts->relations == 0)
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "holds no CSV file of a relation");
	return status;
}

static enum status fill(sqlite3 *db, const char *folder, struct faults *faults,
                        struct record_import_counts *counts)
{
	char version[FIELD_SIZE];
	struct arena *arena = NULL;
	const size_t before = faults_count(faults, FAULT_ERROR);
	snprintf(version, sizeof(version), "PRAGMA user_version = %d", RECORD_SCHEMA_VERSION);
	enum status status = arena_create(&arena, NAMES_MEMORY_MOST);
	if (status == STATUS_OK)
		status = run(db, "BEGIN");
	if (status == STATUS_OK)
		status = run(db, version);
	if (status == STATUS_OK)
		status = import_files(db, folder, arena, faults, counts);
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > before)
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		status = run(db, "COMMIT");
	arena_destroy(arena);
	return status;
}

/* Makes the whole database under a name of its own. */
static enum status build(const char *path, const char *folder, struct faults *faults,
                         struct record_import_counts *counts)
{
	sqlite3 *db = NULL;
	enum status status = status_of(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL));
	if (status == STATUS_OK)
		status = fill(db, folder, faults, counts);
	if (sqlite3_close(db) != SQLITE_OK && status == STATUS_OK)
		status = STATUS_INTERNAL;
	return status;
}

static enum status make_temporary(const char *file, char **out)
{
	if (asprintf(out, "%s.XXXXXX", file) < 0) {
		*out = NULL;
		return STATUS_NO_MEMORY;
	}
	const int fd = mkstemp(*out); /* mode 0600 */
	if (fd < 0) {
		free(*out);
		*out = NULL;
		return STATUS_IO;
	}
	close(fd);
	return STATUS_OK;
}

enum status record_import(const char *folder, const char *file, struct faults *faults,
                          struct record_import_counts *counts)
{
	char *temporary = NULL;
	*counts = (struct record_import_counts){ 0, 0 };
	enum status status = file_make_folder_of(file);
	if (status == STATUS_OK)
		status = make_temporary(file, &temporary);
	if (status == STATUS_OK)
		status = build(temporary, folder, faults, counts);
	if (status == STATUS_OK && rename(temporary, file) != 0)
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = file_sync_folder_of(file);
	else if (temporary)
		unlink(temporary);
	if (status == STATUS_IO)
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "can not be written");
	free(temporary);
	return status;
}
