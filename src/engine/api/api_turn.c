/*
 * How it works. A turn has an arena of its own, so that several may wait for facts at a time. It
 * points at its engine and its conversation, and each of them at it: a conversation that is freed
 * takes its turn's place away, and an engine that is freed lives until its last turn ends. The
 * reply is copied out of the arena (reply_make()), which then goes with the turn.
 */
#include "engine/api/api.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SUGGESTIONS_MOST = 20, RANKING_MOST = 100 };

struct dayi_turn {
	struct dayi_engine *engine;
	struct dayi_conversation *conversation; /* NULL: freed, or the turn is over */
	struct arena *arena;
	struct turn *turn;
	struct asker asker;
	size_t ranking;
	const char *wants[RELATIONS_MOST]; /* names, borrowed from the model */
	size_t want_count;
	bool over;
};

/* --- conversation --- */

static enum status create_conversation(struct dayi_conversation **out)
{
	struct dayi_conversation *conversation;
	enum status status;
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return STATUS_IO;
	conversation = calloc(1, sizeof(*conversation));
	if (!conversation)
		return STATUS_NO_MEMORY;
	buf_init(&conversation->saved, CONVERSATION_STATE_MOST);
	status = conversation_create(&conversation->conversation, seed);
	if (status == STATUS_OK)
		*out = conversation;
	else
		dayi_conversation_free(conversation);
	return status;
}

dayi_code dayi_conversation_open(dayi_conversation **out, dayi_error **error)
{
	struct api_call call = api_begin(error, DAYI_ENGLISH);

	if (!out)
		return api_misuse(&call, N_("there must be a place for what is opened"));
	*out = NULL;
	return api_end(&call, create_conversation(out), NULL, NULL);
}

dayi_code dayi_conversation_save(const void **out, size_t *length, dayi_conversation *conversation,
                                 const dayi_model *model, dayi_error **error)
{
	struct api_call call = api_begin(error, model ? model->language : DAYI_ENGLISH);

	if (out)
		*out = NULL;
	if (!out || !length || !conversation || !model)
		return api_misuse(&call,
		                  N_("there must be a place for the bytes and their number, a "
		                     "conversation and a model"));
	*length = 0;
	if (conversation->turn)
		return api_misuse(&call, N_("the conversation's last turn was neither finished nor "
		                            "freed"));
	buf_clear(&conversation->saved);
	const enum status status = conversation_save(
	        conversation->conversation, model->snapshot->knowledge, &conversation->saved);
	if (status == STATUS_OK) {
		*out = conversation->saved.ptr;
		*length = conversation->saved.len;
	}
	return api_end(&call, status, NULL, NULL);
}

dayi_code dayi_conversation_restore(dayi_conversation **out, const dayi_model *model,
                                    const void *bytes, size_t length, dayi_error **error)
{
	struct api_call call = api_begin(error, model ? model->language : DAYI_ENGLISH);
	struct dayi_conversation *conversation = NULL;

	if (out)
		*out = NULL;
	if (!out || !model || !bytes)
		return api_misuse(&call, N_("there must be a place for what is opened, a model and "
		                            "the bytes"));
	enum status status = create_conversation(&conversation);
	if (status == STATUS_OK)
		status = conversation_restore(conversation->conversation, model->snapshot,
		                              (struct span){ bytes, length });
	if (status == STATUS_OK)
		*out = conversation;
	else
		dayi_conversation_free(conversation);
	return api_end(&call, status, NULL, NULL);
}

void dayi_conversation_free(dayi_conversation *conversation)
{
	if (!conversation)
		return;
	if (conversation->turn)
		conversation->turn->conversation = NULL;
	conversation_destroy(conversation->conversation);
	buf_deinit(&conversation->saved);
	free(conversation);
}

/* --- turn --- */

static const struct diagnoser *diagnoser_of(const struct dayi_engine *engine)
{
	return engine->model->snapshot->diagnoser;
}

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, span_of(text)) : NULL;
}

static enum status begin(struct dayi_turn *turn, struct span message,
                         const dayi_turn_options *options)
{
	enum status status = arena_create(&turn->arena, API_TURN_CEILING);

	if (status != STATUS_OK)
		return status;
	turn->ranking = options->ranking < RANKING_MOST ? (size_t)options->ranking : RANKING_MOST;
	turn->asker = (struct asker){ .signed_in = options->signed_in != 0,
		                      .may_sign_in = options->may_sign_in != 0,
		                      .browser = copy(turn->arena, options->browser),
		                      .channel = copy(turn->arena, options->channel) };
	if (!turn->asker.browser != !options->browser || !turn->asker.channel != !options->channel)
		return STATUS_NO_MEMORY;
	const struct turn_input input = { message, &turn->asker, &turn->engine->model->clock,
		                          turn->arena };
	status = turn_begin(&turn->turn, turn->engine->model->snapshot, turn->engine->scratch,
	                    turn->conversation->conversation, &input);
	if (status == STATUS_OK)
		turn->want_count = relations_named(diagnoser_relations(diagnoser_of(turn->engine)),
		                                   turn_wants(turn->turn), turn->wants);
	return status;
}

/* Ends the turn's hold on its conversation. */
static void let_go(struct dayi_turn *turn)
{
	turn->over = true;
	if (turn->conversation)
		turn->conversation->turn = NULL;
	turn->conversation = NULL;
}

dayi_code dayi_turn_begin(dayi_turn **out, dayi_engine *engine, dayi_conversation *conversation,
                          const char *message, size_t length, const dayi_turn_options *options,
                          dayi_error **error)
{
	struct api_call call = api_begin(error, engine ? engine->model->language : DAYI_ENGLISH);
	dayi_turn_options taken;

	if (out)
		*out = NULL;
	if (!out || !engine || !conversation || !message)
		return api_misuse(&call, N_("there must be a place for the turn, an engine, a "
		                            "conversation and a message"));
	if (!options_take(&taken, sizeof(taken), options))
		return api_misuse(&call, N_("the options have no size, or set what this version of "
		                            "libdayi does not know"));
	if (conversation->turn)
		return api_misuse(&call, N_("the conversation's last turn was neither finished nor "
		                            "freed"));
	struct dayi_turn *turn = calloc(1, sizeof(*turn));
	if (!turn)
		return api_end(&call, STATUS_NO_MEMORY, NULL, NULL);
	turn->engine = engine;
	turn->conversation = conversation;
	conversation->turn = turn;
	engine->turns++;
	const enum status status = begin(turn, (struct span){ message, length }, &taken);
	if (status == STATUS_OK)
		*out = turn;
	else
		dayi_turn_free(turn);
	return api_end(&call, status, NULL, NULL);
}

size_t dayi_turn_want_count(const dayi_turn *turn)
{
	return turn ? turn->want_count : 0;
}

const char *dayi_turn_want(const dayi_turn *turn, size_t index)
{
	return index < dayi_turn_want_count(turn) ? turn->wants[index] : NULL;
}

/* A rule that failed left its case unknown; the office's editor should know. */
static void log_failures(const struct dayi_model *model, const struct reply *reply)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		if (reply->diagnoses[i].failure)
			log_event(model->log, LOG_WARN, "rule_failed",
			          LOG_TEXT("entry", reply->answers[i].entry->id),
			          LOG_TEXT("problem", reply->diagnoses[i].failure));
}

static enum status finish(struct dayi_turn *turn, const struct facts *record,
                          struct dayi_reply **out)
{
	const struct dayi_model *model = turn->engine->model;
	const struct reply_extras extras = { .ranking_top = turn->ranking };
	struct reply reply;
	enum status status = turn_finish(turn->turn, record, &reply);

	if (status != STATUS_OK)
		return status;
	log_failures(model, &reply);
	log_event(model->log, LOG_DEBUG, "turn", LOG_TEXT("outcome", outcome_name(reply.outcome)),
	          LOG_TEXT("entry", reply.answer_count > 0 ? reply.answers[0].entry->id : NULL),
	          LOG_NUMBER("took_us", reply.took_us));
	return reply_make(&reply, &extras, diagnoser_of(turn->engine), record, out);
}

dayi_code dayi_turn_finish(dayi_reply **out, dayi_turn *turn, const dayi_facts *facts,
                           dayi_error **error)
{
	struct api_call call =
	        api_begin(error, turn ? turn->engine->model->language : DAYI_ENGLISH);

	if (out)
		*out = NULL;
	if (!out || !turn)
		return api_misuse(&call, N_("there must be a place for the reply, and a turn"));
	if (turn->over)
		return api_misuse(&call, N_("the turn was finished before"));
	if (!turn->conversation)
		return api_misuse(&call, N_("the turn's conversation was freed"));
	const enum status status = finish(turn, facts ? facts->facts : NULL, out);
	let_go(turn);
	return api_end(&call, status, NULL, NULL);
}

void dayi_turn_free(dayi_turn *turn)
{
	struct dayi_engine *engine;

	if (!turn)
		return;
	engine = turn->engine;
	let_go(turn);
	arena_destroy(turn->arena);
	free(turn);
	assert(engine->turns > 0);
	engine->turns--;
	if (engine->freed)
		dayi_engine_free(engine);
}

dayi_code dayi_ask(dayi_reply **out, dayi_engine *engine, dayi_conversation *conversation,
                   const char *message, size_t length, const dayi_turn_options *options,
                   const dayi_facts *facts, dayi_error **error)
{
	dayi_turn *turn = NULL;
	dayi_code code;

	if (out)
		*out = NULL;
	code = dayi_turn_begin(out ? &turn : NULL, engine, conversation, message, length, options,
	                       error);
	if (code != DAYI_OK)
		return code;
	assert(turn);
	if (facts)
		turn->asker.signed_in = true;
	code = dayi_turn_finish(out, turn, facts, error);
	dayi_turn_free(turn);
	return code;
}

/* --- one entry --- */

static const struct entry *find_entry(const struct knowledge *knowledge, const char *name)
{
	char *end;
	const long number = strtol(name, &end, 10);
	const struct entry *entry = knowledge_find(knowledge, name);

	if (!entry && *end == '\0' && number > 0 && number <= INT32_MAX)
		entry = knowledge_numbered(knowledge, (int)number);
	return entry && entry->kind == ENTRY_ANSWER ? entry : NULL;
}

static enum status diagnose(struct dayi_engine *engine, const struct entry *entry,
                            const struct facts *facts, const char *day, struct dayi_reply **out)
{
	struct reply reply;
	struct arena *arena = NULL;
	enum status status = arena_create(&arena, API_TURN_CEILING);

	if (status == STATUS_OK)
		status = turn_diagnose(engine->scratch, entry, facts, facts, day, arena, &reply);
	if (status == STATUS_OK) {
		log_failures(engine->model, &reply);
		status = reply_make(&reply, &(struct reply_extras){ .today = day },
		                    diagnoser_of(engine), facts, out);
	}
	arena_destroy(arena);
	return status;
}

dayi_code dayi_diagnose(dayi_reply **out, dayi_engine *engine, const char *entry,
                        const dayi_facts *facts, const char *day, dayi_error **error)
{
	struct api_call call = api_begin(error, engine ? engine->model->language : DAYI_ENGLISH);
	char today[DAY_SIZE];

	if (out)
		*out = NULL;
	if (!out || !engine || !entry)
		return api_misuse(&call, N_("there must be a place for the reply, an engine and an "
		                            "entry"));
	if (day && !day_valid(day))
		return api_misuse(&call, N_("day is one such as 2026-11-23"));
	if (day)
		memcpy(today, day, DAY_SIZE);
	else
		day_in_china(clock_wall_ms(&engine->model->clock), today);
	const struct entry *found = find_entry(engine->model->snapshot->knowledge, entry);
	const enum status status =
	        found ? diagnose(engine, found, facts ? facts->facts : NULL, today, out)
	              : STATUS_NOT_FOUND;
	return api_end(&call, status, NULL, entry);
}

/* --- suggestions --- */

struct dayi_suggestions {
	struct arena *arena;
	size_t count;
	struct {
		const char *entry, *question;
	} items[SUGGESTIONS_MOST];
};

static enum status suggest(struct dayi_engine *engine, struct span typed, size_t most,
                           struct dayi_suggestions *out)
{
	struct match_candidate found[SUGGESTIONS_MOST];
	enum status status = arena_create(&out->arena, API_TURN_CEILING);

	if (status == STATUS_OK)
		status = turn_suggest(engine->scratch, out->arena, typed, found,
		                      most < SUGGESTIONS_MOST ? most : SUGGESTIONS_MOST,
		                      &out->count);
	for (size_t i = 0; i < out->count && status == STATUS_OK; i++) {
		out->items[i].entry = copy(out->arena, found[i].entry->id);
		out->items[i].question = copy(out->arena, found[i].entry->question);
		if (!out->items[i].entry || !out->items[i].question)
			status = STATUS_NO_MEMORY;
	}
	return status;
}

dayi_code dayi_suggest(dayi_suggestions **out, dayi_engine *engine, const char *typed,
                       size_t length, size_t most, dayi_error **error)
{
	struct api_call call = api_begin(error, engine ? engine->model->language : DAYI_ENGLISH);

	if (out)
		*out = NULL;
	if (!out || !engine || !typed)
		return api_misuse(&call,
		                  N_("there must be a place for suggestions, an engine and a "
		                     "text"));
	struct dayi_suggestions *made = calloc(1, sizeof(*made));
	const enum status status =
	        made ? suggest(engine, (struct span){ typed, length }, most, made)
	             : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		*out = made;
	else
		dayi_suggestions_free(made);
	return api_end(&call, status, NULL, NULL);
}

size_t dayi_suggestions_count(const dayi_suggestions *suggestions)
{
	return suggestions ? suggestions->count : 0;
}

const char *dayi_suggestions_entry(const dayi_suggestions *suggestions, size_t index)
{
	return index < dayi_suggestions_count(suggestions) ? suggestions->items[index].entry : NULL;
}

const char *dayi_suggestions_question(const dayi_suggestions *suggestions, size_t index)
{
	return index < dayi_suggestions_count(suggestions) ? suggestions->items[index].question
	                                                   : NULL;
}

void dayi_suggestions_free(dayi_suggestions *suggestions)
{
	if (!suggestions)
		return;
	arena_destroy(suggestions->arena);
	free(suggestions);
}
