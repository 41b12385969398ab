#include "office/journal/lookup.h"

#include <stdio.h>

#include "base/file.h"
#include "base/language.h"
#include "office/journal/database.h"

enum { VERSION_WITH_RATINGS = 2, VERSION_WITH_CASES = 3 };

/* A file that no server has opened since has the columns of its own version. */
static const char *statement_for(int version)
{
	if (version >= VERSION_WITH_CASES)
		return "SELECT t.receipt, t.at, t.channel, t.session, t.question, t.outcome,"
		       " t.reason, t.topic, t.entries, t.confidence, t.knowledge, t.took_us,"
		       " r.value, r.reason, r.at, t.cases FROM turn t"
		       " LEFT JOIN rating r ON r.receipt = t.receipt WHERE t.receipt = ?"
		       " ORDER BY t.at";
	if (version == VERSION_WITH_RATINGS)
		return "SELECT t.receipt, t.at, t.channel, t.session, t.question, t.outcome,"
		       " t.reason, t.topic, t.entries, t.confidence, t.knowledge, t.took_us,"
		       " r.value, r.reason, r.at, '' FROM turn t"
		       " LEFT JOIN rating r ON r.receipt = t.receipt WHERE t.receipt = ?"
		       " ORDER BY t.at";
	return "SELECT receipt, at, channel, session, question, outcome, reason, topic, entries,"
	       " confidence, knowledge, took_us, NULL, NULL, NULL, '' FROM turn WHERE receipt = ?"
	       " ORDER BY at";
}

static const char *text_at(sqlite3_stmt *row, int column)
{
	return (const char *)sqlite3_column_text(row, column);
}

/* Where NOT NULL stands in the schema; a damaged file does not keep to it. */
static const char *present_at(sqlite3_stmt *row, int column)
{
	const char *text = text_at(row, column);

	return text ? text : "";
}

static struct span span_at(sqlite3_stmt *row, int column)
{
	return span_of(present_at(row, column));
}

static void show(sqlite3_stmt *row, lookup_visitor visit, void *context)
{
	const struct journal_turn turn = {
		.receipt = present_at(row, 0),
		.at_ms = sqlite3_column_int64(row, 1),
		.channel = present_at(row, 2),
		.session = present_at(row, 3),
		.question = span_at(row, 4),
		.outcome = present_at(row, 5),
		.reason = text_at(row, 6),
		.topic = text_at(row, 7),
		.entries = span_at(row, 8),
		.confidence = sqlite3_column_double(row, 9),
		.knowledge = present_at(row, 10),
		.took_us = sqlite3_column_int64(row, 11),
		.cases = span_at(row, 15),
	};
	const struct journal_rating rating = {
		.receipt = turn.receipt,
		.value = text_at(row, 12),
		.reason = span_at(row, 13),
		.at_ms = sqlite3_column_int64(row, 14),
	};

	visit(context, &turn, &rating);
}

static enum status read_rows(sqlite3 *db, const char *receipt, lookup_visitor visit, void *context)
{
	const int version = database_version(db);
	sqlite3_stmt *select = NULL;
	size_t count = 0;
	int result;

	if (version == 0 || sqlite3_errcode(db) == SQLITE_NOTADB)
		return STATUS_INVALID;
	if (version < 0)
		return database_status(sqlite3_errcode(db)) == STATUS_BUSY ? STATUS_BUSY
		                                                           : STATUS_IO;
	result = sqlite3_prepare_v2(db, statement_for(version), -1, &select, NULL);
	/* There are no such tables or columns. */
	if (result == SQLITE_ERROR)
		return STATUS_INVALID;
	if (result == SQLITE_OK)
		result = sqlite3_bind_text(select, 1, receipt, -1, SQLITE_STATIC);
	if (result == SQLITE_OK)
		for (result = sqlite3_step(select); result == SQLITE_ROW;
		     result = sqlite3_step(select), count++)
			show(select, visit, context);
	sqlite3_finalize(select);
	if (database_status(result) != STATUS_OK)
		return database_status(result);
	return count > 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status journal_look_up(const char *file, int64_t busy_ms, const char *receipt,
                            lookup_visitor visit, void *context, char problem[LOOKUP_PROBLEM_SIZE])
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	sqlite3 *db = NULL;
	enum status status;

	problem[0] = '\0';
	if (file_kind(file) != FILE_REGULAR) {
		snprintf(problem, LOOKUP_PROBLEM_SIZE, "%s", _("there is no such file"));
		return STATUS_NOT_FOUND;
	}
	status = database_status(sqlite3_open_v2(file, &db, flags, NULL));
	if (status == STATUS_OK)
		sqlite3_busy_timeout(db, (int)busy_ms);
	if (status == STATUS_OK)
		status = read_rows(db, receipt, visit, context);
	if (status == STATUS_INVALID)
		snprintf(problem, LOOKUP_PROBLEM_SIZE, "%s", _("is no journal of dayi"));
	else if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		snprintf(problem, LOOKUP_PROBLEM_SIZE, "%s",
		         db ? sqlite3_errmsg(db) : status_text(status));
	sqlite3_close(db);
	return status;
}
