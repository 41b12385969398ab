#include "office/journal/traffic.h"

#include <stdio.h>

#include "base/language.h"

static const char traffic[] =
        "SELECT question, count(*) FROM (SELECT question FROM turn WHERE at >= $1"
        " ORDER BY at DESC LIMIT $2) AS latest GROUP BY question ORDER BY count(*) DESC, question";

struct showing {
	traffic_visitor visit;
	void *context;
};

static enum status show(void *context, const struct cell *columns)
{
	const struct showing *showing = context;

	return showing->visit(showing->context, cell_as_span(&columns[0]),
	                      cell_as_integer(&columns[1]));
}

enum status journal_read_traffic(const char *file, int64_t busy_ms, int64_t since_ms, int64_t most,
                                 traffic_visitor visit, void *context,
                                 char problem[STORE_PROBLEM_SIZE])
{
	const struct store_settings settings = { .url = file,
		                                 .busy_ms = busy_ms,
		                                 .read_only = true };
	const struct cell values[] = { cell_integer(since_ms), cell_integer(most) };
	struct showing showing = { visit, context };
	struct store *store;
	struct tx *tx;
	enum status status = store_open(&store, &settings, &journal_schema, problem);

	if (status == STATUS_INVALID)
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", _("is no journal of dayi"));
	if (status != STATUS_OK)
		return status;
	status = store_begin(store, TX_READ, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, traffic, values, 2, show, &showing, NULL));
	if (status != STATUS_OK)
		snprintf(problem, STORE_PROBLEM_SIZE, "%s", store_problem(store));
	store_close(store);
	return status;
}
