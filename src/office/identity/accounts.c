/*
 * How it works. Three tables: the accounts, their sessions, and sign-in links that were not used
 * yet. Every function here is one transaction, but for those that take a password: its hash is
 * made outside of any, and the transaction that follows looks whether the account still is as it
 * was read.
 *
 * A session is looked up by the hash of its token. It has ended when it is too old or was idle for
 * too long: rows of such are passed over wherever one is read, and removed at the next sign-in.
 * When it was last seen is written at most ten times within the time that it may be idle.
 *
 * account_rows.c has the tables and their rows; this file opens them and manages accounts;
 * accounts_sign_in.c is what those who sign in do. The statements are SQL that both SQLite and
 * PostgreSQL speak.
 */
#include "office/identity/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key_file.h"
#include "base/utf8.h"
#include "office/identity/account_rows.h"

enum { ID_BYTES = 16, KEY_CEILING = 4096 };

/* --- opening --- */

/* Of the same secret as the seals, which every process has. */
static enum status derive_lock_key(struct accounts *accounts)
{
	struct digest *digest = NULL;
	struct buf key;
	enum status status;

	buf_init(&key, KEY_CEILING);
	status = key_file_read(accounts->settings.key_file, KEY_SECRET, &key, NULL);
	if (status == STATUS_OK)
		status = digest_create_keyed(&digest, buf_span(&key));
	if (status == STATUS_OK) {
		digest_add_field(digest, span_of("dayi derive 1"));
		digest_add_field(digest, span_of("account locks"));
		status = digest_finish(digest, accounts->lock_key);
		digest_destroy(digest);
	}
	buf_wipe(&key);
	return status;
}

enum status accounts_open(struct accounts **out, const struct accounts_settings *settings,
                          char problem[STORE_PROBLEM_SIZE])
{
	struct accounts *accounts = calloc(1, sizeof(*accounts));
	enum status status;

	*out = NULL;
	problem[0] = '\0';
	if (!accounts)
		return STATUS_NO_MEMORY;
	accounts->settings = *settings;
	status = store_open_sealed(&accounts->store, &accounts->seal, &settings->store,
	                           &accounts_schema, settings->key_file, problem);
	if (status == STATUS_OK)
		status = derive_lock_key(accounts);
	if (status == STATUS_OK)
		*out = accounts;
	else
		accounts_close(accounts);
	return status;
}

void accounts_close(struct accounts *accounts)
{
	if (!accounts)
		return;
	store_close(accounts->store);
	seal_destroy(accounts->seal);
	explicit_bzero(accounts->lock_key, sizeof(accounts->lock_key));
	free(accounts);
}

/* --- accounts --- */

bool account_name_is_fit(struct span name)
{
	if (name.len == 0 || name.len >= ACCOUNT_NAME_SIZE || !utf8_valid(name) ||
	    name.ptr[0] == ' ' || name.ptr[name.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f)
			return false;
	return true;
}

static enum status insert_account(struct tx *tx, const struct account *account)
{
	static const char sql[] = "INSERT INTO account"
	                          " (id, folded, name, roles, disabled, totp_used, made_at)"
	                          " VALUES ($1, $2, $3, $4, 0, 0, $5)"
	                          " ON CONFLICT (folded) DO NOTHING";
	char folded[ACCOUNT_NAME_SIZE];
	size_t changed;
	enum status status;

	account_fold(span_of(account->name), folded);
	const struct cell values[] = {
		cell_text(account->id),         cell_text(folded),
		cell_text(account->name),       cell_integer((int64_t)account->roles),
		cell_integer(account->made_ms),
	};

	status = tx_run(tx, sql, values, sizeof(values) / sizeof(values[0]), &changed);
	return status == STATUS_OK && changed == 0 ? STATUS_INVALID : status;
}

enum status accounts_add(struct accounts *accounts, struct span name, unsigned roles,
                         int64_t now_ms, struct account *out)
{
	struct tx *tx;
	enum status status;

	*out = (struct account){ .roles = roles, .made_ms = now_ms };
	if (!account_name_is_fit(name))
		return STATUS_INVALID;
	snprintf(out->name, sizeof(out->name), "%.*s", SPAN_ARGS(name));
	status = account_random_hex(accounts, ID_BYTES, out->id);
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	return status == STATUS_OK ? tx_end(tx, insert_account(tx, out)) : status;
}

enum status accounts_find(struct accounts *accounts, struct span name, struct account *out)
{
	struct account_row row;
	const enum status status = account_look_up(accounts, account_by_name, &name, &row);

	*out = row.account;
	explicit_bzero(&row, sizeof(row));
	return status;
}

struct listing {
	enum status (*visit)(void *context, const struct account *account);
	void *context;
};

static enum status list_one(void *context, const struct cell *columns)
{
	const struct listing *listing = context;
	struct account_row row = { 0 };
	const enum status status = account_row_read(&row, columns);

	return status == STATUS_OK ? listing->visit(listing->context, &row.account) : status;
}

enum status accounts_list(struct accounts *accounts,
                          enum status (*visit)(void *context, const struct account *account),
                          void *context)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS " FROM account ORDER BY folded";
	struct listing listing = { visit, context };
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	return tx_end(tx, tx_query(tx, sql, NULL, 0, list_one, &listing, NULL));
}

enum status accounts_set_roles(struct accounts *accounts, const char *id, unsigned roles)
{
	static const char sql[] = "UPDATE account SET roles = $2 WHERE id = $1";
	const struct cell values[] = { cell_text(id), cell_integer((int64_t)roles) };

	return account_change(accounts, sql, values, 2, false);
}

enum status accounts_disable(struct accounts *accounts, const char *id, bool disabled)
{
	static const char sql[] = "UPDATE account SET disabled = $2 WHERE id = $1";
	const struct cell values[] = { cell_text(id), cell_integer(disabled) };

	return account_change(accounts, sql, values, 2, true);
}

enum status accounts_remove(struct accounts *accounts, const char *id)
{
	static const char sql[] = "DELETE FROM account WHERE id = $1";
	const struct cell value = cell_text(id);

	return account_change(accounts, sql, &value, 1, true);
}

enum status accounts_reset_totp(struct accounts *accounts, const char *id)
{
	static const char sql[] =
	        "UPDATE account SET totp = NULL, totp_new = NULL, totp_used = 0 WHERE id = $1";
	const struct cell value = cell_text(id);

	return account_change(accounts, sql, &value, 1, true);
}

enum status accounts_set_password(struct accounts *accounts, const char *id, struct span password)
{
	char hash[PASSWORD_TEXT_SIZE];
	const enum status status = account_make_hash(accounts, password, hash);
	const struct cell values[] = { cell_text(id), cell_text(hash) };

	return status == STATUS_OK ? account_change(accounts, account_set_password, values, 2, true)
	                           : status;
}

enum status accounts_make_link(struct accounts *accounts, const char *id, int64_t now_ms,
                               char token[ACCOUNT_TOKEN_SIZE])
{
	static const char clear[] = "DELETE FROM account_link WHERE account = $1";
	static const char insert[] =
	        "INSERT INTO account_link (token, account, until) VALUES ($1, $2, $3)";
	char hash[DIGEST_HEX_SIZE];
	struct account_row row;
	struct tx *tx;
	enum status status = account_random_hex(accounts, ACCOUNT_TOKEN_BYTES, token);

	if (status == STATUS_OK)
		status = account_hash_token(token, hash);
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status != STATUS_OK)
		return status;
	status = account_find_by_id(tx, id, &row);
	if (status == STATUS_OK)
		status = account_run_by_text(tx, clear, id);
	if (status == STATUS_OK) {
		const struct cell values[] = {
			cell_text(hash),
			cell_text(id),
			cell_integer(now_ms + accounts->settings.link_s * 1000),
		};

		status = tx_run(tx, insert, values, 3, NULL);
	}
	explicit_bzero(&row, sizeof(row));
	return tx_end(tx, status);
}
