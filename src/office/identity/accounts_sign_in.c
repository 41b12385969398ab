/*
 * How it works: accounts.c tells. A password is looked at outside of any transaction, for its hash
 * takes long; what is written then, is written only if the account is still as it was read.
 */
#include "office/identity/accounts.h"

#include <string.h>

#include "office/identity/account_rows.h"

enum { SEEN_WRITES = 10, SESSION_ID_BYTES = 8 };

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
	const enum status status = account_hash_token(token, hash);

	return status == STATUS_OK ? account_run_by_text(tx, sql, hash) : status;
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
		status = account_random_hex(accounts, ACCOUNT_TOKEN_BYTES, token);
	if (status == STATUS_OK)
		status = account_random_hex(accounts, SESSION_ID_BYTES, id);
	if (status == STATUS_OK)
		status = account_hash_token(token, hash);
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
static enum status use_code(const struct accounts *accounts, struct tx *tx,
                            const struct account_row *row, const struct sealed *sealed,
                            const char *code, int64_t now_ms, bool *fits)
{
	static const char sql[] =
	        "UPDATE account SET totp_used = $2 WHERE id = $1 AND totp_used < $2";
	const char *id = row->account.id;
	unsigned char secret[TOTP_SECRET_BYTES];
	int64_t step = 0;
	size_t changed = 0;
	enum status status = account_open_secret(accounts, id, sealed, secret);

	*fits = status == STATUS_OK &&
	        totp_accepts(secret, span_of(code), now_ms / 1000, row->totp_used, &step);
	explicit_bzero(secret, sizeof(secret));
	if (*fits) {
		const struct cell values[] = { cell_text(id), cell_integer(step) };

		status = tx_run(tx, sql, values, 2, &changed);
		*fits = changed == 1;
	}
	return status;
}

static bool same_sealed(const struct sealed *one, const struct sealed *other)
{
	return one->len == other->len && memcmp(one->bytes, other->bytes, one->len) == 0;
}

/* It must still be right: time has passed since it was checked. */
static bool is_as_before(const struct account_row *now, const struct account_row *before)
{
	return !now->account.disabled && strcmp(now->password, before->password) == 0 &&
	       same_sealed(&now->totp, &before->totp);
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
	enum status status = account_find_by_id(tx, id, &row);

	*result = SIGN_IN_REFUSED;
	if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !is_as_before(&row, before)))
		return STATUS_OK;
	if (status == STATUS_OK && row.account.has_totp)
		status = use_code(accounts, tx, &row, &row.totp, attempt->code, attempt->now_ms,
		                  &fits);
	explicit_bzero(&row, sizeof(row));
	if (status != STATUS_OK || !fits)
		return status;
	if (attempt->hash) {
		const struct cell values[] = { cell_text(id), cell_text(attempt->hash) };

		status = account_change_one(tx, account_set_password, values, 2);
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
	status = account_make_hash(accounts, password, hash);
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
	enum status status = account_look_up(accounts, account_by_name, &name, &row);

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
		status = account_make_hash(accounts, password, hash);
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
	account_copy_text(context, ACCOUNT_ID_SIZE, &columns[0]);
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
	enum status status = account_hash_token(link, hash);
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
	status = account_find_by_id(tx, id, &row);
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
	account_copy_text(session->id, sizeof(session->id), &columns[0]);
	session->since_ms = cell_as_integer(&columns[1]);
	session->seen_ms = cell_as_integer(&columns[2]);
	account_copy_text(session->address, sizeof(session->address), &columns[3]);
	account_copy_text(session->browser, sizeof(session->browser), &columns[4]);
}

struct session_reading {
	struct account_session *session;
	char account[ACCOUNT_ID_SIZE];
};

static enum status read_session_of(void *context, const struct cell *columns)
{
	struct session_reading *reading = context;

	read_session(columns, reading->session);
	account_copy_text(reading->account, sizeof(reading->account),
	                  &columns[SESSION_COLUMN_COUNT]);
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
	status = account_find_by_id(tx, reading.account, &row);
	*account = row.account;
	explicit_bzero(&row, sizeof(row));
	return status == STATUS_OK && account->disabled ? STATUS_NOT_FOUND : status;
}

/* One that has ended meanwhile is not begun again by it. */
static enum status note_seen(struct accounts *accounts, const char *hash, int64_t now_ms)
{
	static const char sql[] = "UPDATE account_session SET seen = $2 WHERE token = $1";
	const struct cell values[] = { cell_text(hash), cell_integer(now_ms) };

	return account_change(accounts, sql, values, 2, false);
}

enum status accounts_session(struct accounts *accounts, const char *token, bool active,
                             int64_t now_ms, struct account *account,
                             struct account_session *session)
{
	const int64_t rest_ms = accounts->settings.idle_s * 1000 / SEEN_WRITES;
	char hash[DIGEST_HEX_SIZE];
	struct tx *tx;
	enum status status = account_hash_token(token, hash);

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

	return account_change(accounts, sql, values, 2, false);
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
	enum status status = account_random_hex(accounts, ACCOUNT_TOKEN_BYTES, new_token);

	if (status == STATUS_OK)
		status = account_hash_token(token, old);
	if (status == STATUS_OK)
		status = account_hash_token(new_token, new);
	if (status != STATUS_OK)
		return status;
	const struct cell values[] = { cell_text(id), cell_text(old), cell_text(new) };

	status = tx_run(tx, end, values, 2, NULL);
	if (status == STATUS_OK)
		status = account_run_by_text(tx, links, id);
	return status == STATUS_OK ? account_change_one(tx, rename, values, 3) : status;
}

static enum status finish_change(const struct accounts *accounts, struct tx *tx, const char *id,
                                 const struct account_row *before, const char *hash,
                                 const char *token, char new_token[ACCOUNT_TOKEN_SIZE])
{
	const struct cell values[] = { cell_text(id), cell_text(hash) };
	struct account_row row;
	enum status status = account_find_by_id(tx, id, &row);

	if (status == STATUS_OK && !is_as_before(&row, before))
		status = STATUS_BUSY;
	explicit_bzero(&row, sizeof(row));
	if (status == STATUS_OK)
		status = account_change_one(tx, account_set_password, values, 2);
	return status == STATUS_OK ? rotate(accounts, tx, id, token, new_token) : status;
}

enum status accounts_change_password(struct accounts *accounts, const char *id, struct span present,
                                     struct span password, const char *token, bool *fits,
                                     char new_token[ACCOUNT_TOKEN_SIZE])
{
	char hash[PASSWORD_TEXT_SIZE];
	struct account_row row;
	struct tx *tx;
	enum status status = account_look_up(accounts, account_by_id, id, &row);

	*fits = false;
	if (status == STATUS_OK && row.password[0])
		status = password_verify(row.password, present, fits);
	else
		*fits = true;
	if (status != STATUS_OK || !*fits)
		goto cleanup;
	status = account_make_hash(accounts, password, hash);
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
	struct sealed sealed;
	enum status status;

	if (!accounts->settings.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	totp_secret_write(bytes, secret);
	status = account_seal_secret(accounts, id, bytes, &sealed);
	explicit_bzero(bytes, sizeof(bytes));
	if (status == STATUS_OK) {
		const struct cell values[] = {
			cell_text(id),
			cell_bytes((struct span){ (const char *)sealed.bytes, sealed.len }),
		};

		status = account_change(accounts, sql, values, 2, false);
	}
	return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
}

static enum status confirm_totp(const struct accounts *accounts, struct tx *tx, const char *id,
                                const char *code, int64_t now_ms, bool *fits)
{
	static const char sql[] = "UPDATE account SET totp = totp_new, totp_new = NULL"
	                          " WHERE id = $1";
	struct account_row row;
	enum status status = account_find_by_id(tx, id, &row);
	const struct cell value = cell_text(id);

	if (status == STATUS_OK && row.totp_new.len > 0 && !row.account.has_totp)
		status = use_code(accounts, tx, &row, &row.totp_new, code, now_ms, fits);
	explicit_bzero(&row, sizeof(row));
	return status == STATUS_OK && *fits ? account_change_one(tx, sql, &value, 1) : status;
}

static enum status remove_totp(const struct accounts *accounts, struct tx *tx, const char *id,
                               const char *code, int64_t now_ms, bool *fits)
{
	static const char sql[] = "UPDATE account SET totp = NULL, totp_new = NULL WHERE id = $1";
	struct account_row row;
	enum status status = account_find_by_id(tx, id, &row);
	const struct cell value = cell_text(id);

	if (status == STATUS_OK && row.account.has_totp)
		status = use_code(accounts, tx, &row, &row.totp, code, now_ms, fits);
	explicit_bzero(&row, sizeof(row));
	return status == STATUS_OK && *fits ? account_change_one(tx, sql, &value, 1) : status;
}

enum status accounts_confirm_totp(struct accounts *accounts, const char *id, const char *code,
                                  int64_t now_ms, bool *fits)
{
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	*fits = false;
	if (status != STATUS_OK)
		return status;
	return tx_end(tx, confirm_totp(accounts, tx, id, code, now_ms, fits));
}

enum status accounts_remove_totp(struct accounts *accounts, const char *id, const char *code,
                                 int64_t now_ms, bool *fits)
{
	struct tx *tx;
	const enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	*fits = false;
	if (status != STATUS_OK)
		return status;
	return tx_end(tx, remove_totp(accounts, tx, id, code, now_ms, fits));
}
