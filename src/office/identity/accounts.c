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
 * The statements are SQL that both SQLite and PostgreSQL speak.
 */
#include "office/identity/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/utf8.h"

enum { SEEN_WRITES = 10, TOKEN_BYTES = 32, ID_BYTES = 16, SESSION_ID_BYTES = 8 };

struct accounts {
	struct accounts_settings settings;
	struct store *store;
};

static const char schema[] = "CREATE TABLE account ("
                             " id TEXT PRIMARY KEY,"
                             " folded TEXT NOT NULL UNIQUE," /* the name in lower case */
                             " name TEXT NOT NULL,"
                             " roles INTEGER NOT NULL,"
                             " disabled INTEGER NOT NULL,"
                             " password TEXT," /* its hash; NULL: none was set */
                             " totp TEXT,"     /* secret of the second step, or NULL */
                             " totp_new TEXT," /* one that was not confirmed yet, or NULL */
                             " totp_used INTEGER NOT NULL," /* step of the last code that counted */
                             " made_at INTEGER NOT NULL) STRICT;"
                             "CREATE TABLE account_session ("
                             " token TEXT PRIMARY KEY," /* hash */
                             " id TEXT NOT NULL,"
                             " account TEXT NOT NULL,"
                             " since INTEGER NOT NULL,"
                             " seen INTEGER NOT NULL,"
                             " address TEXT NOT NULL,"
                             " browser TEXT NOT NULL) STRICT;"
                             "CREATE INDEX account_session_account ON account_session (account);"
                             "CREATE TABLE account_link ("
                             " token TEXT PRIMARY KEY," /* hash */
                             " account TEXT NOT NULL,"
                             " until INTEGER NOT NULL) STRICT;";

static const char *const steps[] = { schema };

static const struct store_schema accounts_schema = {
	.table = "account",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

/* --- opening --- */

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
	status = store_open(&accounts->store, &settings->store, &accounts_schema, problem);
	if (status == STATUS_OK)
		*out = accounts;
	else
		free(accounts);
	return status;
}

void accounts_close(struct accounts *accounts)
{
	if (!accounts)
		return;
	store_close(accounts->store);
	free(accounts);
}

const char *accounts_problem(const struct accounts *accounts)
{
	return store_problem(accounts->store);
}

/* --- tokens and their hashes --- */

static enum status random_hex(const struct accounts *accounts, size_t count, char *hex)
{
	unsigned char bytes[TOKEN_BYTES];

	if (!accounts->settings.random(bytes, count))
		return STATUS_IO;
	hex_write(bytes, count, hex);
	explicit_bzero(bytes, sizeof(bytes));
	return STATUS_OK;
}

/* A token has 256 random bits: its hash needs no salt, and cannot be guessed back. */
static enum status hash_token(const char *token, char hash[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, span_of(token));
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	return status;
}

enum status account_csrf(const char *token, char csrf[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, span_of(token));

	if (status != STATUS_OK)
		return status;
	digest_add(digest, span_of("csrf"));
	status = digest_finish(digest, csrf);
	digest_destroy(digest);
	return status;
}

/* --- rows --- */

#define ACCOUNT_COLUMNS "id, name, roles, disabled, password, totp, totp_new, totp_used, made_at"

/* All of an account. */
struct account_row {
	struct account account;
	char password[PASSWORD_TEXT_SIZE]; /* "": none */
	char totp[TOTP_SECRET_SIZE], totp_new[TOTP_SECRET_SIZE];
	int64_t totp_used;
};

static void copy_text(char *to, size_t size, const struct cell *cell)
{
	const struct span text = cell_as_span(cell);

	snprintf(to, size, "%.*s", SPAN_ARGS(text));
}

static enum status read_account(void *context, const struct cell *columns)
{
	struct account_row *row = context;
	struct account *account = &row->account;

	copy_text(account->id, sizeof(account->id), &columns[0]);
	copy_text(account->name, sizeof(account->name), &columns[1]);
	account->roles = (unsigned)cell_as_integer(&columns[2]);
	account->disabled = cell_as_integer(&columns[3]) != 0;
	copy_text(row->password, sizeof(row->password), &columns[4]);
	copy_text(row->totp, sizeof(row->totp), &columns[5]);
	copy_text(row->totp_new, sizeof(row->totp_new), &columns[6]);
	row->totp_used = cell_as_integer(&columns[7]);
	account->made_ms = cell_as_integer(&columns[8]);
	account->has_password = row->password[0] != '\0';
	account->has_totp = row->totp[0] != '\0';
	return STATUS_OK;
}

/* STATUS_NOT_FOUND, and *row all zero, where there is none. */
static enum status find_row(struct tx *tx, const char *sql, struct span value,
                            struct account_row *row)
{
	const struct cell cell = cell_span(value);
	size_t seen;
	enum status status;

	*row = (struct account_row){ 0 };
	status = tx_query(tx, sql, &cell, 1, read_account, row, &seen);
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

static enum status find_by_id(struct tx *tx, const char *id, struct account_row *row)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = $1";

	return find_row(tx, sql, span_of(id), row);
}

static void fold(struct span name, char folded[ACCOUNT_NAME_SIZE])
{
	size_t len = 0;

	for (; len < name.len && len < ACCOUNT_NAME_SIZE - 1; len++) {
		const char c = name.ptr[len];

		folded[len] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	folded[len] = '\0';
}

static enum status find_by_name(struct tx *tx, struct span name, struct account_row *row)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE folded = $1";
	char folded[ACCOUNT_NAME_SIZE];

	*row = (struct account_row){ 0 };
	if (!account_name_is_fit(name))
		return STATUS_NOT_FOUND;
	fold(name, folded);
	return find_row(tx, sql, span_of(folded), row);
}

/* Reads one row in a transaction of its own. */
static enum status look_up(struct accounts *accounts,
                           enum status (*find)(struct tx *tx, const void *by,
                                               struct account_row *row),
                           const void *by, struct account_row *row)
{
	struct tx *tx;
	enum status status = store_begin(accounts->store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = find(tx, by, row);
	/* That there is none is no failure of the transaction. */
	if (status == STATUS_NOT_FOUND) {
		tx_rollback(tx);
		return status;
	}
	return tx_end(tx, status);
}

static enum status by_name(struct tx *tx, const void *name, struct account_row *row)
{
	return find_by_name(tx, *(const struct span *)name, row);
}

static enum status by_id(struct tx *tx, const void *id, struct account_row *row)
{
	return find_by_id(tx, id, row);
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

	fold(span_of(account->name), folded);
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
	status = random_hex(accounts, ID_BYTES, out->id);
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	return status == STATUS_OK ? tx_end(tx, insert_account(tx, out)) : status;
}

enum status accounts_find(struct accounts *accounts, struct span name, struct account *out)
{
	struct account_row row;
	const enum status status = look_up(accounts, by_name, &name, &row);

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
	const enum status status = read_account(&row, columns);

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

static enum status run_by_text(struct tx *tx, const char *sql, const char *text)
{
	const struct cell value = cell_text(text);

	return tx_run(tx, sql, &value, 1, NULL);
}

/* Whatever of it opens a door: its sessions and its link. */
static enum status end_all_of(struct tx *tx, const char *id)
{
	static const char sessions[] = "DELETE FROM account_session WHERE account = $1";
	static const char links[] = "DELETE FROM account_link WHERE account = $1";
	const enum status status = run_by_text(tx, sessions, id);

	return status == STATUS_OK ? run_by_text(tx, links, id) : status;
}

/* Of one account, which is $1. STATUS_NOT_FOUND where there is none. */
static enum status change_one(struct tx *tx, const char *sql, const struct cell *values,
                              size_t count)
{
	size_t changed;
	const enum status status = tx_run(tx, sql, values, count, &changed);

	return status == STATUS_OK && changed == 0 ? STATUS_NOT_FOUND : status;
}

/* The same in a transaction of its own. */
static enum status change(struct accounts *accounts, const char *sql, const struct cell *values,
                          size_t count, bool ends_all)
{
	struct tx *tx;
	enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = change_one(tx, sql, values, count);
	if (status == STATUS_OK && ends_all)
		status = end_all_of(tx, cell_as_text(&values[0]));
	return tx_end(tx, status);
}

enum status accounts_set_roles(struct accounts *accounts, const char *id, unsigned roles)
{
	static const char sql[] = "UPDATE account SET roles = $2 WHERE id = $1";
	const struct cell values[] = { cell_text(id), cell_integer((int64_t)roles) };

	return change(accounts, sql, values, 2, false);
}

enum status accounts_disable(struct accounts *accounts, const char *id, bool disabled)
{
	static const char sql[] = "UPDATE account SET disabled = $2 WHERE id = $1";
	const struct cell values[] = { cell_text(id), cell_integer(disabled) };

	return change(accounts, sql, values, 2, true);
}

enum status accounts_remove(struct accounts *accounts, const char *id)
{
	static const char sql[] = "DELETE FROM account WHERE id = $1";
	const struct cell value = cell_text(id);

	return change(accounts, sql, &value, 1, true);
}

enum status accounts_reset_totp(struct accounts *accounts, const char *id)
{
	static const char sql[] =
	        "UPDATE account SET totp = NULL, totp_new = NULL, totp_used = 0 WHERE id = $1";
	const struct cell value = cell_text(id);

	return change(accounts, sql, &value, 1, true);
}

static enum status make_hash(const struct accounts *accounts, struct span password,
                             char text[PASSWORD_TEXT_SIZE])
{
	unsigned char salt[PASSWORD_SALT_BYTES];

	if (!accounts->settings.random(salt, sizeof(salt)))
		return STATUS_IO;
	return password_hash(password, &accounts->settings.cost, salt, text);
}

static const char set_password[] = "UPDATE account SET password = $2 WHERE id = $1";

enum status accounts_set_password(struct accounts *accounts, const char *id, struct span password)
{
	char hash[PASSWORD_TEXT_SIZE];
	const enum status status = make_hash(accounts, password, hash);
	const struct cell values[] = { cell_text(id), cell_text(hash) };

	return status == STATUS_OK ? change(accounts, set_password, values, 2, true) : status;
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
	enum status status = random_hex(accounts, TOKEN_BYTES, token);

	if (status == STATUS_OK)
		status = hash_token(token, hash);
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status != STATUS_OK)
		return status;
	status = find_by_id(tx, id, &row);
	if (status == STATUS_OK)
		status = run_by_text(tx, clear, id);
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

/* --- signing in --- */

/* Sessions that have ended and links that are too old. */
static enum status sweep(const struct accounts *accounts, struct tx *tx, int64_t now_ms)
{
	static const char sessions[] =
	        "DELETE FROM account_session WHERE since <= $1 OR seen <= $2";
	static const char links[] = "DELETE FROM account_link WHERE until <= $1";
	const struct cell ends[] = {
		cell_integer(now_ms - accounts->settings.longest_s * 1000),
		cell_integer(now_ms - accounts->settings.idle_s * 1000),
	};
	const struct cell now = cell_integer(now_ms);
	const enum status status = tx_run(tx, sessions, ends, 2, NULL);

	return status == STATUS_OK ? tx_run(tx, links, &now, 1, NULL) : status;
}

static enum status end_token(struct tx *tx, const char *token)
{
	static const char sql[] = "DELETE FROM account_session WHERE token = $1";
	char hash[DIGEST_HEX_SIZE];
	const enum status status = hash_token(token, hash);

	return status == STATUS_OK ? run_by_text(tx, sql, hash) : status;
}

/* A session that no request has named before: nobody can have chosen its token. */
static enum status begin_session(const struct accounts *accounts, struct tx *tx,
                                 const char *account, const struct sign_in_place *place,
                                 int64_t now_ms, char token[ACCOUNT_TOKEN_SIZE])
{
	static const char sql[] = "INSERT INTO account_session"
	                          " (token, id, account, since, seen, address, browser)"
	                          " VALUES ($1, $2, $3, $4, $4, $5, $6)";
	char hash[DIGEST_HEX_SIZE], id[ACCOUNT_SESSION_ID_SIZE];
	enum status status = sweep(accounts, tx, now_ms);

	if (status == STATUS_OK && place->former)
		status = end_token(tx, place->former);
	if (status == STATUS_OK)
		status = random_hex(accounts, TOKEN_BYTES, token);
	if (status == STATUS_OK)
		status = random_hex(accounts, SESSION_ID_BYTES, id);
	if (status == STATUS_OK)
		status = hash_token(token, hash);
	if (status != STATUS_OK)
		return status;
	const struct cell values[] = {
		cell_text(hash),
		cell_text(id),
		cell_text(account),
		cell_integer(now_ms),
		cell_text(place->address ? place->address : ""),
		cell_text(place->browser ? place->browser : ""),
	};

	return tx_run(tx, sql, values, sizeof(values) / sizeof(values[0]), NULL);
}

/* The code is used up by it, also where another process gets the same one at the same time. */
static enum status use_code(struct tx *tx, const struct account_row *row, const char *code,
                            int64_t now_ms, bool *fits)
{
	static const char sql[] =
	        "UPDATE account SET totp_used = $2 WHERE id = $1 AND totp_used < $2";
	unsigned char secret[TOTP_SECRET_BYTES];
	int64_t step = 0;
	size_t changed = 0;
	enum status status = STATUS_OK;

	*fits = totp_secret_read(row->totp, secret) &&
	        totp_accepts(secret, span_of(code), now_ms / 1000, row->totp_used, &step);
	explicit_bzero(secret, sizeof(secret));
	if (*fits) {
		const struct cell values[] = { cell_text(row->account.id), cell_integer(step) };

		status = tx_run(tx, sql, values, 2, &changed);
		*fits = changed == 1;
	}
	return status;
}

/* What was right when it was looked at still must be. */
static bool is_as_before(const struct account_row *now, const struct account_row *before)
{
	return !now->account.disabled && strcmp(now->password, before->password) == 0 &&
	       strcmp(now->totp, before->totp) == 0;
}

struct sign_in_attempt {
	const char *code; /* or NULL */
	const char *hash; /* to take the place of one of another cost, or NULL */
	const struct sign_in_place *place;
	int64_t now_ms;
	char *token;
};

static enum status finish_sign_in(const struct accounts *accounts, struct tx *tx,
                                  const struct account_row *before,
                                  const struct sign_in_attempt *attempt, enum sign_in *result)
{
	const char *id = before->account.id;
	struct account_row row;
	bool fits = true;
	enum status status = find_by_id(tx, id, &row);

	*result = SIGN_IN_REFUSED;
	if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !is_as_before(&row, before)))
		return STATUS_OK;
	if (status == STATUS_OK && row.account.has_totp)
		status = use_code(tx, &row, attempt->code, attempt->now_ms, &fits);
	explicit_bzero(&row, sizeof(row));
	if (status != STATUS_OK || !fits)
		return status;
	if (attempt->hash) {
		const struct cell values[] = { cell_text(id), cell_text(attempt->hash) };

		status = change_one(tx, set_password, values, 2);
	}
	if (status == STATUS_OK)
		status = begin_session(accounts, tx, id, attempt->place, attempt->now_ms,
		                       attempt->token);
	if (status == STATUS_OK)
		*result = SIGN_IN_DONE;
	return status;
}

/* Takes as long for one that has no password, and for none at all. */
static enum status check_password(const struct accounts *accounts, const struct account_row *row,
                                  struct span password, bool *fits)
{
	char hash[PASSWORD_TEXT_SIZE];
	enum status status;

	*fits = false;
	if (row->password[0])
		return password_verify(row->password, password, fits);
	status = make_hash(accounts, password, hash);
	return status;
}

enum status accounts_sign_in(struct accounts *accounts, struct span name, struct span password,
                             const char *code, const struct sign_in_place *place, int64_t now_ms,
                             enum sign_in *result, struct account *out,
                             char token[ACCOUNT_TOKEN_SIZE])
{
	struct sign_in_attempt attempt = { code, NULL, place, now_ms, token };
	char hash[PASSWORD_TEXT_SIZE];
	struct account_row row;
	struct tx *tx;
	bool fits;
	enum status status = look_up(accounts, by_name, &name, &row);

	*result = SIGN_IN_REFUSED;
	*out = (struct account){ 0 };
	if (status != STATUS_OK && status != STATUS_NOT_FOUND)
		return status;
	status = check_password(accounts, &row, password, &fits);
	if (status != STATUS_OK || !fits || row.account.disabled)
		goto cleanup;
	*out = row.account;
	if (row.account.has_totp && !code) {
		*result = SIGN_IN_CODE_NEEDED;
		goto cleanup;
	}
	if (!password_has_cost(row.password, &accounts->settings.cost)) {
		status = make_hash(accounts, password, hash);
		attempt.hash = hash;
	}
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, finish_sign_in(accounts, tx, &row, &attempt, result));
	if (status != STATUS_OK)
		*result = SIGN_IN_REFUSED;
cleanup:
	explicit_bzero(&row, sizeof(row));
	return status;
}

static enum status read_text(void *context, const struct cell *columns)
{
	copy_text(context, ACCOUNT_ID_SIZE, &columns[0]);
	return STATUS_OK;
}

/* Its account, whatever becomes of it: it is used up. "" where there is no such link. */
static enum status take_link(struct tx *tx, const char *link, int64_t now_ms,
                             char account[ACCOUNT_ID_SIZE])
{
	static const char find[] =
	        "SELECT account FROM account_link WHERE token = $1 AND until > $2";
	static const char take[] = "DELETE FROM account_link WHERE token = $1";
	char hash[DIGEST_HEX_SIZE];
	size_t taken = 0;
	enum status status = hash_token(link, hash);
	const struct cell values[] = { cell_text(hash), cell_integer(now_ms) };

	account[0] = '\0';
	if (status == STATUS_OK)
		status = tx_query(tx, find, values, 2, read_text, account, NULL);
	if (status == STATUS_OK)
		status = tx_run(tx, take, values, 1, &taken);
	if (taken == 0)
		account[0] = '\0';
	return status;
}

static enum status sign_in_by_link(const struct accounts *accounts, struct tx *tx, const char *link,
                                   const struct sign_in_attempt *attempt, enum sign_in *result,
                                   struct account *out)
{
	char id[ACCOUNT_ID_SIZE];
	struct account_row row;
	enum status status = take_link(tx, link, attempt->now_ms, id);

	if (status != STATUS_OK || id[0] == '\0')
		return status;
	status = find_by_id(tx, id, &row);
	if (status == STATUS_NOT_FOUND || (status == STATUS_OK && row.account.disabled))
		return STATUS_OK;
	if (status == STATUS_OK)
		status = begin_session(accounts, tx, id, attempt->place, attempt->now_ms,
		                       attempt->token);
	*out = row.account;
	explicit_bzero(&row, sizeof(row));
	if (status == STATUS_OK)
		*result = SIGN_IN_DONE;
	return status;
}

enum status accounts_sign_in_by_link(struct accounts *accounts, const char *link,
                                     const struct sign_in_place *place, int64_t now_ms,
                                     enum sign_in *result, struct account *out,
                                     char token[ACCOUNT_TOKEN_SIZE])
{
	const struct sign_in_attempt attempt = { NULL, NULL, place, now_ms, token };
	struct tx *tx;
	enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	*result = SIGN_IN_REFUSED;
	*out = (struct account){ 0 };
	if (status != STATUS_OK)
		return status;
	status = tx_end(tx, sign_in_by_link(accounts, tx, link, &attempt, result, out));
	if (status != STATUS_OK)
		*result = SIGN_IN_REFUSED;
	return status;
}

/* --- sessions --- */

#define SESSION_COLUMNS "s.id, s.since, s.seen, s.address, s.browser"
enum { SESSION_COLUMN_COUNT = 5 };

static void read_session(const struct cell *columns, struct account_session *session)
{
	copy_text(session->id, sizeof(session->id), &columns[0]);
	session->since_ms = cell_as_integer(&columns[1]);
	session->seen_ms = cell_as_integer(&columns[2]);
	copy_text(session->address, sizeof(session->address), &columns[3]);
	copy_text(session->browser, sizeof(session->browser), &columns[4]);
}

struct session_reading {
	struct account_session *session;
	char account[ACCOUNT_ID_SIZE];
};

static enum status read_session_of(void *context, const struct cell *columns)
{
	struct session_reading *reading = context;

	read_session(columns, reading->session);
	copy_text(reading->account, sizeof(reading->account), &columns[SESSION_COLUMN_COUNT]);
	return STATUS_OK;
}

int64_t accounts_idle_end(const struct accounts *accounts, const struct account_session *session)
{
	return session->seen_ms + accounts->settings.idle_s * 1000;
}

int64_t accounts_last_end(const struct accounts *accounts, const struct account_session *session)
{
	return session->since_ms + accounts->settings.longest_s * 1000;
}

static enum status find_session(const struct accounts *accounts, struct tx *tx, const char *hash,
                                int64_t now_ms, struct account *account,
                                struct account_session *session)
{
	static const char sql[] = "SELECT " SESSION_COLUMNS ", s.account FROM account_session s"
	                          " WHERE s.token = $1";
	struct session_reading reading = { .session = session };
	const struct cell value = cell_text(hash);
	struct account_row row;
	size_t seen;
	enum status status = tx_query(tx, sql, &value, 1, read_session_of, &reading, &seen);

	if (status != STATUS_OK)
		return status;
	if (seen == 0 || now_ms >= accounts_idle_end(accounts, session) ||
	    now_ms >= accounts_last_end(accounts, session))
		return STATUS_NOT_FOUND;
	status = find_by_id(tx, reading.account, &row);
	*account = row.account;
	explicit_bzero(&row, sizeof(row));
	return status == STATUS_OK && account->disabled ? STATUS_NOT_FOUND : status;
}

/* One that has ended meanwhile is not begun again by it. */
static enum status note_seen(struct accounts *accounts, const char *hash, int64_t now_ms)
{
	static const char sql[] = "UPDATE account_session SET seen = $2 WHERE token = $1";
	const struct cell values[] = { cell_text(hash), cell_integer(now_ms) };

	return change(accounts, sql, values, 2, false);
}

enum status accounts_session(struct accounts *accounts, const char *token, bool active,
                             int64_t now_ms, struct account *account,
                             struct account_session *session)
{
	const int64_t rest_ms = accounts->settings.idle_s * 1000 / SEEN_WRITES;
	char hash[DIGEST_HEX_SIZE];
	struct tx *tx;
	enum status status = hash_token(token, hash);

	*account = (struct account){ 0 };
	*session = (struct account_session){ 0 };
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_READ, &tx);
	if (status != STATUS_OK)
		return status;
	status = find_session(accounts, tx, hash, now_ms, account, session);
	tx_rollback(tx);
	if (status != STATUS_OK || !active || now_ms - session->seen_ms < rest_ms)
		return status;
	session->seen_ms = now_ms;
	return note_seen(accounts, hash, now_ms);
}

struct session_listing {
	enum status (*visit)(void *context, const struct account_session *session);
	void *context;
};

static enum status list_session(void *context, const struct cell *columns)
{
	const struct session_listing *listing = context;
	struct account_session session;

	read_session(columns, &session);
	return listing->visit(listing->context, &session);
}

enum status accounts_sessions(struct accounts *accounts, const char *account, int64_t now_ms,
                              enum status (*visit)(void *context,
                                                   const struct account_session *session),
                              void *context)
{
	static const char sql[] = "SELECT " SESSION_COLUMNS " FROM account_session s"
	                          " WHERE s.account = $1 AND s.since > $2 AND s.seen > $3"
	                          " ORDER BY s.since DESC, s.id";
	const struct cell values[] = {
		cell_text(account),
		cell_integer(now_ms - accounts->settings.longest_s * 1000),
		cell_integer(now_ms - accounts->settings.idle_s * 1000),
	};
	struct session_listing listing = { visit, context };
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	return tx_end(tx, tx_query(tx, sql, values, 3, list_session, &listing, NULL));
}

enum status accounts_end_session(struct accounts *accounts, const char *account,
                                 const char *session)
{
	static const char sql[] = "DELETE FROM account_session WHERE account = $1 AND id = $2";
	const struct cell values[] = { cell_text(account), cell_text(session) };

	return change(accounts, sql, values, 2, false);
}

enum status accounts_sign_out(struct accounts *accounts, const char *token)
{
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	return status == STATUS_OK ? tx_end(tx, end_token(tx, token)) : status;
}

/* --- what somebody changes of their own account --- */

/* The session of `token` goes on under another one; every other of the account ends. */
static enum status rotate(const struct accounts *accounts, struct tx *tx, const char *id,
                          const char *token, char new_token[ACCOUNT_TOKEN_SIZE])
{
	static const char end[] = "DELETE FROM account_session WHERE account = $1 AND token <> $2";
	static const char rename[] =
	        "UPDATE account_session SET token = $3 WHERE account = $1 AND token = $2";
	static const char links[] = "DELETE FROM account_link WHERE account = $1";
	char old[DIGEST_HEX_SIZE], new[DIGEST_HEX_SIZE];
	enum status status = random_hex(accounts, TOKEN_BYTES, new_token);

	if (status == STATUS_OK)
		status = hash_token(token, old);
	if (status == STATUS_OK)
		status = hash_token(new_token, new);
	if (status != STATUS_OK)
		return status;
	const struct cell values[] = { cell_text(id), cell_text(old), cell_text(new) };

	status = tx_run(tx, end, values, 2, NULL);
	if (status == STATUS_OK)
		status = run_by_text(tx, links, id);
	return status == STATUS_OK ? change_one(tx, rename, values, 3) : status;
}

static enum status finish_change(const struct accounts *accounts, struct tx *tx, const char *id,
                                 const struct account_row *before, const char *hash,
                                 const char *token, char new_token[ACCOUNT_TOKEN_SIZE])
{
	const struct cell values[] = { cell_text(id), cell_text(hash) };
	struct account_row row;
	enum status status = find_by_id(tx, id, &row);

	if (status == STATUS_OK && !is_as_before(&row, before))
		status = STATUS_BUSY;
	explicit_bzero(&row, sizeof(row));
	if (status == STATUS_OK)
		status = change_one(tx, set_password, values, 2);
	return status == STATUS_OK ? rotate(accounts, tx, id, token, new_token) : status;
}

enum status accounts_change_password(struct accounts *accounts, const char *id, struct span present,
                                     struct span password, const char *token, bool *fits,
                                     char new_token[ACCOUNT_TOKEN_SIZE])
{
	char hash[PASSWORD_TEXT_SIZE];
	struct account_row row;
	struct tx *tx;
	enum status status = look_up(accounts, by_id, id, &row);

	*fits = false;
	if (status == STATUS_OK && row.password[0])
		status = password_verify(row.password, present, fits);
	else
		*fits = true;
	if (status != STATUS_OK || !*fits)
		goto cleanup;
	status = make_hash(accounts, password, hash);
	if (status == STATUS_OK)
		status = store_begin(accounts->store, TX_WRITE, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, finish_change(accounts, tx, id, &row, hash, token, new_token));
cleanup:
	explicit_bzero(&row, sizeof(row));
	return status;
}

enum status accounts_begin_totp(struct accounts *accounts, const char *id,
                                char secret[TOTP_SECRET_SIZE])
{
	static const char sql[] =
	        "UPDATE account SET totp_new = $2, totp_used = 0 WHERE id = $1 AND totp IS NULL";
	unsigned char bytes[TOTP_SECRET_BYTES];
	enum status status;

	if (!accounts->settings.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	totp_secret_write(bytes, secret);
	explicit_bzero(bytes, sizeof(bytes));
	const struct cell values[] = { cell_text(id), cell_text(secret) };

	status = change(accounts, sql, values, 2, false);
	return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
}

static enum status confirm_totp(struct tx *tx, const char *id, const char *code, int64_t now_ms,
                                bool *fits)
{
	static const char sql[] = "UPDATE account SET totp = totp_new, totp_new = NULL"
	                          " WHERE id = $1";
	struct account_row row;
	enum status status = find_by_id(tx, id, &row);
	const struct cell value = cell_text(id);

	if (status == STATUS_OK && row.totp_new[0] && !row.account.has_totp) {
		memcpy(row.totp, row.totp_new, sizeof(row.totp));
		status = use_code(tx, &row, code, now_ms, fits);
	}
	explicit_bzero(&row, sizeof(row));
	return status == STATUS_OK && *fits ? change_one(tx, sql, &value, 1) : status;
}

static enum status remove_totp(struct tx *tx, const char *id, const char *code, int64_t now_ms,
                               bool *fits)
{
	static const char sql[] = "UPDATE account SET totp = NULL, totp_new = NULL WHERE id = $1";
	struct account_row row;
	enum status status = find_by_id(tx, id, &row);
	const struct cell value = cell_text(id);

	if (status == STATUS_OK && row.account.has_totp)
		status = use_code(tx, &row, code, now_ms, fits);
	explicit_bzero(&row, sizeof(row));
	return status == STATUS_OK && *fits ? change_one(tx, sql, &value, 1) : status;
}

enum status accounts_confirm_totp(struct accounts *accounts, const char *id, const char *code,
                                  int64_t now_ms, bool *fits)
{
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	*fits = false;
	return status == STATUS_OK ? tx_end(tx, confirm_totp(tx, id, code, now_ms, fits)) : status;
}

enum status accounts_remove_totp(struct accounts *accounts, const char *id, const char *code,
                                 int64_t now_ms, bool *fits)
{
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	*fits = false;
	return status == STATUS_OK ? tx_end(tx, remove_totp(tx, id, code, now_ms, fits)) : status;
}
