/*
 * Accounts: who may sign in to the console, with which roles, and the sessions that they have.
 *
 * Of everything that opens a door (passwords, session tokens, sign-in links) only a hash is kept;
 * the secret of a second step, which has to be known to be of use, is sealed. Names are told apart
 * in any case of ASCII letters. Who may do what is may.h's.
 *
 * A handle is one connection to the store and for one thread at a time; several handles, and
 * several processes, may work on one store. Everything here waits for the store, and what takes a
 * password for its hash as well: for jobs. Times are milliseconds since 1970, UTC.
 */
#ifndef DAYI_IDENTITY_ACCOUNTS_H
#define DAYI_IDENTITY_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/span.h"
#include "base/status.h"
#include "office/identity/password.h"
#include "office/identity/totp.h"
#include "store/store.h"

struct accounts;

enum {
	ACCOUNT_ID_SIZE = 33,
	ACCOUNT_NAME_SIZE = 65,
	ACCOUNT_TOKEN_SIZE = 65, /* 32 random bytes as hex */
	ACCOUNT_SESSION_ID_SIZE = 17,
	ACCOUNT_PLACE_SIZE = 64,
};

struct accounts_settings {
	struct store_settings store;
	const char *key_file; /* of the seals, made when missing; every process needs the same */
	struct password_cost cost;
	int64_t idle_s;    /* a session without anything done ends after it */
	int64_t longest_s; /* and in any case after it */
	int64_t link_s;    /* how long a sign-in link can be used */
	/* Random bytes; false where there are none. Any thread. */
	bool (*random)(void *bytes, size_t len);
};

/*
 * Makes the store and the key when they are missing. Errors and `problem` as store_open();
 * STATUS_INVALID for a key that is too short.
 */
MUST_CHECK enum status accounts_open(struct accounts **out,
                                     const struct accounts_settings *settings,
                                     char problem[STORE_PROBLEM_SIZE]);

/* Takes NULL. */
void accounts_close(struct accounts *accounts);

/* --- accounts --- */

struct account {
	char id[ACCOUNT_ID_SIZE];
	char name[ACCOUNT_NAME_SIZE]; /* as it was made */
	unsigned roles;               /* of may.h */
	bool disabled;
	bool has_password, has_totp;
	int64_t made_ms;
};

/*
 * 1 to 64 bytes of UTF-8 without control characters, and no blank at either end. It is shown as
 * text wherever it is shown: any other character may be in it.
 */
bool account_name_is_fit(struct span name);

/* STATUS_INVALID when there is one of that name, or the name is not fit. */
MUST_CHECK enum status accounts_add(struct accounts *accounts, struct span name, unsigned roles,
                                    int64_t now_ms, struct account *out);

/* STATUS_NOT_FOUND. */
MUST_CHECK enum status accounts_find(struct accounts *accounts, struct span name,
                                     struct account *out);

/* By name. Anything but STATUS_OK of `visit` ends it, and is returned. */
MUST_CHECK enum status accounts_list(struct accounts *accounts,
                                     enum status (*visit)(void *context,
                                                          const struct account *account),
                                     void *context);

/* Its sessions and links end where they could do what it may no more: at all of these but
 * accounts_set_roles(), whose new roles count at once in every session. STATUS_NOT_FOUND. */
MUST_CHECK enum status accounts_set_roles(struct accounts *accounts, const char *id,
                                          unsigned roles);
MUST_CHECK enum status accounts_disable(struct accounts *accounts, const char *id, bool disabled);
MUST_CHECK enum status accounts_remove(struct accounts *accounts, const char *id);
MUST_CHECK enum status accounts_set_password(struct accounts *accounts, const char *id,
                                             struct span password);
MUST_CHECK enum status accounts_reset_totp(struct accounts *accounts, const char *id);

/* A token that signs in once. Only one of an account counts: the last. */
MUST_CHECK enum status accounts_make_link(struct accounts *accounts, const char *id, int64_t now_ms,
                                          char token[ACCOUNT_TOKEN_SIZE]);

/* --- signing in --- */

/* Where a session begins, and which one it takes the place of. Borrowed. */
struct sign_in_place {
	const char *address, *browser;
	const char *former; /* token of the session that the browser had, or NULL: it ends */
};

enum sign_in {
	SIGN_IN_DONE,
	SIGN_IN_REFUSED,     /* which of name, password and code is wrong is not told */
	SIGN_IN_CODE_NEEDED, /* the password is right; nothing was begun */
};

/*
 * `code` is NULL where none was given. *out is set, and `token` to that of the new session, when
 * *result is SIGN_IN_DONE; *out also where the password was right. An unknown name takes as long
 * as a wrong password. A code counts once, over all processes. STATUS_INVALID: the secret of the
 * second step was sealed with another key; only accounts_reset_totp() helps.
 */
MUST_CHECK enum status accounts_sign_in(struct accounts *accounts, struct span name,
                                        struct span password, const char *code,
                                        const struct sign_in_place *place, int64_t now_ms,
                                        enum sign_in *result, struct account *out,
                                        char token[ACCOUNT_TOKEN_SIZE]);

/* Uses the link up. SIGN_IN_REFUSED: it is unknown, too old, used, or the account is disabled. */
MUST_CHECK enum status accounts_sign_in_by_link(struct accounts *accounts, const char *link,
                                                const struct sign_in_place *place, int64_t now_ms,
                                                enum sign_in *result, struct account *out,
                                                char token[ACCOUNT_TOKEN_SIZE]);

/* --- sessions --- */

struct account_session {
	char id[ACCOUNT_SESSION_ID_SIZE]; /* names it; opens nothing */
	int64_t since_ms, seen_ms;
	char address[ACCOUNT_PLACE_SIZE], browser[ACCOUNT_PLACE_SIZE];
};

/*
 * The session of that token and its account, as they are now. `active`: something is done, so that
 * it is idle anew. STATUS_NOT_FOUND where there is none, it has ended, or the account is disabled.
 */
MUST_CHECK enum status accounts_session(struct accounts *accounts, const char *token, bool active,
                                        int64_t now_ms, struct account *account,
                                        struct account_session *session);

/* One that there is none of, or none any more, is fine. */
MUST_CHECK enum status accounts_sign_out(struct accounts *accounts, const char *token);

/* When it ends if nothing is done, and in any case. */
int64_t accounts_idle_end(const struct accounts *accounts, const struct account_session *session);
int64_t accounts_last_end(const struct accounts *accounts, const struct account_session *session);

/* Those of an account that have not ended, the latest first. */
MUST_CHECK enum status accounts_sessions(
        struct accounts *accounts, const char *account, int64_t now_ms,
        enum status (*visit)(void *context, const struct account_session *session), void *context);

/* Of that account only: STATUS_NOT_FOUND for one of another. */
MUST_CHECK enum status accounts_end_session(struct accounts *accounts, const char *account,
                                            const char *session);

/* --- what somebody changes of their own account --- */

/*
 * Every other session of the account ends, and that of `token` gets another one, `new_token`.
 * *fits: whether `present` is the present password; it is not asked for where there is none.
 */
MUST_CHECK enum status accounts_change_password(struct accounts *accounts, const char *id,
                                                struct span present, struct span password,
                                                const char *token, bool *fits,
                                                char new_token[ACCOUNT_TOKEN_SIZE]);

/* A secret that counts once it was confirmed. STATUS_INVALID where one counts already. */
MUST_CHECK enum status accounts_begin_totp(struct accounts *accounts, const char *id,
                                           char secret[TOTP_SECRET_SIZE]);
MUST_CHECK enum status accounts_confirm_totp(struct accounts *accounts, const char *id,
                                             const char *code, int64_t now_ms, bool *fits);
MUST_CHECK enum status accounts_remove_totp(struct accounts *accounts, const char *id,
                                            const char *code, int64_t now_ms, bool *fits);

/* What requests of the session must show to change something: a keyed hash of its token. */
MUST_CHECK enum status account_csrf(const char *token, char csrf[DIGEST_HEX_SIZE]);

#endif
