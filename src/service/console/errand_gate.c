#include "service/console/errand_gate.h"

#include "service/console/errand.h"

enum { LOCK_LONGEST_S = 86400 };

static struct span origin_of(const struct errand *errand)
{
	return (struct span){ (const char *)errand->origin, errand->origin_len };
}

/* To sign in, as it was typed; else the session's account. */
static struct span name_of(const struct errand *errand)
{
	return span_of(errand->kind == CONSOLE_SIGN_IN ? errand->name : errand->account.name);
}

static struct account_lock_rule rule_of(const struct errand *errand)
{
	const struct console_settings *settings = &errand_console(errand)->settings;

	return (struct account_lock_rule){
		.failures = settings->failures,
		.lock_s = settings->lock_s,
		.longest_s = LOCK_LONGEST_S,
		.most = (int64_t)settings->keys,
	};
}

static void log_failure(const struct errand *errand, enum status status)
{
	log_event(errand->service->tools.log, LOG_ERROR, "console_failed",
	          LOG_TEXT("what", "locks"), LOG_TEXT("status", status_text(status)));
}

/* A link cannot be guessed: it is not counted, and signs in where it is locked, too. */
bool gate_guards(const struct errand *errand)
{
	return errand->kind == CONSOLE_SIGN_IN || errand->kind == CONSOLE_PASSWORD ||
	       errand->kind == CONSOLE_TOTP_CONFIRM || errand->kind == CONSOLE_TOTP_REMOVE;
}

bool gate_try(struct errand *errand, struct accounts *accounts)
{
	const struct account_lock_rule rule = rule_of(errand);
	const enum status status = account_locks_try(accounts, &rule, origin_of(errand),
	                                             name_of(errand), &errand->attempt);

	if (status != STATUS_OK) {
		log_failure(errand, status);
		errand->attempt = (struct account_attempt){ 0 };
		errand->refusal = REFUSAL_INTERNAL;
	} else if (errand->attempt.wait_s > 0) {
		errand->refusal = REFUSAL_LOCKED;
	}
	return errand->refusal == REFUSAL_NONE;
}

/* `right`: it was no guess; else nothing was tried, or it failed for another reason. */
static enum status take_back(struct errand *errand, struct accounts *accounts, bool right)
{
	const struct account_lock_rule rule = rule_of(errand);

	return account_locks_take_back(accounts, &rule, origin_of(errand), name_of(errand),
	                               &errand->attempt, right);
}

/* Whoever gave out the link has answered for the place that it was opened at, and for the name. */
static enum status lift(struct errand *errand, struct accounts *accounts)
{
	bool found;

	return account_locks_lift(accounts, origin_of(errand), name_of(errand), &found);
}

void gate_judge(struct errand *errand, struct accounts *accounts)
{
	const bool counted = errand->attempt.address || errand->attempt.name;
	enum status status = STATUS_OK;

	switch (errand->refusal) {
	case REFUSAL_NONE:
		if (errand->kind == CONSOLE_SIGN_IN_BY_LINK)
			status = lift(errand, accounts);
		else if (counted)
			status = take_back(errand, accounts, true);
		break;
	/* Half of a sign-in: it takes nothing back of what was counted before. */
	case REFUSAL_CODE_NEEDED:
	case REFUSAL_INTERNAL:
	case REFUSAL_PASSWORDS_BUSY:
	case REFUSAL_QUEUE_FULL:
		if (counted)
			status = take_back(errand, accounts, false);
		break;
	default:
		break;
	}
	errand->attempt.address = errand->attempt.name = false;
	if (status != STATUS_OK)
		log_failure(errand, status);
}
