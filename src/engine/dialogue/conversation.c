/*
 * A turn: turn_begin() works on a copy of the conversation, as far as the record is not needed;
 * turn_finish() judges what was found, and puts the copy in place of the conversation.
 *
 * In it identifiers and asides are set apart; then the message is, in this order,
 *   a receipt that was typed             receipt.h
 *   an answer to the self-check          self_check.h
 *   pointing at what was offered         pointing.c
 *   a question, or manners               the matcher, then manners.c, which may overrule it
 * What is answered is judged by its rules, with what the message itself says; the rounds without
 * fruit are counted, and what the next turn needs is remembered.
 */
#include "engine/dialogue/conversation.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/option.h"
#include "engine/dialogue/receipt.h"
#include "engine/dialogue/render.h"
#include "engine/dialogue/siblings.h"
#include "engine/dialogue/turn.h"
#include "engine/text/aside.h"
#include "engine/text/identify.h"

enum {
	FRUITLESS_MOST = 2,       /* rounds without an answer before a person is offered instead */
	FOLLOWING_MOST = 12,      /* code points: a longer one asks nothing about the last entry */
	SIBLING_ANSWER_MOST = 24, /* code points: a longer one is a question of its own */
};

static const double sure_from = 0.9; /* confidence */

enum status conversation_create(struct conversation **out, uint64_t seed)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	(*out)->random = seed;
	return STATUS_OK;
}

void conversation_assign(struct conversation *to, const struct conversation *from)
{
	*to = *from;
}

void conversation_destroy(struct conversation *conversation)
{
	free(conversation);
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
	*state += UINT64_C(0x9E3779B97F4A7C15);
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Eight characters of Crockford's base 32, which has no I, L, O or U to misread on the phone. */
static void make_receipt(struct conversation *conversation, char receipt[RECEIPT_SIZE])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t number = next_random(&conversation->random);
	for (size_t i = 0; i + 1 < RECEIPT_SIZE; i++) {
		if (i == 4) {
			receipt[i] = '-';
			continue;
		}
		receipt[i] = digits[number & 31];
		number >>= 5;
	}
	receipt[RECEIPT_SIZE - 1] = '\0';
}

static void remember_id(char to[ENTRY_ID_SIZE], const char *id)
{
	snprintf(to, ENTRY_ID_SIZE, "%s", id);
}

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

/* "都不对" out of the blue is small talk; after choices or a round without fruit it is one more. */
static bool is_further_round(const struct turn *turn)
{
	return turn->conversation->offered_count > 0 || turn->conversation->fruitless > 0;
}

void turn_reject(struct turn *turn)
{
	turn_decline(turn, "none_of_these");
	turn->rejects = true;
}

/* Takes back what was found for the message. */
static void forget_found(struct turn *turn)
{
	struct reply *reply = turn->reply;
	reply->reason = NULL;
	reply->topic = NULL;
	reply->choice_count = 0;
	turn->rejects = turn->gives_up = false;
}

/*
 * Nothing but the question of the self-check is left of the reply. After a few in a row a person is
 * offered; the question waits.
 */
static void ask_again(struct turn *turn, const struct check_move *move)
{
	struct reply *reply = turn->reply;
	forget_found(turn);
	if (self_check_missed(&turn->conversation->check)) {
		self_check_pause(&turn->conversation->check);
		reply->answer_count = 0;
		reply->outcome = OUTCOME_HANDOFF;
		reply->reason = "fruitless";
		turn->keeps_check = true;
		return;
	}
	reply->reason = "no_such_option";
	turn->again = move->again;
	turn_answer(turn, move->entry, NULL);
}

/* True when the message belongs to a self-check; the reply is then begun. */
static bool take_check(struct turn *turn, const struct text *text, struct check_move *move)
{
	struct conversation *conversation = turn->conversation;
	const struct entry *asked =
	        conversation->check.entry[0]
	                ? knowledge_find(turn->snapshot->knowledge, conversation->check.entry)
	                : NULL;
	turn->answered = asked && conversation->check.fact[0]
	                         ? entry_question(asked, conversation->check.fact)
	                         : NULL;
	*move = self_check_read(&conversation->check, &conversation->told, turn->snapshot, text,
	                        &turn->dates, &turn->selection, turn_last(turn), turn->arena);
	if (move->kind == CHECK_NO_MOVE || move->kind == CHECK_UNCLEAR)
		return false;
	turn->in_check = true;
	turn->again = move->again;
	switch (move->kind) {
	case CHECK_STOPPED:
	case CHECK_NOTHING:
		turn->reply->outcome = OUTCOME_SMALLTALK;
		turn->reply->reason =
		        move->kind == CHECK_STOPPED ? "check_stopped" : "check_nothing";
		break;
	case CHECK_NO_SUCH_OPTION:
		ask_again(turn, move);
		break;
	default:
		turn_answer(turn, move->entry, NULL);
		break;
	}
	return true;
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

static struct sibling_input sibling_input(const struct turn *turn)
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
		.browser = turn->asker->browser,
		.channel = turn->asker->channel,
	};
}

/* The question that tells siblings apart waits for its answer as one of a self-check does. */
static void await_sibling(struct turn *turn)
{
	struct self_check *check = &turn->conversation->check;
	const struct reply *reply = turn->reply;
	self_check_leave(check);
	for (size_t i = 0; i < reply->choice_count; i++)
		if (entry_question(reply->choices[i].entry, reply->next->fact) == reply->next)
			snprintf(check->entry, sizeof(check->entry), "%s",
			         reply->choices[i].entry->id);
	snprintf(check->fact, sizeof(check->fact), "%s", reply->next->fact);
}

/* True when the message, a short one, answers that question in words of its own. */
static bool take_sibling(struct turn *turn, const struct check_move *move)
{
	struct self_check *check = &turn->conversation->check;
	const struct sibling_input input = sibling_input(turn);
	const struct entry *asked =
	        turn->normal.count <= SIBLING_ANSWER_MOST && check->fact[0] &&
	                        (turn->conversation->asked_apart || move->kind == CHECK_UNCLEAR)
	                ? knowledge_find(turn->snapshot->knowledge, check->entry)
	                : NULL;
	const struct entry *meant = asked ? siblings_answered(&input, asked, check->fact) : NULL;
	if (!meant)
		return false;
	self_check_leave(check);
	turn_answer(turn, meant, NULL);
	return true;
}

/* An option was taken: the sibling whose it is; the question was skipped: all of them. */
static void answer_siblings(struct turn *turn, const struct entry *asked)
{
	const struct entry *members[SIBLINGS_MOST];
	struct reply *reply = turn->reply;
	const size_t count = entry_siblings(turn->snapshot->knowledge, asked, members);
	const char *value = told_value(&turn->conversation->told, asked->apart.fact);
	self_check_leave(&turn->conversation->check);
	turn_answer(turn, asked, NULL);
	size_t kept = 0;
	for (size_t i = 0; i < count && kept < REPLY_ANSWERS_MOST; i++) {
		if (value && value[0] && strcmp(members[i]->apart.is, value) != 0)
			continue;
		reply->answers[kept] = reply->answers[0];
		reply->answers[kept++].entry = members[i];
	}
	reply->answer_count = kept > 0 ? kept : 1;
}

/*
 * 不对，是企业的; 成绩过期了，说错了，是证书: what stands behind the word that rejects or corrects
 * is the question, and the entry before is not what it leans on. 第二个问题，我成绩…: it leans on
 * that one.
 */
static enum status read_opening(struct turn *turn, const struct text *text, struct text *question,
                                const struct entry **leaning)
{
	const struct selection opened = turn->selection;
	const size_t from = opened.corrected_from          ? opened.corrected_from
	                    : opened.opening == CUE_REJECT ? opened.opening_end
	                                                   : 0;
	*question = turn->bare;
	*leaning = turn_about(turn);
	if (from == 0 || from >= text->utf8.len)
		return STATUS_OK;
	const struct span rest = { text->utf8.ptr + from, text->utf8.len - from };
	const enum status status =
	        normalise(turn->snapshot->normaliser, rest, turn->arena, question);
	if (status == STATUS_OK && turn->conversation->offered_count == 0)
		*leaning = NULL;
	return status;
}

/* 今天报行不行: what asks on in so few words may be about the last entry as well. */
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

/* A mark at the end makes no other question. */
static struct span without_end(struct span text)
{
	while (text.len > 0 && memchr("?!., ", text.ptr[text.len - 1], 5))
		text.len--;
	return text;
}

static void note_question(struct conversation *conversation, struct span text)
{
	const size_t len = text.len < ASKED_SIZE ? text.len : 0;
	memcpy(conversation->asked, text.ptr, len);
	conversation->asked[len] = '\0';
}

/*
 * Before the self-check was begun its first question only stands in the reply. 获取不到成绩 once
 * more, or 证书过期还可以延续吗, is the question again then, and no option.
 */
static bool is_question(const struct turn *turn, const struct text *text)
{
	const struct conversation *conversation = turn->conversation;
	const struct selection *selection = &turn->selection;
	return !conversation->check.running && !conversation->asked_apart &&
	       ((selection->asks &&
	         (selection->kind == CUE_NOTHING || selection->kind == CUE_FOLLOW)) ||
	        (conversation->asked[0] &&
	         span_equal(without_end(text->utf8), span_of(conversation->asked))));
}

static enum status take_match(struct turn *turn, const struct text *text)
{
	struct reply *reply = turn->reply;
	struct match_result result;
	struct text question;
	const struct entry *leaning;
	enum status status = read_opening(turn, text, &question, &leaning);
	note_question(turn->conversation, without_end(text->utf8));
	if (status == STATUS_OK)
		status = matcher_match(turn->scratch->match, &question, leaning, turn->arena,
		                       &result);
	if (status != STATUS_OK)
		return status;
	reply->ranking = result.ranking;
	reply->ranking_count = result.ranking_count;
	if (turn_take_manners(turn, &result, text))
		return STATUS_OK;
	/* What rejects the choices need not be clearly ahead: nobody asks a question with it. */
	if (result.other && result.other->rejects && turn->selection.negates &&
	    is_further_round(turn)) {
		turn_reject(turn);
		return STATUS_OK;
	}
	switch (result.band) {
	case BAND_ANSWER:
		reply->outcome = OUTCOME_ANSWER;
		copy_candidates(reply->answers, REPLY_ANSWERS_MOST, &reply->answer_count,
		                result.answers, result.answer_count);
		break;
	case BAND_CHOOSE:
		/* What was just answered need not be offered. */
		if (result.choice_count == 1 && result.choices[0].entry == leaning &&
		    leaning == turn_last(turn)) {
			turn_answer(turn, leaning, result.choices[0].named_case);
			return STATUS_OK;
		}
		reply->outcome = OUTCOME_CHOOSE;
		copy_candidates(reply->choices, REPLY_CHOICES_MOST, &reply->choice_count,
		                result.choices, result.choice_count);
		offer_last(turn, text);
		break;
	case BAND_DECLINE:
		/* 单位也对得上 rejects nothing, whatever it looks like. */
		if (result.other && result.other->rejects && !turn->selection.negates &&
		    turn_last(turn))
			turn_answer(turn, turn_last(turn), NULL);
		else if (result.other)
			take_other(turn, result.other);
		else
			turn_decline(turn, "not_covered");
		break;
	}
	turn->searched = true;
	return STATUS_OK;
}

/*
 * Counts rounds that led nowhere: choices, a decline that points nowhere, the word that nothing
 * fitted. After the second one a person is offered instead of a third try.
 */
static void limit_rounds(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	struct reply *reply = turn->reply;
	if (reply->outcome == OUTCOME_ANSWER || reply->outcome == OUTCOME_ASK) {
		conversation->fruitless = 0;
		return;
	}
	/* Choices that are repeated are the same round. */
	const bool asks_again = turn->rejects ||
	                        (reply->outcome == OUTCOME_CHOOSE && !reply->reason) ||
	                        (reply->outcome == OUTCOME_DECLINE && !reply->topic);
	if (asks_again && conversation->fruitless >= FRUITLESS_MOST) {
		reply->outcome = OUTCOME_HANDOFF;
		reply->reason = "fruitless";
		reply->choice_count = 0;
	}
	if (asks_again)
		conversation->fruitless++;
}

static bool is_listed(const struct conversation *conversation, const char *id)
{
	for (size_t i = 0; i < conversation->listed_count; i++)
		if (strcmp(conversation->listed[i], id) == 0)
			return true;
	return false;
}

/* 第一个, 后者; a bare 1 may be meant of cases the next time. */
static bool names_place(const struct selection *selection)
{
	const enum cue kind = selection->kind == CUE_NOTHING || selection->kind == CUE_FOLLOW
	                              ? selection->opening
	                              : selection->kind;
	return kind == CUE_FIRST || kind == CUE_LAST || (kind == CUE_ITEM && !selection->bare);
}

/* Several entries are a list to point into, until something else is answered. */
static void remember_list(struct conversation *conversation, const struct selection *selection,
                          const struct reply *reply)
{
	const struct match_candidate *list =
	        reply->choice_count > 1 ? reply->choices : reply->answers;
	const size_t count = reply->choice_count > 1 ? reply->choice_count : reply->answer_count;
	conversation->by_place = count == 1 && names_place(selection);
	if (count < 2) {
		if (reply->answer_count == 1 &&
		    !is_listed(conversation, reply->answers[0].entry->id))
			conversation->listed_count = 0;
		return;
	}
	conversation->listed_count = count;
	conversation->listed_choices = list == reply->choices;
	for (size_t i = 0; i < count; i++)
		remember_id(conversation->listed[i], list[i].entry->id);
}

/* Of the case that was named, from 1; or 0. */
static int case_number(const struct match_candidate *answer)
{
	const struct entry *entry = answer->entry;
	const struct entry_case *cases = entry->case_count > 0 ? entry->cases : entry->judged;
	return answer->named_case ? (int)(answer->named_case - cases) + 1 : 0;
}

static void remember(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	const struct reply *reply = turn->reply;
	/* What was rejected is no longer what a "第二个" or a short follow-up can mean. */
	if (turn->rejects) {
		conversation->offered_count = conversation->answered_count = 0;
		conversation->listed_count = 0;
		conversation->last[0] = conversation->referral[0] = '\0';
		return;
	}
	if (turn->gives_up)
		conversation->offered_count = 0;
	/* A "thank you" between the choices and the "2" that takes one does not withdraw them. */
	if (reply->outcome == OUTCOME_SMALLTALK)
		return;
	remember_list(conversation, &turn->selection, reply);
	const bool referred = reply->reason && strcmp(reply->reason, "referral") == 0;
	remember_id(conversation->referral, referred ? reply->topic : "");
	conversation->asked_apart = reply->outcome == OUTCOME_ASK && reply->choice_count > 0;
	conversation->offered_count = reply->choice_count;
	for (size_t i = 0; i < reply->choice_count; i++) {
		remember_id(conversation->offered[i], reply->choices[i].entry->id);
		conversation->offered_confidence[i] = reply->choices[i].confidence;
	}
	if (reply->answer_count == 0)
		return;
	const struct match_candidate *last = &reply->answers[reply->answer_count - 1];
	if (!turn->dated && strcmp(conversation->last, last->entry->id) != 0)
		conversation->date_of[0] = '\0';
	/* 我还是这个情况: a case that was named stays the one that is meant. */
	if (last->named_case || strcmp(conversation->last, last->entry->id) != 0)
		conversation->last_case = case_number(last);
	remember_id(conversation->last, last->entry->id);
	conversation->answered_count = reply->answer_count;
	for (size_t i = 0; i < reply->answer_count; i++)
		remember_id(conversation->answered[i], reply->answers[i].entry->id);
}

/* Whether a record could decide about the entry: its rules read some of it. */
static bool is_in_records(const struct turn *turn, const struct entry *entry)
{
	return diagnoser_wants(turn->snapshot->diagnoser, entry) != 0;
}

/* The offer to begin is a question like any other, with one answer. */
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
 * What is asked after an answer: the next question where a self-check runs or the record left the
 * case open; the offer to begin one where there is no record.
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

/* The reply may outlive the conversation's next turn. */
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

/* Whether the rules of the entry could come to anything: most people who ask are unknown. */
static bool may_tell(const struct turn *turn, const struct entry *entry)
{
	const struct told *told = &turn->conversation->told;
	const struct reads reads = diagnoser_reads(turn->snapshot->diagnoser, entry);
	return turn->asker->record || turn->conversation->check.running ||
	       told_about(told, entry) ||
	       (turn->asker->browser && reads.columns[RELATION_CLIENT]) ||
	       (told->typed_count + told->date_count > 0 && reads.columns[RELATION_TYPED]);
}

/* What of a record was wanted, and whether it was there. */
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

/* The answer that the message gives unasked: by a pattern, or in words where it follows up. */
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
	/* What the rules read of the dates themselves need not be said once more. */
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

/* What the message says by itself need not be asked, and counts more than what was said before. */
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

/* For whom the entry is not meant, as the person said, another one is; NULL where that is open. */
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

/* 那要是过期了呢: follows up with what belongs to the other entry. */
static enum status follow_instead(struct turn *turn, struct facts **told)
{
	struct reply *reply = turn->reply;
	const struct entry *instead = meant_instead(&reply->diagnoses[0]);
	if (!turn->follows || reply->answer_count != 1 || !instead)
		return STATUS_OK;
	turn_answer(turn, instead, NULL);
	return judge(turn, told, instead, &reply->diagnoses[0]);
}

/* Judges what was answered; the next question is about an answer that stands alone. */
static enum status judge_answers(struct turn *turn, const struct text *text)
{
	struct reply *reply = turn->reply;
	struct facts *told = NULL;
	enum status status = STATUS_OK;
	for (size_t i = 0; i < reply->answer_count; i++)
		hear(turn, reply->answers[i].entry, text);
	for (size_t i = 0; i < reply->answer_count && status == STATUS_OK; i++)
		if (diagnoser_judges(turn->snapshot->diagnoser, reply->answers[i].entry))
			status = judge(turn, &told, reply->answers[i].entry, &reply->diagnoses[i]);
	if (status == STATUS_OK)
		status = follow_instead(turn, &told);
	facts_destroy(told);
	const struct entry *only = reply->answer_count == 1 ? reply->answers[0].entry : NULL;
	if (status == STATUS_OK)
		status = keep_told(turn);
	if (status == STATUS_OK && only && reply->diagnoses[0].case_count > 0)
		return go_on_asking(turn, &reply->diagnoses[0]);
	if (reply->outcome == OUTCOME_ASK && reply->next && reply->choice_count > 0)
		await_sibling(turn);
	else if (reply->outcome != OUTCOME_SMALLTALK && !turn->keeps_check)
		self_check_leave(&turn->conversation->check);
	if (status == STATUS_OK && only && only->question_count > 0 &&
	    !(turn->asker->signed_in && is_in_records(turn, only)))
		status = offer_check(turn, only, false);
	return status;
}

/* For whoever keeps or logs the question: wider than what the diagnosis reads. */
static enum status mask_question(struct turn *turn)
{
	struct privacy_masked masked;
	const enum status status = privacy_mask(turn->snapshot->privacy, turn->text,
	                                        &turn->conversation->tail, turn->arena, &masked);
	turn->reply->masked = masked.masked;
	turn->reply->masked_question = status == STATUS_OK ? masked.text : (struct span){ "", 0 };
	return status;
}

/* The bytes as typed that a part of the normalised text stands for. */
static struct span as_typed(const struct turn *turn, size_t start, size_t end)
{
	const struct text *text = &turn->bare;
	const size_t first = utf8_length((struct span){ text->utf8.ptr, start });
	const size_t behind = utf8_length((struct span){ text->utf8.ptr, end });
	const size_t from = text->origins[first];
	const size_t to = behind < text->count ? text->origins[behind] : turn->text.len;
	return (struct span){ turn->text.ptr + from, to > from ? to - from : 0 };
}

static const struct date_subject *subject_called(const struct date_subjects *subjects,
                                                 const char *of)
{
	for (size_t i = 0; of && i < subjects->count; i++)
		if (strcmp(subjects->items[i].of, of) == 0)
			return &subjects->items[i];
	return NULL;
}

bool turn_is_all_dates(const struct turn *turn)
{
	const struct selection *selection = &turn->selection;
	if (!selection->short_enough || !span_equal(turn->bare.utf8, turn->normal.utf8))
		return false;
	for (size_t i = 0; i < selection->subject_count; i++) {
		const struct span part = selection->subjects[i];
		const size_t from = (size_t)(part.ptr - turn->normal.utf8.ptr);
		bool inside = utf8_length(part) < 2;
		for (size_t d = 0; d < turn->dates.count && !inside; d++)
			inside = turn->dates.items[d].start <= from &&
			         from < turn->dates.items[d].end;
		if (!inside)
			return false;
	}
	return true;
}

/* 就差几天, of what is known to lie on the other side of today: another span is meant. */
static bool told_otherwise(const struct told *told, const struct date_subject *subject,
                           const struct date *date, struct day today)
{
	char day[DAY_SIZE];
	const bool ahead = day_number(date->from) >= day_number(today);
	day_write(today, day);
	for (size_t i = 0; i < told->date_count; i++)
		if (strcmp(told->dates[i].of, subject->of) == 0)
			return ahead != (strcmp(told->dates[i].from, day) >= 0);
	return false;
}

/* 继续教育的成绩查不到, and then 是2022年做的: said of the same thing. */
static void adopt_subject(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	const struct date_subjects *subjects = &turn->snapshot->subjects;
	const struct date_subject *own = dates_subject(subjects, turn->bare.utf8);
	const struct entry *last = turn_last(turn);
	const struct date_subject *adopted = subject_called(subjects, conversation->date_of);
	if (!adopted && last && last->apart.of)
		adopted = subject_called(subjects, last->apart.of);
	turn->dated = own != NULL;
	if (own) {
		snprintf(conversation->date_of, sizeof(conversation->date_of), "%s", own->of);
		return;
	}
	if (!adopted || turn->dates.count == 0 || !turn_is_all_dates(turn))
		return;
	for (size_t i = 0; i < turn->dates.count; i++) {
		struct date *date = &turn->dates.items[i];
		const struct date_subject *of = subject_called(subjects, date->of);
		if (!date->stated && (!of || of->weak) &&
		    !told_otherwise(&conversation->told, adopted, date, turn->dates.today))
			date->of = adopted->of;
	}
}

/* The dates of the message become facts; what is only supposed, or has no date, does not. */
static void read_dates(struct turn *turn)
{
	struct day today;
	if (!day_read(turn->today, &today))
		return;
	dates_find(&turn->snapshot->subjects, turn->bare.utf8, today, &turn->dates);
	adopt_subject(turn);
	/* Of another day than this one they are no facts. */
	if (day_number(turn->dates.today) != day_number(today))
		return;
	for (size_t i = 0; i < turn->dates.count; i++) {
		const struct date *date = &turn->dates.items[i];
		if (!date->stated)
			told_date(&turn->conversation->told, date,
			          as_typed(turn, date->start, date->end));
	}
}

/* Identifiers and other asides are left out of the matching. */
static enum status separate_asides(struct turn *turn)
{
	const struct normaliser *normaliser = turn->snapshot->normaliser;
	struct identifier_list found;
	struct span bare;
	enum status status = mask_question(turn);
	if (status == STATUS_OK)
		status = identify(turn->text, turn->arena, &found);
	if (status == STATUS_OK)
		status = aside_blank(turn->text, &found, turn->arena, &bare);
	if (status == STATUS_OK)
		status = normalise(normaliser, turn->text, turn->arena, &turn->normal);
	turn->bare = turn->normal;
	if (status == STATUS_OK && !span_equal(bare, turn->text))
		status = normalise(normaliser, bare, turn->arena, &turn->bare);
	if (status == STATUS_OK)
		told_type(&turn->conversation->told, &found);
	return status;
}

/* @答疑 at the head of a message in a group says to whom it is, and nothing else. */
static enum status drop_mention(struct turn *turn, struct text *text)
{
	const struct normaliser *normaliser = turn->snapshot->normaliser;
	const char *name = turn->snapshot->knowledge->office.name;
	struct text called;
	if (!name[0] || text->utf8.len == 0 || text->utf8.ptr[0] != '@')
		return STATUS_OK;
	const enum status status = normalise(normaliser, span_of(name), turn->arena, &called);
	const struct span rest = { text->utf8.ptr + 1, text->utf8.len - 1 };
	if (status != STATUS_OK || rest.len < called.utf8.len ||
	    memcmp(rest.ptr, called.utf8.ptr, called.utf8.len) != 0)
		return status;
	return normalise(normaliser,
	                 (struct span){ rest.ptr + called.utf8.len, rest.len - called.utf8.len },
	                 turn->arena, text);
}

/* What can not be taken at all; NULL where the message is fit. */
static const char *unfit(struct span text)
{
	if (!utf8_valid(text))
		return "not_utf8";
	if (utf8_length(text) > TURN_TEXT_MOST)
		return "too_long";
	return NULL;
}

static void refuse(struct turn *turn, const char *reason)
{
	const struct knowledge *knowledge = turn->snapshot->knowledge;
	reply_refuse(turn->reply, OUTCOME_ERROR, reason, office_text(&knowledge->office, reason));
	turn->reply->knowledge = knowledge;
}

/* A person is asked for, or an entry is spoken for by more than words that it shares. */
static bool asks_clearly(const struct reply *reply, bool asks)
{
	const struct match_candidate *answer = &reply->answers[0];
	return reply->outcome == OUTCOME_HANDOFF ||
	       (reply->outcome == OUTCOME_ANSWER &&
	        (answer->by != MATCH_BY_SEARCH || answer->evidence.exact > 0 ||
	         (asks && answer->confidence >= sure_from)));
}

/*
 * 提示您尚有未办结的申请事项, which has a word of an option: it is another entry's own sentence, or
 * surely about another entry and not about what was asked.
 */
static bool states_else(const struct turn *turn, const struct check_move *move)
{
	const struct reply *reply = turn->reply;
	const struct match_candidate *answer = &reply->answers[0];
	if (reply->outcome != OUTCOME_ANSWER || reply->answer_count != 1 ||
	    answer->entry == move->entry || answer->by == MATCH_BY_CHOICE)
		return false;
	/* 房建那个改了，市政那个没改: who speaks of two options is at the question. */
	return answer->evidence.exact > 0 || answer->evidence.prompt > 0 ||
	       (answer->confidence >= sure_from && !move->option->mixes && turn->dates.count == 0 &&
	        !words_stand(&words_of(turn->snapshot->words, move->entry, move->again)->about,
	                     turn->normal.utf8, turn->normal.utf8.len));
}

/*
 * The message asks something else than what the self-check waits for. One that speaks of an option
 * as well does so where another entry answers it: 先不说过没过期，照片传不上去怎么办.
 */
static bool asks_else(const struct turn *turn, const struct check_move *move)
{
	const struct reply *reply = turn->reply;
	/* 啊？: the same entry once more is no other question. */
	const struct match_candidate *answer = &reply->answers[0];
	if (!move->option)
		return asks_clearly(reply, turn->selection.asks) &&
		       !(reply->answer_count == 1 && answer->entry == move->entry &&
		         answer->by == MATCH_BY_CHOICE && !turn->selection.follows);
	if (!turn->selection.asks)
		return states_else(turn, move);
	const struct match_candidate *found =
	        reply->outcome == OUTCOME_CHOOSE ? reply->choices : reply->answers;
	return reply->outcome == OUTCOME_HANDOFF || reply->answer_count > 1 ||
	       (reply->answer_count + reply->choice_count > 0 && found->entry != move->entry);
}

/* Tells no more of it than this conversation knows: see receipt.h. */
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

/* 选错了, of a choice: no question of a self-check was answered since. */
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
	struct check_move move = { .kind = CHECK_NO_MOVE };
	turn->selection = selection_read(turn->snapshot->words, text);
	read_dates(turn);
	/* 上一个 of two that were offered is no question of a self-check. */
	if (turn->selection.kind == CUE_BACK && turn->conversation->offered_count > 0)
		turn->selection.kind = CUE_FIRST;
	if (takes_choice_back(turn) && turn_point(turn, text))
		return STATUS_OK;
	if (!is_question(turn, text) && take_check(turn, text, &move)) {
		if (turn->conversation->asked_apart && move.kind == CHECK_ON)
			answer_siblings(turn, move.entry);
		return STATUS_OK;
	}
	/* A yes or a no was meant for the question. */
	const bool answers = move.kind == CHECK_UNCLEAR && turn->selection.kind != CUE_NOTHING;
	turn->move = move;
	turn->selected = take_sibling(turn, &move) || (!answers && turn_point(turn, text));
	return turn->selected ? STATUS_OK : take_match(turn, text);
}

/* Tells siblings apart, and what the self-check waits for from a question of its own. */
static enum status settle(struct turn *turn)
{
	struct check_move move = turn->move;
	const struct sibling_input input = sibling_input(turn);
	const enum status status =
	        turn->searched ? siblings_resolve(&input, turn->reply) : STATUS_OK;
	if (status != STATUS_OK || move.kind != CHECK_UNCLEAR)
		return status;
	if (turn->selected || asks_else(turn, &move)) {
		self_check_pause(&turn->conversation->check);
	} else if (move.option) {
		forget_found(turn);
		turn->in_check = true;
		self_check_answer(&turn->conversation->check, &turn->conversation->told, &move);
		turn_answer(turn, move.entry, NULL);
	} else {
		ask_again(turn, &move);
	}
	return STATUS_OK;
}

static enum status begin(struct turn *turn)
{
	struct reply *reply = turn->reply;
	const struct text *text = &turn->normal;
	enum status status = separate_asides(turn);
	const bool blank = turn->normal.count == 0;
	if (status == STATUS_OK)
		status = drop_mention(turn, &turn->normal);
	if (status == STATUS_OK)
		status = drop_mention(turn, &turn->bare);
	if (status != STATUS_OK)
		return status;
	/* One character may stand for eighteen (U+FDFA): what is matched has to be short as well.
	 */
	if (text->count > TURN_TEXT_MOST) {
		refuse(turn, "too_long");
	} else if (text->count == 0 && !blank) {
		turn_talk(turn, CUE_GREETING);
	} else if (text->count == 0) {
		reply->outcome = OUTCOME_SMALLTALK;
		reply->reason = "empty";
	} else {
		status = take_message(turn, text);
	}
	return status;
}

static enum status finish(struct turn *turn)
{
	struct reply *reply = turn->reply;
	enum status status = settle(turn);
	if (status == STATUS_OK)
		status = judge_answers(turn, &turn->normal);
	if (status != STATUS_OK)
		return status;
	turn->conversation->check.offered = reply->offers_check;
	limit_rounds(turn);
	remember(turn);
	reply->text = render_text(reply, turn->snapshot->knowledge, turn->arena);
	return reply->text ? STATUS_OK : STATUS_NO_MEMORY;
}

/* With copies of what the caller may take away before it is finished. */
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
	const char *reason = unfit(input->text);
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

/* Of the entries that an answer may be exchanged for where its cases are not the asker's. */
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
	const struct sibling_input input = sibling_input(turn);
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

enum status turn_finish(struct turn *turn, const struct facts *record, struct reply *out)
{
	const int64_t start_us = clock_monotonic_us(&turn->clock);
	struct conversation *conversation = turn->conversation;
	struct reply *reply = turn->reply;
	enum status status = STATUS_OK;
	turn->known.record = record;
	if (reply->outcome != OUTCOME_ERROR)
		status = finish(turn);
	if (status != STATUS_OK)
		return status;
	make_receipt(conversation, reply->receipt);
	if (reply->outcome != OUTCOME_ERROR)
		receipts_add(&conversation->receipts, reply->receipt,
		             reply->answer_count > 0 ? reply->answers[0].entry->id : "");
	reply->took_us = turn->took_us + clock_monotonic_us(&turn->clock) - start_us;
	*turn->origin = *conversation;
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

/* 开始自查, 转人工: steers the conversation, and asks nothing. */
static bool steers(enum cue kind)
{
	switch (kind) {
	case CUE_START:
	case CUE_RESUME:
	case CUE_SKIP:
	case CUE_BACK:
	case CUE_STOP:
	case CUE_AGAIN:
	case CUE_PERSON:
	case CUE_GREETING:
	case CUE_THANKS:
	case CUE_GOODBYE:
		return true;
	default:
		return false;
	}
}

/* Of a word that steers, only the questions that have it: an office may write of 取消. */
static enum status keep_those_with(const struct snapshot *snapshot, struct arena *arena,
                                   const struct text *typed, struct match_candidate *out,
                                   size_t *count)
{
	enum status status = STATUS_OK;
	size_t kept = 0;
	for (size_t i = 0; i < *count && status == STATUS_OK; i++) {
		struct text question;
		status = normalise(snapshot->normaliser, span_of(out[i].entry->question), arena,
		                   &question);
		if (status == STATUS_OK &&
		    memmem(question.utf8.ptr, question.utf8.len, typed->utf8.ptr, typed->utf8.len))
			out[kept++] = out[i];
	}
	*count = kept;
	return status;
}

enum status turn_suggest(struct scratch *scratch, struct arena *arena, struct span typed,
                         struct match_candidate *out, size_t most, size_t *count)
{
	const struct snapshot *snapshot = scratch->snapshot;
	struct text text;
	*count = 0;
	if (unfit(typed))
		return STATUS_OK;
	enum status status = normalise(snapshot->normaliser, typed, arena, &text);
	if (status != STATUS_OK || text.count > TURN_TEXT_MOST)
		return status;
	status = matcher_suggest(scratch->match, &text, arena, out, most, count);
	return status == STATUS_OK && steers(selection_read(snapshot->words, &text).kind)
	               ? keep_those_with(snapshot, arena, &text, out, count)
	               : status;
}
