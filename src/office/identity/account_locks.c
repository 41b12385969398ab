#include "office/identity/account_locks.h"

#include <string.h>

#include "office/identity/account_rows.h"

enum { SECOND_MS = 1000, SWEEP_EVERY = 64 /* new rows, about */ };

static const char delete_sql[] = "DELETE FROM account_lock WHERE who = $1";

struct lock_row {
	char who[DIGEST_HEX_SIZE];
	int64_t failures, failed_ms, until_ms;
};

/* --- rows --- */

/* "": it is not counted. */
static enum status name_row(const struct accounts *accounts, const char *of, struct span key,
                            struct lock_row *row)
{
	struct digest *digest;
	enum status status;

	*row = (struct lock_row){ .who = "" };
	if (key.len == 0)
		return STATUS_OK;
	status = digest_create_keyed(&digest, span_of(accounts->lock_key));
	if (status != STATUS_OK)
		return status;
	digest_add_field(digest, span_of(of));
	digest_add_field(digest, key);
	status = digest_finish(digest, row->who);
	digest_destroy(digest);
	return status;
}

static enum status name_rows(const struct accounts *accounts, struct span address, struct span name,
                             struct lock_row *of_address, struct lock_row *of_name)
{
	char folded[ACCOUNT_NAME_SIZE];
	enum status status = name_row(accounts, "address", address, of_address);

	account_fold(name, folded);
	if (status == STATUS_OK)
		status = name_row(accounts, "name", span_of(name.len > 0 ? folded : ""), of_name);
	return status;
}

static enum status see_row(void *context, const struct cell *columns)
{
	struct lock_row *row = context;

	row->failures = cell_as_integer(&columns[0]);
	row->failed_ms = cell_as_integer(&columns[1]);
	row->until_ms = cell_as_integer(&columns[2]);
	return STATUS_OK;
}

/* One that has not failed for so long has not failed. */
static enum status read_row(struct tx *tx, const struct account_lock_rule *rule, int64_t now_ms,
                            struct lock_row *row)
{
	static const char sql[] =
	        "SELECT failures, failed_at, until FROM account_lock WHERE who = $1";
	const struct cell who = cell_text(row->who);
	const enum status status =
	        row->who[0] ? tx_query(tx, sql, &who, 1, see_row, row, NULL) : STATUS_OK;

	if (row->until_ms <= now_ms && now_ms - row->failed_ms >= rule->longest_s * SECOND_MS)
		row->failures = 0;
	return status;
}

static enum status write_row(struct tx *tx, const struct lock_row *row)
{
	static const char sql[] =
	        "INSERT INTO account_lock (who, failures, failed_at, until) VALUES ($1, $2, $3, $4)"
	        " ON CONFLICT (who) DO UPDATE SET failures = excluded.failures,"
	        " failed_at = excluded.failed_at, until = excluded.until";
	const struct cell values[] = { cell_text(row->who), cell_integer(row->failures),
		                       cell_integer(row->failed_ms), cell_integer(row->until_ms) };

	return row->failures > 0 ? tx_run(tx, sql, values, 4, NULL)
	                         : tx_run(tx, delete_sql, values, 1, NULL);
}

/* Drops rows that are forgotten anyway and, if there are too many, the oldest that lock nobody. */
static enum status sweep(struct tx *tx, const struct account_lock_rule *rule, int64_t now_ms)
{
	static const char expired[] =
	        "DELETE FROM account_lock WHERE failed_at < $1 AND until < $2";
	static const char surplus[] =
	        "DELETE FROM account_lock WHERE until < $1 AND who NOT IN (SELECT who FROM"
	        " account_lock ORDER BY failed_at DESC LIMIT $2)";
	const struct cell before[] = { cell_integer(now_ms - rule->longest_s * SECOND_MS),
		                       cell_integer(now_ms) };
	const struct cell most[] = { cell_integer(now_ms), cell_integer(rule->most) };
	const enum status status = tx_run(tx, expired, before, 2, NULL);

	return status == STATUS_OK ? tx_run(tx, surplus, most, 2, NULL) : status;
}

/* --- counting --- */

static int64_t lock_ms(const struct account_lock_rule *rule, int64_t locks)
{
	int64_t length_s = rule->lock_s;

	for (; locks > 1 && length_s < rule->longest_s; locks--)
		length_s *= 2;
	return (length_s < rule->longest_s ? length_s : rule->longest_s) * SECOND_MS;
}

static int64_t wait_s(const struct lock_row *row, int64_t now_ms)
{
	return row->until_ms > now_ms ? (row->until_ms - now_ms + SECOND_MS - 1) / SECOND_MS : 0;
}

static enum status count(struct tx *tx, const struct account_lock_rule *rule, int64_t now_ms,
                         struct lock_row *row)
{
	const bool fresh = row->failures == 0;
	enum status status;

	row->failures++;
	row->failed_ms = now_ms;
	if (row->failures % rule->failures == 0)
		row->until_ms = now_ms + lock_ms(rule, row->failures / rule->failures);
	status = write_row(tx, row);
	return status == STATUS_OK && fresh && now_ms % SWEEP_EVERY == 0 ? sweep(tx, rule, now_ms)
	                                                                 : status;
}

static enum status try(struct tx *tx, const struct account_lock_rule *rule,
                       struct lock_row *address, struct lock_row *name, struct account_attempt *out)
{
	int64_t now_ms, name_wait_s;
	bool failed_before;
	enum status status = tx_now(tx, &now_ms);

	if (status == STATUS_OK)
		status = read_row(tx, rule, now_ms, address);
	if (status == STATUS_OK)
		status = read_row(tx, rule, now_ms, name);
	if (status != STATUS_OK)
		return status;
	out->wait_s = wait_s(address, now_ms);
	if (out->wait_s > 0)
		return STATUS_OK;
	out->at_ms = now_ms;
	out->address_before_ms = address->failed_ms;
	out->name_before_ms = name->failed_ms;
	failed_before = address->failures > 0;
	status = count(tx, rule, now_ms, address);
	out->address = true;
	if (status != STATUS_OK || !name->who[0])
		return status;
	name_wait_s = wait_s(name, now_ms);
	out->name = name_wait_s == 0;
	if (out->name)
		return count(tx, rule, now_ms, name);
	if (failed_before)
		out->wait_s = name_wait_s;
	return STATUS_OK;
}

enum status account_locks_try(struct accounts *accounts, const struct account_lock_rule *rule,
                              struct span address, struct span name, struct account_attempt *out)
{
	struct lock_row of_address, of_name;
	struct tx *tx;
	enum status status = name_rows(accounts, address, name, &of_address, &of_name);

	*out = (struct account_attempt){ 0 };
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status != STATUS_OK)
		return status;
	return tx_end(tx, try(tx, rule, &of_address, &of_name, out));
}

/* `before_ms`: when it had failed last before the attempt at `at_ms`. */
static enum status withdraw(struct tx *tx, const struct account_lock_rule *rule, int64_t at_ms,
                            int64_t before_ms, struct lock_row *row)
{
	int64_t now_ms;
	enum status status = tx_now(tx, &now_ms);

	if (status == STATUS_OK)
		status = read_row(tx, rule, now_ms, row);

	if (status != STATUS_OK || row->failures == 0)
		return status;
	if (row->failures % rule->failures == 0)
		row->until_ms = 0;
	row->failures--;
	/* No failure keeps what is counted alive. */
	if (row->failed_ms == at_ms)
		row->failed_ms = before_ms;
	return write_row(tx, row);
}

static enum status forget(struct tx *tx, const struct lock_row *row, size_t *forgotten)
{
	const struct cell who = cell_text(row->who);

	return row->who[0] ? tx_run(tx, delete_sql, &who, 1, forgotten) : STATUS_OK;
}

enum status account_locks_take_back(struct accounts *accounts, const struct account_lock_rule *rule,
                                    struct span address, struct span name,
                                    const struct account_attempt *attempt, bool right)
{
	struct lock_row of_address, of_name;
	struct tx *tx;
	enum status status = name_rows(accounts, address, name, &of_address, &of_name);

	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status != STATUS_OK)
		return status;
	if (attempt->address)
		status =
		        withdraw(tx, rule, attempt->at_ms, attempt->address_before_ms, &of_address);
	if (status == STATUS_OK && attempt->name)
		status = right ? forget(tx, &of_name, NULL)
		               : withdraw(tx, rule, attempt->at_ms, attempt->name_before_ms,
		                          &of_name);
	return tx_end(tx, status);
}

enum status account_locks_lift(struct accounts *accounts, struct span address, struct span name,
                               bool *found)
{
	struct lock_row of_address, of_name;
	size_t addresses = 0, names = 0;
	struct tx *tx;
	enum status status = name_rows(accounts, address, name, &of_address, &of_name);

	*found = false;
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status != STATUS_OK)
		return status;
	status = forget(tx, &of_address, &addresses);
	if (status == STATUS_OK)
		status = forget(tx, &of_name, &names);
	*found = addresses + names > 0;
	return tx_end(tx, status);
}
