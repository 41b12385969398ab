#include "office/journal/rows.h"

static const char turns[] =
        "CREATE TABLE turn ("
        " id INTEGER PRIMARY KEY,"
        " receipt TEXT NOT NULL,"
        " at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
        " channel TEXT NOT NULL,"
        " session TEXT NOT NULL,"
        " question TEXT NOT NULL,"
        " outcome TEXT NOT NULL,"
        " reason TEXT,"
        " topic TEXT,"
        " entries TEXT NOT NULL,"
        " confidence REAL NOT NULL,"
        " knowledge TEXT NOT NULL,"
        " took_us INTEGER NOT NULL"
        ") STRICT;"
        "CREATE INDEX turn_receipt ON turn (receipt);"
        "CREATE INDEX turn_at ON turn (at);"
        "CREATE VIEW unanswered AS"
        " SELECT question, count(*) AS asked, min(at) AS first_at, max(at) AS last_at"
        " FROM turn WHERE outcome = 'decline' AND topic IS NULL GROUP BY question";

static const char ratings[] = "CREATE TABLE rating ("
                              " receipt TEXT PRIMARY KEY,"
                              " at INTEGER NOT NULL,"
                              " value TEXT NOT NULL,"
                              " reason TEXT"
                              ") STRICT, WITHOUT ROWID";

static const char cases[] = "ALTER TABLE turn ADD COLUMN cases TEXT NOT NULL DEFAULT ''";

static const char verdicts[] = "ALTER TABLE turn ADD COLUMN verdicts TEXT NOT NULL DEFAULT ''";

static const char by_session[] = "CREATE INDEX turn_session ON turn (session, at)";

/* Which entry somebody chose from a list, once the turns are kept no longer: see retention.h. */
static const char choices[] = "CREATE TABLE choice ("
                              " receipt TEXT NOT NULL,"
                              " at INTEGER NOT NULL,"
                              " question TEXT NOT NULL,"
                              " entry TEXT NOT NULL,"
                              " PRIMARY KEY (receipt, at)"
                              ") STRICT, WITHOUT ROWID";

/* What entries said, once for each version of the knowledge: nothing of anybody's record. */
static const char texts[] = "CREATE TABLE entry_text ("
                            " knowledge TEXT NOT NULL,"
                            " entry TEXT NOT NULL,"
                            " words TEXT NOT NULL," /* a JSON object */
                            " PRIMARY KEY (knowledge, entry)"
                            ") STRICT, WITHOUT ROWID";

static const char unanswered[] =
        "DROP VIEW IF EXISTS unanswered;"
        "CREATE VIEW unanswered AS"
        " SELECT question, count(*) AS asked, min(at) AS first_at, max(at) AS last_at"
        " FROM turn WHERE " ROWS_NOT_ANSWERED " AND topic IS NULL GROUP BY question";

static const char *const steps[] = {
	turns, ratings, cases, verdicts, by_session, choices, texts, unanswered,
};

/* The key that SQLite makes up by itself; nothing hangs on its order. */
static const char turns_postgres[] =
        "CREATE TABLE turn ("
        " id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " receipt TEXT NOT NULL,"
        " at BIGINT NOT NULL,"
        " channel TEXT NOT NULL,"
        " session TEXT NOT NULL,"
        " question TEXT NOT NULL,"
        " outcome TEXT NOT NULL,"
        " reason TEXT,"
        " topic TEXT,"
        " entries TEXT NOT NULL,"
        " confidence DOUBLE PRECISION NOT NULL,"
        " knowledge TEXT NOT NULL,"
        " took_us BIGINT NOT NULL"
        ");"
        "CREATE INDEX turn_receipt ON turn (receipt);"
        "CREATE INDEX turn_at ON turn (at);"
        "CREATE VIEW unanswered AS"
        " SELECT question, count(*) AS asked, min(at) AS first_at, max(at) AS last_at"
        " FROM turn WHERE outcome = 'decline' AND topic IS NULL GROUP BY question";

static const char *const steps_postgres[] = { turns_postgres, NULL, NULL, NULL,
	                                      NULL,           NULL, NULL, NULL };

static const char insert_turn_sql[] =
        "INSERT INTO turn (receipt, at, channel, session, question, outcome, reason, topic,"
        " entries, confidence, knowledge, took_us, cases, verdicts) VALUES"
        " ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)";

static const char insert_rating_sql[] =
        "INSERT INTO rating (receipt, at, value, reason) VALUES ($1,$2,$3,$4)"
        " ON CONFLICT (receipt) DO UPDATE"
        " SET at = excluded.at, value = excluded.value, reason = excluded.reason";

static const char recall_sql[] =
        "SELECT at, entries FROM (SELECT at, entries, outcome FROM turn WHERE at >= $1"
        " ORDER BY at DESC LIMIT $2) AS latest WHERE outcome = 'answer'";

static const char has_turn_sql[] = "SELECT 1 FROM turn WHERE receipt = $1 AND at = $2";
static const char has_rating_sql[] = "SELECT 1 FROM rating WHERE receipt = $1 AND at = $2";

const struct store_schema journal_schema = {
	.table = "turn",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
	.postgres = steps_postgres,
};

static const char *present(const char *text)
{
	return text ? text : "";
}

static enum status write_texts(struct tx *tx, const struct journal_turn *turn)
{
	static const char sql[] = "INSERT INTO entry_text (knowledge, entry, words)"
	                          " VALUES ($1, $2, $3) ON CONFLICT (knowledge, entry) DO NOTHING";
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < turn->text_count; i++) {
		const struct cell values[] = { cell_text(present(turn->knowledge)),
			                       cell_span(turn->texts[i].entry),
			                       cell_span(turn->texts[i].words) };

		status = tx_run(tx, sql, values, 3, NULL);
	}
	return status;
}

static enum status write_turn(struct tx *tx, const struct journal_turn *turn)
{
	const struct cell values[] = {
		cell_text(present(turn->receipt)),
		cell_integer(turn->at_ms),
		cell_text(turn->channel),
		cell_text(present(turn->session)),
		cell_span(turn->question),
		cell_text(turn->outcome),
		cell_text(turn->reason),
		cell_text(turn->topic),
		cell_span(turn->entries),
		cell_real(turn->confidence),
		cell_text(present(turn->knowledge)),
		cell_integer(turn->took_us),
		cell_span(turn->cases),
		cell_span(turn->verdicts),
	};

	const enum status status =
	        tx_run(tx, insert_turn_sql, values, sizeof(values) / sizeof(values[0]), NULL);

	return status == STATUS_OK ? write_texts(tx, turn) : status;
}

static enum status see_words(void *context, const struct cell *columns)
{
	const struct span words = cell_as_span(&columns[0]);

	buf_append(context, words.ptr, words.len);
	return buf_status(context);
}

enum status rows_entry_text(struct tx *tx, const char *knowledge, struct span entry,
                            struct buf *words)
{
	static const char sql[] =
	        "SELECT words FROM entry_text WHERE knowledge = $1 AND entry = $2";
	const struct cell values[] = { cell_text(knowledge), cell_span(entry) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 2, see_words, words, &seen);

	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

static enum status write_rating(struct tx *tx, const struct journal_rating *rating)
{
	const struct cell values[] = {
		cell_text(rating->receipt),
		cell_integer(rating->at_ms),
		cell_text(rating->value),
		rating->reason.len > 0 ? cell_span(rating->reason) : cell_null(),
	};

	return tx_run(tx, insert_rating_sql, values, sizeof(values) / sizeof(values[0]), NULL);
}

enum status rows_write(struct store *store, const struct row *const *rows, size_t count)
{
	struct tx *tx;
	enum status status = store_begin(store, TX_ROWS, &tx);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = rows[i]->kind == ROW_TURN ? write_turn(tx, &rows[i]->turn)
		                                   : write_rating(tx, &rows[i]->rating);
	return tx_end(tx, status);
}

enum status rows_have(struct store *store, const struct row *row, bool *have)
{
	const bool turn = row->kind == ROW_TURN;
	const struct cell values[] = {
		cell_text(present(turn ? row->turn.receipt : row->rating.receipt)),
		cell_integer(turn ? row->turn.at_ms : row->rating.at_ms),
	};
	struct tx *tx;
	size_t found = 0;
	enum status status = store_begin(store, TX_READ, &tx);

	*have = false;
	if (status != STATUS_OK)
		return status;
	status = tx_query(tx, turn ? has_turn_sql : has_rating_sql, values, 2, NULL, NULL, &found);
	status = tx_end(tx, status);
	*have = status == STATUS_OK && found > 0;
	return status;
}

struct recall {
	journal_visitor visit;
	void *context;
};

static enum status recall_row(void *context, const struct cell *columns)
{
	const struct recall *recall = context;

	recall->visit(recall->context, cell_as_integer(&columns[0]), cell_as_text(&columns[1]));
	return STATUS_OK;
}

enum status rows_recall(struct store *store, int64_t since_ms, int64_t most, journal_visitor visit,
                        void *context)
{
	const struct cell values[] = { cell_integer(since_ms), cell_integer(most) };
	struct recall recall = { visit, context };
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	return tx_end(tx, tx_query(tx, recall_sql, values, 2, recall_row, &recall, NULL));
}
