#include "engine/dialogue/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dialogue/turn.h"

_Static_assert(REPLY_CHOICES_MOST <= REPLY_ANSWERS_MOST, "a list holds either");
_Static_assert((RECEIPT_SIZE - 2) * 5 <= 64, "one random number makes a receipt");

enum { FRUITLESS_MOST = 2 /* rounds without an answer before a person is offered instead */ };

enum status conversation_create(struct conversation **out, uint64_t seed)
{
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	(*out)->random = seed;
	return STATUS_OK;
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
static void make_receipt(uint64_t number, char receipt[RECEIPT_SIZE])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
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

/* Letters alone could be a word, and digits alone a telephone number: receipt_read() takes neither.
 */
static bool is_mixed(const char *receipt)
{
	return strpbrk(receipt, "ABCDEFGHJKMNPQRSTVWXYZ") && strpbrk(receipt, "0123456789");
}

void turn_give_receipt(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	struct reply *reply = turn->reply;
	do
		make_receipt(next_random(&conversation->random), reply->receipt);
	while (!is_mixed(reply->receipt));
	if (reply->outcome != OUTCOME_ERROR)
		receipts_add(&conversation->receipts, reply->receipt,
		             reply->answer_count > 0 ? reply->answers[0].entry->id : "");
}

static void remember_id(char to[ENTRY_ID_SIZE], const char *id)
{
	snprintf(to, ENTRY_ID_SIZE, "%s", id);
}

/* Other choices than those offered before: a new topic. */
static bool offers_others(const struct conversation *conversation, const struct reply *reply)
{
	return reply->outcome == OUTCOME_CHOOSE && conversation->offered_count > 0 &&
	       strcmp(conversation->offered[0], reply->choices[0].entry->id) != 0;
}

/*
 * Counts rounds that led nowhere: choices, a decline without a referral, and a rejection. The third
 * one in a row offers a person: beside the choices, or in the place of another decline, and is then
 * the first one of the next three. The count also begins anew with a hand-over that was asked for,
 * and with choices of a new topic.
 */
void turn_limit_rounds(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	struct reply *reply = turn->reply;
	if (reply->outcome == OUTCOME_ANSWER || reply->outcome == OUTCOME_ASK ||
	    reply->outcome == OUTCOME_HANDOFF) {
		conversation->fruitless = 0;
		return;
	}
	/* Repeated choices belong to the same round. */
	const bool asks_again = turn->rejects ||
	                        (reply->outcome == OUTCOME_CHOOSE && !reply->reason) ||
	                        (reply->outcome == OUTCOME_DECLINE && !reply->topic);
	if (!asks_again)
		return;
	if (offers_others(conversation, reply))
		conversation->fruitless = 0;
	if (conversation->fruitless < FRUITLESS_MOST) {
		conversation->fruitless++;
		return;
	}
	conversation->fruitless = 1;
	if (reply->outcome == OUTCOME_CHOOSE) {
		reply->offers_person = true;
	} else {
		reply->outcome = OUTCOME_HANDOFF;
		reply->reason = "fruitless";
		reply->choice_count = 0;
	}
}

static bool is_listed(const struct conversation *conversation, const char *id)
{
	for (size_t i = 0; i < conversation->listed_count; i++)
		if (strcmp(conversation->listed[i], id) == 0)
			return true;
	return false;
}

/* 第一个, 后者; not a bare 1, which may mean a case the next time. */
static bool names_place(const struct selection *selection)
{
	const enum cue kind = selection->kind == CUE_NOTHING || selection->kind == CUE_FOLLOW
	                              ? selection->opening
	                              : selection->kind;
	return kind == CUE_FIRST || kind == CUE_LAST || (kind == CUE_ITEM && !selection->bare);
}

/* Several entries form a list to point into until an entry outside it is answered. */
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

/* The number of the named case, from 1; 0 where none was named. */
static int case_number(const struct match_candidate *answer)
{
	const struct entry *entry = answer->entry;
	const struct entry_case *cases = entry->case_count > 0 ? entry->cases : entry->judged;
	return answer->named_case ? (int)(answer->named_case - cases) + 1 : 0;
}

void turn_remember(struct turn *turn)
{
	struct conversation *conversation = turn->conversation;
	const struct reply *reply = turn->reply;
	/* After a rejection, "第二个" and short follow-ups no longer mean what was rejected. */
	if (turn->rejects) {
		conversation->offered_count = conversation->answered_count = 0;
		conversation->listed_count = 0;
		conversation->last[0] = conversation->referral[0] = '\0';
		return;
	}
	if (turn->gives_up)
		conversation->offered_count = 0;
	/* A "thank you" between the choices and the "2" that takes one keeps them open. */
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
	/* 我还是这个情况: the named case stays the current one. */
	if (last->named_case || strcmp(conversation->last, last->entry->id) != 0)
		conversation->last_case = case_number(last);
	remember_id(conversation->last, last->entry->id);
	conversation->answered_count = reply->answer_count;
	for (size_t i = 0; i < reply->answer_count; i++)
		remember_id(conversation->answered[i], reply->answers[i].entry->id);
}
