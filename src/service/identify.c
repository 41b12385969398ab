/*
 * Identify: who cannot sign in at the portal says who they are with three things that belong
 * together: ID number, name, and the number of a certificate. Off unless the settings say
 * otherwise; guessing locks the line's origin and the ID number out (lockout.h).
 *
 * The answer never tells which of the three did not fit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "engine/text/identify.h"
#include "engine/text/normalise.h"
#include "service/recall.h"
#include "service/state.h"

enum { NUMBER_BYTES = 64 };

/* What a person must know, as the record has it. */
static const struct proof {
	const char *relation, *column;
} proofs[] = { { "applicant", "name" }, { "certificate", "number" } };

static const char said_yes[] = "核对一致，可以按您的记录解答了。";
static const char said_no[] = "核对不上。请检查身份证号、姓名和证书编号，或到办事大厅登录。";
static const char locked_out[] = "核对失败的次数太多，请过一段时间再试，或到办事大厅登录。";
static const char not_now[] = "暂时核对不了，请稍后再试。";
static const char switched_off[] = "这里不能这样核对身份，请到办事大厅登录。";

/* One that waits for the record. */
struct identification {
	struct service *service;
	struct return_address from;
	char *id; /* of the message, or NULL */
	char id_number[IDENTITY_ID_SIZE];
	char name[IDENTITY_NAME_SIZE];
	char certificate_number[NUMBER_BYTES];
	/* Keyed hashes, as what is counted is kept: of the ID number, and of the line's origin; of
	 * an empty one "". */
	char person[DIGEST_HEX_SIZE], origin[DIGEST_HEX_SIZE];
	bool counted; /* by person: not where that is locked */
};

static void answer(struct service *service, struct return_address to, const char *id,
                   bool signed_in, const char *text)
{
	const struct line *line = service_line(service, to);
	const struct outgoing outgoing = {
		.kind = OUTGOING_IDENTIFIED,
		.to = id,
		.conversation = line && line->session ? line->session->id : NULL,
		.signed_in = signed_in,
		.text = text,
	};

	service_send(service, to, &outgoing);
}

static enum status hash_key(const struct service *service, const char *kind, struct span value,
                            char hash[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, span_of(service->person_key));

	if (status != STATUS_OK)
		return status;
	digest_add_field(digest, span_of(kind));
	digest_add_field(digest, value);
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	return status;
}

/* By what is counted. */
static enum status name_keys(struct identification *one, struct span origin)
{
	const enum status status =
	        hash_key(one->service, "person", span_of(one->id_number), one->person);

	return status == STATUS_OK && origin.len > 0
	               ? hash_key(one->service, "origin", origin, one->origin)
	               : status;
}

/* The ID number as records have it: 18 digits, the X in upper case. */
static bool read_id_number(struct service *service, const char *typed,
                           char id_number[IDENTITY_ID_SIZE])
{
	struct identifier_list found;

	arena_reset(service->arena);
	if (identify(span_of(typed), service->arena, &found) != STATUS_OK || found.count != 1 ||
	    found.items[0].kind != IDENTIFIER_ID_NUMBER || found.items[0].fault != IDENTIFIER_SOUND)
		return false;
	snprintf(id_number, IDENTITY_ID_SIZE, "%s", found.items[0].canonical);
	return true;
}

static bool fits_into(const char *text, size_t size)
{
	return text[0] != '\0' && strlen(text) < size;
}

static void release(struct identification *one)
{
	if (!one)
		return;
	free(one->id);
	explicit_bzero(one, sizeof(*one));
	free(one);
}

/* What was claimed, where it can be tried at all; NULL with *refusal otherwise. */
static struct identification *prepare(struct service *service, struct return_address from,
                                      const struct line *line, const struct identify_claim *claim,
                                      const char **refusal)
{
	struct identification *new = calloc(1, sizeof(*new));

	*refusal = not_now;
	if (!new)
		return NULL;
	new->service = service;
	new->from = from;
	new->id = claim->id ? strdup(claim->id) : NULL;
	if (claim->id && !new->id)
		goto cleanup;
	if (!read_id_number(service, claim->id_number, new->id_number) ||
	    !fits_into(claim->name, sizeof(new->name)) ||
	    !fits_into(claim->certificate_number, sizeof(new->certificate_number))) {
		*refusal = said_no;
		goto cleanup;
	}
	snprintf(new->name, sizeof(new->name), "%s", claim->name);
	snprintf(new->certificate_number, sizeof(new->certificate_number), "%s",
	         claim->certificate_number);
	if (name_keys(new, line_origin(line)) == STATUS_OK)
		return new;
cleanup:
	release(new);
	return NULL;
}

/*
 * False when one of them is locked out. A person who is locked by the guesses of others may try
 * from where nobody guessed.
 */
static bool may_try(struct identification *one)
{
	struct lockout *lockout = one->service->lockout;
	const int64_t now_us = service_now_us(one->service);
	const bool guessed = lockout_counts(lockout, span_of(one->origin), now_us);

	if (lockout_attempt(lockout, span_of(one->origin), now_us) != 0)
		return false;
	one->counted = lockout_attempt(lockout, span_of(one->person), now_us) == 0;
	return one->counted || !guessed;
}

/* Nobody's fault, so nobody's attempt. */
static void take_back(const struct identification *one)
{
	struct lockout *lockout = one->service->lockout;

	lockout_withdraw(lockout, span_of(one->origin));
	if (one->counted)
		lockout_withdraw(lockout, span_of(one->person));
}

/* The relations that the proofs stand in; 0 where the office has not all of them. */
static unsigned wanted(const struct relations *relations)
{
	unsigned mask = 0;

	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		const size_t at = relation_named(relations, span_of(proofs[i].relation));

		if (at == relations_count(relations))
			return 0;
		const struct relation_shape *shape = relation_shape(relations, at);

		if (column_named(shape, span_of(proofs[i].column)) == shape->column_count)
			return 0;
		mask |= RELATION_BIT(at);
	}
	return mask;
}

static void take_record(void *context, const struct record_result *result);

static bool look_up(struct service *service, struct identification *one)
{
	const struct record_request request = {
		.id_number = one->id_number,
		.among = service_relations(service),
		.relations = wanted(service_relations(service)),
		.who = "somebody", /* nobody knows yet who it is */
		.why = "self-identification",
		.done = take_record,
		.context = one,
	};

	return records_ask(service->records, &request) == STATUS_OK;
}

/* Looks the person up, unless one of them is locked out. */
static void try(struct identification *one)
{
	struct service *service = one->service;
	const char *refusal = locked_out;

	if (may_try(one)) {
		if (look_up(service, one)) {
			service_begin_waiting(service, one->from);
			return;
		}
		take_back(one);
		refusal = not_now;
	}
	answer(service, one->from, one->id, false, refusal);
	release(one);
}

static void take_locks(void *context)
{
	struct identification *one = context;
	struct service *service = one->service;

	service_end_waiting(service, one->from);
	if (service->stopped || !service_line(service, one->from))
		release(one);
	else
		try(one);
}

void service_identify(struct service *service, struct return_address from,
                      const struct identify_claim *claim)
{
	if (!service_line(service, from))
		return;
	if (service->draining)
		service_send_refusal(service, from, claim->id, REFUSAL_DRAINING);
	else if (!recall_identification(service, from, claim))
		service_identify_now(service, from, claim);
}

void service_identify_now(struct service *service, struct return_address from,
                          const struct identify_claim *claim)
{
	const struct line *line = service_line(service, from);
	const char *refusal;
	struct identification *new;

	if (!line)
		return;
	if (!service->settings.self.allowed || !records_readable(service->records) ||
	    !wanted(service_relations(service))) {
		answer(service, from, claim->id, false, switched_off);
		return;
	}
	new = prepare(service, from, line, claim, &refusal);
	if (!new) {
		answer(service, from, claim->id, false, refusal);
		return;
	}
	/* What was counted elsewhere comes first. */
	if (session_store_is_shared(service->store) &&
	    session_store_read_locks(service->store, service->lockout,
	                             (const char *[]){ new->origin, new->person }, take_locks,
	                             new) == STATUS_OK) {
		service_begin_waiting(service, from);
		return;
	}
	try(new);
}

/* Without blanks, and with brackets, letters and digits of one width; ptr NULL without memory. */
static struct span folded(struct service *service, const char *value)
{
	struct text text;
	char *copy;
	size_t len = 0;

	if (normalise(service->normaliser, span_of(value), service->arena, &text) != STATUS_OK)
		return (struct span){ NULL, 0 };
	copy = arena_copy(service->arena, text.utf8);
	for (size_t i = 0; copy && i < text.utf8.len; i++)
		if (text.utf8.ptr[i] != ' ')
			copy[len++] = text.utf8.ptr[i];
	return (struct span){ copy, len };
}

/* People do not type a bracket or a blank as the office printed it. */
static bool is_same(struct service *service, const char *known, const char *typed)
{
	struct span one, other;

	arena_reset(service->arena);
	one = folded(service, known);
	other = folded(service, typed);
	return one.ptr && other.ptr && one.len > 0 && span_equal(one, other);
}

static bool holds(struct service *service, const struct facts *facts, const struct proof *proof,
                  const char *value)
{
	const struct relations *relations = facts_relations(facts);
	const size_t relation = relation_named(relations, span_of(proof->relation));
	const size_t at = column_named(relation_shape(relations, relation), span_of(proof->column));

	for (size_t row = 0; row < facts_rows(facts, relation); row++) {
		const char *known = facts_value(facts, relation, row, at);

		if (known && is_same(service, known, value))
			return true;
	}
	return false;
}

static bool fits(const struct identification *one, const struct facts *facts)
{
	const bool name = holds(one->service, facts, &proofs[0], one->name);
	const bool number = holds(one->service, facts, &proofs[1], one->certificate_number);

	return name && number;
}

static void sign_in(const struct identification *one, struct line *line)
{
	struct service *service = one->service;
	struct identity identity = {
		.until_s = service_wall_ms(service) / 1000 +
		           service->settings.records.sign_in.longest_s,
	};

	memcpy(identity.id_number, one->id_number, sizeof(identity.id_number));
	memcpy(identity.name, one->name, sizeof(identity.name));
	lockout_withdraw(service->lockout, span_of(one->origin));
	lockout_forget(service->lockout, span_of(one->person));
	if (!service_bind(service, line, &identity)) {
		answer(service, one->from, one->id, false, not_now);
		return;
	}
	session_store_mark(service->store, line->session);
	answer(service, one->from, one->id, true, said_yes);
}

static bool was_read(const struct record_result *result)
{
	const unsigned mask = wanted(facts_relations(result->facts));

	for (size_t i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if ((mask & RELATION_BIT(i)) && result->report.relations[i] != RECORD_READ)
			return false;
	return true;
}

/* Whoever has left meanwhile is told nothing; the attempt counts. */
static void take_record(void *context, const struct record_result *result)
{
	struct identification *one = context;
	struct service *service = one->service;
	struct line *line = service->stopped ? NULL : service_line(service, one->from);

	service_end_waiting(service, one->from);
	if (line && !was_read(result)) {
		take_back(one);
		answer(service, one->from, one->id, false, not_now);
	} else if (line && fits(one, result->facts)) {
		sign_in(one, line);
	} else if (line) {
		answer(service, one->from, one->id, false, said_no);
	}
	facts_destroy(result->facts);
	release(one);
}
