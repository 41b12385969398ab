/*
 * Pointing: a message that takes, rejects or names something that was offered or answered before,
 * or an entry by the number that the page prints. What the same word means depends on what the last
 * reply was; tests/unit/engine/dialogue/test_manners.c has the table of both.
 */
#include <stdio.h>
#include <string.h>

#include "engine/dialogue/turn.h"

enum { TAPPED_MOST = 256 /* bytes: a longer message is no tap on a choice */ };

static const struct entry *find(const struct turn *turn, const char *id)
{
	return id[0] ? knowledge_find(turn->snapshot->knowledge, id) : NULL;
}

/* The offered choice whose standard question was typed or tapped, or NULL. */
static const struct entry *tapped_choice(struct turn *turn, const struct text *text)
{
	const struct conversation *conversation = turn->conversation;
	for (size_t i = 0; i < conversation->offered_count && turn->text.len <= TAPPED_MOST; i++) {
		const struct entry *entry = find(turn, conversation->offered[i]);
		struct text question;
		if (entry && turn_normalise(turn, span_of(entry->question), &question) &&
		    span_equal(question.utf8, text->utf8))
			return entry;
	}
	return NULL;
}

static const struct entry *offered_item(const struct turn *turn, int number)
{
	const struct conversation *conversation = turn->conversation;
	return number >= 1 && (size_t)number <= conversation->offered_count
	               ? find(turn, conversation->offered[number - 1])
	               : NULL;
}

/* The item of a list from which others were taken before, or NULL. */
static const struct entry *listed_item(const struct turn *turn, size_t number)
{
	const struct conversation *conversation = turn->conversation;
	return number >= 1 && number <= conversation->listed_count
	               ? find(turn, conversation->listed[number - 1])
	               : NULL;
}

/* One of several entries that were answered together, or NULL. */
static const struct entry *answered_item(const struct turn *turn, int number)
{
	const struct conversation *conversation = turn->conversation;
	return conversation->answered_count > 1 && number >= 1 &&
	                       (size_t)number <= conversation->answered_count
	               ? find(turn, conversation->answered[number - 1])
	               : NULL;
}

/* Asks for what is missing to know what the message points at. */
static void ask_back(struct turn *turn, const char *reason, const struct entry *entry)
{
	turn->reply->outcome = OUTCOME_SMALLTALK;
	turn->reply->reason = reason;
	turn->reply->pointed_at = entry;
}

/* The case of that number, or of an entry without 情形 the judged claim; NULL if there is none. */
static const struct entry_case *case_of(const struct entry *entry, int number)
{
	const struct entry_case *cases = entry->case_count > 0 ? entry->cases : entry->judged;
	const size_t count = entry->case_count > 0 ? entry->case_count : entry->judged_count;
	return number >= 1 && (size_t)number <= count ? &cases[number - 1] : NULL;
}

/* Takes a case of the last entry, or asks back if it has none of that number. */
static bool take_case(struct turn *turn, int number)
{
	const struct entry *entry = turn_last(turn);
	if (!entry || (entry->case_count == 0 && entry->judged_count == 0))
		return false;
	const struct entry_case *one = case_of(entry, number);
	if (one)
		turn_answer(turn, entry, one);
	else
		ask_back(turn, "no_such_case", entry);
	return true;
}

static bool take_numbered(struct turn *turn, int number, int case_number)
{
	const struct entry *entry = knowledge_numbered(turn->snapshot->knowledge, number);
	if (!entry)
		return false;
	turn_answer(turn, entry, case_of(entry, case_number));
	return true;
}

/* A bare number after an answer may be meant of that answer, so the entry is only offered. */
static bool offer_numbered(struct turn *turn, int number)
{
	const struct entry *entry = knowledge_numbered(turn->snapshot->knowledge, number);
	struct reply *reply = turn->reply;
	if (!entry)
		return false;
	reply->outcome = OUTCOME_CHOOSE;
	reply->choices[0] = (struct match_candidate){ .entry = entry };
	reply->choice_count = 1;
	return true;
}

bool turn_offer_again(struct turn *turn, const char *reason)
{
	const struct conversation *conversation = turn->conversation;
	struct reply *reply = turn->reply;
	for (size_t i = 0; i < conversation->offered_count; i++) {
		const struct entry *entry = find(turn, conversation->offered[i]);
		if (!entry)
			continue;
		reply->choices[reply->choice_count] = (struct match_candidate){
			.entry = entry, .confidence = conversation->offered_confidence[i]
		};
		reply->choice_count++;
	}
	if (reply->choice_count == 0)
		return false;
	reply->outcome = OUTCOME_CHOOSE;
	reply->reason = reason;
	return true;
}

/* （2）, or 第二个 where the answer has several parts. */
static bool may_be_judged_claim(const struct turn *turn, const struct entry *last)
{
	return turn->selection.in_brackets ||
	       (!turn->selection.bare && last && last->judged_count > 1);
}

/* Takes what was offered or answered; else a case of the last entry, or an entry by its number. */
static bool take_item(struct turn *turn, int number)
{
	const struct conversation *conversation = turn->conversation;
	const struct entry *last = turn_last(turn);
	const struct entry *entry = offered_item(turn, number);
	if (entry) {
		turn_answer(turn, entry, NULL);
		return true;
	}
	if (number > SELECTION_BARE_MOST)
		return false;
	if (conversation->offered_count > 0)
		return turn_offer_again(turn, "no_such_option");
	entry = answered_item(turn, number);
	/* 第一个, and then 第二个, of the same list, unless it is the number of a case. */
	if (!entry && conversation->by_place && !turn->selection.bare)
		entry = listed_item(turn, (size_t)number);
	if (entry)
		turn_answer(turn, entry, NULL);
	else if (last && last->case_count > 0)
		return take_case(turn, number);
	else if (may_be_judged_claim(turn, last) && take_case(turn, number))
		return true;
	else if (!turn->selection.bare ||
	         !(last ? offer_numbered(turn, number) : take_numbered(turn, number, 0)))
		ask_back(turn, "which_question", NULL);
	return true;
}

static bool take_end(struct turn *turn, bool first)
{
	const struct conversation *conversation = turn->conversation;
	const struct entry *last = turn_last(turn);
	size_t count = 0;
	/* 后面那个, and then 前面那个, of the same list. */
	const struct entry *listed = listed_item(turn, first ? 1 : conversation->listed_count);
	if (conversation->offered_count == 0 && conversation->answered_count < 2 && listed &&
	    (listed != last || !last->case_count)) {
		turn_answer(turn, listed, NULL);
		return true;
	}
	if (conversation->offered_count > 0)
		count = conversation->offered_count;
	else if (conversation->answered_count > 1)
		count = conversation->answered_count;
	else if (last && last->case_count > 0)
		count = last->case_count;
	return take_item(turn, first || count == 0 ? 1 : (int)count);
}

/* Answers several entries at once, without those that no longer exist. */
static bool answer_all(struct turn *turn, const char ids[][ENTRY_ID_SIZE], size_t count)
{
	struct reply *reply = turn->reply;
	size_t answered = 0;
	for (size_t i = 0; i < count && answered < REPLY_ANSWERS_MOST; i++) {
		const struct entry *entry = find(turn, ids[i]);
		if (!entry)
			continue;
		const struct match_candidate before = reply->answers[0];
		turn_answer(turn, entry, NULL);
		reply->answers[answered] = reply->answers[0];
		if (answered > 0)
			reply->answers[0] = before;
		answered++;
	}
	reply->answer_count = answered;
	return answered > 0;
}

static bool take_all(struct turn *turn)
{
	const struct conversation *conversation = turn->conversation;
	return conversation->offered_count > 0
	               ? answer_all(turn, conversation->offered, conversation->offered_count)
	               : turn_repeat(turn);
}

bool turn_repeat(struct turn *turn)
{
	const struct conversation *conversation = turn->conversation;
	const struct entry *last = turn_last(turn);
	if (!last)
		return false;
	if (conversation->answered_count > 1)
		return answer_all(turn, conversation->answered, conversation->answered_count);
	turn_answer(turn, last, case_of(last, conversation->last_case));
	return true;
}

static bool has_subjects(struct turn *turn, const struct entry *entry)
{
	const struct selection *selection = &turn->selection;
	struct text question;
	if (!turn_normalise(turn, span_of(entry->question), &question))
		return false;
	for (size_t i = 0; i < selection->subject_count; i++)
		if (!memmem(question.utf8.ptr, question.utf8.len, selection->subjects[i].ptr,
		            selection->subjects[i].len))
			return false;
	return true;
}

const struct entry *turn_named(struct turn *turn)
{
	const struct conversation *conversation = turn->conversation;
	const bool offered = conversation->offered_count > 0;
	const size_t count = offered ? conversation->offered_count : conversation->answered_count;
	const struct entry *found = NULL;
	if (turn->selection.subject_count == 0 || count < 2)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct entry *entry =
		        find(turn, offered ? conversation->offered[i] : conversation->answered[i]);
		if (!entry || !has_subjects(turn, entry))
			continue;
		if (found)
			return NULL;
		found = entry;
	}
	return found;
}

static void stop(struct turn *turn)
{
	turn_talk(turn, CUE_STOP);
	turn->gives_up = true;
}

/* 对, 好的 takes a single offer. Under a list, the reply asks which one is meant. */
static bool take_yes(struct turn *turn, bool firmly)
{
	const struct conversation *conversation = turn->conversation;
	if (conversation->offered_count == 1)
		return take_item(turn, 1);
	if (conversation->offered_count > 1 && firmly)
		return turn_offer_again(turn, "which_one");
	return false;
}

static bool take_no(struct turn *turn, bool firmly)
{
	const struct conversation *conversation = turn->conversation;
	/* 还是不行 says that an advice did not help. */
	if (!firmly && turn->selection.unhelped)
		return false;
	if (conversation->offered_count > 0 || (firmly && conversation->fruitless > 0) ||
	    (firmly && turn_last(turn)))
		turn_reject(turn);
	else if (firmly)
		turn_talk(turn, CUE_REJECT);
	else if (turn_last(turn))
		stop(turn);
	else
		turn_talk(turn, CUE_TROUBLE);
	return true;
}

/* 选错了, after one of the choices was taken, offers them once more. */
static bool take_back(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	if (conversation->offered_count > 0 || !conversation->listed_choices)
		return false;
	for (size_t i = 0; i < conversation->listed_count; i++) {
		memcpy(conversation->offered[i], conversation->listed[i], ENTRY_ID_SIZE);
		conversation->offered_confidence[i] = 0;
	}
	conversation->offered_count = conversation->listed_count;
	return turn_offer_again(turn, NULL);
}

bool turn_point(struct turn *turn, const struct text *text)
{
	const struct selection *selection = &turn->selection;
	const struct entry *entry = tapped_choice(turn, text);
	if (entry) {
		turn_answer(turn, entry, NULL);
		return true;
	}
	switch (selection->kind) {
	case CUE_REJECT:
		return take_no(turn, true);
	case CUE_NO:
		return take_no(turn, false);
	case CUE_YES:
		return take_yes(turn, true);
	case CUE_FINE:
		return take_yes(turn, false);
	case CUE_FIRST:
	case CUE_LAST:
		return take_end(turn, selection->kind == CUE_FIRST);
	case CUE_ALL:
		return take_all(turn);
	case CUE_ITEM:
		return take_item(turn, selection->number);
	case CUE_ENTRY:
		if (!selection->case_number && (offered_item(turn, selection->number) ||
		                                answered_item(turn, selection->number)))
			return take_item(turn, selection->number);
		if (!take_numbered(turn, selection->number, selection->case_number)) {
			ask_back(turn, "which_question", NULL);
			turn->reply->numbered = turn->snapshot->knowledge->answer_count;
		}
		return true;
	case CUE_CASE:
		return take_case(turn, selection->number);
	case CUE_STOP:
		stop(turn);
		return true;
	case CUE_AGAIN:
		return turn_repeat_referral(turn) || turn_repeat(turn);
	case CUE_BACK:
		return take_back(turn);
	default:
		return false;
	}
}
