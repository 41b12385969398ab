#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/file.h"
#include "office/records/import.h"

enum { SQL_MOST = 1 << 16 };

void scratch_write(const struct scratch_folder *scratch, const char *name, const char *text)
{
	char path[PATH_SIZE];

	assert_int_equal(file_write(scratch_path(scratch, name, path), span_of(text)), STATUS_OK);
}

const char *scratch_mapping(const struct scratch_folder *scratch, char path[PATH_SIZE],
                            const char *first, const char *first_select, const char *second,
                            const char *second_select)
{
	struct buf json;

	buf_init(&json, SQL_MOST);
	buf_append_format(&json, "{\"relations\": {\"%s\": \"%s\"", first, first_select);
	if (second)
		buf_append_format(&json, ", \"%s\": \"%s\"", second, second_select);
	buf_append_text(&json, "}}");
	scratch_write(scratch, "mapping.json", buf_text(&json));
	buf_deinit(&json);
	return scratch_path(scratch, "mapping.json", path);
}

void import_samples(const char *file)
{
	struct record_import_counts counts;
	struct relations *relations = shipped_relations();
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(record_import(relations, SAMPLES, file, faults, &counts), STATUS_OK);
	faults_destroy(faults);
	relations_release(relations);
	assert_int_equal(counts.relations, SHIPPED_RELATIONS);
}

/* --- log --- */

void captured_log_open(struct captured_log *captured)
{
	captured->stream = open_memstream(&captured->text, &captured->size);
	assert_non_null(captured->stream);
	assert_int_equal(log_create(&captured->log, captured->stream, LOG_DEBUG, clock_system()),
	                 STATUS_OK);
}

void captured_log_close(struct captured_log *captured)
{
	log_destroy(captured->log);
	fclose(captured->stream);
	free(captured->text);
}

bool captured_log_holds(struct captured_log *captured, const char *text)
{
	fflush(captured->stream);
	return strstr(captured->text, text) != NULL;
}

/* --- PostgreSQL --- */

static void append_table(const struct relation_shape *shape, struct buf *sql)
{
	static const char *const types[] = {
		[COLUMN_TEXT] = "text", [COLUMN_DATE] = "date", [COLUMN_FLAG] = "boolean"
	};

	buf_append_format(sql, "CREATE TABLE %s (" RELATION_KEY " text", shape->name);
	for (size_t i = 0; i < shape->column_count; i++)
		buf_append_format(sql, ", %s %s", shape->columns[i].name,
		                  types[shape->columns[i].type]);
	buf_append_text(sql, ")");
}

/* PostgreSQL reads the CSV itself: so a fault of our own reader shows. */
static void copy_table(PGconn *conn, const char *name)
{
	char sql[PATH_SIZE], file[PATH_SIZE];
	struct buf text;

	buf_init(&text, 1 << 20);
	snprintf(file, sizeof(file), SAMPLES "/%s.csv", name);
	snprintf(sql, sizeof(sql), "COPY %s FROM STDIN (FORMAT csv, HEADER)", name);
	assert_int_equal(file_read(file, &text), STATUS_OK);
	PQclear(PQexec(conn, sql));
	assert_int_equal(PQputCopyData(conn, buf_text(&text), (int)text.len), 1);
	assert_int_equal(PQputCopyEnd(conn, NULL), 1);
	PGresult *result = PQgetResult(conn);
	assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
	PQclear(result);
	assert_null(PQgetResult(conn));
	buf_deinit(&text);
}

void postgres_load_samples(const struct postgres *postgres)
{
	PGconn *conn = PQconnectdb(postgres->conninfo);
	struct relations *relations = shipped_relations();
	struct buf sql;

	buf_init(&sql, SQL_MOST);
	for (size_t r = RELATION_RECORDED; r < SHIPPED_RELATIONS_END; r++) {
		const struct relation_shape *shape = relation_shape(relations, r);

		buf_clear(&sql);
		append_table(shape, &sql);
		PGresult *result = PQexec(conn, buf_text(&sql));
		assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
		PQclear(result);
		copy_table(conn, shape->name);
	}
	buf_deinit(&sql);
	relations_release(relations);
	PQfinish(conn);
}
