#include "office/identity/account_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"

static const char schema[] = "CREATE TABLE account ("
                             " id TEXT PRIMARY KEY,"
                             " folded TEXT NOT NULL UNIQUE," /* the name in lower case */
                             " name TEXT NOT NULL,"
                             " roles INTEGER NOT NULL,"
                             " disabled INTEGER NOT NULL,"
                             " password TEXT," /* its hash; NULL: none was set */
                             " totp BLOB,"     /* sealed secret of the second step, or NULL */
                             " totp_new BLOB," /* one that was not confirmed yet, or NULL */
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

static const char locks[] = "CREATE TABLE account_lock ("
                            " who TEXT PRIMARY KEY," /* keyed hash */
                            " failures INTEGER NOT NULL,"
                            " failed_at INTEGER NOT NULL,"
                            " until INTEGER NOT NULL) STRICT;"
                            "CREATE INDEX account_lock_failed ON account_lock (failed_at);";

static const char *const steps[] = { schema, locks };

const struct store_schema accounts_schema = {
	.table = "account",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
};

const char account_set_password[] = "UPDATE account SET password = $2 WHERE id = $1";

static const char about_totp[] = "totp";

enum status account_random_hex(const struct accounts *accounts, size_t count, char *hex)
{
	unsigned char bytes[ACCOUNT_TOKEN_BYTES];

	if (!accounts->settings.random(bytes, count))
		return STATUS_IO;
	hex_write(bytes, count, hex);
	explicit_bzero(bytes, sizeof(bytes));
	return STATUS_OK;
}

/* A token has 256 random bits: its hash needs no salt, and cannot be guessed back. */
enum status account_hash_token(const char *token, char hash[DIGEST_HEX_SIZE])
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

void account_copy_text(char *to, size_t size, const struct cell *cell)
{
	const struct span text = cell_as_span(cell);

	snprintf(to, size, "%.*s", SPAN_ARGS(text));
}

/* A value longer than any of ours is not ours, and opens nothing. */
static void copy_sealed(struct sealed *to, const struct cell *cell)
{
	const struct span bytes = cell_as_span(cell);

	to->len = bytes.len < sizeof(to->bytes) ? bytes.len : sizeof(to->bytes);
	memcpy(to->bytes, bytes.ptr, to->len);
}

enum status account_row_read(void *context, const struct cell *columns)
{
	struct account_row *row = context;
	struct account *account = &row->account;

	account_copy_text(account->id, sizeof(account->id), &columns[0]);
	account_copy_text(account->name, sizeof(account->name), &columns[1]);
	account->roles = (unsigned)cell_as_integer(&columns[2]);
	account->disabled = cell_as_integer(&columns[3]) != 0;
	account_copy_text(row->password, sizeof(row->password), &columns[4]);
	copy_sealed(&row->totp, &columns[5]);
	copy_sealed(&row->totp_new, &columns[6]);
	row->totp_used = cell_as_integer(&columns[7]);
	account->made_ms = cell_as_integer(&columns[8]);
	account->has_password = row->password[0] != '\0';
	account->has_totp = row->totp.len > 0;
	return STATUS_OK;
}

static enum status find_row(struct tx *tx, const char *sql, struct span value,
                            struct account_row *row)
{
	const struct cell cell = cell_span(value);
	size_t seen;
	enum status status;

	*row = (struct account_row){ 0 };
	status = tx_query(tx, sql, &cell, 1, account_row_read, row, &seen);
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status account_find_by_id(struct tx *tx, const char *id, struct account_row *row)
{
	static const char sql[] = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = $1";

	return find_row(tx, sql, span_of(id), row);
}

void account_fold(struct span name, char folded[ACCOUNT_NAME_SIZE])
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
	account_fold(name, folded);
	return find_row(tx, sql, span_of(folded), row);
}

enum status account_look_up(struct accounts *accounts, account_finder find, const void *by,
                            struct account_row *row)
{
	struct tx *tx;
	enum status status = store_begin(accounts->store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = find(tx, by, row);
	/* A missing row is no failure of the transaction. */
	if (status == STATUS_NOT_FOUND) {
		tx_rollback(tx);
		return status;
	}
	return tx_end(tx, status);
}

enum status account_by_name(struct tx *tx, const void *name, struct account_row *row)
{
	return find_by_name(tx, *(const struct span *)name, row);
}

enum status account_by_id(struct tx *tx, const void *id, struct account_row *row)
{
	return account_find_by_id(tx, id, row);
}

enum status account_run_by_text(struct tx *tx, const char *sql, const char *text)
{
	const struct cell value = cell_text(text);

	return tx_run(tx, sql, &value, 1, NULL);
}

/* Whatever of it opens a door: its sessions and its link. */
static enum status end_all_of(struct tx *tx, const char *id)
{
	static const char sessions[] = "DELETE FROM account_session WHERE account = $1";
	static const char links[] = "DELETE FROM account_link WHERE account = $1";
	const enum status status = account_run_by_text(tx, sessions, id);

	return status == STATUS_OK ? account_run_by_text(tx, links, id) : status;
}

enum status account_change_one(struct tx *tx, const char *sql, const struct cell *values,
                               size_t count)
{
	size_t changed;
	const enum status status = tx_run(tx, sql, values, count, &changed);

	return status == STATUS_OK && changed == 0 ? STATUS_NOT_FOUND : status;
}

enum status account_change(struct accounts *accounts, const char *sql, const struct cell *values,
                           size_t count, bool ends_all)
{
	struct tx *tx;
	enum status status = store_begin(accounts->store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = account_change_one(tx, sql, values, count);
	if (status == STATUS_OK && ends_all)
		status = end_all_of(tx, cell_as_text(&values[0]));
	return tx_end(tx, status);
}

enum status account_make_hash(const struct accounts *accounts, struct span password,
                              char text[PASSWORD_TEXT_SIZE])
{
	unsigned char salt[PASSWORD_SALT_BYTES];

	if (!accounts->settings.random(salt, sizeof(salt)))
		return STATUS_IO;
	return password_hash(password, &accounts->settings.cost, salt, text);
}

enum status account_seal_secret(const struct accounts *accounts, const char *id,
                                const unsigned char secret[TOTP_SECRET_BYTES], struct sealed *out)
{
	const struct span bytes = { (const char *)secret, TOTP_SECRET_BYTES };
	struct buf sealed;
	enum status status;

	buf_init(&sealed, ACCOUNT_SEALED_BYTES + 1);
	status = seal_close(accounts->seal, span_of(id), span_of(about_totp), bytes, &sealed);
	if (status == STATUS_OK) {
		out->len = sealed.len;
		memcpy(out->bytes, sealed.ptr, sealed.len);
	}
	buf_deinit(&sealed);
	return status;
}

enum status account_open_secret(const struct accounts *accounts, const char *id,
                                const struct sealed *sealed,
                                unsigned char secret[TOTP_SECRET_BYTES])
{
	const struct span bytes = { (const char *)sealed->bytes, sealed->len };
	struct buf opened;
	enum status status;

	buf_init(&opened, ACCOUNT_SEALED_BYTES);
	status = seal_open(accounts->seal, span_of(id), span_of(about_totp), bytes, &opened);
	if (status == STATUS_OK && opened.len != TOTP_SECRET_BYTES)
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		memcpy(secret, opened.ptr, TOTP_SECRET_BYTES);
	if (opened.ptr)
		explicit_bzero(opened.ptr, opened.len);
	buf_deinit(&opened);
	return status;
}
