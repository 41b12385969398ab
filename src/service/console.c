/*
 * How it works. An ask is copied into an errand, which is a job. Signing in is one job. Everything
 * else is two steps: the first job finds the session and its account; back in the loop, the CSRF
 * token is compared and may() is asked, once, for every kind; then it is answered at once or a
 * second job does it. Each thread of the two classes has a handle of the accounts of its own.
 *
 * Failures are counted by address and by account (lockout.h) before a password or a code is looked
 * at, and taken back when it was right. A sign-in that is locked out becomes a job, too: to be
 * audited. A sign-in by link is not counted, and lifts the lock of the address and of the name.
 */
#include "service/console.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/receipt.h"
#include "office/identity/may.h"
#include "service/chats.h"
#include "service/desk.h"
#include "service/person.h"
#include "service/receipt_view.h"
#include "service/state.h"
#include "service/today.h"

enum {
	ACCOUNT_LANES = 2,
	PASSWORD_LANES = 2, /* hashes at once: each takes the memory of its cost */
	LANES = ACCOUNT_LANES + PASSWORD_LANES,
	ERRANDS_MOST = 1024,
	PASSWORDS_MOST = 32, /* waiting ones; more are told to try again */
	LOCK_LONGEST_S = 86400,
	SESSIONS_TOLD = 64,
	FACT_BYTES = 1024,
	CODE_SIZE = 33,
	WHY_BYTES = AUDIT_TEXT_BYTES + 1,
};

struct console {
	struct console_settings settings;
	struct accounts *lanes[LANES];
	struct audit *audit;
	struct lockout *lockout; /* of sign-ins */
};

static const struct {
	bool session;        /* it needs one, */
	enum action action;  /* in which this may be done, */
	bool changes;        /* and the session's CSRF token */
	bool active;         /* it counts as something done: the session is no longer idle */
	const char *audited; /* or NULL */
} kinds[CONSOLE_KIND_COUNT] = {
	[CONSOLE_SIGN_IN] = { .audited = "@sign_in" },
	[CONSOLE_SIGN_IN_BY_LINK] = { .audited = "@sign_in_by_link" },
	[CONSOLE_SIGN_OUT] = { true, ACTION_OWN_ACCOUNT, true, false, "@sign_out" },
	[CONSOLE_ME] = { true, ACTION_OWN_ACCOUNT, false, false, NULL },
	[CONSOLE_SESSIONS] = { true, ACTION_OWN_ACCOUNT, false, false, NULL },
	[CONSOLE_END_SESSION] = { true, ACTION_OWN_ACCOUNT, true, true, "@session_ended" },
	[CONSOLE_PASSWORD] = { true, ACTION_OWN_ACCOUNT, true, true, "@password" },
	[CONSOLE_TOTP_BEGIN] = { true, ACTION_OWN_ACCOUNT, true, true, "@totp_begun" },
	[CONSOLE_TOTP_CONFIRM] = { true, ACTION_OWN_ACCOUNT, true, true, "@totp_confirmed" },
	[CONSOLE_TOTP_REMOVE] = { true, ACTION_OWN_ACCOUNT, true, true, "@totp_removed" },
	[CONSOLE_LOOK_UP] = { true, ACTION_LOOK_UP, false, true, NULL },
	[CONSOLE_SHOW] = { true, ACTION_LOOK_UP, false, true, NULL },
	[CONSOLE_RECEIPT] = { true, ACTION_READ_RECEIPT, false, true, "@receipt_read" },
	/* Audited by the records, as every reading of one. */
	[CONSOLE_PERSON] = { true, ACTION_READ_RECORD, true, true, NULL },
	[CONSOLE_PERSON_SAID] = { true, ACTION_READ_RECORD, true, true, NULL },
	[CONSOLE_PERSON_REVEAL] = { true, ACTION_READ_RECORD, true, true, "@person_reveal" },
	[CONSOLE_TODAY] = { true, ACTION_SEE_TODAY, false, true, NULL },
	[CONSOLE_QUEUE] = { true, ACTION_HOLD_CHAT, false, false, NULL },
	[CONSOLE_TAKE] = { true, ACTION_HOLD_CHAT, true, true, NULL },
	[CONSOLE_SAY] = { true, ACTION_HOLD_CHAT, true, true, NULL },
	[CONSOLE_HAND_BACK] = { true, ACTION_HOLD_CHAT, true, true, NULL },
	[CONSOLE_CLOSE] = { true, ACTION_HOLD_CHAT, true, true, NULL },
	/* A page does these by itself, whether somebody sits there or not. */
	[CONSOLE_BEAT] = { true, ACTION_HOLD_CHAT, true, false, NULL },
	[CONSOLE_EVENTS] = { true, ACTION_HOLD_CHAT, false, false, NULL },
};

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

	int64_t locked_s;                  /* not tried: locked for so long; 0: not locked */
	bool counted, account_counted;     /* as a failure, until it was none */
	char account_key[DIGEST_HEX_SIZE]; /* that it is counted by */

	/* What came of it. */
	enum refusal refusal;
	struct account account;
	struct account_session session;
	char new_token[ACCOUNT_TOKEN_SIZE];
	char secret[TOTP_SECRET_SIZE];
	struct console_session sessions[SESSIONS_TOLD];
	size_t session_count;
	struct receipt_view *found; /* CONSOLE_RECEIPT */
	struct today *today;        /* CONSOLE_TODAY */
	struct desk *desk;          /* about chats */
	struct chats_watch watch;   /* CONSOLE_EVENTS, while nothing happens */
	uint64_t changes;           /* before it was read */
};

/* --- opening --- */

void console_job_limits(const struct console_settings *settings,
                        struct job_limits limits[JOB_CLASSES])
{
	if (!settings->enabled)
		return;
	limits[JOB_ACCOUNTS] = (struct job_limits){ ACCOUNT_LANES, ERRANDS_MOST };
	limits[JOB_PASSWORDS] = (struct job_limits){ PASSWORD_LANES, PASSWORDS_MOST };
}

static void log_closed(struct log *log, const char *url, const char *reason)
{
	char name[STORE_NAME_SIZE];

	log_event(log, LOG_ERROR, "console_closed", LOG_TEXT("store", store_name(url, name)),
	          LOG_TEXT("reason", reason),
	          LOG_TEXT("hint", "everything else is served; set console.enabled = no if nobody "
	                           "is to use the console"));
}

static enum status open_lanes(struct console *console, struct log *log)
{
	char problem[STORE_PROBLEM_SIZE];
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < LANES; i++)
		status = accounts_open(&console->lanes[i], &console->settings.accounts, problem);
	if (status != STATUS_OK)
		log_closed(log, console->settings.accounts.store.url,
		           problem[0] ? problem : status_text(status));
	return status;
}

static enum status open_audit(struct console *console, struct log *log)
{
	struct faults *faults = NULL;
	char text[512] = "";
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = audit_open(&console->audit, &console->settings.audit, faults);
	if (status != STATUS_OK) {
		if (faults && faults_kept(faults) > 0)
			fault_format(faults_at(faults, 0), text, sizeof(text));
		log_closed(log, console->settings.audit.file, text[0] ? text : status_text(status));
	}
	faults_destroy(faults);
	return status;
}

static enum status open_lockout(struct console *console, random_function fill)
{
	struct lockout_settings lockout = {
		.failures = console->settings.failures,
		.lock_s = console->settings.lock_s,
		.longest_s = LOCK_LONGEST_S,
		.keys = console->settings.keys,
	};

	if (!fill(&lockout.seed, sizeof(lockout.seed)))
		return STATUS_IO;
	return lockout_create(&console->lockout, &lockout);
}

enum status console_open(struct service *service)
{
	struct console *console;
	enum status status;

	if (!service->settings.console.enabled)
		return STATUS_OK;
	console = calloc(1, sizeof(*console));
	if (!console)
		return STATUS_NO_MEMORY;
	service->console = console;
	console->settings = service->settings.console;
	console->settings.accounts.random = service->tools.random;
	status = open_lanes(console, service->tools.log);
	if (status == STATUS_OK)
		status = open_audit(console, service->tools.log);
	if (status == STATUS_OK)
		status = open_lockout(console, service->tools.random);
	if (status == STATUS_OK)
		status = persons_create(&service->persons);
	if (status != STATUS_OK)
		console_close(service);
	return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

void console_close(struct service *service)
{
	struct console *console = service->console;

	if (!console)
		return;
	for (size_t i = 0; i < LANES; i++)
		accounts_close(console->lanes[i]);
	audit_close(console->audit);
	lockout_destroy(console->lockout);
	persons_destroy(service->persons);
	service->persons = NULL;
	free(console);
	service->console = NULL;
}

/* --- in the jobs --- */

static struct console *console_of(const struct errand *errand)
{
	return errand->service->console;
}

static struct accounts *accounts_of(const struct errand *errand, unsigned lane)
{
	return console_of(errand)
	        ->lanes[errand->class == JOB_PASSWORDS ? ACCOUNT_LANES + lane : lane];
}

static void log_failure(const struct errand *errand, const char *event, enum status status)
{
	log_event(errand->service->tools.log, LOG_ERROR, event,
	          LOG_TEXT("what", kinds[errand->kind].audited ? kinds[errand->kind].audited : ""),
	          LOG_TEXT("status", status_text(status)));
}

/* What is written down beside who and what. */
static void write_why(const struct errand *errand, char why[WHY_BYTES])
{
	const char *about = errand->receipt[0] ? errand->receipt : errand->field;

	snprintf(why, WHY_BYTES, "%s%sconsole, from %s%s%s%s%s", errand->reason,
	         errand->reason[0] ? ", " : "", errand->address, errand->browser ? ", " : "",
	         errand->browser ? errand->browser : "", about[0] ? ", " : "", about);
}

/*
 * `outcome` stands behind the name of what was tried: "" or "_refused". What was typed as a name
 * and is none may be a password in the wrong place: of that only the audit's keyed hash is kept.
 */
static enum status audit(const struct errand *errand, const char *outcome)
{
	char who[ACCOUNT_NAME_SIZE + 16] = "unknown", what[64], why[WHY_BYTES];
	const char *whom = errand->whom[0]           ? errand->whom
	                   : errand->account.name[0] ? errand->account.name
	                                             : errand->name;
	const struct audit_entry entry = {
		.at_ms = service_wall_ms(errand->service),
		.who = who,
		.id_number = whom[0] ? whom : "unknown",
		.relations = what,
		.why = why,
	};
	enum status status;

	if (errand->account.name[0])
		snprintf(who, sizeof(who), "account:%s", errand->account.name);
	snprintf(what, sizeof(what), "%s%s", kinds[errand->kind].audited, outcome);
	write_why(errand, why);
	status = audit_append(console_of(errand)->audit, &entry);
	if (status != STATUS_OK)
		log_failure(errand, "console_not_audited", status);
	return status;
}

static void run_sign_in(struct errand *errand, struct accounts *accounts)
{
	const struct sign_in_place place = { errand->address, errand->browser,
		                             errand->has_token ? errand->token : NULL };
	const int64_t now_ms = service_wall_ms(errand->service);
	enum sign_in result = SIGN_IN_REFUSED;
	enum status status;

	if (errand->locked_s > 0) {
		(void)audit(errand, "_locked");
		errand->refusal = REFUSAL_LOCKED;
		return;
	}
	if (errand->kind == CONSOLE_SIGN_IN_BY_LINK)
		status = accounts_sign_in_by_link(accounts, errand->link, &place, now_ms, &result,
		                                  &errand->account, errand->new_token);
	else
		status =
		        accounts_sign_in(accounts, span_of(errand->name), span_of(errand->password),
		                         errand->has_code ? errand->code : NULL, &place, now_ms,
		                         &result, &errand->account, errand->new_token);
	if (status != STATUS_OK)
		log_failure(errand, "console_failed", status);
	else if (result == SIGN_IN_REFUSED)
		errand->refusal = errand->kind == CONSOLE_SIGN_IN ? REFUSAL_SIGN_IN : REFUSAL_LINK;
	else if (result == SIGN_IN_CODE_NEEDED)
		errand->refusal = REFUSAL_CODE_NEEDED;
	if (status == STATUS_OK)
		status = audit(errand, result == SIGN_IN_DONE          ? ""
		                       : result == SIGN_IN_CODE_NEEDED ? "_code_needed"
		                                                       : "_refused");
	if (status == STATUS_OK)
		return;
	errand->refusal = REFUSAL_INTERNAL;
	if (result == SIGN_IN_DONE && accounts_sign_out(accounts, errand->new_token) != STATUS_OK)
		log_failure(errand, "console_failed", STATUS_IO);
}

static void run_session(struct errand *errand, struct accounts *accounts)
{
	const enum status status = accounts_session(
	        accounts, errand->token, kinds[errand->kind].active,
	        service_wall_ms(errand->service), &errand->account, &errand->session);

	if (status == STATUS_NOT_FOUND)
		errand->refusal = REFUSAL_SIGNED_OUT;
	else if (status != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
}

static enum status take_session(void *context, const struct account_session *session)
{
	struct errand *errand = context;

	if (errand->session_count == SESSIONS_TOLD)
		return STATUS_OK;
	errand->sessions[errand->session_count++] = (struct console_session){
		.session = *session,
		.current = strcmp(session->id, errand->session.id) == 0,
	};
	return STATUS_OK;
}

static enum status change_password(struct errand *errand, struct accounts *accounts, bool *fits)
{
	return accounts_change_password(accounts, errand->account.id, span_of(errand->password),
	                                span_of(errand->new_password), errand->token, fits,
	                                errand->new_token);
}

static enum status do_change(struct errand *errand, struct accounts *accounts, bool *fits)
{
	const char *id = errand->account.id;
	const int64_t now_ms = service_wall_ms(errand->service);

	switch (errand->kind) {
	case CONSOLE_SIGN_OUT:
		return accounts_sign_out(accounts, errand->token);
	case CONSOLE_SESSIONS:
		return accounts_sessions(accounts, id, now_ms, take_session, errand);
	case CONSOLE_RECEIPT:
		return receipt_view_read(&errand->found, &errand->service->settings.journal,
		                         errand->receipt);
	case CONSOLE_PERSON_REVEAL:
		return STATUS_OK;
	case CONSOLE_TODAY:
		return today_read(&errand->today, &errand->service->settings.journal, now_ms);
	case CONSOLE_END_SESSION:
		return accounts_end_session(accounts, id, errand->session_id);
	case CONSOLE_PASSWORD:
		return change_password(errand, accounts, fits);
	case CONSOLE_TOTP_BEGIN:
		return accounts_begin_totp(accounts, id, errand->secret);
	case CONSOLE_TOTP_CONFIRM:
		return accounts_confirm_totp(accounts, id, errand->code, now_ms, fits);
	case CONSOLE_TOTP_REMOVE:
		return accounts_remove_totp(accounts, id, errand->code, now_ms, fits);
	default:
		return STATUS_INTERNAL;
	}
}

/* The second step: what was asked for, and its row of the audit. */
static void run_change(struct errand *errand, struct accounts *accounts)
{
	bool fits = true;
	enum status status = do_change(errand, accounts, &fits);

	if (status == STATUS_NOT_FOUND && errand->kind == CONSOLE_END_SESSION)
		errand->refusal = REFUSAL_NO_SESSION;
	else if (status == STATUS_NOT_FOUND && errand->kind == CONSOLE_RECEIPT)
		errand->refusal = REFUSAL_NO_RECEIPT;
	else if (status == STATUS_INVALID && errand->kind == CONSOLE_TOTP_BEGIN)
		errand->refusal = REFUSAL_CODE;
	else if (status != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
	else if (!fits)
		errand->refusal =
		        errand->kind == CONSOLE_PASSWORD ? REFUSAL_PASSWORD : REFUSAL_CODE;
	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
	else if (kinds[errand->kind].audited &&
	         audit(errand, errand->refusal == REFUSAL_NONE ? "" : "_refused") != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
}

static void run_first(void *context, unsigned lane)
{
	struct errand *errand = context;
	struct accounts *accounts = accounts_of(errand, lane);

	if (kinds[errand->kind].session)
		run_session(errand, accounts);
	else
		run_sign_in(errand, accounts);
}

/* The second step of what is about chats. */
static void run_desk(void *context, unsigned lane)
{
	struct errand *errand = context;
	const struct handover_operator who = { errand->account.id, errand->account.name };
	const enum status status = desk_run(errand->desk, chats_handover(errand->service, lane),
	                                    &who, &errand->refusal);

	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
}

static void run_second(void *context, unsigned lane)
{
	struct errand *errand = context;

	run_change(errand, accounts_of(errand, lane));
}

/* --- in the loop --- */

static void end_errand(struct errand *errand)
{
	receipt_view_destroy(errand->found);
	today_destroy(errand->today);
	desk_destroy(errand->desk);
	explicit_bzero(errand, sizeof(*errand));
	free(errand);
}

static struct span origin_of(const struct errand *errand)
{
	return (struct span){ (const char *)errand->origin, errand->origin_len };
}

static enum status hash_name(const struct service *service, const char *name,
                             char hash[DIGEST_HEX_SIZE])
{
	const struct span key = { (const char *)service->person_key, sizeof(service->person_key) };
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, key);

	if (status != STATUS_OK)
		return status;
	for (; *name; name++) {
		const char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;

		digest_add(digest, (struct span){ &c, 1 });
	}
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	return status;
}

/*
 * Counts a failure before it is one. False when it is locked, for errand->locked_s. Whoever knows a
 * name can lock it: from where nobody failed it may be tried all the same.
 */
static bool may_try(struct errand *errand, const char *name)
{
	struct lockout *lockout = console_of(errand)->lockout;
	const int64_t now_us = service_now_us(errand->service);
	const bool failed = lockout_counts(lockout, origin_of(errand), now_us);
	int64_t wait_s = lockout_attempt(lockout, origin_of(errand), now_us);

	errand->counted = wait_s == 0;
	if (errand->counted && name &&
	    hash_name(errand->service, name, errand->account_key) == STATUS_OK) {
		wait_s = lockout_attempt(lockout, span_of(errand->account_key), now_us);
		errand->account_counted = wait_s == 0;
		if (wait_s > 0 && !failed)
			wait_s = 0;
	}
	errand->locked_s = wait_s;
	return wait_s == 0;
}

/* `right`: it was no guess; else nothing was tried, or it failed for another reason. */
static void take_back(struct errand *errand, bool right)
{
	struct lockout *lockout = console_of(errand)->lockout;

	if (errand->counted)
		lockout_withdraw(lockout, origin_of(errand));
	if (errand->account_counted && right)
		lockout_forget(lockout, span_of(errand->account_key));
	else if (errand->account_counted)
		lockout_withdraw(lockout, span_of(errand->account_key));
	errand->counted = errand->account_counted = false;
}

/* Whoever gave out the link has answered for the place that it was opened at, and for the name. */
static void lift(struct errand *errand)
{
	struct lockout *lockout = console_of(errand)->lockout;

	lockout_forget(lockout, origin_of(errand));
	if (hash_name(errand->service, errand->account.name, errand->account_key) == STATUS_OK)
		lockout_forget(lockout, span_of(errand->account_key));
}

static void judge_attempt(struct errand *errand)
{
	switch (errand->refusal) {
	case REFUSAL_NONE:
		if (errand->kind == CONSOLE_SIGN_IN_BY_LINK)
			lift(errand);
		take_back(errand, true);
		break;
	/* Half of a sign-in: it takes nothing back of what was counted before. */
	case REFUSAL_CODE_NEEDED:
	case REFUSAL_INTERNAL:
	case REFUSAL_PASSWORDS_BUSY:
	case REFUSAL_QUEUE_FULL:
		take_back(errand, false);
		break;
	default:
		break;
	}
}

static void send_refusal(struct errand *errand)
{
	struct service *service = errand->service;
	const struct outgoing outgoing = {
		.kind = OUTGOING_REFUSAL,
		.refusal = errand->refusal,
		.retry_s = errand->locked_s,
	};

	metrics_refuse(service->tools.metrics, errand->refusal);
	service_send(service, errand->from, &outgoing);
}

static void send_answer(struct errand *errand, const struct console_answer *answer)
{
	const struct outgoing outgoing = { .kind = OUTGOING_CONSOLE, .console = answer };

	service_send(errand->service, errand->from, &outgoing);
}

static size_t name_roles(unsigned roles, const char *names[ROLE_COUNT])
{
	size_t count = 0;

	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (roles & 1U << i)
			names[count++] = role_name(i);
	return count;
}

static size_t name_actions(const struct account *account, const char *names[ACTION_COUNT])
{
	const struct principal who = { account->id, account->roles };
	size_t count = 0;

	for (int action = 0; action < ACTION_COUNT; action++)
		if (may(&who, (enum action)action, NULL))
			names[count++] = action_name((enum action)action);
	return count;
}

static enum status tell_me(struct errand *errand)
{
	const struct service *service = errand->service;
	const struct accounts *accounts = console_of(errand)->lanes[0];
	const int64_t now_ms = service_wall_ms(service);
	const char *roles[ROLE_COUNT], *actions[ACTION_COUNT];
	char csrf[DIGEST_HEX_SIZE];
	const enum status status = account_csrf(errand->token, csrf);
	const struct console_me me = {
		.name = errand->account.name,
		.roles = roles,
		.role_count = name_roles(errand->account.roles, roles),
		.actions = actions,
		.action_count = name_actions(&errand->account, actions),
		.password = errand->account.has_password,
		.totp = errand->account.has_totp,
		.csrf = csrf,
		.idle_s = (accounts_idle_end(accounts, &errand->session) - now_ms) / 1000,
		.expires_s = (accounts_last_end(accounts, &errand->session) - now_ms) / 1000,
		.office = service_knowledge(service)->office.name,
		.knowledge = service_knowledge(service)->version,
	};
	const struct console_answer answer = { .kind = CONSOLE_ME, .me = &me };

	if (status == STATUS_OK)
		send_answer(errand, &answer);
	explicit_bzero(csrf, sizeof(csrf));
	return status;
}

/* By the words of errand->query, or the entry errand->entry. */
static enum status tell_found(struct errand *errand)
{
	struct console_answer answer = {
		.kind = errand->kind,
		.knowledge = service_knowledge(errand->service),
		.typed = span_of(errand->query),
	};
	struct lookup_answer found;
	struct lookup_entry shown;
	enum status status;

	if (errand->kind == CONSOLE_LOOK_UP) {
		status = service_look_up(errand->service, answer.typed, &found);
		answer.found = &found;
	} else {
		status = service_show(errand->service, errand->entry, &shown);
		answer.shown = &shown;
	}
	if (status == STATUS_NOT_FOUND || status == STATUS_LIMIT) {
		errand->refusal = status == STATUS_LIMIT ? REFUSAL_BAD_QUERY : REFUSAL_NOT_FOUND;
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		send_answer(errand, &answer);
	return status;
}

static enum status tell_receipt(struct errand *errand)
{
	const struct console_answer answer = { .kind = CONSOLE_RECEIPT, .receipt = errand->found };
	const enum status status = receipt_view_complete(errand->found, errand->service);

	if (status == STATUS_OK)
		send_answer(errand, &answer);
	return status;
}

static enum status tell_today(struct errand *errand)
{
	const struct console_answer answer = { .kind = CONSOLE_TODAY, .today = errand->today };
	const enum status status = today_complete(errand->today, errand->service);

	if (status == STATUS_OK)
		send_answer(errand, &answer);
	return status;
}

/* Whoever is open in the session, judged. */
static enum status tell_person(struct errand *errand)
{
	struct person_view view;
	const struct console_answer answer = { .kind = errand->kind, .person = &view };

	errand->refusal =
	        person_look(errand->service, errand->session.id, errand->service->arena, &view);
	if (errand->refusal == REFUSAL_NONE)
		send_answer(errand, &answer);
	return STATUS_OK;
}

static enum status tell_desk(struct errand *errand)
{
	const struct console_answer answer = { .kind = errand->kind,
		                               .desk = desk_view(errand->desk) };

	desk_note(errand->desk, errand->service);
	send_answer(errand, &answer);
	return STATUS_OK;
}

static enum status tell_outcome(struct errand *errand)
{
	struct console_answer answer = {
		.kind = errand->kind,
		.sessions = errand->sessions,
		.session_count = errand->session_count,
		.token = errand->new_token[0] ? errand->new_token : NULL,
		.field = errand->field,
		.value = errand->revealed,
	};
	struct buf uri;
	enum status status = STATUS_OK;

	if (errand->kind == CONSOLE_SIGN_OUT)
		answer.token = "";
	buf_init(&uri, 1024);
	if (errand->kind == CONSOLE_TOTP_BEGIN) {
		totp_uri_write("Dayi", errand->account.name, errand->secret, &uri);
		status = buf_status(&uri);
		answer.secret = errand->secret;
		answer.uri = buf_text(&uri);
	}
	if (status == STATUS_OK)
		send_answer(errand, &answer);
	buf_deinit(&uri);
	return status;
}

/* What the knowledge in use tells: no second job. */
static bool is_look_up(const struct errand *errand)
{
	return errand->kind == CONSOLE_LOOK_UP || errand->kind == CONSOLE_SHOW;
}

static bool is_of_person(const struct errand *errand)
{
	return errand->kind == CONSOLE_PERSON || errand->kind == CONSOLE_PERSON_SAID;
}

/* What an operator had open goes with the session. */
static void close_persons(struct errand *errand)
{
	struct service *service = errand->service;

	if (errand->refusal == REFUSAL_NONE && errand->kind == CONSOLE_SIGN_OUT)
		person_forget(service->persons, errand->session.id);
	if (errand->refusal == REFUSAL_NONE && errand->kind == CONSOLE_END_SESSION)
		person_forget(service->persons, errand->session_id);
	persons_sweep(service->persons, service_now_us(service),
	              console_of(errand)->settings.accounts.idle_s * INT64_C(1000000));
}

static void finish(struct errand *errand)
{
	enum status status = STATUS_OK;

	service_end_waiting(errand->service, errand->from);
	judge_attempt(errand);
	if (errand->service->stopped) {
		end_errand(errand);
		return;
	}
	close_persons(errand);
	if (errand->refusal == REFUSAL_NONE) {
		status = errand->kind == CONSOLE_ME ? tell_me(errand)
		         : is_look_up(errand)       ? tell_found(errand)
		         : is_of_person(errand)     ? tell_person(errand)
		         : errand->today            ? tell_today(errand)
		         : errand->desk             ? tell_desk(errand)
		         : errand->found            ? tell_receipt(errand)
		                                    : tell_outcome(errand);
		if (status != STATUS_OK)
			errand->refusal = REFUSAL_INTERNAL;
	}
	if (errand->refusal != REFUSAL_NONE)
		send_refusal(errand);
	end_errand(errand);
}

static void done_at_last(void *context)
{
	finish(context);
}

/* `from` of the errand waits already. */
static void add_step(struct errand *errand, enum job_class class,
                     void (*run)(void *context, unsigned lane), void (*done)(void *context))
{
	errand->class = class;
	errand->job = (struct job){ .run = run, .done = done, .context = errand };
	if (jobs_add(errand->service->tools.jobs, class, &errand->job) == STATUS_OK)
		return;
	errand->refusal = class == JOB_PASSWORDS ? REFUSAL_PASSWORDS_BUSY : REFUSAL_QUEUE_FULL;
	finish(errand);
}

static bool shows_csrf(const struct errand *errand)
{
	char expected[DIGEST_HEX_SIZE];
	bool shows;

	if (strlen(errand->csrf) != DIGEST_HEX_SIZE - 1 ||
	    account_csrf(errand->token, expected) != STATUS_OK)
		return false;
	shows = digest_equal(errand->csrf, expected);
	explicit_bzero(expected, sizeof(expected));
	return shows;
}

/* A session is there; whether this may be done in it. */
static enum refusal judge(struct errand *errand)
{
	const struct principal who = { errand->account.id, errand->account.roles };
	const struct resource own = { errand->account.id };

	if (kinds[errand->kind].changes && !shows_csrf(errand))
		return REFUSAL_CSRF;
	if (!may(&who, kinds[errand->kind].action, &own))
		return REFUSAL_MAY_NOT;
	if (errand->kind == CONSOLE_PASSWORD &&
	    !password_is_fit(span_of(errand->new_password), span_of(errand->account.name)))
		return REFUSAL_WEAK;
	if (errand->desk)
		return desk_mask(errand->desk, errand->service);
	if ((errand->kind == CONSOLE_PASSWORD || errand->kind == CONSOLE_TOTP_CONFIRM ||
	     errand->kind == CONSOLE_TOTP_REMOVE) &&
	    !may_try(errand, errand->account.name))
		return REFUSAL_LOCKED;
	return REFUSAL_NONE;
}

/* --- a person's record --- */

/* A sentence of a few words, without what the audit does not take. */
static bool is_reason(const char *reason)
{
	const struct span text = span_of(reason);
	size_t said = 0;

	for (size_t at = 0; at < text.len;) {
		const uint32_t point = utf8_next(text, &at);

		if (utf8_is_control(point))
			return false;
		said += point != ' ' && point != 0x3000;
	}
	return said >= PERSON_REASON_LEAST && utf8_length(text) <= PERSON_REASON_MOST;
}

/* The audit has no identifiers. */
static enum refusal mask_reason(struct errand *errand)
{
	struct service *service = errand->service;
	struct privacy_masked masked;
	size_t len;

	if (!is_reason(errand->reason))
		return REFUSAL_REASON;
	arena_reset(service->arena);
	if (privacy_mask(service->snapshot->privacy, span_of(errand->reason), NULL, service->arena,
	                 &masked) != STATUS_OK)
		return REFUSAL_INTERNAL;
	/* It may be the text itself. */
	len = utf8_prefix(masked.text, PERSON_REASON_MOST);
	memmove(errand->reason, masked.text.ptr, len);
	errand->reason[len] = '\0';
	return REFUSAL_NONE;
}

static void done_person(void *context, enum refusal refusal)
{
	struct errand *errand = context;

	errand->refusal = refusal;
	finish(errand);
}

static enum refusal open_person(struct errand *errand)
{
	char who[ACCOUNT_NAME_SIZE + 16], why[WHY_BYTES];
	const struct person_ask ask = {
		.session = errand->session.id,
		.by = errand->by,
		.value = errand->value,
		.company = errand->company[0] ? errand->company : NULL,
		.who = who,
		.why = why,
		.reason = errand->reason,
	};

	snprintf(who, sizeof(who), "account:%s", errand->account.name);
	write_why(errand, why);
	return person_open(errand->service, &ask, done_person, errand);
}

static enum refusal find_field(struct errand *errand)
{
	const char *id_number, *value;
	const enum refusal refusal = person_field(errand->service, errand->session.id,
	                                          errand->field, &id_number, &value);

	if (refusal != REFUSAL_NONE)
		return refusal;
	snprintf(errand->whom, sizeof(errand->whom), "%s", id_number);
	snprintf(errand->revealed, sizeof(errand->revealed), "%.*s",
	         (int)utf8_prefix(span_of(value), FACT_BYTES / 4 - 1), value);
	return REFUSAL_NONE;
}

/* True where the errand goes on: it is finished by done_person(), or by another step. */
static bool go_on_person(struct errand *errand)
{
	if (errand->kind == CONSOLE_PERSON_SAID) {
		errand->refusal = person_say(errand->service, errand->session.id, errand->fact,
		                             errand->has_value ? errand->value : NULL);
		return false;
	}
	if (errand->kind != CONSOLE_PERSON && errand->kind != CONSOLE_PERSON_REVEAL)
		return false;
	errand->refusal = mask_reason(errand);
	if (errand->refusal == REFUSAL_NONE)
		errand->refusal =
		        errand->kind == CONSOLE_PERSON ? open_person(errand) : find_field(errand);
	if (errand->refusal != REFUSAL_NONE)
		return false;
	if (errand->kind == CONSOLE_PERSON_REVEAL)
		add_step(errand, JOB_ACCOUNTS, run_second, done_at_last);
	return true;
}

static void begin(struct errand *errand);

/* Whether they still are who they were is asked again, too. */
static void look_again(void *context)
{
	struct errand *errand = context;

	if (errand->service->stopped || errand->service->draining)
		finish(errand);
	else
		begin(errand);
}

/* Waits while there is nothing new: see service_events(). */
static void done_desk(void *context)
{
	struct errand *errand = context;
	struct service *service = errand->service;

	if (errand->refusal != REFUSAL_NONE || service->stopped || service->draining ||
	    !desk_is_idle(errand->desk) || service_now_us(service) >= errand->watch.end_us) {
		finish(errand);
		return;
	}
	if (chats_changes(service) != errand->changes) {
		look_again(errand);
		return;
	}
	errand->watch.operator_id = errand->account.id;
	errand->watch.again = look_again;
	errand->watch.context = errand;
	chats_watch(service, &errand->watch);
}

static void start_desk(struct errand *errand)
{
	errand->changes = chats_changes(errand->service);
	add_step(errand, JOB_CHATS, run_desk, done_desk);
}

static void done_session(void *context)
{
	struct errand *errand = context;

	if (errand->refusal == REFUSAL_NONE && !errand->service->stopped)
		errand->refusal = judge(errand);
	if (errand->refusal == REFUSAL_NONE && !errand->service->stopped && go_on_person(errand))
		return;
	if (errand->refusal != REFUSAL_NONE || errand->service->stopped ||
	    errand->kind == CONSOLE_ME || is_look_up(errand) || is_of_person(errand))
		finish(errand);
	else if (errand->desk)
		start_desk(errand);
	else
		add_step(errand, errand->kind == CONSOLE_PASSWORD ? JOB_PASSWORDS : JOB_ACCOUNTS,
		         run_second, done_at_last);
}

static bool copy_text(const char *text, char *to, size_t size)
{
	if (!text)
		return true;
	return (size_t)snprintf(to, size, "%s", text) < size;
}

/* False where something has no room, which the channel should have seen. */
static bool copy_ask(struct errand *errand, const struct console_ask *ask)
{
	errand->kind = ask->kind;
	errand->from = ask->from;
	errand->browser = ask->browser;
	errand->has_token = ask->token != NULL;
	errand->has_code = ask->code != NULL;
	errand->by = ask->by;
	errand->has_value = ask->value != NULL;
	errand->origin_len = ask->origin.len < ORIGIN_BYTES ? ask->origin.len : ORIGIN_BYTES;
	if (errand->origin_len > 0)
		memcpy(errand->origin, ask->origin.ptr, errand->origin_len);
	return copy_text(ask->token, errand->token, sizeof(errand->token)) &&
	       copy_text(ask->csrf, errand->csrf, sizeof(errand->csrf)) &&
	       copy_text(ask->address, errand->address, sizeof(errand->address)) &&
	       copy_text(ask->name, errand->name, sizeof(errand->name)) &&
	       copy_text(ask->password, errand->password, sizeof(errand->password)) &&
	       copy_text(ask->code, errand->code, sizeof(errand->code)) &&
	       copy_text(ask->link, errand->link, sizeof(errand->link)) &&
	       copy_text(ask->session, errand->session_id, sizeof(errand->session_id)) &&
	       copy_text(ask->new_password, errand->new_password, sizeof(errand->new_password)) &&
	       copy_text(ask->query, errand->query, sizeof(errand->query)) &&
	       copy_text(ask->entry, errand->entry, sizeof(errand->entry)) &&
	       copy_text(ask->value, errand->value, sizeof(errand->value)) &&
	       copy_text(ask->company, errand->company, sizeof(errand->company)) &&
	       copy_text(ask->reason, errand->reason, sizeof(errand->reason)) &&
	       copy_text(ask->fact, errand->fact, sizeof(errand->fact)) &&
	       copy_text(ask->field, errand->field, sizeof(errand->field));
}

static bool is_of_chats(enum console_kind kind)
{
	return kind >= CONSOLE_QUEUE && kind <= CONSOLE_EVENTS;
}

static enum refusal refusal_at_once(const struct service *service, const struct console_ask *ask)
{
	if (service->draining)
		return REFUSAL_DRAINING;
	if (!service->console)
		return REFUSAL_NOT_FOUND;
	if (is_of_chats(ask->kind) && !service->chats)
		return REFUSAL_NOT_FOUND;
	return kinds[ask->kind].session && !ask->token ? REFUSAL_SIGNED_OUT : REFUSAL_NONE;
}

static void begin(struct errand *errand)
{
	if (kinds[errand->kind].session) {
		add_step(errand, JOB_ACCOUNTS, run_first, done_session);
		return;
	}
	/* A link cannot be guessed: it is not counted, and signs in where it is locked, too. */
	if (errand->kind == CONSOLE_SIGN_IN_BY_LINK || !may_try(errand, errand->name))
		add_step(errand, JOB_ACCOUNTS, run_first, done_at_last);
	else
		add_step(errand, JOB_PASSWORDS, run_first, done_at_last);
}

void service_console(struct service *service, const struct console_ask *ask)
{
	enum refusal refusal = refusal_at_once(service, ask);
	struct errand *errand = NULL;

	if (refusal == REFUSAL_NONE) {
		errand = calloc(1, sizeof(*errand));
		refusal = errand ? REFUSAL_NONE : REFUSAL_INTERNAL;
	}
	if (refusal == REFUSAL_NONE) {
		if (!copy_ask(errand, ask))
			refusal = REFUSAL_BAD_MEMBER;
		else if (ask->receipt && !receipt_parse(ask->receipt, errand->receipt))
			refusal = REFUSAL_NO_RECEIPT;
		else if (is_of_chats(ask->kind))
			refusal = desk_create(&errand->desk, ask);
		if (refusal != REFUSAL_NONE)
			end_errand(errand);
	}
	if (refusal != REFUSAL_NONE) {
		service_send_refusal(service, ask->from, NULL, refusal);
		return;
	}
	errand->service = service;
	errand->watch.end_us = service_now_us(service) + EVENTS_WAIT_S * INT64_C(1000000);
	service_begin_waiting(service, errand->from);
	begin(errand);
}
