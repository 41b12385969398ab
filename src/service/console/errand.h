/*
 * Errand: an ask of the console on its way, through the loop and the jobs, to its answer. What the
 * files of the console share: console.c moves it on, errand_run.c is what jobs do of it,
 * errand_gate.c counts guesses, errand_person.c is about a person's record, errand_tell.c answers.
 *
 * One thread has an errand at a time: a job's while it runs, else the loop's.
 */
#ifndef DAYI_SERVICE_ERRAND_H
#define DAYI_SERVICE_ERRAND_H

#include "office/groups/group_rows.h"
#include "office/identity/account_locks.h"
#include "office/identity/may.h"
#include "service/chats.h"
#include "service/console/console.h"
#include "service/state.h"

struct asking;
struct desk;
struct writing;
struct receipt_view;
struct bulletin_view;
struct today;

enum {
	ACCOUNT_LANES = 2,
	PASSWORD_LANES = 2, /* hashes at once: each takes the memory of its cost */
	LANES = ACCOUNT_LANES + PASSWORD_LANES,
	SESSIONS_TOLD = 64,
	FACT_BYTES = 1024,
	CODE_SIZE = 33,
	WHY_BYTES = AUDIT_TEXT_BYTES + 1,
};

struct console {
	struct console_settings settings;
	struct accounts *lanes[LANES]; /* of each thread of the two classes, once it was used */
	struct audit *audit;
};

/* What holds of every ask of a kind. */
struct errand_rule {
	bool session;        /* it needs one, */
	enum action action;  /* in which this may be done, */
	bool changes;        /* and the session's CSRF token */
	bool active;         /* it counts as something done: the session is no longer idle */
	const char *audited; /* or NULL */
};

/* Static. */
const struct errand_rule *errand_rule(enum console_kind kind);

/* An ask on its way. Its secrets are overwritten when it ends. */
struct errand {
	struct job job;
	struct service *service;
	enum console_kind kind;
	enum job_class class; /* of the step under way */
	struct return_address from;

	char token[ACCOUNT_TOKEN_SIZE], csrf[DIGEST_HEX_SIZE];
	unsigned char origin[ORIGIN_BYTES];
	size_t origin_len;
	char address[ACCOUNT_PLACE_SIZE];
	const char *browser;
	bool has_token, has_code;
	char name[ACCOUNT_NAME_SIZE];
	char password[PASSWORD_BYTES_MOST + 1], new_password[PASSWORD_BYTES_MOST + 1];
	char code[CODE_SIZE];
	char link[ACCOUNT_TOKEN_SIZE];
	char session_id[ACCOUNT_SESSION_ID_SIZE];
	char query[CONSOLE_QUERY_BYTES + 1];
	char entry[CONSOLE_ENTRY_BYTES + 1];
	char receipt[RECEIPT_SIZE];
	enum person_by by;
	bool has_value;
	char value[PERSON_VALUE_SIZE], company[PERSON_VALUE_SIZE];
	char reason[PERSON_REASON_SIZE]; /* masked, once it may go on */
	char fact[QUESTION_FACT_SIZE], field[PERSON_FIELD_SIZE];
	char whom[RECORD_ID_SIZE]; /* whose record it is: for the audit */
	char revealed[FACT_BYTES];
	char chat[DIGEST_HEX_SIZE]; /* CONSOLE_TYPING */
	char channel[GROUP_NAME_SIZE];
	bool on;
	struct office_notice notice;

	struct account_attempt attempt; /* what is counted of it as a failure, until it was none */

	/* What came of it. */
	enum refusal refusal;
	struct account account;
	struct account_session session;
	char new_token[ACCOUNT_TOKEN_SIZE];
	char secret[TOTP_SECRET_SIZE];
	struct console_session sessions[SESSIONS_TOLD];
	size_t session_count;
	struct receipt_view *found;     /* CONSOLE_RECEIPT */
	struct today *today;            /* CONSOLE_TODAY */
	struct bulletin_view *bulletin; /* CONSOLE_CHANNELS and the next three */
	struct desk *desk;              /* about chats */
	struct writing *writing;        /* about drafts */
	struct asking *asking;          /* CONSOLE_ASKED */
	struct chats_watch watch;       /* CONSOLE_EVENTS, while nothing happens */
	bool unwritten;                 /* the latest turns could not be written yet */
	int64_t began_us;               /* when it came */
	uint64_t changes;               /* before it was read */
};

/*
 * A copy of the ask. REFUSAL_BAD_MEMBER where something has no room, which the channel should have
 * seen; REFUSAL_NO_RECEIPT, REFUSAL_INTERNAL. Owned by the caller.
 */
MUST_CHECK enum refusal errand_create(struct errand **out, struct service *service,
                                      const struct console_ask *ask);
/* Its secrets are overwritten. Takes NULL. */
void errand_destroy(struct errand *errand);

struct console *errand_console(const struct errand *errand);

/* What the audit has beside who and what. */
void errand_write_why(const struct errand *errand, char why[WHY_BYTES]);

/* Leaves of such a text the reason that was given; one without is as it was. In place. */
void errand_cut_reason(char *why);

bool errand_is_of_channels(enum console_kind kind);

bool errand_is_of_chats(enum console_kind kind);

bool errand_is_of_me(enum console_kind kind);

bool errand_is_of_drafts(enum console_kind kind);

/* What the knowledge in use tells: no second job. */
bool errand_is_look_up(const struct errand *errand);

bool errand_is_of_person(const struct errand *errand);

#endif
