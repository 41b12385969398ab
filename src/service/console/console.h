/*
 * Console: what operators do there, whatever channel it comes by: sign in and out, see and change
 * their own account, look things up. Who may do what is may()'s alone.
 *
 * Everything reaches the accounts in jobs. Passwords are hashed in a class of their own, of which
 * few run at once. Every sign-in, failed or not, and every change is a row of the audit; what
 * cannot be audited is not answered with success, and a sign-in is undone.
 */
#ifndef DAYI_SERVICE_CONSOLE_H
#define DAYI_SERVICE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "office/handover/handover.h"
#include "office/identity/accounts.h"
#include "run/jobs.h"
#include "service/console/asking.h"
#include "service/console/authoring.h"
#include "service/console/person.h"
#include "service/console_settings.h"
#include "service/message.h"

struct service;
struct knowledge;
struct lookup_answer;
struct receipt_view;
struct lookup_entry;
struct bulletin_view;
struct today;

enum { CONSOLE_QUERY_BYTES = 1024, CONSOLE_ENTRY_BYTES = 128 };
enum { CONSOLE_SAY_BYTES = 4096, CONSOLE_CURSORS_MOST = 64 };

/* The last event of a chat that a page has. */
struct console_cursor {
	char chat[DIGEST_HEX_SIZE];
	int64_t n;
};

enum console_kind {
	CONSOLE_SIGN_IN,
	CONSOLE_SIGN_IN_BY_LINK,
	CONSOLE_SIGN_OUT,
	CONSOLE_ME,
	CONSOLE_WHO, /* the same, or that nobody is signed in: no refusal */
	CONSOLE_SESSIONS,
	CONSOLE_END_SESSION,
	CONSOLE_PASSWORD,
	CONSOLE_TOTP_BEGIN,
	CONSOLE_TOTP_CONFIRM,
	CONSOLE_TOTP_REMOVE,
	CONSOLE_LOOK_UP,
	CONSOLE_SHOW, /* an entry */
	CONSOLE_RECEIPT,
	CONSOLE_PERSON, /* reads a record */
	CONSOLE_PERSON_SAID,
	CONSOLE_PERSON_REVEAL,
	CONSOLE_TODAY,
	CONSOLE_TYPING,   /* in a chat that they hold */
	CONSOLE_CHANNELS, /* how they stand, and the notice */
	CONSOLE_SWITCH,
	CONSOLE_NOTICE,     /* is put up */
	CONSOLE_NOTICE_END, /* is taken down */
	CONSOLE_QUEUE,      /* of chats, and those that they hold */
	CONSOLE_TAKE,
	CONSOLE_SAY,
	CONSOLE_HAND_BACK,
	CONSOLE_CLOSE,
	CONSOLE_BEAT,
	CONSOLE_TRANSCRIPT,
	CONSOLE_COLLEAGUES, /* on duty */
	CONSOLE_CALL_BACKS,
	CONSOLE_CALL_NUMBER, /* of one of them */
	CONSOLE_CALL_CLOSE,
	CONSOLE_EVENTS,
	CONSOLE_AUTHORING, /* every entry, with its draft */
	CONSOLE_FORM,
	CONSOLE_HISTORY,
	CONSOLE_SAVE,
	CONSOLE_DELETE,
	CONSOLE_DISCARD,
	CONSOLE_CHECK,
	CONSOLE_PREVIEW,
	CONSOLE_TRY, /* rules, on records */
	CONSOLE_DRAFT_GATE,
	CONSOLE_REPLAY,
	CONSOLE_REPLAYED,
	CONSOLE_SUBMIT,
	CONSOLE_DECIDE,
	CONSOLE_PUBLISH,
	CONSOLE_ROLL_BACK,
	CONSOLE_VERSION, /* what rolling back to it would change */
	CONSOLE_VERSIONS,
	CONSOLE_IMPORT_LOOK,
	CONSOLE_IMPORT_TAKE,
	CONSOLE_EXPORT,
	CONSOLE_SUGGEST, /* looks for alternates in what people asked */
	CONSOLE_SUGGESTED,
	CONSOLE_SUGGEST_TAKE,
	CONSOLE_SUGGEST_DISMISS, /* they are not wanted, by nobody in the office */
	CONSOLE_SUGGEST_RESTORE, /* all that were dismissed */
	CONSOLE_LINKS,           /* asks for them */
	CONSOLE_STALE,           /* what is to be looked at again */
	CONSOLE_ASKED,           /* what people asked */
	CONSOLE_KIND_COUNT,
};

/*
 * What an operator asks for. Borrowed for the call. A text that a kind needs is NULL where it was
 * not given, and none is longer than its place in accounts.h.
 */
struct console_ask {
	enum console_kind kind;
	struct return_address from;
	const char *token;   /* of the session that the browser has, or NULL */
	const char *csrf;    /* that came beside it, or NULL */
	struct span origin;  /* whom failures are counted by, such as an IP address */
	const char *address; /* the same, to be shown */
	const char *browser; /* static, or NULL where it is not known */

	const char *name, *password, *code; /* to sign in; also the present password, and a code */
	const char *link;                   /* token of a sign-in link */
	const char *session;                /* id of the one to be ended */
	const char *new_password;
	const char *query;
	const char *entry;   /* its id */
	const char *receipt; /* as it was typed */
	/* Of a person: see person.h. */
	enum person_by by;
	const char *value; /* that it is found by; what the caller says, NULL takes it back */
	const char *company;
	const char *reason;
	const char *fact, *field;

	const char *channel; /* CONSOLE_SWITCH */
	bool on;
	const char *notice; /* CONSOLE_NOTICE */
	int64_t from_ms, until_ms;

	const char *chat; /* its conversation, as the queue names it; the next ones are of it */
	int64_t epoch;
	const char *ref, *text;               /* to be said */
	enum handover_kind to;                /* CONSOLE_HAND_BACK */
	const char *colleague, *outcome;      /* their name; what came of the case */
	const struct console_cursor *cursors; /* CONSOLE_EVENTS */
	size_t cursor_count;
	int64_t waiting; /* CONSOLE_EVENTS: chats in the queue that the page knows of, or -1 */
	struct asking_ask asked;        /* CONSOLE_ASKED */
	struct authoring_ask authoring; /* from CONSOLE_AUTHORING on */
};

struct console_me {
	const char *name;
	const char *const *roles; /* their names */
	size_t role_count;
	const char *const *actions; /* names of what these roles may do, for the page to offer */
	size_t action_count;
	bool password, totp;
	bool records; /* there is a source of them */
	const char *csrf;
	int64_t idle_s, expires_s; /* left */
	const char *office;        /* its name, or "" */
	const char *knowledge;     /* version */
};

struct console_session {
	struct account_session session;
	bool current;
};

/* What came of an ask about chats; NULL and 0 where it is not about that. */
struct desk_view {
	const struct handover_case *of;
	const char *chat; /* that was asked about, or "" */
	const struct transcript *transcript;
	const struct handover_events *said; /* of the transcript */
	const struct handover_colleague *colleagues;
	size_t colleague_count;
	const struct handover_call_back *calls;
	size_t call_count; /* also beside the queue and the events */
	const char *number;
	const struct handover_case *waiting, *held;
	size_t waiting_count, held_count;
	const struct handover_events *events; /* of each one held */
	uint64_t typing; /* bits by the place of those held: the applicant is typing now */
};

/* What comes of an ask that was not refused, in OUTGOING_CONSOLE. Borrowed for the call. */
struct console_answer {
	enum console_kind kind;
	const char *token; /* of a new session; "": there is none any more; NULL: it stays */
	const struct console_me *me;            /* CONSOLE_ME, CONSOLE_WHO; NULL: nobody */
	const struct console_session *sessions; /* CONSOLE_SESSIONS */
	size_t session_count;
	const char *secret, *uri;          /* CONSOLE_TOTP_BEGIN */
	const struct knowledge *knowledge; /* of the next two */
	struct span typed;
	const struct lookup_answer *found;    /* CONSOLE_LOOK_UP; NULL: nothing */
	const struct lookup_entry *shown;     /* CONSOLE_SHOW */
	const struct receipt_view *receipt;   /* CONSOLE_RECEIPT */
	const struct person_view *person;     /* CONSOLE_PERSON, CONSOLE_PERSON_SAID */
	const char *field, *value;            /* CONSOLE_PERSON_REVEAL */
	const struct today *today;            /* CONSOLE_TODAY */
	const struct bulletin_view *bulletin; /* CONSOLE_CHANNELS and the next three */
	const struct desk_view *desk;         /* from CONSOLE_QUEUE on */
	struct span written;         /* from CONSOLE_AUTHORING on: the bytes, made in a job */
	bool csv;                    /* CONSOLE_ASKED: they are a file for a spreadsheet */
	enum exchange_format format; /* CONSOLE_EXPORT, whose object is a file */
};

/* Writes the limits of the console's job classes into `limits`. */
void console_job_limits(const struct console_settings *settings,
                        struct job_limits limits[JOB_CLASSES]);

/*
 * Opens the accounts and the audit, and behind them the chats with operators and the drafts. A
 * console that is switched off, or that cannot be opened, which is logged, is none: every ask is
 * REFUSAL_NOT_FOUND then, and nobody waits for an operator. STATUS_NO_MEMORY; STATUS_IO where the
 * notices of notify_open() cannot be used, which is logged, too.
 */
MUST_CHECK enum status console_open(struct service *service);

/* Before service_stop(): what is being built is given up. Takes NULL. */
void console_stop(struct service *service);

/* After jobs_stop() and a loop_run(), before service_destroy(). Takes NULL. */
void console_close(struct service *service);

/* Does what is asked, and answers once, now or later, with OUTGOING_CONSOLE or OUTGOING_REFUSAL.
 * The ask is borrowed for the call. Loop thread. */
void service_console(struct service *service, const struct console_ask *ask);

#endif
