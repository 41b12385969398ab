/*
 * How it works: errand_run() is the part of an errand that waits for a store, in a thread of the
 * jobs. It writes the audit's row first where the rule says so, then does one thing for each kind,
 * and leaves the answer in the errand for the loop's thread.
 */
#include "service/console/errand_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/bulletin.h"
#include "service/console/desk.h"
#include "service/console/errand.h"
#include "service/console/errand_gate.h"
#include "service/console/receipt_view.h"
#include "service/console/today.h"

static void log_failure(const struct errand *errand, const char *event, enum status status)
{
	log_event(errand->service->tools.log, LOG_ERROR, event,
	          LOG_TEXT("what", errand_rule(errand->kind)->audited
	                                   ? errand_rule(errand->kind)->audited
	                                   : ""),
	          LOG_TEXT("status", status_text(status)));
}

/* The lane's own, opened when it is used first; NULL, and the errand is refused, where it cannot
 * be. */
static struct accounts *accounts_of(struct errand *errand, unsigned lane)
{
	struct console *console = errand_console(errand);
	struct accounts **accounts =
	        &console->lanes[errand->class == JOB_PASSWORDS ? ACCOUNT_LANES + lane : lane];
	char problem[STORE_PROBLEM_SIZE];
	enum status status = STATUS_OK;

	if (!*accounts)
		status = accounts_open(accounts, &console->settings.accounts, problem);
	if (status != STATUS_OK) {
		log_failure(errand, "console_failed", status);
		errand->refusal = REFUSAL_INTERNAL;
	}
	return *accounts;
}

/*
 * `outcome` stands behind the name of what was tried: "" or "_refused". What was typed as a name
 * and is none may be a password in the wrong place: of that only the audit's keyed hash is kept.
 */
static enum status audit(const struct errand *errand, const char *outcome)
{
	char who[ACCOUNT_NAME_SIZE + 16] = "unknown", what[64], why[WHY_BYTES];
	const char *whom = errand->desk              ? desk_chat(errand->desk)
	                   : errand->writing         ? writing_about(errand->writing)
	                   : errand->whom[0]         ? errand->whom
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
	snprintf(what, sizeof(what), "%s%s", errand_rule(errand->kind)->audited, outcome);
	errand_write_why(errand, why);
	status = audit_append(errand_console(errand)->audit, &entry);
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
	        accounts, errand->token, errand_rule(errand->kind)->active,
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

static void run_change(struct errand *errand, struct accounts *accounts)
{
	bool fits = true;
	enum status status = do_change(errand, accounts, &fits);

	if (status == STATUS_NOT_FOUND && errand->kind == CONSOLE_END_SESSION)
		errand->refusal = REFUSAL_NO_SESSION;
	else if (status == STATUS_NOT_FOUND && errand->kind == CONSOLE_RECEIPT)
		errand->refusal =
		        errand->unwritten ? REFUSAL_RECEIPT_UNWRITTEN : REFUSAL_NO_RECEIPT;
	else if (status == STATUS_INVALID && errand->kind == CONSOLE_TOTP_BEGIN)
		errand->refusal = REFUSAL_CODE;
	else if (status != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
	else if (!fits)
		errand->refusal =
		        errand->kind == CONSOLE_PASSWORD ? REFUSAL_PASSWORD : REFUSAL_CODE;
	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
	else if (errand_rule(errand->kind)->audited &&
	         audit(errand, errand->refusal == REFUSAL_NONE ? "" : "_refused") != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
}

void errand_run_first(void *context, unsigned lane)
{
	struct errand *errand = context;
	struct accounts *accounts = accounts_of(errand, lane);

	if (!accounts)
		return;
	if (errand_rule(errand->kind)->session)
		run_session(errand, accounts);
	else {
		run_sign_in(errand, accounts);
		gate_judge(errand, accounts);
	}
}

void errand_run_gate(void *context, unsigned lane)
{
	struct errand *errand = context;
	struct accounts *accounts = accounts_of(errand, lane);

	if (accounts && !gate_try(errand, accounts) && errand->refusal == REFUSAL_LOCKED)
		(void)audit(errand, "_locked");
}

void errand_run_judge(void *context, unsigned lane)
{
	struct errand *errand = context;
	struct accounts *accounts = accounts_of(errand, lane);

	if (accounts)
		gate_judge(errand, accounts);
}

void errand_run_second(void *context, unsigned lane)
{
	struct errand *errand = context;
	struct accounts *accounts = accounts_of(errand, lane);

	if (!accounts || (gate_guards(errand) && !gate_try(errand, accounts)))
		return;
	run_change(errand, accounts);
	gate_judge(errand, accounts);
}

void errand_run_channels(void *context, unsigned lane)
{
	struct errand *errand = context;
	const bool of_notice = errand->kind == CONSOLE_NOTICE || errand->kind == CONSOLE_NOTICE_END;
	char by[GROUP_AUTHOR_SIZE];
	const struct bulletin_change change = {
		.channel = errand->kind == CONSOLE_SWITCH ? errand->channel : NULL,
		.on = errand->on,
		.notice = of_notice ? &errand->notice : NULL,
		.by = by,
	};
	enum status status;

	(void)lane;
	snprintf(by, sizeof(by), "account:%s", errand->account.name);
	snprintf(errand->whom, sizeof(errand->whom), "%.*s", RECORD_ID_SIZE - 1,
	         of_notice ? "notice" : errand->channel);
	errand->bulletin = calloc(1, sizeof(*errand->bulletin));
	status = errand->bulletin ? bulletin_run(errand->service, &change, errand->bulletin)
	                          : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		errand->refusal = REFUSAL_INTERNAL;
		log_failure(errand, "console_failed", status);
	} else if (errand_rule(errand->kind)->audited &&
	           audit(errand, of_notice    ? ""
	                         : errand->on ? "_on"
	                                      : "_off") != STATUS_OK) {
		errand->refusal = REFUSAL_INTERNAL;
	}
}

void errand_run_desk(void *context, unsigned lane)
{
	struct errand *errand = context;
	const struct handover_operator who = { errand->account.id, errand->account.name };
	const enum status status =
	        desk_run(errand->desk, chats_handover(errand->service, lane),
	                 &errand->service->settings.journal, &who, &errand->refusal);

	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
	if (errand->refusal == REFUSAL_NONE && errand_rule(errand->kind)->audited &&
	    audit(errand, "") != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
}

static struct writer writer_of(const struct errand *errand)
{
	return (struct writer){ errand->account.id, errand->account.name, errand->account.roles,
		                service_wall_ms(errand->service) };
}

/* What goes live is audited before. */
void errand_run_writing(void *context, unsigned lane)
{
	struct errand *errand = context;
	const struct writer who = writer_of(errand);
	const enum status status = writing_run(errand->writing, lane, &who, &errand->refusal);

	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
	if (errand->refusal == REFUSAL_NONE && errand_rule(errand->kind)->audited &&
	    audit(errand, "") != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
}

void errand_run_place(void *context, unsigned lane)
{
	struct errand *errand = context;
	const struct writer who = writer_of(errand);
	const enum status status = writing_place(errand->writing, &who, &errand->refusal);

	(void)lane;
	if (errand->refusal == REFUSAL_INTERNAL)
		log_failure(errand, "console_failed", status);
	if (errand->refusal != REFUSAL_NONE)
		(void)audit(errand, "_refused");
}

void errand_run_asking(void *context, unsigned lane)
{
	struct errand *errand = context;
	const enum status status = asking_run(errand->asking);

	(void)lane;
	if (status == STATUS_OK)
		return;
	errand->refusal = REFUSAL_INTERNAL;
	log_failure(errand, "console_failed", status);
}
