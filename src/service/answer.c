#include "service/answer.h"

#include <stdio.h>
#include <string.h>

#include "engine/dialogue/conversation.h"
#include "service/asks.h"

enum { ENTRIES_BYTES = 512 };

/* Ids of what was answered, or else offered, parted by blanks and terminated. */
static size_t write_entries(const struct reply *reply, char *text, size_t size)
{
	const bool answered = reply->answer_count > 0;
	const struct match_candidate *items = answered ? reply->answers : reply->choices;
	const size_t count = answered ? reply->answer_count : reply->choice_count;
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		const char *id = items[i].entry->id;
		size_t id_len = strlen(id);

		if (len + id_len + 2 > size)
			break;
		if (len > 0)
			text[len++] = ' ';
		memcpy(text + len, id, id_len);
		len += id_len;
	}
	text[len] = '\0';
	return len;
}

/* Of each answered one the case that it led with, or "-": as many words as there are entries. */
static size_t write_cases(const struct reply *reply, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < reply->answer_count; i++) {
		const struct entry_case *lead = reply_case(reply, i);
		const char *id = lead && !strchr(lead->id, ' ') ? lead->id : "-";

		if (len + strlen(id) + 2 > size)
			break;
		len += (size_t)snprintf(text + len, size - len, "%s%s", len > 0 ? " " : "", id);
	}
	return len;
}

static double first_confidence(const struct reply *reply)
{
	if (reply->answer_count > 0)
		return reply->answers[0].confidence;
	return reply->choice_count > 0 ? reply->choices[0].confidence : 0;
}

static void keep(struct service *service, struct session *session, const char *channel,
                 const struct reply *reply)
{
	char entries[ENTRIES_BYTES], cases[ENTRIES_BYTES];
	const size_t entries_len = write_entries(reply, entries, sizeof(entries));
	const struct journal_turn turn = {
		.at_ms = service_wall_ms(service),
		.receipt = reply->receipt,
		.channel = channel,
		.session = session->hash,
		.question = reply->masked_question,
		.outcome = outcome_name(reply->outcome),
		.reason = reply->reason,
		.topic = reply->topic,
		.entries = { entries, entries_len },
		.cases = { cases, write_cases(reply, cases, sizeof(cases)) },
		.confidence = first_confidence(reply),
		.knowledge = reply->knowledge->version,
		.took_us = reply->took_us,
	};

	ratables_add(&session->ratables, reply->receipt);
	if (reply->outcome == OUTCOME_ANSWER)
		popular_hit(service->popular, entries, turn.at_ms);
	/* A full queue is counted there. */
	(void)journal_add(service->journal, &turn);
}

/* Says so when there is no memory for anything else. */
static const char last_word[] =
        "{\"outcome\":\"error\",\"reason\":\"internal\",\"answers\":[],\"choices\":[],"
        "\"next\":null,\"text\":\"服务出了故障，请稍后再试，或拨打办公电话咨询。\"}";

static struct span write_reply(struct service *service, const struct reply *reply)
{
	buf_clear(&service->object);
	return reply_write_json(reply, NULL, &service->object) == STATUS_OK
	               ? buf_span(&service->object)
	               : span_of(last_word);
}

struct span answer_refuse(struct service *service, enum refusal refusal)
{
	struct reply reply;

	metrics_refuse(service->tools.metrics, refusal);
	refusal_reply(refusal, &reply);
	return write_reply(service, &reply);
}

static void count_failures(struct service *service, const struct reply *reply)
{
	for (size_t i = 0; i < reply->answer_count; i++) {
		if (!reply->diagnoses[i].failures)
			continue;
		service->tools.metrics->rule_failures += reply->diagnoses[i].failures;
		log_event(service->tools.log, LOG_ERROR, "rule_failed",
		          LOG_TEXT("entry", reply->answers[i].entry->id),
		          LOG_TEXT("rule", reply->diagnoses[i].failure));
	}
}

/* Once for each: it is not tried again. */
static void name_slow_pattern(struct service *service)
{
	const char *pattern = matcher_set_aside(service->snapshot->matcher);

	if (pattern)
		log_event(service->tools.log, LOG_WARN, "pattern_set_aside",
		          LOG_TEXT("pattern", pattern));
}

/* The turn; or, with relations in *missing, nothing: the conversation is as it was. */
static enum status rehearse(struct service *service, const struct ask *ask, struct reply *reply,
                            unsigned *missing)
{
	struct session *session = ask->session;
	const bool readable = records_readable(service->records);
	const struct asker asker = {
		.record = session->record,
		.signed_in = readable && session->signed_in,
		.may_sign_in = readable,
		.browser = ask->browser,
		.channel = ask->from.channel->name,
	};
	enum status status;

	if (asker.signed_in && missing)
		conversation_assign(service->before, session->conversation);
	status = turn_take(session->conversation, service->snapshot, &service->tools.clock,
	                   service->arena, ask->text, &asker, reply);
	if (status != STATUS_OK || !asker.signed_in || !missing)
		return status;
	*missing = reply->wants & ~session->looked_up;
	if (*missing)
		conversation_assign(session->conversation, service->before);
	return STATUS_OK;
}

struct span answer_take(struct service *service, const struct ask *ask, enum refusal *refusal,
                        unsigned *missing)
{
	struct reply reply;
	enum status status;

	arena_reset(service->arena);
	status = rehearse(service, ask, &reply, missing);
	if (status != STATUS_OK) {
		log_event(service->tools.log, LOG_ERROR, "turn_failed",
		          LOG_TEXT("status", status_text(status)));
		*refusal = REFUSAL_INTERNAL;
		return answer_refuse(service, *refusal);
	}
	if (missing && *missing)
		return (struct span){ NULL, 0 };
	metrics_turn(service->tools.metrics, reply.outcome, reply.took_us);
	count_failures(service, &reply);
	name_slow_pattern(service);
	*refusal = reply.outcome == OUTCOME_ERROR ? refusal_of_code(reply.reason) : REFUSAL_NONE;
	/* What was refused never reached the engine: there is nothing to keep. */
	if (*refusal != REFUSAL_NONE)
		metrics_refuse(service->tools.metrics, *refusal);
	else
		keep(service, ask->session, ask->from.channel->name, &reply);
	return write_reply(service, &reply);
}
