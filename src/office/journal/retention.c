#include "office/journal/retention.h"

#include <stdio.h>

enum { ROWS_EACH = 2000, BATCHES_MOST = 500, LEASE_MS = 60 * 1000 };

static const int64_t day_ms = 86400000;

/* The turns that go next. */
#define NEXT_TURNS "FROM turn WHERE at < $1 ORDER BY at, id LIMIT 2000"

/* Of those turns. As in asked.c; what stands there already is left. */
static const char move_choices[] =
        "INSERT INTO choice (receipt, at, question, entry)"
        " SELECT a.receipt, a.at, c.question, a.entries"
        " FROM (SELECT session, at, question, entries, outcome " NEXT_TURNS ") AS c"
        " JOIN turn a ON a.session = c.session AND a.at ="
        " (SELECT min(n.at) FROM turn n WHERE n.session = c.session AND n.at > c.at)"
        " WHERE a.at >= $2 AND c.session <> '' AND c.outcome = 'choose'"
        " AND a.outcome IN ('answer', 'ask') AND a.entries <> '' AND a.entries NOT LIKE '% %'"
        " AND (' ' || c.entries || ' ') LIKE ('% ' || a.entries || ' %')"
        " ON CONFLICT DO NOTHING";

static const char delete_turns[] = "DELETE FROM turn WHERE id IN (SELECT id " NEXT_TURNS ")";
static const char delete_ratings[] = "DELETE FROM rating WHERE receipt IN"
                                     " (SELECT receipt FROM rating WHERE at < $1 LIMIT 2000)";
static const char delete_choices[] = "DELETE FROM choice WHERE (receipt, at) IN"
                                     " (SELECT receipt, at FROM choice WHERE at < $1 LIMIT 2000)";

static enum status read_clock(struct store *store, int64_t *now_ms)
{
	struct tx *tx;
	const enum status status = store_begin(store, TX_READ, &tx);

	return status == STATUS_OK ? tx_end(tx, tx_now(tx, now_ms)) : status;
}

/* Rows that go, and those of them that are moved before; `move_sql` NULL: none are. */
struct batch {
	const char *delete_sql, *move_sql;
	struct cell values[2]; /* before when they were written; those of a move, not before when */
};

static enum status run(struct tx *tx, const struct batch *batch, size_t *deleted, size_t *moved)
{
	const enum status status =
	        batch->move_sql ? tx_run(tx, batch->move_sql, batch->values, 2, moved) : STATUS_OK;

	return status == STATUS_OK ? tx_run(tx, batch->delete_sql, batch->values, 1, deleted)
	                           : status;
}

/* Moved and deleted in one transaction: whoever counts sees each of them once. */
static enum status run_batches(struct store *store, const struct batch *batch, size_t *deleted,
                               size_t *moved, bool *more)
{
	enum status status = STATUS_OK;
	size_t gone = ROWS_EACH;

	for (int i = 0; status == STATUS_OK && gone == ROWS_EACH && i < BATCHES_MOST; i++) {
		size_t kept = 0;
		struct tx *tx;

		gone = 0;
		status = store_begin(store, TX_ROWS, &tx);
		if (status == STATUS_OK)
			status = tx_end(tx, run(tx, batch, &gone, &kept));
		if (status != STATUS_OK)
			return status;
		*deleted += gone;
		*moved += kept;
	}
	*more = *more || gone == ROWS_EACH;
	return status;
}

static enum status delete_before(struct store *store, const char *sql, int64_t before_ms,
                                 size_t *deleted, bool *more)
{
	const struct batch batch = { sql, NULL, { cell_integer(before_ms) } };
	size_t moved = 0;

	return run_batches(store, &batch, deleted, &moved, more);
}

/* Choices among them are moved, unless they would go as well. */
static enum status retain_turns(struct store *store, const struct journal_days *days,
                                int64_t now_ms, struct journal_deleted *deleted, bool *more)
{
	const bool moves = days->choices == 0 || days->choices > days->turns;
	const struct batch batch = {
		delete_turns,
		moves ? move_choices : NULL,
		{ cell_integer(now_ms - days->turns * day_ms),
		  cell_integer(days->choices > 0 ? now_ms - days->choices * day_ms : 0) },
	};

	return run_batches(store, &batch, &deleted->turns, &deleted->moved, more);
}

enum status journal_retain(struct store *store, const struct journal_days *days,
                           struct journal_deleted *deleted, bool *more)
{
	int64_t now_ms = 0;
	enum status status = read_clock(store, &now_ms);

	*deleted = (struct journal_deleted){ 0 };
	*more = false;
	if (status == STATUS_OK && days->turns > 0)
		status = retain_turns(store, days, now_ms, deleted, more);
	if (status == STATUS_OK && days->ratings > 0)
		status = delete_before(store, delete_ratings, now_ms - days->ratings * day_ms,
		                       &deleted->ratings, more);
	if (status == STATUS_OK && days->choices > 0)
		status = delete_before(store, delete_choices, now_ms - days->choices * day_ms,
		                       &deleted->choices, more);
	return status;
}

/* Two at once would do no harm, only the same work. */
static enum status take_lease(struct store *store, bool *got)
{
	struct tx *tx;
	const enum status status = store_begin(store, TX_WRITE, &tx);

	*got = false;
	return status == STATUS_OK ? tx_end(tx, tx_lease(tx, "journal_retention", LEASE_MS, got))
	                           : status;
}

enum status journal_retain_here(const struct journal_settings *journal,
                                struct journal_deleted *deleted, bool *more,
                                char problem[STORE_PROBLEM_SIZE])
{
	const struct store_settings settings = { .url = journal->file,
		                                 .busy_ms = journal->busy_ms };
	struct store *store;
	bool got = false;
	enum status status;

	*deleted = (struct journal_deleted){ 0 };
	*more = false;
	problem[0] = '\0';
	status = store_open(&store, &settings, &journal_schema, problem);
	if (status != STATUS_OK)
		return status;
	status = take_lease(store, &got);
	if (status == STATUS_OK && got)
		status = journal_retain(store, &journal->keep, deleted, more);
	if (status != STATUS_OK)
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", store_problem(store));
	store_close(store);
	return status;
}
