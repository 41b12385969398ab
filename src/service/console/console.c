/*
 * How it works. An ask is copied into an errand (errand.h), which is a job. Signing in is one job.
 * Everything else is two steps: the first job finds the session and its account; back in the loop,
 * the CSRF token is compared and may() is asked, once, for every kind; then it is answered at once
 * or a second job does it. Each thread of the two classes has a handle of the accounts of its own.
 *
 * Failures are counted in the store, by address and by name (errand_gate.h), before a password or a
 * code is looked at, and taken back when it was right. To sign in with a password that is a job of
 * its own, so that what is locked does not take up the few that hash. A sign-in by link is not
 * counted, and lifts the lock of the address and of the name.
 */
#include "service/console/console.h"

#include <stdlib.h>
#include <string.h>

#include "service/bulletin.h"
#include "service/console/desk.h"
#include "service/console/errand.h"
#include "service/console/errand_gate.h"
#include "service/console/errand_person.h"
#include "service/console/errand_run.h"
#include "service/console/errand_tell.h"

enum {
	ERRANDS_MOST = 1024,
	PASSWORDS_MOST = 32, /* waiting ones; more are told to try again */
};

/* --- opening --- */

void console_job_limits(const struct console_settings *settings,
                        struct job_limits limits[JOB_CLASSES])
{
	if (!settings->enabled)
		return;
	limits[JOB_ACCOUNTS] = (struct job_limits){ ACCOUNT_LANES, ERRANDS_MOST };
	limits[JOB_PASSWORDS] = (struct job_limits){ PASSWORD_LANES, PASSWORDS_MOST };
	limits[JOB_ASKED] = asking_job_limits();
	authoring_job_limits(settings, limits);
}

static void log_closed(struct log *log, const char *url, const char *reason)
{
	char name[STORE_NAME_SIZE];

	log_event(log, LOG_ERROR, "console_closed", LOG_TEXT("store", store_name(url, name)),
	          LOG_TEXT("reason", reason),
	          LOG_TEXT("hint", "everything else is served; set console.enabled = no if nobody "
	                           "is to use the console"));
}

/* The first lane: what is wrong with the store is told at the start. The others: errand_run.c. */
static enum status open_lane(struct console *console, struct log *log)
{
	char problem[STORE_PROBLEM_SIZE] = "";
	const enum status status =
	        accounts_open(&console->lanes[0], &console->settings.accounts, problem);

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

static void close_console(struct service *service)
{
	struct console *console = service->console;

	for (size_t i = 0; i < LANES; i++)
		accounts_close(console->lanes[i]);
	audit_close(console->audit);
	persons_destroy(service->persons);
	service->persons = NULL;
	free(console);
	service->console = NULL;
}

/* Leaves no console where its accounts or its audit cannot be opened. */
static enum status open_console(struct service *service)
{
	struct console *console = calloc(1, sizeof(*console));
	enum status status;

	if (!console)
		return STATUS_NO_MEMORY;
	service->console = console;
	console->settings = service->settings.console;
	console->settings.accounts.random = service->tools.random;
	status = open_lane(console, service->tools.log);
	if (status == STATUS_OK)
		status = open_audit(console, service->tools.log);
	if (status == STATUS_OK)
		status = persons_create(&service->persons);
	if (status != STATUS_OK)
		close_console(service);
	return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

enum status console_open(struct service *service)
{
	enum status status = STATUS_OK;

	if (service->settings.console.enabled)
		status = open_console(service);
	if (status == STATUS_OK && service->console)
		status = chats_open(service);
	if (status == STATUS_OK && service->console)
		status = notify_open(service);
	if (status == STATUS_OK && service->console)
		status = authoring_open(service);
	return status;
}

void console_stop(struct service *service)
{
	if (service && service->authoring)
		authoring_stop(service);
}

void console_close(struct service *service)
{
	if (!service || !service->console)
		return;
	authoring_close(service);
	close_console(service);
}

/* --- one step after the other --- */

/* What an operator had open goes with the session. */
static void close_persons(struct errand *errand)
{
	struct service *service = errand->service;

	if (errand->refusal == REFUSAL_NONE && errand->kind == CONSOLE_SIGN_OUT)
		person_forget(service->persons, errand->session.id);
	if (errand->refusal == REFUSAL_NONE && errand->kind == CONSOLE_END_SESSION)
		person_forget(service->persons, errand->session_id);
	persons_sweep(service->persons, service_now_us(service),
	              errand_console(errand)->settings.accounts.idle_s * INT64_C(1000000));
}

static void finish(struct errand *errand);

static void done_at_last(void *context)
{
	finish(context);
}

/* What was counted and was not tried is taken back, too. True: it is under way. */
static bool take_back(struct errand *errand)
{
	if (!errand->attempt.address && !errand->attempt.name)
		return false;
	errand->class = JOB_ACCOUNTS;
	errand->job =
	        (struct job){ .run = errand_run_judge, .done = done_at_last, .context = errand };
	return jobs_add(errand->service->tools.jobs, JOB_ACCOUNTS, &errand->job) == STATUS_OK;
}

static void finish(struct errand *errand)
{
	if (take_back(errand))
		return;
	service_end_waiting(errand->service, errand->from);
	if (errand->writing)
		writing_end(errand->writing, errand->refusal == REFUSAL_NONE);
	if (errand->service->stopped) {
		errand_destroy(errand);
		return;
	}
	close_persons(errand);
	if (errand->refusal == REFUSAL_NONE && errand_tell(errand) != STATUS_OK)
		errand->refusal = REFUSAL_INTERNAL;
	if (errand->refusal == REFUSAL_SIGNED_OUT && errand->kind == CONSOLE_WHO)
		errand_tell_nobody(errand->service, errand->from);
	else if (errand->refusal != REFUSAL_NONE)
		errand_refuse(errand);
	errand_destroy(errand);
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

	if (errand_rule(errand->kind)->changes && !shows_csrf(errand))
		return REFUSAL_CSRF;
	/* Whose a draft is, is known when it is read: see authoring_publish.c. */
	if (!may(&who, errand_rule(errand->kind)->action, errand->writing ? NULL : &own))
		return REFUSAL_MAY_NOT;
	if (errand->kind == CONSOLE_PASSWORD &&
	    !password_is_fit(span_of(errand->new_password), span_of(errand->account.name)))
		return REFUSAL_WEAK;
	if (errand->desk)
		return desk_mask(errand->desk, errand->service);
	return REFUSAL_NONE;
}

static void done_person(void *context, enum refusal refusal)
{
	struct errand *errand = context;

	errand->refusal = refusal;
	finish(errand);
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
	errand->refusal = errand_mask_reason(errand);
	if (errand->refusal == REFUSAL_NONE)
		errand->refusal = errand->kind == CONSOLE_PERSON
		                          ? errand_open_person(errand, done_person)
		                          : errand_find_field(errand);
	if (errand->refusal != REFUSAL_NONE)
		return false;
	if (errand->kind == CONSOLE_PERSON_REVEAL)
		add_step(errand, JOB_ACCOUNTS, errand_run_second, done_at_last);
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

/* Somebody began to type since the page was told last, or since it was read. */
static bool is_typed_to(const struct errand *errand)
{
	const struct desk_view *view = desk_view(errand->desk);

	for (size_t i = 0; i < view->held_count; i++)
		if (chats_is_typing(errand->service, view->held[i].conversation, errand->began_us))
			return true;
	return false;
}

/* Waits while there is nothing new: see service_events(). */
static void done_desk(void *context)
{
	struct errand *errand = context;
	struct service *service = errand->service;

	if (errand->refusal != REFUSAL_NONE || service->stopped || service->draining ||
	    !desk_is_idle(errand->desk) || is_typed_to(errand) ||
	    service_now_us(service) >= errand->watch.end_us) {
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
	add_step(errand, JOB_CHATS, errand_run_desk, done_desk);
}

/* What it reads of the journal is there now, or cannot be written for the time being. */
static void start_reading(void *context, bool kept)
{
	struct errand *errand = context;

	errand->unwritten = !kept;
	if (errand->service->stopped)
		finish(errand);
	else if (errand->desk)
		start_desk(errand);
	else
		add_step(errand, JOB_ACCOUNTS, errand_run_second, done_at_last);
}

/* Single turns of the journal, also the latest. */
static bool reads_turns(enum console_kind kind)
{
	return kind == CONSOLE_RECEIPT || kind == CONSOLE_TRANSCRIPT;
}

/*
 * Over a file a reply is sent before its turn is in the journal. Whoever has it may tell its
 * receipt, or be taken over, at once: what waits is written before it is read. Over a shared store
 * the reply waited for its turn (recall.c), in whichever process, unless that could not write.
 */
static void await_journal(struct errand *errand)
{
	const enum status status = journal_await(errand->service->journal, start_reading, errand);

	if (status != STATUS_OK)
		start_reading(errand, status == STATUS_NOT_FOUND);
}

/* This process need not wait until it looks. */
static void done_channels(void *context)
{
	struct errand *errand = context;

	if (errand->kind != CONSOLE_CHANNELS && !errand->service->stopped)
		bulletin_look(errand->service);
	finish(errand);
}

static void done_writing(void *context)
{
	struct errand *errand = context;
	enum job_class class;

	if (errand->refusal == REFUSAL_NONE && !errand->service->stopped &&
	    writing_publishes(errand->writing, &class))
		add_step(errand, class, errand_run_place, done_at_last);
	else
		finish(errand);
}

static void start_writing(struct errand *errand)
{
	errand->refusal = writing_begin(errand->writing);
	if (errand->refusal == REFUSAL_NONE)
		add_step(errand, JOB_AUTHORING, errand_run_writing, done_writing);
	else
		finish(errand);
}

static void done_session(void *context)
{
	struct errand *errand = context;

	if (errand->refusal == REFUSAL_NONE && !errand->service->stopped)
		errand->refusal = judge(errand);
	if (errand->refusal == REFUSAL_NONE && errand->kind == CONSOLE_TYPING &&
	    !errand->service->stopped) {
		if (!chats_answering(errand->service, errand->account.id, errand->chat))
			errand->refusal = REFUSAL_NOT_HELD;
		finish(errand);
		return;
	}
	if (errand->refusal == REFUSAL_NONE && !errand->service->stopped && go_on_person(errand))
		return;
	if (errand->refusal != REFUSAL_NONE || errand->service->stopped ||
	    errand_is_of_me(errand->kind) || errand_is_look_up(errand) ||
	    errand_is_of_person(errand))
		finish(errand);
	else if (reads_turns(errand->kind))
		await_journal(errand);
	else if (errand->desk)
		start_desk(errand);
	else if (errand_is_of_channels(errand->kind))
		add_step(errand, JOB_BULLETIN, errand_run_channels, done_channels);
	else if (errand->writing)
		start_writing(errand);
	else if (errand->asking)
		add_step(errand, JOB_ASKED, errand_run_asking, done_at_last);
	else
		add_step(errand, errand->kind == CONSOLE_PASSWORD ? JOB_PASSWORDS : JOB_ACCOUNTS,
		         errand_run_second, done_at_last);
}

static enum refusal refusal_at_once(const struct service *service, const struct console_ask *ask)
{
	if (service->draining)
		return REFUSAL_DRAINING;
	if (!service->console)
		return REFUSAL_NOT_FOUND;
	if (errand_is_of_channels(ask->kind) && !service->bulletin)
		return REFUSAL_NOT_FOUND;
	if ((errand_is_of_chats(ask->kind) || ask->kind == CONSOLE_TYPING) && !service->chats)
		return REFUSAL_NOT_FOUND;
	if (errand_is_of_drafts(ask->kind) && !service->authoring)
		return REFUSAL_NOT_FOUND;
	return errand_rule(ask->kind)->session && !ask->token ? REFUSAL_SIGNED_OUT : REFUSAL_NONE;
}

/* Only what is not locked takes the time of a hash. */
static void done_gate(void *context)
{
	struct errand *errand = context;

	if (errand->refusal == REFUSAL_NONE && !errand->service->stopped)
		add_step(errand, JOB_PASSWORDS, errand_run_first, done_at_last);
	else
		finish(errand);
}

static void begin(struct errand *errand)
{
	if (errand_rule(errand->kind)->session) {
		add_step(errand, JOB_ACCOUNTS, errand_run_first, done_session);
		return;
	}
	if (gate_guards(errand))
		add_step(errand, JOB_ACCOUNTS, errand_run_gate, done_gate);
	else
		add_step(errand, JOB_ACCOUNTS, errand_run_first, done_at_last);
}

void service_console(struct service *service, const struct console_ask *ask)
{
	enum refusal refusal = refusal_at_once(service, ask);
	struct errand *errand = NULL;

	if (refusal == REFUSAL_NONE)
		refusal = errand_create(&errand, service, ask);
	if (refusal == REFUSAL_SIGNED_OUT && ask->kind == CONSOLE_WHO) {
		errand_tell_nobody(service, ask->from);
		return;
	}
	if (refusal != REFUSAL_NONE) {
		service_send_refusal(service, ask->from, NULL, refusal);
		return;
	}
	errand->began_us = service_now_us(service);
	errand->watch.end_us = errand->began_us + EVENTS_WAIT_S * INT64_C(1000000);
	service_begin_waiting(service, errand->from);
	begin(errand);
}
