#include "office/identity/accounts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "database.h"
#include "office/identity/may.h"

enum { IDLE_S = 600, LONGEST_S = 3600, LINK_S = 60 };

/* 2026-11-30T00:00:00Z */
static const int64_t now_ms = INT64_C(1795996800000);
static const struct sign_in_place place = { "127.0.0.1", "Chrome", NULL };

#define NAME     "王<b>晓"
#define PASSWORD "correct horse"

struct fixture {
	void *database; /* of database.h */
	char key[PATH_SIZE * 2];
	struct accounts *accounts;
	struct account account;
};

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static struct accounts *open_accounts(const struct fixture *fixture, int64_t passes)
{
	const struct accounts_settings settings = {
		.store = { .url = ((const struct database *)fixture->database)->url,
		           .busy_ms = 5000 },
		.key_file = fixture->key,
		.cost = { .memory_mib = 1, .passes = passes },
		.idle_s = IDLE_S,
		.longest_s = LONGEST_S,
		.link_s = LINK_S,
		.random = random_bytes,
	};
	char problem[STORE_PROBLEM_SIZE];
	struct accounts *accounts;

	assert_int_equal(accounts_open(&accounts, &settings, problem), STATUS_OK);
	return accounts;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->database = *state;
	assert_int_equal(database_begin(&fixture->database), 0);
	snprintf(fixture->key, sizeof(fixture->key), "%s/console.key",
	         ((const struct database *)fixture->database)->scratch.folder);
	fixture->accounts = open_accounts(fixture, 1);
	assert_int_equal(accounts_add(fixture->accounts, span_of(NAME), ROLE_OPERATOR, now_ms,
	                              &fixture->account),
	                 STATUS_OK);
	assert_int_equal(
	        accounts_set_password(fixture->accounts, fixture->account.id, span_of(PASSWORD)),
	        STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int failed;

	accounts_close(fixture->accounts);
	failed = database_end(&fixture->database);
	free(fixture);
	return failed;
}

static enum sign_in sign_in(struct fixture *fixture, const char *name, const char *password,
                            const char *code, int64_t at_ms, char token[ACCOUNT_TOKEN_SIZE])
{
	enum sign_in result;
	struct account who;

	assert_int_equal(accounts_sign_in(fixture->accounts, span_of(name), span_of(password), code,
	                                  &place, at_ms, &result, &who, token),
	                 STATUS_OK);
	return result;
}

static bool holds(struct fixture *fixture, const char *token, int64_t at_ms)
{
	struct account_session session;
	struct account account;
	const enum status status =
	        accounts_session(fixture->accounts, token, false, at_ms, &account, &session);

	assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
	return status == STATUS_OK;
}

static void signed_in(struct fixture *fixture, char token[ACCOUNT_TOKEN_SIZE])
{
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, now_ms, token), SIGN_IN_DONE);
}

static void name_and_password_begin_a_session(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE], other[ACCOUNT_TOKEN_SIZE];
	struct account_session session;
	struct account account;

	signed_in(fixture, token);
	assert_int_equal(
	        accounts_session(fixture->accounts, token, false, now_ms, &account, &session),
	        STATUS_OK);
	assert_string_equal(account.name, NAME);
	assert_int_equal(account.roles, ROLE_OPERATOR);
	assert_string_equal(session.address, "127.0.0.1");
	assert_string_equal(session.browser, "Chrome");
	assert_int_equal(accounts_idle_end(fixture->accounts, &session), now_ms + IDLE_S * 1000);
	assert_int_equal(accounts_last_end(fixture->accounts, &session), now_ms + LONGEST_S * 1000);
	signed_in(fixture, other);
	assert_string_not_equal(token, other);
}

static void a_wrong_password_and_an_unknown_name_are_refused_alike(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE];

	assert_int_equal(sign_in(fixture, NAME, "correct house", NULL, now_ms, token),
	                 SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, NAME, "", NULL, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, "nobody", PASSWORD, NULL, now_ms, token),
	                 SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, "' OR 1=1 --", PASSWORD, NULL, now_ms, token),
	                 SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, "", PASSWORD, NULL, now_ms, token), SIGN_IN_REFUSED);
}

static void an_account_without_a_password_has_none_that_fits(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE];
	struct account account;

	assert_int_equal(
	        accounts_add(fixture->accounts, span_of("li"), ROLE_EDITOR, now_ms, &account),
	        STATUS_OK);
	assert_int_equal(sign_in(fixture, "li", "", NULL, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, "li", PASSWORD, NULL, now_ms, token), SIGN_IN_REFUSED);
}

static void names_are_told_apart_in_any_case(void **state)
{
	struct fixture *fixture = *state;
	struct account account;

	assert_int_equal(
	        accounts_add(fixture->accounts, span_of("Li Ming"), ROLE_EDITOR, now_ms, &account),
	        STATUS_OK);
	assert_int_equal(
	        accounts_add(fixture->accounts, span_of("li ming"), ROLE_EDITOR, now_ms, &account),
	        STATUS_INVALID);
	assert_int_equal(accounts_find(fixture->accounts, span_of("LI MING"), &account), STATUS_OK);
	assert_string_equal(account.name, "Li Ming");
	assert_int_equal(accounts_find(fixture->accounts, span_of("Li"), &account),
	                 STATUS_NOT_FOUND);
}

static void a_name_has_no_control_characters_and_64_bytes_at_most(void **state)
{
	static const char longest[] =
	        "0123456789012345678901234567890123456789012345678901234567890123";
	static const char *const unfit[] = { "", " a", "a ", "a\nb", "a\x7f", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++)
		assert_false(account_name_is_fit(span_of(unfit[i])));
	assert_true(account_name_is_fit(span_of(longest)));
	assert_false(account_name_is_fit((struct span){ longest, sizeof(longest) }));
	assert_true(account_name_is_fit(span_of("<script>alert(1)</script>")));
}

static void a_session_ends_when_it_is_idle(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE];

	signed_in(fixture, token);
	assert_true(holds(fixture, token, now_ms + IDLE_S * 1000 - 1));
	assert_false(holds(fixture, token, now_ms + IDLE_S * 1000));
}

static void what_is_done_keeps_it_from_being_idle_but_not_for_ever(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE];
	struct account_session session;
	struct account account;
	int64_t at_ms = now_ms;

	signed_in(fixture, token);
	for (; at_ms < now_ms + LONGEST_S * 1000; at_ms += IDLE_S * 500)
		assert_int_equal(
		        accounts_session(fixture->accounts, token, true, at_ms, &account, &session),
		        STATUS_OK);
	assert_false(holds(fixture, token, now_ms + LONGEST_S * 1000));
	/* It goes on for the sweep of the next sign-in, which does not bring it back. */
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, at_ms, token), SIGN_IN_DONE);
	assert_true(holds(fixture, token, at_ms));
}

/* As an app reads the secret: base32 (RFC 4648). */
static void read_secret(const char *text, unsigned char secret[TOTP_SECRET_BYTES])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	size_t held = 0, out = 0;

	assert_int_equal(strlen(text), TOTP_SECRET_SIZE - 1);
	for (; *text; text++) {
		const char *digit = strchr(digits, *text);

		assert_non_null(digit);
		bits = bits << 5 | (uint32_t)(digit - digits);
		held += 5;
		if (held >= 8) {
			held -= 8;
			secret[out++] = (unsigned char)(bits >> held);
		}
	}
}

static void nothing_that_opens_a_door_can_be_read_in_the_store(void **state)
{
	struct fixture *fixture = *state;
	const struct database *database = fixture->database;
	char token[ACCOUNT_TOKEN_SIZE], link[ACCOUNT_TOKEN_SIZE], path[PATH_SIZE * 2];
	char secret[TOTP_SECRET_SIZE];
	unsigned char raw[TOTP_SECRET_BYTES];
	const char *const endings[] = { "", "-wal" };
	struct buf content;

	signed_in(fixture, token);
	assert_int_equal(accounts_make_link(fixture->accounts, fixture->account.id, now_ms, link),
	                 STATUS_OK);
	assert_int_equal(accounts_begin_totp(fixture->accounts, fixture->account.id, secret),
	                 STATUS_OK);
	read_secret(secret, raw);
	accounts_close(fixture->accounts);
	fixture->accounts = NULL;
	buf_init(&content, 16 * 1024 * 1024);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s%s", database->file, endings[i]);
		if (file_kind(path) == FILE_REGULAR)
			assert_int_equal(file_read(path, &content), STATUS_OK);
	}
	assert_true(memmem(content.ptr, content.len, NAME, strlen(NAME)) != NULL);
	assert_null(memmem(content.ptr, content.len, token, strlen(token)));
	assert_null(memmem(content.ptr, content.len, link, strlen(link)));
	assert_null(memmem(content.ptr, content.len, PASSWORD, strlen(PASSWORD)));
	assert_null(memmem(content.ptr, content.len, secret, strlen(secret)));
	assert_null(memmem(content.ptr, content.len, raw, sizeof(raw)));
	buf_deinit(&content);
}

static void signing_in_again_ends_the_session_that_the_browser_had(void **state)
{
	struct fixture *fixture = *state;
	char first[ACCOUNT_TOKEN_SIZE], second[ACCOUNT_TOKEN_SIZE];
	const struct sign_in_place again = { "127.0.0.1", "Chrome", first };
	enum sign_in result;
	struct account who;

	signed_in(fixture, first);
	assert_int_equal(accounts_sign_in(fixture->accounts, span_of(NAME), span_of(PASSWORD), NULL,
	                                  &again, now_ms, &result, &who, second),
	                 STATUS_OK);
	assert_int_equal(result, SIGN_IN_DONE);
	assert_false(holds(fixture, first, now_ms));
	assert_true(holds(fixture, second, now_ms));
}

static void a_token_that_was_never_given_out_opens_nothing(void **state)
{
	struct fixture *fixture = *state;
	const char chosen[] = "0000000000000000000000000000000000000000000000000000000000000000";
	const struct sign_in_place with = { "127.0.0.1", "", chosen };
	char token[ACCOUNT_TOKEN_SIZE];
	enum sign_in result;
	struct account who;

	assert_int_equal(accounts_sign_in(fixture->accounts, span_of(NAME), span_of(PASSWORD), NULL,
	                                  &with, now_ms, &result, &who, token),
	                 STATUS_OK);
	assert_int_equal(result, SIGN_IN_DONE);
	assert_string_not_equal(token, chosen);
	assert_false(holds(fixture, chosen, now_ms));
}

static enum sign_in use_link(struct fixture *fixture, const char *link, int64_t at_ms,
                             char token[ACCOUNT_TOKEN_SIZE])
{
	enum sign_in result;
	struct account who;

	assert_int_equal(accounts_sign_in_by_link(fixture->accounts, link, &place, at_ms, &result,
	                                          &who, token),
	                 STATUS_OK);
	return result;
}

static void a_link_signs_in_once_and_not_for_long(void **state)
{
	struct fixture *fixture = *state;
	char link[ACCOUNT_TOKEN_SIZE], older[ACCOUNT_TOKEN_SIZE], token[ACCOUNT_TOKEN_SIZE];
	const char *id = fixture->account.id;

	assert_int_equal(accounts_make_link(fixture->accounts, id, now_ms, older), STATUS_OK);
	assert_int_equal(accounts_make_link(fixture->accounts, id, now_ms, link), STATUS_OK);
	assert_int_equal(use_link(fixture, older, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(use_link(fixture, link, now_ms + LINK_S * 1000 - 1, token), SIGN_IN_DONE);
	assert_true(holds(fixture, token, now_ms + LINK_S * 1000));
	assert_int_equal(use_link(fixture, link, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(accounts_make_link(fixture->accounts, id, now_ms, link), STATUS_OK);
	assert_int_equal(use_link(fixture, link, now_ms + LINK_S * 1000, token), SIGN_IN_REFUSED);
	assert_int_equal(use_link(fixture, "", now_ms, token), SIGN_IN_REFUSED);
}

static void a_disabled_account_has_no_session_and_gets_none(void **state)
{
	struct fixture *fixture = *state;
	char before[ACCOUNT_TOKEN_SIZE], token[ACCOUNT_TOKEN_SIZE], link[ACCOUNT_TOKEN_SIZE];
	const char *id = fixture->account.id;

	signed_in(fixture, before);
	assert_int_equal(accounts_make_link(fixture->accounts, id, now_ms, link), STATUS_OK);
	assert_int_equal(accounts_disable(fixture->accounts, id, true), STATUS_OK);
	assert_false(holds(fixture, before, now_ms));
	assert_int_equal(use_link(fixture, link, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(accounts_make_link(fixture->accounts, id, now_ms, link), STATUS_OK);
	assert_int_equal(use_link(fixture, link, now_ms, token), SIGN_IN_REFUSED);
	assert_int_equal(accounts_disable(fixture->accounts, id, false), STATUS_OK);
	assert_false(holds(fixture, before, now_ms)); /* it has ended for good */
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, now_ms, token), SIGN_IN_DONE);
}

static void a_removed_account_is_gone_and_so_are_its_sessions(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE];
	struct account account;

	signed_in(fixture, token);
	assert_int_equal(accounts_remove(fixture->accounts, fixture->account.id), STATUS_OK);
	assert_false(holds(fixture, token, now_ms));
	assert_int_equal(accounts_find(fixture->accounts, span_of(NAME), &account),
	                 STATUS_NOT_FOUND);
	assert_int_equal(accounts_remove(fixture->accounts, fixture->account.id), STATUS_NOT_FOUND);
}

static void new_roles_count_at_once(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE];
	struct account_session session;
	struct account account;

	signed_in(fixture, token);
	assert_int_equal(accounts_set_roles(fixture->accounts, fixture->account.id, ROLE_REVIEWER),
	                 STATUS_OK);
	assert_int_equal(
	        accounts_session(fixture->accounts, token, false, now_ms, &account, &session),
	        STATUS_OK);
	assert_int_equal(account.roles, ROLE_REVIEWER);
}

/* The code of a secret at a time, as an app has it. */
static void code_of(const char *secret, int64_t at_ms, char code[TOTP_DIGITS + 1])
{
	unsigned char bytes[TOTP_SECRET_BYTES];
	uint32_t value;

	read_secret(secret, bytes);
	assert_int_equal(totp_value(bytes, at_ms / 1000 / TOTP_STEP_S, &value), STATUS_OK);
	snprintf(code, TOTP_DIGITS + 1, "%06u", (unsigned)(value % 1000000));
}

static void set_up_totp(struct fixture *fixture, char secret[TOTP_SECRET_SIZE])
{
	const char *id = fixture->account.id;
	char code[TOTP_DIGITS + 1];
	bool fits;

	assert_int_equal(accounts_begin_totp(fixture->accounts, id, secret), STATUS_OK);
	code_of(secret, now_ms - 30000, code);
	assert_int_equal(accounts_confirm_totp(fixture->accounts, id, code, now_ms, &fits),
	                 STATUS_OK);
	assert_true(fits);
}

static void a_second_step_is_asked_for_once_it_is_confirmed(void **state)
{
	struct fixture *fixture = *state;
	char secret[TOTP_SECRET_SIZE], token[ACCOUNT_TOKEN_SIZE], code[TOTP_DIGITS + 1];
	const char *id = fixture->account.id;
	bool fits;

	assert_int_equal(accounts_begin_totp(fixture->accounts, id, secret), STATUS_OK);
	signed_in(fixture, token);
	assert_int_equal(accounts_confirm_totp(fixture->accounts, id, "x", now_ms, &fits),
	                 STATUS_OK);
	assert_false(fits);
	signed_in(fixture, token);
	set_up_totp(fixture, secret);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, now_ms, token),
	                 SIGN_IN_CODE_NEEDED);
	assert_int_equal(sign_in(fixture, NAME, "correct house", NULL, now_ms, token),
	                 SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, "", now_ms, token), SIGN_IN_REFUSED);
	code_of(secret, now_ms, code);
	assert_int_equal(sign_in(fixture, NAME, "correct house", code, now_ms, token),
	                 SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, code, now_ms, token), SIGN_IN_DONE);
	assert_int_equal(accounts_begin_totp(fixture->accounts, id, secret), STATUS_INVALID);
}

static void a_code_counts_once(void **state)
{
	struct fixture *fixture = *state;
	char secret[TOTP_SECRET_SIZE], token[ACCOUNT_TOKEN_SIZE], code[TOTP_DIGITS + 1];

	set_up_totp(fixture, secret);
	/* That of the confirmation, too. */
	code_of(secret, now_ms - 30000, code);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, code, now_ms, token), SIGN_IN_REFUSED);
	code_of(secret, now_ms, code);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, code, now_ms, token), SIGN_IN_DONE);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, code, now_ms, token), SIGN_IN_REFUSED);
}

static void without_the_key_a_second_step_is_an_error_until_it_is_reset(void **state)
{
	struct fixture *fixture = *state;
	char secret[TOTP_SECRET_SIZE], token[ACCOUNT_TOKEN_SIZE], code[TOTP_DIGITS + 1];
	enum sign_in result;
	struct account who;

	set_up_totp(fixture, secret);
	accounts_close(fixture->accounts);
	unlink(fixture->key);
	fixture->accounts = open_accounts(fixture, 1);
	code_of(secret, now_ms, code);
	assert_int_equal(accounts_sign_in(fixture->accounts, span_of(NAME), span_of(PASSWORD), code,
	                                  &place, now_ms, &result, &who, token),
	                 STATUS_INVALID);
	assert_int_equal(result, SIGN_IN_REFUSED);
	assert_int_equal(accounts_reset_totp(fixture->accounts, fixture->account.id), STATUS_OK);
	signed_in(fixture, token);
}

static void a_second_step_is_removed_with_a_code_or_by_an_administrator(void **state)
{
	struct fixture *fixture = *state;
	char secret[TOTP_SECRET_SIZE], token[ACCOUNT_TOKEN_SIZE], code[TOTP_DIGITS + 1];
	const char *id = fixture->account.id;
	bool fits;

	set_up_totp(fixture, secret);
	assert_int_equal(accounts_remove_totp(fixture->accounts, id, "000000", now_ms, &fits),
	                 STATUS_OK);
	code_of(secret, now_ms, code);
	if (strcmp(code, "000000") != 0)
		assert_false(fits);
	assert_int_equal(accounts_remove_totp(fixture->accounts, id, code, now_ms, &fits),
	                 STATUS_OK);
	assert_true(fits);
	signed_in(fixture, token);
	/* The code is used; the next secret has others. */
	set_up_totp(fixture, secret);
	assert_int_equal(accounts_reset_totp(fixture->accounts, id), STATUS_OK);
	assert_false(holds(fixture, token, now_ms));
	signed_in(fixture, token);
}

static void a_new_password_ends_every_other_session(void **state)
{
	struct fixture *fixture = *state;
	char own[ACCOUNT_TOKEN_SIZE], other[ACCOUNT_TOKEN_SIZE], new[ACCOUNT_TOKEN_SIZE];
	const char *id = fixture->account.id;
	bool fits;

	signed_in(fixture, own);
	signed_in(fixture, other);
	assert_int_equal(accounts_change_password(fixture->accounts, id, span_of("correct house"),
	                                          span_of("battery staple"), own, &fits, new),
	                 STATUS_OK);
	assert_false(fits);
	assert_true(holds(fixture, own, now_ms));
	assert_int_equal(accounts_change_password(fixture->accounts, id, span_of(PASSWORD),
	                                          span_of("battery staple"), own, &fits, new),
	                 STATUS_OK);
	assert_true(fits);
	assert_false(holds(fixture, own, now_ms));
	assert_false(holds(fixture, other, now_ms));
	assert_true(holds(fixture, new, now_ms));
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, now_ms, own), SIGN_IN_REFUSED);
	assert_int_equal(sign_in(fixture, NAME, "battery staple", NULL, now_ms, own), SIGN_IN_DONE);
}

static void a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(void **state)
{
	struct fixture *fixture = *state;
	char token[ACCOUNT_TOKEN_SIZE], hash[256];

	accounts_close(fixture->accounts);
	fixture->accounts = open_accounts(fixture, 2);
	signed_in(fixture, token);
	database_ask(fixture->database, "SELECT password FROM account", hash, sizeof(hash));
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=1024,t=2,p=1$", 30), 0);
	signed_in(fixture, token);
}

struct seen {
	size_t count;
	char first[ACCOUNT_SESSION_ID_SIZE];
};

static enum status see(void *context, const struct account_session *session)
{
	struct seen *seen = context;

	if (seen->count++ == 0)
		memcpy(seen->first, session->id, sizeof(seen->first));
	return STATUS_OK;
}

static void sessions_are_ended_by_their_own_account_only(void **state)
{
	struct fixture *fixture = *state;
	const char *id = fixture->account.id;
	char first[ACCOUNT_TOKEN_SIZE], second[ACCOUNT_TOKEN_SIZE];
	struct seen seen = { 0 };
	struct account other;

	signed_in(fixture, first);
	assert_int_equal(sign_in(fixture, NAME, PASSWORD, NULL, now_ms + 1, second), SIGN_IN_DONE);
	assert_int_equal(
	        accounts_add(fixture->accounts, span_of("li"), ROLE_ADMINISTRATOR, now_ms, &other),
	        STATUS_OK);
	assert_int_equal(accounts_sessions(fixture->accounts, id, now_ms + 1, see, &seen),
	                 STATUS_OK);
	assert_int_equal(seen.count, 2);
	assert_int_equal(accounts_end_session(fixture->accounts, other.id, seen.first),
	                 STATUS_NOT_FOUND);
	assert_true(holds(fixture, second, now_ms + 1));
	assert_int_equal(accounts_end_session(fixture->accounts, id, seen.first), STATUS_OK);
	assert_false(holds(fixture, second, now_ms + 1));
	assert_true(holds(fixture, first, now_ms + 1));
}

static void the_token_of_a_form_is_that_of_its_session(void **state)
{
	char one[DIGEST_HEX_SIZE], same[DIGEST_HEX_SIZE], other[DIGEST_HEX_SIZE];

	(void)state;
	assert_int_equal(account_csrf("a", one), STATUS_OK);
	assert_int_equal(account_csrf("a", same), STATUS_OK);
	assert_int_equal(account_csrf("b", other), STATUS_OK);
	assert_string_equal(one, same);
	assert_string_not_equal(one, other);
}

#define WITH_ACCOUNT(test_, where_)                                                                \
	{                                                                                          \
		.name = #test_ where_, .test_func = (test_), .setup_func = set_up,                 \
		.teardown_func = tear_down                                                         \
	}
#define IN_SQLITE(test_)   WITH_ACCOUNT(test_, " (SQLite)")
#define IN_POSTGRES(test_) WITH_ACCOUNT(test_, " (PostgreSQL)")

#define OVER_BOTH(over_)                                                                           \
	over_(name_and_password_begin_a_session),                                                  \
	        over_(a_wrong_password_and_an_unknown_name_are_refused_alike),                     \
	        over_(an_account_without_a_password_has_none_that_fits),                           \
	        over_(names_are_told_apart_in_any_case), over_(a_session_ends_when_it_is_idle),    \
	        over_(what_is_done_keeps_it_from_being_idle_but_not_for_ever),                     \
	        over_(signing_in_again_ends_the_session_that_the_browser_had),                     \
	        over_(a_token_that_was_never_given_out_opens_nothing),                             \
	        over_(a_link_signs_in_once_and_not_for_long),                                      \
	        over_(a_disabled_account_has_no_session_and_gets_none),                            \
	        over_(a_removed_account_is_gone_and_so_are_its_sessions),                          \
	        over_(new_roles_count_at_once),                                                    \
	        over_(a_second_step_is_asked_for_once_it_is_confirmed), over_(a_code_counts_once), \
	        over_(without_the_key_a_second_step_is_an_error_until_it_is_reset),                \
	        over_(a_second_step_is_removed_with_a_code_or_by_an_administrator),                \
	        over_(a_new_password_ends_every_other_session),                                    \
	        over_(a_hash_of_another_cost_is_made_anew_at_the_next_sign_in),                    \
	        over_(sessions_are_ended_by_their_own_account_only)

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		OVER_BOTH(IN_SQLITE),
		IN_SQLITE(nothing_that_opens_a_door_can_be_read_in_the_store),
		cmocka_unit_test(a_name_has_no_control_characters_and_64_bytes_at_most),
		cmocka_unit_test(the_token_of_a_form_is_that_of_its_session),
	};
	const struct CMUnitTest postgres[] = { OVER_BOTH(IN_POSTGRES) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}
