/*
 * Judging: evaluates the rules of the answered entries with the person's record, what they told and
 * what the message itself says, and decides what the reply asks next.
 */
#include <assert.h>
#include <string.h>

#include "engine/dialogue/option.h"
#include "engine/dialogue/render.h"
#include "engine/dialogue/turn.h"

/* Whether the rules of the entry read anything of a record. */
static bool is_in_records(const struct turn *turn, const struct entry *entry)
{
	return diagnoser_wants(turn->snapshot->diagnoser, entry) != 0;
}

/* The offer to begin a self-check is a question with a single option. */
static enum status offer_check(struct turn *turn, const struct entry *entry, bool applies)
{
	const char *key = applies                 ? "check_more"
	                  : entry->case_count > 0 ? "check_offer"
	                                          : "check_offer_one";
	const struct office *office = &turn->snapshot->knowledge->office;
	struct question *offer = arena_alloc(turn->arena, sizeof(*offer));
	struct question_option *begin = arena_alloc(turn->arena, sizeof(*begin));
	if (!offer || !begin)
		return STATUS_NO_MEMORY;
	const bool may_sign_in =
	        turn->asker->may_sign_in && !turn->asker->signed_in && is_in_records(turn, entry);
	*begin = (struct question_option){ .label = office_text(office, "check_start"),
		                           .value = "start" };
	*offer = (struct question){
		.fact = "self_check",
		.text = office_text(office, key),
		.why = office_text(office, may_sign_in ? "check_sign_in" : "check_why"),
		.options = begin,
		.option_count = 1,
	};
	turn->reply->next = offer;
	turn->reply->offers_check = true;
	turn->reply->may_sign_in = may_sign_in;
	return STATUS_OK;
}

/*
 * After an answer: asks the next question if a self-check runs or the record left the case open;
 * offers to begin one if there is no record.
 */
static enum status go_on_asking(struct turn *turn, const struct diagnosis *diagnosis)
{
	struct conversation *conversation = turn->conversation;
	struct reply *reply = turn->reply;
	const bool ran = conversation->check.running;
	const bool on_record = turn->asker->signed_in && is_in_records(turn, diagnosis->entry);
	reply->next = self_check_next(&conversation->check, diagnosis, turn->again, on_record);
	if (reply->next) {
		reply->next_number =
		        told_number(&conversation->told, diagnosis->entry, reply->next->fact);
		if (ran)
			reply->outcome = OUTCOME_ASK;
		return STATUS_OK;
	}
	reply->check_ended = ran;
	if (diagnosis->question && !ran && !on_record)
		return offer_check(turn, diagnosis->entry, diagnosis->lead);
	return STATUS_OK;
}

static bool lacks_some(const struct facts *record, unsigned wanted)
{
	for (size_t i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if ((wanted & RELATION_BIT(i)) && !facts_present(record, i))
			return true;
	return false;
}

static bool is_open(const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (diagnosis->cases[i].verdict == VERDICT_UNKNOWN)
			return true;
	return false;
}

/* Copied, because the reply may outlive the conversation's next turn. */
static enum status keep_told(struct turn *turn)
{
	struct told *copy = NULL;
	if (turn->conversation->told.said_count > 0) {
		copy = arena_alloc(turn->arena, sizeof(*copy));
		if (!copy)
			return STATUS_NO_MEMORY;
		*copy = turn->conversation->told;
	}
	turn->reply->told = copy;
	return STATUS_OK;
}

/* Whether a self-check would ask what was not said yet, in passing or as an answer. */
static bool has_open_question(const struct told *told, const struct entry *entry)
{
	for (size_t i = 0; i < entry->question_count; i++)
		if (!told_value(told, entry->questions[i].fact) &&
		    !told_heard(told, entry->questions[i].fact))
			return true;
	return false;
}

/*
 * Whether the rules of the entry have any fact to work with. Most people who ask are unknown, and
 * evaluating their rules would be in vain.
 */
static bool may_tell(const struct turn *turn, const struct entry *entry)
{
	const struct told *told = &turn->conversation->told;
	const struct reads reads = diagnoser_reads(turn->snapshot->diagnoser, entry);
	return turn->asker->record || turn->conversation->check.running ||
	       told_about(told, entry) ||
	       (turn->asker->browser && reads.columns[RELATION_CLIENT]) ||
	       (told->typed_count + told->date_count > 0 && reads.columns[RELATION_TYPED]);
}

/* Notes which relations were wanted, and whether the record had them. */
static void note_record(struct turn *turn, const struct entry *entry,
                        const struct diagnosis *diagnosis)
{
	const struct asker *asker = turn->asker;
	const unsigned wanted = diagnoser_wants(turn->snapshot->diagnoser, entry);
	turn->reply->wants |= wanted;
	if (wanted == 0)
		return;
	if (!asker->record || (lacks_some(asker->record, wanted) && is_open(diagnosis)))
		turn->reply->no_record = true;
}

static enum status judge(struct turn *turn, struct facts **told, const struct entry *entry,
                         struct diagnosis *out)
{
	const struct asker *asker = turn->asker;
	enum status status = STATUS_OK;
	if (may_tell(turn, entry) && !*told)
		status = told_facts(&turn->conversation->told,
		                    diagnoser_relations(turn->snapshot->diagnoser), asker->browser,
		                    asker->channel, told);
	if (status == STATUS_OK && *told)
		status = diagnoser_run(turn->scratch->diagnosis, entry, asker->record, *told,
		                       turn->today, turn->arena, out);
	if (asker->signed_in)
		note_record(turn, entry, out);
	return status;
}

/* The option that the message gives unasked: by a pattern, or in a follow-up by its words. */
static const struct question_option *overheard(struct turn *turn, const struct entry *entry,
                                               const struct question *question,
                                               const struct text *text)
{
	/* 不清楚合没合格 */
	if (turn->in_check && turn->selection.unsure.len > 0)
		return NULL;
	for (size_t i = 0; i < question->option_count; i++)
		if (matcher_finds(turn->scratch->match, &question->options[i].patterns, text->utf8))
			return &question->options[i];
	if (turn_about(turn) != entry)
		return NULL;
	const struct words *words = turn->snapshot->words;
	/* The rules read the dates themselves; an option need not repeat them. */
	const bool reads_dates =
	        diagnoser_reads(turn->snapshot->diagnoser, entry).columns[RELATION_TYPED] != 0;
	const struct question_option *since =
	        turn->in_check || reads_dates
	                ? NULL
	                : option_since(question, &turn->dates, turn_is_all_dates(turn));
	if (since)
		return since;
	const struct question_option *heard = option_overheard(
	        words, entry, question, &turn->selection, text->utf8, turn->in_check);
	const struct question_option *dated =
	        heard ? option_dated(words, entry, question, &turn->snapshot->subjects,
	                             &turn->dates, false)
	              : NULL;
	return dated ? dated : heard;
}

/* What the message says is not asked again, and overrides what was said before. */
static void hear(struct turn *turn, const struct entry *entry, const struct text *text)
{
	for (size_t q = 0; q < entry->question_count; q++) {
		const struct question *question = &entry->questions[q];
		const struct question_option *option =
		        turn->in_check && question == turn->answered &&
		                        told_value(&turn->conversation->told, question->fact)
		                ? NULL
		                : overheard(turn, entry, question, text);
		if (option)
			told_say(&turn->conversation->told, question->fact, option->value);
	}
}

/* The entry to take instead if every case is excluded; otherwise NULL. */
static const struct entry *meant_instead(const struct diagnosis *diagnosis)
{
	const struct entry *instead = NULL;
	for (size_t i = 0; i < diagnosis->case_count; i++) {
		if (diagnosis->cases[i].verdict != VERDICT_EXCLUDED)
			return NULL;
		if (diagnosis->cases[i].instead)
			instead = diagnosis->cases[i].instead;
	}
	return instead;
}

/* 那要是过期了呢: the follow-up names what another entry answers. */
static enum status follow_instead(struct turn *turn, struct facts **told)
{
	struct reply *reply = turn->reply;
	const struct entry *instead = meant_instead(&reply->diagnoses[0]);
	if (!turn->follows || reply->answer_count != 1 || !instead)
		return STATUS_OK;
	turn_answer(turn, instead, NULL);
	return judge(turn, told, instead, &reply->diagnoses[0]);
}

enum status turn_judge(struct turn *turn)
{
	const struct text *text = &turn->normal;
	struct reply *reply = turn->reply;
	struct facts *told = NULL;
	enum status status = STATUS_OK;
	assert(reply->answer_count <= REPLY_ANSWERS_MOST && !reply->next_number);
	for (size_t i = 0; i < reply->answer_count; i++)
		hear(turn, reply->answers[i].entry, text);
	for (size_t i = 0; i < reply->answer_count && status == STATUS_OK; i++)
		if (diagnoser_judges(turn->snapshot->diagnoser, reply->answers[i].entry))
			status = judge(turn, &told, reply->answers[i].entry, &reply->diagnoses[i]);
	if (status == STATUS_OK)
		status = follow_instead(turn, &told);
	facts_destroy(told);
	/* Only a single answer is followed by a question. */
	const struct entry *only = reply->answer_count == 1 ? reply->answers[0].entry : NULL;
	if (status == STATUS_OK)
		status = keep_told(turn);
	if (status == STATUS_OK && only && reply->diagnoses[0].case_count > 0)
		return go_on_asking(turn, &reply->diagnoses[0]);
	if (reply->outcome == OUTCOME_ASK && reply->next && reply->choice_count > 0)
		turn_await_sibling(turn);
	else if (reply->outcome != OUTCOME_SMALLTALK && !turn->keeps_check)
		self_check_leave(&turn->conversation->check);
	if (status == STATUS_OK && only && has_open_question(&turn->conversation->told, only) &&
	    !(turn->asker->signed_in && is_in_records(turn, only)))
		status = offer_check(turn, only, false);
	return status;
}

/* The relations that the entries read which follow_instead() may put in place of this one. */
static unsigned wants_instead(const struct turn *turn, const struct entry *entry)
{
	unsigned wants = 0;
	for (size_t i = 0; i < entry->judged_count; i++) {
		const struct entry *instead = entry->judged[i].instead[0]
		                                      ? knowledge_find(turn->snapshot->knowledge,
		                                                       entry->judged[i].instead)
		                                      : NULL;
		if (instead)
			wants |= diagnoser_wants(turn->snapshot->diagnoser, instead);
	}
	return wants;
}

unsigned turn_wants(const struct turn *turn)
{
	const struct diagnoser *diagnoser = turn->snapshot->diagnoser;
	const struct reply *reply = turn->reply;
	const struct sibling_input input = turn_sibling_input(turn);
	unsigned wants = 0;
	if (!turn->asker->signed_in || reply->outcome == OUTCOME_ERROR)
		return 0;
	if (turn->searched)
		wants |= siblings_wants(&input, reply);
	if (turn->move.kind == CHECK_UNCLEAR)
		wants |= diagnoser_wants(diagnoser, turn->move.entry);
	for (size_t i = 0; i < reply->answer_count; i++) {
		wants |= diagnoser_wants(diagnoser, reply->answers[i].entry);
		if (turn->follows && reply->answer_count == 1)
			wants |= wants_instead(turn, reply->answers[i].entry);
	}
	return wants;
}

enum status turn_diagnose(struct scratch *scratch, const struct entry *entry,
                          const struct facts *record, const struct facts *told,
                          const char today[DAY_SIZE], struct arena *arena, struct reply *out)
{
	const struct snapshot *snapshot = scratch->snapshot;
	*out = (struct reply){
		.outcome = OUTCOME_ANSWER,
		.knowledge = snapshot->knowledge,
		.parts = snapshot->parts,
		.answers = { { .entry = entry, .confidence = 1, .by = MATCH_BY_CHOICE } },
		.answer_count = 1,
	};
	const enum status status = diagnoser_run(scratch->diagnosis, entry, record, told, today,
	                                         arena, &out->diagnoses[0]);
	if (status != STATUS_OK)
		return status;
	out->next = out->diagnoses[0].question;
	out->next_number = 1;
	out->text = render_text(out, snapshot->knowledge, arena);
	return out->text ? STATUS_OK : STATUS_NO_MEMORY;
}
