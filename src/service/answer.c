/*
 * A turn is begun when its ask is (answer_begin()), kept where a record must be looked up first
 * (answer_keep()), and finished with what is known then (answer_finish()): counted, written to the
 * journal, made a reply object and kept under the ask's id. What changed meanwhile, the knowledge
 * or the asker, makes it begin anew (answer_holds()). answer_try() leaves no trace of any of this.
 */
#include "service/answer.h"
#include "service/entry_words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/dialogue/conversation.h"
#include "service/asks.h"
#include "service/chats.h"
#include "service/levels.h"

enum {
	ENTRIES_BYTES = 512,
	VERDICTS_BYTES = 2048,
	WORDS_BYTES = 1024 * 1024,
	KEPT_TURNS_MOST = 256, /* of a few hundred KiB at most, but for the longest messages */
};

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

/* May stand in a list of `verdicts`. */
static bool is_plain(const char *id)
{
	return id[0] != '\0' && !strpbrk(id, " ,=");
}

/* Of one answered entry: "1=excluded,2=applies", or "-". False where it has no room. */
static bool write_diagnosis(const struct diagnosis *diagnosis, struct buf *out)
{
	const size_t start = out->len;

	for (size_t i = 0; i < diagnosis->case_count; i++) {
		const struct case_verdict *one = &diagnosis->cases[i];

		if (is_plain(one->of->id))
			buf_append_format(out, "%s%s=%s", out->len > start ? "," : "", one->of->id,
			                  verdict_name(one->verdict));
	}
	if (out->len == start)
		buf_append_text(out, "-");
	return buf_status(out) == STATUS_OK;
}

/* As many words as there are answered entries, unless the buffer is full. */
static struct span write_verdicts(const struct reply *reply, struct buf *out)
{
	for (size_t i = 0; i < reply->answer_count; i++) {
		const size_t before = out->len;

		if (i > 0)
			buf_append_text(out, " ");
		if (!write_diagnosis(&reply->diagnoses[i], out))
			return (struct span){ out->ptr ? out->ptr : "", before };
	}
	return buf_span(out);
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
	struct buf verdicts, words;

	buf_init(&verdicts, VERDICTS_BYTES);
	buf_init(&words, WORDS_BYTES);
	struct journal_turn turn = {
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
		.verdicts = write_verdicts(reply, &verdicts),
		.confidence = first_confidence(reply),
		.knowledge = reply->knowledge->version,
		.took_us = reply->took_us,
	};

	ratables_add(&session->ratables, reply->receipt);
	if (reply->outcome == OUTCOME_ANSWER)
		popular_hit(service->popular, entries, turn.at_ms);
	entry_words_add(service, reply, &words, &turn);
	/* A full queue is counted there. */
	(void)journal_add(service->journal, &turn);
	buf_deinit(&verdicts);
	buf_deinit(&words);
}

/* Says so when there is no memory for anything else. */
static const char last_word[] =
        "{\"outcome\":\"error\",\"reason\":\"internal\",\"answers\":[],\"choices\":[],"
        "\"next\":null,\"text\":\"服务出了故障，请稍后再试，或拨打办公电话咨询。\"}";

struct span answer_write(struct service *service, const struct reply *reply)
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
	return answer_write(service, &reply);
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
	const char *pattern = matcher_set_aside(service->scratch->match);

	if (pattern)
		log_event(service->tools.log, LOG_WARN, "pattern_set_aside",
		          LOG_TEXT("pattern", pattern));
}

static void log_failure(const struct service *service, enum status status)
{
	log_event(service->tools.log, LOG_ERROR, "turn_failed",
	          LOG_TEXT("status", status_text(status)));
}

/* Whether anything of a record may be said to whoever reads along. */
static bool may_tell(const struct service *service, const struct ask *ask)
{
	return level_relations(service_relations(service), level_of_audience(ask->in_group)) != 0;
}

unsigned answer_begin(struct service *service, const struct ask *ask, struct begun *begun)
{
	const struct session *session = ask->session;
	const bool readable = records_readable(service->records) && may_tell(service, ask);
	const struct asker asker = {
		.signed_in = readable && session->signed_in,
		.may_sign_in = readable,
		.browser = ask->browser,
		.channel = ask->from.channel->name,
	};
	const struct turn_input input = {
		.text = ask->text,
		.asker = &asker,
		.clock = &service->tools.clock,
		.arena = service->arena,
	};
	enum status status;

	assert(!begun->arena);
	*begun = (struct begun){ .loading = service->loading, .signed_in = session->signed_in };
	arena_reset(service->arena);
	status = turn_begin(&begun->turn, service->snapshot, service->scratch,
	                    session->conversation, &input);
	if (status == STATUS_OK)
		return turn_wants(begun->turn) & ~session->looked_up;
	begun->turn = NULL;
	begun->failed = status;
	return 0;
}

bool answer_keep(struct service *service, struct begun *begun)
{
	struct arena *next;

	if (begun->arena)
		return true;
	if (service->kept_turns >= KEPT_TURNS_MOST ||
	    arena_create(&next, TURN_BYTES_MOST) != STATUS_OK)
		return false;
	service->kept_turns++;
	begun->arena = service->arena;
	service->arena = next;
	return true;
}

bool answer_holds(const struct service *service, const struct ask *ask, const struct begun *begun)
{
	return begun->turn && begun->loading == service->loading &&
	       begun->signed_in == ask->session->signed_in;
}

void answer_drop(struct service *service, struct begun *begun)
{
	if (begun->arena) {
		arena_destroy(begun->arena);
		assert(service->kept_turns > 0);
		service->kept_turns--;
	}
	*begun = (struct begun){ 0 };
}

/* Counts and keeps what came of it. */
static void account(struct service *service, const struct ask *ask, struct reply *reply,
                    enum refusal *refusal)
{
	chats_answered(service, ask, reply);
	metrics_turn(service->tools.metrics, reply->outcome, reply->took_us);
	count_failures(service, reply);
	name_slow_pattern(service);
	*refusal = reply->outcome == OUTCOME_ERROR ? refusal_of_code(reply->reason) : REFUSAL_NONE;
	/* What was refused never reached the engine: there is nothing to keep. */
	if (*refusal != REFUSAL_NONE)
		metrics_refuse(service->tools.metrics, *refusal);
	else
		keep(service, ask->session, ask->from.channel->name, reply);
}

static bool is_open(const struct diagnosis *diagnosis, const struct entry *entry)
{
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (diagnosis->cases[i].verdict == VERDICT_UNKNOWN)
			return true;
	return diagnosis->case_count == 0 && entry->judged_count > 0;
}

/* A record could decide on a case of an answer, and nothing was said of the asker's own. */
static bool needs_record(const struct reply *reply)
{
	if (reply->outcome != OUTCOME_ANSWER || reply->told)
		return false;
	for (size_t i = 0; i < reply->answer_count; i++)
		if (is_open(&reply->diagnoses[i], reply->answers[i].entry))
			return true;
	return false;
}

/*
 * A talk with a person, and an answer that needs a record, go on where nobody reads along: a line
 * with a link follows the reply. Dayi's own group chats write that line themselves.
 */
static void lead_out(struct service *service, const struct ask *ask, struct reply *reply)
{
	const struct private_links *links = &service->private_links;
	const struct match_candidate *answer = &reply->answers[0];
	struct span question = ask->text;
	struct buf text;
	const char *joined;

	if (!ask->in_group || (ask->from.channel->abilities & CHANNEL_GATHERS) || !links->write ||
	    (reply->outcome != OUTCOME_HANDOFF &&
	     !(needs_record(reply) && records_readable(service->records))))
		return;
	if (reply->answer_count == 1 && answer->by == MATCH_BY_CHOICE)
		question = span_of(answer->entry->question);
	buf_init(&text, strlen(reply->text) + PRIVATE_LINE_MOST);
	buf_append_text(&text, reply->text);
	links->write(links->context, question, &text);
	joined =
	        buf_status(&text) == STATUS_OK ? arena_copy(service->arena, buf_span(&text)) : NULL;
	reply->text = joined ? joined : reply->text;
	buf_deinit(&text);
}

struct span answer_finish(struct service *service, const struct ask *ask, struct begun *begun,
                          enum refusal *refusal)
{
	const struct facts *record = may_tell(service, ask) ? ask->session->record : NULL;
	enum status status = begun->failed;
	char room[DIGEST_HEX_SIZE];
	const char *name;
	struct span object;
	struct reply reply;

	assert(begun->turn || begun->failed != STATUS_OK);
	if (begun->turn) {
		assert(answer_holds(service, ask, begun));
		status = turn_finish(begun->turn, record, &reply);
	}
	if (status == STATUS_OK) {
		account(service, ask, &reply, refusal);
		lead_out(service, ask, &reply);
		object = answer_write(service, &reply);
		name = *refusal == REFUSAL_NONE ? ask_name(ask, room) : NULL;
		if (name)
			session_keep_reply(ask->session, name, object, record && reply.wants);
	} else {
		log_failure(service, status);
		*refusal = REFUSAL_INTERNAL;
		object = answer_refuse(service, *refusal);
	}
	answer_drop(service, begun);
	return object;
}

enum status answer_try(struct service *service, struct span question, struct span *object)
{
	const struct turn_input input = { .text = question,
		                          .clock = &service->tools.clock,
		                          .arena = service->arena };
	struct reply reply;
	enum status status;

	arena_reset(service->arena);
	status = turn_take_alone(service->snapshot, service->scratch, &input, &reply);
	if (status != STATUS_OK)
		return status;
	/* Nobody was given it. */
	reply.receipt[0] = '\0';
	buf_clear(&service->object);
	status = reply_write_json(&reply, NULL, &service->object);
	*object = buf_span(&service->object);
	return status;
}
