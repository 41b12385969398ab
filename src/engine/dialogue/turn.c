/*
 * A turn works on a copy of the conversation. turn_begin() goes as far as it can without the
 * person's record; turn_finish() judges what was found and replaces the conversation with the copy.
 *
 * turn_begin() sets identifiers and asides apart (reading.c), and then takes the message as the
 * first of these that fits:
 *   a receipt that was typed             receipt.h
 *   an answer to the self-check          answering.c
 *   pointing at what was offered         pointing.c
 *   a question, or manners               the matcher, then manners.c, which may overrule it
 * turn_finish() resolves siblings and unclear answers (answering.c), evaluates the rules of the
 * answers together with what the message says (judging.c), and stores what the next turn needs
 * (conversation.c).
 */
#include "engine/dialogue/turn.h"

#include <assert.h>
#include <string.h>

#include "engine/dialogue/render.h"

enum { FOLLOWING_MOST = 12 /* code points: a longer message asks nothing about the last entry */ };

const struct entry *turn_last(const struct turn *turn)
{
	return turn->conversation->last[0]
	               ? knowledge_find(turn->snapshot->knowledge, turn->conversation->last)
	               : NULL;
}

const struct entry *turn_about(const struct turn *turn)
{
	const struct conversation *conversation = turn->conversation;
	return conversation->offered_count == 1
	               ? knowledge_find(turn->snapshot->knowledge, conversation->offered[0])
	               : turn_last(turn);
}

void turn_answer(struct turn *turn, const struct entry *entry, const struct entry_case *named_case)
{
	turn->reply->outcome = OUTCOME_ANSWER;
	turn->reply->answer_count = 1;
	turn->reply->answers[0] = (struct match_candidate){
		.entry = entry, .named_case = named_case, .confidence = 1, .by = MATCH_BY_CHOICE
	};
}

void turn_decline(struct turn *turn, const char *reason)
{
	turn->reply->outcome = OUTCOME_DECLINE;
	turn->reply->reason = reason;
}

void turn_reject(struct turn *turn)
{
	turn_decline(turn, "none_of_these");
	turn->rejects = true;
}

struct sibling_input turn_sibling_input(const struct turn *turn)
{
	return (struct sibling_input){
		.snapshot = turn->snapshot,
		.scratch = turn->scratch,
		.arena = turn->arena,
		.text = &turn->bare,
		.dates = &turn->dates,
		.told = &turn->conversation->told,
		.today = turn->today,
		.record = turn->asker->record,
		.signed_in = turn->asker->signed_in,
		.may_sign_in = turn->asker->may_sign_in && !turn->asker->signed_in,
		.last = turn_last(turn),
		.dates_alone = turn->dates_alone,
		.referred = turn->referred,
		.browser = turn->asker->browser,
		.channel = turn->asker->channel,
	};
}

/* "都不对" is small talk, but after choices or a fruitless round it counts as another round. */
static bool is_further_round(const struct turn *turn)
{
	return turn->conversation->offered_count > 0 || turn->conversation->fruitless > 0;
}

static void copy_candidates(struct match_candidate *to, size_t most, size_t *to_count,
                            const struct match_candidate *from, size_t count)
{
	*to_count = count < most ? count : most;
	for (size_t i = 0; i < *to_count; i++)
		to[i] = from[i];
}

static void take_other(struct turn *turn, const struct entry *other)
{
	struct reply *reply = turn->reply;
	turn->rejects = other->rejects;
	reply->topic = other->id;
	reply->outcome = other->kind == ENTRY_SMALLTALK ? OUTCOME_SMALLTALK
	                 : other->kind == ENTRY_HANDOFF ? OUTCOME_HANDOFF
	                                                : OUTCOME_DECLINE;
	if (reply->outcome == OUTCOME_DECLINE)
		reply->reason = "referral";
}

/*
 * 不对，是企业的; 成绩过期了，说错了，是证书: the question is what follows the rejecting or
 * correcting word, and it does not refer to the entry before. 第二个问题，我成绩…: it does. Nor
 * does what follows 对了 or 顺便问下.
 */
static enum status read_opening(struct turn *turn, const struct text *text, struct text *question,
                                const struct entry **leaning)
{
	const struct selection opened = turn->selection;
	const size_t from = opened.corrected_from          ? opened.corrected_from
	                    : opened.opening == CUE_REJECT ? opened.opening_end
	                                                   : opened.turns_from;
	*question = turn->bare;
	*leaning = turn_about(turn);
	if (from == 0 || from >= text->utf8.len)
		return STATUS_OK;
	const struct span rest = { text->utf8.ptr + from, text->utf8.len - from };
	const enum status status =
	        normalise(turn->snapshot->normaliser, rest, turn->arena, question);
	if (status == STATUS_OK &&
	    (from == opened.turns_from || turn->conversation->offered_count == 0))
		*leaning = NULL;
	return status;
}

/* 今天报行不行: so short a question may be about the last entry as well. */
static void offer_last(struct turn *turn, const struct text *text)
{
	const struct selection *selection = &turn->selection;
	const struct entry *last = turn_last(turn);
	struct reply *reply = turn->reply;
	if (!last || text->count > FOLLOWING_MOST || !(selection->asks || selection->follows) ||
	    turn->conversation->offered_count > 0)
		return;
	for (size_t i = 0; i < reply->choice_count; i++)
		if (reply->choices[i].entry == last)
			return;
	const size_t at = reply->choice_count < REPLY_CHOICES_MOST ? reply->choice_count++
	                                                           : REPLY_CHOICES_MOST - 1;
	reply->choices[at] = (struct match_candidate){
		.entry = last, .confidence = reply->choices[at > 0 ? at - 1 : 0].confidence
	};
}

static void take_answers(struct turn *turn, const struct match_result *found)
{
	struct reply *reply = turn->reply;
	reply->outcome = OUTCOME_ANSWER;
	copy_candidates(reply->answers, REPLY_ANSWERS_MOST, &reply->answer_count, found->answers,
	                found->answer_count);
}

/* The last answer is the only choice, and the message names nothing else. */
static bool repeats_last(struct turn *turn, const struct match_result *found,
                         const struct entry *leaning)
{
	const struct match_candidate *only = found->choices;
	return found->band == BAND_CHOOSE && found->choice_count == 1 && only->entry == leaning &&
	       leaning == turn_last(turn) && !only->swapped && turn_speaks_of_all(turn, leaning) &&
	       !turn_is_about_another(turn, leaning);
}

static void take_choices(struct turn *turn, const struct match_result *found,
                         const struct text *text)
{
	struct reply *reply = turn->reply;
	reply->outcome = OUTCOME_CHOOSE;
	turn->referred = found->other && found->other->kind == ENTRY_REFERRAL;
	copy_candidates(reply->choices, REPLY_CHOICES_MOST, &reply->choice_count, found->choices,
	                found->choice_count);
	offer_last(turn, text);
}

/* `other`: a referral or small talk that leads, or NULL. */
static void take_none(struct turn *turn, const struct entry *other)
{
	/* 单位也对得上 is close to a rejection in its words, but negates nothing. */
	if (other && other->rejects && !turn->selection.negates && turn_last(turn))
		turn_answer(turn, turn_last(turn), NULL);
	else if (other)
		take_other(turn, other);
	else
		turn_decline(turn, "not_covered");
}

static enum status take_match(struct turn *turn, const struct text *text)
{
	struct reply *reply = turn->reply;
	struct match_result result;
	struct text question;
	const struct entry *leaning;
	enum status status = read_opening(turn, text, &question, &leaning);
	turn_note_question(turn, text);
	if (status == STATUS_OK)
		status = matcher_match(turn->scratch->match, &question, leaning, turn->arena,
		                       &result);
	if (status != STATUS_OK)
		return status;
	reply->ranking = result.ranking;
	reply->ranking_count = result.ranking_count;
	if (turn_take_manners(turn, &result, text))
		return STATUS_OK;
	if (result.band != BAND_ANSWER && turn_ask_sibling_again(turn))
		return STATUS_OK;
	/* A rejection may win with a small lead; no real question looks like one. */
	if (result.other && result.other->rejects && turn->selection.negates &&
	    is_further_round(turn)) {
		turn_reject(turn);
		return STATUS_OK;
	}
	if (repeats_last(turn, &result, leaning)) {
		turn_answer(turn, leaning, result.choices[0].named_case);
		return STATUS_OK;
	}
	turn->searched = true;
	if (result.band == BAND_CHOOSE)
		take_choices(turn, &result, text);
	else if (result.band == BAND_DECLINE)
		take_none(turn, result.other);
	else
		take_answers(turn, &result);
	return STATUS_OK;
}

static void refuse(struct turn *turn, const char *reason)
{
	const struct knowledge *knowledge = turn->snapshot->knowledge;
	reply_refuse(turn->reply, OUTCOME_ERROR, reason, office_text(&knowledge->office, reason));
	turn->reply->knowledge = knowledge;
}

/* A receipt tells only what this conversation knows of it: see receipt.h. */
static bool take_receipt(struct turn *turn, const struct text *text)
{
	const struct receipt_of *known;
	char receipt[RECEIPT_SIZE];
	if (!receipt_read(text, receipt))
		return false;
	known = receipts_find(&turn->conversation->receipts, receipt);
	turn->reply->outcome = OUTCOME_SMALLTALK;
	turn->reply->reason = known ? "receipt_here" : "receipt_elsewhere";
	if (known && known->entry[0])
		turn->reply->receipt_of = knowledge_find(turn->snapshot->knowledge, known->entry);
	return true;
}

/* 选错了 takes back a choice if no self-check question was answered since. */
static bool takes_choice_back(const struct turn *turn)
{
	const struct conversation *conversation = turn->conversation;
	const struct entry *last = turn_last(turn);
	return turn->selection.kind == CUE_BACK && conversation->listed_choices &&
	       conversation->listed_count > 0 && !conversation->check.running && last &&
	       !told_about(&conversation->told, last);
}

static enum status take_message(struct turn *turn, const struct text *text)
{
	if (take_receipt(turn, text))
		return STATUS_OK;
	turn->selection = selection_read(turn->snapshot->words, text);
	const enum status status = turn_read_dates(turn);
	if (status != STATUS_OK)
		return status;
	/* While choices are offered, 上一个 means the first of them, not a self-check question. */
	if (turn->selection.kind == CUE_BACK && turn->conversation->offered_count > 0)
		turn->selection.kind = CUE_FIRST;
	if (takes_choice_back(turn) && turn_point(turn, text))
		return STATUS_OK;
	if (turn_take_answer(turn, text))
		return STATUS_OK;
	/* A yes or a no answers the self-check's question rather than points at something. */
	const bool answers =
	        turn->move.kind == CHECK_UNCLEAR && turn->selection.kind != CUE_NOTHING;
	turn->selected = turn_take_sibling(turn) || (!answers && turn_point(turn, text));
	return turn->selected ? STATUS_OK : take_match(turn, text);
}

static enum status begin(struct turn *turn)
{
	struct reply *reply = turn->reply;
	const struct text *text = &turn->normal;
	const enum status status = turn_read_text(turn);
	if (status != STATUS_OK)
		return status;
	/* One code point may become eighteen (U+FDFA), so the normalised text is limited, too. */
	if (text->count > TURN_TEXT_MOST) {
		refuse(turn, "too_long");
	} else if (text->count == 0 && turn->mentioned) {
		turn_talk(turn, CUE_GREETING);
	} else if (text->count == 0) {
		reply->outcome = OUTCOME_SMALLTALK;
		reply->reason = "empty";
	} else {
		const enum status taken = take_message(turn, text);
		return taken == STATUS_OK ? turn->failed : taken;
	}
	return STATUS_OK;
}

static enum status finish(struct turn *turn)
{
	struct reply *reply = turn->reply;
	enum status status = turn_settle(turn);
	if (status == STATUS_OK)
		status = turn_judge(turn);
	if (status == STATUS_OK)
		status = turn->failed;
	if (status != STATUS_OK)
		return status;
	turn->conversation->check.offered = reply->offers_check;
	turn_limit_rounds(turn);
	turn_remember(turn);
	reply->text = render_text(reply, turn->snapshot->knowledge, turn->arena);
	return reply->text ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Copies what the caller may release before the turn is finished. */
static struct turn *make_turn(struct scratch *scratch, struct conversation *conversation,
                              struct arena *arena, struct span text)
{
	const struct snapshot *snapshot = scratch->snapshot;
	struct turn *turn = arena_alloc(arena, sizeof(*turn));
	struct conversation *copy = arena_room(arena, 1, sizeof(*copy));
	const char *own = arena_copy(arena, text);
	if (!turn || !copy || !own)
		return NULL;
	*copy = *conversation;
	turn->origin = conversation;
	turn->conversation = copy;
	turn->snapshot = snapshot;
	turn->scratch = scratch;
	turn->arena = arena;
	turn->text = (struct span){ own, text.len };
	turn->asker = &turn->known;
	turn->reply = &turn->own_reply;
	turn->own_reply.knowledge = snapshot->knowledge;
	turn->own_reply.parts = snapshot->parts;
	return turn;
}

enum status turn_begin(struct turn **out, const struct snapshot *snapshot, struct scratch *scratch,
                       struct conversation *conversation, const struct turn_input *input)
{
	const struct clock *clock = input->clock;
	const int64_t start_us = clock_monotonic_us(clock);
	const char *reason = turn_unfit(input->text);
	assert(scratch->snapshot == snapshot);
	struct turn *turn = make_turn(scratch, conversation, input->arena,
	                              reason ? (struct span){ "", 0 } : input->text);
	enum status status = STATUS_OK;
	if (!turn)
		return STATUS_NO_MEMORY;
	turn->clock = *clock;
	if (input->asker)
		turn->known = *input->asker;
	day_in_china(clock_wall_ms(clock), turn->today);
	if (reason)
		refuse(turn, reason);
	else
		status = begin(turn);
	turn->took_us = clock_monotonic_us(clock) - start_us;
	*out = turn;
	return status;
}

enum status turn_finish(struct turn *turn, const struct facts *record, struct reply *out)
{
	const int64_t start_us = clock_monotonic_us(&turn->clock);
	struct reply *reply = turn->reply;
	enum status status = STATUS_OK;
	turn->known.record = record;
	if (reply->outcome != OUTCOME_ERROR)
		status = finish(turn);
	if (status != STATUS_OK)
		return status;
	/* Another turn in between would be undone: each one draws a receipt. */
	assert(turn->origin->random == turn->conversation->random);
	turn_give_receipt(turn);
	reply->took_us = turn->took_us + clock_monotonic_us(&turn->clock) - start_us;
	*turn->origin = *turn->conversation;
	*out = *reply;
	return STATUS_OK;
}

enum status turn_take(const struct snapshot *snapshot, struct scratch *scratch,
                      struct conversation *conversation, const struct turn_input *input,
                      struct reply *out)
{
	const struct facts *record = input->asker ? input->asker->record : NULL;
	struct turn *turn;
	const enum status status = turn_begin(&turn, snapshot, scratch, conversation, input);
	return status == STATUS_OK ? turn_finish(turn, record, out) : status;
}

enum status turn_take_alone(const struct snapshot *snapshot, struct scratch *scratch,
                            const struct turn_input *input, struct reply *out)
{
	struct conversation alone = { 0 };

	return turn_take(snapshot, scratch, &alone, input, out);
}
