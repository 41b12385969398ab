#include "service/errand_gate.h"

#include "service/errand.h"

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

/* Whoever knows a name can lock it: from where nobody failed it may be tried all the same. */
bool gate_try(struct errand *errand, const char *name)
{
	struct lockout *lockout = errand_console(errand)->lockout;
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
	struct lockout *lockout = errand_console(errand)->lockout;

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
	struct lockout *lockout = errand_console(errand)->lockout;

	lockout_forget(lockout, origin_of(errand));
	if (hash_name(errand->service, errand->account.name, errand->account_key) == STATUS_OK)
		lockout_forget(lockout, span_of(errand->account_key));
}

void gate_judge(struct errand *errand)
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
