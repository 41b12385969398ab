/*
 * Two tables: `draft` has a row for each that is open, `draft_event` one for everything that was
 * done. Two more are finding.c's and dismissed.c's. Revisions and events are counted in the one row
 * of `draft_counter`, within a TX_WRITE, so that their order is that of the transactions.
 */
#include "office/authoring/draft.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char schema[] = "CREATE TABLE draft_counter ("
                             " one INTEGER PRIMARY KEY CHECK (one = 1),"
                             " revisions INTEGER NOT NULL,"
                             " events INTEGER NOT NULL"
                             ") STRICT;"
                             "INSERT INTO draft_counter VALUES (1, 0, 0);"
                             "CREATE TABLE draft ("
                             " entry TEXT PRIMARY KEY,"
                             " collection TEXT," /* NULL: a referral; '': a file */
                             " base TEXT NOT NULL,"
                             " text TEXT NOT NULL,"
                             " revision INTEGER NOT NULL,"
                             " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),"
                             " authors TEXT NOT NULL,"
                             " names TEXT NOT NULL,"
                             " by TEXT NOT NULL,"
                             " at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
                             " errors INTEGER NOT NULL"
                             ") STRICT;"
                             "CREATE TABLE draft_event ("
                             " number INTEGER PRIMARY KEY,"
                             " entry TEXT NOT NULL,"
                             " at INTEGER NOT NULL,"
                             " account TEXT NOT NULL,"
                             " who TEXT NOT NULL,"
                             " what TEXT NOT NULL,"
                             " revision INTEGER NOT NULL,"
                             " why TEXT NOT NULL,"
                             " alone INTEGER NOT NULL,"
                             " version TEXT,"
                             " text TEXT"
                             ") STRICT;"
                             "CREATE INDEX draft_event_of ON draft_event (entry, number)";

static const char findings[] = "CREATE TABLE draft_finding ("
                               " name TEXT PRIMARY KEY,"
                               " run INTEGER NOT NULL,"
                               " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),"
                               " who TEXT NOT NULL,"
                               " begun INTEGER NOT NULL," /* milliseconds since 1970, UTC */
                               " beat INTEGER NOT NULL,"
                               " ended INTEGER NOT NULL,"
                               " result TEXT NOT NULL"
                               ") STRICT";

/* When the result was found: a run that fails keeps the one before. */
static const char found_at[] =
        "ALTER TABLE draft_finding ADD COLUMN found INTEGER NOT NULL DEFAULT 0";

static const char dismissals[] = "CREATE TABLE draft_dismissed ("
                                 " hash TEXT PRIMARY KEY,"
                                 " who TEXT NOT NULL,"
                                 " at INTEGER NOT NULL" /* milliseconds since 1970, UTC */
                                 ") STRICT";

static const char *const steps[] = { schema, findings, found_at, dismissals };

const struct store_schema drafts_schema = {
	.table = "draft_counter",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

enum { AUTHORS_BYTES = 4096 };

const char *draft_state_name(enum draft_state state)
{
	static const char *const names[] = { "draft", "review", "approved" };

	assert(state <= DRAFT_APPROVED);
	return names[state];
}

static bool has_line(const char *lines, const char *line)
{
	const size_t len = strlen(line);

	for (; *lines; lines += strcspn(lines, "\n"), lines += *lines == '\n')
		if (strncmp(lines, line, len) == 0 && lines[len] == '\n')
			return true;
	return false;
}

bool draft_is_by(const struct draft *draft, const char *account)
{
	return has_line(draft->authors, account);
}

/* --- reading --- */

#define COLUMNS "entry, collection, base, text, revision, state, authors, names, by, at, errors"

struct reading {
	struct arena *arena;
	struct draft *drafts;
	size_t count, most;
	enum status status;
};

static const char *keep(struct reading *reading, const struct cell *column)
{
	const char *text = cell_as_text(column);
	const char *own = text ? arena_copy(reading->arena, span_of(text)) : NULL;

	if (text && !own)
		reading->status = STATUS_NO_MEMORY;
	return own;
}

static enum status take_draft(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	struct draft *draft = &reading->drafts[reading->count];

	if (reading->count == reading->most)
		return STATUS_LIMIT;
	draft->entry = keep(reading, &columns[0]);
	draft->collection = keep(reading, &columns[1]);
	draft->base = keep(reading, &columns[2]);
	draft->text = keep(reading, &columns[3]);
	draft->revision = cell_as_integer(&columns[4]);
	draft->state = (enum draft_state)cell_as_integer(&columns[5]);
	draft->authors = keep(reading, &columns[6]);
	draft->names = keep(reading, &columns[7]);
	draft->by = keep(reading, &columns[8]);
	draft->at_ms = cell_as_integer(&columns[9]);
	draft->errors = cell_as_integer(&columns[10]);
	reading->count++;
	return reading->status;
}

static enum status read_one(struct tx *tx, const char *entry, struct arena *arena,
                            struct draft *out)
{
	static const char sql[] = "SELECT " COLUMNS " FROM draft WHERE entry = $1";
	const struct cell value = cell_text(entry);
	struct reading reading = { .arena = arena, .drafts = out, .most = 1 };
	const enum status status = tx_query(tx, sql, &value, 1, take_draft, &reading, NULL);

	if (status != STATUS_OK)
		return status;
	return reading.count == 1 ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status draft_find(struct store *store, const char *entry, struct arena *arena,
                       struct draft *out)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	return status == STATUS_OK ? tx_end(tx, read_one(tx, entry, arena, out)) : status;
}

enum status draft_list(struct store *store, struct arena *arena, struct draft **out, size_t *count)
{
	static const char sql[] = "SELECT " COLUMNS " FROM draft ORDER BY entry";
	struct reading reading = { .arena = arena, .most = DRAFTS_MOST };
	struct tx *tx;
	enum status status;

	*out = reading.drafts = arena_array(arena, DRAFTS_MOST, sizeof(**out));
	*count = 0;
	if (!*out)
		return STATUS_NO_MEMORY;
	status = store_begin(store, TX_READ, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, sql, NULL, 0, take_draft, &reading, NULL));
	if (status == STATUS_OK)
		*count = reading.count;
	return status;
}

struct text_reading {
	struct arena *arena;
	const char *text;
};

static enum status take_text(void *context, const struct cell *columns)
{
	struct text_reading *reading = context;

	reading->text = arena_copy(reading->arena, cell_as_span(&columns[0]));
	return reading->text ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status draft_text(struct store *store, const char *entry, int64_t revision,
                       struct arena *arena, const char **out)
{
	static const char sql[] = "SELECT text FROM draft_event WHERE entry = $1 AND revision = $2"
	                          " AND text IS NOT NULL AND version IS NULL";
	const struct cell values[] = { cell_text(entry), cell_integer(revision) };
	struct text_reading reading = { .arena = arena };
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, sql, values, 2, take_text, &reading, NULL));
	if (status == STATUS_OK && !reading.text)
		status = STATUS_NOT_FOUND;
	*out = reading.text;
	return status;
}

/* --- writing --- */

struct counters {
	int64_t revisions, events;
};

static enum status take_counters(void *context, const struct cell *columns)
{
	struct counters *counters = context;

	counters->revisions = cell_as_integer(&columns[0]);
	counters->events = cell_as_integer(&columns[1]);
	return STATUS_OK;
}

static enum status read_counters(struct tx *tx, struct counters *out)
{
	static const char sql[] = "SELECT revisions, events FROM draft_counter";

	return tx_query(tx, sql, NULL, 0, take_counters, out, NULL);
}

/* What was done; its number is counted on. */
static enum status add_event(struct tx *tx, struct counters *counters, const char *entry,
                             const struct draft_event *event, const struct draft_act *act)
{
	static const char add[] =
	        "INSERT INTO draft_event (number, entry, at, account, who, what, revision, why,"
	        " alone, version, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
	static const char count[] = "UPDATE draft_counter SET revisions = $1, events = $2";
	const struct cell values[] = {
		cell_integer(counters->events + 1),
		cell_text(entry),
		cell_integer(act->at_ms),
		cell_text(act->account),
		cell_text(act->who),
		cell_text(event->what),
		cell_integer(event->revision),
		cell_text(act->why),
		cell_integer(event->alone),
		cell_text(event->version),
		cell_text(event->text),
	};
	const enum status status = tx_run(tx, add, values, 11, NULL);
	const struct cell counted[] = { cell_integer(counters->revisions),
		                        cell_integer(++counters->events) };

	return status == STATUS_OK ? tx_run(tx, count, counted, 2, NULL) : status;
}

static enum status count_drafts(void *context, const struct cell *columns)
{
	*(int64_t *)context = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status check_room(struct tx *tx)
{
	static const char sql[] = "SELECT count(*) FROM draft";
	int64_t count = 0;
	const enum status status = tx_query(tx, sql, NULL, 0, count_drafts, &count, NULL);

	return status == STATUS_OK && count >= DRAFTS_MOST ? STATUS_LIMIT : status;
}

/* The lines with one more, unless it is there. */
static const char *with_line(const char *lines, const char *line, struct arena *arena)
{
	if (has_line(lines, line) || strlen(lines) + strlen(line) >= AUTHORS_BYTES)
		return lines;
	return arena_format(arena, "%s%s\n", lines, line);
}

static enum status write_draft(struct tx *tx, const struct draft *draft)
{
	static const char sql[] =
	        "INSERT INTO draft (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
	        " $11) ON CONFLICT (entry) DO UPDATE SET collection = excluded.collection,"
	        " base = excluded.base, text = excluded.text, revision = excluded.revision,"
	        " state = excluded.state, authors = excluded.authors, names = excluded.names,"
	        " by = excluded.by, at = excluded.at, errors = excluded.errors";
	const struct cell values[] = {
		cell_text(draft->entry),       cell_text(draft->collection),
		cell_text(draft->base),        cell_text(draft->text),
		cell_integer(draft->revision), cell_integer(draft->state),
		cell_text(draft->authors),     cell_text(draft->names),
		cell_text(draft->by),          cell_integer(draft->at_ms),
		cell_integer(draft->errors),
	};

	return tx_run(tx, sql, values, 11, NULL);
}

static enum status save(struct tx *tx, const struct draft *draft, int64_t upon, const char *what,
                        const struct draft_act *act, struct arena *arena, int64_t *revision,
                        bool *moved)
{
	struct draft before = { .authors = "", .names = "" }, after = *draft;
	struct counters counters = { 0 };
	enum status status = read_one(tx, draft->entry, arena, &before);

	if (status == STATUS_NOT_FOUND)
		status = check_room(tx);
	*moved = status == STATUS_OK && before.revision != upon;
	if (status != STATUS_OK || *moved)
		return status;
	status = read_counters(tx, &counters);
	after.revision = *revision = ++counters.revisions;
	after.state = DRAFT_OPEN;
	after.authors = with_line(before.authors, act->account, arena);
	after.names = with_line(before.names, act->who, arena);
	after.by = act->who;
	after.at_ms = act->at_ms;
	if (!after.authors || !after.names)
		return STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = write_draft(tx, &after);
	const struct draft_event event = { .revision = *revision,
		                           .what = what,
		                           .text = draft->text };

	return status == STATUS_OK ? add_event(tx, &counters, draft->entry, &event, act) : status;
}

enum status draft_save(struct store *store, const struct draft *draft, int64_t upon,
                       const char *what, const struct draft_act *act, int64_t *revision,
                       bool *moved)
{
	struct arena *arena = NULL;
	struct tx *tx;
	enum status status = arena_create(&arena, 4 * DRAFT_TEXT_BYTES);

	*moved = false;
	if (status == STATUS_OK)
		status = store_begin(store, TX_WRITE, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, save(tx, draft, upon, what, act, arena, revision, moved));
	arena_destroy(arena);
	return status;
}

static enum status remove_draft(struct tx *tx, const char *entry, int64_t revision, bool *moved)
{
	static const char sql[] = "DELETE FROM draft WHERE entry = $1 AND revision = $2";
	const struct cell values[] = { cell_text(entry), cell_integer(revision) };
	size_t changed = 0;
	const enum status status = tx_run(tx, sql, values, 2, &changed);

	*moved = status == STATUS_OK && changed == 0;
	return status;
}

enum status draft_discard(struct store *store, const char *entry, int64_t revision,
                          const struct draft_act *act, bool *moved)
{
	const struct draft_event event = { .revision = revision, .what = "discarded" };
	struct counters counters = { 0 };
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	*moved = false;
	if (status != STATUS_OK)
		return status;
	status = remove_draft(tx, entry, revision, moved);
	if (status == STATUS_OK && !*moved)
		status = read_counters(tx, &counters);
	if (status == STATUS_OK && !*moved)
		status = add_event(tx, &counters, entry, &event, act);
	return tx_end(tx, status);
}

enum status draft_advance(struct store *store, const char *entry, int64_t revision,
                          enum draft_state from, enum draft_state to, const char *what, bool alone,
                          const struct draft_act *act, bool *moved)
{
	static const char sql[] = "UPDATE draft SET state = $1, by = $2, at = $3"
	                          " WHERE entry = $4 AND revision = $5 AND state = $6";
	const struct cell values[] = { cell_integer(to),         cell_text(act->who),
		                       cell_integer(act->at_ms), cell_text(entry),
		                       cell_integer(revision),   cell_integer(from) };
	const struct draft_event event = { .revision = revision, .what = what, .alone = alone };
	struct counters counters = { 0 };
	size_t changed = 0;
	struct tx *tx;
	enum status status = store_begin(store, TX_WRITE, &tx);

	*moved = false;
	if (status != STATUS_OK)
		return status;
	status = tx_run(tx, sql, values, 6, &changed);
	*moved = status == STATUS_OK && changed == 0;
	if (status == STATUS_OK && !*moved)
		status = read_counters(tx, &counters);
	if (status == STATUS_OK && !*moved)
		status = add_event(tx, &counters, entry, &event, act);
	return tx_end(tx, status);
}

enum status draft_published(struct store *store, const char *entry, int64_t revision,
                            const char *text, const char *version, const struct draft_act *act)
{
	/* Not one that was begun anew: it is not made from what was published. */
	static const char go_on[] =
	        "UPDATE draft SET base = $1 WHERE entry = $2 AND NOT EXISTS"
	        " (SELECT 1 FROM draft_event e WHERE e.entry = $2 AND e.what = 'discarded'"
	        " AND e.revision >= $3)";
	const struct cell values[] = { cell_text(text), cell_text(entry), cell_integer(revision) };
	const struct draft_event event = {
		.revision = revision, .what = "published", .version = version, .text = text
	};
	struct counters counters = { 0 };
	struct tx *tx;
	bool moved;
	enum status status = store_begin(store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = remove_draft(tx, entry, revision, &moved);
	if (status == STATUS_OK && moved)
		status = tx_run(tx, go_on, values, 3, NULL);
	if (status == STATUS_OK)
		status = read_counters(tx, &counters);
	if (status == STATUS_OK)
		status = add_event(tx, &counters, entry, &event, act);
	return tx_end(tx, status);
}

static enum status add_changes(struct tx *tx, const struct draft_change *changes, size_t count,
                               const char *version, const struct draft_act *act)
{
	struct counters counters = { 0 };
	enum status status = read_counters(tx, &counters);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const struct draft_event event = { .what = "rolled_back",
			                           .version = version,
			                           .text = changes[i].text };

		status = add_event(tx, &counters, changes[i].entry, &event, act);
	}
	return status;
}

enum status draft_rolled_back(struct store *store, const struct draft_change *changes, size_t count,
                              const char *version, const struct draft_act *act)
{
	struct tx *tx;
	const enum status status = store_begin(store, TX_WRITE, &tx);

	return status == STATUS_OK ? tx_end(tx, add_changes(tx, changes, count, version, act))
	                           : status;
}

/* --- history --- */

struct history {
	enum status (*visit)(void *context, const struct draft_event *event);
	void *context;
};

static enum status take_event(void *context, const struct cell *columns)
{
	const struct history *history = context;
	const struct draft_event event = {
		.number = cell_as_integer(&columns[0]),
		.at_ms = cell_as_integer(&columns[1]),
		.who = cell_as_text(&columns[2]),
		.what = cell_as_text(&columns[3]),
		.revision = cell_as_integer(&columns[4]),
		.why = cell_as_text(&columns[5]),
		.alone = cell_as_integer(&columns[6]) != 0,
		.version = cell_as_text(&columns[7]),
		.text = cell_as_text(&columns[8]),
	};

	return history->visit(history->context, &event);
}

enum status draft_history(struct store *store, const char *entry, int64_t most,
                          enum status (*visit)(void *context, const struct draft_event *event),
                          void *context)
{
	static const char sql[] =
	        "SELECT number, at, who, what, revision, why, alone, version, text"
	        " FROM draft_event WHERE entry = $1 ORDER BY number DESC"
	        " LIMIT $2";
	const struct cell values[] = { cell_text(entry), cell_integer(most) };
	struct history history = { visit, context };
	struct tx *tx;
	const enum status status = store_begin(store, TX_READ, &tx);

	return status == STATUS_OK
	               ? tx_end(tx, tx_query(tx, sql, values, 2, take_event, &history, NULL))
	               : status;
}
