/*
 * Account rows: what the files of the accounts share: their tables, how a row is read and changed,
 * and what is kept of tokens and secrets. Private to them; accounts.c tells how they work.
 */
#ifndef DAYI_IDENTITY_ACCOUNT_ROWS_H
#define DAYI_IDENTITY_ACCOUNT_ROWS_H

#include "base/seal.h"
#include "office/identity/accounts.h"

enum { ACCOUNT_TOKEN_BYTES = 32, ACCOUNT_SEALED_BYTES = TOTP_SECRET_BYTES + SEAL_BYTES };

struct accounts {
	struct accounts_settings settings;
	struct store *store;
	struct seal *seal;              /* of secrets */
	char lock_key[DIGEST_HEX_SIZE]; /* secret of what locks are counted under */
};

/* The secret of a second step as it is stored; len 0: there is none. */
struct sealed {
	unsigned char bytes[ACCOUNT_SEALED_BYTES];
	size_t len;
};

/* All of an account. Overwrite it when it is done with. */
struct account_row {
	struct account account;
	char password[PASSWORD_TEXT_SIZE]; /* "": none */
	struct sealed totp, totp_new;
	int64_t totp_used;
};

extern const struct store_schema accounts_schema;

/* Of a row of these columns; the visitor's context is a struct account_row. */
#define ACCOUNT_COLUMNS "id, name, roles, disabled, password, totp, totp_new, totp_used, made_at"
MUST_CHECK enum status account_row_read(void *context, const struct cell *columns);

/* In lower case, as names are compared. */
void account_fold(struct span name, char folded[ACCOUNT_NAME_SIZE]);

/* STATUS_NOT_FOUND, and *row all zero, where there is none. */
MUST_CHECK enum status account_find_by_id(struct tx *tx, const char *id, struct account_row *row);

/* The same in a transaction of its own: account_by_id() takes an id, account_by_name() a span. */
typedef enum status (*account_finder)(struct tx *tx, const void *by, struct account_row *row);
MUST_CHECK enum status account_by_id(struct tx *tx, const void *id, struct account_row *row);
MUST_CHECK enum status account_by_name(struct tx *tx, const void *name, struct account_row *row);
MUST_CHECK enum status account_look_up(struct accounts *accounts, account_finder find,
                                       const void *by, struct account_row *row);

/* Changes what `sql` says, of which $1 is an id. STATUS_NOT_FOUND where it changes nothing. */
MUST_CHECK enum status account_change_one(struct tx *tx, const char *sql, const struct cell *values,
                                          size_t count);

/* The same in a transaction of its own; `ends_all`: of the account with that id. */
MUST_CHECK enum status account_change(struct accounts *accounts, const char *sql,
                                      const struct cell *values, size_t count, bool ends_all);

/* Runs it with the text as $1, whatever that changes. */
MUST_CHECK enum status account_run_by_text(struct tx *tx, const char *sql, const char *text);

/* $1 is an id, $2 a hash. */
extern const char account_set_password[];

MUST_CHECK enum status account_make_hash(const struct accounts *accounts, struct span password,
                                         char text[PASSWORD_TEXT_SIZE]);

/* `count` random bytes, ACCOUNT_TOKEN_BYTES at most, as hex. */
MUST_CHECK enum status account_random_hex(const struct accounts *accounts, size_t count, char *hex);

/* What is kept of a token. */
MUST_CHECK enum status account_hash_token(const char *token, char hash[DIGEST_HEX_SIZE]);

/* Bound to the account: that of another one does not open under its id. */
MUST_CHECK enum status account_seal_secret(const struct accounts *accounts, const char *id,
                                           const unsigned char secret[TOTP_SECRET_BYTES],
                                           struct sealed *out);
MUST_CHECK enum status account_open_secret(const struct accounts *accounts, const char *id,
                                           const struct sealed *sealed,
                                           unsigned char secret[TOTP_SECRET_BYTES]);

/* Cut to the size. */
void account_copy_text(char *to, size_t size, const struct cell *cell);

#endif
