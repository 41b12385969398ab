#include "office/journal/lookup.h"

#include <stdio.h>

#include "base/language.h"
#include "office/journal/rows.h"

/* A file that no server has opened since has the columns of its own version. */
static const char *statement_for(int version)
{
	if (version >= JOURNAL_WITH_VERDICTS)
		return "SELECT t.receipt, t.at, t.channel, t.session, t.question, t.outcome,"
		       " t.reason, t.topic, t.entries, t.confidence, t.knowledge, t.took_us,"
		       " r.value, r.reason, r.at, t.cases, t.verdicts FROM turn t"
		       " LEFT JOIN rating r ON r.receipt = t.receipt WHERE t.receipt = $1"
		       " ORDER BY t.at";
	if (version == JOURNAL_WITH_CASES)
		return "SELECT t.receipt, t.at, t.channel, t.session, t.question, t.outcome,"
		       " t.reason, t.topic, t.entries, t.confidence, t.knowledge, t.took_us,"
		       " r.value, r.reason, r.at, t.cases, '' FROM turn t"
		       " LEFT JOIN rating r ON r.receipt = t.receipt WHERE t.receipt = $1"
		       " ORDER BY t.at";
	if (version == JOURNAL_WITH_RATINGS)
		return "SELECT t.receipt, t.at, t.channel, t.session, t.question, t.outcome,"
		       " t.reason, t.topic, t.entries, t.confidence, t.knowledge, t.took_us,"
		       " r.value, r.reason, r.at, '', '' FROM turn t"
		       " LEFT JOIN rating r ON r.receipt = t.receipt WHERE t.receipt = $1"
		       " ORDER BY t.at";
	return "SELECT receipt, at, channel, session, question, outcome, reason, topic, entries,"
	       " confidence, knowledge, took_us, NULL, NULL, NULL, '', '' FROM turn WHERE receipt "
	       "= $1"
	       " ORDER BY at";
}

/* For columns that the schema says are NOT NULL; a damaged file may hold NULL. */
static const char *present(const struct cell *value)
{
	const char *text = cell_as_text(value);

	return text ? text : "";
}

struct looking {
	lookup_visitor visit;
	void *context;
};

static enum status show(void *context, const struct cell *columns)
{
	const struct looking *looking = context;
	const struct journal_turn turn = {
		.receipt = present(&columns[0]),
		.at_ms = cell_as_integer(&columns[1]),
		.channel = present(&columns[2]),
		.session = present(&columns[3]),
		.question = cell_as_span(&columns[4]),
		.outcome = present(&columns[5]),
		.reason = cell_as_text(&columns[6]),
		.topic = cell_as_text(&columns[7]),
		.entries = cell_as_span(&columns[8]),
		.confidence = cell_as_real(&columns[9]),
		.knowledge = present(&columns[10]),
		.took_us = cell_as_integer(&columns[11]),
		.cases = cell_as_span(&columns[15]),
		.verdicts = cell_as_span(&columns[16]),
	};
	const struct journal_rating rating = {
		.receipt = turn.receipt,
		.value = cell_as_text(&columns[12]),
		.reason = cell_as_span(&columns[13]),
		.at_ms = cell_as_integer(&columns[14]),
	};

	looking->visit(looking->context, &turn, &rating);
	return STATUS_OK;
}

static enum status read_rows(struct store *store, const char *receipt, struct looking *looking)
{
	const struct cell value = cell_text(receipt);
	struct tx *tx;
	size_t seen = 0;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_end(tx, tx_query(tx, statement_for(store_version(store)), &value, 1, show,
	                             looking, &seen));
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status journal_look_up(const char *file, int64_t busy_ms, const char *receipt,
                            lookup_visitor visit, void *context, char problem[STORE_PROBLEM_SIZE])
{
	const struct store_settings settings = { .url = file,
		                                 .busy_ms = busy_ms,
		                                 .read_only = true };
	struct looking looking = { visit, context };
	struct store *store;
	enum status status = store_open(&store, &settings, &journal_schema, problem);

	if (status == STATUS_INVALID)
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", _("is no journal of dayi"));
	if (status != STATUS_OK)
		return status;
	status = read_rows(store, receipt, &looking);
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", store_problem(store));
	store_close(store);
	return status;
}

static enum status read_texts(struct store *store, struct lookup_text *texts, size_t count)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		status = rows_entry_text(tx, texts[i].knowledge, texts[i].entry, &texts[i].words);
		if (status == STATUS_NOT_FOUND)
			status = STATUS_OK;
	}
	return tx_end(tx, status);
}

enum status journal_look_up_texts(const char *file, int64_t busy_ms, struct lookup_text *texts,
                                  size_t count)
{
	const struct store_settings settings = { .url = file,
		                                 .busy_ms = busy_ms,
		                                 .read_only = true };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;
	enum status status = store_open(&store, &settings, &journal_schema, problem);

	if (status == STATUS_OK && store_version(store) >= JOURNAL_WITH_TEXTS)
		status = read_texts(store, texts, count);
	store_close(store);
	return status;
}
