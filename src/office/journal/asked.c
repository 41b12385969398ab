#include "office/journal/asked.h"

#include <assert.h>

#include "office/journal/rows.h"

enum { DAY_MS = 86400000, CHINA_MS = 8 * 3600000 };

/* The columns of struct asked_row, in its order. */
#define DAY  "(at + 28800000) / 86400000"
#define NONE "CAST(0 AS BIGINT)"

/* The turn before another one in its conversation, where that one is an answer out of its list. */
#define CHOICES                                                                                    \
	" FROM turn a JOIN turn c ON c.session = a.session AND c.at ="                             \
	" (SELECT max(p.at) FROM turn p WHERE p.session = a.session AND p.at < a.at)"              \
	" WHERE a.at >= $1 AND a.session <> '' AND a.outcome IN ('answer', 'ask')"                 \
	" AND c.outcome = 'choose' AND a.entries <> '' AND a.entries NOT LIKE '% %'"               \
	" AND (' ' || c.entries || ' ') LIKE ('% ' || a.entries || ' %')"

static const char *const statements[ASKED_TABLES] = {
	[ASKED_UNANSWERED] = "SELECT question, '', '', '', '', " DAY ", count(*), min(at), max(at)"
	                     " FROM turn WHERE at >= $1 AND " ROWS_NOT_ANSWERED " AND topic IS NULL"
	                     " GROUP BY question, " DAY " ORDER BY max(at) DESC LIMIT 100000",
	[ASKED_DISLIKED] =
	        "SELECT t.question, t.channel, t.outcome, t.entries, coalesce(r.reason, ''),"
	        " (t.at + 28800000) / 86400000, CAST(1 AS BIGINT), t.at, t.at"
	        " FROM turn t JOIN rating r ON r.receipt = t.receipt"
	        " WHERE t.at >= $1 AND r.value = 'down' ORDER BY t.at DESC LIMIT 100000",
	[ASKED_ALL] = "SELECT question, '', '', '', '', " DAY ", count(*), min(at), max(at)"
	              " FROM turn WHERE at >= $1"
	              " GROUP BY question, " DAY " ORDER BY max(at) DESC LIMIT 100000",
	/* With those of turns that are kept no longer. */
	[ASKED_CHOSEN] =
	        "SELECT question, '', '', entry, '', " NONE ", count(*), min(at), max(at) FROM"
	        " (SELECT c.question AS question, a.entries AS entry, a.at AS at" CHOICES
	        " UNION ALL SELECT question, entry, at FROM choice WHERE at >= $1) AS chosen"
	        " GROUP BY question, entry ORDER BY max(at) DESC LIMIT 100000",
	[ASKED_ANSWERED] = "SELECT '', '', outcome, entries, '', " DAY
	                   ", count(*), min(at), max(at) FROM turn WHERE at >= $1"
	                   " AND entries <> '' AND outcome IN ('answer', 'choose', 'ask')"
	                   " GROUP BY outcome, entries, " DAY " ORDER BY max(at) DESC LIMIT 100000",
	[ASKED_RATED] = "SELECT '', '', r.value, t.entries, '', " NONE
	                ", count(*), min(t.at), max(t.at) FROM turn t"
	                " JOIN rating r ON r.receipt = t.receipt WHERE t.at >= $1"
	                " GROUP BY r.value, t.entries ORDER BY max(t.at) DESC LIMIT 100000",
	[ASKED_OUTCOMES] = "SELECT '', channel, " ROWS_OUTCOME ", '', '', " DAY
	                   ", count(*), min(at), max(at) FROM turn WHERE at >= $1"
	                   " GROUP BY channel, came, " DAY " ORDER BY max(at) DESC LIMIT 100000",
};

struct showing {
	asked_visitor visit;
	void *context;
};

static enum status show(void *context, const struct cell *columns)
{
	const struct showing *showing = context;
	const struct asked_row row = {
		.question = cell_as_span(&columns[0]),
		.channel = cell_as_span(&columns[1]),
		.outcome = cell_as_span(&columns[2]),
		.entries = cell_as_span(&columns[3]),
		.reason = cell_as_span(&columns[4]),
		.day = cell_as_integer(&columns[5]),
		.count = cell_as_integer(&columns[6]),
		.first_ms = cell_as_integer(&columns[7]),
		.last_ms = cell_as_integer(&columns[8]),
	};

	return showing->visit(showing->context, &row);
}

int64_t asked_day(int64_t wall_ms)
{
	return (wall_ms + CHINA_MS) / DAY_MS;
}

enum status journal_read_asked(const struct journal_settings *journal, enum asked_table table,
                               int64_t since_ms, asked_visitor visit, void *context)
{
	const struct store_settings settings = { .url = journal->file,
		                                 .busy_ms = journal->busy_ms,
		                                 .read_only = true };
	const struct cell since = cell_integer(since_ms);
	struct showing showing = { visit, context };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;
	struct tx *tx;
	enum status status;

	assert((unsigned)table < ASKED_TABLES);
	status = store_open(&store, &settings, &journal_schema, problem);
	if (status != STATUS_OK)
		return status;
	if (store_version(store) < JOURNAL_WITH_CHOICES)
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		status = store_begin(store, TX_READ, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx,
		                tx_query(tx, statements[table], &since, 1, show, &showing, NULL));
	store_close(store);
	return status;
}
