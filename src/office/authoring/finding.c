#include "office/authoring/finding.h"

#include <assert.h>
#include <stddef.h>

const char *finding_state_name(enum finding_state state)
{
	static const char *const names[] = { "none", "running", "done", "failed" };

	assert(state <= FINDING_FAILED);
	return names[state];
}

struct reading {
	struct arena *arena;
	struct finding *out;
	int64_t beat_ms;
};

static enum status take(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	struct finding *out = reading->out;

	out->run = cell_as_integer(&columns[0]);
	out->state = (enum finding_state)cell_as_integer(&columns[1]);
	out->begun_ms = cell_as_integer(&columns[2]);
	reading->beat_ms = cell_as_integer(&columns[3]);
	out->ended_ms = cell_as_integer(&columns[4]);
	if (!reading->arena)
		return STATUS_OK;
	out->who = arena_copy(reading->arena, cell_as_span(&columns[5]));
	out->result = arena_copy(reading->arena, cell_as_span(&columns[6]));
	return out->who && out->result ? STATUS_OK : STATUS_NO_MEMORY;
}

/* `arena` NULL: without texts. One that is silent for too long has failed. */
static enum status read_row(struct tx *tx, const char *name, struct arena *arena,
                            struct finding *out)
{
	static const char sql[] = "SELECT run, state, begun, beat, ended, who, result"
	                          " FROM draft_finding WHERE name = $1";
	const struct cell value = cell_text(name);
	struct reading reading = { .arena = arena, .out = out };
	int64_t now_ms = 0;
	enum status status;

	*out = (struct finding){ .who = "", .result = "" };
	status = tx_query(tx, sql, &value, 1, take, &reading, NULL);
	if (status == STATUS_OK)
		status = tx_now(tx, &now_ms);
	if (out->state == FINDING_RUNNING && now_ms - reading.beat_ms > FINDING_SILENT_MS)
		out->state = FINDING_FAILED;
	return status;
}

enum status finding_read(struct store *store, const char *name, struct arena *arena,
                         struct finding *out)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	*out = (struct finding){ .who = "", .result = "" };
	return status == STATUS_OK ? tx_end(tx, read_row(tx, name, arena, out)) : status;
}

static enum status begin(struct tx *tx, const char *name, const char *who, int64_t *run)
{
	static const char sql[] =
	        "INSERT INTO draft_finding (name, run, state, who, begun, beat, ended, result)"
	        " VALUES ($1, $2, 1, $3, $4, $4, 0, '')"
	        " ON CONFLICT (name) DO UPDATE SET run = excluded.run, state = excluded.state,"
	        " who = excluded.who, begun = excluded.begun, beat = excluded.beat,"
	        " ended = excluded.ended";
	struct finding now;
	int64_t now_ms;
	enum status status = read_row(tx, name, NULL, &now);

	if (status == STATUS_OK)
		status = tx_now(tx, &now_ms);
	if (status != STATUS_OK || now.state == FINDING_RUNNING)
		return status;
	const struct cell values[] = { cell_text(name), cell_integer(now.run + 1), cell_text(who),
		                       cell_integer(now_ms) };

	status = tx_run(tx, sql, values, 4, NULL);
	*run = now.run + 1;
	return status;
}

enum status finding_begin(struct store *store, const char *name, const char *who, int64_t *run)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	*run = 0;
	if (status == STATUS_OK)
		status = tx_end(tx, begin(tx, name, who, run));
	if (status != STATUS_OK)
		*run = 0;
	return status;
}

/* The row of that run; `result` NULL keeps the last one. */
static enum status change(struct store *store, const char *name, int64_t run,
                          enum finding_state state, struct span result, bool *lost)
{
	static const char sql[] =
	        "UPDATE draft_finding SET state = $3, beat = $4, ended = $5,"
	        " found = CASE WHEN CAST($6 AS TEXT) = '' THEN found ELSE $4 END,"
	        " result = CASE WHEN CAST($6 AS TEXT) = '' THEN result ELSE CAST($6 AS TEXT) END"
	        " WHERE name = $1 AND run = $2 AND state = 1";
	struct tx *tx;
	int64_t now_ms = 0;
	size_t changed = 0;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK) {
		const struct cell values[] = {
			cell_text(name),
			cell_integer(run),
			cell_integer(state),
			cell_integer(now_ms),
			cell_integer(state == FINDING_RUNNING ? 0 : now_ms),
			cell_span(result.len > 0 ? result : span_of("")),
		};

		status = tx_run(tx, sql, values, 6, &changed);
	}
	*lost = status == STATUS_OK && changed == 0;
	return tx_end(tx, status);
}

enum status finding_beat(struct store *store, const char *name, int64_t run, struct span result,
                         bool *lost)
{
	return change(store, name, run, FINDING_RUNNING, result, lost);
}

enum status finding_end(struct store *store, const char *name, int64_t run, bool done,
                        struct span result)
{
	bool lost;

	return change(store, name, run, done ? FINDING_DONE : FINDING_FAILED, result, &lost);
}

enum status finding_retain(struct store *store, const char *name, int64_t keep_ms)
{
	static const char sql[] = "UPDATE draft_finding SET result = ''"
	                          " WHERE name = $1 AND result <> '' AND found < $2";
	struct tx *tx;
	int64_t now_ms = 0;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK) {
		const struct cell values[] = { cell_text(name), cell_integer(now_ms - keep_ms) };

		status = tx_run(tx, sql, values, 2, NULL);
	}
	return tx_end(tx, status);
}
