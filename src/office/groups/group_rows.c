/*
 * How it works: what all processes must know of groups is one small table each: messages that were
 * taken, answers and links that were given, switches, whose turn it is in a group, how much of what
 * a bot has told a process is written, and answers that are parked for whoever holds the bot's
 * connection. A row is taken by the statement that inserts
 * or changes it, so that of two processes one sees that it came first; times are the database's.
 */
#include "office/groups/group_rows.h"

#include <assert.h>
#include <stdio.h>

#include "base/codec.h"

enum { HOLDER_MOST = 256 };

static const char schema[] = "CREATE TABLE group_message ("
                             " name TEXT PRIMARY KEY," /* keyed hash of platform, self, id */
                             " taken INTEGER NOT NULL) STRICT;"
                             "CREATE INDEX group_message_taken ON group_message (taken);"
                             "CREATE TABLE group_answer ("
                             " receipt TEXT PRIMARY KEY,"
                             " entries TEXT NOT NULL,"
                             " given INTEGER NOT NULL) STRICT;"
                             "CREATE INDEX group_answer_given ON group_answer (given);"
                             "CREATE TABLE group_link ("
                             " token TEXT PRIMARY KEY,"         /* its hash */
                             " question TEXT NOT NULL,"         /* masked */
                             " valid INTEGER NOT NULL) STRICT;" /* until */
                             "CREATE TABLE group_switch ("
                             " channel TEXT PRIMARY KEY,"
                             " off INTEGER NOT NULL,"
                             " author TEXT NOT NULL,"
                             " changed INTEGER NOT NULL) STRICT;";

/* For several processes that share a store. */
static const char turns[] = "CREATE TABLE group_turn ("
                            " name TEXT PRIMARY KEY," /* keyed hash of platform, self, group */
                            " holder TEXT NOT NULL,"  /* a process */
                            " valid INTEGER NOT NULL) STRICT;" /* until */
                            "CREATE TABLE group_parked ("
                            " place INTEGER PRIMARY KEY," /* their order */
                            " turn TEXT NOT NULL,"
                            " bot TEXT NOT NULL," /* keyed hash of platform, self */
                            " since INTEGER NOT NULL,"
                            " answer BLOB NOT NULL) STRICT;" /* sealed */
                            "CREATE TABLE group_wait ("      /* for a turn */
                            " turn TEXT NOT NULL,"
                            " holder TEXT NOT NULL,"
                            " message TEXT NOT NULL," /* as in group_message */
                            " place INTEGER NOT NULL,"
                            " valid INTEGER NOT NULL,"
                            " PRIMARY KEY (turn, holder, message)) STRICT;"
                            "CREATE INDEX group_wait_message ON group_wait (message);"
                            "CREATE TABLE group_place (last INTEGER NOT NULL) STRICT;"
                            "INSERT INTO group_place (last) VALUES (0);"
                            "CREATE TABLE group_order ("
                            " id INTEGER PRIMARY KEY,"
                            " channel TEXT NOT NULL,"
                            " bot TEXT NOT NULL,"
                            " chat TEXT NOT NULL,"
                            " person TEXT NOT NULL,"
                            " text TEXT NOT NULL,"
                            " given INTEGER NOT NULL,"
                            " state INTEGER NOT NULL) STRICT;"
                            "CREATE INDEX group_parked_turn ON group_parked (turn);"
                            "CREATE INDEX group_parked_bot ON group_parked (bot);";

static const char notices[] = "CREATE TABLE office_notice ("
                              " place INTEGER PRIMARY KEY," /* 1 */
                              " words TEXT NOT NULL,"
                              " begins INTEGER NOT NULL,"
                              " ends INTEGER NOT NULL,"
                              " author TEXT NOT NULL,"
                              " changed INTEGER NOT NULL) STRICT;";

static const char ways[] = "CREATE TABLE group_way ("
                           " bot TEXT NOT NULL,"    /* keyed hash of platform, self */
                           " holder TEXT NOT NULL," /* a process that it told messages */
                           " written INTEGER NOT NULL,"
                           " valid INTEGER NOT NULL,"
                           " PRIMARY KEY (bot, holder)) STRICT;";

static const char *const steps[] = { schema, notices, turns, ways };

const struct store_schema groups_schema = {
	.table = "group_message",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

static enum status see_number(void *context, const struct cell *columns)
{
	*(int64_t *)context = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static enum status see_text(void *context, const struct cell *columns)
{
	const struct span text = cell_as_span(&columns[0]);

	buf_append(context, text.ptr, text.len);
	return buf_status(context);
}

static enum status found(enum status status, size_t seen)
{
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status group_row_claimed(struct tx *tx, const char *key, int64_t *first_ms)
{
	static const char sql[] = "SELECT taken FROM group_message WHERE name = $1";
	const struct cell name = cell_text(key);

	*first_ms = 0;
	return tx_query(tx, sql, &name, 1, see_number, first_ms, NULL);
}

enum status group_row_claim(struct tx *tx, const char *key, int64_t now_ms, int64_t *first_ms)
{
	static const char sql[] = "INSERT INTO group_message (name, taken) VALUES ($1, $2)";
	const struct cell values[] = { cell_text(key), cell_integer(now_ms) };
	const enum status status = group_row_claimed(tx, key, first_ms);

	return status == STATUS_OK && *first_ms == 0 ? tx_run(tx, sql, values, 2, NULL) : status;
}

/* --- turns --- */

/* A place behind all that were ever given. */
static enum status next_place(struct tx *tx, int64_t *place)
{
	static const char read[] = "SELECT last FROM group_place";
	static const char write[] = "UPDATE group_place SET last = $1";
	enum status status;

	*place = 0;
	status = tx_query(tx, read, NULL, 0, see_number, place, NULL);
	const struct cell next = cell_integer(++*place);

	return status == STATUS_OK ? tx_run(tx, write, &next, 1, NULL) : status;
}

/* The message keeps the place that it has. */
static enum status wait_for_turn(struct tx *tx, const struct group_turn_ask *ask)
{
	static const char sql[] =
	        "INSERT INTO group_wait (turn, holder, message, place, valid)"
	        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (turn, holder, message) DO NOTHING";
	int64_t place = 0;
	const enum status status = ask->noted ? STATUS_OK : next_place(tx, &place);
	const struct cell values[] = { cell_text(ask->name), cell_text(ask->holder),
		                       cell_text(ask->key), cell_integer(place),
		                       cell_integer(ask->until_ms) };

	return status == STATUS_OK && !ask->noted ? tx_run(tx, sql, values, 5, NULL) : status;
}

enum status group_row_wait_end(struct tx *tx, const char *key, const char *holder)
{
	static const char sql[] = "DELETE FROM group_wait WHERE message = $1 AND holder = $2";
	const struct cell values[] = { cell_text(key), cell_text(holder) };

	return tx_run(tx, sql, values, 2, NULL);
}

static enum status set_holder(struct tx *tx, const char *name, const char *holder, int64_t until_ms)
{
	static const char sql[] = "INSERT INTO group_turn (name, holder, valid)"
	                          " VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE"
	                          " SET holder = excluded.holder, valid = excluded.valid";
	const struct cell values[] = { cell_text(name), cell_text(holder), cell_integer(until_ms) };

	return tx_run(tx, sql, values, 3, NULL);
}

/* Whether a message of another process waits for longer, and this one does not know it. */
static enum status is_behind(struct tx *tx, const struct group_turn_ask *ask, bool *behind)
{
	static const char sql[] =
	        "SELECT valid FROM group_wait AS other"
	        " WHERE turn = $1 AND holder <> $2 AND valid > $3 AND message <> $4"
	        " AND NOT EXISTS (SELECT 1 FROM group_wait AS ours WHERE ours.turn = $1"
	        " AND ours.holder = $2 AND (ours.message = other.message"
	        " OR (ours.message = $4 AND ours.place < other.place)))";
	const struct cell values[] = { cell_text(ask->name), cell_text(ask->holder),
		                       cell_integer(ask->now_ms), cell_text(ask->key) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 4, NULL, NULL, &seen);

	*behind = seen > 0;
	return status;
}

static enum status look_at_turn(struct tx *tx, const struct group_turn_ask *ask,
                                enum group_turn_got *got)
{
	static const char sql[] =
	        "SELECT holder FROM group_turn WHERE name = $1 AND (holder = $2 OR valid > $3)";
	const struct cell values[] = { cell_text(ask->name), cell_text(ask->holder),
		                       cell_integer(ask->now_ms) };
	struct buf holder;
	enum status status;
	bool behind = false;

	buf_init(&holder, HOLDER_MOST);
	status = tx_query(tx, sql, values, 3, see_text, &holder, NULL);
	*got = holder.len == 0                                       ? GROUP_TURN_BEHIND
	       : span_equal(buf_span(&holder), span_of(ask->holder)) ? GROUP_TURN_OURS
	                                                             : GROUP_TURN_HELD;
	buf_deinit(&holder);
	if (status == STATUS_OK && *got != GROUP_TURN_HELD)
		status = is_behind(tx, ask, &behind);
	if (*got != GROUP_TURN_HELD && !behind)
		*got = GROUP_TURN_TAKEN;
	return status;
}

enum status group_row_turn_take(struct tx *tx, const struct group_turn_ask *ask,
                                enum group_turn_got *got)
{
	static const char over[] = "DELETE FROM group_wait WHERE message = $1";
	const struct cell key = cell_text(ask->key);
	enum status status = STATUS_OK;

	*got = GROUP_TURN_TAKEN;
	if (!ask->force)
		status = look_at_turn(tx, ask, got);
	if (status != STATUS_OK)
		return status;
	if (*got != GROUP_TURN_TAKEN)
		return wait_for_turn(tx, ask);
	status = set_holder(tx, ask->name, ask->holder, ask->until_ms);
	return status == STATUS_OK ? tx_run(tx, over, &key, 1, NULL) : status;
}

enum status group_row_turn_end(struct tx *tx, const char *name, const char *holder)
{
	static const char one[] = "DELETE FROM group_turn WHERE name = $1 AND holder = $2";
	static const char all[] = "DELETE FROM group_turn WHERE holder = $1";
	static const char waits[] = "DELETE FROM group_wait WHERE holder = $1";
	static const char told[] = "DELETE FROM group_way WHERE holder = $1";
	const struct cell values[] = { cell_text(name), cell_text(holder) };
	enum status status;

	if (name[0])
		return tx_run(tx, one, values, 2, NULL);
	status = tx_run(tx, all, &values[1], 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, waits, &values[1], 1, NULL);
	return status == STATUS_OK ? tx_run(tx, told, &values[1], 1, NULL) : status;
}

enum status group_row_turns_hold(struct tx *tx, const char *holder, int64_t now_ms,
                                 int64_t until_ms)
{
	static const char turn[] =
	        "UPDATE group_turn SET valid = $2 WHERE holder = $1 AND valid > $3";
	static const char wait[] = "UPDATE group_wait SET valid = $2 WHERE holder = $1";
	const struct cell values[] = { cell_text(holder), cell_integer(until_ms),
		                       cell_integer(now_ms) };
	const enum status status = tx_run(tx, turn, values, 3, NULL);

	return status == STATUS_OK ? tx_run(tx, wait, values, 2, NULL) : status;
}

/* --- what a process has heard --- */

enum status group_row_way_note(struct tx *tx, const struct group_way *way)
{
	static const char sql[] = "INSERT INTO group_way (bot, holder, written, valid)"
	                          " VALUES ($1, $2, $3, $4) ON CONFLICT (bot, holder) DO UPDATE"
	                          " SET written = excluded.written, valid = excluded.valid";
	const struct cell values[] = { cell_text(way->bot), cell_text(way->holder),
		                       cell_integer(way->written_ms), cell_integer(way->until_ms) };

	return tx_run(tx, sql, values, 4, NULL);
}

enum status group_row_way_others(struct tx *tx, const char *bot, const char *holder, int64_t now_ms,
                                 int64_t *written_ms)
{
	static const char sql[] = "SELECT written FROM group_way WHERE bot = $1 AND holder <> $2"
	                          " AND valid > $3 ORDER BY written LIMIT 1";
	const struct cell values[] = { cell_text(bot), cell_text(holder), cell_integer(now_ms) };

	*written_ms = INT64_MAX;
	return tx_query(tx, sql, values, 3, see_number, written_ms, NULL);
}

/* --- parked answers --- */

void group_parked_visit(struct codec *codec, struct group_parked *parked)
{
	parked->since_ms = (int64_t)codec_number(codec, (uint64_t)parked->since_ms, INT64_MAX);
	parked->place = (int64_t)codec_number(codec, (uint64_t)parked->place, INT64_MAX);
	codec_bytes(codec, &parked->turn, GROUP_PARKED_BYTES);
	codec_bytes(codec, &parked->bot, GROUP_PARKED_BYTES);
	codec_bytes(codec, &parked->answer, GROUP_PARKED_BYTES);
}

enum status group_row_park(struct tx *tx, const struct group_parked *parked)
{
	static const char write[] = "INSERT INTO group_parked (place, turn, bot, since, answer)"
	                            " VALUES ($1, $2, $3, $4, $5)";
	int64_t place = parked->place;
	/* One that was taken out comes back to where it was. */
	const enum status status = place == 0 ? next_place(tx, &place) : STATUS_OK;
	const struct cell values[] = { cell_integer(place), cell_span(parked->turn),
		                       cell_span(parked->bot), cell_integer(parked->since_ms),
		                       cell_bytes(parked->answer) };

	return status == STATUS_OK ? tx_run(tx, write, values, 5, NULL) : status;
}

/* What is taken out. */
struct unparking {
	struct buf *out;
	int64_t from_ms;
	size_t count;
	int64_t places[GROUP_PARKED_MOST];
	size_t turn_count;
	char turns[GROUP_PARKED_MOST][65]; /* of what was appended; a single chat has none */
};

/* place, turn, bot, since, answer */
static enum status see_parked(void *context, const struct cell *columns)
{
	struct unparking *unparking = context;
	struct group_parked parked = { .turn = cell_as_span(&columns[1]),
		                       .bot = cell_as_span(&columns[2]),
		                       .since_ms = cell_as_integer(&columns[3]),
		                       .place = cell_as_integer(&columns[0]),
		                       .answer = cell_as_span(&columns[4]) };
	struct codec codec = { .out = unparking->out };

	assert(unparking->count < GROUP_PARKED_MOST);
	unparking->places[unparking->count++] = cell_as_integer(&columns[0]);
	if (parked.since_ms < unparking->from_ms || parked.turn.len > GROUP_PARKED_BYTES ||
	    parked.bot.len > GROUP_PARKED_BYTES || parked.answer.len > GROUP_PARKED_BYTES)
		return STATUS_OK;
	if (parked.turn.len > 0)
		snprintf(unparking->turns[unparking->turn_count++], sizeof(unparking->turns[0]),
		         "%.*s", SPAN_ARGS(parked.turn));
	group_parked_visit(&codec, &parked);
	return buf_status(unparking->out);
}

static enum status remove_parked(struct tx *tx, const struct unparking *unparking)
{
	static const char sql[] = "DELETE FROM group_parked WHERE place = $1";
	enum status status = STATUS_OK;

	for (size_t i = 0; i < unparking->count && status == STATUS_OK; i++) {
		const struct cell place = cell_integer(unparking->places[i]);

		status = tx_run(tx, sql, &place, 1, NULL);
	}
	return status;
}

enum status group_row_unpark_turn(struct tx *tx, const char *turn, int64_t from_ms, size_t most,
                                  struct buf *out, size_t *count)
{
	static const char sql[] = "SELECT place, turn, bot, since, answer FROM group_parked"
	                          " WHERE turn = $1 ORDER BY place LIMIT $2";
	struct unparking unparking = { .out = out, .from_ms = from_ms };
	const struct cell values[] = {
		cell_text(turn),
		cell_integer((int64_t)(most < GROUP_PARKED_MOST ? most : GROUP_PARKED_MOST))
	};
	enum status status = tx_query(tx, sql, values, 2, see_parked, &unparking, NULL);

	*count = unparking.count;
	return status == STATUS_OK ? remove_parked(tx, &unparking) : status;
}

enum status group_row_unpark_bot(struct tx *tx, const char *bot, const char *holder, int64_t now_ms,
                                 int64_t until_ms, int64_t from_ms, size_t most, struct buf *out,
                                 size_t *count)
{
	static const char sql[] = "SELECT place, turn, bot, since, answer FROM group_parked"
	                          " WHERE bot = $1 AND NOT EXISTS (SELECT 1 FROM group_turn"
	                          " WHERE name = turn AND holder <> $2 AND valid > $3)"
	                          " ORDER BY place LIMIT $4";
	struct unparking unparking = { .out = out, .from_ms = from_ms };
	const struct cell values[] = {
		cell_text(bot), cell_text(holder), cell_integer(now_ms),
		cell_integer((int64_t)(most < GROUP_PARKED_MOST ? most : GROUP_PARKED_MOST))
	};
	enum status status = tx_query(tx, sql, values, 4, see_parked, &unparking, NULL);

	*count = unparking.count;
	for (size_t i = 0; i < unparking.turn_count && status == STATUS_OK; i++)
		status = set_holder(tx, unparking.turns[i], holder, until_ms);
	return status == STATUS_OK ? remove_parked(tx, &unparking) : status;
}

/* --- orders --- */

enum status group_row_order(struct tx *tx, struct group_order *order, int64_t now_ms)
{
	static const char sql[] =
	        "INSERT INTO group_order (id, channel, bot, chat, person, text, given, state)"
	        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
	enum status status = next_place(tx, &order->id);
	const struct cell values[] = { cell_integer(order->id),  cell_span(order->channel),
		                       cell_span(order->bot),    cell_span(order->chat),
		                       cell_span(order->person), cell_span(order->text),
		                       cell_integer(now_ms) };

	return status == STATUS_OK ? tx_run(tx, sql, values, 7, NULL) : status;
}

enum status group_row_order_look(struct tx *tx, int64_t id, enum group_order_state *state)
{
	static const char sql[] = "SELECT state FROM group_order WHERE id = $1";
	const struct cell value = cell_integer(id);
	int64_t number = 0;
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, &value, 1, see_number, &number, &seen);

	*state = number >= 0 && number < GROUP_ORDER_STATES ? (enum group_order_state)number
	                                                    : GROUP_ORDER_UNKNOWN;
	return found(status, seen);
}

enum status group_row_order_note(struct tx *tx, int64_t id, enum group_order_state state)
{
	static const char sql[] = "UPDATE group_order SET state = $2 WHERE id = $1";
	const struct cell values[] = { cell_integer(id), cell_integer(state) };

	return tx_run(tx, sql, values, 2, NULL);
}

enum status group_row_order_remove(struct tx *tx, int64_t id, bool waiting, bool *removed)
{
	static const char sql[] = "DELETE FROM group_order WHERE id = $1 AND (state = 0 OR $2 = 0)";
	const struct cell values[] = { cell_integer(id), cell_integer(waiting) };
	size_t changed = 0;
	const enum status status = tx_run(tx, sql, values, 2, &changed);

	*removed = changed > 0;
	return status;
}

enum status group_row_orders_wait(struct tx *tx, int64_t now_ms, int64_t *count)
{
	static const char sql[] = "SELECT COUNT(*) FROM group_order WHERE state = 0 AND given > $1";
	const struct cell value = cell_integer(now_ms - GROUP_ORDER_S * INT64_C(1000));

	*count = 0;
	return tx_query(tx, sql, &value, 1, see_number, count, NULL);
}

void group_order_visit(struct codec *codec, struct group_order *order)
{
	order->id = (int64_t)codec_number(codec, (uint64_t)order->id, INT64_MAX);
	codec_bytes(codec, &order->channel, GROUP_ORDER_BYTES);
	codec_bytes(codec, &order->bot, GROUP_ORDER_BYTES);
	codec_bytes(codec, &order->chat, GROUP_ORDER_BYTES);
	codec_bytes(codec, &order->person, GROUP_ORDER_BYTES);
	codec_bytes(codec, &order->text, GROUP_ORDER_BYTES);
}

struct order_seen {
	struct buf *out;
	int64_t id;
};

/* id, channel, bot, chat, person, text */
static enum status see_order(void *context, const struct cell *columns)
{
	struct order_seen *seen = context;
	struct codec codec = { .out = seen->out };
	struct group_order order = { cell_as_integer(&columns[0]), cell_as_span(&columns[1]),
		                     cell_as_span(&columns[2]),    cell_as_span(&columns[3]),
		                     cell_as_span(&columns[4]),    cell_as_span(&columns[5]) };

	seen->id = order.id;
	if (order.channel.len + order.bot.len + order.chat.len + order.person.len +
	            order.text.len <=
	    GROUP_ORDER_BYTES)
		group_order_visit(&codec, &order);
	return buf_status(seen->out);
}

enum status group_row_order_take(struct tx *tx, const char *channel, const char *bot, bool any,
                                 int64_t now_ms, struct buf *out)
{
	static const char sql[] = "SELECT id, channel, bot, chat, person, text FROM group_order"
	                          " WHERE channel = $1 AND state = 0 AND given > $2"
	                          " AND (bot = $3 OR (bot = '' AND $4 <> 0)) ORDER BY id LIMIT 1";
	const struct cell values[] = { cell_text(channel),
		                       cell_integer(now_ms - GROUP_ORDER_S * INT64_C(1000)),
		                       cell_text(bot), cell_integer(any) };
	struct order_seen order = { .out = out };
	size_t seen = 0;
	enum status status = tx_query(tx, sql, values, 4, see_order, &order, &seen);

	status = found(status, seen);
	return status == STATUS_OK ? group_row_order_note(tx, order.id, GROUP_ORDER_TAKEN) : status;
}

enum status group_row_answer_write(struct tx *tx, const char *receipt, const char *entries,
                                   int64_t now_ms)
{
	static const char sql[] = "INSERT INTO group_answer (receipt, entries, given)"
	                          " VALUES ($1, $2, $3) ON CONFLICT (receipt) DO NOTHING";
	const struct cell values[] = { cell_text(receipt), cell_text(entries),
		                       cell_integer(now_ms) };

	return tx_run(tx, sql, values, 3, NULL);
}

enum status group_row_answer_find(struct tx *tx, const char *receipt, int64_t since_ms,
                                  struct buf *entries)
{
	static const char sql[] =
	        "SELECT entries FROM group_answer WHERE receipt = $1 AND given >= $2";
	const struct cell values[] = { cell_text(receipt), cell_integer(since_ms) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 2, see_text, entries, &seen);

	return found(status, seen);
}

enum status group_row_link_write(struct tx *tx, const char *token_hash, const char *question,
                                 int64_t until_ms)
{
	static const char sql[] =
	        "INSERT INTO group_link (token, question, valid) VALUES ($1, $2, $3)";
	const struct cell values[] = { cell_text(token_hash), cell_text(question),
		                       cell_integer(until_ms) };

	return tx_run(tx, sql, values, 3, NULL);
}

enum status group_row_link_look(struct tx *tx, const char *token_hash, int64_t now_ms)
{
	static const char sql[] = "SELECT valid FROM group_link WHERE token = $1 AND valid > $2";
	const struct cell values[] = { cell_text(token_hash), cell_integer(now_ms) };
	size_t seen = 0;
	const enum status status = tx_query(tx, sql, values, 2, NULL, NULL, &seen);

	return found(status, seen);
}

enum status group_row_link_take(struct tx *tx, const char *token_hash, int64_t now_ms,
                                struct buf *question)
{
	static const char read[] =
	        "SELECT question FROM group_link WHERE token = $1 AND valid > $2";
	static const char remove[] = "DELETE FROM group_link WHERE token = $1";
	const struct cell values[] = { cell_text(token_hash), cell_integer(now_ms) };
	size_t seen = 0;
	enum status status = tx_query(tx, read, values, 2, see_text, question, &seen);

	status = found(status, seen);
	return status == STATUS_OK ? tx_run(tx, remove, values, 1, NULL) : status;
}

enum status group_row_switch(struct tx *tx, const char *channel, bool on, const char *by,
                             int64_t now_ms)
{
	static const char sql[] =
	        "INSERT INTO group_switch (channel, off, author, changed) VALUES ($1, $2, $3, $4)"
	        " ON CONFLICT (channel) DO UPDATE SET off = excluded.off,"
	        " author = excluded.author, changed = excluded.changed";
	const struct cell values[] = { cell_text(channel), cell_integer(!on), cell_text(by),
		                       cell_integer(now_ms) };
	const enum status status = tx_run(tx, sql, values, 4, NULL);

	return status == STATUS_OK ? tx_hint(tx, BULLETIN_HINT) : status;
}

static enum status see_switch(void *context, const struct cell *columns)
{
	struct group_switches *out = context;

	if (out->count == GROUP_CHANNELS_MOST)
		return STATUS_LIMIT;
	snprintf(out->off[out->count].channel, sizeof(out->off[0].channel), "%.*s",
	         SPAN_ARGS(cell_as_span(&columns[0])));
	snprintf(out->off[out->count].by, sizeof(out->off[0].by), "%.*s",
	         SPAN_ARGS(cell_as_span(&columns[1])));
	out->off[out->count++].at_ms = cell_as_integer(&columns[2]);
	return STATUS_OK;
}

enum status group_row_switches(struct tx *tx, struct group_switches *out)
{
	static const char sql[] = "SELECT channel, author, changed FROM group_switch"
	                          " WHERE off <> 0 ORDER BY channel";

	out->count = 0;
	return tx_query(tx, sql, NULL, 0, see_switch, out, NULL);
}

enum status notice_row_write(struct tx *tx, const struct office_notice *notice, int64_t now_ms)
{
	static const char sql[] =
	        "INSERT INTO office_notice (place, words, begins, ends, author, changed)"
	        " VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (place) DO UPDATE SET"
	        " words = excluded.words, begins = excluded.begins, ends = excluded.ends,"
	        " author = excluded.author, changed = excluded.changed";
	const struct cell values[] = { cell_text(notice->text), cell_integer(notice->from_ms),
		                       cell_integer(notice->until_ms), cell_text(notice->by),
		                       cell_integer(now_ms) };
	const enum status status = tx_run(tx, sql, values, 5, NULL);

	return status == STATUS_OK ? tx_hint(tx, BULLETIN_HINT) : status;
}

static enum status see_notice(void *context, const struct cell *columns)
{
	struct office_notice *out = context;

	snprintf(out->text, sizeof(out->text), "%.*s", SPAN_ARGS(cell_as_span(&columns[0])));
	out->from_ms = cell_as_integer(&columns[1]);
	out->until_ms = cell_as_integer(&columns[2]);
	snprintf(out->by, sizeof(out->by), "%.*s", SPAN_ARGS(cell_as_span(&columns[3])));
	out->at_ms = cell_as_integer(&columns[4]);
	return STATUS_OK;
}

enum status notice_row_read(struct tx *tx, struct office_notice *out)
{
	static const char sql[] = "SELECT words, begins, ends, author, changed FROM office_notice"
	                          " WHERE place = 1";

	*out = (struct office_notice){ .text = "" };
	return tx_query(tx, sql, NULL, 0, see_notice, out, NULL);
}

enum status group_rows_expire(struct tx *tx, int64_t messages_before_ms, int64_t answers_before_ms,
                              int64_t now_ms)
{
	static const char messages[] = "DELETE FROM group_message WHERE taken < $1";
	static const char answers[] = "DELETE FROM group_answer WHERE given < $1";
	static const char links[] = "DELETE FROM group_link WHERE valid <= $1";
	static const char ended[] = "DELETE FROM group_turn WHERE valid <= $1";
	static const char waits[] = "DELETE FROM group_wait WHERE valid <= $1";
	static const char told[] = "DELETE FROM group_way WHERE valid <= $1";
	static const char parked[] = "DELETE FROM group_parked WHERE since <= $1";
	static const char orders[] = "DELETE FROM group_order WHERE given <= $1";
	const struct cell values[] = { cell_integer(messages_before_ms),
		                       cell_integer(answers_before_ms), cell_integer(now_ms),
		                       cell_integer(now_ms - GROUP_PARKED_S * INT64_C(1000)),
		                       cell_integer(now_ms - GROUP_ORDER_KEPT_S * INT64_C(1000)) };
	enum status status = tx_run(tx, messages, &values[0], 1, NULL);

	if (status == STATUS_OK)
		status = tx_run(tx, answers, &values[1], 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, links, &values[2], 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, ended, &values[2], 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, waits, &values[2], 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, told, &values[2], 1, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, parked, &values[3], 1, NULL);
	return status == STATUS_OK ? tx_run(tx, orders, &values[4], 1, NULL) : status;
}
