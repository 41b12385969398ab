/*
 * How it works. Every change is a TX_WRITE: the case's row is read, judged and changed in memory,
 * its events are added under the next numbers, and the row is written. Nobody else changes a case
 * meanwhile, so numbers have no gap, and an epoch or a lease that was right when it was read is
 * right when the row is written. Time is the database's, read once in each transaction.
 *
 * handover_rows.c has the tables; the statements are SQL that both SQLite and PostgreSQL speak.
 */
#include "office/handover/handover.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/handover/handover_rows.h"

enum { LAPSED_MOST = 100 };

const char *handover_state_name(enum handover_state state)
{
	static const char *const names[] = { "bot", "waiting", "with", "closed" };

	assert((unsigned)state < sizeof(names) / sizeof(names[0]));
	return names[state];
}

const char *handover_kind_name(enum handover_kind kind)
{
	static const char *const names[] = { "asked",      "said",     "queued",    "taken",
		                             "dropped",    "to_bot",   "to_queue",  "to_colleague",
		                             "ended",      "given_up", "off_hours", "call_back",
		                             "called_back" };

	assert((unsigned)kind < sizeof(names) / sizeof(names[0]));
	return names[kind];
}

const char *handover_call_name(enum handover_call call)
{
	static const char *const names[] = { "none", "open", "closed" };

	assert((unsigned)call < sizeof(names) / sizeof(names[0]));
	return names[call];
}

/* --- opening --- */

enum status handover_open(struct handover **out, const struct handover_settings *settings,
                          char problem[STORE_PROBLEM_SIZE])
{
	struct handover *handover = calloc(1, sizeof(*handover));
	enum status status;

	*out = NULL;
	problem[0] = '\0';
	if (!handover)
		return STATUS_NO_MEMORY;
	status = store_open_sealed(&handover->store, &handover->seal, &settings->store,
	                           &handover_schema, settings->key_file, problem);
	if (status == STATUS_OK)
		*out = handover;
	else
		handover_close(handover);
	return status;
}

void handover_close(struct handover *handover)
{
	if (!handover)
		return;
	store_close(handover->store);
	seal_destroy(handover->seal);
	free(handover);
}

/* --- changes --- */

/* A case within its transaction. */
struct change {
	struct tx *tx;
	const struct seal *seal;
	struct handover_case *row;
	int64_t now_ms;
	bool told; /* something happened in it */
};

static enum status begin(struct handover *handover, const char *conversation,
                         struct handover_case *row, struct change *change)
{
	enum status status;

	*change = (struct change){ .seal = handover->seal, .row = row };
	status = store_begin(handover->store, TX_WRITE, &change->tx);
	if (status != STATUS_OK)
		return status;
	status = tx_now(change->tx, &change->now_ms);
	if (status == STATUS_OK)
		status = handover_row_find(change->tx, conversation, row);
	return status;
}

/* Rolls back unless STATUS_OK; nothing to end where it was not begun. */
static enum status end(struct change *change, enum status status)
{
	if (change->tx && change->told && status == STATUS_OK)
		status = tx_hint(change->tx, HANDOVER_HINT);
	return change->tx ? tx_end(change->tx, status) : status;
}

static enum status add(struct change *change, enum handover_kind kind,
                       const struct handover_operator *who, const char *text)
{
	const struct handover_entry entry = { .kind = kind, .who = who, .text = span_of(text) };

	change->row->changed_ms = change->now_ms;
	change->told = true;
	return handover_row_add(change->tx, change->row, &entry);
}

static enum status add_said(struct change *change, enum handover_kind kind,
                            const struct handover_operator *who, const struct handover_said *said)
{
	const bool same = span_equal(said->text, said->masked);
	const struct handover_entry entry = {
		.kind = kind,
		.who = who,
		.ref = said->ref,
		.text = said->masked,
		.typed = same ? (struct span){ NULL, 0 } : said->text,
		.seal = change->seal,
	};

	change->row->changed_ms = change->now_ms;
	change->told = true;
	return handover_row_add(change->tx, change->row, &entry);
}

static bool is_fit(const struct handover_said *said)
{
	return said->text.len > 0 && said->text.len <= HANDOVER_TEXT_MOST && said->masked.len > 0 &&
	       said->masked.len <= HANDOVER_TEXT_MOST &&
	       (!said->ref || strlen(said->ref) <= HANDOVER_REF_MOST);
}

static bool is_open(const struct handover_case *row)
{
	return row->state == HANDOVER_WAITING || row->state == HANDOVER_WITH;
}

/* Nobody's from now on: an epoch that somebody still knows is over. */
static void let_go(struct handover_case *row, enum handover_state state)
{
	row->state = state;
	row->epoch++;
	row->holder[0] = row->holder_name[0] = row->wanted[0] = '\0';
	row->lease_ms = row->wanted_ms = 0;
}

/* For a person. */
struct asking {
	const char *hours; /* outside of which it is, or NULL */
};

/* Writes the case. Once nobody is to answer it any more, what was typed is masked for good. */
static enum status settle(struct change *change)
{
	const struct handover_case *row = change->row;
	enum status status = STATUS_OK;

	if (!is_open(row))
		status = handover_row_forget(change->tx, row->conversation, row->n);
	return status == STATUS_OK ? handover_row_write(change->tx, row) : status;
}

/* Of one that is nobody's. */
static enum status begin_to_wait(struct change *change, const char *hours)
{
	struct handover_case *row = change->row;

	let_go(row, hours ? HANDOVER_BOT : HANDOVER_WAITING);
	row->outcome[0] = '\0';
	if (hours)
		return add(change, HANDOVER_OFF_HOURS, NULL, hours);
	row->since_ms = change->now_ms;
	return add(change, HANDOVER_QUEUED, NULL, "");
}

static enum status write_asked(struct handover *handover, const char *conversation,
                               const struct handover_said *said, const struct asking *asks,
                               struct handover_case *out)
{
	struct change change;
	bool known = false;
	enum status status;

	if (!is_fit(said))
		return STATUS_LIMIT;
	status = begin(handover, conversation, out, &change);
	if (status == STATUS_NOT_FOUND && asks)
		status = STATUS_OK;
	if (status == STATUS_OK)
		status = handover_row_known(change.tx, conversation, "", said->ref, &known);
	if (status != STATUS_OK || known)
		return end(&change, status);
	if (!is_open(out) && !asks)
		return end(&change, STATUS_NOT_FOUND);
	status = add_said(&change, HANDOVER_ASKED, NULL, said);
	if (status == STATUS_OK && !is_open(out))
		status = begin_to_wait(&change, asks->hours);
	if (status == STATUS_OK)
		status = settle(&change);
	return end(&change, status);
}

enum status handover_ask(struct handover *handover, const char *conversation,
                         const struct handover_said *said, const char *hours,
                         struct handover_case *out)
{
	const struct asking asking = { hours };

	return write_asked(handover, conversation, said, &asking, out);
}

enum status handover_write(struct handover *handover, const char *conversation,
                           const struct handover_said *said, struct handover_case *out)
{
	return write_asked(handover, conversation, said, NULL, out);
}

/* The first one that `name` may take. STATUS_NOT_FOUND: none waits. */
static enum status find_next(struct tx *tx, const char *name, const char *conversation,
                             int64_t now_ms, struct handover_case *out)
{
	static const char sql[] =
	        "SELECT " HANDOVER_COLUMNS " FROM handover WHERE state = 1"
	        " AND (wanted = '' OR wanted = $1 OR wanted_until < $2 OR wanted NOT IN"
	        " (SELECT name FROM handover_duty WHERE seen >= $3))"
	        " AND (conversation = $4 OR $4 = '')"
	        " ORDER BY CASE WHEN wanted = $1 THEN 0 ELSE 1 END, since, conversation LIMIT 1";
	const struct cell values[] = { cell_text(name), cell_integer(now_ms),
		                       cell_integer(now_ms - HANDOVER_DUTY_MS),
		                       cell_text(conversation ? conversation : "") };
	size_t seen;
	const enum status status = tx_query(tx, sql, values, 4, handover_row_read, out, &seen);

	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status handover_take(struct handover *handover, const struct handover_operator *who,
                          const char *conversation, struct handover_case *out)
{
	struct change change = { .seal = handover->seal, .row = out };
	enum status status = store_begin(handover->store, TX_WRITE, &change.tx);

	*out = (struct handover_case){ .state = HANDOVER_BOT };
	if (status != STATUS_OK)
		return status;
	status = tx_now(change.tx, &change.now_ms);
	if (status == STATUS_OK)
		status = find_next(change.tx, who->name, conversation, change.now_ms, out);
	if (status == STATUS_OK) {
		let_go(out, HANDOVER_WITH);
		snprintf(out->holder, sizeof(out->holder), "%s", who->id);
		snprintf(out->holder_name, sizeof(out->holder_name), "%s", who->name);
		out->lease_ms = change.now_ms + HANDOVER_LEASE_MS;
		status = add(&change, HANDOVER_TAKEN, who, "");
	}
	if (status == STATUS_OK)
		status = handover_row_duty(change.tx, who, change.now_ms);
	if (status == STATUS_OK)
		status = handover_row_write(change.tx, out);
	return end(&change, status);
}

/* As begin(), for a write of the holder: STATUS_CLOSED where `who` is not. */
static enum status begin_held(struct handover *handover, const struct handover_operator *who,
                              const char *conversation, int64_t epoch, struct handover_case *out,
                              struct change *change)
{
	const enum status status = begin(handover, conversation, out, change);

	if (status == STATUS_NOT_FOUND)
		return STATUS_CLOSED;
	return status == STATUS_OK && !handover_row_is_held(out, who->id, epoch, change->now_ms)
	               ? STATUS_CLOSED
	               : status;
}

enum status handover_say(struct handover *handover, const struct handover_operator *who,
                         const char *conversation, int64_t epoch, const struct handover_said *said,
                         struct handover_case *out)
{
	struct change change;
	bool known = false;
	enum status status, written;

	if (!is_fit(said))
		return STATUS_LIMIT;
	status = begin_held(handover, who, conversation, epoch, out, &change);
	/* A message written in time is acknowledged whenever it is sent again. */
	if (status == STATUS_OK || status == STATUS_CLOSED) {
		written = handover_row_known(change.tx, conversation, who->id, said->ref, &known);
		if (written != STATUS_OK || known)
			return end(&change, written);
	}
	if (status == STATUS_OK)
		status = add_said(&change, HANDOVER_SAID, who, said);
	if (status == STATUS_OK)
		status = handover_row_write(change.tx, out);
	return end(&change, status);
}

/* STATUS_NOT_FOUND: their page has not been there of late. */
static enum status find_on_duty(struct tx *tx, const char *name, int64_t now_ms)
{
	static const char sql[] = "SELECT name FROM handover_duty WHERE name = $1 AND seen >= $2";
	const struct cell values[] = { cell_text(name), cell_integer(now_ms - HANDOVER_DUTY_MS) };
	size_t seen;
	const enum status status = tx_query(tx, sql, values, 2, NULL, NULL, &seen);

	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status handover_give(struct handover *handover, const struct handover_operator *who,
                          const char *conversation, int64_t epoch, enum handover_kind kind,
                          const char *colleague, struct handover_case *out)
{
	const bool to_one = kind == HANDOVER_TO_COLLEAGUE;
	struct change change;
	enum status status;

	assert(kind == HANDOVER_TO_BOT || kind == HANDOVER_TO_QUEUE || (to_one && colleague));
	if (to_one && strlen(colleague) >= HANDOVER_NAME_SIZE)
		return STATUS_LIMIT;
	status = begin_held(handover, who, conversation, epoch, out, &change);
	if (status == STATUS_OK && to_one)
		status = find_on_duty(change.tx, colleague, change.now_ms);
	if (status == STATUS_OK) {
		let_go(out, kind == HANDOVER_TO_BOT ? HANDOVER_BOT : HANDOVER_WAITING);
		if (to_one) {
			snprintf(out->wanted, sizeof(out->wanted), "%s", colleague);
			out->wanted_ms = change.now_ms + HANDOVER_WANTED_MS;
		}
		status = add(&change, kind, who, to_one ? colleague : "");
	}
	if (status == STATUS_OK)
		status = settle(&change);
	return end(&change, status);
}

enum status handover_end(struct handover *handover, const struct handover_operator *who,
                         const char *conversation, int64_t epoch, const char *outcome,
                         struct handover_case *out)
{
	struct change change;
	enum status status;

	if (strlen(outcome) >= HANDOVER_OUTCOME_SIZE)
		return STATUS_LIMIT;
	status = begin_held(handover, who, conversation, epoch, out, &change);
	if (status == STATUS_OK) {
		let_go(out, HANDOVER_CLOSED);
		snprintf(out->outcome, sizeof(out->outcome), "%s", outcome);
		status = add(&change, HANDOVER_ENDED, who, outcome);
	}
	if (status == STATUS_OK)
		status = settle(&change);
	return end(&change, status);
}

enum status handover_beat(struct handover *handover, const struct handover_operator *who)
{
	static const char sql[] = "UPDATE handover SET lease_until = $1"
	                          " WHERE state = 2 AND holder = $2 AND lease_until >= $3";
	struct tx *tx;
	int64_t now_ms;
	enum status status = store_begin(handover->store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK) {
		const struct cell values[] = { cell_integer(now_ms + HANDOVER_LEASE_MS),
			                       cell_text(who->id), cell_integer(now_ms) };

		status = tx_run(tx, sql, values, 3, NULL);
	}
	if (status == STATUS_OK)
		status = handover_row_duty(tx, who, now_ms);
	return tx_end(tx, status);
}

void handover_tell_typing(struct handover *handover, const char *conversation, bool asker)
{
	char about[HINT_ABOUT_SIZE];
	enum status status;
	struct tx *tx;

	snprintf(about, sizeof(about), "%c%s",
	         asker ? HANDOVER_ASKER_TYPES : HANDOVER_OPERATOR_TYPES, conversation);
	status = store_begin(handover->store, TX_ROWS, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, tx_hint_about(tx, HANDOVER_HINT, about));
	(void)status;
}

/* --- call-backs --- */

bool handover_is_number(struct span number)
{
	size_t digits = 0;

	if (number.len >= HANDOVER_NUMBER_SIZE)
		return false;
	for (size_t i = 0; i < number.len; i++) {
		const char c = number.ptr[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (!memchr(" -()", c, 4) && (c != '+' || i > 0))
			return false;
	}
	return digits >= 7 && digits <= 15;
}

enum status handover_leave(struct handover *handover, const char *conversation, struct span number,
                           struct span masked, struct handover_case *out)
{
	const struct handover_entry left = { .kind = HANDOVER_CALL_LEFT, .text = masked };
	struct change change;
	enum status status;

	if (!handover_is_number(number) || masked.len > HANDOVER_TEXT_MOST)
		return STATUS_LIMIT;
	status = begin(handover, conversation, out, &change);
	if (status == STATUS_OK) {
		out->changed_ms = change.now_ms;
		out->call = HANDOVER_CALL_OPEN;
		change.told = true;
		status = handover_row_add(change.tx, out, &left);
	}
	if (status == STATUS_OK)
		status = handover_row_leave(change.tx, out, handover->seal, number, masked);
	if (status == STATUS_OK)
		status = handover_row_write(change.tx, out);
	return end(&change, status);
}

enum status handover_number(struct handover *handover, const char *conversation,
                            char number[HANDOVER_NUMBER_SIZE])
{
	struct tx *tx;
	const enum status status = store_begin(handover->store, TX_READ, &tx);

	number[0] = '\0';
	return status == STATUS_OK
	               ? tx_end(tx, handover_row_number(tx, conversation, handover->seal, number))
	               : status;
}

enum status handover_called(struct handover *handover, const struct handover_operator *who,
                            const char *conversation, const char *outcome,
                            struct handover_case *out)
{
	struct change change;
	enum status status = begin(handover, conversation, out, &change);

	if (status == STATUS_OK)
		status = handover_row_called(change.tx, conversation);
	if (status == STATUS_OK) {
		out->call = HANDOVER_CALL_CLOSED;
		status = add(&change, HANDOVER_CALLED_BACK, who, outcome);
	}
	if (status == STATUS_OK)
		status = handover_row_write(change.tx, out);
	return end(&change, status);
}

/* --- what lapsed --- */

static enum status lapse_one(struct change *change)
{
	struct handover_case *row = change->row;
	char id[HANDOVER_NAME_SIZE], name[HANDOVER_NAME_SIZE];
	const struct handover_operator who = { id, name };
	enum status status;

	memcpy(id, row->holder, sizeof(id));
	memcpy(name, row->holder_name, sizeof(name));
	if (row->state == HANDOVER_WITH) {
		let_go(row, HANDOVER_WAITING);
		status = add(change, HANDOVER_DROPPED, &who, "");
	} else {
		let_go(row, HANDOVER_BOT);
		status = add(change, HANDOVER_GIVEN_UP, NULL, "");
	}
	return status == STATUS_OK ? settle(change) : status;
}

/* Both kinds; LAPSED_MOST of them at a time. */
static enum status find_lapsed(struct tx *tx, int64_t now_ms, struct handover_list *list)
{
	static const char sql[] = "SELECT " HANDOVER_COLUMNS " FROM handover"
	                          " WHERE (state = 2 AND lease_until < $1)"
	                          " OR (state = 1 AND changed < $2) LIMIT 100";
	const struct cell values[] = { cell_integer(now_ms),
		                       cell_integer(now_ms - HANDOVER_WAIT_MS) };

	_Static_assert(LAPSED_MOST == 100, "the limit in the statement");
	return tx_query(tx, sql, values, 2, handover_row_take, list, NULL);
}

/* The lapsed ones, in a transaction of that kind, which the caller ends. */
static enum status look_for_lapsed(struct handover *handover, enum tx_kind kind,
                                   struct change *change, struct handover_list *list)
{
	enum status status = store_begin(handover->store, kind, &change->tx);

	list->count = 0;
	if (status == STATUS_OK)
		status = tx_now(change->tx, &change->now_ms);
	return status == STATUS_OK ? find_lapsed(change->tx, change->now_ms, list) : status;
}

/* Hardly ever is there one: writers are held up only where one was seen. */
enum status handover_lapse(struct handover *handover, size_t *count)
{
	struct handover_case *rows = malloc(LAPSED_MOST * sizeof(*rows));
	struct handover_list list = { .items = rows, .most = LAPSED_MOST };
	struct change change = { .seal = handover->seal };
	enum status status = STATUS_NO_MEMORY;

	*count = 0;
	if (rows)
		status = end(&change, look_for_lapsed(handover, TX_READ, &change, &list));
	if (status != STATUS_OK || list.count == 0) {
		free(rows);
		return status;
	}
	change.tx = NULL;
	status = look_for_lapsed(handover, TX_WRITE, &change, &list);
	for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
		change.row = &rows[i];
		status = lapse_one(&change);
	}
	status = end(&change, status);
	if (status == STATUS_OK)
		*count = list.count;
	free(rows);
	return status;
}

enum status handover_expire(struct handover *handover, int64_t keep_ms, size_t *count)
{
	static const char events[] = "DELETE FROM handover_event WHERE conversation IN"
	                             " (SELECT conversation FROM handover WHERE changed < $1)";
	static const char calls[] = "DELETE FROM handover_call WHERE conversation IN"
	                            " (SELECT conversation FROM handover WHERE changed < $1)";
	static const char cases[] = "DELETE FROM handover WHERE changed < $1";
	struct tx *tx;
	int64_t now_ms;
	enum status status = store_begin(handover->store, TX_WRITE, &tx);

	*count = 0;
	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK) {
		const struct cell value = cell_integer(now_ms - keep_ms);

		status = tx_run(tx, events, &value, 1, NULL);
		if (status == STATUS_OK)
			status = tx_run(tx, calls, &value, 1, NULL);
		if (status == STATUS_OK)
			status = tx_run(tx, cases, &value, 1, count);
	}
	return tx_end(tx, status);
}
