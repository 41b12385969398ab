#include "service/console/errand_person.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "service/console/errand.h"

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

enum refusal errand_mask_reason(struct errand *errand)
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

enum refusal errand_open_person(struct errand *errand, person_done done)
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
	errand_write_why(errand, why);
	return person_open(errand->service, &ask, done, errand);
}

enum refusal errand_find_field(struct errand *errand)
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
